//! Bodies arrive as they are stored, whatever their size, packing and version, in bounded memory.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::stand::events::{self, Message};
use super::stand::proxy::Then;
use super::stand::s3::Fault;
use super::stand::{BUCKET, Settings, Stand};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A frame that looks back so far at most.
fn zstd(bytes: &[u8], window_log: u32) -> Vec<u8> {
    let mut context = zstd_safe::CCtx::create();
    context.set_parameter(zstd_safe::CParameter::WindowLog(window_log)).unwrap();
    let mut packed = Vec::with_capacity(zstd_safe::compress_bound(bytes.len()));
    context.compress2(&mut packed, bytes).unwrap();
    packed
}

/// A file of one record whose text does not compress well.
fn file(id: u32, bytes: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(id.into());
    let said: String = std::iter::repeat_with(|| random.alphanumeric()).take(bytes).collect();
    json!({"id": id, "said": said}).to_string().into_bytes()
}

async fn length_of(stand: &Stand, id: i32) -> i64 {
    let sql = "SELECT length(said)::bigint FROM landing.things WHERE id = $1";
    stand.admin.query_one(sql, &[&id]).await.unwrap().get(0)
}

#[tokio::test]
async fn gzip_and_zstd_are_unpacked_whatever_their_name_says() {
    let stand = Stand::start().await;
    let halves = |id: u32| {
        let whole = file(id, 50_000);
        let (first, second) = whole.split_at(20_000);
        [first.to_vec(), second.to_vec()]
    };
    let messages = [
        stand.put("input/1.json.gz", gzip(&file(1, 50_000))),
        stand.put("input/2.json", gzip(&file(2, 50_000))),
        stand.put("input/3.json.gz", file(3, 50_000)),
        // As tar and some archivers leave it: whole blocks, filled with zeros.
        stand.put("input/4.json.gz", [gzip(&file(4, 50_000)), vec![0; 512]].concat()),
        stand.put("input/5.json.gz", halves(5).map(|half| gzip(&half)).concat()),
        stand.put("input/6.json.zst", zstd(&file(6, 50_000), 23)),
        stand.put("input/7.json", zstd(&file(7, 50_000), 20)),
        stand.put("input/8.json.gz", halves(8).map(|half| zstd(&half, 20)).concat()),
    ];
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new());
    for id in 1..=8 {
        assert_eq!(length_of(&stand, id).await, 50_000, "{id}");
    }
    for key in ["input/1.json.gz", "input/7.json"] {
        let unpacked = i64::try_from(file(1, 50_000).len()).unwrap();
        let size = format!("SELECT size FROM ingest.file WHERE key = '{key}'");
        assert_eq!(stand.number(&size).await, unpacked, "{key}");
    }
}

#[tokio::test]
async fn a_damaged_body_is_quarantined_and_a_bomb_is_too_large() {
    let stand = Settings::usual().with("MAX_OBJECT_BYTES", 10_000_000).start().await;
    let cut_off = |mut packed: Vec<u8>| {
        packed.truncate(500);
        packed
    };
    let spaces = vec![b' '; 30_000_000];
    let messages = [
        stand.put("input/1.json.gz", cut_off(gzip(&file(1, 1_000)))),
        stand.put("input/2.json.gz", gzip(&spaces)),
        stand.put("input/3.json", file(3, 10)),
        stand.put("input/4.json.zst", cut_off(zstd(&file(4, 1_000), 20))),
        stand.put("input/5.json.zst", zstd(&spaces, 20)),
        // More memory than a reader owes: a frame that asks for gigabytes must get nothing.
        stand.put("input/6.json.zst", zstd(&file(6, 9_000_000), 27)),
        stand.put("input/7.json.lz4", &b"\x04\x22\x4d\x18\xff"[..]),
    ];
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new());
    let ledger = stand.ledger().await;
    let statuses: Vec<&str> = ledger.iter().map(|(_, status, _)| status.as_str()).collect();
    let expected =
        ["load_failed", "load_failed", "loaded", "load_failed", "load_failed", "load_failed", "load_failed"];
    assert_eq!(statuses, expected);
    for key in ["input/2.json.gz", "input/5.json.zst"] {
        let bomb = format!("SELECT size FROM ingest.file WHERE key = '{key}' AND error_code = 'too_large'");
        let told = stand.number(&bomb).await;
        assert!(
            told > 10_000_000,
            "the ledger says what the bomb grows to at least, not how small it arrived: {told}"
        );
    }
    for (key, name) in [
        ("1.json.gz", "gzip that is damaged"),
        ("4.json.zst", "zstd that is damaged"),
        ("6.json.zst", "looks back further"),
        ("7.json.lz4", "the body is lz4"),
    ] {
        let error: String = stand
            .admin
            .query_one("SELECT error FROM ingest.file WHERE key = 'input/' || $1::text", &[&key])
            .await
            .unwrap()
            .get(0);
        assert!(error.contains(name), "{key}: {error}");
    }
}

