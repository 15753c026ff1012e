//! `pg-ingest reconcile --inventory`: an S3 Inventory in place of a listing.

use std::io::Write;
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::backfill::{ids, record, run};
use super::commands::told;
use super::stand::s3::Stored;
use super::stand::{BUCKET, Stand};

const SCHEMA: &str = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag";

/// A gzipped CSV file and what the manifest says of it.
async fn file(stand: &Stand, key: &str, rows: &[[&str; 8]]) -> (Vec<u8>, Value) {
    let mut text = GzEncoder::new(Vec::new(), Compression::default());
    for row in rows {
        let quoted: Vec<String> = row.iter().map(|value| format!("\"{value}\"")).collect();
        writeln!(text, "{}", quoted.join(",")).unwrap();
    }
    let bytes = text.finish().unwrap();
    let told = told_of(stand, key, &bytes).await;
    (bytes, told)
}

/// What a manifest says of a file.
pub(super) async fn told_of(stand: &Stand, key: &str, bytes: &[u8]) -> Value {
    let md5: String = stand.admin.query_one("SELECT md5($1::bytea)", &[&bytes]).await.unwrap().get(0);
    json!({"key": key, "size": bytes.len(), "MD5checksum": md5})
}

fn manifest(files: &[Value], form: &str) -> String {
    manifest_of(files, form, SCHEMA)
}

pub(super) fn manifest_of(files: &[Value], form: &str, schema: &str) -> String {
    let manifest = json!({
        "sourceBucket": BUCKET, "destinationBucket": "arn:aws:s3:::lists", "version": "2016-11-30",
        // Younger than any test.
        "creationTimestamp": "4000000000000", "fileFormat": form, "fileSchema": schema, "files": files,
    });
    manifest.to_string()
}

pub(super) fn reconcile(stand: &Stand, manifest: &str, arguments: &[&str]) -> Output {
    let input = format!("s3://{BUCKET}/input/");
    run(stand, "reconcile", &[], &[&[input.as_str(), "--inventory", manifest], arguments].concat())
}

/// Three files that are loaded; the second has changed since, and the third is gone.
pub(super) async fn loaded_and_changed(stand: &Stand) -> Stored {
    let known = [
        stand.put("input/1.json", record(1)),
        stand.put("input/2.json", record(2)),
        stand.put("input/9.json", record(9)),
    ];
    assert_eq!(stand.deliver(&known).await, Vec::<String>::new());
    stand.s3.delete(BUCKET, "input/9.json");
    stand.s3.put(BUCKET, "input/2.json", record(22))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inventory_says_what_is_missing_changed_and_gone_and_load_mends_it() {
    let stand = Stand::start().await;
    let changed = loaded_and_changed(&stand).await;
    let missing = stand.s3.put(BUCKET, "input/a b+c.json", record(3));
    let one =
        stand.admin.query_one("SELECT etag FROM ingest.file WHERE key = 'input/1.json'", &[]).await.unwrap();
    let (one, day) = (one.get::<_, String>(0), "2026-11-23T09:00:00.000Z");
    let (size_of_changed, size_of_missing) = (changed.size.to_string(), missing.size.to_string());
    let row = |key, latest, etag, size| [BUCKET, key, "", latest, "false", size, day, etag];
    let rows = [
        row("input/1.json", "true", one.as_str(), "19"),
        row("input/2.json", "true", changed.etag.as_str(), size_of_changed.as_str()),
        row("input/2.json", "false", "older", "7"),
        [BUCKET, "input/deleted.json", "", "true", "true", "", day, ""],
        row("elsewhere/1.json", "true", "e", "7"),
    ];
    let (first, told_of_first) = file(&stand, "i/data/1.csv.gz", &rows).await;
    let (second, told_of_second) = file(
        &stand,
        "i/data/2.csv.gz",
        &[row("input/a+b%2Bc.json", "true", missing.etag.as_str(), size_of_missing.as_str())],
    )
    .await;
    stand.s3.put("lists", "i/data/1.csv.gz", first);
    stand.s3.put("lists", "i/data/2.csv.gz", second);
    let text = manifest(&[told_of_first, told_of_second], "CSV");
    stand.s3.put("lists", "i/2026-11-24T00-00Z/manifest.json", text);
    let on_s3 = "s3://lists/i/2026-11-24T00-00Z/manifest.json";

    let output = reconcile(&stand, on_s3, &["--gone"]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("changed  s3://landing-zone/input/2.json"), "{text}");
    assert!(lines[1].starts_with("missing  s3://landing-zone/input/a b+c.json"), "{text}");
    assert!(lines[2].starts_with("gone  s3://landing-zone/input/9.json"), "{text}");
    assert!(text.contains("1 loaded, 1 missing, 1 changed since") && text.contains("1 gone"), "{text}");

    // Rows go by a listing alone.
    let output = reconcile(&stand, on_s3, &["--gone", "--load"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("an inventory may lack objects"), "{}", told(&output));

    let output = reconcile(&stand, on_s3, &["--load"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(ids(&stand).await, [1, 2, 3, 9, 22]);
    assert!(reconcile(&stand, on_s3, &[]).status.success());
}

fn write(folder: &Path, name: &str, body: &[u8]) {
    std::fs::write(folder.join(name), body).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_cut_or_of_another_form_proves_nothing_and_says_so() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    let rows: Vec<[&str; 8]> =
        vec![[BUCKET, "elsewhere/1.json", "", "true", "false", "9", "2026-11-23T09:00:00Z", "e"]; 100];
    let (bytes, told_of_it) = file(&stand, "i/data/1.csv.gz", &rows).await;
    let path = folder.path().join("manifest.json");
    let path = path.to_str().unwrap();
    write(folder.path(), "manifest.json", manifest(std::slice::from_ref(&told_of_it), "CSV").as_bytes());
    write(folder.path(), "1.csv.gz", &bytes);
    let output = reconcile(&stand, path, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("nothing lies below this prefix"), "{}", told(&output));

    // In the middle; behind a member of it that is whole; with another file in its place; and without it.
    let (shorter, _) = file(&stand, "x", &rows[..7]).await;
    for wrong in [&bytes[..bytes.len() / 2], &bytes[..0], &shorter[..]] {
        write(folder.path(), "1.csv.gz", wrong);
        let output = reconcile(&stand, path, &[]);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(told(&output).contains("cut or"), "{}", told(&output));
    }
    std::fs::remove_file(folder.path().join("1.csv.gz")).unwrap();
    let output = reconcile(&stand, path, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("1.csv.gz cannot be read"), "{}", told(&output));

    write(folder.path(), "manifest.json", manifest(&[told_of_it], "ORC").as_bytes());
    let output = reconcile(&stand, path, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        told(&output).contains("in the format ORC, which is not read; choose CSV or Parquet"),
        "{}",
        told(&output)
    );
    let output = reconcile(&stand, "s3://lists/none/manifest.json", &[]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("does not exist"), "{}", told(&output));
}
