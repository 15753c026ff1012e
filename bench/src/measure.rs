//! One workload, loaded by all contenders in turn, again and again.

use std::time::Instant;

use anyhow::{Context, Result};
use tokio_postgres::Client;

use crate::arguments::Options;
use crate::checksum::{self, Checksum, copy_csv};
use crate::contender::{self, Contender, Expected, Phases, Session};
use crate::place::{Place, Target};
use crate::process::cpu_ms;
use crate::server::{self, Server};
use crate::statistics::{Spread, paired_ratios};
use crate::workload::{Batch, Load, Workload};

/// What one contender took in one repetition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// From the start of the first measured batch to the last COMMIT, in milliseconds a file.
    pub(crate) wall: f64,
    /// The backend's time on a CPU, in milliseconds a file; unknown for other programs' sessions.
    pub(crate) database_cpu: Option<f64>,
    /// The pipeline's parts, in milliseconds a file.
    pub(crate) phases: Option<Phases>,
}

/// One contender's repetitions.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) contender: Contender,
    /// Whether these are the workload's control instead of its own files.
    pub(crate) control: bool,
    /// Measured files of a repetition, and the rows that came of them.
    pub(crate) files: usize,
    pub(crate) rows: i64,
    pub(crate) timings: Vec<Timing>,
}

/// All contenders' repetitions of one workload.
#[derive(Debug)]
pub(crate) struct Measurement {
    pub(crate) workload: Workload,
    pub(crate) series: Vec<Series>,
}

impl Series {
    /// The contender's, or what it is called on the control.
    pub(crate) fn name(&self) -> String {
        format!("{}{}", self.contender.name(), if self.control { "_clean" } else { "" })
    }

    /// Milliseconds a file.
    pub(crate) fn wall(&self) -> Vec<f64> {
        self.timings.iter().map(|timing| timing.wall).collect()
    }

    /// Milliseconds of the backend's CPU a file, where they are known.
    pub(crate) fn database_cpu(&self) -> Option<Spread> {
        Spread::of(&self.timings.iter().filter_map(|timing| timing.database_cpu).collect::<Vec<_>>())
    }

    /// Rows a second, by the median.
    pub(crate) fn rows_a_second(&self) -> Option<f64> {
        let median = Spread::of(&self.wall())?.median;
        Some(self.rows as f64 / self.files as f64 / median * 1e3)
    }
}

impl Measurement {
    /// Measures.
    pub(crate) async fn of(server: &Server, workload: Workload, options: &Options) -> Result<Self> {
        let mut load = workload.load(options.files, options.quick)?;
        let folder = server.folder().join(workload.name());
        let takers: Vec<Contender> = options
            .contenders
            .iter()
            .copied()
            .filter(|contender| contender.takes(workload, options.quick))
            .collect();
        if takers.iter().any(|contender| contender.script().is_some()) {
            std::fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
            load.write_files(&folder)?;
        }
        let work = Work::new(server, workload.name().to_owned(), load, false).await?;
        let mut runners = Vec::new();
        for contender in &takers {
            runners.push(Runner::new(server, *contender, &work, options).await?);
        }
        let control = match workload.control(options.files, options.quick)? {
            Some(load) => Some(Work::new(server, format!("{}_control", workload.name()), load, true).await?),
            None => None,
        };
        if let Some(control) = &control {
            for contender in takers.iter().filter(|contender| contender.engine().is_some()) {
                runners.push(Runner::new(server, *contender, control, options).await?);
            }
        }
        for repetition in 0..options.repeat {
            let count = runners.len();
            for turn in 0..count {
                // Each goes first as often as the others: what a neighbour leaves behind meets all of them.
                let Some(runner) = runners.get_mut((turn + repetition) % count) else { continue };
                let name = runner.series.name();
                let timing = runner.run(repetition).await.with_context(|| format!("{name} failed"))?;
                eprintln!("  {} {} {name}: {:.3} ms a file", workload.name(), repetition + 1, timing.wall);
                runner.series.timings.push(timing);
            }
        }
        let mut series = Vec::new();
        for runner in runners {
            series.push(runner.finish().await?);
        }
        let _ = std::fs::remove_dir_all(&folder);
        Ok(Self { workload, series })
    }

    /// One contender's repetitions.
    pub(crate) fn series_of(&self, contender: Contender) -> Option<&Series> {
        self.series.iter().find(|series| series.contender == contender && !series.control)
    }

    /// The same on the workload's control.
    pub(crate) fn control_of(&self, contender: Contender) -> Option<&Series> {
        self.series.iter().find(|series| series.contender == contender && series.control)
    }

    /// A contender's time over the floor's of the same repetition.
    pub(crate) fn ratio_to_floor(&self, series: &Series) -> Option<Spread> {
        let floor = self.series_of(Contender::Floor)?;
        Spread::of(&paired_ratios(&series.wall(), &floor.wall()))
    }

