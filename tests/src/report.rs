//! What a database holds, as lines that read like a sentence each and compare as text.

use anyhow::{Context, Result};
use postgres::{GenericClient, SimpleQueryMessage, SimpleQueryRow};

use crate::sql;
use crate::staging::Outcome;

/// Values longer than this are shown by their length and digest.
const LONGEST_VALUE: usize = 1000;

/// `result: files 1, loaded 1, …`: the counts that are not zero.
#[must_use]
pub fn outcome(outcome: &Outcome) -> String {
    let counts: Vec<String> = outcome
        .counts
        .iter()
        .filter(|(_, count)| *count != 0)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if counts.is_empty() { "nothing".into() } else { counts.join(", ") }
}

/// One value as the report shows it: NULL is `∅`, control characters are escaped, blank ends are quoted.
#[must_use]
pub fn value(value: Option<&str>) -> String {
    let Some(text) = value else { return "∅".into() };
    let length = text.chars().count();
    if length > LONGEST_VALUE {
        let start: String = text.chars().take(40).collect();
        return format!("{}… ({length} characters, checksum {:08x})", escaped(&start), checksum(text));
    }
    let shown = escaped(text);
    if shown.is_empty() || shown.starts_with(' ') || shown.ends_with(' ') {
        format!("'{shown}'")
    } else {
        shown
    }
}

fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| if is_invisible(c) { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

/// Whether a reader, or YAML, would not see it: control characters, marks, line separators and noncharacters.
fn is_invisible(c: char) -> bool {
    let noncharacter = u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    c.is_control() || noncharacter || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{200b}')
}

/// FNV-1a: enough to tell two long values apart in a report.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The rows of a query, one line each, values between ` | `.
pub fn rows(client: &mut impl GenericClient, query: &str) -> Result<Vec<String>, postgres::Error> {
    Ok(client.simple_query(query)?.iter().filter_map(row_of).map(line).collect())
}

/// The first column of a query's rows as it stands, for texts that are long or begin with blanks.
pub fn lines(client: &mut impl GenericClient, query: &str) -> Result<Vec<String>, postgres::Error> {
    let rows = client.simple_query(query)?;
    Ok(rows.iter().filter_map(row_of).map(|row| row.get(0).unwrap_or_default().to_owned()).collect())
}

fn row_of(message: &SimpleQueryMessage) -> Option<&SimpleQueryRow> {
    match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    }
}

fn line(row: &SimpleQueryRow) -> String {
    let values: Vec<String> = (0..row.len()).map(|at| value(row.get(at))).collect();
    values.join(" | ")
}

/// A whole target: its name and columns, then its rows, sorted. What differs from run to run is left out:
/// `_file_id` and `_loaded_at`.
pub fn table(client: &mut impl GenericClient, target: &str) -> Result<String> {
    let columns: Vec<String> = client
        .query(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 \
             AND NOT attisdropped AND attname NOT IN ('_file_id', '_loaded_at') ORDER BY attnum",
            &[&target],
        )
        .with_context(|| format!("no table {target} to report"))?
        .iter()
        .map(|row| row.get(0))
        .collect();
    let list = columns.join(", ");
    let order: Vec<String> = columns.iter().map(|column| format!("{column}::text COLLATE \"C\"")).collect();
    // Numbers sort as numbers where the first column is one; the rest is a tie-break.
    let query =
        format!("SELECT {list} FROM {target} ORDER BY length({}::text), {}", columns[0], order.join(", "));
    let rows =
        rows(client, &query).map_err(|error| anyhow::anyhow!("{query}: {}", sql::error_text(&error)))?;
    let mut text = format!("{target} ({list})\n");
    for row in rows {
        text.push_str(&format!("  {row}\n"));
    }
    Ok(text)
}

