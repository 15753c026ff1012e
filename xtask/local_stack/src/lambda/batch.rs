//! Pure: the event that a batch becomes, and what a response says of its messages.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::aws::{Message, REGION};

/// The event as Lambda hands it to the function.
pub(super) fn event(messages: &[Message], queue_arn: &str) -> Value {
    let records: Vec<Value> = messages
        .iter()
        .map(|message| {
            json!({
                "messageId": message.message_id,
                "receiptHandle": message.receipt_handle,
                "body": message.body,
                "attributes": attributes(&message.attributes),
                "messageAttributes": {},
                "md5OfBody": message.md5_of_body,
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": REGION,
            })
        })
        .collect();
    json!({ "Records": records })
}

/// The attributes that Lambda passes on.
fn attributes(all: &Map<String, Value>) -> Map<String, Value> {
    let names = ["ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"];
    names.into_iter().filter_map(|name| Some((name.to_owned(), all.get(name)?.clone()))).collect()
}

/// What becomes of a batch after a successful invocation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// These message ids failed and stay in the queue; the others are deleted. None failed: the whole batch is.
    Failed(HashSet<String>),
    /// The response is not one that Lambda understands: every message stays.
    AllFailed(&'static str),
}

/// Source: AWS Lambda Developer Guide, "Implementing partial batch responses": an empty or absent list is success;
/// anything malformed, and an id that is not in the batch, is failure of the whole batch.
pub(super) fn verdict(response: &[u8], batch: &[Message], reports_failures: bool) -> Verdict {
    if !reports_failures {
        return Verdict::Failed(HashSet::new());
    }
    if response.is_empty() {
        return Verdict::Failed(HashSet::new());
    }
    let Ok(response) = serde_json::from_slice::<Value>(response) else {
        return Verdict::AllFailed("the response is no JSON");
    };
    let failures = match response.get("batchItemFailures") {
        None | Some(Value::Null) => return Verdict::Failed(HashSet::new()),
        Some(Value::Array(failures)) => failures,
        Some(_) => return Verdict::AllFailed("batchItemFailures is no list"),
    };
    let known: HashSet<&str> = batch.iter().map(|message| message.message_id.as_str()).collect();
    let mut failed = HashSet::new();
    for failure in failures {
        match failure.get("itemIdentifier").and_then(Value::as_str) {
            None | Some("") => return Verdict::AllFailed("an item has no itemIdentifier"),
            Some(id) if !known.contains(id) => {
                return Verdict::AllFailed("an itemIdentifier is not in the batch");
            }
            Some(id) => failed.insert(id.to_owned()),
        };
    }
    Verdict::Failed(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Vec<Message> {
        ["a", "b"]
            .map(|id| Message {
                message_id: id.to_owned(),
                receipt_handle: format!("handle of {id}"),
                body: "{}".to_owned(),
                md5_of_body: String::new(),
                attributes: Map::new(),
            })
            .to_vec()
    }

    fn failed(ids: &[&str]) -> Verdict {
        Verdict::Failed(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn what_is_reported_stays_and_the_rest_is_deleted() {
        let response = br#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#;
        assert_eq!(verdict(response, &batch(), true), failed(&["b"]));
    }

    #[test]
    fn without_report_batch_item_failures_the_report_is_ignored_and_all_is_deleted() {
        let response = br#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#;
        assert_eq!(verdict(response, &batch(), false), failed(&[]));
    }

    #[test]
    fn empty_responses_are_success() {
        for response in ["", "null", "{}", r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#] {
            assert_eq!(verdict(response.as_bytes(), &batch(), true), failed(&[]), "{response}");
        }
    }

    #[test]
    fn malformed_responses_fail_the_whole_batch() {
        for response in [
            "not JSON",
            r#"{"batchItemFailures":{}}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"identifier":"a"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"stranger"}]}"#,
        ] {
            assert!(
                matches!(verdict(response.as_bytes(), &batch(), true), Verdict::AllFailed(_)),
                "{response}"
            );
        }
    }

    #[test]
    fn the_event_has_lambdas_shape() {
        let event = event(&batch(), "arn:queue");
        assert_eq!(event.pointer("/Records/1/messageId"), Some(&json!("b")));
        assert_eq!(event.pointer("/Records/0/eventSource"), Some(&json!("aws:sqs")));
    }
}
