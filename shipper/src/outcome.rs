//! What becomes of each message. Everything is returned to the queue unless something said otherwise: forgetting a
//! message can delay it, never lose it.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse};

/// The outcomes of a batch's messages, by their place in the batch.
#[derive(Debug)]
pub struct Outcomes {
    messages: Vec<Outcome>,
}

/// What is said of one message so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing: it is returned.
    Open,
    /// All that it asked for is done.
    Acknowledged,
    /// Something of it must come again, whatever becomes of the rest.
    Returned,
}

impl Outcomes {
    /// Every message is to be returned, until it is acknowledged.
    pub fn new(messages: usize) -> Self {
        Self { messages: vec![Outcome::Open; messages] }
    }

    /// Acknowledges a message: all that it asked for is committed, or it asked for nothing.
    pub fn acknowledge(&mut self, message: usize) {
        if let Some(outcome @ Outcome::Open) = self.messages.get_mut(message) {
            *outcome = Outcome::Acknowledged;
        }
    }

    /// Returns a message for good: a part of it could not be done, so that its other parts cannot acknowledge it.
    pub fn give_back(&mut self, message: usize) {
        if let Some(outcome) = self.messages.get_mut(message) {
            *outcome = Outcome::Returned;
        }
    }

    /// How many messages are returned.
    pub fn returned(&self) -> usize {
        self.to_return().count()
    }

    /// Which messages are returned, by their place in the batch.
    pub fn to_return(&self) -> impl Iterator<Item = usize> {
        let messages = self.messages.iter().enumerate();
        messages.filter(|(_, outcome)| **outcome != Outcome::Acknowledged).map(|(message, _)| message)
    }

    /// The answer to Lambda's event source mapping. With no failure in it the whole batch is deleted.
    ///
    /// # Errors
    /// A message to be returned has no id, so it cannot be named: the whole invocation must fail instead.
    pub fn response(&self, ids: &[Option<String>]) -> Result<SqsBatchResponse, UnnamedMessage> {
        let mut response = SqsBatchResponse::default();
        for message in self.to_return() {
            let id = ids
                .get(message)
                .cloned()
                .flatten()
                .filter(|id| !id.is_empty())
                .ok_or(UnnamedMessage(message))?;
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
        Ok(response)
    }
}

/// A message without an id, which a partial response cannot name.
#[derive(Debug, PartialEq, Eq)]
pub struct UnnamedMessage(usize);

impl std::fmt::Display for UnnamedMessage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "message {} of the batch must be returned but has no messageId; failing the invocation",
            self.0 + 1
        )
    }
}

impl std::error::Error for UnnamedMessage {}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<Option<String>> {
        names.iter().map(|name| Some((*name).to_owned())).collect()
    }

    fn failed(outcomes: &Outcomes, names: &[&str]) -> Vec<String> {
        let response = outcomes.response(&ids(names)).unwrap();
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    #[test]
    fn a_message_that_nobody_spoke_for_is_returned() {
        assert_eq!(failed(&Outcomes::new(2), &["a", "b"]), ["a", "b"]);
    }

    #[test]
    fn only_what_was_acknowledged_is_left_out() {
        let mut outcomes = Outcomes::new(3);
        outcomes.acknowledge(1);
        assert_eq!(failed(&outcomes, &["a", "b", "c"]), ["a", "c"]);
        assert_eq!(outcomes.returned(), 2);
    }

    #[test]
    fn a_message_of_which_a_part_failed_is_returned_whatever_becomes_of_the_rest() {
        let mut outcomes = Outcomes::new(2);
        outcomes.give_back(0);
        outcomes.acknowledge(0);
        outcomes.acknowledge(1);
        outcomes.give_back(1);
        assert_eq!(failed(&outcomes, &["a", "b"]), ["a", "b"]);
    }

    #[test]
    fn a_message_without_an_id_fails_the_invocation_unless_it_is_acknowledged() {
        let mut outcomes = Outcomes::new(1);
        assert_eq!(outcomes.response(&[None]).unwrap_err(), UnnamedMessage(0));
        // An empty identifier would make Lambda treat the whole response as invalid in its own way.
        assert_eq!(outcomes.response(&[Some(String::new())]).unwrap_err(), UnnamedMessage(0));
        outcomes.acknowledge(0);
        assert!(outcomes.response(&[None]).unwrap().batch_item_failures.is_empty());
    }
}
