//! `pg-ingest reconcile --inventory` of an S3 Inventory in Parquet.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use super::backfill::{ids, record};
use super::commands::told;
use super::inventory::{loaded_and_changed, manifest_of, reconcile, told_of};
use super::stand::{BUCKET, Stand};

/// As a manifest of S3 has it.
pub(super) const SCHEMA: &str = "message s3.inventory {  required binary bucket (STRING);  required binary key (STRING);  \
    optional binary version_id (STRING);  optional boolean is_latest;  optional boolean is_delete_marker;  optional int64 size;  \
    optional int64 last_modified_date (TIMESTAMP(MILLIS,true));  optional binary e_tag (STRING);  optional binary storage_class (STRING);}";
/// 2026-11-23T09:00:00.250Z.
const TIME: i64 = 1_795_424_400_250;

/// A row of an inventory.
#[derive(Clone)]
pub(super) struct Row {
    key: String,
    is_latest: bool,
    is_delete_marker: bool,
    size: Option<i64>,
    etag: Option<String>,
}

pub(super) fn row(key: impl Into<String>, size: usize, etag: impl Into<String>) -> Row {
    let size = Some(i64::try_from(size).unwrap());
    Row { key: key.into(), is_latest: true, is_delete_marker: false, size, etag: Some(etag.into()) }
}

