//! cargo-fuzz, pinned.

use std::process::Command;

use anyhow::{Context, Result};

use super::{Missing, logged};

const VERSION: &str = "0.13.2";

/// What of it is missing.
pub(super) fn missing() -> Option<Missing> {
    let output = Command::new("cargo").args(["fuzz", "--version"]).output();
    let installed = output.is_ok_and(|output| {
        output.status.success() && String::from_utf8_lossy(&output.stdout).trim().ends_with(VERSION)
    });
    (!installed).then_some(Missing::Fuzzer)
}

pub(super) async fn install() -> Result<()> {
    let version = format!("={VERSION}");
    logged("cargo install cargo-fuzz", "cargo")
        .args(["install", "cargo-fuzz", "--locked", "--version", &version])
        .run()
        .await
        .context("cargo-fuzz cannot be installed")
}
