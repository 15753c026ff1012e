//! Rejects that two sessions settle at once: what is settled is known as such, whoever came second.

use anyhow::Result;
use pg_ingest_tests::body::{Body, Part};
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};
use postgres::Client;

use crate::waiting::behind;

const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, v int);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', version_column => 'v')";
const SETTLED: &str = "SELECT f.dismissed_at IS NOT NULL, count(*) FILTER (WHERE r.replayed_at IS NULL)
    FROM ingest.file AS f JOIN ingest.rejected_record AS r USING (file_id) GROUP BY f.file_id";

fn give_up(code: &str) -> String {
    format!("SELECT rejects FROM public.ingest_dismiss(error_code => '{code}', reason => 'a test')")
}

/// A database with a file that has a reject of each of two codes.
fn rejected<'a>(server: &'a Server, engine: Engine) -> Result<(Database<'a>, Client)> {
    let database = server.database(engine)?;
    let mut client = database.connect()?;
    client.batch_execute(DDL)?;
    let body = r#"{"id": 1, "v": "x"} {"id": 2, "v": 99999999999}"#;
    let file = File::new("a.json", Body::One(Part::Text(body.to_owned())));
    run_batch(&mut client, Some(&batch_id(1)), &[Staged::from_case(&file)?])?;
    Ok((database, client))
}

#[test]
fn the_second_of_two_that_give_up_parts_of_a_file_settles_it() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let (database, mut watcher) = rejected(&server, engine)?;
        let (mut one, mut other) = (database.connect()?, database.connect()?);
        let mut first = one.transaction()?;
        assert_eq!(report::rows(&mut first, &give_up("type_mismatch"))?, ["1"]);
        let second = || Ok(report::rows(&mut other, &give_up("out_of_range"))?);
        assert_eq!(behind(first, &mut watcher, second, |_| Ok(()))?, ["1"]);
        assert_eq!(report::rows(&mut watcher, SETTLED)?, ["t | 0"]);
    }
    Ok(())
}

#[test]
fn a_replay_leaves_out_what_is_being_given_up() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let (database, mut watcher) = rejected(&server, engine)?;
        watcher.batch_execute("ALTER TABLE t ALTER v TYPE text")?;
        let (mut one, mut other) = (database.connect()?, database.connect()?);
        let mut dismissing = one.transaction()?;
        assert_eq!(report::rows(&mut dismissing, &give_up("type_mismatch"))?, ["1"]);
        let replay = || Ok(report::rows(&mut other, "SELECT rows_loaded FROM public.ingest_replay()")?);
        assert_eq!(behind(dismissing, &mut watcher, replay, |_| Ok(()))?, ["1"]);
        assert_eq!(report::rows(&mut watcher, "SELECT id FROM t")?, ["2"]);
        assert_eq!(report::rows(&mut watcher, SETTLED)?, ["t | 0"]);
    }
    Ok(())
}

#[test]
fn a_replay_and_a_dismissal_of_one_file_settle_it() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let (database, mut watcher) = rejected(&server, engine)?;
        watcher.batch_execute("ALTER TABLE t ALTER v TYPE bigint USING v")?;
        let (mut one, mut other) = (database.connect()?, database.connect()?);
        let mut replaying = one.transaction()?;
        let replay = "SELECT rows_loaded FROM public.ingest_replay(error_code => 'out_of_range')";
        assert_eq!(report::rows(&mut replaying, replay)?, ["1"]);
        let dismissal = || Ok(report::rows(&mut other, &give_up("type_mismatch"))?);
        assert_eq!(behind(replaying, &mut watcher, dismissal, |_| Ok(()))?, ["1"]);
        assert_eq!(report::rows(&mut watcher, SETTLED)?, ["t | 0"]);
    }
    Ok(())
}
