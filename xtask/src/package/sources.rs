//! A copy of the sources, to be built in another folder.

use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::tracked;

/// Copies what git knows, or would take, of the project in `from`, as it stands now; gone when it is dropped.
pub(super) fn copy(from: &Path) -> Result<TempDir> {
    let copy = tempfile::Builder::new().prefix("package-again-").tempdir()?;
    for name in tracked::files(from)? {
        let (source, place) = (from.join(&name), copy.path().join(&name));
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
