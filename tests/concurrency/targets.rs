//! Who may write a target beside others: whoever goes through its keys once, in their order.

use anyhow::Result;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Engine, Server};
use postgres::Client;

use crate::waiting::behind;

/// Stages files of one record each by hand, and processes them.
fn load(files: &[(&str, &str)]) -> String {
    let rows: Vec<String> = files.iter().map(|(key, record)| format!("('{key}', '{record}')")).collect();
    format!(
        "INSERT INTO ingest.staging (key, body) VALUES {};
         SELECT * FROM public.ingest_process_staging()",
        rows.join(", ")
    )
}

fn ids(client: &mut Client, table: &str) -> Result<String> {
    Ok(report::rows(client, &format!("SELECT id FROM {table} ORDER BY id"))?.join(" "))
}

#[test]
fn a_batch_of_two_datasets_has_the_target_of_both_to_itself() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let (mut first, mut second, mut watcher) =
            (database.connect()?, database.connect()?, database.connect()?);
        first.batch_execute(
            "CREATE TABLE t (id int PRIMARY KEY);
             SELECT public.ingest_register_dataset(name => 'one', prefix => 'one/', target => 't', load_mode => 'upsert');
             SELECT public.ingest_register_dataset(name => 'two', prefix => 'two/', target => 't', load_mode => 'upsert')",
        )?;

        // Each dataset in a batch of its own: nobody waits.
        second.batch_execute("SET lock_timeout = '10s'")?;
        let mut quicker = first.transaction()?;
        quicker.batch_execute(&load(&[("one/1.json", r#"{"id": 5}"#)]))?;
        second.batch_execute(&load(&[("two/1.json", r#"{"id": 3}"#)]))?;
        quicker.commit()?;

        // Both in one batch would go through the keys twice, and could meet another such batch halfway: 5 then 3 here, 3
        // then 5 there.
        second.batch_execute("RESET lock_timeout")?;
        let mut quicker = first.transaction()?;
        quicker.batch_execute(&load(&[("one/2.json", r#"{"id": 15}"#), ("two/2.json", r#"{"id": 13}"#)]))?;
        let files = [("one/3.json", r#"{"id": 13}"#), ("two/3.json", r#"{"id": 15}"#)];
        let slower = || Ok(second.batch_execute(&load(&files))?);
        behind(quicker, &mut watcher, slower, |watcher| {
            let waits_for = report::rows(watcher, "SELECT locktype FROM pg_locks WHERE NOT granted")?;
            assert_eq!(waits_for, ["relation"], "{}: before it has written anything", engine.name());
            Ok(())
        })?;
        assert_eq!(ids(&mut watcher, "t")?, "3 5 13 15");
    }
    Ok(())
}

#[test]
fn a_replay_locks_targets_in_the_order_of_batches_and_before_it_writes() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let (mut batch, mut operator, mut watcher) =
            (database.connect()?, database.connect()?, database.connect()?);
        // The child is the older table, so locked first; but its parent is written first.
        batch.batch_execute(
            "CREATE TABLE child (id int PRIMARY KEY, parent int);
             CREATE TABLE parent (id int PRIMARY KEY);
             ALTER TABLE child ADD FOREIGN KEY (parent) REFERENCES parent;
             SELECT public.ingest_register_dataset(name => 'child', prefix => 'child/', target => 'child', load_mode => 'upsert');
             SELECT public.ingest_register_dataset(name => 'parent', prefix => 'parent/', target => 'parent', load_mode => 'upsert')",
        )?;
        let mut under_way = batch.transaction()?;
        under_way.batch_execute(&load(&[("child/1.json", r#"{"id": 1}"#)]))?;
        let replay = || Ok(operator.batch_execute("SELECT * FROM public.ingest_replay()")?);
        behind(under_way, &mut watcher, replay, |watcher| {
            let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
                        AND pid IN (SELECT pid FROM pg_locks WHERE NOT granted)";
            assert_eq!(report::rows(watcher, held)?, ["0"], "{}: the parent's, too early", engine.name());
            Ok(())
        })?;
        assert_eq!(ids(&mut watcher, "child")?, "1");
    }
    Ok(())
}

#[test]
fn a_batch_that_waits_for_an_alteration_takes_the_target_as_it_is_then() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let (mut owner, mut batch, mut watcher) =
            (database.connect()?, database.connect()?, database.connect()?);
        owner.batch_execute(
            "CREATE TABLE t (id int PRIMARY KEY);
             SELECT public.ingest_register_dataset(name => 't', prefix => 't/', target => 't', load_mode => 'upsert')",
        )?;
        batch.batch_execute(&load(&[("t/0.json", r#"{"id": 0}"#)]))?;
        let mut alteration = owner.transaction()?;
        alteration.batch_execute(
            "ALTER TABLE t ADD weight int; UPDATE t SET weight = 0; ALTER TABLE t ALTER weight SET NOT NULL",
        )?;
        let waiting = || Ok(batch.batch_execute(&load(&[("t/1.json", r#"{"id": 1, "weight": 5}"#)]))?);
        behind(alteration, &mut watcher, waiting, |_| Ok(()))?;
        assert_eq!(
            report::rows(&mut watcher, "SELECT * FROM t ORDER BY id")?,
            ["0 | 0", "1 | 5"],
            "{}",
            engine.name()
        );
        assert_eq!(report::rows(&mut watcher, "SELECT error FROM ingest.rejected_record")?, [""; 0]);
    }
    Ok(())
}
