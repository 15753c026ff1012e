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
        Self::named("stack", "xtask/requirements.lock")
    }

    /// dbt, and what its tests need.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn dbt() -> Result<Self> {
        Self::named("dbt", "tests/dbt/requirements.lock")
    }

    /// What builds the shipper for Lambda.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn package() -> Result<Self> {
        Self::named("package", "xtask/requirements-package.lock")
    }

    /// What the benchmark compares with.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn bench() -> Result<Self> {
        Self::named("bench", "bench/requirements.lock")
    }

    /// What checks the templates and the workflows.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn infra() -> Result<Self> {
        Self::named("infra", "tests/infra/requirements.lock")
    }

    /// The policy checker, which wants older packages than the others.
    ///
    /// # Errors
    /// When the file of pins cannot be read.
    pub fn checkov() -> Result<Self> {
        Self::named("checkov", "tests/infra/requirements-checkov.lock")
    }

    /// `pins` is a file of the repository, with a digest of every package.
    fn named(name: &str, pins: &str) -> Result<Self> {
        let requirements = repository().join(pins);
        let text = std::fs::read(&requirements)
            .with_context(|| format!("the pins in {} cannot be read", requirements.display()))?;
        let state: String = Sha256::digest(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
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