/// The ledger, one line an entry: `file a.json: loaded, 2 records: 2 loaded`.
const LEDGER: &str = "SELECT 'file ' || CASE WHEN key ~ '^[[:graph:]]+$' THEN key ELSE quote_literal(key) END
  || CASE WHEN bucket = '' THEN '' ELSE ' in ' || bucket END
  || coalesce(' version ' || version_id, '')
  || CASE WHEN deliveries > 1 THEN ' delivered ' || deliveries || ' times' ELSE '' END
  || ': ' || status || CASE WHEN dataset IS DISTINCT FROM 't' THEN ' by '
    || coalesce(dataset, (SELECT string_agg(s.dataset, ' and ' ORDER BY s.dataset) FROM ingest.file_dataset AS s WHERE s.file_id = f.file_id), 'none') ELSE '' END
  || CASE WHEN records + rows_loaded + rows_rejected + rows_stale + rows_filtered + rows_deleted = 0 THEN '' ELSE ', ' || records || ' records:'
    || CASE WHEN rows_loaded > 0 THEN ' ' || rows_loaded || ' loaded' ELSE '' END
    || CASE WHEN rows_rejected > 0 THEN ' ' || rows_rejected || ' rejected' ELSE '' END
    || CASE WHEN rows_stale > 0 THEN ' ' || rows_stale || ' stale' ELSE '' END
    || CASE WHEN rows_filtered > 0 THEN ' ' || rows_filtered || ' filtered' ELSE '' END
    || CASE WHEN rows_deleted > 0 THEN ' ' || rows_deleted || ' deleted' ELSE '' END END
  || coalesce('; ' || error_code, '') || coalesce(': ' || error, '')
  FROM ingest.file AS f ORDER BY bucket, key COLLATE \"C\", file_id";

/// What became of files in each of the datasets that share them: `file a.json in b: loaded, 2 records: 2 loaded`.
const SHARED: &str = "SELECT 'file ' || f.key || ' in ' || s.dataset || ': ' || s.status
  || CASE WHEN s.records = 0 THEN '' ELSE ', ' || s.records || ' records:'
    || CASE WHEN s.rows_loaded > 0 THEN ' ' || s.rows_loaded || ' loaded' ELSE '' END
    || CASE WHEN s.rows_rejected > 0 THEN ' ' || s.rows_rejected || ' rejected' ELSE '' END
    || CASE WHEN s.rows_stale > 0 THEN ' ' || s.rows_stale || ' stale' ELSE '' END
    || CASE WHEN s.rows_filtered > 0 THEN ' ' || s.rows_filtered || ' filtered' ELSE '' END
    || CASE WHEN s.rows_deleted > 0 THEN ' ' || s.rows_deleted || ' deleted' ELSE '' END END
  || coalesce('; ' || s.error_code, '') || coalesce(': ' || s.error, '')
  || CASE WHEN s.dismissed_at IS NULL THEN '' ELSE '; dismissed' END
  FROM ingest.file_dataset AS s JOIN ingest.file AS f USING (file_id)
  ORDER BY f.bucket, f.key COLLATE \"C\", s.file_id, s.dataset";

/// The quarantine, one line a fault: `reject a.json 2 qty type_mismatch: column qty: came …`.
fn quarantine(show_records: bool) -> String {
    let record = if show_records {
        "|| ' <- ' || replace(encode(record, 'escape'), E'\\\\\\\\', E'\\\\')"
    } else {
        ""
    };
    format!(
        "SELECT 'reject ' || CASE WHEN key ~ '^[[:graph:]]+$' THEN key ELSE quote_literal(key) END
         || ' ' || r.record_no || coalesce(' of ' || r.dataset, '') || coalesce(' ' || r.column_name, '') || ' ' || r.error_code || ': ' || r.error
         || CASE WHEN r.replayed_at IS NULL THEN '' ELSE ' (replayed)' END {record}
         FROM ingest.rejected_record r JOIN ingest.file f USING (file_id)
         ORDER BY f.bucket, f.key COLLATE \"C\", f.file_id, r.dataset, r.record_no, r.reject_id"
    )
}

/// Drift, one line a path and type: `drift $.floor number in 1 files, such as 3`.
const DRIFT: &str =
    "SELECT 'drift ' || CASE WHEN dataset = 't' THEN '' ELSE dataset || ': ' END || path || ' '
  || json_type || ' in ' || files || ' files, such as ' || sample
  FROM ingest.schema_drift ORDER BY dataset, path COLLATE \"C\", json_type";

/// Targets at fault, one line a dataset: `fault t 42501: permission denied for table t`.
const FAULTS: &str = "SELECT 'fault ' || dataset || ' ' || sqlstate || ' of ' || files || ' files: ' || error
  FROM ingest.dataset_fault ORDER BY dataset";

