//! Any text as a queue message's body: no panic, no message without an answer, nothing that PostgreSQL or S3 refuses.

#![no_main]

/// The shipper's own sources: as a dependency it would bring the AWS SDK, minutes of building for two modules.
#[path = "../../src"]
#[allow(dead_code, unused_imports, reason = "the shipper uses more of them")]
mod shipper {
    pub(crate) mod notification;
    pub(crate) mod timestamp;
}

use std::fmt::Write as _;

use libfuzzer_sys::fuzz_target;
use shipper::notification::key::{MAX_KEY_BYTES, check_key, decode_form_key};
use shipper::notification::{AllowedBuckets, Decoded, ObjectReference, decode};
// Where the sources look for it.
use shipper::timestamp;

/// The codes of `ingest.rejected_message`.
const CODES: [&str; 4] = ["not_json", "unknown_envelope", "malformed_record", "bucket_not_allowed"];

fuzz_target!(|body: &str| {
    let decoded = decode(body, &AllowedBuckets::default());
    has_an_answer(body, &decoded);
    decoded.objects.iter().for_each(is_fit_to_be_fetched_and_staged);
    only_allowed_buckets_are_read(body, &decoded);
    keys_survive_form_encoding(body);
});

/// Acknowledging a message that gave nothing, and was not kept either, would lose it.
fn has_an_answer(body: &str, decoded: &Decoded) {
    let Decoded { objects, ignored, rejection } = decoded;
    assert!(!objects.is_empty() || !ignored.is_empty() || rejection.is_some(), "no answer to {body}");
    let is_json = serde_json::from_str::<serde_json::Value>(body).is_ok();
    if let Some(rejection) = rejection {
        assert!(CODES.contains(&rejection.error_code) && !rejection.error.is_empty(), "{rejection:?}");
    }
    assert!(is_json || rejection.as_ref().is_some_and(|rejection| rejection.error_code == "not_json"));
    assert!(ignored.iter().all(|event| event.event_name.chars().count() <= 100));
}

fn is_fit_to_be_fetched_and_staged(object: &ObjectReference) {
    let ObjectReference { bucket, key, version_id, etag, sequencer, event_time, size: _, removal: _ } =
        object;
    assert!((1..=MAX_KEY_BYTES).contains(&key.len()), "{object:?}");
    assert!((1..=255).contains(&bucket.len()) && !bucket.contains('/'), "{object:?}");
    for text in [Some(bucket), Some(key), version_id.as_ref(), etag.as_ref(), sequencer.as_ref()]
        .into_iter()
        .flatten()
    {
        assert!(!text.contains('\0') && text.len() <= 1024, "{object:?}");
    }
    assert!(
        sequencer.iter().all(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    );
    // In PostgreSQL's range of timestamptz, years 1 to 9999 of it.
    let range = -63_082_281_600_000_000..=252_455_615_999_999_999;
    assert!(event_time.is_none_or(|time| range.contains(&time.to_postgres())), "{object:?}");
}

fn only_allowed_buckets_are_read(body: &str, everywhere: &Decoded) {
    let strict = decode(body, &AllowedBuckets::new(&["b".to_owned()]));
    let expected: Vec<&ObjectReference> =
        everywhere.objects.iter().filter(|object| object.bucket == "b").collect();
    assert_eq!(strict.objects.iter().collect::<Vec<_>>(), expected);
    assert_eq!(
        strict.rejection.is_some(),
        everywhere.rejection.is_some() || expected.len() < everywhere.objects.len()
    );
}

/// A key that S3 can hold is the same after the encoding of its notifications.
fn keys_survive_form_encoding(text: &str) {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => encoded.push(byte.into()),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    assert_eq!(decode_form_key(&encoded), check_key(text.to_owned()));
}
