//! What was measured, for people and for programs.

mod figures;
mod goals;
mod machine;
mod majors;
pub(crate) mod markdown;
mod overview;

use std::path::Path;

use anyhow::{Context, Result};
use local_stack::repository;

use crate::arguments::Options;
use crate::measure::Measurement;
use crate::path::{Backfill, WholePath};
use crate::server::Server;
use crate::{citus, concurrency, content, contract, history};
use machine::Machine;

/// Everything that a run found out.
#[derive(Debug)]
pub(crate) struct Report {
    machine: Machine,
    /// The server's major.
    major: u32,
    quick: bool,
    repeat: usize,
    pub(crate) measurements: Vec<Measurement>,
    pub(crate) concurrency: Vec<concurrency::Point>,
    pub(crate) history: Vec<history::Point>,
    pub(crate) content: Vec<content::Point>,
    pub(crate) registrations: Vec<content::Registration>,
    pub(crate) crowds: Vec<content::Crowd>,
    pub(crate) contract: Option<contract::Contract>,
    pub(crate) path: Option<WholePath>,
    pub(crate) backfill: Option<Backfill>,
    pub(crate) citus: Vec<citus::Point>,
}

impl Report {
    pub(crate) async fn new(server: &Server, options: &Options) -> Result<Self> {
        let machine = Machine::of(server).await?;
        Ok(Self {
            machine,
            major: server.major(),
            quick: options.quick,
            repeat: options.repeat,
            measurements: Vec::new(),
            concurrency: Vec::new(),
            history: Vec::new(),
            content: Vec::new(),
            registrations: Vec::new(),
            crowds: Vec::new(),
            contract: None,
            path: None,
            backfill: None,
            citus: Vec::new(),
        })
    }

    /// The goals that this run measured something for, as Markdown.
    pub(crate) fn goals(&self) -> String {
        markdown::goals(&goals::of(self))
    }

    /// Writes the files that the options name.
    pub(crate) fn write(&self, options: &Options) -> Result<()> {
        if let Some(path) = &options.json {
            put(path, &format!("{:#}\n", figures::json(self)))?;
        }
        if let Some(path) = &options.results {
            let before = std::fs::read_to_string(path).unwrap_or_default();
            put(path, &majors::merged(&before, self.major, &markdown::page(self)))?;
            if self.major == majors::DEFAULT && *path == repository().join("bench/results.md") {
                overview::refresh(&repository().join("docs/performance.md"), self)?;
            }
        }
        Ok(())
    }
}

fn put(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}
