//! A cluster that stays when the command that started it has ended: `cargo xtask db start` and `stop`.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};

use super::folder::Folder;
use super::{Installation, Sizing};
use crate::ports;
use crate::process::tail;

/// The database that `cargo xtask db start` offers.
pub const DATABASE: &str = "pg_ingest";

/// Starts a cluster in `folder` (made where there is none), migrates it, and leaves it running; the URL of its database.
/// One that already runs is migrated and its URL given.
///
/// # Errors
/// When the port is taken, another port is asked of a cluster that already runs, or a migration fails (then a cluster
/// that was started for it is stopped again).
pub async fn start(folder: &Path, port: Option<u16>, migrations: &[migrate::Line]) -> Result<String> {
    let root = std::path::absolute(folder).with_context(|| format!("{} is no path", folder.display()))?;
    let installation = Installation::find()?;
    let folder = Folder::new(&root);
    if let Some(running) = running_port(&folder) {
        if port.is_some_and(|port| port != running) {
            bail!("the PostgreSQL in {} already runs, on port {running}; stop it first", root.display());
        }
        return prepare(&folder, running, migrations).await;
    }
    let port = match port {
        Some(port) => ports::require_free(port).map(|()| port)?,
        None => ports::free()?,
    };
    let fresh = !folder.is_initialised();
    let outcome = start_in(&installation, &folder, port, migrations).await;
    // What did not come up leaves nothing behind, unless it was there before.
    if outcome.is_err() && fresh && folder.is_initialised() {
        fs::remove_dir_all(&root).with_context(|| format!("{} cannot be removed again", root.display()))?;
    }
    outcome
}

async fn start_in(
    installation: &Installation,
    folder: &Folder,
    port: u16,
    migrations: &[migrate::Line],
) -> Result<String> {
    if !folder.is_initialised() {
        folder.initialise(installation)?;
    }
    folder.configure(installation, Sizing::LikeRds, port, &[])?;
    let (data, log) = (folder.data(), folder.log());
    control(
        installation,
        &["start".as_ref(), "--pgdata".as_ref(), data.as_ref(), "--log".as_ref(), log.as_ref()],
    )
    .map_err(|_| anyhow!("PostgreSQL does not start on port {port}{}", tail(&log, 6)))?;
    let outcome = prepare(folder, port, migrations).await;
    if outcome.is_err() {
        stop_in(installation, folder)?;
    }
    outcome
}

/// Stops the cluster in `folder`; false when none was running.
///
/// # Errors
/// When there is no cluster or it does not stop.
pub fn stop(folder: &Path) -> Result<bool> {
    let root = std::path::absolute(folder).with_context(|| format!("{} is no path", folder.display()))?;
    let folder = Folder::new(&root);
    if !folder.is_initialised() {
        bail!("{} holds no PostgreSQL that `cargo xtask db start` made", root.display());
    }
    if running_port(&folder).is_none() {
        return Ok(false);
    }
    stop_in(&Installation::find()?, &folder)?;
    Ok(true)
}

fn stop_in(installation: &Installation, folder: &Folder) -> Result<()> {
    let data = folder.data();
    control(installation, &["stop".as_ref(), "--mode=fast".as_ref(), "--pgdata".as_ref(), data.as_ref()])
}

fn control(installation: &Installation, arguments: &[&OsStr]) -> Result<()> {
    let mut all: Vec<&OsStr> = vec!["--wait".as_ref(), "--silent".as_ref()];
    all.extend(arguments);
    installation.run("pg_ctl", &all).map(drop)
}

/// The port of the server that runs on this data, by its own lock file; nothing when none runs.
fn running_port(folder: &Folder) -> Option<u16> {
    let text = fs::read_to_string(folder.data().join("postmaster.pid")).ok()?;
    let mut lines = text.lines();
    let id: u32 = lines.next()?.trim().parse().ok()?;
    let command = fs::read_to_string(format!("/proc/{id}/comm")).ok()?;
    (command.trim() == "postgres").then_some(())?;
    lines.nth(2)?.trim().parse().ok()
}

async fn prepare(folder: &Folder, port: u16, migrations: &[migrate::Line]) -> Result<String> {
    let url = |database: &str| -> Result<String> {
        Ok(format!("postgresql://postgres:{}@127.0.0.1:{port}/{database}", folder.password()?))
    };
    let admin = super::cluster::connect(&url("postgres")?).await?;
    let known = admin
        .query_one("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", &[&DATABASE])
        .await
        .context("the databases cannot be listed")?;
    if !known.get::<_, bool>(0) {
        let statement = format!("CREATE DATABASE {}", super::cluster::quoted(DATABASE));
        admin
            .batch_execute(&statement)
            .await
            .with_context(|| format!("the database {DATABASE} cannot be made"))?;
    }
    let url = url(DATABASE)?;
    migrate::apply_to_url(&url, migrations).await?;
    Ok(url)
}
