//! The known envelopes, told apart by what each always has.

use serde_json::Value;

use super::Removal;
use super::key::{check_key, decode_form_key};
use super::object_reference::{AllowedBuckets, ObjectReference};
use crate::timestamp::Timestamp;

/// What a message turned out to hold. A message may hold several of these at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// Objects to load, and objects that were removed.
    pub objects: Vec<ObjectReference>,
    /// Events that are none of ours: acknowledged and logged.
    pub ignored: Vec<IgnoredEvent>,
    /// Why the message, whole, must be kept in quarantine before it is acknowledged.
    pub rejection: Option<Rejection>,
}

/// An event that asks for nothing: a restore, a tag, S3's test event.
#[derive(Debug, PartialEq, Eq)]
pub struct IgnoredEvent {
    /// The event's name, cut at 100 characters.
    pub event_name: String,
}

/// Why a message is kept in `ingest.rejected_message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// `not_json`, `unknown_envelope`, `malformed_record`, `bucket_not_allowed` or `object_archived`.
    pub error_code: &'static str,
    /// The same in words.
    pub error: String,
}

impl Rejection {
    /// Adds a fault to those of a message: the first gives the code, all are told.
    pub fn add(to: &mut Option<Self>, error_code: &'static str, error: &str) {
        match to {
            Some(rejection) => rejection.error = format!("{}; {error}", rejection.error),
            None => *to = Some(Self { error_code, error: error.to_owned() }),
        }
    }
}

/// Longest event name that is logged, in characters.
const MAX_LOGGED_NAME: usize = 100;

/// Bucket names have at most 63 characters, once 255 (Amazon S3 User Guide, "Bucket naming rules").
const MAX_BUCKET_BYTES: usize = 255;

/// Version ids have at most 1,024 bytes (Amazon S3 User Guide, "Using versioning"); ETags are far shorter.
const MAX_IDENTIFIER_BYTES: usize = 1024;

/// Decodes a message's body.
pub fn decode(body: &str, allowed: &AllowedBuckets) -> Decoded {
    match serde_json::from_str::<Value>(body) {
        Ok(value) => decode_value(&value, allowed, true),
        Err(error) => rejected("not_json", format!("the message is no JSON document: {error}")),
    }
}

fn decode_value(value: &Value, allowed: &AllowedBuckets, may_be_sns: bool) -> Decoded {
    if let Some(records) = value.get("Records").and_then(Value::as_array) {
        return decode_records(records, allowed);
    }
    if text_at(value, &["Event"]) == Some("s3:TestEvent") {
        return ignored("s3:TestEvent");
    }
    if text_at(value, &["source"]) == Some("aws.s3") && value.get("detail-type").is_some() {
        return decode_event_bridge(value, allowed);
    }
    if may_be_sns && text_at(value, &["Type"]) == Some("Notification") {
        return match text_at(value, &["Message"]).map(serde_json::from_str::<Value>) {
            Some(Ok(inner)) => decode_value(&inner, allowed, false),
            Some(Err(error)) => {
                rejected("not_json", format!("the SNS notification's Message is no JSON document: {error}"))
            }
            None => rejected("unknown_envelope", "the SNS notification has no Message".to_owned()),
        };
    }
    rejected(
        "unknown_envelope",
        "expected an S3 notification, the same inside SNS, or an EventBridge event with source aws.s3"
            .to_owned(),
    )
}

fn decode_records(records: &[Value], allowed: &AllowedBuckets) -> Decoded {
    let mut decoded = Decoded::default();
    for (index, record) in records.iter().enumerate() {
        let place = index + 1;
        if text_at(record, &["eventSource"]).is_none_or(|source| !source.ends_with(":s3")) {
            decoded.reject("malformed_record", &format!("record {place}: eventSource is not aws:s3"));
            continue;
        }
        match text_at(record, &["eventName"]) {
            Some(name) if is_creation(name) => decoded.add(place, s3_reference(record), allowed),
            Some(name) => match removal_told(name, record) {
                Some(removal) => decoded.add(place, removed(s3_reference(record), removal), allowed),
                None => decoded.ignored.push(ignored_event(name)),
            },
            None => decoded.reject("malformed_record", &format!("record {place}: it has no eventName")),
        }
    }
    if records.is_empty() {
        decoded.reject("malformed_record", "Records is empty");
    }
    decoded
}

