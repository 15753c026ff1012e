//! Counts what became of every upload, from the ledger, the queues and the tables.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use local_stack::aws::Depth;
use local_stack::samples::RECORDS_PER_FILE;
use local_stack::stack::Stack;
use tokio_postgres::Client;

use super::loading::Observed;
use super::plan::{DELETES_PER_FILE, Kind, Plan, REFUNDS_PER_FILE};

/// The account of one run.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) uploaded: u64,
    pub(super) expected: Expected,
    pub(super) ledger: Ledger,
    pub(super) rejects: Vec<(String, String, i64)>,
    pub(super) batches: Batches,
    pub(super) tables: Vec<(String, i64)>,
    pub(super) items: Items,
    pub(super) revenue: Vec<[String; 4]>,
    pub(super) lag: Option<Lag>,
    pub(super) took: Duration,
    pub(super) queue: Depth,
    pub(super) dead_letters: Depth,
    pub(super) invocations: u64,
    pub(super) instances: u64,
    pub(super) connections: i64,
}

/// What the plan lets one expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) filtered_out: u64,
    pub(super) loaded: u64,
    pub(super) partially_loaded: u64,
    pub(super) failed: u64,
    pub(super) missing: u64,
    pub(super) duplicates: u64,
    pub(super) rows_stale: u64,
    pub(super) rows_filtered: u64,
    pub(super) rows_deleted: u64,
    pub(super) rows_replaced: u64,
}

/// Files in the ledger by what became of them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ledger {
    pub(super) loaded: u64,
    pub(super) partially_loaded: u64,
    pub(super) failed: u64,
    pub(super) missing: u64,
    pub(super) stale: u64,
    pub(super) no_dataset: u64,
    pub(super) duplicates: u64,
    pub(super) records: u64,
    pub(super) rows_loaded: u64,
    pub(super) rows_rejected: u64,
    pub(super) rows_stale: u64,
    pub(super) rows_filtered: u64,
    pub(super) rows_deleted: u64,
}

impl Ledger {
    /// Deliveries of any kind.
    pub(super) fn events(&self) -> u64 {
        self.loaded
            + self.partially_loaded
            + self.failed
            + self.missing
            + self.stale
            + self.no_dataset
            + self.duplicates
    }
}

/// The rows of the items inside of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Items {
    pub(super) rows: u64,
    /// The items that stand in the documents of the orders that are there.
    pub(super) in_documents: u64,
}

/// The batches that the database processed.
#[derive(Debug)]
pub(super) struct Batches {
    pub(super) count: i64,
    pub(super) largest: i32,
    pub(super) megabytes: f64,
    pub(super) milliseconds: f64,
    pub(super) engine: String,
}

/// From an upload's end to its rows being visible.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lag {
    pub(super) p50: Duration,
    pub(super) p99: Duration,
}

/// Counts everything.
pub(super) async fn take(stack: &Stack, plan: &Plan, observed: &Observed) -> Result<Account> {
    let client = stack.connect().await?;
    Ok(Account {
        uploaded: plan.uploads.len() as u64,
        expected: expected(plan),
        ledger: ledger(&client).await?,
        rejects: rejects(&client).await?,
        batches: batches(&client).await?,
        tables: tables(&client).await?,
        items: items(&client).await?,
        revenue: revenue(&client).await?,
        lag: lag(&client, observed).await?,
        took: observed.took,
        queue: stack.aws().depth(stack.queue_url()?).await?,
        dead_letters: stack.aws().depth(stack.dead_letter_queue_url()?).await?,
        invocations: stack.function().invocations(),
        instances: stack.function().cold_starts(),
        connections: connections(&client).await?,
    })
}

