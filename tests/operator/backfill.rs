//! `pg-ingest backfill` and `reconcile`: what lies in a bucket against what the ledger knows.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::commands::{command, told};
use super::stand::s3::Fault;
use super::stand::{BUCKET, PASSWORD_CANARY, Stand};

fn backfill(stand: &Stand, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    run(stand, "backfill", settings, arguments)
}

pub(super) fn run(stand: &Stand, name: &str, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    prepared(stand, name, settings, arguments).output().unwrap()
}

pub(super) fn prepared(stand: &Stand, name: &str, settings: &[(&str, &str)], arguments: &[&str]) -> Command {
    let url = format!(
        "postgresql://{}:{PASSWORD_CANARY}@127.0.0.1:{}/{}?sslmode=disable",
        stand.role,
        stand.cluster().port(),
        stand.database
    );
    let mut command = command(settings);
    command
        .env("DATABASE_URL", url)
        .env("AWS_ENDPOINT_URL", stand.s3.url())
        .envs([("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s")])
        .arg(name)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

pub(super) fn record(id: u32) -> String {
    json!({"id": id, "said": "x"}).to_string()
}

pub(super) async fn ids(stand: &Stand) -> Vec<i32> {
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
    assert!(text.contains("0 refused, 7 to load") && text.contains("input/é\\u{1b}[2J.json"), "{text}");
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
        (301, "PermanentRedirect", "the bucket is in the region eu-west-3; set AWS_REGION to it"),
        (400, "AuthorizationHeaderMalformed", "the bucket is in another region; set AWS_REGION to it"),
        (403, "RequestTimeTooSkewed", "clock is off"),
        (400, "ExpiredToken", "they have expired; log in again"),
        (403, "InvalidAccessKeyId", "AWS does not take these credentials"),
    ] {
        stand.s3.fail_listing(BUCKET, Fault::Status(status, code));
        let output = backfill(&stand, &[], &[&bucket]);
        let text = told(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(advice) && text.contains(BUCKET), "{text}");
    }
    stand.s3.fail_listing(BUCKET, Fault::Status(403, "AccessDenied"));
    let output = backfill(&stand, &[("EXPECTED_BUCKET_OWNER", "111122223333")], &[&bucket]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("EXPECTED_BUCKET_OWNER has to own it"), "{}", told(&output));
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
        lines[3].contains("1 loaded, 1 missing, 1 changed since, 0 unread, 1 known and not wholly loaded"),
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

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_can_be_none_is_named_and_stands_in_nobodys_way() {
    let stand = Stand::start().await;
    stand.s3.put(BUCKET, "input/1.json", record(1));
    stand.s3.put(BUCKET, "input/2\0.json", record(2));
    stand.s3.put(BUCKET, "input/../3.json", record(3));
    let input = format!("s3://{BUCKET}/input/");
    let output = run(&stand, "reconcile", &[], &[&input]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("refused  s3://landing-zone/input/2\\u{0}.json"), "{text}");
    assert!(text.contains("1 missing") && text.contains("2 with a key that cannot be loaded"), "{text}");

    let output = backfill(&stand, &[], &["--json", "--dry-run", &input]);
    let lines: Vec<Value> = String::from_utf8(output.stdout.clone())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    assert_eq!(lines[0]["key"], "input/1.json", "{lines:?}");
    assert_eq!((&lines[1]["to_load"], &lines[1]["refused"]), (&json!(1), &json!(2)), "{lines:?}");

    let output = backfill(&stand, &[], &[&input]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("input/2\\u{0}.json: the key holds a NUL character"), "{text}");
    assert!(text.contains("2 refused, 1 to load"), "{text}");
    assert_eq!(ids(&stand).await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_object_is_a_finding_however_often_it_is_met_and_kept_once() {
    let stand = Stand::start().await;
    stand.s3.put(BUCKET, "input/1.json", record(1));
    stand.s3.put(BUCKET, "input/2.json", record(2));
    stand.s3.fail_always(BUCKET, "input/1.json", Fault::Status(403, "InvalidObjectState"));
    for loaded in [1, 0] {
        let output = backfill(&stand, &[], &["--json", &format!("s3://{BUCKET}/input/")]);
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        let account: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&account["archived"], &account["committed"]["loaded"]), (&json!(1), &json!(loaded)));
    }
    assert_eq!(stand.number("SELECT count(*) FROM ingest.rejected_message").await, 1);
    assert_eq!(ids(&stand).await, [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_object_that_takes_too_long_is_named_and_does_not_end_the_pass() {
    let stand = Stand::start().await;
    let endless = "CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3600); END $$;
        CREATE TRIGGER wait BEFORE INSERT ON landing.things FOR EACH ROW EXECUTE FUNCTION public.wait()";
    stand.admin.batch_execute(endless).await.unwrap();
    stand.s3.put(BUCKET, "input/1.json", record(1));
    let output = backfill(&stand, &[("STATEMENT_TIMEOUT_MS", "1000")], &[&format!("s3://{BUCKET}/input/")]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("input/1.json: not loaded, as said above"), "{text}");
    assert!(text.contains("committed: 0 files"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn following_goes_on_after_a_pass_that_failed() {
    let stand = Stand::start().await;
    stand.s3.put(BUCKET, "input/1.json", record(1));
    stand.s3.fail_listing(BUCKET, Fault::Status(403, "AccessDenied"));
    let mut child = prepared(&stand, "backfill", &[], &[&format!("s3://{BUCKET}/input/"), "--follow", "1s"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(child.stderr.take().unwrap()).lines();
    let refusal = told.map_while(Result::ok).find(|line| line.contains("trying again in 1s"));
    stand.s3.heal_listing(BUCKET);
    let passes = BufReader::new(child.stdout.take().unwrap()).lines();
    let loaded = passes.map_while(Result::ok).find(|line| line.contains("1 files: 1 loaded"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(refusal.is_some_and(|line| line.contains("s3:ListBucket on it is needed")));
    assert!(loaded.is_some());
    assert_eq!(ids(&stand).await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_below_which_nothing_lies_is_a_finding() {
    let stand = Stand::start().await;
    let output = run(&stand, "reconcile", &[], &[&format!("s3://{BUCKET}/imput/")]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("nothing lies below this prefix"), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_is_lost_while_it_is_asked_is_asked_again() {
    let stand = Stand::start().await;
    stand.s3.put(BUCKET, "input/1.json", record(1));
    // A sequence stays drawn when its session is ended.
    let lost_once = "CREATE SEQUENCE public.calls;
        ALTER FUNCTION public.ingest_known(text, text[]) RENAME TO known_really;
        CREATE FUNCTION public.ingest_known(bucket text, keys text[],
          OUT key text, OUT etag text, OUT last_modified timestamptz, OUT status text, OUT dismissed boolean,
          OUT received_at timestamptz, OUT error_code text, OUT is_kept boolean, OUT tied_etags text[])
        RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
          IF nextval('public.calls') = 1 OR to_regclass('public.gone') IS NOT NULL THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
          RETURN QUERY SELECT k.key, k.etag, k.last_modified, k.status, k.dismissed, k.received_at, k.error_code, k.is_kept, k.tied_etags
            FROM public.known_really($1, $2) AS k;
        END $$";
    stand.admin.batch_execute(lost_once).await.unwrap();
    let output = backfill(&stand, &[], &[&format!("s3://{BUCKET}/input/")]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(stand.number("SELECT last_value FROM public.calls").await, 2);
    assert_eq!(ids(&stand).await, [1]);

    // One that goes each time is gone.
    stand.admin.batch_execute("CREATE TABLE public.gone ()").await.unwrap();
    let output = run(&stand, "reconcile", &[], &[&format!("s3://{BUCKET}/input/")]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("the ledger cannot be asked"), "{text}");
}
