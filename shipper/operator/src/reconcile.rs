//! `pg-ingest reconcile`: what lies in a bucket against what the ledger knows.

use anyhow::Result;
use serde_json::json;

use crate::answer::out;
use crate::comparison::{Ledger, Standing};
use crate::listing::{Listed, Listing};
use crate::location::{Selection, shown};
use crate::{Outcome, Session};

/// What was asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    selection: Selection,
}

/// How many objects stand how.
#[derive(Debug, Default)]
struct Counts {
    listed: u64,
    left_out: u64,
    loaded: u64,
    missing: u64,
    changed: u64,
    not_loaded: u64,
    refused: u64,
}

/// Compares object by object and names each that is not wholly loaded. One such is a finding, and so is an empty listing.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    let Selection { location, .. } = &arguments.selection;
    let mut ledger = Ledger::open(session).await?;
    let mut listing = Listing::begin(&session.aws().await, &session.settings.objects, location);
    let mut counts = Counts::default();
    while let Some(page) = listing.page().await? {
        counts.listed += page.len() as u64;
        let (meant, others): (Vec<_>, Vec<_>) =
            page.into_iter().partition(|object| arguments.selection.takes(object));
        counts.left_out += others.len() as u64;
        let (usable, refused): (Vec<_>, Vec<_>) =
            meant.into_iter().partition(|object| object.key_problem().is_none());
        counts.refused += refused.len() as u64;
        for object in &refused {
            out(&line(session.json, "refused", &location.bucket, object))?;
        }
        for (object, standing) in usable.iter().zip(ledger.compare(&location.bucket, &usable).await?) {
            if let Some(word) = counts.count(&standing) {
                out(&line(session.json, word, &location.bucket, object))?;
            }
        }
    }
    if session.json {
        out(&counts.json().to_string())?;
    } else {
        out(&counts.sentence())?;
    }
    Ok(counts.outcome())
}

impl Counts {
    /// Counts it; the word for one that is not wholly loaded.
    fn count<'a>(&mut self, standing: &'a Standing) -> Option<&'a str> {
        match standing {
            Standing::Loaded => {
                self.loaded += 1;
                None
            }
            Standing::Missing => {
                self.missing += 1;
                Some("missing")
            }
            Standing::Changed => {
                self.changed += 1;
                Some("changed")
            }
            Standing::NotLoaded(status) => {
                self.not_loaded += 1;
                Some(status)
            }
        }
    }

    /// A prefix below which nothing lies is mistyped, or what should be there is gone.
    fn outcome(&self) -> Outcome {
        let Self { listed, missing, changed, not_loaded, refused, .. } = self;
        Outcome::found(missing + changed + not_loaded + refused > 0 || *listed == 0)
    }

    fn sentence(&self) -> String {
        let Self { listed, left_out, loaded, missing, changed, not_loaded, refused } = self;
        if *listed == 0 {
            return "nothing lies below this prefix, so nothing was compared; look at its name".to_owned();
        }
        let advice = match (missing + changed, not_loaded) {
            (0, 0) => "",
            (0, _) => {
                "; what is not wholly loaded is in quarantine, or was too large to fetch: ingest_replay() or ingest_dismiss()"
            }
            _ => "; pg-ingest backfill loads what is missing or changed",
        };
        format!(
            "{listed} objects listed, {left_out} left out by suffix or time: {loaded} loaded, {missing} missing, \
             {changed} changed since, {not_loaded} known and not wholly loaded, {refused} with a key that cannot be loaded{advice}"
        )
    }

    fn json(&self) -> serde_json::Value {
        let Self { listed, left_out, loaded, missing, changed, not_loaded, refused } = self;
        json!({
            "listed": listed, "left_out": left_out, "loaded": loaded, "missing": missing, "changed": changed,
            "not_loaded": not_loaded, "refused": refused,
        })
    }
}

fn line(json: bool, word: &str, bucket: &str, object: &Listed) -> String {
    if json {
        return object.json(bucket, word).to_string();
    }
    let Listed { key, size, modified_text, .. } = object;
    let problem = object.key_problem().map_or_else(String::new, |problem| format!(": {problem}"));
    format!("{word}  s3://{bucket}/{}  {size} bytes, {modified_text}{problem}", shown(key))
}
