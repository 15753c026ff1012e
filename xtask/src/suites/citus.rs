//! The suite `citus`: it wants a PostgreSQL that has Citus beside it, which no package of Debian brings.

use std::path::Path;

use anyhow::{Context, Result};
use local_stack::citus::{PROGRAMS, programs};
use local_stack::postgres::Installation;

use super::command::{Command, Handed, program};
use crate::extension;

/// What runs there.
pub(super) const COMMAND: Command = program("cargo test --test citus --");

/// Builds the extension for a copy of that PostgreSQL and runs the cases on it. Where none is named nothing is run, and the
/// log says so.
///
/// # Errors
/// When a case fails, or there is no such PostgreSQL.
pub(super) async fn run(log: &Path, handed: &Handed<'_>) -> Result<()> {
    let Some(programs) = programs() else {
        let said = format!("{NOT_RUN}{PROGRAMS} names no programs of a PostgreSQL with Citus beside it\n");
        return std::fs::write(log, said).with_context(|| format!("{} cannot be written", log.display()));
    };
    let installation = Installation::copy_of(&programs).with_context(|| format!("{PROGRAMS} names none"))?;
    if installation.has_headers() {
        extension::install(&installation).await?;
    }
    COMMAND.run(log, handed).await
}

/// How a suite begins the line that says why it was not run.
pub(super) const NOT_RUN: &str = "suite not run: ";
