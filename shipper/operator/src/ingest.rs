//! `pg-ingest ingest`: local files on the path that objects take, without AWS. Objects are left to backfill.

mod arguments;
mod files;

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bytes::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) use arguments::Arguments;
pub(crate) use files::Files;
use shipper::budget::{Attempts, Deadline};
use shipper::copy_format::{Absence, StagedRow};
use shipper::database::{Database, DatabaseError, DeferredFile, Manner, Processed, Transaction};
use shipper::reader::{Content, HeldObject};
use shipper::settings::Settings;
use shipper::timestamp::Timestamp;

use crate::answer::out;
use crate::location::shown;
use crate::progress::Progress;
use crate::{Outcome, Session, account, backfill};

/// Files of one transaction, as many as an invocation of the function usually has.
const FILES_A_BATCH: usize = 100;

/// Stages and processes the files, in batches bounded by number and bytes. A batch that fails is halved, down to the file.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> anyhow::Result<Outcome> {
    if let Some(place) = arguments.on_s3()? {
        return backfill::run(session, &backfill::Arguments::of(place)).await;
    }
    let files = Files::find(arguments)?;
    let progress = Progress::begin(files.paths.len());
    if files.left_out > 0 {
        progress.say(&format!(
            "{} hidden entries of directories (., _ and linked directories) are left out",
            files.left_out
        ));
    }
    let mut loader = Loader {
        settings: &session.settings,
        arguments,
        database: session.database().await?,
        request_id: format!("pg-ingest ingest {}", Uuid::new_v4()),
        progress,
        files: files.paths,
        total: Processed::default(),
        problems: 0,
    };
    let loaded = loader.load_all().await;
    loader.progress.end();
    if session.json {
        out(&loader.account().to_string())?;
    } else {
        out(&account::sentence(&loader.total))?;
    }
    loaded?;
    Ok(loader.verdict())
}

struct Loader<'a> {
    settings: &'a Settings,
    arguments: &'a Arguments,
    database: Database,
    /// In `ingest.batch`, by which this run's files are found again.
    request_id: String,
    progress: Progress,
    files: Vec<PathBuf>,
    total: Processed,
    /// Files that are not loaded, each of which was told by its name.
    problems: usize,
}

/// What one transaction took up.
struct Staged {
    rows: u64,
    bytes: u64,
    problems: Vec<String>,
}

