//! Objects that were removed: nothing is fetched, their rows go in order with what the same batch brings, and messages come back
//! only where the database says so.

use serde_json::{Value, json};

use super::stand::events::{self, Message};
use super::stand::s3::Stored;
use super::stand::{BUCKET, Stand};

/// A dataset that deletes the rows of removed objects. That of `input/` keeps them.
async fn register(stand: &Stand) {
    let kept = "CREATE TABLE landing.listed (id integer PRIMARY KEY, said text, _file_id bigint);
        CREATE INDEX ON landing.listed (_file_id);
        CREATE TABLE landing.kept (id integer REFERENCES landing.listed);
        ALTER TABLE landing.listed OWNER TO ingest_loader;
        SELECT public.ingest_register_dataset(name => 'listed', prefix => 'listed/', target => 'landing.listed', on_removed => 'delete_rows')";
    stand.admin.batch_execute(kept).await.unwrap();
}

fn file(id: u32) -> String {
    json!({"id": id, "said": "text"}).to_string()
}

fn created(object: &Stored) -> Message {
    Message::new(&events::s3_notification(&[events::created(BUCKET, object)]))
}

/// What comes behind the object.
fn later(object: &Stored) -> Stored {
    let mut later = object.clone();
    later.sequencer.push('1');
    later
}

fn removal(event_name: &str, object: &Stored) -> Value {
    events::record(event_name, BUCKET, &later(object))
}

fn removed(event_name: &str, object: &Stored) -> Message {
    Message::new(&events::s3_notification(&[removal(event_name, object)]))
}

async fn rows(stand: &Stand) -> i64 {
    stand.number("SELECT count(*) FROM landing.listed").await
}

#[tokio::test]
async fn its_rows_go_and_nothing_is_fetched_for_it() {
    let stand = Stand::start().await;
    register(&stand).await;
    let keys = ["listed/a b.json", "listed/2.json", "listed/3.json", "input/4.json", "nobodys/5.json"];
    let objects: Vec<Stored> =
        keys.iter().zip(1..).map(|(key, id)| stand.s3.put(BUCKET, key, file(id))).collect();
    let first: Vec<Message> = objects.iter().take(4).map(created).collect();
    assert_eq!(stand.deliver(&first).await, Vec::<String>::new(), "{}", stand.log());
    let fetched = stand.s3.gets().len();

    let mut bridged = events::event_bridge(BUCKET, &later(&objects[1]));
    bridged["detail-type"] = json!("Object Deleted");
    bridged["detail"]["deletion-type"] = json!("Permanently Deleted");
    let messages = [
        removed("ObjectRemoved:Delete", &objects[0]),
        Message::new(&bridged),
        Message::new(&events::in_sns(&events::s3_notification(&[
            removal("LifecycleExpiration:Delete", &objects[2]),
            removal("ObjectTagging:Delete", &objects[2]),
        ]))),
        removed("ObjectRemoved:Delete", &objects[3]),
        removed("s3:ObjectRemoved:Delete", &objects[4]),
    ];
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!((rows(&stand).await, stand.things().await.len()), (0, 1));
    assert_eq!(stand.s3.gets().len(), fetched);
    let metrics = &stand.metrics()[1];
    for (name, value) in [
        ("Files", 5.0),
        ("ObjectsRemoved", 3.0),
        ("FilesSkipped", 2.0),
        ("RowsRemoved", 3.0),
        ("Records", 0.0),
    ] {
        assert_eq!(metrics[name], value, "{name} in {metrics}");
    }
    assert_eq!(stand.number("SELECT sum(removals)::bigint FROM ingest.ignored_removal").await, 2);
    // Once more, and nothing changes.
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(stand.number("SELECT count(*) FROM ingest.file WHERE status = 'removed'").await, 3);
}

#[tokio::test]
async fn whoever_comes_first_a_removed_content_never_loads_and_a_newer_one_does() {
    let stand = Stand::start().await;
    register(&stand).await;
    let first = stand.s3.put(BUCKET, "listed/1.json", file(1));
    let other = stand.s3.put(BUCKET, "listed/2.json", file(2));
    // One message with the removal before the creation, and one batch with both in messages of their own.
    let both =
        events::s3_notification(&[removal("ObjectRemoved:Delete", &first), events::created(BUCKET, &first)]);
    let messages = [Message::new(&both), removed("ObjectRemoved:Delete", &other), created(&other)];
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(rows(&stand).await, 0);
    let again = stand.s3.put(BUCKET, "listed/1.json", file(1));
    assert_eq!(
        stand.deliver(&[created(&again), messages[0].clone()]).await,
        Vec::<String>::new(),
        "{}",
        stand.log()
    );
    assert_eq!(rows(&stand).await, 1);
}

#[tokio::test]
async fn an_old_version_that_is_deleted_takes_nothing_and_a_delete_marker_all() {
    let stand = Stand::start().await;
    register(&stand).await;
    stand.s3.set_versioned();
    let old = stand.s3.put(BUCKET, "listed/1.json", file(1));
    let new = stand.s3.put(BUCKET, "listed/1.json", file(2));
    assert_eq!(stand.deliver(&[created(&old), created(&new)]).await, Vec::<String>::new(), "{}", stand.log());
    let expired = [removed("LifecycleExpiration:Delete", &old)];
    assert_eq!(stand.deliver(&expired).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(rows(&stand).await, 2);
    let mut marker = new.clone();
    marker.version = Some("marker".to_owned());
    let marked = [removed("ObjectRemoved:DeleteMarkerCreated", &marker)];
    assert_eq!(stand.deliver(&marked).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(rows(&stand).await, 0);
}

#[tokio::test]
async fn one_whose_rows_the_target_keeps_comes_back_until_it_gives_them_up() {
    let stand = Stand::start().await;
    register(&stand).await;
    stand.s3.set_versioned();
    let objects = ["listed/1.json", "listed/2.json"]
        .map(|key| stand.s3.put(BUCKET, key, file(u32::from(key == "listed/1.json"))));
    assert_eq!(
        stand.deliver(&objects.each_ref().map(created)).await,
        Vec::<String>::new(),
        "{}",
        stand.log()
    );
    stand.admin.batch_execute("INSERT INTO landing.kept VALUES (1)").await.unwrap();
    // Of one by its version's id the database says which version is meant.
    let messages = objects.each_ref().map(|object| removed("ObjectRemoved:Delete", object));
    assert_eq!(stand.deliver(&messages).await, [messages[0].id.clone()], "{}", stand.log());
    assert_eq!(rows(&stand).await, 1);
    assert_eq!(stand.metrics()[1]["FilesDeferred"], 1.0);
    stand.admin.batch_execute("DELETE FROM landing.kept").await.unwrap();
    assert_eq!(stand.deliver(&messages[..1]).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(rows(&stand).await, 0);
    assert_eq!(stand.number("SELECT count(*) FROM ingest.dataset_fault").await, 0);
}
