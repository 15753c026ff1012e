//! Ctrl-C in the middle of the demo.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::path::{PATIENCE, shipper};

/// Processes that name the folder or work in it: whatever the demo started, since it keeps everything there.
fn processes_of(folder: &Path) -> Vec<String> {
    let marker = folder.to_str().unwrap().as_bytes();
    let entries = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    entries
        .filter(|process| {
            let names = ["cmdline", "environ"].iter().any(|file| {
                std::fs::read(process.join(file))
                    .is_ok_and(|bytes| bytes.windows(marker.len()).any(|window| window == marker))
            });
            // PostgreSQL's own processes write over both.
            names || std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
        })
        .map(|process| process.display().to_string())
        .collect()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_demo_that_is_interrupted_leaves_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), mode).unwrap();
    // With --keep it never comes to its end by itself, however late the interrupt is.
    let mut demo = Command::new(shipper().with_file_name("xtask"))
        .args(["demo", "--files", "200", "--keep"])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It builds first what is not built yet, and that takes as long as it takes. Kept, so that it can go on to print.
    let mut printed = BufReader::new(demo.stdout.take().unwrap()).lines();
    let is_up =
        |line: std::io::Result<String>| line.unwrap().contains("PostgreSQL, migrated; S3, SQS and Lambda");
    assert!(printed.by_ref().any(is_up), "the demo ended before its stack was up: {:?}", demo.wait());
    let shipper_runs = || {
        let found = processes_of(folder.path());
        found
            .iter()
            .any(|process| std::fs::read_link(format!("{process}/exe")).is_ok_and(|exe| exe == shipper()))
    };
    until("files are being loaded", shipper_runs);
    let interrupted = Command::new("kill").args(["-INT", &demo.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert!(!demo.wait().unwrap().success(), "an interrupted demo does not count as done");
    until("everything has ended", || processes_of(folder.path()).is_empty());
}
