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
        let inside = place.targets.iter().find(|target| target.shape.role == Role::Inside);
        for (number, target) in (0..).zip(&place.targets) {
            let sql = match inside {
                Some(inside) if target.shape.role != Role::Inside => upsert_with(target, inside),
                Some(_) => continue,
                None => upsert(target),
            };
            statements.push((client.prepare(&sql).await?, number));
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

/// The records of the staged files, of several with one key the newest. `besides` is read of each, too.
fn newest(shape: &Shape, besides: &str) -> String {
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
            Some((object, member)) => write!(values, "{comma}r.{object} ->> '{member}' AS {}", column.name),
        };
    }
    let mut objects: Vec<&str> = shape.columns.iter().filter_map(|column| Some(column.within?.0)).collect();
    objects.dedup();
    for object in objects.into_iter().chain((!besides.is_empty()).then_some(besides)) {
        let _ = write!(members, ", {object} jsonb");
    }
    if !besides.is_empty() {
        let _ = write!(values, ", r.{besides}");
    }
    let (key, version) = (shape.key(), shape.version);
    format!(
        "SELECT DISTINCT ON (r.{key}) {values} \
         FROM bench.stage AS s, jsonb_to_recordset(s.body) AS r ({members}) WHERE s.target = $1 \
         ORDER BY r.{key}, r.{version} DESC"
    )
}

fn insert(target: &Target, records: &str) -> String {
    let Target { table, shape } = target;
    let (names, key, version) = (shape.names(), shape.key(), shape.version);
    let assigned: Vec<String> = shape.others().map(|c| format!("{0} = excluded.{0}", c.name)).collect();
    format!(
        "INSERT INTO {table} AS t ({names}) {records} \
         ON CONFLICT ({key}) DO UPDATE SET {} WHERE excluded.{version} > t.{version}",
        assigned.join(", ")
    )
}

fn upsert(target: &Target) -> String {
    insert(target, &newest(&target.shape, ""))
}

/// What stands inside the records that were written takes the place of what stood there before. A record that is not newer
/// changes nothing of it.
fn upsert_with(target: &Target, inside: &Target) -> String {
    let (key, names) = (target.shape.key(), inside.shape.names());
    let members: Vec<&crate::shape::Column> = inside.shape.others().skip(1).collect();
    let typed: Vec<String> = members.iter().map(|c| format!("{} {}", c.name, c.sql_type)).collect();
    let named: Vec<&str> = members.iter().map(|c| c.name.as_str()).collect();
    format!(
        "WITH incoming AS MATERIALIZED ({}), \
         written AS ({} RETURNING t.{key}), \
         removed AS (DELETE FROM {table} AS t USING written AS w WHERE t.{key} = w.{key} RETURNING 1) \
         INSERT INTO {table} ({names}) SELECT w.{key}, i.place, i.{} \
         FROM written AS w JOIN incoming AS r USING ({key}), \
         ROWS FROM (jsonb_to_recordset(r.items) AS ({})) WITH ORDINALITY AS i ({}, place) \
         WHERE (SELECT count(*) FROM removed) >= 0 ORDER BY 1, 2",
        newest(&target.shape, "items"),
        insert(target, &format!("SELECT {} FROM incoming", target.shape.names())),
        named.join(", i."),
        typed.join(", "),
        named.join(", "),
        table = inside.table,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape;

    fn target(table: &str, shape: Shape) -> Target {
        Target { table: table.to_owned(), shape }
    }

    #[test]
    fn what_stands_in_an_object_is_taken_from_it() {
        let sql = upsert(&target("bench.t", shape::orders()));
        assert!(sql.contains("r.shipping ->> 'city'"), "{sql}");
        assert!(sql.contains("note text, shipping jsonb)"), "{sql}");
        assert!(sql.contains("WHERE excluded.updated_at > t.updated_at"), "{sql}");
    }

    #[test]
    fn what_stands_inside_is_numbered_and_replaced_where_its_record_is_written() {
        let sql =
            upsert_with(&target("bench.t", shape::orders_alone()), &target("bench.i", shape::order_items()));
        assert!(sql.contains("SELECT w.order_id, i.place, i.sku, i.qty, i.unit_price"), "{sql}");
        assert!(sql.contains("AS i (sku, qty, unit_price, place)"), "{sql}");
        assert!(sql.contains("DELETE FROM bench.i AS t USING written AS w"), "{sql}");
        assert!(sql.contains("shipping jsonb, items jsonb)"), "{sql}");
    }
}
