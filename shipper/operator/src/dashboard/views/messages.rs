//! Queue messages that were no notification of S3, and removals of objects that changed nothing.

use maud::html;
use serde::Deserialize;

use super::{Asked, Shown, removals};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, time};
use crate::dashboard::written::{When, number};

const MESSAGES: &str = include_str!("../sql/messages.sql");
const MOST: i64 = 50;

#[derive(Debug, Deserialize)]
struct Message {
    rejected_message_id: i64,
    message_id: String,
    received_at: When,
    body: String,
    length: i64,
    error_code: String,
    error: String,
}

/// The view.
pub(in crate::dashboard) async fn messages(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let messages: Vec<Message> = asked.view.rows(MESSAGES, &[&MOST]).await?;
    let ignored = removals::ignored(asked, None).await?;
    let body = html! {
        section id="messages" {
            h1 { "Messages" }
            @if messages.is_empty() {
                p.headline { "Every message was a notification of S3." }
                (parts::empty("No rejected message", "A message that is none is kept here whole before it leaves the queue."))
            } @else {
                p.headline { "Queue messages that were no notification of S3, newest first." }
                div.cards {
                    @for message in &messages {
                        article.card {
                            h3 { code { (message.error_code) } }
                            p { (message.error) }
                            dl.facts {
                                dt { "Received" } dd { (time(&message.received_at, asked.now)) }
                                dt { "Message id" } dd.key { (message.message_id) }
                            }
                            pre.record tabindex="0" aria-label="Message body" { code { (message.body) } }
                            @if message.length > 4_000 {
                                p.muted { "The first 4,000 of " (number(message.length)) " characters." }
                                (parts::sql("Read it whole", &format!("SELECT body FROM ingest.rejected_message WHERE rejected_message_id = {};", message.rejected_message_id)))
                            }
                        }
                    }
                }
            }
            (removals::section(asked, &ignored, true))
        }
    };
    Ok(Shown::new("Messages", body))
}
