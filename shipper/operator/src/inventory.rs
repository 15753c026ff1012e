//! An S3 Inventory: files of gzipped CSV or of Parquet, and a manifest that says what they hold.

mod csv_rows;
mod manifest;
mod measured;
mod parquet_rows;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use aws_config::SdkConfig;
use bytes::Bytes;
use shipper::budget::{Attempts, Deadline};
use shipper::notification::ObjectReference;
use shipper::reader::{ObjectReader, Opened};
use shipper::settings::ObjectSettings;
use shipper::timestamp::Timestamp;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use self::manifest::{File, Form, Manifest};
use self::measured::Measured;
use crate::listed::Listed;
use crate::location::Location;

/// A manifest has a line for each of its files.
const LARGEST_MANIFEST: usize = 16 << 20;
/// Bytes read at once of a file on a disk.
const CHUNK: usize = 64 << 10;
/// As many as a page of a listing.
const OBJECTS_A_PAGE: usize = 1_000;

/// An inventory under way. It holds one page, and what of its file is on the way.
pub(crate) struct Inventory {
    reader: ObjectReader,
    home: Home,
    manifest: Manifest,
    form: Form,
    prefix: Arc<str>,
    /// The file that comes next.
    next: usize,
    reading: Option<Reading>,
}

/// Where its files lie.
#[derive(Clone)]
enum Home {
    Bucket(String),
    Folder(PathBuf),
}

/// A file being read by a thread of its own, since inflating and decoding are work and no waiting.
struct Reading {
    key: String,
    pages: mpsc::Receiver<Vec<Listed>>,
    feeding: JoinHandle<Result<()>>,
    decoding: JoinHandle<Result<()>>,
}

impl Inventory {
    /// Reads its manifest, from S3 or from a disk.
    ///
    /// # Errors
    /// It cannot be read, is of another bucket, or its files are in a form that is not read.
    pub(crate) async fn open(
        aws: &SdkConfig,
        settings: &ObjectSettings,
        location: &Location,
        manifest: &str,
    ) -> Result<Self> {
        let reader = ObjectReader::new(aws, settings);
        let (text, folder) = match manifest.parse::<Location>() {
            Ok(Location { bucket, prefix: key }) => (small_object(&reader, &bucket, &key).await?, None),
            Err(_) => {
                let path = PathBuf::from(manifest);
                let text = std::fs::read(&path).with_context(|| format!("{manifest} cannot be read"))?;
                (text, Some(path))
            }
        };
        let (read, form) =
            Manifest::read(&text, &location.bucket).map_err(|problem| anyhow!("{manifest}: {problem}"))?;
        let home = match folder {
            None => Home::Bucket(read.destination().to_owned()),
            Some(path) => Home::Folder(path),
        };
        let prefix = location.prefix.as_str().into();
        Ok(Self { reader, home, manifest: read, form, prefix, next: 0, reading: None })
    }

    /// When it was made.
    pub(crate) fn as_of(&self) -> Option<Timestamp> {
        self.manifest.as_of()
    }

    /// From the first page on once more.
    pub(crate) fn again(&mut self) {
        (self.next, self.reading) = (0, None);
    }

    /// The next objects below the prefix; `None` behind the last.
    ///
    /// # Errors
    /// A file is missing, cut, or not what the manifest says.
    pub(crate) async fn page(&mut self) -> Result<Option<Vec<Listed>>> {
        loop {
            let Some(reading) = &mut self.reading else {
                let Some(file) = self.manifest.files.get(self.next).cloned() else { return Ok(None) };
                self.next += 1;
                self.reading = Some(self.begin(file));
                continue;
            };
            if let Some(page) = reading.pages.recv().await {
                return Ok(Some(page));
            }
            // That no page comes any more says nothing yet: the thread may have failed, or panicked over hostile bytes.
            if let Some(Reading { key, feeding, decoding, .. }) = self.reading.take() {
                let broke_off = || format!("reading the inventory's file {key} broke off");
                // Where the bytes did not come, that is why decoding them failed.
                feeding.await.with_context(broke_off)??;
                decoding.await.with_context(broke_off)??;
            }
        }
    }

