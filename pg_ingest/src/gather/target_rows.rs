//! Rows into tuples of the target, held back until all of a unit's files are read.

use std::cell::Cell as Shared;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr;

use json_rows::{Cell, Contract, Row};
use pgrx::pg_sys;
use pgrx::prelude::PgSqlErrorCode;

use crate::call::Call;
use crate::database::{RowSink, datum};
use crate::gather::fates::Change;
use crate::gather::gathered::{GatheredRow, Rest};
use crate::gather::key_order::KeyOrder;
use crate::gather::made::{Made, Mark};
use crate::gather::target::{FromAround, Places, Target, is_mark};
use crate::majors;
use crate::memory::Memory;
use crate::refusal::refuse;
use crate::unguarded::{self, guarded};

/// Bytes of tuples that are kept in memory, of all targets of a unit; one whose rows take more goes by the load statement, which
/// spills. Bodies are bounded already, but a number of eight bytes can become a text of 128 kB.
const MOST_BYTES: usize = 256 << 20;

/// The file that rows come from.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) file_no: i32,
    pub(crate) file_id: i64,
    /// Set when the body is this one record of an earlier file.
    pub(crate) only_record: Option<i32>,
    /// A timestamptz, which is passed by value.
    pub(crate) source_time: Option<pg_sys::Datum>,
    /// A text.
    pub(crate) sequencer: Option<pg_sys::Datum>,
}

/// Makes the target's tuples of rows, as long as the target is open.
pub(crate) struct TargetRows<'a> {
    target: PhantomData<&'a Target>,
    places: Places,
    /// Of a child.
    from_around: Vec<FromAround>,
    /// Numbers of the file's records of which no row is kept, in order.
    excluded: Vec<i32>,
    /// The row taken last, where it is good, and the number of its record.
    last: Option<(pg_sys::HeapTuple, i32)>,
    layout: pg_sys::TupleDesc,
    /// The key's first column, counted from 1.
    first_key: Option<i32>,
    /// Places that must not hold NULL.
    required: Vec<usize>,
    /// Those of key and version, which are all that a record needs to delete.
    required_to_delete: Vec<usize>,
    /// One for each column of the contract.
    defaults: Vec<*mut pg_sys::ExprState>,
    checks: Vec<*mut pg_sys::ExprState>,
    executor: *mut pg_sys::EState,
    expressions: *mut pg_sys::ExprContext,
    slot: *mut pg_sys::TupleTableSlot,
    loaded_at: pg_sys::Datum,
    /// Where the tuples are kept, and what a file's have in common.
    kept: Memory<'a>,
    origin: Origin,
    /// Of all tuples of the unit so far, those of other targets among them.
    bytes: &'a Shared<usize>,
    /// Whether records may delete.
    has_deletes: bool,
    made: Made,
    /// How many there were before the record under way.
    before: Mark,
}

