//! What was rejected and why.

use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, Shown};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, address, time};
use crate::dashboard::written::{When, capped, number};

const OPEN: &str = include_str!("../sql/open_rejects.sql");
const GROUPS: &str = include_str!("../sql/reject_groups.sql");
const REJECTS: &str = include_str!("../sql/rejects.sql");

/// Rejects on one page.
const PAGE: i64 = 25;

#[derive(Debug, Deserialize)]
struct Open {
    open: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Group {
    dataset: Option<String>,
    error_code: String,
    column_name: Option<String>,
    rejects: i64,
    files: i64,
    first_at: When,
    last_at: When,
    example_id: i64,
    example: String,
}

#[derive(Debug, Deserialize)]
struct Reject {
    reject_id: i64,
    file_id: i64,
    record_no: i64,
    column_name: Option<String>,
    error_code: String,
    error: String,
    rejected_at: When,
    dataset: Option<String>,
    key: String,
}

/// The groups, and with a filter or on a page of their own the rejects themselves.
pub(in crate::dashboard) async fn rejects(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let dataset = asked.parameters.get("dataset").map(String::as_str).filter(|name| !name.contains('\0'));
    let code = asked.parameter("code");
    let column = asked.parameters.get("column").map(String::as_str).filter(|name| !name.contains('\0'));
    let page = asked.number("page").unwrap_or(0).clamp(0, 99);
    let open: Option<Open> = asked.view.row(OPEN, &[]).await?;
    let open = open.map_or(0, |open| open.open);
    let groups: Vec<Group> = asked.view.rows(GROUPS, &[&dataset]).await?;
    let listed: Vec<Reject> =
        asked.view.rows(REJECTS, &[&dataset, &code, &column, &(PAGE + 1), &(page * PAGE)]).await?;
    let filters = [("dataset", dataset.map(or_none)), ("code", code), ("column", column.map(or_none))];
    let filtered = code.is_some() || column.is_some() || dataset.is_some();
    let body = html! {
        section id="rejects" {
            h1 { "Rejects" }
            p.headline {
                @if open == 0 { "Nothing waits in quarantine." } @else { (capped(open, 100_000)) " open. Each is kept whole, and can be replayed after the fix." }
            }
            @if open == 0 {
                (parts::empty("Every record so far became a row, was replayed or was given up.", "What is rejected from now on shows here, with its raw bytes and the rule that it broke."))
            } @else {
                h2 { "Why" }
                p.muted { "Of the newest 5,000 open rejects, by dataset, code and column." }
                (group_table(asked, &groups))
                (next_steps(asked, dataset, code, column))
                h2 { @if filtered { "Rejects that fit" } @else { "Newest" } }
                @if filtered && asked.place == parts::Place::Served {
                    p.filters {
                        @for (name, value) in filters { @if let Some(value) = value { span.filter { (name) ": " strong { (value) } } } }
                        a href="/rejects" { "Show all" }
                    }
                }
                (reject_table(asked, listed.iter().take(usize::try_from(PAGE).unwrap_or(usize::MAX))))
                (pager(asked, page, listed.len() > usize::try_from(PAGE).unwrap_or(usize::MAX)))
            }
        }
    };
    Ok(Shown::new("Rejects", body))
}

/// An empty filter takes what has none.
fn or_none(name: &str) -> &str {
    if name.is_empty() { "none" } else { name }
}

/// What has become of a reject.
pub(super) fn state(settled: Option<&When>, dismissed_reason: Option<&str>) -> &'static str {
    match (settled, dismissed_reason) {
        (None, _) => "open",
        (Some(_), Some(_)) => "dismissed",
        (Some(_), None) => "replayed",
    }
}

