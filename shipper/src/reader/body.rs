//! One object's body as a sequence of chunks, which goes on behind a break as if there had been none.

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use super::{GetAnswer, ObjectHead, ObjectReader, ReadError, Resume, wait_for_next};
use crate::budget::{Attempts, Deadline};
use crate::notification::ObjectReference;
use crate::timestamp::Timestamp;

/// An object that was asked for.
#[derive(Debug)]
pub enum Opened<'a> {
    /// It does not exist.
    Missing,
    /// Its body can be read.
    Body(Box<ObjectBody<'a>>),
}

/// A body being read. Dropping it ends the transfer.
#[derive(Debug)]
pub struct ObjectBody<'a> {
    reader: &'a ObjectReader,
    reference: &'a ObjectReference,
    deadline: Deadline,
    raw_etag: Option<String>,
    head: ObjectHead,
    stream: ByteStream,
    received: u64,
}

impl ObjectReader {
    /// Asks for an object until it answers, or attempts or time are used up.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub async fn open<'a>(
        &'a self,
        reference: &'a ObjectReference,
        attempts: &mut Attempts,
        deadline: Deadline,
    ) -> Result<Opened<'a>, ReadError> {
        loop {
            let opened = match self.get(reference, None).await {
                Ok(answer) => self.body_of(reference, answer, deadline),
                Err(error) => Err(error),
            };
            match opened {
                Ok(body) => return Ok(Opened::Body(Box::new(body))),
                Err(ReadError::Missing) => return Ok(Opened::Missing),
                Err(error) => wait_for_next(attempts, deadline, error).await?,
            }
        }
    }

    fn body_of<'a>(
        &'a self,
        reference: &'a ObjectReference,
        answer: GetAnswer,
        deadline: Deadline,
    ) -> Result<ObjectBody<'a>, ReadError> {
        let size = answer.content_length().and_then(|length| u64::try_from(length).ok());
        let size = size.ok_or_else(|| ReadError::Broken("the answer has no Content-Length".to_owned()))?;
        let etag = answer.e_tag().map(|etag| etag.trim_start_matches("W/").trim_matches('"').to_owned());
        // Same content by its ETag, yet another length: the answer is damaged, and only this would ever show it.
        if etag.is_some() && etag == reference.etag && reference.size.is_some_and(|told| told != size) {
            return Err(ReadError::Broken(format!(
                "Content-Length is {size}, but the notification of the same ETag says {}",
                reference.size.unwrap_or_default()
            )));
        }
        Ok(ObjectBody {
            reader: self,
            reference,
            deadline,
            raw_etag: answer.e_tag().map(str::to_owned),
            head: ObjectHead {
                etag,
                version_id: answer.version_id().map(str::to_owned),
                last_modified: answer.last_modified().and_then(Timestamp::from_sdk),
                size,
            },
            stream: answer.body,
            received: 0,
        })
    }
}

impl ObjectBody<'_> {
    /// What the response said of the object.
    pub fn head(&self) -> &ObjectHead {
        &self.head
    }

    /// The next bytes, `None` at the end. A break is resumed behind the last byte received.
    ///
    /// # Errors
    /// [`ReadError::Changed`] when the rest cannot be had any more: begin the object anew. Else as for opening.
    pub async fn next(&mut self, attempts: &mut Attempts) -> Result<Option<Bytes>, ReadError> {
        loop {
            match self.next_of_stream().await {
                Ok(Some(chunk)) => {
                    self.received += chunk.len() as u64;
                    return Ok(Some(chunk));
                }
                Ok(None) => return Ok(None),
                Err(error) => self.resume(error, attempts).await?,
            }
        }
    }

    async fn next_of_stream(&mut self) -> Result<Option<Bytes>, ReadError> {
        let limit = self.reader.settings.stall_timeout;
        match tokio::time::timeout(limit, self.stream.next()).await {
            Ok(Some(Ok(chunk))) if self.received + chunk.len() as u64 > self.head.size => {
                Err(ReadError::Broken("more bytes came than Content-Length said".to_owned()))
            }
            Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
            Ok(Some(Err(error))) => Err(ReadError::Broken(error.to_string())),
            Ok(None) if self.received < self.head.size => Err(ReadError::Broken(format!(
                "the body ended after {} of {} bytes",
                self.received, self.head.size
            ))),
            Ok(None) => Ok(None),
            Err(_) => Err(ReadError::Stalled(limit)),
        }
    }

    /// Opens the rest of the body behind a break.
    async fn resume(&mut self, broken_by: ReadError, attempts: &mut Attempts) -> Result<(), ReadError> {
        let mut error = broken_by;
        loop {
            wait_for_next(attempts, self.deadline, error).await?;
            // All bytes came and were then found wrong (a checksum), or there is no ETag to hold the rest to.
            let Some(etag) = self.raw_etag.clone().filter(|_| self.received < self.head.size) else {
                return Err(ReadError::Changed);
            };
            match self.reader.get(self.reference, Some(&Resume { received: self.received, etag })).await {
                Ok(answer) if self.continues(&answer) => {
                    self.stream = answer.body;
                    return Ok(());
                }
                // The range was not honoured: what would come is not what is missing.
                Ok(_) | Err(ReadError::Changed | ReadError::Missing) => return Err(ReadError::Changed),
                Err(again) => error = again,
            }
        }
    }

    fn continues(&self, answer: &GetAnswer) -> bool {
        answer.e_tag() == self.raw_etag.as_deref()
            && answer
                .content_range()
                .is_some_and(|range| range.starts_with(&format!("bytes {}-", self.received)))
    }
}