fn expected(plan: &Plan) -> Expected {
    let of = |kinds: &[Kind]| kinds.iter().map(|kind| plan.count(*kind)).sum();
    Expected {
        filtered_out: of(&[Kind::FilteredOut]),
        loaded: of(&[
            Kind::Orders,
            Kind::Customers,
            Kind::Empty,
            Kind::OlderRecords,
            Kind::Changed,
            Kind::Removed,
            Kind::TwoKinds,
        ]),
        partially_loaded: of(&[Kind::WrongTypes]),
        failed: of(&[Kind::CutOff, Kind::NotUtf8]),
        missing: of(&[Kind::Deleted]),
        // In a bucket without versions an overtaken event finds what its successor brought.
        duplicates: of(&[Kind::Repeated, Kind::Overtaken]),
        rows_stale: plan.count(Kind::OlderRecords) * RECORDS_PER_FILE,
        // Of two datasets one takes the record.
        rows_filtered: plan.count(Kind::TwoKinds) * (RECORDS_PER_FILE + REFUNDS_PER_FILE),
        rows_deleted: plan.count(Kind::Removed) * DELETES_PER_FILE,
        rows_replaced: plan.count(Kind::Changed) * RECORDS_PER_FILE,
    }
}

impl Account {
    /// What does not add up, each in a sentence; nothing when every upload is explained.
    pub(super) fn unexplained(&self) -> Vec<String> {
        let (ledger, expected) = (&self.ledger, &self.expected);
        let mut problems = Vec::new();
        let mut compare = |what: &str, counted: u64, wanted: u64| {
            if counted != wanted {
                problems.push(format!("{what}: {counted} counted where {wanted} were due"));
            }
        };
        compare("uploads (filtered out + events)", expected.filtered_out + ledger.events(), self.uploaded);
        compare("files loaded", ledger.loaded, expected.loaded);
        compare("files loaded in part", ledger.partially_loaded, expected.partially_loaded);
        compare("files that failed", ledger.failed, expected.failed);
        compare("files that were missing", ledger.missing, expected.missing);
        compare("files older than what is there", ledger.stale, 0);
        compare("duplicates", ledger.duplicates, expected.duplicates);
        compare("files of no dataset", ledger.no_dataset, 0);
        let told = ledger.rows_loaded + ledger.rows_rejected + ledger.rows_stale;
        compare("records", told + ledger.rows_filtered + ledger.rows_deleted, ledger.records);
        compare("older rows", ledger.rows_stale, expected.rows_stale);
        compare("rows filtered", ledger.rows_filtered, expected.rows_filtered);
        compare("rows deleted", ledger.rows_deleted, expected.rows_deleted);
        compare("messages left in the queue", self.queue.waiting + self.queue.in_flight, 0);
        compare(
            "messages in the dead-letter queue",
            self.dead_letters.waiting + self.dead_letters.in_flight,
            0,
        );
        let rows: i64 = self.tables.iter().map(|(_, rows)| rows).sum();
        compare(
            "rows in landing, those replaced or deleted since among them",
            u64::try_from(rows).unwrap_or_default() + expected.rows_replaced + expected.rows_deleted,
            ledger.rows_loaded,
        );
        compare("rows of items", self.items.rows, self.items.in_documents);
        problems
    }
}

async fn ledger(client: &Client) -> Result<Ledger> {
    let query = "SELECT status, count(*), sum(deliveries - 1)::bigint, sum(records)::bigint, sum(rows_loaded)::bigint, \
                 sum(rows_rejected)::bigint, sum(rows_stale)::bigint, sum(rows_filtered)::bigint, sum(rows_deleted)::bigint \
                 FROM ingest.file GROUP BY status";
    let mut ledger = Ledger::default();
    for row in client.query(query, &[]).await.context("the ledger cannot be counted")? {
        let number = |column: usize| u64::try_from(row.get::<_, i64>(column)).unwrap_or_default();
        let files = match row.get::<_, &str>(0) {
            "loaded" => &mut ledger.loaded,
            "partially_loaded" => &mut ledger.partially_loaded,
            "load_failed" => &mut ledger.failed,
            "object_missing" => &mut ledger.missing,
            "skipped_stale" => &mut ledger.stale,
            _ => &mut ledger.no_dataset,
        };
        *files += number(1);
        ledger.duplicates += number(2);
        ledger.records += number(3);
        ledger.rows_loaded += number(4);
        ledger.rows_rejected += number(5);
        ledger.rows_stale += number(6);
        ledger.rows_filtered += number(7);
        ledger.rows_deleted += number(8);
    }
    Ok(ledger)
}

