-- What was processed, by steps of time: files, rows and bytes of the batches that ended in each.
-- $1 the window in seconds, $2 the step in seconds.
SELECT extract(epoch FROM s.at)::bigint AS at, coalesce(b.batches, 0) AS batches, coalesce(b.loaded, 0) AS loaded,
  coalesce(b.partially_loaded, 0) AS partially_loaded, coalesce(b.failed, 0) AS failed, coalesce(b.skipped, 0) AS skipped,
  coalesce(b.deferred, 0) AS deferred, coalesce(b.bytes, 0)::bigint AS bytes, coalesce(b.rows_loaded, 0)::bigint AS rows_loaded,
  coalesce(b.rows_rejected, 0)::bigint AS rows_rejected, coalesce(b.rows_stale, 0)::bigint AS rows_stale,
  coalesce(b.rows_filtered, 0)::bigint AS rows_filtered, coalesce(b.rows_deleted, 0)::bigint AS rows_deleted,
  coalesce(b.child_rows, 0)::bigint AS child_rows, coalesce(b.removed, 0)::bigint AS removed
FROM generate_series(date_bin(make_interval(secs => $2::float8), now() - make_interval(secs => $1::float8), 'epoch') + make_interval(secs => $2::float8),
  now(), make_interval(secs => $2::float8)) AS s (at)
LEFT JOIN (
  SELECT date_bin(make_interval(secs => $2::float8), x.finished_at, 'epoch') AS at, count(*) AS batches, sum(x.loaded) AS loaded,
    sum(x.partially_loaded) AS partially_loaded, sum(x.failed) AS failed, sum(x.skipped) AS skipped, sum(x.deferred) AS deferred,
    sum(x.bytes) AS bytes, sum(x.rows_loaded) AS rows_loaded, sum(x.rows_rejected) AS rows_rejected, sum(x.rows_stale) AS rows_stale,
    sum(x.rows_filtered) AS rows_filtered, sum(x.rows_deleted) AS rows_deleted, sum(x.child_rows_loaded) AS child_rows,
    sum(x.removed) AS removed
  FROM ingest.batch AS x WHERE x.finished_at >= now() - make_interval(secs => $1::float8) GROUP BY 1
) AS b ON b.at = s.at
ORDER BY s.at
