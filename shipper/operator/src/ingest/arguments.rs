//! What `pg-ingest ingest` is asked for.

use std::path::{Path, PathBuf};

use shipper::notification::key::check_key;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct Arguments {
    /// The bucket to ledger the files under (default: none, as when staged by hand)
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(super) bucket: String,
    /// Stands before each file's path in its key, such as input/orders/
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    pub(super) key_prefix: String,
    /// Files and directories; - reads names from standard input, a line each or NUL-ended
    #[arg(required = true, value_name = "FILE")]
    pub(super) paths: Vec<PathBuf>,
}

impl Arguments {
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

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_key_is_the_prefix_and_the_path_without_its_root() {
        let arguments = Arguments { key_prefix: "input/orders/".to_owned(), ..Arguments::default() };
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
        let path = PathBuf::from(OsString::from_vec(b"a\xff.json".to_vec()));
        let problem = Arguments::default().key(&path).unwrap_err();
        assert!(problem.contains("is no UTF-8"), "{problem}");
    }
}
