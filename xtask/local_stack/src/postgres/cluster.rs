//! A cluster that ends with its owner.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use super::folder::Folder;
use super::installation::ENVIRONMENT;
use super::{Installation, Sizing};
use crate::process::{Launch, Process};
use crate::{migrations, ports, scratch};

/// The migrated database that others are copied from.
const TEMPLATE: &str = "pg_ingest_template";
/// Who migrates it, with the rights of the master user of RDS.
const MIGRATOR: &str = "migrator";
/// What does not answer by then hangs: a busy machine takes minutes for what is usually a moment.
const START_LIMIT: Duration = Duration::from_secs(300);
/// Of a cluster that need not outlive the machine. Its log is kept short, since it takes room in memory.
const PASSING: [(&str, &str); 3] = [("fsync", "off"), ("full_page_writes", "off"), ("max_wal_size", "256MB")];
const POLL: Duration = Duration::from_millis(20);

/// How a cluster is started; [`Options::default`] suits tests.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder it lives in, kept afterwards; a temporary one when absent.
    pub folder: Option<PathBuf>,
    /// The TCP port; a free one when absent.
    pub port: Option<u16>,
    /// How much of the machine it may use.
    pub sizing: Sizing,
    /// Whether nothing in it need outlive the machine: then it is kept in memory where there is plenty, unless a folder is
    /// named, and waits for no disk. It survives crashes of its processes all the same.
    pub passing: bool,
    /// Further server settings, which win over the others.
    pub settings: Vec<(String, String)>,
    /// Which PostgreSQL; the default one when absent.
    pub installation: Option<Installation>,
    /// The migrations that [`Cluster::create_database`] brings databases up to; the repository's by default.
    pub migrations: Vec<migrate::Line>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            folder: None,
            port: None,
            sizing: Sizing::Small,
            passing: false,
            settings: Vec::new(),
            installation: None,
            migrations: migrations(),
        }
    }
}

/// A running PostgreSQL server of one's own. Dropping it stops it and removes a temporary folder.
#[derive(Debug)]
pub struct Cluster {
    server: Process,
    launch: Launch,
    folder: Folder,
    port: u16,
    password: String,
    migrations: Vec<migrate::Line>,
    installation: Installation,
    template_made: tokio::sync::Mutex<bool>,
    _temporary: Option<TempDir>,
}

impl Cluster {
    /// Makes the cluster where there is none yet, starts it, and waits until it answers.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, the port is taken, or the server does not come up; the text carries its log.
    pub async fn start(options: Options) -> Result<Self> {
        let installation = options.installation.clone().map_or_else(Installation::find, Ok)?;
        let temporary = match (&options.folder, options.passing) {
            (Some(_), _) => None,
            (None, true) => Some(scratch::quick_folder()?),
            (None, false) => Some(scratch::folder()?),
        };
        let root = match (&options.folder, &temporary) {
            (Some(folder), _) => folder.clone(),
            (None, Some(folder)) => folder.path().join("postgres"),
            (None, None) => bail!("no folder was given and no temporary one was made"),
        };
        let port = match options.port {
            Some(port) => ports::require_free(port).map(|()| port)?,
            None => ports::free()?,
        };
        let folder = Folder::new(&root);
        if !folder.is_initialised() {
            folder.initialise(&installation)?;
        }
        let passing: &[(&str, &str)] = if options.passing { &PASSING } else { &[] };
        let own = passing.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings: Vec<_> = own.chain(options.settings).collect();
        folder.configure(&installation, options.sizing, port, &settings)?;
        let launch = launch(&installation, &folder);
        let mut cluster = Self {
            server: launch.clone().start()?,
            launch,
            password: folder.password()?,
            folder,
            port,
            migrations: options.migrations,
            installation,
            template_made: tokio::sync::Mutex::new(false),
            _temporary: temporary,
        };
        cluster.wait_until_ready().await?;
        Ok(cluster)
    }

