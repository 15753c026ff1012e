//! What the pipeline says of itself (`public.ingest_status()`), in sentences with what to do.
//!
//! A release may say less than the next: what is not there is not told.

use serde_json::Value;
use shipper::database::{Release, release_refusal};

use super::Findings;

/// How long a transaction may have files staged. Lambda ends a function after 15 minutes, and with it the transaction.
const LONGEST_BATCH_S: u64 = 15 * 60;

/// So many files of no dataset `ingest_status()` counts at most.
const MOST_COUNTED: u64 = 1000;

/// Everything that the status holds.
pub(super) fn tell(status: &Value, findings: &mut Findings) {
    release(status, findings);
    engine(status, findings);
    let datasets = list(status, "datasets");
    if datasets.is_empty() {
        findings.wrong(
            "no dataset is registered: every file would end as no_dataset; call ingest_register_dataset(…)",
        );
    }
    datasets.iter().for_each(|each| dataset(each, findings));
    list(status, "faults").iter().for_each(|each| fault(each, findings));
    list(status, "open_batches").iter().for_each(|each| open_batch(each, findings));
    list(status, "missing_indexes").iter().for_each(|each| missing_index(each, findings));
    list(status, "ignored_removals").iter().for_each(|each| ignored_removal(each, findings));
    counts(status, findings);
}

fn release(status: &Value, findings: &mut Findings) {
    let told = text(status, "schema_version");
    if let Some(refusal) = release_refusal(told) {
        findings.wrong(&refusal);
        return;
    }
    let told = told.unwrap_or_default();
    let own = env!("CARGO_PKG_VERSION");
    if Release::parse(told) > Release::own() {
        findings.note(&format!(
            "the schema is of release {told}, newer than this program, {own}; that works for one release: deploy the shipper of that release"
        ));
    } else {
        findings.good(&format!("schema of release {told}, pg-ingest {own}"));
    }
}

fn engine(status: &Value, findings: &mut Findings) {
    let engine = text(status, "engine").unwrap_or("unknown");
    match text(status, "native_problem") {
        Some(problem) => findings.wrong(&format!("the {engine} engine loads instead of native: {problem}")),
        None => {
            let chosen = text(status, "engine_chosen")
                .map_or_else(String::new, |chosen| format!(" (chosen: {chosen})"));
            let extension = text(status, "extension")
                .map_or_else(String::new, |version| format!("; extension pg_ingest {version} is installed"));
            findings.good(&format!("the {engine} engine loads{chosen}{extension}"));
        }
    }
}

fn dataset(dataset: &Value, findings: &mut Findings) {
    let field = |name: &str| dataset.get(name).map_or_else(String::new, plain);
    let line = format!("dataset {}: {}* into {}", field("name"), field("prefix"), field("target"));
    let problems = list(dataset, "problems");
    for problem in problems {
        findings.wrong(&format!("{line}: {}", plain(problem)));
    }
    let warnings = list(dataset, "warnings");
    for warning in warnings {
        findings.wrong(&format!(
            "{line}: it loads, and members without a column stay in _rescued; {}",
            plain(warning)
        ));
    }
    if dataset.get("enabled") == Some(&Value::Bool(false)) {
        findings.note(&format!("{line}: disabled"));
    } else if problems.is_empty() && warnings.is_empty() {
        findings.good(&line);
    }
}

/// Without the error's message, which may quote a record: whoever may read it finds it where the sentence says.
fn fault(fault: &Value, findings: &mut Findings) {
    let field = |name: &str| fault.get(name).map_or_else(|| "unknown".to_owned(), plain);
    findings.wrong(&format!(
        "dataset {} is deferred: its target has refused all records since {} (SQLSTATE {}); mend what \
         ingest.dataset_fault says, then they load when they are delivered again",
        field("dataset"),
        field("since"),
        field("sqlstate")
    ));
}

/// A transaction that stays open with files staged: no shipper's, or one whose end the server has not noticed.
fn open_batch(batch: &Value, findings: &mut Findings) {
    let field = |name: &str| batch.get(name).map_or_else(|| "unknown".to_owned(), plain);
    if batch.get("seconds").and_then(Value::as_u64).is_some_and(|seconds| seconds > LONGEST_BATCH_S) {
        findings.wrong(&format!(
            "session {} of {} has had files staged since {} and is {}; a shipper ends within 15 minutes: see whose it is, \
             then SELECT pg_terminate_backend({0})",
            field("pid"),
            field("login"),
            field("since"),
            field("state")
        ));
    }
}

/// Files are loaded all the same; it takes longer to look at them. Flyway makes none of these indexes.
fn missing_index(statement: &Value, findings: &mut Findings) {
    findings.note(&format!(
        "an index of a large table is not there, or not whole, so looking takes longer: run by psql, as the login that migrates, {};",
        plain(statement)
    ));
}

/// Nothing is wrong with them where rows are to stay, or with an old version that a lifecycle rule cleans up.
fn ignored_removal(ignored: &Value, findings: &mut Findings) {
    let field = |name: &str| ignored.get(name).map_or_else(|| "unknown".to_owned(), plain);
    let datasets = match ignored.get("datasets").and_then(Value::as_u64) {
        None => String::new(),
        Some(1) => " of 1 dataset".to_owned(),
        Some(datasets) => format!(" of {datasets} datasets"),
    };
    findings.note(&format!(
        "{} removals of objects{datasets} changed nothing, the last at {}: {}; SELECT * FROM ingest.ignored_removal has the last \
         key of each dataset",
        field("removals"),
        field("last_seen"),
        field("reason")
    ));
}

