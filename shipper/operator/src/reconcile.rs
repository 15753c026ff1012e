//! `pg-ingest reconcile`: what lies in a bucket against what the ledger knows.

mod counts;

use anyhow::{Result, bail};
use serde_json::json;

use self::counts::Counts;
use crate::answer::out;
use crate::comparison::{Compared, Entry, Ledger, Standing};
use crate::gone::{Seen, tell_gone};
use crate::listed::Listed;
use crate::loading::{Loading, Way};
use crate::location::{Selection, shown};
use crate::progress::Progress;
use crate::source::Source;
use crate::{Outcome, Session};

/// Objects that are held to be loaded oldest first.
const OBJECTS_HELD: usize = 50_000;

/// What was asked for.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    pg-ingest reconcile s3://landing-zone/input/\n  \
    pg-ingest reconcile s3://landing-zone/input/ --gone --load\n  \
    pg-ingest reconcile s3://landing-zone/input/ --inventory s3://lists/landing-zone/daily/2026-11-29T01-00Z/manifest.json\n\
    Each object that is not wholly loaded is a line: missing, changed, unread (it was too large to be fetched), refused, or \
    the status that the ledger has of it. Exit code: 0 everything is loaded, 1 something is not, 2 it could not run.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Compares an S3 Inventory of the bucket (CSV or Parquet) instead of listing it: its manifest.json, on S3 or on a disk
    #[arg(long, value_name = "MANIFEST")]
    inventory: Option<String>,
    /// Looks, too, for keys that the ledger knows and the bucket no longer holds
    #[arg(long)]
    gone: bool,
    /// Loads what is missing, has changed or was too large to be fetched; with --gone it deletes the rows of what is gone, too, in datasets
    /// with on_removed => 'delete_rows'
    #[arg(long)]
    load: bool,
}

/// Compares object by object and names each that is not wholly loaded. One such is a finding, and so is an empty listing.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    // An inventory may lack objects that are there, and does not say for which prefix it was made.
    if arguments.gone && arguments.load && arguments.inventory.is_some() {
        bail!(
            "--gone with --load deletes rows, and an inventory may lack objects that are there; leave out --inventory, so that the \
             bucket is listed, or leave out --load"
        );
    }
    let location = &arguments.selection.location;
    let aws = session.aws().await;
    let mut way = match arguments.load {
        true => Some(Way::into_database(session, &aws, &location.bucket, false)?),
        false => None,
    };
    let mut loading = way.as_mut().map(|way| Loading::begin("reconcile", &location.bucket, way));
    let mut ledger = Ledger::open(session).await?;
    let mut source = Source::begin(session, &aws, location, arguments.inventory.as_deref()).await?;
    let mut run = Run {
        arguments,
        json: session.json,
        progress: Progress::begin(0),
        counts: Counts::default(),
        seen: arguments.gone.then(Seen::new),
    };
    let mut compared = run.compare(&mut source, &mut ledger, loading.as_mut()).await;
    if compared.is_ok()
        && let Some(seen) = run.seen.take()
    {
        // Where nothing lies, the place is doubted and not the rows.
        let is_doubted = run.counts.listed == 0;
        let removing = loading.as_mut().filter(|_| !is_doubted);
        compared = run.find_gone(seen, &mut source, &mut ledger, removing).await;
    }
    run.progress.end();
    run.tell(&ledger, loading.as_ref())?;
    compared?;
    let has_problems = loading.as_ref().is_some_and(Loading::has_problems);
    Ok(Outcome::found(run.counts.is_a_finding(arguments.load) || has_problems))
}

struct Run<'a> {
    arguments: &'a Arguments,
    json: bool,
    progress: Progress,
    counts: Counts,
    seen: Option<Seen>,
}

