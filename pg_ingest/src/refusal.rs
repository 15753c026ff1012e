//! Errors that a function raises about the way it was called.

use pgrx::function_name;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;

/// Raises an error of the caller's.
pub(crate) fn refuse(code: PgSqlErrorCode, message: impl Into<std::borrow::Cow<'static, str>>) -> ! {
    ErrorReport::new(code, message, function_name!()).report(PgLogLevel::ERROR);
    unreachable!("a report at the level ERROR does not return")
}
