//! Where a contender loads: its database and its tables there.

use anyhow::Result;
use tokio_postgres::Client;

use crate::shape::Shape;
use crate::workload::Load;

/// A table to load into.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// With its schema.
    pub(crate) table: String,
    pub(crate) shape: Shape,
}

impl Target {
    /// What the keys of its own files begin with.
    pub(crate) fn prefix(&self) -> String {
        format!("input/{}/", self.table)
    }
}

/// A database, and the tables that one work is done on.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) database: String,
    pub(crate) targets: Vec<Target>,
}

impl Place {
    /// For a work of that name.
    pub(crate) fn new(database: &str, name: &str, load: &Load) -> Self {
        let name = name.replace('-', "_");
        let target = |(number, shape): (usize, &Shape)| Target {
            table: format!("bench.{name}_{number}"),
            shape: shape.clone(),
        };
        Self { database: database.to_owned(), targets: load.shapes.iter().enumerate().map(target).collect() }
    }

    /// Empties the tables, and forgets what was deleted of them.
    pub(crate) async fn empty(&self, client: &Client) -> Result<()> {
        let tables: Vec<&str> = self.targets.iter().map(|target| target.table.as_str()).collect();
        client.batch_execute(&format!("TRUNCATE {}", tables.join(", "))).await?;
        let forget = "DO $$BEGIN IF to_regclass('ingest.tombstone') IS NOT NULL THEN TRUNCATE ingest.tombstone; END IF; END$$";
        Ok(client.batch_execute(forget).await?)
    }
}
