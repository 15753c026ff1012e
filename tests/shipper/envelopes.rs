//! Every envelope leads to the right object; what is no notification is kept and blocks nothing.

use serde_json::{Value, json};

use super::stand::events::{self, Message};
use super::stand::{BUCKET, Settings, Stand};

fn odd_keys() -> Vec<String> {
    let mut keys: Vec<String> =
        ["plain", "with space", "a+b", "100%", "%2B", "é🦀", "a&b=c?d#e", "quote'\"\\", "a//b", "./x..y"]
            .iter()
            .map(|name| format!("input/{name}.json"))
            .collect();
    keys.push(format!("input/{}.json", "k".repeat(1024 - "input/.json".len())));
    keys
}

fn file(id: usize) -> String {
    json!({"id": id, "said": "hello"}).to_string()
}

#[tokio::test]
async fn each_envelope_gives_the_key_that_was_stored() {
    let stand = Stand::start().await;
    type Envelope = fn(&super::stand::s3::Stored) -> Value;
    let envelopes: [Envelope; 4] = [
        |object| events::s3_notification(&[events::created(BUCKET, object)]),
        |object| events::in_sns(&events::s3_notification(&[events::created(BUCKET, object)])),
        |object| events::event_bridge(BUCKET, object),
        |object| events::in_sns(&events::event_bridge(BUCKET, object)),
    ];
    for envelope in envelopes {
        let messages: Vec<Message> = odd_keys()
            .iter()
            .enumerate()
            .map(|(id, key)| Message::new(&envelope(&stand.s3.put(BUCKET, key, file(id)))))
            .collect();
        assert_eq!(stand.deliver(&messages).await, Vec::<String>::new(), "{}", stand.log());
        let mut expected = odd_keys();
        expected.sort();
        let mut ledgered: Vec<String> = stand.ledger().await.into_iter().map(|(key, ..)| key).collect();
        ledgered.sort();
        assert_eq!(ledgered, expected);
        stand.admin.batch_execute("TRUNCATE ingest.file, ingest.object CASCADE").await.unwrap();
    }
    assert_eq!(stand.things().await.len(), odd_keys().len());
}

#[tokio::test]
async fn a_message_of_several_records_succeeds_only_if_all_did() {
    let stand = Stand::start().await;
    let objects: Vec<_> =
        (1..=3).map(|id| stand.s3.put(BUCKET, &format!("input/{id}.json"), file(id))).collect();
    let records: Vec<Value> = objects.iter().map(|object| events::created(BUCKET, object)).collect();
    let message = Message::new(&events::s3_notification(&records));
    stand.s3.fail_always(BUCKET, "input/2.json", super::stand::s3::Fault::Status(403, "AccessDenied"));

    assert_eq!(stand.deliver(std::slice::from_ref(&message)).await, [message.id.clone()]);
    assert_eq!(stand.things().await.len(), 2, "what could be read is loaded all the same");

    stand.s3.heal(BUCKET, "input/2.json");
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    assert_eq!(stand.things().await.len(), 3);
}

#[tokio::test]
async fn events_that_ask_for_nothing_are_acknowledged_without_touching_the_database() {
    let stand = Stand::start().await;
    let object = stand.s3.put(BUCKET, "input/a.json", file(1));
    let ignored =
        ["ObjectRemoved:NoOP", "ObjectRestore:Completed", "ObjectTagging:Put", "LifecycleTransition"];
    let mut messages: Vec<Message> = ignored
        .iter()
        .map(|name| Message::new(&events::s3_notification(&[events::record(name, BUCKET, &object)])))
        .collect();
    messages.push(Message::new(&events::test_event(BUCKET)));
    let mut deleted = events::event_bridge(BUCKET, &object);
    deleted["detail-type"] = json!("Object Deleted");
    messages.push(Message::new(&deleted));

    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new());
    assert_eq!(stand.ledger().await, []);
    assert_eq!(stand.proxy.connections(), 0);
    for name in ["ObjectRemoved:NoOP", "s3:TestEvent", "Object Deleted"] {
        assert!(stand.log().contains(name), "{name} is logged");
    }
}

