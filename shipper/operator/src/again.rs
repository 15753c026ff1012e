//! Which files may be loaded again: those of datasets that upsert.

use anyhow::{Result, anyhow};
use serde_json::Value;
use shipper::database::DatabaseError;

use crate::Session;

/// The datasets, as the pipeline tells them.
pub(crate) struct Datasets(Vec<Dataset>);

struct Dataset {
    prefix: String,
    bucket: Option<String>,
    upserts: bool,
}

impl Datasets {
    /// Asks for them.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub(crate) async fn read(session: &Session) -> Result<Self> {
        let client = session.connect().await?;
        let row = client.query_typed_one("SELECT public.ingest_status() -> 'datasets'", &[]).await;
        let row = row.map_err(|error| anyhow!("{}", DatabaseError::in_session(&error).in_full()))?;
        Ok(Self::of(&row.get(0)))
    }

    fn of(told: &Value) -> Self {
        let text = |dataset: &Value, name: &str| dataset.get(name).and_then(Value::as_str).map(str::to_owned);
        let datasets = told.as_array().into_iter().flatten().map(|dataset| Dataset {
            prefix: text(dataset, "prefix").unwrap_or_default(),
            bucket: text(dataset, "bucket"),
            upserts: text(dataset, "load_mode").as_deref() == Some("upsert")
                && dataset.get("enabled").and_then(Value::as_bool) == Some(true),
        });
        Self(datasets.collect())
    }

    /// Whether a key's dataset may load it again: that of the longest prefix, before others one of its bucket.
    pub(crate) fn upserts(&self, bucket: &str, key: &str) -> bool {
        let fits = |dataset: &&Dataset| {
            key.starts_with(&dataset.prefix) && dataset.bucket.as_deref().is_none_or(|of| of == bucket)
        };
        let best =
            self.0.iter().filter(fits).max_by_key(|dataset| (dataset.prefix.len(), dataset.bucket.is_some()));
        best.is_some_and(|dataset| dataset.upserts)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_the_dataset_s_with_the_longest_prefix() {
        let datasets = Datasets::of(&json!([
            {"name": "a", "prefix": "in/", "bucket": null, "load_mode": "upsert", "enabled": true},
            {"name": "b", "prefix": "in/log/", "bucket": null, "load_mode": "append", "enabled": true},
            {"name": "c", "prefix": "in/log/", "bucket": "own", "load_mode": "upsert", "enabled": true},
            {"name": "d", "prefix": "in/off/", "bucket": null, "load_mode": "upsert", "enabled": false},
        ]));
        for (bucket, key, may) in [
            ("b", "in/1.json", true),
            ("b", "in/log/1.json", false),
            ("own", "in/log/1.json", true),
            ("b", "in/off/1.json", false),
            ("b", "out/1.json", false),
        ] {
            assert_eq!(datasets.upserts(bucket, key), may, "{bucket}/{key}");
        }
    }
}
