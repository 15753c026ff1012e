//! `pg-ingest backfill` in turns with the path of the same files, and a million keys compared with the ledger.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use tokio::process::Command;
use tokio_postgres::Client;

use super::s3::{BUCKET, S3};
use super::{Stand, lap, measured_files, prepare};
use crate::arguments::Options;
use crate::checksum::{self, Checksum};
use crate::contender::Contender;
use crate::place::Place;
use crate::process::peak_memory_bytes;
use crate::server::Server;
use crate::statistics::{Spread, paired_ratios};
use crate::workload::{Load, orders};

/// The program starts and connects within what is measured, so there have to be many times as many files.
const FILES: usize = 5;
const KEYS: &str = "keys";
/// Between two looks at a process's memory, which only ever grows.
const PAUSE: Duration = Duration::from_millis(10);

/// What was found out.
#[derive(Debug)]
pub(crate) struct Backfill {
    pub(crate) flows: Vec<Flow>,
    pub(crate) comparisons: Vec<Comparison>,
}

/// Usual files, loaded by the program and by the shipper.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) engine: Contender,
    pub(crate) files: usize,
    /// Files a second of the program, from its start to its end.
    pub(crate) backfill: Spread,
    /// Files a second of the shipper.
    pub(crate) path: Spread,
    /// The shipper's over the program's of the same repetition.
    pub(crate) ratio: Spread,
    /// Most resident bytes of the program.
    pub(crate) memory: u64,
}

/// All keys of a bucket against the ledger.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// By what they are named.
    pub(crate) source: &'static str,
    pub(crate) keys: usize,
    pub(crate) seconds: f64,
    /// Most resident bytes of the program.
    pub(crate) memory: u64,
}

/// Measures.
pub(crate) async fn measure(server: &Server, options: &Options) -> Result<Backfill> {
    let given = |path: &Option<std::path::PathBuf>, flag: &str| -> Result<std::path::PathBuf> {
        let path = path.as_ref().with_context(|| format!("a backfill needs a binary: {flag} FILE"))?;
        Ok(std::path::absolute(path)?)
    };
    let program = given(&options.operator, "--operator")?;
    let stand = Stand { server, s3: S3::start().await?, binary: given(&options.shipper, "--shipper")? };
    let load = orders::all_new(options.files * FILES)?;
    let expected = checksum::expected(server, &load).await?;
    let mut flows = Vec::new();
    for engine in options.contenders.iter().copied().filter(|contender| contender.engine().is_some()) {
        let flow = stand.backfill(engine, &load, &expected, options.repeat, &program).await?;
        eprintln!("  backfill {}: {:.0} files/s", engine.name(), flow.backfill.median);
        flows.push(flow);
    }
    Ok(Backfill { flows, comparisons: stand.compare(options.keys, &program).await? })
}

