//! Records of 80 columns.

use std::fmt::Write as _;

use anyhow::Result;
use fastrand::Rng;
use local_stack::samples::RECORDS_PER_FILE;

use super::draft::{Draft, batches};
use super::{FILES_A_BATCH, Load};
use crate::shape::{Column, Shape};

const COLUMNS: usize = 80;
const TYPES: [&str; 6] = ["bigint", "text", "numeric(14, 4)", "timestamptz", "boolean", "double precision"];

/// Every key is new.
pub(super) fn all_new(files: usize) -> Result<Load> {
    let shape = shape();
    let fill = |draft: &mut Draft, numbers: std::ops::Range<u64>| {
        for number in numbers {
            let mut random = Rng::with_seed(number);
            let records: Vec<String> =
                (0..RECORDS_PER_FILE).map(|n| record(&mut random, number * RECORDS_PER_FILE + n)).collect();
            draft.rows(0, &shape, &records)?;
            draft.file(0, &records);
        }
        Ok(())
    };
    let batches = batches(files, FILES_A_BATCH, 1, fill)?;
    Ok(Load { shapes: vec![shape], batches, rehearsed: false })
}

fn shape() -> Shape {
    let column = |name: String, sql_type, constraint| Column { name, sql_type, constraint, within: None };
    let mut columns = vec![
        column("id".to_owned(), "bigint", "PRIMARY KEY"),
        column("version".to_owned(), "bigint", "NOT NULL"),
    ];
    for number in columns.len()..COLUMNS {
        columns.push(column(format!("c{number:02}"), TYPES[number % TYPES.len()], ""));
    }
    Shape { columns, version: "version", ..Shape::default() }
}

fn record(random: &mut Rng, id: u64) -> String {
    let mut text = format!(r#"{{"id":{id},"version":1"#);
    for number in 2..COLUMNS {
        // Writing to a String cannot fail.
        let _ = write!(text, r#","c{number:02}":{}"#, value(random, number));
    }
    text.push('}');
    text
}

fn value(random: &mut Rng, number: usize) -> String {
    // Some are absent, as in real tables of that width.
    if random.u32(..10) == 0 {
        return "null".to_owned();
    }
    match number % TYPES.len() {
        0 => random.u32(..).to_string(),
        1 => format!("\"value {}\"", random.u32(..100_000)),
        2 => format!("{}.{:04}", random.u32(..1_000_000), random.u32(..10_000)),
        3 => format!("\"2026-10-{:02}T{:02}:00:00Z\"", random.u32(1..=28), random.u32(..24)),
        4 => random.bool().to_string(),
        _ => format!("{}.{}", random.u32(..10_000), random.u32(1..10)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_a_value_for_each_of_eighty_columns() {
        assert_eq!(shape().columns.len(), COLUMNS);
        let load = all_new(1).unwrap();
        let line = String::from_utf8_lossy(&load.batches[0].rows[0]).lines().next().unwrap().to_owned();
        assert_eq!(line.split(',').count(), COLUMNS);
    }
}