#[tokio::test]
async fn large_objects_stream_packed_or_not_beside_small_ones() {
    let stand = Settings::usual().with("STREAM_ABOVE_BYTES", 100_000).start().await;
    let messages = [
        stand.put("input/1.json", file(1, 3_000_000)),
        stand.put("input/2.json", file(2, 100)),
        stand.put("input/3.json.gz", gzip(&file(3, 3_000_000))),
        stand.put("input/4.json", file(4, 500_000)),
        stand.put("input/5.json.zst", zstd(&file(5, 3_000_000), 20)),
    ];
    // However few bytes come first, more are waited for until they tell how the body is packed.
    stand.s3.fail_next(BUCKET, "input/3.json.gz", [Fault::ResetAfter(1)]);
    stand.s3.fail_next(BUCKET, "input/5.json.zst", [Fault::ResetAfter(3)]);
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new());
    for (id, length) in [(1, 3_000_000), (2, 100), (3, 3_000_000), (4, 500_000), (5, 3_000_000)] {
        assert_eq!(length_of(&stand, id).await, length, "{id}");
    }
    let files = [file(1, 3_000_000), file(2, 100), file(3, 3_000_000), file(4, 500_000), file(5, 3_000_000)];
    let expected: u64 = files.map(|f| f.len() as u64).iter().sum();
    assert_eq!(stand.metrics()[0]["Bytes"].as_f64().unwrap(), expected as f64);
}

#[tokio::test]
async fn what_is_too_large_is_ledgered_with_its_size_and_never_read() {
    let stand = Settings::usual().with("MAX_OBJECT_BYTES", 1_000_000).start().await;
    let message = stand.put("input/1.json", file(1, 40_000_000));
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    let row = stand.admin.query_one("SELECT status, error_code, size FROM ingest.file", &[]).await.unwrap();
    assert_eq!((row.get(0), row.get(1)), ("load_failed", Some("too_large")));
    assert!(row.get::<_, i64>(2) > 40_000_000);
    assert_eq!(stand.s3.gets().len(), 1);
}

#[tokio::test]
async fn a_missing_object_is_acknowledged_and_ledgered_as_missing() {
    let stand = Stand::start().await;
    let message = stand.put("input/1.json", file(1, 10));
    stand.s3.delete(BUCKET, "input/1.json");
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    assert_eq!(stand.ledger().await, [("input/1.json".to_owned(), "object_missing".to_owned(), 1)]);
}

#[tokio::test]
async fn an_empty_file_is_loaded_with_no_record() {
    let stand = Stand::start().await;
    let message = stand.put("input/1.json", "");
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    assert_eq!(stand.ledger().await, [("input/1.json".to_owned(), "loaded".to_owned(), 1)]);
}

