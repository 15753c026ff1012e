//! A column that is filled from `_rescued`, beside a plain UPDATE of that column.

use anyhow::{Result, ensure};
use tokio_postgres::Client;

use crate::arguments::Options;
use crate::process::cpu_ms;
use crate::server::Server;
use crate::statistics::{Spread, paired_ratios};

const DATABASE: &str = "contract";
/// Each is filled.
const ROWS: i64 = 200_000;
/// Of a quick run.
const FEW_ROWS: i64 = 60_000;
/// What a fill may cost over a plain UPDATE.
const BOUND: f64 = 1.3;

/// Repetition by repetition.
#[derive(Debug)]
pub(crate) struct Fill {
    pub(crate) rows: i64,
    pub(crate) bound: f64,
    /// Milliseconds of the backend's CPU until `ingest_fill()` has left nothing, as many rows a call as it takes by itself.
    pub(crate) filled: Vec<f64>,
    /// The same of one UPDATE that gives the column the same values.
    pub(crate) updated: Vec<f64>,
}

impl Fill {
    /// The fill over the UPDATE of the same repetition.
    pub(crate) fn ratio(&self) -> Option<Spread> {
        Spread::of(&paired_ratios(&self.filled, &self.updated))
    }
}

/// Fills and updates in turns. No engine takes part in either.
pub(crate) async fn measure(server: &Server, options: &Options) -> Result<Fill> {
    server.create_migrated_database(DATABASE).await?;
    let client = server.connect(DATABASE).await?;
    make(&client).await?;
    let rows = if options.quick { FEW_ROWS } else { ROWS };
    let backend = client.query_one("SELECT pg_backend_pid()", &[]).await?.get::<_, i32>(0);
    let backend = u32::try_from(backend)?;
    let mut measured = Fill { rows, bound: BOUND, filled: Vec::new(), updated: Vec::new() };
    for repetition in 0..=options.repeat {
        lay(&client, rows).await?;
        let before = cpu_ms(backend)?;
        client.execute("UPDATE bench.filled SET added = id", &[]).await?;
        let updated = cpu_ms(backend)? - before;
        check(&client, rows, "_rescued IS NOT NULL").await?;

        lay(&client, rows).await?;
        let before = cpu_ms(backend)?;
        fill(&client).await?;
        let filled = cpu_ms(backend)? - before;
        check(&client, rows, "_rescued IS NULL").await?;
        // The first ones plan what all of them use.
        if repetition > 0 {
            eprintln!("  contract: {rows} rows updated in {updated:.0} ms, filled in {filled:.0} ms");
            measured.updated.push(updated);
            measured.filled.push(filled);
        }
    }
    Ok(measured)
}

async fn make(client: &Client) -> Result<()> {
    client
        .batch_execute(
            "CREATE SCHEMA bench; \
             CREATE TABLE bench.filled (id bigint PRIMARY KEY, v bigint NOT NULL, name text, qty integer CHECK (qty >= 0), \
             price numeric(12, 2), at timestamptz, flag boolean, ratio float8, code varchar(20), note text, added bigint); \
             SELECT public.ingest_add_metadata_columns('bench.filled'); \
             SELECT public.ingest_register_dataset('filled', 'input/filled/', 'bench.filled', version_column => 'v')",
        )
        .await?;
    Ok(())
}

/// Rows as batches would have left them before there was a column for the member.
async fn lay(client: &Client, rows: i64) -> Result<()> {
    client.batch_execute("TRUNCATE bench.filled").await?;
    client
        .execute(
            "INSERT INTO bench.filled (id, v, name, qty, price, at, flag, ratio, code, note, _file_id, _record_no, _loaded_at, _source_time, _sequencer, _rescued) \
             SELECT n, 1, 'name ' || n % 977, n % 100, n % 10000, '2026-11-01', n % 2 = 0, n % 1000, 'C' || n % 10000, 'a few words of text', \
             n / 100, n % 100, '2026-11-01', '2026-11-01', '0055AED6DCD90281E5', jsonb_build_object('added', n) FROM generate_series(1, $1::bigint) AS n",
            &[&rows],
        )
        .await?;
    client.batch_execute("VACUUM ANALYZE bench.filled").await?;
    Ok(())
}

async fn fill(client: &Client) -> Result<()> {
    loop {
        let told =
            client.query_one("SELECT rows_left FROM public.ingest_fill('filled', '{added}')", &[]).await?;
        if told.get::<_, i64>(0) == 0 {
            return Ok(());
        }
    }
}

/// Each row has its value, and the member stands where it should.
async fn check(client: &Client, rows: i64, rescued: &str) -> Result<()> {
    let sql = format!("SELECT count(*) FILTER (WHERE added = id AND {rescued}), count(*) FROM bench.filled");
    let found = client.query_one(&sql, &[]).await?;
    let (right, all) = (found.get::<_, i64>(0), found.get::<_, i64>(1));
    ensure!(
        right == rows && all == rows,
        "of {rows} rows {right} are as they should be, and there are {all}"
    );
    Ok(())
}
