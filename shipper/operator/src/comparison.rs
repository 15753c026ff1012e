//! Bucket against ledger.

use std::collections::HashMap;
use std::time::SystemTime;

use anyhow::{Result, anyhow};
use shipper::database::DatabaseError;
use shipper::timestamp::Timestamp;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use crate::Session;
use crate::listed::Listed;
use crate::location::Location;

/// How an object of the bucket stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The ledger does not know its key, or knew it only as missing.
    Missing,
    /// The ledger does not know its key, and may have forgotten it: it was pruned of what is as old.
    Forgotten,
    /// The ledger's newest entry of its key has other content.
    Changed,
    /// It was too large to be fetched, nothing of it is kept, and by today's limit it can be.
    Unread,
    /// All of it was loaded, or nothing was in it, or an older content of its key came too late.
    Loaded,
    /// It is known and not wholly loaded: the entry's status.
    NotLoaded(String),
}

/// An object beside the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) standing: Standing,
    /// When the newest entry of its key was received.
    pub(crate) received: Option<Timestamp>,
}

/// The way to the ledger.
pub(crate) struct Ledger<'a> {
    session: &'a Session,
    client: Client,
    /// The database's time when the ledger was opened.
    pub(crate) opened: Option<Timestamp>,
    /// The same as text.
    pub(crate) opened_text: String,
    /// Keys that are not there may have been forgotten where their objects are older than this.
    pub(crate) forgotten_before: Option<Timestamp>,
    /// The same as text.
    pub(crate) forgotten_text: String,
    limits: Limits,
}

/// By what objects are judged that the ledger does not wholly know.
#[derive(Debug, Clone, Copy)]
struct Limits {
    forgotten_before: Option<Timestamp>,
    max_object_bytes: u64,
}

impl<'a> Ledger<'a> {
    /// Connects.
    ///
    /// # Errors
    /// There is no connection to be had.
    pub(crate) async fn open(session: &'a Session) -> Result<Self> {
        let client = session.connect().await?;
        let sql = "SELECT s.now, (s.status ->> 'forgotten_before')::timestamptz, s.status ->> 'forgotten_before', \
            pg_catalog.to_char(s.now AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') \
            FROM (SELECT public.ingest_status(), pg_catalog.clock_timestamp()) AS s (status, now)";
        let row = client.query_typed_one(sql, &[]).await;
        let row = row.map_err(|error| refused(&DatabaseError::in_session(&error)))?;
        let forgotten_before = time(&row, 1);
        Ok(Self {
            session,
            opened: time(&row, 0),
            opened_text: row.get::<_, Option<String>>(3).unwrap_or_default(),
            forgotten_before,
            forgotten_text: row.get::<_, Option<String>>(2).unwrap_or_default(),
            limits: Limits { forgotten_before, max_object_bytes: session.settings.objects.max_object_bytes },
            client,
        })
    }

    /// What the ledger does not know is missing, however old it is.
    pub(crate) fn forget_nothing(&mut self) {
        self.limits.forgotten_before = None;
    }

    /// Asks about a page of a listing; the answers in the listing's order.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub(crate) async fn compare(&mut self, bucket: &str, page: &[Listed]) -> Result<Vec<Compared>> {
        let known = self.answer(async |ledger| ledger.known(bucket, page).await).await?;
        let compared = page.iter().map(|object| {
            let entry = known.get(&object.key);
            Compared {
                standing: standing(object, entry, &self.limits),
                received: entry.and_then(|entry| entry.received),
            }
        });
        Ok(compared.collect())
    }

    async fn known(&self, bucket: &str, page: &[Listed]) -> Result<HashMap<String, Known>, DatabaseError> {
        let keys: Vec<&str> = page.iter().map(|object| object.key.as_str()).collect();
        let sql = "SELECT key, etag, last_modified, status, dismissed, received_at, \
            error_code IS NOT DISTINCT FROM 'too_large' AND NOT is_kept, tied_etags \
            FROM public.ingest_known($1::text, $2::text[])";
        let rows = self
            .client
            .query_typed(sql, &[(&bucket, Type::TEXT), (&keys, Type::TEXT_ARRAY)])
            .await
            .map_err(|error| DatabaseError::in_session(&error))?;
        let known = rows.into_iter().map(|row| {
            let known = Known {
                etag: row.get(1),
                modified: time(&row, 2),
                status: row.get(3),
                dismissed: row.get(4),
                received: time(&row, 5),
                was_too_large: row.get(6),
                tied: row.get(7),
            };
            (row.get(0), known)
        });
        Ok(known.collect())
    }

    /// The next keys that the ledger knows below a prefix, behind a place in it.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub(crate) async fn keys(&mut self, location: &Location, behind: i64) -> Result<Vec<Entry>> {
        self.answer(async |ledger| ledger.known_keys(location, behind).await).await
    }

    /// A connection that was lost is made anew once: it lay idle while objects were loaded.
    async fn answer<T>(&mut self, ask: impl AsyncFn(&Self) -> Result<T, DatabaseError>) -> Result<T> {
        let mut answer = ask(self).await;
        if let Err(DatabaseError::Lost(_)) = answer {
            self.client = self.session.connect().await?;
            answer = ask(self).await;
        }
        answer.map_err(|error| refused(&error))
    }

    async fn known_keys(&self, location: &Location, behind: i64) -> Result<Vec<Entry>, DatabaseError> {
        let sql = "SELECT object_id, key, status, last_modified, received_at, \
            pg_catalog.to_char(last_modified AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') \
            FROM public.ingest_known_keys($1::text, $2::text, $3::bigint)";
        let Location { bucket, prefix } = location;
        let rows = self
            .client
            .query_typed(sql, &[(bucket, Type::TEXT), (prefix, Type::TEXT), (&behind, Type::INT8)])
            .await
            .map_err(|error| DatabaseError::in_session(&error))?;
        let entries = rows.into_iter().map(|row| Entry {
            place: row.get(0),
            key: row.get(1),
            status: row.get(2),
            modified: time(&row, 3),
            received: time(&row, 4),
            modified_text: row.get(5),
        });
        Ok(entries.collect())
    }
}

