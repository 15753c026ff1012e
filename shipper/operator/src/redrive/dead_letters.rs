//! From the dead-letter queue, back to the queue.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName};
use serde_json::{Value, json};
use shipper::notification::{AllowedBuckets, decode};
use shipper::timestamp::Timestamp;
use uuid::Uuid;

use super::held::Held;
use crate::answer::out;
use crate::location::{is_within, shown, time};
use crate::progress::Progress;
use crate::queue::{Letter, Queue};
use crate::{Outcome, Session};

/// Nobody else is given a message for so long that is left where it is; renewed where the run meets it again.
const HIDDEN: Duration = Duration::from_secs(600);
/// A queue that gives nothing for so long is empty: with any wait, SQS asks all of its servers.
const WAIT: Duration = Duration::from_secs(2);
/// The message's attribute that names the run which sent it back last.
const RUN: &str = "pg_ingest_redrive";
/// The message's attribute that counts how often it was sent back.
const TIMES: &str = "pg_ingest_redriven";
/// What SQS lets a message have (Amazon SQS Developer Guide, "Amazon SQS message attributes").
const MOST_ATTRIBUTES: usize = 10;

/// Which messages are meant.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The queue that feeds the function, by its name or URL
    #[arg(long, value_name = "QUEUE")]
    queue: String,
    /// The dead-letter queue, by its name or URL (default: the one of the queue's redrive policy)
    #[arg(long, value_name = "QUEUE")]
    dead_letters: Option<String>,
    /// Only messages with an object whose key begins with this
    #[arg(long, value_name = "PREFIX")]
    key_prefix: Option<String>,
    /// Only messages of this time or later, by their event or when they were sent
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
    /// Only messages before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    /// At most so many
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    at_most: Option<u64>,
    /// Leaves messages that were sent back so often already
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
    /// Names what would be sent back, and leaves all where it is
    #[arg(long)]
    dry_run: bool,
}

/// Sends back what is meant, each message at most once.
pub(super) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    let aws = session.aws().await;
    let queue = Queue::find(&aws, &arguments.queue).await?;
    let dead = match &arguments.dead_letters {
        Some(name) => Queue::find(&aws, name).await?,
        None => queue.dead_letters().await?,
    };
    if queue.url == dead.url {
        bail!("queue and dead-letter queue are both {}; expected two", queue.url);
    }
    let mut run = Run {
        arguments,
        json: session.json,
        id: Uuid::new_v4().to_string(),
        progress: Progress::begin(dead.waiting().await?),
        counts: Counts::default(),
        held: Held::default(),
    };
    let ended = run.go_through(&dead, &queue).await;
    run.progress.end();
    // Also where it broke off: what is left is nobody's until then.
    let released = dead.release(&run.held.receipts()).await;
    if run.counts.received == 0 && ended.is_ok() {
        run.counts.hidden = dead.hidden().await?;
    }
    if session.json {
        out(&run.counts.json(&dead, &queue).to_string())?;
    } else {
        out(&run.counts.sentence(&dead, &queue, arguments))?;
    }
    ended.and(released)?;
    Ok(run.outcome())
}

struct Run<'a> {
    arguments: &'a Arguments,
    json: bool,
    id: String,
    progress: Progress,
    counts: Counts,
    held: Held,
}

/// What became of the messages.
#[derive(Debug, Default)]
struct Counts {
    received: u64,
    /// Sent back, or to be where nothing is done.
    sent: u64,
    not_meant: u64,
    /// Sent back by this run, and failed again meanwhile.
    came_back: u64,
    too_often: u64,
    /// Has so many attributes of its own that the two of a redrive have no room.
    no_room: u64,
    /// Those that were met; there may be more.
    beyond: u64,
    /// Where it met none: messages that another reader holds.
    hidden: usize,
}

/// What is to become of one.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Send,
    NotMeant,
    CameBack,
    TooOften,
    NoRoom,
}

