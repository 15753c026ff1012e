//! What an inventory's manifest says (Amazon S3 User Guide, "Inventory manifest").

use std::path::{Path, PathBuf};

use serde::Deserialize;
use shipper::timestamp::Timestamp;

/// A manifest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    source_bucket: String,
    destination_bucket: String,
    #[serde(default)]
    creation_timestamp: Option<String>,
    file_format: String,
    file_schema: String,
    pub(super) files: Vec<File>,
}

/// What its files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Csv(Columns),
    /// Such files have a schema of their own.
    Parquet,
}

/// One of its files.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct File {
    pub(super) key: String,
    pub(super) size: u64,
    /// In hexadecimal.
    #[serde(rename = "MD5checksum")]
    pub(super) md5: String,
}

/// Where in a row of CSV what stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) key: usize,
    pub(super) size: usize,
    pub(super) modified: usize,
    pub(super) etag: usize,
    pub(super) is_latest: Option<usize>,
    pub(super) is_delete_marker: Option<usize>,
    pub(super) class: Option<usize>,
    pub(super) count: usize,
}

impl Manifest {
    /// Reads it.
    ///
    /// # Errors
    /// In words: what it is, and what was expected.
    pub(super) fn read(text: &[u8], bucket: &str) -> Result<(Self, Form), String> {
        let manifest: Self = serde_json::from_slice(text)
            .map_err(|error| format!("no manifest of an S3 Inventory: {error}"))?;
        if manifest.source_bucket != bucket {
            return Err(format!(
                "an inventory of bucket {}; expected one of {bucket}",
                manifest.source_bucket
            ));
        }
        let form = match manifest.file_format.as_str() {
            "CSV" => Form::Csv(Columns::of(&manifest.file_schema)?),
            "Parquet" => Form::Parquet,
            other => {
                return Err(format!(
                    "an inventory in the format {other}, which is not read; choose CSV or Parquet in the bucket's inventory \
                     configuration"
                ));
            }
        };
        Ok((manifest, form))
    }

    /// The bucket that its files lie in, which it names by ARN.
    pub(super) fn destination(&self) -> &str {
        self.destination_bucket.rsplit(':').next().unwrap_or_default()
    }

    /// When it was made.
    pub(super) fn as_of(&self) -> Option<Timestamp> {
        Timestamp::from_millis(self.creation_timestamp.as_deref()?.parse().ok()?)
    }
}

impl Columns {
    fn of(schema: &str) -> Result<Self, String> {
        let names: Vec<&str> = schema.split(',').map(str::trim).collect();
        let place = |name: &str| names.iter().position(|known| *known == name);
        let needed = |name: &str| {
            place(name).ok_or_else(|| {
                format!("its files have no column {name}; add it to the bucket's inventory configuration")
            })
        };
        Ok(Self {
            key: needed("Key")?,
            size: needed("Size")?,
            modified: needed("LastModifiedDate")?,
            etag: needed("ETag")?,
            is_latest: place("IsLatest"),
            is_delete_marker: place("IsDeleteMarker"),
            class: place("StorageClass"),
            count: names.len(),
        })
    }
}

impl File {
    /// Its path where the inventory was copied to a disk: as its key stands below a folder above the manifest, or else
    /// beside that.
    pub(super) fn beside(&self, manifest: &Path) -> PathBuf {
        let folders = manifest.ancestors().skip(1).map(|folder| folder.join(&self.key));
        let name = self.key.rsplit('/').next().unwrap_or_default();
        folders
            .chain([manifest.with_file_name(name)])
            .find(|path| path.exists())
            .unwrap_or_else(|| manifest.with_file_name(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn manifest() -> Value {
        json!({
            "sourceBucket": "landing-zone", "destinationBucket": "arn:aws:s3:::lists", "version": "2016-11-30",
            "creationTimestamp": "1514944800000", "fileFormat": "CSV",
            "fileSchema": "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass",
            "files": [{"key": "i/data/1.csv.gz", "size": 7, "MD5checksum": "f11166069f1990abeb9c97ace9cdfabc"}],
        })
    }

    fn read(manifest: &Value) -> Result<(Manifest, Form), String> {
        Manifest::read(manifest.to_string().as_bytes(), "landing-zone")
    }

    #[test]
    fn the_manifest_says_where_and_what_the_files_are() {
        let (told, form) = read(&manifest()).unwrap();
        assert_eq!((told.destination(), told.files.len()), ("lists", 1));
        assert_eq!(told.as_of(), Timestamp::parse("2018-01-03T02:00:00Z"));
        let Form::Csv(Columns { key, size, etag, is_latest, count, .. }) = form else { panic!("{form:?}") };
        assert_eq!((key, size, etag, is_latest, count), (1, 5, 7, Some(3), 9));
        let mut other = manifest();
        other["fileFormat"] = json!("Parquet");
        other["fileSchema"] = json!("message s3.inventory { required binary bucket (STRING); }");
        assert_eq!(read(&other).unwrap().1, Form::Parquet);
    }

    #[test]
    fn what_cannot_be_compared_is_refused_with_what_to_do() {
        for (member, value, told) in [
            (
                "sourceBucket",
                json!("another"),
                "an inventory of bucket another; expected one of landing-zone",
            ),
            ("fileFormat", json!("ORC"), "in the format ORC, which is not read; choose CSV or Parquet"),
            ("fileSchema", json!("Bucket, Key, Size, LastModifiedDate"), "no column ETag"),
            ("files", json!(7), "no manifest of an S3 Inventory"),
        ] {
            let mut wrong = manifest();
            wrong[member] = value;
            let problem = read(&wrong).unwrap_err();
            assert!(problem.contains(told), "{problem}");
        }
    }
}
