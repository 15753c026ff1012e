//! Whether a file costs the same when the target holds millions of rows and the ledger millions of files.

mod fill;

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tokio_postgres::Client;

use crate::arguments::Options;
use crate::checksum;
use crate::contender::{Contender, Expected, Session};
use crate::place::Place;
use crate::process::cpu_ms;
use crate::server::{self, Server};
use crate::statistics::Spread;
use crate::workload::{Load, orders};

const DATABASE: &str = "history";

/// What lies there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Empty,
    FullLedger,
    /// Right after a checkpoint: the first change of each page writes the whole page to the log.
    FullAfterCheckpoint,
    /// The pages were written to the log before, as for nearly all files between two checkpoints.
    FullBetweenCheckpoints,
}

impl State {
    /// For reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "ledger and target empty",
            Self::FullLedger => "ledger full, target empty",
            Self::FullAfterCheckpoint => "ledger and target full, right after a checkpoint",
            Self::FullBetweenCheckpoints => "ledger and target full, between checkpoints",
        }
    }
}

/// What one contender took in one state.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) state: State,
    pub(crate) contender: Contender,
    /// Milliseconds a file.
    pub(crate) wall: Spread,
    /// Milliseconds of the backend's CPU a file.
    pub(crate) database_cpu: Spread,
}

impl Point {
    /// The same contender with nothing there before.
    pub(crate) fn when_empty<'a>(&self, points: &'a [Self]) -> Option<&'a Self> {
        points.iter().find(|point| point.contender == self.contender && point.state == State::Empty)
    }

    /// The floor in the same state: a larger index costs a COPY as much.
    pub(crate) fn floor<'a>(&self, points: &'a [Self]) -> Option<&'a Self> {
        points.iter().find(|point| point.contender == Contender::Floor && point.state == self.state)
    }
}

/// Measures all states.
pub(crate) async fn measure(server: &Server, options: &Options) -> Result<Vec<Point>> {
    let takers =
        options.contenders.iter().copied().filter(|c| c.engine().is_some() || *c == Contender::Floor);
    let takers: Vec<Contender> = takers.collect();
    server.create_migrated_database(DATABASE).await?;
    let place = Place::new(DATABASE, "history", &orders::all_new(1)?);
    let admin = server.connect(DATABASE).await?;
    let mut files_so_far = 0;
    let mut points = Vec::new();
    for state in [State::Empty, State::FullLedger, State::FullAfterCheckpoint, State::FullBetweenCheckpoints]
    {
        for contender in &takers {
            contender.make_tables(server, &place).await?;
        }
        prepare(&admin, &place, state, options.history_rows).await?;
        let mut laps: Vec<Vec<(f64, f64)>> = vec![Vec::new(); takers.len()];
        for repetition in 0..options.repeat {
            for turn in 0..takers.len() {
                let index = (turn + repetition) % takers.len();
                let (Some(contender), Some(laps)) = (takers.get(index), laps.get_mut(index)) else {
                    continue;
                };
                // Keys that no one had before, whatever lies in the table.
                let load = orders::from_number(files_so_far, options.files)?;
                files_so_far += load.batches.iter().map(|batch| batch.files.len() as u64).sum::<u64>();
                let lap = lap(server, &admin, *contender, &place, &load, files_so_far).await;
                let lap = lap.with_context(|| format!("{} failed, {}", contender.name(), state.name()))?;
                eprintln!("  history, {}, {}: {:.3} ms a file", state.name(), contender.name(), lap.0);
                laps.push(lap);
            }
        }
        for (contender, laps) in takers.iter().zip(&laps) {
            let spread =
                |part: fn(&(f64, f64)) -> f64| Spread::of(&laps.iter().map(part).collect::<Vec<_>>());
            let (wall, cpu) = (spread(|lap| lap.0), spread(|lap| lap.1));
            points.push(Point {
                state,
                contender: *contender,
                wall: wall.context("nothing was measured")?,
                database_cpu: cpu.context("nothing was measured")?,
            });
        }
    }
    Ok(points)
}

/// Comes to a state from the one before it.
async fn prepare(admin: &Client, place: &Place, state: State, rows: usize) -> Result<()> {
    match state {
        State::Empty => place.empty(admin).await?,
        State::FullLedger => {
            place.empty(admin).await?;
            fill::ledger(admin, place, rows).await?;
        }
        State::FullAfterCheckpoint => {
            place.empty(admin).await?;
            fill::target(admin, place, rows).await?;
        }
        // Of the index, some 200 entries of which share a leaf, five new ones a leaf on average: hardly one is left out.
        State::FullBetweenCheckpoints => return fill::target(admin, place, rows.div_ceil(40)).await,
    }
    admin.batch_execute("VACUUM ANALYZE").await?;
    admin.batch_execute("CHECKPOINT").await?;
    Ok(())
}

/// Milliseconds a file, on the clock and on the backend's CPU.
async fn lap(
    server: &Server,
    admin: &Client,
    contender: Contender,
    place: &Place,
    load: &Load,
    number: u64,
) -> Result<(f64, f64)> {
    if let Some(engine) = contender.engine() {
        admin.execute("SELECT public.ingest_use_engine($1)", &[&engine]).await?;
    }
    let mut session = Session::open(server, contender, place).await?;
    let (warm, measured) = load.batches.split_first().context("there is nothing to load")?;
    session.load(warm, &format!("{number}/warm"), Expected::Loaded).await?;
    let backend = server::other_session(admin).await?;
    let cpu_before = cpu_ms(backend)?;
    let began = Instant::now();
    for (batch_number, batch) in measured.iter().enumerate() {
        session.load(batch, &format!("{number}/{batch_number}"), Expected::Loaded).await?;
    }
    let wall = began.elapsed().as_secs_f64() * 1e3;
    let cpu = cpu_ms(backend)? - cpu_before;
    let files: usize = measured.iter().map(|batch| batch.files.len()).sum();
    verify(server, place, load).await?;
    Ok((wall / files as f64, cpu / files as f64))
}

/// Every row of the load must lie in the table as it should, among whatever else lies there.
async fn verify(server: &Server, place: &Place, load: &Load) -> Result<()> {
    let client = server.connect(&place.database).await?;
    let target = place.targets.first().context("there is no target")?;
    let (shape, key) = (&target.shape, target.shape.key());
    client.batch_execute(&format!("CREATE TEMP TABLE wanted ({})", shape.ddl())).await?;
    for rows in load.batches.iter().flat_map(|batch| &batch.rows) {
        checksum::copy_csv(&client, "wanted", shape, rows).await?;
    }
    client.batch_execute("ANALYZE wanted").await?;
    let names = shape.names();
    client
        .batch_execute(&format!(
            "CREATE TEMP VIEW found AS SELECT {names} FROM {} WHERE {key} IN (SELECT {key} FROM wanted)",
            target.table
        ))
        .await?;
    let wanted = checksum::of_table(&client, "wanted", shape).await?;
    let found = checksum::of_table(&client, "found", shape).await?;
    ensure!(
        wanted == found,
        "{} rows should lie in {} as given, {} do",
        wanted.rows,
        target.table,
        found.rows
    );
    Ok(())
}
