//! What `shipper ingest` is asked for.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::notification::key::check_key;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::command) struct Arguments {
    /// The bucket to ledger the files under; empty for none.
    pub(super) bucket: String,
    /// Stands before each file's path in its key.
    pub(super) key_prefix: String,
    /// Files and directories, in their order.
    pub(super) paths: Vec<PathBuf>,
    /// Whether standard input names more of them.
    pub(super) names_on_stdin: bool,
}

impl Arguments {
    /// Parses what follows `ingest`.
    pub(in crate::command) fn parse(words: &[OsString]) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut words = words.iter();
        let mut options_ended = false;
        while let Some(word) = words.next() {
            match word.to_str().filter(|_| !options_ended) {
                Some("--") => options_ended = true,
                Some("-") => arguments.names_on_stdin = true,
                Some("--bucket") => arguments.bucket = text(words.next(), "--bucket needs a name")?,
                Some("--key-prefix") => {
                    arguments.key_prefix = text(words.next(), "--key-prefix needs a prefix")?;
                }
                Some(option) if option.starts_with("--") => {
                    return Err(format!("`{option}` is no option of ingest"));
                }
                _ => arguments.paths.push(PathBuf::from(word)),
            }
        }
        if arguments.paths.is_empty() && !arguments.names_on_stdin {
            return Err(
                "ingest needs at least one FILE or DIRECTORY, or - for names on standard input".to_owned()
            );
        }
        Ok(arguments)
    }

    /// The key to ledger a file under: the prefix, and the path without its root and without steps upwards, which no key
    /// may hold.
    ///
    /// # Errors
    /// Why the name can be no key.
    pub(super) fn key(&self, file: &Path) -> Result<String, String> {
        let path = file
            .to_str()
            .ok_or_else(|| format!("{} is no UTF-8, which an S3 key must be; rename it", file.display()))?;
        let mut segments: Vec<&str> = Vec::new();
        for segment in path.trim_start_matches("./").trim_start_matches('/').split('/') {
            match segment {
                ".." => drop(segments.pop()),
                _ => segments.push(segment),
            }
        }
        check_key(format!("{}{}", self.key_prefix, segments.join("/")))
            .map_err(|problem| format!("{path}: {problem}"))
    }
}

fn text(word: Option<&OsString>, needed: &str) -> Result<String, String> {
    let word: &OsStr = word.ok_or(needed)?;
    word.to_str().map(str::to_owned).ok_or_else(|| format!("{needed} in UTF-8, not `{}`", word.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn a_key_is_the_prefix_and_the_path_without_its_root() {
        let arguments = parse(&["--key-prefix", "input/orders/", "x"]).unwrap();
        for (path, key) in [
            ("./a.json", "input/orders/a.json"),
            ("/tmp/b.json", "input/orders/tmp/b.json"),
            ("../data/c.json", "input/orders/data/c.json"),
            ("data/../d.json", "input/orders/d.json"),
        ] {
            assert_eq!(arguments.key(Path::new(path)).unwrap(), key);
        }
    }

    #[test]
    fn a_name_that_is_no_utf_8_is_told_as_such() {
        let word = OsString::from_vec(b"a\xff.json".to_vec());
        let arguments = Arguments::parse(std::slice::from_ref(&word)).unwrap();
        let problem = arguments.key(Path::new(&word)).unwrap_err();
        assert!(problem.contains("is no UTF-8"), "{problem}");
        let problem = Arguments::parse(&[OsString::from("--bucket"), word]).unwrap_err();
        assert!(problem.contains("--bucket needs a name in UTF-8"), "{problem}");
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (words, problem) in [
            (vec![], "at least one FILE"),
            (vec!["--bucket"], "needs a name"),
            (vec!["--buckte", "x", "f"], "`--buckte` is no option"),
        ] {
            assert!(parse(&words).unwrap_err().contains(problem));
        }
    }

    #[test]
    fn a_file_that_looks_like_an_option_can_be_named_behind_two_dashes() {
        assert_eq!(parse(&["--", "--a.json", "-"]).unwrap().paths, ["--a.json", "-"].map(PathBuf::from));
        assert!(parse(&["-"]).unwrap().names_on_stdin);
    }
}
