//! What a record costs by what stands in it: each kind of content beside clean records of the same table and engine.
//!
//! The cost is the backend's time on a CPU, from the start of COPY to the COMMIT. Every engine has one session, which
//! loads a batch of each kind unmeasured and then one a repetition, kind by kind. A batch is small, so that a run takes a
//! minute or two; what was loaded and refused is verified after each.

mod datasets;
mod evolution;
mod kind;
mod kinds;
mod records;
mod registration;
mod typed;

use anyhow::{Context, Result, ensure};
use tokio_postgres::Client;

use crate::contender::{Contender, Expected, Session};
use crate::place::Place;
use crate::process::cpu_ms;
use crate::server::{self, Server};
use crate::statistics::{Spread, paired_ratios};
use crate::workload::Batch;
use kind::Kind;

pub(crate) use datasets::{Crowd, measure as measure_datasets};
pub(crate) use evolution::{Evolution, measure as measure_evolution};
pub(crate) use registration::{Registration, measure as measure_registration};

/// One kind of content on one engine.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) kind: &'static str,
    /// What its records hold.
    pub(crate) about: &'static str,
    pub(crate) engine: &'static str,
    /// The kind that it is held against.
    pub(crate) over: &'static str,
    /// The ratio to that is to be at most this.
    pub(crate) bound: f64,
    /// Microseconds of the backend's CPU a record, by repetition.
    pub(crate) microseconds: Vec<f64>,
}

impl Point {
    /// Its cost over that of the kind that it is held against, of the same engine and repetition.
    pub(crate) fn ratio(&self, points: &[Self]) -> Option<Spread> {
        let to = points.iter().find(|point| point.kind == self.over && point.engine == self.engine)?;
        Spread::of(&paired_ratios(&self.microseconds, &to.microseconds))
    }
}

/// Measures the kinds whose names begin with `chosen`, and those that they are held against.
pub(crate) async fn measure(
    server: &Server,
    contenders: &[Contender],
    chosen: &str,
    repeat: usize,
) -> Result<Vec<Point>> {
    let kinds = kinds::chosen(chosen);
    ensure!(!kinds.is_empty(), "no kind of content begins with `{chosen}`");
    let mut engines = Vec::new();
    for contender in contenders.iter().filter(|contender| contender.engine().is_some()) {
        engines.push(Loader::new(server, *contender, &kinds).await?);
    }
    for repetition in 0..=repeat {
        for loader in &mut engines {
            for place in 0..kinds.len() {
                loader.load(&kinds, place, repetition).await?;
            }
        }
    }
    Ok(engines.into_iter().flat_map(|loader| loader.points).collect())
}

/// One engine's session and tables.
struct Loader {
    admin: Client,
    session: Session,
    place: Place,
    /// In the order of the kinds.
    points: Vec<Point>,
}

impl Loader {
    async fn new(server: &Server, contender: Contender, kinds: &[Kind]) -> Result<Self> {
        let engine = contender.engine().context("only the pipeline's engines are held against themselves")?;
        let (admin, place, session) = open(server, contender, contender.name().to_owned(), kinds).await?;
        let points = kinds.iter().map(|kind| Point {
            kind: kind.name,
            about: kind.about,
            engine,
            over: kind.over,
            bound: kind.bound,
            microseconds: Vec::new(),
        });
        Ok(Self { admin, session, place, points: points.collect() })
    }

    /// Loads one batch; the first of each kind is not measured.
    async fn load(&mut self, kinds: &[Kind], place: usize, repetition: usize) -> Result<()> {
        let (Some(kind), Some(point)) = (kinds.get(place), self.points.get_mut(place)) else { return Ok(()) };
        let batch = kind.batch(place, repetition);
        let records = kind.records();
        let names = format!("{}/{repetition}", kind.name);
        if repetition == 0 {
            // The session stands once it has loaded something.
            self.session
                .load(&batch, &names, Expected::Loaded)
                .await
                .with_context(|| kind.name.to_owned())?;
        } else {
            let took = load_timed(&self.admin, &mut self.session, &batch, &names)
                .await
                .with_context(|| kind.name.to_owned())?;
            let microseconds = took * 1e3 / records as f64;
            eprintln!("  {} {} {repetition}: {microseconds:.2} µs a record", point.engine, kind.name);
            point.microseconds.push(microseconds);
        }
        let table = self.place.targets.get(place).map_or("", |target| &target.table);
        let rows: i64 = self.admin.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await?.get(0);
        let expected: u64 = (0..=repetition).map(|number| kind.rows(number)).sum();
        ensure!(u64::try_from(rows) == Ok(expected), "{table} has {rows} rows, expected {expected}");
        Ok(())
    }
}

/// Makes the tables of some kinds in a database of an engine, and opens the session that loads them.
async fn open(
    server: &Server,
    contender: Contender,
    database: String,
    kinds: &[Kind],
) -> Result<(Client, Place, Session)> {
    let admin = server.connect(&database).await?;
    admin.batch_execute("CREATE SCHEMA IF NOT EXISTS bench").await?;
    admin.execute("SELECT public.ingest_use_engine($1)", &[&contender.engine()]).await?;
    for kind in kinds {
        kind.make(&admin).await.with_context(|| format!("the table of {} cannot be made", kind.name))?;
    }
    let place = Place { database, targets: kinds.iter().map(Kind::target).collect() };
    let session = Session::open(server, contender, &place).await?;
    Ok((admin, place, session))
}

/// Loads a batch of new files; the milliseconds of the backend's CPU that it took. The session has loaded one before.
async fn load_timed(admin: &Client, session: &mut Session, batch: &Batch, names: &str) -> Result<f64> {
    let backend = server::other_session(admin).await?;
    let before = cpu_ms(backend)?;
    session.load(batch, names, Expected::Loaded).await?;
    Ok(cpu_ms(backend)? - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_held_against_its_own_engine_and_repetition() {
        let point = |kind, engine, microseconds: &[f64]| Point {
            kind,
            about: "",
            engine,
            over: "clean",
            bound: 5.0,
            microseconds: microseconds.to_vec(),
        };
        let points = [
            point("clean", "sql", &[8.0, 80.0]),
            point("clean", "native", &[2.0, 2.0]),
            point("bad", "sql", &[16.0, 160.0]),
        ];
        assert_eq!(points[2].ratio(&points).unwrap(), Spread { median: 2.0, least: 2.0, most: 2.0 });
    }
}
