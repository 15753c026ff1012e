//! A proposal from samples, as `pg-ingest infer` asks for it.

use std::time::Instant;

use anyhow::{Result, ensure};

use crate::arguments::Options;
use crate::contender::Session;
use crate::place::Place;
use crate::process::cpu_ms;
use crate::server::{self, Server};
use crate::workload::{Batch, Load, orders};

const BOUND: f64 = 5.0;
/// Each takes seconds.
const MOST_REPETITIONS: usize = 3;

/// One engine's proposals: seconds, repetition by repetition.
#[derive(Debug)]
pub(crate) struct Inference {
    pub(crate) engine: &'static str,
    pub(crate) files: usize,
    pub(crate) bound: f64,
    /// From the first file to the answer.
    pub(crate) wall: Vec<f64>,
    /// Of the backend's CPU.
    pub(crate) database_cpu: Vec<f64>,
    /// Of the CPU of the process that stages.
    pub(crate) client_cpu: Vec<f64>,
}

/// Proposes for files of the sample record.
pub(crate) async fn measure(server: &Server, options: &Options) -> Result<Vec<Inference>> {
    let (warm, samples) = (batch_of(2)?, batch_of(options.files)?);
    let mut inferences = Vec::new();
    for contender in &options.contenders {
        let Some(engine) = contender.engine() else { continue };
        let place = Place::new(contender.name(), "inferred", &orders::all_new(1)?);
        let admin = server.connect(&place.database).await?;
        admin.execute("SELECT public.ingest_use_engine($1)", &[&engine]).await?;
        let mut session = Session::open(server, *contender, &place).await?;
        session.infer(&warm).await?;
        let backend = server::other_session(&admin).await?;
        let mut inference = Inference {
            engine,
            files: options.files,
            bound: BOUND,
            wall: Vec::new(),
            database_cpu: Vec::new(),
            client_cpu: Vec::new(),
        };
        for _ in 0..options.repeat.min(MOST_REPETITIONS) {
            let before = (cpu_ms(backend)?, cpu_ms(std::process::id())?, Instant::now());
            let sql = session.infer(&samples).await?;
            inference.wall.push(before.2.elapsed().as_secs_f64());
            inference.database_cpu.push((cpu_ms(backend)? - before.0) / 1e3);
            inference.client_cpu.push((cpu_ms(std::process::id())? - before.1) / 1e3);
            check(&sql, options.files)?;
            eprintln!("  contract: {engine} infers in {:.2?} s", inference.wall.last());
        }
        inferences.push(inference);
    }
    Ok(inferences)
}

fn batch_of(files: usize) -> Result<Batch> {
    let load: Load = orders::all_new(files)?;
    let files = load.measured(None).iter().flat_map(|batch| batch.files.clone()).collect();
    Ok(Batch { files, ..Batch::default() })
}

/// It has looked at all of them, and found out what the sample record is.
fn check(sql: &str, files: usize) -> Result<()> {
    let head = format!("-- Proposed from {files} files with {} records", files * 100);
    for part in [
        head.as_str(),
        "order_id uuid PRIMARY KEY",
        "updated_at timestamptz NOT NULL",
        "version_column => 'updated_at'",
    ] {
        ensure!(sql.contains(part), "{part} is not in the proposal:\n{sql}");
    }
    Ok(())
}
