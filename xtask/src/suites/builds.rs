//! What suites run that is built first, each thing once and before the suites that want it.

use anyhow::Result;
use local_stack::postgres::Installation;

use super::command::{Command, Handed, extension, plain};
use crate::extension;

/// Something that is built for suites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    /// The programs and the tests of the workspace, with one choice of the dependencies' features.
    Workspace,
    /// The extension with optimisation, installed into this checkout's PostgreSQL.
    Extension,
    /// The extension with its own tests.
    ExtensionTests,
}

impl Build {
    pub(super) fn about(self) -> &'static str {
        match self {
            Self::Workspace => "the workspace's programs and tests",
            Self::Extension => "the extension, installed into this checkout's PostgreSQL",
            Self::ExtensionTests => "the extension with its own tests",
        }
    }

    /// Its name in the closing table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Extension => "extension",
            Self::ExtensionTests => "its tests",
        }
    }

    pub(super) async fn work(self, log: &std::path::Path, handed: &Handed<'_>) -> Result<()> {
        const TESTS_OF_ALL: Command = plain("cargo test --no-run");
        // The tests of another package run them.
        const PROGRAMS: Command = plain("cargo build --bin shipper --bin pg-ingest");
        // As `cargo pgrx test` calls it.
        const TESTS: Command =
            extension("cargo test --no-run --no-default-features --features pg15,pg_test", "pg_ingest");
        match self {
            Self::Workspace => {
                TESTS_OF_ALL.run(log, handed).await?;
                PROGRAMS.run(log, handed).await
            }
            Self::Extension => {
                let installation = Installation::find()?;
                // Where there are none, `majors` chose suites for the sql engine.
                if installation.has_headers() { extension::install(&installation).await } else { Ok(()) }
            }
            Self::ExtensionTests => TESTS.run(log, handed).await,
        }
    }
}
