//! Logical decoding of what was loaded: a subscriber has the same rows, whatever the replica identity.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pg_ingest_tests::report;
use pg_ingest_tests::server::Database;
use postgres::Client;

use super::{TABLES, TARGETS, has, load, on_each_engine};

/// A busy machine takes its time.
const LIMIT: Duration = Duration::from_secs(120);
const SETTINGS: [(&str, &str); 1] = [("wal_level", "logical")];

/// All rows of the targets, as text.
fn content(client: &mut Client) -> Result<Vec<String>> {
    let mut content = Vec::new();
    for table in TABLES {
        content.extend(report::rows(
            client,
            &format!("SELECT '{table}', x::text FROM {table} AS x ORDER BY 2"),
        )?);
    }
    Ok(content)
}

fn lsn(client: &mut Client) -> Result<String> {
    Ok(report::rows(client, "SELECT pg_current_wal_lsn()")?.remove(0))
}

/// Waits until a slot's subscriber has confirmed all that was written so far.
fn wait(client: &mut Client, slot: &str) -> Result<()> {
    let (begun, written) = (Instant::now(), lsn(client)?);
    let query = format!(
        "SELECT confirmed_flush_lsn >= '{written}' FROM pg_replication_slots WHERE slot_name = '{slot}'"
    );
    while report::rows(client, &query)? != ["t"] {
        ensure!(begun.elapsed() < LIMIT, "the subscriber did not get as far as {written}");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// A second database subscribes to the first while batches are loaded, updated and deleted there.
fn subscribed(publisher: &Database<'_>, subscriber: &Database<'_>, identity: &str) -> Result<()> {
    let (mut there, mut here) = (publisher.connect()?, subscriber.connect()?);
    let slot = format!("slot_{}", report::rows(&mut there, "SELECT current_database()")?.remove(0));
    here.batch_execute(
        &TARGETS
            .replace("INSERT INTO parent SELECT generate_series(0, 9);", "")
            .replace("GRANT SELECT ON parent TO ingest_loader;", ""),
    )?;
    there.batch_execute(identity)?;
    there.batch_execute("CREATE PUBLICATION everything FOR TABLE parent, t, log, orders, items, parts")?;
    report::rows(&mut there, &format!("SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput')"))?;
    let subscribe = format!(
        "CREATE SUBSCRIPTION {slot} CONNECTION '{}' PUBLICATION everything WITH (create_slot = false, slot_name = '{slot}', copy_data = false)",
        publisher.url()
    );
    here.batch_execute(&subscribe)?;
    let outcome = (|| {
        // The rows that were there before the slot.
        here.batch_execute("INSERT INTO parent SELECT generate_series(0, 9)")?;
        load(&mut there, 0..12)?;
        wait(&mut there, &slot)?;
        let (published, received) = (content(&mut there)?, content(&mut here)?);
        ensure!(published.len() > 300, "{} rows are no test", published.len());
        let differing = published.iter().zip(&received).find(|(one, other)| one != other);
        ensure!(
            published == received,
            "{} rows became {}, first {differing:?}",
            published.len(),
            received.len()
        );
        Ok(())
    })();
    // A slot that stays keeps the log, and its database from being dropped.
    here.batch_execute(&format!("DROP SUBSCRIPTION {slot}"))?;
    outcome
}

#[test]
fn a_subscriber_has_the_rows_whatever_the_replica_identity() -> Result<()> {
    on_each_engine(&SETTINGS, |database, server, engine| {
        let subscriber = server.empty_database()?;
        subscribed(database, &subscriber, "").with_context(|| format!("{}, by the key", engine.name()))
    })?;
    let full = "ALTER TABLE t REPLICA IDENTITY FULL; ALTER TABLE items REPLICA IDENTITY FULL; ALTER TABLE parts_low REPLICA IDENTITY FULL;
        CREATE UNIQUE INDEX by_index ON orders (id); ALTER TABLE orders REPLICA IDENTITY USING INDEX by_index; ALTER TABLE log REPLICA IDENTITY NOTHING";
    on_each_engine(&SETTINGS, |database, server, engine| {
        let subscriber = server.empty_database()?;
        subscribed(database, &subscriber, full)
            .with_context(|| format!("{}, by whole rows, an index and nothing", engine.name()))
    })
}

#[test]
fn the_decoded_changes_are_the_rows_and_nothing_that_was_undone() -> Result<()> {
    if !has("pg_stat_statements")? {
        // test_decoding is no extension; it comes with the same package.
        return Ok(());
    }
    on_each_engine(&SETTINGS, |database, _, engine| {
        let mut client = database.connect()?;
        let slot = format!("slot_{}", report::rows(&mut client, "SELECT current_database()")?.remove(0));
        report::rows(
            &mut client,
            &format!("SELECT pg_create_logical_replication_slot('{slot}', 'test_decoding')"),
        )?;
        let outcome = (|| {
            load(&mut client, 0..12)?;
            // What is there is what was inserted and not deleted since; an update leaves the count.
            let decoded = report::rows(
                &mut client,
                &format!(
                    "SELECT m[1], count(*) FILTER (WHERE m[2] = 'INSERT') - count(*) FILTER (WHERE m[2] = 'DELETE')
                     FROM pg_logical_slot_get_changes('{slot}', NULL, NULL) AS c
                     CROSS JOIN LATERAL regexp_match(c.data, '^table public\\.([a-z_]+): ([A-Z]+):') AS m WHERE m IS NOT NULL GROUP BY 1 ORDER BY 1"
                ),
            )?;
            let there = report::rows(
                &mut client,
                "SELECT * FROM (SELECT 'items', count(*) FROM items UNION ALL SELECT 'log', count(*) FROM log UNION ALL SELECT 'orders', count(*) FROM orders
                 UNION ALL SELECT tableoid::regclass::text, count(*) FROM parts GROUP BY 1 UNION ALL SELECT 't', count(*) FROM t) AS x ORDER BY 1",
            )?;
            ensure!(decoded == there, "{}: decoded {decoded:?}, there {there:?}", engine.name());
            Ok(())
        })();
        report::rows(&mut client, &format!("SELECT pg_drop_replication_slot('{slot}')"))?;
        outcome
    })
}
