-- Files of the last 24 hours that were not plainly loaded, by status; each status counted to 10,000 at most.
SELECT s.status, (SELECT count(*) FROM (SELECT FROM ingest.file AS f
  WHERE f.status = s.status AND f.status <> 'loaded' AND f.received_at >= now() - interval '24 hours' LIMIT 10001) AS capped) AS files
FROM unnest(ARRAY['partially_loaded', 'load_failed', 'no_dataset', 'skipped_stale', 'object_missing', 'removed']) WITH ORDINALITY AS s (status, sort) ORDER BY s.sort
