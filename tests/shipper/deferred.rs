//! A target that cannot take its records holds up its own files and nobody else's.

use super::stand::events::{self, Message};
use super::stand::{BUCKET, Stand};

/// A second dataset, whose target's trigger may not do what it does.
async fn break_a_target(stand: &Stand) {
    let broken = "CREATE TABLE landing.others (id integer PRIMARY KEY, said text);
        ALTER TABLE landing.others OWNER TO ingest_loader;
        SELECT public.ingest_register_dataset(name => 'others', prefix => 'others/', target => 'landing.others');
        CREATE TABLE public.audit (said text);
        CREATE FUNCTION public.audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO public.audit VALUES (NEW.said); RETURN NULL; END $$;
        CREATE TRIGGER audit AFTER INSERT ON landing.others FOR EACH ROW EXECUTE FUNCTION public.audit()";
    stand.admin.batch_execute(broken).await.unwrap();
}

/// The target can take its records again.
async fn mend_the_target(stand: &Stand) {
    stand.admin.batch_execute("DROP TRIGGER audit ON landing.others").await.unwrap();
}

fn file(id: u32) -> String {
    serde_json::json!({"id": id, "said": "canary-in-the-body"}).to_string()
}

#[tokio::test]
async fn its_messages_come_back_and_all_others_are_loaded() {
    let stand = Stand::start().await;
    break_a_target(&stand).await;
    let mut messages = vec![
        stand.put("input/1.json", file(1)),
        stand.put("others/2.json", file(2)),
        stand.put("input/3.json", file(3)),
        stand.put("others/4.json", file(4)),
    ];
    // A message that speaks of both kinds comes back too; what of it could be loaded is.
    let both = ["input/5.json", "others/6.json"].map(|key| stand.s3.put(BUCKET, key, file(5)));
    let records = both.each_ref().map(|object| events::created(BUCKET, object));
    messages.push(Message::new(&events::s3_notification(&records)));

    let expected = [&messages[1], &messages[3], &messages[4]].map(|message| message.id.clone());
    assert_eq!(stand.deliver(&messages).await, expected, "{}", stand.log());
    assert_eq!(stand.things().await.len(), 3);
    let ledger = stand.ledger().await;
    assert!(
        ledger.iter().all(|(key, status, _)| key.starts_with("input/") && status == "loaded"),
        "{ledger:?}"
    );
    assert_eq!(stand.number("SELECT count(*) FROM ingest.staging").await, 0);
    let metrics = &stand.metrics()[0];
    for (name, value) in
        [("FilesDeferred", 3.0), ("MessagesReturned", 3.0), ("BatchesFailed", 0.0), ("FilesLoaded", 3.0)]
    {
        assert_eq!(metrics[name], value, "{name} in {metrics}");
    }
    let log = stand.log();
    assert!(log.contains("\"dataset\":\"others\"") && log.contains("\"sqlstate\":\"42501\""), "{log}");
    assert!(!log.contains("canary-in-the-body"), "{log}");

    mend_the_target(&stand).await;
    let again: Vec<Message> = messages.into_iter().filter(|message| expected.contains(&message.id)).collect();
    assert_eq!(stand.deliver(&again).await, Vec::<String>::new(), "{}", stand.log());
    assert_eq!(stand.number("SELECT count(*) FROM landing.others").await, 3);
    assert_eq!(
        stand.number("SELECT count(*) FROM ingest.file WHERE deliveries > 1").await,
        1,
        "the one loaded before"
    );
}
