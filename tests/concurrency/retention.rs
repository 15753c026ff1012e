//! Pruning beside shippers: what is forgotten and delivered again in the same moment is new, and its object is whole.

use anyhow::Result;
use pg_ingest_tests::body::{Body, Part};
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};
use pg_ingest_tests::{report, sql};
use postgres::Client;

use crate::waiting::behind;

const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, at timestamptz);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', version_column => 'at')";
const PRUNE: &str = "SELECT files, objects FROM public.ingest_prune(interval '14 days')";

/// One file, as one event delivers it however often.
fn file() -> Result<Staged> {
    let body = Body::One(Part::Text(r#"{"id": 1, "at": "2026-01-01"}"#.to_owned()));
    Staged::from_case(&File { etag: Some("e1".to_owned()), ..File::new("a.json", body) })
}

/// A database in which a file was loaded fifteen days ago.
fn aged<'a>(server: &'a Server, engine: Engine) -> Result<(Database<'a>, Client)> {
    let database = server.database(engine)?;
    let mut client = database.connect()?;
    client.batch_execute(DDL)?;
    run_batch(&mut client, Some(&batch_id(1)), &[file()?])?;
    client.batch_execute("UPDATE ingest.file SET received_at = received_at - interval '15 days'")?;
    Ok((database, client))
}

#[test]
fn a_delivery_that_meets_the_pruning_waits_and_is_new_then() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let (database, mut watcher) = aged(&server, engine)?;
        let (mut pruner, mut shipper) = (database.connect()?, database.connect()?);
        let mut pruning = pruner.transaction()?;
        assert_eq!(report::rows(&mut pruning, PRUNE)?, ["1 | 1"]);
        let again = [file()?];
        let delivery = || {
            let outcome = run_batch(&mut shipper, Some(&batch_id(2)), &again);
            outcome.map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))
        };
        behind(pruning, &mut watcher, delivery, |_| Ok(()))?;
        // As after any first delivery: the entry is the newest of an object that is there.
        let whole = "SELECT count(*), count(o.object_id) FROM ingest.file AS f
            LEFT JOIN ingest.object AS o ON o.object_id = f.object_id AND o.newest_file_id = f.file_id";
        assert_eq!(report::rows(&mut watcher, whole)?, ["1 | 1"]);
    }
    Ok(())
}

#[test]
fn pruning_waits_for_a_batch_under_way_and_spares_what_it_delivered() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let (database, mut watcher) = aged(&server, engine)?;
        let (mut pruner, mut shipper) = (database.connect()?, database.connect()?);
        // The key is put again with other content, and that batch is not committed yet.
        let mut delivering = shipper.transaction()?;
        let newer = "INSERT INTO ingest.staging (key, etag, body) VALUES ('a.json', 'e2', '{\"id\": 1, \"at\": \"2026-01-02\"}');
            SELECT * FROM public.ingest_process_staging()";
        delivering.batch_execute(newer)?;
        let pruning = || Ok(report::rows(&mut pruner, PRUNE)?);
        let pruned = behind(delivering, &mut watcher, pruning, |_| Ok(()))?;
        assert_eq!(pruned, ["1 | 0"], "the superseded entry goes, the object stays");
        let kept = "SELECT f.etag, o.newest_file_id = f.file_id FROM ingest.file AS f JOIN ingest.object AS o USING (object_id)";
        assert_eq!(report::rows(&mut watcher, kept)?, ["e2 | t"]);
    }
    Ok(())
}
