//! What nbtree itself calls (`access/nbtree.h`): exported for others, but its declarations are not among pgrx's.
//!
//! All of it is alike in PostgreSQL 15 to 18. The search for a leaf is not: [`crate::majors::search_leaf`].

use pgrx::pg_sys::{self, Buffer, IndexTuple, OffsetNumber, Page, Relation, ScanKeyData};

/// `INDEX_MAX_KEYS`
const MAX_KEYS: usize = pg_sys::INDEX_MAX_KEYS as usize;

/// `BTScanInsertData`: the key that is looked for.
#[repr(C)]
pub(crate) struct SearchKey {
    heap_key_space: bool,
    all_equal_image: bool,
    any_null_keys: bool,
    next_key: bool,
    pivot_search: bool,
    pub(crate) scan_tid: pg_sys::ItemPointer,
    key_size: i32,
    pub(crate) scan_keys: [ScanKeyData; MAX_KEYS],
}

/// `BTPageOpaqueData`: what a page says about itself.
#[repr(C)]
pub(crate) struct PageOpaque {
    previous: pg_sys::BlockNumber,
    pub(crate) next: pg_sys::BlockNumber,
    level: u32,
    flags: u16,
    cycle: u16,
}

/// `BTStackData`, the way from the root to a leaf.
pub(crate) enum Stack {}

unsafe extern "C-unwind" {
    pub(crate) fn _bt_mkscankey(index: Relation, tuple: IndexTuple) -> *mut SearchKey;
    pub(crate) fn _bt_freestack(stack: *mut Stack);
    pub(crate) fn _bt_compare(index: Relation, key: *mut SearchKey, page: Page, place: OffsetNumber) -> i32;
    pub(crate) fn _bt_relbuf(index: Relation, leaf: Buffer);
}
