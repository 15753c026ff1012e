//! Any order of delivery ends in the same table.

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::{self, Staged};
use pg_ingest_tests::{report, sql};
use postgres::Transaction;

/// Three revisions of each of two keys, which describe the same two rows. Ordered by a version column, by the time and
/// sequencer of their puts, or by a version whose ties those decide.
fn deliveries(versions: [usize; 6]) -> Vec<Staged> {
    (0..6)
        .map(|put| {
            let (key, revision) = (["a.json", "b.json"][put % 2], put / 2);
            let mut file = File::of_key(key);
            file.etag = Some(format!("{key}-{revision}"));
            file.sequencer = Some(format!("{put:02X}"));
            file.event_time = Some(format!("2026-01-01T00:00:0{put}Z"));
            let version = versions[put];
            let body = format!(
                "{{\"id\": 1, \"version\": {version}, \"v\": \"put {put}\"}}{{\"id\": 2, \"version\": {version}, \"v\": \"put {put}\"}}"
            );
            Staged::from_bytes(file, body.into_bytes())
        })
        .collect()
}

/// Walks all orders as a tree: what has been delivered so far is a savepoint that several orders share. `look` sees the state behind each
/// delivery, and whether it is the last one of its order.
pub(crate) fn walk(
    within: &mut Transaction<'_>,
    left: &[Staged],
    look: &mut dyn FnMut(&mut Transaction<'_>, bool) -> Result<()>,
) -> Result<()> {
    for next in 0..left.len() {
        let mut savepoint = within.transaction()?;
        let batch = staging::batch_id(left.len() * 10 + next);
        staging::stage(&mut savepoint, Some(&batch), &left[next..=next])
            .and_then(|()| staging::process(&mut savepoint, Some(&batch)))
            .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
        let others: Vec<Staged> =
            left.iter().enumerate().filter(|(at, _)| *at != next).map(|(_, file)| file.clone()).collect();
        look(&mut savepoint, others.is_empty())?;
        walk(&mut savepoint, &others, look)?;
        savepoint.rollback()?;
    }
    Ok(())
}

fn all_orders(versions: [usize; 6], version_column: &str, expected: &str) -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(&format!(
            "CREATE TABLE t (id int PRIMARY KEY, version int, v text, _file_id bigint, _record_no int,
               _source_time timestamptz, _sequencer text);
             SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't'{version_column})"
        ))?;
        let mut tables = Vec::new();
        let mut transaction = client.transaction()?;
        walk(&mut transaction, &deliveries(versions), &mut |within, is_end| {
            if is_end {
                let rows = within.query("SELECT id || ' ' || version || ' ' || v FROM t ORDER BY id", &[])?;
                let rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
                tables.push(rows.join(", "));
            }
            Ok(())
        })?;
        transaction.rollback()?;
        assert_eq!(tables.len(), 720);
        for table in tables {
            assert_eq!(table, expected, "{}", engine.name());
        }
        assert_eq!(report::rows(&mut client, "SELECT * FROM t")?, Vec::<String>::new());
    }
    Ok(())
}

#[test]
fn all_720_orders_of_six_deliveries_end_in_one_table_by_time_and_sequencer() -> Result<()> {
    all_orders([1; 6], "", "1 1 put 5, 2 1 put 5")
}

#[test]
fn all_720_orders_of_six_deliveries_end_in_one_table_by_version_with_ties() -> Result<()> {
    all_orders([1, 1, 2, 3, 3, 3], ", version_column => 'version'", "1 3 put 5, 2 3 put 5")
}
