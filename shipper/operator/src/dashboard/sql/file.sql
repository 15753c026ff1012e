-- One file's entry in the ledger. $1 file_id.
SELECT f.file_id, f.object_id, f.batch_id, f.dataset, f.bucket, f.key, f.version_id, f.etag, f.sequencer, f.size, f.event_time, f.last_modified,
  f.received_at, f.loaded_at, f.status, f.deliveries, f.records, f.rows_loaded, f.rows_rejected, f.rows_stale, f.rows_filtered, f.rows_deleted, f.rows_suppressed, f.rows_removed, coalesce(f.child_rows, '{}') AS child_rows,
  f.error_code, f.error,
  d.target::text AS target,
  EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_file_id' AND NOT a.attisdropped) AS has_file_id
FROM ingest.file AS f LEFT JOIN ingest.dataset AS d ON d.name = f.dataset WHERE f.file_id = $1::int8
