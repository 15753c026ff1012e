//! Objects small enough to be held: fetched many at a time, each within the byte budget.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{timeout, timeout_at};

use super::{ObjectBody, ObjectReader, Opened, ReadError, missing_row, wait_for_next};
use crate::budget::{Attempts, Deadline};
use crate::copy_format::{Absence, StagedRow};
use crate::gunzip::{self, Inflated};
use crate::notification::ObjectReference;

/// What became of one reference.
#[derive(Debug)]
pub enum Fetched {
    /// It is here, whole.
    Held(Box<HeldObject>),
    /// It is too large to be held and has to be streamed.
    ToStream,
}

/// A row whose body, if there is one, is in memory. Its bytes count against the budget until it is dropped.
#[derive(Debug)]
pub struct HeldObject {
    /// Everything but the body.
    pub row: StagedRow,
    /// The body.
    pub content: Content,
    _memory: Option<OwnedSemaphorePermit>,
}

/// A held body.
#[derive(Debug)]
pub enum Content {
    /// There is none, and why.
    Absent(Absence),
    /// The bytes to stage.
    Plain(Bytes),
    /// Gzip that inflates, as was tried, to the row's size.
    Gzip(Bytes),
}

impl HeldObject {
    /// A row without a body.
    pub fn absent(row: StagedRow, absence: Absence) -> Self {
        Self { row, content: Content::Absent(absence), _memory: None }
    }

    /// Sorts a body that is here: gzip is measured, and only its compressed bytes are kept.
    pub fn new(mut row: StagedRow, body: Bytes, limit: u64, memory: Option<OwnedSemaphorePermit>) -> Self {
        let inflated = gunzip::is_gzip(&body).then(|| gunzip::measure(&body, limit));
        let content = match inflated {
            Some(Inflated::TooLarge) => return Self::absent(row, Absence::TooLarge),
            Some(Inflated::Length(bytes)) => {
                row.size = Some(bytes);
                Content::Gzip(body)
            }
            Some(Inflated::Damaged) | None => Content::Plain(body),
        };
        Self { row, content, _memory: memory }
    }
}

impl ObjectReader {
    /// Fetches an object whole, unless it proves too large to be held.
    ///
    /// # Errors
    /// Why it could not be read.
    pub async fn fetch(
        &self,
        reference: &ObjectReference,
        memory: &Arc<Semaphore>,
        deadline: Deadline,
    ) -> Result<Fetched, ReadError> {
        // Whoever wrote the event has seen the size: a large object is then asked for once, when its turn comes.
        if reference.size.is_some_and(|size| size > self.settings.stream_above_bytes.into()) {
            return Ok(Fetched::ToStream);
        }
        let mut attempts = Attempts::new(self.settings.attempts);
        loop {
            let attempt = self.fetch_once(reference, memory, &mut attempts, deadline);
            let limit = self.settings.object_timeout;
            let error = match timeout_at(deadline.begin_until, timeout(limit, attempt)).await {
                Ok(Ok(Ok(fetched))) => return Ok(fetched),
                Ok(Ok(Err(error @ ReadError::Changed))) => error,
                Ok(Ok(Err(error))) => return Err(error),
                Ok(Err(_)) => ReadError::TooSlow(limit),
                Err(_) => return Err(ReadError::Deadline),
            };
            wait_for_next(&mut attempts, deadline, error).await?;
        }
    }

    async fn fetch_once(
        &self,
        reference: &ObjectReference,
        memory: &Arc<Semaphore>,
        attempts: &mut Attempts,
        deadline: Deadline,
    ) -> Result<Fetched, ReadError> {
        let mut body = match self.open(reference, attempts, deadline).await? {
            Opened::Missing => {
                return Ok(Fetched::Held(Box::new(HeldObject::absent(
                    missing_row(reference),
                    Absence::Missing,
                ))));
            }
            Opened::Body(body) => body,
        };
        let size = body.head().size;
        let row = body.head().row(reference, size);
        if size > self.settings.max_object_bytes {
            return Ok(Fetched::Held(Box::new(HeldObject::absent(row, Absence::TooLarge))));
        }
        let held_size = match u32::try_from(size) {
            Ok(bytes) if bytes <= self.settings.stream_above_bytes => bytes,
            _ => return Ok(Fetched::ToStream),
        };
        let permit = Arc::clone(memory).acquire_many_owned(held_size).await.ok();
        let bytes = collect(&mut body, attempts).await?;
        Ok(Fetched::Held(Box::new(HeldObject::new(row, bytes, self.settings.max_object_bytes, permit))))
    }
}

async fn collect(body: &mut ObjectBody<'_>, attempts: &mut Attempts) -> Result<Bytes, ReadError> {
    let size = usize::try_from(body.head().size).unwrap_or(0);
    let mut whole = Vec::with_capacity(size);
    while let Some(chunk) = body.next(attempts).await? {
        whole.extend_from_slice(&chunk);
    }
    Ok(Bytes::from(whole))
}
