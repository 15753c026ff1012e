//! Naughty strings as S3 key, dataset, prefix, table, column, path and value: each is data, none alters a statement.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::{self, Staged};
use pg_ingest_tests::{report, sql};
use postgres::{Client, Transaction};
use serde_json::json;

/// What a planted statement would want to change, and everything that the pipeline is made of.
const FINGERPRINT: &str = "SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
    SELECT format('%s %s %s %s', n.nspname, c.relname, c.relowner, c.relacl) AS line FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT IN ('naughty', 'pg_toast')
    UNION ALL SELECT concat_ws(' ', p.oid, p.ctid, p.xmin) FROM pg_proc p
    UNION ALL SELECT format('%s %s', rolname, rolsuper) FROM pg_roles
    UNION ALL SELECT format('%s %s', s.name, s.value) FROM ingest.setting s
    UNION ALL SELECT format('sentinel %s', id) FROM sentinel) AS lines";

#[test]
fn naughty_strings_are_data_wherever_they_stand() -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/naughty/strings.jsonl");
    let strings: Vec<String> = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    assert!(strings.len() > 500, "{} strings", strings.len());
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    // Side by side: each engine keeps one session busy.
    std::thread::scope(|scope| {
        let runs: Vec<_> = engines
            .iter()
            .map(|&engine| {
                scope.spawn({
                    let (server, strings) = (&server, &strings);
                    move || everywhere(server, engine, strings)
                })
            })
            .collect();
        runs.into_iter().try_for_each(|run| run.join().map_err(|_| anyhow!("the test panicked"))?)
    })
}

/// Tries every string in every place on one engine.
fn everywhere(server: &Server, engine: Engine, strings: &[String]) -> Result<()> {
    let database = server.database(engine)?;
    let mut client = database.connect()?;
    client.batch_execute(
        "CREATE TABLE sentinel (id int); INSERT INTO sentinel VALUES (1), (2), (3);
         CREATE SCHEMA naughty; GRANT USAGE ON SCHEMA naughty TO ingest_loader; SET client_min_messages = error",
    )?;
    let before = report::rows(&mut client, FINGERPRINT)?;
    let mut failures = Vec::new();
    for text in strings {
        if let Err(error) = in_every_place(&mut client, text, &before) {
            failures.push(format!("{text:?}: {error:#}"));
        }
    }
    ensure!(failures.is_empty(), "{}: {} strings:\n{}", engine.name(), failures.len(), failures.join("\n"));
    println!(
        "{}: {} strings as key, dataset, prefix, table, column, path and value",
        engine.name(),
        strings.len()
    );
    Ok(())
}

/// The longest beginning of at most that many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    &text[..end]
}

/// Registers and loads with the string in every place, in a transaction that is rolled back after it was judged.
fn in_every_place(client: &mut Client, text: &str, before: &[String]) -> Result<()> {
    let mut transaction = client.transaction()?;
    let outcome = load(&mut transaction, text).and_then(|()| {
        let after: Vec<String> = transaction.query(FINGERPRINT, &[])?.iter().map(|row| row.get(0)).collect();
        if after == before { Ok(()) } else { Err(anyhow!("something was altered")) }
    });
    transaction.rollback()?;
    outcome
}

fn load(transaction: &mut Transaction<'_>, text: &str) -> Result<()> {
    let (identifier, dataset, prefix) = (cut(text, 63), cut(text, 200), cut(text, 500));
    let key = format!("{prefix}{}", cut(text, 500));
    let member = format!("{text}?");
    let table = format!("naughty.{}", sql::name(identifier));
    let column = sql::name(identifier);
    let run = |within: &mut Transaction<'_>, statement: &str| {
        within.batch_execute(statement).map_err(|error| anyhow!("{statement}: {}", sql::error_text(&error)))
    };
    run(
        transaction,
        &format!(
            "CREATE TABLE {table} (key_ int PRIMARY KEY, {column} text NOT NULL, path_ text, _rescued jsonb)"
        ),
    )?;
    let paths = json!({ "path_": format!("$.{}", serde_json::to_string(&member)?) });
    transaction
        .execute(
            "SELECT public.ingest_register_dataset(name => $1, prefix => $2, target => $3::text::regclass,
               columns => $4::text::jsonb)",
            &[&dataset, &prefix, &table, &paths.to_string()],
        )
        .map_err(|error| anyhow!("registration: {}", sql::error_text(&error)))?;
    let unknown = format!("{text}!");
    let good = json!({ "key_": 1, identifier: text, member.as_str(): text, unknown.as_str(): text });
    let bad = json!({ "key_": 2, identifier: {} });
    let file = File::of_key(&key);
    let staged = Staged::from_bytes(file, format!("{good}{bad}").into_bytes());
    staging::stage(transaction, None, &[staged])
        .map_err(|error| anyhow!("staging: {}", sql::error_text(&error)))?;
    staging::process(transaction, None)
        .map_err(|error| anyhow!("processing: {}", sql::error_text(&error)))?;

    let row = transaction
        .query_one(&format!("SELECT {column}, path_, _rescued::text FROM {table}"), &[])
        .context("the good record's row")?;
    same("the column", row.get(0), text)?;
    same("what the path found", row.get(1), text)?;
    let rescued: serde_json::Value = serde_json::from_str(row.get(2))?;
    if rescued != json!({ unknown.as_str(): text }) {
        return Err(anyhow!("rescued is {rescued}"));
    }
    let ledger =
        transaction.query_one("SELECT key, dataset, status FROM ingest.file", &[]).context("the ledger")?;
    same("the key", ledger.get(0), &key)?;
    same("the dataset", ledger.get(1), dataset)?;
    same("the status", ledger.get(2), "partially_loaded")?;
    let reject = transaction
        .query_one("SELECT column_name, error_code, error FROM ingest.rejected_record", &[])
        .context("the bad record's reject")?;
    same("the reject's column", reject.get(0), identifier)?;
    same("the reject's code", reject.get(1), "type_mismatch")?;
    same(
        "the reject's error",
        reject.get(2),
        &format!("column {identifier}: came object {{}}; expected text"),
    )
}

fn same(what: &str, found: &str, expected: &str) -> Result<()> {
    if found == expected { Ok(()) } else { Err(anyhow!("{what} is {found:?}; expected {expected:?}")) }
}
