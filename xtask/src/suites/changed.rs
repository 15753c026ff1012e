//! `cargo xtask test --changed`: the suites that a change can break.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use local_stack::repository;

use super::list::{SUITES, Suite};

/// What the main line is called where it was cloned from.
const MAIN: &str = "origin/main";

/// What loads goes through these.
const LOADING: &[&str] = &[
    "conformance",
    "engines",
    "watched",
    "majors",
    "citus",
    "privileges",
    "differential",
    "infer",
    "concurrency",
    "memory",
];
/// What goes the whole way goes through these.
const WHOLE_WAY: &[&str] = &["shipper", "operator", "dashboard", "faults", "e2e", "bench", "demo"];
/// What Rust sources go through, wherever they are.
const RUST: &[&str] = &["format", "lint", "unit"];
/// What is left unchecked where nothing but a document changed.
const EVERY: &[&str] = &["*"];

/// What a path can break, by how it begins, the likeliest first; the first line that fits holds. `tidy` reads every file,
/// and Rust sources break [`RUST`] besides.
const RULES: &[(&str, &[&[&str]])] = &[
    ("migrations/", &[&["migrations", "upgrade"], LOADING, WHOLE_WAY, &["dbt", "delivery", "pgrx", "unit"]]),
    ("pg_ingest/json_rows/", &[&["pgrx"], LOADING, &["bench", "demo", "dbt", "migrations"]]),
    ("pg_ingest/", &[&["pgrx"], LOADING, &["bench", "demo", "dbt", "e2e", "migrations"]]),
    ("shipper/operator/", &[&["operator", "dashboard", "unit"]]),
    ("shipper/", &[WHOLE_WAY, &["delivery"]]),
    ("dbt/", &[&["dbt", "delivery"]]),
    ("infra/", &[&["infra", "delivery", "unit"], WHOLE_WAY]),
    (".github/", &[&["infra", "delivery"]]),
    ("buildspec.yml", &[&["infra", "delivery"]]),
    ("tests/conformance/memory.rs", &[&["memory"]]),
    ("tests/conformance/", &[&["conformance", "engines", "majors", "privileges", "memory", "migrations"]]),
    ("tests/migrations/", &[&["migrations"]]),
    ("tests/citus/", &[&["citus"]]),
    ("tests/watched/", &[&["watched"]]),
    ("tests/upgrade/", &[&["upgrade"]]),
    ("tests/differential/", &[&["differential"]]),
    ("tests/infer/", &[&["infer"]]),
    ("tests/concurrency/", &[&["concurrency"]]),
    // The stand there is the operator's and the faults' too.
    ("tests/shipper/", &[&["shipper", "operator", "faults"]]),
    ("tests/operator/", &[&["operator"]]),
    ("tests/dashboard/", &[&["dashboard"]]),
    ("tests/faults/", &[&["faults"]]),
    ("tests/e2e/", &[&["e2e"]]),
    ("tests/dbt/", &[&["dbt"]]),
    // The emulator there is delivery's too, and the Python packages the dashboard's.
    ("tests/infra/", &[&["infra", "delivery", "dashboard"]]),
    ("tests/delivery/", &[&["delivery"]]),
    ("bench/", &[&["bench"]]),
    // Documents are compared with what they describe.
    ("docs/", &[&["migrations", "infra", "unit", "e2e", "operator"]]),
    ("README.md", &[&["migrations", "e2e", "unit", "operator"]]),
    ("CHANGELOG.md", &[]),
    ("LICENSE", &[]),
    ("findings/", &[]),
];

/// The suites that can be broken by what differs from where this branch left the main line, committed or not.
///
/// # Errors
/// When Git does not answer.
pub(super) fn suites() -> Result<Vec<&'static Suite>> {
    let base = git(&["merge-base", MAIN, "HEAD"]).unwrap_or_else(|_| "HEAD".to_owned());
    let changed = git(&["diff", "--name-only", "--no-renames", base.trim()])?;
    let fresh = git(&["ls-files", "--others", "--exclude-standard"])?;
    let paths: BTreeSet<&str> = changed.lines().chain(fresh.lines()).collect();
    let since = if base == "HEAD" { "the last commit".to_owned() } else { format!("{MAIN} was left") };
    let chosen = broken_by(paths.iter().copied());
    let names: Vec<&str> = chosen.iter().map(|suite| suite.name).collect();
    if names.is_empty() {
        bail!("nothing has changed since {since}; `cargo xtask test` runs every check");
    }
    println!("{} files changed since {since}, which can break: {}\n", paths.len(), names.join(" "));
    Ok(chosen)
}

