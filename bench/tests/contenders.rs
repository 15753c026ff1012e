//! All contenders on a few files. It passes only if each of them leaves the table that it should.

use std::path::Path;

use anyhow::Result;
use pg_ingest_bench::arguments::{Options, parse};
use serde_json::Value;

fn options(line: &str, json: &Path) -> Result<Options> {
    let words = line.split_whitespace().map(str::to_owned);
    let words = words.chain(["--json".to_owned(), json.display().to_string()]);
    parse(lexopt::Parser::from_args(words))
}

async fn figures(line: &str) -> Result<Value> {
    let folder = tempfile::tempdir()?;
    let json = folder.path().join("figures.json");
    pg_ingest_bench::run(&options(line, &json)?).await?;
    Ok(serde_json::from_str(&std::fs::read_to_string(json)?)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_contender_ends_with_the_same_table() {
    let figures = figures("--workload new,update,replay,dirty --files 2 --repeat 1").await.unwrap();

    for contender in ["floor", "hand_sql", "psycopg2", "executemany", "dlt", "sql", "native"] {
        let ratio = figures[format!("{contender}_ratio")].as_f64().unwrap_or_default();
        assert!(ratio > 0.0, "{contender}: {figures:#}");
    }
    let of = |workload: &str| {
        figures["workloads"][workload].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(of("update").len(), 7);
    assert_eq!(of("replay"), ["floor", "hand_sql", "native", "sql"]);
    assert_eq!(of("dirty"), ["floor", "native", "sql"]);
    assert!(
        figures["goals"].as_array().unwrap().iter().any(|goal| goal["what"] == "new: native over the floor")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sizes_and_shapes_end_alike_too() {
    let line = "--workload small,large,wide,many-datasets --files 2 --repeat 1 --contender floor,hand_sql,sql,native";
    let figures = figures(line).await.unwrap();
    for workload in ["small", "large", "wide", "many-datasets"] {
        assert_eq!(figures["workloads"][workload].as_object().unwrap().len(), 4, "{workload}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_made_and_measured_with() {
    let figures = figures("--workload history --history-rows 1000 --files 2 --repeat 1").await.unwrap();
    let points = figures["history"].as_array().unwrap();
    assert_eq!(points.len(), 9, "three contenders in three states: {points:#?}");
}
