//! Rows of a unit's files, made but not yet in the table: kept in the backend from `gather()` to what uses them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::c_void;

use pgrx::pg_sys;

thread_local! {
    static GATHERED: RefCell<Option<Gathered>> = const { RefCell::new(None) };
}

/// A row as a tuple of its target.
#[derive(Clone, Copy)]
pub(crate) struct GatheredRow {
    pub(crate) tuple: pg_sys::HeapTuple,
    pub(crate) file_no: i32,
    /// Its place in the order of reading.
    pub(crate) arrival: u32,
    /// The first column of the key (0 without one), and the same cut to a word that sorts alike.
    pub(crate) key: pg_sys::Datum,
    pub(crate) prefix: u64,
}

impl GatheredRow {
    /// A row that is not in any order yet.
    pub(crate) fn new(tuple: pg_sys::HeapTuple, key: pg_sys::Datum, file_no: i32) -> GatheredRow {
        GatheredRow { tuple, file_no, arrival: 0, key, prefix: 0 }
    }
}

/// A record that the load statement has to judge.
#[derive(Clone)]
pub(crate) struct Rest {
    pub(crate) file_no: i32,
    pub(crate) record_no: i32,
    pub(crate) record: Vec<u8>,
}

/// What a file gave.
#[derive(Clone, Copy, Default)]
pub(crate) struct FileCounts {
    /// Rows that may be loaded.
    pub(crate) good: i64,
    /// Those among them that no other row of the unit replaces.
    pub(crate) winners: i64,
}

/// All rows of a unit for one target.
pub(crate) struct Gathered {
    /// Holds the tuples; ends with the transaction at the latest.
    context: pg_sys::MemoryContext,
    pub(crate) target: pg_sys::Oid,
    /// One row a key, in the key's order; without a key, in the order of reading.
    pub(crate) rows: Vec<GatheredRow>,
    pub(crate) files: BTreeMap<i32, FileCounts>,
    pub(crate) rest: Vec<Rest>,
}

/// Makes the memory that rows are gathered in. Its end, the transaction's perhaps, is the end of what is kept.
pub(crate) fn new_context() -> pg_sys::MemoryContext {
    // SAFETY: we are inside a transaction, which outlives what is gathered; the callback's memory is the context's.
    unsafe {
        // Tuples lie close together in it: a usual context rounds each up to a power of two.
        let context = pg_sys::GenerationContextCreate(
            pg_sys::TopTransactionContext,
            c"pg_ingest gathered".as_ptr(),
            pg_sys::ALLOCSET_DEFAULT_MINSIZE as usize,
            pg_sys::ALLOCSET_DEFAULT_INITSIZE as usize,
            pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
        );
        let callback = pg_sys::MemoryContextAlloc(context, size_of::<pg_sys::MemoryContextCallback>())
            .cast::<pg_sys::MemoryContextCallback>();
        (*callback).func = Some(forget);
        (*callback).arg = context.cast();
        pg_sys::MemoryContextRegisterResetCallback(context, callback);
        context
    }
}

/// Called by PostgreSQL when a context of gathered rows ends.
unsafe extern "C-unwind" fn forget(context: *mut c_void) {
    GATHERED.with_borrow_mut(|kept| {
        if kept.as_ref().is_some_and(|gathered| gathered.context.cast::<c_void>() == context) {
            *kept = None;
        }
    });
}

impl Gathered {
    /// Rows that live in `context`.
    pub(crate) fn new(
        context: pg_sys::MemoryContext,
        target: pg_sys::Oid,
        rows: Vec<GatheredRow>,
        files: BTreeMap<i32, FileCounts>,
        rest: Vec<Rest>,
    ) -> Gathered {
        Gathered { context, target, rows, files, rest }
    }

    /// Frees the rows.
    pub(crate) fn free(self) {
        // SAFETY: made by `new_context`; the transaction goes on, so it still exists, and `self` ends here.
        unsafe { pg_sys::MemoryContextDelete(self.context) };
    }
}

/// Keeps what was gathered, in place of what was kept before.
pub(crate) fn keep(gathered: Gathered) {
    clear();
    GATHERED.set(Some(gathered));
}

/// Takes what is kept.
pub(crate) fn take() -> Option<Gathered> {
    GATHERED.take()
}

/// Frees what is kept.
pub(crate) fn clear() {
    if let Some(gathered) = take() {
        gathered.free();
    }
}

/// Whether anything is kept.
pub(crate) fn is_any() -> bool {
    look(|_| true)
}

/// Looks at what is kept; nothing kept gives the default.
pub(crate) fn look<R: Default>(look: impl FnOnce(&Gathered) -> R) -> R {
    GATHERED.with_borrow(|kept| kept.as_ref().map(look).unwrap_or_default())
}
