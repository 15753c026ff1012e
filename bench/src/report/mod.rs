//! What was measured, for people and for programs.

mod figures;
pub(crate) mod markdown;

use std::path::Path;

use anyhow::{Context, Result};

use crate::arguments::Options;
use crate::measure::Measurement;
use crate::server::Server;

/// Where and on what it was measured.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    /// The processor's name.
    pub(crate) processor: String,
    /// How many of its cores are there.
    pub(crate) cores: usize,
    /// `version()` of the server.
    pub(crate) postgres: String,
    /// The server's settings that matter here.
    pub(crate) settings: Vec<(String, String)>,
    /// The day, as the server's clock has it.
    pub(crate) date: String,
}

/// Everything that a run found out.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) repeat: usize,
    pub(crate) measurements: Vec<Measurement>,
}

impl Report {
    pub(crate) async fn new(server: &Server, options: &Options) -> Result<Self> {
        let machine = Machine::of(server).await?;
        Ok(Self { machine, quick: options.quick, repeat: options.repeat, measurements: Vec::new() })
    }

    /// Writes the files that the options name.
    pub(crate) fn write(&self, options: &Options) -> Result<()> {
        if let Some(path) = &options.json {
            put(path, &format!("{:#}\n", figures::json(self)))?;
        }
        if let Some(path) = &options.results {
            put(path, &markdown::page(self))?;
        }
        Ok(())
    }
}

fn put(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// Settings that decide what is durable, and how much memory and log there is.
const SETTINGS: &str = "'fsync', 'synchronous_commit', 'full_page_writes', 'wal_level', 'shared_buffers', 'max_wal_size', \
                        'checkpoint_timeout', 'autovacuum', 'jit', 'data_checksums', 'wal_compression'";

impl Machine {
    async fn of(server: &Server) -> Result<Self> {
        let client = server.connect("postgres").await?;
        let row = client.query_one("SELECT version(), current_date::text", &[]).await?;
        let sql = format!(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name IN ({SETTINGS}) ORDER BY name"
        );
        let settings = client.query(&sql, &[]).await?.iter().map(|row| (row.get(0), row.get(1))).collect();
        let information = std::fs::read_to_string("/proc/cpuinfo").context("/proc/cpuinfo cannot be read")?;
        let processor = information
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
            .map_or("unknown", |(_, name)| name.trim());
        Ok(Self {
            processor: processor.to_owned(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            postgres: row.get(0),
            settings,
            date: row.get(1),
        })
    }
}