    /// The URL of one of its databases, for the superuser `postgres`.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The TCP port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The superuser's password.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The certificate authority that signed the server's certificate (for 127.0.0.1 and localhost), as PEM.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.certificate().authority
    }

    /// The server's log.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.log()
    }

    /// The PostgreSQL that it runs on.
    #[must_use]
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// The process id of the postmaster.
    #[must_use]
    pub fn server_id(&self) -> u32 {
        self.server.id()
    }

    /// A connection to one of its databases, as the superuser.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn connect(&self, database: &str) -> Result<Client> {
        connect(&self.url(database)).await
    }

    /// A new, migrated database; its URL. Cheap: it is copied from one that was migrated once.
    ///
    /// # Errors
    /// When a migration fails or the name is taken.
    pub async fn create_database(&self, name: &str) -> Result<String> {
        let mut made = self.template_made.lock().await;
        if !*made {
            self.migrate_template().await?;
            *made = true;
        }
        drop(made);
        self.create_from(name, TEMPLATE).await
    }

    /// Makes the database that others are copied from.
    ///
    /// Whoever migrates a managed server is no superuser: it makes roles and databases, and owns the database.
    async fn migrate_template(&self) -> Result<()> {
        self.create_empty_database(TEMPLATE).await?;
        let (password, template) = (&self.password, quoted(TEMPLATE));
        let statement = format!(
            "CREATE ROLE {MIGRATOR} LOGIN CREATEROLE CREATEDB PASSWORD '{password}';
             ALTER DATABASE {template} OWNER TO {MIGRATOR}"
        );
        let admin = self.connect("postgres").await?;
        admin.batch_execute(&statement).await.context("the role that migrates cannot be made")?;
        let url = format!("postgresql://{MIGRATOR}:{password}@127.0.0.1:{}/{TEMPLATE}", self.port);
        migrate::apply_to_url(&url, &self.migrations).await?;
        Ok(())
    }

    /// A new database without the migrations; its URL.
    ///
    /// # Errors
    /// When the name is taken.
    pub async fn create_empty_database(&self, name: &str) -> Result<String> {
        self.create_from(name, "template0").await
    }

    /// A new database that is a copy of `source`, to which nobody may be connected; its URL.
    ///
    /// # Errors
    /// When the name is taken, or somebody is connected to `source`.
    pub async fn create_from(&self, name: &str, source: &str) -> Result<String> {
        let admin = self.connect("postgres").await?;
        // Copies the files. The other strategy writes the whole database to the log besides, which takes room in memory.
        let statement =
            format!("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", quoted(name), quoted(source));
        admin
            .batch_execute(&statement)
            .await
            .with_context(|| format!("the database {name} cannot be made"))?;
        Ok(self.url(name))
    }

    /// Removes a database, ending whoever is connected to it; nothing happens when there is none.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn drop_database(&self, name: &str) -> Result<()> {
        let admin = self.connect("postgres").await?;
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name));
        admin
            .batch_execute(&statement)
            .await
            .with_context(|| format!("the database {name} cannot be removed"))
    }

    /// Stops the server in good order (a fast shutdown); [`Cluster::start_again`] brings it back.
    pub fn stop(&mut self) {
        self.server.stop_with(Signal::INT);
    }

    /// Kills the postmaster as a crash of the machine would (SIGKILL): nothing is flushed.
    pub fn crash(&mut self) {
        self.server.kill();
    }

    /// Starts it again on the same data and port, after [`Cluster::stop`] or [`Cluster::crash`].
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_again(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let logged = fs::read(self.folder.log()).map_or(0, |log| log.len());
            self.server = self.launch.clone().start()?;
            match self.wait_until_ready().await {
                Ok(()) => return Ok(()),
                // After a crash the old backends hold the shared memory until they notice; the server refuses till then.
                Err(_) if Instant::now() < deadline && self.waits_for_old_backends(logged) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether the server has said so since its log was that long. Old backends that end meanwhile write behind it.
    fn waits_for_old_backends(&self, logged: usize) -> bool {
        let log = fs::read(self.folder.log()).unwrap_or_default();
        String::from_utf8_lossy(log.get(logged..).unwrap_or_default()).contains("is still in use")
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            match self.connect("postgres").await {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > deadline => {
                    return Err(
                        error.context(format!("PostgreSQL did not come up{}", self.server.last_words()))
                    );
                }
                Err(_) => {
                    self.server.require_running()?;
                    tokio::time::sleep(POLL).await;
                }
            }
        }
    }
}

fn launch(installation: &Installation, folder: &Folder) -> Launch {
    let (program, data) = (installation.program("postgres"), folder.data());
    let launch = Launch::new("PostgreSQL", program).args(["-D".as_ref(), data.as_os_str()]);
    ENVIRONMENT
        .iter()
        .fold(launch.only_this_environment(), |launch, (name, value)| launch.env(name, value))
        .user(installation.user())
        .log(folder.log())
        // SIGQUIT is the immediate shutdown: what a dropped cluster held is thrown away with it.
        .stop_with(Signal::QUIT, Duration::from_secs(120))
        .signal_leader_only()
}

/// A connection without TLS; its other half runs until the client is dropped.
pub(super) async fn connect(url: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("the PostgreSQL server cannot be reached")?;
    tokio::spawn(connection);
    Ok(client)
}

/// An identifier as SQL wants it.
pub(super) fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn a_server_inherits_nothing_of_whoever_starts_it() {
        assert!(std::env::vars().any(|(name, _)| name.starts_with("CARGO_")), "nothing to inherit");
        let cluster = Cluster::start(Options::default()).await.unwrap();
        let environment = std::fs::read(format!("/proc/{}/environ", cluster.server.id())).unwrap();
        let environment = String::from_utf8_lossy(&environment);
        assert!(environment.contains("LC_ALL=C.UTF-8") && !environment.contains("CARGO_"), "{environment}");
    }

    #[tokio::test]
    async fn a_passing_server_survives_a_crash_of_its_processes() {
        let mut cluster = Cluster::start(Options { passing: true, ..Options::default() }).await.unwrap();
        let client = cluster.connect("postgres").await.unwrap();
        client.batch_execute("CREATE TABLE kept AS SELECT 7 AS n").await.unwrap();
        cluster.crash();
        cluster.start_again().await.unwrap();
        let client = cluster.connect("postgres").await.unwrap();
        assert_eq!(client.query_one("SELECT n FROM kept", &[]).await.unwrap().get::<_, i32>(0), 7);
        let setting = client.query_one("SHOW fsync", &[]).await.unwrap();
        assert_eq!(setting.get::<_, &str>(0), "off");
    }

    #[tokio::test]
    async fn a_database_is_made_survives_a_crash_and_ends_with_its_owner() {
        let mut cluster = Cluster::start(Options::default()).await.unwrap();
        cluster.create_database("first").await.unwrap();
        cluster.create_database("sec\"ond").await.unwrap();
        let client = cluster.connect("first").await.unwrap();
        client.batch_execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)").await.unwrap();
        drop(client);

        cluster.crash();
        cluster.start_again().await.unwrap();

        let client = cluster.connect("first").await.unwrap();
        let row = client.query_one("SELECT n FROM kept", &[]).await.unwrap();
        assert_eq!(row.get::<_, i32>(0), 7);
        let (postmaster, folder) = (cluster.server_id(), cluster.folder.data());
        drop(cluster);
        assert!(!Path::new("/proc").join(postmaster.to_string()).exists());
        assert!(!folder.exists());
    }
}
