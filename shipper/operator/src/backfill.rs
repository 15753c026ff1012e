//! `pg-ingest backfill`: loads what lies in a bucket and the ledger does not know.

use std::time::Duration;

use anyhow::{Result, bail};
use aws_config::SdkConfig;
use serde_json::{Value, json};
use shipper::batch::{QueueMessage, Shipper};
use shipper::budget::Deadline;
use shipper::database::{DatabaseError, Processed};
use uuid::Uuid;

use crate::answer::{NobodyReads, out};
use crate::comparison::{Ledger, Standing};
use crate::listing::{Listed, Listing};
use crate::location::{Selection, duration, shown};
use crate::progress::Progress;
use crate::{Outcome, Session, account};

/// Objects of one transaction, as many as an invocation of the function has at most.
const OBJECTS_A_BATCH: usize = 100;
/// Objects that are held to be loaded oldest first: some 10 MB, however many keys the bucket has.
const OBJECTS_HELD: usize = 50_000;

/// What was asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Says what would be loaded, and loads nothing
    #[arg(long)]
    dry_run: bool,
    /// Begins again and again with this pause between, such as 60s: for stores that send no events
    #[arg(long, value_name = "PAUSE", value_parser = duration, conflicts_with = "dry_run")]
    follow: Option<Duration>,
}

/// Lists, compares and loads, once or for ever.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    let bucket = &arguments.selection.location.bucket;
    let allowed = &session.settings.objects.allowed_buckets;
    if !allowed.is_empty() && !allowed.contains(bucket) {
        bail!("bucket {bucket} is not in ALLOWED_BUCKETS ({}); add it to load from it", allowed.join(", "));
    }
    let aws = session.aws().await;
    let mut shipper = Shipper::new(&session.settings, &aws)?;
    loop {
        let ended = once(session, &aws, arguments, &mut shipper).await;
        let Some(pause) = arguments.follow else { return ended };
        match ended {
            Err(error) if error.is::<NobodyReads>() => return Err(error),
            // Whatever it was, the next pass lists and compares anew.
            Err(error) => Progress::begin(0).say(&format!("{error:#}; trying again in {pause:?}")),
            Ok(_) => {}
        }
        tokio::time::sleep(pause).await;
    }
}

/// One pass, told at its end.
async fn once(
    session: &Session,
    aws: &SdkConfig,
    arguments: &Arguments,
    shipper: &mut Shipper,
) -> Result<Outcome> {
    let mut ledger = Ledger::open(session).await?;
    let mut pass = Pass {
        arguments,
        json: session.json,
        request_id: format!("pg-ingest backfill {}", Uuid::new_v4()),
        progress: Progress::begin(0),
        found: Found::default(),
        total: Processed::default(),
        returned: 0,
        archived: 0,
    };
    let listing = Listing::begin(aws, &session.settings.objects, &arguments.selection.location);
    let ended = pass.go_through(listing, &mut ledger, shipper).await;
    pass.progress.end();
    pass.tell()?;
    ended.map(|()| pass.outcome())
}

/// What a listing came to.
#[derive(Debug, Default)]
struct Found {
    listed: u64,
    left_out: u64,
    known: u64,
    not_loaded: u64,
    to_load: u64,
    bytes: u64,
    refused: u64,
}

/// Once through the bucket.
struct Pass<'a> {
    arguments: &'a Arguments,
    /// Whether a machine reads the answer.
    json: bool,
    /// In `ingest.batch`, by which this run's files are found again.
    request_id: String,
    progress: Progress,
    found: Found,
    total: Processed,
    /// Objects that could not be read, or whose dataset cannot take them now.
    returned: usize,
    /// Objects that S3 would not give out of an archive, which no listing had told: kept in `ingest.rejected_message`.
    archived: u64,
}

