//! Members that no column reads, with the SQL that would give each a column.

use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, Shown};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, time};
use crate::dashboard::written::{When, counted, number};

const DRIFT: &str = include_str!("../sql/drift.sql");
/// Members on the page.
const MOST: i64 = 100;

#[derive(Debug, Deserialize)]
pub(super) struct Member {
    dataset: String,
    path: String,
    json_type: String,
    first_seen: When,
    last_seen: When,
    files: i64,
    sample: String,
    sql: Option<String>,
    acknowledged_at: Option<When>,
    acknowledged_reason: Option<String>,
}

/// The members that were seen last, of one dataset or of all.
pub(super) async fn members(
    asked: &Asked<'_>,
    dataset: Option<&str>,
    most: i64,
) -> Result<Vec<Member>, Failure> {
    asked.view.rows(DRIFT, &[&dataset, &most]).await
}

/// The view.
pub(in crate::dashboard) async fn drift(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let dataset = asked.parameter("dataset");
    let members = members(asked, dataset, MOST).await?;
    let body = html! {
        section id="drift" {
            h1 { "Drift" }
            @if members.is_empty() {
                p.headline { "Every member that came has a column." }
                (parts::empty("No drift", "A member that a producer adds shows here with a sample of its values, and with the SQL that would give it a column."))
            } @else {
                p.headline {
                    "What producers send beyond the contract"
                    @if let Some(name) = dataset { " of " (name) } "."
                }
                p.muted { @if members.len() < 100 { (counted(i64::try_from(members.len()).unwrap_or(0), "member")) ", the last seen first." } @else { "The 100 seen last." } }
                (list(asked, &members))
            }
        }
    };
    Ok(Shown::new("Drift", body))
}

/// The statement that marks a member as looked at. Its reason is for a person to write.
fn leave(member: &Member) -> String {
    format!(
        "SELECT ingest_acknowledge_drift({}, {}, '');",
        parts::literal(&member.dataset),
        parts::literal(&member.path)
    )
}

/// A card for each member.
pub(super) fn list(asked: &Asked<'_>, members: &[Member]) -> Markup {
    html! {
        div.cards {
            @for member in members {
                article.card {
                    h3 { code { (member.path) } " " span.type { (member.json_type) } }
                    dl.facts {
                        dt { "Dataset" } dd { (asked.place.dataset(Some(&member.dataset))) }
                        dt { "Sample" } dd { code.sample { (member.sample) } }
                        dt { "Seen" } dd { "in " (number(member.files)) @if member.files == 1 { " file" } @else { " files" } ", last " (time(&member.last_seen, asked.now)) }
                        dt { "Since" } dd { (member.first_seen.full()) }
                    }
                    @match (&member.acknowledged_at, &member.sql) {
                        (Some(at), _) => p.muted { "Looked at " (time(at, asked.now)) ": " (member.acknowledged_reason.as_deref().unwrap_or("no reason was given")) },
                        (None, Some(statement)) => {
                            (parts::sql("Give it a column", statement))
                            (parts::sql("Or leave it as it is", &leave(member)))
                        }
                        (None, None) => {
                            p.muted { "No column is proposed: one reads it by now, nothing but null came, its path cannot be named here, or its dataset is gone. " code { "ingest_propose()" } " has all proposals of a dataset." }
                            (parts::sql("Leave it as it is", &leave(member)))
                        }
                    }
                }
            }
        }
    }
}
