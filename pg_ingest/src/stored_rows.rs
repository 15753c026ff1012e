//! Rows into the result of `read_rows`.

use json_rows::{Cell, Contract, Row};
use pgrx::pg_sys;

use crate::database::{RowSink, datum};
use crate::input_function::ElementLayout;
use crate::result_set::ResultSet;

/// The result of a call of `read_rows`, under way.
pub(crate) struct StoredRows<'a> {
    contract: &'a Contract,
    result: ResultSet<'a>,
}

impl<'a> StoredRows<'a> {
    /// Rows go to `result`, which was begun with the contract's types.
    pub(crate) fn new(contract: &'a Contract, result: ResultSet<'a>) -> StoredRows<'a> {
        StoredRows { contract, result }
    }

    /// Forgets the rows.
    pub(crate) fn clear(&mut self) {
        self.result.clear();
    }
}

/// The faults as `smallint[]`, in the current memory context.
fn fault_array(faults: &[i16]) -> Cell {
    if faults.is_empty() {
        return Cell::Null;
    }
    let mut words: Vec<pg_sys::Datum> = faults.iter().map(|fault| pg_sys::Datum::from(*fault)).collect();
    let count = i32::try_from(words.len()).unwrap_or(0);
    let layout = ElementLayout::find(pg_sys::INT2OID);
    // SAFETY: `count` words, each a smallint, which is the type whose layout is given.
    let array = unsafe {
        pg_sys::construct_array(
            words.as_mut_ptr(),
            count,
            pg_sys::INT2OID,
            i32::from(layout.length),
            layout.by_value,
            layout.alignment,
        )
    };
    Cell::Word(array as u64)
}

impl RowSink for StoredRows<'_> {
    fn take(&mut self, row: &Row<'_>) {
        let images = row.images;
        self.result.set(0, datum(Cell::Word(u64::from(row.record_no.unsigned_abs())), images));
        self.result.set(1, datum(fault_array(row.faults), images));
        let mut place = 2;
        for (wanted, cell) in
            [(self.contract.want_rescued, row.rescued), (self.contract.want_record, row.record)]
        {
            if wanted {
                self.result.set(place, datum(cell, images));
                place += 1;
            }
        }
        for cell in row.cells {
            self.result.set(place, datum(*cell, images));
            place += 1;
        }
        for (column, absent) in self.contract.columns.iter().zip(row.absent) {
            if column.has_default {
                self.result.set(place, datum(Cell::Word(u64::from(*absent)), images));
                place += 1;
            }
        }
        // SAFETY: the types are those of the contract by which the cells were made. Images begin at multiples of eight
        // in memory that the allocator aligns to at least eight.
        unsafe { self.result.add() };
    }
}
