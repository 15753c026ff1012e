//! A person is erased beside sessions that load the same person: they are not there afterwards, whoever came second.

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch, stage_for_later};

use crate::prepared;
use crate::waiting::behind;

const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, v int, name text CHECK (name <> 'bad'));
    GRANT DELETE ON t TO ingest_loader;
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', version_column => 'v')";
const ERASE: &str =
    "SELECT rows_deleted, rejected_records FROM public.ingest_erase('t', '{\"id\": 1}', 'a test')";

fn file(key: &str, version: u8) -> Staged {
    let body = format!(
        r#"{{"id": 1, "v": {version}, "name": "a"}} {{"id": 2, "v": {version}, "name": "b"}} {{"id": 1, "v": 9, "name": "bad"}}"#
    );
    Staged::from_bytes(File::of_key(key), body.into_bytes())
}

#[test]
fn what_is_being_loaded_while_it_is_erased_is_erased_when_it_has_come() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = prepared(&server, engine, DDL)?;
        let (mut one, mut other, mut watcher) =
            (database.connect()?, database.connect()?, database.connect()?);
        let mut loading = one.transaction()?;
        stage_for_later(&mut loading, Some(&batch_id(1)), &[file("a.json", 1)])?;
        loading.execute("SELECT public.ingest_process_staging($1::text::uuid)", &[&batch_id(1)])?;
        let erase = || Ok(report::rows(&mut other, ERASE)?);
        assert_eq!(behind(loading, &mut watcher, erase, |_| Ok(()))?, ["1 | 1"]);
        assert_eq!(report::rows(&mut watcher, "SELECT id FROM t")?, ["2"]);
        assert_eq!(
            report::rows(&mut watcher, "SELECT count(*) FROM ingest.rejected_record WHERE record <> ''")?,
            ["0"]
        );
    }
    Ok(())
}

#[test]
fn what_comes_while_it_is_being_erased_is_left_out() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = prepared(&server, engine, DDL)?;
        let (mut one, mut other, mut watcher) =
            (database.connect()?, database.connect()?, database.connect()?);
        // Its statements are compiled, and were made before anybody was erased.
        run_batch(&mut other, Some(&batch_id(1)), &[file("a.json", 1)])?;
        let mut erasing = one.transaction()?;
        assert_eq!(report::rows(&mut erasing, ERASE)?, ["1 | 1"]);
        let load = || Ok(run_batch(&mut other, Some(&batch_id(2)), &[file("b.json", 2)])?);
        let outcome = behind(erasing, &mut watcher, load, |_| Ok(()))?;
        assert_eq!((outcome.count("rows_loaded"), outcome.count("rows_filtered")), (1, 2));
        assert_eq!(report::rows(&mut watcher, "SELECT id, v FROM t")?, ["2 | 2"]);
    }
    Ok(())
}
