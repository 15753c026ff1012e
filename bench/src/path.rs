//! The whole path: the shipper's binary as Lambda runs it, between an S3 and the database, over TLS as in production.

mod backfill;
mod event;
mod s3;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use local_stack::lambda::{Configuration, Function};
use serde_json::Value;
use tokio_postgres::Client;

use crate::arguments::Options;
use crate::checksum::{self, Checksum};
use crate::contender::Contender;
use crate::place::Place;
use crate::process::{cpu_ms, peak_memory_bytes};
use crate::server::{self, Server};
use crate::statistics::Spread;
use crate::workload::{Batch, Load, orders};
pub(crate) use backfill::{Backfill, Comparison, measure as measure_backfill};
use s3::S3;

const TIMEOUT: Duration = Duration::from_secs(600);
const COLD_STARTS: usize = 10;
/// Files of the size that AWS' limits let one expect at worst, and how many come at once.
const HUGE_FILES: usize = 20;
const HUGE_BYTES: usize = 50_000_000;

/// What was found out.
#[derive(Debug)]
pub(crate) struct WholePath {
    pub(crate) flows: Vec<Flow>,
    /// Most resident bytes of the shipper at batches of 100 usual files.
    pub(crate) usual_memory: u64,
    /// The same at a batch of 20 files of 50 MB.
    pub(crate) huge_memory: u64,
    /// Milliseconds from the start of the process until it asks for work.
    pub(crate) until_ready: Spread,
    /// The same until it asks S3 for the first object, the way through runtime API and database login included.
    pub(crate) until_first_get: Spread,
    /// Bytes of the stripped binary.
    pub(crate) binary: u64,
}

/// Usual files on their way through one engine.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) engine: Contender,
    pub(crate) files: usize,
    pub(crate) files_a_second: Spread,
    /// CPU milliseconds a file in the shipper.
    pub(crate) shipper_cpu: Spread,
    /// CPU milliseconds a file in the database.
    pub(crate) database_cpu: Spread,
}

/// Measures.
pub(crate) async fn measure(server: &Server, options: &Options) -> Result<WholePath> {
    let binary =
        options.shipper.as_ref().context("the whole path needs the shipper's binary: --shipper FILE")?;
    let binary = std::path::absolute(binary)?;
    let engines: Vec<Contender> =
        options.contenders.iter().copied().filter(|c| c.engine().is_some()).collect();
    let stand = Stand { server, s3: S3::start().await?, binary };
    let load = orders::all_new(options.files)?;
    let expected = checksum::expected(server, &load).await?;
    let mut flows = Vec::new();
    let mut usual_memory = 0;
    for engine in &engines {
        let (flow, memory) = stand.flow(*engine, &load, &expected, options.repeat).await?;
        eprintln!("  path {}: {:.0} files/s", engine.name(), flow.files_a_second.median);
        usual_memory = usual_memory.max(memory);
        flows.push(flow);
    }
    let engine = *engines.last().context("the whole path needs the contender sql or native")?;
    let place = Place::new(engine.name(), "path", &load);
    let (until_ready, until_first_get) = stand.cold_starts(&place, &load).await?;
    Ok(WholePath {
        flows,
        usual_memory,
        huge_memory: stand.huge_memory(&place, &load).await?,
        until_ready,
        until_first_get,
        binary: std::fs::metadata(&stand.binary).context("the shipper's binary cannot be read")?.len(),
    })
}

/// What is around the shipper.
struct Stand<'a> {
    server: &'a Server,
    s3: S3,
    binary: PathBuf,
}

