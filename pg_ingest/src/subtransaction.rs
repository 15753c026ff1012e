//! An internal subtransaction: what raises inside it leaves the transaction as it was.

use std::panic::AssertUnwindSafe;

use pgrx::PgTryBuilder;
use pgrx::pg_sys;
use pgrx::pg_sys::panic::CaughtError;

use crate::call::Call;
use crate::memory::back_where_we_were;

/// An open subtransaction of a call; rolled back when it is dropped, as an error on its way up drops it.
///
/// It may begin in one memory context and end in another that is made or gone in between: it remembers none, and leaves
/// the one current that it finds. The contexts that are current in a call are the call's own and those under it, which no
/// subtransaction's end deletes.
pub(crate) struct Subtransaction<'call> {
    call: Call<'call>,
}

impl<'call> Subtransaction<'call> {
    /// Opens a subtransaction and stays in the memory context that is current.
    pub(crate) fn begin(call: Call<'call>) -> Subtransaction<'call> {
        // SAFETY: we are inside a function call, hence inside a transaction. What is opened here is closed in `release` or
        // `drop`, on every way out.
        back_where_we_were(|| unsafe { pg_sys::BeginInternalSubTransaction(std::ptr::null()) });
        Subtransaction { call }
    }

    /// Closes the subtransaction and keeps what was done in it.
    pub(crate) fn release(self) {
        let call = self.call;
        std::mem::forget(self);
        // SAFETY: the innermost open subtransaction is the one that `begin` opened, since nothing that runs in
        // between leaves one open.
        back_where_we_were(|| unsafe { pg_sys::ReleaseCurrentSubTransaction() });
        give_back(call);
    }
}

impl Drop for Subtransaction<'_> {
    fn drop(&mut self) {
        // SAFETY: as in `release`; an error that is on its way has been taken from PostgreSQL's stack by pgrx, so
        // that PostgreSQL is ready to roll back.
        back_where_we_were(|| unsafe { pg_sys::RollbackAndReleaseCurrentSubTransaction() });
        give_back(self.call);
    }
}

/// What is taken hold of from now on belongs to the call again.
fn give_back(call: Call<'_>) {
    // SAFETY: sets a global of the backend; the owner outlives the call.
    unsafe { pg_sys::CurrentResourceOwner = call.owner() };
}

/// Runs `call`; an error of PostgreSQL's comes back instead of going up, in the memory context that was current. Its
/// caller has to roll back.
pub(crate) fn catch<R>(call: impl FnOnce() -> R) -> Result<R, Box<CaughtError>> {
    back_where_we_were(|| {
        PgTryBuilder::new(AssertUnwindSafe(|| Ok(call())))
            .catch_others(|error| Err(Box::new(error)))
            .execute()
    })
}

/// The five characters of the SQLSTATE of an error that PostgreSQL raised; `None` for a panic, which is our own fault.
pub(crate) fn sqlstate(error: &CaughtError) -> Option<[u8; 5]> {
    let report = match error {
        CaughtError::PostgresError(report) | CaughtError::ErrorReport(report) => report,
        CaughtError::RustPanic { .. } => return None,
    };
    // Six bits a character, the first lowest, each less the code of '0' (utils/elog.h, MAKE_SQLSTATE).
    let packed = report.sql_error_code() as i32;
    Some(std::array::from_fn(|place| b'0' + u8::try_from(packed >> (6 * place) & 0x3F).unwrap_or(0)))
}
