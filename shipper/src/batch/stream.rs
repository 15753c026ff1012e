//! Objects too large to be held: each streams into a COPY of its own, behind a savepoint, so that one that breaks for
//! good takes nothing else of its batch along.

use bytes::Bytes;
use tokio::time::timeout_at;
use uuid::Uuid;

use crate::budget::{Attempts, Deadline};
use crate::copy_format::{Absence, StagedRow};
use crate::database::{CopyWriter, DatabaseError, Transaction};
use crate::notification::ObjectReference;
use crate::reader::{HeldObject, ObjectBody, ObjectReader, Opened, ReadError, told_row};
use crate::unpack::{Measure, Packing, Unpacked, Unpacker};

/// Stages one object. The outer error ends the batch, the inner one only this object. Returns the body's bytes.
pub(super) async fn stage(
    transaction: &Transaction,
    reader: &ObjectReader,
    reference: &ObjectReference,
    batch: Uuid,
    deadline: Deadline,
) -> Result<Result<u64, ReadError>, DatabaseError> {
    let mut attempts = Attempts::new(reader.settings().attempts);
    loop {
        transaction.mark().await?;
        let mut streaming =
            Streaming { transaction, reader, reference, batch, deadline, attempts: &mut attempts };
        let error = match timeout_at(deadline.begin_until, streaming.run()).await {
            Ok(Ok(bytes)) => return Ok(Ok(bytes)),
            Ok(Err(Fault::Database(error))) => return Err(error),
            Ok(Err(Fault::Read(error))) => error,
            Err(_) => ReadError::Deadline,
        };
        transaction.back_to_mark().await?;
        let wait = match error {
            ReadError::Changed => attempts.next_wait().filter(|wait| deadline.allows(*wait)),
            _ => None,
        };
        let Some(wait) = wait else { return Ok(Err(error)) };
        tokio::time::sleep(wait).await;
    }
}

enum Fault {
    Database(DatabaseError),
    Read(ReadError),
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

struct Streaming<'a> {
    transaction: &'a Transaction,
    reader: &'a ObjectReader,
    reference: &'a ObjectReference,
    batch: Uuid,
    deadline: Deadline,
    attempts: &'a mut Attempts,
}

impl<'a> Streaming<'a> {
    async fn run(&mut self) -> Result<u64, Fault> {
        let Some(mut body) = self.open().await? else {
            return self.absent(told_row(self.reference), Absence::Missing).await;
        };
        let limit = self.reader.settings().max_object_bytes;
        let size = body.head().size;
        if size > limit {
            return self.absent(body.head().row(self.reference, size), Absence::TooLarge).await;
        }
        let first = self.start_of(&mut body).await?;
        let Some(packing) = Packing::of(&first) else {
            return self.plain(body, first).await;
        };
        // What a body grows to it does not say reliably, and COPY wants to know: read once to measure, once more to stage.
        let verdict = self.measure(&mut body, packing, first, limit).await?;
        let head = body.head().clone();
        if let Unpacked::TooLarge(at_least) = verdict {
            return self.absent(head.row(self.reference, at_least), Absence::TooLarge).await;
        }
        let again = self.open().await?.filter(|again| *again.head() == head).ok_or(ReadError::Changed)?;
        match verdict {
            Unpacked::Length(length) => self.unpacked(again, packing, length).await,
            _ => self.plain(again, Bytes::new()).await,
        }
    }

    async fn open(&mut self) -> Result<Option<Box<ObjectBody<'a>>>, ReadError> {
        match self.reader.open(self.reference, self.attempts, self.deadline).await? {
            Opened::Missing => Ok(None),
            Opened::Body(body) => Ok(Some(body)),
        }
    }

    /// The first bytes, enough of them to tell how the body is packed.
    async fn start_of(&mut self, body: &mut ObjectBody<'_>) -> Result<Bytes, ReadError> {
        let mut start = body.next(self.attempts).await?.unwrap_or_default();
        while start.len() < Packing::TOLD_BY_BYTES {
            let Some(more) = body.next(self.attempts).await? else { break };
            start = [start, more].concat().into();
        }
        Ok(start)
    }

    async fn measure(
        &mut self,
        body: &mut ObjectBody<'_>,
        packing: Packing,
        first: Bytes,
        limit: u64,
    ) -> Result<Unpacked, ReadError> {
        let mut measure = Measure::new(packing, limit);
        let mut chunk = Some(first);
        while let Some(bytes) = chunk {
            if let Some(verdict) = measure.add(&bytes) {
                return Ok(verdict);
            }
            chunk = body.next(self.attempts).await?;
        }
        Ok(measure.finish())
    }

    async fn absent(&self, row: StagedRow, absence: Absence) -> Result<u64, Fault> {
        let mut copy = self.transaction.copy().await?;
        let bytes = copy.row(self.batch, &HeldObject::absent(row, absence)).await?;
        copy.finish().await?;
        Ok(bytes)
    }

    async fn plain(&mut self, mut body: Box<ObjectBody<'_>>, first: Bytes) -> Result<u64, Fault> {
        let length = body.head().size;
        let mut copy = self.begin_row(&body, length).await?;
        copy.body(first).await?;
        while let Some(chunk) = body.next(self.attempts).await? {
            copy.body(chunk).await?;
        }
        copy.end_row().await?;
        copy.finish().await?;
        Ok(length)
    }

    async fn unpacked(
        &mut self,
        mut body: Box<ObjectBody<'_>>,
        packing: Packing,
        length: u64,
    ) -> Result<u64, Fault> {
        let mut copy = self.begin_row(&body, length).await?;
        let mut unpacker = Unpacker::new(packing);
        let unlike_before = |_| ReadError::Changed;
        while let Some(chunk) = body.next(self.attempts).await? {
            for piece in unpacker.unpack(&chunk) {
                copy.body(piece.map_err(unlike_before)?).await?;
            }
        }
        copy.body(unpacker.finish().map_err(unlike_before)?).await?;
        copy.end_row().await?;
        copy.finish().await?;
        Ok(length)
    }

    async fn begin_row(&self, body: &ObjectBody<'_>, length: u64) -> Result<CopyWriter, DatabaseError> {
        let mut copy = self.transaction.copy().await?;
        copy.begin_row(self.batch, &body.head().row(self.reference, length), length).await?;
        Ok(copy)
    }
}
