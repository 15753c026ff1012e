//! Sessions terminated and the postmaster killed at random instants, everything delivered again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use fastrand::Rng;
use pg_ingest_tests::server::{Database, Engine, Server};

use crate::sessions::{Tally, deliver};
use crate::{assert_like_quiet, number, prepared, quiet_run, workload};

const SESSIONS: u64 = 8;

#[test]
fn nothing_is_lost_or_doubled_by_kills_at_random_instants() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let kills = number("KILLS", 12)?;
    let seed = number("SEED", 23)?;
    let work = workload::workload(&mut Rng::with_seed(seed), 40);
    for engine in engines {
        let quiet = quiet_run(&server, engine, workload::DDL, &work.files)?;
        let database = prepared(&server, engine, workload::DDL)?;
        let (tally, done) = (Tally::default(), AtomicBool::new(false));
        let (mut terminated, mut crashes) = (0, 0);
        thread::scope(|scope| -> Result<()> {
            let sessions: Vec<_> = (0..SESSIONS)
                .map(|session| {
                    scope.spawn({
                        let (database, files, tally, done) = (&database, &work.files, &tally, &done);
                        move || -> Result<()> {
                            // Round after round, so that there is always somebody to kill; the last one is in peace.
                            for round in 0.. {
                                let last = done.load(Ordering::Acquire);
                                deliver(database, files, seed + session + 100 * round, tally, true)?;
                                if last {
                                    break;
                                }
                            }
                            Ok(())
                        }
                    })
                })
                .collect();
            let mut rng = Rng::with_seed(seed);
            let outcome = (0..kills).try_for_each(|kill| {
                wait_for_progress(&tally, rng.usize(1..6), || {
                    sessions.iter().all(|session| session.is_finished())
                })?;
                // The instant itself is random: anywhere in the batches that now run.
                thread::sleep(Duration::from_millis(rng.u64(0..60)));
                if kill % 4 == 3 {
                    crashes += 1;
                    server.crash_and_recover()
                } else {
                    terminated += terminate_one(&database)?;
                    Ok(())
                }
            });
            done.store(true, Ordering::Release);
            sessions.into_iter().try_for_each(|session| session.join().expect("a session panicked"))?;
            outcome
        })?;
        assert_like_quiet(&database, &quiet, work.poison)?;
        assert_eq!(tally.deadlocks.load(Ordering::Relaxed), 0, "deadlocks");
        assert!(terminated > 0 && crashes > 0, "nobody was killed: {terminated} sessions, {crashes} servers");
        println!(
            "{}: {terminated} sessions and {crashes} postmasters killed, {} batches committed, {} delivered again, 0 deadlocks",
            engine.name(),
            tally.committed.load(Ordering::Relaxed),
            tally.failed.load(Ordering::Relaxed)
        );
    }
    Ok(())
}

/// Waits until so many more batches are committed; an error when nobody is left to do so.
pub(crate) fn wait_for_progress(tally: &Tally, batches: usize, all_ended: impl Fn() -> bool) -> Result<()> {
    let goal = tally.committed.load(Ordering::Relaxed) + batches;
    while tally.committed.load(Ordering::Relaxed) < goal {
        ensure!(!all_ended(), "every session has ended early");
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Ends one session that is in the middle of a batch; how many that were.
pub(crate) fn terminate_one(database: &Database<'_>) -> Result<usize> {
    let mut client = database.connect()?;
    let ended = client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
         AND pid <> pg_backend_pid() AND state <> 'idle' ORDER BY random() LIMIT 1",
        &[],
    )?;
    Ok(ended.len())
}
