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

/// Makes the memory that rows for a target are gathered in, and keeps it, empty, in place of what was kept before. Its end,
/// the transaction's perhaps, is the end of what is kept.
pub(crate) fn begin(target: pg_sys::Oid) -> pg_sys::MemoryContext {
    clear();
    // SAFETY: we are inside a transaction, which outlives what is gathered; the callback's memory is the context's.
    let context = unsafe {
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
    };
    let (rows, files, rest) = Default::default();
    GATHERED.set(Some(Gathered { context, target, rows, files, rest }));
    context
}

/// Keeps rows, which lie in the memory that `begin` made.
pub(crate) fn put_rows(rows: Vec<GatheredRow>) {
    change(|gathered| gathered.rows = rows);
}

/// Keeps what else was found while gathering.
pub(crate) fn put_counts(files: BTreeMap<i32, FileCounts>, rest: Vec<Rest>) {
    change(|gathered| (gathered.files, gathered.rest) = (files, rest));
}

/// Takes the rows and says which target they are for. Their memory stays, to be freed with all else, however the taker ends.
pub(crate) fn take_rows() -> Option<(pg_sys::Oid, Vec<GatheredRow>)> {
    change(|gathered| (gathered.target, std::mem::take(&mut gathered.rows)))
}

fn change<R>(change: impl FnOnce(&mut Gathered) -> R) -> Option<R> {
    GATHERED.with_borrow_mut(|kept| kept.as_mut().map(change))
}

/// Called by PostgreSQL when a context of gathered rows ends.
unsafe extern "C-unwind" fn forget(context: *mut c_void) {
    GATHERED.with_borrow_mut(|kept| {
        if kept.as_ref().is_some_and(|gathered| gathered.context.cast::<c_void>() == context) {
            *kept = None;
        }
    });
}

/// Frees what is kept.
pub(crate) fn clear() {
    if let Some(gathered) = GATHERED.take() {
        // SAFETY: made by `begin`; the transaction goes on, so it still exists, and what referred to it is dropped.
        unsafe { pg_sys::MemoryContextDelete(gathered.context) };
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
