//! Random samples of every awkward kind: what `ingest_infer()` proposes for them is run and loads them without a reject, and it
//! is the same in whatever order they come.
//!
//! `cargo test -p pg_ingest_tests --test infer` takes a fixed seed. `SECONDS=600` goes on for ten minutes, `SEED=n` begins at the
//! samples that a failure named.

mod samples;
mod values;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use fastrand::Rng;
use pg_ingest_tests::environment::{given, number};
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::{report, sql, staging};
use postgres::{Client, Transaction};

use crate::samples::Samples;

/// Sets of samples in a run without `SECONDS`.
const SETS: u64 = 40;
/// What a proposal says when nothing can be loaded, whatever the contract.
const NOTHING: &str = "they hold no record";
/// Each record is a row, or an older state of one.
const LOADED: &str = "SELECT f.key, f.status, f.records, f.rows_rejected, f.error FROM ingest.file AS f WHERE f.status <> 'loaded'";
const REJECTS: &str = "SELECT r.column_name, r.error_code, r.error FROM ingest.rejected_record AS r WHERE r.replayed_at IS NULL LIMIT 5";
const KEPT: &str = "SELECT count(*), coalesce(sum(f.records), 0), coalesce(sum(f.rows_loaded + f.rows_stale), 0) FROM ingest.file AS f";

/// Keeps the samples in quarantine, for want of a dataset.
fn quarantine(transaction: &mut Transaction<'_>, samples: &Samples) -> Result<()> {
    let id = staging::batch_id(1);
    staging::stage(transaction, Some(&id), &samples.files()?)?;
    staging::process(transaction, Some(&id))?;
    Ok(())
}

/// The proposal, or why there is none.
fn proposed(transaction: &mut Transaction<'_>) -> Result<String> {
    let mut savepoint = transaction.transaction()?;
    let answer = savepoint.query_one("SELECT public.ingest_infer('in/things/')", &[]);
    match answer {
        Ok(row) => {
            savepoint.commit()?;
            Ok(row.get(0))
        }
        Err(error) => Err(anyhow!("{}", sql::error_text(&error))),
    }
}

/// What is wrong with the proposal for these samples; nothing where all is well. Everything is rolled back.
fn fault(client: &mut Client, engine: Engine, samples: &Samples) -> Result<Option<String>> {
    let mut transaction = client.transaction()?;
    transaction.batch_execute(&format!("SELECT public.ingest_use_engine('{}')", engine.name()))?;
    quarantine(&mut transaction, samples)?;
    let proposal = match proposed(&mut transaction) {
        Ok(proposal) => proposal,
        Err(error) if error.to_string().contains(NOTHING) && samples.are_empty() => return Ok(None),
        Err(error) => return Ok(Some(format!("no proposal: {error}"))),
    };
    let told = |what: String| Ok(Some(format!("{what}\n{proposal}")));
    if let Err(error) = transaction.batch_execute(&proposal) {
        return told(format!("the proposal is refused: {}", sql::error_text(&error)));
    }
    if let Err(error) = transaction.batch_execute("SELECT public.ingest_replay()") {
        return told(format!("the samples cannot be loaded: {}", sql::error_text(&error)));
    }
    let mut odd = report::rows(&mut transaction, LOADED)?;
    odd.extend(report::rows(&mut transaction, REJECTS)?);
    if !odd.is_empty() {
        return told(format!("not all of the samples load: {}", odd.join("\n")));
    }
    let kept = report::rows(&mut transaction, KEPT)?;
    let records = samples.records();
    let expected = [format!("{} | {records} | {records}", samples.files()?.len())];
    if kept != expected {
        return told(format!("files, records and rows are {kept:?}, expected {expected:?}"));
    }
    Ok(None)
}

/// The proposals for the samples and for the same ones in another order, where they differ.
fn difference(client: &mut Client, samples: &Samples, rng: &mut Rng) -> Result<Option<String>> {
    let mut proposals = Vec::new();
    for samples in [samples, &samples.shuffled(rng)] {
        let mut transaction = client.transaction()?;
        quarantine(&mut transaction, samples)?;
        proposals.push(proposed(&mut transaction).unwrap_or_else(|error| error.to_string()));
    }
    Ok((proposals[0] != proposals[1]).then(|| {
        format!("in another order:\n{}", pg_ingest_tests::diff::lines(&proposals[0], &proposals[1]))
    }))
}

#[test]
fn what_is_proposed_for_random_samples_loads_them_without_a_reject_in_whatever_order() -> Result<()> {
    let seconds = given("SECONDS")?.map(Duration::from_secs);
    let first = number("SEED", 1)?;
    let server = Server::start(&[Engine::Sql, Engine::Native])?;
    let database = server.database(Engine::Native)?;
    let mut client = database.connect()?;
    client.batch_execute("SET client_min_messages = error")?;
    let begun = Instant::now();
    let mut faults = Vec::new();
    let mut seed = first;
    while seconds.map_or(seed < first + SETS, |limit| begun.elapsed() < limit) && faults.len() < 5 {
        let mut rng = Rng::with_seed(seed);
        let samples = Samples::draw(&mut rng);
        // The engines take turns: the proposal is the same, and each has to load what it says.
        let engine = if seed.is_multiple_of(2) { Engine::Sql } else { Engine::Native };
        let found = fault(&mut client, engine, &samples).with_context(|| format!("SEED={seed}"))?;
        let other = difference(&mut client, &samples, &mut rng).with_context(|| format!("SEED={seed}"))?;
        for found in found.into_iter().chain(other) {
            faults.push(format!("SEED={seed} on {}: {found}\n{}", engine.name(), samples.shown()));
        }
        seed += 1;
    }
    println!(
        "infer: {} sets of samples in {:.0} s, {} faults",
        seed - first,
        begun.elapsed().as_secs_f64(),
        faults.len()
    );
    ensure!(faults.is_empty(), "{}", faults.join("\n\n"));
    Ok(())
}
