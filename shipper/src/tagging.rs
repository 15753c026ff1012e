//! What happens to an object after its load: by choice, a tag on exactly the version that was loaded.
//!
//! A tag is a convenience for rules of the bucket. It comes after the COMMIT, and whatever becomes of it changes no outcome.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::types::{Tag, Tagging};
use futures_util::{StreamExt, stream};

use crate::budget::Deadline;
use crate::database::{Database, Known};
use crate::notification::ObjectReference;
use crate::reader::client_config;
use crate::settings::Settings;

/// The tag's key; its value is the status in the ledger, `loaded` or `partially_loaded`.
const KEY: &str = "pg_ingest";

/// How many objects have been tagged, and how many could not be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tagged {
    /// Versions that have the tag now.
    pub tagged: u64,
    /// Versions that should have it and may not.
    pub failed: u64,
}

/// Tags objects.
pub struct Tagger {
    client: Client,
    expected_bucket_owner: Option<String>,
    at_once: usize,
}

impl Tagger {
    /// Prepares; asks for nothing yet.
    pub fn new(aws: &aws_config::SdkConfig, settings: &Settings) -> Self {
        let objects = &settings.objects;
        let timeouts = TimeoutConfig::builder().operation_timeout(objects.object_timeout).build();
        let config = client_config(aws, objects)
            .retry_config(RetryConfig::standard().with_max_attempts(objects.attempts))
            .timeout_config(timeouts)
            .build();
        Self {
            client: Client::from_conf(config),
            expected_bucket_owner: objects.expected_bucket_owner.clone(),
            at_once: objects.max_inflight_objects,
        }
    }

    /// Tags those of the objects whose newest entry in the ledger is loaded: that version, and no newer one that may stand in
    /// its place by now.
    pub async fn tag(
        &self,
        database: &mut Database,
        objects: &[ObjectReference],
        deadline: Deadline,
    ) -> Tagged {
        let mut keys: HashMap<&str, Vec<&str>> = HashMap::new();
        for object in objects {
            keys.entry(&object.bucket).or_default().push(&object.key);
        }
        let mut sum = Tagged::default();
        for (bucket, mut keys) in keys {
            keys.sort_unstable();
            keys.dedup();
            let of_bucket = self.tag_in(database, bucket, &keys, deadline).await;
            sum.tagged += of_bucket.tagged;
            sum.failed += of_bucket.failed;
        }
        sum
    }

    async fn tag_in(
        &self,
        database: &mut Database,
        bucket: &str,
        keys: &[&str],
        deadline: Deadline,
    ) -> Tagged {
        let known = match database.known(bucket, keys, deadline).await {
            Ok(known) => known,
            Err(error) => {
                tracing::warn!(bucket, %error, objects = keys.len(), "objects are not tagged: the ledger does not say which are loaded");
                return Tagged { tagged: 0, failed: keys.len() as u64 };
            }
        };
        let loaded: Vec<Known> = known.into_iter().filter(Known::is_loaded).collect();
        let wanted = loaded.len() as u64;
        let outcomes = stream::iter(&loaded)
            .map(|object| self.tag_one(bucket, object, deadline))
            .buffer_unordered(self.at_once.max(1));
        let tagged = outcomes.filter(|is_tagged| std::future::ready(*is_tagged)).count().await as u64;
        Tagged { tagged, failed: wanted - tagged }
    }

    async fn tag_one(&self, bucket: &str, object: &Known, deadline: Deadline) -> bool {
        let left = deadline.left();
        let outcome = if left == Duration::ZERO {
            Err(anyhow::anyhow!("the invocation's time is used up"))
        } else {
            tokio::time::timeout(left, self.put_tag(bucket, object))
                .await
                .unwrap_or_else(|_| Err(anyhow::anyhow!("the invocation's time is used up")))
        };
        if let Err(error) = &outcome {
            let key = &object.key;
            tracing::warn!(
                bucket,
                key,
                error = format!("{error:#}"),
                "an object is loaded but could not be tagged"
            );
        }
        outcome.is_ok()
    }

    async fn put_tag(&self, bucket: &str, object: &Known) -> anyhow::Result<()> {
        // S3 writes the version `null` where it keeps none: under that name another object may stand already.
        let version = object.version_id.as_deref().filter(|version| *version != "null").context(
            "its bucket keeps no versions, so that nothing says whether it is still what was loaded",
        )?;
        let owner = self.expected_bucket_owner.clone();
        let (key, status) = (&object.key, &object.status);
        let there = self
            .client
            .get_object_tagging()
            .bucket(bucket)
            .key(key)
            .version_id(version)
            .set_expected_bucket_owner(owner.clone())
            .send()
            .await
            .map_err(|error| anyhow::anyhow!("{}", DisplayErrorContext(error)))?;
        // To put tags is to put all of them: those of others stay.
        let (own, mut tags): (Vec<Tag>, Vec<Tag>) =
            there.tag_set.into_iter().partition(|tag| tag.key() == KEY);
        if own.iter().any(|tag| tag.value() == status) {
            return Ok(());
        }
        tags.push(Tag::builder().key(KEY).value(status).build()?);
        self.client
            .put_object_tagging()
            .bucket(bucket)
            .key(key)
            .version_id(version)
            .set_expected_bucket_owner(owner)
            .tagging(Tagging::builder().set_tag_set(Some(tags)).build()?)
            .send()
            .await
            .map_err(|error| anyhow::anyhow!("{}", DisplayErrorContext(error)))?;
        Ok(())
    }
}
