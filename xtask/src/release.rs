//! `cargo xtask release VERSION`: makes the tree ready to be tagged as a release; `--check TAG` says whether a tag is one.
//!
//! Everything that names the release is set in one go: the workspace, the repeatable migrations, `ingest.version()` and the
//! changelog. The structure that there is by now is locked. Nothing is committed: a person reads the difference.

mod tag;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use local_stack::repository;

use crate::tidy::release as rules;

/// What `cargo xtask release --help` prints.
const HELP: &str = "\
cargo xtask release VERSION | --check TAG

  Makes the tree ready to be tagged as that release:
    - Cargo.toml, the first line of every migrations/R__*.sql and ingest.version() name it,
    - what stands under Unreleased in CHANGELOG.md gets its name and today's date,
    - migrations/V*.sql are locked in migrations/released.sha256: from now on their text is not edited.
  A release with structure of its own needs a new second number: 0.3.0 after 0.2.x.
  The tree must be clean. Nothing is committed.

  With --check, says whether the tree is the release that TAG names, such as v0.3.0, and prints what CHANGELOG.md says of it.";

/// Where changes are collected until a release takes them.
const UNRELEASED: &str = "## Unreleased";

/// Runs the command with the arguments that follow `release`.
///
/// # Errors
/// When the version is no higher than the present one, or too close to it for the structure that it brings. When the tree
/// is not clean, the changelog has nothing to say, or a file cannot be written.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let version = match arguments {
        [flag] if flag == "--help" || flag == "-h" => {
            println!("{HELP}");
            return Ok(());
        }
        [flag, tag] if flag == "--check" => {
            println!("{}", checked(tag)?);
            return Ok(());
        }
        [version] => version.as_str(),
        _ => bail!("one version is needed, or --check and a tag; see cargo xtask release --help"),
    };
    let root = repository();
    ensure!(
        output(&root, &["status", "--porcelain"])?.is_empty(),
        "the tree is not clean: commit first, so that the release's own difference can be read"
    );
    let manifest = read(&root, "Cargo.toml")?;
    let present =
        rules::version_of(&manifest).context("Cargo.toml names no version in [workspace.package]")?;
    let locked = read(&root, rules::LOCK).unwrap_or_default();
    // The first release has the number that the tree already names.
    ensure!(
        parts(version)? > parts(present)? || version == present && locked.is_empty(),
        "{version} is not higher than {present}, the release that the tree names"
    );
    let fresh = unlocked(&root, &locked)?;
    ensure!(
        fresh.is_empty() || !is_patch(parts(present)?, parts(version)?),
        "{version} only mends {present}, but there is structure that {present} has not: {}. An engine takes a library of \
         the same first two numbers for its own, so give the release a new second number",
        fresh.join(", ")
    );
    write(
        &root,
        "Cargo.toml",
        &manifest.replacen(&format!("version = \"{present}\""), &format!("version = \"{version}\""), 1),
    )?;
    let changelog = released(&read(&root, "CHANGELOG.md")?, version, &today()?)?;
    write(&root, "CHANGELOG.md", &changelog)?;
    for name in migrations(&root, "R__")? {
        let text = read(&root, &name)?
            .replacen(&rules::header(present), &rules::header(version), 1)
            .replace(&rules::statement(present), &rules::statement(version));
        write(&root, &name, &text)?;
    }
    let mut lock = String::new();
    for name in migrations(&root, "V")? {
        let file = name.trim_start_matches("migrations/");
        lock.push_str(&format!("{}  {file}\n", migrate::checksum(&read(&root, &name)?)));
    }
    write(&root, rules::LOCK, &lock)?;
    // The lock file names the workspace's own packages too.
    let updated = Command::new("cargo")
        .args(["update", "--workspace", "--offline", "--quiet"])
        .current_dir(&root)
        .status()?;
    ensure!(updated.success(), "Cargo.lock cannot be brought up to date: run cargo update --workspace");
    println!("The tree is release {version}. Now:");
    println!("  1. read `git diff`, and commit it;");
    println!("  2. cargo xtask test, and what CONTRIBUTING.md says under \"Before a release\";");
    println!("  3. keep the release's database for the upgrade test: BLESS=1 cargo xtask test upgrade;");
    println!(
        "  4. git tag v{version}, and push it: the workflow `release` tests it and attaches the packages"
    );
    Ok(())
}

