//! The PostgreSQL that is installed here, and the user it may run as.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};

use crate::process::setpriv;

/// All that a server inherits, as from a service manager. With a developer's RUST_BACKTRACE, say, every record that a type
/// refuses would cost the extension a backtrace.
pub(super) const ENVIRONMENT: [(&str, &str); 2] =
    [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C.UTF-8")];

/// Where Debian puts the major that this project is built for.
const DEBIAN_PG_CONFIG: &str = "/usr/lib/postgresql/15/bin/pg_config";

/// An installed PostgreSQL.
#[derive(Debug, Clone)]
pub struct Installation {
    pg_config: PathBuf,
    programs: PathBuf,
    user: Option<String>,
}

impl Installation {
    /// The one whose programs are in the folder that the environment variable `PG_BIN` names, else PostgreSQL 15 as
    /// Debian installs it, else the one whose `pg_config` is on the PATH.
    ///
    /// # Errors
    /// When there is none; the text says which package brings it.
    pub fn find() -> Result<Self> {
        if let Some(folder) = std::env::var_os("PG_BIN").map(PathBuf::from) {
            ensure!(
                folder.join("postgres").exists(),
                "PG_BIN is {}, which holds no PostgreSQL server; expected the folder of the programs initdb and postgres",
                folder.display()
            );
            return Ok(Self::with_programs(folder.join("pg_config"), folder));
        }
        let debian = Path::new(DEBIAN_PG_CONFIG);
        Self::at(if debian.exists() { debian } else { Path::new("pg_config") })
    }

    /// The installation that this `pg_config` belongs to.
    ///
    /// # Errors
    /// When `pg_config` cannot be run or no server is installed beside it.
    pub fn at(pg_config: &Path) -> Result<Self> {
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
        Ok(Self::with_programs(pg_config.to_path_buf(), programs))
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

    /// Runs one of its programs to its end as the server's user.
    ///
    /// # Errors
    /// When it cannot be run or fails; the text carries what it printed.
    pub(super) fn run(&self, program: &str, arguments: &[&OsStr]) -> Result<Output> {
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
