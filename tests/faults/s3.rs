//! What S3 and the network before it can do.

use std::time::Duration;

use bytes::Bytes;

use super::file;
use super::stand::events::{self, Message};
use super::stand::s3::Fault;
use super::stand::{BUCKET, Settings, Stand};

const BYTES: usize = 300_000;
/// Of a batch that is too large for its time.
const FILES: u32 = 12;
const NOTHING: [String; 0] = [];

/// Every fault is tried on a body that is held and on one that streams.
async fn stands() -> [Stand; 2] {
    [Stand::start().await, Settings::usual().with("STREAM_ABOVE_BYTES", 10_000).start().await]
}

/// The object's one row is there, whole.
async fn assert_loaded(stand: &Stand, id: u32) {
    let sql = format!("SELECT count(*) FROM landing.things WHERE id = {id} AND length(said) = {BYTES}");
    assert_eq!(stand.number(&sql).await, 1, "{}", stand.log());
}

#[tokio::test]
async fn a_body_that_breaks_is_resumed_behind_the_last_byte() {
    for stand in stands().await {
        let size = file(1, BYTES).len();
        for (id, at) in [(1, 0), (2, 1), (3, size / 2), (4, size - 1)] {
            let key = format!("input/{id}.json");
            let message = stand.put(&key, file(id, BYTES));
            stand.s3.fail_next(BUCKET, &key, [Fault::ResetAfter(at)]);
            assert_eq!(stand.deliver(&[message]).await, NOTHING, "broken at {at}: {}", stand.log());
            assert_loaded(&stand, id).await;
        }
        let gets = stand.s3.gets();
        assert!(
            gets.iter().any(|get| get.contains("input/3.json")
                && get.contains(" bytes=")
                && get.ends_with("if-match")),
            "{gets:?} {}",
            stand.log()
        );
    }
}

#[tokio::test]
async fn a_body_that_breaks_again_and_again_goes_on_as_long_as_attempts_last() {
    for stand in stands().await {
        let message = stand.put("input/1.json", file(1, BYTES));
        stand.s3.fail_next(BUCKET, "input/1.json", [10, 20_000, 40_000, 7].map(Fault::ResetAfter));
        assert_eq!(stand.deliver(&[message]).await, NOTHING, "{}", stand.log());
        assert_loaded(&stand, 1).await;
    }
}

#[tokio::test]
async fn an_object_that_never_arrives_returns_its_message_and_no_other() {
    for stand in stands().await {
        let broken = stand.put("input/1.json", file(1, BYTES));
        let sound = stand.put("input/2.json", file(2, BYTES));
        stand.s3.fail_always(BUCKET, "input/1.json", Fault::ResetAfter(100));
        assert_eq!(stand.deliver(&[broken.clone(), sound]).await, [broken.id.clone()]);
        assert_loaded(&stand, 2).await;

        stand.s3.heal(BUCKET, "input/1.json");
        assert_eq!(stand.deliver(&[broken]).await, NOTHING);
        assert_loaded(&stand, 1).await;
        assert_eq!(stand.number("SELECT count(*) FROM ingest.staging").await, 0);
    }
}

#[tokio::test]
async fn a_wrong_content_length_never_becomes_a_wrong_row() {
    for stand in stands().await {
        for (id, by) in [(1, 1), (2, 1_000_000), (3, -1), (4, -200_000)] {
            let key = format!("input/{id}.json");
            let message = stand.put(&key, file(id, BYTES));
            stand.s3.fail_next(BUCKET, &key, [Fault::WrongLength(by)]);
            assert_eq!(stand.deliver(&[message]).await, NOTHING, "wrong by {by}: {}", stand.log());
            assert_loaded(&stand, id).await;
        }
    }
}

#[tokio::test]
async fn an_object_overwritten_while_it_is_read_is_read_anew_and_never_mixed() {
    for stand in stands().await {
        let message = stand.put("input/1.json", file(1, BYTES));
        let new = Bytes::from(file(2, BYTES));
        stand.s3.fail_next(BUCKET, "input/1.json", [Fault::OverwrittenAfter(150_000, new)]);
        assert_eq!(stand.deliver(&[message]).await, NOTHING, "{}", stand.log());
        assert_loaded(&stand, 2).await;
        assert_eq!(stand.number("SELECT count(*) FROM landing.things").await, 1);
        assert_eq!(stand.number("SELECT count(*) FROM ingest.staging").await, 0);
    }
}

#[tokio::test]
async fn refusals_of_a_moment_are_borne_and_lasting_ones_return_the_message() {
    let stand = Stand::start().await;
    let refusals =
        [(403, "AccessDenied"), (500, "InternalError"), (503, "SlowDown"), (412, "PreconditionFailed")];
    for (id, (status, code)) in refusals.into_iter().enumerate() {
        let id = u32::try_from(id).unwrap();
        let key = format!("input/{id}.json");
        let message = stand.put(&key, file(id, BYTES));
        stand.s3.fail_next(BUCKET, &key, [Fault::Status(status, code), Fault::Status(status, code)]);
        assert_eq!(stand.deliver(&[message]).await, NOTHING, "{status} {code}: {}", stand.log());
        assert_loaded(&stand, id).await;

        let key = format!("input/never-{id}.json");
        let message = stand.put(&key, file(100 + id, BYTES));
        stand.s3.fail_always(BUCKET, &key, Fault::Status(status, code));
        assert_eq!(stand.deliver(&[message.clone()]).await, [message.id], "{status} {code}");
    }
}

