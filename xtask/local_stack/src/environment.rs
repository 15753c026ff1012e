//! Python environments of pinned packages under `.work/`, one for each state of the pins.
//!
//! The scripts `tests/infra/run` and `tests/dbt/run` name theirs by the same rule, so that each is made once.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::repository;

/// An environment, installed or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    folder: PathBuf,
    requirements: PathBuf,
}

impl Environment {
    /// What the local stack runs: the AWS emulator and the AWS command line.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn stack() -> Result<Self> {
        Self::named("stack", &["xtask/requirements.txt"])
    }

    /// dbt, and what its tests need.
    ///
    /// # Errors
    /// When a file of pins cannot be read.
    pub fn dbt() -> Result<Self> {
        Self::named("dbt", &["dbt/requirements.txt", "tests/dbt/requirements.txt"])
    }

    /// What the benchmark compares with.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn bench() -> Result<Self> {
        Self::named("bench", &["bench/requirements.txt"])
    }

    /// What checks the templates and the workflows.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn infra() -> Result<Self> {
        Self::named("infra", &["tests/infra/requirements.txt"])
    }

    /// The policy checker, which wants older packages than the others.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn checkov() -> Result<Self> {
        Self::named("checkov", &["tests/infra/requirements-checkov.txt"])
    }

    /// `pins` are files of the repository; the last one is what is installed, and brings in the others.
    fn named(name: &str, pins: &[&str]) -> Result<Self> {
        let mut digest = Sha256::new();
        let mut requirements = repository();
        for file in pins {
            requirements = repository().join(file);
            let text = std::fs::read(&requirements)
                .with_context(|| format!("the pins in {} cannot be read", requirements.display()))?;
            digest.update(text);
        }
        let state: String = digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { folder: repository().join(".work").join(format!("{name}-{state}")), requirements })
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of pins to install.
    #[must_use]
    pub fn requirements(&self) -> &Path {
        &self.requirements
    }

    /// The folder of its programs.
    #[must_use]
    pub fn programs(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// The file that says that installing it was finished.
    #[must_use]
    pub fn ready_mark(&self) -> PathBuf {
        self.folder.join("ready")
    }
}
