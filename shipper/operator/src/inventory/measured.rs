//! The bytes of an inventory's file, held against its manifest.

use std::io::Read;

use anyhow::{Context, Result, bail};
use bytes::{Buf, Bytes};
use md5::{Digest, Md5};
use tokio::sync::mpsc;

use super::manifest::File;

/// Bytes that come over a channel, counted and digested as they are read.
pub(super) struct Measured {
    bytes: mpsc::Receiver<Bytes>,
    chunk: Bytes,
    size: u64,
    digest: Md5,
}

impl Measured {
    pub(super) fn new(bytes: mpsc::Receiver<Bytes>) -> Self {
        Self { bytes, chunk: Bytes::new(), size: 0, digest: Md5::new() }
    }

    /// Takes what was not read, too. Only then is it known whether that was the file.
    ///
    /// # Errors
    /// It is not what the manifest says.
    pub(super) fn agree(mut self, file: &File) -> Result<()> {
        std::io::copy(&mut self, &mut std::io::sink()).with_context(|| is_cut(file))?;
        let digest: String = self.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if self.size != file.size || !digest.eq_ignore_ascii_case(&file.md5) {
            bail!(
                "the inventory's file {} has {} bytes and the MD5 {digest}; its manifest says {} and {}: it is cut or \
                 damaged, so have an inventory made anew",
                file.key,
                self.size,
                file.size,
                file.md5
            );
        }
        Ok(())
    }
}

impl Read for Measured {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.chunk.is_empty() {
            match self.bytes.blocking_recv() {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let read = buffer.len().min(self.chunk.len());
        buffer[..read].copy_from_slice(&self.chunk[..read]);
        self.digest.update(&self.chunk[..read]);
        self.chunk.advance(read);
        self.size += read as u64;
        Ok(read)
    }
}

/// What is said of a file whose bytes are not to be understood.
pub(super) fn is_cut(file: &File) -> String {
    format!("the inventory's file {} is cut or damaged; have an inventory made anew", file.key)
}
