//! Eight sessions with overlapping keys and overlapping objects.

use std::sync::atomic::Ordering;
use std::thread;

use anyhow::Result;
use fastrand::Rng;
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::Staged;

use crate::sessions::{Tally, deliver};
use crate::{assert_like_quiet, number, prepared, quiet_run, workload};

const SESSIONS: u64 = 8;

#[test]
fn eight_sessions_end_as_one_in_quiet_without_a_deadlock() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let seed = number("SEED", 11)?;
    let work = workload::workload(&mut Rng::with_seed(seed), 40);
    for engine in engines {
        let quiet = quiet_run(&server, engine, workload::DDL, &work.files)?;
        let database = prepared(&server, engine, workload::DDL)?;
        let tally = Tally::default();
        thread::scope(|scope| {
            let sessions: Vec<_> = (0..SESSIONS)
                .map(|session| {
                    scope.spawn({
                        let (database, files, tally) = (&database, &work.files, &tally);
                        move || deliver(database, files, seed + session, tally, false)
                    })
                })
                .collect();
            sessions.into_iter().try_for_each(|session| session.join().expect("a session panicked"))
        })?;
        assert_like_quiet(&database, &quiet, work.poison)?;
        let mut client = database.connect()?;
        let deliveries: i64 = client.query_one("SELECT sum(deliveries) FROM ingest.file", &[])?.get(0);
        assert_eq!(usize::try_from(deliveries)?, work.files.len() * 8, "every delivery is counted");
        let deadlocks: i64 = client
            .query_one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", &[])?
            .get(0);
        assert_eq!(deadlocks, 0);
        println!(
            "{}: {} sessions, {} batches committed, 0 deadlocks, {} poison records in quarantine",
            engine.name(),
            SESSIONS,
            tally.committed.load(Ordering::Relaxed),
            work.poison
        );
    }
    Ok(())
}

/// Without a key nothing but the ledger keeps rows from being doubled.
#[test]
fn eight_sessions_append_each_file_once() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let files: Vec<Staged> = (0..40)
        .map(|number| {
            let mut file = File::of_key(&format!("{number:02}.json"));
            file.etag = Some(format!("etag-{number}"));
            Staged::from_bytes(file, format!("{{\"n\": {number}}}{{\"n\": {number}}}").into_bytes())
        })
        .collect();
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE TABLE t (n int); SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't')",
        )?;
        let tally = Tally::default();
        thread::scope(|scope| {
            let sessions: Vec<_> = (0..SESSIONS)
                .map(|session| {
                    let (database, files, tally) = (&database, &files, &tally);
                    scope.spawn(move || deliver(database, files, session, tally, false))
                })
                .collect();
            sessions.into_iter().try_for_each(|session| session.join().expect("a session panicked"))
        })?;
        let uneven = report::rows(&mut client, "SELECT n, count(*) FROM t GROUP BY n HAVING count(*) <> 2")?;
        assert_eq!(uneven, Vec::<String>::new(), "{}: rows appended otherwise than once", engine.name());
        assert_eq!(
            report::rows(&mut client, "SELECT count(*), sum(deliveries) FROM ingest.file")?,
            ["40 | 320"]
        );
    }
    Ok(())
}
