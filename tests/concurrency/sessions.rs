//! Shippers side by side: each delivers batches until told to stop, and delivers again what failed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use fastrand::Rng;
use pg_ingest_tests::server::Database;
use pg_ingest_tests::sql;
use pg_ingest_tests::staging::{self, Staged};
use postgres::Client;

/// Files of one batch.
const BATCH: usize = 5;

/// What became of the batches of all sessions.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Committed.
    pub(crate) committed: AtomicUsize,
    /// Failed and delivered again, for whatever reason.
    pub(crate) failed: AtomicUsize,
    /// Failed with 40P01.
    pub(crate) deadlocks: AtomicUsize,
    numbers: AtomicUsize,
}

impl Tally {
    fn next_batch(&self) -> String {
        staging::batch_id(self.numbers.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Delivers all files, a batch after another, in an order of the session's own. `tolerant` sessions deliver a failed
/// batch again until it is committed, over a new connection, as the queue and the shipper do.
pub(crate) fn deliver(
    database: &Database<'_>,
    files: &[Staged],
    seed: u64,
    tally: &Tally,
    tolerant: bool,
) -> Result<()> {
    let mut rng = Rng::with_seed(seed);
    let mut order: Vec<usize> = (0..files.len()).collect();
    rng.shuffle(&mut order);
    let mut client: Option<Client> = None;
    for places in order.chunks(BATCH) {
        let batch: Vec<Staged> = places.iter().map(|&place| files[place].clone()).collect();
        while let Err(problem) = attempt(database, &mut client, &batch, tally) {
            tally.failed.fetch_add(1, Ordering::Relaxed);
            if problem.contains("40P01") {
                tally.deadlocks.fetch_add(1, Ordering::Relaxed);
            }
            // A fault of the data is nobody's kill: class 22, 23, and whatever the pipeline itself did wrong. A conflict passes, and is
            // counted.
            let conflict = problem.starts_with("ERROR 40");
            let fault =
                ["ERROR 2", "ERROR 4", "ERROR P", "ERROR X"].iter().any(|class| problem.starts_with(class));
            if fault && !conflict {
                bail!("a batch failed: {problem}");
            }
            client = None;
            if !tolerant {
                bail!("a batch failed: {problem}");
            }
            // Nothing announces that the server takes connections again; the shipper's queue waits, too.
            thread::sleep(Duration::from_millis(20));
        }
        tally.committed.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn attempt(
    database: &Database<'_>,
    kept: &mut Option<Client>,
    batch: &[Staged],
    tally: &Tally,
) -> Result<(), String> {
    if kept.is_none() {
        *kept = Some(database.connect().map_err(|error| format!("{error:#}"))?);
    }
    let Some(client) = kept else { return Err("no connection".into()) };
    staging::run_batch(client, Some(&tally.next_batch()), batch)
        .map(|_| ())
        .map_err(|error| sql::error_text(&error))
}
