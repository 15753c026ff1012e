//! Sessions that bring new members at once, of a dataset that makes columns of them: each column comes once, and no value is lost.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};
use pg_ingest_tests::body::{Body, Part};
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, process, run_batch, stage};
use pg_ingest_tests::{report, sql};

use crate::number;
use crate::waiting::behind;

const SESSIONS: usize = 3;
const BATCHES: usize = 10;
/// The owner of the target is no superuser: a role that is there stands for one.
const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, _rescued jsonb);
    GRANT CREATE ON SCHEMA public TO ingest_admin;
    ALTER TABLE t OWNER TO ingest_admin; SELECT public.ingest_allow_evolution('t');
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', on_unknown => 'evolve')";
const WRONG: &str = "SELECT * FROM t WHERE _rescued IS NOT NULL
    OR CASE id % 5 WHEN 0 THEN m0 WHEN 1 THEN m1 WHEN 2 THEN m2 WHEN 3 THEN m3 ELSE m4 END IS DISTINCT FROM id ORDER BY id LIMIT 5";

/// Records that have one of five members each, by their key.
fn file(key: &str, first: usize, records: usize) -> Result<Staged> {
    let body: Vec<String> =
        (first..first + records).map(|id| format!(r#"{{"id": {id}, "m{}": {id}}}"#, id % 5)).collect();
    Staged::from_case(&File::new(key, Body::One(Part::Text(body.join("\n")))))
}

fn load(database: &Database<'_>, session: usize) -> Result<()> {
    let mut client = database.connect()?;
    for batch in 0..BATCHES {
        let place = session * BATCHES + batch;
        // One member a batch at first, so that they come one after another.
        let files = [file(&format!("{place}.json"), place * 100, 1 + batch)?];
        run_batch(&mut client, Some(&batch_id(1 + place)), &files)
            .map_err(|error| anyhow::anyhow!("batch {place}: {}", sql::error_text(&error)))?;
    }
    Ok(())
}

#[test]
fn sessions_that_bring_new_members_at_once_lose_none_and_stop_none() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(DDL)?;
        thread::scope(|scope| -> Result<()> {
            let database = &database;
            let sessions: Vec<_> =
                (0..SESSIONS).map(|session| scope.spawn(move || load(database, session))).collect();
            for session in sessions {
                session.join().ok().context("a session panicked")??;
            }
            Ok(())
        })?;
        // Whatever had to wait comes when nobody is in the way.
        run_batch(&mut client, Some(&batch_id(900)), &[file("last.json", 10_000, 10)?])?;
        let columns = "SELECT column_name, count(*) FROM ingest.evolution GROUP BY 1 ORDER BY 1";
        assert_eq!(
            report::rows(&mut client, columns)?,
            ["m0 | 1", "m1 | 1", "m2 | 1", "m3 | 1", "m4 | 1"],
            "{engine:?}"
        );
        let fill = "SELECT rows_left, rows_kept FROM public.ingest_fill('t', '{m0,m1,m2,m3,m4}')";
        assert_eq!(report::rows(&mut client, fill)?, ["0 | 0"]);
        assert_eq!(report::rows(&mut client, WRONG)?, Vec::<String>::new(), "{engine:?}");
        let count = (0..BATCHES).map(|batch| 1 + batch).sum::<usize>() * SESSIONS + 10;
        assert_eq!(report::rows(&mut client, "SELECT count(*) FROM t")?, [count.to_string()]);
    }
    Ok(())
}

/// Whoever is ended sees nothing else than that.
fn ensure_ended(error: &postgres::Error) -> Result<()> {
    let told = sql::error_text(error);
    let expected = ["57P01", "connection closed", "error communicating with the server"];
    anyhow::ensure!(expected.iter().any(|part| told.contains(part)), "{told}");
    Ok(())
}

/// Loads the session's batches, each again where its connection was ended. How often that was.
fn load_until_done(database: &Database<'_>, session: usize) -> Result<usize> {
    let mut client = database.connect()?;
    let mut ended = 0;
    for batch in 0..BATCHES {
        let place = session * BATCHES + batch;
        let files = [file(&format!("{place}.json"), place * 100, 1 + batch)?];
        while let Err(error) = run_batch(&mut client, Some(&batch_id(1 + place)), &files) {
            ensure_ended(&error)?;
            ended += 1;
            client = database.connect()?;
        }
    }
    Ok(ended)
}