/// Pure: the suites that changes to these paths can break, the likeliest first: what reads every file, what Rust sources go
/// through, then each as early as a rule names it.
fn broken_by<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<&'static Suite> {
    let mut ranks: BTreeMap<&str, usize> = BTreeMap::new();
    let mut name = |suite: &'static str, rank: usize| {
        let known = ranks.entry(suite).or_insert(rank);
        *known = rank.min(*known);
    };
    for path in paths {
        name("tidy", 0);
        let rule = RULES.iter().find(|(start, _)| path.starts_with(start));
        let ruled = rule.map_or(&[EVERY][..], |(_, groups)| groups).iter().copied().flatten();
        for (place, suite) in ruled.enumerate() {
            name(suite, place + 2);
        }
        if [".rs", "Cargo.toml", "Cargo.lock"].iter().any(|end| path.ends_with(end)) {
            RUST.iter().for_each(|suite| name(suite, 1));
        }
    }
    let mut chosen: Vec<&Suite> =
        SUITES.iter().filter(|suite| ranks.contains_key("*") || ranks.contains_key(suite.name)).collect();
    // Those that no rule names are there for a path that none knows: after the others.
    chosen.sort_by_key(|suite| ranks.get(suite.name).copied().unwrap_or(usize::MAX));
    chosen
}

fn git(arguments: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(repository())
        .output()
        .context("git cannot be run, so what changed is not known; name suites instead")?;
    ensure!(
        output.status.success(),
        "git {} failed: {}; name suites instead",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Vec<&'static str> {
        broken_by(paths.iter().copied()).iter().map(|suite| suite.name).collect()
    }

    #[test]
    fn a_change_runs_what_it_can_break_the_likeliest_first() {
        assert_eq!(names(&["CHANGELOG.md"]), ["tidy"]);
        assert_eq!(names(&["dbt/models/marts/orders.sql"]), ["tidy", "dbt", "delivery"]);
        assert_eq!(names(&["tests/conformance/memory.rs"]), ["tidy", "format", "lint", "unit", "memory"]);
        assert_eq!(
            names(&["tests/faults/s3.rs", "infra/../CHANGELOG.md", ".github/workflows/check.yml"]),
            names(&[".github/workflows/check.yml", "infra/../CHANGELOG.md", "tests/faults/s3.rs"])
        );
        let shipper = names(&["shipper/src/main.rs"]);
        assert!(WHOLE_WAY.iter().chain(&["delivery"]).all(|name| shipper.contains(name)), "{shipper:?}");
        let migrations = names(&["migrations/R__register.sql", "tests/conformance/main.rs"]);
        assert_eq!(
            migrations[..7],
            ["tidy", "format", "lint", "unit", "migrations", "conformance", "engines"],
            "{migrations:?}"
        );
        assert!(!shipper.contains(&"dbt") && !shipper.contains(&"conformance"), "{shipper:?}");
    }

    #[test]
    fn what_no_rule_knows_runs_everything() {
        for path in [
            "xtask/local_stack/src/scratch.rs",
            "Cargo.lock",
            ".cargo/config.toml",
            "new/thing",
            "tests/src/case.rs",
        ] {
            assert_eq!(names(&[path]).len(), SUITES.len(), "{path}");
        }
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn every_rule_names_suites_and_folders_that_there_are() {
        for (start, groups) in RULES {
            for name in groups.iter().copied().flatten() {
                assert!(SUITES.iter().any(|suite| suite.name == *name), "{start}: {name}");
            }
        }
        for (start, _) in RULES {
            assert!(repository().join(start).exists(), "{start}");
        }
    }

    #[test]
    fn every_suite_is_run_by_some_rule() {
        let ruled: BTreeSet<&str> =
            RULES.iter().flat_map(|(_, groups)| groups.iter().copied().flatten()).copied().collect();
        for suite in &SUITES {
            let is_ruled = ruled.contains(suite.name) || RUST.contains(&suite.name) || suite.name == "tidy";
            assert!(is_ruled, "no change but an unknown one runs {}", suite.name);
        }
    }
}
