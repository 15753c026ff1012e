//! The emulator (ministack), as a process of one's own on a free port.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hyper::{HeaderMap, Method};
use rustix::process::Signal;

use super::client::{ACCOUNT, Aws, REGION};
use crate::environment::Environment;
use crate::ports;
use crate::process::{Launch, Process};

/// What does not answer by then hangs: a busy machine takes minutes for what is usually a moment.
const START_LIMIT: Duration = Duration::from_secs(300);
const POLL: Duration = Duration::from_millis(50);

/// A running emulator; dropping it stops it.
#[derive(Debug)]
pub struct Emulator {
    process: Process,
    aws: Aws,
    port: u16,
}

impl Emulator {
    /// Starts it with its files and log in `folder`, and waits until it answers.
    ///
    /// # Errors
    /// When it is not installed or does not come up; the text carries its log.
    pub async fn start(folder: &Path) -> Result<Self> {
        let program = Environment::stack()?.programs().join("ministack");
        ensure!(program.exists(), "the AWS emulator is not installed; run cargo xtask setup");
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let port = ports::free()?;
        let process = Launch::new("the AWS emulator", program)
            // Its default is every address of the machine.
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("MINISTACK_REGION", REGION)
            .env("MINISTACK_ACCOUNT_ID", ACCOUNT)
            .env("LOG_LEVEL", "WARNING")
            .env("TMPDIR", folder)
            .env("S3_DATA_DIR", folder.join("s3"))
            .folder(folder)
            .log(folder.join("emulator.log"))
            // It keeps nothing that would be worth an orderly end.
            .stop_with(Signal::KILL, Duration::from_secs(5))
            .start()?;
        let mut emulator = Self { process, aws: Aws::on_port(port), port };
        emulator.wait_until_ready().await?;
        Ok(emulator)
    }

    /// A client of it.
    #[must_use]
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// Its TCP port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let health =
                self.aws.send("s3", Method::GET, "/_localstack/health", HeaderMap::new(), "".into()).await;
            match health {
                Ok(answer) if answer.status.is_success() => return Ok(()),
                _ if Instant::now() > deadline => {
                    bail!("the AWS emulator did not come up{}", self.process.last_words())
                }
                _ => {
                    self.process.require_running()?;
                    tokio::time::sleep(POLL).await;
                }
            }
        }
    }
}
