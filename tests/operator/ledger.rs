//! What a comparison with the ledger finds beside what is missing, and what cannot be known.

use serde_json::{Value, json};

use super::backfill::{ids, record, run};
use super::commands::told;
use super::stand::{BUCKET, Stand};

fn lines(output: &std::process::Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{}", told(output))))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_from_the_bucket_is_named_and_what_is_missing_is_mended() {
    let stand = Stand::start().await;
    let known: Vec<_> = (1..=5).map(|id| stand.put(&format!("input/{id}.json"), record(id))).collect();
    let elsewhere = stand.put("input2/1.json", record(9));
    stand.admin.batch_execute("UPDATE ingest.dataset SET prefix = 'input'").await.unwrap();
    assert_eq!(stand.deliver(&[&known[..], &[elsewhere]].concat()).await, Vec::<String>::new());
    // One that never had content is not gone.
    let never = stand.put("input/never.json", record(7));
    for key in ["input/2.json", "input/4.json", "input/never.json"] {
        stand.s3.delete(BUCKET, key);
    }
    assert_eq!(stand.deliver(&[never]).await, Vec::<String>::new());
    stand.s3.put(BUCKET, "input/1.json", record(11));
    stand.s3.put(BUCKET, "input/6.json", record(6));
    let input = format!("s3://{BUCKET}/input/");

    let output = run(&stand, "reconcile", &[], &["--json", "--gone", &input]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let found = lines(&output);
    let named = |standing: &str| -> Vec<&str> {
        found
            .iter()
            .filter(|line| line["standing"] == standing)
            .filter_map(|line| line["key"].as_str())
            .collect()
    };
    assert_eq!(named("gone"), ["input/2.json", "input/4.json"]);
    assert_eq!((named("changed"), named("missing")), (vec!["input/1.json"], vec!["input/6.json"]));
    assert_eq!(found.last().unwrap()["gone"], json!(2));

    let output = run(&stand, "reconcile", &[], &["--load", &input]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("committed: 2 files: 2 loaded"), "{text}");
    let output = run(&stand, "reconcile", &[], &[&input]);
    assert!(output.status.success() && told(&output).contains("0 missing, 0 changed"), "{}", told(&output));
    // Whether they are gone was not asked.
    assert!(!told(&output).contains("gone from"), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn removals_that_nobody_told_of_are_mended_where_a_dataset_goes_by_them() {
    let stand = Stand::start().await;
    let mirrored = "CREATE TABLE landing.listed (id integer PRIMARY KEY, said text, _file_id bigint);
        CREATE INDEX ON landing.listed (_file_id);
        ALTER TABLE landing.listed OWNER TO ingest_loader;
        SELECT public.ingest_register_dataset(name => 'listed', prefix => 'input/listed/', target => 'landing.listed', on_removed => 'delete_rows')";
    stand.admin.batch_execute(mirrored).await.unwrap();
    let keys = ["input/listed/1.json", "input/listed/2 b.json", "input/listed/3.json", "input/4.json"];
    let known: Vec<_> = keys.iter().zip(1..).map(|(key, id)| stand.put(key, record(id))).collect();
    assert_eq!(stand.deliver(&known).await, Vec::<String>::new());
    for key in &keys[1..] {
        stand.s3.delete(BUCKET, key);
    }
    let input = format!("s3://{BUCKET}/input/");
    let output = run(&stand, "reconcile", &[], &["--gone", "--load", &input]);
    let text = told(&output);
    // What a dataset keeps is a finding still.
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("3 gone from the bucket, and 2 of them removed now"), "{text}");
    assert_eq!(stand.number("SELECT count(*) FROM landing.listed").await, 1);
    let output = run(&stand, "reconcile", &[], &["--json", "--gone", &input]);
    let found = lines(&output);
    assert_eq!((found[0]["key"].as_str(), found.len()), (Some("input/4.json"), 2), "{}", told(&output));
    // An empty listing is a place that is doubted: nothing is removed.
    stand.s3.delete(BUCKET, keys[0]);
    let output = run(&stand, "reconcile", &[], &["--gone", "--load", &input]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("nothing lies below this prefix") && !text.contains("removed now"), "{text}");
    assert_eq!(stand.number("SELECT count(*) FROM landing.listed").await, 1);
    // Put again, they are there again.
    let again = [stand.put(keys[0], record(1)), stand.put(keys[1], record(2))];
    assert_eq!(stand.deliver(&again).await, Vec::<String>::new());
    assert_eq!(stand.number("SELECT count(*) FROM landing.listed").await, 2);
    let output = run(&stand, "reconcile", &[], &[&input]);
    assert!(output.status.success(), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_a_pruned_ledger_forgot_nothing_is_said_and_nothing_loaded_unless_asked() {
    let stand = Stand::start().await;
    let known = [stand.put("input/1.json", record(1)), stand.put("input/2.json", record(2))];
    assert_eq!(stand.deliver(&known).await, Vec::<String>::new());
    // The objects are of 2026-11-23; so much later, they are forgotten.
    let pruned = "DELETE FROM ingest.file WHERE key = 'input/1.json'; DELETE FROM ingest.object WHERE key = 'input/1.json';
        INSERT INTO ingest.pruned (before, pruned_at, objects) VALUES ('2026-11-24', now(), 1)";
    stand.admin.batch_execute(pruned).await.unwrap();
    let input = format!("s3://{BUCKET}/input/");
    let output = run(&stand, "reconcile", &[], &[&input]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("0 missing") && text.contains("1 older than what the ledger remembers"), "{text}");
    assert!(
        text.contains("the ledger was pruned: of keys whose objects were modified before 2026-11-24"),
        "{text}"
    );

    let output = run(&stand, "backfill", &[], &["--json", &input]);
    assert!(output.status.success(), "{}", told(&output));
    let account = &lines(&output)[0];
    assert_eq!((&account["forgotten"], &account["to_load"]), (&json!(1), &json!(0)), "{account}");
    let output = run(&stand, "backfill", &[], &["--json", "--forgotten", &input]);
    assert_eq!(lines(&output)[0]["to_load"], json!(1), "{}", told(&output));
    assert_eq!(stand.number("SELECT count(*) FROM ingest.file").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_too_large_to_fetch_is_loaded_once_the_limit_allows_it() {
    let stand = Stand::start().await;
    stand.s3.put(BUCKET, "input/1.json", json!({"id": 1, "said": "x".repeat(2_000)}).to_string());
    let input = format!("s3://{BUCKET}/input/");
    let small = [("MAX_OBJECT_BYTES", "1000")];
    for not_loaded in [0, 1] {
        let output = run(&stand, "backfill", &small, &["--json", &input]);
        assert_eq!(lines(&output)[0]["not_loaded"], json!(not_loaded), "{}", told(&output));
    }
    let output = run(&stand, "reconcile", &small, &[&input]);
    assert!(told(&output).contains("load_failed  s3://landing-zone/input/1.json"), "{}", told(&output));
    let output = run(&stand, "reconcile", &[], &[&input]);
    assert!(told(&output).contains("unread  s3://landing-zone/input/1.json"), "{}", told(&output));
    let output = run(&stand, "backfill", &[], &[&input]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(ids(&stand).await, [1]);
}