impl Pass<'_> {
    async fn go_through(
        &mut self,
        mut listing: Listing,
        ledger: &mut Ledger<'_>,
        shipper: &mut Shipper,
    ) -> Result<()> {
        let mut waiting = Vec::new();
        while let Some(page) = listing.page().await? {
            self.found.listed += page.len() as u64;
            let (meant, others): (Vec<_>, Vec<_>) =
                page.into_iter().partition(|object| self.arguments.selection.takes(object));
            self.found.left_out += others.len() as u64;
            // Before the ledger is asked: a NUL, which S3 takes, is nothing that PostgreSQL can be asked about.
            let (usable, refused): (Vec<_>, Vec<_>) =
                meant.into_iter().partition(|object| object.key_problem().is_none());
            for object in &refused {
                self.refuse(object, &object.key_problem().unwrap_or_default());
            }
            let standings = ledger.compare(&self.arguments.selection.location.bucket, &usable).await?;
            for (object, standing) in usable.into_iter().zip(standings) {
                self.sort(object, &standing, &mut waiting);
            }
            if waiting.len() >= OBJECTS_HELD {
                self.load(std::mem::take(&mut waiting), shipper).await?;
            }
        }
        self.load(waiting, shipper).await
    }

    fn sort(&mut self, object: Listed, standing: &Standing, waiting: &mut Vec<Listed>) {
        match standing {
            Standing::Loaded => self.found.known += 1,
            Standing::NotLoaded(_) => self.found.not_loaded += 1,
            Standing::Missing | Standing::Changed => match &object.archived {
                Some(class) => {
                    self.refuse(
                        &object,
                        &format!("it is archived (storage class {class}); restore it first"),
                    );
                }
                None => {
                    self.found.to_load += 1;
                    self.found.bytes += object.size;
                    waiting.push(object);
                }
            },
        }
    }

    fn refuse(&mut self, object: &Listed, problem: &str) {
        self.found.refused += 1;
        self.progress.say(&format!("{}: {problem}; it is left out", object.key));
    }

    /// Oldest first, a batch at a time.
    async fn load(&mut self, mut objects: Vec<Listed>, shipper: &mut Shipper) -> Result<()> {
        objects.sort_by(|one, other| (one.modified, &one.key).cmp(&(other.modified, &other.key)));
        let bucket = &self.arguments.selection.location.bucket;
        if self.arguments.dry_run {
            return objects.iter().try_for_each(|object| out(&would_load(self.json, bucket, object)));
        }
        self.progress.expect(objects.len());
        for batch in objects.chunks(OBJECTS_A_BATCH) {
            let messages = batch.iter().map(|object| message(bucket, object)).collect();
            let (outcomes, report) = shipper.handle(messages, &self.request_id, Deadline::none()).await;
            self.total.add(&report.processed);
            self.archived += report.messages_rejected;
            self.progress.advance(batch.len(), report.bytes);
            for place in outcomes.to_return() {
                self.returned += 1;
                let key = batch.get(place).map_or("", |object| object.key.as_str());
                self.progress
                    .say(&format!("{key}: not loaded, as said above; a later backfill tries it again"));
            }
            // An object that takes too long or that nothing can process is its own: the next ones are loaded.
            if let Some(error) = report.failure.filter(|_| report.processed.files == 0)
                && !matches!(error, DatabaseError::Unprocessable(_) | DatabaseError::Conflict(_))
            {
                bail!(
                    "a batch could not be committed: {}; what is committed stays, so run the command again",
                    error.in_full()
                );
            }
        }
        Ok(())
    }

    fn tell(&self) -> Result<()> {
        let found = &self.found;
        if self.json {
            return out(&self.account().to_string());
        }
        out(&format!(
            "{} objects listed: {} left out by suffix or time, {} loaded already, {} known and not wholly loaded, {} refused, \
             {} to load ({:.1} MB)",
            found.listed,
            found.left_out,
            found.known,
            found.not_loaded,
            found.refused,
            found.to_load,
            megabytes(found.bytes)
        ))?;
        if found.not_loaded > 0 {
            out(
                "known and not wholly loaded: their records are in quarantine, or they were too large to fetch; \
                 SELECT * FROM ingest_health() says where, ingest_replay() runs records again",
            )?;
        }
        if self.archived > 0 {
            out(&format!(
                "{} archived objects could not be read; ingest.rejected_message names them: restore them and run the command again",
                self.archived
            ))?;
        }
        if self.arguments.dry_run { Ok(()) } else { out(&account::sentence(&self.total)) }
    }

    fn account(&self) -> Value {
        let found = &self.found;
        json!({
            "request_id": self.request_id, "listed": found.listed, "left_out": found.left_out, "known": found.known,
            "not_loaded": found.not_loaded, "to_load": found.to_load, "bytes": found.bytes, "refused": found.refused,
            "returned": self.returned, "archived": self.archived, "committed": account::json(&self.total),
        })
    }

    fn outcome(&self) -> Outcome {
        let Processed { failed, partially_loaded, .. } = self.total;
        let would_load = self.arguments.dry_run && self.found.to_load > 0;
        Outcome::found(
            failed + partially_loaded > 0
                || self.returned > 0
                || self.archived > 0
                || self.found.refused > 0
                || would_load,
        )
    }
}

#[allow(clippy::cast_precision_loss, reason = "for a person to read")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The notification that S3 would send of the object, but for sequencer and time: a listing knows neither, and
/// without them files of one key are ordered by their Last-Modified.
fn message(bucket: &str, object: &Listed) -> QueueMessage {
    let body = json!({"Records": [{
        "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket},
            "object": {"key": form_encoded(&object.key), "size": object.size, "eTag": object.etag}},
    }]});
    // The same for the same content, so that a message that is kept in quarantine is kept once.
    let etag = object.etag.as_deref().unwrap_or_default();
    QueueMessage { id: Some(format!("backfill {bucket}/{} {etag}", object.key)), body: body.to_string() }
}

/// A line of `--dry-run`.
fn would_load(json: bool, bucket: &str, object: &Listed) -> String {
    if json {
        return object.json(bucket, "to_load").to_string();
    }
    let Listed { key, size, modified_text, .. } = object;
    format!("s3://{bucket}/{}  {size} bytes, {modified_text}", shown(key))
}

/// As S3's own notifications write keys.
fn form_encoded(key: &str) -> String {
    key.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use shipper::notification::{AllowedBuckets, decode};

    use super::*;

    #[test]
    fn the_function_reads_the_message_as_the_object_that_was_listed() {
        let key = "in/a b+c%20é\u{1b}&\".json".to_owned();
        let object = Listed {
            key: key.clone(),
            etag: Some("e".into()),
            size: 7,
            modified: None,
            modified_text: String::new(),
            archived: None,
        };
        let decoded = decode(&message("landing-zone", &object).body, &AllowedBuckets::default());
        assert!(decoded.rejection.is_none());
        let [read] = &decoded.objects[..] else { panic!("one object") };
        assert_eq!((&read.key, read.size, read.etag.as_deref()), (&key, Some(7), Some("e")));
        assert_eq!(
            (read.sequencer.as_deref(), read.event_time, read.version_id.as_deref()),
            (None, None, None)
        );
    }
}