impl Stand<'_> {
    fn function(&self, place: &Place) -> Function {
        let environment = [
            ("DATABASE_URL", self.server.shipper_url(&place.database)),
            ("DATABASE_SSLMODE", "verify-full".to_owned()),
            ("DATABASE_CA_BUNDLE", self.server.authority().display().to_string()),
            ("AWS_ENDPOINT_URL_S3", self.s3.url.clone()),
            ("STATEMENT_TIMEOUT_MS", TIMEOUT.as_millis().to_string()),
        ];
        Function::new(Configuration {
            name: "bench-shipper".to_owned(),
            arn: "arn:aws:lambda:eu-central-1:000000000000:function:bench-shipper".to_owned(),
            timeout: TIMEOUT,
            memory_mb: 512,
            environment: environment.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            binary: self.binary.clone(),
            log: self.server.folder().join("shipper.log"),
        })
    }

    /// The flow, and the shipper's peak memory after it.
    async fn flow(
        &self,
        engine: Contender,
        load: &Load,
        expected: &[Vec<Checksum>],
        repeat: usize,
    ) -> Result<(Flow, u64)> {
        let place = Place::new(engine.name(), "path", load);
        engine.make_tables(self.server, &place).await?;
        let admin = self.server.connect(&place.database).await?;
        let function = self.function(&place);
        let files = measured_files(load);
        let mut laps = Vec::new();
        for repetition in 0..repeat {
            prepare(&admin, &place).await?;
            let payloads = self.offer(&place, load, &format!("flow/{repetition}"));
            laps.push(lap(&admin, &function, &payloads, files).await?);
            checksum::verify(&admin, &place, expected.iter()).await?;
        }
        let spread = |part: fn(&Lap) -> f64| Spread::of(&laps.iter().map(part).collect::<Vec<_>>());
        let unmeasured = "nothing was measured";
        let flow = Flow {
            engine,
            files,
            files_a_second: spread(|lap| lap.files_a_second).context(unmeasured)?,
            shipper_cpu: spread(|lap| lap.shipper_cpu).context(unmeasured)?,
            database_cpu: spread(|lap| lap.database_cpu).context(unmeasured)?,
        };
        Ok((flow, peak_memory_bytes(instance(&function)?)?))
    }

    /// Puts all files of a load into S3; an event for each batch.
    fn offer(&self, place: &Place, load: &Load, name: &str) -> Vec<Bytes> {
        let mut objects = BTreeMap::new();
        let mut events = Vec::new();
        for (number, batch) in load.batches.iter().enumerate() {
            let keys = keys(place, batch, &format!("{name}/{number}"));
            events.push(event::of_objects(
                keys.iter().zip(&batch.files).map(|(key, file)| (key.as_str(), file.body.len())),
            ));
            objects.extend(keys.into_iter().zip(batch.files.iter().map(|file| file.body.clone())));
        }
        self.s3.hold(objects);
        events
    }

    /// Until it asks for work, and until it asks for the first object.
    async fn cold_starts(&self, place: &Place, load: &Load) -> Result<(Spread, Spread)> {
        let (mut ready, mut first_get) = (Vec::new(), Vec::new());
        for number in 0..COLD_STARTS {
            let event = self.offer(place, load, &format!("cold/{number}"));
            let function = self.function(place);
            let began = Instant::now();
            invoke(&function, event.first().context("there is no batch")?).await?;
            let asked = self.s3.first_get().context("the shipper asked for no object")?;
            first_get.push((asked - began).as_secs_f64() * 1e3);
            let start = function.last_start().context("the shipper was not started")?;
            ready.push(start.as_secs_f64() * 1e3);
        }
        let unmeasured = "nothing was measured";
        Ok((Spread::of(&ready).context(unmeasured)?, Spread::of(&first_get).context(unmeasured)?))
    }

    /// Peak memory when many huge files come at once. Nearly all of each is blanks: the shipper carries bytes and knows
    /// no better, and the database is not what is measured.
    async fn huge_memory(&self, place: &Place, load: &Load) -> Result<u64> {
        let usual = load.batches.first().and_then(|batch| batch.files.first()).context("there is no file")?;
        let mut body = usual.body.to_vec();
        body.resize(HUGE_BYTES, b' ');
        let body = Bytes::from(body);
        let prefix = place.targets.first().map(crate::place::Target::prefix).unwrap_or_default();
        let keys: Vec<String> = (0..HUGE_FILES).map(|number| format!("{prefix}huge/{number}.json")).collect();
        let event = event::of_objects(keys.iter().map(|key| (key.as_str(), body.len())));
        self.s3.hold(keys.into_iter().map(|key| (key, body.clone())).collect());
        let function = self.function(place);
        invoke(&function, &event).await?;
        let memory = peak_memory_bytes(instance(&function)?)?;
        let admin = self.server.connect(&place.database).await?;
        let sql =
            "SELECT count(*) FROM ingest.file WHERE key LIKE '%/huge/%' AND status = 'loaded' AND size = $1";
        let loaded: i64 = admin.query_one(sql, &[&i64::try_from(HUGE_BYTES)?]).await?.get(0);
        ensure!(usize::try_from(loaded) == Ok(HUGE_FILES), "of {HUGE_FILES} huge files {loaded} were loaded");
        Ok(memory)
    }
}

struct Lap {
    files_a_second: f64,
    shipper_cpu: f64,
    database_cpu: f64,
}

/// Files of all batches but the first, which warms up.
fn measured_files(load: &Load) -> usize {
    load.batches.iter().skip(1).map(|batch| batch.files.len()).sum()
}

async fn prepare(admin: &Client, place: &Place) -> Result<()> {
    place.empty(admin).await?;
    admin.batch_execute("VACUUM ANALYZE").await?;
    Ok(admin.batch_execute("CHECKPOINT").await?)
}

async fn lap(admin: &Client, function: &Function, payloads: &[Bytes], files: usize) -> Result<Lap> {
    let (first, payloads) = payloads.split_first().context("there is nothing to load")?;
    invoke(function, first).await?;
    let (shipper, backend) = (instance(function)?, server::other_session(admin).await?);
    let before = (cpu_ms(shipper)?, cpu_ms(backend)?);
    let began = Instant::now();
    for payload in payloads {
        invoke(function, payload).await?;
    }
    let seconds = began.elapsed().as_secs_f64();
    let files = files as f64;
    Ok(Lap {
        files_a_second: files / seconds,
        shipper_cpu: (cpu_ms(shipper)? - before.0) / files,
        database_cpu: (cpu_ms(backend)? - before.1) / files,
    })
}

async fn invoke(function: &Function, payload: &Bytes) -> Result<()> {
    let answer = function.invoke(payload.clone()).await?.json()?;
    let failures = answer.get("batchItemFailures").and_then(Value::as_array).map_or(0, Vec::len);
    ensure!(failures == 0, "the shipper returned {failures} messages: {answer}");
    Ok(())
}

/// The process of the only instance.
fn instance(function: &Function) -> Result<u32> {
    function.idle_instances().first().copied().context("the shipper does not run")
}

fn keys(place: &Place, batch: &Batch, name: &str) -> Vec<String> {
    let prefix =
        |target: usize| place.targets.get(target).map(crate::place::Target::prefix).unwrap_or_default();
    let files = batch.files.iter().enumerate();
    files.map(|(number, file)| format!("{}{name}/{number:06}.json", prefix(file.target))).collect()
}
