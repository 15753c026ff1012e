//! A stack made by CloudFormation from one of the product's templates.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use super::client::Aws;

/// Whoever has not answered by then hangs: a busy machine takes minutes for what is usually a moment.
const LIMIT: Duration = Duration::from_secs(600);
const POLL: Duration = Duration::from_millis(50);
const VERSION: (&str, &str) = ("Version", "2010-05-15");

/// A deployed stack.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The stack's outputs.
    pub outputs: BTreeMap<String, String>,
}

impl Deployment {
    /// One of its outputs.
    ///
    /// # Errors
    /// When the template gives no such output.
    pub fn output(&self, name: &str) -> Result<&str> {
        self.outputs
            .get(name)
            .map(String::as_str)
            .with_context(|| format!("the template gives no output {name}"))
    }
}

impl Aws {
    /// Creates a stack from a template and waits until it stands.
    ///
    /// # Errors
    /// When the template is refused or a resource fails; the text carries each failure's reason.
    pub async fn deploy(
        &self,
        stack: &str,
        template: &Path,
        parameters: &[(&str, &str)],
    ) -> Result<Deployment> {
        let body = std::fs::read_to_string(template)
            .with_context(|| format!("the template {} cannot be read", template.display()))?;
        let names: Vec<(String, String)> = (1..=parameters.len())
            .map(|n| {
                (
                    format!("Parameters.member.{n}.ParameterKey"),
                    format!("Parameters.member.{n}.ParameterValue"),
                )
            })
            .collect();
        let mut form =
            vec![("Action", "CreateStack"), VERSION, ("StackName", stack), ("TemplateBody", body.as_str())];
        form.push(("Capabilities.member.1", "CAPABILITY_NAMED_IAM"));
        for ((key_name, value_name), (key, value)) in names.iter().zip(parameters) {
            form.push((key_name, key));
            form.push((value_name, value));
        }
        self.query("cloudformation", &form).await?;
        self.wait_until_created(stack).await
    }

    /// Puts a secret under a name; its ARN.
    ///
    /// # Errors
    /// When Secrets Manager refuses.
    pub async fn create_secret(&self, name: &str, value: &str) -> Result<String> {
        let request = json!({ "Name": name, "SecretString": value });
        let answer = self.json("secretsmanager", "secretsmanager.CreateSecret", &request).await?;
        let arn = answer.get("ARN").and_then(Value::as_str).context("Secrets Manager gave no ARN")?;
        Ok(arn.to_owned())
    }

    async fn wait_until_created(&self, stack: &str) -> Result<Deployment> {
        let deadline = Instant::now() + LIMIT;
        loop {
            let describe = [("Action", "DescribeStacks"), VERSION, ("StackName", stack)];
            let answer = self.query("cloudformation", &describe).await?;
            let (status, outputs) = described(&answer)?;
            match status.as_str() {
                "CREATE_COMPLETE" => return Ok(Deployment { outputs }),
                "CREATE_IN_PROGRESS" if Instant::now() < deadline => tokio::time::sleep(POLL).await,
                _ => bail!("the stack {stack} ended as {status}: {}", self.failures(stack).await?),
            }
        }
    }

    async fn failures(&self, stack: &str) -> Result<String> {
        let events = [("Action", "DescribeStackEvents"), VERSION, ("StackName", stack)];
        let answer = self.query("cloudformation", &events).await?;
        let document = Document::parse(&answer).context("CloudFormation's list of events is no XML")?;
        let failed = document
            .descendants()
            .filter(|node| child(node, "ResourceStatus").is_some_and(|status| status.ends_with("_FAILED")))
            .map(|node| {
                let said = |name: &str| child(&node, name).unwrap_or_default();
                format!("{}: {}", said("LogicalResourceId"), said("ResourceStatusReason"))
            });
        Ok(failed.collect::<Vec<_>>().join("; "))
    }
}

/// Status and outputs in the answer to DescribeStacks.
fn described(xml: &str) -> Result<(String, BTreeMap<String, String>)> {
    let document = Document::parse(xml).context("CloudFormation's description is no XML")?;
    let text = |name: &str| {
        document.descendants().find(|node| node.tag_name().name() == name).and_then(|node| node.text())
    };
    let status = text("StackStatus").context("CloudFormation's description names no status")?.to_owned();
    let outputs = document.descendants().filter_map(|node| {
        Some((child(&node, "OutputKey")?, child(&node, "OutputValue").unwrap_or_default()))
    });
    Ok((status, outputs.collect()))
}

fn child(node: &Node<'_, '_>, name: &str) -> Option<String> {
    let found = node.children().find(|child| child.tag_name().name() == name)?;
    Some(found.text().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_outputs_are_read_from_the_description() {
        let xml = "<R xmlns='urn:x'><Stacks><member><StackStatus>CREATE_COMPLETE</StackStatus><Outputs><member>\
                   <OutputKey>QueueUrl</OutputKey><OutputValue>u</OutputValue></member></Outputs></member></Stacks></R>";
        let (status, outputs) = described(xml).unwrap();
        assert_eq!(status, "CREATE_COMPLETE");
        assert_eq!(outputs["QueueUrl"], "u");
    }
}
