-- Files of the ledger, newest first: of the newest 20,000 (of the dataset, where one is asked for)
-- before the place where the page before ended, those that fit. Of a dataset, what they are in that dataset.
-- $1 status, $2 dataset, $3 and $4 that place (received_at as text, file_id), $5 how many.
SELECT f.file_id, f.dataset, ARRAY(SELECT m.dataset FROM ingest.file_dataset AS m WHERE m.file_id = f.file_id ORDER BY m.dataset) AS shared_by, f.bucket, f.key, f.size,
  f.received_at, f.received_at::text AS cursor, n.status, f.deliveries, n.records, n.rows_loaded, n.rows_rejected, n.rows_stale, n.error_code, left(n.error, 400) AS error
FROM (
  (SELECT x.file_id, x.received_at, x.status, x.records, x.rows_loaded, x.rows_rejected, x.rows_stale, x.error_code, x.error FROM ingest.file AS x
    WHERE (x.received_at, x.file_id) < (coalesce($3::text::timestamptz, 'infinity'), coalesce($4::int8, 9223372036854775807))
      AND x.received_at <= coalesce($3::text::timestamptz, 'infinity') AND ($2::text IS NULL OR x.dataset = $2)
    ORDER BY x.received_at DESC, x.file_id DESC LIMIT 20000)
  UNION ALL
  (SELECT x.file_id, x.received_at, x.status, x.records, x.rows_loaded, x.rows_rejected, x.rows_stale, x.error_code, x.error FROM ingest.file_dataset AS x
    WHERE x.dataset = $2 AND (x.received_at, x.file_id) < (coalesce($3::text::timestamptz, 'infinity'), coalesce($4::int8, 9223372036854775807))
      AND x.received_at <= coalesce($3::text::timestamptz, 'infinity')
    ORDER BY x.received_at DESC, x.file_id DESC LIMIT 20000)
) AS n JOIN ingest.file AS f ON f.file_id = n.file_id
WHERE $1::text IS NULL OR n.status = $1
ORDER BY n.received_at DESC, n.file_id DESC LIMIT $5::int8
