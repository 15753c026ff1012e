//! A stack with the sample datasets, and what the tests ask of it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use local_stack::lambda::Statistics;
use local_stack::samples::{Samples, array};
use local_stack::stack::{BUCKET, Stack, StackOptions};
use serde_json::{Value, json};
use tokio_postgres::Client;

/// Whatever has not come by then never comes: a busy machine takes minutes for what is usually a moment.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);
const POLL: Duration = Duration::from_millis(50);

const DATASETS: &str = r#"
SELECT public.ingest_register_dataset(name => 'orders', prefix => 'input/orders/', target => 'landing.orders',
  version_column => 'updated_at',
  columns => '{"ship_city": "$.shipping.city", "ship_country": "$.shipping.country", "ship_postcode": "$.shipping.postcode"}')
"#;

/// The whole path, ready for files; the mapping is not started yet.
pub(crate) struct Path {
    pub(crate) stack: Stack,
    pub(crate) client: Client,
    samples: Samples,
}

impl Path {
    /// With the template's defaults and a window of a second, on the SQL engine.
    pub(crate) async fn standard() -> Self {
        Self::with(StackOptions::new(shipper())).await
    }

    /// As described by the options.
    pub(crate) async fn with(options: StackOptions) -> Self {
        let stack = Stack::start(options).await.unwrap();
        let client = stack.connect().await.unwrap();
        client.batch_execute("SELECT public.ingest_use_engine('sql')").await.unwrap();
        client.batch_execute(DATASETS).await.unwrap();
        Self { stack, client, samples: Samples::new(7, 50) }
    }

    /// Uploads the `file`th sample file of orders with so many records; its key.
    pub(crate) async fn put_orders(&self, file: u64, records: u64) -> String {
        let key = format!("input/orders/{file:04}.json");
        self.put(&key, array(&self.samples.orders(file, records))).await;
        key
    }

    /// Uploads an object.
    pub(crate) async fn put(&self, key: &str, body: Vec<u8>) {
        self.stack.aws().put_object(BUCKET, key, body.into()).await.unwrap();
    }

    /// Waits until the query, which gives one bigint, gives `wanted`.
    pub(crate) async fn until(&self, query: &str, wanted: i64) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.number(query).await;
            if found == wanted {
                return;
            }
            if Instant::now() > deadline {
                let log = local_stack::process::tail(&self.stack.shipper_log(), 5);
                panic!("{query} gave {found} where {wanted} was due{log}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until the ledger has so many deliveries.
    pub(crate) async fn until_deliveries(&self, wanted: i64) {
        self.until("SELECT coalesce(sum(deliveries), 0)::bigint FROM ingest.file", wanted).await;
    }

    /// Waits until the mapping has taken so many messages from the queue.
    pub(crate) async fn until_received(&self, wanted: u64) {
        self.until_mapping("received", wanted, |statistics| statistics.received).await;
    }

    /// Waits until so many messages failed.
    pub(crate) async fn until_failed(&self, wanted: u64) {
        self.until_mapping("failed", wanted, |statistics| statistics.failed).await;
    }

    async fn until_mapping(&self, what: &str, wanted: u64, count: impl Fn(&Statistics) -> u64) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let statistics = self.stack.mapping().unwrap().statistics();
            if count(&statistics) >= wanted {
                return;
            }
            assert!(Instant::now() < deadline, "{wanted} messages {what} were due: {statistics:?}");
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until nothing is left in the queue, waiting or in flight.
    pub(crate) async fn until_queue_is_empty(&self) {
        self.until_depth(self.stack.queue_url().unwrap(), 0).await;
    }

    /// Waits until a queue holds so many messages, waiting or in flight.
    pub(crate) async fn until_depth(&self, queue_url: &str, wanted: u64) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let depth = self.stack.aws().depth(queue_url).await.unwrap();
            if depth.waiting + depth.in_flight == wanted {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{queue_url} holds {depth:?} where {wanted} messages were due"
            );
            tokio::time::sleep(POLL).await;
        }
    }

    /// One number out of the database.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        self.client.query_one(query, &[]).await.unwrap().get(0)
    }

    /// The ledger, `key → status`, in the order of the keys.
    pub(crate) async fn statuses(&self) -> Vec<(String, String)> {
        let rows = self
            .client
            .query("SELECT key, status FROM ingest.file ORDER BY key, file_id", &[])
            .await
            .unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// Makes failed messages visible again after a while in which a batch is done many times over even on a slow machine:
    /// no window, and a shipper that has started. Moves them after so many receives.
    pub(crate) async fn redeliver_quickly(&mut self, receives: u32) {
        self.stack.mapping_settings().window = Duration::ZERO;
        let nothing = serde_json::to_vec(&json!({ "Records": [] })).unwrap();
        self.stack.function().invoke(nothing.into()).await.unwrap();
        let (aws, queue) = (self.stack.aws(), self.stack.queue_url().unwrap());
        let arn = self.stack.deployment().output("DeadLetterQueueArn").unwrap();
        let policy = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": receives }).to_string();
        aws.set_queue_attribute(queue, "VisibilityTimeout", "15").await.unwrap();
        aws.set_queue_attribute(queue, "RedrivePolicy", &policy).await.unwrap();
    }
}

/// The notification that S3 sends of an object put.
pub(crate) fn notification(bucket: &str, key: &str) -> Value {
    json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-11-01T00:00:00.000Z",
        "s3": { "bucket": { "name": bucket }, "object": { "key": key, "size": 10, "sequencer": "00A1" } },
    }] })
}

/// The real binary, as `cargo build --bin shipper` leaves it beside this test.
pub(crate) fn shipper() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test.ancestors().nth(2).unwrap().join("shipper");
    assert!(binary.exists(), "{} is missing; run cargo build --bin shipper", binary.display());
    binary
}
