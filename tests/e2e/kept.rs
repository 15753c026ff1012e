//! A demo that is kept goes on as a pipeline, and what it tells to type works as typed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use postgres::NoTls;

use crate::path::{PATIENCE, shipper};

const CUSTOMER: &str = r#"{"customer_id": 20000001, "name": "Ada", "email": "ada@example.com", "country": "IT",
  "signed_up_at": "2026-11-01T09:00:00Z", "updated_at": "2026-11-01T09:00:00Z"}"#;

/// The demo's process, interrupted as by Ctrl-C when its test is over, however that ended.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

#[test]
fn a_file_that_is_uploaded_to_a_kept_demo_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), mode).unwrap();
    let demo = Command::new(shipper().with_file_name("xtask"))
        .args(["demo", "--files", "20", "--keep"])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .spawn();
    let mut demo = Demo(demo.unwrap());
    let mut printed = BufReader::new(demo.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut line =
        |mark: &str| printed.find(|line| line.contains(mark)).unwrap_or_else(|| panic!("no line has {mark}"));
    let psql = line("psql '");
    let upload = line("s3 cp FILE.json");

    let file = folder.path().join("customer.json");
    std::fs::write(&file, CUSTOMER).unwrap();
    let (command, _) = upload.split_once("   loaded").unwrap();
    let command =
        command.replace("FILE.json", file.to_str().unwrap()).replace("input/…", "input/customers/kept.json");
    assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success(), "{command}");

    let mut client = postgres::Client::connect(psql.split('\'').nth(1).unwrap(), NoTls).unwrap();
    let began = Instant::now();
    let status: String = loop {
        let found =
            client.query_opt("SELECT status FROM ingest.file WHERE key = 'input/customers/kept.json'", &[]);
        if let Some(row) = found.unwrap() {
            break row.get(0);
        }
        assert!(began.elapsed() < PATIENCE, "the file is not in the ledger within {PATIENCE:?}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert_eq!(status, "loaded");
}
