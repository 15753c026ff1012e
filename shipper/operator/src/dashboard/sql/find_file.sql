-- The newest entries of the object with exactly this key, in whatever bucket. $1 key, $2 bucket or null.
WITH RECURSIVE buckets (bucket) AS (
  (SELECT o.bucket FROM ingest.object AS o ORDER BY o.bucket LIMIT 1)
  UNION ALL SELECT (SELECT o.bucket FROM ingest.object AS o WHERE o.bucket > b.bucket ORDER BY o.bucket LIMIT 1) FROM buckets AS b WHERE b.bucket IS NOT NULL
)
SELECT f.file_id FROM buckets AS b JOIN ingest.object AS o ON o.bucket = b.bucket AND o.key = $1::text
JOIN LATERAL (SELECT x.file_id FROM ingest.file AS x WHERE x.object_id = o.object_id ORDER BY x.received_at DESC LIMIT 1) AS f ON true
WHERE b.bucket IS NOT NULL AND ($2::text IS NULL OR b.bucket = $2) LIMIT 20
