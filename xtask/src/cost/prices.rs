//! The price list, `infra/prices.json`.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// List prices in US dollars; each name says for how much of what.
#[derive(Debug, Deserialize)]
pub(super) struct Prices {
    pub(super) as_of: String,
    pub(super) region: String,
    pub(super) lambda_gb_second_arm64: f64,
    pub(super) lambda_million_requests: f64,
    pub(super) sqs_million_requests: f64,
    pub(super) s3_thousand_gets: f64,
    pub(super) logs_gb_ingested: f64,
    pub(super) metric_month: f64,
    pub(super) alarm_metric_month: f64,
    pub(super) dashboard_month: f64,
    pub(super) secret_month: f64,
    pub(super) codebuild_small_arm_minute: f64,
    pub(super) nat_hour: f64,
    pub(super) public_address_hour: f64,
    pub(super) between_zones_gb: f64,
    pub(super) endpoint_zone_hour: f64,
    pub(super) aurora_acu_hour: f64,
    pub(super) snowpipe_credits_gb: f64,
    pub(super) snowflake_credit_enterprise: f64,
    pub(super) free_each_month: Free,
}

/// What AWS gives each month without payment, once for all accounts that are billed together.
#[derive(Debug, Deserialize)]
pub(super) struct Free {
    pub(super) lambda_gb_seconds: f64,
    pub(super) lambda_requests: f64,
    pub(super) sqs_requests: f64,
    pub(super) logs_gb: f64,
    pub(super) metrics: f64,
    pub(super) alarm_metrics: f64,
}

impl Prices {
    /// Reads the price list.
    ///
    /// # Errors
    /// When the file is missing, is no JSON, or lacks a price.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not the price list", path.display()))
    }
}
