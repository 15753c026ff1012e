//! `pg-ingest redrive queue` and `backfill --via-queue`, against the emulator's own SQS.

use std::process::Output;

use local_stack::aws::{Aws, Emulator};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::backfill::{ids, prepared, record};
use super::commands::told;
use super::stand::events::Message;
use super::stand::{BUCKET, Stand};

/// A queue whose messages are dead letters once they were received and not deleted, and the queue of those.
struct Queues {
    emulator: Emulator,
    queue: String,
    dead: String,
    _folder: TempDir,
}

impl Queues {
    async fn start() -> Self {
        let folder = local_stack::scratch::folder().unwrap();
        let emulator = Emulator::start(folder.path()).await.unwrap();
        let create = async |name: &str, attributes: Value| {
            let request = json!({"QueueName": name, "Attributes": attributes});
            let answer = emulator.aws().json("sqs", "AmazonSQS.CreateQueue", &request).await.unwrap();
            answer["QueueUrl"].as_str().unwrap().to_owned()
        };
        let dead = create("dbdata-dlq", json!({})).await;
        let arn = emulator.aws().queue_attributes(&dead).await.unwrap()["QueueArn"].clone();
        let policy = json!({"deadLetterTargetArn": arn, "maxReceiveCount": 1}).to_string();
        let queue = create("dbdata", json!({"RedrivePolicy": policy})).await;
        Self { emulator, queue, dead, _folder: folder }
    }

    fn aws(&self) -> &Aws {
        self.emulator.aws()
    }

    async fn depths(&self) -> (u64, u64) {
        let waiting = async |queue| self.aws().depth(queue).await.unwrap().waiting;
        (waiting(&self.queue).await, waiting(&self.dead).await)
    }

    /// Every message of the queue fails as often as it may.
    async fn fail_all(&self) {
        loop {
            let messages = self.aws().receive(&self.queue, 10, 0).await.unwrap();
            if messages.is_empty() {
                return;
            }
            for message in messages {
                self.aws().release_message(&self.queue, &message.receipt_handle).await.unwrap();
            }
        }
    }

    fn run(&self, stand: &Stand, name: &str, arguments: &[&str]) -> Output {
        let mut command = prepared(stand, name, &[], arguments);
        command
            .env("AWS_ENDPOINT_URL_SQS", self.aws().endpoint())
            .env("AWS_REGION", local_stack::aws::REGION);
        command.output().unwrap()
    }

    fn redrive(&self, stand: &Stand, arguments: &[&str]) -> Output {
        self.run(stand, "redrive", &[&["queue", "--queue", "dbdata"], arguments].concat())
    }
}

fn notification(key: &str, time: &str) -> String {
    json!({"Records": [{
        "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": time,
        "s3": {"bucket": {"name": BUCKET}, "object": {"key": key, "size": 9, "eTag": "e"}},
    }]})
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_go_back_by_prefix_and_time_and_not_round_and_round() {
    let (stand, queues) = (Stand::start().await, Queues::start().await);
    for (key, time) in [
        ("input/a/1.json", "2026-11-28T06:00:00Z"),
        ("input/a/2.json", "2026-11-28T07:00:00Z"),
        ("input/b/1.json", "2026-11-28T08:00:00Z"),
    ] {
        queues.aws().send_message(&queues.dead, &notification(key, time)).await.unwrap();
    }
    queues.aws().send_message(&queues.dead, "no notification").await.unwrap();

    let output = queues.redrive(&stand, &["--dry-run", "--key-prefix", "input/a/"]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("s3://landing-zone/input/a/1.json") && text.contains("2 would be sent back"),
        "{text}"
    );
    assert_eq!(queues.depths().await, (0, 4));

    let output =
        queues.redrive(&stand, &["--json", "--key-prefix", "input/a/", "--since", "2026-11-28T06:30:00Z"]);
    assert!(output.status.success(), "{}", told(&output));
    let counts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&counts["received"], &counts["sent"], &counts["not_meant"]),
        (&json!(4), &json!(1), &json!(3))
    );
    assert_eq!(queues.depths().await, (1, 3));
    queues.fail_all().await;
    assert_eq!(queues.depths().await, (0, 4));

    let output = queues.redrive(&stand, &["--json", "--times", "1"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let counts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&counts["sent"], &counts["too_often"]), (&json!(3), &json!(1)), "{counts}");
    assert!(
        told(&output).contains("sent back 1 times already: s3://landing-zone/input/a/2.json"),
        "{}",
        told(&output)
    );
    assert_eq!(queues.depths().await, (3, 1));

    let output = queues.redrive(&stand, &["--at-most", "1"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(queues.depths().await, (4, 0));
    assert!(told(&queues.redrive(&stand, &[])).contains("is empty: nothing to send back"));
    let output = queues.run(&stand, "redrive", &["queue", "--queue", "none"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("there is no such queue"), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_says_what_it_left_and_counts_only_what_the_queue_took() {
    let (stand, queues) = (Stand::start().await, Queues::start().await);
    for id in 1..=12 {
        let body = notification(&format!("input/{id}.json"), "2026-11-28T06:00:00Z");
        queues.aws().send_message(&queues.dead, &body).await.unwrap();
    }
    let nowhere = format!("{}-that-is-not-there", queues.queue);
    let arguments = ["--json", "queue", "--queue", &nowhere, "--dead-letters", "dbdata-dlq"];
    let output = queues.run(&stand, "redrive", &arguments);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    let counts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&counts["received"], &counts["sent"]), (&json!(10), &json!(0)), "{counts}");
    assert_eq!(queues.depths().await, (0, 12));

    // As many as one call gives: whether there are more is seen in the next.
    let output = queues.redrive(&stand, &["--json", "--at-most", "10"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let counts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&counts["sent"], &counts["beyond"]), (&json!(10), &json!(2)), "{counts}");
    assert_eq!(queues.depths().await, (10, 2));

    assert_eq!(queues.aws().receive(&queues.dead, 10, 0).await.unwrap().len(), 2);
    let output = queues.redrive(&stand, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("2 messages of") && told(&output).contains("are held by another reader"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_sent_to_the_queue_and_the_function_loads_it() {
    let (stand, queues) = (Stand::start().await, Queues::start().await);
    let known = stand.put("input/0.json", record(0));
    assert_eq!(stand.deliver(&[known]).await, Vec::<String>::new());
    for id in 1..=25 {
        stand.s3.put(BUCKET, &format!("input/a b+{id}é.json"), record(id));
    }
    let input = format!("s3://{BUCKET}/input/");
    let output = queues.run(&stand, "backfill", &[&input, "--via-queue", &queues.queue]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 loaded already") && text.contains("25 messages sent to"), "{text}");
    assert_eq!(ids(&stand).await, [0]);
    let mut messages = Vec::new();
    loop {
        let received = queues.aws().receive(&queues.queue, 10, 0).await.unwrap();
        if received.is_empty() {
            break;
        }
        messages.extend(received.iter().map(|message| Message::raw(&message.body)));
    }
    assert_eq!(messages.len(), 25);
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new());
    assert_eq!(ids(&stand).await, (0..=25).collect::<Vec<i32>>());
    let output = queues.run(&stand, "backfill", &["--json", &input, "--via-queue", "dbdata"]);
    let account: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&account["known"], &account["sent"]), (&json!(26), &json!(0)), "{account}");
    let output = queues.run(&stand, "backfill", &[&input, "--via-queue", "dbdata.fifo"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("dbdata.fifo is a FIFO queue, to which S3 sends no"), "{}", told(&output));
}
