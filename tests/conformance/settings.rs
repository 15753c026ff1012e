//! What the pipeline computes does not depend on what is set for a database, a role or a session.
//!
//! A story of batches, rejects and a replay is told once in quiet, and then with every parameter of the server that a user may
//! set at another value than usual. Each telling is taken back. A telling changes one parameter of each kind: how queries
//! are planned, what a session writes and reads, and all else. Where it differs, each of them is tried alone.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{self, Staged, batch_id};
use pg_ingest_tests::{diff, report, sql};
use postgres::{Client, Transaction};

const DDL: &str = r#"
    CREATE TYPE mood AS ENUM ('ok', 'bad');
    CREATE TABLE t (id int PRIMARY KEY, tags text[], nums int[], at timestamptz, local timestamp, day date, span interval, price money,
      ratio float8, share numeric, raw bytea, mood mood, "Order" int, note text DEFAULT 'no\ne' CHECK (note <> 'forbidden'),
      low text GENERATED ALWAYS AS (lower(note)) STORED, _rescued jsonb);
    CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES t);"#;

const REGISTER: [&str; 2] = [
    r#"SELECT public.ingest_register_dataset(name => 't', prefix => 't/', target => 'public.t', columns => $json${"local": "$.\"the \\\\ time\""}$json$,
       expressions => '{"share": "CASE WHEN ratio = NULL THEN 0 ELSE (100 / ratio)::numeric(20,4) END"}')"#,
    "SELECT public.ingest_register_dataset(name => 'child', prefix => 'child/', target => 'public.child')",
];

const FILES: [(&str, &str); 4] = [
    (
        "t/a.json",
        r#"[{"id": 1, "tags": ["a", null, "b c", "NULL", "x\\y"], "nums": [1, null], "at": "2026-01-02T03:04:05.5+05:30", "day": "2026-02-03",
            "span": "1 day 02:03:04", "price": 12.5, "ratio": 0.1, "raw": "\\x00ff", "mood": "ok", "note": "It\\s '", "Order": 1},
           {"id": 2, "tags": "{a,NULL}", "nums": "{1,NULL}", "at": "2/1/2026 10:00 IST", "the \\ time": "01/02/2026 03:04", "day": "03/02/2026",
            "span": "P1DT2H", "price": "$1,234.50", "ratio": 3, "raw": "a\\134b", "note": null},
           {"id": 3, "note": "forbidden", "ratio": 1}, {"id": 4, "day": "soon", "nums": ["x"], "ratio": 1}, {"id": 5, "ratio": 0},
           {"id": 6, "ratio": 1, "extra": {"a\\b": [1.50]}, "share": "x"}, {"id": "7.5"}, 8, {"id": 11, "day": "soon", "ratio": 1}, {"id": 9, "note": "\u0000"}]"#,
    ),
    (
        "t/b.json",
        r#"{"id": 10, "ratio": 4, "price": "12,50"} {"id": 10, "ratio": 5, "at": "now", "tags": "{a"}"#,
    ),
    ("t/c.json", "[{\"id\": 1}, \\xff"),
    ("child/a.json", r#"[{"id": 1, "parent": 1}, {"id": 2, "parent": 99}, {"id": 3, "parent": 2}]"#),
];

/// Parameters that are not tried, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("default_transaction_read_only", "PostgreSQL refuses to write, and says so"),
    ("transaction_read_only", "PostgreSQL refuses to write, and says so"),
    ("transaction_isolation", "belongs to the transaction, not to the session"),
    ("transaction_deferrable", "belongs to the transaction, not to the session"),
    ("client_encoding", "is between the client and the server"),
    ("client_min_messages", "is between the client and the server"),
    ("local_preload_libraries", "cannot be set in a session"),
    ("role", "is who asks"),
    ("session_authorization", "is who asks"),
    ("seed", "has no value"),
];

