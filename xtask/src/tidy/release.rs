//! Pure: rules that keep releases apart from each other.

use std::path::Path;

use super::{Finding, Source};

/// Names the released versions' files, as `sha256sum` prints them.
pub(crate) const LOCK: &str = "migrations/released.sha256";

/// Files of released structure that are gone or are no more what was released.
pub(super) fn broken_lock(sources: &[Source]) -> Vec<Finding> {
    let Some(lock) = sources.iter().find(|source| source.path == Path::new(LOCK)) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (index, line) in lock.text.lines().enumerate() {
        let Some((checksum, name)) = line.split_once("  ") else {
            findings.push(Finding::new(
                index + 1,
                "no checksum and name with two blanks between, as sha256sum prints them",
            ));
            continue;
        };
        let path = Path::new("migrations").join(name);
        match sources.iter().find(|source| source.path == path) {
            Some(source) if migrate::checksum(&source.text) == checksum => {}
            Some(_) => findings.push(Finding::new(
                index + 1,
                format!("{name} was released and is edited: databases that have it would refuse to migrate; undo that and write the change as a new V file"),
            )),
            None => findings.push(Finding::new(
                index + 1,
                format!("{name} was released and is missing: databases that have it would refuse to migrate; restore it"),
            )),
        }
    }
    findings
}

/// How structure of a later release begins: it waits for batches before it locks what they lock after it.
const FIRST_STATEMENT: &str = "LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;";
/// The first release's structure, which makes these tables.
const FIRST_RELEASE: u32 = 3;

/// Structure that could deadlock with a batch under way.
pub(super) fn unlocked(path: &Path, text: &str) -> Option<Finding> {
    let name = path.file_name()?.to_str()?;
    let version: u32 = name.strip_prefix('V')?.split_once("__")?.0.parse().ok()?;
    if path.parent() != Some(Path::new("migrations")) || version <= FIRST_RELEASE {
        return None;
    }
    let first = text.lines().find(|line| !line.is_empty() && !line.starts_with("--"));
    (first != Some(FIRST_STATEMENT)).then(|| {
        Finding::new(1, format!("the first statement is not `{FIRST_STATEMENT}`: batches take their locks in that order, and a migration that begins elsewhere can deadlock with them"))
    })
}

/// What a repeatable migration must begin with, so that a release makes all of them new to whoever applies them.
#[must_use]
pub(crate) fn header(version: &str) -> String {
    format!("-- pg_ingest {version}")
}

/// The statement in `ingest.version()`.
#[must_use]
pub(crate) fn statement(version: &str) -> String {
    format!("  SELECT '{version}'\n")
}

/// Repeatable migrations that name another release than the workspace does.
pub(super) fn other_releases(sources: &[Source]) -> Vec<(&Path, Finding)> {
    let Some(version) = sources
        .iter()
        .find(|source| source.path == Path::new("Cargo.toml"))
        .and_then(|source| version_of(&source.text))
    else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| is_repeatable(&source.path)) {
        if source.text.lines().next() != Some(&header(version)) {
            let what =
                format!("the first line is not `{}`, the release that Cargo.toml names", header(version));
            findings.push((source.path.as_path(), Finding::new(1, what)));
        }
        if source.text.contains("FUNCTION ingest.version()") && !source.text.contains(&statement(version)) {
            let what = format!("ingest.version() does not say {version}, the release that Cargo.toml names");
            findings.push((source.path.as_path(), Finding::new(0, what)));
        }
    }
    findings
}

/// Whether a path is one of the pipeline's repeatable migrations.
pub(crate) fn is_repeatable(path: &Path) -> bool {
    path.parent() == Some(Path::new("migrations"))
        && path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("R__"))
}

/// The workspace's version in the text of its Cargo.toml.
pub(crate) fn version_of(manifest: &str) -> Option<&str> {
    let line = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.package]")
        .find(|line| line.starts_with("version = "))?;
    line.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.into() }
    }

    #[test]
    fn released_files_stay_as_they_are() {
        let lock = format!("{}  V1__a.sql\n", migrate::checksum("SELECT 1;"));
        let found = |text: &str| broken_lock(&[source(LOCK, &lock), source("migrations/V1__a.sql", text)]);
        assert_eq!(found("SELECT 1;"), []);
        assert!(found("SELECT 2;")[0].what.contains("is edited"));
        assert!(broken_lock(&[source(LOCK, &lock)])[0].what.contains("is missing"));
    }

    #[test]
    fn structure_of_a_later_release_waits_for_batches_first() {
        let later = Path::new("migrations/V4__more.sql");
        assert!(unlocked(later, "ALTER TABLE ingest.file ADD x int;").is_some());
        assert_eq!(
            unlocked(later, &format!("-- Why.\n\n{FIRST_STATEMENT}\nALTER TABLE ingest.file ADD x int;")),
            None
        );
        assert_eq!(unlocked(Path::new("migrations/V3__first.sql"), "CREATE SCHEMA x;"), None);
    }

    #[test]
    fn repeatable_files_name_the_release_that_they_belong_to() {
        let manifest = source("Cargo.toml", "[workspace.package]\nversion = \"0.3.0\"\n");
        let found = |text: &str| {
            let sources = [source("Cargo.toml", &manifest.text), source("migrations/R__engine.sql", text)];
            other_releases(&sources).len()
        };
        assert_eq!(found("-- pg_ingest 0.3.0\nCREATE FUNCTION ingest.version()\n  SELECT '0.3.0'\n"), 0);
        assert_eq!(found("-- pg_ingest 0.2.0\nCREATE FUNCTION ingest.version()\n  SELECT '0.2.0'\n"), 2);
    }
}