#[tokio::test]
async fn in_a_versioned_bucket_the_version_that_the_event_names_is_read() {
    let stand = Stand::start().await;
    stand.s3.set_versioned();
    let old = stand.put("input/1.json", r#"{"id": 1, "said": "old"}"#);
    let new = stand.put("input/1.json", r#"{"id": 2, "said": "new"}"#);
    assert_eq!(stand.deliver(&[old, new]).await, Vec::<String>::new());
    assert_eq!(stand.number("SELECT count(DISTINCT version_id) FROM ingest.file").await, 2);
    assert!(stand.s3.gets().iter().all(|get| get.contains("versionId=version-")), "{:?}", stand.s3.gets());
}

#[tokio::test]
async fn without_versions_what_is_fetched_is_what_is_ledgered() {
    let stand = Stand::start().await;
    let message = stand.put("input/1.json", r#"{"id": 1, "said": "first"}"#);
    let second = stand.s3.put(BUCKET, "input/1.json", r#"{"id": 1, "said": "second"}"#);
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    let etag: String = stand.admin.query_one("SELECT etag FROM ingest.file", &[]).await.unwrap().get(0);
    assert_eq!(etag, second.etag);
    assert_eq!(stand.things().await, [(1, "second".to_owned())]);
    let again = Message::new(&events::s3_notification(&[events::created(BUCKET, &second)]));
    assert_eq!(stand.deliver(&[again]).await, Vec::<String>::new());
    assert_eq!(stand.ledger().await.len(), 1, "the second event finds what the first has fetched");
}

#[tokio::test]
async fn a_transaction_takes_no_more_than_its_bytes_and_the_rest_goes_into_the_next() {
    let stand = Settings::usual()
        .with("MAX_BATCH_BYTES", 250_000)
        .with("STREAM_ABOVE_BYTES", 150_000)
        .with("MAX_INFLIGHT_OBJECTS", 2)
        .start()
        .await;
    // Objects that are held and such that stream, alone and several to a message.
    let objects: Vec<_> = (1..=9)
        .map(|id| {
            let bytes = if id % 3 == 0 { 200_000 } else { 100_000 };
            stand.s3.put(BUCKET, &format!("input/{id}.json"), file(id, bytes))
        })
        .collect();
    let messages: Vec<Message> = objects
        .chunks(4)
        .map(|some| {
            let records: Vec<_> = some.iter().map(|object| events::created(BUCKET, object)).collect();
            Message::new(&events::s3_notification(&records))
        })
        .collect();
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new(), "{}", stand.log());
    let ledger = stand.ledger().await;
    assert_eq!(ledger.len(), 9);
    assert!(
        ledger.iter().all(|(_, status, deliveries)| status == "loaded" && *deliveries == 1),
        "{ledger:?}"
    );
    // Each is under its bound before the last object is taken.
    assert!(stand.number("SELECT max(bytes) FROM ingest.batch").await < 250_000 + 210_000);
    assert!(stand.number("SELECT count(*) FROM ingest.batch").await >= 4);
    assert_eq!(stand.metrics().len(), 1);
    assert_eq!(stand.metrics()[0]["FilesLoaded"], 9.0);
}

/// The highest resident memory of a process so far, in kB.
fn highest_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

#[tokio::test]
async fn memory_is_bounded_by_the_settings_not_by_the_files() {
    let stand = Settings::usual()
        .with("MAX_INFLIGHT_BYTES", 4_000_000)
        .with("STREAM_ABOVE_BYTES", 2_000_000)
        .start()
        .await;
    assert_eq!(stand.deliver(&[stand.put("input/0.json", file(0, 10))]).await, Vec::<String>::new());
    let process = stand.shipper_id();
    let before = highest_memory(process);
    let plain = |id: u32| json!({"id": id, "said": "x".repeat(1_900_000)}).to_string();
    let mut messages: Vec<Message> =
        (1..=30).map(|id| stand.put(&format!("input/{id}.json"), plain(id))).collect();
    messages.push(stand.put("input/31.json", file(31, 20_000_000)));
    messages.push(stand.put("input/32.json.gz", gzip(&file(32, 20_000_000))));

    // While the database takes nothing, a shipper without a budget has the time to fetch everything.
    let mut held = stand.proxy.hold_before("PGCOPY");
    let (returned, ()) = tokio::join!(stand.deliver(&messages), async {
        held.reached().await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        held.release(Then::Pass);
    });
    assert_eq!(returned, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(stand.number("SELECT count(*) FROM landing.things").await, 33);
    let grown = highest_memory(process) - before;
    // 97 MB passed through. The budget is 4 MB; sockets and the allocator take their part.
    assert!(grown < 40_000, "memory grew by {grown} kB");
}
