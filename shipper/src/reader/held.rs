//! Objects small enough to be held: fetched many at a time, each within the byte budget.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{timeout, timeout_at};

use super::{ObjectBody, ObjectReader, Opened, ReadError, told_row, wait_for_next};
use crate::budget::{Attempts, Deadline};
use crate::copy_format::{Absence, StagedRow};
use crate::notification::ObjectReference;
use crate::unpack::{self, Packing, Unpacked};

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
    memory: Option<OwnedSemaphorePermit>,
}

/// A held body.
#[derive(Debug)]
pub enum Content {
    /// There is none, and why.
    Absent(Absence),
    /// The bytes to stage.
    Plain(Bytes),
    /// A packed body that unpacks, as was tried, to the row's size.
    Packed(Packing, Bytes),
}

impl HeldObject {
    /// A row without a body.
    pub fn absent(row: StagedRow, absence: Absence) -> Self {
        Self { row, content: Content::Absent(absence), memory: None }
    }

    /// Sorts a body that is here: a packed one is measured, and kept as it is.
    pub fn new(mut row: StagedRow, body: Bytes, limit: u64) -> Self {
        let Some(packing) = Packing::of(&body) else {
            return Self { row, content: Content::Plain(body), memory: None };
        };
        let content = match unpack::measure(packing, &body, limit) {
            Unpacked::TooLarge(at_least) => {
                row.size = Some(at_least);
                return Self::absent(row, Absence::TooLarge);
            }
            Unpacked::Length(bytes) => {
                row.size = Some(bytes);
                Content::Packed(packing, body)
            }
            Unpacked::Damaged => Content::Plain(body),
        };
        Self { row, content, memory: None }
    }
}

/// A held body's share of the byte budget.
#[derive(Debug)]
struct Room {
    memory: Arc<Semaphore>,
    permit: OwnedSemaphorePermit,
}

impl Room {
    /// Makes it this large. Growing takes only what is free: to wait while holding a share could wait for ever.
    fn resize(&mut self, bytes: u32) -> bool {
        let wanted = usize::try_from(bytes).unwrap_or(usize::MAX);
        let held = self.permit.num_permits();
        if wanted <= held {
            drop(self.permit.split(held - wanted));
            return true;
        }
        let missing = u32::try_from(wanted - held).unwrap_or(u32::MAX);
        match Arc::clone(&self.memory).try_acquire_many_owned(missing) {
            Ok(more) => {
                self.permit.merge(more);
                true
            }
            Err(_) => false,
        }
    }
}

impl ObjectReader {
    /// Fetches an object whole, unless it is or proves too large to be held. Of one that was removed there is nothing to fetch.
    ///
    /// # Errors
    /// Why it could not be read.
    pub async fn fetch(
        &self,
        reference: &ObjectReference,
        memory: &Arc<Semaphore>,
        deadline: Deadline,
    ) -> Result<Fetched, ReadError> {
        if let Some(removal) = reference.removal {
            let removed = HeldObject::absent(told_row(reference), Absence::Removed(removal));
            return Ok(Fetched::Held(Box::new(removed)));
        }
        let most = self.settings.stream_above_bytes;
        // Whoever wrote the event has seen the size: a large object is asked for once, when its turn comes.
        let expected = match u32::try_from(reference.size.unwrap_or(most.into())) {
            Ok(bytes) if bytes <= most => bytes,
            _ => return Ok(Fetched::ToStream),
        };
        // Room is waited for before the object is asked for: the wait is no time of S3's, and nothing stands open.
        let room = timeout_at(deadline.begin_until, Arc::clone(memory).acquire_many_owned(expected)).await;
        let Ok(Ok(permit)) = room else { return Err(ReadError::Deadline) };
        let mut room = Room { memory: Arc::clone(memory), permit };
        let mut attempts = Attempts::new(self.settings.attempts);
        loop {
            let attempt = self.fetch_once(reference, &mut room, &mut attempts, deadline);
            let limit = self.settings.object_timeout;
            let error = match timeout_at(deadline.begin_until, timeout(limit, attempt)).await {
                Ok(Ok(Ok(Some(mut object)))) => {
                    object.memory = Some(room.permit);
                    return Ok(Fetched::Held(Box::new(object)));
                }
                Ok(Ok(Ok(None))) => return Ok(Fetched::ToStream),
                Ok(Ok(Err(error @ ReadError::Changed))) => error,
                Ok(Ok(Err(error))) => return Err(error),
                Ok(Err(_)) => ReadError::TooSlow(limit),
                Err(_) => return Err(ReadError::Deadline),
            };
            wait_for_next(&mut attempts, deadline, error).await?;
        }
    }

    /// One attempt; `None` when the object is too large to be held, or has grown beyond the room that is free.
    async fn fetch_once(
        &self,
        reference: &ObjectReference,
        room: &mut Room,
        attempts: &mut Attempts,
        deadline: Deadline,
    ) -> Result<Option<HeldObject>, ReadError> {
        let mut body = match self.open(reference, attempts, deadline).await? {
            Opened::Missing => return Ok(Some(HeldObject::absent(told_row(reference), Absence::Missing))),
            Opened::Body(body) => body,
        };
        let size = body.head().size;
        let row = body.head().row(reference, size);
        if size > self.settings.max_object_bytes {
            return Ok(Some(HeldObject::absent(row, Absence::TooLarge)));
        }
        match u32::try_from(size) {
            Ok(bytes) if bytes <= self.settings.stream_above_bytes && room.resize(bytes) => {}
            _ => return Ok(None),
        }
        let bytes = collect(&mut body, attempts).await?;
        Ok(Some(HeldObject::new(row, bytes, self.settings.max_object_bytes)))
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
