//! Bodies of staged files that stay in the session's memory until its transaction ends, in place of being stored.
//!
//! A row of staging whose body is held here means nothing to anyone else, so none may be committed: COMMIT is refused
//! while a body is held that was not processed. What a savepoint undoes is undone here as well.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use pgrx::callbacks::{
    PgSubXactCallbackEvent, PgXactCallbackEvent, register_subxact_callback, register_xact_callback,
};
use pgrx::function_name;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::pg_sys::{self, SubTransactionId};
use pgrx::prelude::*;

use crate::refusal::refuse;

/// How many bytes one transaction holds at most; further bodies are stored.
const MOST_BYTES: usize = 64 << 20;

thread_local! {
    static HELD: RefCell<Held> = const { RefCell::new(Held::new()) };
}

/// One body.
struct HeldBody {
    bytes: Rc<Vec<u8>>,
    /// The subtransaction that staged it, or that of its ancestors which it has become part of.
    staged_in: SubTransactionId,
    /// The same of the one that processed it.
    settled_in: Option<SubTransactionId>,
}

/// What the transaction holds.
struct Held {
    /// The last number given; a backend gives none twice, and each begins somewhere else.
    last: Option<i64>,
    bodies: BTreeMap<i64, HeldBody>,
    bytes: usize,
    /// The latest subtransaction that staged or processed any: those that began later have nothing to undo.
    latest: SubTransactionId,
    /// Whether this transaction's end is watched.
    watched: bool,
    /// What was found out about this transaction.
    wanted: Option<bool>,
}

impl Held {
    const fn new() -> Held {
        Held { last: None, bodies: BTreeMap::new(), bytes: 0, latest: 0, watched: false, wanted: None }
    }

    fn hold(&mut self, body: &[u8], now: SubTransactionId) -> Option<i64> {
        if self.bytes + body.len() > MOST_BYTES {
            return None;
        }
        let number = self.last.map_or_else(first_number, |last| last.checked_add(1))?;
        // Where memory is short, the body is stored: an allocation that failed otherwise would end the server's process.
        let mut copy = Vec::new();
        copy.try_reserve_exact(body.len()).ok()?;
        copy.extend_from_slice(body);
        self.bytes += body.len();
        self.last = Some(number);
        self.latest = now;
        self.bodies.insert(number, HeldBody { bytes: Rc::new(copy), staged_in: now, settled_in: None });
        Some(number)
    }

    fn unsettled(&self) -> usize {
        self.bodies.values().filter(|body| body.settled_in.is_none()).count()
    }

    fn subtransaction_aborted(&mut self, which: SubTransactionId) {
        if which > self.latest {
            return;
        }
        self.bodies.retain(|_, body| body.staged_in != which);
        self.bytes = self.bodies.values().map(|body| body.bytes.len()).sum();
        for body in self.bodies.values_mut().filter(|body| body.settled_in == Some(which)) {
            body.settled_in = None;
        }
    }

    fn subtransaction_committed(&mut self, which: SubTransactionId, parent: SubTransactionId) {
        if which > self.latest {
            return;
        }
        for body in self.bodies.values_mut() {
            if body.staged_in == which {
                body.staged_in = parent;
            }
            if body.settled_in == Some(which) {
                body.settled_in = Some(parent);
            }
        }
    }
}

/// A number to begin with that no other backend is likely to give, so that a row which should not be there is taken for
/// nobody's. `None` where the system has no random bytes.
fn first_number() -> Option<i64> {
    let mut bytes = [0_u8; 8];
    // SAFETY: fills as many bytes as there are.
    let filled = unsafe { pg_sys::pg_strong_random(bytes.as_mut_ptr().cast(), bytes.len()) };
    // Positive, and far from the end of the numbers.
    filled.then(|| (i64::from_ne_bytes(bytes) >> 2).saturating_abs() + 1)
}

/// The answer to a question that is asked once in a transaction.
pub(crate) fn once_a_transaction(ask: impl FnOnce() -> bool) -> bool {
    watch();
    if let Some(known) = HELD.with_borrow(|held| held.wanted) {
        return known;
    }
    let answer = ask();
    HELD.with_borrow_mut(|held| held.wanted = Some(answer));
    answer
}