impl Run<'_> {
    async fn go_through(&mut self, dead: &Queue, queue: &Queue) -> Result<()> {
        loop {
            let messages = dead.receive(WAIT, HIDDEN).await?;
            if messages.is_empty() && self.held.is_full() {
                bail!(
                    "so many messages are held that SQS gives no more; narrow what is meant, or run the command again"
                );
            }
            if messages.is_empty() {
                return Ok(());
            }
            let (mut letters, mut receipts) = (Vec::new(), Vec::new());
            for message in messages {
                let id = message.message_id().context("SQS gave a message without an id")?.to_owned();
                let receipt =
                    message.receipt_handle().context("SQS gave a message without a receipt")?.to_owned();
                if !self.held.is_new(id.clone(), receipt.clone()) {
                    continue;
                }
                self.counts.received += 1;
                if self.is_meant(&message)? {
                    letters.push(self.letter(message)?);
                    receipts.push((id, receipt));
                }
            }
            if !self.arguments.dry_run && !letters.is_empty() {
                let sent = letters.len();
                if let Err(error) = queue.send(letters).await {
                    // SQS may have taken some of these; they are left, so that none is lost.
                    self.counts.sent -= sent as u64;
                    return Err(error);
                }
                let gone: Vec<String> = receipts.iter().map(|(_, receipt)| receipt.clone()).collect();
                dead.delete(&gone).await?;
                receipts.iter().for_each(|(id, _)| self.held.let_go(id));
                self.progress.advance(sent, 0);
            }
            // Whether --at-most leaves any shows only when one more is met.
            if self.held.came_round() || self.counts.beyond > 0 {
                return Ok(());
            }
        }
    }

    /// Counts it.
    fn is_meant(&mut self, message: &Message) -> Result<bool> {
        let fate = fate(message, self.arguments, &self.id);
        let count = match fate {
            Fate::Send if self.arguments.at_most.is_some_and(|most| self.counts.sent >= most) => {
                &mut self.counts.beyond
            }
            Fate::Send => &mut self.counts.sent,
            Fate::NotMeant => &mut self.counts.not_meant,
            Fate::CameBack => &mut self.counts.came_back,
            Fate::TooOften => &mut self.counts.too_often,
            Fate::NoRoom => &mut self.counts.no_room,
        };
        *count += 1;
        if fate == Fate::NoRoom {
            self.progress.say(&format!(
                "left where it is, since a message has at most {MOST_ATTRIBUTES} attributes and two more are needed; send it by \
                 hand: {}",
                described(message)
            ));
        }
        let is_meant = fate == Fate::Send && self.counts.beyond == 0;
        if fate == Fate::TooOften {
            self.progress.say(&format!(
                "left where it is, sent back {} times already: {}",
                times(message),
                described(message)
            ));
        }
        if is_meant && self.arguments.dry_run {
            let line = if self.json {
                json!({"message_id": message.message_id(), "objects": objects(message), "redriven": times(message)})
                    .to_string()
            } else {
                described(message)
            };
            out(&line)?;
        }
        Ok(is_meant)
    }

    /// The same message, with what it has been through.
    fn letter(&self, message: Message) -> Result<Letter> {
        let times = times(&message) + 1;
        let attribute = |kind: &str, value: String| {
            let built = MessageAttributeValue::builder().data_type(kind).string_value(value).build();
            built.map_err(|error| anyhow!("{error}"))
        };
        let mut attributes = message.message_attributes.unwrap_or_default();
        attributes.insert(RUN.to_owned(), attribute("String", self.id.clone())?);
        attributes.insert(TIMES.to_owned(), attribute("Number", times.to_string())?);
        Ok(Letter { body: message.body.unwrap_or_default(), attributes })
    }
}

fn attribute<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    message.message_attributes()?.get(name)?.string_value()
}

fn times(message: &Message) -> u32 {
    attribute(message, TIMES).and_then(|times| times.parse().ok()).unwrap_or_default()
}

/// Those that no redrive gave it.
fn own_attributes(message: &Message) -> usize {
    let names = message.message_attributes().into_iter().flat_map(|attributes| attributes.keys());
    names.filter(|name| *name != RUN && *name != TIMES).count()
}

fn fate(message: &Message, arguments: &Arguments, run: &str) -> Fate {
    let decoded = decode(message.body().unwrap_or_default(), &AllowedBuckets::default());
    let sent = message.attributes().and_then(|told| told.get(&MessageSystemAttributeName::SentTimestamp));
    let sent = sent.and_then(|millis| Timestamp::from_millis(millis.parse().ok()?));
    let event = decoded.objects.iter().filter_map(|object| object.event_time).min();
    let has_prefix =
        |prefix: &String| decoded.objects.iter().any(|object| object.key.starts_with(prefix.as_str()));
    if !arguments.key_prefix.as_ref().is_none_or(has_prefix)
        || !is_within(event.or(sent), arguments.since, arguments.until)
    {
        Fate::NotMeant
    } else if attribute(message, RUN) == Some(run) {
        Fate::CameBack
    } else if times(message) >= arguments.times {
        Fate::TooOften
    } else if own_attributes(message) + 2 > MOST_ATTRIBUTES {
        Fate::NoRoom
    } else {
        Fate::Send
    }
}

fn objects(message: &Message) -> Vec<Value> {
    let decoded = decode(message.body().unwrap_or_default(), &AllowedBuckets::default());
    decoded.objects.iter().map(|object| json!({"bucket": object.bucket, "key": object.key})).collect()
}

