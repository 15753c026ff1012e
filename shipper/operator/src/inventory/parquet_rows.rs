//! A file of an inventory in Parquet, row by row.
//!
//! A page of each column is held at a time, so that memory does not grow with the file or its row groups.

mod columns;

use std::io::Read;

use anyhow::{Context, Result, anyhow};
use aws_sdk_s3::primitives::DateTime;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use shipper::timestamp::Timestamp;

use self::columns::{Column, Columns, Unit};
use super::OBJECTS_A_PAGE;
use super::manifest::File;
use super::measured::Measured;
use crate::listed::{Listed, is_archive};

/// Gives pages of the objects below a prefix until `give` wants no more.
///
/// # Errors
/// The file is cut, not what the manifest says, or no inventory in Parquet.
pub(super) fn read(
    file: &File,
    prefix: &str,
    bytes: Measured,
    give: &mut impl FnMut(Vec<Listed>) -> bool,
) -> Result<()> {
    let copy = copied(file, bytes)?;
    let is_no_inventory = || {
        format!(
            "the inventory's file {} is what its manifest says and cannot be read as Parquet; have an inventory made anew",
            file.key
        )
    };
    let reader = SerializedFileReader::new(copy).with_context(is_no_inventory)?;
    let columns = Columns::of(reader.metadata().file_metadata().schema_descr())
        .and_then(|columns| columns.check_codecs(reader.metadata()).map(|()| columns))
        .map_err(|problem| anyhow!("the inventory's file {}: {problem}", file.key))?;
    let mut page = Vec::new();
    for number in 0..reader.num_row_groups() {
        let group = reader.get_row_group(number).with_context(is_no_inventory)?;
        let mut rows = Rows::of(&*group, &columns).with_context(is_no_inventory)?;
        let mut left = usize::try_from(group.metadata().num_rows()).with_context(is_no_inventory)?;
        while left > 0 {
            let count = left.min(OBJECTS_A_PAGE - page.len());
            let objects = rows.next(count).with_context(is_no_inventory)?;
            page.extend(objects.into_iter().filter(|object| object.key.starts_with(prefix)));
            left -= count;
            if page.len() == OBJECTS_A_PAGE && !give(std::mem::take(&mut page)) {
                return Ok(());
            }
        }
    }
    if !page.is_empty() {
        give(page);
    }
    Ok(())
}

/// Parquet is read from its end, so the bytes have to lie on a disk. The file has no name and goes with the program.
fn copied(file: &File, mut bytes: Measured) -> Result<std::fs::File> {
    let folder = std::env::temp_dir();
    let no_room = || {
        format!(
            "the inventory's file {} cannot be copied to {}, which needs {} bytes for it; make room there or name another folder \
             in TMPDIR",
            file.key,
            folder.display(),
            file.size
        )
    };
    let mut copy = tempfile::tempfile_in(&folder).with_context(no_room)?;
    std::io::copy(&mut bytes.by_ref().take(file.size), &mut copy).with_context(no_room)?;
    bytes.agree(file)?;
    Ok(copy)
}

/// The rows of a row group, from the first on.
struct Rows {
    key: Column<ByteArrayType>,
    size: Column<Int64Type>,
    modified: Column<Int64Type>,
    unit: Unit,
    etag: Column<ByteArrayType>,
    is_latest: Option<Column<BoolType>>,
    is_delete_marker: Option<Column<BoolType>>,
    class: Option<Column<ByteArrayType>>,
}

impl Rows {
    fn of(group: &dyn RowGroupReader, columns: &Columns) -> Result<Self> {
        Ok(Self {
            key: Column::of(group, columns.key)?,
            size: Column::of(group, columns.size)?,
            modified: Column::of(group, columns.modified)?,
            unit: columns.unit,
            etag: Column::of(group, columns.etag)?,
            is_latest: columns.is_latest.map(|place| Column::of(group, place)).transpose()?,
            is_delete_marker: columns.is_delete_marker.map(|place| Column::of(group, place)).transpose()?,
            class: columns.class.map(|place| Column::of(group, place)).transpose()?,
        })
    }

    /// Of the next rows those that are what the bucket shows.
    fn next(&mut self, count: usize) -> Result<Vec<Listed>> {
        let keys = self.key.next(count)?;
        let (sizes, times, etags) =
            (self.size.next(count)?, self.modified.next(count)?, self.etag.next(count)?);
        let latest = next_or_absent(self.is_latest.as_mut(), count)?;
        let markers = next_or_absent(self.is_delete_marker.as_mut(), count)?;
        let classes = next_or_absent(self.class.as_mut(), count)?;
        let mut objects = Vec::with_capacity(count);
        let rows = keys.iter().zip(sizes).zip(times).zip(&etags).zip(latest).zip(markers).zip(&classes);
        for ((((((key, size), time), etag), latest), marker), class) in rows {
            if latest.unwrap_or(true) && !marker.unwrap_or(false) {
                let millis = time.map(|time| self.unit.millis(time));
                objects.push(object(key.as_ref(), size, millis, etag.as_ref(), class.as_ref())?);
            }
        }
        Ok(objects)
    }
}

/// A column that the inventory may leave out has no values.
fn next_or_absent<T: parquet::data_type::DataType>(
    column: Option<&mut Column<T>>,
    count: usize,
) -> Result<Vec<Option<T::T>>> {
    column.map_or_else(|| Ok(vec![None; count]), |column| column.next(count))
}

/// The object of a row. Its key is taken as it stands: S3 encodes keys in CSV alone (Amazon S3 User Guide, "Amazon S3
/// Inventory list").
fn object(
    key: Option<&ByteArray>,
    size: Option<i64>,
    millis: Option<i64>,
    etag: Option<&ByteArray>,
    class: Option<&ByteArray>,
) -> Result<Listed> {
    let key = text(key)?.context("a row without a key")?;
    let size = size.with_context(|| format!("no size of {key}"))?;
    let modified = millis.map(DateTime::from_millis);
    Ok(Listed {
        etag: text(etag)?.map(|etag| etag.trim_matches('"').to_owned()).filter(|etag| !etag.is_empty()),
        size: u64::try_from(size).ok().with_context(|| format!("a size of {size} of {key}"))?,
        modified: modified.as_ref().and_then(Timestamp::from_sdk),
        modified_text: modified.map(|time| time.to_string()).unwrap_or_default(),
        // Whether it has been restored, an inventory does not say.
        archived: text(class)?.filter(|class| is_archive(class)),
        key,
    })
}

fn text(value: Option<&ByteArray>) -> Result<Option<String>> {
    let text = value.map(|value| String::from_utf8(value.data().to_vec()));
    text.transpose().context("a text that is not UTF-8")
}