/// Keeps a copy of a body; gives its number, or `None` where the transaction holds too much already.
pub(crate) fn hold(body: &[u8]) -> Option<i64> {
    watch();
    let now = current_subtransaction();
    HELD.with_borrow_mut(|held| held.hold(body, now))
}

/// A body that this transaction holds. Whoever has it keeps it, whatever becomes of the subtransaction.
pub(crate) fn get(number: i64) -> Rc<Vec<u8>> {
    HELD.with_borrow(|held| held.bodies.get(&number).map(|body| Rc::clone(&body.bytes))).unwrap_or_else(|| {
        refuse(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "body {number} is not held by this session; expected one that its own transaction has staged"
            ),
        )
    })
}

/// A body that this transaction holds, by the number in `ingest.staging.held`.
#[pg_extern(stable, parallel_unsafe)]
fn held_body(held: i64) -> Vec<u8> {
    get(held).to_vec()
}

/// Says of held bodies that their files are settled, so that the transaction may be committed.
///
/// The pipeline goes by the size that a row has, so the rows' sizes have to be the bodies' still.
#[pg_extern(volatile, parallel_unsafe)]
fn settle_held(held: Vec<Option<i64>>, sizes: Vec<Option<i64>>) {
    let now = current_subtransaction();
    let settled = held.into_iter().zip(sizes).try_for_each(|(number, size)| {
        HELD.with_borrow_mut(|all| {
            all.latest = now;
            let Some(body) = number.and_then(|number| all.bodies.get_mut(&number)) else { return Ok(()) };
            body.settled_in.get_or_insert(now);
            let bytes = body.bytes.len();
            if size.and_then(|size| usize::try_from(size).ok()) == Some(bytes) { Ok(()) } else { Err(bytes) }
        })
    });
    if let Err(bytes) = settled {
        refuse(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "the size of a staged file was changed, whose body of {bytes} bytes this session holds; expected size as the \
                 trigger hold_body left it, until the file is processed"
            ),
        );
    }
}

fn current_subtransaction() -> SubTransactionId {
    // SAFETY: reads a number of the transaction that the caller runs in.
    unsafe { pg_sys::GetCurrentSubTransactionId() }
}

/// Has PostgreSQL tell what becomes of the transaction and of those inside it.
fn watch() {
    if HELD.with_borrow(|held| held.watched) {
        return;
    }
    for end in [PgXactCallbackEvent::PreCommit, PgXactCallbackEvent::PrePrepare] {
        register_xact_callback(end, refuse_what_is_unsettled);
    }
    for end in [PgXactCallbackEvent::Commit, PgXactCallbackEvent::Prepare, PgXactCallbackEvent::Abort] {
        register_xact_callback(end, forget);
    }
    register_subxact_callback(PgSubXactCallbackEvent::AbortSub, |which, _| {
        HELD.with_borrow_mut(|held| held.subtransaction_aborted(which));
    });
    register_subxact_callback(PgSubXactCallbackEvent::CommitSub, |which, parent| {
        HELD.with_borrow_mut(|held| held.subtransaction_committed(which, parent));
    });
    HELD.with_borrow_mut(|held| held.watched = true);
}

fn refuse_what_is_unsettled() {
    let unsettled = HELD.with_borrow(Held::unsettled);
    if unsettled > 0 {
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "{unsettled} staged files were not processed, and their bodies are held in this session's memory alone; \
                 expected ingest_process_staging() in the transaction that stages them"
            ),
            function_name!(),
        )
        .set_hint("Without SET ingest.hold_bodies = on, bodies are stored and any later transaction can process them.")
        .report(PgLogLevel::ERROR);
    }
}

fn forget() {
    HELD.with_borrow_mut(|held| {
        held.bodies.clear();
        held.bytes = 0;
        held.latest = 0;
        held.watched = false;
        held.wanted = None;
    });
}
