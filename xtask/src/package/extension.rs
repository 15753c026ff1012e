//! `cargo xtask package extension`: the extension for one major as a Debian package.
//!
//! The layout is that of Debian and of PostgreSQL's own package archive. It is the same bytes for the same sources and tools: no
//! path of this machine stands in the library and no date in the package.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use lexopt::{Arg, ValueExt as _};
use local_stack::postgres::Installation;
use local_stack::process::Launch;
use local_stack::repository;

use super::{NO_DATE, glibc, remapped, require_unnamed, said, sources, trial};
use crate::setup::{self, Need};

/// Builds the package; the arguments are those that follow `extension`.
///
/// # Errors
/// When an argument is not understood, the headers of the major are not there, the build fails, or the package does not do what
/// it is asked to show.
pub(super) async fn run(arguments: &[String]) -> Result<()> {
    let (mut major, mut output, mut is_tried, mut is_repeated) = (15, None, false, false);
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("postgres") => major = parser.value()?.parse()?,
            Arg::Long("output") => output = Some(parser.value()?.parse::<PathBuf>()?),
            Arg::Long("try") => is_tried = true,
            Arg::Long("check-reproducible") => is_repeated = true,
            other => return Err(other.unexpected()).context("see cargo xtask package --help"),
        }
    }
    setup::ensure(&[Need::Postgres, Need::Extension]).await?;
    let installation = installation(major).await?;
    ensure!(
        installation.has_headers(),
        "the headers of PostgreSQL {major} are not here; let PG_BIN name the programs of one that has them, or build it there where \
         postgresql-server-dev-{major} is installed: cargo pgrx package --pg-config /usr/lib/postgresql/{major}/bin/pg_config"
    );
    let folder = output.unwrap_or_else(|| repository().join("target/package"));
    // Before the first build, so that both are of the same sources whatever is edited meanwhile.
    let copy = if is_repeated { Some(sources::copy(&repository())?) } else { None };
    let deb = made(&repository(), &installation, major, &folder).await?;
    println!("{}", deb.display());
    if let Some(copy) = copy {
        let again = made(copy.path(), &installation, major, copy.path()).await?;
        ensure!(
            fs::read(&deb)? == fs::read(&again)?,
            "the two packages differ, by the folder that they were built in or by the time"
        );
        println!("Built twice, in two folders: the same bytes.");
    }
    if is_tried {
        trial::run(&deb, &installation, major).await?;
        println!("Installed by dpkg, it loaded a file; removed again, it left nothing.");
    }
    Ok(())
}

/// The PostgreSQL to build for: the one that `PG_BIN` names where it is of that major, Debian's for 15, else one that is fetched.
async fn installation(major: u32) -> Result<Installation> {
    if std::env::var_os("PG_BIN").is_some() || major == 15 {
        let found = Installation::find()?;
        let is = found.major()?;
        ensure!(is == major, "PG_BIN names a PostgreSQL {is}; expected {major}, as --postgres says");
        return Ok(found);
    }
    Installation::of_programs(&setup::ensure_major(major).await?.programs())
}

/// The package of the sources in a folder.
async fn made(sources: &Path, installation: &Installation, major: u32, folder: &Path) -> Result<PathBuf> {
    let built = tempfile::tempdir().context("no folder to build in")?;
    build(sources, installation, built.path()).await?;
    let library = found(built.path(), &|name| name == "pg_ingest.so")?;
    require_unnamed(
        &fs::read(&library).with_context(|| format!("{} cannot be read", library.display()))?,
        sources,
    )?;
    let architecture = said("dpkg", &["--print-architecture"])?;
    Package { major, version: env!("CARGO_PKG_VERSION"), architecture }.make(built.path(), folder)
}

async fn build(sources: &Path, installation: &Installation, folder: &Path) -> Result<()> {
    let headers = said(&installation.pg_config().display().to_string(), &["--includedir-server"])?;
    let mut c_flags = remapped(sources, "-ffile-prefix-map")?;
    // The last that fits is taken: a PostgreSQL that was fetched lies below the repository, which a copy of the sources does not.
    c_flags.push(format!("-ffile-prefix-map={headers}=/postgresql"));
    Launch::new("cargo pgrx package", "cargo")
        .args(["pgrx", "package", "--pg-config"])
        .args([installation.pg_config()])
        .args(["--out-dir".as_ref(), folder.as_os_str()])
        .folder(sources.join("pg_ingest"))
        .env("CARGO_TARGET_DIR", sources.join("target/pgrx"))
        .env("CARGO_ENCODED_RUSTFLAGS", remapped(sources, "--remap-path-prefix")?.join("\u{1f}"))
        // PostgreSQL's own macros, which pgrx compiles, name their file.
        .env("CFLAGS", c_flags.join(" "))
        .env("PGRX_PG_CONFIG_PATH", installation.pg_config())
        .log(repository().join(".work/extension.log"))
        .run()
        .await
        .context("the extension pg_ingest could not be built")
}

/// A Debian package of the extension.
struct Package {
    major: u32,
    version: &'static str,
    architecture: String,
}

