//! What a table holds, in two numbers that add up over parts of it.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures_util::SinkExt as _;
use tokio_postgres::Client;

use crate::place::{Place, Target};
use crate::server::{REFERENCE, Server};
use crate::shape::Shape;
use crate::workload::Load;

/// Number of rows, and the sum of their hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Checksum {
    pub(crate) rows: i64,
    pub(crate) hashes: i128,
}

impl Checksum {
    /// Of both together, which have no row in common.
    pub(crate) fn with(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, hashes: self.hashes + other.hashes }
    }
}

/// Reads a table, as far as the shape's columns go. Equal values count as equal however they are written: Python's JSON
/// turns 1.50 into 1.5.
pub(crate) async fn of_table(client: &Client, table: &str, shape: &Shape) -> Result<Checksum> {
    let sql = format!(
        "SELECT count(*), coalesce(sum(hash_record_extended(r, 0)::numeric), 0)::text FROM (SELECT {} FROM {table}) AS r",
        shape.casts()
    );
    let row = client.query_one(&sql, &[]).await.with_context(|| format!("{table} cannot be read"))?;
    Ok(Checksum { rows: row.get(0), hashes: row.get::<_, String>(1).parse()? })
}

/// For each batch and target, what must be there afterwards: worked out by the server from the clean rows.
pub(crate) async fn expected(server: &Server, load: &Load) -> Result<Vec<Vec<Checksum>>> {
    let client = server.connect(REFERENCE).await?;
    for (target, shape) in load.shapes.iter().enumerate() {
        let ddl = shape.ddl();
        client.batch_execute(&format!("CREATE TEMP TABLE expected_{target} ({ddl})")).await?;
    }
    let mut expected = Vec::new();
    for batch in &load.batches {
        let mut of_batch = Vec::new();
        for (target, (shape, rows)) in load.shapes.iter().zip(&batch.rows).enumerate() {
            let table = format!("expected_{target}");
            copy_csv(&client, &table, shape, rows).await?;
            of_batch.push(of_table(&client, &table, shape).await?);
            client.batch_execute(&format!("TRUNCATE {table}")).await?;
        }
        expected.push(of_batch);
    }
    Ok(expected)
}

/// Fails unless each of a place's tables holds exactly what must come of these batches.
pub(crate) async fn verify<'a>(
    client: &Client,
    place: &Place,
    batches: impl Iterator<Item = &'a Vec<Checksum>>,
) -> Result<()> {
    let mut wanted = vec![Checksum::default(); place.targets.len()];
    for batch in batches {
        for (sum, part) in wanted.iter_mut().zip(batch) {
            *sum = sum.with(*part);
        }
    }
    for (Target { table, shape }, wanted) in place.targets.iter().zip(wanted) {
        let found = of_table(client, table, shape).await?;
        ensure!(
            found == wanted,
            "{table} does not hold what it should: {} rows, expected {}{}; its figures would mean nothing",
            found.rows,
            wanted.rows,
            if found.rows == wanted.rows { ", with other values" } else { "" }
        );
    }
    Ok(())
}

/// Pieces of this many bytes are sent at a time.
const PIECE: usize = 64 * 1024;

/// `COPY … FROM STDIN (FORMAT csv)`.
pub(crate) async fn copy_csv(client: &Client, table: &str, shape: &Shape, rows: &Bytes) -> Result<()> {
    let statement = format!("COPY {table} ({}) FROM STDIN (FORMAT csv)", shape.names());
    let sink = client.copy_in::<_, Bytes>(&statement).await?;
    let mut sink = std::pin::pin!(sink);
    let mut rest = rows.clone();
    while !rest.is_empty() {
        sink.feed(rest.split_to(rest.len().min(PIECE))).await?;
    }
    sink.finish().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use local_stack::postgres::{Cluster, Options};

    use super::*;

    #[tokio::test]
    async fn a_table_with_a_wrong_value_a_missing_row_or_one_too_many_fails() {
        let cluster = Cluster::start(Options::default()).await.unwrap();
        let client = cluster.connect("postgres").await.unwrap();
        let column = |name: &str, sql_type| crate::shape::Column {
            name: name.to_owned(),
            sql_type,
            constraint: "",
            within: None,
        };
        let shape = Shape {
            columns: vec![column("k", "bigint"), column("v", "jsonb")],
            version: "k",
            ..Shape::default()
        };
        let place = Place {
            database: "postgres".to_owned(),
            targets: vec![Target { table: "t".to_owned(), shape: shape.clone() }],
        };
        client.batch_execute(&format!("CREATE TABLE t ({})", shape.ddl())).await.unwrap();
        let rows = Bytes::from_static(b"1,\"{\"\"a\"\": 1.50}\"\n2,\n");
        copy_csv(&client, "t", &shape, &rows).await.unwrap();
        let right = vec![of_table(&client, "t", &shape).await.unwrap()];
        let verified = async || verify(&client, &place, std::iter::once(&right)).await;

        verified().await.unwrap();
        for (change, back) in [
            ("UPDATE t SET v = '{\"a\": 1.51}' WHERE k = 1", "UPDATE t SET v = '{\"a\": 1.5}' WHERE k = 1"),
            ("DELETE FROM t WHERE k = 2", "INSERT INTO t VALUES (2, NULL)"),
            ("INSERT INTO t VALUES (3, NULL)", "DELETE FROM t WHERE k = 3"),
        ] {
            client.batch_execute(change).await.unwrap();
            assert!(verified().await.is_err(), "{change}");
            client.batch_execute(back).await.unwrap();
            verified().await.unwrap();
        }
    }
}
