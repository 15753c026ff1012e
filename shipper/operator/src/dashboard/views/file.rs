//! One file's whole story: when it was put, received and loaded, in which batch, what was rejected, and its other versions.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, Shown, rejects};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, badge, time};
use crate::dashboard::written::{When, bytes, counted, number};

const FILE: &str = include_str!("../sql/file.sql");
const BATCH: &str = include_str!("../sql/file_batch.sql");
const VERSIONS: &str = include_str!("../sql/file_versions.sql");
const REJECTS: &str = include_str!("../sql/file_rejects.sql");
const SHARES: &str = include_str!("../sql/file_datasets.sql");

#[derive(Debug, Deserialize)]
struct File {
    file_id: i64,
    object_id: i64,
    batch_id: String,
    dataset: Option<String>,
    bucket: String,
    key: String,
    version_id: Option<String>,
    etag: Option<String>,
    sequencer: Option<String>,
    size: Option<i64>,
    event_time: Option<When>,
    last_modified: Option<When>,
    received_at: When,
    loaded_at: Option<When>,
    status: String,
    deliveries: i64,
    records: i64,
    rows_loaded: i64,
    rows_rejected: i64,
    rows_stale: i64,
    rows_filtered: i64,
    rows_deleted: i64,
    rows_suppressed: i64,
    rows_removed: i64,
    /// By dataset.
    child_rows: BTreeMap<String, Children>,
    error_code: Option<String>,
    error: Option<String>,
    target: Option<String>,
    has_file_id: bool,
}

/// What came of the children inside of its records.
#[derive(Debug, Deserialize)]
struct Children {
    loaded: i64,
    rejected: i64,
}

#[derive(Debug, Deserialize)]
struct Batch {
    request_id: Option<String>,
    engine: String,
    started_at: When,
    finished_at: When,
    files: i64,
    records: i64,
    claim_ms: f64,
    load_ms: f64,
    ledger_ms: f64,
}

#[derive(Debug, Deserialize)]
struct Version {
    file_id: i64,
    version_id: Option<String>,
    etag: Option<String>,
    size: Option<i64>,
    received_at: When,
    status: String,
    rows_loaded: i64,
    rows_rejected: i64,
}

#[derive(Debug, Deserialize)]
struct Share {
    dataset: String,
    target: Option<String>,
    status: String,
    records: i64,
    rows_loaded: i64,
    rows_rejected: i64,
    rows_stale: i64,
    rows_filtered: i64,
    error: Option<String>,
    has_file_id: bool,
}

#[derive(Debug, Deserialize)]
struct Reject {
    reject_id: i64,
    dataset: Option<String>,
    record_no: i64,
    column_name: Option<String>,
    error_code: String,
    error: String,
    replayed_at: Option<When>,
    dismissed_reason: Option<String>,
}

/// The view.
pub(in crate::dashboard) async fn file(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let id = asked.id("file with this number")?;
    let found: Option<File> = asked.view.row(FILE, &[&id]).await?;
    let file = found.ok_or_else(|| Failure::absent(&format!("file {id} in the ledger")))?;
    let batch: Option<Batch> = asked.view.row(BATCH, &[&file.batch_id]).await?;
    let versions: Vec<Version> = asked.view.rows(VERSIONS, &[&file.object_id]).await?;
    let rejects: Vec<Reject> = asked.view.rows(REJECTS, &[&id]).await?;
    let shares: Vec<Share> = asked.view.rows(SHARES, &[&id]).await?;
    let body = html! {
        section {
            p.crumbs { (asked.place.link("/files", "Files")) " / " (number(file.file_id)) }
            h1.key { (file.key) }
            p.headline { (badge(&file.status)) " " (summary(&file)) }
            @if let Some(error) = &file.error {
                p.error { @if let Some(code) = &file.error_code { code { (code) } " " } (error) }
            }
            div.beside {
                div { h2 { "What happened" } (steps(&file, batch.as_ref())) }
                div { h2 { "The object" } (object(asked, &file, &shares)) }
            }
            @if !shares.is_empty() { h2 { "In each dataset" } (share_table(asked, &shares)) }
            @if !file.child_rows.is_empty() { h2 { "Children inside its records" } (child_table(asked, &file.child_rows)) }
            @if !rejects.is_empty() { h2 { "Rejected" } (reject_table(asked, &rejects)) }
            @if versions.len() > 1 { h2 { "All entries of this key" } (version_table(asked, &versions, file.file_id)) }
            h2 { "Next steps" }
            (next_steps(&file, &shares, rejects.iter().any(|reject| reject.replayed_at.is_none())))
        }
    };
    Ok(Shown::new(file.key.clone(), body))
}