impl<'a> TargetRows<'a> {
    /// Rows become tuples of `target`, kept in `kept` and counted in `bytes`; none whose version would be NULL, by the
    /// column's default perhaps.
    pub(crate) fn new(
        call: Call<'a>,
        contract: &Contract,
        target: &'a Target,
        places: Places,
        key: Option<&KeyOrder<'_>>,
        kept: Memory<'a>,
        bytes: &'a Shared<usize>,
    ) -> TargetRows<'a> {
        let version = key.and_then(|key| key.version_column());
        // SAFETY: all of it is made in the call's memory, by PostgreSQL's own constructors for an open relation, and freed
        // in `finish`.
        call.memory().run(|| unsafe {
            let executor = pg_sys::CreateExecutorState();
            let expressions = pg_sys::MakePerTupleExprContext(executor);
            let slot = pg_sys::MakeSingleTupleTableSlot(target.layout(), &raw const pg_sys::TTSOpsVirtual);
            // Values are replaced row by row and belong to others, so that the slot never has to be emptied. Columns
            // that were dropped stay NULL.
            pg_sys::ExecStoreVirtualTuple(slot);
            let columns = usize::try_from((*target.layout()).natts).unwrap_or(0);
            ptr::write_bytes((*slot).tts_isnull, 1, columns);
            (*expressions).ecxt_scantuple = slot;
            let defaults = contract.columns.iter().zip(&places.columns);
            TargetRows {
                target: PhantomData,
                defaults: defaults
                    .map(
                        |(column, place)| {
                            if column.has_default {
                                default(target, *place, executor)
                            } else {
                                ptr::null_mut()
                            }
                        },
                    )
                    .collect(),
                checks: checks(target, executor),
                layout: target.layout(),
                first_key: key.and_then(|key| key.first_column()),
                required: (target.attributes().iter().enumerate())
                    .filter(|(_, attribute)| !attribute.attisdropped)
                    .filter(|(_, attribute)| {
                        attribute.attnotnull || Some(i32::from(attribute.attnum)) == version
                    })
                    .filter(|(_, attribute)| !is_mark(contract, attribute))
                    .map(|(place, _)| place)
                    .collect(),
                required_to_delete: (key.into_iter().flat_map(KeyOrder::columns).chain(version))
                    .filter_map(|column| usize::try_from(column - 1).ok())
                    .collect(),
                places,
                from_around: Vec::new(),
                excluded: Vec::new(),
                last: None,
                executor,
                expressions,
                slot,
                loaded_at: pg_sys::Datum::from(pg_sys::GetCurrentStatementStartTimestamp()),
                kept,
                origin: Origin {
                    file_no: 0,
                    file_id: 0,
                    only_record: None,
                    source_time: None,
                    sequencer: None,
                },
                bytes,
                has_deletes: contract.deletes.is_some(),
                made: Made::default(),
                before: Mark::default(),
            }
        })
    }

    /// Rows stand inside those of another target.
    pub(crate) fn inside(self, from_around: Vec<FromAround>) -> TargetRows<'a> {
        TargetRows { from_around, ..self }
    }

    /// Rows come from this file from now on.
    pub(crate) fn begin_file(&mut self, origin: Origin) {
        // SAFETY: a text, which has no fixed length. The copy lives as long as the rows that are made with it.
        let copy = |text: pg_sys::Datum| unsafe { pg_sys::pg_detoast_datum_copy(text.cast_mut_ptr()) }.into();
        self.origin = Origin { sequencer: self.kept.run(|| origin.sequencer.map(copy)), ..origin };
    }

    /// Of these records of the file no row is kept.
    pub(crate) fn exclude(&mut self, records: &[i32]) {
        self.excluded.clear();
        self.excluded.extend_from_slice(records);
    }

    /// How much was made so far.
    pub(crate) fn mark(&self) -> Mark {
        self.made.mark()
    }

    /// Forgets what was made since.
    pub(crate) fn forget_since(&mut self, mark: Mark) {
        self.made.forget_since(mark);
    }

    /// Frees what making rows took, and gives what was made.
    pub(crate) fn finish(self) -> Made {
        // SAFETY: made in `new`.
        unsafe {
            pg_sys::ExecDropSingleTupleTableSlot(self.slot);
            pg_sys::FreeExecutorState(self.executor);
        }
        self.made
    }

    #[inline]
    fn set(&mut self, place: usize, value: pg_sys::Datum, null: bool) {
        // SAFETY: places come from the attributes of the slot's own descriptor.
        unsafe {
            *(*self.slot).tts_values.add(place) = value;
            *(*self.slot).tts_isnull.add(place) = null;
        }
    }

    /// Fills the slot with a row's values.
    fn fill(&mut self, row: &Row<'_>, record_no: i32) {
        for position in 0..self.places.columns.len() {
            let Some(place) = self.places.columns.get(position).copied() else { break };
            let absent = row.absent.get(position).copied().unwrap_or(false);
            if row.cells.get(position) == Some(&Cell::Given) {
                continue;
            }
            let (value, null) = match self.defaults.get(position).copied() {
                Some(default) if absent && !default.is_null() => self.evaluate(default),
                _ => row
                    .cells
                    .get(position)
                    .map_or((pg_sys::Datum::from(0_usize), true), |cell| datum(*cell, row.images)),
            };
            self.set(place, value, null);
        }
        let metadata = self.places.metadata;
        let rescued = datum(row.rescued, row.images);
        let origin = self.origin;
        for (place, value) in [
            (metadata.file_id, Some(pg_sys::Datum::from(origin.file_id))),
            (metadata.record_no, Some(pg_sys::Datum::from(record_no))),
            (metadata.loaded_at, Some(self.loaded_at)),
            (metadata.source_time, origin.source_time),
            (metadata.sequencer, origin.sequencer),
            (metadata.rescued, (!rescued.1).then_some(rescued.0)),
        ] {
            if let Some(place) = place {
                self.set(place, value.unwrap_or(pg_sys::Datum::from(0_usize)), value.is_none());
            }
        }
    }

    fn evaluate(&mut self, expression: *mut pg_sys::ExprState) -> (pg_sys::Datum, bool) {
        let mut null = true;
        // SAFETY: the expression was prepared for this context; its value lives until the row's end.
        let value = unsafe { pg_sys::ExecEvalExprSwitchContext(expression, self.expressions, &mut null) };
        (value, null)
    }

    /// Judges the filled slot and makes its tuple where there is nothing wrong.
    ///
    /// # Safety
    /// Called under the guard.
    unsafe fn judge(&self, clean: bool, deletes: bool) -> Verdict {
        // SAFETY: the checks were prepared for this context and places are the slot's own; its arrays are as long as
        // the layout, and the tuple holds copies of their values; key columns are never NULL. Nothing refers to what
        // expressions left behind.
        unsafe {
            let (values, nulls) = ((*self.slot).tts_values, (*self.slot).tts_isnull);
            let required = if deletes { &self.required_to_delete } else { &self.required };
            let met = (deletes
                || self.checks.iter().all(|check| unguarded::ExecCheck(*check, self.expressions)))
                && (!clean || required.iter().all(|place| !*nulls.add(*place)));
            let verdict = if !met {
                // The values of columns at fault are NULL here, which may be why: the load statement knows better.
                Verdict::Doubtful
            } else if clean {
                // An error jumps over this frame, and the guard puts the context back.
                let outer = pg_sys::MemoryContextSwitchTo(self.kept.context());
                let tuple = unguarded::heap_form_tuple(self.layout, values, nulls);
                pg_sys::MemoryContextSwitchTo(outer);
                let key = self.first_key.map_or(pg_sys::Datum::from(0_usize), |column| {
                    unguarded::nocachegetattr(tuple, column, self.layout)
                });
                Verdict::Good(tuple, key)
            } else {
                Verdict::Bad
            };
            unguarded::reset((*self.expressions).ecxt_per_tuple_memory);
            verdict
        }
    }
}

