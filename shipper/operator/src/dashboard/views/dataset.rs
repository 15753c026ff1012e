//! One dataset: its registration, its contract, its trouble and its drift.

use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, Shown, datasets, drift, files, reject, rejects, removals};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, address, badge, time};
use crate::dashboard::written::When;

const DATASET: &str = include_str!("../sql/dataset.sql");
const TROUBLE: &str = include_str!("../sql/dataset_trouble.sql");
const REJECTS: &str = include_str!("../sql/dataset_rejects.sql");

#[derive(Debug, Deserialize)]
struct Dataset {
    name: String,
    prefix: String,
    bucket: Option<String>,
    target: String,
    records_path: Option<String>,
    load_mode: String,
    version_column: Option<String>,
    on_error: String,
    on_unknown: String,
    on_absent: String,
    on_missing_path: String,
    document_format: String,
    match_names: String,
    record_filter: Option<String>,
    key_pattern: Option<String>,
    null_strings: Option<String>,
    loader: Option<String>,
    enabled: bool,
    shares_with: Vec<String>,
    expected_every: Option<String>,
    registered_at: When,
}

/// The view.
pub(in crate::dashboard) async fn dataset(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let name = asked.parameter("name").unwrap_or_default();
    let found: Option<Dataset> = asked.view.row(DATASET, &[&name]).await?;
    let dataset = found.ok_or_else(|| Failure::absent(&format!("dataset {name}")))?;
    let columns = reject::contract(asked, Some(name)).await?;
    let groups: Vec<rejects::Group> = asked.view.rows(REJECTS, &[&name]).await?;
    let trouble: Vec<files::Listed> = asked.view.rows(TROUBLE, &[&name, &20_i64]).await?;
    let health = datasets::health(asked, Some(name)).await?;
    let members = drift::members(asked, Some(name), 10).await?;
    let ignored = removals::ignored(asked, Some(name)).await?;
    let body = html! {
        section {
            p.crumbs { (asked.place.link("/datasets", "Datasets")) " / " (name) }
            h1 { (name) }
            @if let Some(health) = health.first() {
                p.headline { (badge(&health.state)) " " @match &health.reason { Some(reason) => (reason), None => "Nothing to do." } }
            }
            div.beside {
                div { h2 { "Registration" } (registration(asked, &dataset)) }
                div { h2 { "Next steps" } (next_steps(&dataset)) }
            }
            h2 { "Rejects" }
            (rejected(asked, &dataset, &groups))
            @if !trouble.is_empty() {
                h2 { "Files that were not wholly loaded" }
                (files::table(asked, trouble.iter()))
            }
            p { (asked.place.link(&address("/files", &[("dataset", name)]), "All its files of late")) }
            (removals::section(asked, &ignored, false))
            @if !members.is_empty() { h2 { "Drift" } (drift::list(asked, &members)) }
            h2 { "Contract" }
            @if columns.is_empty() { (parts::empty("The target is gone.", "Make the table again, or register the dataset with another target.")) }
            @else { (reject::contract_table(&columns)) }
        }
    };
    Ok(Shown::new(name, body))
}

fn next_steps(dataset: &Dataset) -> Markup {
    let name = parts::literal(&dataset.name);
    html! {
        (parts::sql("See the SQL that loads it", &format!("SELECT ingest_explain({name});")))
        (parts::sql("Try a document, changing nothing", &format!("SELECT * FROM ingest_preview({name}, '{{}}');")))
        @if !dataset.enabled {
            (parts::sql("Take it up again, then run what was kept meanwhile", &format!(
                "SELECT ingest_register_dataset({name}, enabled => true);\nSELECT * FROM ingest_replay();")))
        }
    }
}

fn registration(asked: &Asked<'_>, dataset: &Dataset) -> Markup {
    html! {
        dl.facts {
            dt { "Prefix" } dd.key { code { (dataset.prefix) } @match &dataset.bucket { Some(bucket) => { " in " (bucket) }, None => span.muted { " in any bucket" } } }
            @if !dataset.shares_with.is_empty() { dt { "Shared with" } dd { (asked.place.datasets(None, &dataset.shares_with)) } }
            dt { "Target" } dd.key { code { (dataset.target) } }
            dt { "Mode" } dd { (dataset.load_mode) @if let Some(version) = &dataset.version_column { ", the higher " code { (version) } " wins" } }
            @if let Some(pattern) = &dataset.key_pattern { dt { "Keys" } dd.key { code { (pattern) } } }
            @if let Some(path) = &dataset.records_path { dt { "Records at" } dd { code { (path) } @if dataset.on_missing_path == "skip" { ", or none" } } }
            @if let Some(filter) = &dataset.record_filter { dt { "Only those" } dd { code { (filter) } } }
            @if dataset.document_format != "auto" { dt { "Document" } dd { (dataset.document_format) } }
            @if dataset.match_names != "exact" { dt { "Names" } dd { (dataset.match_names) } }
            @if let Some(strings) = &dataset.null_strings { dt { "Null" } dd { code { (strings) } } }
            @if let Some(loader) = &dataset.loader { dt { "Loader" } dd { code { (loader) } } }
            dt { "On error" } dd { (dataset.on_error) }
            dt { "Unknown" } dd { (dataset.on_unknown) }
            dt { "Absent" } dd { (dataset.on_absent) }
            dt { "Expected" } dd { @match &dataset.expected_every { Some(every) => { "a file every " (every) }, None => "a file whenever one comes" } }
            dt { "Registered" } dd { (time(&dataset.registered_at, asked.now)) }
        }
    }
}

fn rejected(asked: &Asked<'_>, dataset: &Dataset, groups: &[rejects::Group]) -> Markup {
    html! {
        @if groups.is_empty() {
            (parts::empty("Nothing of it waits in quarantine.", "What is rejected shows here with its reason."))
        } @else {
            (rejects::group_table(asked, groups))
            (parts::sql("After the fix, run them all again", &format!("SELECT * FROM ingest_replay({});", parts::literal(&dataset.name))))
        }
    }
}
