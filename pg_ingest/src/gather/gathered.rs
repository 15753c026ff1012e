//! Rows of a unit's files, made but not yet in the table: kept in the backend from `gather()` to what uses them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::c_void;

use pgrx::pg_sys;
use pgrx::prelude::PgSqlErrorCode;

use crate::gather::fates::Fates;
use crate::gather::target::Target;
use crate::memory::Memory;
use crate::refusal::refuse;

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
    /// What columns read around it, as JSON.
    pub(crate) place: Option<String>,
}

/// What a file gave.
#[derive(Clone, Copy, Default)]
pub(crate) struct FileCounts {
    /// Rows that may be loaded.
    pub(crate) good: i64,
    /// Those among them that no other row of the unit replaces.
    pub(crate) winners: i64,
}

/// Where rows are gathered. Freed with its owner, also on an error's way up, and at the transaction's end at the latest.
pub(crate) struct GatheringMemory {
    context: pg_sys::MemoryContext,
}

impl GatheringMemory {
    /// An empty one, which ends with the transaction.
    pub(crate) fn new() -> GatheringMemory {
        // SAFETY: we are inside a transaction; the callback's memory is the context's.
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
            GatheringMemory { context }
        }
    }

    /// The memory, for as long as its owner is borrowed.
    pub(crate) fn memory(&self) -> Memory<'_> {
        // SAFETY: the context exists as long as its owner. What the transaction's end leaves of `GATHERED`, `forget` drops;
        // a call that has one of its own ends before its transaction.
        unsafe { Memory::kept(self.context) }
    }
}

impl Drop for GatheringMemory {
    fn drop(&mut self) {
        // SAFETY: as above, and nobody has borrowed it.
        unsafe { pg_sys::MemoryContextDelete(self.context) };
    }
}

/// All rows of a unit for one target.
pub(crate) struct GatheredTable {
    /// One row a key, in the key's order; without a key, in the order of reading.
    pub(crate) rows: Vec<GatheredRow>,
    pub(crate) files: BTreeMap<i32, FileCounts>,
    /// What becomes of each row's key, where records may delete.
    pub(crate) fates: Option<Fates>,
    target: pg_sys::Oid,
    /// The form that the target had when the rows were made, in the same memory.
    form: pg_sys::TupleDesc,
}

impl GatheredTable {
    /// Rows that were made of `target`, whose memory keeps the form as well.
    pub(crate) fn new(
        memory: &GatheringMemory,
        target: &Target,
        rows: Vec<GatheredRow>,
        files: BTreeMap<i32, FileCounts>,
    ) -> GatheredTable {
        // SAFETY: the target is open; the copy shares nothing with it.
        let form = memory.memory().run(|| unsafe { pg_sys::CreateTupleDescCopyConstr(target.layout()) });
        GatheredTable { rows, files, fates: None, target: target.oid(), form }
    }

    /// With what becomes of the rows' keys.
    pub(crate) fn with_fates(self, fates: Option<Fates>) -> GatheredTable {
        GatheredTable { fates, ..self }
    }

    /// Opens the target again. Raises an error if it has another form by now: the rows would be misread, or would lack what
    /// a new constraint asks for. Its lock keeps other sessions from altering it, but not this one.
    pub(crate) fn open_target(&self) -> Target {
        let target = Target::open(self.target);
        // SAFETY: both descriptors are whole, the one as long as the target is open, the other as long as `self`.
        if !unsafe { pg_sys::equalTupleDescs(self.form, target.layout()) } {
            refuse(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                format!(
                    "table {} was altered after its rows were gathered; expected the columns, defaults and constraints \
                     that it had: call gather() again",
                    target.name()
                ),
            );
        }
        target
    }
}

/// What a unit gave for a target, and for those of its children.
pub(crate) struct Gathered {
    pub(crate) own: GatheredTable,
    /// In the order of the contract's family; none where their rows cannot be inserted with the target's own.
    pub(crate) children: Vec<GatheredTable>,
    pub(crate) rest: Vec<Rest>,
    /// Holds the tuples.
    memory: GatheringMemory,
}

impl Gathered {
    /// Tables whose rows are in `memory`.
    pub(crate) fn new(
        memory: GatheringMemory,
        own: GatheredTable,
        children: Vec<GatheredTable>,
        rest: Vec<Rest>,
    ) -> Gathered {
        Gathered { own, children, rest, memory }
    }
}

/// Keeps what was gathered, in place of what was kept before, until it is taken, cleared, or the transaction ends.
pub(crate) fn keep(gathered: Gathered) {
    drop(GATHERED.replace(Some(gathered)));
}

/// Takes what is kept.
pub(crate) fn take() -> Option<Gathered> {
    GATHERED.take()
}

/// Called by PostgreSQL when a context of gathered rows ends.
unsafe extern "C-unwind" fn forget(context: *mut c_void) {
    GATHERED.with_borrow_mut(|kept| {
        let Some(ended) = kept.take_if(|gathered| gathered.memory.context.cast::<c_void>() == context) else {
            return;
        };
        // PostgreSQL is deleting it already.
        std::mem::forget(ended.memory);
    });
}

/// Frees what is kept.
pub(crate) fn clear() {
    drop(GATHERED.take());
}

/// Whether anything is kept.
pub(crate) fn is_any() -> bool {
    look(|_| true)
}

/// Looks at what is kept; nothing kept gives the default.
pub(crate) fn look<R: Default>(look: impl FnOnce(&Gathered) -> R) -> R {
    GATHERED.with_borrow(|kept| kept.as_ref().map(look).unwrap_or_default())
}
