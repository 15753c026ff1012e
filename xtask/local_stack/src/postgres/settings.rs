//! The server's settings: near those of RDS, and always durable.

use std::fmt::Write as _;

use anyhow::{Context, Result};

/// How much of the machine a cluster may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sizing {
    /// As RDS sizes an instance: a quarter of the memory for shared buffers, half of it assumed cached.
    LikeRds,
    /// Small: many may run side by side.
    Small,
}

/// The text of the configuration file that is included last.
///
/// # Errors
/// When the machine's memory cannot be read.
pub(super) fn text(sizing: Sizing, port: u16, extra: &[(String, String)]) -> Result<String> {
    let (shared_buffers, cache, wal) = match sizing {
        Sizing::LikeRds => {
            let memory = memory_mb()?;
            (memory / 4, memory / 2, 4096)
        }
        Sizing::Small => (128, 512, 1024),
    };
    let mut lines = format!(
        "listen_addresses = '127.0.0.1'\n\
         port = {port}\n\
         unix_socket_directories = ''\n\
         max_connections = 200\n\
         shared_buffers = {shared_buffers}MB\n\
         effective_cache_size = {cache}MB\n\
         max_wal_size = {wal}MB\n\
         wal_level = replica\n\
         fsync = on\n\
         synchronous_commit = on\n\
         full_page_writes = on\n\
         huge_pages = off\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         log_line_prefix = '%m [%p] %q%u@%d '\n\
         lc_messages = 'C.UTF-8'\n"
    );
    for (name, value) in extra {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{name} = '{}'", value.replace('\'', "''"));
    }
    Ok(lines)
}

fn memory_mb() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").context("/proc/meminfo cannot be read")?;
    parse_memory_mb(&text).context("/proc/meminfo has no line MemTotal in kB")
}

fn parse_memory_mb(meminfo: &str) -> Option<u64> {
    let kilobytes = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(kilobytes.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_megabytes() {
        assert_eq!(parse_memory_mb("MemTotal:       24576000 kB\nMemFree: 1 kB\n"), Some(24_000));
        assert_eq!(parse_memory_mb("nothing"), None);
    }

    #[test]
    fn extra_settings_come_last_and_are_quoted() {
        let extra = [("application_name".to_owned(), "it's".to_owned())];
        assert!(text(Sizing::Small, 5, &extra).unwrap().ends_with("application_name = 'it''s'\n"));
    }
}
