//! Inserts, updates, deletes and inserts anew of a key end alike in any order, in any batches, over two sessions.

use std::fmt::Write as _;
use std::thread;

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{self, Staged};
use pg_ingest_tests::{report, sql};
use postgres::Client;

use crate::prepared;

/// What comes of a key, in the order of its versions: a row of this name, or a delete.
const HISTORIES: [&[Option<&str>]; 3] = [
    &[Some("made"), Some("changed"), None, Some("made anew")],
    &[Some("made"), None, Some("made anew"), Some("changed"), None],
    &[None, Some("made"), None],
];

/// A key of its own for each order of its events, and for each way to part that order into batches.
struct Key {
    id: usize,
    history: usize,
    /// The events of each batch, by their place in the history.
    batches: Vec<Vec<usize>>,
}

pub(crate) fn orders(of: usize) -> Vec<Vec<usize>> {
    if of == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(of - 1);
    shorter
        .iter()
        .flat_map(|order| {
            (0..of).map(|place| {
                let mut longer = order.clone();
                longer.insert(place, of - 1);
                longer
            })
        })
        .collect()
}

fn keys() -> Vec<Key> {
    let mut keys = Vec::new();
    for (history, events) in HISTORIES.iter().enumerate() {
        for order in orders(events.len()) {
            for cuts in 0..1_usize << (events.len() - 1) {
                let mut batches = vec![vec![order[0]]];
                for (at, event) in order.iter().enumerate().skip(1) {
                    match batches.last_mut() {
                        Some(last) if cuts >> (at - 1) & 1 == 0 => last.push(*event),
                        _ => batches.push(vec![*event]),
                    }
                }
                keys.push(Key { id: keys.len() + 1, history, batches });
            }
        }
    }
    keys
}

/// A batch's files: one for each place in the histories, whose event is as old as that.
fn files(name: &str, keys: &[Key], of_key: impl Fn(&Key) -> Vec<usize>) -> Vec<Staged> {
    let longest = HISTORIES.iter().map(|events| events.len()).max().unwrap_or(0);
    let mut bodies = vec![String::new(); longest];
    for key in keys {
        for event in of_key(key) {
            let (id, version) = (key.id, event + 1);
            // A delete brings nothing but its key and version.
            let _ = match HISTORIES[key.history][event] {
                Some(name) => {
                    writeln!(bodies[event], "{{\"id\": {id}, \"version\": {version}, \"name\": \"{name}\"}}")
                }
                None => writeln!(bodies[event], "{{\"id\": {id}, \"version\": {version}, \"op\": \"d\"}}"),
            };
        }
    }
    bodies
        .into_iter()
        .enumerate()
        .filter(|(_, body)| !body.is_empty())
        .map(|(event, body)| {
            let mut file = File::of_key(&format!("{name}-{event}.json"));
            file.etag = Some(format!("{name}-{event}"));
            file.sequencer = Some(format!("{event:02X}"));
            file.event_time = Some(format!("2026-01-01T00:00:0{event}Z"));
            Staged::from_bytes(file, body.into_bytes())
        })
        .collect()
}

fn deliver(client: &mut Client, batch: usize, files: &[Staged]) -> Result<()> {
    if !files.is_empty() {
        staging::run_batch(client, Some(&staging::batch_id(batch)), files)
            .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
    }
    Ok(())
}

fn end(client: &mut Client, columns: &str) -> Result<Vec<String>> {
    let mut lines = report::rows(client, &format!("SELECT {columns} FROM t ORDER BY id"))?;
    lines.extend(report::rows(
        client,
        "SELECT 'tombstone', row_key, version, source_time, sequencer, record_no > 0 FROM ingest.tombstone ORDER BY row_key",
    )?);
    Ok(lines)
}

