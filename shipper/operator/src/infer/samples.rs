//! The samples: local files, or objects of a bucket. One is held at a time, or a page of objects.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use shipper::budget::Deadline;
use shipper::notification::ObjectReference;
use shipper::reader::{Content, Fetched, HeldObject, ObjectReader, ReadError};
use shipper::settings::ObjectSettings;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Arguments;
use crate::Session;
use crate::ingest::{Arguments as FileArguments, Files, read};
use crate::listing::Listing;
use crate::location::{Location, shown};
use crate::progress::Progress;

/// Objects that are read side by side.
const PAGE: usize = 20;
/// Time for one object: it may be large and the way slow, and what says nothing any more is given up much sooner.
const OBJECT_TIMEOUT: Duration = Duration::from_secs(3_600);

/// Samples that were found and not read yet.
pub(super) struct Samples {
    waiting: Waiting,
    limit: u64,
}

enum Waiting {
    Files(FileArguments, std::vec::IntoIter<PathBuf>),
    Objects(Bucket, VecDeque<ObjectReference>),
}

struct Bucket {
    reader: ObjectReader,
    memory: Arc<Semaphore>,
}

impl Samples {
    /// Finds the first ones by their names.
    ///
    /// # Errors
    /// A name that leads to nothing, or a bucket that cannot be listed.
    pub(super) async fn find(session: &Session, arguments: &Arguments) -> Result<Self> {
        let (settings, most) = (&session.settings.objects, arguments.at_most);
        let named = FileArguments::of(arguments.key_prefix.clone(), arguments.samples.clone());
        let (found, waiting) = match named.on_s3()? {
            None => {
                let mut paths = Files::find(&named)?.paths;
                let found = paths.len();
                paths.truncate(most);
                (found, Waiting::Files(named, paths.into_iter()))
            }
            Some(location) => {
                let aws = session.aws().await;
                let bucket = Bucket::new(ObjectReader::new(&aws, &holding_all(settings)));
                let listing = Listing::begin(&aws, settings, &location);
                let mut objects = listed(listing, &location, most).await?;
                let found = objects.len();
                objects.truncate(most);
                (found, Waiting::Objects(bucket, objects.into()))
            }
        };
        if found > most {
            Progress::begin(0).say(&format!("the first {most} samples are looked at (--at-most)"));
        }
        Ok(Self { waiting, limit: settings.max_object_bytes })
    }

    /// How many wait.
    pub(super) fn count(&self) -> usize {
        match &self.waiting {
            Waiting::Files(_, paths) => paths.len(),
            Waiting::Objects(_, objects) => objects.len(),
        }
    }

    /// The next ones, each as it is staged or why it cannot be; `None` behind the last.
    ///
    /// # Errors
    /// Reading broke off.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Result<HeldObject, String>>>> {
        let page = match &mut self.waiting {
            Waiting::Files(arguments, paths) => {
                let one = |path: PathBuf| {
                    read(arguments, &path, self.limit)
                        .map_err(|error| format!("{error:#}"))
                        .and_then(with_body)
                };
                // One at a time: each may be as large as a body may be.
                paths.by_ref().take(1).map(one).collect()
            }
            Waiting::Objects(bucket, objects) => bucket.fetch(bucket.page(objects)).await?,
        };
        Ok(if page.is_empty() { None } else { Some(page) })
    }
}

impl Bucket {
    fn new(reader: ObjectReader) -> Self {
        let memory = Arc::new(Semaphore::new(reader.settings().max_inflight_bytes as usize));
        Self { reader, memory }
    }

    /// The next ones that have room beside one another, at least one. None is let go before all of its page are there, so
    /// a page that is larger than the room would wait for itself.
    fn page(&self, waiting: &mut VecDeque<ObjectReference>) -> Vec<ObjectReference> {
        let room = u64::from(self.reader.settings().max_inflight_bytes);
        let (mut page, mut bytes) = (Vec::new(), 0);
        while page.len() < PAGE {
            let Some(object) = waiting.pop_front() else { break };
            bytes += object.size.unwrap_or_default();
            if bytes > room && !page.is_empty() {
                waiting.push_front(object);
                break;
            }
            page.push(object);
        }
        page
    }

    /// In any order: the database looks at them in the order of their keys.
    async fn fetch(&self, page: Vec<ObjectReference>) -> Result<Vec<Result<HeldObject, String>>> {
        let mut reads = JoinSet::new();
        for reference in page {
            let (reader, memory) = (self.reader.clone(), Arc::clone(&self.memory));
            reads.spawn(async move {
                let fetched = reader.fetch(&reference, &memory, Deadline::none()).await;
                held(&reference, fetched).and_then(with_body)
            });
        }
        let mut objects = Vec::new();
        while let Some(ended) = reads.join_next().await {
            objects.push(ended?);
        }
        Ok(objects)
    }
}

/// A sample is held whole, however large an object may be that is loaded.
fn holding_all(settings: &ObjectSettings) -> ObjectSettings {
    let largest = u32::try_from(settings.max_object_bytes).unwrap_or(u32::MAX);
    ObjectSettings {
        stream_above_bytes: largest.min(settings.max_inflight_bytes),
        object_timeout: OBJECT_TIMEOUT,
        ..settings.clone()
    }
}

/// One more than is wanted, so that it shows where there are more.
async fn listed(mut listing: Listing, location: &Location, most: usize) -> Result<Vec<ObjectReference>> {
    let mut found = Vec::new();
    while let Some(page) = listing.page().await? {
        let readable =
            page.into_iter().filter(|object| object.archived.is_none() && object.key_problem().is_none());
        found.extend(readable.filter(|object| object.size > 0).map(|object| ObjectReference {
            bucket: location.bucket.clone(),
            key: object.key,
            version_id: None,
            etag: object.etag,
            sequencer: None,
            event_time: None,
            size: Some(object.size),
            removal: None,
        }));
        if found.len() > most {
            break;
        }
    }
    Ok(found)
}

fn held(reference: &ObjectReference, fetched: Result<Fetched, ReadError>) -> Result<HeldObject, String> {
    match fetched {
        Ok(Fetched::Held(object)) => Ok(*object),
        Ok(Fetched::ToStream) => Err(format!(
            "{}: too large for a sample (MAX_OBJECT_BYTES, MAX_INFLIGHT_BYTES)",
            shown(&reference.key)
        )),
        Err(error) => Err(format!("{}: {error}", shown(&reference.key))),
    }
}

fn with_body(object: HeldObject) -> Result<HeldObject, String> {
    match object.content {
        Content::Absent(_) => Err(format!("{}: it is gone, or too large", shown(&object.row.key))),
        _ => Ok(object),
    }
}