/// The statements that settle what the page shows. They know no column, and no files without a dataset: there each would
/// settle more than is shown, and none is given.
fn next_steps(asked: &Asked<'_>, dataset: Option<&str>, code: Option<&str>, column: Option<&str>) -> Markup {
    let (Some(dataset), Some(code)) = (dataset.filter(|name| !name.is_empty()), code) else {
        return html! {
            p { "To run rejects again or to give them up, choose a dataset and a code by the number of its rejects. Or open one reject: the statements for its file stand there." }
        };
    };
    if column.is_some() {
        let all = address("/rejects", &[("dataset", dataset), ("code", code)]);
        return html! {
            p {
                "Rejects are run again and given up by dataset and code, whatever their column: see "
                (asked.place.link(&all, format!("all {code} of {dataset}"))) ". Or open one reject: the statements for its file stand there."
            }
        };
    }
    let chosen = format!("dataset => {}, error_code => {}", parts::literal(dataset), parts::literal(code));
    html! {
        (parts::sql("After the fix, run all with this dataset and code again under today's contract", &format!("SELECT * FROM ingest_replay({chosen});")))
        (parts::sql("Or give all with this dataset and code up for good. Write the reason into it", &format!("SELECT * FROM ingest_dismiss({chosen}, reason => '');")))
    }
}

pub(super) fn group_table(asked: &Asked<'_>, groups: &[Group]) -> Markup {
    let rows = html! {
        @for group in groups {
            tr {
                td { (asked.place.dataset(group.dataset.as_deref())) }
                td { code { (group.error_code) } }
                td { @match &group.column_name { Some(name) => code { (name) }, None => span.muted { "the whole record" } } }
                td.number { (asked.place.link(&of_group(group), number(group.rejects))) }
                td.number { (number(group.files)) }
                td.reason { (asked.place.link(&format!("/reject?id={}", group.example_id), &group.example)) }
                td { (time(&group.last_at, asked.now)) @if group.first_at != group.last_at { br; span.muted { "since " (group.first_at.full()) } } }
            }
        }
    };
    parts::table(
        "Rejects by dataset, code and column",
        &["Dataset", "Code", "Column", "Rejects", "Files", "The latest", "Last"],
        &rows,
    )
}

fn of_group(group: &Group) -> String {
    // An empty dataset or column is a filter too: rejects that have none.
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("dataset", group.dataset.as_deref().unwrap_or_default())
        .append_pair("code", &group.error_code)
        .append_pair("column", group.column_name.as_deref().unwrap_or_default());
    format!("/rejects?{}", query.finish())
}

fn reject_table<'a>(asked: &Asked<'_>, listed: impl Iterator<Item = &'a Reject>) -> Markup {
    let rows = html! {
        @for reject in listed {
            tr {
                td.reason { (asked.place.link(&format!("/reject?id={}", reject.reject_id), &reject.error)) }
                td { code { (reject.error_code) } }
                td { @if let Some(name) = &reject.column_name { code { (name) } } }
                td { (asked.place.dataset(reject.dataset.as_deref())) }
                td.key { (asked.place.file(reject.file_id, &reject.key)) @if reject.record_no > 0 { span.muted { " record " (number(reject.record_no)) } } }
                td { (time(&reject.rejected_at, asked.now)) }
            }
        }
    };
    parts::table("Open rejects", &["What was wrong", "Code", "Column", "Dataset", "File", "Rejected"], &rows)
}

fn pager(asked: &Asked<'_>, page: i64, more: bool) -> Markup {
    let to = |page: i64| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for name in ["dataset", "code", "column"] {
            if let Some(value) = asked.parameters.get(name) {
                query.append_pair(name, value);
            }
        }
        query.append_pair("page", &page.to_string());
        format!("/rejects?{}", query.finish())
    };
    html! {
        @if asked.place == parts::Place::Served && (page > 0 || more) {
            nav.pager aria-label="Pages" {
                @if page > 0 { a href=(to(page - 1)) rel="prev" { "Newer" } }
                span.muted { "Page " (number(page + 1)) }
                @if more { a href=(to(page + 1)) rel="next" { "Older" } }
            }
        }
    }
}
