//! Pure: whether a tag is the release that the tree is.

use anyhow::{Context, Result, ensure};

use super::{UNRELEASED, parts};
use crate::tidy::release as rules;

/// What the changelog says of the release that a tag names.
///
/// `unlocked` are the structure files that no lock holds, which a release has none of.
///
/// # Errors
/// When the tag names another version than the tree, or the tree is not what `cargo xtask release` leaves.
pub(super) fn notes(tag: &str, manifest: &str, changelog: &str, unlocked: &[String]) -> Result<String> {
    let version = tag.strip_prefix('v').filter(|version| parts(version).is_ok()).with_context(|| {
        format!("{tag} is no tag of a release; expected v and three numbers, such as v0.3.0")
    })?;
    let present =
        rules::version_of(manifest).context("Cargo.toml names no version in [workspace.package]")?;
    ensure!(
        version == present,
        "the tag {tag} is on a tree whose Cargo.toml names {present}; expected {version}. Run cargo xtask release {version}, commit \
         that, and tag it; or tag the commit that is {version}"
    );
    ensure!(
        unlocked.is_empty(),
        "{tag} is on a tree with structure that {version} does not lock: {}. Run cargo xtask release with a new version, commit that, \
         and tag it",
        unlocked.join(", ")
    );
    let waiting = section(changelog, UNRELEASED).unwrap_or_default();
    ensure!(
        waiting.is_empty(),
        "CHANGELOG.md of {tag} still says something under `{UNRELEASED}`, so the tree is past {version}. Run cargo xtask release with a \
         new version, commit that, and tag it"
    );
    let said = changelog
        .lines()
        .find(|line| line.starts_with(&format!("## {version} (")))
        .and_then(|heading| section(changelog, heading))
        .unwrap_or_default();
    ensure!(
        !said.is_empty(),
        "CHANGELOG.md says nothing under `## {version} (DATE)`: say what a user gets from it, commit that, and tag it"
    );
    Ok(said.to_owned())
}

/// What stands under a heading, up to the next one of its kind.
fn section<'a>(changelog: &'a str, heading: &str) -> Option<&'a str> {
    let (_, after) = changelog.split_once(&format!("{heading}\n"))?;
    // A section may be empty, and the next heading follows at once.
    Some(after.split("\n## ").next().filter(|text| !text.starts_with("## ")).unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace.package]\nversion = \"0.3.0\"\n";
    const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n## 0.3.0 (2026-12-24)\n\n### Added\n- b\n\n## 0.2.0 (2026-11-29)\n- a\n";

    fn refused(tag: &str, changelog: &str, unlocked: &[String]) -> String {
        notes(tag, MANIFEST, changelog, unlocked).unwrap_err().to_string()
    }

    #[test]
    fn the_tag_of_the_tree_has_its_part_of_the_changelog() {
        assert_eq!(notes("v0.3.0", MANIFEST, CHANGELOG, &[]).unwrap(), "### Added\n- b");
        let last = "## Unreleased\n## 0.3.0 (2026-12-24)\n- the only one\n";
        assert_eq!(notes("v0.3.0", MANIFEST, last, &[]).unwrap(), "- the only one");
    }

    #[test]
    fn another_tag_is_refused_with_both_versions() {
        for tag in ["v0.2.0", "v0.30.0", "v0.3.1"] {
            let said = refused(tag, CHANGELOG, &[]);
            assert!(said.contains(&format!("the tag {tag}")) && said.contains("names 0.3.0"), "{said}");
        }
        for tag in ["0.3.0", "v0.3", "v0.3.0-rc1", "vnext"] {
            assert!(refused(tag, CHANGELOG, &[]).contains("three numbers"), "{tag}");
        }
    }

    #[test]
    fn a_tree_that_is_past_its_release_is_refused() {
        let later = CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n### Fixed\n- c\n");
        assert!(refused("v0.3.0", &later, &[]).contains("past 0.3.0"));
        let unlocked = ["migrations/V4__more.sql".to_owned()];
        assert!(refused("v0.3.0", CHANGELOG, &unlocked).contains("migrations/V4__more.sql"));
    }

    #[test]
    fn a_release_of_which_the_changelog_says_nothing_is_refused() {
        for without in [
            CHANGELOG.replace("## 0.3.0 (2026-12-24)\n\n### Added\n- b\n\n", ""),
            CHANGELOG.replace("### Added\n- b\n", ""),
            CHANGELOG.replace("## 0.3.0 (", "## 0.3.00 ("),
        ] {
            assert!(refused("v0.3.0", &without, &[]).contains("says nothing under `## 0.3.0"), "{without}");
        }
    }
}
