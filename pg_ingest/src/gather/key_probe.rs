//! Whether rows of certain keys stand in the table already.

use pgrx::pg_sys;

use crate::gather::gathered::GatheredRow;
use crate::gather::key_order::KeyOrder;
use crate::gather::target::Target;

/// The number of `=` in a B-tree operator family (PostgreSQL, "B-Tree Strategies").
const EQUAL: u16 = 3;

/// Whether any of the rows' keys is in `index`, the open primary key of `target`. Looks in the rows' order and stops at
/// the first that is.
pub(crate) fn any_present(
    target: &Target,
    index: pg_sys::Relation,
    order: &KeyOrder,
    rows: &[GatheredRow],
) -> bool {
    let mut conditions = equalities(index);
    let Ok(count) = i32::try_from(conditions.len()) else { return true };
    // SAFETY: both relations are open, the snapshot is that of the statement that called us, and the slot has the
    // form of the table. The values in the conditions live in the rows' tuples, which outlive the scan.
    unsafe {
        let slot = pg_sys::table_slot_create(target.relation(), std::ptr::null_mut());
        let scan = pg_sys::index_beginscan(target.relation(), index, pg_sys::GetActiveSnapshot(), count, 0);
        let mut found = false;
        for row in rows {
            for (condition, value) in conditions.iter_mut().zip(order.key_of(row)) {
                condition.sk_argument = value;
            }
            pg_sys::index_rescan(scan, conditions.as_mut_ptr(), count, std::ptr::null_mut(), 0);
            if pg_sys::index_getnext_slot(scan, pg_sys::ScanDirection::ForwardScanDirection, slot) {
                found = true;
                break;
            }
            pgrx::check_for_interrupts!();
        }
        pg_sys::index_endscan(scan);
        pg_sys::ExecDropSingleTupleTableSlot(slot);
        found
    }
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
