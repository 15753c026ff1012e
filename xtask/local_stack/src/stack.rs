//! The whole path on one machine: S3, SQS and Secrets Manager emulated and deployed by the product's own template, the
//! real shipper under the Lambda runtime API, and a private PostgreSQL.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_postgres::Client;

use crate::aws::{Aws, Deployment, Emulator};
use crate::lambda::{Configuration, Function, Mapping, MappingSettings};
use crate::postgres::{Cluster, Options, Sizing};
use crate::{repository, scratch};

/// The bucket that files land in.
pub const BUCKET: &str = "landing-zone";
/// The database that they are loaded into.
pub const DATABASE: &str = "pg_ingest";
/// The shipper's own login, a member of `ingest_shipper` and nothing more.
pub const SHIPPER_LOGIN: &str = "shipper";

const CODE_BUCKET: &str = "code";
const CODE_KEY: &str = "shipper/local.zip";
/// The end record of an empty zip archive: the function that runs is the local binary.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// How the stack is set up.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// The shipper's binary.
    pub shipper: PathBuf,
    /// Parameters of the template that differ from its defaults, such as `BatchWindow`.
    pub parameters: Vec<(String, String)>,
    /// Environment variables that the function has besides those of the template.
    pub environment: Vec<(String, String)>,
    /// How much of the machine PostgreSQL may use.
    pub sizing: Sizing,
    /// Whether nothing in PostgreSQL need outlive the machine; see [`Options::passing`].
    pub passing: bool,
}

impl StackOptions {
    /// The template's defaults, but for a window of one second, for a test.
    #[must_use]
    pub fn new(shipper: PathBuf) -> Self {
        Self {
            shipper,
            parameters: vec![("BatchWindow".to_owned(), "1".to_owned())],
            environment: Vec::new(),
            sizing: Sizing::Small,
            passing: true,
        }
    }
}

/// A running stack; dropping it stops everything, first the mapping, last the temporary folder.
#[derive(Debug)]
pub struct Stack {
    mapping: Option<Mapping>,
    function: Arc<Function>,
    deployment: Deployment,
    emulator: Emulator,
    cluster: Cluster,
    settings: MappingSettings,
    folder: TempDir,
}

impl Stack {
    /// Starts everything but the mapping: nothing is taken from the queue until [`Stack::start_mapping`].
    ///
    /// # Errors
    /// When a part does not start, or the deployed resources are not what the template promises.
    pub async fn start(options: StackOptions) -> Result<Self> {
        ensure!(
            options.shipper.exists(),
            "{} is missing; run cargo build --bin shipper",
            options.shipper.display()
        );
        let folder = scratch::folder()?;
        let emulator = Emulator::start(&folder.path().join("aws")).await?;
        let (sizing, passing) = (options.sizing, options.passing);
        let cluster = Cluster::start(Options { sizing, passing, ..Options::default() }).await?;
        let secret = prepare_database(&cluster).await?;
        let aws = emulator.aws();
        let deployment = deploy(aws, &cluster, &secret, &options.parameters).await?;
        let configuration = configuration(aws, &deployment, &options, folder.path()).await?;
        let queue_url = deployment.output("QueueUrl")?;
        let settings =
            MappingSettings::deployed(aws, deployment.output("EventSourceMappingId")?, queue_url).await?;
        require_as_promised(aws, &settings).await?;
        Ok(Self {
            mapping: None,
            function: Arc::new(Function::new(configuration)),
            deployment,
            emulator,
            cluster,
            settings,
            folder,
        })
    }

    /// Starts the event source mapping, or does nothing while it runs.
    pub fn start_mapping(&mut self) {
        if self.mapping.is_none() {
            let aws = self.aws().clone();
            self.mapping = Some(Mapping::start(aws, Arc::clone(&self.function), self.settings.clone()));
        }
    }

    /// Stops it, after its running batches.
    pub async fn stop_mapping(&mut self) {
        if let Some(mapping) = self.mapping.take() {
            mapping.stop().await;
        }
    }

