-- A dataset's files that it did not load wholly, newest first. $1 dataset, $2 how many.
SELECT f.file_id, f.dataset, ARRAY(SELECT m.dataset FROM ingest.file_dataset AS m WHERE m.file_id = f.file_id ORDER BY m.dataset) AS shared_by, f.bucket, f.key, f.size,
  f.received_at, f.received_at::text AS cursor, n.status, f.deliveries, n.records, n.rows_loaded, n.rows_rejected, n.rows_stale, n.error_code, left(n.error, 400) AS error
FROM (SELECT * FROM ingest.dataset_file AS x WHERE x.dataset = $1::text AND x.status IN ('partially_loaded', 'load_failed', 'no_dataset')
  ORDER BY x.received_at DESC, x.file_id DESC LIMIT $2::int8) AS n JOIN ingest.file AS f ON f.file_id = n.file_id
ORDER BY n.received_at DESC, n.file_id DESC
