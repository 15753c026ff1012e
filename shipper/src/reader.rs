//! Reading objects from S3: bounded, resumed when a body breaks, and never mixed from two versions.

mod body;
mod error;
mod held;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::StalledStreamProtectionConfig;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;

pub use body::{ObjectBody, Opened};
pub use error::ReadError;
pub use held::{Content, Fetched, HeldObject};

use crate::budget::Deadline;
use crate::copy_format::StagedRow;
use crate::notification::ObjectReference;
use crate::settings::ObjectSettings;
use crate::timestamp::Timestamp;

/// Reads objects.
#[derive(Debug, Clone)]
pub struct ObjectReader {
    client: Client,
    settings: ObjectSettings,
}

impl ObjectReader {
    /// Builds the S3 client. Retries are this module's own, since the SDK's end where a body begins to stream. The limit to
    /// silence is its own too: it holds from connecting to the last byte and costs one timer instead of the SDK's three.
    pub fn new(aws: &aws_config::SdkConfig, settings: &ObjectSettings) -> Self {
        let config = client_config(aws, settings)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        Self { client: Client::from_conf(config), settings: settings.clone() }
    }

    /// The settings that it reads by.
    pub fn settings(&self) -> &ObjectSettings {
        &self.settings
    }

    /// Sends the GET: the whole object, or what is missing of exactly the version that was begun.
    async fn get(
        &self,
        reference: &ObjectReference,
        resume: Option<&Resume>,
    ) -> Result<GetAnswer, ReadError> {
        let mut request = self
            .client
            .get_object()
            .bucket(&reference.bucket)
            .key(&reference.key)
            .set_version_id(reference.version_id.clone())
            .set_expected_bucket_owner(self.settings.expected_bucket_owner.clone());
        if let Some(resume) = resume {
            request = request.range(format!("bytes={}-", resume.received)).if_match(&resume.etag);
        }
        match tokio::time::timeout(self.settings.stall_timeout, request.send()).await {
            Ok(answer) => answer.map_err(|error| ReadError::from_get(&error)),
            Err(_) => Err(ReadError::Stalled(self.settings.stall_timeout)),
        }
    }
}

/// A client's configuration, with path-style addresses exactly where they are asked for or an endpoint of one's own is set.
pub fn client_config(aws: &aws_config::SdkConfig, settings: &ObjectSettings) -> aws_sdk_s3::config::Builder {
    let has_endpoint = aws.endpoint_url().is_some()
        || ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].iter().any(|name| std::env::var_os(name).is_some());
    aws_sdk_s3::config::Builder::from(aws).force_path_style(settings.path_style.unwrap_or(has_endpoint))
}

type GetAnswer = aws_sdk_s3::operation::get_object::GetObjectOutput;

/// Where a broken read goes on.
#[derive(Debug)]
struct Resume {
    received: u64,
    /// As S3 sent it, quotes included.
    etag: String,
}

/// What the GET's response says of the object: this, not the event, is what is ledgered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHead {
    /// Without quotes.
    pub etag: Option<String>,
    /// Where the bucket is versioned.
    pub version_id: Option<String>,
    /// To the second.
    pub last_modified: Option<Timestamp>,
    /// Bytes, as stored.
    pub size: u64,
}

impl ObjectHead {
    /// The row to stage for an object that was found.
    pub fn row(&self, reference: &ObjectReference, body_bytes: u64) -> StagedRow {
        StagedRow {
            bucket: reference.bucket.clone(),
            key: reference.key.clone(),
            // Whoever found the object in a listing knows no version; an event of the same one that comes later names it.
            version_id: reference.version_id.clone().or_else(|| self.version_id.clone()),
            etag: self.etag.clone(),
            sequencer: reference.sequencer.clone(),
            event_time: reference.event_time,
            last_modified: self.last_modified,
            size: Some(body_bytes),
        }
    }
}

/// The row to stage for an object that is not there: all that is known is what the event said.
pub fn told_row(reference: &ObjectReference) -> StagedRow {
    StagedRow {
        bucket: reference.bucket.clone(),
        key: reference.key.clone(),
        version_id: reference.version_id.clone(),
        etag: reference.etag.clone(),
        sequencer: reference.sequencer.clone(),
        event_time: reference.event_time,
        last_modified: None,
        size: reference.size,
    }
}

/// Waits before the next attempt, unless attempts or time are used up; then the error that led here is returned.
async fn wait_for_next(
    attempts: &mut crate::budget::Attempts,
    deadline: Deadline,
    error: ReadError,
) -> Result<(), ReadError> {
    if !error.is_worth_another_attempt() {
        return Err(error);
    }
    let Some(wait) = attempts.next_wait() else { return Err(error) };
    if !deadline.allows(wait) {
        return Err(ReadError::Deadline);
    }
    tracing::debug!(attempt = attempts.made(), %error, "reading again");
    tokio::time::sleep(wait).await;
    Ok(())
}
