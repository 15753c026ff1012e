-- Members that no column reads, those that nobody has looked at first, then the last seen first, with what ingest_propose() says of them.
-- $1 dataset, or null for all.
WITH shown AS (
  SELECT * FROM ingest.schema_drift AS s WHERE $1::text IS NULL OR s.dataset = $1
  ORDER BY s.acknowledged_at IS NOT NULL, s.last_seen DESC, s.dataset, s.path LIMIT $2::int8
), proposed AS (
  -- Of each dataset once, however many members it has. Those of the newest ten where many have drifted.
  SELECT p.of_dataset, p.path, p.sql FROM (SELECT x.dataset FROM shown AS x JOIN ingest.dataset AS d ON d.name = x.dataset WHERE x.acknowledged_at IS NULL
    GROUP BY x.dataset ORDER BY max(x.last_seen) DESC LIMIT 10) AS n
  CROSS JOIN LATERAL ingest_propose(n.dataset, 'column') AS p
)
SELECT x.dataset, x.path, x.json_type, x.first_seen, x.last_seen, x.files, x.sample, p.sql, x.acknowledged_at, x.acknowledged_reason
FROM shown AS x LEFT JOIN proposed AS p ON p.of_dataset = x.dataset AND p.path = x.path
ORDER BY x.acknowledged_at IS NOT NULL, x.last_seen DESC, x.dataset, x.path
