//! What is put into the bucket is in the table, once.

use local_stack::stack::BUCKET;

use crate::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn good_files_are_loaded_and_each_other_one_is_accounted_for() {
    let mut path = Path::standard().await;
    path.put_orders(1, 10).await;
    path.put("input/orders/cut.json", b"[{\"order_id\": \"7".to_vec()).await;
    path.put("input/orders/empty.json", Vec::new()).await;
    path.put("input/orders/gone.json", b"[]".to_vec()).await;
    path.stack.aws().delete_object_versions(BUCKET, "input/orders/gone.json").await.unwrap();
    path.put("input/unknown/a.json", b"[]".to_vec()).await;
    path.put("input/orders/readme.txt", b"not for the pipeline".to_vec()).await;
    path.put("archive/orders/a.json", b"[]".to_vec()).await;

    path.stack.start_mapping();
    path.until_deliveries(5).await;
    path.until_queue_is_empty().await;

    let found = path.statuses().await;
    let told: Vec<(&str, &str)> = found.iter().map(|(key, status)| (key.as_str(), status.as_str())).collect();
    assert_eq!(
        told,
        [
            ("input/orders/0001.json", "loaded"),
            ("input/orders/cut.json", "load_failed"),
            ("input/orders/empty.json", "loaded"),
            ("input/orders/gone.json", "object_missing"),
            ("input/unknown/a.json", "no_dataset"),
        ]
    );
    assert_eq!(path.number("SELECT count(*) FROM landing.orders").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_arrive_as_people_wrote_them() {
    let mut path = Path::standard().await;
    let keys =
        ["input/orders/a b+c%2B.json", "input/orders/größe ☕.json", "input/orders/it's \"quoted\".json"];
    for key in keys {
        path.put(key, b"[]".to_vec()).await;
    }
    path.stack.start_mapping();
    path.until_deliveries(3).await;
    let found: Vec<String> = path.statuses().await.into_iter().map(|(key, _)| key).collect();
    let mut expected = keys.map(str::to_owned);
    expected.sort();
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_delivered_again_changes_nothing() {
    let mut path = Path::standard().await;
    path.put_orders(1, 10).await;
    let queue = path.stack.queue_url().unwrap().to_owned();
    // The test event that S3 sent, and the file's own.
    let mut messages = Vec::new();
    while messages.len() < 2 {
        messages.extend(path.stack.aws().receive(&queue, 10, 1).await.unwrap());
    }
    for message in &messages {
        path.stack.aws().send_message(&queue, &message.body).await.unwrap();
        path.stack.aws().release_message(&queue, &message.receipt_handle).await.unwrap();
    }

    path.stack.start_mapping();
    path.until_deliveries(2).await;
    path.until_queue_is_empty().await;

    assert_eq!(path.number("SELECT count(*) FROM ingest.file").await, 1);
    assert_eq!(path.number("SELECT count(*) FROM landing.orders").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_whose_event_comes_late_is_skipped() {
    let mut path = Path::standard().await;
    let queue = path.stack.queue_url().unwrap().to_owned();
    path.put("input/orders/a.json", b"this is older and broken".to_vec()).await;
    let mut held = Vec::new();
    while held.len() < 2 {
        held.extend(path.stack.aws().receive(&queue, 10, 1).await.unwrap());
    }
    path.put("input/orders/a.json", b"[]".to_vec()).await;
    path.stack.start_mapping();
    path.until_deliveries(1).await;
    for message in &held {
        path.stack.aws().release_message(&queue, &message.receipt_handle).await.unwrap();
    }
    path.until_deliveries(2).await;

    let statuses: Vec<String> = path.statuses().await.into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["loaded", "skipped_stale"]);
}
