//! The overview: is it healthy, how much goes through, how late it is, and what to look at first.

use maud::{Markup, html};
use serde::Deserialize;

use super::chart::{Chart, Line};
use super::datasets::{self, Health};
use super::{Asked, Shown};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, badge, tile};
use crate::dashboard::written::{bytes, capped, counted, number, seconds};

const THROUGHPUT: &str = include_str!("../sql/throughput.sql");
const LAG: &str = include_str!("../sql/lag.sql");
const OPEN_REJECTS: &str = include_str!("../sql/open_rejects.sql");

/// Seconds of the window and of a step, its name in the address and in words.
const WINDOWS: [(f64, f64, &str, &str); 3] = [
    (3_600.0, 60.0, "1h", "1 hour"),
    (86_400.0, 900.0, "24h", "24 hours"),
    (604_800.0, 7_200.0, "7d", "7 days"),
];

#[derive(Debug, Deserialize)]
struct Step {
    at: i64,
    loaded: i64,
    partially_loaded: i64,
    failed: i64,
    skipped: i64,
    deferred: i64,
    bytes: i64,
    rows_loaded: i64,
    rows_rejected: i64,
    rows_stale: i64,
    rows_filtered: i64,
    rows_deleted: i64,
    child_rows: i64,
    removed: i64,
}

