//! Many sessions at once, on the same tables.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::{JoinHandle, JoinSet};
use tokio_postgres::Client;

use crate::arguments::Options;
use crate::checksum::{self, Checksum};
use crate::contender::{Contender, Expected, Session};
use crate::place::Place;
use crate::server::Server;
use crate::statistics::Spread;
use crate::workload::{FILES_A_BATCH, Load, orders};

const SESSIONS: [usize; 5] = [1, 2, 4, 8, 16];
const MOST_SESSIONS: usize = 16;
/// Twenty-five crowds take their time.
const MOST_REPETITIONS: usize = 3;
/// The sessions are looked at so often.
const SAMPLE: Duration = Duration::from_millis(10);

/// What so many sessions of one contender did.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) contender: Contender,
    /// Whether all sessions write the same keys.
    pub(crate) same_keys: bool,
    pub(crate) sessions: usize,
    pub(crate) files_a_second: Spread,
    /// Of the transactions' time, the part that they waited for each other's rows and advisory locks.
    pub(crate) lock_wait: f64,
    /// The same for the lock under which PostgreSQL makes a table longer, as a COPY waits for it too.
    pub(crate) extension_wait: f64,
    pub(crate) deadlocks: i64,
}

/// The numbers of the batches that are still to be loaded.
type Queue = Arc<Mutex<VecDeque<usize>>>;

/// Measures every number of sessions.
pub(crate) async fn measure(server: &Server, options: &Options) -> Result<Vec<Point>> {
    let mut points = Vec::new();
    let takers =
        options.contenders.iter().copied().filter(|c| c.engine().is_some() || *c == Contender::Floor);
    let takers: Vec<Contender> = takers.collect();
    for same_keys in [false, true] {
        // Each session begins with a batch of its own that is not measured; the others come out even among all.
        let rounds = if options.quick { 1 } else { 2 };
        let batches = MOST_SESSIONS * (1 + rounds);
        let size = FILES_A_BATCH.min(options.files);
        let load = if same_keys {
            orders::batches_of_the_same_keys(batches, size)?
        } else {
            orders::batches_of_new_keys(batches, size)?
        };
        let expected = checksum::expected(server, &load).await?;
        let load = Arc::new(load);
        // COPY cannot meet a key that is there.
        for contender in takers.iter().copied().filter(|c| !same_keys || c.engine().is_some()) {
            let name = if same_keys { "same_keys" } else { "concurrency" };
            let place = Place::new(contender.name(), name, &load);
            contender.make_tables(server, &place).await?;
            for sessions in SESSIONS {
                let crowd = Crowd {
                    server,
                    contender,
                    place: &place,
                    load: &load,
                    expected: &expected,
                    same_keys,
                    sessions,
                };
                let point = crowd.measure(options.repeat.min(MOST_REPETITIONS)).await;
                let point =
                    point.with_context(|| format!("{} with {sessions} sessions failed", contender.name()))?;
                eprintln!(
                    "  {name} {} × {sessions}: {:.0} files/s",
                    contender.name(),
                    point.files_a_second.median
                );
                points.push(point);
            }
        }
    }
    Ok(points)
}

/// So many sessions of one contender.
struct Crowd<'a> {
    server: &'a Server,
    contender: Contender,
    place: &'a Place,
    load: &'a Arc<Load>,
    expected: &'a [Vec<Checksum>],
    same_keys: bool,
    sessions: usize,
}

