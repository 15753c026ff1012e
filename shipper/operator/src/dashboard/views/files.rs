//! Files by status, newest first, and the way to one file by its key.

use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, Shown};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, Place, address, badge, time};
use crate::dashboard::written::{When, bytes, capped, counted, number};

const NEWEST: &str = include_str!("../sql/files_newest.sql");
const BY_STATUS: &str = include_str!("../sql/files_by_status.sql");
const COUNTS: &str = include_str!("../sql/file_counts.sql");
const FIND: &str = include_str!("../sql/find_file.sql");

/// Files on one page.
const PAGE: usize = 50;
const STATUSES: [&str; 7] =
    ["loaded", "partially_loaded", "load_failed", "no_dataset", "skipped_stale", "object_missing", "removed"];

#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    file_id: i64,
    dataset: Option<String>,
    shared_by: Vec<String>,
    key: String,
    size: Option<i64>,
    received_at: When,
    cursor: String,
    status: String,
    rows_loaded: i64,
    rows_rejected: i64,
    error: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Count {
    status: String,
    files: i64,
}

#[derive(Debug, Deserialize)]
struct Found {
    file_id: i64,
}

/// The view.
pub(in crate::dashboard) async fn files(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let status = asked.parameter("status").filter(|status| STATUSES.contains(status));
    let dataset = asked.parameter("dataset");
    let (before, before_id) = (asked.parameter("before"), asked.number("id"));
    // Whoever made up an address gets the first page.
    let before =
        before.filter(|text| text.len() < 64 && text.starts_with(|first: char| first.is_ascii_digit()));
    let rare = dataset.is_none() && status.is_some_and(|status| status != "loaded");
    let query = if rare { BY_STATUS } else { NEWEST };
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let listed: Vec<Listed> =
        asked.view.rows(query, &[&status, &dataset, &before, &before_id, &most]).await?;
    let counts: Vec<Count> = asked.view.rows(COUNTS, &[]).await?;
    let sought = match asked.parameter("key") {
        Some(key) => Some((key, find(asked, key).await?)),
        None => None,
    };
    let body = html! {
        section id="files" {
            h1 { "Files" }
            @if asked.place == Place::Served { (search(asked)) }
            @if let Some((key, found)) = &sought { (results(asked, key, found)) }
            (summary(&counts))
            (parts::choices(asked.place, "Status", &status_choices(dataset, status)))
            @if let Some(name) = dataset { p.filters { span.filter { "dataset: " strong { (name) } } a href="/files" { "Show all" } } }
            @if listed.is_empty() {
                (parts::empty("No such file.", html! { "Of the newest 20,000 in the ledger none fits. " code { "pg-ingest reconcile s3://bucket/prefix" } " compares the bucket with the ledger." }))
            } @else {
                (table(asked, listed.iter().take(PAGE)))
                @if let (Some(last), true) = (listed.get(PAGE - 1), listed.len() > PAGE && asked.place == Place::Served) {
                    nav.pager aria-label="Pages" { a rel="next" href=(address("/files", &[("status", status.unwrap_or_default()),
                        ("dataset", dataset.unwrap_or_default()), ("before", &last.cursor), ("id", &last.file_id.to_string())])) { "Older" } }
                }
            }
        }
    };
    Ok(Shown::new("Files", body))
}

/// By its key in whatever bucket, by its `s3://` address, or by its number.
async fn find(asked: &Asked<'_>, sought: &str) -> Result<Vec<i64>, Failure> {
    let address = sought.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
    let (bucket, key) = address.map_or((None, sought), |(bucket, key)| (Some(bucket), key));
    let found: Vec<Found> = asked.view.rows(FIND, &[&key, &bucket]).await?;
    let mut ids: Vec<i64> = found.into_iter().map(|found| found.file_id).collect();
    ids.extend(sought.replace(',', "").parse::<i64>().ok());
    Ok(ids)
}

fn search(asked: &Asked<'_>) -> Markup {
    html! {
        form.search action="/files" method="get" role="search" {
            label for="key" { "Find a file by its whole key, its s3:// address or its number" }
            div { input id="key" name="key" type="search" autocomplete="off" spellcheck="false" value=(asked.parameter("key").unwrap_or_default()); button type="submit" { "Find" } }
        }
    }
}

fn results(asked: &Asked<'_>, key: &str, found: &[i64]) -> Markup {
    html! {
        @if found.is_empty() {
            (parts::empty("No file with this key is in the ledger.", html! {
                code { (key) } " was never processed, or its entry was pruned. A key has to be given whole."
            }))
        } @else {
            ul.found { @for id in found { li { (asked.place.file(*id, html! { "The newest entry: file " (number(*id)) })) } } }
        }
    }
}

fn summary(counts: &[Count]) -> Markup {
    html! {
        p.states {
            @for count in counts.iter().filter(|count| count.files > 0) {
                span { (badge(&count.status)) " " (capped(count.files, 10_000)) }
            }
            @if counts.iter().all(|count| count.files == 0) { (badge("loaded")) " every file" }
            span.muted { "of the last 24 hours" }
        }
    }
}

fn status_choices(dataset: Option<&str>, chosen: Option<&str>) -> Vec<(String, String, bool)> {
    let to =
        |status: &str| address("/files", &[("status", status), ("dataset", dataset.unwrap_or_default())]);
    let all = (to(""), "all".to_owned(), chosen.is_none());
    let others = STATUSES.iter().map(|status| (to(status), (*status).to_owned(), chosen == Some(*status)));
    std::iter::once(all).chain(others).collect()
}

/// Files, one a row.
pub(super) fn table<'a>(asked: &Asked<'_>, listed: impl Iterator<Item = &'a Listed>) -> Markup {
    let rows = html! {
        @for file in listed {
            tr {
                td { (badge(&file.status)) }
                td.key { (asked.place.file(file.file_id, &file.key)) @if let Some(error) = &file.error { div.muted.reason { (error) } } }
                td { (asked.place.datasets(file.dataset.as_deref(), &file.shared_by)) }
                td { (time(&file.received_at, asked.now)) }
                td.number { (file.size.map_or(String::new(), bytes)) }
                td.number { (number(file.rows_loaded)) }
                td.number { @if file.rows_rejected > 0 { strong title=(counted(file.rows_rejected, "record")) { (number(file.rows_rejected)) } } @else { "0" } }
            }
        }
    };
    parts::table("Files", &["Status", "Key", "Dataset", "Received", "Size", "Loaded", "Rejected"], &rows)
}
