//! `pg-ingest dashboard`: the pipeline on a page, from the database alone. It only reads.

mod database;
mod failure;
mod host;
mod page;
mod parts;
mod raw_record;
mod serve;
mod snapshot;
mod views;
mod written;

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use tokio::net::TcpListener;

use self::database::Reader;
use self::failure::Failure;
use crate::answer::out;
use crate::{Outcome, Session};

/// What was asked for.
#[derive(Debug, clap::Args)]
#[command(after_help = "The page reads as the role ingest_reader: GRANT ingest_reader TO the login. \
    Whoever reaches the address sees the page, with rejected records on it; there is no password.")]
pub(crate) struct Arguments {
    /// The address to answer on. Any other than loopback shows the page to whoever can reach it.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8042")]
    listen: SocketAddr,
    /// A name by which the page may be asked for, besides its address and localhost; may be given several times.
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Writes everything into one file instead, and ends.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["listen", "host"])]
    html: Option<PathBuf>,
}

/// Serves the page until it is stopped, or writes the file.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    let mut reader = Reader::new(session.database().await?);
    // What keeps every view from being shown is told here, where it can be mended.
    reader.begin().await.map_err(told)?;
    reader.end().await;
    if let Some(file) = &arguments.html {
        let page = snapshot::snapshot(&mut reader).await.map_err(told)?;
        write(file, &page).with_context(|| format!("{} cannot be written", file.display()))?;
        out(&format!("Written to {}. It holds rejected records: mind who gets it.", file.display()))?;
        return Ok(Outcome::Done);
    }
    let listener = TcpListener::bind(arguments.listen).await.with_context(|| {
        format!("cannot listen on {}; choose another address with --listen ADDRESS:PORT", arguments.listen)
    })?;
    let address = listener.local_addr().context("the listener has no address")?;
    out(&format!("The dashboard is at http://{address}/ until this is stopped (Ctrl-C)."))?;
    if !address.ip().is_loopback() {
        out(&format!(
            "{address} is no loopback address: whoever can reach it sees the page, rejected records included, without a password and \
             unencrypted. Let a proxy that asks who they are stand before it, or listen on 127.0.0.1 and use `ssh -L 8042:127.0.0.1:8042`."
        ))?;
    }
    serve::serve(listener, reader, arguments.host.clone()).await
}

/// A new file is its owner's alone: rejected records are in it. One that is there keeps its mode.
fn write(file: &Path, page: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).open(file)?.write_all(page.as_bytes())
}

fn told(failure: Failure) -> anyhow::Error {
    anyhow!("{}: {}. {}", failure.headline, failure.detail, failure.advice)
}