fn time(row: &Row, place: usize) -> Option<Timestamp> {
    row.get::<_, Option<SystemTime>>(place).and_then(Timestamp::from_system)
}

fn refused(error: &DatabaseError) -> anyhow::Error {
    anyhow!("the ledger cannot be asked: {}", error.in_full())
}

/// A key that the ledger knows.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) place: i64,
    pub(crate) key: String,
    /// Of its newest entry.
    pub(crate) status: String,
    pub(crate) modified: Option<Timestamp>,
    pub(crate) received: Option<Timestamp>,
    /// When it was modified, as S3 writes times.
    pub(crate) modified_text: Option<String>,
}

/// The newest entry of a key.
struct Known {
    etag: Option<String>,
    modified: Option<Timestamp>,
    status: String,
    dismissed: bool,
    received: Option<Timestamp>,
    /// And is not kept.
    was_too_large: bool,
    /// ETags of contents that were put in the same second and are known as well.
    tied: Vec<String>,
}

fn standing(object: &Listed, known: Option<&Known>, limits: &Limits) -> Standing {
    let Some(known) = known else {
        let is_as_old = limits.forgotten_before.is_some_and(|before| object.modified < Some(before));
        return if is_as_old { Standing::Forgotten } else { Standing::Missing };
    };
    if known.status == "object_missing" {
        return Standing::Missing;
    }
    // A listing may be older than the entry: what it shows is then not what is there now.
    let is_older = object.modified.zip(known.modified).is_some_and(|(listed, entry)| listed < entry);
    // A listing tells seconds and no version: of two puts in one second either may be the one that it shows.
    let is_tied = object.etag.as_ref().is_some_and(|etag| known.tied.contains(etag));
    if known.etag != object.etag && !is_older && !is_tied {
        return Standing::Changed;
    }
    match known.status.as_str() {
        "loaded" | "skipped_stale" => Standing::Loaded,
        _ if known.dismissed => Standing::Loaded,
        _ if known.was_too_large && object.size <= limits.max_object_bytes => Standing::Unread,
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
            received: at(seconds),
            was_too_large: false,
            tied: Vec::new(),
        }
    }

    const LIMITS: Limits = Limits { forgotten_before: None, max_object_bytes: 10 };

    #[test]
    fn content_decides_and_a_listing_that_is_behind_changes_nothing() {
        let listed = object("a", 10);
        assert_eq!(standing(&listed, None, &LIMITS), Standing::Missing);
        assert_eq!(standing(&listed, Some(&entry("a", 10, "object_missing")), &LIMITS), Standing::Missing);
        assert_eq!(standing(&listed, Some(&entry("a", 10, "loaded")), &LIMITS), Standing::Loaded);
        assert_eq!(standing(&listed, Some(&entry("b", 9, "loaded")), &LIMITS), Standing::Changed);
        assert_eq!(standing(&listed, Some(&entry("b", 10, "loaded")), &LIMITS), Standing::Changed);
        assert_eq!(standing(&listed, Some(&entry("b", 11, "loaded")), &LIMITS), Standing::Loaded);
    }

    #[test]
    fn of_two_puts_in_one_second_both_are_known() {
        let mut known = entry("b", 10, "loaded");
        known.tied = vec!["a".to_owned()];
        assert_eq!(standing(&object("a", 10), Some(&known), &LIMITS), Standing::Loaded);
        assert_eq!(standing(&object("c", 10), Some(&known), &LIMITS), Standing::Changed);
    }

    #[test]
    fn what_is_known_and_not_loaded_says_why_until_it_is_given_up() {
        let listed = object("a", 10);
        for status in ["partially_loaded", "load_failed", "no_dataset"] {
            let mut known = entry("a", 10, status);
            assert_eq!(standing(&listed, Some(&known), &LIMITS), Standing::NotLoaded(status.to_owned()));
            known.dismissed = true;
            assert_eq!(standing(&listed, Some(&known), &LIMITS), Standing::Loaded);
        }
    }

    #[test]
    fn of_what_the_ledger_may_have_forgotten_nothing_is_known() {
        let limits = Limits { forgotten_before: at(11), ..LIMITS };
        assert_eq!(standing(&object("a", 10), None, &limits), Standing::Forgotten);
        assert_eq!(standing(&object("a", 11), None, &limits), Standing::Missing);
        let missing = entry("a", 10, "object_missing");
        assert_eq!(standing(&object("a", 10), Some(&missing), &limits), Standing::Missing);
    }

    #[test]
    fn one_that_was_too_large_is_read_once_the_limit_allows_it() {
        let mut known = entry("a", 10, "load_failed");
        known.was_too_large = true;
        let mut listed = object("a", 10);
        assert_eq!(standing(&listed, Some(&known), &LIMITS), Standing::Unread);
        listed.size = 11;
        assert_eq!(standing(&listed, Some(&known), &LIMITS), Standing::NotLoaded("load_failed".to_owned()));
    }
}
