//! Upgrades: a database that a release left takes today's migrations, and a release to come, while files are loaded into it.
//!
//! `tests/upgrade/<release>.sql` is what `pg_dump` says of such a database, with a user's own migration, rows, open
//! rejects, a staged file and compiled datasets. `BLESS=1` makes the one of the present release where it is missing.

mod left_by_a_release;
mod next_release;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow};
use migrate::Line;
use pg_ingest_tests::server::{Database, Server};
use pg_ingest_tests::{diff, released, report};
use postgres::Client;

/// Sessions that load while the database is upgraded.
const LOADERS: usize = 2;
/// Batches that each of them has loaded at least before and after.
const BATCHES: usize = 5;

#[test]
fn the_present_release_has_a_dump() -> Result<()> {
    left_by_a_release::ensure_present()
}

/// What a `CREATE INDEX CONCURRENTLY` that was made beforehand and broke off leaves.
const BROKEN_OFF: &str = "CREATE INDEX file_status_idx ON ingest.file (status);
    UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ingest.file_status_idx'::regclass";

#[test]
fn every_release_takes_todays_files_while_two_sessions_load() -> Result<()> {
    for dump in released::dumps()? {
        let server = Server::start(&[])?;
        let database = server.empty_database()?;
        let mut client = database.connect()?;
        released::restore(&mut client, &dump)?;
        client.batch_execute(BROKEN_OFF)?;
        let own = left_by_a_release::own()?;
        let lines = [Line::pipeline(&local_stack::repository().join("migrations")), Line::own(own.path())];
        upgraded_under_load(&server, &database, &lines)
            .with_context(|| format!("from {}", dump.display()))?;
        is_as_fresh(&server, &database, &lines)?;
        holds_what_was_left(&database)?;
    }
    Ok(())
}

#[test]
fn a_release_to_come_is_taken_while_two_sessions_load() -> Result<()> {
    let (next, own) = (next_release::folder()?, left_by_a_release::own()?);
    let lines = [Line::pipeline(next.path()), Line::own(own.path())];
    for dump in released::dumps()? {
        let server = Server::start(&[])?;
        let database = server.empty_database()?;
        released::restore(&mut database.connect()?, &dump)?;
        upgraded_under_load(&server, &database, &lines)?;
        is_as_fresh(&server, &database, &lines)?;
        holds_what_was_left(&database)?;
        next_release::is_in_force(&mut database.connect()?)?;
    }
    Ok(())
}

#[test]
fn going_back_is_refused_in_words() -> Result<()> {
    let next = next_release::folder()?;
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &[Line::pipeline(next.path())])?;
    let refusal = server
        .migrate(&database, &local_stack::migrations())
        .expect_err("a file of the newer release is missing");
    assert!(format!("{refusal:#}").contains("the database is of a newer release"), "{refusal:#}");
    Ok(())
}

/// Migrates while sessions with warm plans load on; each batch is loaded once, and none of them fails.
fn upgraded_under_load(server: &Server, database: &Database<'_>, lines: &[Line]) -> Result<()> {
    let (warm, done) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| -> Result<()> {
        let loaders: Vec<_> = (0..LOADERS)
            .map(|loader| {
                let (warm, done) = (&warm, &done);
                scope.spawn(move || load_until(database, loader, warm, done))
            })
            .collect();
        while !warm.load(Ordering::Acquire) && loaders.iter().all(|loader| !loader.is_finished()) {
            thread::yield_now();
        }
        let migrated = server.migrate(database, lines);
        done.store(true, Ordering::Release);
        let mut batches = 0;
        for loader in loaders {
            batches += loader.join().map_err(|_| anyhow!("a loader panicked"))??;
        }
        migrated?;
        let rows: i64 = database.connect()?.query_one("SELECT count(*) FROM shop.events", &[])?.get(0);
        assert_eq!(usize::try_from(rows)?, 10 * batches, "each of {batches} batches brought ten rows, once");
        Ok(())
    })
}

/// Loads batch after batch over one connection, as the shipper does; how many there were.
fn load_until(database: &Database<'_>, loader: usize, warm: &AtomicBool, done: &AtomicBool) -> Result<usize> {
    let mut client = database.connect()?;
    let mut batches = 0;
    let mut after = 0;
    while after < BATCHES {
        after += usize::from(done.load(Ordering::Acquire));
        load(&mut client, loader, batches)?;
        batches += 1;
        if batches == BATCHES {
            warm.store(true, Ordering::Release);
        }
    }
    Ok(batches)
}

