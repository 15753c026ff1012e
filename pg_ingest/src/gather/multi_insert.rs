//! Inserts rows that are new as COPY does: many to a page at a time, then their index entries. At the end PostgreSQL's own
//! triggers look for the rows that they refer to.

use std::ptr;

use pgrx::pg_sys;

use crate::gather::gathered::GatheredRow;
use crate::gather::target::Target;
use crate::majors;
use crate::unguarded::{self, guarded, prefetch};

/// Rows that go to the heap before their index entries follow. COPY takes 1,000; so many do not stay in a core's cache
/// from the one to the other (of the floor, 250 take 3 to 5 % less).
const AT_ONCE: usize = 250;

/// Rows between the one that is looked at and the one that is fetched into the cache.
const AHEAD: usize = 8;
/// Bytes of a row that are fetched: its head and what a usual row has.
const LINE: usize = 64;
const LINES: usize = 8;

/// Inserts rows in their order. An entry that violates a unique index raises, as it does in an INSERT.
/// False, and nothing is inserted, where the table has an index or, by now, a trigger that only the executor can serve.
pub(crate) fn insert(target: &Target, rows: &[GatheredRow]) -> bool {
    if !target.is_plain() {
        return false;
    }
    // SAFETY: an open table has an access method, which lives as long as the backend.
    let Some(multi_insert) = (unsafe { (*(*target.relation()).rd_tableam).multi_insert }) else {
        return false;
    };
    let Some(result) = target.open_indexes() else { return false };
    // SAFETY: everything is made here for the open table and freed at the end. A slot holds its tuple's address until
    // it is cleared; then it frees the tuple, which nobody else refers to: the rows are used up. What runs under the
    // guard has words and borrows only.
    unsafe {
        let executor = pg_sys::CreateExecutorState();
        (*executor).es_result_relations = ptr::null_mut();
        let command = pg_sys::GetCurrentCommandId(true);
        let has_parents = target.has_parents();
        if has_parents {
            guarded(|| unguarded::AfterTriggerBeginQuery());
        }
        let mut slots: Vec<*mut pg_sys::TupleTableSlot> = (0..rows.len().min(AT_ONCE))
            .map(|_| pg_sys::MakeSingleTupleTableSlot(target.layout(), &raw const pg_sys::TTSOpsHeapTuple))
            .collect();
        for part in rows.chunks(AT_ONCE) {
            let slots = slots.as_mut_slice();
            guarded(|| {
                store(part, slots);
                let count = i32::try_from(part.len()).unwrap_or(0);
                multi_insert(target.relation(), slots.as_mut_ptr(), count, command, 0, ptr::null_mut());
                for slot in slots.iter().take(part.len()) {
                    enter(result, *slot, executor);
                    if has_parents {
                        unguarded::ExecARInsertTriggers(
                            executor,
                            result,
                            *slot,
                            ptr::null_mut(),
                            ptr::null_mut(),
                        );
                    }
                    clear(*slot);
                }
                unguarded::check_for_interrupts();
            });
        }
        if has_parents {
            // What they open, they leave to whoever closes the executor.
            guarded(|| {
                unguarded::AfterTriggerEndQuery(executor);
                // The slots that triggers were given hold on to the table's form.
                unguarded::ExecResetTupleTable((*executor).es_tupleTable, false);
                unguarded::ExecCloseResultRelations(executor);
            });
        }
        for slot in slots {
            pg_sys::ExecDropSingleTupleTableSlot(slot);
        }
        pg_sys::ExecCloseIndices(result);
        pg_sys::FreeExecutorState(executor);
    }
    true
}

/// Puts each row's tuple into its slot.
///
/// # Safety
/// Called under the guard; tuples and slots have the same form, and there are as many slots as rows.
unsafe fn store(rows: &[GatheredRow], slots: &[*mut pg_sys::TupleTableSlot]) {
    for (number, (row, slot)) in rows.iter().zip(slots).enumerate() {
        // In the key's order the tuples lie anywhere; what follows copies them whole.
        if let Some(later) = rows.get(number + AHEAD) {
            for line in 0..LINES {
                prefetch(later.tuple.cast::<u8>().wrapping_add(line * LINE));
            }
        }
        // SAFETY: by the caller's word.
        unsafe { unguarded::ExecStoreHeapTuple(row.tuple, *slot, true) };
    }
}

/// Empties a slot, as `ExecClearTuple()` does.
///
/// # Safety
/// Called under the guard; the slot exists.
unsafe fn clear(slot: *mut pg_sys::TupleTableSlot) {
    // SAFETY: by the caller's word; every kind of slot says how it is emptied.
    unsafe {
        if let Some(clear) = (*(*slot).tts_ops).clear {
            clear(slot);
        }
    }
}

/// Makes the index entries of a row that is in the heap.
///
/// # Safety
/// Called under the guard; the slot holds a row of the table whose indexes `result` has open.
unsafe fn enter(
    result: *mut pg_sys::ResultRelInfo,
    slot: *mut pg_sys::TupleTableSlot,
    executor: *mut pg_sys::EState,
) {
    // SAFETY: by the caller's word.
    unsafe {
        if (*result).ri_NumIndices > 0 {
            majors::insert_index_entries(result, slot, executor);
            let context = (*executor).es_per_tuple_exprcontext;
            if !context.is_null() {
                unguarded::reset((*context).ecxt_per_tuple_memory);
            }
        }
    }
}
