//! SQS: what the event source mapping and the checks need of it.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Aws;

/// A received message, as SQS gives it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Message {
    /// Its id, the same for every delivery.
    pub message_id: String,
    /// What deletes this delivery.
    pub receipt_handle: String,
    /// Its text.
    pub body: String,
    /// MD5 of the body.
    #[serde(default, rename = "MD5OfBody")]
    pub md5_of_body: String,
    /// System attributes, such as `ApproximateReceiveCount`.
    #[serde(default)]
    pub attributes: serde_json::Map<String, Value>,
}

/// How many messages a queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// Waiting to be received.
    pub waiting: u64,
    /// Received and not yet deleted or visible again.
    pub in_flight: u64,
}

impl Depth {
    /// Whether nothing is waiting or in flight.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.waiting + self.in_flight == 0
    }
}

impl Aws {
    /// Receives up to `most` messages (SQS gives 10 at once, at most), waiting up to `wait_seconds` for the first.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn receive(&self, queue_url: &str, most: usize, wait_seconds: u64) -> Result<Vec<Message>> {
        let request = json!({
            "QueueUrl": queue_url,
            "MaxNumberOfMessages": most.min(10),
            "WaitTimeSeconds": wait_seconds,
            "AttributeNames": ["All"],
        });
        let mut answer = self.json("sqs", "AmazonSQS.ReceiveMessage", &request).await?;
        match answer.get_mut("Messages").map(Value::take) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(messages) => {
                serde_json::from_value(messages).context("SQS gave a message in an unknown shape")
            }
        }
    }

    /// Sends one message.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn send_message(&self, queue_url: &str, body: &str) -> Result<()> {
        let request = json!({ "QueueUrl": queue_url, "MessageBody": body });
        self.json("sqs", "AmazonSQS.SendMessage", &request).await.map(drop)
    }

    /// Deletes deliveries by their receipt handles.
    ///
    /// # Errors
    /// When SQS refuses any of them.
    pub async fn delete_messages(&self, queue_url: &str, receipts: &[&str]) -> Result<()> {
        for ten in receipts.chunks(10) {
            let entries: Vec<Value> = (0..)
                .zip(ten)
                .map(|(index, receipt)| json!({ "Id": format!("{index}"), "ReceiptHandle": receipt }))
                .collect::<Vec<_>>();
            let request = json!({ "QueueUrl": queue_url, "Entries": entries });
            let answer = self.json("sqs", "AmazonSQS.DeleteMessageBatch", &request).await?;
            let failed = answer.get("Failed").and_then(Value::as_array).map_or(0, Vec::len);
            ensure!(failed == 0, "SQS did not delete {failed} of {} messages: {answer}", ten.len());
        }
        Ok(())
    }

    /// Makes a received message visible again at once.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn release_message(&self, queue_url: &str, receipt: &str) -> Result<()> {
        let request = json!({ "QueueUrl": queue_url, "ReceiptHandle": receipt, "VisibilityTimeout": 0 });
        self.json("sqs", "AmazonSQS.ChangeMessageVisibility", &request).await.map(drop)
    }

    /// How many messages the queue holds.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn depth(&self, queue_url: &str) -> Result<Depth> {
        let attributes = self.queue_attributes(queue_url).await?;
        let count = |name: &str| {
            let value = attributes.get(name).and_then(Value::as_str).and_then(|text| text.parse().ok());
            value.with_context(|| format!("SQS does not tell {name} of {queue_url}"))
        };
        Ok(Depth {
            waiting: count("ApproximateNumberOfMessages")? + count("ApproximateNumberOfMessagesDelayed")?,
            in_flight: count("ApproximateNumberOfMessagesNotVisible")?,
        })
    }

    /// All attributes of a queue.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn queue_attributes(&self, queue_url: &str) -> Result<Value> {
        let request = json!({ "QueueUrl": queue_url, "AttributeNames": ["All"] });
        let mut answer = self.json("sqs", "AmazonSQS.GetQueueAttributes", &request).await?;
        Ok(answer["Attributes"].take())
    }

    /// Sets an attribute of a queue, such as `VisibilityTimeout`.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn set_queue_attribute(&self, queue_url: &str, name: &str, value: &str) -> Result<()> {
        let request = json!({ "QueueUrl": queue_url, "Attributes": { name: value } });
        self.json("sqs", "AmazonSQS.SetQueueAttributes", &request).await.map(drop)
    }
}