impl Stand<'_> {
    async fn backfill(
        &self,
        engine: Contender,
        load: &Load,
        expected: &[Vec<Checksum>],
        repeat: usize,
        program: &Path,
    ) -> Result<Flow> {
        let place = Place::new(engine.name(), "backfill", load);
        engine.make_tables(self.server, &place).await?;
        let admin = self.server.connect(&place.database).await?;
        let function = self.function(&place);
        let files: usize = load.batches.iter().map(|batch| batch.files.len()).sum();
        let (mut backfills, mut paths, mut memory) = (Vec::new(), Vec::new(), 0);
        for repetition in 0..repeat {
            prepare(&admin, &place).await?;
            let payloads = self.offer(&place, load, &format!("path/{repetition}"));
            paths.push(lap(&admin, &function, &payloads, measured_files(load)).await?.files_a_second);
            checksum::verify(&admin, &place, expected.iter()).await?;

            prepare(&admin, &place).await?;
            self.offer(&place, load, &format!("backfill/{repetition}"));
            let input = format!("s3://{BUCKET}/input/");
            let run = self.run(program, &place.database, &["backfill", &input]).await?;
            let loaded = format!("committed: {files} files: {files} loaded");
            ensure!(run.output.contains(&loaded), "{loaded} was expected of the backfill: {}", run.output);
            backfills.push(files as f64 / run.seconds);
            memory = memory.max(run.memory);
            checksum::verify(&admin, &place, expected.iter()).await?;
        }
        let unmeasured = "nothing was measured";
        Ok(Flow {
            engine,
            files,
            ratio: Spread::of(&paired_ratios(&paths, &backfills)).context(unmeasured)?,
            backfill: Spread::of(&backfills).context(unmeasured)?,
            path: Spread::of(&paths).context(unmeasured)?,
            memory,
        })
    }

    /// All keys but one are known, in a listing and in an inventory.
    async fn compare(&self, keys: usize, program: &Path) -> Result<Vec<Comparison>> {
        self.server.create_migrated_database(KEYS).await?;
        let admin = self.server.connect(KEYS).await?;
        fill_ledger(&admin, keys).await?;
        self.s3.list_made_up(keys);
        let manifest = write_inventory(&admin, self.server.folder(), keys).await?;
        let input = format!("s3://{BUCKET}/input/");
        let mut comparisons = Vec::new();
        for (source, more) in [("a listing", None), ("an inventory", Some(manifest.as_str()))] {
            let mut arguments = vec!["reconcile", &input];
            arguments.extend(more.iter().flat_map(|manifest| ["--inventory", manifest]));
            let run = self.run(program, KEYS, &arguments).await?;
            let found = format!("{} loaded, 1 missing", keys - 1);
            ensure!(run.output.contains(&found), "{found} was expected of the comparison: {}", run.output);
            eprintln!("  {keys} keys of {source}: {:.1} s", run.seconds);
            comparisons.push(Comparison { source, keys, seconds: run.seconds, memory: run.memory });
        }
        Ok(comparisons)
    }

    /// Runs the operator's program to its end.
    async fn run(&self, program: &Path, database: &str, arguments: &[&str]) -> Result<Run> {
        let began = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("DATABASE_URL", self.server.shipper_url(database))
            .env("DATABASE_SSLMODE", "verify-full")
            .env("DATABASE_CA_BUNDLE", self.server.authority())
            .env("AWS_ENDPOINT_URL_S3", &self.s3.url)
            .envs([
                ("AWS_REGION", "eu-central-1"),
                ("AWS_ACCESS_KEY_ID", "k"),
                ("AWS_SECRET_ACCESS_KEY", "s"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be run", program.display()))?;
        let process = child.id().context("the program has ended before it began")?;
        let mut memory = 0;
        while child.try_wait()?.is_none() {
            memory = peak_memory_bytes(process).unwrap_or(memory);
            tokio::time::sleep(PAUSE).await;
        }
        let seconds = began.elapsed().as_secs_f64();
        let output = child.wait_with_output().await?;
        Ok(Run { output: String::from_utf8_lossy(&output.stdout).into_owned(), seconds, memory })
    }
}

struct Run {
    output: String,
    seconds: f64,
    memory: u64,
}

/// The keys of [`S3::list_made_up`] but the first.
async fn fill_ledger(admin: &Client, keys: usize) -> Result<()> {
    let sql = format!(
        "INSERT INTO ingest.object (bucket, key, newest_file_id, newest_etag, newest_last_modified)
           SELECT '{BUCKET}', format('input/%s.json', lpad(n::text, 8, '0')), n, lpad(to_hex(n), 32, '0'), '2026-11-23T09:00:00Z'
           FROM generate_series(1, {keys} - 1) AS n;
         INSERT INTO ingest.file (file_id, object_id, batch_id, dataset, bucket, key, etag, received_at, status)
           SELECT o.newest_file_id, o.object_id, '00000000-0000-0000-0000-000000000001', 'things', o.bucket, o.key, o.newest_etag,
             '2026-11-23T09:01:00Z', 'loaded' FROM ingest.object AS o"
    );
    admin.batch_execute(&sql).await.context("the ledger cannot be filled")?;
    // On its own: no VACUUM runs among other statements.
    Ok(admin.batch_execute("VACUUM ANALYZE").await?)
}

/// The same keys as S3 Inventory tells them; returns the manifest's path.
async fn write_inventory(admin: &Client, folder: &Path, keys: usize) -> Result<String> {
    let mut rows = GzEncoder::new(Vec::new(), Compression::fast());
    for number in 0..keys {
        writeln!(
            rows,
            "\"{BUCKET}\",\"input/{number:08}.json\",\"100\",\"2026-11-23T09:00:00.000Z\",\"{number:032x}\""
        )?;
    }
    let rows = rows.finish()?;
    let md5: String = admin.query_one("SELECT md5($1::bytea)", &[&rows]).await?.get(0);
    let manifest = json!({
        "sourceBucket": BUCKET, "destinationBucket": "arn:aws:s3:::lists", "version": "2016-11-30",
        "creationTimestamp": "1795500000000", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size, LastModifiedDate, ETag",
        "files": [{"key": "lists/keys.csv.gz", "size": rows.len(), "MD5checksum": md5}],
    });
    let path = folder.join("manifest.json");
    std::fs::write(folder.join("keys.csv.gz"), rows)?;
    std::fs::write(&path, manifest.to_string())?;
    Ok(path.display().to_string())
}
