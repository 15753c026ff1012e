-- Files of the ledger, newest first: of the newest 20,000 (of the dataset, where one is asked for)
-- before the place where the page before ended, those that fit.
-- $1 status, $2 dataset, $3 and $4 that place (received_at as text, file_id), $5 how many.
SELECT f.file_id, f.dataset, f.bucket, f.key, f.size, f.received_at, f.received_at::text AS cursor, f.status, f.deliveries, f.records, f.rows_loaded,
  f.rows_rejected, f.rows_stale, f.error_code, left(f.error, 400) AS error
FROM (SELECT * FROM ingest.file AS x
  WHERE (x.received_at, x.file_id) < (coalesce($3::text::timestamptz, 'infinity'), coalesce($4::int8, 9223372036854775807))
    AND x.received_at <= coalesce($3::text::timestamptz, 'infinity') AND ($2::text IS NULL OR x.dataset = $2)
  ORDER BY x.received_at DESC, x.file_id DESC LIMIT 20000) AS f
WHERE $1::text IS NULL OR f.status = $1
ORDER BY f.received_at DESC, f.file_id DESC LIMIT $5::int8
