//! Three servers with Citus: a coordinator and two workers, and a database on all of them for each case.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{RwLock, RwLockReadGuard};

use anyhow::{Context, Result, anyhow};
use local_stack::citus::{self, Servers, Shape};
use local_stack::postgres::{Cluster, Sizing};
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::Engine;
use pg_ingest_tests::staging::{self, Outcome, Staged};
use pg_ingest_tests::{report, sql};
use postgres::{Client, NoTls};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How many workers there are.
pub(crate) const WORKERS: usize = 2;

/// The servers, the coordinator first. Everything ends when they are dropped.
pub(crate) struct Nodes {
    clusters: Vec<RwLock<Cluster>>,
    runtime: Runtime,
    databases: AtomicUsize,
    _access: TempDir,
}

impl Nodes {
    /// Starts them.
    ///
    /// # Errors
    /// When that PostgreSQL has no Citus.
    pub(crate) fn start(programs: &Path) -> Result<Self> {
        let runtime = Runtime::new().context("no runtime to start the servers in")?;
        let shape = Shape { workers: WORKERS, sizing: Sizing::Small, passing: true };
        // What a worker left prepared is settled when a case asks for it.
        let settings = [("citus.recover_2pc_interval", "-1")];
        let servers = runtime.block_on(Servers::start(programs, shape, &settings))?;
        let clusters = servers.clusters.into_iter().map(RwLock::new).collect();
        Ok(Self { clusters, runtime, databases: AtomicUsize::new(0), _access: servers.access })
    }

    fn url(&self, number: usize, database: &str) -> String {
        self.cluster(number).url(database)
    }

    fn cluster(&self, number: usize) -> RwLockReadGuard<'_, Cluster> {
        self.clusters[number].read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A database with Citus, the pipeline and that engine.
    ///
    /// # Errors
    /// When a server refuses.
    pub(crate) fn place(&self, engine: Engine) -> Result<Place<'_>> {
        let name = format!("case_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let clusters: Vec<_> = (0..=WORKERS).map(|number| self.cluster(number)).collect();
        let nodes: Vec<&Cluster> = clusters.iter().map(|cluster| &**cluster).collect();
        self.runtime.block_on(citus::create_database(&nodes, &name))?;
        self.runtime.block_on(citus::use_engine(nodes[0], &name, engine.name()))?;
        Ok(Place { nodes: self, name, batches: AtomicUsize::new(0) })
    }

    /// Kills a worker as a crash of its machine would.
    pub(crate) fn crash(&self, worker: usize) {
        self.clusters[worker].write().unwrap_or_else(std::sync::PoisonError::into_inner).crash();
    }

    /// Starts a worker again on the same data.
    ///
    /// # Errors
    /// When it does not come back.
    pub(crate) fn start_again(&self, worker: usize) -> Result<()> {
        let mut cluster = self.clusters[worker].write().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.runtime.block_on(cluster.start_again())
    }

    /// The versions of PostgreSQL and Citus.
    ///
    /// # Errors
    /// When the coordinator does not answer.
    pub(crate) fn versions(&self) -> Result<String> {
        let mut client = connected(&self.url(0, "postgres"))?;
        let row = client.query_one(
            "SELECT 'PostgreSQL ' || current_setting('server_version') || ' with Citus ' || \
             (SELECT default_version FROM pg_available_extensions WHERE name = 'citus')",
            &[],
        )?;
        Ok(row.get(0))
    }
}

/// A database of one case, on all nodes.
pub(crate) struct Place<'a> {
    pub(crate) nodes: &'a Nodes,
    name: String,
    batches: AtomicUsize,
}

impl Place<'_> {
    /// A connection to a node as the superuser; the coordinator is 0.
    ///
    /// # Errors
    /// When it refuses.
    pub(crate) fn connect(&self, number: usize) -> Result<Client> {
        connected(&self.nodes.url(number, &self.name))
    }

    /// Does statements on the coordinator, each by itself: Citus wants some of them in transactions of their own.
    ///
    /// # Errors
    /// When one fails; the text has it.
    pub(crate) fn run(&self, statements: &[&str]) -> Result<()> {
        let mut client = self.connect(0)?;
        for statement in statements {
            client
                .batch_execute(statement)
                .map_err(|error| anyhow!("{statement}: {}", sql::error_text(&error)))?;
        }
        Ok(())
    }

    /// What a statement is refused with.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn refusal(&self, number: usize, statement: &str) -> Result<String> {
        let mut client = self.connect(number)?;
        match client.batch_execute(statement) {
            Ok(()) => Err(anyhow!("{statement} was not refused")),
            Err(error) => Ok(sql::error_text(&error)),
        }
    }

    /// The rows of a query.
    ///
    /// # Errors
    /// When it fails.
    pub(crate) fn rows(&self, query: &str) -> Result<Vec<String>> {
        report::rows(&mut self.connect(0)?, query)
            .map_err(|error| anyhow!("{query}: {}", sql::error_text(&error)))
    }

    /// Stages files and has them processed, as the shipper does.
    ///
    /// # Errors
    /// When the batch fails.
    pub(crate) fn load(&self, files: &[(&str, &str)]) -> Result<Outcome> {
        self.try_load(files).map_err(|error| anyhow!("the batch failed: {}", sql::error_text(&error)))
    }

    /// The same, with the error that the batch failed with.
    ///
    /// # Errors
    /// That error.
    pub(crate) fn try_load(&self, files: &[(&str, &str)]) -> Result<Outcome, postgres::Error> {
        let mut client = self.nodes.url(0, &self.name).parse::<postgres::Config>()?.connect(NoTls)?;
        staging::run_batch(&mut client, Some(&self.batch()), &staged(files))
    }

    /// The same by a session that goes on.
    ///
    /// # Errors
    /// When the batch fails.
    pub(crate) fn load_by(&self, client: &mut Client, files: &[(&str, &str)]) -> Result<Outcome> {
        staging::run_batch(client, Some(&self.batch()), &staged(files))
            .map_err(|error| anyhow!("the batch failed: {}", sql::error_text(&error)))
    }

    /// The id of a batch of its own.
    pub(crate) fn batch(&self) -> String {
        staging::batch_id(self.batches.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Files, ready to be staged.
pub(crate) fn staged(files: &[(&str, &str)]) -> Vec<Staged> {
    files.iter().map(|(key, body)| Staged::from_bytes(File::of_key(key), body.as_bytes().to_vec())).collect()
}

fn connected(url: &str) -> Result<Client> {
    Ok(Client::connect(url, NoTls)?)
}

/// What must be the same; the difference in words where it is not.
///
/// # Errors
/// Where it is not.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<()> {
    if found == expected { Ok(()) } else { Err(anyhow!("{what}: found {found:?}, expected {expected:?}")) }
}