async fn rejects(client: &Client) -> Result<Vec<(String, String, i64)>> {
    let query = "SELECT error_code, coalesce(column_name, '(the whole ' || CASE record_no WHEN 0 THEN 'file)' ELSE 'record)' END), \
                 count(*) FROM ingest.rejected_record GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2";
    let rows = client.query(query, &[]).await.context("the quarantine cannot be counted")?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

async fn batches(client: &Client) -> Result<Batches> {
    let query = "SELECT count(*), coalesce(max(files), 0), (coalesce(sum(bytes), 0) / 1e6)::float8, \
                 coalesce(sum(elapsed_ms), 0)::float8, coalesce(max(engine), '') FROM ingest.batch";
    let row = client.query_one(query, &[]).await.context("the batches cannot be counted")?;
    Ok(Batches {
        count: row.get(0),
        largest: row.get(1),
        megabytes: row.get(2),
        milliseconds: row.get(3),
        engine: row.get(4),
    })
}

async fn tables(client: &Client) -> Result<Vec<(String, i64)>> {
    let query = "SELECT 'landing.orders', count(*) FROM landing.orders UNION ALL \
                 SELECT 'landing.customers', count(*) FROM landing.customers UNION ALL \
                 SELECT 'landing.payments', count(*) FROM landing.payments UNION ALL \
                 SELECT 'landing.refunds', count(*) FROM landing.refunds";
    let rows = client.query(query, &[]).await.context("the rows cannot be counted")?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn items(client: &Client) -> Result<Items> {
    let query = "SELECT (SELECT count(*) FROM landing.order_items), \
                 (SELECT coalesce(sum(jsonb_array_length(items)), 0)::bigint FROM landing.orders)";
    let row = client.query_one(query, &[]).await.context("the items cannot be counted")?;
    let number = |column: usize| u64::try_from(row.get::<_, i64>(column)).unwrap_or_default();
    Ok(Items { rows: number(0), in_documents: number(1) })
}

async fn revenue(client: &Client) -> Result<Vec<[String; 4]>> {
    let query = "SELECT order_date::text, currency::text, sum(orders_count)::bigint::text, sum(net_revenue)::text \
                 FROM analytics.daily_revenue GROUP BY order_date, currency ORDER BY order_date DESC, currency LIMIT 6";
    let rows = client.query(query, &[]).await.context("the mart daily_revenue cannot be read")?;
    Ok(rows.iter().map(|row| [row.get(0), row.get(1), row.get(2), row.get(3)]).collect())
}

async fn connections(client: &Client) -> Result<i64> {
    let query = "SELECT count(*) FROM pg_stat_activity WHERE usename = $1";
    let row = client.query_one(query, &[&local_stack::stack::SHIPPER_LOGIN]).await;
    Ok(row.context("the connections cannot be counted")?.get(0))
}

/// Over the files with visible rows, by this machine's one clock.
async fn lag(client: &Client, observed: &Observed) -> Result<Option<Lag>> {
    let query = "SELECT f.key, f.etag, b.finished_at FROM ingest.file AS f JOIN ingest.batch AS b USING (batch_id) \
                 WHERE f.rows_loaded > 0";
    let rows = client.query(query, &[]).await.context("the times cannot be read")?;
    let mut lags: Vec<Duration> = rows
        .iter()
        .filter_map(|row| {
            let uploaded = observed.uploaded_at.get(&(row.get(0), row.get(1)))?;
            // A repetition may have been loaded in place of the first upload, whose clock is compared here.
            Some(row.get::<_, SystemTime>(2).duration_since(*uploaded).unwrap_or_default())
        })
        .collect();
    lags.sort_unstable();
    let at =
        |percent: usize| lags.get((lags.len() * percent / 100).min(lags.len().saturating_sub(1))).copied();
    Ok(at(50).zip(at(99)).map(|(p50, p99)| Lag { p50, p99 }))
}
