//! cargo-pgrx, pinned: the extension's macros and the command that builds it must be of one version.

use std::process::Command;

use anyhow::{Context, Result};
use local_stack::postgres::Installation;

use super::{Missing, logged};

const VERSION: &str = "0.18.1";

/// What of it is missing.
pub(super) fn missing() -> Vec<Missing> {
    let output = Command::new("cargo").args(["pgrx", "--version"]).output();
    let installed = output.is_ok_and(|output| {
        output.status.success() && String::from_utf8_lossy(&output.stdout).trim().ends_with(VERSION)
    });
    let initialised = Command::new("cargo")
        .args(["pgrx", "info", "pg-config", "pg15"])
        .output()
        .is_ok_and(|out| out.status.success());
    match (installed, initialised) {
        (true, true) => Vec::new(),
        (true, false) => vec![Missing::PgrxInit],
        (false, _) => vec![Missing::Pgrx, Missing::PgrxInit],
    }
}

/// Without optimisation and debug information, which take most of its build: its own work takes less than a second.
pub(super) async fn install() -> Result<()> {
    let version = format!("={VERSION}");
    let arguments = ["install", "cargo-pgrx", "--debug", "--locked", "--version", &version];
    logged("cargo install cargo-pgrx", "cargo")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .args(arguments)
        .run()
        .await
}

pub(super) async fn initialise() -> Result<()> {
    let pg_config = Installation::find()?.pg_config().display().to_string();
    let arguments = ["pgrx", "init", "--pg15", &pg_config];
    logged("cargo pgrx init", "cargo")
        .args(arguments)
        .run()
        .await
        .context("cargo-pgrx cannot be made to know PostgreSQL")
}
