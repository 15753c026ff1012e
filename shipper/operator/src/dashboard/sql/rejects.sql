-- Open rejects, newest first, of those among the newest 5,000 that fit. $1 dataset (empty: none), $2 code, $3 column (empty: none named),
-- $4 how many, $5 how many to leave out.
SELECT n.reject_id, n.file_id, n.record_no, n.column_name, n.error_code, left(n.error, 400) AS error, n.rejected_at, coalesce(n.dataset, f.dataset) AS dataset, f.bucket, f.key
FROM (SELECT r.reject_id, r.file_id, r.dataset, r.record_no, r.column_name, r.error_code, r.error, r.rejected_at
  FROM ingest.rejected_record AS r WHERE r.replayed_at IS NULL ORDER BY r.rejected_at DESC LIMIT 5000) AS n
JOIN ingest.file AS f ON f.file_id = n.file_id
WHERE ($1::text IS NULL OR coalesce(n.dataset, f.dataset, '') = $1) AND ($2::text IS NULL OR n.error_code = $2) AND ($3::text IS NULL OR coalesce(n.column_name, '') = $3)
ORDER BY n.rejected_at DESC, n.reject_id DESC LIMIT $4::int8 OFFSET $5::int8
