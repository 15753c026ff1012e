//! The one PostgreSQL on which all contenders are measured.

use anyhow::{Context, Result};
use local_stack::postgres::{Cluster, Options as ClusterOptions, Sizing};
use tempfile::TempDir;
use tokio_postgres::{Client, Config, NoTls};

/// What differs from a server as it is installed, besides its size; none of it makes anything less durable.
pub(crate) const SETTINGS: [(&str, &str); 5] = [
    // Between measurements everything is vacuumed; in the middle of one it would disturb whom it meets.
    ("autovacuum", "off"),
    // Helps the hand-written SQL; the pipeline's functions switch it off for themselves.
    ("jit", "off"),
    ("max_wal_size", "8GB"),
    ("checkpoint_timeout", "1h"),
    ("log_lock_waits", "on"),
];

/// The server, and a folder for files.
pub(crate) struct Server {
    cluster: Cluster,
    folder: TempDir,
    major: u32,
}

impl Server {
    pub(crate) async fn start() -> Result<Self> {
        let settings = SETTINGS.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let cluster =
            Cluster::start(ClusterOptions { sizing: Sizing::LikeRds, settings, ..ClusterOptions::default() })
                .await?;
        let server = Self::of(cluster)?;
        server.create_empty_database(REFERENCE).await?;
        Ok(server)
    }

    /// One that runs already.
    pub(crate) fn of(cluster: Cluster) -> Result<Self> {
        let major = cluster.installation().major()?;
        Ok(Self { cluster, folder: local_stack::scratch::folder()?, major })
    }

    /// PostgreSQL's major.
    pub(crate) fn major(&self) -> u32 {
        self.major
    }

    /// A database with nothing in it.
    pub(crate) async fn create_empty_database(&self, name: &str) -> Result<()> {
        self.cluster.create_empty_database(name).await.map(drop)
    }

    /// A database with the pipeline and both its engines; with the sql engine alone where no extension can be built.
    pub(crate) async fn create_migrated_database(&self, name: &str) -> Result<()> {
        self.cluster.create_database(name).await?;
        let client = self.connect(name).await?;
        if self.cluster.installation().has_headers() {
            client
                .batch_execute("CREATE EXTENSION pg_ingest")
                .await
                .context("the extension cannot be made")?;
        }
        self.create_shipper(&client).await
    }

    /// What the shipper logs in as, where it is not there yet.
    pub(crate) async fn create_shipper(&self, client: &Client) -> Result<()> {
        // The shipper is no superuser.
        let role = format!(
            "DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SHIPPER}') THEN \
             CREATE ROLE {SHIPPER} LOGIN PASSWORD '{}' IN ROLE ingest_shipper; END IF; END$$",
            self.cluster.password()
        );
        client.batch_execute(&role).await.context("the shipper's login cannot be made")
    }

    /// A connection to a database, as the superuser.
    pub(crate) async fn connect(&self, database: &str) -> Result<Client> {
        let config: Config = self.cluster.url(database).parse()?;
        let (client, connection) = config.connect(NoTls).await.context("the server cannot be reached")?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Where a database is, for the superuser.
    pub(crate) fn url(&self, database: &str) -> String {
        self.cluster.url(database)
    }

    /// Where a database is, for the shipper.
    pub(crate) fn shipper_url(&self, database: &str) -> String {
        self.cluster.url(database).replacen("//postgres:", &format!("//{SHIPPER}:"), 1)
    }

    /// Who signed the server's certificate, as a PEM file.
    pub(crate) fn authority(&self) -> std::path::PathBuf {
        self.cluster.authority()
    }

    /// A folder for files, gone with the server.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// What the shipper logs in as.
const SHIPPER: &str = "bench_shipper";

/// The database in which it is worked out what tables must look like.
pub(crate) const REFERENCE: &str = "reference";

/// The process of the newest other session in this client's database.
pub(crate) async fn other_session(client: &Client) -> Result<u32> {
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
               AND backend_type = 'client backend' ORDER BY backend_start DESC LIMIT 1";
    let row = client.query_one(sql, &[]).await.context("the session that loads is not to be found")?;
    Ok(u32::try_from(row.get::<_, i32>(0))?)
}
