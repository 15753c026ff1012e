//! Datasets that share a prefix, filled by eight sessions while sessions and servers are killed and a target is at fault.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use fastrand::Rng;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};
use pg_ingest_tests::{report, sql};
use postgres::Client;

use crate::crashes::{terminate_one, wait_for_progress};
use crate::sessions::{Tally, deliver};
use crate::{number, prepared, workload};

const SESSIONS: u64 = 8;

/// Even and odd rows each have a table, and all are appended to a third, whose rows stand once or not at all. The second
/// table refuses everything while the switch says so.
const DDL: &str = "
    CREATE TABLE even (id int PRIMARY KEY, version int NOT NULL, amount numeric(12, 2) CHECK (amount >= 0), note text,
      _file_id bigint, _record_no int, _source_time timestamptz, _sequencer text, _rescued jsonb);
    CREATE TABLE odd (LIKE even INCLUDING ALL);
    CREATE TABLE log (id int, _file_id bigint, _record_no int);
    CREATE TABLE switch (off boolean NOT NULL);
    INSERT INTO switch VALUES (false);
    GRANT SELECT ON switch TO PUBLIC;
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT off FROM public.switch) THEN RAISE undefined_object USING MESSAGE = 'switched off'; END IF; RETURN NULL; END $$;
    CREATE TRIGGER look BEFORE INSERT OR UPDATE ON odd FOR EACH STATEMENT EXECUTE FUNCTION look();
    SELECT public.ingest_register_dataset(name => 'log', prefix => '', target => 'log', on_unknown => 'ignore', columns => '{\"id\": \"$.id\"}');
    SELECT public.ingest_register_dataset(name => 'even', prefix => '', target => 'even', version_column => 'version',
      record_filter => 'id % 2 = 0', share_prefix => true);
    SELECT public.ingest_register_dataset(name => 'odd', prefix => '', target => 'odd', version_column => 'version',
      record_filter => 'id % 2 <> 0', share_prefix => true);";

/// What two runs agree on, in whatever order the files came.
const STATE: &[&str] = &[
    "SELECT e.id, e.version, e.amount, e.note, e._rescued, f.key, f.etag FROM even e LEFT JOIN ingest.file f ON f.file_id = e._file_id ORDER BY 1",
    "SELECT o.id, o.version, o.amount, o.note, o._rescued, f.key, f.etag FROM odd o LEFT JOIN ingest.file f ON f.file_id = o._file_id ORDER BY 1",
    // Of the newest revision of each object: an older one that came late was skipped.
    "SELECT f.key, f.etag, f.records, f.rows_rejected, f.rows_filtered, s.dataset, s.records, s.rows_rejected, s.rows_filtered
       FROM (SELECT DISTINCT ON (x.key) x.* FROM ingest.file x ORDER BY x.key, x.sequencer DESC) f JOIN ingest.file_dataset s USING (file_id) ORDER BY f.key, s.dataset",
    "SELECT f.key, f.etag, r.dataset, r.record_no, r.error_code, r.error FROM (SELECT DISTINCT ON (x.key) x.* FROM ingest.file x ORDER BY x.key, x.sequencer DESC) f
       JOIN ingest.rejected_record r USING (file_id) ORDER BY 1, 3, 4, 6",
];

/// What no session may see at any moment: a file that is in one of its datasets and not in all.
const HALVES: &[&str] = &[
    "SELECT 'in the log other than once', s.file_id FROM ingest.file_dataset s WHERE s.dataset = 'log' AND s.rows_loaded <> (SELECT count(*) FROM log l WHERE l._file_id = s.file_id)",
    "SELECT 'in the log twice', l._file_id FROM log l GROUP BY l._file_id, l._record_no HAVING count(*) > 1",
    "SELECT 'in the log and not in the ledger', l._file_id FROM log l WHERE NOT EXISTS (SELECT FROM ingest.file f WHERE f.file_id = l._file_id)",
    "SELECT 'a row of no file', x._file_id FROM (SELECT _file_id FROM even UNION ALL SELECT _file_id FROM odd) x WHERE NOT EXISTS (SELECT FROM ingest.file f WHERE f.file_id = x._file_id)",
    "SELECT 'not in each dataset', f.file_id FROM ingest.file f WHERE f.dataset IS NOT NULL OR (SELECT count(*) FROM ingest.file_dataset s WHERE s.file_id = f.file_id) <> 3",
    "SELECT 'sums', f.file_id FROM ingest.file f WHERE (f.records, f.rows_loaded, f.rows_rejected, f.rows_stale, f.rows_filtered) IS DISTINCT FROM
       (SELECT (sum(records)::bigint, sum(rows_loaded)::bigint, sum(rows_rejected)::bigint, sum(rows_stale)::bigint, sum(rows_filtered)::bigint) FROM ingest.file_dataset s WHERE s.file_id = f.file_id)",
];

