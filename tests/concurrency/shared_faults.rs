//! Batches that load a unit twice, since a target that shares its files is at fault, wait for each other and never in a circle.

use std::sync::atomic::Ordering;
use std::thread;

use anyhow::Result;
use fastrand::Rng;
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{self, Staged, batch_id};

use crate::sessions::{Tally, deliver};
use crate::{number, prepared};

const SESSIONS: u64 = 6;
/// Files of each session, every second of them shared.
const FILES: u64 = 60;
/// Rows that all sessions write, of which a file has half.
const ROWS: i32 = 40;

/// `own` is loaded first, each record into its row, and undone where `odd` refuses what it shares with `even`.
const DDL: &str = "
    CREATE TABLE own (id int PRIMARY KEY, said text NOT NULL);
    CREATE TABLE even (id int PRIMARY KEY, version int NOT NULL);
    CREATE TABLE odd (id int PRIMARY KEY, version int NOT NULL);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_catalog.pg_sleep(0.005); RAISE undefined_object USING MESSAGE = 'switched off'; END $$;
    SELECT public.ingest_register_dataset(name => 'own', prefix => 'own/', target => 'own');
    SELECT public.ingest_register_dataset(name => 'even', prefix => 'shared/', target => 'even', version_column => 'version',
      record_filter => 'id % 2 = 0');
    SELECT public.ingest_register_dataset(name => 'odd', prefix => 'shared/', target => 'odd', version_column => 'version',
      record_filter => 'id % 2 <> 0', share_prefix => true);
    CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON odd FOR EACH STATEMENT EXECUTE FUNCTION refuse();";

/// A session's files, which nobody else delivers.
fn files(rng: &mut Rng, session: u64) -> Vec<Staged> {
    let mut one = |n: u64| {
        let mut ids: Vec<i32> = (1..=ROWS).collect();
        rng.shuffle(&mut ids);
        ids.truncate(ids.len() / 2);
        let records: Vec<String> = ids
            .iter()
            .map(|id| format!(r#"{{"id": {id}, "version": {n}, "said": "{session}-{n}"}}"#))
            .collect();
        let prefix = if n.is_multiple_of(2) { "own" } else { "shared" };
        let mut file = File::of_key(&format!("{prefix}/{session}-{n}.json"));
        file.etag = Some(format!("{session}-{n}"));
        Staged::from_bytes(file, format!("[{}]", records.join(", ")).into_bytes())
    };
    (0..FILES).map(&mut one).collect()
}

/// Delivers all files over as many sessions, while the target is at fault.
fn load(database: &Database<'_>, all: &[Vec<Staged>], seed: u64) -> Result<Tally> {
    let tally = Tally::default();
    thread::scope(|scope| {
        let sessions: Vec<_> = (seed..)
            .zip(all)
            .map(|(seed, files)| {
                let tally = &tally;
                scope.spawn(move || deliver(database, files, seed, tally, true))
            })
            .collect();
        sessions
            .into_iter()
            .try_for_each(|session| session.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    Ok(tally)
}

#[test]
fn sessions_that_load_a_unit_twice_do_not_wait_for_each_other_in_a_circle() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let seed = number("SEED", 41)?;
    let mut rng = Rng::with_seed(seed);
    let all: Vec<_> = (0..SESSIONS).map(|session| files(&mut rng, session)).collect();
    let first = files(&mut rng, SESSIONS);
    for engine in engines {
        let database = prepared(&server, engine, DDL)?;
        let mut client = database.connect()?;
        let met = staging::run_batch(&mut client, Some(&batch_id(1_000)), &first)?;
        assert_eq!(met.deferred.len() as u64, FILES / 2, "{}", engine.name());
        let tally = load(&database, &all, seed)?;
        let loaded = "SELECT count(*), count(DISTINCT key) FROM ingest.file WHERE dataset = 'own' AND status = 'loaded'";
        let expected = (SESSIONS + 1) * FILES / 2;
        assert_eq!(
            report::rows(&mut client, loaded)?,
            [format!("{expected} | {expected}")],
            "{}",
            engine.name()
        );
        let (committed, deadlocks) =
            (tally.committed.load(Ordering::Relaxed), tally.deadlocks.load(Ordering::Relaxed));
        println!("{}: {committed} batches committed, {deadlocks} deadlocks", engine.name());
        assert_eq!(deadlocks, 0, "{}", engine.name());
    }
    Ok(())
}
