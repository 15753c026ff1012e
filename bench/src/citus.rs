//! A distributed table of Citus as the target: a batch on the coordinator, its rows on so many workers.
//!
//! All nodes are on one machine. What this shows is the price of the way to the workers, not what more machines bring.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use local_stack::citus::{PROGRAMS, Servers, Shape, create_database, programs, use_engine};
use local_stack::postgres::{Cluster, Sizing};

use crate::arguments::Options;
use crate::checksum::{self, Checksum};
use crate::contender::{Contender, Expected, Session};
use crate::place::{Place, Target};
use crate::server::{SETTINGS, Server};
use crate::statistics::{Spread, paired_ratios};
use crate::workload::{Load, orders};

const WORKERS: [usize; 3] = [1, 2, 4];
/// Of the workers that the goal names.
pub(crate) const BOUND: f64 = 1.5;

/// What one contender took beside so many workers.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) workers: usize,
    pub(crate) contender: Contender,
    /// Milliseconds a batch of 100 files, which are 10,000 rows, repetition by repetition.
    pub(crate) walls: Vec<f64>,
}

impl Point {
    /// Over a COPY of the same rows into the same distributed table, in the same repetition.
    pub(crate) fn ratio(&self, points: &[Self]) -> Option<Spread> {
        let floor = |point: &&Self| point.workers == self.workers && point.contender == Contender::Floor;
        Spread::of(&paired_ratios(&self.walls, &points.iter().find(floor)?.walls))
    }
}

/// Measures each number of workers; `reference` works out what tables must look like.
pub(crate) async fn measure(reference: &Server, options: &Options) -> Result<Vec<Point>> {
    let programs = programs().with_context(|| {
        format!("{PROGRAMS} does not name the programs of a PostgreSQL that has Citus beside it")
    })?;
    let load = orders::all_new(options.files)?;
    let expected = checksum::expected(reference, &load).await?;
    let takers: Vec<Contender> = options
        .contenders
        .iter()
        .copied()
        .filter(|c| c.engine().is_some() || *c == Contender::Floor)
        .collect();
    let mut points = Vec::new();
    for workers in WORKERS {
        let shape = Shape { workers, sizing: Sizing::Small, passing: false };
        let Servers { clusters, access } = Servers::start(&programs, shape, &SETTINGS).await?;
        let mut places = Vec::new();
        for contender in &takers {
            let nodes: Vec<&Cluster> = clusters.iter().collect();
            create_database(&nodes, contender.name()).await?;
            if let Some(engine) = contender.engine() {
                use_engine(nodes[0], contender.name(), engine).await?;
            }
            places.push(Place::new(contender.name(), "citus", &load));
        }
        let mut clusters = clusters.into_iter();
        let coordinator = Server::of(clusters.next().context("there is no coordinator")?)?;
        let mut measured: Vec<Point> = Vec::new();
        for (contender, place) in takers.iter().zip(&places) {
            make_table(&coordinator, *contender, place).await?;
            measured.push(Point { workers, contender: *contender, walls: Vec::new() });
        }
        for repetition in 0..options.repeat {
            for turn in 0..takers.len() {
                let index = (turn + repetition) % takers.len();
                let (Some(point), Some(place)) = (measured.get_mut(index), places.get(index)) else {
                    continue;
                };
                let name = point.contender.name();
                let wall = lap(&coordinator, point.contender, place, &load, &expected, repetition).await;
                let wall = wall.with_context(|| format!("{name} failed beside {workers} workers"))?;
                eprintln!("  citus, {workers} workers, {name}: {wall:.1} ms a batch");
                point.walls.push(wall);
            }
        }
        points.extend(measured);
        drop((coordinator, clusters, access));
    }
    Ok(points)
}

/// Makes a contender's table, distributes it, and registers it where the contender is the pipeline.
async fn make_table(coordinator: &Server, contender: Contender, place: &Place) -> Result<()> {
    let client = coordinator.connect(&place.database).await?;
    let Target { table, shape } = place.targets.first().context("the workload has no table")?;
    client.batch_execute("CREATE SCHEMA bench").await?;
    client.batch_execute(&format!("CREATE TABLE {table} ({})", shape.ddl())).await?;
    client
        .query("SELECT create_distributed_table($1::text::regclass, $2)", &[table, &shape.key()])
        .await
        .with_context(|| format!("{table} cannot be distributed"))?;
    if contender.engine().is_none() {
        return Ok(());
    }
    coordinator.create_shipper(&client).await?;
    client
        .batch_execute(&format!(
            "GRANT USAGE ON SCHEMA bench TO ingest_loader; GRANT SELECT, INSERT, UPDATE ON {table} TO ingest_loader"
        ))
        .await?;
    contender.register(&client, place).await
}

/// Loads everything into an empty table once; milliseconds a batch, the first one left out.
async fn lap(
    coordinator: &Server,
    contender: Contender,
    place: &Place,
    load: &Load,
    expected: &[Vec<Checksum>],
    repetition: usize,
) -> Result<f64> {
    let admin = coordinator.connect(&place.database).await?;
    place.empty(&admin).await?;
    let mut session = Session::open(coordinator, contender, place).await?;
    let mut batches = load.batches.iter().enumerate();
    let (_, warm) = batches.next().context("the workload has no batch")?;
    session.load(warm, &format!("{repetition}/0"), Expected::Loaded).await?;
    let measured = batches.len();
    ensure!(measured > 0, "the workload has no batch to measure");
    let began = Instant::now();
    for (number, batch) in batches {
        session.load(batch, &format!("{repetition}/{number}"), Expected::Loaded).await?;
    }
    let wall = began.elapsed().as_secs_f64() * 1e3 / measured as f64;
    checksum::verify(&admin, place, expected.iter()).await?;
    Ok(wall)
}
