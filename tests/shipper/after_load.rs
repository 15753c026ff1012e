//! After its load an object is tagged, where that is asked for; whatever becomes of the tag, the load stands.

use super::stand::events::{self, Message};
use super::stand::{BUCKET, Settings, Stand};

fn file(id: u32) -> String {
    serde_json::json!({"id": id, "said": "text"}).to_string()
}

async fn tagging_stand() -> Stand {
    let stand = Settings::usual().with("AFTER_LOAD", "tag").start().await;
    stand.s3.set_versioned();
    stand
}

fn tag(status: &str) -> Vec<(String, String)> {
    vec![("pg_ingest".to_owned(), status.to_owned())]
}

/// Puts an object; its message and its version.
fn put(stand: &Stand, key: &str, body: String) -> (Message, String) {
    let stored = stand.s3.put(BUCKET, key, body);
    let message = Message::new(&events::s3_notification(&[events::created(BUCKET, &stored)]));
    (message, stored.version.unwrap())
}

#[tokio::test]
async fn what_is_loaded_is_tagged_with_its_status_and_nothing_else_is() {
    let stand = tagging_stand().await;
    let (good, good_version) = put(&stand, "input/1.json", file(1));
    let (partial, partial_version) = put(&stand, "input/2.json", file(2) + r#"{"id": "x", "said": "y"}"#);
    let (bad, bad_version) = put(&stand, "input/3.json", "[".to_owned());
    let (other, other_version) = put(&stand, "nobodys/4.json", file(4));
    // Tags of others stay.
    stand.s3.set_tags(BUCKET, "input/1.json", &good_version, &[("team", "data")]);
    assert_eq!(
        stand.deliver(&[good.clone(), partial, bad, other]).await,
        Vec::<String>::new(),
        "{}",
        stand.log()
    );

    let both = [vec![("team".to_owned(), "data".to_owned())], tag("loaded")].concat();
    assert_eq!(stand.s3.tags(BUCKET, "input/1.json", &good_version), both);
    assert_eq!(stand.s3.tags(BUCKET, "input/2.json", &partial_version), tag("partially_loaded"));
    assert_eq!(stand.s3.tags(BUCKET, "input/3.json", &bad_version), []);
    assert_eq!(stand.s3.tags(BUCKET, "nobodys/4.json", &other_version), []);
    let metrics = &stand.metrics()[0];
    assert_eq!((&metrics["ObjectsTagged"], &metrics["TagsFailed"]), (&2.0.into(), &0.0.into()), "{metrics}");
    // Once more, and nothing changes.
    assert_eq!(stand.deliver(&[good]).await, Vec::<String>::new());
    assert_eq!(stand.s3.tags(BUCKET, "input/1.json", &good_version), both);
}

#[tokio::test]
async fn a_version_that_came_meanwhile_is_not_tagged_as_the_one_before_it() {
    let stand = tagging_stand().await;
    let (first, old) = put(&stand, "input/1.json", file(1));
    let (_, new) = put(&stand, "input/1.json", file(2));
    assert_eq!(stand.deliver(&[first]).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(stand.s3.tags(BUCKET, "input/1.json", &old), tag("loaded"));
    assert_eq!(stand.s3.tags(BUCKET, "input/1.json", &new), [], "it is not loaded yet");
}

#[tokio::test]
async fn a_tag_that_is_refused_is_counted_and_the_load_stands() {
    let stand = tagging_stand().await;
    stand.s3.refuse_tags(true);
    let (message, version) = put(&stand, "input/1.json", file(1));
    assert_eq!(stand.deliver(&[message.clone()]).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(stand.things().await.len(), 1);
    let metrics = &stand.metrics()[0];
    assert_eq!((&metrics["ObjectsTagged"], &metrics["TagsFailed"]), (&0.0.into(), &1.0.into()), "{metrics}");
    assert_eq!(metrics["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "TagsFailed", "{metrics}");
    assert!(stand.log().contains("an object is loaded but could not be tagged"), "{}", stand.log());
    // A delivery that is repeated makes up for it.
    stand.s3.refuse_tags(false);
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    assert_eq!(stand.s3.tags(BUCKET, "input/1.json", &version), tag("loaded"));
    assert_eq!(stand.ledger().await, [("input/1.json".to_owned(), "loaded".to_owned(), 2)]);
}

#[tokio::test]
async fn without_versions_nothing_is_tagged_and_without_the_setting_nothing_is_asked() {
    let stand = Settings::usual().with("AFTER_LOAD", "tag").start().await;
    let message = stand.put("input/1.json", file(1));
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    assert_eq!(stand.metrics()[0]["TagsFailed"], 1.0);
    assert!(stand.log().contains("its bucket keeps no versions"), "{}", stand.log());

    let stand = Stand::start().await;
    stand.s3.set_versioned();
    let (message, version) = put(&stand, "input/1.json", file(1));
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    assert_eq!(stand.s3.tags(BUCKET, "input/1.json", &version), []);
    assert!(stand.metrics()[0].get("TagsFailed").is_none());
}