/// What must hold after any batch whatever was staged; each line is a violation.
const INVARIANTS: &[(&str, &str)] = &[
    (
        "what is staged still was staged by hand and waits for a target that is at fault",
        "SELECT s.key FROM ingest.staging s WHERE s.batch_id IS NOT NULL
         OR NOT EXISTS (SELECT FROM ingest.takers(s.bucket, s.key) AS t JOIN ingest.dataset_fault AS x ON x.dataset = t)",
    ),
    ("the deferred files of a batch were told before COMMIT", "SELECT key FROM ingest.deferred"),
    (
        "a file's records are loaded, rejected, stale, filtered or deleted",
        "SELECT key, records, rows_loaded, rows_rejected, rows_stale, rows_filtered, rows_deleted FROM ingest.file
         WHERE records <> rows_loaded + rows_rejected + rows_stale + rows_filtered + rows_deleted",
    ),
    (
        "a shared file's counts are the sums of those that it has in each dataset",
        "SELECT f.key, f.records, f.dataset FROM ingest.file f JOIN (SELECT file_id, count(*) AS datasets, sum(records) AS records, sum(rows_loaded) AS loaded,
           sum(rows_rejected) AS rejected, sum(rows_stale) AS stale, sum(rows_filtered) AS filtered, sum(rows_deleted) AS deleted,
           bool_and(records = rows_loaded + rows_rejected + rows_stale + rows_filtered + rows_deleted) AS add_up FROM ingest.file_dataset GROUP BY file_id) s USING (file_id)
         WHERE (s.records, s.loaded, s.rejected, s.stale, s.filtered, s.deleted)
           <> (f.records, f.rows_loaded, f.rows_rejected, f.rows_stale, f.rows_filtered, f.rows_deleted)
           OR NOT s.add_up OR s.datasets < 2 OR f.dataset IS NOT NULL",
    ),
    (
        "whoever failed in a dataset is in quarantine for it, and nobody healthy is",
        "SELECT f.key, s.dataset, s.status FROM ingest.file_dataset s JOIN ingest.file f USING (file_id)
         WHERE s.error_code IS DISTINCT FROM 'too_large' AND (s.status IN ('load_failed', 'partially_loaded', 'no_dataset')) <>
           EXISTS (SELECT FROM ingest.rejected_record r WHERE r.file_id = s.file_id AND r.dataset = s.dataset AND (r.replayed_at IS NULL OR r.dismissed_reason IS NOT NULL))",
    ),
    (
        "a batch's files and records add up",
        "SELECT * FROM ingest.batch WHERE files <> loaded + partially_loaded + failed + skipped + deferred + removed
         OR records <> rows_loaded + rows_rejected + rows_stale + rows_filtered + rows_deleted",
    ),
    (
        "every file's batch is known",
        "SELECT key, batch_id FROM ingest.file f WHERE NOT EXISTS
         (SELECT FROM ingest.batch b WHERE b.batch_id = f.batch_id)",
    ),
    (
        "whoever failed is in quarantine",
        "SELECT key, status FROM ingest.file f WHERE status IN ('load_failed', 'partially_loaded', 'no_dataset')
         AND error_code IS DISTINCT FROM 'too_large'
         AND NOT EXISTS (SELECT FROM ingest.rejected_record r WHERE r.file_id = f.file_id)",
    ),
    (
        "nobody healthy is in quarantine",
        "SELECT key, status FROM ingest.file f WHERE status IN ('loaded', 'skipped_stale', 'object_missing', 'removed')
         AND EXISTS (SELECT FROM ingest.rejected_record r WHERE r.file_id = f.file_id AND r.replayed_at IS NULL)",
    ),
];

/// Ledger, quarantine, drift, targets at fault and broken invariants.
pub fn pipeline(client: &mut impl GenericClient, show_records: bool) -> Result<String> {
    let mut text = String::new();
    for query in [LEDGER, SHARED, &quarantine(show_records), DRIFT, FAULTS] {
        let lines =
            rows(client, query).map_err(|error| anyhow::anyhow!("{query}: {}", sql::error_text(&error)))?;
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
    }
    for (meaning, query) in INVARIANTS {
        for violation in rows(client, query).with_context(|| (*query).to_owned())? {
            text.push_str(&format!("BROKEN INVARIANT, {meaning}: {violation}\n"));
        }
    }
    Ok(text)
}
