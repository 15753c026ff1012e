//! What a bucket holds below a prefix, a page at a time.

use std::time::Duration;

use anyhow::{Result, anyhow};
use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{EncodingType, Object, OptionalObjectAttributes};
use shipper::notification::key::decode_percent;
use shipper::reader::client_config;
use shipper::settings::ObjectSettings;
use shipper::timestamp::Timestamp;

use crate::listed::{Listed, is_archive};
use crate::location::Location;

/// S3 asks whoever is too fast to wait, and a listing has time.
const ATTEMPTS: u32 = 8;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// A listing under way. It holds one page.
#[derive(Debug)]
pub(crate) struct Listing {
    client: Client,
    location: Location,
    owner: Option<String>,
    next: Next,
}

#[derive(Debug)]
enum Next {
    First,
    Behind(String),
    Nothing,
}

impl Listing {
    pub(crate) fn begin(aws: &SdkConfig, settings: &ObjectSettings, location: &Location) -> Self {
        let config = client_config(aws, settings)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build())
            .build();
        Self {
            client: Client::from_conf(config),
            location: location.clone(),
            owner: settings.expected_bucket_owner.clone(),
            next: Next::First,
        }
    }

    /// The next page, in the order of keys; `None` behind the last.
    ///
    /// # Errors
    /// Why the bucket cannot be listed, and what to do.
    pub(crate) async fn page(&mut self) -> Result<Option<Vec<Listed>>> {
        let behind = match &self.next {
            Next::First => None,
            Next::Behind(token) => Some(token.clone()),
            Next::Nothing => return Ok(None),
        };
        let answer = self
            .client
            .list_objects_v2()
            .bucket(&self.location.bucket)
            .prefix(&self.location.prefix)
            // Else a key with a character that XML does not know makes the whole page unreadable.
            .encoding_type(EncodingType::Url)
            .optional_object_attributes(OptionalObjectAttributes::RestoreStatus)
            .set_continuation_token(behind)
            .set_expected_bucket_owner(self.owner.clone())
            .send()
            .await
            .map_err(|error| self.refusal(&error))?;
        self.next = match answer.next_continuation_token() {
            Some(token) if answer.is_truncated() == Some(true) => Next::Behind(token.to_owned()),
            _ => Next::Nothing,
        };
        let encoded = answer.encoding_type() == Some(&EncodingType::Url);
        answer.contents().iter().map(|object| listed(object, encoded)).collect::<Result<_>>().map(Some)
    }

    /// From the first page on once more.
    pub(crate) fn again(&mut self) {
        self.next = Next::First;
    }

    fn refusal<E>(&self, error: &SdkError<E>) -> anyhow::Error
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let bucket = &self.location.bucket;
        let status = error.raw_response().map(|response| response.status().as_u16());
        let Some(status) = status else {
            return anyhow!("bucket {bucket} cannot be listed: {}", DisplayErrorContext(error));
        };
        let code = error.code().unwrap_or("no code");
        // S3 names it wherever it knows it.
        let region = error.raw_response().and_then(|response| response.headers().get("x-amz-bucket-region"));
        let elsewhere = match region {
            Some(region) => format!("the bucket is in the region {region}; set AWS_REGION to it"),
            None => "the bucket is in another region; set AWS_REGION to it".to_owned(),
        };
        let advice = match (status, code) {
            (_, "NoSuchBucket") => "there is no such bucket; look at its name and at AWS_REGION",
            (301, _)
            | (
                _,
                "PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException",
            ) => elsewhere.as_str(),
            (_, "RequestTimeTooSkewed") => "this machine's clock is off by more than 15 minutes; set it",
            (_, "SlowDown" | "ServiceUnavailable") | (503, _) => {
                "S3 asks to be slower, and went on doing so; run the command again later"
            }
            (
                _,
                "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "InvalidToken"
                | "ExpiredToken"
                | "TokenRefreshRequired",
            ) => {
                "AWS does not take these credentials, or they have expired; log in again, or look at AWS_PROFILE"
            }
            (403, _) if self.owner.is_some() => {
                "s3:ListBucket on it is needed, and EXPECTED_BUCKET_OWNER has to own it"
            }
            (403, _) => "s3:ListBucket on it is needed",
            _ => "nothing was changed; run the command again",
        };
        anyhow!("bucket {bucket} cannot be listed: S3 answered {status} {code}; {advice}")
    }
}

fn listed(object: &Object, encoded: bool) -> Result<Listed> {
    let raw = object.key().unwrap_or_default();
    let key = if encoded {
        decode_percent(raw.as_bytes(), true).and_then(|bytes| String::from_utf8(bytes).ok())
    } else {
        Some(raw.to_owned())
    };
    Ok(Listed {
        key: key.ok_or_else(|| anyhow!("S3 lists a key that cannot be decoded: {raw}"))?,
        etag: object.e_tag().map(|etag| etag.trim_start_matches("W/").trim_matches('"').to_owned()),
        size: object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
        modified: object.last_modified().and_then(Timestamp::from_sdk),
        modified_text: object.last_modified().map(ToString::to_string).unwrap_or_default(),
        archived: archived(object),
    })
}

/// The storage class, where S3 would refuse to read the object.
fn archived(object: &Object) -> Option<String> {
    let class = object.storage_class()?;
    let is_restored = object.restore_status().is_some_and(|status| status.restore_expiry_date().is_some());
    (is_archive(class.as_str()) && !is_restored).then(|| class.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::primitives::DateTime;
    use aws_sdk_s3::types::{ObjectStorageClass, RestoreStatus};

    use super::*;

    #[test]
    fn an_etag_is_what_the_reader_makes_of_it() {
        for (told, etag) in [("\"a-2\"", "a-2"), ("W/\"a\"", "a"), ("a", "a")] {
            let object = Object::builder().key("k").e_tag(told).build();
            assert_eq!(listed(&object, false).unwrap().etag.as_deref(), Some(etag));
        }
    }

    #[test]
    fn what_lies_in_an_archive_can_be_read_only_when_it_is_restored() {
        let of = |class: &str, restored: Option<RestoreStatus>| {
            let class = ObjectStorageClass::from(class);
            let object = Object::builder().key("k").storage_class(class).set_restore_status(restored).build();
            listed(&object, false).unwrap().archived
        };
        for class in ["STANDARD", "STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING", "ANOTHER"] {
            assert_eq!(of(class, None), None, "{class}");
        }
        for class in ["GLACIER", "DEEP_ARCHIVE"] {
            let begun = RestoreStatus::builder().is_restore_in_progress(true).build();
            let done = RestoreStatus::builder().restore_expiry_date(DateTime::from_secs(1)).build();
            assert_eq!(of(class, None).as_deref(), Some(class));
            assert_eq!(of(class, Some(begun)).as_deref(), Some(class));
            assert_eq!(of(class, Some(done)), None);
        }
    }
}
