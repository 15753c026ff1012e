//! A database as a release leaves it after some days: what is in it, and how it is kept.

use std::fs;

use anyhow::{Context, Result};
use local_stack::postgres::Installation;
use migrate::Line;
use pg_ingest_tests::server::Server;

use crate::folder;

/// A user's own line, whose number is higher than any of the pipeline's.
const OWN: &str = "
    CREATE SCHEMA shop;
    CREATE TABLE shop.orders (id text PRIMARY KEY, n int, _source_time timestamptz, _rescued jsonb);
    CREATE TABLE shop.events (id text PRIMARY KEY, n int, _source_time timestamptz);
    GRANT USAGE ON SCHEMA shop TO ingest_loader;
    GRANT SELECT, INSERT, UPDATE ON shop.orders, shop.events TO ingest_loader;";

/// What happened to it: a file loaded in part, one without a dataset, one that waits.
const HISTORY: &str = r#"
    SELECT public.ingest_register_dataset(name => 'orders', prefix => 'orders/', target => 'shop.orders');
    SELECT public.ingest_register_dataset(name => 'events', prefix => 'events/', target => 'shop.events');
    INSERT INTO ingest.staging (key, body) VALUES
      ('orders/1.json', '[{"id": "a", "n": 1}, {"id": "b", "n": "many"}, {"id": "c", "n": 3, "new": true}]'), ('elsewhere/1.json', '{}');
    SELECT * FROM public.ingest_process_staging();
    INSERT INTO ingest.staging (key, body) VALUES ('orders/2.json', '{"id": "d", "n": 4}');"#;

/// What the books say afterwards, apart from what the test itself loads.
pub(crate) const BOOKS: &str = "SELECT 'file', key, status, rows_loaded::text, rows_rejected::text FROM ingest.file WHERE key !~ '^events/'
    UNION ALL SELECT 'row', id, n::text, _rescued::text, NULL FROM shop.orders
    UNION ALL SELECT 'reject', record_no::text, column_name, error_code, (replayed_at IS NULL)::text FROM ingest.rejected_record
    UNION ALL SELECT 'staged', key, NULL, NULL, NULL FROM ingest.staging
    UNION ALL SELECT 'drift', path, json_type, NULL, NULL FROM ingest.schema_drift
    UNION ALL SELECT 'dataset', name, prefix, load_mode, NULL FROM ingest.dataset ORDER BY 1, 2, 3";

/// The answer to [`BOOKS`].
pub(crate) const BOOKS_FOUND: &[&str] = &[
    "dataset | events | events/ | upsert | ∅",
    "dataset | orders | orders/ | upsert | ∅",
    "drift | $.new | boolean | ∅ | ∅",
    "file | elsewhere/1.json | no_dataset | 0 | 0",
    "file | orders/1.json | partially_loaded | 2 | 1",
    "reject | 0 | ∅ | no_dataset | true",
    "reject | 2 | n | type_mismatch | true",
    "row | a | 1 | ∅ | ∅",
    "row | c | 3 | {\"new\": true} | ∅",
    "staged | orders/2.json | ∅ | ∅ | ∅",
];

/// After it the open reject can be loaded.
pub(crate) const MENDED: &str = "ALTER TABLE shop.orders ALTER COLUMN n TYPE text";

/// The folder of the user's own line.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn own() -> Result<tempfile::TempDir> {
    let own = tempfile::tempdir()?;
    fs::write(own.path().join("V100__shop.sql"), OWN)?;
    Ok(own)
}

/// Makes the present release's dump where there is none and `BLESS=1` asks for it.
///
/// # Errors
/// When there is none and nobody asks for it, or it cannot be made.
pub(crate) fn ensure_present() -> Result<()> {
    let path = folder().join(format!("{}.sql", env!("CARGO_PKG_VERSION")));
    if path.exists() {
        return Ok(());
    }
    anyhow::ensure!(
        std::env::var("BLESS").is_ok_and(|value| value == "1"),
        "no {}; BLESS=1 makes it, once, when the release is ready",
        path.display()
    );
    let own = own()?;
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    let pipeline = Line::pipeline(&local_stack::repository().join("migrations"));
    server.migrate(&database, &[pipeline, Line::own(own.path())])?;
    database.connect()?.batch_execute(HISTORY)?;
    let dump = pg_dump(database.url(), &["--inserts", "--no-unlogged-table-data"])?;
    // What is staged and compiled lies in unlogged tables; the first is what a person staged by hand.
    let staged = pg_dump(database.url(), &["--inserts", "--data-only", "--table=ingest.staging"])?;
    fs::write(&path, dump + &staged).with_context(|| format!("{} cannot be written", path.display()))
}

/// What `pg_dump` says of a database.
///
/// # Errors
/// When it fails.
pub(crate) fn pg_dump(url: &str, options: &[&str]) -> Result<String> {
    let arguments: Vec<&std::ffi::OsStr> =
        options.iter().copied().chain(["--dbname", url]).map(std::ffi::OsStr::new).collect();
    let output = Installation::find()?.run("pg_dump", &arguments)?;
    String::from_utf8(output.stdout).context("a dump that is no UTF-8")
}