fn resurrections(client: &mut Client, mark: &str) -> Result<Vec<String>> {
    let found = report::rows(
        client,
        &format!(
            "SELECT t.* FROM t JOIN ingest.tombstone AS s ON s.row_key = jsonb_build_array(t.id::text)::text WHERE {mark}"
        ),
    )?;
    Ok(found)
}

/// Two sessions deliver the batches of each pair at once, then all of them once more.
fn two_sessions(database: &Database<'_>, keys: &[Key], mark: &str) -> Result<()> {
    let longest = keys.iter().map(|key| key.batches.len()).max().unwrap_or(0);
    let batches: Vec<Vec<Staged>> = (0..longest)
        .map(|step| {
            files(&format!("step-{step}"), keys, |key| key.batches.get(step).cloned().unwrap_or_default())
        })
        .collect();
    let mut watcher = database.connect()?;
    for (pair, both) in batches.chunks(2).enumerate() {
        thread::scope(|scope| {
            let sessions: Vec<_> = both
                .iter()
                .enumerate()
                .map(|(session, files)| {
                    scope.spawn(move || deliver(&mut database.connect()?, pair * 2 + session + 1, files))
                })
                .collect();
            sessions.into_iter().try_for_each(|session| {
                session.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a session panicked")))
            })
        })?;
        assert_eq!(resurrections(&mut watcher, mark)?, Vec::<String>::new());
    }
    for (step, again) in batches.iter().enumerate() {
        deliver(&mut watcher, 100 + step, again)?;
    }
    Ok(())
}

fn ends_alike(target: &str, options: &str, columns: &str, mark: &str) -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let keys = keys();
    let ddl = format!(
        "CREATE TABLE t (id int PRIMARY KEY, {target});
         SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', on_unknown => 'ignore',
           delete_when => 'record ->> ''op'' = ''d''', {options})"
    );
    for engine in engines {
        let quiet = prepared(&server, engine, &ddl)?;
        let mut client = quiet.connect()?;
        for event in 0..5 {
            let of_event =
                |key: &Key| if event < HISTORIES[key.history].len() { vec![event] } else { Vec::new() };
            deliver(&mut client, event + 1, &files("quiet", &keys, of_event))?;
        }
        let expected = end(&mut client, columns)?;
        assert!(expected.len() > keys.len() / 2, "the quiet run left {} rows and tombstones", expected.len());
        let database = prepared(&server, engine, &ddl)?;
        two_sessions(&database, &keys, mark)?;
        let found = end(&mut database.connect()?, columns)?;
        for (want, got) in expected.iter().zip(&found) {
            assert_eq!(got, want, "{}", engine.name());
        }
        assert_eq!(found.len(), expected.len(), "{}", engine.name());
    }
    Ok(())
}

#[test]
fn rows_that_go_by_version_end_alike_in_every_order() -> Result<()> {
    ends_alike(
        "version int NOT NULL, name text NOT NULL",
        "version_column => 'version'",
        "id, version, name",
        "true",
    )
}

#[test]
fn rows_that_go_by_events_end_alike_in_every_order() -> Result<()> {
    ends_alike(
        "name text NOT NULL, _source_time timestamptz, _sequencer text",
        "load_mode => 'upsert'",
        "id, name, _source_time, _sequencer",
        "true",
    )
}

#[test]
fn rows_that_are_marked_by_version_end_alike_in_every_order() -> Result<()> {
    ends_alike(
        "version int NOT NULL, name text NOT NULL, gone_at timestamptz",
        "version_column => 'version', soft_delete_column => 'gone_at'",
        "id, version, name, gone_at",
        "t.gone_at IS NULL",
    )
}

#[test]
fn rows_that_are_marked_by_events_end_alike_in_every_order() -> Result<()> {
    ends_alike(
        "name text NOT NULL, gone boolean, _source_time timestamptz, _sequencer text",
        "soft_delete_column => 'gone'",
        "id, name, gone, _source_time, _sequencer",
        "t.gone IS NOT TRUE",
    )
}
