//! `pg-ingest backfill` and `reconcile`: what lies in a bucket against what the ledger knows.

use std::process::{Output, Stdio};

use serde_json::{Value, json};

use super::commands::{command, told};
use super::stand::s3::Fault;
use super::stand::{BUCKET, PASSWORD_CANARY, Stand};

fn backfill(stand: &Stand, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    run(stand, "backfill", settings, arguments)
}

fn run(stand: &Stand, name: &str, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let url = format!(
        "postgresql://{}:{PASSWORD_CANARY}@127.0.0.1:{}/{}?sslmode=disable",
        stand.role,
        stand.cluster().port(),
        stand.database
    );
    command(settings)
        .env("DATABASE_URL", url)
        .env("AWS_ENDPOINT_URL", stand.s3.url())
        .envs([("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s")])
        .arg(name)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn record(id: u32) -> String {
    json!({"id": id, "said": "x"}).to_string()
}

async fn ids(stand: &Stand) -> Vec<i32> {
    stand.things().await.into_iter().map(|(id, _)| id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ledger_does_not_know_is_loaded_once_and_what_changed_again() {
    let stand = Stand::start().await;
    let known = stand.put("input/0.json", record(0));
    assert_eq!(stand.deliver(&[known]).await, Vec::<String>::new());
    // Names that a shell, a terminal, a form and XML would each read otherwise.
    for (place, key) in
        ["a.json", "b c+d%20.json", "é\u{1b}[2J.json", "<&\">'.json", "$(id).ndjson", "f.json", "g.json"]
            .iter()
            .enumerate()
    {
        stand.s3.put(BUCKET, &format!("input/{key}"), record(u32::try_from(place).unwrap() + 1));
    }
    stand.s3.put(BUCKET, "input/_SUCCESS", "");
    stand.s3.put(BUCKET, "elsewhere/1.json", record(99));
    let input = format!("s3://{BUCKET}/input/");

    let output = backfill(&stand, &[], &[&input, "--dry-run"]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("9 objects listed: 1 left out by suffix or time, 1 loaded already"), "{text}");
    assert!(text.contains("7 to load") && text.contains("input/é\\u{1b}[2J.json"), "{text}");
    assert_eq!(ids(&stand).await, [0]);

    let output = backfill(&stand, &[], &[&input]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("committed: 7 files: 7 loaded"), "{text}");
    assert_eq!(ids(&stand).await, [0, 1, 2, 3, 4, 5, 6, 7]);

    stand.s3.put(BUCKET, "input/f.json", record(60));
    let output = backfill(&stand, &[], &["--json", &input]);
    assert!(output.status.success(), "{}", told(&output));
    let account: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&account["to_load"], &account["committed"]["loaded"]), (&json!(1), &json!(1)), "{account}");
    assert_eq!((&account["known"], &account["listed"]), (&json!(7), &json!(9)), "{account}");
    assert!(ids(&stand).await.contains(&60));
    assert_eq!(stand.number("SELECT count(*) FROM ingest.file WHERE deliveries > 1").await, 0);

    let output = backfill(&stand, &[], &[&input, "--since", "2026-11-23T09:00:01Z"]);
    assert!(told(&output).contains("9 objects listed: 9 left out"), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_versioned_bucket_the_event_that_comes_later_is_the_same_version() {
    let stand = Stand::start().await;
    stand.s3.set_versioned();
    let message = stand.put("input/1.json", record(1));
    let output = backfill(&stand, &[], &[&format!("s3://{BUCKET}")]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    assert_eq!(stand.ledger().await, [("input/1.json".to_owned(), "loaded".to_owned(), 2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_is_a_sentence_and_loads_nothing() {
    let stand = Stand::start().await;
    stand.s3.put(BUCKET, "input/1.json", record(1));
    let bucket = format!("s3://{BUCKET}/input/");
    for (status, code, advice) in [
        (403, "AccessDenied", "s3:ListBucket on it is needed"),
        (404, "NoSuchBucket", "there is no such bucket"),
        (301, "PermanentRedirect", "set AWS_REGION"),
        (403, "RequestTimeTooSkewed", "clock is off"),
    ] {
        stand.s3.fail_listing(BUCKET, Fault::Status(status, code));
        let output = backfill(&stand, &[], &[&bucket]);
        let text = told(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(advice) && text.contains(BUCKET), "{text}");
    }
    let output = backfill(&stand, &[("ALLOWED_BUCKETS", "another")], &[&bucket]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("is not in ALLOWED_BUCKETS (another)"), "{}", told(&output));
    let output = backfill(&stand, &[], &["landing-zone/input"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("s3://BUCKET/PREFIX"), "{}", told(&output));
    assert_eq!(ids(&stand).await, Vec::<i32>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconciliation_names_what_is_missing_changed_or_not_loaded_until_nothing_is() {
    let stand = Stand::start().await;
    let loaded = [stand.put("input/1.json", record(1)), stand.put("input/2.json", record(2))];
    assert_eq!(stand.deliver(&loaded).await, Vec::<String>::new());
    let bad = stand.put("input/3.json", r#"{"id": "no number"}"#);
    assert_eq!(stand.deliver(&[bad]).await, Vec::<String>::new());
    stand.s3.put(BUCKET, "input/2.json", record(22));
    stand.s3.put(BUCKET, "input/4\n.json", record(4));
    let input = format!("s3://{BUCKET}/input/");

    let output = run(&stand, "reconcile", &[], &[&input]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("changed  s3://landing-zone/input/2.json"), "{text}");
    assert!(lines[1].starts_with("load_failed  s3://landing-zone/input/3.json"), "{text}");
    assert!(lines[2].starts_with("missing  s3://landing-zone/input/4\\u{a}.json"), "{text}");
    assert!(
        lines[3].contains("1 loaded, 1 missing, 1 changed since, 1 known and not wholly loaded"),
        "{text}"
    );

    // What loads it leaves the one in quarantine, until that is given up.
    assert!(backfill(&stand, &[], &[&input]).status.success());
    let output = run(&stand, "reconcile", &[], &["--json", &input]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let lines: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    assert_eq!((&lines[0]["standing"], &lines[1]["not_loaded"]), (&json!("load_failed"), &json!(1)));
    stand.admin.batch_execute("SELECT ingest_dismiss(reason => 'a test')").await.unwrap();
    let output = run(&stand, "reconcile", &[], &[&input]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("4 loaded, 0 missing"), "{}", told(&output));
}
