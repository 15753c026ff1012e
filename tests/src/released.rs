//! Databases as earlier releases left them: their dumps stand in `tests/upgrade/<release>.sql`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use postgres::Client;

use crate::sql;

/// The dumps of all releases, oldest first.
///
/// # Errors
/// When there is none.
pub fn dumps() -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("upgrade");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
    if found.is_empty() {
        bail!("no <release>.sql in {}; BLESS=1 cargo xtask test upgrade makes today's", folder.display());
    }
    found.sort_by_key(|path| numbers(path));
    Ok(found)
}

fn numbers(path: &Path) -> Vec<u64> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    stem.split('.').filter_map(|number| number.parse().ok()).collect()
}

/// Puts a dump into an empty database of a superuser's. The group roles, which no dump holds, are made where absent.
///
/// # Errors
/// When a statement of the dump fails.
pub fn restore(client: &mut Client, dump: &Path) -> Result<()> {
    let text = fs::read_to_string(dump).with_context(|| format!("{} cannot be read", dump.display()))?;
    for role in
        ["ingest_owner", "ingest_loader", "ingest_shipper", "ingest_admin", "ingest_reader", "ingest_dbt"]
    {
        // Other databases of the server may have it.
        client.batch_execute(&format!(
            "DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ))?;
    }
    // psql's own commands bracket a dump since PostgreSQL 15.14.
    let statements: String =
        text.lines().filter(|line| !line.starts_with('\\')).flat_map(|line| [line, "\n"]).collect();
    client
        .batch_execute(&statements)
        .map_err(|error| anyhow::anyhow!("{}: {}", dump.display(), sql::error_text(&error)))?;
    // A dump's settings are its session's, and an empty search_path is one of them.
    client.batch_execute("RESET ALL")?;
    Ok(())
}
