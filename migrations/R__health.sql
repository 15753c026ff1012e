-- pg_ingest 0.2.0
-- ingest_health(): one row a dataset, in the words that check, status, the page and the alarms use.

CREATE FUNCTION public.ingest_health(as_of timestamptz DEFAULT clock_timestamp(), only_dataset text DEFAULT NULL)
RETURNS TABLE (dataset text, state text, reason text, last_file_at timestamptz, last_rows_at timestamptz, lag_p50 interval, lag_p99 interval,
  files_hour bigint, files_day bigint, files_by_status jsonb, rows_rejected_hour bigint, rows_rejected_day bigint, rejects_by_code jsonb,
  open_files bigint, open_rejects bigint, deferred_files bigint, deferred_since timestamptz, drift bigint, expected_every interval)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET work_mem = '32MB' AS $$
  WITH codes AS (
    SELECT c.dataset, jsonb_object_agg(c.error_code, c.rejects) AS by_code
    FROM (SELECT coalesce(r.dataset, f.dataset) AS dataset, r.error_code, count(*) AS rejects
      FROM (SELECT x.file_id, x.dataset, x.error_code FROM ingest.rejected_record AS x
        WHERE only_dataset IS NULL AND x.replayed_at IS NULL AND x.rejected_at > as_of - interval '1 day' ORDER BY x.rejected_at DESC LIMIT 5000) AS r
      JOIN ingest.file AS f ON f.file_id = r.file_id WHERE coalesce(r.dataset, f.dataset) IS NOT NULL GROUP BY 1, 2) AS c
    GROUP BY c.dataset
    UNION ALL
    -- Of one dataset by its files: the newest rejects may all be others'.
    SELECT only_dataset, jsonb_object_agg(c.error_code, c.rejects)
    FROM (SELECT r.error_code, count(*) AS rejects
      FROM (SELECT x.error_code FROM (SELECT f.file_id FROM ingest.dataset_file AS f WHERE f.dataset = only_dataset
            AND f.status IN ('partially_loaded', 'load_failed', 'no_dataset') AND f.dismissed_at IS NULL ORDER BY f.received_at DESC LIMIT 1000) AS n
          CROSS JOIN LATERAL (SELECT y.error_code FROM ingest.rejected_record AS y
            WHERE y.file_id = n.file_id AND (y.dataset IS NULL OR y.dataset = only_dataset) AND y.replayed_at IS NULL AND y.rejected_at > as_of - interval '1 day') AS x LIMIT 5000) AS r
      GROUP BY r.error_code) AS c
    HAVING only_dataset IS NOT NULL
  ), drifted AS (
    SELECT s.dataset, count(*) AS paths FROM ingest.schema_drift AS s JOIN ingest.dataset AS d ON d.name = s.dataset
    WHERE s.last_seen > d.registered_at AND s.acknowledged_at IS NULL AND (only_dataset IS NULL OR s.dataset = only_dataset) GROUP BY s.dataset
  ), facts AS (
    SELECT d.name, d.enabled, d.expected_every, newest.received_at AS last_file_at, applied.loaded_at AS last_rows_at, lag.p50, lag.p99,
      coalesce(day.in_hour, 0)::bigint AS files_hour, coalesce(day.files, 0)::bigint AS files_day, coalesce(day.by_status, '{}') AS files_by_status,
      recent.in_hour AS rejected_hour, recent.in_day AS rejected_day, coalesce(c.by_code, '{}') AS rejects_by_code,
      opened.files AS open_files, opened.rejects AS open_rejects, coalesce(recent.files, 0) AS recent_files, x.files AS deferred_files,
      x.since AS deferred_since, x.sqlstate, coalesce(s.paths, 0) AS drift,
      d.expected_every IS NOT NULL AND coalesce(newest.received_at, d.registered_at) + d.expected_every < as_of AS is_late
    FROM ingest.dataset AS d
    LEFT JOIN ingest.dataset_fault AS x ON x.dataset = d.name
    LEFT JOIN codes AS c ON c.dataset = d.name
    LEFT JOIN drifted AS s ON s.dataset = d.name
    LEFT JOIN LATERAL (SELECT f.received_at FROM ingest.dataset_file AS f WHERE f.dataset = d.name ORDER BY f.received_at DESC LIMIT 1) AS newest ON true
    -- Of the newest few, so that a dataset of which nothing loads is not gone through from end to end. The first is the last one read.
    LEFT JOIN LATERAL (SELECT n.loaded_at FROM (SELECT f.received_at, f.loaded_at, f.status FROM ingest.dataset_file AS f WHERE f.dataset = d.name
      ORDER BY f.received_at DESC LIMIT 20) AS n WHERE n.status IN ('loaded', 'partially_loaded') ORDER BY n.received_at DESC LIMIT 1) AS applied
      ON newest.received_at IS NOT NULL
    LEFT JOIN LATERAL (
      SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY n.lag) AS p50, percentile_disc(0.99) WITHIN GROUP (ORDER BY n.lag) AS p99
      FROM (SELECT CASE WHEN isfinite(f.loaded_at) AND isfinite(coalesce(f.event_time, f.last_modified))
        THEN greatest(f.loaded_at - coalesce(f.event_time, f.last_modified), interval '0') END AS lag FROM ingest.dataset_file AS f
        WHERE f.dataset = d.name AND f.received_at > as_of - interval '1 hour' ORDER BY f.received_at DESC LIMIT 200) AS n
    ) AS lag ON newest.received_at > as_of - interval '1 hour'
    LEFT JOIN LATERAL (
      SELECT sum(g.files) AS files, sum(g.in_hour) AS in_hour, jsonb_object_agg(g.status, g.files) AS by_status
      FROM (SELECT f.status, count(*) AS files, count(*) FILTER (WHERE f.received_at > as_of - interval '1 hour') AS in_hour
        FROM ingest.dataset_file AS f WHERE f.dataset = d.name AND f.received_at > as_of - interval '1 day' GROUP BY f.status) AS g
    ) AS day ON newest.received_at > as_of - interval '1 day'
    LEFT JOIN LATERAL (
      SELECT count(*) AS files, coalesce(sum(n.rows_rejected) FILTER (WHERE n.received_at > as_of - interval '1 hour'), 0)::bigint AS in_hour,
        coalesce(sum(n.rows_rejected), 0)::bigint AS in_day
      FROM (SELECT f.received_at, f.rows_rejected FROM ingest.dataset_file AS f WHERE f.dataset = d.name AND f.received_at > as_of - interval '1 day'
        AND f.status IN ('partially_loaded', 'load_failed') AND f.dismissed_at IS NULL ORDER BY f.received_at DESC LIMIT 1000) AS n
    ) AS recent ON true
    LEFT JOIN LATERAL (
      SELECT count(*) AS files, coalesce(sum(n.rows_rejected), 0)::bigint AS rejects
      FROM (SELECT f.rows_rejected FROM ingest.dataset_file AS f WHERE f.dataset = d.name
        AND f.status IN ('partially_loaded', 'load_failed') AND f.dismissed_at IS NULL ORDER BY f.received_at DESC LIMIT 100) AS n
    ) AS opened ON true
    WHERE only_dataset IS NULL OR d.name = only_dataset
  )
  SELECT f.name,
    CASE WHEN NOT f.enabled THEN 'disabled' WHEN f.deferred_since IS NOT NULL THEN 'deferred' WHEN f.recent_files > 0 THEN 'failing' WHEN f.is_late THEN 'late' ELSE 'ok' END,
    CASE WHEN NOT f.enabled THEN 'its files are kept as no_dataset until it is enabled'
      WHEN f.deferred_since IS NOT NULL THEN format('its target has refused all records since %s (SQLSTATE %s); mend what ingest.dataset_fault says, and its files load when they are delivered again', to_char(f.deferred_since, 'YYYY-MM-DD HH24:MI:SS"Z"'), f.sqlstate)
      WHEN f.recent_files > 0 THEN format('%s of its files of the last day were not loaded whole; mend the cause, then ingest_replay(%2$L), or ingest_dismiss(%2$L, reason => …)', CASE WHEN f.recent_files >= 1000 THEN '1000 or more' ELSE f.recent_files::text END, f.name)
      WHEN f.is_late THEN format('a file is expected every %s, and %s', f.expected_every, coalesce('the last came at ' || to_char(f.last_file_at, 'YYYY-MM-DD HH24:MI:SS"Z"'), 'none has come yet')) END,
    f.last_file_at, f.last_rows_at, f.p50, f.p99, f.files_hour, f.files_day, f.files_by_status, f.rejected_hour, f.rejected_day, f.rejects_by_code,
    f.open_files, f.open_rejects, coalesce(f.deferred_files, 0), f.deferred_since, f.drift, f.expected_every
  FROM facts AS f ORDER BY f.name
$$;
COMMENT ON FUNCTION public.ingest_health(timestamptz, text) IS 'One row a dataset: its state and what it is made of. It costs the same however old the ledger is.
as_of: The time to look from.
only_dataset: Only this dataset, at the cost of one. Null is all of them.
dataset: The dataset.
state: ok, late (no file for longer than expected_every), failing (files of the last day were not loaded whole, and nobody replayed or dismissed them), deferred (its target refuses everything) or disabled. Of several the worst is told: deferred, failing, late.
reason: Why it is not ok, with what to do. Null where it is.
last_file_at: When its newest file was received.
last_rows_at: When the newest file of which rows were applied was last applied, among its newest 20 files.
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
expected_every: How often a file is expected.';

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
