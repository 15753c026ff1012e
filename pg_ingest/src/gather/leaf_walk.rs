//! Looks for keys in a B-tree in the keys' own order, which asks for a leaf once and not once a key.

use pgrx::pg_sys::{self, Buffer, IndexTuple, OffsetNumber, Page, Relation};

use crate::btree::{_bt_compare, _bt_freestack, _bt_mkscankey, _bt_relbuf, PageOpaque, SearchKey};
use crate::{majors, unguarded};

/// The page's high key, an upper bound for what belongs on it; the rightmost page has none (`P_HIKEY`).
const HIGH_KEY: OffsetNumber = 1;

/// Keys that are looked for before a leaf is let go for others, who may be waiting to write on it.
const KEYS_AT_ONCE: u32 = 256;

/// Whether a key is in the tree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// No entry has it, of whatever row, visible or not.
    Absent,
    /// An entry has it, or may have.
    Possible,
}

/// A walk along a tree's leaves. Nothing is held that has to be dropped: it lives under the guard of the loop it serves.
pub(super) struct LeafWalk {
    index: Relation,
    key: *mut SearchKey,
    /// The leaf that is held and locked for reading; 0 for none.
    leaf: Buffer,
    /// The first place on the leaf that can hold what comes next.
    place: OffsetNumber,
    left: u32,
}

impl LeafWalk {
    /// A walk through an open B-tree, with any tuple of it.
    ///
    /// # Safety
    /// Called under [`crate::unguarded::guarded`]. The index is open and a B-tree whose key columns are not NULL in
    /// `tuple`, which lives as long as the walk.
    pub(super) unsafe fn new(index: Relation, tuple: IndexTuple) -> LeafWalk {
        // SAFETY: by the caller's word.
        let key = unsafe {
            let key = _bt_mkscankey(index, tuple);
            // An entry of any row will do, not only that of the tuple's own.
            (*key).scan_tid = std::ptr::null_mut();
            key
        };
        LeafWalk { index, key, leaf: 0, place: 0, left: 0 }
    }

    /// Sets one column (from 0) of the key that is looked for.
    ///
    /// # Safety
    /// The column is one of the index's key columns, and the value one of its type that lives until the next is set.
    pub(super) unsafe fn set(&mut self, column: usize, value: pg_sys::Datum) {
        // SAFETY: by the caller's word; an index has no more columns than the array has places.
        unsafe {
            if let Some(condition) = (*self.key).scan_keys.get_mut(column) {
                condition.sk_argument = value;
            }
        }
    }

    /// Looks for the key that was set, which is higher than all that were looked for before.
    ///
    /// # Safety
    /// Called under [`crate::unguarded::guarded`]; every column of the key is set.
    pub(super) unsafe fn find(&mut self) -> Presence {
        // SAFETY: by the caller's word; the leaf is held and locked wherever its page is looked at.
        unsafe {
            if self.leaf != 0 && (self.left == 0 || self.is_beyond()) {
                self.release();
            }
            if self.leaf == 0 && !self.descend() {
                return Presence::Absent;
            }
            self.left -= 1;
            let presence = self.find_on_leaf();
            if presence == Presence::Possible {
                self.release();
            }
            presence
        }
    }

    /// Lets the leaf go.
    ///
    /// # Safety
    /// Called under [`crate::unguarded::guarded`].
    pub(super) unsafe fn release(&mut self) {
        if self.leaf != 0 {
            // SAFETY: the leaf is held and locked.
            unsafe { _bt_relbuf(self.index, self.leaf) };
            self.leaf = 0;
        }
    }

    /// Goes from the root to the leaf where the key belongs; false when the tree is empty.
    unsafe fn descend(&mut self) -> bool {
        // SAFETY: called under the guard by `find` while no leaf is held; the leaf comes back held and locked.
        unsafe {
            unguarded::check_for_interrupts();
            _bt_freestack(majors::search_leaf(self.index, self.key, &raw mut self.leaf));
            if self.leaf == 0 {
                return false;
            }
            self.place = if self.is_rightmost() { HIGH_KEY } else { HIGH_KEY + 1 };
            self.left = KEYS_AT_ONCE;
            true
        }
    }

    unsafe fn page(&self) -> Page {
        // SAFETY: the leaf is held.
        unsafe { pg_sys::BufferGetPage(self.leaf) }
    }

    unsafe fn is_rightmost(&self) -> bool {
        // SAFETY: the leaf is held and locked; every page of a B-tree ends in what it says about itself.
        unsafe { (*pg_sys::PageGetSpecialPointer(self.page()).cast::<PageOpaque>()).next == 0 }
    }

    /// How the key compares with the entry at a place on the leaf.
    unsafe fn compare(&self, place: OffsetNumber) -> i32 {
        // SAFETY: the leaf is held and locked, and the place one of its own.
        unsafe { _bt_compare(self.index, self.key, self.page(), place) }
    }

    /// Whether the key belongs on a leaf further right.
    unsafe fn is_beyond(&self) -> bool {
        // SAFETY: a page that is not the rightmost has a high key.
        unsafe { !self.is_rightmost() && self.compare(HIGH_KEY) > 0 }
    }

    /// Looks on the leaf, from where the last search ended: first in steps that double, then by halves.
    unsafe fn find_on_leaf(&mut self) -> Presence {
        // SAFETY: places between the first and the last are the leaf's own.
        unsafe {
            let last = pg_sys::PageGetMaxOffsetNumber(self.page());
            // Entries below `low` are lower than the key, those from `high` on are not.
            let (mut low, mut high, mut step) = (self.place, last + 1, 1);
            while low < high {
                let probe = low.saturating_add(step - 1).min(high - 1);
                match self.compare(probe) {
                    0 => return Presence::Possible,
                    order if order > 0 => low = probe + 1,
                    _ => {
                        high = probe;
                        break;
                    }
                }
                step *= 2;
            }
            while low < high {
                let middle = low + (high - low) / 2;
                match self.compare(middle) {
                    0 => return Presence::Possible,
                    order if order > 0 => low = middle + 1,
                    _ => high = middle,
                }
            }
            self.place = low;
            // Behind the last entry the key may go on to the next leaf, where it equals the bound between the two.
            if low > last && !self.is_rightmost() && self.compare(HIGH_KEY) == 0 {
                return Presence::Possible;
            }
            Presence::Absent
        }
    }
}
