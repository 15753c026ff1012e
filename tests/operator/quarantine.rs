//! `pg-ingest redrive quarantine`: rejected records, run again in pieces, and none of them round and round.

use std::process::Output;

use serde_json::{Value, json};

use super::backfill::run;
use super::commands::told;
use super::stand::Stand;

fn redrive(stand: &Stand, arguments: &[&str]) -> Output {
    run(stand, "redrive", &[], &[&["quarantine"], arguments].concat())
}

fn answer(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(output)))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_again_is_run_once_and_what_was_mended_is_loaded() {
    let stand = Stand::start().await;
    let late = |id: u32| json!({"id": id, "said": "x", "_at": "no time"}).to_string();
    stand.admin.batch_execute("ALTER TABLE landing.things ADD COLUMN _at timestamptz").await.unwrap();
    let many: Vec<String> = (1..=1_200).map(late).collect();
    let first = stand.put("input/1.json", many.join("\n"));
    let second = stand.put("input/2.json", late(2_000));
    assert_eq!(stand.deliver(&[first, second]).await, Vec::<String>::new());

    let output = redrive(&stand, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("a member of ingest_admin"), "{}", told(&output));
    let grant = format!("GRANT ingest_admin TO {}", stand.role);
    stand.admin.batch_execute(&grant).await.unwrap();

    let output = redrive(&stand, &["--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let came = answer(&output);
    assert_eq!((&came["records"], &came["rows_rejected"]), (&json!(1_201), &json!(1_201)), "{came}");

    stand.admin.batch_execute("ALTER TABLE landing.things ALTER COLUMN _at TYPE text").await.unwrap();
    let output = redrive(&stand, &["--json", "--dry-run", "--key-prefix", "input/2"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(answer(&output)["rows_loaded"], json!(1));
    assert_eq!(stand.number("SELECT count(*) FROM landing.things").await, 0);

    let output = redrive(&stand, &["--json", "--code", "missing_required"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(answer(&output)["records"], json!(0));
    let output = redrive(&stand, &["--json", "--at-most", "5", "--dataset", "things"]);
    assert_eq!(answer(&output)["rows_loaded"], json!(5), "{}", told(&output));
    let output = redrive(&stand, &["--dataset", "things", "--since", "2026-01-01"]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("ran 1196 records of"), "{}", told(&output));
    assert_eq!(stand.number("SELECT count(*) FROM landing.things").await, 1_201);
    assert!(told(&redrive(&stand, &[])).contains("nothing of what is meant is open"));
}
