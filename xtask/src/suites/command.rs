//! What suites and builds run.

use std::path::Path;

use anyhow::Result;
use local_stack::postgres::Installation;
use local_stack::process::Launch;
use local_stack::repository;
use local_stack::scratch;

/// A command, run in the repository.
pub(super) struct Command {
    pub(super) line: &'static str,
    folder: &'static str,
    /// The extension's builds are kept apart: pgrx sets flags of its own.
    pgrx_target: bool,
    /// Whether arguments of `cargo xtask test SUITE -- …` are passed on.
    takes_arguments: bool,
}

/// What the caller hands to the suites.
pub(super) struct Handed<'a> {
    /// How long tests go on that could go on for ever.
    pub(super) seconds: Option<u64>,
    /// For the suites' own programs.
    pub(super) arguments: &'a [String],
}

/// A command with nothing special about it.
pub(super) const fn plain(line: &'static str) -> Command {
    Command { line, folder: "", pgrx_target: false, takes_arguments: false }
}

/// A test program that takes arguments.
pub(super) const fn program(line: &'static str) -> Command {
    Command { line, folder: "", pgrx_target: false, takes_arguments: true }
}

/// A command about the extension.
pub(super) const fn extension(line: &'static str, folder: &'static str) -> Command {
    Command { line, folder, pgrx_target: true, takes_arguments: false }
}

/// Stands for the flags of `cargo pgrx test` where it is run by root.
const AS_POSTGRES: &str = "{as_postgres}";

impl Command {
    /// Runs it to its end.
    pub(super) async fn run(&self, log: &Path, handed: &Handed<'_>) -> Result<()> {
        // Removed when the command has ended.
        let pgdata = if self.line.contains(AS_POSTGRES) { Some(scratch::folder()?) } else { None };
        let mut line = self.line.to_owned();
        if let Some(pgdata) = &pgdata {
            line = line.replace(AS_POSTGRES, &as_postgres(pgdata.path())?);
        }
        let root = repository();
        let mut words = line.split_whitespace();
        let program = words.next().unwrap_or_default();
        let path = if program.contains('/') { root.join(program).into_os_string() } else { program.into() };
        let mut launch = Launch::new(line.clone(), path).args(words).folder(root.join(self.folder)).log(log);
        // The log is read by people, and by the counting of results.
        launch = launch.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1");
        if self.pgrx_target {
            // The lint too, so that both are built with the same headers: pgrx's own crates once.
            let inside = Installation::for_tests_inside()?;
            launch = launch.env("CARGO_TARGET_DIR", root.join("target/pgrx"));
            launch = launch.env("PGRX_PG_CONFIG_PATH", inside.pg_config());
            // pgrx's flag for the linker, which pg_ingest's build script gives instead; pgrx gives it to every crate, so that
            // all of them would be compiled once with it and once without.
            launch = launch.env("CARGO_PGRX_DISABLE_GC_SECTIONS_WORKAROUND", "1");
        }
        if let Some(seconds) = handed.seconds {
            launch = launch.env("SECONDS", seconds.to_string());
        }
        if self.takes_arguments {
            launch = launch.args(handed.arguments);
        }
        launch.run().await
    }
}

/// PostgreSQL refuses root, so there its test server runs as another user, in a folder that this user may write to.
fn as_postgres(folder: &Path) -> Result<String> {
    let Some(user) = Installation::find()?.user() else { return Ok(String::new()) };
    scratch::give(folder, &user)?;
    Ok(format!("--runas {user} --pgdata {}", folder.join("data").display()))
}
