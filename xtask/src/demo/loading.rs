//! Uploads the files and waits until nothing of them is left in the queue.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};
use local_stack::aws::{Aws, Message};
use local_stack::process::tail;
use local_stack::stack::{BUCKET, Stack};
use tokio::task::JoinSet;
use tokio_postgres::Client;

use super::plan::{Kind, Plan, Upload};
use super::progress::{bar, show};

const UPLOADERS: usize = 8;
const POLL: Duration = Duration::from_millis(100);
/// Longer than the queue's visibility timeout, after which a message that failed comes again.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is only uploaded when all else is loaded: it speaks of orders that have come before.
const LAST: [Kind; 3] = [Kind::OlderRecords, Kind::Changed, Kind::Removed];

/// What the demo saw from outside.
#[derive(Debug, Default)]
pub(super) struct Observed {
    /// When each object stood in the bucket, by key and ETag; the first time for repeated ones.
    pub(super) uploaded_at: HashMap<(String, String), SystemTime>,
    /// From the first upload to the last message done.
    pub(super) took: Duration,
}

type Times = HashMap<(String, String), SystemTime>;

/// Uploads as planned, some of them so that they go wrong on the way.
pub(super) async fn load(stack: &mut Stack, plan: &Arc<Plan>) -> Result<Observed> {
    let (began, queue) = (Instant::now(), stack.queue_url()?.to_owned());
    let (aws, uploaded) = (stack.aws().clone(), Arc::new(AtomicU64::new(0)));
    // These events are held back until those of the newer files have been processed.
    let mut times = upload(&aws, plan, |kind| kind == Kind::Overtaken, &uploaded).await?;
    let held = receive_all(&aws, &queue, plan.count(Kind::Overtaken)).await?;
    times.extend(upload(&aws, plan, |kind| kind == Kind::Deleted, &uploaded).await?);
    for gone in plan.uploads.iter().filter(|upload| upload.kind == Kind::Deleted) {
        aws.delete_object_versions(BUCKET, &gone.key).await?;
    }

    stack.start_mapping();
    let watch = Watch::new(stack, plan, &uploaded).await?;
    let last = |kind| LAST.contains(&kind);
    let of_last = LAST.iter().map(|kind| plan.count(*kind)).sum();
    let usual = |kind| !last(kind) && !matches!(kind, Kind::Overtaken | Kind::Deleted);
    let late = plan.count(Kind::Overtaken) + of_last;
    let quiet = watch.until_left(held.len() as u64, late, of_last);
    let (rest, ()) = tokio::try_join!(upload(&aws, plan, usual, &uploaded), quiet)?;
    times.extend(rest);

    times.extend(upload(&aws, plan, last, &uploaded).await?);
    for message in &held {
        aws.release_message(&queue, &message.receipt_handle).await?;
    }
    watch.until_left(0, 0, 0).await?;
    let took = began.elapsed();
    drop(watch);
    stack.stop_mapping().await;
    Ok(Observed { uploaded_at: times, took })
}

/// Receives until the test event and `wanted` others are in hand.
async fn receive_all(aws: &Aws, queue: &str, wanted: u64) -> Result<Vec<Message>> {
    let mut held = Vec::new();
    let deadline = Instant::now() + PATIENCE;
    while (held.len() as u64) < wanted + 1 {
        if Instant::now() > deadline {
            bail!("the bucket sent {} events where {} were due", held.len(), wanted + 1);
        }
        held.extend(aws.receive(queue, 10, 1).await?);
    }
    Ok(held)
}

/// Uploads those of the wanted kinds, several at a time.
async fn upload(
    aws: &Aws,
    plan: &Arc<Plan>,
    wanted: impl Fn(Kind) -> bool,
    done: &Arc<AtomicU64>,
) -> Result<Times> {
    let chosen: Arc<Vec<Upload>> =
        Arc::new(plan.uploads.iter().filter(|upload| wanted(upload.kind)).cloned().collect());
    let next = Arc::new(AtomicU64::new(0));
    let mut uploaders = JoinSet::new();
    for _ in 0..UPLOADERS {
        let (aws, plan, chosen) = (aws.clone(), Arc::clone(plan), Arc::clone(&chosen));
        let (next, done) = (Arc::clone(&next), Arc::clone(done));
        uploaders.spawn(async move {
            let mut times = Times::new();
            while let Ok(index) = usize::try_from(next.fetch_add(1, Ordering::Relaxed)) {
                let Some(upload) = chosen.get(index) else { break };
                let etag = aws.put_object(BUCKET, &upload.key, plan.body(upload).into()).await?;
                times.entry((upload.key.clone(), etag)).or_insert_with(SystemTime::now);
                done.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(times)
        });
    }
    let mut all = Times::new();
    while let Some(times) = uploaders.join_next().await {
        for (object, time) in times.context("an uploader ended early")?? {
            all.entry(object).and_modify(|known| *known = time.min(*known)).or_insert(time);
        }
    }
    Ok(all)
}

/// Watches queue and ledger.
struct Watch<'a> {
    stack: &'a Stack,
    client: Client,
    uploaded: &'a AtomicU64,
    planned: u64,
    expected: u64,
}

impl<'a> Watch<'a> {
    async fn new(stack: &'a Stack, plan: &Plan, uploaded: &'a AtomicU64) -> Result<Self> {
        let planned = plan.uploads.len() as u64;
        let expected = planned - plan.count(Kind::FilteredOut);
        Ok(Self { stack, client: stack.connect().await?, uploaded, planned, expected })
    }

    /// Returns when all but `later` files are uploaded, the queue holds `left` messages, none of them waiting, and the
    /// ledger knows all events but `unknown`.
    async fn until_left(&self, left: u64, unknown: u64, later: u64) -> Result<()> {
        let queue = self.stack.queue_url()?;
        let (mut last, mut moved) = ((0, 0), Instant::now());
        loop {
            let depth = self.stack.aws().depth(queue).await?;
            let uploaded = self.uploaded.load(Ordering::Relaxed);
            let (deliveries, rows) = self.ledger().await?;
            show(&format!(
                "  {} {uploaded}/{} uploaded, {deliveries}/{} events processed, {rows} rows",
                bar(deliveries, self.expected),
                self.planned,
                self.expected
            ));
            let finished = uploaded + later == self.planned && depth.waiting == 0 && depth.in_flight <= left;
            if finished && deliveries + unknown >= self.expected {
                return Ok(());
            }
            if (uploaded, deliveries) != last {
                (last, moved) = ((uploaded, deliveries), Instant::now());
            } else if moved.elapsed() > PATIENCE {
                bail!(
                    "nothing moved for {} s: {deliveries} of {} events processed, {} waiting, {} in flight{}",
                    PATIENCE.as_secs(),
                    self.expected,
                    depth.waiting,
                    depth.in_flight,
                    tail(&self.stack.shipper_log(), 10)
                );
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Deliveries and rows in the ledger.
    async fn ledger(&self) -> Result<(u64, i64)> {
        let query = "SELECT coalesce(sum(deliveries), 0)::bigint, coalesce(sum(rows_loaded), 0)::bigint FROM ingest.file";
        let row = self.client.query_one(query, &[]).await.context("the ledger cannot be read")?;
        Ok((u64::try_from(row.get::<_, i64>(0)).unwrap_or_default(), row.get(1)))
    }
}
