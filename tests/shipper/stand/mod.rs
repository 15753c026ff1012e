//! The stand that the shipper is tested on: the real binary under the Lambda runtime API, a real PostgreSQL behind a
//! proxy that can misbehave, and an S3 that misbehaves on demand.

pub mod database;
pub mod events;
pub mod proxy;
pub mod s3;

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use local_stack::lambda::{Configuration, Function, Outcome};
use local_stack::postgres::Cluster;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio_postgres::Client;

use events::Message;
use proxy::Proxy;
use s3::S3;

/// The bucket that tests put objects into.
pub const BUCKET: &str = "landing-zone";
/// The function's timeout.
pub const TIMEOUT: Duration = Duration::from_secs(300);
/// What every login's password holds, so that a log that shows one can be found.
pub const PASSWORD_CANARY: &str = "canary-in-the-password";

static STANDS: AtomicU32 = AtomicU32::new(0);
/// Held for reading by every stand but one that wants the machine for itself.
static MACHINE: RwLock<()> = RwLock::const_new(());

/// A stand's share of the machine.
enum Share {
    One { _guard: RwLockReadGuard<'static, ()> },
    All { _guard: RwLockWriteGuard<'static, ()> },
}

/// Everything around one shipper. Dropping it stops all of it.
pub struct Stand {
    cluster: Option<Arc<Cluster>>,
    /// A connection to this stand's own database, as superuser, past the proxy.
    pub admin: Client,
    /// Between the shipper and the server.
    pub proxy: Proxy,
    /// Objects, and the secret with the shipper's login.
    pub s3: S3,
    /// The shipper.
    pub function: Function,
    /// The shipper's login.
    pub role: String,
    /// The stand's database.
    pub database: String,
    log: PathBuf,
    _folder: TempDir,
    _share: Share,
}

/// What differs from the usual stand.
pub struct Settings {
    environment: Vec<(String, String)>,
    cluster: Option<Cluster>,
    is_alone: bool,
}

impl Settings {
    /// The usual stand. Nothing in it comes to an end of its time on a slow machine: a test of what happens then sets the
    /// one limit that it is about.
    pub fn usual() -> Self {
        let usual = [
            ("DATABASE_SSLMODE", "disable"),
            ("DEADLINE_RESERVE_MS", "10000"),
            ("OBJECT_TIMEOUT_MS", "120000"),
            ("OBJECT_STALL_TIMEOUT_MS", "60000"),
            ("DATABASE_CONNECT_TIMEOUT_MS", "60000"),
            ("DATABASE_LIVENESS_TIMEOUT_MS", "60000"),
            ("STATEMENT_TIMEOUT_MS", "240000"),
            ("LOG_LEVEL", "debug"),
        ];
        let environment = usual.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { environment, cluster: None, is_alone: false }
    }

    /// Sets one of the shipper's environment variables.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_string()));
        self
    }

    /// A server of the test's own, which it may stop and kill.
    pub fn own_cluster(mut self, cluster: Cluster) -> Self {
        self.cluster = Some(cluster);
        self
    }

    /// No other test runs meanwhile: what loads the whole machine would make others miss their deadlines.
    pub fn alone(mut self) -> Self {
        self.is_alone = true;
        self
    }

    /// Starts the stand.
    pub async fn start(self) -> Stand {
        let share = if self.is_alone {
            Share::All { _guard: MACHINE.write().await }
        } else {
            Share::One { _guard: MACHINE.read().await }
        };
        let cluster = match self.cluster {
            Some(cluster) => Arc::new(cluster),
            None => database::shared_cluster().await,
        };
        let number = STANDS.fetch_add(1, Ordering::Relaxed);
        let (database, role) = (format!("stand_{number}"), format!("shipper_{number}"));
        let admin = database::prepare(&cluster, &database, &role, PASSWORD_CANARY).await;
        let proxy = Proxy::start(cluster.port()).await;
        let s3 = S3::start().await;
        s3.set_secret(&database::secret(&role, PASSWORD_CANARY, proxy.port, &database));
        let folder = local_stack::scratch::folder().unwrap();
        let log = folder.path().join("shipper.log");
        let mut environment = vec![
            ("AWS_ENDPOINT_URL".to_owned(), s3.url()),
            ("DATABASE_SECRET_ARN".to_owned(), "shipper-login".to_owned()),
        ];
        environment.extend(self.environment);
        let function = Function::new(Configuration {
            name: "shipper".to_owned(),
            arn: "arn:aws:lambda:eu-central-1:000000000000:function:shipper".to_owned(),
            timeout: TIMEOUT,
            memory_mb: 512,
            environment,
            binary: binary("shipper"),
            log: log.clone(),
        });
        Stand {
            cluster: Some(cluster),
            admin,
            proxy,
            s3,
            function,
            role,
            database,
            log,
            _folder: folder,
            _share: share,
        }
    }
}

impl Stand {
    /// The usual stand.
    pub async fn start() -> Self {
        Settings::usual().start().await
    }

