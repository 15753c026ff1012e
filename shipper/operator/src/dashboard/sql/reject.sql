-- One reject with its file and the head of its raw record, in hex. $1 reject_id.
SELECT r.reject_id, r.file_id, r.record_no, r.column_name, r.error_code, r.error, r.rejected_at, r.replayed_at, r.dismissed_reason, jsonb_pretty(r.place) AS place, coalesce(r.dataset, f.dataset) AS dataset, f.bucket, f.key,
  f.status, octet_length(r.record) AS bytes, encode(substr(r.record, 1, 65536), 'hex') AS record
FROM ingest.rejected_record AS r JOIN ingest.file AS f ON f.file_id = r.file_id WHERE r.reject_id = $1::int8
