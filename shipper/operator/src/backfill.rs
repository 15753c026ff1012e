//! `pg-ingest backfill`: loads what lies in a bucket and the ledger does not know.

use std::time::Duration;

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use serde_json::{Value, json};
use shipper::timestamp::Timestamp;

use crate::again::Datasets;
use crate::answer::{NobodyReads, out};
use crate::comparison::{Compared, Ledger, Standing};
use crate::listed::Listed;
use crate::loading::{Loading, Way};
use crate::location::{Location, Selection, duration, shown, time};
use crate::progress::Progress;
use crate::queue::Queue;
use crate::source::Source;
use crate::{Outcome, Session};

/// Objects that are held to be loaded oldest first: some 10 MB, however many keys the bucket has.
const OBJECTS_HELD: usize = 50_000;

/// What was asked for.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    pg-ingest backfill s3://landing-zone/input/ --dry-run\n  \
    pg-ingest backfill s3://landing-zone/input/orders/ --since 2026-11-01 --until 2026-12-01\n  \
    pg-ingest backfill s3://landing-zone/input/ --via-queue dbdata    # the function loads\n  \
    pg-ingest backfill s3://landing-zone/input/orders/ --again        # under today's contract\n\
    What is known and not wholly loaded is left alone and counted; pg-ingest reconcile finds fault with it.\n\
    Exit code: 0 all that was to load is loaded or sent, 1 something is not or would be, 2 it could not run.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Says what would be loaded, and loads nothing
    #[arg(long)]
    dry_run: bool,
    /// Begins again and again with this pause between, such as 60s: for stores that send no events
    #[arg(long, value_name = "PAUSE", value_parser = duration, conflicts_with = "dry_run")]
    follow: Option<Duration>,
    /// Sends a notification of each object to this queue (its name or URL) and lets the function load it
    #[arg(long, value_name = "QUEUE", conflicts_with_all = ["follow", "again"])]
    via_queue: Option<String>,
    /// Loads known files once more, too: their records under today's contract. Datasets that append are left out
    #[arg(long, conflicts_with = "follow")]
    again: bool,
    /// With --again: only files that were loaded before this time (default: the beginning of this run)
    #[arg(long, value_name = "TIME", value_parser = time, requires = "again")]
    loaded_before: Option<Timestamp>,
    /// Loads, too, what the ledger may have known and forgotten by ingest_prune()
    #[arg(long)]
    forgotten: bool,
}

impl Arguments {
    /// All below a location that the ledger does not know, or the one object that it is.
    pub(crate) fn of(location: Location) -> Self {
        Self {
            selection: Selection::of(location),
            dry_run: false,
            follow: None,
            via_queue: None,
            again: false,
            loaded_before: None,
            forgotten: false,
        }
    }
}

/// Lists, compares and loads, once or for ever.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    let aws = session.aws().await;
    let mut way = match &arguments.via_queue {
        Some(queue) => Way::Queue(Queue::find(&aws, queue).await?),
        None => Way::into_database(session, &aws, &arguments.selection.location.bucket, arguments.again)?,
    };
    let mut is_first = true;
    loop {
        let ended = once(session, &aws, arguments, &mut way, is_first).await;
        is_first = false;
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
    way: &mut Way,
    is_first: bool,
) -> Result<Outcome> {
    let location = &arguments.selection.location;
    let mut ledger = Ledger::open(session).await?;
    if arguments.forgotten {
        ledger.forget_nothing();
    }
    let again = match arguments.again {
        true => Some(Again {
            datasets: Datasets::read(session).await?,
            before: arguments.loaded_before.or(ledger.opened).context("the database tells no time")?,
        }),
        false => None,
    };
    let mut pass = Pass {
        arguments,
        json: session.json,
        again,
        reads_what_was_too_large: is_first,
        loading: Loading::begin("backfill", &location.bucket, way),
        found: Found::default(),
    };
    if pass.again.is_some() && arguments.loaded_before.is_none() {
        let began = &ledger.opened_text;
        let line = format!("after a break, go on with --again --loaded-before {began}");
        pass.loading.progress.say(&line);
    }
    let source = Source::begin(session, aws, location, None).await?;
    let ended = pass.go_through(source, &mut ledger).await;
    pass.loading.progress.end();
    pass.tell(&ledger)?;
    ended.map(|()| pass.outcome())
}

/// Files to load once more.
struct Again {
    datasets: Datasets,
    before: Timestamp,
}

/// What a listing came to.
#[derive(Debug, Default)]
struct Found {
    listed: u64,
    left_out: u64,
    known: u64,
    not_loaded: u64,
    forgotten: u64,
    appended: u64,
    to_load: u64,
    bytes: u64,
    refused: u64,
}

/// Once through the bucket.
struct Pass<'a> {
    arguments: &'a Arguments,
    /// Whether a machine reads the answer.
    json: bool,
    again: Option<Again>,
    /// Not in each pass: whether a gzipped one is still too large is known only when it was inflated.
    reads_what_was_too_large: bool,
    loading: Loading<'a>,
    found: Found,
}

