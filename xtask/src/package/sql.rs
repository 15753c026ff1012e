//! `cargo xtask package sql` and `pg_tle`: the sql engine as one file for psql, or as an extension of pg_tle.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lexopt::{Arg, ValueExt as _};
use local_stack::repository;

/// What the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Statements that install.
    Plain,
    /// An extension of pg_tle whose function installs.
    TrustedExtension,
}

/// Writes the file; the arguments are those that follow its name.
///
/// # Errors
/// When an argument is not understood, a migration cannot be read, or the file cannot be written.
pub(super) fn run(form: Form, arguments: &[String]) -> Result<()> {
    let mut output: Option<PathBuf> = None;
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("output") => output = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected()).context("see cargo xtask package --help"),
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let line = migrate::Line::pipeline(&repository().join("migrations"));
    let (sql, name) = match form {
        Form::Plain => (migrate::installer(&line, version)?, format!("pg_ingest-{version}.sql")),
        Form::TrustedExtension => {
            (migrate::trusted_extension(&line, version)?, format!("pg_ingest-{version}-pg_tle.sql"))
        }
    };
    let output = output.unwrap_or_else(|| repository().join("target/package").join(name));
    let folder = output.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    std::fs::write(&output, sql).with_context(|| format!("{} cannot be written", output.display()))?;
    println!("{}: the sql engine of release {version}", output.display());
    Ok(())
}
