//! The quicker ways of both engines: which of them a batch goes by, who is quicker with a new key, and when the plain insert
//! is tried again.

use anyhow::{Context, Result};
use pg_ingest_tests::body::{Body, Part};
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};
use pg_ingest_tests::{report, sql};
use postgres::Client;

use crate::waiting::behind;
use crate::with_native;

const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, version int);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', version_column => 'version')";
/// How many batches go without, and how many will after the next failure.
const PAUSE: &str = "SELECT nullif(current_setting('ingest.plain_' || md5('t'), true), '')";

fn prepared(server: &Server, engine: Engine) -> Result<Database<'_>> {
    let database = server.database(engine)?;
    database.connect()?.batch_execute(DDL)?;
    Ok(database)
}

/// A batch of one file with these ids, all of one version.
fn load(client: &mut Client, batch: usize, ids: &[i32], version: i32) -> Result<[i64; 2]> {
    let records: String = ids
        .iter()
        .map(|id| format!(r#"{{"id": {id}, "version": {version}}}"#))
        .collect::<Vec<_>>()
        .join("\n");
    let file = Staged::from_case(&File::new(&format!("{batch}.json"), Body::One(Part::Text(records))))?;
    let outcome = run_batch(client, Some(&batch_id(batch)), &[file])
        .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
    Ok([outcome.count("rows_loaded"), outcome.count("rows_stale")])
}

/// Compiles the dataset anew and puts other statements in place of what a batch must not need.
fn recompile(client: &mut Client, replaced: &str) -> Result<()> {
    client.batch_execute(&format!(
        "UPDATE ingest.compiled_dataset SET fingerprint = '';
         SELECT ingest.compiled('t');
         UPDATE ingest.compiled_dataset SET {replaced}"
    ))?;
    Ok(())
}

#[test]
fn who_comes_second_with_a_new_key_minds_the_row_of_the_first() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = prepared(&server, engine)?;
        let (mut first, mut second, mut watcher) =
            (database.connect()?, database.connect()?, database.connect()?);
        let mut quicker = first.transaction()?;
        quicker.batch_execute(
            "INSERT INTO ingest.staging (key, body) VALUES ('0.json', '{\"id\": 2, \"version\": 2} {\"id\": 3, \"version\": 2}');
             SELECT * FROM public.ingest_process_staging()",
        )?;
        // Two keys that nobody has, two that the other has brought with a higher version.
        let slower = || load(&mut second, 1, &[1, 2, 3, 4], 1);
        let counts = behind(quicker, &mut watcher, slower, |_| Ok(()))?;
        assert_eq!(counts, [2, 2], "{}", engine.name());
        assert_eq!(
            report::rows(&mut watcher, "SELECT * FROM t ORDER BY id")?,
            ["1 | 1", "2 | 2", "3 | 2", "4 | 1"]
        );
        assert_eq!(load(&mut first, 2, &[2, 5], 3)?, [2, 0]);
    }
    Ok(())
}

#[test]
fn a_session_that_met_known_keys_tries_the_plain_insert_again_after_some_batches() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = prepared(&server, engine)?;
        let mut client = database.connect()?;
        let mut next = 0..;
        let mut batch = |client: &mut Client, ids: &[i32]| -> Result<Vec<String>> {
            let number = next.next().context("numbers end")?;
            assert_eq!(load(client, number, ids, i32::try_from(number)?)?, [i64::try_from(ids.len())?, 0]);
            Ok(report::rows(client, PAUSE)?)
        };
        assert_eq!(batch(&mut client, &[1, 2])?, ["∅"], "all were new");
        assert_eq!(batch(&mut client, &[2, 3])?, ["{15,63}"], "one was known");
        for left in (0..15).rev() {
            assert_eq!(batch(&mut client, &[1])?, [format!("{{{left},63}}")], "not tried");
        }
        assert_eq!(batch(&mut client, &[1])?, ["{63,255}"], "tried, and in vain");
        client.batch_execute("SELECT set_config('ingest.plain_' || md5('t'), '{0,255}', false)")?;
        assert_eq!(batch(&mut client, &[1])?, ["{255,1023}"], "tried again");
        client.batch_execute("SELECT set_config('ingest.plain_' || md5('t'), '{0,1023}', false)")?;
        assert_eq!(batch(&mut client, &[1])?, ["{255,1023}"], "at most so many");
        client.batch_execute("SELECT set_config('ingest.plain_' || md5('t'), '{0,255}', false)")?;
        assert_eq!(batch(&mut client, &[100, 101])?, ["∅"], "all were new again");
    }
    Ok(())
}

