//! `pg-ingest dashboard`: the pipeline on a page.

use anyhow::{Result, bail};

use crate::{Outcome, Session};

/// What was asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// Serves the page until it is stopped.
pub(crate) async fn run(_session: &Session, _arguments: &Arguments) -> Result<Outcome> {
    bail!("this release has no dashboard")
}
