//! What registering a table costs by its columns.

use anyhow::{Context, Result};

use super::records::wide_columns;
use crate::contender::Contender;
use crate::process::cpu_ms;
use crate::server::Server;

/// Columns, and at most so many seconds of the backend's CPU.
const WIDTHS: [(usize, f64); 4] = [(20, 0.05), (100, 0.25), (500, 1.0), (1500, 4.0)];

/// One registration.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(crate) engine: &'static str,
    pub(crate) columns: usize,
    /// Of the backend's CPU.
    pub(crate) seconds: f64,
    /// At most so many.
    pub(crate) bound: f64,
}

/// Registers tables of each width.
pub(crate) async fn measure(server: &Server, contenders: &[Contender]) -> Result<Vec<Registration>> {
    let mut registrations = Vec::new();
    for contender in contenders {
        let Some(engine) = contender.engine() else { continue };
        let client = server.connect(contender.name()).await?;
        client.batch_execute("CREATE SCHEMA IF NOT EXISTS bench").await?;
        client.execute("SELECT public.ingest_use_engine($1)", &[&engine]).await?;
        let backend = client.query_one("SELECT pg_backend_pid()", &[]).await?.get::<_, i32>(0);
        let backend = u32::try_from(backend)?;
        // The first registration of a session also plans what all of them use.
        for (columns, bound) in [(3, 1.0)].into_iter().chain(WIDTHS) {
            let table = format!("bench.registered_{columns}");
            client.batch_execute(&format!("CREATE TABLE {table} ({})", wide_columns(columns))).await?;
            let before = cpu_ms(backend)?;
            client
                .execute(
                    "SELECT public.ingest_register_dataset(name => $1, prefix => $1 || '/', \
                     target => $1::text::regclass, version_column => 'v')",
                    &[&table],
                )
                .await
                .with_context(|| format!("{table} cannot be registered"))?;
            let seconds = (cpu_ms(backend)? - before) / 1e3;
            eprintln!("  {engine} {columns} columns: {seconds:.3} s");
            if columns > 3 {
                registrations.push(Registration { engine, columns, seconds, bound });
            }
        }
    }
    Ok(registrations)
}
