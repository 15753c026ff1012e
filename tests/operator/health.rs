//! `pg-ingest status`: the health of each dataset, in the words that `check` uses too.

use serde_json::Value;

use super::commands::{pg_ingest, told};
use super::stand::Stand;

#[tokio::test]
async fn status_says_what_is_ok_and_what_is_not() {
    let stand = Stand::start().await;
    let good = stand.put("input/1.json", r#"{"id": 1, "said": "x"}"#);
    assert_eq!(stand.deliver(&[good]).await, Vec::<String>::new());
    let output = pg_ingest(&stand, "disable", &["status"]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.lines().any(|line| line.starts_with("things   ok ")), "{text}");

    let bad = stand.put("input/2.json", r#"{"id": "no number"}"#);
    assert_eq!(stand.deliver(&[bad]).await, Vec::<String>::new());
    let output = pg_ingest(&stand, "disable", &["status"]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let reason = "things is failing: 1 of its files of the last day were not loaded whole";
    assert!(text.contains(reason) && text.contains("ingest_replay('things')"), "{text}");

    let output = pg_ingest(&stand, "disable", &["status", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let datasets: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(datasets[0]["state"], "failing");
    assert_eq!(datasets[0]["rejects_by_code"]["type_mismatch"], 1);
}

#[tokio::test]
async fn a_schema_without_health_is_told_as_such() {
    let stand = Stand::start().await;
    stand.admin.batch_execute("DROP FUNCTION public.ingest_health(timestamptz, text) CASCADE").await.unwrap();
    let output = pg_ingest(&stand, "disable", &["status"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("apply migrations/ of this release"), "{}", told(&output));
    let output = pg_ingest(&stand, "disable", &["check"]);
    assert!(output.status.success(), "{}", told(&output));
}
