//! The PostgreSQL that is installed here, and the user it may run as.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest as _, Sha256};

use super::own_copy;
use crate::process::setpriv;
use crate::repository;

/// All that a server inherits, as from a service manager: nothing of a developer's own reaches it.
pub(super) const ENVIRONMENT: [(&str, &str); 2] =
    [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C.UTF-8")];

/// Where Debian puts the major that this project is built for.
const DEBIAN_PG_CONFIG: &str = "/usr/lib/postgresql/15/bin/pg_config";
/// Where root's copies are when the repository is in a folder that others may not enter, such as root's home.
const CACHE: &str = "/var/cache/pg_ingest";

/// An installed PostgreSQL.
#[derive(Debug, Clone)]
pub struct Installation {
    pg_config: PathBuf,
    programs: PathBuf,
    user: Option<String>,
}

impl Installation {
    /// The PostgreSQL of this checkout, which servers run on and the extension is installed into.
    ///
    /// It is a copy of the one whose programs are in the folder that the environment variable `PG_BIN` names. Without that
    /// variable it is a copy of PostgreSQL 15 as Debian installs it, else of the one whose `pg_config` is on the PATH. One
    /// without `pg_config`, for which no extension can be built, is used as it is, and so is a [`super::Wheel`].
    ///
    /// # Errors
    /// When there is none; the text says which package brings it.
    pub fn find() -> Result<Self> {
        Self::copied_as("servers")
    }

    /// Another copy, for the tests that pgrx runs inside PostgreSQL: they install a build of their own.
    ///
    /// # Errors
    /// As [`Installation::find`].
    pub fn for_tests_inside() -> Result<Self> {
        Self::copied_as("tests-inside")
    }

    /// The one whose programs are in `folder`, as it is and not a copy.
    ///
    /// # Errors
    /// When there is none.
    pub fn of_programs(folder: &Path) -> Result<Self> {
        ensure!(
            folder.join("postgres").exists(),
            "{} holds no PostgreSQL server; expected the folder of the programs initdb and postgres",
            folder.display()
        );
        Ok(Self::with_programs(folder.join("pg_config"), folder.to_path_buf()))
    }

    /// The folder of this checkout's copies: with its builds, unless the server's user may not enter there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder_of_copies() -> Result<PathBuf> {
        Self::with_programs(PathBuf::new(), PathBuf::new()).copies()
    }

    /// A copy of the one whose programs are in `folder`, for servers and the extension as [`Installation::find`] has it.
    ///
    /// # Errors
    /// As [`Installation::find`].
    pub fn copy_of(folder: &Path) -> Result<Self> {
        Self::of_programs(folder)?.copied("servers")
    }

    /// A copy of it in a folder, for whoever installs there what is nobody else's.
    ///
    /// # Errors
    /// When it has no `pg_config`, or the folder cannot be written to.
    pub fn copied_into(&self, folder: &Path) -> Result<Self> {
        let programs = own_copy::make(&self.pg_config, folder).with_context(|| {
            format!("the PostgreSQL in {} cannot be copied to {}", self.programs.display(), folder.display())
        })?;
        Ok(Self::with_programs(programs.join("pg_config"), programs))
    }

    fn copied_as(purpose: &str) -> Result<Self> {
        Self::original()?.copied(purpose)
    }

    fn copied(self, purpose: &str) -> Result<Self> {
        let original = self;
        // What is fetched for this checkout is its own already.
        if !original.pg_config.exists() || original.programs.starts_with(Self::folder_of_copies()?) {
            return Ok(original);
        }
        let name = original.programs.display().to_string().trim_matches('/').replace('/', "-");
        let folder = original.copies()?.join(name).join(purpose);
        original.copied_into(&folder)
    }

    fn copies(&self) -> Result<PathBuf> {
        let root = repository();
        if self.user.is_none() || others_may_enter(&root) {
            return Ok(root.join("target/postgresql"));
        }
        let digest = Sha256::digest(root.as_os_str().as_bytes());
        let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let folder = Path::new(CACHE).join(name);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        fs::set_permissions(CACHE, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("{CACHE} cannot be opened to others"))?;
        Ok(folder)
    }

    /// The one that is copied.
    fn original() -> Result<Self> {
        if let Some(folder) = std::env::var_os("PG_BIN").map(PathBuf::from) {
            return Self::of_programs(&folder).context("PG_BIN names no PostgreSQL");
        }
        let debian = Path::new(DEBIAN_PG_CONFIG);
        Self::at(if debian.exists() { debian } else { Path::new("pg_config") })
    }

    /// The installation that this `pg_config` belongs to.
    fn at(pg_config: &Path) -> Result<Self> {
        let output = Command::new(pg_config).arg("--bindir").output().with_context(|| {
            format!(
                "{} cannot be run; install the packages postgresql-15 and postgresql-server-dev-15",
                pg_config.display()
            )
        })?;
        let programs = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        ensure!(
            programs.join("postgres").exists(),
            "{} holds no PostgreSQL server; install the package postgresql-15",
            programs.display()
        );
        Ok(Self::with_programs(programs.join("pg_config"), programs))
    }

    fn with_programs(pg_config: PathBuf, programs: PathBuf) -> Self {
        // PostgreSQL refuses to run as root; Debian's package brings the user postgres.
        let user = rustix::process::geteuid().is_root().then(|| "postgres".to_owned());
        Self { pg_config, programs, user }
    }

    /// Its `pg_config`, as `cargo pgrx install --pg-config` wants it.
    #[must_use]
    pub fn pg_config(&self) -> &Path {
        &self.pg_config
    }

    /// Its major version.
    ///
    /// # Errors
    /// When the server's program does not say which version it is.
    pub fn major(&self) -> Result<u32> {
        let output = self.run("postgres", &["--version".as_ref()])?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `postgres (PostgreSQL) 19devel`
        let version = said.split_whitespace().nth(2).unwrap_or_default();
        let digits = version.split(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default();
        digits.parse().with_context(|| {
            format!("{} says {said:?}; expected a version", self.program("postgres").display())
        })
    }

    /// Whether its headers are there, without which no extension can be built for it.
    #[must_use]
    pub fn has_headers(&self) -> bool {
        let output = Command::new(&self.pg_config).arg("--includedir-server").output();
        output.is_ok_and(|output| {
            Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("postgres.h").exists()
        })
    }

    /// The path of one of its programs, such as `psql`.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// The user that the server runs as; nothing where it is the one who runs this.
    #[must_use]
    pub fn user(&self) -> Option<String> {
        self.user.clone()
    }

    /// Whether its server can speak TLS; one that was built without OpenSSL refuses to start with `ssl = on`. It is asked
    /// about a cluster in `data`, which may run meanwhile.
    #[must_use]
    pub fn has_tls(&self, data: &Path) -> bool {
        let arguments: [&OsStr; 6] = [
            "-D".as_ref(),
            data.as_os_str(),
            "-c".as_ref(),
            "ssl=on".as_ref(),
            "-C".as_ref(),
            "ssl".as_ref(),
        ];
        match self.run("postgres", &arguments) {
            Ok(_) => true,
            // Any other trouble shows when the server starts.
            Err(error) => !format!("{error:#}").contains("SSL is not supported by this build"),
        }
    }

    /// Runs one of its programs to its end as the server's user.
    ///
    /// # Errors
    /// When it cannot be run or fails; the text carries what it printed.
    pub fn run(&self, program: &str, arguments: &[&OsStr]) -> Result<Output> {
        let path = self.program(program);
        let mut command = match &self.user {
            Some(user) => {
                let mut command = Command::new(setpriv()?);
                command.args(["--reuid", user, "--regid", user, "--init-groups", "--"]).arg(&path);
                command
            }
            None => Command::new(&path),
        };
        let output = command
            .args(arguments)
            .current_dir("/")
            .env_clear()
            .envs(ENVIRONMENT)
            .output()
            .with_context(|| format!("{} cannot be run", path.display()))?;
        if !output.status.success() {
            bail!(
                "{program} failed ({}): {}{}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim(),
                String::from_utf8_lossy(&output.stdout).trim()
            );
        }
        Ok(output)
    }
}

/// Whether a folder and all that lead to it are open to every user.
fn others_may_enter(folder: &Path) -> bool {
    folder
        .ancestors()
        .all(|folder| fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o001 != 0))
}
