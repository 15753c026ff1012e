//! The suites, in the order in which they run.
//!
//! What needs no build comes first. What uses one core follows, the longest first, so that two run beside each other to the
//! end. What uses all cores comes last.

use super::builds::Build;
use super::command::{Command, extension, plain, program};
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
    /// What differs by major, on those that are not Debian's.
    OtherMajors,
    /// Tables of Citus, where there is a PostgreSQL with it.
    Citus,
    /// Runs commands, one after the other.
    Commands(&'static [Command]),
}

const WORKSPACE: &[Build] = &[Build::Workspace];
const BOTH: &[Build] = &[Build::Workspace, Build::Extension];

/// All suites. Infra waits for a build so that no long suite holds up the lint.
pub(super) const SUITES: [Suite; 27] = [
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
        about: "the builds' own commands, migrations and workflows",
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
        name: "dashboard",
        about: "the operator's page in a real browser",
        after: WORKSPACE,
        weight: Weight::ONE,
        work: Work::Commands(&[program("tests/infra/run tests/dashboard")]),
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
        name: "infer",
        about: "what is proposed for random samples loads them, whatever their order",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test infer --")]),
    },
    Suite {
        name: "privileges",
        about: "what each role may do, and what an attacker inside the database may not",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program(
            "cargo test --test privileges --test attacks --test tenants --test logged --test erased --",
        )]),
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
            plain("cargo test --test naughty --test refusals --test settings --test copied"),
        ]),
    },
    Suite {
        name: "engines",
        about: "which engine loads where the extension does not fit, and why",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test engines --")]),
    },
    Suite {
        name: "watched",
        about: "logical decoding, pg_stat_statements and pgaudit beside what is loaded",
        after: BOTH,
        weight: Weight::ONE,
        work: Work::Commands(&[program("cargo test --test watched --")]),
    },
    Suite {
        name: "majors",
        about: "what differs by major, by the sql engine on PostgreSQL 16, 17 and 18",
        after: WORKSPACE,
        weight: Weight::ALL,
        work: Work::OtherMajors,
    },
    Suite {
        name: "citus",
        about: "tables of Citus as targets, where CITUS_PG_BIN names a PostgreSQL with it",
        after: WORKSPACE,
        weight: Weight::ALL,
        work: Work::Citus,
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
            // As few as have a file of every kind.
            plain("cargo run --quiet --package xtask -- demo --files 550"),
            plain("cargo run --quiet --package xtask -- demo --files 550 --engine native"),
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

#[cfg(test)]
mod tests {
    use local_stack::repository;

    use super::*;

    #[test]
    fn every_test_program_is_run_by_a_suite() {
        let lines = SUITES.iter().flat_map(|suite| match suite.work {
            Work::Tidy | Work::OtherMajors => &[],
            Work::Citus => std::slice::from_ref(&super::super::citus::COMMAND),
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
