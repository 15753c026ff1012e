//! The notification that S3 would send of an object that a listing shows, or no longer shows.

use serde_json::json;
use shipper::batch::QueueMessage;

use crate::listed::Listed;

/// But for sequencer and time: a listing knows neither, and without them files of one key are ordered by their
/// Last-Modified.
pub(crate) fn message(bucket: &str, object: &Listed) -> QueueMessage {
    let body = json!({"Records": [{
        "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket},
            "object": {"key": form_encoded(&object.key), "size": object.size, "eTag": object.etag}},
    }]});
    // The same for the same content, so that a message that is kept in quarantine is kept once.
    let etag = object.etag.as_deref().unwrap_or_default();
    QueueMessage { id: Some(format!("backfill {bucket}/{} {etag}", object.key)), body: body.to_string() }
}

/// But for sequencer and version: what is removed is the content that the ledger has, as old as that is. Whatever was put since is newer.
pub(crate) fn removal(bucket: &str, key: &str, modified_text: Option<&str>) -> QueueMessage {
    let body = json!({"Records": [{
        "eventSource": "aws:s3", "eventName": "ObjectRemoved:Delete", "eventTime": modified_text,
        "s3": {"bucket": {"name": bucket}, "object": {"key": form_encoded(key)}},
    }]});
    QueueMessage { id: Some(format!("gone {bucket}/{key}")), body: body.to_string() }
}

/// As S3's own notifications write keys.
fn form_encoded(key: &str) -> String {
    key.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use shipper::notification::{AllowedBuckets, Removal, decode};

    use super::*;

    #[test]
    fn the_function_reads_the_message_as_the_object_that_was_listed() {
        let key = "in/a b+c%20é\u{1b}&\".json".to_owned();
        let object = Listed {
            key: key.clone(),
            etag: Some("e".into()),
            size: 7,
            modified: None,
            modified_text: String::new(),
            archived: None,
        };
        let decoded = decode(&message("landing-zone", &object).body, &AllowedBuckets::default());
        assert!(decoded.rejection.is_none());
        let [read] = &decoded.objects[..] else { panic!("one object") };
        assert_eq!((&read.key, read.size, read.etag.as_deref()), (&key, Some(7), Some("e")));
        assert_eq!(
            (read.sequencer.as_deref(), read.event_time, read.version_id.as_deref()),
            (None, None, None)
        );
    }

    #[test]
    fn one_that_is_gone_is_read_as_a_removal_of_what_the_ledger_has() {
        let body = removal("landing-zone", "in/a b.json", Some("2026-11-23T08:15:30.000000Z")).body;
        let decoded = decode(&body, &AllowedBuckets::default());
        let [read] = &decoded.objects[..] else { panic!("one object") };
        assert_eq!((read.key.as_str(), read.removal), ("in/a b.json", Some(Removal::Object)));
        assert_eq!((read.sequencer.as_deref(), read.event_time.is_some()), (None, true));
        let of_any_age = decode(&removal("landing-zone", "k", None).body, &AllowedBuckets::default());
        assert_eq!(of_any_age.objects[0].event_time, None);
    }
}
