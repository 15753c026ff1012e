//! What can go wrong in reading an object, and which of it another attempt may cure.

use std::fmt;
use std::time::Duration;

use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectError;

/// Why an object could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// It does not exist, or the version named is a delete marker.
    Missing,
    /// The object that was being read is not there any more: another stands in its place.
    Changed,
    /// It lies in an archive, and nobody can read it before it is restored. The storage class, where S3 names it.
    Archived(Option<String>),
    /// S3 refused, by its code and HTTP status.
    Refused {
        /// S3's error code.
        code: String,
        /// HTTP status.
        status: u16,
    },
    /// No byte came for this long.
    Stalled(Duration),
    /// One attempt took longer than this.
    TooSlow(Duration),
    /// The network, or what came over it.
    Broken(String),
    /// The invocation's time is used up.
    Deadline,
}

impl ReadError {
    /// Sorts the SDK's error.
    pub(super) fn from_get(error: &SdkError<GetObjectError>) -> Self {
        let Some(status) = error.raw_response().map(|response| response.status().as_u16()) else {
            return Self::Broken(DisplayErrorContext(error).to_string());
        };
        let code = error.code().unwrap_or_default();
        match (status, code) {
            // A bucket that is gone is a fault of configuration: its objects are not "missing".
            (404, "NoSuchBucket") => Self::Refused { code: code.to_owned(), status },
            // 405: the version that the event names is by now a delete marker.
            (404 | 405, _) => Self::Missing,
            (412, _) => Self::Changed,
            (_, "InvalidObjectState") => Self::Archived(storage_class(error)),
            _ => Self::Refused {
                code: if code.is_empty() { "no code".to_owned() } else { code.to_owned() },
                status,
            },
        }
    }

    /// Whether the same read may succeed a moment later.
    pub(super) fn is_worth_another_attempt(&self) -> bool {
        !matches!(self, Self::Missing | Self::Archived(_) | Self::Deadline)
    }
}

fn storage_class(error: &SdkError<GetObjectError>) -> Option<String> {
    match error.as_service_error() {
        Some(GetObjectError::InvalidObjectState(state)) => {
            state.storage_class().map(|class| class.as_str().to_owned())
        }
        _ => None,
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(formatter, "the object does not exist"),
            Self::Changed => write!(formatter, "the object was overwritten while it was read"),
            Self::Archived(None) => write!(formatter, "the object is archived"),
            Self::Archived(Some(class)) => {
                write!(formatter, "the object is archived (storage class {class})")
            }
            Self::Refused { code, status } => write!(formatter, "S3 answered {status} {code}"),
            Self::Stalled(limit) => write!(formatter, "no byte came for {} ms", limit.as_millis()),
            Self::TooSlow(limit) => write!(formatter, "the read took longer than {} ms", limit.as_millis()),
            Self::Broken(problem) => write!(formatter, "the read broke: {problem}"),
            Self::Deadline => write!(formatter, "the invocation's time is used up"),
        }
    }
}

impl std::error::Error for ReadError {}
