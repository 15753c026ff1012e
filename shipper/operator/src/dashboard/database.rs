//! The dashboard's way to the database: one session that only reads, as `ingest_reader`.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use shipper::budget::Deadline;
use shipper::database::Database;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use super::failure::Failure;
use super::written::When;

/// Begins each view: what it reads is of one moment, and nothing can be written. The role is left at its end.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE ingest_reader; \
    SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '30s'; \
    SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL search_path = pg_catalog, public; SET LOCAL jit = off; \
    SET LOCAL extra_float_digits = 1";

/// Opens views.
pub(super) struct Reader {
    database: Database,
    client: Option<Client>,
}

/// What a view is of.
#[derive(Debug, Deserialize)]
pub(super) struct Here {
    pub(super) database: String,
    /// PostgreSQL's version.
    pub(super) server: String,
    /// The moment that the view shows.
    pub(super) now: When,
}

/// One view's transaction.
pub(super) struct View<'a> {
    client: &'a Client,
    began: Instant,
}

impl Reader {
    pub(super) fn new(database: Database) -> Self {
        Self { database, client: None }
    }

    /// Begins a view, with a new connection where the last one has ended. Whoever begins it has to [`Self::end`] it.
    pub(super) async fn begin(&mut self) -> Result<View<'_>, Failure> {
        let began = Instant::now();
        // Also the way to see whether the connection still answers.
        self.end().await;
        if self.client.is_none() {
            let made = self.database.connect(Deadline::none()).await;
            self.client = Some(made.map_err(|error| Failure::unreachable(&error))?);
        }
        let Some(client) = &self.client else { return Err(Failure::unreachable(&"there is no connection")) };
        client.batch_execute(BEGIN).await.map_err(|error| Failure::database(&error))?;
        Ok(View { client, began })
    }

    /// Ends the last view's transaction, whatever became of it: what it locks would stand in the way of migrations.
    pub(super) async fn end(&mut self) {
        let kept = self.client.take();
        if let Some(client) = kept
            && client.batch_execute("ROLLBACK").await.is_ok()
        {
            self.client = Some(client);
        }
    }
}

impl View<'_> {
    /// The rows of a query, each read from PostgreSQL's own JSON of it.
    pub(super) async fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<T>, Failure> {
        let wrapped = format!("SELECT row_to_json(q)::text FROM (\n{query}) AS q");
        let rows =
            self.client.query(&wrapped, parameters).await.map_err(|error| Failure::database(&error))?;
        rows.iter()
            .map(|row| {
                let text: &str = row.try_get(0).map_err(|error| Failure::database(&error))?;
                serde_json::from_str(text).map_err(|error| Failure::unreadable(&error))
            })
            .collect()
    }

    /// The first row of a query, if it has any.
    pub(super) async fn row<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<T>, Failure> {
        Ok(self.rows(query, parameters).await?.into_iter().next())
    }

    /// Where and when.
    pub(super) async fn here(&self) -> Result<Here, Failure> {
        const HERE: &str = "SELECT current_database() AS database, split_part(current_setting('server_version'), ' ', 1) AS server, now() AS now";
        self.row(HERE, &[]).await?.ok_or_else(|| Failure::unreadable(&"no row"))
    }

    /// How long the view has taken so far.
    pub(super) fn took(&self) -> Duration {
        self.began.elapsed()
    }
}