#[tokio::test]
async fn what_is_no_notification_is_kept_whole_and_blocks_nothing() {
    let stand = Settings::usual().with("ALLOWED_BUCKETS", format!("{BUCKET}, other")).start().await;
    let good = stand.put("input/good.json", file(1));
    let object = stand.s3.put(BUCKET, "input/x.json", file(2));
    let with_key = |key: &str| {
        let mut record = events::created(BUCKET, &object);
        record["s3"]["object"]["key"] = json!(key);
        events::s3_notification(&[record]).to_string()
    };
    let with = |field: &str, value: Value| {
        let mut record = events::created(BUCKET, &object);
        record["s3"]["object"][field] = value;
        events::s3_notification(&[record]).to_string()
    };
    let mut cloudtrail = events::event_bridge(BUCKET, &object);
    cloudtrail["detail-type"] = json!("AWS API Call via CloudTrail");
    let hostile = [
        ("not_json", "hello".to_owned()),
        ("not_json", String::new()),
        ("not_json", "[".repeat(100_000)),
        ("not_json", "{\"Records\": [\0]}".to_owned()),
        ("unknown_envelope", "{}".to_owned()),
        ("unknown_envelope", "[1, 2]".to_owned()),
        ("unknown_envelope", json!({"Type": "SubscriptionConfirmation", "Token": "t"}).to_string()),
        ("malformed_record", json!({"Records": []}).to_string()),
        ("malformed_record", json!({"Records": [7]}).to_string()),
        ("malformed_record", json!({"Records": [{"eventSource": "aws:sns", "eventName": "x"}]}).to_string()),
        ("malformed_record", with_key("input/%zz.json")),
        ("malformed_record", with_key("input/%FF.json")),
        ("malformed_record", with_key("input/a%00b.json")),
        ("malformed_record", with_key(&"k".repeat(1025))),
        ("malformed_record", with_key("")),
        ("malformed_record", with_key("input/../secret.json")),
        ("malformed_record", with_key("input/%2E%2E/secret.json")),
        ("malformed_record", events::s3_notification(&[events::created("..", &object)]).to_string()),
        ("malformed_record", events::s3_notification(&[events::created(".", &object)]).to_string()),
        ("unknown_envelope", cloudtrail.to_string()),
        ("malformed_record", with("sequencer", json!("not hexadecimal"))),
        ("malformed_record", with("versionId", json!("v\0"))),
        ("malformed_record", with("eTag", json!(7))),
        ("malformed_record", with("versionId", json!("v".repeat(1025)))),
        ("bucket_not_allowed", events::s3_notification(&[events::created("foreign", &object)]).to_string()),
    ];
    let mut messages: Vec<Message> = hostile.iter().map(|(_, body)| Message::raw(body)).collect();
    messages.insert(5, good);

    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(stand.ledger().await, [("input/good.json".to_owned(), "loaded".to_owned(), 1)]);
    assert_eq!(stand.s3.gets().len(), 1, "only the good one is asked for: {:?}", stand.s3.gets());
    let sql = "SELECT message_id, error_code, body, error FROM ingest.rejected_message";
    let kept = stand.admin.query(sql, &[]).await.unwrap();
    assert_eq!(kept.len(), hostile.len());
    messages.remove(5);
    for ((code, body), message) in hostile.iter().zip(&messages) {
        let row = kept.iter().find(|row| row.get::<_, &str>(0) == message.id).unwrap();
        assert_eq!(row.get::<_, &str>(1), *code, "{}", row.get::<_, &str>(3));
        assert_eq!(row.get::<_, &str>(2), body.replace('\0', "\\u0000"));
    }

    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new(), "a redelivery is kept once");
    let count = stand.number("SELECT count(*) FROM ingest.rejected_message").await;
    assert_eq!(usize::try_from(count).unwrap(), hostile.len());
}

#[tokio::test]
async fn a_message_that_is_half_good_is_loaded_and_kept() {
    let stand = Stand::start().await;
    let object = stand.s3.put(BUCKET, "input/good.json", file(1));
    let body = events::s3_notification(&[events::created(BUCKET, &object), json!({"eventSource": "aws:s3"})]);
    assert_eq!(stand.deliver(&[Message::new(&body)]).await, Vec::<String>::new());
    assert_eq!(stand.things().await, [(1, "hello".to_owned())]);
    assert_eq!(stand.number("SELECT count(*) FROM ingest.rejected_message").await, 1);
}
