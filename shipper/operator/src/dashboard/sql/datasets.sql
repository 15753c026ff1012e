-- Every dataset with its state, in the words of ingest_health(); one of them, at the cost of one. $1 dataset, or null.
SELECT h.dataset AS name, coalesce(d.prefix, d.records_path || ' in records of ' || d.parent) AS prefix, d.bucket, d.target::text AS target, h.state, h.reason, h.last_file_at, extract(epoch FROM h.lag_p50) AS lag_p50,
  extract(epoch FROM h.lag_p99) AS lag_p99, h.files_hour, h.files_day, h.rows_rejected_day, h.open_files, h.open_rejects, h.drift
FROM ingest_health(only_dataset => $1::text) AS h JOIN ingest.dataset AS d ON d.name = h.dataset ORDER BY h.dataset