#[derive(Debug, Deserialize)]
struct Lag {
    at: i64,
    p50: Option<f64>,
    p99: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Open {
    open: i64,
}

impl Step {
    /// Whatever became of them.
    fn files(&self) -> i64 {
        self.loaded + self.partially_loaded + self.failed + self.skipped + self.deferred + self.removed
    }
}

/// The first view.
pub(in crate::dashboard) async fn overview(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let wanted = asked.parameter("window").unwrap_or("24h");
    let window = WINDOWS.into_iter().find(|(.., name, _)| *name == wanted).unwrap_or(WINDOWS[1]);
    let steps: Vec<Step> = asked.view.rows(THROUGHPUT, &[&window.0, &window.1]).await?;
    let lags: Vec<Lag> = asked.view.rows(LAG, &[&window.0, &window.1]).await?;
    let open: Option<Open> = asked.view.row(OPEN_REJECTS, &[]).await?;
    let health = datasets::health(asked, None).await?;
    let is_quiet = steps.iter().all(|step| step.files() == 0);
    let body = html! {
        section id="overview" {
            h1 { "Overview" }
            (headline(&health))
            div.bar { h2 { "The last " (window.3) } (windows(asked, window.2)) }
            (tiles(&steps, &lags, open.map_or(0, |open| open.open)))
            (by_status(&steps))
            @if health.is_empty() {
                (parts::empty("No dataset is registered yet.", "A dataset says which files go to which table:"))
                (parts::sql("Register the first one", "SELECT ingest_register_dataset('orders', prefix => 'input/orders/', target => 'shop.orders');"))
            } @else if is_quiet {
                (parts::empty("Nothing has come in this time.", html! {
                    "Put a file under a dataset's prefix, or load one from here: " code { "pg-ingest ingest FILE" } ". "
                    "If files should have come, " code { "pg-ingest check" } " says what is wrong."
                }))
            }
            @if !is_quiet { div.charts { (rows_chart(&steps)) (lag_chart(&lags)) (trouble_chart(&steps)) (bytes_chart(&steps)) } }
            (datasets::attention(asked, &health))
        }
    };
    Ok(Shown::new("Overview", body))
}

fn headline(health: &[Health]) -> Markup {
    let count = |state: &str| health.iter().filter(|dataset| dataset.state == state).count();
    let troubled = health.iter().filter(|dataset| dataset.needs_a_look()).count();
    html! {
        p.headline {
            @if health.is_empty() {
                "No dataset is registered yet."
            } @else if troubled == 0 {
                (counted(length(health.len()), "dataset")) ", all ok."
            } @else {
                (counted(length(troubled), "dataset")) " of " (number(length(health.len()))) " " @if troubled == 1 { "needs" } @else { "need" } " a look."
            }
        }
        p.states {
            @for state in ["ok", "late", "failing", "deferred", "disabled"] {
                @if count(state) > 0 { span { (badge(state)) " " (number(length(count(state)))) } }
            }
        }
    }
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn windows(asked: &Asked<'_>, chosen: &str) -> Markup {
    let choices =
        WINDOWS.map(|(.., name, words)| (format!("/?window={name}"), words.to_owned(), name == chosen));
    parts::choices(asked.place, "Time shown", &choices)
}

fn tiles(steps: &[Step], lags: &[Lag], open: i64) -> Markup {
    let sum = |of: fn(&Step) -> i64| steps.iter().map(of).sum::<i64>();
    let newest = lags.iter().rev().find(|lag| lag.p50.is_some());
    let waiting = sum(|step| step.deferred);
    html! {
        dl.tiles {
            (tile("Files loaded", &number(sum(|step| step.loaded + step.partially_loaded)), bytes(sum(|step| step.bytes))))
            (tile("Rows loaded", &number(sum(|step| step.rows_loaded)), html! {
                (counted(sum(|step| step.rows_stale), "stale record")) ", " (number(sum(|step| step.rows_filtered))) " filtered, " (number(sum(|step| step.rows_deleted))) " deleted"
                @if sum(|step| step.child_rows) > 0 { ", and " (counted(sum(|step| step.child_rows), "row")) " of children" }
            }))
            (tile("Records rejected", &number(sum(|step| step.rows_rejected)), html! { (capped(open, 100_000)) " rejects open, of all time" }))
            (tile("Lag, median", &newest.and_then(|lag| lag.p50).map_or("–".to_owned(), seconds),
                html! { "99 %: " (newest.and_then(|lag| lag.p99).map_or("–".to_owned(), seconds)) }))
            (tile("Deliveries deferred", &number(waiting), if waiting == 0 { "no target refuses" } else { "until their target is mended" }))
        }
    }
}

/// What became of the files, as one bar.
fn by_status(steps: &[Step]) -> Markup {
    let sum = |of: fn(&Step) -> i64| steps.iter().map(of).sum::<i64>();
    let parts = [
        ("loaded", "good", sum(|step| step.loaded)),
        ("partially loaded", "note", sum(|step| step.partially_loaded)),
        ("failed", "bad", sum(|step| step.failed)),
        ("deferred", "held", sum(|step| step.deferred)),
        ("skipped", "quiet", sum(|step| step.skipped)),
        ("removed", "quiet", sum(|step| step.removed)),
    ];
    let total: i64 = parts.iter().map(|(.., count)| count).sum();
    let mut left = 0.0;
    let pieces: Vec<(f64, f64, &str)> = parts
        .iter()
        .filter(|(.., count)| *count > 0)
        .map(|(_, kind, count)| {
            // A file among a million is still to be seen.
            #[expect(clippy::cast_precision_loss, reason = "a width on the screen")]
            let width = (*count as f64 * 100.0 / total as f64).max(0.6);
            left += width;
            (left - width, width, *kind)
        })
        .collect();
    html! {
        @if total > 0 {
            figure.share {
                svg viewBox={ "0 0 " (left) " 1" } preserveAspectRatio="none" aria-hidden="true" {
                    @for (from, width, kind) in pieces { rect.(kind) x=(from) y="0" width=(width) height="1" {} }
                }
                figcaption {
                    @for (name, kind, count) in parts { @if count > 0 { span.key { span.swatch.(kind) {} (number(count)) " " (name) } } }
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a height on the screen")]
fn line(
    name: &'static str,
    colour: &'static str,
    filled: bool,
    steps: &[Step],
    of: fn(&Step) -> i64,
) -> Line {
    Line { name, colour, filled, values: steps.iter().map(|step| Some(of(step) as f64)).collect() }
}

/// Without the step that is not over yet, which would look like a fall.
fn until_now(mut line: Line) -> Line {
    if let Some(last) = line.values.last_mut() {
        *last = None;
    }
    line
}

fn rows_chart(steps: &[Step]) -> Markup {
    let at = steps.iter().map(|step| step.at).collect();
    let lines = vec![until_now(line("Rows loaded", "good", true, steps, |step| step.rows_loaded))];
    Chart { title: "Throughput", about: "Rows loaded in each step".to_owned(), unit: "count", at, lines }
        .show()
}

fn bytes_chart(steps: &[Step]) -> Markup {
    let at = steps.iter().map(|step| step.at).collect();
    let lines = vec![until_now(line("Bytes", "accent", true, steps, |step| step.bytes))];
    Chart { title: "Volume", about: "Bytes of the files in each step".to_owned(), unit: "bytes", at, lines }
        .show()
}

fn trouble_chart(steps: &[Step]) -> Markup {
    let at = steps.iter().map(|step| step.at).collect();
    let lines = vec![
        line("Records rejected", "bad", true, steps, |step| step.rows_rejected),
        line("Files failed", "note", false, steps, |step| step.failed),
        line("Deferred", "held", false, steps, |step| step.deferred),
    ];
    Chart {
        title: "Trouble",
        about: "Records rejected, files failed and deferred".to_owned(),
        unit: "count",
        at,
        lines,
    }
    .show()
}

fn lag_chart(lags: &[Lag]) -> Markup {
    let at = lags.iter().map(|lag| lag.at).collect();
    let lines = vec![
        Line {
            name: "Median",
            colour: "accent",
            filled: true,
            values: lags.iter().map(|lag| lag.p50).collect(),
        },
        Line {
            name: "99 %",
            colour: "note",
            filled: false,
            values: lags.iter().map(|lag| lag.p99).collect(),
        },
    ];
    let about = "From the put in S3 to the rows; of up to 150 files in each step".to_owned();
    Chart { title: "Lag", about, unit: "seconds", at, lines }.show()
}
