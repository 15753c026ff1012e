-- A dataset's files that were not wholly loaded, newest first. $1 dataset, $2 how many.
SELECT f.file_id, f.dataset, f.bucket, f.key, f.size, f.received_at, f.received_at::text AS cursor, f.status, f.deliveries, f.records, f.rows_loaded,
  f.rows_rejected, f.rows_stale, f.error_code, left(f.error, 400) AS error
FROM ingest.file AS f WHERE f.dataset = $1::text AND f.status IN ('partially_loaded', 'load_failed', 'no_dataset')
ORDER BY f.received_at DESC, f.file_id DESC LIMIT $2::int8