impl Run<'_> {
    async fn compare(
        &mut self,
        source: &mut Source,
        ledger: &mut Ledger<'_>,
        mut loading: Option<&mut Loading<'_>>,
    ) -> Result<()> {
        let selection = &self.arguments.selection;
        let mut waiting = Vec::new();
        while let Some(page) = source.page().await? {
            self.counts.listed += page.len() as u64;
            self.progress.compare(page.len());
            if let Some(seen) = &mut self.seen {
                seen.add(&page);
            }
            let (meant, others): (Vec<_>, Vec<_>) =
                page.into_iter().partition(|object| selection.takes(object));
            self.counts.left_out += others.len() as u64;
            let (usable, refused): (Vec<_>, Vec<_>) =
                meant.into_iter().partition(|object| object.key_problem().is_none());
            self.counts.refused += refused.len() as u64;
            for object in &refused {
                self.line("refused", object)?;
            }
            let compared = ledger.compare(&selection.location.bucket, &usable).await?;
            for (object, Compared { standing, .. }) in usable.into_iter().zip(compared) {
                if let Some(word) = self.counts.count(&standing) {
                    self.line(word, &object)?;
                }
                let is_loadable =
                    matches!(standing, Standing::Missing | Standing::Changed | Standing::Unread);
                if is_loadable && loading.is_some() && !self.is_archived(&object)? {
                    waiting.push(object);
                }
            }
            if let Some(loading) = loading.as_mut().filter(|_| waiting.len() >= OBJECTS_HELD) {
                loading.load(std::mem::take(&mut waiting)).await?;
            }
        }
        match loading {
            Some(loading) => loading.load(waiting).await,
            None => Ok(()),
        }
    }

    fn is_archived(&mut self, object: &Listed) -> Result<bool> {
        let Some(class) = &object.archived else { return Ok(false) };
        self.counts.archived += 1;
        self.progress
            .say(&format!("{}: it is archived (storage class {class}); restore it first", object.key));
        Ok(true)
    }

    async fn find_gone(
        &mut self,
        seen: Seen,
        source: &mut Source,
        ledger: &mut Ledger<'_>,
        mut loading: Option<&mut Loading<'_>>,
    ) -> Result<()> {
        let (json, bucket) = (self.json, &self.arguments.selection.location.bucket);
        let removed = &mut self.counts.removed;
        let tell = async |page: &[&Entry]| {
            for entry in page {
                let Entry { key, status, .. } = entry;
                out(&match json {
                    true => json!({"standing": "gone", "bucket": bucket, "key": key, "status": status})
                        .to_string(),
                    false => format!("gone  s3://{bucket}/{}  {status}", shown(key)),
                })?;
            }
            if let Some(loading) = loading.as_deref_mut() {
                *removed += loading.remove(page).await?;
            }
            Ok(())
        };
        let gone =
            tell_gone(seen, source, ledger, &self.arguments.selection, &mut self.progress, tell).await?;
        self.counts.gone = Some(gone);
        Ok(())
    }

    fn tell(&self, ledger: &Ledger<'_>, loading: Option<&Loading<'_>>) -> Result<()> {
        if self.json {
            let mut account = self.counts.json();
            account["forgotten_before"] = json!(Some(&ledger.forgotten_text).filter(|text| !text.is_empty()));
            if let Some(loading) = loading {
                account["loading"] = loading.account();
            }
            return out(&account.to_string());
        }
        out(&self.counts.sentence(loading.is_some()))?;
        if ledger.forgotten_before.is_some() {
            out(&format!(
                "the ledger was pruned: of keys whose objects were modified before {} and that it does not know, nothing can be \
                 known: neither whether they were loaded, nor whether they are gone",
                ledger.forgotten_text
            ))?;
        }
        loading.map_or(Ok(()), Loading::tell)
    }

    fn line(&self, word: &str, object: &Listed) -> Result<()> {
        let bucket = &self.arguments.selection.location.bucket;
        if self.json {
            return out(&object.json(bucket, word).to_string());
        }
        let Listed { key, size, modified_text, .. } = object;
        let problem = object.key_problem().map_or_else(String::new, |problem| format!(": {problem}"));
        out(&format!("{word}  s3://{bucket}/{}  {size} bytes, {modified_text}{problem}", shown(key)))
    }
}
