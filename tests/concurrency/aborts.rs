//! Batches cancelled, timed out and terminated at random instants, then delivered again.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};
use pg_ingest_tests::{report, sql};
use postgres::Client;

use crate::sessions::{Tally, deliver};
use crate::{assert_like_quiet, number, prepared, quiet_run, workload};

/// Files of one batch.
const BATCH: usize = 5;
/// Batches are numbered from here, apart from those that are delivered in peace.
const FIRST_BATCH: usize = 1_000_000;
/// What a client sees of an end by another's hand: SQLSTATE 57014 or 57P01, or a connection that is closed.
const EXPECTED: [&str; 4] = ["57014", "57P01", "connection closed", "error communicating with the server"];

/// The workload's table without its foreign key, whose rows the native engine inserts without an INSERT.
fn ddl() -> String {
    workload::DDL.replace("REFERENCES parent", "CHECK (parent < 99)")
}

/// How a batch is ended.
#[derive(Debug, Clone, Copy)]
enum Abort {
    Cancel,
    Terminate,
    Timeout,
}

/// What became of the batches.
#[derive(Debug, Default)]
struct Aborts {
    ended: usize,
    committed: usize,
}

#[test]
fn nothing_is_lost_or_damaged_by_aborts_at_random_instants() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let seconds = Duration::from_secs(number("SECONDS", 10)?);
    let seed = number("SEED", 23)?;
    println!("SEED={seed}");
    let work = workload::workload(&mut Rng::with_seed(seed), 40);
    for engine in engines {
        let quiet = quiet_run(&server, engine, &ddl(), &work.files)?;
        let database = prepared(&server, engine, &ddl())?;
        let aborts = abort_at_random(&database, &mut Rng::with_seed(seed), &work.files, seconds)?;
        deliver(&database, &work.files, seed, &Tally::default(), false)?;
        assert_like_quiet(&database, &quiet, work.poison)?;
        check_storage(&mut database.connect()?)?;
        assert!(aborts.ended > 0, "SEED={seed}: no batch was ended before its time: {aborts:?}");
        println!(
            "{}: {} batches ended at random instants, {} committed",
            engine.name(),
            aborts.ended,
            aborts.committed
        );
    }
    Ok(())
}

/// Delivers random batches and ends them at random instants, until the time is over.
fn abort_at_random(
    database: &Database<'_>,
    rng: &mut Rng,
    files: &[Staged],
    seconds: Duration,
) -> Result<Aborts> {
    // It stays connected: should a server process crash, the postmaster ends this session with all others.
    let mut other = database.connect()?;
    let mut kept: Option<Client> = None;
    let mut aborts = Aborts::default();
    // What a batch takes that nobody ends, so that instants lie within; nearly every second one is ended.
    let mut whole = Duration::from_millis(20);
    let begun = Instant::now();
    for number in 1.. {
        if begun.elapsed() > seconds {
            break;
        }
        let batch: Vec<Staged> = (0..BATCH).map(|_| files[rng.usize(0..files.len())].clone()).collect();
        let mut client = kept.take().map_or_else(|| database.connect(), Ok)?;
        let abort = [Abort::Cancel, Abort::Terminate, Abort::Timeout][rng.usize(0..3)];
        let after = whole.mul_f64(2.0 * rng.f64());
        let started = Instant::now();
        match ended_after(&mut client, &mut other, number, &batch, abort, after)? {
            None => {
                whole = (whole * 7 + started.elapsed()) / 8;
                aborts.committed += 1;
                kept = Some(client);
            }
            Some(error) => {
                ensure!(EXPECTED.iter().any(|expected| error.contains(expected)), "{abort:?}: {error}");
                aborts.ended += 1;
                // A session goes on after a cancelled batch, as the shipper's does.
                kept = (!client.is_closed()).then_some(client);
            }
        }
        report::rows(&mut other, "SELECT 1").context("a server process has crashed")?;
    }
    Ok(aborts)
}

/// Runs a batch and ends it so long after its beginning; the error, where it was not over by then.
fn ended_after(
    client: &mut Client,
    other: &mut Client,
    number: usize,
    batch: &[Staged],
    abort: Abort,
    after: Duration,
) -> Result<Option<String>> {
    let limit = match abort {
        Abort::Timeout => after.as_millis().max(1),
        Abort::Cancel | Abort::Terminate => 0,
    };
    // The time limit of the batch before may have ended its ROLLBACK too, before it did anything.
    let begun = client
        .batch_execute(&format!("ROLLBACK; SET statement_timeout = {limit}"))
        .and_then(|()| client.query_one("SELECT pg_backend_pid()", &[]));
    let session: i32 = match begun {
        Ok(row) => row.get(0),
        // The end of the batch before came late.
        Err(error) => return Ok(Some(sql::error_text(&error))),
    };
    thread::scope(|scope| {
        let interrupter = scope.spawn(|| -> Result<()> {
            let call = match abort {
                Abort::Cancel => "SELECT pg_cancel_backend($1)",
                Abort::Terminate => "SELECT pg_terminate_backend($1)",
                Abort::Timeout => return Ok(()),
            };
            // The instant itself is random.
            thread::sleep(after);
            other.execute(call, &[&session])?;
            Ok(())
        });
        let outcome = run_batch(client, Some(&batch_id(FIRST_BATCH + number)), batch);
        match interrupter.join() {
            Ok(done) => done.context("a server process has crashed")?,
            Err(panic) => std::panic::resume_unwind(panic),
        }
        Ok(outcome.err().map(|error| sql::error_text(&error)))
    })
}

/// Raises an error where a table of the pipeline's or of the test's own is damaged, or an index lacks a row.
fn check_storage(client: &mut Client) -> Result<()> {
    client.batch_execute("CREATE EXTENSION IF NOT EXISTS amcheck")?;
    let indexes = report::rows(
        client,
        "SELECT c.oid::regclass, bt_index_parent_check(c.oid, true, true)
         FROM pg_class AS c JOIN pg_am AS a ON a.oid = c.relam JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind = 'i' AND a.amname = 'btree' AND n.nspname IN ('public', 'ingest')",
    )?;
    ensure!(indexes.len() > 5, "{} indexes were checked; expected all", indexes.len());
    let damages = report::rows(
        client,
        "SELECT c.oid::regclass, v.* FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace,
           verify_heapam(c.oid) AS v
         WHERE c.relkind = 'r' AND n.nspname IN ('public', 'ingest')",
    )?;
    ensure!(damages.is_empty(), "damaged tables:\n{}", damages.join("\n"));
    Ok(())
}
