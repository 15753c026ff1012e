//! Ctrl-C in the middle of the demo.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::path::shipper;

const PATIENCE: Duration = Duration::from_secs(60);

/// Processes whose command line or environment names the folder: whatever the demo started, since it keeps everything there.
fn processes_of(folder: &Path) -> Vec<String> {
    let marker = folder.to_str().unwrap().as_bytes();
    let entries = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    entries
        .filter(|process| {
            ["cmdline", "environ"].iter().any(|file| {
                std::fs::read(process.join(file))
                    .is_ok_and(|bytes| bytes.windows(marker.len()).any(|window| window == marker))
            })
        })
        .map(|process| process.display().to_string())
        .collect()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_demo_that_is_interrupted_leaves_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), mode).unwrap();
    let mut demo = Command::new(shipper().with_file_name("xtask"))
        .args(["demo", "--files", "200"])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // PostgreSQL, the emulator and the shippers make more than the demo itself.
    until("the stack is up", || processes_of(folder.path()).len() > 8);
    let interrupted = Command::new("kill").args(["-INT", &demo.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert!(!demo.wait().unwrap().success(), "an interrupted demo does not count as done");
    until("everything has ended", || processes_of(folder.path()).is_empty());
}
