-- A dataset's files that it did not load wholly, newest first. $1 dataset, $2 how many.
-- When these came is asked of an index alone: of a dataset with few such files the whole ledger would be gone through otherwise.
SELECT f.file_id, f.dataset, ARRAY(SELECT m.dataset FROM ingest.file_dataset AS m WHERE m.file_id = f.file_id ORDER BY m.dataset) AS shared_by, f.bucket, f.key, f.size,
  f.received_at, f.received_at::text AS cursor, n.status, f.deliveries, n.records, n.rows_loaded, n.rows_rejected, n.rows_stale, n.error_code, left(n.error, 400) AS error
FROM (SELECT x.* FROM (SELECT DISTINCT c.received_at FROM (SELECT y.received_at FROM ingest.dataset_file AS y
    WHERE y.dataset = $1::text AND y.status IN ('partially_loaded', 'load_failed', 'no_dataset') ORDER BY y.received_at DESC LIMIT $2::int8) AS c) AS t
  CROSS JOIN LATERAL (SELECT * FROM ingest.dataset_file AS z WHERE z.dataset = $1::text AND z.received_at = t.received_at AND z.status IN ('partially_loaded', 'load_failed', 'no_dataset') OFFSET 0) AS x
  ORDER BY x.received_at DESC, x.file_id DESC LIMIT $2::int8) AS n
JOIN ingest.file AS f ON f.file_id = n.file_id
ORDER BY n.received_at DESC, n.file_id DESC
