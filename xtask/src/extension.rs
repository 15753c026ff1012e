//! Builds the extension `pg_ingest` and installs it into this checkout's PostgreSQL.

use anyhow::{Context, Result};
use local_stack::postgres::Installation;
use local_stack::process::Launch;
use local_stack::repository;

/// Builds it with optimisation and installs it; quick when nothing changed.
///
/// # Errors
/// When it does not build, or PostgreSQL's folders may not be written to.
pub(crate) async fn install(installation: &Installation) -> Result<()> {
    let root = repository();
    Launch::new("cargo pgrx install", "cargo")
        .args(["pgrx", "install", "--release", "--pg-config"])
        .args([installation.pg_config()])
        .folder(root.join("pg_ingest"))
        // Apart from the other packages' builds: pgrx sets flags of its own, and sharing would rebuild both each time.
        .env("CARGO_TARGET_DIR", root.join("target/pgrx"))
        // The headers too are this PostgreSQL's, not those that pgrx has on record.
        .env("PGRX_PG_CONFIG_PATH", installation.pg_config())
        .log(root.join(".work/extension.log"))
        .run()
        .await
        .context("the extension pg_ingest could not be built and installed")
}
