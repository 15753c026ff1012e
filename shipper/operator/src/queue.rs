//! SQS: the queue that feeds the function, and the queue of its dead letters.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message, MessageAttributeValue,
    MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
    SendMessageBatchResultEntry,
};

/// SQS takes and gives so many at once.
const MESSAGES_A_CALL: usize = 10;
/// And so many bytes together, by the smallest limit that a queue may have had.
const BYTES_A_CALL: usize = 262_144;
/// A message that SQS refuses for a reason of its own is sent so often.
const ATTEMPTS: u32 = 5;

/// A queue.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    client: Client,
    pub(crate) url: String,
}

/// A message to send.
#[derive(Debug, Clone, Default)]
pub(crate) struct Letter {
    pub(crate) body: String,
    pub(crate) attributes: HashMap<String, MessageAttributeValue>,
}

impl Queue {
    /// Finds it by its URL or its name.
    ///
    /// # Errors
    /// There is none, it is a FIFO queue, or it may not be asked.
    pub(crate) async fn find(aws: &SdkConfig, queue: &str) -> Result<Self> {
        if queue.ends_with(".fifo") {
            bail!("queue {queue} is a FIFO queue, to which S3 sends no notifications; name a standard one");
        }
        let client = Client::new(aws);
        if queue.starts_with("https://") || queue.starts_with("http://") {
            return Ok(Self { client, url: queue.to_owned() });
        }
        Self::named(client, queue, None).await
    }

    /// By its name, of the caller's account or of another.
    async fn named(client: Client, name: &str, account: Option<&str>) -> Result<Self> {
        let call = client.get_queue_url().queue_name(name);
        let answer = call.set_queue_owner_aws_account_id(account.map(str::to_owned)).send().await;
        let answer = answer.map_err(|error| refusal(name, "sqs:GetQueueUrl", &error))?;
        let url = answer.queue_url().with_context(|| format!("SQS names no URL of queue {name}"))?.to_owned();
        Ok(Self { client, url })
    }

    /// The queue of its dead letters, by its redrive policy.
    ///
    /// # Errors
    /// It has none, or may not be asked.
    pub(crate) async fn dead_letters(&self) -> Result<Self> {
        let policy = self.attribute(QueueAttributeName::RedrivePolicy).await?;
        let arn = policy.as_deref().and_then(|policy| {
            let policy: serde_json::Value = serde_json::from_str(policy).ok()?;
            policy.get("deadLetterTargetArn")?.as_str().map(str::to_owned)
        });
        let Some(arn) = arn else {
            bail!("queue {} has no dead-letter queue; name one with --dead-letters", self.url);
        };
        // arn:aws:sqs:region:account:name
        let mut parts = arn.splitn(6, ':').skip(4);
        let (Some(account), Some(name)) = (parts.next(), parts.next()) else {
            bail!("queue {} names as its dead-letter queue {arn}, which is no ARN of a queue", self.url);
        };
        Self::named(self.client.clone(), name, Some(account)).await
    }

    /// About how many messages wait in it.
    ///
    /// # Errors
    /// It may not be asked.
    pub(crate) async fn waiting(&self) -> Result<usize> {
        self.number(QueueAttributeName::ApproximateNumberOfMessages).await
    }

    /// About how many messages of it somebody was given and neither deleted nor let go.
    ///
    /// # Errors
    /// It may not be asked.
    pub(crate) async fn hidden(&self) -> Result<usize> {
        self.number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await
    }

    async fn number(&self, name: QueueAttributeName) -> Result<usize> {
        let told = self.attribute(name).await?;
        Ok(told.and_then(|told| told.parse().ok()).unwrap_or_default())
    }

    async fn attribute(&self, name: QueueAttributeName) -> Result<Option<String>> {
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(name.clone())
            .send()
            .await;
        let answer = answer.map_err(|error| refusal(&self.url, "sqs:GetQueueAttributes", &error))?;
        Ok(answer.attributes().and_then(|attributes| attributes.get(&name)).cloned())
    }

