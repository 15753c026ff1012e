//! What a backend needs above its start: little for a usual batch, a bounded lot for one huge file.

use std::fs;

use anyhow::{Context, Result, anyhow};
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::sql;
use pg_ingest_tests::staging::{Outcome, Staged, batch_id, stage_for_later};
use postgres::Client;

const MB: u64 = 1 << 20;

/// The backend's own memory now, and at its most so far, in bytes. Shared buffers and mapped files are not its own.
fn own_memory(pid: i32) -> Result<(u64, u64)> {
    let path = format!("/proc/{pid}/status");
    let status =
        fs::read_to_string(&path).with_context(|| format!("cannot read {path}; this test needs Linux"))?;
    let kilobytes = |name: &str| -> Result<u64> {
        let line = status
            .lines()
            .find(|line| line.starts_with(name))
            .ok_or_else(|| anyhow!("no {name} in {path}"))?;
        let digits: String = line.chars().filter(char::is_ascii_digit).collect();
        Ok(digits.parse::<u64>()? * 1024)
    };
    // The peak counts everything; what is shared only grows, so its share at the end is at least that at the peak.
    let shared = kilobytes("RssShmem")? + kilobytes("RssFile")?;
    Ok((kilobytes("RssAnon")?, kilobytes("VmHWM")?.saturating_sub(shared)))
}

fn file(key: &str, body: Vec<u8>) -> Staged {
    Staged::from_bytes(File::of_key(key), body)
}

/// Stages over one connection, processes over another that was warmed up by a small batch, and tells what that one
/// needed above its start.
fn needed(database: &Database<'_>, files: &[Staged]) -> Result<(u64, Result<Outcome, postgres::Error>)> {
    let (mut stager, mut client) = (database.connect()?, database.connect()?);
    let mut batch = |client: &mut Client, number: usize, files: &[Staged]| -> Result<_> {
        let id = batch_id(number);
        let mut transaction = stager.transaction()?;
        stage_for_later(&mut transaction, Some(&id), files)?;
        transaction.commit()?;
        let mut transaction = client.transaction()?;
        let outcome = pg_ingest_tests::staging::process(&mut transaction, Some(&id));
        transaction.commit()?;
        Ok(outcome)
    };
    batch(&mut client, 1, &[file("warm.json", b"{\"id\": 0}".to_vec())])?
        .map_err(|error| anyhow!("{}", sql::error_text(&error)))?;
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[])?.get(0);
    let (before, _) = own_memory(pid)?;
    let outcome = batch(&mut client, 2, files)?;
    let (_, peak) = own_memory(pid)?;
    Ok((peak.saturating_sub(before), outcome))
}

fn prepared(server: &Server, engine: Engine) -> Result<Database<'_>> {
    prepared_at(server, engine, "NULL")
}

/// With that `records_path`, as SQL.
fn prepared_at<'s>(server: &'s Server, engine: Engine, path: &str) -> Result<Database<'s>> {
    let database = server.database(engine)?;
    database.connect()?.batch_execute(&format!(
        "CREATE TABLE t (id bigint PRIMARY KEY, name text, amount numeric(12, 2), at timestamptz, items jsonb, note text);
         SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', records_path => {path})"
    ))?;
    Ok(database)
}

/// 100 files of 50 KB. Where something is amiss, each record has an unknown member and each tenth a bad amount.
fn usual_files(amiss: bool) -> Vec<Staged> {
    let body = |number: usize| -> String {
        let records = (1..=110).map(|place| {
            let id = number * 1000 + place;
            let more = if amiss { format!(", \"more\": \"unknown {id}\"") } else { String::new() };
            let amount = if amiss && place % 10 == 0 { "\"much\"" } else { "7.25" };
            format!(
                "{{\"id\": {id}, \"name\": \"name {id}\", \"amount\": {amount}, \"at\": \"2026-11-23T10:00:00Z\", \
                 \"items\": [{{\"sku\": \"sku-{id}\", \"qty\": 2, \"price\": 1.50}}, {{\"sku\": \"x\", \"qty\": 1}}], \
                 \"note\": \"{}\"{more}}}\n",
                "text ".repeat(50)
            )
        });
        records.collect()
    };
    (0..100).map(|number| file(&format!("{number:03}.json"), body(number).into_bytes())).collect()
}

#[test]
fn a_batch_of_100_files_of_50_kb_needs_under_64_mb() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        for (amiss, loaded) in [(false, 11_000), (true, 9_900)] {
            let database = prepared(&server, engine)?;
            let (bytes, outcome) = needed(&database, &usual_files(amiss))?;
            let outcome = outcome.map_err(|error| anyhow!("{}", sql::error_text(&error)))?;
            assert_eq!(outcome.count("rows_loaded"), loaded);
            let about = if amiss { ", unknown members and rejects among them" } else { "" };
            println!("{}: {} MB for 100 files of 50 KB{about}", engine.name(), bytes / MB);
            assert!(
                bytes < 64 * MB,
                "{}: {} MB above the start{about}; expected under 64",
                engine.name(),
                bytes / MB
            );
        }
    }
    Ok(())
}

