//! Contenders that load from a Python process of their own, which times itself from its first file to its last COMMIT.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use local_stack::environment::Environment;
use local_stack::repository;
use serde_json::{Value, json};
use tokio::process::Command;

use super::Contender;
use crate::place::Target;
use crate::server::Server;
use crate::shape::Shape;
use crate::workload::Batch;

/// What loading the measured batches took, in milliseconds.
pub(crate) struct Took {
    pub(crate) wall: f64,
    /// The backend's time on a CPU, where the script knows the backend.
    pub(crate) database_cpu: Option<f64>,
}

/// Loads the first batch unmeasured, then the others.
pub(crate) async fn run(
    server: &Server,
    contender: Contender,
    target: &Target,
    warm: &Batch,
    batches: &[Batch],
) -> Result<Took> {
    let script = contender.script().with_context(|| format!("{} has no script", contender.name()))?;
    let job = server.folder().join(format!("{}.json", contender.name()));
    let paths =
        |batch: &Batch| -> Vec<PathBuf> { batch.files.iter().map(|file| file.path.clone()).collect() };
    let Target { table, shape } = target;
    let (schema, name) = table.split_once('.').unwrap_or(("public", table));
    let description = json!({
        "url": server.url(contender.name()),
        "schema": schema,
        "table": name,
        "key": shape.key(),
        "version": shape.version,
        "columns": columns(shape),
        "warm": paths(warm),
        "batches": batches.iter().map(paths).collect::<Vec<_>>(),
        "folder": server.folder(),
    });
    std::fs::write(&job, description.to_string())
        .with_context(|| format!("{} cannot be written", job.display()))?;
    let output = Command::new(Environment::bench()?.programs().join("python"))
        .arg(repository().join("bench/loaders").join(script))
        .arg(&job)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("{script} cannot be run; `cargo xtask bench` installs what it needs"))?;
    ensure!(output.status.success(), "{script} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    let told: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("{script} printed no JSON but {}", String::from_utf8_lossy(&output.stdout).trim())
    })?;
    let milliseconds = |name: &str| told.get(name).and_then(Value::as_f64).map(|seconds| seconds * 1e3);
    let wall = milliseconds("seconds").with_context(|| format!("{script} told no seconds"))?;
    Ok(Took { wall, database_cpu: milliseconds("database_cpu_seconds") })
}

/// Name, type and path of each column.
fn columns(shape: &Shape) -> Vec<Value> {
    let path = |column: &crate::shape::Column| match column.within {
        None => vec![column.name.clone()],
        Some((object, member)) => vec![object.to_owned(), member.to_owned()],
    };
    shape
        .columns
        .iter()
        .map(|column| json!({"name": column.name, "type": column.sql_type, "path": path(column)}))
        .collect()
}