    /// The server itself, for a test that stops or kills it; only where it is the test's own.
    pub fn take_cluster(&mut self) -> Cluster {
        let cluster = self.cluster.take().expect("the stand has its server");
        Arc::into_inner(cluster).expect("the server is the test's own")
    }

    /// The server.
    pub fn cluster(&self) -> &Cluster {
        self.cluster.as_ref().expect("the stand has its server")
    }

    /// Invokes the shipper with these messages. Returns the ids that it gives back.
    pub async fn deliver(&self, messages: &[Message]) -> Vec<String> {
        self.deliver_within(TIMEOUT, messages).await
    }

    /// As [`Stand::deliver`], but the shipper is told that it has only so much time left.
    pub async fn deliver_within(&self, told: Duration, messages: &[Message]) -> Vec<String> {
        let outcome = self.function.invoke_within(told, payload(messages)).await.unwrap();
        let response = outcome.json().unwrap_or_else(|error| panic!("{error:#}\n{}", self.log()));
        let failures = response["batchItemFailures"].as_array().expect("a partial batch response");
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
    }

    /// Invokes the shipper, however that ends.
    pub async fn invoke(&self, messages: &[Message]) -> Outcome {
        self.function.invoke(payload(messages)).await.unwrap()
    }

    /// Puts an object and returns the message that S3 sends of it.
    pub fn put(&self, key: &str, body: impl Into<Bytes>) -> Message {
        let object = self.s3.put(BUCKET, key, body);
        Message::new(&events::s3_notification(&[events::created(BUCKET, &object)]))
    }

    /// The process id of the waiting shipper; there must be exactly one.
    pub fn shipper_id(&self) -> u32 {
        let idle = self.function.idle_instances();
        assert_eq!(idle.len(), 1, "one instance waits");
        idle[0]
    }

    /// All that the shipper has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The log's lines of metrics.
    pub fn metrics(&self) -> Vec<Value> {
        let log = self.log();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line.get("_aws").is_some()).collect()
    }

    /// The ledger, a line a file: key, status, deliveries.
    pub async fn ledger(&self) -> Vec<(String, String, i32)> {
        let sql = "SELECT key, status, deliveries FROM ingest.file ORDER BY key, file_id";
        let rows = self.admin.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
    }

    /// The rows of `landing.things`: id and text.
    pub async fn things(&self) -> Vec<(i32, String)> {
        let rows = self.admin.query("SELECT id, said FROM landing.things ORDER BY id", &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// One number from the stand's database.
    pub async fn number(&self, sql: &str) -> i64 {
        self.admin.query_one(sql, &[]).await.unwrap().get(0)
    }
}

fn payload(messages: &[Message]) -> Bytes {
    Bytes::from(events::batch(messages).to_string())
}

/// Ends a process as a crash would. False where it had already ended.
pub fn kill(process: u32) -> bool {
    Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success()
}

/// A program of the shipper's crates, built once a test run by the same command that a person uses.
pub fn binary(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--bin", "shipper", "--bin", "pg-ingest"])
            .current_dir(local_stack::repository())
            .status()
            .unwrap();
        assert!(built.success(), "cargo build --bin shipper --bin pg-ingest failed");
        // Tests lie in target/<profile>/deps, the programs two folders up.
        let own = std::env::current_exe().unwrap();
        own.parent().and_then(|deps| deps.parent()).unwrap().to_owned()
    });
    folder.join(name)
}
