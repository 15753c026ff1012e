//! Pure: the event that Lambda hands over for a batch of new objects.

use bytes::Bytes;
use serde_json::{Value, json};

use super::s3::BUCKET;

/// A message of S3 for each key and size, as the event source mapping puts them together.
pub(super) fn of_objects<'a>(objects: impl Iterator<Item = (&'a str, usize)>) -> Bytes {
    let records: Vec<Value> =
        objects.enumerate().map(|(number, (key, size))| message(number, key, size)).collect();
    Bytes::from(json!({ "Records": records }).to_string())
}

fn message(number: usize, key: &str, size: usize) -> Value {
    let notification = json!({"Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "eu-central-1",
        "eventTime": "2026-11-23T09:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": BUCKET, "arn": format!("arn:aws:s3:::{BUCKET}")},
            "object": {"key": key, "size": size, "sequencer": format!("{number:018X}")},
        },
    }]});
    json!({
        "messageId": format!("00000000-0000-4000-8000-{number:012x}"),
        "receiptHandle": "receipt",
        "body": notification.to_string(),
        "attributes": {},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:dbdata",
        "awsRegion": "eu-central-1",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_holds_a_notification_of_its_object() {
        let event: Value =
            serde_json::from_slice(&of_objects([("a.json", 3), ("b.json", 4)].into_iter())).unwrap();
        let body: Value = serde_json::from_str(event["Records"][1]["body"].as_str().unwrap()).unwrap();
        assert_eq!(body["Records"][0]["s3"]["object"]["key"], "b.json");
        assert_eq!(body["Records"][0]["s3"]["object"]["size"], 4);
    }
}
