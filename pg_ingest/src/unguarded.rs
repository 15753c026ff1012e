//! PostgreSQL's functions as they are, for loops that call several of them for every row.
//!
//! pgrx guards each single call: a `sigsetjmp`, so that an error becomes a panic and Rust's frames are left in order.
//! Here one guard is put around many calls instead. An error then jumps over every frame between it and the guard,
//! so none of them may hold a value with a destructor.

use pgrx::pg_sys::{
    self, Datum, EState, ExprContext, ExprState, HeapTuple, IndexScanDesc, List, MemoryContext,
    ResultRelInfo, ScanKey, TupleDesc, TupleTableSlot,
};

unsafe extern "C-unwind" {
    pub(crate) fn AfterTriggerBeginQuery();
    pub(crate) fn AfterTriggerEndQuery(executor: *mut EState);
    pub(crate) fn ExecARInsertTriggers(
        executor: *mut EState,
        result: *mut ResultRelInfo,
        slot: *mut TupleTableSlot,
        to_check_again: *mut List,
        transition: *mut pg_sys::TransitionCaptureState,
    );
    pub(crate) fn ExecCheck(state: *mut ExprState, context: *mut ExprContext) -> bool;
    pub(crate) fn ExecInsertIndexTuples(
        result: *mut ResultRelInfo,
        slot: *mut TupleTableSlot,
        executor: *mut EState,
        update: bool,
        no_duplicate_error: bool,
        conflict: *mut bool,
        arbiters: *mut List,
        #[cfg(not(feature = "pg15"))] only_summarising: bool,
    ) -> *mut List;
    pub(crate) fn ExecCloseResultRelations(executor: *mut EState);
    pub(crate) fn ExecResetTupleTable(slots: *mut List, should_free: bool);
    pub(crate) fn ExecStoreHeapTuple(
        tuple: HeapTuple,
        slot: *mut TupleTableSlot,
        should_free: bool,
    ) -> *mut TupleTableSlot;
    pub(crate) fn MemoryContextReset(context: MemoryContext);
    pub(crate) fn ProcessInterrupts();
    pub(crate) fn heap_form_tuple(layout: TupleDesc, values: *mut Datum, nulls: *mut bool) -> HeapTuple;
    pub(crate) fn index_getnext_slot(
        scan: IndexScanDesc,
        direction: pg_sys::ScanDirection::Type,
        slot: *mut TupleTableSlot,
    ) -> bool;
    pub(crate) fn index_rescan(
        scan: IndexScanDesc,
        conditions: ScanKey,
        count: i32,
        orders: ScanKey,
        order_count: i32,
    );
    pub(crate) fn nocachegetattr(tuple: HeapTuple, column: i32, layout: TupleDesc) -> Datum;
}

/// Runs `calls` under one guard: an error of PostgreSQL's becomes a panic behind it.
///
/// # Safety
/// No frame between the guard and a call that may raise holds a value with a destructor, and nothing in it panics.
#[inline]
pub(crate) unsafe fn guarded<T>(calls: impl FnOnce() -> T) -> T {
    // SAFETY: by the caller's word; a backend has one thread.
    unsafe { pg_sys::ffi::pg_guard_ffi_boundary(calls) }
}

/// Lets a cancelled or terminated session end here, as `CHECK_FOR_INTERRUPTS()` does.
///
/// # Safety
/// Runs under [`guarded`], by whose rule it may raise.
#[inline]
pub(crate) unsafe fn check_for_interrupts() {
    // SAFETY: by the caller's word; a signal handler sets the flag, so that it has to be read anew each time.
    unsafe {
        if (&raw const pg_sys::InterruptPending).read_volatile() != 0 {
            ProcessInterrupts();
        }
    }
}

/// Empties a memory context, unless nothing was allocated in it since it was last emptied.
///
/// # Safety
/// The context exists and nothing refers to what is in it. No callback of the context may raise.
#[inline]
pub(crate) unsafe fn reset(context: MemoryContext) {
    // SAFETY: by the caller's word.
    unsafe {
        if !(*context).isReset || !(*context).firstchild.is_null() {
            MemoryContextReset(context);
        }
    }
}

/// Asks the processor for the memory at `address`, which is looked at soon. Any address will do.
#[inline]
pub(crate) fn prefetch<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which no address makes raise.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