    fn begin(&self, file: File) -> Reading {
        let (send_bytes, bytes) = mpsc::channel(4);
        let (send_page, pages) = mpsc::channel(2);
        let (reader, home) = (self.reader.clone(), self.home.clone());
        let fed = file.clone();
        let feeding = tokio::spawn(async move { feed(&reader, &home, &fed, send_bytes).await });
        let (form, prefix) = (self.form, Arc::clone(&self.prefix));
        let key = file.key.clone();
        let decoding = tokio::task::spawn_blocking(move || {
            // A reader that is gone wants no more pages.
            let mut give = |page| send_page.blocking_send(page).is_ok();
            let bytes = Measured::new(bytes);
            match form {
                Form::Csv(columns) => csv_rows::read(&columns, &file, &prefix, bytes, &mut give),
                Form::Parquet => parquet_rows::read(&file, &prefix, bytes, &mut give),
            }
        });
        Reading { key, pages, feeding, decoding }
    }
}

/// Hands over a file's bytes, in order. A broken transfer goes on behind the break.
async fn feed(reader: &ObjectReader, home: &Home, file: &File, send: mpsc::Sender<Bytes>) -> Result<()> {
    match home {
        Home::Folder(manifest) => {
            let path = file.beside(manifest);
            let shown = path.display().to_string();
            let mut open =
                tokio::fs::File::open(&path).await.with_context(|| format!("{shown} cannot be read"))?;
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = open.read(&mut chunk).await.with_context(|| format!("{shown} cannot be read"))?;
                chunk.truncate(read);
                if read == 0 || send.send(chunk.into()).await.is_err() {
                    return Ok(());
                }
            }
        }
        Home::Bucket(bucket) => {
            let object = reference(bucket, &file.key);
            let mut attempts = Attempts::new(reader.settings().attempts);
            let unreadable = || format!("s3://{bucket}/{} cannot be read", file.key);
            let opened = reader.open(&object, &mut attempts, Deadline::none()).await;
            let Opened::Body(mut body) =
                opened.map_err(|error| anyhow!("{error}")).with_context(unreadable)?
            else {
                bail!("s3://{bucket}/{} is gone, which the inventory's manifest names", file.key);
            };
            loop {
                let chunk = body.next(&mut attempts).await;
                let chunk = chunk.map_err(|error| anyhow!("{error}")).with_context(unreadable)?;
                let Some(chunk) = chunk else { return Ok(()) };
                if send.send(chunk).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

async fn small_object(reader: &ObjectReader, bucket: &str, key: &str) -> Result<Vec<u8>> {
    let object = reference(bucket, key);
    let unreadable = || format!("s3://{bucket}/{key} cannot be read");
    let mut attempts = Attempts::new(reader.settings().attempts);
    let opened = reader.open(&object, &mut attempts, Deadline::none()).await;
    let Opened::Body(mut body) = opened.map_err(|error| anyhow!("{error}")).with_context(unreadable)? else {
        bail!("s3://{bucket}/{key} does not exist; expected an inventory's manifest.json");
    };
    let mut text = Vec::new();
    loop {
        let chunk = body.next(&mut attempts).await.map_err(|error| anyhow!("{error}"));
        let Some(chunk) = chunk.with_context(unreadable)? else { return Ok(text) };
        text.extend_from_slice(&chunk);
        if text.len() > LARGEST_MANIFEST {
            bail!(
                "s3://{bucket}/{key} is larger than an inventory's manifest can be; name its manifest.json"
            );
        }
    }
}

fn reference(bucket: &str, key: &str) -> ObjectReference {
    ObjectReference {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        version_id: None,
        etag: None,
        sequencer: None,
        event_time: None,
        size: None,
        removal: None,
    }
}