/// S3 names creations `ObjectCreated:Put`; the prefix `s3:` stands in configurations and in some S3-compatible stores.
fn is_creation(event_name: &str) -> bool {
    event_name.strip_prefix("s3:").unwrap_or(event_name).starts_with("ObjectCreated:")
}

fn removal_told(event_name: &str, record: &Value) -> Option<Removal> {
    let version = text_at(record, &["s3", "object", "versionId"]);
    Removal::of_event(event_name, version.is_some_and(|version| !version.is_empty()))
}

fn removed(reference: Result<ObjectReference, String>, removal: Removal) -> Result<ObjectReference, String> {
    reference.map(|reference| ObjectReference { removal: Some(removal), ..reference })
}

fn s3_reference(record: &Value) -> Result<ObjectReference, String> {
    let object = record.get("s3").and_then(|s3| s3.get("object")).ok_or("it has no s3.object")?;
    let key = text_at(object, &["key"]).ok_or("it has no s3.object.key")?;
    Ok(ObjectReference {
        bucket: bucket_name(text_at(record, &["s3", "bucket", "name"]))?,
        key: decode_form_key(key)?,
        version_id: identifier(object, "versionId")?,
        etag: identifier(object, "eTag")?.map(|etag| etag.trim_matches('"').to_owned()),
        sequencer: sequencer(object)?,
        event_time: text_at(record, &["eventTime"]).and_then(Timestamp::parse),
        size: object.get("size").and_then(Value::as_u64),
        removal: None,
    })
}

fn decode_event_bridge(value: &Value, allowed: &AllowedBuckets) -> Decoded {
    match text_at(value, &["detail-type"]) {
        Some("Object Created") => {
            let mut decoded = Decoded::default();
            decoded.add(1, event_bridge_reference(value), allowed);
            decoded
        }
        Some("Object Deleted") => {
            let version = text_at(value, &["detail", "object", "version-id"]);
            let told = text_at(value, &["detail", "deletion-type"]).unwrap_or_default();
            let Some(removal) =
                Removal::of_deletion_type(told, version.is_some_and(|version| !version.is_empty()))
            else {
                return ignored("Object Deleted");
            };
            let mut decoded = Decoded::default();
            decoded.add(1, removed(event_bridge_reference(value), removal), allowed);
            decoded
        }
        Some(name) if is_of_objects(name) => ignored(name),
        Some(name) => rejected(
            "unknown_envelope",
            format!(
                "an EventBridge event of aws.s3 with detail-type `{}`; expected `Object Created`, which S3 sends itself \
                 once EventBridge is turned on in the bucket's notification settings",
                cut(name)
            ),
        ),
        None => rejected("malformed_record", "detail-type is no text".to_owned()),
    }
}

/// S3's own events are all named `Object …` (EventBridge, "Amazon S3 events"). What else has the source aws.s3 is told by
/// somebody else, such as CloudTrail's `AWS API Call via CloudTrail`: it may well speak of an object that was put.
fn is_of_objects(detail_type: &str) -> bool {
    detail_type.starts_with("Object ")
}

fn event_bridge_reference(value: &Value) -> Result<ObjectReference, String> {
    let detail = value.get("detail").ok_or("it has no detail")?;
    let object = detail.get("object").ok_or("it has no detail.object")?;
    let key = text_at(object, &["key"]).ok_or("it has no detail.object.key")?;
    Ok(ObjectReference {
        bucket: bucket_name(text_at(detail, &["bucket", "name"]))?,
        key: check_key(key.to_owned())?,
        version_id: identifier(object, "version-id")?,
        etag: identifier(object, "etag")?.map(|etag| etag.trim_matches('"').to_owned()),
        sequencer: sequencer(object)?,
        event_time: text_at(value, &["time"]).and_then(Timestamp::parse),
        size: object.get("size").and_then(Value::as_u64),
        removal: None,
    })
}

