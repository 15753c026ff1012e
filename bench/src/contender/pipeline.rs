//! The pipeline, as the shipper drives it: the shipper's own transaction on one kept connection.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use shipper::budget::Deadline;
use shipper::copy_format::StagedRow;
use shipper::database::{Database, Manner, Transaction};
use shipper::reader::HeldObject;
use shipper::settings::Settings;
use shipper::timestamp::Timestamp;
use uuid::Uuid;

use super::{Expected, Phases};
use crate::place::{Place, Target};
use crate::server::Server;
use crate::workload::{Batch, File};

/// The kept connection, and the prefixes that the targets are registered under.
pub(crate) struct Pipeline {
    database: Database,
    settings: Settings,
    prefixes: Vec<String>,
}

impl Pipeline {
    pub(super) fn open(server: &Server, place: &Place) -> Result<Self> {
        let prefixes = place.targets.iter().map(Target::prefix).collect();
        let url = server.shipper_url(&place.database);
        let settings = Settings::from_lookup(|name| match name {
            "DATABASE_URL" => Some(url.clone()),
            "DATABASE_SSLMODE" => Some("disable".to_owned()),
            _ => None,
        })?;
        let database = Database::new(&settings.database, None)?;
        Ok(Self { database, settings, prefixes })
    }

    pub(super) async fn load(&mut self, batch: &Batch, names: &str, expected: Expected) -> Result<Phases> {
        let id = Uuid::new_v4();
        let deadline = Deadline::none();
        let mut clock = Clock(Instant::now());
        let transaction = self.database.begin(&format!("bench {names}"), deadline).await.map_err(told)?;
        let begin = clock.lap();
        self.stage(&transaction, id, &batch.files, names).await?;
        let stage = clock.lap();
        let processed = transaction.process(id, Manner::Once, deadline).await.map_err(told)?;
        let process = clock.lap();
        self.database.keep(transaction.commit().await.map_err(told)?);
        let commit = clock.lap();
        let skipped = if expected == Expected::Skipped { batch.files.len() } else { 0 };
        let rejects = if expected == Expected::Skipped { 0 } else { batch.rejects };
        ensure!(
            usize::try_from(processed.files) == Ok(batch.files.len())
                && usize::try_from(processed.skipped) == Ok(skipped)
                && u64::try_from(processed.rows_rejected) == Ok(rejects),
            "of {} files {skipped} should have been skipped and {rejects} records refused, but: {processed:?}",
            batch.files.len()
        );
        Ok(Phases { begin, stage, process, commit })
    }

    /// As `pg-ingest infer` does: what was staged is taken back.
    pub(super) async fn infer(&mut self, batch: &Batch) -> Result<String> {
        let id = Uuid::new_v4();
        let transaction = self.database.begin("bench infer", Deadline::none()).await.map_err(told)?;
        self.stage(&transaction, id, &batch.files, "infer").await?;
        let sql = transaction.infer(id, None, None).await.map_err(told)?;
        self.database.keep(transaction.roll_back().await.map_err(told)?);
        Ok(sql)
    }

    /// As the shipper does: one COPY for all files that it holds in memory, one for each that it streams.
    async fn stage(&self, transaction: &Transaction, batch: Uuid, files: &[File], names: &str) -> Result<()> {
        let limit = u64::from(self.settings.objects.stream_above_bytes);
        let (held, streamed): (Vec<_>, Vec<_>) =
            files.iter().enumerate().partition(|(_, file)| file.body.len() as u64 <= limit);
        let groups = std::iter::once(held).chain(streamed.into_iter().map(|file| vec![file]));
        for group in groups.filter(|group| !group.is_empty()) {
            let mut copy = transaction.copy().await.map_err(told)?;
            for (number, file) in group {
                copy.row(batch, &self.object(file, number, names)).await.map_err(told)?;
            }
            copy.finish().await.map_err(told)?;
        }
        Ok(())
    }

    fn object(&self, file: &File, number: usize, names: &str) -> HeldObject {
        let prefix = self.prefixes.get(file.target).map_or("", String::as_str);
        let row = StagedRow {
            bucket: "bench".to_owned(),
            key: format!("{prefix}{names}/{number:06}.json"),
            version_id: None,
            etag: Some(format!("{number:032x}")),
            sequencer: Some(format!("{number:018X}")),
            event_time: Timestamp::parse("2026-11-01T00:00:00Z"),
            last_modified: Timestamp::parse("2026-11-01T00:00:00Z"),
            size: Some(file.body.len() as u64),
        };
        HeldObject::new(row, file.body.clone(), self.settings.objects.max_object_bytes)
    }
}

fn told(error: shipper::database::DatabaseError) -> anyhow::Error {
    anyhow!("{error}")
}

/// Times one phase after another, in milliseconds.
struct Clock(Instant);

impl Clock {
    fn lap(&mut self) -> f64 {
        let lap: Duration = self.0.elapsed();
        self.0 = Instant::now();
        lap.as_secs_f64() * 1e3
    }
}