/// Fills each column that has come, a few rows a call, until nobody loads any more and nothing is left.
fn fill_until_done(database: &Database<'_>, loading: &AtomicUsize) -> Result<usize> {
    let mut client = database.connect()?;
    let mut ended = 0;
    loop {
        let was_loading = loading.load(Ordering::SeqCst) > 0;
        let fill = "SELECT sum(f.rows_left) FROM (SELECT DISTINCT column_name FROM ingest.evolution) AS e
            CROSS JOIN LATERAL public.ingest_fill('t', ARRAY[e.column_name], 7) AS f";
        match report::rows(&mut client, fill) {
            Ok(left) if !was_loading && left == ["0"] => return Ok(ended),
            Ok(_) => {}
            Err(error) => {
                ensure_ended(&error)?;
                ended += 1;
                client = database.connect()?;
            }
        }
    }
}

#[test]
fn columns_come_and_are_filled_while_sessions_that_load_and_fill_are_ended() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let kills = number("KILLS", 8)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(DDL)?;
        let loading = AtomicUsize::new(SESSIONS);
        let ended = thread::scope(|scope| -> Result<usize> {
            let (database, loading) = (&database, &loading);
            let mut sessions = vec![scope.spawn(move || fill_until_done(database, loading))];
            sessions.extend((0..SESSIONS).map(|session| {
                scope.spawn(move || {
                    let ended = load_until_done(database, session);
                    loading.fetch_sub(1, Ordering::SeqCst);
                    ended
                })
            }));
            let mut left = kills;
            while left > 0 && loading.load(Ordering::SeqCst) > 0 {
                let ended = report::rows(
                    &mut client,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()
                     AND query LIKE '%public.ingest_%' AND query_start < clock_timestamp() - random() * interval '100 ms' ORDER BY random() LIMIT 1",
                )?;
                left -= ended.len();
            }
            let mut ended = 0;
            for session in sessions {
                ended += session.join().ok().context("a session panicked")??;
            }
            Ok(ended)
        })?;
        assert!(ended > 0, "on {engine:?} nobody was ended");
        run_batch(&mut client, Some(&batch_id(900)), &[file("last.json", 10_000, 10)?])?;
        let fill = "SELECT rows_left, rows_kept FROM public.ingest_fill('t', '{m0,m1,m2,m3,m4}')";
        assert_eq!(report::rows(&mut client, fill)?, ["0 | 0"], "{engine:?}");
        assert_eq!(report::rows(&mut client, WRONG)?, Vec::<String>::new(), "{engine:?}");
        let count = (0..BATCHES).map(|batch| 1 + batch).sum::<usize>() * SESSIONS + 10;
        assert_eq!(report::rows(&mut client, "SELECT count(*) FROM t")?, [count.to_string()], "{engine:?}");
    }
    Ok(())
}

#[test]
fn who_registers_while_a_batch_makes_columns_leaves_their_sources_as_they_are() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let (mut client, mut other, mut watcher) =
            (database.connect()?, database.connect()?, database.connect()?);
        client.batch_execute(DDL)?;
        let floor = |id: usize| -> Result<Staged> {
            let body = format!(r#"{{"id": {id}, "floorNo": {id}}}"#);
            Staged::from_case(&File::new(&format!("{id}.json"), Body::One(Part::Text(body))))
        };
        let mut batch = client.transaction()?;
        stage(&mut batch, Some(&batch_id(1)), &[floor(1)?])?;
        process(&mut batch, Some(&batch_id(1)))?;
        let register = || {
            Ok(other
                .batch_execute("SELECT public.ingest_register_dataset('t', expected_every => '1 day')")?)
        };
        behind(batch, &mut watcher, register, |_| Ok(()))?;
        run_batch(&mut client, Some(&batch_id(2)), &[floor(2)?])?;
        let read = "SELECT id, floor_no, _rescued FROM t ORDER BY 1";
        assert_eq!(report::rows(&mut client, read)?, ["1 | ∅ | {\"floorNo\": 1}", "2 | 2 | ∅"], "{engine:?}");
    }
    Ok(())
}