    /// Sends them all, or says why not. What was sent before stays sent.
    ///
    /// # Errors
    /// SQS refuses one of them.
    pub(crate) async fn send(&self, letters: Vec<Letter>) -> Result<()> {
        let mut waiting = letters;
        let mut attempts = 1;
        while !waiting.is_empty() {
            let rest = waiting.split_off(fitting(&waiting));
            let mut refused = self.send_some(&waiting, attempts >= ATTEMPTS).await?;
            if refused.is_empty() {
                attempts = 1;
            } else {
                tokio::time::sleep(Duration::from_millis(200) * attempts).await;
                attempts += 1;
            }
            refused.extend(rest);
            waiting = refused;
        }
        Ok(())
    }

    /// One call; returns what SQS did not take for a reason of its own.
    async fn send_some(&self, letters: &[Letter], is_last: bool) -> Result<Vec<Letter>> {
        let entries = letters.iter().enumerate().map(|(place, letter)| {
            SendMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .message_body(&letter.body)
                .set_message_attributes(Some(letter.attributes.clone()).filter(|some| !some.is_empty()))
                .build()
        });
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        let answer = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send();
        let answer = answer.await.map_err(|error| refusal(&self.url, "sqs:SendMessage", &error))?;
        if let Some(failed) = answer.failed().iter().find(|failed| failed.sender_fault() || is_last) {
            let why = failed.message().unwrap_or_else(|| failed.code());
            bail!("queue {} did not take a message: {} ({why})", self.url, failed.code());
        }
        let again = untaken(letters, answer.successful().iter().map(SendMessageBatchResultEntry::id));
        if is_last && !again.is_empty() {
            bail!("queue {} does not say that it took a message; run the command again", self.url);
        }
        Ok(again)
    }

    /// The next messages; nobody else is given them for `hidden`.
    ///
    /// # Errors
    /// It may not be read.
    pub(crate) async fn receive(&self, wait: Duration, hidden: Duration) -> Result<Vec<Message>> {
        let seconds = |time: Duration| i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(MESSAGES_A_CALL).unwrap_or(1))
            .wait_time_seconds(seconds(wait))
            .visibility_timeout(seconds(hidden))
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .send()
            .await;
        let answer = answer.map_err(|error| refusal(&self.url, "sqs:ReceiveMessage", &error))?;
        Ok(answer.messages.unwrap_or_default())
    }

    /// Deletes messages by their receipts.
    ///
    /// # Errors
    /// SQS does not delete one of them.
    pub(crate) async fn delete(&self, receipts: &[String]) -> Result<()> {
        for some in receipts.chunks(MESSAGES_A_CALL) {
            let entries = some.iter().enumerate().map(|(place, receipt)| {
                DeleteMessageBatchRequestEntry::builder()
                    .id(place.to_string())
                    .receipt_handle(receipt)
                    .build()
            });
            let entries = entries.collect::<Result<Vec<_>, _>>()?;
            let answer =
                self.client.delete_message_batch().queue_url(&self.url).set_entries(Some(entries)).send();
            let answer = answer.await.map_err(|error| refusal(&self.url, "sqs:DeleteMessage", &error))?;
            if let Some(failed) = answer.failed().first() {
                bail!(
                    "queue {} did not delete a message that was sent on: {}; it is there twice now, which the ledger tells",
                    self.url,
                    failed.code()
                );
            }
        }
        Ok(())
    }

    /// Lets others have messages again, at once. One whose time has run out has come back by itself.
    ///
    /// # Errors
    /// It may not be changed.
    pub(crate) async fn release(&self, receipts: &[String]) -> Result<()> {
        for some in receipts.chunks(MESSAGES_A_CALL) {
            let entries = some.iter().enumerate().map(|(place, receipt)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(place.to_string())
                    .receipt_handle(receipt)
                    .visibility_timeout(0)
                    .build()
            });
            let entries = entries.collect::<Result<Vec<_>, _>>()?;
            let call = self.client.change_message_visibility_batch().queue_url(&self.url);
            let answer = call.set_entries(Some(entries)).send().await;
            answer.map_err(|error| refusal(&self.url, "sqs:ChangeMessageVisibility", &error))?;
        }
        Ok(())
    }
}