fn summary(file: &File) -> Markup {
    html! {
        (counted(file.records, "record")) ": " (number(file.rows_loaded)) " loaded, " (number(file.rows_rejected)) " rejected, " (number(file.rows_stale)) " stale, " (number(file.rows_filtered)) " filtered, " (number(file.rows_deleted)) " deleted."
        @if file.rows_suppressed > 0 { " Of the filtered " (number(file.rows_suppressed)) @if file.rows_suppressed == 1 { " is an erased person's." } @else { " are erased people's." } }
        @if file.rows_removed > 0 { " " (counted(file.rows_removed, "row")) " of former contents of its object went." }
    }
}

/// The moments in their order.
fn steps(file: &File, batch: Option<&Batch>) -> Markup {
    let step = |when: Option<&When>, what: Markup| html! { @if let Some(when) = when { li { time datetime=(when.machine()) { (when.precise()) } div { (what) } } } };
    html! {
        ol.steps {
            (step(file.last_modified.as_ref(), html! { "Last-Modified of what was fetched (whole seconds)" }))
            (step(file.event_time.as_ref(), html! { "The put ended, by S3's event" }))
            (step(Some(&file.received_at), html! { "Its batch began" @if let Some(batch) = batch { ": " (counted(batch.files, "file")) ", " (counted(batch.records, "record")) ", " (batch.engine) " engine" @if let Some(request) = &batch.request_id { ", request " code { (request) } } } }))
            (step(file.loaded_at.as_ref(), html! { "Rows applied to " code { (file.target.as_deref().unwrap_or("its target")) } }))
            @if let Some(batch) = batch {
                (step(Some(&batch.finished_at), html! {
                    "The batch ended: claim " (ms(batch.claim_ms)) ", load " (ms(batch.load_ms)) ", ledger " (ms(batch.ledger_ms))
                    @if batch.started_at != file.received_at { ", begun " (batch.started_at.precise()) }
                }))
            }
            @if file.deliveries > 1 { li { span.muted { "since then" } div { "Delivered " (number(file.deliveries)) " times in all; each after the first was counted and nothing else" } } }
        }
        @if batch.is_none() { p.muted { "Its batch is no longer kept." } }
    }
}

fn ms(value: f64) -> String {
    format!("{value:.0} ms")
}

fn object(asked: &Asked<'_>, file: &File, shares: &[Share]) -> Markup {
    let shared_by: Vec<String> = shares.iter().map(|share| share.dataset.clone()).collect();
    let text = |value: &Option<String>| html! { @match value { Some(value) => code { (value) }, None => span.muted { "none" } } };
    html! {
        dl.facts {
            dt { "Bucket" } dd { @if file.bucket.is_empty() { span.muted { "none: staged by hand" } } @else { (file.bucket) } }
            dt { "Version" } dd.key { (text(&file.version_id)) }
            dt { "ETag" } dd.key { (text(&file.etag)) }
            dt { "Sequencer" } dd.key { (text(&file.sequencer)) }
            dt { "Size" } dd { (file.size.map_or("unknown".to_owned(), bytes)) }
            dt { "Dataset" } dd { (asked.place.datasets(file.dataset.as_deref(), &shared_by)) }
            dt { "File id" } dd { (file.file_id) }
            dt { "Received" } dd { (time(&file.received_at, asked.now)) }
        }
    }
}

