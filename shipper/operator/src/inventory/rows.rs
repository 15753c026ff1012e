//! A file of an inventory, row by row.

use std::io::Read;

use anyhow::{Context, Result, anyhow, bail};
use bytes::{Buf, Bytes};
use csv::{ReaderBuilder, StringRecord};
use flate2::read::MultiGzDecoder;
use md5::{Digest, Md5};
use shipper::notification::key::decode_percent;
use shipper::timestamp::Timestamp;
use tokio::sync::mpsc;

use super::manifest::{Columns, File, Manifest};
use crate::listed::{Listed, is_archive};

/// As many as a page of a listing.
const OBJECTS_A_PAGE: usize = 1_000;

/// Gives pages of the objects below a prefix until `give` wants no more.
///
/// # Errors
/// The file is cut, or not what the manifest says.
pub(super) fn read(
    manifest: &Manifest,
    file: &File,
    prefix: &str,
    bytes: mpsc::Receiver<Bytes>,
    give: &mut impl FnMut(Vec<Listed>) -> bool,
) -> Result<()> {
    let is_cut =
        || format!("the inventory's file {} is cut or damaged; have an inventory made anew", file.key);
    let mut measured = Measured { bytes, chunk: Bytes::new(), size: 0, digest: Md5::new() };
    let inflated = MultiGzDecoder::new(&mut measured);
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(inflated);
    let mut page = Vec::new();
    let mut row = StringRecord::new();
    while rows.read_record(&mut row).with_context(is_cut)? {
        let object = object(&row, &manifest.columns)
            .map_err(|problem| anyhow!("row {}: {problem}", row.position().map_or(0, csv::Position::line)))
            .with_context(is_cut)?;
        page.extend(object.filter(|object| object.key.starts_with(prefix)));
        if page.len() >= OBJECTS_A_PAGE && !give(std::mem::take(&mut page)) {
            return Ok(());
        }
    }
    drop(rows);
    // The pages before were true, too; whether they are all is known only now.
    measured.rest().with_context(is_cut)?;
    let digest: String = measured.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if measured.size != file.size || !digest.eq_ignore_ascii_case(&file.md5) {
        bail!(
            "the inventory's file {} has {} bytes and the MD5 {digest}; its manifest says {} and {}: it is cut or \
             damaged, so have an inventory made anew",
            file.key,
            measured.size,
            file.size,
            file.md5
        );
    }
    if !page.is_empty() {
        give(page);
    }
    Ok(())
}

/// The object of a row; `None` for what is not what the bucket shows today.
fn object(row: &StringRecord, columns: &Columns) -> Result<Option<Listed>, String> {
    if row.len() != columns.count {
        return Err(format!("{} values; expected {}", row.len(), columns.count));
    }
    let value = |place: usize| row.get(place).unwrap_or_default();
    let is =
        |place: Option<usize>, word: &str| place.is_none_or(|place| value(place).eq_ignore_ascii_case(word));
    let is_marker = columns.is_delete_marker.is_some() && is(columns.is_delete_marker, "true");
    if !is(columns.is_latest, "true") || is_marker {
        return Ok(None);
    }
    let key = decode_percent(value(columns.key).as_bytes(), true).and_then(|key| String::from_utf8(key).ok());
    let modified = value(columns.modified);
    let class = columns.class.map(value).filter(|class| is_archive(class));
    Ok(Some(Listed {
        key: key.ok_or_else(|| format!("a key that cannot be decoded: {}", value(columns.key)))?,
        etag: Some(value(columns.etag).trim_matches('"').to_owned()).filter(|etag| !etag.is_empty()),
        size: value(columns.size).parse().map_err(|_| format!("a size of {}", value(columns.size)))?,
        modified: Timestamp::parse(modified),
        modified_text: modified.to_owned(),
        // Whether it has been restored, an inventory does not say.
        archived: class.map(str::to_owned),
    }))
}

/// Bytes that come over a channel, counted and digested as they are read.
struct Measured {
    bytes: mpsc::Receiver<Bytes>,
    chunk: Bytes,
    size: u64,
    digest: Md5,
}

impl Measured {
    /// What follows behind the last row.
    fn rest(&mut self) -> std::io::Result<()> {
        std::io::copy(self, &mut std::io::sink()).map(drop)
    }
}

impl Read for Measured {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.chunk.is_empty() {
            match self.bytes.blocking_recv() {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let read = buffer.len().min(self.chunk.len());
        buffer[..read].copy_from_slice(&self.chunk[..read]);
        self.digest.update(&self.chunk[..read]);
        self.chunk.advance(read);
        self.size += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns {
        key: 0,
        size: 1,
        modified: 2,
        etag: 3,
        is_latest: Some(4),
        is_delete_marker: Some(5),
        class: Some(6),
        count: 7,
    };

    fn row(values: [&str; 7]) -> Result<Option<Listed>, String> {
        object(&StringRecord::from(values.to_vec()), &COLUMNS)
    }

    #[test]
    fn a_row_is_the_object_that_a_listing_would_show() {
        let listed = row([
            "in/a+b%2Bc%C3%A9.json",
            "7",
            "2026-11-01T06:00:00.000Z",
            "e-2",
            "true",
            "false",
            "STANDARD",
        ]);
        let listed = listed.unwrap().unwrap();
        assert_eq!(
            (listed.key.as_str(), listed.size, listed.etag.as_deref()),
            ("in/a b+cé.json", 7, Some("e-2"))
        );
        assert_eq!(listed.modified, Timestamp::parse("2026-11-01T06:00:00Z"));
        let archived = row(["k", "7", "", "e", "TRUE", "false", "DEEP_ARCHIVE"]).unwrap().unwrap();
        assert_eq!(archived.archived.as_deref(), Some("DEEP_ARCHIVE"));
    }

    #[test]
    fn versions_that_are_not_the_newest_and_delete_markers_are_nothing_that_is_there() {
        assert_eq!(row(["k", "7", "", "e", "false", "false", ""]).unwrap(), None);
        assert_eq!(row(["k", "", "", "", "true", "true", ""]).unwrap(), None);
    }

    #[test]
    fn a_row_that_is_none_says_why() {
        assert!(row(["k", "x", "", "e", "true", "false", ""]).unwrap_err().contains("a size of x"));
        assert!(row(["%FF", "7", "", "e", "true", "false", ""]).unwrap_err().contains("decoded"));
        let short = object(&StringRecord::from(vec!["k", "7"]), &COLUMNS).unwrap_err();
        assert!(short.contains("2 values; expected 7"), "{short}");
    }
}
