//! What an expert writes by hand: good SQL that trusts its input.

use std::fmt::Write as _;

use anyhow::Result;
use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::SinkExt as _;
use tokio_postgres::{Client, Statement};

use crate::place::{Place, Target};
use crate::server::Server;
use crate::shape::{Role, Shape};
use crate::workload::{Batch, File};

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: &[u8] = b"\xff\xff";
/// The first byte of a binary jsonb value is the version of its format.
const JSONB_VERSION: u8 = 1;

/// A connection with its statements prepared.
pub(crate) struct HandSql {
    client: Client,
    /// Each with the target whose files it reads.
    statements: Vec<(Statement, i32)>,
}

impl HandSql {
    pub(super) async fn open(server: &Server, place: &Place) -> Result<Self> {
        let client = server.connect(&place.database).await?;
        // Sorting a batch takes more than the default memory.
        client.batch_execute("SET work_mem = '64MB'").await?;
        let mut statements = Vec::new();
        for (number, Target { table, shape }) in (0..).zip(&place.targets) {
            if shape.role == Role::Inside {
                statements.push((client.prepare(&remove_inside(table, shape)).await?, 0));
                statements.push((client.prepare(&insert_inside(table, shape)).await?, 0));
            } else {
                statements.push((client.prepare(&upsert(table, shape)).await?, number));
            }
        }
        Ok(Self { client, statements })
    }

    pub(super) async fn load(&mut self, batch: &Batch) -> Result<()> {
        self.client.batch_execute("BEGIN").await?;
        self.copy(&batch.files).await?;
        for (statement, target) in &self.statements {
            self.client.execute(statement, &[target]).await?;
        }
        self.client.batch_execute("TRUNCATE bench.stage; COMMIT").await?;
        Ok(())
    }

    async fn copy(&self, files: &[File]) -> Result<()> {
        let statement = "COPY bench.stage (target, body) FROM STDIN (FORMAT binary)";
        let sink = self.client.copy_in::<_, Bytes>(statement).await?;
        let mut sink = std::pin::pin!(sink);
        sink.feed(Bytes::from_static(HEADER)).await?;
        for file in files {
            let mut head = BytesMut::with_capacity(16);
            head.put_i16(2);
            head.put_i32(4);
            head.put_i32(i32::try_from(file.target)?);
            head.put_i32(i32::try_from(file.body.len() + 1)?);
            head.put_u8(JSONB_VERSION);
            sink.feed(head.freeze()).await?;
            sink.feed(file.body.clone()).await?;
        }
        sink.feed(Bytes::from_static(TRAILER)).await?;
        sink.finish().await?;
        Ok(())
    }
}

fn upsert(table: &str, shape: &Shape) -> String {
    let mut members = String::new();
    let mut values = String::new();
    for column in &shape.columns {
        let comma = if values.is_empty() { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = match column.within {
            None => {
                let _ = write!(values, "{comma}r.{}", column.name);
                write!(members, "{comma}{} {}", column.name, column.sql_type)
            }
            Some((object, member)) => write!(values, "{comma}r.{object} ->> '{member}'"),
        };
    }
    let mut objects: Vec<&str> = shape.columns.iter().filter_map(|column| Some(column.within?.0)).collect();
    objects.dedup();
    for object in objects {
        let _ = write!(members, ", {object} jsonb");
    }
    let (names, key, version) = (shape.names(), shape.key(), shape.version);
    let assigned: Vec<String> = shape.others().map(|c| format!("{0} = excluded.{0}", c.name)).collect();
    format!(
        "INSERT INTO {table} AS t ({names}) \
         SELECT DISTINCT ON (r.{key}) {values} \
         FROM bench.stage AS s, jsonb_to_recordset(s.body) AS r ({members}) WHERE s.target = $1 \
         ORDER BY r.{key}, r.{version} DESC \
         ON CONFLICT ({key}) DO UPDATE SET {} WHERE excluded.{version} > t.{version}",
        assigned.join(", ")
    )
}

/// What stood inside the records before.
fn remove_inside(table: &str, shape: &Shape) -> String {
    let key = shape.key();
    format!(
        "DELETE FROM {table} AS t USING bench.stage AS s, jsonb_to_recordset(s.body) AS r ({key} uuid) \
         WHERE s.target = $1 AND t.{key} = r.{key}"
    )
}

/// What stands inside the records now, each under its place.
fn insert_inside(table: &str, shape: &Shape) -> String {
    let (key, names) = (shape.key(), shape.names());
    let members: Vec<&crate::shape::Column> = shape.others().skip(1).collect();
    let typed: Vec<String> = members.iter().map(|c| format!("{} {}", c.name, c.sql_type)).collect();
    let named: Vec<&str> = members.iter().map(|c| c.name.as_str()).collect();
    format!(
        "INSERT INTO {table} ({names}) SELECT r.{key}, i.place, i.{} \
         FROM bench.stage AS s, jsonb_to_recordset(s.body) AS r ({key} uuid, items jsonb), \
         ROWS FROM (jsonb_to_recordset(r.items) AS ({})) WITH ORDINALITY AS i ({}, place) \
         WHERE s.target = $1 ORDER BY 1, 2",
        named.join(", i."),
        typed.join(", "),
        named.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_object_is_taken_from_it() {
        let sql = upsert("bench.t", &crate::shape::orders());
        assert!(sql.contains("r.shipping ->> 'city'"), "{sql}");
        assert!(sql.contains("note text, shipping jsonb)"), "{sql}");
        assert!(sql.contains("WHERE excluded.updated_at > t.updated_at"), "{sql}");
    }
    #[test]
    fn what_stands_inside_is_numbered() {
        let sql = insert_inside("bench.i", &crate::shape::order_items());
        assert!(sql.contains("SELECT r.order_id, i.place, i.sku, i.qty, i.unit_price"), "{sql}");
        assert!(sql.contains("AS i (sku, qty, unit_price, place)"), "{sql}");
    }
}
