//! Pure: rules that one file's text can break.

use std::path::Path;

use super::{Finding, has_extension, release, sql};

/// Lines of a source file. What is longer does more than one thing.
const LONGEST: usize = 400;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "manager"];
/// Beginnings of paths that exist on one machine only. Joined here, so that this file does not break its own rule.
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ho", "me/")];
/// What a file that is generated or only lists data may be long for.
const DATA: [&str; 3] = ["tests/migrations/schema.sql", "Cargo.lock", "LICENSE"];
/// Dumps of databases as releases left them.
const DUMPS: &str = "tests/upgrade";

/// Whether a file is what `pg_dump` said of a database.
pub(super) fn is_dump(path: &Path) -> bool {
    path.parent() == Some(Path::new(DUMPS)) && has_extension(path, "sql")
}

/// Everything that this file breaks.
pub(super) fn findings(path: &Path, text: &str) -> Vec<Finding> {
    if is_dump(path) || DATA.iter().any(|data| path == Path::new(data)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    findings.extend(name(path));
    findings.extend(length(path, text));
    findings.extend(machine_paths(text));
    findings.extend(unfinished(path, text));
    if has_extension(path, "rs") {
        findings.extend(unexplained_unsafe(text));
    }
    if path.starts_with("migrations") {
        findings.extend(sql::loose_definers(text));
        findings.extend(release::unlocked(path, text));
    }
    if path == Path::new("README.md") {
        findings.extend(missing_commands(text));
    }
    findings
}

fn name(path: &Path) -> Option<Finding> {
    let empty = path.iter().find(|part| {
        let stem = Path::new(part).file_stem().and_then(|stem| stem.to_str());
        stem.is_some_and(|stem| EMPTY_NAMES.contains(&stem))
    })?;
    Some(Finding::new(0, format!("`{}` says nothing: name it by what it does", empty.display())))
}

fn length(path: &Path, text: &str) -> Option<Finding> {
    let is_source = ["rs", "sql", "py"].iter().any(|extension| has_extension(path, extension));
    let lines = text.lines().count();
    let told = || Finding::new(0, format!("{lines} lines: above {LONGEST}, split it by what its parts do"));
    (is_source && lines > LONGEST).then(told)
}

fn machine_paths(text: &str) -> Vec<Finding> {
    numbered(text)
        .filter_map(|(number, line)| {
            let found = MACHINE_PATHS.iter().find(|path| line.contains(*path))?;
            Some(Finding::new(
                number,
                format!("`{found}…` exists on one machine only: find the path at run time"),
            ))
        })
        .collect()
}

fn unfinished(path: &Path, text: &str) -> Vec<Finding> {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    if has_extension(path, "md") {
        return Vec::new();
    }
    numbered(text)
        .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)))
        .map(|(number, _)| Finding::new(number, "unfinished work is an issue, not a note in the source"))
        .collect()
}

/// Clippy demands the comment for blocks; this demands it for `unsafe impl` and declarations as well.
fn unexplained_unsafe(text: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let mut findings = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let opens =
            ["unsafe {", "unsafe impl"].iter().any(|form| code.contains(form)) && !code.starts_with("//");
        let explained = lines[index.saturating_sub(8)..=index].iter().any(|near| near.contains("SAFETY"));
        if opens && !explained && !code.contains('"') {
            let advice =
                "unsafe without a comment `// SAFETY: …` that names the invariant which makes it sound";
            findings.push(Finding::new(index + 1, advice));
        }
    }
    findings
}

fn missing_commands(text: &str) -> Vec<Finding> {
    ["cargo xtask demo", "cargo xtask test"]
        .iter()
        .filter(|command| !text.contains(*command))
        .map(|command| {
            Finding::new(0, format!("the README does not name `{command}`, which newcomers start with"))
        })
        .collect()
}

/// The targets of a page's links that are paths, without their anchors.
pub(super) fn relative_links(page: &str) -> Vec<&str> {
    page.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains([':', ' ', '*']))
        .collect()
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules_broken(path: &str, text: &str) -> Vec<usize> {
        findings(Path::new(path), text).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn long_files_are_found_and_data_is_not() {
        assert_eq!(rules_broken("a/b.rs", &"x\n".repeat(401)), [0]);
        assert_eq!(rules_broken("a/b.rs", &"x\n".repeat(400)), [0_usize; 0]);
        assert_eq!(rules_broken("Cargo.lock", &"x\n".repeat(4000)), [0_usize; 0]);
    }

    #[test]
    fn empty_names_are_found() {
        assert_eq!(rules_broken("src/utils.rs", ""), [0]);
        assert_eq!(rules_broken("src/common/key.rs", ""), [0]);
        assert_eq!(rules_broken("src/commonly.rs", ""), [0_usize; 0]);
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        let path = MACHINE_PATHS[0];
        assert_eq!(rules_broken("a.md", &format!("fine\nsee {path}main\n")), [2]);
    }

    #[test]
    fn unsafe_wants_its_reason() {
        assert_eq!(rules_broken("a.rs", "fn f() {\n    unsafe { g() }\n}\n"), [2]);
        assert_eq!(
            rules_broken("a.rs", "// SAFETY: g has no preconditions.\nunsafe { g() }\n"),
            [0_usize; 0]
        );
    }

    #[test]
    fn the_readme_names_both_commands() {
        assert_eq!(rules_broken("README.md", "cargo xtask demo"), [0]);
        assert_eq!(rules_broken("README.md", "cargo xtask demo, cargo xtask test"), [0_usize; 0]);
    }

    #[test]
    fn links_to_files_are_told_from_others() {
        let page = "[a](docs/a.md#part) [b](https://b) [c](#here) `f[i](x y)`";
        assert_eq!(relative_links(page), ["docs/a.md"]);
    }
}
