//! Python environments of pinned packages.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use local_stack::environment::Environment;

use super::{Missing, Need, logged};

/// The oldest Python that the pinned packages run on.
const OLDEST: (u32, u32) = (3, 11);

/// The environments that are not installed.
pub(super) fn missing(needs: &[Need]) -> Result<Vec<Missing>> {
    let mut wanted = Vec::new();
    if needs.contains(&Need::Emulator) {
        wanted.push((Environment::stack()?, "the AWS emulator and the AWS command line"));
    }
    if needs.contains(&Need::Dbt) {
        wanted.push((Environment::dbt()?, "dbt"));
    }
    if needs.contains(&Need::Checks) {
        wanted.push((Environment::infra()?, "linters of templates, workflows and migrations"));
        wanted.push((Environment::checkov()?, "the policy checker"));
    }
    if needs.contains(&Need::Bench) {
        wanted.push((Environment::bench()?, "loaders that the benchmark compares with"));
    }
    wanted.retain(|(environment, _)| !environment.ready_mark().exists());
    if !wanted.is_empty() {
        require_python()?;
    }
    Ok(wanted.into_iter().map(|(environment, purpose)| Missing::Environment(environment, purpose)).collect())
}

/// Makes an environment anew.
///
/// # Errors
/// When a package cannot be had, or is another than the one that was pinned.
pub(crate) async fn install(environment: &Environment) -> Result<()> {
    let folder = environment.folder();
    let failed =
        || format!("the Python packages of {} cannot be installed", environment.requirements().display());
    // What an interrupted run left may be half an environment.
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(failed)?;
    }
    logged("python3 -m venv", "python3")
        .args(["-m", "venv"])
        .args([folder])
        .run()
        .await
        .with_context(failed)?;
    let pip = environment.programs().join("pip").display().to_string();
    logged("pip install", &pip)
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(["--require-hashes", "--only-binary", ":all:", "--requirement"])
        .args([environment.requirements()])
        .run()
        .await
        .with_context(failed)?;
    std::fs::write(environment.ready_mark(), "").with_context(failed)
}

fn require_python() -> Result<()> {
    let advice =
        "Python 3.11 or newer with its module venv is needed; install the packages python3 and python3-venv";
    let output = Command::new("python3")
        .args(["-c", "import ensurepip, sys; print(*sys.version_info[:2])"])
        .output()
        .with_context(|| format!("python3 cannot be run. {advice}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text
        .trim()
        .split_once(' ')
        .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    ensure!(
        version.is_some_and(|version| version >= OLDEST),
        "the python3 found here does not serve. {advice}"
    );
    Ok(())
}
