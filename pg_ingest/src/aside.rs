//! What the files read since `begin_run()` gave besides rows, kept in the backend until it is asked for.

use std::cell::RefCell;

use json_rows::Run;

thread_local! {
    static RUN: RefCell<Run> = RefCell::default();
}

/// Forgets everything set aside.
pub(crate) fn clear() {
    RUN.set(Run::default());
}

/// Adds what one file gave.
pub(crate) fn add(file: Run) {
    RUN.with_borrow_mut(|run| {
        run.files.extend(file.files);
        run.rejects.extend(file.rejects);
        run.drift.extend(file.drift);
        run.left_out.extend(file.left_out);
        run.child_drift.extend(file.child_drift);
    });
}

/// Looks at what is set aside.
pub(crate) fn look<R>(look: impl FnOnce(&Run) -> R) -> R {
    RUN.with_borrow(look)
}