    /// The event source mapping, while it runs.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        self.mapping.as_ref()
    }

    /// How the mapping makes batches; changes hold from the next [`Stack::start_mapping`].
    pub fn mapping_settings(&mut self) -> &mut MappingSettings {
        &mut self.settings
    }

    /// The shipper as a Lambda function.
    #[must_use]
    pub fn function(&self) -> &Function {
        &self.function
    }

    /// Emulated AWS.
    #[must_use]
    pub fn aws(&self) -> &Aws {
        self.emulator.aws()
    }

    /// The private PostgreSQL.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// As [`Stack::cluster`], to stop and crash it.
    pub fn cluster_mut(&mut self) -> &mut Cluster {
        &mut self.cluster
    }

    /// The database's URL, for the superuser.
    #[must_use]
    pub fn url(&self) -> String {
        self.cluster.url(DATABASE)
    }

    /// A connection to the database, as the superuser.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn connect(&self) -> Result<Client> {
        self.cluster.connect(DATABASE).await
    }

    /// The queue's URL.
    ///
    /// # Errors
    /// When the template gives no such output.
    pub fn queue_url(&self) -> Result<&str> {
        self.deployment.output("QueueUrl")
    }

    /// The dead-letter queue's URL.
    ///
    /// # Errors
    /// When the template gives no such output.
    pub fn dead_letter_queue_url(&self) -> Result<&str> {
        self.deployment.output("DeadLetterQueueUrl")
    }

    /// What CloudFormation deployed.
    #[must_use]
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// A temporary folder that goes with the stack.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The log of all instances of the shipper.
    #[must_use]
    pub fn shipper_log(&self) -> PathBuf {
        shipper_log(self.folder.path())
    }
}

fn shipper_log(folder: &Path) -> PathBuf {
    folder.join("shipper.log")
}

/// A migrated database and the shipper's login; the secret's text, in RDS' shape.
async fn prepare_database(cluster: &Cluster) -> Result<String> {
    cluster.create_database(DATABASE).await?;
    let client = cluster.connect(DATABASE).await?;
    // The password is hexadecimal digits, so nothing in it needs quoting.
    let password = cluster.password();
    let statement = format!(
        "CREATE ROLE {SHIPPER_LOGIN} LOGIN PASSWORD '{password}'; GRANT ingest_shipper TO {SHIPPER_LOGIN}"
    );
    client.batch_execute(&statement).await.context("the shipper's login cannot be made")?;
    Ok(json!({
        "engine": "postgres", "username": SHIPPER_LOGIN, "password": password,
        "host": "127.0.0.1", "port": cluster.port(), "dbname": DATABASE,
    })
    .to_string())
}

async fn deploy(
    aws: &Aws,
    cluster: &Cluster,
    secret: &str,
    extra: &[(String, String)],
) -> Result<Deployment> {
    let secret_arn = aws.create_secret("pg-ingest/shipper", secret).await?;
    aws.create_bucket(CODE_BUCKET).await?;
    aws.put_object(CODE_BUCKET, CODE_KEY, EMPTY_ZIP.into()).await?;
    let authority = cluster.authority().display().to_string();
    let mut parameters = vec![
        ("BucketName", BUCKET),
        ("CodeBucket", CODE_BUCKET),
        ("CodeKey", CODE_KEY),
        ("Architecture", "x86_64"),
        ("DatabaseSecretArn", secret_arn.as_str()),
        ("DatabaseCaBundle", authority.as_str()),
        // The emulator hands over 10 messages at once whatever the mapping says, so our own mapping does the work.
        ("MappingEnabled", "false"),
    ];
    parameters.extend(extra.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    aws.deploy("pg-ingest", &repository().join("infra/ingest.yaml"), &parameters).await
}

async fn configuration(
    aws: &Aws,
    deployment: &Deployment,
    options: &StackOptions,
    folder: &Path,
) -> Result<Configuration> {
    let name = deployment.output("FunctionName")?;
    let mut configuration =
        Configuration::deployed(aws, name, options.shipper.clone(), shipper_log(folder)).await?;
    configuration.environment.push(("AWS_ENDPOINT_URL".to_owned(), aws.endpoint().to_owned()));
    configuration.environment.extend(options.environment.iter().cloned());
    Ok(configuration)
}

/// An emulator that quietly leaves out a resource would make every later check vacuous.
async fn require_as_promised(aws: &Aws, settings: &MappingSettings) -> Result<()> {
    ensure!(settings.reports_failures, "the deployed mapping lacks ReportBatchItemFailures");
    let attributes = aws.queue_attributes(&settings.queue_url).await?;
    let redrive = attributes.get("RedrivePolicy").and_then(Value::as_str).unwrap_or_default();
    ensure!(redrive.contains("deadLetterTargetArn"), "the deployed queue has no redrive policy");
    ensure!(
        aws.notifies_queue(BUCKET, &settings.queue_arn).await?,
        "the deployed bucket does not notify the queue"
    );
    Ok(())
}
