//! Where and on what was measured.

use std::process::Command;

use anyhow::{Context, Result};
use local_stack::repository;

use crate::server::Server;

/// The machine, the programs on it, and the server's settings.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    /// The processor's name.
    pub(super) processor: String,
    /// How many of its cores are there.
    pub(super) cores: usize,
    /// Gigabytes of memory.
    pub(super) memory_gb: f64,
    /// Processes that wanted to run in the minute before: what others did meanwhile.
    pub(super) load: f64,
    /// Names and versions of the programs.
    pub(super) versions: Vec<(String, String)>,
    /// The server's settings that matter here.
    pub(super) settings: Vec<(String, String)>,
    /// The day, as the server's clock has it.
    pub(super) date: String,
}

/// Settings that decide what is durable, and how much memory and log there is.
const SETTINGS: &str = "'fsync', 'synchronous_commit', 'full_page_writes', 'wal_level', 'shared_buffers', 'max_wal_size', \
                        'checkpoint_timeout', 'autovacuum', 'jit', 'data_checksums', 'wal_compression'";

impl Machine {
    pub(super) async fn of(server: &Server) -> Result<Self> {
        let client = server.connect("postgres").await?;
        let row =
            client.query_one("SELECT current_setting('server_version'), current_date::text", &[]).await?;
        let sql = format!(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name IN ({SETTINGS}) ORDER BY name"
        );
        let settings = client.query(&sql, &[]).await?.iter().map(|row| (row.get(0), row.get(1))).collect();
        let memory = read("/proc/meminfo")?;
        let memory =
            value(&memory, "MemTotal").and_then(|text| text.strip_suffix(" kB")?.parse::<f64>().ok());
        Ok(Self {
            processor: value(&read("/proc/cpuinfo")?, "model name").unwrap_or("unknown").to_owned(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_gb: memory.context("/proc/meminfo has no line MemTotal in kB")? / 1e6,
            load: first_word(&read("/proc/loadavg")?).parse().context("/proc/loadavg has no number")?,
            versions: versions(row.get(0))?,
            settings,
            date: row.get(1),
        })
    }
}

fn versions(postgres: &str) -> Result<Vec<(String, String)>> {
    let mut versions = vec![
        ("PostgreSQL".to_owned(), postgres.to_owned()),
        ("Linux".to_owned(), read("/proc/sys/kernel/osrelease")?.trim().to_owned()),
        ("Rust".to_owned(), said(Command::new("rustc").arg("--version"))),
        ("commit".to_owned(), said(Command::new("git").args(["describe", "--always", "--dirty"]))),
    ];
    let pins = repository().join("bench/requirements.txt");
    let pins =
        std::fs::read_to_string(&pins).with_context(|| format!("{} cannot be read", pins.display()))?;
    let pins = pins.lines().filter_map(|line| line.split_once("=="));
    versions.extend(pins.map(|(name, version)| (name.to_owned(), version.to_owned())));
    Ok(versions)
}

/// What a program prints; `unknown` where it cannot be asked, such as git outside of a repository.
fn said(command: &mut Command) -> String {
    let output = command.current_dir(repository()).output().ok().filter(|output| output.status.success());
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|| "unknown".to_owned())
}

fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{path} cannot be read"))
}

/// The first value of that name in lines such as `MemTotal:  1 kB`.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| Some(line.strip_prefix(name)?.split_once(':')?.1.trim()))
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_behind_colons() {
        assert_eq!(value("MemTotal:  12 kB\nMemFree: 3 kB\n", "MemFree"), Some("3 kB"));
        assert_eq!(value("model name\t: A B\n", "model name"), Some("A B"));
        assert_eq!(value("x", "y"), None);
    }
}
