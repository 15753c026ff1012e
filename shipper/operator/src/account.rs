//! What was committed, for people and for machines.

use serde_json::{Value, json};
use shipper::database::Processed;

/// In a sentence.
pub(crate) fn sentence(total: &Processed) -> String {
    let sentence = format!(
        "committed: {} files: {} loaded, {} partially loaded, {} failed, {} skipped, {} deferred, {} removed; \
         {} records: {} rows loaded, {} rejected, {} stale, {} filtered, {} deleted",
        total.files,
        total.loaded,
        total.partially_loaded,
        total.failed,
        total.skipped,
        total.deferred,
        total.removed,
        total.records,
        total.rows_loaded,
        total.rows_rejected,
        total.rows_stale,
        total.rows_filtered,
        total.rows_deleted
    );
    if total.child_rows_loaded + total.child_rows_rejected == 0 {
        return sentence;
    }
    format!(
        "{sentence}; {} child rows loaded, {} left out",
        total.child_rows_loaded, total.child_rows_rejected
    )
}

/// As an object.
pub(crate) fn json(total: &Processed) -> Value {
    json!({
        "files": total.files, "loaded": total.loaded, "partially_loaded": total.partially_loaded,
        "failed": total.failed, "skipped": total.skipped, "deferred": total.deferred, "removed": total.removed, "records": total.records,
        "rows_loaded": total.rows_loaded, "rows_rejected": total.rows_rejected, "rows_stale": total.rows_stale,
        "rows_filtered": total.rows_filtered, "rows_deleted": total.rows_deleted, "rows_suppressed": total.rows_suppressed,
        "rows_removed": total.rows_removed, "child_rows_loaded": total.child_rows_loaded, "child_rows_rejected": total.child_rows_rejected,
    })
}
