//! Whether rows of certain keys stand in the table already.

use pgrx::pg_sys;

use crate::gather::gathered::GatheredRow;
use crate::gather::key_order::KeyOrder;
use crate::gather::leaf_walk::{LeafWalk, Presence};
use crate::gather::target::Target;
use crate::majors;
use crate::relation::OpenRelation;
use crate::unguarded::{self, guarded, prefetch};

/// Rows between the one that is looked for and the one whose key is fetched into the cache.
const AHEAD: usize = 8;

/// The number of `=` in a B-tree operator family (PostgreSQL, "B-Tree Strategies").
const EQUAL: u16 = 3;

/// Whether any of the rows' keys is in `index`, the open primary key of `target`. Looks in the rows' order and stops at
/// the first that is.
pub(crate) fn any_present(
    target: &Target,
    index: &OpenRelation,
    order: &KeyOrder<'_>,
    rows: &[GatheredRow],
) -> bool {
    let index = index.as_ptr();
    let mut conditions = equalities(index);
    let Some(first) = rows.first() else { return false };
    let tuple = index_tuple(index, order, first);
    // SAFETY: both relations are open, the snapshot is that of the statement that called us, and the slot has the
    // form of the table. What runs under the guard holds only borrows and words.
    unsafe {
        let slot = pg_sys::table_slot_create(target.relation(), std::ptr::null_mut());
        let count = i32::try_from(conditions.len()).unwrap_or(0);
        let scan = majors::begin_scan(target.relation(), index, pg_sys::GetActiveSnapshot(), count);
        let conditions = conditions.as_mut_slice();
        let found = guarded(|| look(index, tuple, Scan { scan, slot, conditions }, order, rows));
        pg_sys::index_endscan(scan);
        pg_sys::ExecDropSingleTupleTableSlot(slot);
        found
    }
}

/// A scan for one key, begun.
struct Scan<'a> {
    scan: pg_sys::IndexScanDesc,
    slot: *mut pg_sys::TupleTableSlot,
    conditions: &'a mut [pg_sys::ScanKeyData],
}

impl Scan<'_> {
    /// Whether a row with this key is visible.
    ///
    /// # Safety
    /// Called under the guard; the values in the row's tuple are of the conditions' types.
    unsafe fn finds(&mut self, order: &KeyOrder<'_>, row: &GatheredRow) -> bool {
        for (condition, value) in self.conditions.iter_mut().zip(order.key_of(row)) {
            condition.sk_argument = value;
        }
        let count = i32::try_from(self.conditions.len()).unwrap_or(0);
        // SAFETY: by the caller's word.
        unsafe {
            unguarded::index_rescan(self.scan, self.conditions.as_mut_ptr(), count, std::ptr::null_mut(), 0);
            unguarded::index_getnext_slot(self.scan, pg_sys::ScanDirection::ForwardScanDirection, self.slot)
        }
    }
}

/// Looks for the rows one after another: the leaves tell which keys no entry has, and the scan judges the others.
///
/// # Safety
/// Called under the guard; the scan is one of `index`, and `tuple` one of its tuples.
unsafe fn look(
    index: pg_sys::Relation,
    tuple: pg_sys::IndexTuple,
    mut scan: Scan<'_>,
    order: &KeyOrder<'_>,
    rows: &[GatheredRow],
) -> bool {
    // SAFETY: by the caller's word; the walk lets its leaf go before anything else is asked of the index.
    unsafe {
        // A serializable transaction has to leave a mark where it looked, which a scan does.
        let walks = pg_sys::XactIsoLevel != pg_sys::XACT_SERIALIZABLE.cast_signed();
        let mut walk = LeafWalk::new(index, tuple);
        for (number, row) in rows.iter().enumerate() {
            // In the key's order the tuples lie anywhere.
            if let Some(later) = rows.get(number + AHEAD) {
                prefetch(later.key.cast_mut_ptr::<u8>());
            }
            if walks {
                for (column, value) in order.key_of(row).enumerate() {
                    walk.set(column, value);
                }
                if walk.find() == Presence::Absent {
                    continue;
                }
            }
            if scan.finds(order, row) {
                return true;
            }
            unguarded::check_for_interrupts();
        }
        walk.release();
        false
    }
}

/// A row's key as the index holds it.
fn index_tuple(index: pg_sys::Relation, order: &KeyOrder<'_>, row: &GatheredRow) -> pg_sys::IndexTuple {
    // SAFETY: the index is open.
    let layout = unsafe { (*index).rd_att };
    // SAFETY: as above; columns that the index only includes stay NULL.
    let columns = usize::try_from(unsafe { (*layout).natts }).unwrap_or(0);
    let mut values: Vec<pg_sys::Datum> = order.key_of(row).collect();
    let mut nulls: Vec<bool> = (0..columns).map(|column| column >= values.len()).collect();
    values.resize(columns, pg_sys::Datum::from(0_usize));
    // SAFETY: the arrays are as long as the layout, and the key's values are of its types.
    unsafe { pg_sys::index_form_tuple(layout, values.as_mut_ptr(), nulls.as_mut_ptr()) }
}

/// Conditions for equality with each of the index's key columns, still without values.
fn equalities(index: pg_sys::Relation) -> Vec<pg_sys::ScanKeyData> {
    // SAFETY: the index is open; its arrays are as long as its key, and a B-tree's operator family has an equality
    // for the type it was opened for.
    unsafe {
        let count = usize::try_from((*(*index).rd_index).indnkeyatts).unwrap_or(0);
        (0..count)
            .map(|number| {
                let input = *(*index).rd_opcintype.add(number);
                let operator = pg_sys::get_opfamily_member(
                    *(*index).rd_opfamily.add(number),
                    input,
                    input,
                    EQUAL.cast_signed(),
                );
                let mut condition = pg_sys::ScanKeyData::default();
                pg_sys::ScanKeyEntryInitialize(
                    &mut condition,
                    0,
                    i16::try_from(number + 1).unwrap_or(0),
                    EQUAL,
                    input,
                    *(*index).rd_indcollation.add(number),
                    pg_sys::get_opcode(operator),
                    pg_sys::Datum::from(0_usize),
                );
                condition
            })
            .collect()
    }
}
