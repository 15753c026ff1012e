//! The benchmark's parts on a few files. Each passes only if every contender leaves the table that it should.

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

    for contender in
        ["floor", "hand_sql", "psycopg2", "executemany", "psycopg3", "adbc", "dlt", "sql", "native"]
    {
        let ratio = figures[format!("{contender}_ratio")].as_f64().unwrap_or_default();
        assert!(ratio > 0.0, "{contender}: {figures:#}");
    }
    let of = |workload: &str| {
        figures["workloads"][workload].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(of("update").len(), 9);
    assert_eq!(of("replay"), ["floor", "hand_sql", "native", "sql"]);
    assert_eq!(of("dirty"), ["floor", "native", "native_clean", "sql", "sql_clean"]);
    let goals: Vec<&Value> = figures["goals"].as_array().unwrap().iter().map(|goal| &goal["what"]).collect();
    for goal in ["new: native over the floor", "dirty: sql over its own new"] {
        assert!(goals.iter().any(|what| *what == goal), "{goal} is not among {goals:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_results_tell_of_the_machine_and_how_each_compares_with_the_floor() {
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().join("results.md");
    let line = "--workload new --contender floor,hand_sql,native --files 2 --repeat 3";
    figures(&format!("{line} --results {}", results.display())).await.unwrap();
    let page = std::fs::read_to_string(results).unwrap();
    for part in
        ["\nMachine: ", " Versions: PostgreSQL ", "\nSettings: ", "fsync = on", "synchronous_commit = on"]
    {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert!(page.contains("| new: native over the floor | 0.8 | "), "{page}");
    for contender in ["floor", "hand_sql", "native"] {
        let told = page.lines().find(|line| line.starts_with(&format!("| {contender} | 2 | "))).unwrap();
        let cells: Vec<&str> = told.split('|').map(str::trim).collect();
        // Milliseconds a file and the ratio, each a median with its spread; rows a second between them.
        assert!(cells[3].contains(" (") && cells[3].contains('–'), "{told}");
        assert!(cells[4].parse::<f64>().unwrap() > 0.0, "{told}");
        assert!(cells[5].contains(" (") && cells[5].contains('–'), "{told}");
    }
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
    assert_eq!(points.len(), 12, "three contenders in four states: {points:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sessions_load_the_same_and_other_keys_without_a_deadlock() {
    let line = "--quick --workload concurrency --contender floor,sql,native --files 2 --repeat 1";
    let figures = figures(line).await.unwrap();
    let points = figures["concurrency"].as_array().unwrap();
    // The floor cannot meet keys that are there.
    assert_eq!(points.len(), 5 * (3 + 2), "{points:#?}");
    for point in points {
        assert_eq!(point["deadlocks"], 0, "{point:#}");
        assert!(point["files_a_second"]["median"].as_f64().unwrap() > 0.0, "{point:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_take_the_whole_path_through_the_shipper() {
    // The suite builds it first. Tests lie in target/<profile>/deps, the binary two folders up.
    let own = std::env::current_exe().unwrap();
    let shipper = own.ancestors().nth(2).unwrap().join("shipper");
    let line = format!("--workload path --files 2 --repeat 1 --shipper {}", shipper.display());
    let figures = figures(&line).await.unwrap();
    let path = &figures["path"];
    for engine in ["sql", "native"] {
        let flow = &path["flows"][engine];
        for figure in ["files_a_second", "shipper_cpu_ms_a_file", "database_cpu_ms_a_file"] {
            assert!(flow[figure]["median"].as_f64().unwrap() > 0.0, "{engine}: {flow:#}");
        }
    }
    // Twenty files of 50 MB went through it one after the other; any two of them would be more.
    let resident = path["huge_memory_bytes"].as_u64().unwrap();
    assert!((1_000_000..100_000_000).contains(&resident), "{resident} bytes");
    assert!(path["until_first_get_ms"]["median"].as_f64() > path["until_ready_ms"]["median"].as_f64());
    assert!(path["binary_bytes"].as_u64().unwrap() > 1_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_inferred_filled_and_evolved() {
    let figures = figures("--quick --workload contract --files 20 --repeat 1").await.unwrap();
    let contract = &figures["contract"];
    assert_eq!(contract["fill"]["rows"], 60_000);
    assert!(contract["fill"]["ratio"]["median"].as_f64().unwrap() > 0.0, "{contract:#}");
    for part in ["infer", "evolve"] {
        assert_eq!(contract[part].as_array().unwrap().len(), 2, "{part}: {contract:#}");
    }
    assert_eq!(figures["goals"].as_array().unwrap().len(), 5, "{figures:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_is_held_against_the_path_and_keys_against_the_ledger() {
    let own = std::env::current_exe().unwrap();
    let of = |name: &str| own.ancestors().nth(2).unwrap().join(name).display().to_string();
    let line = format!(
        "--workload backfill --files 1 --repeat 1 --keys 2500 --shipper {} --operator {}",
        of("shipper"),
        of("pg-ingest")
    );
    let figures = figures(&line).await.unwrap();
    for engine in ["sql", "native"] {
        let flow = &figures["backfill"]["flows"][engine];
        assert!(flow["ratio"]["median"].as_f64().unwrap() > 0.0, "{engine}: {flow:#}");
        assert!(flow["memory_bytes"].as_u64().unwrap() > 1_000_000, "{engine}: {flow:#}");
    }
    let compared = figures["backfill"]["comparisons"].as_array().unwrap();
    assert_eq!(compared.len(), 2, "{compared:#?}");
    assert!(
        compared.iter().all(|one| one["keys"] == 2_500 && one["seconds"].as_f64().unwrap() > 0.0),
        "{compared:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_loaded_beside_few_datasets_and_beside_many() {
    let figures = figures("--workload datasets --repeat 1").await.unwrap();
    let crowds = figures["datasets"].as_array().unwrap();
    assert_eq!(crowds.len(), 2, "{crowds:#?}");
    assert!(crowds.iter().all(|crowd| crowd["ratio"]["median"].as_f64().unwrap() > 0.0), "{crowds:#?}");
}
