//! The same message again, in whatever way.

use super::file;
use super::stand::Stand;
use super::stand::events::Message;

const NOTHING: [String; 0] = [];

#[tokio::test]
async fn the_same_message_twice_in_a_batch_and_after_success_is_one_file() {
    let stand = Stand::start().await;
    let message = stand.put("input/1.json", file(1, 100));
    let copy = Message::raw(&message.body);
    assert_eq!(stand.deliver(&[message.clone(), copy]).await, NOTHING);
    assert_eq!(stand.deliver(&[message]).await, NOTHING);
    assert_eq!(stand.ledger().await, [("input/1.json".to_owned(), "loaded".to_owned(), 3)]);
    assert_eq!(stand.number("SELECT count(*) FROM landing.things").await, 1);
}

#[tokio::test]
async fn the_same_messages_in_concurrent_batches_are_one_result() {
    let stand = Stand::start().await;
    let messages: Vec<Message> =
        (1..=20).map(|id| stand.put(&format!("input/{id}.json"), file(id, 1_000))).collect();
    let mut reversed = messages.clone();
    reversed.reverse();
    for _ in 0..3 {
        let (one, two, three) =
            tokio::join!(stand.deliver(&messages), stand.deliver(&reversed), stand.deliver(&messages));
        assert_eq!((one.len(), two.len(), three.len()), (0, 0, 0), "{}", stand.log());
    }
    assert!(stand.function.cold_starts() >= 3);
    let ledger = stand.ledger().await;
    assert_eq!(ledger.len(), 20);
    assert!(
        ledger.iter().all(|(_, status, deliveries)| status == "loaded" && *deliveries == 9),
        "{ledger:?}"
    );
    assert_eq!(stand.number("SELECT count(*) FROM landing.things").await, 20);
}
