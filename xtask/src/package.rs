//! `cargo xtask package`: the shipper as a zip for Lambda's `provided.al2023`.
//!
//! The binary is linked against the glibc of Amazon Linux 2023, which is older than a build machine's: zig brings it
//! along. No path of this machine stands in the binary and no date in the archive, so that the same sources make the
//! same bytes. Python's packages come in an environment under `.work/`.

mod extension;
mod glibc;
mod notices;
mod operator;
mod sources;
mod sql;
mod trial;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use lexopt::{Arg, ValueExt as _};
use local_stack::environment::Environment;
use local_stack::process::Launch;
use local_stack::repository;

use crate::setup::python;

/// What `cargo xtask package --help` prints.
const HELP: &str = "\
cargo xtask package [--arch x86_64|arm64] [--ca-bundle FILE] [--output ZIP] [--check-reproducible]

  --arch ARCH       what Lambda runs it on; default x86_64. arm64 needs `rustup target add aarch64-unknown-linux-gnu`
  --ca-bundle FILE  certificate authorities of RDS, as PEM; default: fetched once into .work/
  --output ZIP      default target/package/shipper-ARCH.zip
  --check-reproducible
                    build once more, from a copy of the sources in another folder, and compare byte for byte

cargo xtask package extension [--postgres 15|16|17|18] [--output FOLDER] [--check-reproducible] [--try]
                    the extension for that major (15) as a Debian package of this machine's architecture. 17 wants PG_BIN, the folder
                    of its programs, with headers; --try installs it by dpkg below a folder, loads with it and removes it
cargo xtask package operator [--arch x86_64|arm64] [--output FILE] [--check-reproducible]
                    pg-ingest as a .tar.gz, for any Linux with glibc 2.34 or later
cargo xtask package sql [--output FILE]
                    the sql engine as one file for psql, for a database that has none of it
cargo xtask package pg_tle [--output FILE]
                    the same as an extension of pg_tle, whose function pg_ingest_install() makes it";

/// The glibc of Amazon Linux 2023 (its release notes, "glibc").
const GLIBC: (u32, u32) = (2, 34);
/// Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance".
const CA_BUNDLE_URL: &str = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem";
/// Read by compilers in place of today.
const NO_DATE: &str = "315532800";

#[derive(Debug, PartialEq, Eq)]
struct Options {
    arch: Arch,
    ca_bundle: Option<PathBuf>,
    output: Option<PathBuf>,
    check_reproducible: bool,
}

