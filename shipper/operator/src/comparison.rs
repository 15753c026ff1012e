//! Bucket against ledger.

use std::collections::HashMap;
use std::time::SystemTime;

use anyhow::{Result, anyhow};
use shipper::database::DatabaseError;
use shipper::timestamp::Timestamp;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::Session;
use crate::listing::Listed;

/// How an object of the bucket stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The ledger does not know its key, or knew it only as missing.
    Missing,
    /// The ledger's newest entry of its key has other content.
    Changed,
    /// All of it was loaded, or nothing was in it, or an older content of its key came too late.
    Loaded,
    /// It is known and not wholly loaded: the entry's status.
    NotLoaded(String),
}

/// The way to the ledger.
pub(crate) struct Ledger<'a> {
    session: &'a Session,
    client: Client,
}

impl<'a> Ledger<'a> {
    /// Connects.
    ///
    /// # Errors
    /// There is no connection to be had.
    pub(crate) async fn open(session: &'a Session) -> Result<Self> {
        Ok(Self { session, client: session.connect().await? })
    }

    /// Asks about a page of a listing; the answers in the listing's order. A connection that was lost is made anew once:
    /// it lay idle while objects were loaded.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub(crate) async fn compare(&mut self, bucket: &str, page: &[Listed]) -> Result<Vec<Standing>> {
        let known = match self.known(bucket, page).await {
            Err(DatabaseError::Lost(_)) => {
                self.client = self.session.connect().await?;
                self.known(bucket, page).await
            }
            known => known,
        };
        let known = known.map_err(|error| anyhow!("the ledger cannot be asked: {}", error.in_full()))?;
        Ok(page.iter().map(|object| standing(object, known.get(&object.key))).collect())
    }

    async fn known(&self, bucket: &str, page: &[Listed]) -> Result<HashMap<String, Known>, DatabaseError> {
        let keys: Vec<&str> = page.iter().map(|object| object.key.as_str()).collect();
        let sql = "SELECT key, etag, last_modified, status, dismissed FROM public.ingest_known($1::text, $2::text[])";
        let rows = self
            .client
            .query_typed(sql, &[(&bucket, Type::TEXT), (&keys, Type::TEXT_ARRAY)])
            .await
            .map_err(|error| DatabaseError::in_session(&error))?;
        let known = rows.into_iter().map(|row| {
            let modified = row.get::<_, Option<SystemTime>>(2).and_then(Timestamp::from_system);
            (row.get(0), Known { etag: row.get(1), modified, status: row.get(3), dismissed: row.get(4) })
        });
        Ok(known.collect())
    }
}

/// The newest entry of a key.
struct Known {
    etag: Option<String>,
    modified: Option<Timestamp>,
    status: String,
    dismissed: bool,
}

fn standing(object: &Listed, known: Option<&Known>) -> Standing {
    let Some(known) = known.filter(|known| known.status != "object_missing") else {
        return Standing::Missing;
    };
    // A listing may be older than the entry: what it shows is then not what is there now.
    let is_older = object.modified.zip(known.modified).is_some_and(|(listed, entry)| listed < entry);
    if known.etag != object.etag && !is_older {
        return Standing::Changed;
    }
    match known.status.as_str() {
        "loaded" | "skipped_stale" => Standing::Loaded,
        _ if known.dismissed => Standing::Loaded,
        status => Standing::NotLoaded(status.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn at(seconds: u64) -> Option<Timestamp> {
        Timestamp::from_system(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    fn object(etag: &str, seconds: u64) -> Listed {
        Listed {
            key: "k".to_owned(),
            etag: Some(etag.to_owned()),
            size: 1,
            modified: at(seconds),
            modified_text: String::new(),
            archived: None,
        }
    }

    fn entry(etag: &str, seconds: u64, status: &str) -> Known {
        Known {
            etag: Some(etag.to_owned()),
            modified: at(seconds),
            status: status.to_owned(),
            dismissed: false,
        }
    }

    #[test]
    fn content_decides_and_a_listing_that_is_behind_changes_nothing() {
        let listed = object("a", 10);
        assert_eq!(standing(&listed, None), Standing::Missing);
        assert_eq!(standing(&listed, Some(&entry("a", 10, "object_missing"))), Standing::Missing);
        assert_eq!(standing(&listed, Some(&entry("a", 10, "loaded"))), Standing::Loaded);
        assert_eq!(standing(&listed, Some(&entry("b", 9, "loaded"))), Standing::Changed);
        assert_eq!(standing(&listed, Some(&entry("b", 10, "loaded"))), Standing::Changed);
        assert_eq!(standing(&listed, Some(&entry("b", 11, "loaded"))), Standing::Loaded);
    }

    #[test]
    fn what_is_known_and_not_loaded_says_why_until_it_is_given_up() {
        let listed = object("a", 10);
        for status in ["partially_loaded", "load_failed", "no_dataset"] {
            let mut known = entry("a", 10, status);
            assert_eq!(standing(&listed, Some(&known)), Standing::NotLoaded(status.to_owned()));
            known.dismissed = true;
            assert_eq!(standing(&listed, Some(&known)), Standing::Loaded);
        }
    }
}
