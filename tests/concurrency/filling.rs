//! A column that is filled while two sessions load, and whose fill is killed again and again: no value is lost, and none is old.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, Result};
use pg_ingest_tests::body::{Body, Part};
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};

use crate::number;

const ROWS: usize = 3000;
const BATCHES: usize = 12;
const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, version int, _rescued jsonb);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', version_column => 'version')";
const FILL: &str = "SELECT rows_left FROM public.ingest_fill('t', '{v}', 150)";
/// Its value is known of each row by its key and version.
const WRONG: &str = "SELECT id, version, v, _rescued FROM t
    WHERE v IS DISTINCT FROM id * version OR _rescued IS DISTINCT FROM '{\"w\": 1}' ORDER BY 1 LIMIT 5";

/// A file of records of one version: every `step`th key from `first` on.
fn file(key: &str, first: usize, step: usize, records: usize, version: usize) -> Result<Staged> {
    let body: Vec<String> = (0..records)
        .map(|n| first + n * step)
        .map(|id| format!(r#"{{"id": {id}, "version": {version}, "v": {}, "w": 1}}"#, id * version))
        .collect();
    Staged::from_case(&File::new(key, Body::One(Part::Text(body.join("\n")))))
}

fn load(database: &Database<'_>, session: usize) -> Result<()> {
    let mut client = database.connect()?;
    for batch in 0..BATCHES {
        // Known keys all over the table, and new ones of the session's own.
        let known = file(
            &format!("{session}/{batch}/known.json"),
            1 + batch * 2 + session,
            40,
            70,
            2 + batch * 2 + session,
        )?;
        let new =
            file(&format!("{session}/{batch}/new.json"), 10_000 + session * 1000 + batch * 50, 1, 50, 1)?;
        run_batch(&mut client, Some(&batch_id(100 * (session + 1) + batch)), &[known, new]).map_err(
            |error| anyhow::anyhow!("a batch beside the fill: {}", pg_ingest_tests::sql::error_text(&error)),
        )?;
    }
    Ok(())
}

/// Fills until nothing is left and nobody loads; what is killed is begun anew.
fn fill(database: &Database<'_>, loading: &AtomicBool) -> Result<usize> {
    let mut killed = 0;
    let mut client = database.connect()?;
    loop {
        let loads = loading.load(Ordering::SeqCst);
        match report::rows(&mut client, FILL) {
            Ok(left) if left == ["0"] && !loads => return Ok(killed),
            Ok(_) => {}
            Err(_) => {
                killed += 1;
                client = database.connect()?;
            }
        }
    }
}

#[test]
fn a_fill_beside_two_sessions_that_load_loses_nothing_when_it_is_killed() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let kills = number("KILLS", 6)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(DDL)?;
        run_batch(&mut client, Some(&batch_id(1)), &[file("a.json", 1, 1, ROWS, 1)?])?;
        client.batch_execute("ALTER TABLE t ADD v int")?;
        let loading = AtomicBool::new(true);
        let killed = thread::scope(|scope| -> Result<usize> {
            let filling = scope.spawn(|| fill(&database, &loading));
            let sessions: Vec<_> = (0..2)
                .map(|session| {
                    scope.spawn({
                        let database = &database;
                        move || load(database, session)
                    })
                })
                .collect();
            let mut left = kills;
            while left > 0 && !filling.is_finished() {
                let ended = report::rows(
                    &mut client,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE state = 'active' AND query LIKE '%public.ingest_fill(%' AND pid <> pg_backend_pid()",
                )?;
                left -= usize::from(!ended.is_empty());
            }
            for session in sessions {
                session.join().ok().context("a session that loads panicked")??;
            }
            loading.store(false, Ordering::SeqCst);
            filling.join().ok().context("the session that fills panicked")?
        })?;
        assert!(killed > 0, "the fill was never killed");
        let wrong = report::rows(&mut client, WRONG)?;
        assert!(wrong.is_empty(), "on {engine:?} after {killed} kills: {wrong:?}");
    }
    Ok(())
}
