//! Any JSON under any contract: no panic, every record becomes a row or a reject, and values arrive as they stood.

#![no_main]

mod document;
mod expected;
#[path = "../../../tests/support/mod.rs"]
#[allow(dead_code, reason = "the unit tests look at more of it")]
mod support;

use arbitrary::Arbitrary;
use json_rows::{Contract, Run};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use support::{ColumnOf, Recorder, contract, read};

use document::{Document, Step};
use expected::Expected;

/// The types that a contract may ask for: declared name, kind, object identifier.
const TYPES: [(&str, &str, u32); 15] = [
    ("boolean", "boolean", 16),
    ("smallint", "int2", 21),
    ("integer", "int4", 23),
    ("bigint", "int8", 20),
    ("real", "float4", 700),
    ("double precision", "float8", 701),
    ("numeric", "numeric", 1700),
    ("text", "text", 25),
    ("character varying(3)", "text", 1043),
    ("json", "json", 114),
    ("jsonb", "jsonb", 3802),
    ("timestamp with time zone", "datetime", 1184),
    ("date", "datetime", 1082),
    ("integer[]", "array", 1007),
    ("uuid", "other", 2950),
];

/// What may be done with unknown members.
const ON_UNKNOWN: [&str; 3] = ["rescue", "ignore", "reject"];

/// What the fuzzer makes up.
#[derive(Arbitrary, Debug)]
struct Case {
    columns: Vec<(u8, Vec<Step>)>,
    on_unknown: u8,
    want_rescued: bool,
    want_record: bool,
    records_path: Option<Vec<Step>>,
    document: Document,
}

fuzz_target!(|case: Case| {
    let columns: Vec<(usize, &[Step])> = case
        .columns
        .iter()
        .take(8)
        .map(|(choice, path)| (usize::from(*choice) % TYPES.len(), path.as_slice()))
        .filter(|(_, path)| !path.is_empty())
        .collect();
    let body = case.document.text();
    let (recorder, run) = read(&contract_of(&case, &columns), body.as_bytes());
    every_record_is_accounted_for(&body, &recorder, &run);
    if case.records_path.is_none() {
        values_arrive_as_they_stood(&case.document, &columns, &recorder);
    }
});

fn contract_of(case: &Case, columns: &[(usize, &[Step])]) -> Contract {
    let names: Vec<String> = (0..columns.len()).map(|number| format!("c{number}")).collect();
    let paths: Vec<String> = columns.iter().map(|(_, path)| document::steps(path).to_string()).collect();
    let described: Vec<ColumnOf> = columns
        .iter()
        .zip(names.iter().zip(&paths))
        .map(|((choice, _), (name, path))| {
            let (declared, kind, oid) = TYPES[*choice];
            ColumnOf(name, path, declared, kind, oid)
        })
        .collect();
    let records_path = case.records_path.as_ref().filter(|path| !path.is_empty());
    let more = json!({
        "on_unknown": ON_UNKNOWN[usize::from(case.on_unknown) % 3],
        "want_rescued": case.want_rescued,
        "want_record": case.want_record,
        "records_path": records_path.map(|path| document::steps(path)),
        "records_path_text": "$.records",
    });
    contract(&described, more)
}

fn every_record_is_accounted_for(body: &str, recorder: &Recorder, run: &Run) {
    for reject in &run.rejects {
        assert!(memchr::memmem::find(body.as_bytes(), &reject.record).is_some(), "{reject:?}");
        assert!((1..=run.files[0].records).contains(&reject.record_no), "{reject:?}");
    }
    if run.files[0].failure.is_some() {
        assert!(run.rejects.is_empty() && run.drift.is_empty(), "a file that fails is set aside whole");
        return;
    }
    let mut numbers: Vec<i32> = recorder.rows.iter().map(|row| row.0).collect();
    numbers.extend(run.rejects.iter().map(|reject| reject.record_no));
    numbers.sort_unstable();
    numbers.dedup();
    let all: Vec<i32> = (1..=run.files[0].records).collect();
    assert_eq!(numbers, all, "a record that is neither row nor reject, in {body}");
}

/// Holds each cell against what serde_json's reading of the record says it has to be.
fn values_arrive_as_they_stood(document: &Document, columns: &[(usize, &[Step])], recorder: &Recorder) {
    let texts = document.record_texts();
    for (record_no, faults, cells) in &recorder.rows {
        let text = &texts[usize::try_from(*record_no).unwrap_or(0) - 1];
        // What has levels beyond serde_json's limit is left to the other checks.
        let Ok(record) = serde_json::from_str::<Value>(text) else { continue };
        for (position, (choice, path)) in columns.iter().enumerate() {
            let value = document::follow(&record, path);
            let faulty = faults.iter().any(|fault| usize::try_from(*fault) == Ok(position + 1));
            let came = if faulty { "a fault" } else { &cells[position] };
            match expected::of(TYPES[*choice].0, value) {
                Expected::Anything => continue,
                Expected::Fault => assert_eq!(came, "a fault", "{value:?} as {}", TYPES[*choice].0),
                Expected::Cell(cell) => assert_eq!(came, cell, "{value:?} as {}", TYPES[*choice].0),
            }
        }
    }
}