/// What became of a row.
#[derive(Clone, Copy)]
enum Verdict {
    /// Its tuple, and the first column of its key.
    Good(pg_sys::HeapTuple, pg_sys::Datum),
    /// Its faults are known already.
    Bad,
    /// Refused by a constraint: the load statement words the reject.
    Doubtful,
}

impl RowSink for TargetRows<'_> {
    fn take(&mut self, row: &Row<'_>) {
        let record_no = self.origin.only_record.unwrap_or(row.record_no);
        self.last = None;
        if self.excluded.binary_search(&record_no).is_ok() {
            return;
        }
        self.fill(row, record_no);
        // SAFETY: what runs under the guard has words and borrows only.
        match unsafe { guarded(|| self.judge(row.faults.is_empty(), row.deletes)) } {
            Verdict::Good(tuple, key) => {
                // SAFETY: the tuple was made a moment ago.
                self.bytes.set(self.bytes.get() + unsafe { (*tuple).t_len } as usize);
                if self.bytes.get() > MOST_BYTES {
                    refuse(
                        PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
                        "the rows of a unit take more than 256 MB; expected less, to gather them in memory",
                    );
                }
                self.made.rows.push(GatheredRow::new(tuple, key, self.origin.file_no));
                if self.has_deletes {
                    self.made.changes.push(Change { record_no, deletes: row.deletes });
                }
                self.last = Some((tuple, record_no));
            }
            Verdict::Bad => {}
            Verdict::Doubtful => self.made.rest.push(Rest {
                file_no: self.origin.file_no,
                record_no: row.record_no,
                record: row.raw.into(),
                place: row.places.json(),
            }),
        }
    }

    fn begin_record(&mut self) {
        self.before = self.mark();
    }

    fn forget_record(&mut self) {
        self.forget_since(self.before);
        self.last = None;
    }

    fn stand_around(&self, child: &mut Self) -> bool {
        let Some((tuple, record_no)) = self.last else { return false };
        for from in child.from_around.clone() {
            match from {
                FromAround::Column(place, column) => {
                    // SAFETY: the tuple has this layout, of which the column is one, and lives as long as the rows. The
                    // function never raises. A key's column holds no NULL.
                    let value = unsafe { unguarded::nocachegetattr(tuple, column, self.layout) };
                    child.set(place, value, false);
                }
                FromAround::RecordNo(place) => child.set(place, pg_sys::Datum::from(record_no), false),
            }
        }
        true
    }
}

/// A column's default, ready to run; null when it has none.
unsafe fn default(target: &Target, place: usize, executor: *mut pg_sys::EState) -> *mut pg_sys::ExprState {
    // SAFETY: the relation is open and the place one of its attributes'; a node that comes back is an expression.
    unsafe {
        let number = i32::try_from(place + 1).unwrap_or(0);
        let expression = pg_sys::build_column_default(target.relation(), number);
        if expression.is_null() {
            return ptr::null_mut();
        }
        pg_sys::ExecPrepareExpr(expression.cast(), executor)
    }
}

/// The table's CHECK constraints, ready to run.
unsafe fn checks(target: &Target, executor: *mut pg_sys::EState) -> Vec<*mut pg_sys::ExprState> {
    // SAFETY: the descriptor of an open relation holds `num_check` checks, each the text of an expression.
    unsafe {
        let constraints = (*target.layout()).constr;
        if constraints.is_null() {
            return Vec::new();
        }
        (0..usize::from((*constraints).num_check))
            .map(|number| &*(*constraints).check.add(number))
            .filter(|check| majors::is_enforced(check))
            .map(|check| {
                pg_sys::ExecPrepareExpr(pg_sys::stringToNode(check.ccbin).cast::<c_void>().cast(), executor)
            })
            .collect()
    }
}