/// What it is about, for a person.
fn described(message: &Message) -> String {
    let decoded = decode(message.body().unwrap_or_default(), &AllowedBuckets::default());
    let names: Vec<String> = decoded
        .objects
        .iter()
        .map(|object| format!("s3://{}/{}", object.bucket, shown(&object.key)))
        .collect();
    if names.is_empty() {
        return format!("message {}, which names no object", message.message_id().unwrap_or_default());
    }
    names.join(" ")
}

impl Counts {
    fn sentence(&self, dead: &Queue, queue: &Queue, arguments: &Arguments) -> String {
        let Self { received, sent, not_meant, came_back, too_often, no_room, beyond, hidden } = self;
        if *hidden > 0 {
            return format!(
                "{hidden} messages of {} are held by another reader, or by a run that was broken off; run the command again \
                 in ten minutes",
                dead.url
            );
        }
        if *received == 0 {
            return format!("{} is empty: nothing to send back", dead.url);
        }
        let would = if arguments.dry_run { "would be sent back" } else { "sent back" };
        let mut text = format!(
            "{received} messages of {}: {sent} {would} to {}, {not_meant} not meant, {too_often} sent back {} times or more \
             already, {came_back} failed again in this run, {beyond} beyond --at-most",
            dead.url, queue.url, arguments.times
        );
        if *no_room > 0 {
            let _ = write!(text, ", {no_room} without room for another attribute");
        }
        if too_often + came_back > 0 {
            text.push_str("; the function's log says why they fail");
        }
        text
    }

    fn json(&self, dead: &Queue, queue: &Queue) -> Value {
        let Self { received, sent, not_meant, came_back, too_often, no_room, beyond, hidden } = self;
        json!({
            "queue": queue.url, "dead_letters": dead.url, "received": received, "sent": sent, "not_meant": not_meant,
            "came_back": came_back, "too_often": too_often, "no_room": no_room, "beyond": beyond, "hidden": hidden,
        })
    }
}

impl Run<'_> {
    /// Left on purpose is no finding.
    fn outcome(&self) -> Outcome {
        let Counts { sent, came_back, too_often, no_room, beyond, hidden, .. } = self.counts;
        let is_left = came_back + too_often + no_room + beyond > 0 || hidden > 0;
        Outcome::found(is_left || self.arguments.dry_run && sent > 0)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn arguments(given: &[&str]) -> Arguments {
        Line::try_parse_from([&["x", "--queue", "q"], given].concat()).unwrap().arguments
    }

    fn message(attributes: &[(&str, &str)]) -> Message {
        let body = json!({"Records": [{
            "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": "2026-11-28T06:00:00Z",
            "s3": {"bucket": {"name": "b"}, "object": {"key": "in/a+b.json"}},
        }]});
        let attributes = attributes.iter().map(|(name, value)| {
            let value = MessageAttributeValue::builder().data_type("String").string_value(*value).build();
            ((*name).to_owned(), value.unwrap())
        });
        Message::builder().body(body.to_string()).set_message_attributes(Some(attributes.collect())).build()
    }

    #[test]
    fn key_and_time_say_what_is_meant() {
        for (given, fate_of) in [
            (&[][..], Fate::Send),
            (&["--key-prefix", "in/a b"], Fate::Send),
            (&["--key-prefix", "in/a+b"], Fate::NotMeant),
            (&["--since", "2026-11-28T06:00:00Z"], Fate::Send),
            (&["--since", "2026-11-28T06:00:01Z"], Fate::NotMeant),
            (&["--until", "2026-11-28T06:00:00Z"], Fate::NotMeant),
        ] {
            assert_eq!(fate(&message(&[]), &arguments(given), "r"), fate_of, "{given:?}");
        }
    }

    #[test]
    fn a_message_without_room_for_two_attributes_is_left() {
        let own: Vec<String> = (1..=9).map(|number| format!("own{number}")).collect();
        let mut attributes: Vec<(&str, &str)> = own.iter().map(|name| (name.as_str(), "x")).collect();
        assert_eq!(fate(&message(&attributes), &arguments(&[]), "r"), Fate::NoRoom);
        attributes.truncate(8);
        attributes.extend([(RUN, "before"), (TIMES, "1")]);
        assert_eq!(fate(&message(&attributes), &arguments(&[]), "r"), Fate::Send);
    }

    #[test]
    fn a_message_that_failed_again_is_not_sent_round_and_round() {
        let usual = arguments(&[]);
        assert_eq!(fate(&message(&[(RUN, "r"), (TIMES, "1")]), &usual, "r"), Fate::CameBack);
        assert_eq!(fate(&message(&[(RUN, "before"), (TIMES, "2")]), &usual, "r"), Fate::Send);
        assert_eq!(fate(&message(&[(RUN, "before"), (TIMES, "3")]), &usual, "r"), Fate::TooOften);
        assert_eq!(
            fate(&message(&[(RUN, "before"), (TIMES, "3")]), &arguments(&["--times", "9"]), "r"),
            Fate::Send
        );
    }
}