fn reject_table(asked: &Asked<'_>, rejects: &[Reject]) -> Markup {
    let rows = html! {
        @for reject in rejects {
            tr {
                td.number { @if reject.record_no == 0 { "file" } @else { (number(reject.record_no)) } }
                td { @if let Some(name) = &reject.column_name { code { (name) } } @if let Some(name) = &reject.dataset { div.muted { "of " (name) } } }
                td { code { (reject.error_code) } }
                td.reason { (asked.place.link(&format!("/reject?id={}", reject.reject_id), &reject.error)) }
                td { (badge(rejects::state(reject.replayed_at.as_ref(), reject.dismissed_reason.as_deref()))) @if let Some(reason) = &reject.dismissed_reason { div.muted.reason { (reason) } } }
            }
        }
    };
    parts::table("Rejects of this file", &["Record", "Column", "Code", "What was wrong", "State"], &rows)
}

/// What became of the file in each of the datasets that share it.
fn share_table(asked: &Asked<'_>, shares: &[Share]) -> Markup {
    let rows = html! {
        @for share in shares {
            tr {
                td { (badge(&share.status)) }
                td.key { (asked.place.dataset(Some(&share.dataset))) @if let Some(error) = &share.error { div.muted.reason { (error) } } }
                td.number { (number(share.records)) }
                td.number { (number(share.rows_loaded)) }
                td.number { (number(share.rows_rejected)) }
                td.number { (number(share.rows_stale)) }
                td.number { (number(share.rows_filtered)) }
            }
        }
    };
    parts::table(
        "This file in each of its datasets",
        &["Status", "Dataset", "Records", "Loaded", "Rejected", "Stale", "Filtered"],
        &rows,
    )
}

fn child_table(asked: &Asked<'_>, children: &BTreeMap<String, Children>) -> Markup {
    let rows = html! {
        @for (dataset, of) in children {
            tr {
                td.key { (asked.place.dataset(Some(dataset))) }
                td.number { (number(of.loaded)) }
                td.number { (number(of.rejected)) }
            }
        }
    };
    parts::table("Children inside its records", &["Dataset", "Loaded", "Left out"], &rows)
}

fn version_table(asked: &Asked<'_>, versions: &[Version], shown: i64) -> Markup {
    let rows = html! {
        @for version in versions {
            tr aria-current=[(version.file_id == shown).then_some("true")] {
                td { @if version.file_id == shown { "this one" } @else { (asked.place.file(version.file_id, number(version.file_id))) } }
                td { (badge(&version.status)) }
                td { (time(&version.received_at, asked.now)) }
                td.key { code { (version.version_id.as_ref().or(version.etag.as_ref()).map_or("", String::as_str)) } }
                td.number { (version.size.map_or(String::new(), bytes)) }
                td.number { (number(version.rows_loaded)) }
                td.number { (number(version.rows_rejected)) }
            }
        }
    };
    parts::table(
        "Entries of this key",
        &["File", "Status", "Received", "Version or ETag", "Size", "Loaded", "Rejected"],
        &rows,
    )
}

fn next_steps(file: &File, shares: &[Share], has_open: bool) -> Markup {
    html! {
        @if has_open {
            (parts::sql("After the fix, run its rejects again", &format!("SELECT * FROM ingest_replay(file_id => {});", file.file_id)))
        }
        @if let (Some(target), true) = (&file.target, file.has_file_id) {
            (parts::sql("Its rows in the target", &format!("SELECT * FROM {target} WHERE _file_id = {};", file.file_id)))
        }
        @for share in shares.iter().filter(|share| share.has_file_id) {
            @if let Some(target) = &share.target {
                (parts::sql(&format!("Its rows of {}", share.dataset), &format!("SELECT * FROM {target} WHERE _file_id = {};", file.file_id)))
            }
        }
        @if file.status == "no_dataset" && shares.is_empty() {
            (parts::sql("Register a dataset for it, then run it", &format!(
                "SELECT ingest_register_dataset('a_name', prefix => {}, target => 'schema.table');\nSELECT * FROM ingest_replay(file_id => {});",
                parts::literal(&folder(&file.key)), file.file_id)))
        }
        (parts::sql("Its entry in the ledger", &format!("SELECT * FROM ingest.file WHERE file_id = {};", file.file_id)))
    }
}

/// The key up to its last slash.
fn folder(key: &str) -> String {
    key.rfind('/').and_then(|end| key.get(..=end)).unwrap_or(key).to_owned()
}
