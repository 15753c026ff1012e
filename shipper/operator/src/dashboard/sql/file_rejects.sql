-- The faults found in one file, open, replayed and dismissed. $1 file_id.
SELECT r.reject_id, r.file_id, r.dataset, r.record_no, r.column_name, r.error_code, left(r.error, 400) AS error, r.rejected_at, r.replayed_at, r.dismissed_reason
FROM ingest.rejected_record AS r WHERE r.file_id = $1::int8 ORDER BY r.record_no, r.dataset, r.reject_id LIMIT 100
