//! PostgreSQL's binary COPY format (manual, COPY, "Binary Format"), for `ingest.staging`.
//!
//! Pure. A row is written in three parts, so that a body can pass through without ever being held:
//! [`row_head`] ends with the body's length, then come the body's bytes, then [`row_tail`].

use bytes::{BufMut, Bytes, BytesMut};
use uuid::Uuid;

use crate::notification::Removal;
use crate::timestamp::Timestamp;

/// The statement that these bytes belong to; its column order is the encoding's.
pub const COPY_STATEMENT: &str = "COPY ingest.staging (batch_id, bucket, key, version_id, etag, sequencer, event_time, \
     last_modified, size, body, error_code) FROM STDIN (FORMAT binary)";

const COLUMNS: i16 = 11;

/// Everything of a staged row but its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedRow {
    /// Bucket; empty for local files.
    pub bucket: String,
    /// Key, at most 1,024 bytes, without NUL.
    pub key: String,
    /// Version.
    pub version_id: Option<String>,
    /// ETag of what was fetched.
    pub etag: Option<String>,
    /// The event's sequencer.
    pub sequencer: Option<String>,
    /// The event's time.
    pub event_time: Option<Timestamp>,
    /// Last-Modified of what was fetched.
    pub last_modified: Option<Timestamp>,
    /// Bytes of the body, or of the object where there is no body.
    pub size: Option<u64>,
}

/// Why a row has no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// The object was gone.
    Missing,
    /// The object is above the size limit.
    TooLarge,
    /// The row tells of a removal.
    Removed(Removal),
}

impl Absence {
    /// The code as `ingest.staging.error_code` holds it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "object_missing",
            Self::TooLarge => "too_large",
            Self::Removed(Removal::Object) => "object_removed",
            Self::Removed(Removal::Version) => "version_removed",
        }
    }
}

/// The file header: signature, no flags, no extension.
pub fn header() -> Bytes {
    Bytes::from_static(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0")
}

/// The file trailer.
pub fn trailer() -> Bytes {
    Bytes::from_static(b"\xff\xff")
}

/// A whole row without a body.
pub fn row_without_body(batch: Uuid, row: &StagedRow, absence: Absence) -> Bytes {
    let mut bytes = fields_before_body(batch, row);
    bytes.put_i32(-1);
    put_text(&mut bytes, Some(absence.code()));
    bytes.freeze()
}

/// A row up to and including its body's length. Exactly `body_length` bytes must follow, then [`row_tail`].
pub fn row_head(batch: Uuid, row: &StagedRow, body_length: BodyLength) -> Bytes {
    let mut bytes = fields_before_body(batch, row);
    bytes.put_i32(body_length.0);
    bytes.freeze()
}

/// What follows a body.
pub fn row_tail() -> Bytes {
    let mut bytes = BytesMut::new();
    put_text(&mut bytes, None);
    bytes.freeze()
}

/// The length of a body that PostgreSQL can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLength(i32);

impl BodyLength {
    /// `None` above the 2^31 - 1 that the format can express; settings keep bodies below 1 GB.
    pub fn new(bytes: u64) -> Option<Self> {
        i32::try_from(bytes).ok().map(Self)
    }
}

fn fields_before_body(batch: Uuid, row: &StagedRow) -> BytesMut {
    let mut bytes = BytesMut::with_capacity(256 + row.key.len());
    bytes.put_i16(COLUMNS);
    put_bytes(&mut bytes, Some(batch.as_bytes()));
    put_text(&mut bytes, Some(&row.bucket));
    put_text(&mut bytes, Some(&row.key));
    put_text(&mut bytes, row.version_id.as_deref());
    put_text(&mut bytes, row.etag.as_deref());
    put_text(&mut bytes, row.sequencer.as_deref());
    put_i64(&mut bytes, row.event_time.map(Timestamp::to_postgres));
    put_i64(&mut bytes, row.last_modified.map(Timestamp::to_postgres));
    put_i64(&mut bytes, row.size.and_then(|size| i64::try_from(size).ok()));
    bytes
}

fn put_text(bytes: &mut BytesMut, text: Option<&str>) {
    put_bytes(bytes, text.map(str::as_bytes));
}

fn put_i64(bytes: &mut BytesMut, number: Option<i64>) {
    put_bytes(bytes, number.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
}

fn put_bytes(bytes: &mut BytesMut, field: Option<&[u8]>) {
    match field.map(|field| (field, i32::try_from(field.len()))) {
        Some((field, Ok(length))) => {
            bytes.put_i32(length);
            bytes.put_slice(field);
        }
        // Identifiers are bounded at a thousand bytes where they enter; a longer one could only be nothing.
        Some((_, Err(_))) | None => bytes.put_i32(-1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> StagedRow {
        StagedRow {
            bucket: "b".to_owned(),
            key: "k".to_owned(),
            version_id: None,
            etag: Some("e".to_owned()),
            sequencer: None,
            event_time: Timestamp::parse("2000-01-01T00:00:00.000001Z"),
            last_modified: None,
            size: Some(3),
        }
    }

    #[test]
    fn a_row_is_a_field_count_and_fields_with_their_lengths() {
        let batch = Uuid::from_u128(1);
        let head = row_head(batch, &row(), BodyLength::new(3).unwrap());
        let mut expected = vec![0, 11, 0, 0, 0, 16];
        expected.extend_from_slice(batch.as_bytes());
        expected.extend_from_slice(b"\0\0\0\x01b\0\0\0\x01k\xff\xff\xff\xff\0\0\0\x01e\xff\xff\xff\xff");
        expected
            .extend_from_slice(b"\0\0\0\x08\0\0\0\0\0\0\0\x01\xff\xff\xff\xff\0\0\0\x08\0\0\0\0\0\0\0\x03");
        expected.extend_from_slice(b"\0\0\0\x03");
        assert_eq!(head, expected);
        assert_eq!(row_tail(), b"\xff\xff\xff\xff".as_slice());
    }

    #[test]
    fn a_row_without_a_body_says_why() {
        let bytes = row_without_body(Uuid::nil(), &row(), Absence::Missing);
        assert!(bytes.ends_with(b"\xff\xff\xff\xff\0\0\0\x0eobject_missing"));
    }

    #[test]
    fn the_header_has_the_format_s_nineteen_bytes() {
        assert_eq!(header().len(), 19);
        assert_eq!(trailer().len(), 2);
    }

    #[test]
    fn a_body_beyond_the_format_has_no_length() {
        assert_eq!(BodyLength::new(1 << 31), None);
    }
}
