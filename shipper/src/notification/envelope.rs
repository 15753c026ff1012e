//! The known envelopes, told apart by what each always has.

use serde_json::Value;

use super::key::{check_key, decode_form_key};
use super::object_reference::{AllowedBuckets, ObjectReference};
use crate::timestamp::Timestamp;

/// What a message turned out to hold. A message may hold several of these at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// Objects to load.
    pub objects: Vec<ObjectReference>,
    /// Events that are none of ours: acknowledged and logged.
    pub ignored: Vec<IgnoredEvent>,
    /// Why the message, whole, must be kept in quarantine before it is acknowledged.
    pub rejection: Option<Rejection>,
}

/// An event that asks for nothing: a removal, a restore, S3's test event.
#[derive(Debug, PartialEq, Eq)]
pub struct IgnoredEvent {
    /// The event's name, cut at 100 characters.
    pub event_name: String,
}

/// Why a message is kept in `ingest.rejected_message`.
#[derive(Debug, PartialEq, Eq)]
pub struct Rejection {
    /// `not_json`, `unknown_envelope`, `malformed_record` or `bucket_not_allowed`.
    pub error_code: &'static str,
    /// The same in words.
    pub error: String,
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
            decoded.reject("malformed_record", format!("record {place}: eventSource is not aws:s3"));
            continue;
        }
        match text_at(record, &["eventName"]) {
            Some(name) if is_creation(name) => decoded.add(place, s3_reference(record), allowed),
            Some(name) => decoded.ignored.push(ignored_event(name)),
            None => decoded.reject("malformed_record", format!("record {place}: it has no eventName")),
        }
    }
    if records.is_empty() {
        decoded.reject("malformed_record", "Records is empty".to_owned());
    }
    decoded
}

/// S3 names creations `ObjectCreated:Put`; the prefix `s3:` stands in configurations and in some S3-compatible stores.
fn is_creation(event_name: &str) -> bool {
    event_name.strip_prefix("s3:").unwrap_or(event_name).starts_with("ObjectCreated:")
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
    })
}

fn decode_event_bridge(value: &Value, allowed: &AllowedBuckets) -> Decoded {
    match text_at(value, &["detail-type"]) {
        Some("Object Created") => {
            let mut decoded = Decoded::default();
            decoded.add(1, event_bridge_reference(value), allowed);
            decoded
        }
        Some(name) => ignored(name),
        None => rejected("malformed_record", "detail-type is no text".to_owned()),
    }
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
    })
}

impl Decoded {
    fn add(&mut self, place: usize, reference: Result<ObjectReference, String>, allowed: &AllowedBuckets) {
        match reference {
            Ok(reference) if allowed.allows(&reference.bucket) => self.objects.push(reference),
            Ok(reference) => self.reject(
                "bucket_not_allowed",
                format!("record {place}: bucket {} is not in ALLOWED_BUCKETS", reference.bucket),
            ),
            Err(error) => self.reject("malformed_record", format!("record {place}: {error}")),
        }
    }

    /// The first fault gives the code; all are told.
    fn reject(&mut self, error_code: &'static str, error: String) {
        match &mut self.rejection {
            Some(rejection) => rejection.error = format!("{}; {error}", rejection.error),
            None => self.rejection = Some(Rejection { error_code, error }),
        }
    }
}

fn text_at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(value, |value, name| value.get(name))?.as_str()
}

fn bucket_name(name: Option<&str>) -> Result<String, String> {
    let name = name.ok_or("it has no bucket name")?;
    let fits = (1..=MAX_BUCKET_BYTES).contains(&name.len())
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
    IgnoredEvent { event_name: name.chars().take(MAX_LOGGED_NAME).collect() }
}

fn ignored(name: &str) -> Decoded {
    Decoded { ignored: vec![ignored_event(name)], ..Decoded::default() }
}

fn rejected(error_code: &'static str, error: String) -> Decoded {
    Decoded { rejection: Some(Rejection { error_code, error }), ..Decoded::default() }
}
