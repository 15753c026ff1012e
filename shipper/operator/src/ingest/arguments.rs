//! What `pg-ingest ingest` is asked for.

use std::path::{Path, PathBuf};

use shipper::notification::key::check_key;

use crate::location::Location;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct Arguments {
    /// The bucket to ledger the files under (default: none, as when staged by hand)
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(super) bucket: String,
    /// Stands before each file's path in its key, such as input/orders/
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    pub(super) key_prefix: String,
    /// Files and directories; - reads names from standard input, a line each or NUL-ended. Or s3://BUCKET/PREFIX, or one
    /// object's whole key: what the ledger does not know of it, as backfill does it
    #[arg(required = true, value_name = "FILE")]
    pub(super) paths: Vec<PathBuf>,
}

impl Arguments {
    /// The place on S3 that is meant instead of files, if any.
    ///
    /// # Errors
    /// It is none, or stands among files, or with flags that are for files.
    pub(crate) fn on_s3(&self) -> anyhow::Result<Option<Location>> {
        let is_on_s3 =
            |path: &PathBuf| path.to_str().filter(|path| path.starts_with("s3://")).map(str::to_owned);
        match (&self.paths[..], self.paths.iter().find_map(is_on_s3)) {
            (_, None) => Ok(None),
            ([_], Some(place)) if self.bucket.is_empty() && self.key_prefix.is_empty() => {
                place.parse().map(Some).map_err(anyhow::Error::msg)
            }
            (_, Some(place)) => anyhow::bail!(
                "{place} stands beside files, --bucket or --key-prefix; objects have a bucket and a key of their own, so give \
                 it alone"
            ),
        }
    }

    /// Of files whose keys belong to no bucket.
    pub(crate) fn of(key_prefix: String, paths: Vec<PathBuf>) -> Self {
        Self { bucket: String::new(), key_prefix, paths }
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
    fn a_place_on_s3_stands_alone() {
        let of = |paths: &[&str], bucket: &str| {
            let paths = paths.iter().map(PathBuf::from).collect();
            Arguments { paths, bucket: bucket.to_owned(), ..Arguments::default() }.on_s3()
        };
        let place = of(&["s3://b/in/"], "").unwrap().unwrap();
        assert_eq!((place.bucket.as_str(), place.prefix.as_str()), ("b", "in/"));
        assert_eq!(of(&["a.json", "-"], "").unwrap(), None);
        assert!(of(&["a.json", "s3://b/in/"], "").unwrap_err().to_string().contains("give it alone"));
        assert!(of(&["s3://b/in/"], "c").unwrap_err().to_string().contains("give it alone"));
        assert!(of(&["s3:///in/"], "").unwrap_err().to_string().contains("s3://BUCKET/PREFIX"));
    }

    #[test]
    fn a_name_that_is_no_utf_8_is_told_as_such() {
        let path = PathBuf::from(OsString::from_vec(b"a\xff.json".to_vec()));
        let problem = Arguments::default().key(&path).unwrap_err();
        assert!(problem.contains("is no UTF-8"), "{problem}");
    }
}
