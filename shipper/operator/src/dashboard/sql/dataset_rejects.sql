-- The open rejects of a dataset's newest 500 files that were not wholly loaded, by code and column. $1 dataset.
SELECT f.dataset, r.error_code, r.column_name, count(*) AS rejects, count(DISTINCT r.file_id) AS files, min(r.rejected_at) AS first_at,
  max(r.rejected_at) AS last_at, max(r.reject_id) AS example_id, (array_agg(left(r.error, 400) ORDER BY r.reject_id DESC))[1] AS example
FROM (SELECT x.file_id, x.dataset FROM ingest.dataset_file AS x WHERE x.dataset = $1::text AND x.status IN ('partially_loaded', 'load_failed', 'no_dataset')
  ORDER BY x.received_at DESC LIMIT 500) AS f
CROSS JOIN LATERAL (SELECT * FROM ingest.rejected_record AS y WHERE y.file_id = f.file_id AND (y.dataset IS NULL OR y.dataset = f.dataset) AND y.replayed_at IS NULL LIMIT 200) AS r
GROUP BY f.dataset, r.error_code, r.column_name ORDER BY rejects DESC, last_at DESC LIMIT 50