impl Loader<'_> {
    /// Everything before a part that is being loaded is settled: parts are taken in the files' order.
    async fn load_all(&mut self) -> anyhow::Result<()> {
        let mut waiting = Vec::from([Range { start: 0, end: self.files.len() }]);
        while let Some(rest) = waiting.pop() {
            let mut part = rest.start..rest.end.min(rest.start + FILES_A_BATCH);
            let outcome = self.load(&mut part).await;
            if part.end < rest.end {
                waiting.push(part.end..rest.end);
            }
            match outcome {
                Ok(()) => {}
                Err(DatabaseError::Unprocessable(_)) if part.len() > 1 => {
                    let middle = part.start + part.len() / 2;
                    waiting.extend([middle..part.end, part.start..middle]);
                }
                Err(error @ DatabaseError::Unprocessable(_)) => {
                    let file = self.files[part.start].display();
                    self.problem(&format!("{file}: nothing of it was loaded: {}", error.in_full()));
                    self.progress.advance(1, 0);
                }
                Err(error) => bail!(
                    "{}\nsettled: {} of {} files; begin again with {}",
                    shown(&error.in_full()),
                    part.start,
                    self.files.len(),
                    shown(&self.files[part.start].to_string_lossy())
                ),
            }
        }
        Ok(())
    }

    /// Loads a part in one transaction, however often it takes. Cuts it where the transaction had enough bytes.
    async fn load(&mut self, part: &mut Range<usize>) -> Result<(), DatabaseError> {
        let mut attempts = Attempts::new(self.settings.database.attempts);
        loop {
            let error = match self.load_once(part).await {
                Err(error) if error.is_worth_another_attempt() => error,
                outcome => return outcome,
            };
            let Some(wait) = attempts.next_wait() else { return Err(error) };
            self.progress.say(&format!("{}; trying again", error.in_full()));
            tokio::time::sleep(wait).await;
        }
    }

    async fn load_once(&mut self, part: &mut Range<usize>) -> Result<(), DatabaseError> {
        let (batch, deadline) = (Uuid::new_v4(), Deadline::none());
        let transaction = self.database.begin(&self.request_id, deadline).await?;
        let staged = self.stage(&transaction, batch, part).await?;
        let processed = match staged.rows {
            0 => Processed::default(),
            _ => transaction.process(batch, Manner::Once, deadline).await?,
        };
        let deferred = match processed.deferred {
            0 => Vec::new(),
            _ => transaction.deferred(batch).await?,
        };
        self.database.keep(transaction.commit().await?);
        self.total.add(&processed);
        staged.problems.iter().for_each(|problem| self.problem(problem));
        for DeferredFile { key, dataset, sqlstate, error, .. } in &deferred {
            self.problem(&format!(
                "{key}: deferred: the target of dataset {dataset} cannot take it now: SQLSTATE {sqlstate}: {error}; \
                 mend the target and load the file again"
            ));
        }
        self.progress.advance(part.len(), staged.bytes);
        Ok(())
    }

    async fn stage(
        &self,
        transaction: &Transaction,
        batch: Uuid,
        part: &mut Range<usize>,
    ) -> Result<Staged, DatabaseError> {
        let limit = self.settings.objects.max_object_bytes;
        let mut staged = Staged { rows: 0, bytes: 0, problems: Vec::new() };
        let mut copy = transaction.copy().await?;
        for place in part.clone() {
            let file = &self.files[place];
            match read(self.arguments, file, limit) {
                Ok(object) => {
                    staged.bytes += copy.row(batch, &object).await?;
                    if let Content::Absent(_) = object.content {
                        staged.problems.push(format!(
                            "{}: too_large: more than {limit} bytes, also after unpacking (MAX_OBJECT_BYTES)",
                            file.display()
                        ));
                    }
                }
                Err(error) => staged.problems.push(format!("{error:#}")),
            }
            if staged.bytes >= self.settings.max_batch_bytes {
                part.end = place + 1;
                break;
            }
        }
        staged.rows = copy.finish().await?;
        Ok(staged)
    }

    fn problem(&mut self, problem: &str) {
        self.problems += 1;
        self.progress.say(problem);
    }

    fn verdict(&self) -> Outcome {
        let Processed { failed, partially_loaded, .. } = self.total;
        if failed == 0 && partially_loaded == 0 && self.problems == 0 {
            return Outcome::Done;
        }
        let run =
            format!("JOIN ingest.batch AS b USING (batch_id) WHERE b.request_id = '{}'", self.request_id);
        for line in [
            "not everything was loaded. These say why, file by file and record by record:",
            &format!(
                "SELECT f.key, f.status, f.error_code, f.error FROM ingest.file AS f {run} AND f.error_code IS NOT NULL;"
            ),
            &format!(
                "SELECT f.key, r.record_no, r.column_name, r.error FROM ingest.rejected_record AS r \
                 JOIN ingest.file AS f USING (file_id) {run};"
            ),
        ] {
            self.progress.say(line);
        }
        Outcome::Found
    }

    /// For machines: what was committed, and how to find it.
    fn account(&self) -> Value {
        json!({"request_id": self.request_id, "problems": self.problems, "committed": account::json(&self.total)})
    }
}

/// A file as it is staged.
///
/// # Errors
/// It cannot be read, or its name can be no key.
pub(crate) fn read(arguments: &Arguments, file: &Path, limit: u64) -> anyhow::Result<HeldObject> {
    let unreadable = || format!("{} cannot be read", file.display());
    let key = arguments.key(file).map_err(anyhow::Error::msg)?;
    let metadata = std::fs::metadata(file).with_context(unreadable)?;
    let mut row = StagedRow {
        bucket: arguments.bucket.clone(),
        key,
        version_id: None,
        etag: None,
        sequencer: None,
        event_time: None,
        last_modified: metadata.modified().ok().and_then(Timestamp::from_system),
        size: Some(metadata.len()),
    };
    if metadata.len() > limit {
        return Ok(HeldObject::absent(row, Absence::TooLarge));
    }
    let body = std::fs::read(file).with_context(unreadable)?;
    row.size = Some(body.len() as u64);
    Ok(HeldObject::new(row, Bytes::from(body), limit))
}
