//! Which errors are worth a backtrace.

use std::panic;

use pgrx::pg_sys::panic::{CaughtError, ErrorReport, ErrorReportWithLevel};

/// Keeps backtraces for panics, which are faults of this code.
///
/// pgrx passes on an error of PostgreSQL's as a panic, and takes a backtrace of each where the server's environment has
/// RUST_BACKTRACE. Every value that a type refuses is such an error: backtraces would cost time, and memory that stays
/// with the backend.
pub(crate) fn keep_for_panics() {
    let of_pgrx = panic::take_hook();
    panic::set_hook(Box::new(move |raised| {
        let payload = raised.payload();
        let is_report = payload.is::<CaughtError>()
            || payload.is::<ErrorReportWithLevel>()
            || payload.is::<ErrorReport>();
        if !is_report {
            of_pgrx(raised);
        }
    }));
}
