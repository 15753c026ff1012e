//! Where a contender loads: its database and its tables there.

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::contender::Contender;
use crate::server::Server;
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
    /// What the keys of its files begin with.
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

    /// Makes the tables, and what else the contender wants to find.
    pub(crate) async fn make(&self, server: &Server, contender: Contender) -> Result<()> {
        let client = server.connect(&self.database).await?;
        client.batch_execute("CREATE SCHEMA IF NOT EXISTS bench").await?;
        for Target { table, shape } in &self.targets {
            let ddl = shape.ddl_with_text_for(contender.unknown_types()) + contender.own_columns();
            client
                .batch_execute(&format!("CREATE TABLE IF NOT EXISTS {table} ({ddl})"))
                .await
                .with_context(|| format!("{table} cannot be made"))?;
        }
        if contender == Contender::HandSql {
            // As jsonb the body is parsed once, on its way in.
            client
                .batch_execute(
                    "CREATE UNLOGGED TABLE IF NOT EXISTS bench.stage (target int4 NOT NULL, body jsonb NOT NULL); \
                     ALTER TABLE bench.stage ALTER COLUMN body SET COMPRESSION lz4",
                )
                .await?;
        }
        if let Some(engine) = contender.engine() {
            self.register(&client, engine).await?;
        }
        Ok(())
    }

    async fn register(&self, client: &Client, engine: &str) -> Result<()> {
        client.execute("SELECT public.ingest_use_engine($1)", &[&engine]).await?;
        for target in &self.targets {
            let (table, mapping) = (&target.table, target.shape.mapping().to_string());
            client
                .execute(
                    "SELECT public.ingest_register_dataset(name => $1, prefix => $2, target => $3::text::regclass, \
                     columns => $4::text::jsonb, version_column => $5::text)",
                    &[table, &target.prefix(), table, &mapping, &target.shape.version],
                )
                .await
                .with_context(|| format!("{table} cannot be registered"))?;
        }
        Ok(())
    }

    /// Empties the tables.
    pub(crate) async fn empty(&self, client: &Client) -> Result<()> {
        for Target { table, .. } in &self.targets {
            client.batch_execute(&format!("TRUNCATE {table}")).await?;
        }
        Ok(())
    }
}
