//! The event source mapping fills batches and runs several at once, as the template says.

use std::time::Duration;

use crate::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_waits_for_its_window_and_then_goes_as_one() {
    let mut path = Path::standard().await;
    path.stack.mapping_settings().window = Duration::from_secs(15);
    for file in 0..20 {
        path.put_orders(file, 1).await;
    }
    path.stack.start_mapping();
    // Together with S3's test event; the window is open from the first on.
    path.until_received(21).await;
    for file in 20..25 {
        path.put_orders(file, 1).await;
    }
    path.until_deliveries(25).await;
    assert_eq!(path.stack.function().invocations(), 1);
    assert_eq!(path.number("SELECT max(files)::bigint FROM ingest.batch").await, 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_batch_is_larger_than_its_size() {
    let mut path = Path::standard().await;
    for file in 0..40 {
        path.put_orders(file, 1).await;
    }
    path.stack.mapping_settings().batch_size = 7;
    path.stack.start_mapping();
    path.until_deliveries(40).await;
    let largest = path.stack.mapping().map(|mapping| mapping.statistics().largest_batch);
    assert_eq!(largest, Some(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_instances_load_side_by_side_and_no_more_than_allowed() {
    let mut path = Path::standard().await;
    for file in 0..300 {
        path.put_orders(file, 20).await;
    }
    path.stack.mapping_settings().batch_size = 10;
    path.stack.mapping_settings().maximum_concurrency = 3;
    path.stack.start_mapping();
    path.until_deliveries(300).await;
    path.until_queue_is_empty().await;

    let highest = path.stack.mapping().map(|mapping| mapping.statistics().highest_concurrency);
    assert!(highest.is_some_and(|highest| (2..=3).contains(&highest)), "{highest:?} batches at once");
    assert_eq!(path.number("SELECT count(*) FROM landing.orders").await, 6000);
    assert_eq!(
        path.number("SELECT count(*) FROM ingest.file WHERE status <> 'loaded' OR deliveries <> 1").await,
        0
    );
}
