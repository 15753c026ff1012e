//! A file of an inventory in CSV, row by row.

use anyhow::{Context, Result, anyhow};
use csv::{ReaderBuilder, StringRecord};
use flate2::read::MultiGzDecoder;
use shipper::notification::key::decode_percent;
use shipper::timestamp::Timestamp;

use super::OBJECTS_A_PAGE;
use super::manifest::{Columns, File};
use super::measured::{Measured, is_cut};
use crate::listed::{Listed, is_archive};

/// Gives pages of the objects below a prefix until `give` wants no more.
///
/// # Errors
/// The file is cut, or not what the manifest says.
pub(super) fn read(
    columns: &Columns,
    file: &File,
    prefix: &str,
    mut bytes: Measured,
    give: &mut impl FnMut(Vec<Listed>) -> bool,
) -> Result<()> {
    let mut rows =
        ReaderBuilder::new().has_headers(false).flexible(true).from_reader(MultiGzDecoder::new(&mut bytes));
    let mut page = Vec::new();
    let mut row = StringRecord::new();
    while rows.read_record(&mut row).with_context(|| is_cut(file))? {
        let object = object(&row, columns)
            .map_err(|problem| anyhow!("row {}: {problem}", row.position().map_or(0, csv::Position::line)))
            .with_context(|| is_cut(file))?;
        page.extend(object.filter(|object| object.key.starts_with(prefix)));
        if page.len() >= OBJECTS_A_PAGE && !give(std::mem::take(&mut page)) {
            return Ok(());
        }
    }
    drop(rows);
    // The pages before were true, too; whether they are all is known only now.
    bytes.agree(file)?;
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
    // In CSV alone S3 writes keys encoded (Amazon S3 User Guide, "Amazon S3 Inventory list").
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
