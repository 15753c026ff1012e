//! What every command begins with: settings from the environment, and the way to the database and to AWS.

use std::time::Duration;

use anyhow::{Result, anyhow};
use aws_config::SdkConfig;
use shipper::budget::Deadline;
use shipper::database::Database;
use shipper::settings::{DatabaseAuth, DatabaseSettings, DatabaseSource, Settings};
use tokio_postgres::{Client, Row};
use tracing_subscriber::EnvFilter;

/// What a command works with.
#[derive(Debug)]
pub struct Session {
    /// The shipper's settings.
    pub settings: Settings,
    /// Whether a machine reads the answer.
    pub json: bool,
}

impl Session {
    /// Reads the environment and starts logging, to standard error.
    ///
    /// # Errors
    /// Every fault of the settings.
    pub fn begin(json: bool) -> Result<Self> {
        let settings = Settings::from_environment().map_err(|faults| anyhow!("{faults}"))?;
        let level = &settings.log_level;
        // Libraries stay at `warn`: at finer levels they log what they carry.
        let started = tracing_subscriber::fmt()
            .compact()
            .with_env_filter(EnvFilter::new(format!("warn,shipper={level},pg_ingest_operator={level}")))
            .with_writer(std::io::stderr)
            .try_init();
        debug_assert!(started.is_ok(), "logging is started once");
        Ok(Self { settings, json })
    }

    /// The way to the database. AWS is asked only for a login that comes from there: elsewhere the SDK would search for a
    /// region that nobody needs.
    ///
    /// # Errors
    /// TLS cannot be set up as asked.
    pub async fn database(&self) -> Result<Database> {
        self.database_by(&self.settings.database).await
    }

    /// The same for a person who waits: no statement is cut off.
    ///
    /// # Errors
    /// As [`Self::database`].
    pub async fn patient_database(&self) -> Result<Database> {
        // To PostgreSQL 0 is no limit.
        let settings =
            DatabaseSettings { statement_timeout: Duration::ZERO, ..self.settings.database.clone() };
        self.database_by(&settings).await
    }

    async fn database_by(&self, settings: &DatabaseSettings) -> Result<Database> {
        let aws = match (&settings.source, settings.auth) {
            (DatabaseSource::Secret(_), _) | (_, DatabaseAuth::Iam) => Some(self.aws().await),
            _ => None,
        };
        Database::new(settings, aws)
    }

    /// A connection for questions.
    ///
    /// # Errors
    /// There is none to be had, or it may not log in.
    pub async fn connect(&self) -> Result<Client> {
        let connected = self.database().await?.connect(Deadline::none()).await;
        connected.map_err(|error| anyhow!("{}", error.in_full()))
    }

    /// What the AWS SDK finds of region, endpoint and credentials.
    pub async fn aws(&self) -> SdkConfig {
        aws_config::load_from_env().await
    }
}

/// Asks a question whose answer holds times or durations: times are told in UTC, durations in PostgreSQL's own words,
/// whatever the login's settings are. That holds for the transaction alone: behind a pooler a session is everybody's.
///
/// # Errors
/// The server does not answer, or refuses.
pub(crate) async fn ask_in_utc(client: &Client, sql: &str) -> Result<Vec<Row>, tokio_postgres::Error> {
    const BEGIN: &str = "BEGIN READ ONLY; SET LOCAL TimeZone = 'UTC'; SET LOCAL IntervalStyle = 'postgres'";
    client.batch_execute(BEGIN).await?;
    let rows = client.query_typed(sql, &[]).await;
    let ended = client.batch_execute("ROLLBACK").await;
    let rows = rows?;
    ended.map(|()| rows)
}
