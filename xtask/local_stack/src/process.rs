//! Child processes that never outlive their parent, however it ends.
//!
//! Three things see to it. A [`Process`] that is dropped is stopped. The kernel signals every child when its parent dies
//! (`setpriv --pdeathsig`), so even `kill -9` of the parent leaves nothing running. And a child has a process group of
//! its own, so that Ctrl-C reaches the parent alone, which then stops its children in order.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

const POLL: Duration = Duration::from_millis(10);

#[derive(Debug, Clone)]
enum Output {
    Discarded,
    Shown,
    Log(PathBuf),
}

/// How a child is to be run.
#[derive(Debug, Clone)]
pub struct Launch {
    name: String,
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    only_this_environment: bool,
    folder: Option<PathBuf>,
    user: Option<String>,
    output: Output,
    stop: Signal,
    grace: Duration,
    whole_group: bool,
}

impl Launch {
    /// `program`, called `name` in messages; output is discarded unless [`Launch::log`] says where it goes.
    pub fn new(name: impl Into<String>, program: impl Into<OsString>) -> Self {
        Self {
            name: name.into(),
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            only_this_environment: false,
            folder: None,
            user: None,
            output: Output::Discarded,
            stop: Signal::TERM,
            grace: Duration::from_secs(5),
            whole_group: true,
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Starts from an empty environment instead of the parent's, as Lambda does.
    #[must_use]
    pub fn only_this_environment(mut self) -> Self {
        self.only_this_environment = true;
        self
    }

    /// The working folder.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Runs as this user; only root may ask for it.
    #[must_use]
    pub fn user(mut self, user: Option<String>) -> Self {
        self.user = user;
        self
    }

    /// Where standard output and standard error are appended.
    #[must_use]
    pub fn log(mut self, log: impl Into<PathBuf>) -> Self {
        self.output = Output::Log(log.into());
        self
    }

    /// Standard output and standard error are this program's own.
    #[must_use]
    pub fn show_output(mut self) -> Self {
        self.output = Output::Shown;
        self
    }

    /// The signal that asks it to stop, and how long it may take before it is killed.
    #[must_use]
    pub fn stop_with(mut self, signal: Signal, grace: Duration) -> Self {
        self.stop = signal;
        self.grace = grace;
        self
    }

    /// Signals go to the process alone: for servers that stop their own children.
    #[must_use]
    pub fn signal_leader_only(mut self) -> Self {
        self.whole_group = false;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// When the program cannot be run or its log cannot be opened.
    pub fn start(self) -> Result<Process> {
        let mut command = self.command()?;
        let child = on_lasting_thread(move || command.spawn())?.with_context(|| {
            format!("{} ({}) cannot be started", self.name, Path::new(&self.program).display())
        })?;
        Ok(Process { child, launch: self })
    }

    /// Runs it to its end. If the future is dropped first, it is stopped.
    ///
    /// # Errors
    /// When it cannot be run or fails; the text carries the end of its log, if it has one.
    pub async fn run(self) -> Result<()> {
        let mut process = self.start()?;
        let status = loop {
            match process.exited()? {
                Some(status) => break status,
                None => tokio::time::sleep(POLL).await,
            }
        };
        ensure!(status.success(), "{} failed ({status}){}", process.launch.name, process.last_words());
        Ok(())
    }

    fn command(&self) -> Result<Command> {
        // setpriv replaces itself by the program, so the child's id is the program's.
        let mut command = Command::new(setpriv()?);
        command.arg("--pdeathsig").arg(if self.whole_group { "KILL" } else { "QUIT" });
        if let Some(user) = &self.user {
            command.args(["--reuid", user, "--regid", user, "--init-groups"]);
        }
        command.arg("--").arg(&self.program).args(&self.arguments);
        if self.only_this_environment {
            command.env_clear();
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.as_deref().unwrap_or(Path::new("/")));
        command.process_group(0).stdin(Stdio::null());
        match &self.output {
            Output::Shown => {}
            Output::Log(path) => {
                let log = open_log(path)?;
                command.stdout(log.try_clone().context("the log's handle cannot be duplicated")?).stderr(log);
            }
            Output::Discarded => {
                command.stdout(Stdio::null()).stderr(Stdio::null());
            }
        }
        Ok(command)
    }
}

/// By its path, because the standard library forks to look for a name in the child's PATH. A fork copies the page tables of
/// a large parent, such as the benchmark, which measures how long a child takes to start.
pub(crate) fn setpriv() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join("setpriv"))
        .find(|program| program.is_file())
        .context("setpriv is in no folder of PATH; it is in Debian's package util-linux")
}

fn open_log(path: &Path) -> Result<File> {
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("the log {} cannot be opened for writing", path.display()))
}

