//! Parents and children: one state whatever the order, and no session ever sees half of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fastrand::Rng;
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::Staged;
use postgres::Row;

use crate::permutations::walk;
use crate::sessions::{Tally, deliver};
use crate::{number, prepared};

const ORDERS: usize = 24;
const VERSIONS: usize = 8;

/// An order has (id + version) % 4 lines, and each line one note more than the one before.
const DDL: &str = "
    CREATE TABLE orders (id int PRIMARY KEY, version int NOT NULL);
    CREATE TABLE lines (id int REFERENCES orders, n int, version int NOT NULL, PRIMARY KEY (id, n));
    CREATE TABLE notes (id int, line int, n int, version int NOT NULL, PRIMARY KEY (id, line, n), FOREIGN KEY (id, line) REFERENCES lines);
    SELECT public.ingest_register_dataset(name => 'orders', prefix => '', target => 'orders', version_column => 'version');
    SELECT public.ingest_register_dataset(name => 'lines', parent => 'orders', records_path => '$.lines[*]', target => 'lines',
      columns => '{\"n\": \"position:\", \"version\": \"document:$.version\"}');
    SELECT public.ingest_register_dataset(name => 'notes', parent => 'lines', records_path => '$.notes[*]', target => 'notes',
      columns => '{\"n\": \"position:\"}')";

/// As a further statement: some of the versions delete their order.
const DELETES: &str =
    "SELECT public.ingest_register_dataset(name => 'orders', delete_when => $$record ->> 'op' = 'd'$$)";

fn deletes_its_order(id: usize, version: usize) -> bool {
    (id + version).is_multiple_of(3)
}

/// What no snapshot may hold: lines of another version than their order's, too many or too few, and so with notes.
const HALVES: &str = "
    SELECT 'order ' || o.id || ' of version ' || o.version || ' has ' || count(l.id) || ' lines and ' || sum(l.notes) || ' notes'
    FROM orders AS o LEFT JOIN LATERAL (SELECT l.id, l.version,
        (SELECT count(*) FROM notes AS s WHERE s.id = l.id AND s.line = l.n AND s.version = o.version) AS notes,
        (SELECT count(*) FROM notes AS s WHERE s.id = l.id AND s.line = l.n) AS all_notes, l.n
      FROM lines AS l WHERE l.id = o.id) AS l ON true
    GROUP BY o.id, o.version
    HAVING count(l.id) <> (o.id + o.version) % 4 OR bool_or(l.version <> o.version) OR bool_or(l.notes <> l.n OR l.all_notes <> l.n)
    UNION ALL SELECT 'line without order ' || l.id FROM lines AS l WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.id = l.id)
    UNION ALL SELECT 'note without line ' || s.id FROM notes AS s WHERE NOT EXISTS (SELECT FROM lines AS l WHERE (l.id, l.n) = (s.id, s.line))";

const STATE: &str = "SELECT 'order ' || id || ' ' || version FROM orders UNION ALL SELECT 'line ' || id || ' ' || n || ' ' || version FROM lines
    UNION ALL SELECT 'note ' || id || ' ' || line || ' ' || n || ' ' || version FROM notes ORDER BY 1";

fn order(id: usize, version: usize, deletes: bool) -> String {
    if deletes && deletes_its_order(id, version) {
        return format!("{{\"id\": {id}, \"version\": {version}, \"op\": \"d\"}}");
    }
    let lines: Vec<String> = (1..=(id + version) % 4)
        .map(|line| {
            let notes = vec![format!("{{\"version\": {version}}}"); line];
            format!("{{\"notes\": [{}]}}", notes.join(", "))
        })
        .collect();
    format!("{{\"id\": {id}, \"version\": {version}, \"lines\": [{}]}}", lines.join(", "))
}

fn file(number: usize, orders: &[(usize, usize)], deletes: bool) -> Staged {
    let mut file = File::of_key(&format!("{number:04}.json"));
    file.etag = Some(format!("{number}"));
    let body: Vec<String> = orders.iter().map(|(id, version)| order(*id, *version, deletes)).collect();
    Staged::from_bytes(file, body.join("\n").into_bytes())
}

/// What the tables hold when all is delivered.
fn expected(orders: usize, version: usize, deletes: bool) -> Vec<String> {
    let mut state: Vec<String> = Vec::new();
    for id in (1..=orders).filter(|id| !(deletes && deletes_its_order(*id, version))) {
        state.push(format!("order {id} {version}"));
        for line in 1..=(id + version) % 4 {
            state.push(format!("line {id} {line} {version}"));
            state.extend((1..=line).map(|note| format!("note {id} {line} {note} {version}")));
        }
    }
    state.sort();
    state
}

fn registered(deletes: bool) -> String {
    if deletes { format!("{DDL}; {DELETES}") } else { DDL.to_owned() }
}

#[test]
fn all_24_orders_of_four_versions_end_with_the_newest_children() -> Result<()> {
    all_orders(false)
}

