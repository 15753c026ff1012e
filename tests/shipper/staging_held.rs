//! What lies in `ingest.staging` and no batch explains stands in the line of metrics, every five minutes.

use super::stand::Stand;

#[tokio::test]
async fn what_is_left_in_staging_is_told_once_in_a_while_and_holds_up_nothing() {
    let stand = Stand::start().await;
    let left = "INSERT INTO ingest.staging (batch_id, key, body) VALUES (gen_random_uuid(), 'input/left.json', '{}')";
    stand.admin.batch_execute(left).await.unwrap();
    for id in [1, 2] {
        let body = serde_json::json!({"id": id, "said": "text"}).to_string();
        let message = stand.put(&format!("input/{id}.json"), body);
        assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new(), "{}", stand.log());
    }
    let metrics = stand.metrics();
    assert_eq!(
        (&metrics[0]["StagedFiles"], &metrics[0]["StagingHeld"]),
        (&1.0.into(), &1.0.into()),
        "{}",
        metrics[0]
    );
    assert!(
        metrics[0]["StagingBytes"].as_f64() > Some(0.0) && metrics[0]["OldestStaging"].is_number(),
        "{}",
        metrics[0]
    );
    assert_eq!(
        metrics[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "StagingHeld",
        "{}",
        metrics[0]
    );
    assert!(metrics[1].get("StagingHeld").is_none(), "it was asked just now: {}", metrics[1]);
}
