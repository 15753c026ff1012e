//! What a contender finds when it begins: its database and its tables.

use anyhow::{Context, Result};
use tokio_postgres::Client;

use super::Contender;
use crate::place::{Place, Target};
use crate::server::Server;
use crate::shape::Role;

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
        let first = place.targets.first().map_or("", |first| &first.table);
        for Target { table, shape } in &place.targets {
            let ddl = shape.ddl_with_text_for(self.unknown_types()) + self.own_columns();
            client
                .batch_execute(&format!("CREATE TABLE IF NOT EXISTS {table} ({ddl})"))
                .await
                .with_context(|| format!("{table} cannot be made"))?;
            if shape.role == Role::Inside {
                let refers =
                    format!("ALTER TABLE {table} ADD FOREIGN KEY ({}) REFERENCES {first}", shape.key());
                client.batch_execute(&refers).await?;
            }
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
        self.register(&client, place).await
    }

    /// Registers a place's tables where it is the pipeline.
    pub(crate) async fn register(self, client: &Client, place: &Place) -> Result<()> {
        match self.engine() {
            Some(engine) => register(client, engine, &place.targets).await,
            None => Ok(()),
        }
    }
}

async fn register(client: &Client, engine: &str, targets: &[Target]) -> Result<()> {
    client.execute("SELECT public.ingest_use_engine($1)", &[&engine]).await?;
    let Some(first) = targets.first() else { return Ok(()) };
    for target in targets {
        let (table, shape, role) = (&target.table, &target.shape, target.shape.role);
        let of_first = role == Role::Inside;
        let mapping =
            if of_first { r#"{"line_no": "position:"}"#.to_owned() } else { shape.mapping().to_string() };
        let files = if matches!(role, Role::Some(_)) { first } else { target };
        let (filter, deletes) = match role {
            Role::Some(filter) => (Some(filter), None),
            Role::Deleting(deletes) => (None, Some(deletes)),
            Role::All | Role::Inside => (None, None),
        };
        client
            .execute(
                "SELECT public.ingest_register_dataset(name => $1, prefix => $2, target => $1::text::regclass, \
                 columns => $3::text::jsonb, version_column => $4::text, parent => $5, records_path => $6, \
                 record_filter => $7, delete_when => $8, share_prefix => $9)",
                &[
                    table,
                    &(!of_first).then(|| files.prefix()),
                    &mapping,
                    &(!of_first).then_some(shape.version),
                    &of_first.then_some(&first.table),
                    &of_first.then_some("$.items[*]"),
                    &filter,
                    &deletes,
                    &filter.map(|_| true),
                ],
            )
            .await
            .with_context(|| format!("{table} cannot be registered"))?;
    }
    Ok(())
}