impl Crowd<'_> {
    async fn measure(&self, repeat: usize) -> Result<Point> {
        let admin = self.server.connect(&self.place.database).await?;
        let deadlocks_before = deadlocks(&admin).await?;
        let mut speeds = Vec::new();
        let (mut lock_waits, mut extension_waits) = (Vec::new(), Vec::new());
        for repetition in 0..repeat {
            self.place.empty(&admin).await?;
            admin.batch_execute("VACUUM ANALYZE").await?;
            admin.batch_execute("CHECKPOINT").await?;
            let lap = self.once(repetition).await?;
            speeds.push(lap.files_a_second);
            lock_waits.push(lap.lock_wait);
            extension_waits.push(lap.extension_wait);
            // Of the same keys the rows of the last batch survive, else those of all batches that were loaded.
            let last = if self.same_keys { self.load.batches.len() - 1 } else { 0 };
            let survivors = self.expected.iter().enumerate().skip(last);
            let survivors =
                survivors.filter(|(n, _)| *n < self.sessions || *n >= MOST_SESSIONS).map(|(_, sums)| sums);
            checksum::verify(&admin, self.place, survivors).await?;
        }
        until_alone(&admin).await?;
        Ok(Point {
            contender: self.contender,
            same_keys: self.same_keys,
            sessions: self.sessions,
            files_a_second: Spread::of(&speeds).context("nothing was measured")?,
            lock_wait: Spread::of(&lock_waits).context("nothing was measured")?.median,
            extension_wait: Spread::of(&extension_waits).context("nothing was measured")?.median,
            deadlocks: deadlocks(&admin).await? - deadlocks_before,
        })
    }

    async fn once(&self, repetition: usize) -> Result<Lap> {
        let mut crowd = Vec::new();
        for number in 0..self.sessions {
            let mut session = Session::open(self.server, self.contender, self.place).await?;
            let warm = self.load.batches.get(number).context("there is no batch to begin with")?;
            session.load(warm, &format!("{}/{number}", self.names(repetition)), Expected::Loaded).await?;
            crowd.push(session);
        }
        let queue: Queue = Arc::new(Mutex::new((MOST_SESSIONS..self.load.batches.len()).collect()));
        let watcher = Watcher::start(self.server.connect(&self.place.database).await?);
        let files: usize = self.load.batches.iter().skip(MOST_SESSIONS).map(|batch| batch.files.len()).sum();
        let began = Instant::now();
        let mut running = JoinSet::new();
        for session in crowd {
            let names = self.names(repetition);
            running.spawn(work(session, Arc::clone(self.load), Arc::clone(&queue), names));
        }
        while let Some(ended) = running.join_next().await {
            ended.context("a session was broken off")??;
        }
        let seconds = began.elapsed().as_secs_f64();
        Ok(Lap {
            files_a_second: files as f64 / seconds,
            lock_wait: watcher.part(&watcher.seen.locks),
            extension_wait: watcher.part(&watcher.seen.extensions),
        })
    }

    fn names(&self, repetition: usize) -> String {
        format!("{}/{repetition}", self.sessions)
    }
}

/// One repetition.
struct Lap {
    files_a_second: f64,
    lock_wait: f64,
    extension_wait: f64,
}

/// Loads batches from the queue until it is empty.
async fn work(mut session: Session, load: Arc<Load>, queue: Queue, names: String) -> Result<()> {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(number) = next else { return Ok(()) };
        let batch = load.batches.get(number).context("the queue names no batch")?;
        session.load(batch, &format!("{names}/{number}"), Expected::Loaded).await?;
    }
}

/// Looks again and again at who waits for a lock.
struct Watcher {
    seen: Arc<Seen>,
    looking: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    locks: AtomicU64,
    extensions: AtomicU64,
    busy: AtomicU64,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

impl Watcher {
    fn start(client: Client) -> Self {
        let seen = Arc::new(Seen::default());
        let told = Arc::clone(&seen);
        let looking = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(SAMPLE);
            loop {
                ticks.tick().await;
                // The server ends this connection at the latest.
                let Ok(row) = client.query_one(WHO_WAITS, &[]).await else { return };
                for (column, counter) in [&told.locks, &told.extensions, &told.busy].into_iter().enumerate() {
                    counter.fetch_add(row.get::<_, i64>(column).unsigned_abs(), Ordering::Relaxed);
                }
            }
        });
        Self { seen, looking }
    }

    /// Of the sessions seen in a transaction, the part that was counted there.
    fn part(&self, counter: &AtomicU64) -> f64 {
        counter.load(Ordering::Relaxed) as f64 / self.seen.busy.load(Ordering::Relaxed).max(1) as f64
    }
}

const WHO_WAITS: &str = "SELECT count(*) FILTER (WHERE wait_event_type = 'Lock' AND wait_event <> 'extend'), \
                         count(*) FILTER (WHERE wait_event_type = 'Lock' AND wait_event = 'extend'), count(*) \
                         FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                         AND xact_start IS NOT NULL";

async fn deadlocks(client: &Client) -> Result<i64> {
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    Ok(client.query_one(sql, &[]).await?.get(0))
}

/// Sessions hand in their counts when they end.
async fn until_alone(client: &Client) -> Result<()> {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
               AND backend_type = 'client backend'";
    while client.query_one(sql, &[]).await?.get::<_, i64>(0) > 0 {
        tokio::time::sleep(SAMPLE).await;
    }
    Ok(())
}
