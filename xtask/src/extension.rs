//! Builds the extension `pg_ingest` and installs it beside PostgreSQL's own.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use local_stack::postgres::Installation;
use local_stack::repository;

/// Builds it with optimisation and installs it; quick when nothing changed.
///
/// # Errors
/// When it does not build, or PostgreSQL's folders may not be written to.
pub(crate) fn install(installation: &Installation) -> Result<()> {
    let root = repository();
    let status = Command::new("cargo")
        .args(["pgrx", "install", "--release", "--pg-config"])
        .arg(installation.pg_config())
        .current_dir(root.join("pg_ingest"))
        // Apart from the other packages' builds: pgrx sets flags of its own, and sharing would rebuild both each time.
        .env("CARGO_TARGET_DIR", root.join("target/pgrx"))
        .stdout(std::process::Stdio::null())
        .status()
        .context("cargo pgrx cannot be run; cargo xtask setup installs it")?;
    ensure!(
        status.success(),
        "the extension pg_ingest could not be built and installed: cargo pgrx install failed"
    );
    Ok(())
}
