//! `cargo xtask package sql`: the sql engine as one file for psql.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lexopt::{Arg, ValueExt as _};
use local_stack::repository;

/// Writes the file; the arguments are those that follow `sql`.
///
/// # Errors
/// When an argument is not understood, a migration cannot be read, or the file cannot be written.
pub(super) fn run(arguments: &[String]) -> Result<()> {
    let mut output: Option<PathBuf> = None;
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("output") => output = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected()).context("see cargo xtask package --help"),
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let output =
        output.unwrap_or_else(|| repository().join(format!("target/package/pg_ingest-{version}.sql")));
    let sql = migrate::installer(&migrate::Line::pipeline(&repository().join("migrations")), version)?;
    let folder = output.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    std::fs::write(&output, sql).with_context(|| format!("{} cannot be written", output.display()))?;
    println!("{}: the sql engine of release {version}", output.display());
    Ok(())
}
