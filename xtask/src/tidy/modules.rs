//! Pure: how the modules of a crate stand to each other.
//!
//! Two modules that use each other, straight or through others, can only be read and changed together. What both want
//! belongs in a third. A module and those inside of it are one thing here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Finding, Source, has_extension};

/// A module, as the names that lead to it from its crate.
type Module = Vec<String>;
/// Modules of one module, by name, with those of them that each uses.
type Uses = BTreeMap<Module, BTreeSet<Module>>;

/// Circles among the modules of each crate, and module files of the older style, each with its file.
pub(super) fn findings(sources: &[Source]) -> Vec<(String, Finding)> {
    let mut crates: BTreeMap<String, BTreeMap<Module, &str>> = BTreeMap::new();
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| has_extension(&source.path, "rs")) {
        let Some((of_crate, module)) = place(&source.path) else { continue };
        if source.path.ends_with("mod.rs") {
            let what = "a module's file is called after it and stands beside its folder: rename this one";
            found.push((source.path.display().to_string(), Finding::new(0, what)));
        }
        crates.entry(of_crate).or_default().insert(module, &source.text);
    }
    for (of_crate, modules) in crates {
        let uses = uses(&modules);
        let circles = circles(&uses).into_iter().map(|circle| {
            let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            let what = format!(
                "{} use each other: what they share belongs in a module of its own",
                names.join(", ")
            );
            (of_crate.clone(), Finding::new(0, what))
        });
        found.extend(circles);
    }
    found
}

/// The crate's folder and the module of a source file.
fn place(path: &Path) -> Option<(String, Module)> {
    let path = path.to_str()?.strip_suffix(".rs")?;
    let (of_crate, inside) = path.split_once("/src/")?;
    let mut module: Module = inside.split('/').map(str::to_owned).collect();
    if ["main", "lib", "mod"].contains(&module.last()?.as_str()) {
        module.pop();
    }
    Some((of_crate.to_owned(), module))
}

/// What uses what, among the modules that stand side by side.
fn uses(modules: &BTreeMap<Module, &str>) -> Uses {
    let mut uses = Uses::new();
    for (module, text) in modules {
        for path in paths(module, text) {
            let known =
                (0..=path.len()).rev().map(|end| &path[..end]).find(|start| modules.contains_key(*start));
            let used = known.unwrap_or_default();
            let shared = module.iter().zip(used).take_while(|(one, other)| one == other).count();
            // A module and one inside of it stand nowhere side by side.
            if shared < module.len() && shared < used.len() {
                uses.entry(module[..=shared].to_vec()).or_default().insert(used[..=shared].to_vec());
            }
        }
    }
    uses
}

/// Every path from the crate or from a module around this one that its text names, tests aside.
fn paths(module: &Module, text: &str) -> Vec<Module> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let words = code.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':'));
    let mut paths = Vec::new();
    for word in words {
        let mut names = word.split("::").filter(|name| !name.is_empty()).peekable();
        let mut path = match names.peek() {
            Some(&"crate") => {
                names.next();
                Module::new()
            }
            Some(&"super") => module.clone(),
            _ => continue,
        };
        while names.next_if_eq(&"super").is_some() {
            path.pop();
        }
        path.extend(names.map(str::to_owned));
        paths.push(path);
    }
    paths
}

/// The groups of modules each of which reaches all others of its group.
fn circles(uses: &Uses) -> BTreeSet<Vec<&Module>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> =
        uses.keys().map(|module| (module, reached_from(module, uses))).collect();
    let of = |module| reached.get(module);
    uses.keys()
        .map(|module| {
            let own = of(module).into_iter().flatten().copied();
            own.filter(|other| of(*other).is_some_and(|theirs| theirs.contains(module))).collect::<Vec<_>>()
        })
        .filter(|circle| circle.len() > 1)
        .collect()
}

fn reached_from<'a>(module: &'a Module, uses: &'a Uses) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut next = vec![module];
    while let Some(module) = next.pop() {
        next.extend(uses.get(module).into_iter().flatten().filter(|used| reached.insert(*used)));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.to_owned() }
    }

    fn told(sources: &[Source]) -> Vec<String> {
        findings(sources).into_iter().map(|(place, finding)| format!("{place}: {}", finding.what)).collect()
    }

    #[test]
    fn modules_that_use_each_other_through_others_are_named() {
        let told = told(&[
            source("a/src/one.rs", "use crate::two::Thing;"),
            source("a/src/two.rs", "mod deep;\nfn f() -> crate::three::Thing {}"),
            source("a/src/two/deep.rs", "use crate::one;"),
            source("a/src/three.rs", "use super::two::{A, B};"),
            source("a/src/four.rs", "use crate::one::Other;"),
        ]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("a: one, three, two use each other"), "{told:?}");
    }

    #[test]
    fn modules_inside_of_one_have_circles_of_their_own() {
        let told = told(&[
            source("a/src/one/x.rs", "use super::y::Y;"),
            source("a/src/one/y.rs", "use crate::one::x::X;"),
            source("a/src/one.rs", "mod x;\nmod y;"),
        ]);
        assert!(told.len() == 1 && told[0].starts_with("a: one::x, one::y use each other"), "{told:?}");
    }

    #[test]
    fn a_module_may_use_what_is_inside_and_what_is_around_it() {
        let sources = [
            source("a/src/one.rs", "mod x;\nuse self::x::X;"),
            source("a/src/one/x.rs", "use super::One; // and crate::two\n#[cfg(test)] use crate::two;"),
            source("a/src/two.rs", "use crate::one::One;"),
            source("b/src/one.rs", "use crate::two;"),
        ];
        assert_eq!(told(&sources), Vec::<String>::new());
    }

    #[test]
    fn a_module_s_file_is_called_after_it() {
        let told = told(&[source("a/src/one/mod.rs", ""), source("tests/shipper/stand/mod.rs", "")]);
        assert!(told.len() == 1 && told[0].starts_with("a/src/one/mod.rs: "), "{told:?}");
    }
}
