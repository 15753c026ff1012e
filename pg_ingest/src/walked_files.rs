//! What walks through the files of a transaction found out, for the datasets that share them.

use std::cell::RefCell;
use std::collections::HashMap;

use json_rows::Walked;
use pgrx::callbacks::{PgXactCallbackEvent, register_xact_callback};

/// Bytes that are kept: files beyond are walked through once for each dataset.
const MOST_BYTES: usize = 64 << 20;

thread_local! {
    static WALKS: RefCell<Walks> = RefCell::default();
}

#[derive(Default)]
struct Walks {
    /// By `file_id`, which no two files of the ledger have.
    files: HashMap<i64, Walked>,
    bytes: usize,
    /// Whether this transaction's end is watched.
    watched: bool,
}

/// Reads a file with what is known of it, and keeps what is known then until the transaction ends.
pub(crate) fn with<R>(file_id: i64, read: impl FnOnce(&mut Walked) -> R) -> R {
    watch();
    let mut walked = WALKS.with_borrow_mut(|walks| {
        let known = walks.files.remove(&file_id).unwrap_or_default();
        walks.bytes -= known.bytes();
        known
    });
    let read = read(&mut walked);
    WALKS.with_borrow_mut(|walks| {
        if walks.bytes + walked.bytes() <= MOST_BYTES {
            walks.bytes += walked.bytes();
            walks.files.insert(file_id, walked);
        }
    });
    read
}

fn watch() {
    if WALKS.with_borrow_mut(|walks| std::mem::replace(&mut walks.watched, true)) {
        return;
    }
    for end in [PgXactCallbackEvent::Commit, PgXactCallbackEvent::Abort, PgXactCallbackEvent::Prepare] {
        register_xact_callback(end, || WALKS.set(Walks::default()));
    }
}
