//! A line of migrations: a folder whose numbers are its own.

use std::path::{Path, PathBuf};

/// Files with numbers and a history of their own.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where the files are.
    pub(crate) folder: PathBuf,
    /// The table that says which were applied.
    pub(crate) history: &'static str,
    /// Whether all repeatables are applied again as soon as one changed: they drop and make what they share.
    pub(crate) together: bool,
}

impl Line {
    /// The pipeline's own line.
    #[must_use]
    pub fn pipeline(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), history: "public.ingest_schema_history", together: true }
    }

    /// The line of whoever uses the pipeline: their targets, applied after ours in the same transaction.
    #[must_use]
    pub fn own(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), history: "public.ingest_own_schema_history", together: false }
    }

    /// The pipeline's line in `folder`, then the user's in its folder `own`, where there is one.
    #[must_use]
    pub fn all(folder: &Path) -> Vec<Self> {
        let own = folder.join("own");
        let mut lines = vec![Self::pipeline(folder)];
        if own.is_dir() {
            lines.push(Self::own(&own));
        }
        lines
    }
}