    /// The same of the backends' CPU time: steadier on a machine that others use as well.
    pub(crate) fn cpu_ratio_to_floor(&self, series: &Series) -> Option<Spread> {
        let cpu = |series: &Series| -> Option<Vec<f64>> {
            series.timings.iter().map(|timing| timing.database_cpu).collect()
        };
        Spread::of(&paired_ratios(&cpu(series)?, &cpu(self.series_of(Contender::Floor)?)?))
    }
}

/// What is loaded, and what must come of it.
struct Work {
    /// Of the tables.
    name: String,
    load: Load,
    /// For each batch and target.
    expected: Vec<Vec<Checksum>>,
    control: bool,
}

impl Work {
    async fn new(server: &Server, name: String, load: Load, control: bool) -> Result<Self> {
        let expected = checksum::expected(server, &load).await?;
        Ok(Self { name, load, expected, control })
    }
}

/// One contender with its tables, made once for the workload.
struct Runner<'a> {
    server: &'a Server,
    work: &'a Work,
    place: Place,
    admin: Client,
    measured: &'a [Batch],
    series: Series,
}

impl<'a> Runner<'a> {
    async fn new(
        server: &'a Server,
        contender: Contender,
        work: &'a Work,
        options: &Options,
    ) -> Result<Self> {
        let admin = server.connect(contender.name()).await?;
        let place = Place::new(contender.name(), &work.name, &work.load);
        contender.make_tables(server, &place).await?;
        let measured = work.load.measured(contender.most_files(options.quick));
        let expected = work.expected.iter().skip(1).take(measured.len());
        let rows = expected.flatten().map(|checksum| checksum.rows).sum();
        let files = measured.iter().map(|batch| batch.files.len()).sum();
        let series = Series { contender, control: work.control, files, rows, timings: Vec::new() };
        Ok(Self { server, work, place, admin, measured, series })
    }

    /// Loads everything once, from tables as the workload wants them before, and verifies what is there afterwards.
    async fn run(&mut self, repetition: usize) -> Result<Timing> {
        self.reset().await?;
        let timing = match self.series.contender.script() {
            Some(_) => self.run_python().await?,
            None => self.run_session(repetition).await?,
        };
        let expected = self.work.expected.iter().take(self.measured.len() + 1);
        checksum::verify(&self.admin, &self.place, expected).await?;
        Ok(timing)
    }

    fn warm(&self) -> Result<&'a Batch> {
        self.work.load.batches.first().context("the workload has no batch")
    }

    async fn reset(&self) -> Result<()> {
        self.place.empty(&self.admin).await?;
        if self.series.contender.begins_empty() {
            return Ok(());
        }
        for (target, Target { table, shape }) in self.place.targets.iter().enumerate() {
            for batch in &self.work.load.batches[..=self.measured.len()] {
                if let Some(rows) = batch.before.get(target) {
                    copy_csv(&self.admin, table, shape, rows).await?;
                }
            }
        }
        Ok(())
    }

    /// What autovacuum and the checkpointer would do in quiet times.
    async fn settle(&self) -> Result<()> {
        self.admin.batch_execute("VACUUM ANALYZE").await?;
        Ok(self.admin.batch_execute("CHECKPOINT").await?)
    }

    async fn run_python(&self) -> Result<Timing> {
        self.settle().await?;
        let target = self.place.targets.first().context("the workload has no table")?;
        let contender = self.series.contender;
        let took = contender::run_python(self.server, contender, target, self.warm()?, self.measured).await?;
        let files = self.series.files as f64;
        let database_cpu = took.database_cpu.map(|cpu| cpu / files);
        Ok(Timing { wall: took.wall / files, database_cpu, phases: None })
    }

    async fn run_session(&self, repetition: usize) -> Result<Timing> {
        let contender = self.series.contender;
        let mut session = Session::open(self.server, contender, &self.place).await?;
        let names = |batch: usize| format!("{repetition}/{batch}");
        let rehearsed = self.work.load.rehearsed && !contender.begins_empty();
        if rehearsed {
            for (number, batch) in self.work.load.batches.iter().enumerate() {
                session.load(batch, &names(number), Expected::Loaded).await?;
            }
        }
        let expected = if rehearsed { Expected::Skipped } else { Expected::Loaded };
        self.settle().await?;
        session.load(self.warm()?, &names(0), expected).await?;

        let backend = server::other_session(&self.admin).await?;
        let mut phases = Phases::default();
        let cpu_before = cpu_ms(backend)?;
        let began = Instant::now();
        for (number, batch) in self.measured.iter().enumerate() {
            phases.add(session.load(batch, &names(number + 1), expected).await?);
        }
        let wall = began.elapsed().as_secs_f64() * 1e3;
        let cpu = cpu_ms(backend)? - cpu_before;

        let files = self.series.files as f64;
        let phases = contender.engine().map(|_| phases.divided_by(files));
        Ok(Timing { wall: wall / files, database_cpu: Some(cpu / files), phases })
    }

    /// Frees the space; the tables stay, since they are registered.
    async fn finish(self) -> Result<Series> {
        self.place.empty(&self.admin).await?;
        Ok(self.series)
    }
}
