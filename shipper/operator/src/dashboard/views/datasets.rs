//! All datasets with their state.

use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, Shown};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, Place, address, badge, time};
use crate::dashboard::written::{When, counted, number, seconds};

const DATASETS: &str = include_str!("../sql/datasets.sql");
const FAULTS: &str = include_str!("../sql/faults.sql");

/// Datasets on one page.
const PAGE: usize = 200;

/// What is known of a dataset's health.
#[derive(Debug, Deserialize)]
pub(super) struct Health {
    pub(super) name: String,
    prefix: String,
    bucket: Option<String>,
    target: String,
    pub(super) state: String,
    /// Why it is not ok, with what to do.
    pub(super) reason: Option<String>,
    last_file_at: Option<When>,
    lag_p50: Option<f64>,
    lag_p99: Option<f64>,
    files_hour: i64,
    files_day: i64,
    open_files: i64,
    open_rejects: i64,
    drift: i64,
}

impl Health {
    pub(super) fn needs_a_look(&self) -> bool {
        self.state != "ok" && self.state != "disabled"
    }
}

#[derive(Debug, Deserialize)]
struct Fault {
    dataset: String,
    since: When,
    last_seen: When,
    sqlstate: String,
    error: String,
    files: i64,
}

/// Every dataset's health, by name, or that of one.
pub(super) async fn health(asked: &Asked<'_>, only: Option<&str>) -> Result<Vec<Health>, Failure> {
    asked.view.rows(DATASETS, &[&only]).await
}

/// The view.
pub(in crate::dashboard) async fn datasets(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let health = health(asked, None).await?;
    let faults: Vec<Fault> = asked.view.rows(FAULTS, &[]).await?;
    let body = html! {
        section id="datasets" {
            h1 { "Datasets" }
            @if health.is_empty() {
                p.headline { "No dataset is registered yet." }
                (parts::empty("A dataset says which files go into which table.", html! { "Make the table, then register it:" }))
                (parts::sql("Register the first", "SELECT ingest_register_dataset('orders', prefix => 'input/orders/', target => 'landing.orders');"))
            } @else {
                p.headline { (counted(i64::try_from(health.len()).unwrap_or(0), "dataset")) }
                (fault_cards(asked, &faults))
                (table(asked, &health))
            }
        }
    };
    Ok(Shown::new("Datasets", body))
}

/// What to look at first.
pub(super) fn attention(asked: &Asked<'_>, health: &[Health]) -> Markup {
    let troubled: Vec<&Health> = health.iter().filter(|dataset| dataset.needs_a_look()).collect();
    html! {
        @if !troubled.is_empty() {
            h2 { "To look at" }
            (rows(asked, troubled.into_iter().take(20)))
        }
    }
}

fn table(asked: &Asked<'_>, health: &[Health]) -> Markup {
    let sought = asked.parameter("q").unwrap_or_default();
    let state = asked.parameter("state").unwrap_or_default();
    let fits = |dataset: &&Health| {
        (sought.is_empty()
            || dataset.name.contains(sought)
            || dataset.prefix.contains(sought)
            || dataset.target.contains(sought))
            && (state.is_empty() || dataset.state == state)
    };
    let fitting: Vec<&Health> = health.iter().filter(fits).collect();
    let mut states: Vec<&str> = health.iter().map(|dataset| dataset.state.as_str()).collect();
    states.sort_unstable();
    states.dedup();
    let mut choices = vec![(address("/datasets", &[("q", sought)]), "all".to_owned(), state.is_empty())];
    choices.extend(states.iter().map(|name| {
        (address("/datasets", &[("q", sought), ("state", name)]), (*name).to_owned(), *name == state)
    }));
    html! {
        @if asked.place == Place::Served {
            form.search action="/datasets" method="get" role="search" {
                label for="q" { "Find by name, prefix or target" }
                div { input id="q" name="q" type="search" autocomplete="off" spellcheck="false" value=(sought); button type="submit" { "Find" } }
            }
            @if states.len() > 1 { (parts::choices(asked.place, "State", &choices)) }
        }
        @if fitting.is_empty() { (parts::empty("No dataset fits.", "Another word, or all states, may show more.")) }
        @else {
            (rows(asked, fitting.iter().take(PAGE).copied()))
            @if fitting.len() > PAGE { p.muted { "The first " (number(i64::try_from(PAGE).unwrap_or(0))) " of " (number(i64::try_from(fitting.len()).unwrap_or(0))) ": find the others by name." } }
        }
    }
}

fn rows<'a>(asked: &Asked<'_>, listed: impl Iterator<Item = &'a Health>) -> Markup {
    let rows = html! {
        @for dataset in listed {
            tr {
                td { (badge(&dataset.state)) }
                td { (asked.place.dataset(Some(&dataset.name))) }
                td.key {
                    code { (dataset.prefix) } @if let Some(bucket) = &dataset.bucket { span.muted { " in " (bucket) } }
                    " → " code { (dataset.target) }
                    @if let Some(reason) = &dataset.reason { div.reason.muted { (reason) } }
                }
                td { @match &dataset.last_file_at { Some(at) => (time(at, asked.now)), None => span.muted { "none yet" } } }
                td.number { @match dataset.lag_p50 { Some(lag) => { (seconds(lag)) @if let Some(worst) = dataset.lag_p99 { br; span.muted { "99 %: " (seconds(worst)) } } }, None => span.muted { "–" } } }
                td.number { (number(dataset.files_hour)) br; span.muted { "24 hours: " (number(dataset.files_day)) } }
                td.number {
                    @if dataset.open_rejects > 0 { (asked.place.link(&address("/rejects", &[("dataset", &dataset.name)]), bounded(dataset.open_rejects, dataset.open_files))) }
                    @else { "0" }
                }
                td.number { @if dataset.drift > 0 { (asked.place.link(&address("/drift", &[("dataset", &dataset.name)]), number(dataset.drift))) } @else { "0" } }
            }
        }
    };
    parts::table(
        "Datasets",
        &[
            "State",
            "Dataset",
            "From and to",
            "Last file",
            "Lag, last hour",
            "Files, last hour",
            "Open rejects",
            "Drift",
        ],
        &rows,
    )
}

/// `ingest_health()` counts the rejects of at most 100 files.
fn bounded(rejects: i64, files: i64) -> String {
    if files < 100 { number(rejects) } else { format!("{}+", number(rejects)) }
}

fn fault_cards(asked: &Asked<'_>, faults: &[Fault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            h2 { "Targets that refuse everything" }
            div.cards {
                @for fault in faults {
                    article.card {
                        h3 { (asked.place.dataset(Some(&fault.dataset))) " " (badge("deferred")) }
                        p.error { code { (fault.sqlstate) } " " (fault.error) }
                        dl.facts {
                            dt { "Since" } dd { (time(&fault.since, asked.now)) }
                            dt { "Last seen" } dd { (time(&fault.last_seen, asked.now)) }
                            dt { "Deliveries" } dd { (number(fault.files)) " so far; the files return to the queue and load once the target is mended" }
                        }
                        (parts::sql("See the statement that loads it", &format!("SELECT ingest_explain({});", parts::literal(&fault.dataset))))
                    }
                }
            }
        }
    }
}