/// What the changelog says of a tag's release, where the tree is that release.
fn checked(tag: &str) -> Result<String> {
    let root = repository();
    let locked = read(&root, rules::LOCK).unwrap_or_default();
    let unlocked = unlocked(&root, &locked)?;
    tag::notes(tag, &read(&root, "Cargo.toml")?, &read(&root, "CHANGELOG.md")?, &unlocked)
}

/// Structure files that the lock does not hold.
fn unlocked(root: &Path, locked: &str) -> Result<Vec<String>> {
    Ok(migrations(root, "V")?.into_iter().filter(|name| !is_locked(locked, name)).collect())
}

/// The changelog with the collected changes under a heading of their own.
fn released(changelog: &str, version: &str, date: &str) -> Result<String> {
    let (before, after) =
        changelog.split_once(UNRELEASED).context("CHANGELOG.md has no heading `## Unreleased`")?;
    let collected = after.split("\n## ").next().unwrap_or_default();
    ensure!(
        !collected.trim().is_empty(),
        "CHANGELOG.md says nothing under `## Unreleased`: say what a user gets from {version}"
    );
    Ok(format!("{before}{UNRELEASED}\n\n## {version} ({date}){after}"))
}

fn parts(version: &str) -> Result<[u64; 3]> {
    let numbers: Vec<u64> =
        version.split('.').map(str::parse).collect::<Result<_, _>>().ok().unwrap_or_default();
    match numbers[..] {
        [major, minor, patch] => Ok([major, minor, patch]),
        _ => bail!("{version} is no version; expected three numbers, such as 0.3.0"),
    }
}

/// Whether the second release only mends the first: the same first two numbers, and not the first release itself.
fn is_patch(present: [u64; 3], version: [u64; 3]) -> bool {
    present[..2] == version[..2] && present != version
}

/// Whether a structure file is in the lock, whose lines are `CHECKSUM  NAME`.
fn is_locked(lock: &str, name: &str) -> bool {
    let file = name.trim_start_matches("migrations/");
    lock.lines().any(|line| line.split_whitespace().nth(1) == Some(file))
}

fn migrations(root: &Path, beginning: &str) -> Result<Vec<String>> {
    let files = migrate::pipeline_files(&root.join("migrations"))?;
    let names = files.iter().map(migrate::File::file_name).filter(|name| name.starts_with(beginning));
    Ok(names.map(|name| format!("migrations/{name}")).collect())
}

fn read(root: &Path, name: &str) -> Result<String> {
    fs::read_to_string(root.join(name)).with_context(|| format!("{name} cannot be read"))
}

fn write(root: &Path, name: &str, text: &str) -> Result<()> {
    fs::write(root.join(name), text).with_context(|| format!("{name} cannot be written"))
}

fn output(root: &Path, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new("git").args(arguments).current_dir(root).output().context("git cannot be run")?;
    ensure!(
        output.status.success(),
        "git {} failed: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn today() -> Result<String> {
    let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output().context("date cannot be run")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collected_changes_get_a_heading_and_leave_an_empty_one() {
        let text = "# Changelog\n\n## Unreleased\n\n### Added\n- b\n\n## 0.2.0 (2026-11-29)\n- a\n";
        assert_eq!(
            released(text, "0.3.0", "2026-12-24").unwrap(),
            "# Changelog\n\n## Unreleased\n\n## 0.3.0 (2026-12-24)\n\n### Added\n- b\n\n## 0.2.0 (2026-11-29)\n- a\n"
        );
        let refusal = released("## Unreleased\n\n## 0.2.0\n- a\n", "0.3.0", "2026-12-24").unwrap_err();
        assert!(refusal.to_string().contains("says nothing"), "{refusal}");
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(parts("0.10.0").unwrap() > parts("0.9.9").unwrap());
        assert!(parts("0.3").unwrap_err().to_string().contains("three numbers"));
    }

    #[test]
    fn structure_needs_a_new_second_number() {
        assert!(is_patch([0, 2, 0], [0, 2, 1]));
        assert!(
            !is_patch([0, 2, 0], [0, 3, 0])
                && !is_patch([0, 2, 0], [1, 2, 0])
                && !is_patch([0, 2, 0], [0, 2, 0])
        );
        let lock = "ab12  V1__roles.sql\nff00  V10__more.sql\n";
        assert!(is_locked(lock, "migrations/V1__roles.sql") && is_locked(lock, "migrations/V10__more.sql"));
        assert!(!is_locked(lock, "migrations/V11__rest.sql") && !is_locked(lock, "migrations/V0__more.sql"));
    }
}
