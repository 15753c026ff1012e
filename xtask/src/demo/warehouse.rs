//! Runs dbt on what was loaded.

use anyhow::{Context, Result};
use local_stack::environment::Environment;
use local_stack::process::Launch;
use local_stack::repository;
use local_stack::stack::{DATABASE, Stack};

/// `dbt build`, as the daily run does it.
pub(super) async fn build(stack: &Stack) -> Result<()> {
    let project = repository().join("dbt");
    let work = stack.folder().join("dbt");
    std::fs::create_dir_all(&work).with_context(|| format!("{} cannot be made", work.display()))?;
    Launch::new("dbt build", Environment::dbt()?.programs().join("dbt"))
        .args(["build", "--no-use-colors", "--profiles-dir", ".", "--target", "local"])
        .folder(&project)
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", stack.cluster().port().to_string())
        .env("PGUSER", "postgres")
        .env("PGPASSWORD", stack.cluster().password())
        .env("PGDATABASE", DATABASE)
        .env("PGSSLMODE", "verify-full")
        .env("PGSSLROOTCERT", stack.cluster().authority())
        .env("DBT_ROLE", "ingest_dbt")
        .env("DBT_TARGET_PATH", work.join("target"))
        .env("DBT_LOG_PATH", work.join("logs"))
        .log(work.join("output"))
        .run()
        .await
}
