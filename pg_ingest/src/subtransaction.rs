//! An internal subtransaction: what raises inside it leaves the transaction as it was.

use std::panic::AssertUnwindSafe;

use pgrx::PgTryBuilder;
use pgrx::pg_sys;
use pgrx::pg_sys::panic::CaughtError;

/// An open subtransaction; rolled back when it is dropped, as an error on its way up drops it.
pub(crate) struct Subtransaction {
    owner: pg_sys::ResourceOwner,
    context: pg_sys::MemoryContext,
}

impl Subtransaction {
    /// Opens a subtransaction and stays in the memory context that is current.
    pub(crate) fn begin() -> Subtransaction {
        // SAFETY: we are inside a function call, hence inside a transaction; both globals are set then, and the
        // context outlives the call. What the call opened is closed in `release` or `drop`, on every way out.
        unsafe {
            let (owner, context) = (pg_sys::CurrentResourceOwner, pg_sys::CurrentMemoryContext);
            pg_sys::BeginInternalSubTransaction(std::ptr::null());
            pg_sys::MemoryContextSwitchTo(context);
            Subtransaction { owner, context }
        }
    }

    /// Closes the subtransaction and keeps what was done in it.
    pub(crate) fn release(self) {
        let (owner, context) = (self.owner, self.context);
        std::mem::forget(self);
        // SAFETY: the innermost open subtransaction is the one that `begin` opened, since nothing that runs in
        // between leaves one open.
        unsafe { pg_sys::ReleaseCurrentSubTransaction() };
        restore(owner, context);
    }
}

impl Drop for Subtransaction {
    fn drop(&mut self) {
        // SAFETY: as in `release`; an error that is on its way has been taken from PostgreSQL's stack by pgrx, so
        // that PostgreSQL is ready to roll back.
        unsafe { pg_sys::RollbackAndReleaseCurrentSubTransaction() };
        restore(self.owner, self.context);
    }
}

fn restore(owner: pg_sys::ResourceOwner, context: pg_sys::MemoryContext) {
    // SAFETY: both belong to the surrounding call, which is still running.
    unsafe {
        pg_sys::MemoryContextSwitchTo(context);
        pg_sys::CurrentResourceOwner = owner;
    }
}

/// Runs `call`; an error of PostgreSQL's comes back instead of going up. Its caller has to roll back.
pub(crate) fn catch<R>(call: impl FnOnce() -> R) -> Result<R, Box<CaughtError>> {
    PgTryBuilder::new(AssertUnwindSafe(|| Ok(call()))).catch_others(|error| Err(Box::new(error))).execute()
}

/// The five characters of an error's SQLSTATE.
pub(crate) fn sqlstate(error: &CaughtError) -> [u8; 5] {
    let report = match error {
        CaughtError::PostgresError(report) | CaughtError::ErrorReport(report) => report,
        CaughtError::RustPanic { ereport, .. } => ereport,
    };
    // Six bits a character, the first lowest, each less the code of '0' (utils/elog.h, MAKE_SQLSTATE).
    let packed = report.sql_error_code() as i32;
    std::array::from_fn(|place| b'0' + u8::try_from(packed >> (6 * place) & 0x3F).unwrap_or(0))
}
