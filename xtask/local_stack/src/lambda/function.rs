//! A function: instances of the real binary, kept warm between invocations as Lambda keeps them.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow};
use bytes::Bytes;
use rustix::process::Signal;
use serde_json::Value;

use super::runtime_api::{Invocation, RuntimeApi, Said};
use crate::aws::{Aws, REGION};
use crate::process::{Launch, Process};

/// Lambda gives a function's start this long, and begins it once more within the time of the invocation that waits for it.
const INIT_LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// What a function is made of.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// How long an invocation may take.
    pub timeout: Duration,
    /// Megabytes of memory; told to the function, not enforced.
    pub memory_mb: u64,
    /// Its environment variables.
    pub environment: Vec<(String, String)>,
    /// The real binary.
    pub binary: PathBuf,
    /// Where all its instances append their logs.
    pub log: PathBuf,
}

impl Configuration {
    /// What was deployed under `name`, to be run from `binary`.
    ///
    /// # Errors
    /// When Lambda does not know the function or tells no timeout.
    pub async fn deployed(aws: &Aws, name: &str, binary: PathBuf, log: PathBuf) -> Result<Self> {
        let deployed = aws.get_json("lambda", &format!("/2015-03-31/functions/{name}/configuration")).await?;
        let number = |field: &str| {
            let value = deployed.get(field).and_then(Value::as_u64);
            value.with_context(|| format!("the deployed function {name} has no {field}"))
        };
        let variables = deployed.pointer("/Environment/Variables").and_then(Value::as_object);
        let environment = variables
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect();
        Ok(Self {
            name: name.to_owned(),
            arn: deployed
                .get("FunctionArn")
                .and_then(Value::as_str)
                .context("the function has no ARN")?
                .to_owned(),
            timeout: Duration::from_secs(number("Timeout")?),
            memory_mb: number("MemorySize")?,
            environment,
            binary,
            log,
        })
    }
}

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The function answered.
    Response(Bytes),
    /// The function answered with an error, or could not start.
    Error(String),
    /// It did not answer in time; its instance was killed.
    TimedOut,
    /// Its process ended.
    Crashed(String),
}

/// A function whose idle instances are kept; dropping it stops them.
#[derive(Debug)]
pub struct Function {
    configuration: Configuration,
    idle: Mutex<Vec<Instance>>,
    invocations: AtomicU64,
    cold_starts: AtomicU64,
    last_start: Mutex<Option<Duration>>,
}

#[derive(Debug)]
struct Instance {
    api: RuntimeApi,
    process: Process,
}

impl Function {
    /// A function with no instance yet.
    #[must_use]
    pub fn new(configuration: Configuration) -> Self {
        Self {
            configuration,
            idle: Mutex::new(Vec::new()),
            invocations: AtomicU64::new(0),
            cold_starts: AtomicU64::new(0),
            last_start: Mutex::new(None),
        }
    }

    /// What it is made of.
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// How often it was invoked.
    #[must_use]
    pub fn invocations(&self) -> u64 {
        self.invocations.load(Ordering::Relaxed)
    }

    /// How many instances were started.
    #[must_use]
    pub fn cold_starts(&self) -> u64 {
        self.cold_starts.load(Ordering::Relaxed)
    }

