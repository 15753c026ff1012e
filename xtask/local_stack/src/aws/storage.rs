//! S3: buckets and objects.

use anyhow::{Context, Result};
use bytes::Bytes;
use hyper::{HeaderMap, Method};

use super::client::{Aws, encoded};

impl Aws {
    /// Makes a bucket.
    ///
    /// # Errors
    /// When S3 refuses.
    pub async fn create_bucket(&self, bucket: &str) -> Result<()> {
        let answer =
            self.send("s3", Method::PUT, &format!("/{bucket}"), HeaderMap::new(), Bytes::new()).await?;
        answer.successful(&format!("making the bucket {bucket}")).map(drop)
    }

    /// Uploads an object; its ETag, without quotes.
    ///
    /// # Errors
    /// When S3 refuses.
    pub async fn put_object(&self, bucket: &str, key: &str, body: Bytes) -> Result<String> {
        let answer = self.send("s3", Method::PUT, &path(bucket, key), HeaderMap::new(), body).await?;
        let etag = answer.headers.get("etag").and_then(|value| value.to_str().ok()).map(str::to_owned);
        answer.successful(&format!("uploading {key}"))?;
        Ok(etag
            .with_context(|| format!("the upload of {key} was answered without an ETag"))?
            .replace('"', ""))
    }

    /// Whether the bucket's events go to this queue.
    ///
    /// # Errors
    /// When S3 refuses.
    pub async fn notifies_queue(&self, bucket: &str, queue_arn: &str) -> Result<bool> {
        let path = format!("/{bucket}?notification");
        let answer = self.send("s3", Method::GET, &path, HeaderMap::new(), Bytes::new()).await?;
        let xml = answer.successful(&format!("reading the notifications of {bucket}"))?;
        Ok(String::from_utf8_lossy(&xml).contains(queue_arn))
    }

    /// Deletes an object (in a versioned bucket: hides it behind a delete marker).
    ///
    /// # Errors
    /// When S3 refuses.
    pub async fn delete_object(&self, bucket: &str, key: &str) -> Result<()> {
        let answer =
            self.send("s3", Method::DELETE, &path(bucket, key), HeaderMap::new(), Bytes::new()).await?;
        answer.successful(&format!("deleting {key}")).map(drop)
    }

    /// Deletes every version of an object, as if it had never been.
    ///
    /// # Errors
    /// When S3 refuses.
    pub async fn delete_object_versions(&self, bucket: &str, key: &str) -> Result<()> {
        let listing = format!("/{bucket}?versions&prefix={}", encoded(key, ""));
        let answer = self.send("s3", Method::GET, &listing, HeaderMap::new(), Bytes::new()).await?;
        let xml = answer.successful(&format!("listing the versions of {key}"))?;
        for version in versions(&String::from_utf8_lossy(&xml), key)? {
            let version = format!("{}?versionId={}", path(bucket, key), encoded(&version, ""));
            let answer = self.send("s3", Method::DELETE, &version, HeaderMap::new(), Bytes::new()).await?;
            answer.successful(&format!("deleting a version of {key}"))?;
        }
        Ok(())
    }
}

fn path(bucket: &str, key: &str) -> String {
    format!("/{bucket}/{}", encoded(key, "/"))
}

/// The version ids of `key` in S3's answer to ListObjectVersions.
fn versions(xml: &str, key: &str) -> Result<Vec<String>> {
    let document = roxmltree::Document::parse(xml).context("the list of versions is no XML")?;
    let text = |node: &roxmltree::Node<'_, '_>, name: &str| {
        node.children()
            .find(|child| child.has_tag_name(name) || child.tag_name().name() == name)?
            .text()
            .map(str::to_owned)
    };
    let entries =
        document.descendants().filter(|node| ["Version", "DeleteMarker"].contains(&node.tag_name().name()));
    Ok(entries
        .filter(|node| text(node, "Key").as_deref() == Some(key))
        .filter_map(|node| text(&node, "VersionId"))
        .collect())
}
