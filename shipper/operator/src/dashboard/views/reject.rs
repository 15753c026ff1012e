//! One reject: the raw record beside the column at fault and its contract.

use maud::{Markup, html};
use serde::Deserialize;

use super::{Asked, Shown, rejects};
use crate::dashboard::failure::Failure;
use crate::dashboard::parts::{self, badge, time};
use crate::dashboard::raw_record::{self, RawRecord};
use crate::dashboard::written::{When, bytes, number};

const REJECT: &str = include_str!("../sql/reject.sql");
const CONTRACT: &str = include_str!("../sql/contract.sql");

#[derive(Debug, Deserialize)]
struct Reject {
    reject_id: i64,
    file_id: i64,
    record_no: i64,
    column_name: Option<String>,
    error_code: String,
    error: String,
    rejected_at: When,
    replayed_at: Option<When>,
    dismissed_reason: Option<String>,
    /// What columns read around the record.
    place: Option<String>,
    dataset: Option<String>,
    bucket: String,
    key: String,
    bytes: i64,
    record: String,
}

/// A column of a target as the catalog has it.
#[derive(Debug, Deserialize)]
pub(super) struct Column {
    column_name: String,
    #[serde(rename = "type")]
    kind: String,
    not_null: bool,
    default_value: Option<String>,
    generated: bool,
    /// GENERATED ALWAYS AS IDENTITY; one by default takes what the record has.
    identity: bool,
    /// `record`, `expression`, `pipeline` or `table`.
    filled_by: String,
    source: String,
    expression: Option<String>,
    in_key: bool,
    constraints: Vec<String>,
    domain_check: Option<String>,
}

impl Column {
    /// Whether its value comes from the record.
    fn read(&self) -> bool {
        matches!(self.filled_by.as_str(), "record" | "expression")
    }
}

/// The columns of a dataset's target.
pub(super) async fn contract(asked: &Asked<'_>, dataset: Option<&str>) -> Result<Vec<Column>, Failure> {
    match dataset {
        Some(name) => asked.view.rows(CONTRACT, &[&name]).await,
        None => Ok(Vec::new()),
    }
}

/// One reject.
pub(in crate::dashboard) async fn reject(asked: &Asked<'_>) -> Result<Shown, Failure> {
    let id = asked.id("reject with this number")?;
    let found: Option<Reject> = asked.view.row(REJECT, &[&id]).await?;
    let reject = found.ok_or_else(|| Failure::absent(&format!("reject {id}")))?;
    let columns = contract(asked, reject.dataset.as_deref()).await?;
    let column = columns.iter().find(|column| Some(&column.column_name) == reject.column_name.as_ref());
    let record =
        raw_record::read(&raw_record::from_hex(&reject.record), column.map(|column| column.source.as_str()));
    let body = html! {
        section {
            p.crumbs { (asked.place.link("/rejects", "Rejects")) " / " (number(reject.reject_id)) }
            h1 { (reject.error_code) @if let Some(name) = &reject.column_name { " in " code { (name) } } }
            p.headline { (reject.error) }
            dl.facts {
                dt { "State" }
                dd {
                    (badge(rejects::state(reject.replayed_at.as_ref(), reject.dismissed_reason.as_deref())))
                    @if let Some(at) = &reject.replayed_at { " " (time(at, asked.now)) }
                    @if let Some(reason) = &reject.dismissed_reason { " " (reason) }
                }
                dt { "Rejected" } dd { (time(&reject.rejected_at, asked.now)) }
                dt { "Dataset" } dd { (asked.place.dataset(reject.dataset.as_deref())) }
                dt { "File" } dd.key { (asked.place.file(reject.file_id, &reject.key)) @if !reject.bucket.is_empty() { span.muted { " in " (reject.bucket) } } }
                dt { "Record" } dd { @if reject.record_no == 0 { "the whole file" } @else { (number(reject.record_no)) } }
            }
            div.beside {
                (raw(&record, &reject))
                div {
                    @match column {
                        Some(column) => { h2 { "The column and its contract" } (contract_of(column)) }
                        None => {
                            h2 { "The contract" }
                            p { "The fault is not one column's: " code { (reject.error_code) } " concerns the whole " @if reject.record_no == 0 { "file." } @else { "record." } }
                        }
                    }
                }
            }
            h2 { "Next steps" }
            (next_steps(&reject, column))
        }
    };
    Ok(Shown::new(format!("Reject {id}"), body))
}

