//! What a contender finds when it begins: its database and its tables.

use anyhow::{Context, Result};
use tokio_postgres::Client;

use super::Contender;
use crate::place::{Place, Target};
use crate::server::Server;

impl Contender {
    /// Makes its database.
    pub(crate) async fn make_database(self, server: &Server) -> Result<()> {
        match self.engine() {
            Some(_) => server.create_migrated_database(self.name()).await,
            None => server.create_empty_database(self.name()).await,
        }
    }

    /// Makes a place's tables, and what else it wants to find there.
    pub(crate) async fn make_tables(self, server: &Server, place: &Place) -> Result<()> {
        let client = server.connect(&place.database).await?;
        client.batch_execute("CREATE SCHEMA IF NOT EXISTS bench").await?;
        for Target { table, shape } in &place.targets {
            let ddl = shape.ddl_with_text_for(self.unknown_types()) + self.own_columns();
            client
                .batch_execute(&format!("CREATE TABLE IF NOT EXISTS {table} ({ddl})"))
                .await
                .with_context(|| format!("{table} cannot be made"))?;
        }
        if self == Self::HandSql {
            // As jsonb the body is parsed once, on its way in.
            client
                .batch_execute(
                    "CREATE UNLOGGED TABLE IF NOT EXISTS bench.stage (target int4 NOT NULL, body jsonb NOT NULL); \
                     ALTER TABLE bench.stage ALTER COLUMN body SET COMPRESSION lz4",
                )
                .await?;
        }
        if let Some(engine) = self.engine() {
            register(&client, engine, &place.targets).await?;
        }
        Ok(())
    }
}

async fn register(client: &Client, engine: &str, targets: &[Target]) -> Result<()> {
    client.execute("SELECT public.ingest_use_engine($1)", &[&engine]).await?;
    for target in targets {
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
