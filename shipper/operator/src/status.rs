//! `pg-ingest status`: each dataset's health in a line.

use anyhow::{Result, anyhow, bail};
use serde_json::Value;

use crate::answer::out;
use crate::health::{self, number, text};
use crate::location::shown;
use crate::{Outcome, Session};

const HEADS: [&str; 8] =
    ["dataset", "state", "last file", "lag p50", "lag p99", "files/h", "files/d", "rejected/d"];

/// Prints the health of every dataset. One that is neither ok nor disabled is a finding.
pub(crate) async fn run(session: &Session) -> Result<Outcome> {
    let client = session.connect().await?;
    let datasets = health::read(&client).await.map_err(|error| anyhow!("{}", error.in_full()))?;
    let Some(datasets) = datasets else {
        bail!(
            "the database's schema is of a release without ingest_health(); apply migrations/ of this release"
        );
    };
    if session.json {
        out(&Value::Array(datasets.clone()).to_string())?;
    } else {
        table(&datasets).iter().try_for_each(|line| out(line))?;
    }
    Ok(Outcome::found(datasets.iter().any(|dataset| !matches!(text(dataset, "state"), "ok" | "disabled"))))
}

/// Pure: the lines to print, the reasons below the table.
fn table(datasets: &[Value]) -> Vec<String> {
    if datasets.is_empty() {
        return vec!["no dataset is registered; call ingest_register_dataset(…)".to_owned()];
    }
    let mut rows = vec![HEADS.map(str::to_owned)];
    for dataset in datasets {
        let time = text(dataset, "last_file_at");
        rows.push([
            shown(text(dataset, "dataset")),
            text(dataset, "state").to_owned(),
            // To the second; PostgreSQL writes it in UTC.
            if time.is_empty() { "never".to_owned() } else { format!("{}Z", time.get(..19).unwrap_or(time)) },
            interval(text(dataset, "lag_p50")),
            interval(text(dataset, "lag_p99")),
            number(dataset, "files_hour").to_string(),
            number(dataset, "files_day").to_string(),
            number(dataset, "rows_rejected_day").to_string(),
        ]);
    }
    let width = |place: usize| rows.iter().map(|row| row[place].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let line = |row: &[String; 8]| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let reasons = datasets.iter().filter(|dataset| !text(dataset, "reason").is_empty()).map(|dataset| {
        format!(
            "{} is {}: {}",
            shown(text(dataset, "dataset")),
            text(dataset, "state"),
            shown(text(dataset, "reason"))
        )
    });
    rows.iter().map(line).chain(reasons).collect()
}

/// PostgreSQL's words for a duration, without fractions of seconds.
fn interval(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.split('.').next().unwrap_or(text).to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_dataset_is_a_line_and_a_reason_a_sentence() {
        let lines = table(&[json!({
            "dataset": "or\u{1b}ders", "state": "late", "reason": "a file is expected every 01:00:00, and none has come yet",
            "last_file_at": "2026-11-29T08:00:00.123456+00:00", "lag_p50": "00:00:07.25", "lag_p99": null,
            "files_hour": 0, "files_day": 12, "rows_rejected_day": 3,
        })]);
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[1].contains("2026-11-29T08:00:00Z  00:00:07  -"), "{lines:?}");
        assert!(lines[2].starts_with("or\\u{1b}ders is late: a file is expected"), "{lines:?}");
        assert!(table(&[])[0].contains("no dataset is registered"));
    }
}