fn counts(status: &Value, findings: &mut Findings) {
    let count = |name: &str| status.get(name).and_then(Value::as_u64).filter(|count| *count > 0);
    if let Some(files) = count("no_dataset") {
        let files = if files >= MOST_COUNTED { format!("{MOST_COUNTED} or more") } else { files.to_string() };
        findings.wrong(&format!(
            "{files} files of the last day were loaded by no dataset: SELECT key, error FROM ingest.file WHERE status = \
             'no_dataset' ORDER BY received_at DESC; register or mend their dataset and call ingest_replay(), or \
             ingest_dismiss(error_code => 'no_dataset', reason => …)"
        ));
    }
    if let Some(rejects) = count("open_rejects") {
        findings.note(&format!(
            "{rejects} rejected records wait in ingest.rejected_record; mend their cause and call ingest_replay()"
        ));
    }
    if let Some(paths) = count("drift") {
        findings.note(&format!(
            "{paths} members that no column reads are in ingest.schema_drift: SELECT * FROM ingest_propose() has columns for \
             them, and ingest_acknowledge_drift(…, reason => …) leaves them as they are"
        ));
    }
    if let Some(staged) = count("staged") {
        findings.note(&format!(
            "{staged} files lie in ingest.staging; where somebody staged them by hand, call ingest_process_staging()"
        ));
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(status: &Value) -> Vec<String> {
        let mut findings = Findings::default();
        tell(status, &mut findings);
        findings.lines()
    }

    fn sound() -> Value {
        json!({
            "schema_version": "0.2.0", "engine": "native", "engine_chosen": "auto", "native_problem": null,
            "extension": "0.2.0", "open_rejects": 0, "no_dataset": 0, "staged": 0, "drift": 0, "faults": [],
            "open_batches": [{"pid": 6, "login": "s", "since": "2026-11-23", "state": "active", "seconds": 60}, {"pid": 8, "login": "s", "since": null}],
            "datasets": [{"name": "d", "prefix": "p/", "target": "t", "enabled": true, "problems": []}],
        })
    }

    #[test]
    fn a_sound_status_has_no_finding() {
        let lines = told(&sound());
        assert!(lines.iter().all(|line| line.starts_with("ok")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("the native engine loads")), "{lines:?}");
    }

    #[test]
    fn each_thing_that_is_not_as_it_should_be_is_one_sentence() {
        let fault = json!([{"dataset": "d", "since": "2026-11-23", "files": 7, "sqlstate": "42501"}]);
        let open = json!([{"pid": 7, "login": "s", "since": "2026-11-23", "state": "idle in transaction", "seconds": 1000}]);
        let dataset = json!([{"name": "d", "prefix": "p/", "target": "t", "enabled": true, "problems": ["no mapping"]}]);
        let no_leave = json!([{"name": "d", "prefix": "p/", "target": "t", "enabled": true, "problems": [], "warnings": ["on_unknown: evolve needs the leave"]}]);
        for (name, value, line) in [
            ("schema_version", json!("0.1.0"), "WRONG  the database's schema is of release 0.1.0"),
            ("schema_version", json!(null), "WRONG  the database's schema does not say its release"),
            ("schema_version", json!("0.99.0"), "note   the schema is of release 0.99.0, newer"),
            (
                "native_problem",
                json!("its library is gone"),
                "WRONG  the native engine loads instead of native: its library",
            ),
            (
                "faults",
                fault,
                "WRONG  dataset d is deferred: its target has refused all records since 2026-11-23 (SQLSTATE 42501)",
            ),
            ("datasets", json!([]), "WRONG  no dataset is registered"),
            ("datasets", dataset, "WRONG  dataset d: p/* into t: no mapping"),
            (
                "datasets",
                no_leave,
                "WRONG  dataset d: p/* into t: it loads, and members without a column stay in _rescued; on_unknown:",
            ),
            (
                "open_batches",
                open,
                "WRONG  session 7 of s has had files staged since 2026-11-23 and is idle in transaction;",
            ),
            (
                "no_dataset",
                json!(7),
                "WRONG  7 files of the last day were loaded by no dataset: SELECT key, error",
            ),
            ("no_dataset", json!(1000), "WRONG  1000 or more files of the last day"),
            ("open_rejects", json!(150), "note   150 rejected records wait"),
            ("drift", json!(3), "note   3 members that no column reads"),
            ("staged", json!(2), "note   2 files lie in ingest.staging"),
            (
                "ignored_removals",
                json!([{"reason": "no dataset takes the key", "removals": 7, "datasets": null, "last_seen": "2026-11-23"}]),
                "note   7 removals of objects changed nothing, the last at 2026-11-23: no dataset takes the key; SELECT",
            ),
            (
                "ignored_removals",
                json!([{"reason": "another version", "removals": 7, "datasets": 2, "last_seen": "2026-11-23"}]),
                "note   7 removals of objects of 2 datasets changed nothing, the last at 2026-11-23: another version;",
            ),
            (
                "missing_indexes",
                json!(["CREATE INDEX CONCURRENTLY i ON ingest.file (key)"]),
                "note   an index of a large table is not there, or not whole, so looking takes longer: run by psql, as the login that migrates, CREATE INDEX CONCURRENTLY i ON ingest.file (key);",
            ),
        ] {
            let mut status = sound();
            status[name] = value;
            let lines = told(&status);
            let found: Vec<&String> = lines.iter().filter(|line| !line.starts_with("ok")).collect();
            assert_eq!(found.len(), 1, "{name}: {lines:?}");
            assert!(found[0].starts_with(line), "{name}: {found:?}");
        }
    }
}