impl Decoded {
    fn add(&mut self, place: usize, reference: Result<ObjectReference, String>, allowed: &AllowedBuckets) {
        match reference {
            Ok(reference) if allowed.allows(&reference.bucket) => self.objects.push(reference),
            Ok(reference) => self.reject(
                "bucket_not_allowed",
                &format!("record {place}: bucket {} is not in ALLOWED_BUCKETS", reference.bucket),
            ),
            Err(error) => self.reject("malformed_record", &format!("record {place}: {error}")),
        }
    }

    fn reject(&mut self, error_code: &'static str, error: &str) {
        Rejection::add(&mut self.rejection, error_code, error);
    }
}

fn text_at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(value, |value, name| value.get(name))?.as_str()
}

fn bucket_name(name: Option<&str>) -> Result<String, String> {
    let name = name.ok_or("it has no bucket name")?;
    // A path-style address with one of these names would be resolved to another bucket's, or to none.
    let fits = (1..=MAX_BUCKET_BYTES).contains(&name.len())
        && !matches!(name, "." | "..")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    if fits { Ok(name.to_owned()) } else { Err("the bucket's name is none that S3 allows".to_owned()) }
}

fn identifier(object: &Value, name: &str) -> Result<Option<String>, String> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) if text.len() <= MAX_IDENTIFIER_BYTES && !text.contains('\0') => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(format!("{name} is no text of at most {MAX_IDENTIFIER_BYTES} bytes without NUL")),
    }
}

fn sequencer(object: &Value) -> Result<Option<String>, String> {
    let sequencer = identifier(object, "sequencer")?;
    match &sequencer {
        Some(text) if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Err("sequencer is not hexadecimal".to_owned())
        }
        _ => Ok(sequencer),
    }
}

fn ignored_event(name: &str) -> IgnoredEvent {
    IgnoredEvent { event_name: cut(name) }
}

fn cut(name: &str) -> String {
    name.chars().take(MAX_LOGGED_NAME).collect()
}

fn ignored(name: &str) -> Decoded {
    Decoded { ignored: vec![ignored_event(name)], ..Decoded::default() }
}

