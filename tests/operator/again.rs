//! `pg-ingest backfill --again`: known files once more, under today's contract.

use serde_json::{Value, json};

use super::backfill::{ids, record, run};
use super::commands::told;
use super::stand::{BUCKET, Stand};

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_came_later_is_filled_from_files_that_are_known() {
    let stand = Stand::start().await;
    for id in 1..=120 {
        stand.s3.put(
            BUCKET,
            &format!("input/{id}.json"),
            json!({"id": id, "said": "x", "more": id}).to_string(),
        );
    }
    stand.s3.put(BUCKET, "log/1.json", record(1));
    let append = "CREATE TABLE landing.log (id integer); ALTER TABLE landing.log OWNER TO ingest_loader;
        SELECT public.ingest_register_dataset(name => 'log', prefix => 'log/', target => 'landing.log', load_mode => 'append')";
    stand.admin.batch_execute(append).await.unwrap();
    let all = format!("s3://{BUCKET}/");
    assert!(run(&stand, "backfill", &[], &[&all]).status.success());
    let later = "ALTER TABLE landing.things ADD COLUMN more integer";
    stand.admin.batch_execute(later).await.unwrap();

    let output = run(&stand, "backfill", &[], &["--json", &all]);
    let account: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&account["known"], &account["to_load"]), (&json!(121), &json!(0)), "{account}");

    for _ in 0..2 {
        let output = run(&stand, "backfill", &[], &["--json", "--again", &all]);
        assert!(output.status.success(), "{}", told(&output));
        assert!(told(&output).contains("go on with --again --loaded-before 20"), "{}", told(&output));
        let account: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&account["to_load"], &account["appended"]), (&json!(120), &json!(1)), "{account}");
        assert_eq!(account["committed"]["loaded"], json!(120), "{account}");
        assert_eq!(stand.number("SELECT count(*) FROM landing.things WHERE more = id").await, 120);
        assert_eq!(stand.number("SELECT count(*) FROM landing.log").await, 1);
        assert_eq!(stand.number("SELECT count(*) FROM ingest.file").await, 121);
    }

    // What was loaded since this time is left: a run that broke off goes on.
    let output = run(&stand, "backfill", &[], &["--json", "--again", "--loaded-before", "2026-01-01", &all]);
    let account: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&account["to_load"], &account["known"]), (&json!(0), &json!(121)), "{account}");
    let output = run(&stand, "backfill", &[], &["--loaded-before", "2026-01-01", &all]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn ingest_takes_a_prefix_of_a_bucket_or_one_object() {
    let stand = Stand::start().await;
    for (place, key) in ["a.json", "a.json.gz.json", "b.json"].iter().enumerate() {
        stand.s3.put(BUCKET, &format!("input/{key}"), record(u32::try_from(place).unwrap()));
    }
    let output = run(&stand, "ingest", &[], &[&format!("s3://{BUCKET}/input/a.json")]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(ids(&stand).await, [0]);
    let output = run(&stand, "ingest", &[], &[&format!("s3://{BUCKET}/input/")]);
    assert!(
        told(&output).contains("1 loaded already") && told(&output).contains("2 to load"),
        "{}",
        told(&output)
    );
    assert_eq!(ids(&stand).await, [0, 1, 2]);
    // One that is named is meant however its key ends, and one that is not there is not loaded.
    stand.s3.put(BUCKET, "input/export-2026", record(3));
    let output = run(&stand, "ingest", &[], &[&format!("s3://{BUCKET}/input/export-2026")]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(ids(&stand).await, [0, 1, 2, 3]);
    for nothing in ["input/none.json", "input/none/"] {
        let output = run(&stand, "ingest", &[], &[&format!("s3://{BUCKET}/{nothing}")]);
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        assert!(told(&output).contains("nothing that is meant lies at"), "{}", told(&output));
    }
    let output = run(&stand, "ingest", &[], &["a.json", &format!("s3://{BUCKET}/input/")]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}
