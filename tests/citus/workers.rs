//! Workers that go away. A transaction over several nodes is Citus' two-phase commit: all of a batch is there, or nothing.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use pg_ingest_tests::{sql, staging};

use crate::nodes::{Place, WORKERS, same, staged};

const RECORDS: usize = 200;
const PATIENCE: Duration = Duration::from_secs(120);

fn target(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        "GRANT USAGE ON SCHEMA shop TO ingest_loader",
        "CREATE TABLE shop.t (id int PRIMARY KEY, v int)",
        "SELECT create_distributed_table('shop.t', 'id')",
        "GRANT SELECT, INSERT, UPDATE ON shop.t TO ingest_loader",
        "SELECT ingest_register_dataset('t', 't/', 'shop.t', version_column => 'v')",
    ])
}

fn body(version: usize) -> String {
    (0..RECORDS).map(|id| format!("{{\"id\": {id}, \"v\": {version}}}\n")).collect()
}

/// What must be there: all rows of one version, and as many files in the ledger.
fn holds(place: &Place<'_>, version: usize, files: usize) -> Result<()> {
    same(
        "rows",
        place.rows(
            "SELECT count(*), count(DISTINCT id), coalesce(min(v), 0), coalesce(max(v), 0) FROM shop.t",
        )?,
        vec![if version == 0 {
            "0 | 0 | 0 | 0".to_owned()
        } else {
            format!("{RECORDS} | {RECORDS} | {version} | {version}")
        }],
    )?;
    same("files", place.rows("SELECT count(*) FROM ingest.file")?, vec![files.to_string()])?;
    same("staged files", place.rows("SELECT count(*) FROM ingest.staging")?, vec!["0".into()])
}

pub(crate) fn gone_in_a_batch(place: &Place<'_>) -> Result<()> {
    target(place)?;
    place.load(&[("t/1.json", &body(1))])?;
    let mut client = place.connect(0)?;
    let batch = place.batch();
    let mut transaction = client.transaction()?;
    transaction.batch_execute("SET LOCAL ROLE ingest_shipper")?;
    staging::stage(&mut transaction, Some(&batch), &staged(&[("t/2.json", &body(2))]))?;
    let outcome = staging::process(&mut transaction, Some(&batch))?;
    same("rows before COMMIT", outcome.count("rows_loaded"), i64::try_from(RECORDS)?)?;
    place.nodes.crash(WORKERS);
    let error = transaction.commit().err().context("the batch was committed without a worker")?;
    ensure!(error.as_db_error().is_some(), "the coordinator itself was lost: {error}");
    drop(client);
    place.nodes.start_again(WORKERS)?;
    settled(place)?;
    holds(place, 1, 1)?;
    place.load(&[("t/2.json", &body(2))])?;
    holds(place, 2, 2)?;
    // Delivered once more it is only counted.
    place.load(&[("t/2.json", &body(2))])?;
    holds(place, 2, 2)
}

pub(crate) fn down(place: &Place<'_>) -> Result<()> {
    target(place)?;
    place.nodes.crash(WORKERS);
    let outcome = place.try_load(&[("t/1.json", &body(1))]);
    place.nodes.start_again(WORKERS)?;
    match outcome {
        // The batch is returned as a whole, or its file is deferred: neither is in the ledger.
        Err(error) => ensure!(error.as_db_error().is_some(), "{}", sql::error_text(&error)),
        Ok(outcome) => {
            same("deferred files", outcome.count("deferred"), 1)?;
            let said = &outcome.deferred.first().context("nothing is told of it")?.error;
            ensure!(said.contains("connection"), "{said}");
        }
    }
    settled(place)?;
    holds(place, 0, 0)?;
    place.load(&[("t/1.json", &body(1))])?;
    holds(place, 1, 1)
}

/// The coordinator's COMMIT is held up by a standby that is not there. By then each worker has prepared its part.
pub(crate) fn gone_behind_prepare(place: &Place<'_>) -> Result<()> {
    target(place)?;
    let mut client = place.connect(0)?;
    let batch = place.batch();
    let mut transaction = client.transaction()?;
    transaction.batch_execute("SET LOCAL ROLE ingest_shipper")?;
    staging::stage(&mut transaction, Some(&batch), &staged(&[("t/1.json", &body(1))]))?;
    staging::process(&mut transaction, Some(&batch))?;
    place.run(&["ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()"])?;
    thread::scope(|scope| -> Result<()> {
        // Another transaction shows when that is in force.
        let waiting = scope.spawn(|| place.run(&["SELECT pg_logical_emit_message(true, 'held', 'up')"]));
        held_up(place)?;
        let committing = scope.spawn(move || transaction.commit());
        let outcome = prepared(place);
        place.nodes.crash(WORKERS);
        place.run(&["ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"])?;
        let committed = committing.join().map_err(|_| anyhow!("COMMIT panicked"))?;
        waiting.join().map_err(|_| anyhow!("the other transaction panicked"))??;
        outcome?;
        committed.map_err(|error| anyhow!("COMMIT failed: {}", sql::error_text(&error)))
    })?;
    drop(client);
    place.nodes.start_again(WORKERS)?;
    settled(place)?;
    holds(place, 1, 1)
}

/// Waits until a transaction waits for the standby.
fn held_up(place: &Place<'_>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while place.rows("SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'")?.is_empty() {
        ensure!(Instant::now() < deadline, "no transaction waits for the standby");
    }
    Ok(())
}

/// Waits until the last worker has prepared its part.
fn prepared(place: &Place<'_>) -> Result<()> {
    let mut worker = place.connect(WORKERS)?;
    let deadline = Instant::now() + PATIENCE;
    while worker.query_one("SELECT count(*) FROM pg_prepared_xacts", &[])?.get::<_, i64>(0) == 0 {
        ensure!(Instant::now() < deadline, "nothing was prepared");
    }
    Ok(())
}

/// Waits until no worker has anything prepared.
fn settled(place: &Place<'_>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut left = 0_i64;
        for worker in 1..=WORKERS {
            left += place
                .connect(worker)?
                .query_one("SELECT count(*) FROM pg_prepared_xacts", &[])?
                .get::<_, i64>(0);
        }
        if left == 0 {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "{left} transactions stay prepared");
        // As Citus' maintenance daemon does from time to time.
        place.rows("SELECT recover_prepared_transactions()")?;
    }
}
