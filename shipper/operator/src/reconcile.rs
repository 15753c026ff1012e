//! `pg-ingest reconcile`: what lies in a bucket against what the ledger knows.

use anyhow::Result;
use serde_json::json;

use crate::comparison::{Standing, compare};
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
}

/// Compares object by object and names each that is not wholly loaded. One such is a finding.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    let Selection { location, .. } = &arguments.selection;
    let ledger = session.connect().await?;
    let mut listing = Listing::begin(&session.aws().await, &session.settings.objects, location);
    let mut counts = Counts::default();
    while let Some(page) = listing.page().await? {
        counts.listed += page.len() as u64;
        let (meant, others): (Vec<_>, Vec<_>) =
            page.into_iter().partition(|object| arguments.selection.takes(object));
        counts.left_out += others.len() as u64;
        for (object, standing) in meant.iter().zip(compare(&ledger, &location.bucket, &meant).await?) {
            if let Some(word) = counts.count(&standing) {
                println!("{}", line(session.json, word, &location.bucket, object));
            }
        }
    }
    if session.json {
        println!("{}", counts.json());
    } else {
        println!("{}", counts.sentence());
    }
    Ok(Outcome::found(counts.missing + counts.changed + counts.not_loaded > 0))
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

    fn sentence(&self) -> String {
        let Self { listed, left_out, loaded, missing, changed, not_loaded } = self;
        let advice = match (missing + changed, not_loaded) {
            (0, 0) => "",
            (0, _) => {
                "; records of what is not wholly loaded are in quarantine: ingest_replay() or ingest_dismiss()"
            }
            _ => "; pg-ingest backfill loads what is missing or changed",
        };
        format!(
            "{listed} objects listed, {left_out} left out by suffix or time: {loaded} loaded, {missing} missing, \
             {changed} changed since, {not_loaded} known and not wholly loaded{advice}"
        )
    }

    fn json(&self) -> serde_json::Value {
        let Self { listed, left_out, loaded, missing, changed, not_loaded } = self;
        json!({
            "listed": listed, "left_out": left_out, "loaded": loaded, "missing": missing, "changed": changed,
            "not_loaded": not_loaded,
        })
    }
}

fn line(json: bool, word: &str, bucket: &str, object: &Listed) -> String {
    let Listed { key, size, modified_text, etag, .. } = object;
    if json {
        return json!({
            "standing": word, "bucket": bucket, "key": key, "size": size, "last_modified": modified_text, "etag": etag,
        })
        .to_string();
    }
    format!("{word}  s3://{bucket}/{}  {size} bytes, {modified_text}", shown(key))
}