/// Values of parameters that hold a text.
const TEXTS: &[(&str, &str)] = &[
    ("DateStyle", "SQL, DMY"),
    ("TimeZone", "Asia/Kolkata"),
    ("timezone_abbreviations", "India"),
    ("application_name", "somebody"),
    ("default_table_access_method", "heap"),
    ("default_tablespace", "pg_default"),
    ("temp_tablespaces", "pg_default"),
    ("default_text_search_config", "pg_catalog.german"),
    ("lc_monetary", "POSIX"),
    ("lc_numeric", "POSIX"),
    ("lc_time", "POSIX"),
    ("search_path", "nowhere"),
    ("restrict_nonsystem_relation_kind", "view"),
    ("createrole_self_grant", "set"),
    ("plpgsql.extra_errors", "all"),
    ("plpgsql.extra_warnings", "all"),
];

/// Settings that are made together: a name and a value each.
type Change = Vec<(String, String)>;

/// Kinds of parameters by the beginnings of their categories. No telling changes two of one kind, which might hide each other.
const KINDS: [&str; 3] = ["Query Tuning", "Client Connection Defaults", ""];

/// Tellings side by side; the server has the other half of the machine.
const WORKERS: usize = 2;

#[test]
fn a_user_settable_parameter_changes_nothing() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let first = server.database(engine)?;
        let quiet = told(&first, &Vec::new())?;
        for expected in ["partially_loaded 3", "reject child/a.json", "(replayed)", "{a,NULL,\"b c\""] {
            assert!(quiet.contains(expected), "the story has no {expected}:\n{quiet}");
        }
        let changes = Mutex::new(changes(&mut first.connect()?)?);
        drop(first);
        let wrong = side_by_side(|| {
            // A telling in each: two in one database would wait for each other's locks.
            let database = server.database(engine)?;
            let mut wrong = String::new();
            while let Some(change) = next(&changes) {
                let loud = difference(&database, &change, &quiet);
                if let Some(together) = loud {
                    let alone: Vec<(String, String)> = change
                        .iter()
                        .filter_map(|one| {
                            let one = vec![one.clone()];
                            Some((words(&one), difference(&database, &one, &quiet)?))
                        })
                        .collect();
                    let all = if alone.is_empty() { vec![(words(&change), together)] } else { alone };
                    for (changed, lines) in all {
                        writeln!(wrong, "{changed} [{}]\n{lines}", engine.name())?;
                    }
                }
            }
            Ok(wrong)
        })?;
        assert!(wrong.is_empty(), "{wrong}");
    }
    Ok(())
}

/// What all workers have to say.
fn side_by_side(work: impl Fn() -> Result<String> + Sync) -> Result<String> {
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(&work)).collect();
        let told = workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| anyhow!("a worker panicked")).and_then(|told| told));
        told.collect()
    })
}

/// What is told otherwise under a change; nothing where all is as it is in quiet.
fn difference(database: &Database<'_>, change: &Change, quiet: &str) -> Option<String> {
    let loud = told(database, change).unwrap_or_else(|error| format!("{error:#}\n"));
    (loud != quiet).then(|| diff::lines(quiet, &loud))
}

