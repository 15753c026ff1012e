//! Temporary folders that do not pile up, even when their owner was killed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rustix::fs::statvfs;
use tempfile::TempDir;

const PREFIX: &str = "pg_ingest-";
/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";
/// How many bytes must be free there, and in memory: several servers run side by side.
const ROOM: u64 = 4 << 30;

/// A new temporary folder that others may enter (PostgreSQL runs as another user); removed when dropped.
///
/// A process that is killed drops nothing, so each new folder also removes those whose process is gone.
///
/// # Errors
/// When the folder cannot be made.
pub fn folder() -> Result<TempDir> {
    folder_in(&std::env::temp_dir())
}

/// As [`folder()`], and in memory where there is plenty.
///
/// # Errors
/// As [`folder()`].
pub fn quick_folder() -> Result<TempDir> {
    let room = statvfs(MEMORY).map_or(0, |found| found.f_bavail.saturating_mul(found.f_frsize));
    if room >= ROOM && memory_available() >= ROOM {
        return folder_in(Path::new(MEMORY));
    }
    folder()
}

fn folder_in(parent: &Path) -> Result<TempDir> {
    sweep(parent);
    tempfile::Builder::new()
        .prefix(&format!("{PREFIX}{}-", std::process::id()))
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .tempdir_in(parent)
        .with_context(|| format!("no temporary folder could be made in {}", parent.display()))
}

/// The memory that processes can still have, in bytes; none where the kernel does not tell.
#[must_use]
pub fn memory_available() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kilobytes = line.and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0).saturating_mul(1024)
}

/// Gives a folder and all in it to a user; only root may.
///
/// # Errors
/// When the user is unknown, or this is not root.
pub fn give(folder: &Path, user: &str) -> Result<()> {
    let output = Command::new("chown")
        .args(["--recursive", &format!("{user}:{user}")])
        .arg(folder)
        .output()
        .context("chown cannot be run")?;
    ensure!(
        output.status.success(),
        "{} cannot be given to the user {user}: {}",
        folder.display(),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

/// Removes folders of processes that no longer run. What cannot be removed is left to the next time.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if owner(&path).is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists()) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// The id of the process that made the folder, by its name; nothing for other folders.
fn owner(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.strip_prefix(PREFIX)?.split('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_dead_are_removed_and_those_of_the_living_stay() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join("pg_ingest-4194305-x");
        let mine = parent.path().join(format!("pg_ingest-{}-x", std::process::id()));
        let other = parent.path().join("pg_ingest_kept");
        for path in [&dead, &mine, &other] {
            fs::create_dir(path).unwrap();
        }
        sweep(parent.path());
        assert!(!dead.exists() && mine.exists() && other.exists());
    }
}
