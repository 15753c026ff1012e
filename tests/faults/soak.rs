//! Everything at once: ten thousand messages, ten shippers, and something going wrong all the time.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use local_stack::lambda::Outcome;
use serde_json::json;

use super::stand::events::Message;
use super::stand::s3::Fault;
use super::stand::{BUCKET, Settings, Stand, kill};

const MESSAGES: u32 = 10_000;
const SHIPPERS: u64 = 10;
const BATCH: usize = 100;
const RECEIVES: u32 = 20;
/// Of a thousand objects, how many break once, how many fall silent once, and how many are never readable.
const BROKEN_ONCE: u32 = 50;
const SILENT_ONCE: u32 = 2;
const FORBIDDEN: u32 = 1;
/// Of a thousand messages, how many are delivered once more after success.
const REDELIVERED: u32 = 20;

/// A queue with SQS' promises: at least once, in any order, and a dead-letter queue.
#[derive(Default)]
struct Queue {
    waiting: Mutex<VecDeque<Message>>,
    received: Mutex<HashMap<String, u32>>,
    dead: Mutex<Vec<Message>>,
    running: AtomicU64,
    returned: AtomicU64,
    succeeded: AtomicU64,
    crashes: AtomicU64,
}

impl Queue {
    fn receive(&self) -> Vec<Message> {
        let mut waiting = self.waiting.lock().unwrap();
        let size = waiting.len().min(BATCH);
        let batch: Vec<Message> = waiting.drain(..size).collect();
        if !batch.is_empty() {
            self.running.fetch_add(1, Ordering::SeqCst);
        }
        batch
    }

    fn give_back(&self, message: Message) {
        self.returned.fetch_add(1, Ordering::SeqCst);
        let mut received = self.received.lock().unwrap();
        let count = received.entry(message.id.clone()).or_insert(1);
        if *count >= RECEIVES {
            self.dead.lock().unwrap().push(message);
        } else {
            *count += 1;
            self.waiting.lock().unwrap().push_back(message);
        }
    }

    fn is_done(&self) -> bool {
        self.running.load(Ordering::SeqCst) == 0 && self.waiting.lock().unwrap().is_empty()
    }
}

fn key(id: u32) -> String {
    format!("input/{id}.json")
}

/// Puts all objects, with what will go wrong at each.
fn fill(stand: &Stand, queue: &Queue, random: &mut fastrand::Rng) -> (u32, u32) {
    let (mut broken, mut forbidden) = (0, 0);
    for id in 0..MESSAGES {
        let body = json!({"id": id, "said": "x".repeat(random.usize(10..2_000))}).to_string();
        let bytes = body.len();
        queue.waiting.lock().unwrap().push_back(stand.put(&key(id), body));
        let luck = random.u32(0..1_000);
        if luck < FORBIDDEN {
            forbidden += 1;
            stand.s3.fail_always(BUCKET, &key(id), Fault::Status(403, "AccessDenied"));
        } else if luck < FORBIDDEN + SILENT_ONCE {
            broken += 1;
            stand.s3.fail_next(BUCKET, &key(id), [Fault::StallAfter(random.usize(0..bytes))]);
        } else if luck < FORBIDDEN + SILENT_ONCE + BROKEN_ONCE {
            broken += 1;
            let faults = [
                Fault::Status(503, "SlowDown"),
                Fault::Status(500, "InternalError"),
                Fault::ResetAfter(random.usize(0..bytes)),
                Fault::WrongLength(random.i64(1..100)),
            ];
            stand.s3.fail_next(BUCKET, &key(id), [faults[random.usize(0..faults.len())].clone()]);
        }
    }
    (broken, forbidden)
}