/// Writes row groups as one file.
pub(super) fn write<W: Write + Send>(
    into: W,
    schema: &str,
    codec: Compression,
    groups: impl IntoIterator<Item = Vec<Row>>,
) -> W {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(codec).build();
    let mut file = SerializedFileWriter::new(into, Arc::clone(&schema), Arc::new(properties)).unwrap();
    for rows in groups {
        let mut group = file.next_row_group().unwrap();
        for field in schema.get_fields() {
            let mut column = group.next_column().unwrap().unwrap();
            let text = |value: &str| Some(ByteArray::from(value));
            match field.name() {
                "bucket" => fill::<ByteArrayType>(&mut column, &rows, |_| text(BUCKET)),
                "key" => fill::<ByteArrayType>(&mut column, &rows, |row| text(&row.key)),
                "is_latest" => fill::<BoolType>(&mut column, &rows, |row| Some(row.is_latest)),
                "is_delete_marker" => fill::<BoolType>(&mut column, &rows, |row| Some(row.is_delete_marker)),
                "size" => fill::<Int64Type>(&mut column, &rows, |row| row.size),
                "last_modified_date" => fill::<Int64Type>(&mut column, &rows, |_| Some(TIME)),
                "e_tag" => {
                    fill::<ByteArrayType>(&mut column, &rows, |row| row.etag.as_deref().and_then(text))
                }
                _ => fill::<ByteArrayType>(&mut column, &rows, |_| None),
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    file.into_inner().unwrap()
}

/// Writes a column. A required one ignores the levels.
fn fill<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    rows: &[Row],
    value: impl Fn(&Row) -> Option<T::T>,
) {
    let values: Vec<Option<T::T>> = rows.iter().map(value).collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    column.typed::<T>().write_batch(&values, Some(&levels), None).unwrap();
}

fn manifest(files: &[Value]) -> String {
    manifest_of(files, "Parquet", SCHEMA)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inventory_in_parquet_says_what_is_missing_changed_and_gone_and_load_mends_it() {
    let stand = Stand::start().await;
    let changed = loaded_and_changed(&stand).await;
    // Keys stand in Parquet as they are, also one that looks as if it were encoded.
    let keys = ["input/a b+c.json", "input/a%20b.json", "input/é😀.json"];
    let mut missing = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        let put = stand.s3.put(BUCKET, key, record(u32::try_from(place).unwrap() + 3));
        missing.push(row(*key, put.size, put.etag));
    }
    let etag = "SELECT etag FROM ingest.file WHERE key = 'input/1.json'";
    let one: String = stand.admin.query_one(etag, &[]).await.unwrap().get(0);
    let former = Row { is_latest: false, ..row("input/2.json", 7, "older") };
    let deleted = Row { is_delete_marker: true, size: None, etag: None, ..row("input/deleted.json", 0, "") };
    let groups = [
        vec![row("elsewhere/1.json", 7, "e"), former, row("input/1.json", record(1).len(), one)],
        vec![deleted, row("input/2.json", changed.size, changed.etag)],
    ];
    let [first, second, third] = missing.try_into().unwrap_or_else(|_| panic!("three keys"));
    let files = [
        write(Vec::new(), SCHEMA, Compression::SNAPPY, groups),
        write(Vec::new(), SCHEMA, Compression::GZIP(GzipLevel::default()), [vec![first]]),
        write(Vec::new(), SCHEMA, Compression::ZSTD(ZstdLevel::default()), [vec![second]]),
        write(Vec::new(), SCHEMA, Compression::UNCOMPRESSED, [Vec::new(), vec![third]]),
    ];
    let mut described = Vec::new();
    for (place, bytes) in files.into_iter().enumerate() {
        let key = format!("i/data/{place}.parquet");
        described.push(told_of(&stand, &key, &bytes).await);
        stand.s3.put("lists", &key, bytes);
    }
    let on_s3 = "s3://lists/i/2026-11-24T00-00Z/manifest.json";
    stand.s3.put("lists", "i/2026-11-24T00-00Z/manifest.json", manifest(&described));

    let output = reconcile(&stand, on_s3, &["--gone"]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("changed  s3://landing-zone/input/2.json"), "{text}");
    assert!(lines[0].contains("2026-11-23T09:00:00.25Z"), "{text}");
    for (line, key) in lines[1..4].iter().zip(keys) {
        assert!(line.starts_with(&format!("missing  s3://landing-zone/{key}")), "{text}");
    }
    assert!(lines[4].starts_with("gone  s3://landing-zone/input/9.json"), "{text}");
    assert!(text.contains("1 loaded, 3 missing, 1 changed since") && text.contains("1 gone"), "{text}");

    let output = reconcile(&stand, on_s3, &["--load"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(ids(&stand).await, [1, 2, 3, 4, 5, 9, 22]);
    assert!(reconcile(&stand, on_s3, &[]).status.success());
}

/// Compares an inventory on a disk of one file.
async fn compared(stand: &Stand, folder: &Path, bytes: &[u8]) -> (Option<i32>, String) {
    let described = told_of(stand, "i/data/1.parquet", bytes).await;
    std::fs::write(folder.join("1.parquet"), bytes).unwrap();
    let path = folder.join("manifest.json");
    std::fs::write(&path, manifest(&[described])).unwrap();
    let output = reconcile(stand, path.to_str().unwrap(), &[]);
    (output.status.code(), told(&output))
}

/// Both files are of pyarrow 26: 2,500 rows with zstd, in row groups of 1,000, and three rows with LZ4.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_another_library_wrote_are_read() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    let (code, text) = compared(&stand, folder.path(), include_bytes!("inventory/by_pyarrow.parquet")).await;
    assert_eq!(code, Some(1), "{text}");
    // Of 2,500 rows in three row groups, every fifth is a version that is not the newest and every seventh a delete marker.
    assert!(
        text.contains("missing  s3://landing-zone/input/0001 +%2B é.json  1 bytes, 2026-11-23T09:00:00.001Z"),
        "{text}"
    );
    assert!(text.contains("1714 missing"), "{text}");
    let (code, text) = compared(&stand, folder.path(), include_bytes!("inventory/with_lz4.parquet")).await;
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("its column key is compressed with LZ4_RAW, which is not read"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_cut_or_of_another_schema_proves_nothing_and_says_so() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    let rows: Vec<Row> =
        (0..3_000).map(|n| row(format!("elsewhere/{n}.json"), n, format!("{n:032x}"))).collect();
    let bytes = write(Vec::new(), SCHEMA, Compression::SNAPPY, [rows]);
    let (code, text) = compared(&stand, folder.path(), &bytes).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("nothing lies below this prefix"), "{text}");

    // The manifest means the whole file.
    let path = folder.path().join("manifest.json");
    let path = path.to_str().unwrap();
    for wrong in [&bytes[..bytes.len() / 2], &bytes[..0], &[bytes.as_slice(), b"more"].concat()] {
        std::fs::write(folder.path().join("1.parquet"), wrong).unwrap();
        let output = reconcile(&stand, path, &[]);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(told(&output).contains("it is cut or damaged"), "{}", told(&output));
    }
    // The manifest means these bytes.
    let middle = [&bytes[..bytes.len() / 3], &bytes[bytes.len() / 3 + 100..]].concat();
    for wrong in [&bytes[..bytes.len() / 2], b"", b"PAR1 and no more than that PAR1", &middle] {
        let (code, text) = compared(&stand, folder.path(), wrong).await;
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("cannot be read as Parquet; have an inventory made anew"), "{text}");
    }
    for (from, to, told) in [
        (
            "optional binary e_tag (STRING);",
            "",
            "it has no column e_tag; add ETag to the bucket's inventory configuration",
        ),
        ("optional int64 size", "optional binary size", "its column size is BYTE_ARRAY; expected INT64"),
        (
            "required binary key",
            "repeated binary key",
            "its column key is repeated; expected one value a row",
        ),
        (" (TIMESTAMP(MILLIS,true))", "", "its column last_modified_date holds numbers; expected times"),
    ] {
        let bytes = write(Vec::new(), &SCHEMA.replace(from, to), Compression::SNAPPY, Vec::new());
        let (code, text) = compared(&stand, folder.path(), &bytes).await;
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(told), "{told} in {text}");
    }
}
