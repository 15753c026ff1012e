-- How long files took from the put to their rows, by steps of time: median and 99th percentile, in seconds.
-- Where a step has many files, 5 samples of 30 consecutive ones stand for it, so that the cost does not grow with the ledger.
-- $1 the window in seconds, $2 the step in seconds.
SELECT extract(epoch FROM s.at)::bigint AS at, l.files, l.p50, l.p99
FROM generate_series(date_bin(make_interval(secs => $2::float8), now() - make_interval(secs => $1::float8), 'epoch') + make_interval(secs => $2::float8),
  now(), make_interval(secs => $2::float8)) AS s (at)
CROSS JOIN LATERAL (
  SELECT count(*) AS files, percentile_cont(0.5) WITHIN GROUP (ORDER BY f.lag) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY f.lag) AS p99
  FROM generate_series(0, 4) AS part (no)
  CROSS JOIN LATERAL (
    SELECT extract(epoch FROM x.loaded_at - coalesce(x.event_time, x.last_modified)) AS lag
    FROM ingest.file AS x
    WHERE x.received_at >= s.at + part.no * make_interval(secs => $2::float8 / 5)
      AND x.received_at < s.at + (part.no + 1) * make_interval(secs => $2::float8 / 5)
      AND isfinite(x.loaded_at) AND isfinite(coalesce(x.event_time, x.last_modified))
    ORDER BY x.received_at LIMIT 30
  ) AS f
  WHERE f.lag IS NOT NULL
) AS l
ORDER BY s.at