impl Package {
    /// Makes it of what was built, which lies there under its whole path; the file.
    fn make(&self, built: &Path, folder: &Path) -> Result<PathBuf> {
        let root = tempfile::tempdir().context("no folder to pack in")?;
        let failed = || format!("the package cannot be put together in {}", root.path().display());
        let library = found(built, &|name| name == "pg_ingest.so")?;
        let (needed_major, needed_minor) = glibc::newest_needed(&fs::read(&library).with_context(failed)?);
        let libraries = root.path().join(format!("usr/lib/postgresql/{}/lib", self.major));
        let shared = root.path().join(format!("usr/share/postgresql/{}/extension", self.major));
        put(&library, &libraries.join("pg_ingest.so")).with_context(failed)?;
        let script = format!("pg_ingest--{}.sql", self.version);
        for name in ["pg_ingest.control", script.as_str()] {
            put(&found(built, &|found| found == name)?, &shared.join(name)).with_context(failed)?;
        }
        let license = root.path().join(format!("usr/share/doc/{}/copyright", self.name()));
        put(&repository().join("LICENSE"), &license).with_context(failed)?;
        let control = root.path().join("DEBIAN/control");
        fs::create_dir_all(root.path().join("DEBIAN")).with_context(failed)?;
        let text = format!(
            "Package: {}\nVersion: {}\nArchitecture: {}\nMaintainer: pg_ingest <pg_ingest@localhost>\n\
             Depends: postgresql-{}, libc6 (>= {needed_major}.{needed_minor})\nSection: database\nPriority: optional\n\
             Description: native engine of pg_ingest for PostgreSQL {}\n \
             Reads JSON files into typed rows. The migrations of the same release make the tables and functions.\n",
            self.name(),
            self.version,
            self.architecture,
            self.major,
            self.major
        );
        fs::write(&control, text).with_context(failed)?;
        settle(root.path()).with_context(failed)?;
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let deb = folder.join(format!("{}_{}_{}.deb", self.name(), self.version, self.architecture));
        let (from, to) = (root.path().display().to_string(), deb.display().to_string());
        let mut command = std::process::Command::new("dpkg-deb");
        command.args(["--build", "--root-owner-group", "-Zxz", &from, &to]).env("SOURCE_DATE_EPOCH", NO_DATE);
        super::told(command)?;
        Ok(deb)
    }

    fn name(&self) -> String {
        format!("postgresql-{}-pg-ingest", self.major)
    }
}

/// The one file of that name, wherever it lies.
fn found(folder: &Path, is_it: &dyn Fn(&str) -> bool) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        } else if path.file_name().and_then(|name| name.to_str()).is_some_and(is_it) {
            return Ok(path);
        }
    }
    folders
        .iter()
        .find_map(|inner| found(inner, is_it).ok())
        .with_context(|| format!("{} holds no such file", folder.display()))
}

fn put(file: &Path, place: &Path) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(file, place).map(drop)
}

/// Modes and dates that do not tell where and when it was built.
fn settle(folder: &Path) -> Result<()> {
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(NO_DATE.parse()?);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            settle(&path)?;
        } else {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644))?;
            fs::File::options().write(true).open(&path)?.set_modified(date)?;
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    fs::File::open(folder)?.set_modified(date)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package of made-up files under some path, made in a folder of its own.
    fn made(path: &str) -> (PathBuf, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join(path);
        for (name, content) in [
            ("lib/pg_ingest.so", "\0GLIBC_2.34\0"),
            ("share/extension/pg_ingest.control", "control"),
            ("share/extension/pg_ingest--1.2.3.sql", "sql"),
        ] {
            let file = built.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        let package = Package { major: 17, version: "1.2.3", architecture: "amd64".into() };
        let deb = package.make(&folder.path().join("built"), folder.path()).unwrap();
        (deb, folder)
    }

    #[test]
    fn it_holds_the_three_files_where_debian_looks_and_says_what_it_needs() {
        let (deb, _folder) = made("built/usr");
        assert!(deb.ends_with("postgresql-17-pg-ingest_1.2.3_amd64.deb"));
        let deb = deb.display().to_string();
        let content = said("dpkg-deb", &["--contents", &deb]).unwrap();
        for file in [
            "./usr/lib/postgresql/17/lib/pg_ingest.so",
            "./usr/share/postgresql/17/extension/pg_ingest.control",
            "./usr/share/postgresql/17/extension/pg_ingest--1.2.3.sql",
        ] {
            let line = content.lines().find(|line| line.ends_with(file)).unwrap();
            assert!(line.starts_with("-rw-r--r-- root/root"), "{line}");
        }
        let needed = said("dpkg-deb", &["--field", &deb, "Depends"]).unwrap();
        assert_eq!(needed, "postgresql-17, libc6 (>= 2.34)");
    }

    #[test]
    fn it_is_the_same_bytes_wherever_it_was_built() {
        let ((one, _one), (other, _other)) = (made("built/a"), made("built/another/place"));
        assert_eq!(fs::read(one).unwrap(), fs::read(other).unwrap());
    }
}
