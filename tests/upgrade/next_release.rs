//! A release to come: more structure, a function with another signature, one that is gone, one that is new.

use std::fs;

use anyhow::{Context, Result};
use pg_ingest_tests::report;
use postgres::Client;

/// Its number.
const VERSION: &str = "999.0.0";

/// Its files: today's, edited.
///
/// # Errors
/// When they cannot be copied.
pub(crate) fn folder() -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let today = local_stack::repository().join("migrations");
    for entry in fs::read_dir(&today)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() || !name.ends_with(".sql") {
            continue;
        }
        let mut text = fs::read_to_string(&path)?;
        if name.starts_with("R__") {
            let (first, rest) = text.split_once('\n').context("a repeatable migration of one line")?;
            anyhow::ensure!(first.starts_with("-- pg_ingest "), "{name} begins with {first}");
            text = format!("-- pg_ingest {VERSION}\n{rest}");
        }
        if name == "R__status.sql" {
            text.push_str(
                "CREATE FUNCTION public.ingest_next(a text, b text DEFAULT 'x') RETURNS text LANGUAGE sql AS 'SELECT a || b';
                 COMMENT ON FUNCTION public.ingest_next(text, text) IS 'New in a release to come.';",
            );
        }
        fs::write(folder.path().join(name), text)?;
    }
    fs::write(
        folder.path().join("V9999__next.sql"),
        "LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;
         ALTER TABLE ingest.batch ADD COLUMN next_release boolean NOT NULL DEFAULT true;
         COMMENT ON COLUMN ingest.batch.next_release IS 'New in a release to come.';",
    )?;
    Ok(folder)
}

/// Whether a database has it.
///
/// # Errors
/// When the database cannot be asked.
pub(crate) fn is_in_force(client: &mut Client) -> Result<()> {
    assert_eq!(report::rows(client, "SELECT public.ingest_next('a')")?, ["ax"]);
    assert_eq!(report::rows(client, "SELECT bool_and(next_release) FROM ingest.batch")?, ["t"]);
    Ok(())
}
