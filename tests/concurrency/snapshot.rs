//! What two runs over the same files must agree on, whatever the order in which they came.

use anyhow::Result;
use pg_ingest_tests::report;
use postgres::Client;

/// The target whole, the quarantine, and the ledger as far as order does not decide. An older revision that came late is
/// `skipped_stale` instead of `loaded`, and a row that lost is counted with the file that brought it.
const QUESTIONS: &[&str] = &[
    "SELECT id, version, parent, amount, note, took, mood, tags, _record_no, _source_time, _sequencer,
       (SELECT f.key || ' ' || f.etag FROM ingest.file f WHERE f.file_id = t._file_id) FROM t ORDER BY id",
    "SELECT f.key, f.etag, r.record_no, r.column_name, r.error_code, r.error, convert_from(r.record, 'UTF8')
       FROM ingest.rejected_record r JOIN ingest.file f USING (file_id) ORDER BY f.key, f.etag, r.record_no, r.error",
    "SELECT key, etag, version_id, sequencer,
       CASE WHEN status = 'skipped_stale' THEN 'loaded' ELSE status END,
       CASE WHEN status = 'skipped_stale' THEN NULL ELSE rows_rejected END,
       CASE WHEN status = 'skipped_stale' THEN NULL ELSE error_code END
       FROM ingest.file ORDER BY key, sequencer",
];

/// What must not exist after any run.
const FAULTS: &[(&str, &str)] = &[
    ("the newest revision of an object was skipped",
     "SELECT key FROM (SELECT *, max(sequencer) OVER (PARTITION BY key) = sequencer AS newest FROM ingest.file) f
        WHERE newest AND status = 'skipped_stale'"),
    ("an object version stands twice in the ledger",
     "SELECT key, sequencer, count(*) FROM ingest.file GROUP BY 1, 2 HAVING count(*) > 1"),
    ("records do not add up",
     "SELECT key FROM ingest.file WHERE records <> rows_loaded + rows_rejected + rows_stale + rows_filtered + rows_deleted"),
    ("something is still staged", "SELECT key FROM ingest.staging"),
    ("a row belongs to no file of the ledger",
     "SELECT id FROM t WHERE NOT EXISTS (SELECT FROM ingest.file f WHERE f.file_id = t._file_id)"),
];

/// The comparable state of a database, a line each.
pub(crate) fn snapshot(client: &mut Client) -> Result<String> {
    let mut text = String::new();
    for question in QUESTIONS {
        for line in report::rows(client, question)? {
            text.push_str(&line);
            text.push('\n');
        }
        text.push('\n');
    }
    // An older revision's rejects and counts depend on the order; they are zero here, so they need no mask but NULL.
    Ok(text.replace(" | loaded | ∅ | ∅", " | loaded | 0 | ∅"))
}

/// Every fault found, in words; none when the run was sound.
pub(crate) fn faults(client: &mut Client) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (meaning, question) in FAULTS {
        found.extend(report::rows(client, question)?.into_iter().map(|row| format!("{meaning}: {row}")));
    }
    Ok(found)
}