#[test]
fn one_file_of_200_mb_is_refused_and_one_of_60_mb_is_loaded_in_under_1_gb() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let string =
        |megabytes: usize| format!("{{\"id\": 1, \"note\": \"{}\"}}", "x".repeat(megabytes * 1_000_000));
    let records = |megabytes: usize| -> String {
        let line = "x".repeat(170);
        (0..megabytes * 5_000).map(|id| format!("{{\"id\": {id}, \"note\": \"{line}\"}}\n")).collect()
    };
    for engine in engines {
        for (body, count) in [
            (string(200), "failed"),
            (records(200), "failed"),
            (string(60), "loaded"),
            (records(60), "loaded"),
        ] {
            let database = prepared(&server, engine)?;
            let bytes = body.len() as u64;
            let (needed, outcome) = needed(&database, &[file("huge.json", body.into_bytes())])?;
            let outcome = outcome.map_err(|error| anyhow!("{}", sql::error_text(&error)))?;
            println!("{}: {} MB for a file of {} MB, {count}", engine.name(), needed / MB, bytes / MB);
            assert_eq!(outcome.count(count), 1, "a file of {} MB", bytes / MB);
            assert!(
                needed < 1024 * MB,
                "{}: {} MB above the start; expected under 1,024",
                engine.name(),
                needed / MB
            );
        }
    }
    Ok(())
}

/// Records in an envelope, each with an array of so many small numbers.
fn envelope(records: usize, numbers: usize, beside: &str) -> String {
    let array = vec!["777"; numbers].join(",");
    let records: Vec<String> =
        (0..records).map(|id| format!("{{\"id\": {id}, \"items\": [{array}]}}")).collect();
    format!("{{\"data\": {{\"items\": [{}]{beside}}}}}", records.join(","))
}

#[test]
fn an_envelope_of_46_mb_of_arrays_is_loaded_in_under_1_gb() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    // The native engine builds no document.
    for engine in engines.into_iter().filter(|engine| engine.name() == "sql") {
        let database = prepared_at(&server, engine, "'$.data.items'")?;
        let body = envelope(5_800, 1_990, "");
        let bytes = body.len() as u64;
        let (needed, outcome) = needed(&database, &[file("huge.json", body.into_bytes())])?;
        let outcome = outcome.map_err(|error| anyhow!("{}", sql::error_text(&error)))?;
        println!("{}: {} MB for an envelope of {} MB", engine.name(), needed / MB, bytes / MB);
        assert_eq!(outcome.count("rows_loaded"), 5_800);
        assert!(
            needed < 1024 * MB,
            "{}: {} MB above the start; expected under 1,024",
            engine.name(),
            needed / MB
        );
    }
    Ok(())
}

/// Makes a document of so many records, with something beside them.
type Made = fn(usize, &str) -> String;

#[test]
fn what_is_unusual_in_a_large_envelope_is_as_in_a_small_one() -> Result<()> {
    let deep = format!(r#", "more": {}{}"#, "[".repeat(511), "]".repeat(511));
    let unusual: [(&str, Made); 7] = [
        ("", |records, _| envelope(records, 100, "")),
        (r#", "more": {"a": [1, 2]}"#, |records, beside| envelope(records, 100, beside)),
        (r#", "more": "\u0000""#, |records, beside| envelope(records, 100, beside)),
        (r#", "more": 1e200000"#, |records, beside| envelope(records, 100, beside)),
        (r#", "items": [{"id": -1}]"#, |records, beside| envelope(records, 100, beside)),
        (deep.as_str(), |records, beside| envelope(records, 100, beside)),
        ("", |records, _| envelope(records, 100, "") + r#"{"data": {"items": {"id": -2}}}"#),
    ];
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    // The native engine builds no document.
    for engine in engines.into_iter().filter(|engine| engine.name() == "sql") {
        let mut told = Vec::new();
        for (beside, body) in &unusual {
            let mut found = Vec::new();
            for records in [3, 12_000] {
                let database = prepared_at(&server, engine, "'$.data.items'")?;
                let body = body(records, beside);
                assert_eq!(body.len() > 4 << 20, records > 3, "{} bytes", body.len());
                let (_, outcome) = needed(&database, &[file("large.json", body.into_bytes())])?;
                outcome.map_err(|error| anyhow!("{}", sql::error_text(&error)))?;
                let mut client = database.connect()?;
                let file = client.query_one(
                    "SELECT f.status, coalesce(f.error_code, ''), coalesce(f.error, '') FROM ingest.file AS f \
                     WHERE f.key = 'large.json'",
                    &[],
                )?;
                let file: [String; 3] = [file.get(0), file.get(1), file.get(2)];
                let rows = client.query_one(
                    "SELECT count(*) FILTER (WHERE id < 0), count(*) FILTER (WHERE id >= 0) = $1 FROM t",
                    &[&i64::try_from(records)?],
                )?;
                found.push((file, rows.get::<_, i64>(0), rows.get::<_, bool>(1)));
            }
            told.push(found);
        }
        for (found, (beside, _)) in told.iter().zip(&unusual) {
            println!("{} {:.40}: {:?}", engine.name(), beside, found.first());
            assert_eq!(found.first(), found.last(), "{} with `{beside:.40}`", engine.name());
        }
    }
    Ok(())
}
