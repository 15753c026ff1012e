//! What cannot be done now comes back, alone, and what can never be done ends where somebody looks.

use local_stack::stack::{BUCKET, StackOptions};

use crate::path::{Path, notification, shipper};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_fails_comes_back_alone_and_ends_in_the_dead_letter_queue() {
    let mut options = StackOptions::new(shipper());
    let allowed = format!("{BUCKET},bucket-that-is-not-there");
    options.environment =
        vec![("ALLOWED_BUCKETS".to_owned(), allowed), ("OBJECT_ATTEMPTS".to_owned(), "1".to_owned())];
    let mut path = Path::with(options).await;
    path.redeliver_quickly(3).await;
    for file in 0..5 {
        path.put_orders(file, 1).await;
    }
    let unreadable = notification("bucket-that-is-not-there", "input/orders/a.json").to_string();
    path.stack.aws().send_message(path.stack.queue_url().unwrap(), &unreadable).await.unwrap();

    path.stack.start_mapping();
    path.until_depth(path.stack.dead_letter_queue_url().unwrap(), 1).await;
    path.until_queue_is_empty().await;

    let statistics = path.stack.mapping().unwrap().statistics();
    assert_eq!(statistics.failed, 3, "received three times, failed three times: {statistics:?}");
    assert_eq!(statistics.failed_invocations, 0, "reported, not thrown: {statistics:?}");
    assert_eq!(path.number("SELECT count(*) FROM ingest.file WHERE deliveries = 1").await, 5);
    let queue = path.stack.dead_letter_queue_url().unwrap();
    let dead = path.stack.aws().receive(queue, 10, 1).await.unwrap();
    assert_eq!(dead.first().map(|message| message.body.as_str()), Some(unreadable.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_database_delays_files_and_loses_none() {
    let mut path = Path::standard().await;
    path.redeliver_quickly(1000).await;
    for file in 0..20 {
        path.put_orders(file, 5).await;
    }
    path.stack.cluster_mut().crash();
    path.stack.start_mapping();
    path.until_failed(20).await;
    path.stack.cluster_mut().start_again().await.unwrap();
    path.client = path.stack.connect().await.unwrap();

    path.until("SELECT count(*) FROM landing.orders", 100).await;
    path.until_queue_is_empty().await;
    assert_eq!(path.number("SELECT count(*) FROM ingest.file WHERE status <> 'loaded'").await, 0);
    let dead = path.stack.aws().depth(path.stack.dead_letter_queue_url().unwrap()).await.unwrap();
    assert!(dead.is_empty(), "{dead:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_no_notification_is_kept_and_never_comes_back() {
    let mut path = Path::standard().await;
    let queue = path.stack.queue_url().unwrap().to_owned();
    path.stack.aws().send_message(&queue, "the quick brown fox").await.unwrap();
    path.stack.start_mapping();
    path.until("SELECT count(*) FROM ingest.rejected_message WHERE body = 'the quick brown fox'", 1).await;
    path.until_queue_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shipper_is_replaced_when_its_instances_are_gone() {
    let mut path = Path::standard().await;
    path.stack.start_mapping();
    path.put_orders(1, 5).await;
    path.until_deliveries(1).await;
    path.until_queue_is_empty().await;
    path.stack.function().retire_idle();
    path.put_orders(2, 5).await;
    path.until_deliveries(2).await;
    assert!(path.stack.function().cold_starts() >= 2);
    assert_eq!(path.number("SELECT count(*) FROM landing.orders").await, 10);
}
