//! Which files are meant: those that are named, those in directories, and those that standard input names.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::arguments::Arguments;
use crate::location::shown;

/// Names that cannot be taken are told up to this many.
const TOLD_AT_MOST: usize = 10;

/// The files to load, in order.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// Each with a path that can be a key.
    pub(crate) paths: Vec<PathBuf>,
    /// Entries of directories that were left out.
    pub(crate) left_out: usize,
    problems: Vec<String>,
}

impl Files {
    /// Finds them all before the first is staged: a mistyped name stops nothing halfway.
    ///
    /// # Errors
    /// Every name that cannot be taken.
    pub(crate) fn find(arguments: &Arguments) -> anyhow::Result<Self> {
        let mut files = Self::default();
        for path in &arguments.paths {
            if path == Path::new("-") {
                files.add_names_on_stdin(arguments)?;
            } else {
                files.add(arguments, path);
            }
        }
        if !files.problems.is_empty() {
            let more = files.problems.len().saturating_sub(TOLD_AT_MOST);
            files.problems.truncate(TOLD_AT_MOST);
            let more = if more > 0 { format!("\n… and {more} more") } else { String::new() };
            let problems: Vec<String> = files.problems.iter().map(|problem| shown(problem)).collect();
            bail!("nothing was loaded:\n{}{more}", problems.join("\n"));
        }
        Ok(files)
    }

    fn add_names_on_stdin(&mut self, arguments: &Arguments) -> anyhow::Result<()> {
        let mut names = Vec::new();
        std::io::stdin().lock().read_to_end(&mut names).context("standard input cannot be read")?;
        for name in split_names(&names) {
            self.add(arguments, Path::new(OsStr::from_bytes(name)));
        }
        Ok(())
    }

    fn add(&mut self, arguments: &Arguments, path: &Path) {
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => self.add_directory(arguments, path),
            Ok(found) if found.is_file() => match arguments.key(path) {
                Ok(_) => self.paths.push(path.to_owned()),
                Err(problem) => self.problems.push(problem),
            },
            Ok(_) => self.problems.push(format!("{} is neither a file nor a directory", path.display())),
            Err(error) => self.problems.push(format!("{} cannot be read: {error}", path.display())),
        }
    }

    /// Everything below a directory in the order of names, but for what is hidden by `.` or `_`, as Hive and Spark mark
    /// what is no data. Links to directories are not followed, since they may lead round in a circle.
    fn add_directory(&mut self, arguments: &Arguments, directory: &Path) {
        let entries = std::fs::read_dir(directory).and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
        });
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                self.problems.push(format!("{} cannot be read: {error}", directory.display()));
                return;
            }
        };
        entries.sort();
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().as_bytes();
            if name.starts_with(b".") || name.starts_with(b"_") || (entry.is_symlink() && entry.is_dir()) {
                self.left_out += 1;
            } else {
                self.add(arguments, &entry);
            }
        }
    }
}

/// A name a line; with a NUL anywhere, a name to each NUL, as `find -print0` writes them.
fn split_names(names: &[u8]) -> impl Iterator<Item = &[u8]> {
    let separator = if names.contains(&0) { 0 } else { b'\n' };
    names.split(move |byte| *byte == separator).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_with_lines_or_with_nul() {
        let split = |names: &'static [u8]| split_names(names).collect::<Vec<_>>();
        assert_eq!(split(b"a b.json\n\xff.json\n"), [b"a b.json".as_slice(), b"\xff.json"]);
        assert_eq!(split(b"a\nb.json\0c.json\0"), [b"a\nb.json".as_slice(), b"c.json"]);
        assert!(split(b"").is_empty());
    }
}