#[test]
fn a_target_that_is_not_gathered_for_is_no_plain_insert_in_vain() -> Result<()> {
    with_native(DDL, |_, mut client| {
        client.batch_execute(
            "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER watch AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION watch()",
        )?;
        assert_eq!(load(&mut client, 0, &[1, 2], 1)?, [2, 0]);
        assert_eq!(report::rows(&mut client, PAUSE)?, ["∅"], "nothing failed");
        client.batch_execute("DROP TRIGGER watch ON t")?;
        assert_eq!(load(&mut client, 1, &[2, 3], 2)?, [2, 0]);
        assert_eq!(report::rows(&mut client, PAUSE)?, ["{15,63}"], "now it was tried");
        Ok(())
    })
}

#[test]
fn known_keys_among_gathered_rows_need_no_whole_load_statement() -> Result<()> {
    with_native(DDL, |_, mut client| {
        recompile(
            &mut client,
            "native_load = 'SELECT not_to_be_run()', native_upsert = 'SELECT not_to_be_run()'",
        )?;
        assert_eq!(load(&mut client, 0, &[1, 2], 1)?, [2, 0], "all new: by no statement");
        recompile(&mut client, "native_load = 'SELECT not_to_be_run()'")?;
        assert_eq!(load(&mut client, 1, &[2, 3], 2)?, [2, 0], "expected to be new: gathered twice");
        assert_eq!(load(&mut client, 2, &[1, 3], 1)?, [1, 1], "looked for at once");
        assert_eq!(report::rows(&mut client, "SELECT * FROM t ORDER BY id")?, ["1 | 1", "2 | 2", "3 | 2"]);
        Ok(())
    })
}

#[test]
fn a_batch_goes_by_the_least_of_the_statements_that_will_do() -> Result<()> {
    let server = Server::start(&[Engine::Sql])?;
    let database = prepared(&server, Engine::Sql)?;
    let mut client = database.connect()?;
    let steps = [
        ("plain_load", r#"{"id": 1, "version": 1} {"id": 2, "version": 1}"#),
        ("clean_load", r#"{"id": 1, "version": 2} {"id": 3, "version": 1} {"id": 3, "version": 2}"#),
        ("quick_load", r#"{"id": 1, "version": 3, "unknown": true}"#),
    ];
    for (number, (statement, body)) in steps.into_iter().enumerate() {
        recompile(
            &mut client,
            &format!(
                "careful_load = 'SELECT not_to_be_run()',
                 quick_load = CASE WHEN '{statement}' = 'quick_load' THEN quick_load ELSE 'SELECT not_to_be_run()' END,
                 clean_load = CASE WHEN '{statement}' = 'plain_load' THEN 'SELECT not_to_be_run()' ELSE clean_load END"
            ),
        )?;
        let file = File::new(&format!("{number}.json"), Body::One(Part::Text(body.to_owned())));
        let outcome = run_batch(&mut client, Some(&batch_id(number)), &[Staged::from_case(&file)?])
            .map_err(|error| anyhow::anyhow!("{statement}: {}", sql::error_text(&error)))?;
        assert_eq!(outcome.count("loaded"), 1, "{statement}");
    }
    assert_eq!(report::rows(&mut client, "SELECT * FROM t ORDER BY id")?, ["1 | 3", "2 | 1", "3 | 2"]);
    Ok(())
}
