//! Writing rows into a running COPY.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio_postgres::{Client, CopyInSink};
use uuid::Uuid;

use super::DatabaseError;
use crate::copy_format::{self, BodyLength, StagedRow};
use crate::reader::{Content, HeldObject};
use crate::unpack::{Packing, Unpacker};

/// Bodies are handed on in pieces of this many bytes: each piece is copied once more on its way to the socket.
const PIECE_BYTES: usize = 64 * 1024;

/// A COPY in progress. Dropping it aborts the COPY; only [`Self::finish`] ends it well.
#[must_use = "dropping a COPY aborts it"]
pub struct CopyWriter {
    sink: Pin<Box<CopyInSink<Bytes>>>,
}

impl CopyWriter {
    pub(super) async fn begin(client: &Client) -> Result<Self, DatabaseError> {
        let sink = client
            .copy_in::<_, Bytes>(copy_format::COPY_STATEMENT)
            .await
            .map_err(|error| DatabaseError::in_session(&error))?;
        let mut writer = Self { sink: Box::pin(sink) };
        writer.write(copy_format::header()).await?;
        Ok(writer)
    }

    /// Writes a whole row. Returns the bytes of its body.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn row(&mut self, batch: Uuid, object: &HeldObject) -> Result<u64, DatabaseError> {
        let length = match &object.content {
            Content::Absent(absence) => {
                self.write(copy_format::row_without_body(batch, &object.row, *absence)).await?;
                return Ok(0);
            }
            Content::Plain(body) => body.len() as u64,
            Content::Packed(..) => object.row.size.unwrap_or_default(),
        };
        self.begin_row(batch, &object.row, length).await?;
        match &object.content {
            Content::Absent(_) => {}
            Content::Plain(body) => self.body(body.clone()).await?,
            Content::Packed(packing, packed) => self.unpacked(*packing, packed).await?,
        }
        self.end_row().await?;
        Ok(length)
    }

    async fn unpacked(&mut self, packing: Packing, packed: &[u8]) -> Result<(), DatabaseError> {
        let mut unpacker = Unpacker::new(packing);
        for piece in unpacker.unpack(packed) {
            self.body(piece.map_err(unlike_measured)?).await?;
        }
        self.body(unpacker.finish().map_err(unlike_measured)?).await
    }

    /// Begins a row whose body of `length` bytes follows through [`Self::body`].
    ///
    /// # Errors
    /// The server is gone, or the body is longer than the format allows.
    pub async fn begin_row(
        &mut self,
        batch: Uuid,
        row: &StagedRow,
        length: u64,
    ) -> Result<(), DatabaseError> {
        let length = BodyLength::new(length).ok_or_else(|| {
            DatabaseError::Refused(format!("a body of {length} bytes does not fit a COPY").into())
        })?;
        self.write(copy_format::row_head(batch, row, length)).await
    }

    /// Writes more of a body.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn body(&mut self, mut bytes: Bytes) -> Result<(), DatabaseError> {
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(PIECE_BYTES));
            self.write(piece).await?;
        }
        Ok(())
    }

    /// Ends a row.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn end_row(&mut self) -> Result<(), DatabaseError> {
        self.write(copy_format::row_tail()).await
    }

    /// Ends the COPY; the server has all rows.
    ///
    /// # Errors
    /// The server refuses or is gone.
    pub async fn finish(mut self) -> Result<u64, DatabaseError> {
        self.write(copy_format::trailer()).await?;
        self.sink.as_mut().finish().await.map_err(|error| DatabaseError::in_session(&error))
    }

    async fn write(&mut self, bytes: Bytes) -> Result<(), DatabaseError> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.sink.feed(bytes).await.map_err(|error| DatabaseError::in_session(&error))
    }
}

fn unlike_measured(error: std::io::Error) -> DatabaseError {
    DatabaseError::Refused(format!("a packed body was unpacked once but not twice: {error}").into())
}
