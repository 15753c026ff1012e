//! Queue messages as AWS writes them (Amazon S3 User Guide, "Event message structure"; EventBridge, "Object Created").

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::s3::Stored;

static MESSAGES: AtomicU64 = AtomicU64::new(1);

/// A message as a poller receives it.
#[derive(Debug, Clone)]
pub struct Message {
    /// Unique, unless it is a copy.
    pub id: String,
    /// Its body.
    pub body: String,
}

impl Message {
    /// A message with a new id.
    pub fn new(body: &Value) -> Self {
        Self::raw(&body.to_string())
    }

    /// A message whose body may be anything.
    pub fn raw(body: &str) -> Self {
        let number = MESSAGES.fetch_add(1, Ordering::Relaxed);
        Self { id: format!("00000000-0000-4000-8000-{number:012}"), body: body.to_owned() }
    }
}

/// The event that a batch becomes.
pub fn batch(messages: &[Message]) -> Value {
    let records: Vec<Value> = messages
        .iter()
        .map(|message| {
            json!({
                "messageId": message.id, "receiptHandle": "handle", "body": message.body,
                "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {},
                "eventSource": "aws:sqs", "awsRegion": "eu-central-1",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:dbdata",
            })
        })
        .collect();
    json!({ "Records": records })
}

/// A notification of several events.
pub fn s3_notification(records: &[Value]) -> Value {
    json!({ "Records": records })
}

/// One creation, its key form-encoded as S3 does it.
pub fn created(bucket: &str, object: &Stored) -> Value {
    record("ObjectCreated:Put", bucket, object)
}

/// One event of the name given.
pub fn record(event_name: &str, bucket: &str, object: &Stored) -> Value {
    let mut record = json!({
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-central-1",
        "eventTime": "2026-11-23T09:00:00.000Z", "eventName": event_name,
        "userIdentity": {"principalId": "AWS:A"}, "requestParameters": {"sourceIPAddress": "10.0.0.1"},
        "responseElements": {"x-amz-request-id": "R"},
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "c",
            "bucket": {"name": bucket, "ownerIdentity": {"principalId": "A"}, "arn": format!("arn:aws:s3:::{bucket}")},
            "object": {
                "key": form_encoded(&object.key), "size": object.size, "eTag": object.etag,
                "sequencer": object.sequencer,
            },
        },
    });
    if let Some(version) = &object.version {
        record["s3"]["object"]["versionId"] = json!(version);
    }
    record
}

/// The same event as SNS wraps it without raw delivery.
pub fn in_sns(body: &Value) -> Value {
    json!({
        "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:eu-central-1:000000000000:t",
        "Subject": "Amazon S3 Notification", "Message": body.to_string(), "Timestamp": "2026-11-23T09:00:00.000Z",
        "SignatureVersion": "1", "Signature": "s", "SigningCertURL": "https://c", "UnsubscribeURL": "https://u",
    })
}

/// The same creation as EventBridge tells it: with the key as it is.
pub fn event_bridge(bucket: &str, object: &Stored) -> Value {
    json!({
        "version": "0", "id": "i", "detail-type": "Object Created", "source": "aws.s3", "account": "000000000000",
        "time": "2026-11-23T09:00:00Z", "region": "eu-central-1", "resources": [format!("arn:aws:s3:::{bucket}")],
        "detail": {
            "version": "0", "bucket": {"name": bucket},
            "object": {
                "key": object.key, "size": object.size, "etag": object.etag, "version-id": object.version,
                "sequencer": object.sequencer,
            },
            "request-id": "R", "requester": "A", "source-ip-address": "10.0.0.1", "reason": "PutObject",
        },
    })
}

/// S3's own message when a notification is configured.
pub fn test_event(bucket: &str) -> Value {
    json!({
        "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-11-23T09:00:00.000Z", "Bucket": bucket,
        "RequestId": "R", "HostId": "H",
    })
}

fn form_encoded(key: &str) -> String {
    key.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b' ' => encoded.push('+'),
            b'/' | b'-' | b'_' | b'.' | b'*' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}
