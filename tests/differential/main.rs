//! Random contracts and random, also broken, documents: both engines leave the same target, ledger, quarantine and drift.
//!
//! `cargo test -p pg_ingest_tests --test differential` takes a fixed seed. `SECONDS=600` goes on for ten minutes,
//! `SEED=n` begins at the contract that a failure named.

mod contract;
mod document;
mod envelope;
mod insert_rule;
mod types;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use fastrand::Rng;
use pg_ingest_tests::environment::{given, number};
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::{diff, report, sql, staging};
use postgres::Client;

use crate::contract::Contract;
use crate::document::Document;

/// Contracts in a run without `SECONDS`.
const CONTRACTS: u64 = 60;
/// Runs of both engines that narrowing one difference down may take.
const NARROWING: usize = 80;

/// What the engine makes of the batches; everything is rolled back.
fn outcome(
    client: &mut Client,
    engine: Engine,
    contract: &Contract,
    batches: &[Vec<Document>],
) -> Result<String> {
    let mut transaction = client.transaction()?;
    transaction
        .batch_execute(&format!("SELECT public.ingest_use_engine('{}'); {}", engine.name(), contract.setup))
        .map_err(|error| anyhow!("the contract:\n{}\n{}", contract.setup, sql::error_text(&error)))?;
    let mut text = String::new();
    for (number, batch) in batches.iter().enumerate() {
        let id = staging::batch_id(number + 1);
        let files: Vec<_> = batch.iter().map(Document::staged).collect();
        let mut savepoint = transaction.transaction()?;
        let done = staging::stage(&mut savepoint, Some(&id), &files)
            .and_then(|()| staging::process(&mut savepoint, Some(&id)));
        match done {
            Ok(counts) => {
                savepoint.commit()?;
                text += &format!("batch: {}\n", report::outcome(&counts));
            }
            Err(error) => {
                savepoint.rollback()?;
                text += &format!("batch: {}\n", sql::error_text(&error));
            }
        }
    }
    text += &report::table(&mut transaction, "t")?;
    text += &report::pipeline(&mut transaction, true)?;
    transaction.rollback()?;
    Ok(text)
}

/// The lines in which the engines differ; empty when they agree.
fn difference(client: &mut Client, contract: &Contract, batches: &[Vec<Document>]) -> Result<String> {
    let by_sql = outcome(client, Engine::Sql, contract, batches)?;
    let by_native = outcome(client, Engine::Native, contract, batches)?;
    Ok(diff::lines(&by_sql, &by_native))
}

/// Leaves out batches, files, records and members as long as a difference stays.
fn narrowed(
    client: &mut Client,
    contract: &Contract,
    batches: Vec<Vec<Document>>,
) -> Result<Vec<Vec<Document>>> {
    let mut smallest = batches;
    let mut runs = 0;
    'again: loop {
        for simpler in simpler(&smallest) {
            runs += 1;
            if runs > NARROWING {
                return Ok(smallest);
            }
            if !difference(client, contract, &simpler)?.is_empty() {
                smallest = simpler;
                continue 'again;
            }
        }
        return Ok(smallest);
    }
}

fn simpler(batches: &[Vec<Document>]) -> Vec<Vec<Vec<Document>>> {
    let mut all = Vec::new();
    for batch in 0..batches.len() {
        let mut less = batches.to_vec();
        less.remove(batch);
        all.push(less);
    }
    for batch in 0..batches.len() {
        for file in 0..batches[batch].len() {
            let mut less = batches.to_vec();
            less[batch].remove(file);
            all.push(less);
            for document in batches[batch][file].simpler() {
                let mut less = batches.to_vec();
                less[batch][file] = document;
                all.push(less);
            }
        }
    }
    all
}

/// What a person needs to look into a difference.
fn account(
    client: &mut Client,
    seed: u64,
    contract: &Contract,
    batches: Vec<Vec<Document>>,
) -> Result<String> {
    let smallest = narrowed(client, contract, batches)?;
    let documents: Vec<String> = smallest
        .iter()
        .flatten()
        .map(|document| String::from_utf8_lossy(&document.bytes()).into_owned())
        .collect();
    Ok(format!(
        "SEED={seed}: the engines differ (- sql, + native)\n{}\n{}\n{}",
        contract.setup,
        documents.join("\n--- next file\n"),
        difference(client, contract, &smallest)?
    ))
}

#[test]
fn both_engines_make_the_same_of_random_contracts_and_documents() -> Result<()> {
    let seconds = given("SECONDS")?.map(Duration::from_secs);
    let first = number("SEED", 1)?;
    let server = Server::start(&[Engine::Sql, Engine::Native])?;
    let database = server.database(Engine::Native)?;
    let mut client = database.connect()?;
    client.batch_execute("SET client_min_messages = error")?;
    let begun = Instant::now();
    let mut differences = Vec::new();
    let mut seed = first;
    while seconds.map_or(seed < first + CONTRACTS, |limit| begun.elapsed() < limit) {
        let mut rng = Rng::with_seed(seed);
        let contract = contract::contract(&mut rng);
        let batches = document::batches(&mut rng, &contract);
        let found = difference(&mut client, &contract, &batches).with_context(|| format!("SEED={seed}"))?;
        if !found.is_empty() {
            differences.push(account(&mut client, seed, &contract, batches)?);
        }
        seed += 1;
        // A handful is enough to work on; the rest would say the same again.
        if differences.len() == 5 {
            break;
        }
    }
    println!(
        "differential: {} contracts in {:.0} s, {} differences",
        seed - first,
        begun.elapsed().as_secs_f64(),
        differences.len()
    );
    ensure!(differences.is_empty(), "{}", differences.join("\n\n"));
    Ok(())
}
