//! A deployed stack, through the AWS CLI, which whoever deploys has.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::diagnosis::Queue;

/// The ingest part's stack, by its outputs.
pub(super) struct Stack {
    pub(super) bucket: String,
    pub(super) prefix: String,
    pub(super) suffix: String,
    pub(super) queue_url: String,
    pub(super) dead_letter_url: String,
}

impl Stack {
    /// Reads the outputs of a stack.
    ///
    /// # Errors
    /// When there is no such stack, or it is not the ingest part's.
    pub(super) fn read(name: &str) -> Result<Self> {
        let described = aws(&["cloudformation", "describe-stacks", "--stack-name", name])?;
        let outputs = described["Stacks"][0]["Outputs"].as_array().cloned().unwrap_or_default();
        let output = |wanted: &str| {
            let found = outputs.iter().find(|output| output["OutputKey"] == wanted);
            found
                .and_then(|output| output["OutputValue"].as_str())
                .map(str::to_owned)
                .with_context(|| format!("the stack {name} has no output {wanted}; is it the ingest part's?"))
        };
        Ok(Self {
            bucket: output("BucketName")?,
            prefix: output("Prefix")?,
            suffix: output("Suffix")?,
            queue_url: output("QueueUrl")?,
            dead_letter_url: output("DeadLetterQueueUrl")?,
        })
    }

    /// Puts a file under `key`.
    pub(super) fn put(&self, key: &str, file: &Path) -> Result<()> {
        let body = file.to_string_lossy();
        aws(&["s3api", "put-object", "--bucket", &self.bucket, "--key", key, "--body", &body]).map(drop)
    }

    /// Deletes what stands under `key`.
    pub(super) fn delete(&self, key: &str) -> Result<()> {
        aws(&["s3api", "delete-object", "--bucket", &self.bucket, "--key", key]).map(drop)
    }

    /// What a queue says of itself.
    pub(super) fn queue(&self, url: &str) -> Result<Queue> {
        let (waiting, in_flight) = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible");
        let answer = aws(&[
            "sqs",
            "get-queue-attributes",
            "--queue-url",
            url,
            "--attribute-names",
            waiting,
            in_flight,
        ])?;
        let number =
            |name: &str| answer["Attributes"][name].as_str().and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(Queue { waiting: number(waiting), in_flight: number(in_flight) })
    }
}

/// Runs the CLI and reads its answer. The endpoint is passed as a flag, since not every command reads the variable.
fn aws(arguments: &[&str]) -> Result<Value> {
    let mut command = Command::new("aws");
    if let Ok(endpoint) = std::env::var("AWS_ENDPOINT_URL") {
        command.args(["--endpoint-url", &endpoint]);
    }
    let output = command
        .args(arguments)
        .args(["--output", "json"])
        .output()
        .context("the AWS CLI (`aws`) cannot be started; is it installed?")?;
    if !output.status.success() {
        bail!("aws {} failed: {}", arguments[..2].join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text).with_context(|| format!("aws {} answered no JSON", arguments[..2].join(" ")))
}