#[tokio::test]
async fn a_missing_key_is_an_outcome_but_a_missing_bucket_is_a_fault() {
    let stand = Stand::start().await;
    let (key, bucket) = (stand.put("input/1.json", file(1, 10)), stand.put("input/2.json", file(2, 10)));
    stand.s3.fail_always(BUCKET, "input/1.json", Fault::Status(404, "NoSuchKey"));
    stand.s3.fail_always(BUCKET, "input/2.json", Fault::Status(404, "NoSuchBucket"));
    assert_eq!(stand.deliver(&[key, bucket.clone()]).await, [bucket.id]);
    assert_eq!(stand.ledger().await, [("input/1.json".to_owned(), "object_missing".to_owned(), 1)]);
}

#[tokio::test]
async fn an_archived_object_is_asked_for_once_and_its_message_kept_for_whoever_restores_it() {
    for stand in stands().await {
        let archived = stand.s3.put(BUCKET, "input/1.json", file(1, BYTES));
        let sound = stand.s3.put(BUCKET, "input/2.json", file(2, BYTES));
        let records = [&archived, &sound].map(|object| events::created(BUCKET, object));
        let message = Message::new(&events::s3_notification(&records));
        stand.s3.fail_always(BUCKET, "input/1.json", Fault::Status(403, "InvalidObjectState"));
        assert_eq!(stand.deliver(&[message.clone()]).await, NOTHING, "{}", stand.log());
        assert_loaded(&stand, 2).await;
        assert_eq!(stand.s3.gets().iter().filter(|get| get.contains("input/1.json")).count(), 1);
        let sql = "SELECT error_code, error, body FROM ingest.rejected_message";
        let kept = stand.admin.query_one(sql, &[]).await.unwrap();
        assert_eq!(kept.get::<_, &str>(0), "object_archived");
        let told: &str = kept.get(1);
        assert!(told.contains("s3://landing-zone/input/1.json") && told.contains("restore it"), "{told}");

        stand.s3.heal(BUCKET, "input/1.json");
        assert_eq!(stand.deliver(&[Message::raw(kept.get(2))]).await, NOTHING);
        assert_loaded(&stand, 1).await;
    }
}

#[tokio::test]
async fn a_body_that_falls_silent_is_resumed() {
    for streams_above in [4_000_000, 10_000] {
        let settings = Settings::usual().with("STREAM_ABOVE_BYTES", streams_above);
        let stand = settings.with("OBJECT_STALL_TIMEOUT_MS", 1_000).start().await;
        let message = stand.put("input/1.json", file(1, BYTES));
        stand.s3.fail_next(BUCKET, "input/1.json", [Fault::StallAfter(100_000)]);
        assert_eq!(stand.deliver(&[message]).await, NOTHING, "{}", stand.log());
        assert_loaded(&stand, 1).await;
    }
}

#[tokio::test]
async fn a_body_that_trickles_returns_its_message_at_the_deadline_and_the_others_are_committed() {
    // The slow one is held beside the others, or streams when they have been read.
    for slow_bytes in [BYTES, 3 * BYTES] {
        let stand = Settings::usual()
            .with("STREAM_ABOVE_BYTES", 2 * BYTES)
            .with("DEADLINE_RESERVE_MS", 20_000)
            .start()
            .await;
        let slow = stand.put("input/1.json", file(1, slow_bytes));
        let sound = stand.put("input/2.json", file(2, BYTES));
        stand.s3.fail_always(BUCKET, "input/1.json", Fault::Trickle(Duration::from_millis(200)));
        // At this pace the body would take 16 hours; the sound one has 10 s to be read and 20 s to be loaded.
        let returned = stand.deliver_within(Duration::from_secs(30), &[slow.clone(), sound]).await;
        assert_eq!(returned, [slow.id], "{}", stand.log());
        assert_loaded(&stand, 2).await;
    }
}

#[tokio::test]
async fn a_batch_too_large_for_its_deadline_commits_what_is_read_and_returns_the_rest() {
    let stand = Settings::usual()
        .with("MAX_INFLIGHT_OBJECTS", 1)
        .with("OBJECT_STALL_TIMEOUT_MS", 1_000)
        .with("DEADLINE_RESERVE_MS", 20_000)
        .start()
        .await;
    let messages: Vec<_> =
        (1..=FILES).map(|id| stand.put(&format!("input/{id}.json"), file(id, BYTES))).collect();
    for id in 1..=FILES {
        // Each is silent for as long as it may be, then read anew: 12 s in all at least, one after the other.
        stand.s3.fail_next(BUCKET, &format!("input/{id}.json"), [Fault::StallAfter(10)]);
    }
    // The first has 10 s to be read, and what is read 20 s to be loaded.
    let returned = stand.deliver_within(Duration::from_secs(30), &messages).await;
    let loaded = stand.number("SELECT count(*) FROM landing.things").await;
    assert!((1..messages.len()).contains(&returned.len()), "{returned:?}");
    assert_eq!(usize::try_from(loaded).unwrap() + returned.len(), messages.len());

    let again: Vec<_> = messages.into_iter().filter(|message| returned.contains(&message.id)).collect();
    stand.function.retire_idle();
    assert_eq!(stand.deliver(&again).await, NOTHING, "{}", stand.log());
    assert_eq!(stand.number("SELECT count(*) FROM landing.things").await, i64::from(FILES));
}