fn raw(record: &RawRecord, reject: &Reject) -> Markup {
    html! {
        div {
            h2 { "The record as it stood in the file" }
            pre.record tabindex="0" aria-label="Raw record" {
                code {
                    @match &record.place {
                        Some(place) => {
                            (record.text[..place.start]) mark { (record.text[place.clone()]) } (record.text[place.end..])
                        }
                        None => (record.text),
                    }
                }
            }
            @if reject.bytes > 65_536 { p.muted { "The first 64 kB of " (bytes(reject.bytes)) "." } }
            @else { p.muted { (bytes(reject.bytes)) @if record.place.is_some() { ", the value at fault marked" } } }
            @if let Some(place) = &reject.place {
                h2 { "What columns read around it" }
                pre.record tabindex="0" aria-label="Around the record" { code { (place) } }
            }
        }
    }
}

fn contract_of(column: &Column) -> Markup {
    html! {
        dl.facts {
            dt { "Column" } dd { code { (column.column_name) } }
            dt { "Read from" } dd { @match &column.expression { Some(expression) => { "the expression " code { (expression) } }, None if !column.read() => "nothing of the record", None => code { (column.source) } } }
            dt { "Type" } dd { code { (column.kind) } }
            @for rule in rules(column) { dt { "Rule" } dd { code { (rule) } } }
        }
    }
}

/// What the column demands, in SQL's own words.
fn rules(column: &Column) -> Vec<String> {
    let mut rules = Vec::new();
    if column.in_key {
        rules.push("PRIMARY KEY".to_owned());
    } else if column.not_null {
        rules.push("NOT NULL".to_owned());
    }
    rules.extend(column.constraints.iter().cloned());
    rules.extend(column.domain_check.clone());
    if column.filled_by == "table" && !column.generated && !column.identity {
        rules.push("mapped to null, never read from the record".to_owned());
    }
    if column.generated {
        rules.push("GENERATED, never read from the record".to_owned());
    } else if column.identity {
        rules.push("IDENTITY, never read from the record".to_owned());
    } else if let Some(default) = &column.default_value {
        rules.push(format!("DEFAULT {default}"));
    }
    rules
}

/// A whole contract as a table.
pub(super) fn contract_table(columns: &[Column]) -> Markup {
    let rows = html! {
        @for column in columns {
            tr {
                td { code { (column.column_name) } }
                td { code { (column.kind) } }
                td { @match &column.expression { Some(expression) => code { (expression) }, None if !column.read() => span.muted { "not read" }, None => code { (column.source) } } }
                td { @for rule in rules(column) { code.rule { (rule) } " " } }
            }
        }
    };
    parts::table("The contract", &["Column", "Type", "Read from", "Rules"], &rows)
}

fn next_steps(reject: &Reject, column: Option<&Column>) -> Markup {
    let whole = format!(
        "SELECT convert_from(record, 'UTF8') FROM ingest.rejected_record WHERE reject_id = {};",
        reject.reject_id
    );
    html! {
        @if let (Some(dataset), true) = (&reject.dataset, reject.record_no > 0) {
            (parts::sql("See what would become of the record today, changing nothing", &format!(
                "SELECT p.* FROM ingest.rejected_record AS r, ingest_preview({}, r.record) AS p\nWHERE r.reject_id = {};",
                parts::literal(dataset), reject.reject_id)))
        }
        @if let (Some(column), "type_mismatch" | "out_of_range" | "too_long") = (column, reject.error_code.as_str()) {
            p { "If the producer is right, widen " code { (column.column_name) } " (now " code { (column.kind) } "); if it is wrong, have the file written again: the new version of the object replaces this one." }
        }
        @if reject.replayed_at.is_none() {
            (parts::sql("After the fix, run this file's rejects again", &format!("SELECT * FROM ingest_replay(file_id => {});", reject.file_id)))
        }
        @if reject.replayed_at.is_none() {
            (parts::sql("Or give this file's rejects up for good. Write the reason into it", &format!(
                "SELECT * FROM ingest_dismiss(file_id => {}, reason => '');", reject.file_id)))
        }
        (parts::sql("Read the whole record", &whole))
    }
}