/// Letters that are not among those that were taken, by their places: what SQS says nothing of is sent again.
fn untaken<'a>(letters: &[Letter], taken: impl Iterator<Item = &'a str>) -> Vec<Letter> {
    let taken: HashSet<&str> = taken.collect();
    let is_left = |place: usize| !taken.contains(place.to_string().as_str());
    letters
        .iter()
        .enumerate()
        .filter(|(place, _)| is_left(*place))
        .map(|(_, letter)| letter.clone())
        .collect()
}

/// How many of the first letters fit into one call: at least one.
fn fitting(letters: &[Letter]) -> usize {
    let mut bytes = 0;
    let fit = letters.iter().take(MESSAGES_A_CALL).take_while(|letter| {
        bytes += size(letter);
        bytes <= BYTES_A_CALL
    });
    fit.count().max(1)
}

fn size(letter: &Letter) -> usize {
    let of_attribute = |(name, value): (&String, &MessageAttributeValue)| {
        name.len() + value.data_type().len() + value.string_value().map_or(0, str::len)
    };
    letter.body.len() + letter.attributes.iter().map(of_attribute).sum::<usize>()
}

fn refusal<E>(queue: &str, right: &str, error: &SdkError<E>) -> anyhow::Error
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let Some(status) = status else {
        return anyhow!("queue {queue} does not answer: {}", DisplayErrorContext(error));
    };
    let code = error.code().unwrap_or("no code");
    let code = code.rsplit(['#', '.']).next().unwrap_or(code);
    let advice = match (status, code) {
        (_, "NonExistentQueue" | "QueueDoesNotExist") => {
            "there is no such queue; look at its name and at AWS_REGION".to_owned()
        }
        (_, "OverLimit") => {
            "too many of its messages are held; narrow what is meant, or wait until they are free".to_owned()
        }
        (_, "RequestExpired") => "this machine's clock is off by more than 15 minutes; set it".to_owned(),
        (
            _,
            "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidSignatureException"
            | "SignatureDoesNotMatch" | "ExpiredToken" | "ExpiredTokenException",
        ) => {
            "AWS does not take these credentials, or they have expired; log in again, look at AWS_PROFILE and at this machine's clock"
                .to_owned()
        }
        (403, _) | (_, "AccessDenied" | "AccessDeniedException") => format!("{right} on it is needed"),
        _ => "run the command again".to_owned(),
    };
    anyhow!("queue {queue}: SQS answered {status} {code}; {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(bytes: usize) -> Letter {
        Letter { body: "x".repeat(bytes), ..Letter::default() }
    }

    #[test]
    fn a_message_that_sqs_says_nothing_of_is_not_taken_for_sent() {
        let letters = [letter(1), letter(2), letter(3)];
        let bytes = |taken: &[&str]| -> Vec<usize> {
            untaken(&letters, taken.iter().copied()).iter().map(|letter| letter.body.len()).collect()
        };
        assert_eq!(bytes(&["0", "2"]), [2]);
        assert_eq!(bytes(&["2", "1", "0"]), [0_usize; 0]);
        assert_eq!(bytes(&["none"]), [1, 2, 3]);
    }

    #[test]
    fn a_call_takes_ten_messages_and_no_more_bytes_than_a_queue_takes() {
        assert_eq!(fitting(&vec![letter(1); 25]), 10);
        assert_eq!(fitting(&vec![letter(100_000); 5]), 2);
        assert_eq!(fitting(&[letter(300_000), letter(1)]), 1);
    }
}