fn rejected(error_code: &'static str, error: String) -> Decoded {
    Decoded { rejection: Some(Rejection { error_code, error }), ..Decoded::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everywhere(body: &str) -> Decoded {
        decode(body, &AllowedBuckets::default())
    }

    fn time(text: &str) -> Option<Timestamp> {
        Some(Timestamp::parse(text).unwrap())
    }

    #[test]
    fn every_record_of_an_s3_notification_is_read() {
        let decoded = everywhere(include_str!("fixtures/s3_two_records.json"));
        let expected = [
            ObjectReference {
                bucket: "landing-zone".to_owned(),
                key: "input/red flower+100%.json".to_owned(),
                version_id: None,
                etag: Some("d41d8cd98f00b204e9800998ecf8427e".to_owned()),
                sequencer: Some("0055AED6DCD90281E5".to_owned()),
                event_time: time("2026-11-23T08:15:30.123Z"),
                size: Some(1024),
                removal: None,
            },
            ObjectReference {
                bucket: "landing-zone".to_owned(),
                key: "input/été.json".to_owned(),
                version_id: Some("096fKKXTRTtl3on89fVO.nfljtsv6qko".to_owned()),
                etag: Some("b54357faf0632cce46e942fa68356b38-7".to_owned()),
                sequencer: Some("0055AED6DCD90281E6".to_owned()),
                event_time: time("2026-11-23T08:15:31Z"),
                size: Some(52_428_800),
                removal: None,
            },
        ];
        assert_eq!(decoded, Decoded { objects: expected.into(), ..Decoded::default() });
    }

    #[test]
    fn sns_wraps_the_same_notification() {
        let decoded = everywhere(include_str!("fixtures/sns_notification.json"));
        assert_eq!(decoded.objects.len(), 1);
        assert_eq!(decoded.objects[0].key, "input/a b.json");
        assert_eq!(decoded.rejection, None);
    }

    #[test]
    fn event_bridge_writes_keys_as_they_are() {
        let decoded = everywhere(include_str!("fixtures/event_bridge_created.json"));
        assert_eq!(decoded.objects[0].key, "input/a+b 100%.json");
        assert_eq!(decoded.objects[0].version_id.as_deref(), Some("IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"));
        assert_eq!(decoded.objects[0].event_time, time("2026-11-23T08:15:30Z"));
    }

    #[test]
    fn what_asks_for_nothing_is_named_and_nothing_else() {
        let decoded = everywhere(include_str!("fixtures/s3_test_event.json"));
        let ignored: Vec<&str> = decoded.ignored.iter().map(|event| event.event_name.as_str()).collect();
        assert_eq!(ignored, ["s3:TestEvent"]);
        assert!(decoded.objects.is_empty() && decoded.rejection.is_none());
    }

    #[test]
    fn removals_are_told_with_what_was_removed_and_restores_are_not() {
        for (body, key, removal, others) in [
            (
                include_str!("fixtures/s3_removed_and_restored.json"),
                "input/a.json",
                Removal::Object,
                vec!["ObjectRestore:Completed"],
            ),
            (include_str!("fixtures/event_bridge_deleted.json"), "input/a.json", Removal::Object, vec![]),
            (include_str!("fixtures/event_bridge_marked.json"), "input/a+b.json", Removal::Object, vec![]),
        ] {
            let decoded = everywhere(body);
            let [object] = &decoded.objects[..] else { panic!("{decoded:?}") };
            assert_eq!((object.key.as_str(), object.removal), (key, Some(removal)));
            assert!(object.sequencer.is_some() && object.event_time.is_some());
            let ignored: Vec<&str> = decoded.ignored.iter().map(|event| event.event_name.as_str()).collect();
            assert_eq!(ignored, others);
            assert_eq!(decoded.rejection, None);
        }
    }

    #[test]
    fn what_somebody_else_tells_of_s3_is_kept() {
        let told = include_str!("fixtures/event_bridge_cloudtrail.json");
        let rejection = everywhere(told).rejection.unwrap();
        assert_eq!(rejection.error_code, "unknown_envelope");
        assert!(rejection.error.contains("AWS API Call via CloudTrail"), "{}", rejection.error);
    }

    #[test]
    fn a_bucket_that_is_not_allowed_is_no_object_whatever_the_envelope() {
        let allowed = AllowedBuckets::new(&["elsewhere".to_owned()]);
        for body in [
            include_str!("fixtures/s3_two_records.json"),
            include_str!("fixtures/sns_notification.json"),
            include_str!("fixtures/event_bridge_created.json"),
        ] {
            let decoded = decode(body, &allowed);
            assert_eq!(decoded.objects, []);
            assert_eq!(decoded.rejection.unwrap().error_code, "bucket_not_allowed");
        }
    }

    #[test]
    fn every_fault_of_a_message_is_told_and_its_sound_records_are_kept() {
        let mut message: Value = serde_json::from_str(include_str!("fixtures/s3_two_records.json")).unwrap();
        let records = message["Records"].as_array_mut().unwrap();
        records.insert(0, serde_json::json!({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}));
        records[1]["s3"]["object"]["key"] = "%".into();
        let decoded = everywhere(&message.to_string());
        assert_eq!(decoded.objects.len(), 1);
        let rejection = decoded.rejection.unwrap();
        assert_eq!(rejection.error_code, "malformed_record");
        assert!(rejection.error.contains("record 1: it has no s3.object"), "{}", rejection.error);
        assert!(rejection.error.contains("record 2: the key holds a %"), "{}", rejection.error);
    }

    #[test]
    fn sns_inside_sns_is_no_envelope() {
        let inner = include_str!("fixtures/sns_notification.json");
        let outer = serde_json::json!({"Type": "Notification", "Message": inner}).to_string();
        assert_eq!(everywhere(&outer).rejection.unwrap().error_code, "unknown_envelope");
    }
}
