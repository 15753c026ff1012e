-- pg_ingest 0.2.0
-- ingest_health(): one row a dataset, in the words that check, status, the page and the alarms use.

CREATE FUNCTION public.ingest_health(as_of timestamptz DEFAULT clock_timestamp(), only_dataset text DEFAULT NULL)
RETURNS TABLE (dataset text, state text, reason text, last_file_at timestamptz, last_rows_at timestamptz, lag_p50 interval, lag_p99 interval,
  files_hour bigint, files_day bigint, files_by_status jsonb, rows_rejected_hour bigint, rows_rejected_day bigint, rejects_by_code jsonb,
  open_files bigint, open_rejects bigint, deferred_files bigint, deferred_since timestamptz, drift bigint, expected_every interval, rows_suppressed_day bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET work_mem = '32MB' SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  -- Told once: each file's comparison would reckon it anew.
  hour_ago timestamptz := as_of - interval '1 hour';
  day_ago timestamptz := as_of - interval '1 day';
  -- By dataset. They are looked up, so that no estimate of their number makes a join go through all of them for each dataset.
  codes jsonb;
  drifted jsonb;
BEGIN
  IF only_dataset IS NULL THEN
    SELECT jsonb_object_agg(c.dataset, c.by_code) INTO codes FROM (SELECT g.dataset, jsonb_object_agg(g.error_code, g.rejects) AS by_code
      FROM (SELECT coalesce(r.dataset, f.dataset) AS dataset, r.error_code, sum(r.rejects) AS rejects
        -- By file first: the ledger is looked up once for each.
        FROM (SELECT n.file_id, n.dataset, n.error_code, count(*) AS rejects FROM (SELECT x.file_id, x.dataset, x.error_code FROM ingest.rejected_record AS x
          WHERE x.replayed_at IS NULL AND x.rejected_at > day_ago ORDER BY x.rejected_at DESC LIMIT 5000) AS n GROUP BY n.file_id, n.dataset, n.error_code) AS r
        JOIN ingest.file AS f ON f.file_id = r.file_id WHERE coalesce(r.dataset, f.dataset) IS NOT NULL GROUP BY 1, 2) AS g
      GROUP BY g.dataset) AS c;
  ELSE
    -- Of one dataset by its files: the newest rejects may all be others'.
    SELECT jsonb_build_object(only_dataset, jsonb_object_agg(c.error_code, c.rejects)) INTO codes FROM (SELECT r.error_code, count(*) AS rejects
      FROM (SELECT x.error_code FROM (SELECT f.file_id FROM ingest.dataset_file AS f WHERE f.dataset = only_dataset
            AND f.status IN ('partially_loaded', 'load_failed', 'no_dataset') AND f.dismissed_at IS NULL ORDER BY f.received_at DESC LIMIT 1000) AS n
          CROSS JOIN LATERAL (SELECT y.error_code FROM ingest.rejected_record AS y
            WHERE y.file_id = n.file_id AND (y.dataset IS NULL OR y.dataset = only_dataset) AND y.replayed_at IS NULL AND y.rejected_at > day_ago) AS x LIMIT 5000) AS r
      GROUP BY r.error_code) AS c;
  END IF;
  SELECT jsonb_object_agg(c.dataset, c.paths) INTO drifted FROM (SELECT s.dataset, count(*) AS paths FROM ingest.schema_drift AS s JOIN ingest.dataset AS d ON d.name = s.dataset
    WHERE s.last_seen > d.registered_at AND s.acknowledged_at IS NULL AND (only_dataset IS NULL OR s.dataset = only_dataset) GROUP BY s.dataset) AS c;
  -- In PL/pgSQL for its plan: a session that asks again and again makes it once.
  RETURN QUERY WITH facts AS (
    SELECT d.name, d.enabled, d.expected_every, newest.received_at AS last_file_at, coalesce(lag.loaded_at, applied.loaded_at) AS last_rows_at, lag.percentiles[1] AS p50, lag.percentiles[2] AS p99,
      day.in_hour AS files_hour, day.files AS files_day, jsonb_strip_nulls(jsonb_build_object('loaded', nullif(day.loaded, 0), 'partially_loaded', nullif(day.partially_loaded, 0),
        'load_failed', nullif(day.load_failed, 0), 'skipped_stale', nullif(day.skipped_stale, 0), 'object_missing', nullif(day.object_missing, 0), 'no_dataset', nullif(day.no_dataset, 0), 'removed', nullif(day.removed, 0))) AS files_by_status,
      coalesce(more.in_hour, opened.in_hour) AS rejected_hour, coalesce(more.in_day, opened.in_day) AS rejected_day, coalesce(nullif(codes -> d.name, 'null'), '{}') AS rejects_by_code,
      least(opened.files, 100) AS open_files, opened.rejects AS open_rejects, coalesce(more.files, opened.recent_files) AS recent_files, x.files AS deferred_files,
      x.since AS deferred_since, x.sqlstate, coalesce((drifted ->> d.name)::bigint, 0) AS drift, left_out.rows AS rows_suppressed,
      d.expected_every IS NOT NULL AND coalesce(newest.received_at, d.registered_at) + d.expected_every < as_of AS is_late
    FROM ingest.dataset AS d
    LEFT JOIN ingest.dataset_fault AS x ON x.dataset = d.name
    -- Asked of an index alone, and without making groups, which costs more than the counting.
    CROSS JOIN LATERAL (
      SELECT max(f.received_at) AS received_at, count(*) AS files, count(*) FILTER (WHERE f.received_at > hour_ago) AS in_hour,
        count(*) FILTER (WHERE f.status = 'loaded') AS loaded, count(*) FILTER (WHERE f.status = 'partially_loaded') AS partially_loaded, count(*) FILTER (WHERE f.status = 'load_failed') AS load_failed,
        count(*) FILTER (WHERE f.status = 'skipped_stale') AS skipped_stale, count(*) FILTER (WHERE f.status = 'object_missing') AS object_missing, count(*) FILTER (WHERE f.status = 'no_dataset') AS no_dataset, count(*) FILTER (WHERE f.status = 'removed') AS removed
      FROM ingest.dataset_file AS f WHERE f.dataset = d.name AND f.received_at > day_ago
    ) AS day
    -- Conditions on what is known already stand inside: where they do not hold, nothing is looked up.
    LEFT JOIN LATERAL (SELECT f.received_at FROM ingest.dataset_file AS f WHERE day.files = 0 AND f.dataset = d.name ORDER BY f.received_at DESC LIMIT 1) AS older ON true
    CROSS JOIN LATERAL (SELECT coalesce(day.received_at, older.received_at) AS received_at) AS newest
    -- Each table's newest: a dataset has its files in one of them, but for those that it shared before or since.
    CROSS JOIN LATERAL (
      SELECT percentile_disc('{0.5,0.99}'::float8[]) WITHIN GROUP (ORDER BY n.lag) AS percentiles, max(n.loaded_at) AS loaded_at
      FROM (SELECT f.loaded_at, CASE WHEN isfinite(f.loaded_at) AND isfinite(coalesce(f.event_time, f.last_modified))
          THEN greatest(f.loaded_at - coalesce(f.event_time, f.last_modified), interval '0') END AS lag
        FROM ((SELECT y.event_time, y.last_modified, y.loaded_at FROM ingest.file AS y WHERE day.in_hour > 0 AND y.dataset = d.name AND y.received_at > hour_ago ORDER BY y.received_at DESC LIMIT 200)
          UNION ALL (SELECT y.event_time, y.last_modified, y.loaded_at FROM ingest.file_dataset AS y WHERE day.in_hour > 0 AND y.dataset = d.name AND y.received_at > hour_ago ORDER BY y.received_at DESC LIMIT 200)) AS f) AS n
    ) AS lag
    -- Of the newest few, so that a dataset of which nothing loads is not gone through from end to end. The first is the last one read.
    LEFT JOIN LATERAL (SELECT n.loaded_at FROM (SELECT f.received_at, f.loaded_at, f.status FROM ingest.dataset_file AS f
        WHERE lag.loaded_at IS NULL AND newest.received_at IS NOT NULL AND f.dataset = d.name ORDER BY f.received_at DESC LIMIT 20) AS n
      WHERE n.status IN ('loaded', 'partially_loaded') ORDER BY n.received_at DESC LIMIT 1) AS applied ON true
    CROSS JOIN LATERAL (
      SELECT count(*) AS files, coalesce(sum(n.rows_rejected), 0)::bigint AS rejects, count(*) FILTER (WHERE n.received_at > day_ago) AS recent_files,
        coalesce(sum(n.rows_rejected) FILTER (WHERE n.received_at > hour_ago), 0)::bigint AS in_hour,
        coalesce(sum(n.rows_rejected) FILTER (WHERE n.received_at > day_ago), 0)::bigint AS in_day
      FROM ((SELECT y.received_at, y.rows_rejected FROM ingest.file AS y WHERE newest.received_at IS NOT NULL AND y.dataset = d.name
          AND y.status IN ('partially_loaded', 'load_failed') AND y.dismissed_at IS NULL ORDER BY y.received_at DESC LIMIT 100)
        UNION ALL (SELECT y.received_at, y.rows_rejected FROM ingest.file_dataset AS y WHERE newest.received_at IS NOT NULL AND y.dataset = d.name
          AND y.status IN ('partially_loaded', 'load_failed') AND y.dismissed_at IS NULL ORDER BY y.received_at DESC LIMIT 100)) AS n
    ) AS opened
    -- Only where that many are of the last day there may be more of them.
    LEFT JOIN LATERAL (
      SELECT count(*) AS files, coalesce(sum(n.rows_rejected) FILTER (WHERE n.received_at > hour_ago), 0)::bigint AS in_hour, coalesce(sum(n.rows_rejected), 0)::bigint AS in_day
      FROM (SELECT f.received_at, f.rows_rejected FROM ingest.dataset_file AS f WHERE opened.recent_files >= 100 AND f.dataset = d.name AND f.received_at > day_ago
        AND f.status IN ('partially_loaded', 'load_failed') AND f.dismissed_at IS NULL ORDER BY f.received_at DESC LIMIT 1000) AS n
      HAVING opened.recent_files >= 100
    ) AS more ON true
    CROSS JOIN LATERAL (SELECT sum(f.rows_suppressed)::bigint AS rows FROM ingest.dataset_file AS f
      WHERE day.files > 0 AND f.dataset = d.name AND f.received_at > day_ago AND f.rows_suppressed > 0) AS left_out
    WHERE only_dataset IS NULL OR d.name = only_dataset
  )
  SELECT f.name,
    CASE WHEN NOT f.enabled THEN 'disabled' WHEN f.deferred_since IS NOT NULL THEN 'deferred' WHEN f.recent_files > 0 THEN 'failing' WHEN f.is_late THEN 'late' ELSE 'ok' END,
    CASE WHEN NOT f.enabled THEN 'its files are kept as no_dataset until it is enabled'
      WHEN f.deferred_since IS NOT NULL THEN format('its target has refused all records since %s (SQLSTATE %s); mend what ingest.dataset_fault says, and its files load when they are delivered again', to_char(f.deferred_since, 'YYYY-MM-DD HH24:MI:SS"Z"'), f.sqlstate)
      WHEN f.recent_files > 0 THEN format('%s of its files of the last day were not loaded whole; mend the cause, then ingest_replay(%2$L), or ingest_dismiss(%2$L, reason => …)', CASE WHEN f.recent_files >= 1000 THEN '1000 or more' ELSE f.recent_files::text END, f.name)
      WHEN f.is_late THEN format('a file is expected every %s, and %s', f.expected_every, coalesce('the last came at ' || to_char(f.last_file_at, 'YYYY-MM-DD HH24:MI:SS"Z"'), 'none has come yet')) END,
    f.last_file_at, f.last_rows_at, f.p50, f.p99, f.files_hour, f.files_day, f.files_by_status, f.rejected_hour, f.rejected_day, f.rejects_by_code,
    f.open_files, f.open_rejects, coalesce(f.deferred_files, 0), f.deferred_since, f.drift, f.expected_every, coalesce(f.rows_suppressed, 0)
  FROM facts AS f ORDER BY f.name;
END
$$;
COMMENT ON FUNCTION public.ingest_health(timestamptz, text) IS 'One row a dataset: its state and what it is made of. It costs the same however old the ledger is.
as_of: The time to look from.
only_dataset: Only this dataset, at the cost of one. Null is all of them.
dataset: The dataset.
state: ok, late (no file for longer than expected_every), failing (files of the last day were not loaded whole, and nobody replayed or dismissed them), deferred (its target refuses everything) or disabled. Of several the worst is told: deferred, failing, late.
reason: Why it is not ok, with what to do. Null where it is.
last_file_at: When its newest file was received.
last_rows_at: When rows were last applied, of its files of the last hour, else of its newest 20.
lag_p50: From the put to the rows, median of the last hour (of its newest 200 files).
lag_p99: The same, 99th percentile.
files_hour: Files received in the last hour.
files_day: Files received in the last day.
files_by_status: The same by status, as an object.
rows_rejected_hour: Open rejected records of files of the last hour (of at most 1,000 such files).
rows_rejected_day: The same of the last day.
rejects_by_code: Open rejects of the last day by code, as an object (among the newest 5,000 of all datasets; with only_dataset among those of its newest 1,000 files with any).
open_files: Files with open rejects, counted to 100 at most.
open_rejects: Rejected records of those files.
deferred_files: Files deferred since its target is at fault; one that is delivered again counts again.
deferred_since: Since when its target is at fault.
drift: Members that no column reads, by path and type, seen since the dataset was last registered, without those that ingest_acknowledge_drift() marked. ingest_propose() has the SQL for them.
expected_every: How often a file is expected.
rows_suppressed_day: Records of files of the last day that were left out, since ingest_erase() has suppressed their key.';

-- For who works with relations: dbt, and tools that draw.
CREATE VIEW ingest.health WITH (security_invoker) AS SELECT * FROM public.ingest_health();
COMMENT ON VIEW ingest.health IS 'The answer of ingest_health() now, as a relation: one row a dataset.';
DO $$
DECLARE
  c record;
BEGIN
  -- Said once: a column means what the function's comment says of it.
  FOR c IN SELECT a.attname, (regexp_match(obj_description('public.ingest_health(timestamptz, text)'::regprocedure), '(?n)^' || a.attname || ': (.*)$'))[1] AS meaning
    FROM pg_attribute AS a WHERE a.attrelid = 'ingest.health'::regclass AND a.attnum > 0
  LOOP
    EXECUTE format('COMMENT ON COLUMN ingest.health.%I IS %L', c.attname, c.meaning);
  END LOOP;
END
$$;