    /// How long the newest instance took from its start until it asked for work; nothing while none has.
    #[must_use]
    pub fn last_start(&self) -> Option<Duration> {
        *self.last_start.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The process ids of the instances that wait for work.
    #[must_use]
    pub fn idle_instances(&self) -> Vec<u32> {
        self.idle().iter().map(|instance| instance.process.id()).collect()
    }

    /// Ends the idle instances, as Lambda does when it takes a machine back.
    pub fn retire_idle(&self) {
        self.idle().clear();
    }

    /// Runs it once, on an idle instance or a new one.
    ///
    /// # Errors
    /// Only when an instance cannot be started here; what the function does wrong is an [`Outcome`].
    pub async fn invoke(&self, payload: Bytes) -> Result<Outcome> {
        self.invoke_within(self.configuration.timeout, payload).await
    }

    /// As [`Function::invoke`], but the function is told that it has only `told` left. It is ended after its timeout as
    /// ever, so that what it does about its deadline can be seen however slow the machine is.
    ///
    /// # Errors
    /// As [`Function::invoke`].
    pub async fn invoke_within(&self, told: Duration, payload: Bytes) -> Result<Outcome> {
        let number = self.invocations.fetch_add(1, Ordering::Relaxed) + 1;
        let warm = self.idle().pop();
        let mut instance = match warm {
            Some(instance) => instance,
            None => match self.start().await? {
                Ok(instance) => instance,
                Err(outcome) => return Ok(outcome),
            },
        };
        let outcome = instance.run(&self.configuration, told, request_id(number), payload).await;
        // An instance that timed out or crashed is not used again; one that reported an error is.
        if matches!(outcome, Outcome::Response(_) | Outcome::Error(_)) {
            self.idle().push(instance);
        } else {
            instance.process.kill();
        }
        Ok(outcome)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Instance>> {
        // A panic elsewhere leaves the list as it was: instances are only pushed and popped.
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn start(&self) -> Result<Result<Instance, Outcome>> {
        self.cold_starts.fetch_add(1, Ordering::Relaxed);
        let api = RuntimeApi::listen().await?;
        let began = Instant::now();
        let process = launch(&self.configuration, &api.address).start()?;
        let mut instance = Instance { api, process };
        let deadline = tokio::time::Instant::now() + INIT_LIMIT + self.configuration.timeout;
        match instance.hear(deadline).await {
            Heard::Said(Said::Ready) => {
                let took = began.elapsed();
                *self.last_start.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(took);
                Ok(Ok(instance))
            }
            Heard::Said(Said::Error { body, .. } | Said::Response { body, .. }) => {
                Ok(Err(Outcome::Error(String::from_utf8_lossy(&body).into_owned())))
            }
            Heard::Nothing => Ok(Err(Outcome::TimedOut)),
            Heard::End(how) => Ok(Err(Outcome::Crashed(how))),
        }
    }
}

enum Heard {
    Said(Said),
    Nothing,
    End(String),
}

impl Instance {
    async fn run(
        &mut self,
        configuration: &Configuration,
        told: Duration,
        request_id: String,
        payload: Bytes,
    ) -> Outcome {
        let deadline = tokio::time::Instant::now() + configuration.timeout;
        let invocation = Invocation {
            request_id: request_id.clone(),
            deadline_ms: deadline_ms(told),
            function_arn: configuration.arn.clone(),
            payload,
        };
        if self.api.invocations.send(invocation).await.is_err() {
            return Outcome::Crashed("its runtime API has closed".to_owned());
        }
        loop {
            match self.hear(deadline).await {
                Heard::Said(Said::Response { request_id: id, body }) if id == request_id => {
                    return Outcome::Response(body);
                }
                Heard::Said(Said::Error { request_id: id, body })
                    if id.as_ref().is_none_or(|id| *id == request_id) =>
                {
                    return Outcome::Error(String::from_utf8_lossy(&body).into_owned());
                }
                // That it is ready again after the last answer, or a late word about an earlier request.
                Heard::Said(_) => {}
                Heard::Nothing => return Outcome::TimedOut,
                Heard::End(how) => return Outcome::Crashed(how),
            }
        }
    }

    /// The next thing that the runtime says, unless its process ends or the deadline passes first.
    async fn hear(&mut self, deadline: tokio::time::Instant) -> Heard {
        loop {
            tokio::select! {
                biased;
                said = self.api.said.recv() => {
                    return said.map_or_else(|| Heard::End("its runtime API has closed".to_owned()), Heard::Said);
                }
                () = tokio::time::sleep_until(deadline) => return Heard::Nothing,
                () = tokio::time::sleep(POLL) => {
                    if let Err(error) = self.process.require_running() {
                        return Heard::End(format!("{error:#}"));
                    }
                }
            }
        }
    }
}

/// The environment is the function's own and what Lambda adds; nothing of this program's.
fn launch(configuration: &Configuration, runtime_api: &str) -> Launch {
    let mut launch = Launch::new(configuration.name.clone(), &configuration.binary)
        .only_this_environment()
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
        .env("AWS_LAMBDA_FUNCTION_NAME", &configuration.name)
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", configuration.memory_mb.to_string())
        .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", configuration.name))
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "local")
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", "local")
        .env("AWS_SECRET_ACCESS_KEY", "local")
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("TZ", ":UTC")
        .log(&configuration.log)
        .stop_with(Signal::TERM, Duration::from_secs(2));
    for (name, value) in &configuration.environment {
        launch = launch.env(name, value);
    }
    launch
}

fn deadline_ms(timeout: Duration) -> u128 {
    (SystemTime::now() + timeout).duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis())
}

/// In the shape of a UUID, as Lambda's are; unique for this process and function.
fn request_id(number: u64) -> String {
    format!("{:08x}-0000-4000-8000-{number:012x}", std::process::id())
}

impl Outcome {
    /// The JSON of a response; an error says how the invocation ended instead.
    ///
    /// # Errors
    /// When the function did not answer, or not in JSON.
    pub fn json(&self) -> Result<Value> {
        match self {
            Self::Response(body) => serde_json::from_slice(body).context("the function's answer is no JSON"),
            Self::Error(error) => Err(anyhow!("the function reported an error: {error}")),
            Self::TimedOut => Err(anyhow!("the function did not answer in time")),
            Self::Crashed(how) => Err(anyhow!("the function's process ended: {how}")),
        }
    }
}