impl Pass<'_> {
    async fn go_through(&mut self, mut source: Source, ledger: &mut Ledger<'_>) -> Result<()> {
        let mut waiting = Vec::new();
        while let Some(page) = source.page().await? {
            self.found.listed += page.len() as u64;
            self.loading.progress.compare(page.len());
            let (meant, others): (Vec<_>, Vec<_>) =
                page.into_iter().partition(|object| self.arguments.selection.takes(object));
            self.found.left_out += others.len() as u64;
            // Before the ledger is asked: a NUL, which S3 takes, is nothing that PostgreSQL can be asked about.
            let (usable, refused): (Vec<_>, Vec<_>) =
                meant.into_iter().partition(|object| object.key_problem().is_none());
            for object in &refused {
                self.refuse(object, &object.key_problem().unwrap_or_default());
            }
            let compared = ledger.compare(&self.arguments.selection.location.bucket, &usable).await?;
            for (object, compared) in usable.into_iter().zip(compared) {
                self.sort(object, &compared, &mut waiting);
            }
            if waiting.len() >= OBJECTS_HELD {
                self.load(std::mem::take(&mut waiting)).await?;
            }
        }
        self.load(waiting).await
    }

    fn sort(&mut self, object: Listed, compared: &Compared, waiting: &mut Vec<Listed>) {
        match &compared.standing {
            Standing::Missing | Standing::Changed => self.take(object, waiting),
            Standing::Unread if self.reads_what_was_too_large => self.take(object, waiting),
            Standing::Forgotten => self.found.forgotten += 1,
            Standing::Loaded | Standing::NotLoaded(_) | Standing::Unread => match &self.again {
                Some(again) if compared.received < Some(again.before) => {
                    if again.datasets.upserts(&self.arguments.selection.location.bucket, &object.key) {
                        self.take(object, waiting);
                    } else {
                        self.found.appended += 1;
                    }
                }
                _ if compared.standing == Standing::Loaded => self.found.known += 1,
                _ => self.found.not_loaded += 1,
            },
        }
    }

    fn take(&mut self, object: Listed, waiting: &mut Vec<Listed>) {
        match &object.archived {
            Some(class) => {
                self.refuse(&object, &format!("it is archived (storage class {class}); restore it first"));
            }
            None => {
                self.found.to_load += 1;
                self.found.bytes += object.size;
                waiting.push(object);
            }
        }
    }

    fn refuse(&mut self, object: &Listed, problem: &str) {
        self.found.refused += 1;
        self.loading.progress.say(&format!("{}: {problem}; it is left out", object.key));
    }

    async fn load(&mut self, mut objects: Vec<Listed>) -> Result<()> {
        if !self.arguments.dry_run {
            return self.loading.load(objects).await;
        }
        objects.sort_by(|one, other| (one.modified, &one.key).cmp(&(other.modified, &other.key)));
        let bucket = &self.arguments.selection.location.bucket;
        objects.iter().try_for_each(|object| out(&would_load(self.json, bucket, object)))
    }

    fn tell(&self, ledger: &Ledger<'_>) -> Result<()> {
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
        if self.is_nothing_there() {
            let Location { bucket, prefix } = &self.arguments.selection.location;
            out(&format!("nothing that is meant lies at s3://{bucket}/{}; look at its name", shown(prefix)))?;
        }
        if found.not_loaded > 0 {
            out(
                "known and not wholly loaded: their records are in quarantine, or they were too large to fetch; \
                 SELECT * FROM ingest_health() says where, pg-ingest redrive quarantine runs records again",
            )?;
        }
        if found.forgotten > 0 {
            out(&format!(
                "{} objects are older than what the ledger remembers (ingest_prune() forgot what was before {}): whether \
                 they were loaded cannot be known; --forgotten loads them",
                found.forgotten, ledger.forgotten_text
            ))?;
        }
        if found.appended > 0 {
            out(&format!(
                "{} files are of datasets that append, or of none, and are not loaded again",
                found.appended
            ))?;
        }
        if self.arguments.dry_run { Ok(()) } else { self.loading.tell() }
    }

    fn account(&self) -> Value {
        let found = &self.found;
        let mut account = self.loading.account();
        account["listed"] = json!(found.listed);
        account["left_out"] = json!(found.left_out);
        account["known"] = json!(found.known);
        account["not_loaded"] = json!(found.not_loaded);
        account["forgotten"] = json!(found.forgotten);
        account["appended"] = json!(found.appended);
        account["to_load"] = json!(found.to_load);
        account["bytes"] = json!(found.bytes);
        account["refused"] = json!(found.refused);
        account
    }

    /// Of what was named as one names a file.
    fn is_nothing_there(&self) -> bool {
        self.arguments.selection.is_named() && self.found.listed == self.found.left_out
    }

    fn outcome(&self) -> Outcome {
        let would_load = self.arguments.dry_run && self.found.to_load > 0;
        let is_found = self.found.refused > 0 || self.is_nothing_there();
        Outcome::found(self.loading.has_problems() || is_found || would_load)
    }
}

#[allow(clippy::cast_precision_loss, reason = "for a person to read")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// A line of `--dry-run`.
fn would_load(json: bool, bucket: &str, object: &Listed) -> String {
    if json {
        return object.json(bucket, "to_load").to_string();
    }
    let Listed { key, size, modified_text, .. } = object;
    format!("s3://{bucket}/{}  {size} bytes, {modified_text}", shown(key))
}
