//! A million keys: memory stays the same however many there are.

use std::process::{Command, Output};

use parquet::basic::Compression;

use super::backfill::prepared;
use super::commands::told;
use super::inventory::{manifest_of, told_of};
use super::parquet::{Row, SCHEMA, row, write};
use super::stand::{BUCKET, Settings};

const KEYS: usize = 1_000_000;
/// Resident, with all of the program's own pages.
const MOST_KB: usize = 64 * 1024;

/// Runs a command and tells the most memory that was resident.
fn measured(command: &Command) -> (Output, usize) {
    let script = "import resource, subprocess, sys\n\
        code = subprocess.run(sys.argv[1:]).returncode\n\
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n\
        sys.exit(code)";
    let mut python = Command::new("python3");
    python.args(["-c", script]).arg(command.get_program()).args(command.get_args()).env_clear();
    python.env("PATH", std::env::var_os("PATH").unwrap());
    for (name, value) in command.get_envs() {
        python.env(name, value.unwrap_or_default());
    }
    let output = python.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let kilobytes = text.lines().last().and_then(|line| line.parse().ok());
    let kilobytes = kilobytes.unwrap_or_else(|| panic!("{}", told(&output)));
    (output, kilobytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_keys_are_compared_within_64_mb() {
    let stand = Settings::usual().alone().start().await;
    stand.s3.list_made_up(KEYS);
    // All but the first are known; the last one with other content; and one that is gone.
    let known = format!(
        "INSERT INTO ingest.object (bucket, key, newest_file_id, newest_etag, newest_last_modified)
           SELECT '{BUCKET}', format('input/%s.json', lpad(n::text, 8, '0')), n, lpad(to_hex(CASE WHEN n = {last} THEN 0 ELSE n END), 32, '0'),
             '2026-11-23T09:00:00Z' FROM generate_series(1, {KEYS}) AS n;
         INSERT INTO ingest.file (file_id, object_id, batch_id, dataset, bucket, key, received_at, status)
           SELECT o.newest_file_id, o.object_id, '00000000-0000-0000-0000-000000000001', 'things', o.bucket, o.key, '2026-11-23T09:01:00Z', 'loaded'
           FROM ingest.object AS o;
         ANALYZE ingest.object; ANALYZE ingest.file",
        last = KEYS - 1
    );
    stand.admin.batch_execute(&known).await.unwrap();
    let input = format!("s3://{BUCKET}/input/");
    let folder = local_stack::scratch::folder().unwrap();
    let inventory = folder.path().join("manifest.json");
    // One row group, as large as S3 makes them.
    let rows: Vec<Row> =
        (0..KEYS).map(|n| row(format!("input/{n:08}.json"), 100, format!("{n:032x}"))).collect();
    let bytes = write(Vec::new(), SCHEMA, Compression::SNAPPY, [rows]);
    let described = told_of(&stand, "i/data/1.parquet", &bytes).await;
    std::fs::write(folder.path().join("1.parquet"), bytes).unwrap();
    std::fs::write(&inventory, manifest_of(&[described], "Parquet", SCHEMA)).unwrap();
    for (arguments, found) in [
        (vec!["reconcile", "--gone", &input], "999998 loaded, 1 missing, 1 changed since"),
        (
            vec!["reconcile", &input, "--inventory", inventory.to_str().unwrap()],
            "999998 loaded, 1 missing, 1 changed since",
        ),
        (vec!["backfill", "--dry-run", &input], "999998 loaded already"),
    ] {
        let began = std::time::Instant::now();
        let (output, kilobytes) = measured(&prepared(&stand, arguments[0], &[], &arguments[1..]));
        let text = told(&output);
        println!("{}: {kilobytes} kB, {:?}", arguments[0], began.elapsed());
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(found), "{text}");
        assert!(
            arguments[1] != "--gone" || text.contains("gone  s3://landing-zone/input/01000000.json"),
            "{text}"
        );
        assert!(kilobytes < MOST_KB, "{kilobytes} kB were resident");
    }
}
