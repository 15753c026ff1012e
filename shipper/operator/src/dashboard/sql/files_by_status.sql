-- Files that were not plainly loaded, newest first: of the newest 20,000 with this status, those that fit.
-- $1 status, $2 a dataset or null, $3 and $4 where the page before ended (received_at as text, file_id), $5 how many.
SELECT f.file_id, f.dataset, ARRAY(SELECT m.dataset FROM ingest.file_dataset AS m WHERE m.file_id = f.file_id ORDER BY m.dataset) AS shared_by, f.bucket, f.key, f.size, f.received_at, f.received_at::text AS cursor, f.status, f.deliveries, f.records, f.rows_loaded,
  f.rows_rejected, f.rows_stale, f.error_code, left(f.error, 400) AS error
FROM (SELECT * FROM ingest.file AS x
  WHERE x.status = $1::text AND x.status <> 'loaded'
    AND (x.received_at, x.file_id) < (coalesce($3::text::timestamptz, 'infinity'), coalesce($4::int8, 9223372036854775807))
    AND x.received_at <= coalesce($3::text::timestamptz, 'infinity')
  ORDER BY x.received_at DESC, x.file_id DESC LIMIT 20000) AS f
WHERE $2::text IS NULL OR f.dataset = $2
ORDER BY f.received_at DESC, f.file_id DESC LIMIT $5::int8
