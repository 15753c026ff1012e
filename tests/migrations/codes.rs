//! The codes that the sources give, against the page that explains them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Where codes stand in text: what is before one, and what behind it.
const IN_RUST: &[(&str, &str)] = &[
    ("=> \"", "\""),
    ("reject(\"", "\""),
    ("rejected(\"", "\""),
    ("Rejection::add(&mut rejection, \"", "\""),
];

/// Codes that the extension's reader and the shipper give, by their sources, and those of the conformance cases.
pub(crate) fn given(root: &Path) -> Result<BTreeSet<String>> {
    let mut codes = BTreeSet::new();
    let code = read(&root.join("pg_ingest/json_rows/src/code.rs"))?;
    let (_, table) = code.split_once("fn name(self)").context("code.rs names its codes in Code::name()")?;
    let (table, _) = table.split_once("}\n").unwrap_or((table, ""));
    collect(table, &mut codes);
    for folder in ["shipper/src/notification", "shipper/src/batch"] {
        for file in files(&root.join(folder))? {
            // A call may be broken over lines.
            let joined = read(&file)?.split_whitespace().collect::<Vec<_>>().join(" ");
            collect(&joined.replace("( ", "("), &mut codes);
        }
    }
    for file in files(&root.join("tests/conformance"))? {
        if file.extension().is_some_and(|extension| extension == "yaml") {
            codes.extend(read(&file)?.lines().filter_map(rejected));
        }
    }
    Ok(codes)
}

/// Codes that the page explains: the first cell of each row of its first two tables.
pub(crate) fn explained(page: &str) -> BTreeSet<String> {
    let (codes, _) = page.split_once("## Status of a file").unwrap_or((page, ""));
    codes
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(code, _)| code.to_owned())
        .collect()
}

/// The code of a case's line such as `reject a.json 1 id type_mismatch: column id: …`.
fn rejected(line: &str) -> Option<String> {
    let fields = line.trim().strip_prefix("reject ")?;
    let code = fields.split(' ').find_map(|field| field.strip_suffix(':'))?;
    Some(if code.starts_with("sqlstate_") { "sqlstate_XXXXX".to_owned() } else { code.to_owned() })
}

fn collect(text: &str, codes: &mut BTreeSet<String>) {
    for (before, behind) in IN_RUST {
        let found = text.split(before).skip(1).filter_map(|rest| rest.split_once(behind));
        codes.extend(found.map(|(code, _)| code.to_owned()).filter(|code| is_code(code)));
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_' || letter == '8')
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    Ok(entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .filter(|path| path.is_file())
        .collect())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