/// A running child; dropping it stops it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    launch: Launch,
}

impl Process {
    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, or nothing while it runs.
    ///
    /// # Errors
    /// When the operating system cannot tell.
    pub fn exited(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().with_context(|| format!("the state of {} cannot be read", self.launch.name))
    }

    /// Fails with the end of its log if it has ended.
    ///
    /// # Errors
    /// When it no longer runs.
    pub fn require_running(&mut self) -> Result<()> {
        match self.exited()? {
            None => Ok(()),
            Some(status) => bail!("{} ended early with {status}{}", self.launch.name, self.last_words()),
        }
    }

    /// Sends a signal, to its whole group unless the launch says otherwise. Nothing happens if it has ended.
    pub fn signal(&mut self, signal: Signal) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
            if let Some(pid) = pid {
                // It may end between the check and the signal; then there is nothing left to signal.
                let _ = if self.launch.whole_group {
                    kill_process_group(pid, signal)
                } else {
                    kill_process(pid, signal)
                };
            }
        }
    }

    /// Asks it to stop, waits for the grace period, then kills it.
    pub fn stop(&mut self) {
        self.stop_with(self.launch.stop);
    }

    /// As [`Process::stop`], with another signal.
    pub fn stop_with(&mut self, signal: Signal) {
        self.signal(signal);
        let deadline = Instant::now() + self.launch.grace;
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                self.kill();
                return;
            }
            std::thread::sleep(POLL);
        }
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }

    /// The last lines of its log, for error messages; empty without one.
    #[must_use]
    pub fn last_words(&self) -> String {
        match &self.launch.output {
            Output::Log(path) => tail(path, 12),
            Output::Shown | Output::Discarded => String::new(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The last `lines` lines of a file behind a heading; empty when there are none.
#[must_use]
pub fn tail(path: &Path, lines: usize) -> String {
    let text =
        std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    if all.is_empty() {
        return String::new();
    }
    format!("; the end of {}:\n  {}", path.display(), all[all.len().saturating_sub(lines)..].join("\n  "))
}

type Job = Box<dyn FnOnce() + Send>;

/// Runs `work` on one thread that lives as long as the process. The kernel sends the parent-death signal when the *thread*
/// that started a child ends, and a test's thread ends long before the test program does.
fn on_lasting_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    static STARTER: OnceLock<Sender<Job>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (sender, jobs) = channel::<Job>();
        std::thread::spawn(move || jobs.into_iter().for_each(|job| job()));
        sender
    });
    let (answer, result) = channel();
    let job: Job = Box::new(move || drop(answer.send(work())));
    starter.send(job).map_err(|_| anyhow!("the thread that starts processes has ended"))?;
    result.recv().context("the thread that starts processes has ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_stops_the_process_and_its_children() {
        let process = Launch::new("sleepers", "sh").args(["-c", "sleep 600 & sleep 600"]).start().unwrap();
        let id = process.id();
        drop(process);
        assert!(!Path::new("/proc").join(id.to_string()).exists());
    }

    #[test]
    fn an_early_end_is_told_with_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let launch = Launch::new("the emulator", "sh").args(["-c", "echo out of paper; exit 3"]);
        let mut process = launch.log(folder.path().join("log")).start().unwrap();
        let _ = process.child.wait();
        let error = process.require_running().unwrap_err().to_string();
        assert!(error.contains("the emulator ended early"), "{error}");
        assert!(error.contains("out of paper"), "{error}");
    }

    #[test]
    fn children_outlive_the_thread_that_asked_for_them() {
        let mut process =
            std::thread::spawn(|| Launch::new("sleeper", "sleep").args(["600"]).start().unwrap())
                .join()
                .unwrap();
        process.require_running().unwrap();
    }
}
