//! Servers with Citus that make up one database: a coordinator, and workers beside it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::postgres::{Cluster, Installation, Options, Sizing};
use crate::{migrations, scratch};

/// What names the folder of the programs of a PostgreSQL that has Citus beside it. No package of Debian brings one.
pub const PROGRAMS: &str = "CITUS_PG_BIN";
/// Who migrates the coordinator's databases: no superuser, as on a managed server.
const MIGRATOR: &str = "migrator";

/// The folder that [`PROGRAMS`] names, if any.
#[must_use]
pub fn programs() -> Option<PathBuf> {
    std::env::var_os(PROGRAMS).map(PathBuf::from)
}

/// The servers, the coordinator first, and the file of who may connect, which goes with its owner.
#[derive(Debug)]
pub struct Servers {
    /// The coordinator, and behind it the workers.
    pub clusters: Vec<Cluster>,
    /// Kept as long as a server may be started again.
    pub access: TempDir,
}

/// How the servers are started.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// How many workers there are.
    pub workers: usize,
    /// How much of the machine each server may use.
    pub sizing: Sizing,
    /// As [`Options::passing`].
    pub passing: bool,
}

impl Servers {
    /// Starts them from an installation's programs, with further settings.
    ///
    /// # Errors
    /// When that PostgreSQL has no Citus, or a server does not come up.
    pub async fn start(programs: &Path, shape: Shape, settings: &[(&str, &str)]) -> Result<Self> {
        let installation = Installation::copy_of(programs)?;
        // Nodes let each other in without a password: all of them are on this machine.
        let access = scratch::folder()?;
        let rules = access.path().join("pg_hba.conf");
        std::fs::write(&rules, "host all all 127.0.0.1/32 trust\n")
            .with_context(|| format!("{} cannot be written", rules.display()))?;
        if let Some(user) = installation.user() {
            scratch::give(access.path(), &user)?;
        }
        let own = [
            ("shared_preload_libraries", "citus"),
            ("max_prepared_transactions", "100"),
            ("citus.node_conninfo", "sslmode=prefer"),
            ("hba_file", rules.to_str().context("the folder's name is no text")?),
            ("jit", "off"),
        ];
        let settings: Vec<(String, String)> = own
            .iter()
            .chain(settings)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut clusters = Vec::new();
        for _ in 0..=shape.workers {
            let options = Options {
                passing: shape.passing,
                sizing: shape.sizing,
                settings: settings.clone(),
                installation: Some(installation.clone()),
                ..Options::default()
            };
            let cluster = Cluster::start(options).await?;
            let role = format!("CREATE ROLE {MIGRATOR} LOGIN CREATEROLE CREATEDB");
            cluster.connect("postgres").await?.batch_execute(&role).await.context("no role may migrate")?;
            clusters.push(cluster);
        }
        Ok(Self { clusters, access })
    }
}

/// Makes a database on all nodes, which know each other there, and migrates the coordinator's.
///
/// # Errors
/// When a node refuses.
pub async fn create_database(nodes: &[&Cluster], name: &str) -> Result<()> {
    let (coordinator, workers) = nodes.split_first().context("there is no coordinator")?;
    for node in nodes {
        node.create_empty_database(name).await?;
        node.connect(name)
            .await?
            .batch_execute(&format!(
                "SET client_min_messages = error; CREATE EXTENSION citus; ALTER DATABASE {name} OWNER TO {MIGRATOR}"
            ))
            .await
            .context("Citus cannot be made")?;
    }
    let client = coordinator.connect(name).await?;
    client
        .batch_execute(&format!("SELECT citus_set_coordinator_host('127.0.0.1', {})", coordinator.port()))
        .await
        .context("the coordinator is not taken")?;
    for worker in workers {
        client
            .batch_execute(&format!("SELECT citus_add_node('127.0.0.1', {})", worker.port()))
            .await
            .context("a worker is not taken")?;
    }
    let url = format!("postgresql://{MIGRATOR}@127.0.0.1:{}/{name}", coordinator.port());
    migrate::apply_to_url(&url, &migrations()).await?;
    client
        .batch_execute("ALTER ROLE ingest_loader LOGIN")
        .await
        .context("the loader cannot log in on the workers")
}

/// Has a migrated database of the coordinator's use an engine.
///
/// # Errors
/// When the native engine is not installed beside Citus.
pub async fn use_engine(coordinator: &Cluster, database: &str, engine: &str) -> Result<()> {
    let client = coordinator.connect(database).await?;
    if engine == "native" {
        // The workers load nothing by it.
        client
            .batch_execute(
                "SET citus.enable_ddl_propagation = off; CREATE EXTENSION IF NOT EXISTS pg_ingest; \
                 RESET citus.enable_ddl_propagation",
            )
            .await
            .context("the extension cannot be made")?;
    }
    client
        .execute("SELECT public.ingest_use_engine($1)", &[&engine])
        .await
        .context("the engine is not taken")?;
    Ok(())
}
