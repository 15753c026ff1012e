-- The open rejects of a dataset's newest 500 files that were not wholly loaded, by code and column. $1 dataset.
-- When these came is asked of an index alone: of a dataset with few such files the whole ledger would be gone through otherwise.
SELECT f.dataset, r.error_code, r.column_name, count(*) AS rejects, count(DISTINCT r.file_id) AS files, min(r.rejected_at) AS first_at,
  max(r.rejected_at) AS last_at, max(r.reject_id) AS example_id, (array_agg(left(r.error, 400) ORDER BY r.reject_id DESC))[1] AS example
FROM (SELECT x.file_id, x.dataset FROM (SELECT DISTINCT n.received_at FROM (SELECT y.received_at FROM ingest.dataset_file AS y
    WHERE y.dataset = $1::text AND y.status IN ('partially_loaded', 'load_failed', 'no_dataset') ORDER BY y.received_at DESC LIMIT 500) AS n) AS t
  CROSS JOIN LATERAL (SELECT * FROM ingest.dataset_file AS z WHERE z.dataset = $1::text AND z.received_at = t.received_at AND z.status IN ('partially_loaded', 'load_failed', 'no_dataset') OFFSET 0) AS x
  ORDER BY x.received_at DESC LIMIT 500) AS f
CROSS JOIN LATERAL (SELECT * FROM ingest.rejected_record AS y WHERE y.file_id = f.file_id AND (y.dataset IS NULL OR y.dataset = f.dataset) AND y.replayed_at IS NULL LIMIT 200) AS r
GROUP BY f.dataset, r.error_code, r.column_name ORDER BY rejects DESC, last_at DESC LIMIT 50
