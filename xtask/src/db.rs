//! `cargo xtask db`: a PostgreSQL that is left running.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use local_stack::postgres::{Installation, service};
use tokio_postgres::NoTls;

use crate::arguments::{DbStart, Engine};
use crate::extension;
use crate::setup::{self, Need};

/// Starts it, migrated and with the engine in force; prints its URL as the last line.
pub(crate) async fn start(options: DbStart) -> Result<ExitCode> {
    let needs: &[Need] = match options.engine {
        Engine::Sql => &[Need::Postgres],
        Engine::Native => &[Need::Postgres, Need::Extension],
    };
    setup::ensure(needs).await?;
    if options.engine == Engine::Native {
        extension::install(&Installation::find()?).await?;
    }
    let url = service::start(&options.data, options.port, &local_stack::migrations()).await?;
    if let Err(error) = use_engine(&url, options.engine).await {
        service::stop(&options.data)?;
        return Err(error);
    }
    println!("PostgreSQL runs in {} with the {} engine.", options.data.display(), options.engine.name());
    println!("Stop it with: cargo xtask db stop --data {}", options.data.display());
    println!("{url}");
    Ok(ExitCode::SUCCESS)
}

/// Stops it.
pub(crate) fn stop(data: &Path) -> Result<ExitCode> {
    let was_running = service::stop(data)?;
    let said = if was_running { "was stopped" } else { "was not running" };
    println!("PostgreSQL in {} {said}.", data.display());
    Ok(ExitCode::SUCCESS)
}

/// Puts an engine in force in a migrated database; the extension's files must be installed for the native one.
pub(crate) async fn use_engine(url: &str, engine: Engine) -> Result<()> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("the database cannot be reached")?;
    let driver = tokio::spawn(connection);
    if engine == Engine::Native {
        client
            .batch_execute("CREATE EXTENSION IF NOT EXISTS pg_ingest")
            .await
            .context("CREATE EXTENSION pg_ingest failed")?;
    }
    client
        .execute("SELECT public.ingest_use_engine($1)", &[&engine.name()])
        .await
        .with_context(|| format!("the {} engine cannot be put in force", engine.name()))?;
    drop(client);
    let _ = driver.await;
    Ok(())
}
