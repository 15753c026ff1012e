//! Where a file that did not arrive got stuck.

/// What a queue said of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Queue {
    /// Messages that can be received.
    pub(super) waiting: u64,
    /// Messages that were received and are neither deleted nor visible again.
    pub(super) in_flight: u64,
}

/// What was found when the time was up.
#[derive(Debug)]
pub(super) struct Evidence {
    /// Why the file's own message was refused, where it was.
    pub(super) rejected: Option<String>,
    /// The queue.
    pub(super) queue: Queue,
    /// How many messages the dead-letter queue has gained since the file was put.
    pub(super) newly_dead: u64,
}

/// One sentence: where it is, and where to look next. Ordered from the surest sign to the vaguest.
pub(super) fn of(evidence: &Evidence) -> String {
    let Queue { waiting, in_flight } = evidence.queue;
    if let Some(reason) = &evidence.rejected {
        return format!("its message was rejected ({reason}); see ingest.rejected_message");
    }
    if evidence.newly_dead > 0 {
        return format!(
            "{} messages went to the dead-letter queue meanwhile; the shipper's log says why it gave them back",
            evidence.newly_dead
        );
    }
    if in_flight > 0 {
        return format!(
            "{in_flight} messages are with the shipper, which failed or has not finished; its log says why"
        );
    }
    if waiting > 0 {
        return format!(
            "{waiting} messages wait in the queue and nobody takes them; is the event source mapping enabled?"
        );
    }
    "no event reached the queue; look at the bucket's notification, its prefix and suffix, and the queue's policy"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(rejected: Option<&str>, newly_dead: u64, in_flight: u64, waiting: u64) -> Evidence {
        Evidence { rejected: rejected.map(str::to_owned), queue: Queue { waiting, in_flight }, newly_dead }
    }

    #[test]
    fn the_surest_sign_is_told() {
        for (found, told) in [
            (evidence(Some("not_allowed: other bucket"), 1, 1, 1), "rejected (not_allowed: other bucket)"),
            (evidence(None, 1, 1, 1), "dead-letter queue"),
            (evidence(None, 0, 1, 1), "with the shipper"),
            (evidence(None, 0, 0, 2), "2 messages wait"),
            (evidence(None, 0, 0, 0), "no event"),
        ] {
            let text = of(&found);
            assert!(text.contains(told), "{text}");
        }
    }
}