fn next(changes: &Mutex<Vec<Change>>) -> Option<Change> {
    changes.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

fn words(change: &Change) -> String {
    change.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
}

/// Each other value of a parameter that has few, and of each kind one in a change; numbers go to their least together, and to
/// their most.
fn changes(client: &mut Client) -> Result<Vec<Change>> {
    client.batch_execute("LOAD 'plpgsql'")?;
    let rows = client.query(
        "SELECT name, vartype, setting, coalesce(enumvals, '{}'), coalesce(min_val, ''), coalesce(max_val, ''), category
         FROM pg_settings WHERE context = 'user' ORDER BY name",
        &[],
    )?;
    let (mut least, mut most) = (Change::new(), Change::new());
    let mut of_kinds = [(); KINDS.len()].map(|()| Change::new());
    for row in rows {
        let (name, kind, now): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        if LEFT_OUT.iter().any(|(left_out, _)| *left_out == name) {
            continue;
        }
        let category: String = row.get(6);
        let place = KINDS.iter().position(|beginning| category.starts_with(beginning));
        let single = &mut of_kinds[place.context("the last kind has all")?];
        match kind.as_str() {
            "bool" => single.push((name, if now == "on" { "off" } else { "on" }.into())),
            "enum" => {
                let values: Vec<String> = row.get(3);
                single.extend(
                    values.into_iter().filter(|value| *value != now).map(|value| (name.clone(), value)),
                );
            }
            "string" => {
                let known = TEXTS.iter().find(|(text, _)| *text == name);
                let (_, value) =
                    known.ok_or_else(|| anyhow!("{name} holds a text; which is another one?"))?;
                single.push((name, (*value).to_owned()));
            }
            "integer" | "real" => {
                least.push((name.clone(), row.get(4)));
                most.push((name, row.get(5)));
            }
            other => bail!("{name} is of the kind {other}; which is another value?"),
        }
    }
    let most_of_one = of_kinds.iter().map(Vec::len).max().unwrap_or_default();
    let together = (0..most_of_one)
        .map(|place| of_kinds.iter().filter_map(|single| single.get(place).cloned()).collect());
    Ok(together.chain([least, most]).collect())
}

/// The story under a change, in a session of its own.
fn told(database: &Database<'_>, change: &Change) -> Result<String> {
    let mut client = database.connect()?;
    let mut transaction = client.transaction()?;
    transaction.batch_execute(DDL)?;
    for (name, value) in change {
        let set = format!("SET {} = {}", name_of(name), sql::literal(value).trim());
        transaction.batch_execute(&set).map_err(|error| anyhow!("{set}: {}", sql::error_text(&error)))?;
    }
    let said = story(&mut transaction).map_err(|error| match error.downcast_ref::<postgres::Error>() {
        Some(error) => anyhow!("{}", sql::error_text(error)),
        None => error,
    })?;
    transaction.batch_execute("RESET ALL")?;
    let mut text = said;
    for table in ["t", "child"] {
        text.push_str(&report::table(&mut transaction, table)?);
    }
    text.push_str(&report::pipeline(&mut transaction, true)?);
    transaction.rollback()?;
    Ok(text)
}

fn name_of(parameter: &str) -> String {
    parameter.split('.').map(sql::name).collect::<Vec<_>>().join(".")
}

/// Registers, loads, mends and replays; what was said meanwhile.
fn story(transaction: &mut Transaction<'_>) -> Result<String> {
    for registration in REGISTER {
        transaction.simple_query(registration)?;
    }
    let files: Vec<Staged> = FILES
        .iter()
        .map(|(key, body)| Staged::from_bytes(File::of_key(key), body.as_bytes().to_vec()))
        .collect();
    staging::stage(transaction, Some(&batch_id(1)), &files)?;
    let mut text = report::outcome(&staging::process(transaction, Some(&batch_id(1)))?);
    text.push('\n');
    // As another transaction would: what a statement of its own changes has a number of its own.
    transaction.batch_execute(
        "SAVEPOINT mend;
         ALTER TABLE public.t ALTER day TYPE pg_catalog.text USING pg_catalog.to_char(day, 'YYYY-MM-DD');
         RELEASE mend",
    )?;
    for query in [
        "SELECT * FROM public.ingest_replay()",
        "SELECT * FROM public.ingest_preview('t', pg_catalog.convert_to('[{\"id\": 20, \"at\": \"2026-01-01T00:00:00Z\", \"span\": \"1 day\"}, {\"id\": 21, \"nums\": \"{1,NULL}\"}, {\"id\": []}]', 'UTF8'))",
        "SELECT pg_catalog.md5(pg_catalog.regexp_replace(public.ingest_explain('t'), '[0-9]{5,}', 'oid', 'g'))",
    ] {
        for row in report::rows(transaction, query).with_context(|| query.to_owned())? {
            text.push_str(&row);
            text.push('\n');
        }
    }
    Ok(text)
}