fn state(client: &mut Client) -> Result<String> {
    let mut text = String::new();
    for question in STATE {
        text.push_str(&report::rows(client, question)?.join("\n"));
        text.push('\n');
    }
    Ok(text)
}

/// Each question has one snapshot of its own.
fn halves(client: &mut Client) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for question in HALVES {
        found.extend(report::rows(client, question)?);
    }
    Ok(found)
}

fn quiet(server: &Server, engine: Engine, files: &[Staged]) -> Result<String> {
    let database = prepared(server, engine, DDL)?;
    let mut client = database.connect()?;
    for (number, batch) in files.chunks(5).enumerate() {
        run_batch(&mut client, Some(&batch_id(number + 1)), batch)
            .map_err(|error| anyhow!("the quiet run: {}", sql::error_text(&error)))?;
    }
    state(&mut client)
}

/// Rounds of deliveries until told that the next is the last.
fn rounds(
    database: &Database<'_>,
    files: &[Staged],
    seed: u64,
    tally: &Tally,
    done: &AtomicBool,
) -> Result<()> {
    for round in 0.. {
        let last = done.load(Ordering::Acquire);
        deliver(database, files, seed + 100 * round, tally, true)?;
        if last {
            break;
        }
    }
    Ok(())
}

/// Kills and switches at random instants; how many sessions and servers were killed, and how often a look found nothing amiss.
fn disturb(
    database: &Database<'_>,
    server: &Server,
    rng: &mut Rng,
    tally: &Tally,
    ended: impl Fn() -> bool,
) -> Result<(usize, usize, usize)> {
    let (mut terminated, mut crashes, mut looks) = (0, 0, 0);
    for kill in 0..number("KILLS", 12)? {
        wait_for_progress(tally, rng.usize(1..6), &ended)?;
        // The instant itself is random: anywhere in the batches that now run.
        thread::sleep(Duration::from_millis(rng.u64(0..60)));
        if kill % 6 == 5 {
            server.crash_and_recover()?;
            crashes += 1;
        } else {
            terminated += terminate_one(database)?;
        }
        let mut client = database.connect()?;
        let found = halves(&mut client)?;
        // Not a panic: the sessions go on until they are told.
        ensure!(found.is_empty(), "a file is in one of its datasets and not in all: {found:?}");
        looks += 1;
        client.execute("UPDATE switch SET off = $1", &[&(kill % 3 == 0)])?;
    }
    database.connect()?.execute("UPDATE switch SET off = false", &[])?;
    Ok((terminated, crashes, looks))
}

#[test]
fn a_file_is_in_all_of_its_datasets_or_in_none() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let seed = number("SEED", 37)?;
    let files = workload::workload(&mut Rng::with_seed(seed), 30).files;
    for engine in engines {
        let quiet = quiet(&server, engine, &files)?;
        let database = prepared(&server, engine, DDL)?;
        let (tally, done) = (Tally::default(), AtomicBool::new(false));
        let disturbed = thread::scope(|scope| -> Result<(usize, usize, usize)> {
            let sessions: Vec<_> = (0..SESSIONS)
                .map(|session| {
                    let (database, files, tally, done) = (&database, &files, &tally, &done);
                    scope.spawn(move || rounds(database, files, seed + session, tally, done))
                })
                .collect();
            let ended = || sessions.iter().all(|session| session.is_finished());
            let disturbed = disturb(&database, &server, &mut Rng::with_seed(seed), &tally, ended);
            done.store(true, Ordering::Release);
            sessions.into_iter().try_for_each(|session| session.join().expect("a session panicked"))?;
            disturbed
        })?;
        let mut client = database.connect()?;
        assert_eq!(state(&mut client)?, quiet, "{}: otherwise than in quiet", engine.name());
        assert_eq!(halves(&mut client)?, Vec::<String>::new());
        assert_eq!(
            report::rows(&mut client, "SELECT dataset FROM ingest.dataset_fault")?,
            Vec::<String>::new()
        );
        assert_eq!(tally.deadlocks.load(Ordering::Relaxed), 0, "deadlocks");
        let (terminated, crashes, looks) = disturbed;
        println!(
            "{}: {terminated} sessions and {crashes} postmasters killed, {looks} looks, {} batches committed, {} delivered again, 0 deadlocks",
            engine.name(),
            tally.committed.load(Ordering::Relaxed),
            tally.failed.load(Ordering::Relaxed)
        );
    }
    Ok(())
}
