//! The house rules, as checks that explain themselves.

mod modules;
mod prose;
pub(crate) mod release;
mod sql;
mod text;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use local_stack::repository;

use crate::tracked;

/// One breach of a rule.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// From 1; 0 is the whole file.
    line: usize,
    /// What is wrong, and what to do instead.
    what: String,
}

impl Finding {
    fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

/// A text file of the repository.
struct Source {
    path: PathBuf,
    text: String,
}

/// Checks every file that git knows or would take; the findings go to `log`.
///
/// # Errors
/// When a rule is broken.
pub(crate) fn run(log: &Path) -> Result<()> {
    let sources = sources(&repository())?;
    let mut report = Vec::new();
    for source in &sources {
        let marked = prose::findings(&source.path, &source.text);
        for finding in text::findings(&source.path, &source.text).into_iter().chain(marked) {
            report.push(format!("{}:{}: {}", source.path.display(), finding.line, finding.what));
        }
    }
    let migrations: Vec<&Source> = sources
        .iter()
        .filter(|source| source.path.starts_with("migrations") && has_extension(&source.path, "sql"))
        .collect();
    ensure!(!migrations.is_empty(), "there is no migration to check: the rules look in the wrong place");
    let whole = migrations.iter().map(|source| source.text.as_str()).collect::<Vec<_>>().join("\n");
    report.extend(sql::without_comment(&whole).into_iter().map(|object| {
        format!("migrations/: {object} has no COMMENT ON: say there what it is for, for those who read the catalog")
    }));
    let circles = modules::findings(&sources);
    report.extend(circles.into_iter().map(|(place, finding)| format!("{place}: {}", finding.what)));
    report.extend(broken_links(&sources));
    let edited = release::broken_lock(&sources);
    report.extend(
        edited.into_iter().map(|finding| format!("{}:{}: {}", release::LOCK, finding.line, finding.what)),
    );
    let strange = release::other_releases(&sources);
    report.extend(
        strange
            .into_iter()
            .map(|(path, finding)| format!("{}:{}: {}", path.display(), finding.line, finding.what)),
    );
    let summary = format!("{} files looked at, {} findings", sources.len(), report.len());
    std::fs::write(log, format!("{}\n{summary}\n", report.join("\n")))
        .with_context(|| format!("{} cannot be written", log.display()))?;
    if !report.is_empty() {
        bail!("{summary}");
    }
    Ok(())
}

fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for name in tracked::files(root)? {
        // What git lists may have been deleted since, and not every file is text.
        if let Ok(text) = std::fs::read_to_string(root.join(&name)) {
            sources.push(Source { path: PathBuf::from(name), text });
        }
    }
    Ok(sources)
}

/// Links from one page to a file that is not there.
fn broken_links(sources: &[Source]) -> Vec<String> {
    let pages = sources.iter().filter(|source| has_extension(&source.path, "md"));
    let mut report = Vec::new();
    for page in pages {
        let folder = repository().join(page.path.parent().unwrap_or(Path::new("")));
        for target in text::relative_links(&page.text) {
            if !folder.join(target).exists() {
                report.push(format!("{}: links to {target}, which does not exist", page.path.display()));
            }
        }
    }
    report
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}
