//! Formats that people send where JSON was meant, told by their first bytes. Only a body that is not UTF-8, or no JSON, is looked at.

use super::skip_white_space;

/// What a body begins like; in the SQL engine, the same list is `ingest.body_format()`.
const FORMATS: [(&[u8], &str); 23] = [
    (b"\x1f\x8b", "gzip that is damaged, cut off, or was staged without being inflated"),
    (
        b"\x28\xb5\x2f\xfd",
        "zstd that is damaged, cut off, looks back further than 8 MB, or was staged without being unpacked",
    ),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\xff\x06\x00\x00sNaPpY", "snappy"),
    (b"\x78\x9c", "zlib"),
    (b"\x78\xda", "zlib"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x1f\x9d", "compress (.Z)"),
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\x00\x00\x00", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    // Without a mark JSON shows by its first bracket.
    (b"[\x00", "UTF-16"),
    (b"{\x00", "UTF-16"),
    (b"\x00[", "UTF-16"),
    (b"\x00{", "UTF-16"),
    (b"PAR1", "Parquet"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
];

/// What text is named in which each character has one byte.
const ONE_BYTE: &str = "Latin-1, Windows-1252 or another encoding of one byte a character";

/// The same of a body whose byte at `at` is the first that is not UTF-8. JSON in which one such byte stands alone beside a letter is
/// text of another encoding.
pub(super) fn not_utf8(body: &[u8], at: usize) -> Option<&'static str> {
    let letter = |at: usize| body.get(at).is_some_and(u8::is_ascii_alphabetic);
    let stands_alone =
        body.get(at + 1).is_some_and(u8::is_ascii) && (letter(at + 1) || letter(at.saturating_sub(1)));
    let is_json = matches!(body.get(skip_white_space(body, 0)), Some(b'{' | b'['));
    of(body).or_else(|| (stands_alone && is_json).then_some(ONE_BYTE))
}

/// UTF-16 or UTF-32, where the body begins so. Its zeros and letters of ASCII are UTF-8, but no JSON.
pub(crate) fn wide_text(body: &[u8]) -> Option<&'static str> {
    of(body).filter(|name| name.starts_with("UTF-"))
}

/// The name of a format that is not read, where the body begins like one.
fn of(body: &[u8]) -> Option<&'static str> {
    FORMATS.iter().find(|(start, _)| body.starts_with(start)).map(|(_, name)| *name)
}
