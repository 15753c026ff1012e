//! The suites, in the order in which they run.
//!
//! What needs no build comes first. What uses one core follows, the longest first, so that two run beside each other to the
//! end. What uses all cores comes last.

use std::path::Path;

use anyhow::Result;
use local_stack::postgres::Installation;
use local_stack::process::Launch;
use local_stack::repository;
use local_stack::scratch;

use super::builds::Build;
use super::order::Weight;

/// A suite.
pub(super) struct Suite {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// What must be built first.
    pub(super) after: &'static [Build],
    /// What it takes of the machine.
    pub(super) weight: Weight,
    pub(super) work: Work,
}

/// What a suite does.
pub(super) enum Work {
    /// The house rules.
    Tidy,
    /// Runs commands, one after the other.
    Commands(&'static [Command]),
}

/// A command, run in the repository.
pub(super) struct Command {
    line: &'static str,
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
const fn program(line: &'static str) -> Command {
    Command { line, folder: "", pgrx_target: false, takes_arguments: true }
}

/// A command about the extension.
pub(super) const fn extension(line: &'static str, folder: &'static str) -> Command {
    Command { line, folder, pgrx_target: true, takes_arguments: false }
}

const WORKSPACE: &[Build] = &[Build::Workspace];
const BOTH: &[Build] = &[Build::Workspace, Build::Extension];

/// Stands for the flags of `cargo pgrx test` where it is run by root.
const AS_POSTGRES: &str = "{as_postgres}";

/// All suites. Infra waits for a build so that no long suite holds up the lint.
pub(super) const SUITES: [Suite; 21] = [
    Suite { name: "tidy", about: "the house rules", after: &[], weight: Weight::ONE, work: Work::Tidy },
    Suite {
        name: "format",
        about: "rustfmt",
        after: &[],
        weight: Weight::ONE,
        work: Work::Commands(&[
            plain("cargo fmt --all --check"),
            plain("cargo fmt --manifest-path pg_ingest/json_rows/fuzz/Cargo.toml --check"),
            plain("cargo fmt --manifest-path shipper/fuzz/Cargo.toml --check"),
        ]),
    },
    Suite {
        name: "lint",
        about: "clippy, warnings denied",
        after: &[],
        weight: Weight::ALL,
        work: Work::Commands(&[
            plain("cargo clippy --quiet --all-targets -- -D warnings"),
            extension("cargo clippy --quiet --package pg_ingest --all-targets -- -D warnings", ""),
            plain(
                "cargo clippy --quiet --manifest-path pg_ingest/json_rows/fuzz/Cargo.toml --target-dir target/fuzz -- -D warnings",
            ),
            plain(
                "cargo clippy --quiet --manifest-path shipper/fuzz/Cargo.toml --target-dir target/fuzz -- -D warnings",
            ),
        ]),
    },
    Suite {
        name: "unit",
        about: "everything that needs no server",
        after: WORKSPACE,
        weight: Weight::ALL,
        work: Work::Commands(&[plain("cargo test --lib --bins")]),
    },
    Suite {
        name: "delivery",
        about: "buildspec.yml's own commands, migrations and workflows",
        after: WORKSPACE,
        weight: Weight::ONE,
        work: Work::Commands(&[program("tests/infra/run tests/delivery")]),
    },
    Suite {
        name: "dbt",
        about: "the models on data that came through the pipeline",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program("tests/dbt/run")]),
    },
    Suite {
        name: "infra",
        about: "templates and workflows, linted and deployed to the emulator",
        after: WORKSPACE,
        weight: Weight::ONE,
        work: Work::Commands(&[program("tests/infra/run tests/infra")]),
    },
    Suite {
        name: "e2e",
        about: "from the bucket to the table, on the deployed template",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test e2e --")]),
    },
    Suite {
        name: "faults",
        about: "the real shipper among faults",
        after: WORKSPACE,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test faults --")]),
    },
    Suite {
        name: "operator",
        about: "what an operator types, between PostgreSQL and S3",
        after: WORKSPACE,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test operator --")]),
    },
    Suite {
        name: "bench",
        about: "the benchmark's parts, whose contenders must all end with the same table",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test parts --")]),
    },
    Suite {
        name: "pgrx",
        about: "the extension inside PostgreSQL",
        after: &[Build::ExtensionTests],
        weight: Weight::ONE,
        work: Work::Commands(&[extension("cargo pgrx test pg15 {as_postgres}", "pg_ingest")]),
    },
    Suite {
        name: "differential",
        about: "random contracts and documents, both engines alike",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test differential --")]),
    },
    Suite {
        name: "privileges",
        about: "what each role may do, and what an attacker inside the database may not",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test privileges --test attacks --test logged --")]),
    },
    Suite {
        name: "migrations",
        about: "applied, repeated, raced, and as the snapshot says",
        after: WORKSPACE,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test migrations --")]),
    },
    Suite {
        name: "conformance",
        about: "every sentence of docs/semantics.md, both engines",
        after: BOTH,
        weight: Weight::ALL,
        work: Work::Commands(&[
            program("cargo test --test conformance --"),
            plain("cargo test --test engines --test naughty --test refusals --test settings"),
        ]),
    },
    Suite {
        name: "upgrade",
        about: "what each release left takes today's migrations while it loads",
        after: WORKSPACE,
        weight: Weight::ALL,
        work: Work::Commands(&[program("cargo test --test upgrade --")]),
    },
    Suite {
        name: "shipper",
        about: "the real shipper between PostgreSQL and S3",
        after: WORKSPACE,
        weight: Weight::ALL,
        work: Work::Commands(&[program("cargo test --test shipper --")]),
    },
    Suite {
        name: "concurrency",
        about: "many sessions, kills and redeliveries, both engines",
        after: BOTH,
        weight: Weight::ALL,
        work: Work::Commands(&[program("cargo test --test concurrency --")]),
    },
    Suite {
        name: "demo",
        about: "the demo with both engines, whose account must add up",
        after: BOTH,
        weight: Weight::ALL,
        work: Work::Commands(&[
            plain("cargo run --quiet --package xtask -- demo --files 200"),
            plain("cargo run --quiet --package xtask -- demo --files 200 --engine native"),
        ]),
    },
    Suite {
        name: "memory",
        about: "what a backend takes for a batch and for one huge file",
        after: BOTH,
        weight: Weight::ALONE,
        work: Work::Commands(&[program("cargo test --test memory --")]),
    },
];

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_program_is_run_by_a_suite() {
        let lines = SUITES.iter().flat_map(|suite| match suite.work {
            Work::Tidy => &[],
            Work::Commands(commands) => commands,
        });
        let words: Vec<&str> = lines.flat_map(|command| command.line.split(' ')).collect();
        let manifest = std::fs::read_to_string(repository().join("tests/Cargo.toml")).unwrap();
        let programs = manifest.split("[[test]]").skip(1).map(|part| part.split('"').nth(1).unwrap());
        for program in programs {
            let is_run = words.windows(2).any(|pair| pair == ["--test", program]);
            assert!(is_run, "no suite runs the test {program} of tests/Cargo.toml");
        }
    }
}
