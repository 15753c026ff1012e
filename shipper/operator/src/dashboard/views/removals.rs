//! Removals of objects that changed nothing, with the reason.

use maud::{Markup, html};
use serde::Deserialize;

use super::Asked;
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, time};
use crate::dashboard::written::{When, number};

const IGNORED: &str = include_str!("../sql/ignored_removals.sql");
const MOST: i64 = 50;
const NAME: &str = "Removals of objects that changed nothing";

/// Those of one dataset with one reason.
#[derive(Debug, Deserialize)]
pub(super) struct Ignored {
    dataset: Option<String>,
    reason: String,
    removals: i64,
    first_seen: When,
    last_seen: When,
    last_bucket: String,
    last_key: String,
}

/// Those of one dataset, or of all and of none.
pub(super) async fn ignored(asked: &Asked<'_>, dataset: Option<&str>) -> Result<Vec<Ignored>, Failure> {
    asked.view.rows(IGNORED, &[&dataset, &MOST]).await
}

/// A heading and a table, where there are any; with their datasets where these may differ.
pub(super) fn section(asked: &Asked<'_>, ignored: &[Ignored], with_datasets: bool) -> Markup {
    if ignored.is_empty() {
        return html! {};
    }
    let rows = html! {
        @for each in ignored {
            tr {
                td.reason { (each.reason) }
                @if with_datasets { td { (asked.place.dataset(each.dataset.as_deref())) } }
                td.number { (number(each.removals)) }
                td.key { (each.last_key) span.muted { " in " (each.last_bucket) } }
                td { (time(&each.last_seen, asked.now)) br; span.muted { "since " (each.first_seen.full()) } }
            }
        }
    };
    let mut head = vec!["Reason", "Dataset", "Removals", "The latest", "Last"];
    if !with_datasets {
        head.remove(1);
    }
    html! { h2 { (NAME) } (parts::table(NAME, &head, &rows)) }
}
