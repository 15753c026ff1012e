//! `pg-ingest infer`: what it prints for samples is run, and loads them.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::backfill::run;
use super::commands::{pg_ingest, told, write};
use super::stand::s3::Fault;
use super::stand::{BUCKET, Stand};

fn write_orders(folder: &Path) -> String {
    let orders = folder.join("input/orders");
    let day = orders.join("dt=2026-11-01");
    std::fs::create_dir_all(&day).unwrap();
    write(&day, "1.json", r#"{"orderId": 1, "at": "2026-11-01T10:00:00Z", "total": 12.5, "tags": ["a"]}"#);
    write(&day, "2.json", r#"[{"orderId": 2, "at": "2026-11-01T11:00:00Z", "total": 3}]"#);
    orders.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_it_proposes_for_files_loads_them_and_it_keeps_nothing_itself() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    let place = write_orders(folder.path());
    let output = pg_ingest(
        &stand,
        "disable",
        &["infer", "--target", "landing.sales", "--prefix", "input/orders/", &place],
    );
    assert!(output.status.success(), "{}", told(&output));
    let sql = String::from_utf8(output.stdout).unwrap();
    assert!(sql.contains("order_id bigint PRIMARY KEY"), "{sql}");
    assert_eq!(stand.number("SELECT count(*) FROM ingest.staging").await, 0);
    assert_eq!(stand.number("SELECT count(*) FROM ingest.file").await, 0);

    let output = pg_ingest(&stand, "disable", &["infer", "--target", "landing.sales", &place]);
    assert!(output.status.success(), "{}", told(&output));
    let sql = String::from_utf8(output.stdout).unwrap();
    assert!(sql.contains("key_pattern => 'dt={dt}/{}'"), "{sql}");
    stand.admin.batch_execute(&sql).await.unwrap();
    let output = pg_ingest(&stand, "disable", &["ingest", &place]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(
        stand.number("SELECT count(*) FROM landing.sales WHERE dt = '2026-11-01' AND _rescued IS NULL").await,
        2
    );
}

#[tokio::test]
async fn what_came_before_its_dataset_is_looked_at_in_quarantine_by_who_may() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    let place = write_orders(folder.path());
    let output = pg_ingest(&stand, "disable", &["ingest", &place]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let output = pg_ingest(&stand, "disable", &["infer", "--quarantine", ""]);
    assert_eq!(output.status.code(), Some(2), "a shipper may not look: {}", told(&output));
    assert!(told(&output).contains("permission denied"), "{}", told(&output));

    stand.admin.batch_execute(&format!("GRANT ingest_admin TO {}", stand.role)).await.unwrap();
    let output =
        pg_ingest(&stand, "disable", &["--json", "infer", "--quarantine", "", "--target", "landing.sales"]);
    assert!(output.status.success(), "{}", told(&output));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    stand.admin.batch_execute(answer["sql"].as_str().unwrap()).await.unwrap();
    assert_eq!(stand.number("SELECT rows_loaded FROM public.ingest_replay()").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_looked_at_the_first_by_their_keys_and_what_it_proposes_loads_them() {
    let stand = Stand::start().await;
    for id in 1..=30 {
        stand.s3.put(BUCKET, &format!("sales/dt=2026-11-01/{id:02}.json"), format!(r#"{{"id": {id}}}"#));
    }
    stand.s3.put(BUCKET, "sales/dt=2026-11-01/99.json", r#"{"id": "not seen"}"#);
    let place = format!("s3://{BUCKET}/sales/");
    let output = run(
        &stand,
        "infer",
        &[],
        &[&place, "--prefix", "sales/", "--target", "landing.sales", "--at-most", "30"],
    );
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("the first 30 samples are looked at"), "{}", told(&output));
    let sql = String::from_utf8(output.stdout).unwrap();
    assert!(sql.contains("from 30 files with 30 records") && sql.contains("id bigint PRIMARY KEY"), "{sql}");
    stand.admin.batch_execute(&sql).await.unwrap();
    let output = run(&stand, "backfill", &[], &[&place]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(stand.number("SELECT count(*) FROM landing.sales WHERE dt = '2026-11-01'").await, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_larger_than_what_is_held_at_once_and_slower_than_a_batch_may_be_are_looked_at() {
    let stand = Stand::start().await;
    let text = |bytes: usize| "x".repeat(bytes);
    for id in 1..=30 {
        let body = json!({"id": id, "said": text(4_000)}).to_string();
        stand.s3.put(BUCKET, &format!("sales/{id:02}.json"), body);
    }
    stand.s3.put(BUCKET, "sales/31.json", json!({"id": 31, "said": text(20_000)}).to_string());
    stand.s3.put(BUCKET, "sales/32.json", r#"{"id": 32, "said": "slow"}"#);
    stand.s3.fail_always(BUCKET, "sales/32.json", Fault::Trickle(Duration::from_millis(10)));
    let settings = [
        ("MAX_INFLIGHT_BYTES", "65536"),
        ("STREAM_ABOVE_BYTES", "8192"),
        ("STATEMENT_TIMEOUT_MS", "100"),
        ("OBJECT_TIMEOUT_MS", "100"),
    ];
    let output = run(&stand, "infer", &settings, &[&format!("s3://{BUCKET}/sales/")]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("from 32 files with 32 records"), "{}", told(&output));
}

#[tokio::test]
async fn without_samples_or_records_it_could_not_run() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    let scalar = write(folder.path(), "a.json", "17");
    for (arguments, reason) in [
        (vec!["infer", scalar.as_str()], "they hold no record"),
        (vec!["infer", "/no/such/file.json"], "cannot be read"),
        (vec!["infer", "s3:///x"], "names no bucket"),
        (vec!["infer"], "SAMPLE"),
        (vec!["infer", "--quarantine", "in/", scalar.as_str()], "cannot be used with"),
    ] {
        let output = pg_ingest(&stand, "disable", &arguments);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(told(&output).contains(reason), "{reason} in {}", told(&output));
    }
}
