//! Rows of which some delete: which of a key's records becomes of it what, as `winners_with_deletes_sql()` has it in the load statement.

use crate::gather::fates::{Change, Delete, Fate};
use crate::gather::gathered::GatheredRow;
use crate::gather::key_order::KeyOrder;

/// Puts rows in the key's order and keeps one of each key: the newest or, where rows are marked in the place of being deleted, the
/// newest of those that delete nothing. `changes` has one for each row as they came.
pub(crate) fn settle(
    order: &mut KeyOrder<'_>,
    rows: &mut Vec<GatheredRow>,
    changes: &[Change],
    marks: bool,
) -> Vec<Fate> {
    order.sort(rows);
    let change_of = |row: &GatheredRow| {
        let change = usize::try_from(row.arrival).ok().and_then(|arrival| changes.get(arrival));
        change.copied().unwrap_or(Change { record_no: 0, deletes: false })
    };
    let mut fates = Vec::with_capacity(rows.len());
    let mut kept: Vec<GatheredRow> = Vec::with_capacity(rows.len());
    let mut rest = rows.as_slice();
    while let Some(newest) = rest.first() {
        let others = rest.iter().skip(1).take_while(|row| order.has_key_of(newest, row)).count();
        let (of_key, behind) = rest.split_at_checked(others + 1).unwrap_or((rest, &[]));
        rest = behind;
        let winner = of_key.iter().find(|row| !marks || !change_of(row).deletes).unwrap_or(newest);
        let delete = of_key.iter().find(|row| change_of(row).deletes).map(|row| Delete {
            is_newest: row.arrival == newest.arrival,
            file_no: row.file_no,
            record_no: change_of(row).record_no,
            version: order.version_of(row),
        });
        fates.push(Fate { change: change_of(winner), delete });
        kept.push(*winner);
    }
    *rows = kept;
    fates
}