/// Of three orders one ends deleted, one is deleted before its last version, and one between others.
#[test]
fn all_24_orders_of_versions_and_deletes_end_with_the_newest_children_or_none() -> Result<()> {
    all_orders(true)
}

fn all_orders(deletes: bool) -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = prepared(&server, engine, &registered(deletes))?;
        let mut client = database.connect()?;
        let files: Vec<Staged> = (1..=4)
            .map(|version| file(version, &[(1, version), (2, version), (3, version)], deletes))
            .collect();
        let mut ends = Vec::new();
        let mut transaction = client.transaction()?;
        walk(&mut transaction, &files, &mut |within, is_end| {
            let told = |row: &Row| row.get::<_, String>(0);
            let halves: Vec<String> = within.query(HALVES, &[])?.iter().map(told).collect();
            ensure!(halves.is_empty(), "half of an order: {halves:?}");
            if is_end {
                let mut state: Vec<String> = within.query(STATE, &[])?.iter().map(told).collect();
                state.sort();
                ends.push(state);
            }
            Ok(())
        })?;
        transaction.rollback()?;
        assert_eq!(ends.len(), 24);
        for end in ends {
            assert_eq!(end, expected(3, 4, deletes), "{}", engine.name());
        }
    }
    Ok(())
}

/// Looks until told to stop; what was wrong in any snapshot, and how many there were.
fn watch(database: &Database<'_>, done: &AtomicBool) -> Result<(Vec<String>, usize)> {
    let mut client = database.connect()?;
    let (mut halves, mut looks) = (Vec::new(), 0);
    while !done.load(Ordering::Acquire) {
        match client.query(HALVES, &[]) {
            Ok(rows) => {
                looks += 1;
                halves.extend(rows.iter().map(|row| row.get::<_, String>(0)));
            }
            // It may be the one that is terminated.
            Err(_) => client = database.connect()?,
        }
    }
    Ok((halves, looks))
}

#[test]
fn sessions_kills_and_redeliveries_leave_no_orphan_and_no_child_of_a_former_version() -> Result<()> {
    sessions(false)
}

#[test]
fn sessions_kills_and_redeliveries_leave_no_child_of_an_order_that_is_deleted() -> Result<()> {
    sessions(true)
}

fn sessions(deletes: bool) -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let (seed, kills) = (number("SEED", 31)?, number("KILLS", 8)?);
    for engine in engines {
        let database = prepared(&server, engine, &registered(deletes))?;
        let mut rng = Rng::with_seed(seed);
        let mut all: Vec<(usize, usize)> =
            (1..=ORDERS).flat_map(|id| (1..=VERSIONS).map(move |version| (id, version))).collect();
        rng.shuffle(&mut all);
        let files: Vec<Staged> =
            all.chunks(6).enumerate().map(|(number, orders)| file(number, orders, deletes)).collect();
        let (tally, done) = (Tally::default(), AtomicBool::new(false));
        let (halves, looks, terminated) = thread::scope(|scope| -> Result<_> {
            let watcher = scope.spawn(|| watch(&database, &done));
            let sessions: Vec<_> = (0..3)
                .map(|session| {
                    let (database, files, tally) = (&database, &files, &tally);
                    scope.spawn(move || deliver(database, files, seed + session, tally, true))
                })
                .collect();
            let mut terminated = 0;
            let mut client = database.connect()?;
            for _ in 0..kills {
                thread::sleep(Duration::from_millis(rng.u64(20..200)));
                terminated += client
                    .query(
                        "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity AS a WHERE a.datname = current_database()
                           AND a.pid <> pg_backend_pid() AND a.query LIKE '%ingest_process_staging%' ORDER BY random() LIMIT 1",
                        &[],
                    )?
                    .len();
            }
            let ended = sessions
                .into_iter()
                .try_for_each(|session| session.join().ok().context("a session panicked").flatten());
            done.store(true, Ordering::Release);
            let (halves, looks) = watcher.join().ok().context("the watcher panicked").flatten()?;
            ended?;
            Ok((halves, looks, terminated))
        })?;
        assert_eq!(halves, Vec::<String>::new(), "{}: seen by another session", engine.name());
        let mut client = database.connect()?;
        assert_eq!(report::rows(&mut client, HALVES)?, Vec::<String>::new());
        let mut state: Vec<String> = client.query(STATE, &[])?.iter().map(|row| row.get(0)).collect();
        state.sort();
        assert_eq!(state, expected(ORDERS, VERSIONS, deletes), "{}", engine.name());
        assert_eq!(tally.deadlocks.load(Ordering::Relaxed), 0, "deadlocks");
        println!(
            "{}: {} batches committed, {} delivered again, {terminated} sessions killed, {looks} snapshots, 0 orphans, 0 deadlocks",
            engine.name(),
            tally.committed.load(Ordering::Relaxed),
            tally.failed.load(Ordering::Relaxed)
        );
    }
    Ok(())
}
