//! The project's files as git has them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Names, from `root`, of the files that git knows or would take; some may have been deleted since.
///
/// # Errors
/// When git is not there or `root` is no repository of its.
pub(crate) fn files(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root)
        .output()
        .context("git cannot be run")?;
    ensure!(
        output.status.success(),
        "git does not list the files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}
