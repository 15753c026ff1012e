//! `cargo xtask package operator`: pg-ingest, what people type, as an archive for any Linux that is not too old.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use lexopt::{Arg as Given, ValueExt as _};
use local_stack::repository;

use super::{Arch, NO_DATE, Program, megabytes, notices, require_target, sources, told, tools};

const OPERATOR: Program = Program { package: "pg_ingest_operator", binary: "pg-ingest" };

/// Writes the archive; the arguments are those that follow `operator`.
///
/// # Errors
/// When an argument is not understood, something to build with cannot be had, or the build fails.
pub(super) async fn run(arguments: &[String]) -> Result<()> {
    let (mut arch, mut output, mut is_repeated) = (Arch::X86_64, None, false);
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Given::Long("arch") => arch = Arch::named(&parser.value()?.string()?)?,
            Given::Long("output") => output = Some(super::absolute(parser.value()?.into())?),
            Given::Long("check-reproducible") => is_repeated = true,
            other => return Err(other.unexpected()).context("see cargo xtask package --help"),
        }
    }
    require_target(arch)?;
    // Before the first build, so that both are of the same sources whatever is edited meanwhile.
    let copy = if is_repeated { Some(sources::copy(&repository())?) } else { None };
    let name = format!("pg-ingest-{}-{}.tar.gz", env!("CARGO_PKG_VERSION"), arch.name());
    let output = output.unwrap_or_else(|| repository().join("target/package").join(&name));
    let tools = tools().await?;
    println!("{}", package(arch, &tools, &repository(), &output).await?);
    if let Some(copy) = copy {
        let again = copy.path().join(&name);
        package(arch, &tools, copy.path(), &again).await?;
        ensure!(
            fs::read(&output)? == fs::read(&again)?,
            "the two packages differ, by the folder that they were built in or by the time"
        );
        println!("Built twice, in two folders: the same bytes.");
    }
    Ok(())
}

/// Builds the sources in a folder, makes the archive, and says what came out.
async fn package(arch: Arch, tools: &Path, sources: &Path, output: &Path) -> Result<String> {
    let target = sources.join("target/package");
    let (binary, (major, minor)) = OPERATOR.build(arch, tools, sources, &target).await?;
    let notices = notices::of(sources, OPERATOR.package, arch.target())?;
    archive(&binary, &notices, &sources.join("LICENSE"), output)?;
    Ok(format!("{}: {}, glibc {major}.{minor} or newer", output.display(), megabytes(output)?))
}

/// Packs the program, its notices and the licence, with modes, owners and dates that tell nothing of this machine.
fn archive(binary: &Path, notices: &str, license: &Path, output: &Path) -> Result<()> {
    let folder = tempfile::tempdir().context("no folder to pack in")?;
    let failed = || format!("the archive {} cannot be put together", output.display());
    let place = |name: &str| folder.path().join(name);
    fs::copy(binary, place("pg-ingest")).with_context(failed)?;
    fs::write(place("THIRD_PARTY_NOTICES"), notices).with_context(failed)?;
    fs::copy(license, place("LICENSE")).with_context(failed)?;
    for (name, mode) in [("pg-ingest", 0o755), ("THIRD_PARTY_NOTICES", 0o644), ("LICENSE", 0o644)] {
        fs::set_permissions(place(name), fs::Permissions::from_mode(mode)).with_context(failed)?;
    }
    if let Some(parent) = output.parent() {
        fs::create_dir_all(parent).with_context(failed)?;
    }
    let mut command = Command::new("tar");
    command.args(["--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--format=ustar"]);
    // gzip's own header would hold the time.
    command.args([&format!("--mtime=@{NO_DATE}"), "--use-compress-program=gzip --best --no-name", "--file"]);
    command.arg(output).arg("--directory").arg(folder.path()).args([
        "LICENSE",
        "THIRD_PARTY_NOTICES",
        "pg-ingest",
    ]);
    told(command).map(drop)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn packed(mode: u32) -> (PathBuf, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let (binary, output) = (folder.path().join("bootstrap"), folder.path().join("deep/pg-ingest.tar.gz"));
        fs::write(&binary, "program").unwrap();
        fs::set_permissions(&binary, fs::Permissions::from_mode(mode)).unwrap();
        archive(&binary, "notices", &repository().join("LICENSE"), &output).unwrap();
        (output, folder)
    }

    #[test]
    fn the_archive_is_the_same_whatever_the_folder_and_the_modes_and_holds_a_program() {
        let ((one, _one), (other, _other)) = (packed(0o600), packed(0o777));
        assert_eq!(fs::read(&one).unwrap(), fs::read(other).unwrap());
        let mut command = Command::new("tar");
        command.args(["--list", "--verbose", "--file"]).arg(one);
        let listed = told(command).unwrap();
        assert!(listed.contains("-rwxr-xr-x 0/0") && listed.contains("THIRD_PARTY_NOTICES"), "{listed}");
    }
}
