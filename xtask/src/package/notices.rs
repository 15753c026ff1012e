//! What the package's binary is made of and by which licences: most of them ask that their text travels with it.
//!
//! Made from Cargo's own account of the build and from the crates' sources, so that it can never be of other crates than those
//! that are linked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::told;

/// How the names of files that hold a licence or a notice begin, in capitals.
const BEGINNINGS: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    manifest_path: std::path::PathBuf,
    /// `None` for what lies in this repository.
    source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

/// `None` is linked; `build` and `dev` are not.
#[derive(Debug, Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// The notices of everything that is linked into a program, which a package of the workspace makes, for a target.
///
/// # Errors
/// When Cargo does not answer, or a crate names no licence.
pub(super) fn of(sources: &Path, program: &str, target: &str) -> Result<String> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", target]);
    command.current_dir(sources);
    let metadata: Metadata =
        serde_json::from_str(&told(command)?).context("cargo metadata is not understood")?;
    let linked = linked(&metadata, program)?;
    let mut list = String::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in &linked {
        let what = format!("{} {}", package.name, package.version);
        let license = package.license.as_deref();
        ensure!(license.is_some(), "{what} names no licence; look at it before it is linked");
        let repository = package.repository.as_deref().unwrap_or("no repository named");
        writeln!(list, "{what}  {}  {repository}", license.unwrap_or_default())?;
        for text in license_texts(package.manifest_path.parent().context("a manifest without a folder")?)? {
            texts.entry(text).or_default().push(what.clone());
        }
    }
    let mut notices = format!(
        "The program {program} of pg_ingest is made of these crates, and of Rust's standard library (MIT OR Apache-2.0,\n\
         https://github.com/rust-lang/rust). Behind the list stand the texts of their licences and notices.\n\n{list}"
    );
    let mut ordered: Vec<(&String, &Vec<String>)> = texts.iter().collect();
    ordered.sort_by_key(|(text, of)| (*of, *text));
    for (text, of) in ordered {
        write!(notices, "\n{}\n{}\n\n{}\n", "-".repeat(80), of.join(", "), text.trim())?;
    }
    Ok(notices)
}

/// The foreign packages that end up in the binary of a workspace's package, by name and version.
fn linked<'a>(metadata: &'a Metadata, name: &str) -> Result<Vec<&'a Package>> {
    let root = metadata.packages.iter().find(|package| package.name == name && package.source.is_none());
    let root = root.with_context(|| format!("cargo metadata knows no package {name}"))?;
    let nodes: BTreeMap<&str, &Node> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let (mut seen, mut next) = (BTreeSet::new(), vec![root.id.as_str()]);
    while let Some(id) = next.pop() {
        if seen.insert(id) {
            let deps = nodes.get(id).map_or(&[][..], |node| &node.deps);
            let linked = deps.iter().filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind.is_none()));
            next.extend(linked.map(|dep| dep.pkg.as_str()));
        }
    }
    let mut found: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some() && seen.contains(package.id.as_str()))
        .collect();
    found.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(found)
}

/// The licences and notices that lie in a crate's folder, in the order of their names.
fn license_texts(folder: &Path) -> Result<Vec<String>> {
    let unreadable = || format!("{} cannot be read", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        if path.is_file() && BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
            files.push(path);
        }
    }
    files.sort();
    let read =
        |path: &std::path::PathBuf| Ok(String::from_utf8_lossy(&std::fs::read(path)?).replace("\r\n", "\n"));
    files.iter().map(read).collect::<Result<_>>().with_context(unreadable)
}

#[cfg(test)]
mod tests {
    use local_stack::repository;

    use super::*;

    #[test]
    fn what_is_linked_is_named_with_its_licence_and_what_only_builds_or_tests_is_not() {
        let notices = of(&repository(), "shipper", "x86_64-unknown-linux-gnu").unwrap();
        let (list, texts) = notices.split_once(&"-".repeat(80)).unwrap();
        let named = |name: &str| list.lines().any(|line| line.starts_with(&format!("{name} ")));
        for linked in ["tokio", "rustls", "aws-lc-sys", "lambda_runtime", "tokio-postgres", "serde"] {
            assert!(named(linked), "{linked}");
        }
        for other in ["cc", "shipper", "pgrx", "lexopt"] {
            assert!(!named(other), "{other} is no part of the binary");
        }
        for text in ["Permission is hereby granted", "Apache License", "Amazon.com"] {
            assert!(texts.contains(text), "{text}");
        }
        let here = repository().display().to_string();
        assert!(!notices.contains(&here), "a path of this machine");
    }
}
