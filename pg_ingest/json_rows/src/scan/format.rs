//! Formats that people send where JSON was meant, told by their first bytes. Only a body that is not UTF-8, or no JSON, is looked at.

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

/// UTF-16 or UTF-32, where the body begins so. Its zeros and letters of ASCII are UTF-8, but no JSON.
pub(crate) fn wide_text(body: &[u8]) -> Option<&'static str> {
    of(body).filter(|name| name.starts_with("UTF-"))
}

/// The name of a format that is not read, where the body begins like one.
pub(super) fn of(body: &[u8]) -> Option<&'static str> {
    FORMATS.iter().find(|(start, _)| body.starts_with(start)).map(|(_, name)| *name)
}
