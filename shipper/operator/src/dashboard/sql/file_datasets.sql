-- What became of a file in each of the datasets that share its prefix. $1 file_id.
SELECT s.dataset, d.target::text AS target, s.status, s.records, s.rows_loaded, s.rows_rejected, s.rows_stale, s.rows_filtered, left(s.error, 400) AS error,
  EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_file_id' AND NOT a.attisdropped) AS has_file_id
FROM ingest.file_dataset AS s LEFT JOIN ingest.dataset AS d ON d.name = s.dataset WHERE s.file_id = $1::int8 ORDER BY s.dataset
