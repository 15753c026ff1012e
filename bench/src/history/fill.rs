//! Millions of rows, made by the server itself.

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::place::Place;

/// Entries of files as they would lie there after months: keys, etags and sequencers of the usual length.
pub(super) async fn ledger(client: &Client, place: &Place, entries: usize) -> Result<()> {
    eprintln!("  history: filling the ledger with {entries} files");
    let target = place.targets.first().context("there is no target")?;
    let first: i64 = 1_000_000_000;
    let made = "SELECT $3::bigint + n AS file_id, $1 || 'old/' || lpad(n::text, 12, '0') || '.json' AS key, \
                md5(n::text) AS etag, lpad(to_hex(n), 18, '0') AS sequencer, \
                timestamptz '2025-01-01' + n * interval '1 second' AS at \
                FROM generate_series(1, $2::bigint) AS n";
    client
        .execute(
            &format!(
                "INSERT INTO ingest.object (bucket, key, newest_file_id, newest_etag, newest_sequencer, newest_last_modified) \
                 SELECT 'bench', key, file_id, etag, sequencer, at FROM ({made}) AS made"
            ),
            &[&target.prefix(), &i64::try_from(entries)?, &first],
        )
        .await
        .context("ingest.object cannot be filled")?;
    client
        .execute(
            "INSERT INTO ingest.file (file_id, object_id, batch_id, dataset, bucket, key, etag, sequencer, size, event_time, \
             last_modified, received_at, loaded_at, status, records, rows_loaded) \
             SELECT o.newest_file_id, o.object_id, md5((o.newest_file_id / 100)::text)::uuid, $1, o.bucket, o.key, \
             o.newest_etag, o.newest_sequencer, 44000, o.newest_last_modified, o.newest_last_modified, \
             o.newest_last_modified, o.newest_last_modified, 'loaded', 100, 100 \
             FROM ingest.object AS o WHERE o.newest_file_id >= $2",
            &[&target.table, &first],
        )
        .await
        .context("ingest.file cannot be filled")?;
    Ok(())
}

/// Orders of the usual length under random keys.
pub(super) async fn target(client: &Client, place: &Place, rows: usize) -> Result<()> {
    eprintln!("  history: filling the target with {rows} rows");
    let target = place.targets.first().context("there is no target")?;
    let items = r#"[{"sku": "SKU-000001", "qty": 2, "unit_price": 199.99}, {"sku": "SKU-000002", "qty": 1, "unit_price": 20.50}]"#;
    let sql = format!(
        "INSERT INTO {} ({}) SELECT gen_random_uuid(), n % 50000, 'paid', t, t, 'EUR', 420.48, 'web', 'Berlin', 'DE', \
         '10115', $2::text::jsonb, 'Please leave the lamp beside the desk if nobody answers the door; thank you' \
         FROM (SELECT n, timestamptz '2025-01-01' + n * interval '1 second' AS t \
         FROM generate_series(1, $1::bigint) AS n) AS made",
        target.table,
        target.shape.names()
    );
    client
        .execute(&sql, &[&i64::try_from(rows)?, &items])
        .await
        .with_context(|| format!("{} cannot be filled", target.table))?;
    Ok(())
}