/// One batch of one file with ten records, by the statements that the shipper of 0.2.0 sends.
fn load(client: &mut Client, loader: usize, batch: usize) -> Result<()> {
    let records: Vec<String> =
        (0..10).map(|n| format!("{{\"id\": \"{loader}-{batch}-{n}\", \"n\": {n}}}")).collect();
    let key = format!("events/{loader}/{batch}.json");
    let mut transaction = client.transaction()?;
    let id: String = transaction.query_one("SELECT pg_catalog.gen_random_uuid()::text", &[])?.get(0);
    transaction.execute(
        "INSERT INTO ingest.staging (batch_id, bucket, key, version_id, etag, sequencer, event_time, last_modified, size, body, error_code)
         VALUES ($1::text::uuid, 'b', $2, NULL, NULL, NULL, now(), now(), NULL, convert_to($3, 'UTF8'), NULL)",
        &[&id, &key, &records.join("\n")],
    )?;
    let row = transaction.query_one("SELECT * FROM public.ingest_process_staging($1::text::uuid)", &[&id])?;
    assert_eq!(row.get::<_, i64>("rows_loaded"), 10, "{key}");
    transaction.commit()?;
    Ok(())
}

/// What the release left is there: rows, open rejects that can be replayed, the file that was staged, the books.
fn holds_what_was_left(database: &Database<'_>) -> Result<()> {
    let mut client = database.connect()?;
    let found = report::rows(&mut client, left_by_a_release::BOOKS)?;
    assert_eq!(found, left_by_a_release::BOOKS_FOUND);
    client.batch_execute(left_by_a_release::MENDED)?;
    let replayed =
        report::rows(&mut client, "SELECT records, rows_loaded FROM public.ingest_replay('orders')")?;
    assert_eq!(replayed, ["1 | 1"]);
    let staged = report::rows(&mut client, "SELECT files, loaded FROM public.ingest_process_staging()")?;
    assert_eq!(staged, ["1 | 1"]);
    removals_are_known(&mut client)
}

/// Objects that the release loaded can be removed. Which rows they brought is known from the column `_file_id` on.
fn removals_are_known(client: &mut Client) -> Result<()> {
    client.batch_execute(
        "SELECT public.ingest_add_metadata_columns('shop.orders');
         SELECT public.ingest_register_dataset('orders', on_removed => 'delete_rows');
         INSERT INTO ingest.staging (key, body) VALUES ('orders/3.json', '{\"id\": \"e\", \"n\": \"5\"}');
         SELECT * FROM public.ingest_process_staging();
         INSERT INTO ingest.staging (key, error_code) VALUES ('orders/1.json', 'object_removed'), ('orders/3.json', 'object_removed')",
    )?;
    let removed =
        report::rows(client, "SELECT files, removed, rows_removed FROM public.ingest_process_staging()")?;
    assert_eq!(removed, ["2 | 2 | 1"]);
    Ok(())
}

/// The schema is the one that a fresh database gets from the same files.
fn is_as_fresh(server: &Server, database: &Database<'_>, lines: &[Line]) -> Result<()> {
    let fresh = server.empty_database()?;
    server.migrate(&fresh, lines)?;
    let (expected, found) = (schema(&fresh)?, schema(database)?);
    let difference: Vec<String> = diff::lines(&expected, &found)
        .lines()
        .filter(|line| !line.starts_with("    "))
        .map(Into::into)
        .collect();
    assert!(difference.is_empty(), "fresh (-) and upgraded (+) differ:\n{}", difference.join("\n"));
    Ok(())
}

/// What `pg_dump` says of everything that migrations make.
fn schema(database: &Database<'_>) -> Result<String> {
    let dump = left_by_a_release::pg_dump(database.url(), &["--schema-only"])?;
    // Since PostgreSQL 15.14 a dump is bracketed by a random word.
    let lines =
        dump.lines().filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    Ok(lines.flat_map(|line| [line, "\n"]).collect())
}

/// Where dumps stand.
fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("upgrade")
}
