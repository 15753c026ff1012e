//! One private PostgreSQL for a test program, and a database of its own for each case.
//!
//! A case shares nothing with another but the cluster's roles, so none can see what another left. That is cheap because the
//! server's files are in memory: on disk, making and dropping a database's hundreds of files takes longer than most cases.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use anyhow::{Context, Result, bail};
use local_stack::postgres::{Cluster, Options};
use postgres::{Client, Config, NoTls};
use tokio::runtime::Runtime;

/// Which row source loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Plain SQL functions.
    Sql,
    /// The extension `pg_ingest`.
    Native,
}

impl Engine {
    /// Its name, as `ingest_use_engine()` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Native => "native",
        }
    }

    /// Both engines, or the one that is asked for by name (`sql`, `native`).
    ///
    /// # Errors
    /// When the name is no engine's.
    pub fn chosen(name: Option<&str>) -> Result<Vec<Self>> {
        match name {
            None | Some("" | "both") => Ok(vec![Self::Sql, Self::Native]),
            Some("sql") => Ok(vec![Self::Sql]),
            Some("native") => Ok(vec![Self::Native]),
            Some(other) => bail!("no engine is called {other:?}; expected sql, native or both"),
        }
    }

    /// The engines named by the environment variable `ENGINE`; both where it is not set.
    ///
    /// # Errors
    /// As [`Engine::chosen`].
    pub fn from_environment() -> Result<Vec<Self>> {
        Self::chosen(std::env::var("ENGINE").ok().as_deref())
    }

    fn template(self) -> &'static str {
        match self {
            Self::Sql => "cases_sql",
            Self::Native => "cases_native",
        }
    }
}

/// A running server with a migrated template database for each engine. Everything ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    cluster: RwLock<Cluster>,
    runtime: Runtime,
    databases: AtomicUsize,
}

impl Server {
    /// Starts a server whose databases can be made for the given engines.
    ///
    /// # Errors
    /// When PostgreSQL is missing or a migration fails; for `native`, when the extension is not installed.
    pub fn start(engines: &[Engine]) -> Result<Self> {
        Self::start_with(engines, &[])
    }

    /// The same with further settings of the server.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_with(engines: &[Engine], further: &[(&str, &str)]) -> Result<Self> {
        let settings = [("jit", "off"), ("max_prepared_transactions", "2")]
            .iter()
            .chain(further)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let runtime = Runtime::new().context("no runtime to start the server in")?;
        let cluster =
            runtime.block_on(Cluster::start(Options { passing: true, settings, ..Options::default() }))?;
        let server = Self { cluster: RwLock::new(cluster), runtime, databases: AtomicUsize::new(0) };
        for &engine in engines {
            server.make_template(engine)?;
        }
        Ok(server)
    }

    fn make_template(&self, engine: Engine) -> Result<()> {
        let url = self.runtime.block_on(self.cluster().create_database(engine.template()))?;
        let mut client = Client::connect(&url, NoTls)?;
        if engine == Engine::Native {
            client.batch_execute("CREATE EXTENSION pg_ingest").context(
                "the extension pg_ingest is not installed in this PostgreSQL; install it with \
                 `cargo xtask test`, which does so first, or leave the engine out with ENGINE=sql",
            )?;
        }
        client
            .execute("SELECT public.ingest_use_engine($1)", &[&engine.name()])
            .with_context(|| format!("ingest_use_engine('{}') failed", engine.name()))?;
        // Known to be empty, every table looks as if reading all of it were cheapest. A batch must not.
        client.batch_execute("VACUUM ANALYZE")?;
        client.close()?;
        Ok(())
    }

    /// A new database of that engine, migrated.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self, engine: Engine) -> Result<Database<'_>> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("case_{}_{number}", engine.name());
        let url = self.runtime.block_on(self.cluster().create_from(&name, engine.template()))?;
        Ok(Database { server: self, name, url, warnings: Arc::default() })
    }

    /// A new database with nothing in it, not even the migrations.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn empty_database(&self) -> Result<Database<'_>> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("empty_{number}");
        let url = self.runtime.block_on(self.cluster().create_empty_database(&name))?;
        Ok(Database { server: self, name, url, warnings: Arc::default() })
    }

    /// Applies lines of migrations; the names of the files applied.
    ///
    /// # Errors
    /// When one fails; then none of them is applied.
    pub fn migrate(&self, database: &Database<'_>, lines: &[migrate::Line]) -> Result<Vec<String>> {
        self.runtime.block_on(migrate::apply_to_url(&database.url, lines))
    }

    /// Kills the postmaster with SIGKILL and starts the server again on the same data.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn crash_and_recover(&self) -> Result<()> {
        let mut cluster = self.cluster.write().unwrap_or_else(PoisonError::into_inner);
        cluster.crash();
        self.runtime.block_on(cluster.start_again())
    }

    /// What the server has logged so far.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self) -> Result<String> {
        std::fs::read_to_string(self.cluster().log()).context("the server's log cannot be read")
    }

    fn cluster(&self) -> RwLockReadGuard<'_, Cluster> {
        self.cluster.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A database of one's own; dropped with its owner.
#[derive(Debug)]
pub struct Database<'a> {
    server: &'a Server,
    name: String,
    url: String,
    warnings: Arc<Mutex<Vec<String>>>,
}

impl Database<'_> {
    /// A connection as the superuser, whose warnings are kept.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn connect(&self) -> Result<Client> {
        let mut config: Config = self.url.parse()?;
        let kept = Arc::clone(&self.warnings);
        config.notice_callback(move |notice| {
            if notice.severity() == "WARNING" {
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(format!("WARNING {}", notice.message()));
            }
        });
        Ok(config.connect(NoTls)?)
    }

    /// Where it is, for the superuser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The warnings since they were last forgotten.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the warnings so far.
    pub fn forget_warnings(&self) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // A database that cannot be dropped ends with its server.
        let _ = self.server.runtime.block_on(self.server.cluster().drop_database(&self.name));
    }
}
