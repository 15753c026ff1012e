//! Versions of objects that mirror their rows end alike in any order of delivery, over two sessions, and delivered twice.

use std::thread;

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{self, Staged, batch_id};

use crate::deletes::orders;
use crate::prepared;

const DDL: &str = "CREATE TABLE t (id text PRIMARY KEY, name text, _file_id bigint, _source_time timestamptz, _sequencer text);
    CREATE INDEX ON t (_file_id);
    CREATE TABLE l (id text REFERENCES t, no int, PRIMARY KEY (id, no));
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', on_replaced => 'delete_missing');
    SELECT public.ingest_register_dataset(name => 'l', parent => 't', records_path => '$.lines[*]', target => 'l', columns => '{\"no\": \"position:\"}')";

/// The rows of each version of an object: some stay, some go, some come again.
const VERSIONS: [&[&str]; 4] = [&["a", "b", "c"], &["b"], &["b", "c", "d"], &["a", "d"]];

fn file(object: usize, version: usize) -> Staged {
    let records: Vec<_> = VERSIONS[version]
        .iter()
        .map(|row| format!(r#"{{"id": "{object}-{row}", "name": "{version}", "lines": [{{}}, {{}}]}}"#))
        .collect();
    let mut file = File::of_key(&format!("{object}.json"));
    file.etag = Some(format!("{object}-{version}"));
    file.sequencer = Some(format!("{version:02X}"));
    file.event_time = Some(format!("2026-01-01T00:00:0{version}Z"));
    Staged::from_bytes(file, format!("[{}]", records.join(", ")).into_bytes())
}

fn end(database: &Database<'_>) -> Result<Vec<String>> {
    let mut client = database.connect()?;
    Ok(report::rows(
        &mut client,
        "SELECT t.id, t.name, count(l.no) FROM t LEFT JOIN l USING (id) GROUP BY 1, 2 ORDER BY 1",
    )?)
}

/// The end of a quiet run of all versions in order, and of one in which each object has them in an order of its own, over two
/// sessions and delivered twice.
pub(crate) fn quiet_and_busy(
    server: &Server,
    engine: Engine,
    ddl: &str,
    versions: usize,
    file: impl Fn(usize, usize) -> Staged,
) -> Result<(Vec<String>, Vec<String>)> {
    let orders = orders(versions);
    let quiet = prepared(server, engine, ddl)?;
    let mut client = quiet.connect()?;
    for version in 0..versions {
        let files: Vec<_> = (0..orders.len()).map(|object| file(object, version)).collect();
        staging::run_batch(&mut client, Some(&batch_id(version)), &files)?;
    }
    let busy = prepared(server, engine, ddl)?;
    let steps: Vec<Vec<_>> = (0..versions)
        .map(|step| orders.iter().enumerate().map(|(object, order)| file(object, order[step])).collect())
        .collect();
    for (pair, both) in steps.chunks(2).enumerate() {
        thread::scope(|scope| {
            let sessions: Vec<_> = both
                .iter()
                .enumerate()
                .map(|(session, files)| {
                    let busy = &busy;
                    scope.spawn(move || -> Result<()> {
                        staging::run_batch(&mut busy.connect()?, Some(&batch_id(pair * 2 + session)), files)?;
                        Ok(())
                    })
                })
                .collect();
            sessions.into_iter().try_for_each(|session| {
                session.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a session panicked")))
            })
        })?;
    }
    let mut again = busy.connect()?;
    for (step, files) in steps.iter().enumerate() {
        staging::run_batch(&mut again, Some(&batch_id(100 + step)), files)?;
    }
    Ok((end(&quiet)?, end(&busy)?))
}

#[test]
fn every_order_of_versions_over_two_sessions_ends_as_the_order_in_which_they_were_made() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let (quiet, busy) = quiet_and_busy(&server, engine, DDL, VERSIONS.len(), file)?;
        assert_eq!(quiet.len(), orders(VERSIONS.len()).len() * 2);
        assert_eq!(busy, quiet);
    }
    Ok(())
}