/// What a package is made from and with.
struct Recipe {
    arch: Arch,
    /// The folder with the programs to build with.
    tools: PathBuf,
    ca_bundle: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arch {
    X86_64,
    Arm64,
}

impl Arch {
    fn named(name: &str) -> Result<Self> {
        match name {
            "x86_64" => Ok(Self::X86_64),
            "arm64" => Ok(Self::Arm64),
            other => bail!("--arch takes x86_64 or arm64, not `{other}`"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    fn target(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-unknown-linux-gnu",
            Self::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }
}

/// Runs the command with the arguments that follow `package`.
///
/// # Errors
/// When an argument is not understood, something to build with cannot be had, or the build fails.
pub(crate) async fn run(arguments: &[String]) -> Result<()> {
    match arguments.split_first() {
        Some((what, rest)) if what == "extension" => return extension::run(rest).await,
        Some((what, rest)) if what == "operator" => return operator::run(rest).await,
        Some((what, rest)) if what == "sql" => return sql::run(sql::Form::Plain, rest),
        Some((what, rest)) if what == "pg_tle" => return sql::run(sql::Form::TrustedExtension, rest),
        _ => {}
    }
    let Some(options) = parse(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    require_target(options.arch)?;
    // Before the first build, so that both are of the same sources whatever is edited meanwhile.
    let copy = if options.check_reproducible { Some(sources::copy(&repository())?) } else { None };
    let ca_bundle = match options.ca_bundle {
        Some(file) => file,
        None => fetched_ca_bundle().await?,
    };
    let recipe = Recipe { arch: options.arch, tools: tools().await?, ca_bundle };
    let zip = format!("shipper-{}.zip", options.arch.name());
    let output = options.output.unwrap_or_else(|| repository().join("target/package").join(&zip));
    println!("{}", recipe.package(&repository(), &output).await?);
    if let Some(copy) = copy {
        let again = copy.path().join(&zip);
        println!("{}", recipe.package(copy.path(), &again).await?);
        ensure!(
            std::fs::read(&output)? == std::fs::read(&again)?,
            "the two packages differ, by the folder that they were built in or by the time"
        );
        println!("Built twice, in two folders: the same bytes.");
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Option<Options>> {
    let mut options =
        Options { arch: Arch::X86_64, ca_bundle: None, output: None, check_reproducible: false };
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("arch") => {
                options.arch = Arch::named(&parser.value()?.string()?)?;
            }
            Arg::Long("ca-bundle") => options.ca_bundle = Some(absolute(parser.value()?.into())?),
            Arg::Long("output") => options.output = Some(absolute(parser.value()?.into())?),
            Arg::Long("check-reproducible") => options.check_reproducible = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()).context("see cargo xtask package --help"),
        }
    }
    Ok(Some(options))
}

fn absolute(path: PathBuf) -> Result<PathBuf> {
    std::path::absolute(&path).with_context(|| format!("{} is no path", path.display()))
}

fn require_target(arch: Arch) -> Result<()> {
    let folder = said("rustc", &["--print", "target-libdir", "--target", arch.target()])?;
    ensure!(
        Path::new(&folder).exists(),
        "Rust's standard library for {} is not installed; run `rustup target add {}`",
        arch.name(),
        arch.target()
    );
    Ok(())
}

async fn fetched_ca_bundle() -> Result<PathBuf> {
    let file = repository().join(".work/rds-ca-bundle.pem");
    if !file.exists() {
        println!("Fetching the certificate authorities of RDS into {}", file.display());
        Launch::new("curl", "curl")
            .args(["--silent", "--show-error", "--fail", "--create-dirs", "--retry", "3", "--output"])
            .args([&file])
            .args([CA_BUNDLE_URL])
            .run()
            .await
            .context("the authorities cannot be fetched; give a file with --ca-bundle")?;
    }
    Ok(file)
}

/// The folder with the programs to build with, installed once.
async fn tools() -> Result<PathBuf> {
    let environment = Environment::package()?;
    if !environment.ready_mark().exists() {
        println!("Installing cargo-lambda and zig into {}", environment.folder().display());
        python::install(&environment).await?;
    }
    Ok(environment.programs())
}

impl Recipe {
    /// Builds the sources in a folder, makes the archive of them, and says what came out.
    async fn package(&self, sources: &Path, output: &Path) -> Result<String> {
        let target = sources.join("target/package");
        let (binary, needed) = SHIPPER.build(self.arch, &self.tools, sources, &target).await?;
        let notices = target.join("THIRD_PARTY_NOTICES");
        std::fs::write(&notices, notices::of(sources, SHIPPER.package, self.arch.target())?)
            .with_context(|| format!("{} cannot be written", notices.display()))?;
        let key = archive(&binary, &self.ca_bundle, &notices, output)?;
        let (size, unpacked, (major, minor)) = (megabytes(output)?, megabytes(&binary)?, needed);
        Ok(format!(
            "{}: {size} (binary {unpacked}), glibc {major}.{minor} or newer, key {key}",
            output.display()
        ))
    }
}

/// A program of the workspace that is linked against an old glibc.
struct Program {
    package: &'static str,
    binary: &'static str,
}

const SHIPPER: Program = Program { package: "shipper", binary: "shipper" };

impl Program {
    /// Builds it of the sources in a folder; the binary, which needs no newer glibc than Amazon Linux 2023 has, and which it needs.
    async fn build(
        &self,
        arch: Arch,
        tools: &Path,
        sources: &Path,
        target: &Path,
    ) -> Result<(PathBuf, (u32, u32))> {
        let path = std::env::var("PATH").unwrap_or_default();
        let (glibc_major, glibc_minor) = GLIBC;
        let rust_flags = remapped(sources, "--remap-path-prefix")?;
        let c_flags = remapped(sources, "-ffile-prefix-map")?;
        Launch::new("cargo lambda build", tools.join("cargo-lambda"))
            .args(["lambda", "build", "--locked", "--package", self.package, "--bin", self.binary])
            .args(["--profile", "lambda", "--compiler", "cargo-zigbuild", "--target"])
            .args([format!("{}.{glibc_major}.{glibc_minor}", arch.target())])
            .folder(sources)
            .env("PATH", format!("{}:{path}", tools.display()))
            .env("CARGO_TARGET_DIR", target)
            // Unit separators part the flags, so that a folder's name may hold a space.
            .env("CARGO_ENCODED_RUSTFLAGS", rust_flags.join("\u{1f}"))
            .env("CFLAGS", c_flags.join(" "))
            .env("SOURCE_DATE_EPOCH", NO_DATE)
            .show_output()
            .run()
            .await
            .with_context(|| format!("{} cannot be built for {}", self.binary, arch.name()))?;
        let binary = target.join("lambda").join(self.binary).join("bootstrap");
        let content =
            std::fs::read(&binary).with_context(|| format!("{} cannot be read", binary.display()))?;
        require_unnamed(&content, sources)?;
        let needed = glibc::newest_needed(&content);
        ensure!(needed <= GLIBC, "the binary needs glibc {needed:?}, but Amazon Linux 2023 has {GLIBC:?}");
        Ok((binary, needed))
    }
}

/// A compiler's flags that keep the paths of this machine out of what it makes.
fn remapped(sources: &Path, flag: &str) -> Result<Vec<String>> {
    let folders = [
        (sources.to_owned(), "/build"),
        (cargo_home()?, "/cargo"),
        (PathBuf::from(said("rustc", &["--print", "sysroot"])?), "/rust"),
    ];
    Ok(folders.iter().map(|(here, there)| format!("{flag}={}={there}", here.display())).collect())
}

/// Refuses a binary that names a folder of this machine: built elsewhere, it would be other bytes.
fn require_unnamed(binary: &[u8], sources: &Path) -> Result<()> {
    for folder in [sources.to_owned(), cargo_home()?] {
        ensure!(
            !names(binary, &folder),
            "what was built names the folder {}; expected no path of this machine. What was built there by other flags may still lie \
             in its target folder: remove that, and build again",
            folder.display()
        );
    }
    Ok(())
}

/// Whether a binary holds the path of something in a folder.
fn names(binary: &[u8], folder: &Path) -> bool {
    let path = format!("{}/", folder.display());
    binary.windows(path.len()).any(|window| window == path.as_bytes())
}

fn cargo_home() -> Result<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")))
        .context("neither CARGO_HOME nor HOME is set")
}

/// Makes the archive as the delivery does, and returns the key that it is uploaded under.
fn archive(binary: &Path, ca_bundle: &Path, notices: &Path, output: &Path) -> Result<String> {
    told(archiving(binary, ca_bundle, notices, output))
}

fn archiving(binary: &Path, ca_bundle: &Path, notices: &Path, output: &Path) -> Command {
    let mut command = Command::new("python3");
    command.arg(repository().join("infra/package.py"));
    command.arg("--binary").arg(binary).arg("--ca-bundle").arg(ca_bundle).arg("--notices").arg(notices);
    command.arg("--output").arg(output);
    command
}

fn said(program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(program);
    command.args(arguments);
    told(command)
}

fn told(mut command: Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("{name} cannot be run"))?;
    ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn megabytes(file: &Path) -> Result<String> {
    let bytes = std::fs::metadata(file).with_context(|| format!("{} cannot be read", file.display()))?.len();
    Ok(format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::{Duration, SystemTime};

    use super::*;

    fn parsed(words: &[&str]) -> Result<Option<Options>> {
        parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_path_is_found_wherever_it_stands_in_a_binary() {
        let folder = Path::new("/srv/ann/pg_ingest");
        assert!(names(b"\0\xff/srv/ann/pg_ingest/target/shim.c\0", folder));
        assert!(!names(b"\0/build/target/shim.c\0/srv/ann/pg_ingest_2/x", folder));
    }

    #[test]
    fn x86_64_is_built_unless_told_otherwise() {
        assert_eq!(parsed(&[]).unwrap().unwrap().arch, Arch::X86_64);
        assert_eq!(parsed(&["--arch", "arm64"]).unwrap().unwrap().arch, Arch::Arm64);
        assert!(parsed(&["--arch", "mips"]).unwrap_err().to_string().contains("mips"));
    }

    /// A binary and a bundle in a folder of their own, of that mode and age; the archive is made under that umask.
    fn archived(mode: u32, age: Duration, umask: &str) -> (String, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let [binary, bundle, notices] = ["built", "authorities.pem", "notices.txt"].map(|name| {
            let file = folder.path().join(name);
            std::fs::write(&file, name.repeat(1000)).unwrap();
            std::fs::File::open(&file).unwrap().set_modified(SystemTime::now() - age).unwrap();
            std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            file
        });
        let output = folder.path().join("deep/package.zip");
        let plain = archiving(&binary, &bundle, &notices, &output);
        let mut command = Command::new("sh");
        command
            .args(["-c", "umask $0 && exec \"$@\"", umask])
            .arg(plain.get_program())
            .args(plain.get_args());
        (told(command).unwrap(), std::fs::read(&output).unwrap())
    }

    #[test]
    fn the_archive_is_the_same_whatever_the_folder_the_modes_the_dates_and_the_umask() {
        let first = archived(0o755, Duration::ZERO, "022");
        assert_eq!(archived(0o600, Duration::from_secs(400 * 86_400), "077"), first);
        assert!(first.0.starts_with("shipper/") && first.0.ends_with(".zip"), "{}", first.0);
    }

    #[test]
    fn the_archive_holds_what_lambda_runs_and_what_the_shipper_trusts() {
        let (_, archive) = archived(0o600, Duration::ZERO, "077");
        let text = String::from_utf8_lossy(&archive);
        // Each name stands before its content and in the closing list.
        for name in ["bootstrap", "rds-ca-bundle.pem", "THIRD_PARTY_NOTICES"] {
            assert_eq!(text.matches(name).count(), 2, "{name}");
        }
    }

    #[test]
    fn unknown_flags_are_refused() {
        assert!(parsed(&["--zip"]).is_err());
        assert_eq!(parsed(&["--help"]).unwrap(), None);
    }
}
