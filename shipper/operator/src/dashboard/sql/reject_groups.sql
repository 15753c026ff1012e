-- The newest 5,000 open rejects by dataset, code and column, with the latest of each as the example. $1 dataset (empty: none), or null.
SELECT g.dataset, g.error_code, g.column_name, g.rejects, g.files, g.first_at, g.last_at, g.example_id, left(e.error, 400) AS example
FROM (
  SELECT coalesce(n.dataset, f.dataset) AS dataset, n.error_code, n.column_name, sum(n.rejects)::bigint AS rejects, count(*) AS files, min(n.first_at) AS first_at,
    max(n.last_at) AS last_at, max(n.example_id) AS example_id
  FROM (
    -- By file first: the ledger is looked up once for each.
    SELECT r.file_id, r.dataset, r.error_code, r.column_name, count(*) AS rejects, min(r.rejected_at) AS first_at, max(r.rejected_at) AS last_at,
      max(r.reject_id) AS example_id
    FROM (SELECT * FROM ingest.rejected_record AS x WHERE x.replayed_at IS NULL ORDER BY x.rejected_at DESC LIMIT 5000) AS r
    GROUP BY r.file_id, r.dataset, r.error_code, r.column_name
  ) AS n JOIN ingest.file AS f ON f.file_id = n.file_id
  WHERE $1::text IS NULL OR coalesce(n.dataset, f.dataset, '') = $1
  GROUP BY 1, n.error_code, n.column_name
  ORDER BY rejects DESC, last_at DESC LIMIT 100
) AS g
JOIN ingest.rejected_record AS e ON e.reject_id = g.example_id
ORDER BY g.rejects DESC, g.last_at DESC
