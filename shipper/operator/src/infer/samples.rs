//! The samples: local files, or objects of a bucket. A page of them is held at a time.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use shipper::budget::Deadline;
use shipper::notification::ObjectReference;
use shipper::reader::{Content, Fetched, HeldObject, ObjectReader, ReadError};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Arguments;
use crate::Session;
use crate::ingest::{Arguments as FileArguments, Files, read};
use crate::listing::Listing;
use crate::location::{Location, shown};
use crate::progress::Progress;

/// Samples that are read side by side.
const PAGE: usize = 20;

/// Samples that were found and not read yet.
pub(super) struct Samples {
    waiting: Waiting,
    limit: u64,
}

enum Waiting {
    Files(FileArguments, std::vec::IntoIter<PathBuf>),
    Objects(Bucket, std::vec::IntoIter<ObjectReference>),
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
                let memory = Arc::new(Semaphore::new(settings.max_inflight_bytes as usize));
                let bucket = Bucket { reader: ObjectReader::new(&aws, settings), memory };
                let listing = Listing::begin(&aws, settings, &location);
                let mut objects = listed(listing, &location, most).await?;
                let found = objects.len();
                objects.truncate(most);
                (found, Waiting::Objects(bucket, objects.into_iter()))
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
                paths.by_ref().take(PAGE).map(one).collect()
            }
            Waiting::Objects(bucket, objects) => bucket.fetch(objects.by_ref().take(PAGE)).await?,
        };
        Ok(if page.is_empty() { None } else { Some(page) })
    }
}

impl Bucket {
    /// In any order: the database looks at them in the order of their keys.
    async fn fetch(
        &self,
        page: impl Iterator<Item = ObjectReference>,
    ) -> Result<Vec<Result<HeldObject, String>>> {
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
        Ok(Fetched::ToStream) => Err(format!("{}: too large for a sample", shown(&reference.key))),
        Err(error) => Err(format!("{}: {error}", shown(&reference.key))),
    }
}

fn with_body(object: HeldObject) -> Result<HeldObject, String> {
    match object.content {
        Content::Absent(_) => Err(format!("{}: it is gone, or too large", shown(&object.row.key))),
        _ => Ok(object),
    }
}