async fn poll(stand: &Stand, queue: &Queue, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    while !queue.is_done() {
        let batch = queue.receive();
        if batch.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        }
        let outcome = stand.invoke(&batch).await;
        let failed: Option<Vec<String>> = match &outcome {
            Outcome::Response(_) => {
                let response = outcome.json().unwrap();
                let failures = response["batchItemFailures"].as_array().unwrap();
                queue.succeeded.fetch_add(u64::from(failures.len() < batch.len()), Ordering::SeqCst);
                Some(
                    failures.iter().map(|item| item["itemIdentifier"].as_str().unwrap().to_owned()).collect(),
                )
            }
            _ => {
                queue.crashes.fetch_add(1, Ordering::SeqCst);
                None
            }
        };
        for message in batch {
            let succeeded = failed.as_ref().is_some_and(|failed| !failed.contains(&message.id));
            if !succeeded {
                queue.give_back(message);
            } else if random.u32(0..1_000) < REDELIVERED {
                queue.waiting.lock().unwrap().push_back(message);
            }
        }
        queue.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Kills a server process and now and then a shipper, in the middle of whatever they do, until the queue is done. Returns
/// how many of each. Between two kills batches succeed, so that they come to an end on a slow machine too.
async fn disturb(stand: &Stand, queue: &Queue) -> (u64, u64) {
    let mut random = fastrand::Rng::with_seed(7);
    let (mut shippers, mut backends) = (0, 0);
    let binary = &stand.function.configuration().binary;
    let terminate = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity
         WHERE usename = '{}' ORDER BY random() LIMIT 1) AS one",
        stand.role
    );
    while !queue.is_done() {
        let goal = queue.succeeded.load(Ordering::SeqCst) + random.u64(2..6);
        while queue.succeeded.load(Ordering::SeqCst) < goal && !queue.is_done() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(random.u64(0..100))).await;
        backends += u64::try_from(stand.number(&terminate).await).unwrap();
        let running = processes_of(binary, stand.s3.port());
        if random.u32(0..3) == 0 && !running.is_empty() && kill(running[random.usize(0..running.len())]) {
            shippers += 1;
        }
    }
    (shippers, backends)
}

/// The shippers that this test started: those of this binary that were told of this S3.
fn processes_of(binary: &Path, s3_port: u16) -> Vec<u32> {
    let endpoint = format!("AWS_ENDPOINT_URL=http://127.0.0.1:{s3_port}");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let is_shipper = std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == binary);
        let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        is_shipper && environment.split(|byte| *byte == 0).any(|entry| entry == endpoint.as_bytes())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_messages_through_ten_shippers_with_faults_all_the_time() {
    let stand = Settings::usual()
        .alone()
        .with("LOG_LEVEL", "error")
        .with("OBJECT_ATTEMPTS", 3)
        .with("OBJECT_STALL_TIMEOUT_MS", 5_000)
        .start()
        .await;
    let queue = Queue::default();
    let mut random = fastrand::Rng::with_seed(42);
    let (broken, forbidden) = fill(&stand, &queue, &mut random);

    let polls = join_all((0..SHIPPERS).map(|seed| poll(&stand, &queue, seed)));
    let (_, (shippers_killed, backends_killed)) = tokio::join!(polls, disturb(&stand, &queue));

    let rows = stand.number("SELECT count(*) FROM landing.things").await;
    let files = stand.number("SELECT count(*) FROM ingest.file WHERE status = 'loaded'").await;
    let dead = queue.dead.lock().unwrap().len();
    eprintln!(
        "{MESSAGES} messages, {broken} objects broken once, {forbidden} forbidden, {shippers_killed} shippers and \
         {backends_killed} server processes killed: {} receives returned, {} invocations crashed, {files} files and \
         {rows} rows loaded, {dead} messages dead",
        queue.returned.load(Ordering::SeqCst),
        queue.crashes.load(Ordering::SeqCst),
    );
    assert!(shippers_killed > 0 && backends_killed > 0, "the disturbance took place");
    assert_eq!(rows, i64::from(MESSAGES - forbidden), "nothing is lost");
    assert_eq!(files, rows, "nothing is doubled");
    assert_eq!(stand.number("SELECT sum(records)::bigint FROM ingest.file").await, rows);
    assert_eq!(dead, usize::try_from(forbidden).unwrap(), "only what deserves it is dead");
    assert_eq!(stand.number("SELECT count(*) FROM ingest.staging").await, 0);
}
