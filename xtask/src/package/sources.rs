//! A copy of the sources, to be built in another folder.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// Copies what git knows, or would take, of the project in `from`, as it stands now; gone when it is dropped.
pub(super) fn copy(from: &Path) -> Result<TempDir> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(from)
        .output()
        .context("git cannot be run")?;
    ensure!(
        output.status.success(),
        "git does not list the files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let copy = tempfile::Builder::new().prefix("package-again-").tempdir()?;
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        let (source, place) = (from.join(name), copy.path().join(name));
        // What git lists may have been deleted since.
        if source.is_file() {
            place.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::copy(&source, &place).with_context(|| format!("{name} cannot be copied"))?;
        }
    }
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_build_reads_is_copied_and_what_it_made_is_not() {
        let copy = copy(&local_stack::repository()).unwrap();
        for name in ["Cargo.toml", "Cargo.lock", "shipper/src/main.rs"] {
            assert!(copy.path().join(name).is_file(), "{name}");
        }
        assert!(!copy.path().join("target").exists());
    }
}
