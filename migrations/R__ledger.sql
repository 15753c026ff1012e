-- pg_ingest 0.2.0
-- What became of files, written down.

CREATE FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF faults = '{}' OR on_error = 'continue' THEN
    RETURN '{}';
  END IF;
  RETURN (SELECT coalesce(array_agg(b.file_no), '{}') FROM (
    SELECT f.file_no, count(DISTINCT f.record_no) AS bad, coalesce((good ->> f.file_no::text)::bigint, 0) AS fine
    FROM unnest(faults) AS f WHERE f.record_no > 0 GROUP BY f.file_no) AS b
  WHERE CASE
    WHEN on_error = 'skip_file' THEN true
    WHEN on_error LIKE '%\%' THEN b.bad * 100 > rtrim(substr(on_error, 11), '%')::bigint * (b.bad + b.fine)
    ELSE b.bad >= substr(on_error, 11)::bigint END);
END
$$;
COMMENT ON FUNCTION ingest.files_to_skip(text, ingest.fault[], jsonb) IS 'Files whose rejects are too many for the dataset''s on_error.';

CREATE FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[],
  on_error text)
RETURNS ingest.file_outcome[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (WITH at_fault AS (
    SELECT x.file_no, count(DISTINCT x.record_no) FILTER (WHERE x.record_no > 0) AS bad, (array_agg(x.error) FILTER (WHERE x.record_no = 0))[1] AS whole,
      
      -- Unknown members are told last, by whichever engine.
      split_part((array_agg(x.error_code ORDER BY x.record_no, x.error_code = 'unknown_member', x.ordinality))[1], ' ', 1) AS first_code, min(x.record_no) = 0 AS is_whole
    FROM unnest(faults) WITH ORDINALITY AS x GROUP BY x.file_no
  ), left_out AS (
    SELECT (x >> 32)::integer AS file_no, count(*) AS filtered FROM unnest(outcome.filtered) AS x GROUP BY 1
  ), erased AS (
    SELECT (x >> 32)::integer AS file_no, count(*) AS suppressed FROM unnest(outcome.suppressed) AS x GROUP BY 1
  ), counted AS (
    SELECT f.file_no, coalesce(b.bad, 0) AS bad, b.whole, b.first_code, coalesce(b.is_whole, false) AS is_whole, f.file_no = ANY (skipped) AS skip,
      coalesce((outcome.good ->> f.file_no::text)::bigint, 0) AS good,
      coalesce((outcome.loaded ->> f.file_no::text)::bigint, 0) - coalesce((outcome.lost ->> f.file_no::text)::bigint, 0) AS loaded,
      coalesce(l.filtered, 0) + coalesce((outcome.left_out ->> f.file_no::text)::bigint, 0) AS filtered, coalesce((outcome.deleted ->> f.file_no::text)::bigint, 0) AS deleted,
      coalesce(e.suppressed, 0) AS suppressed
    FROM unnest(files) AS f LEFT JOIN at_fault AS b ON b.file_no = f.file_no LEFT JOIN left_out AS l ON l.file_no = f.file_no LEFT JOIN erased AS e ON e.file_no = f.file_no)
  SELECT array_agg(ROW(c.file_no, c.good + c.bad + c.filtered,
      CASE WHEN c.skip THEN 0 ELSE c.loaded - c.deleted END,
      CASE WHEN c.skip THEN 0 ELSE c.good - c.loaded END,
      CASE WHEN c.skip THEN c.good + c.bad ELSE c.bad END,
      c.filtered,
      CASE WHEN c.skip THEN 0 ELSE c.deleted END,
      CASE WHEN c.skip OR c.is_whole OR c.bad > 0 AND c.good = 0 THEN 'load_failed' WHEN c.bad > 0
        THEN 'partially_loaded' ELSE 'loaded' END,
      CASE WHEN c.skip OR c.is_whole THEN c.first_code END,
      CASE WHEN c.skip THEN format('%s of %s records rejected; the file was skipped whole (on_error %s)', c.bad, c.good + c.bad, on_error)
        ELSE c.whole END,
      c.suppressed, 0
    )::ingest.file_outcome)
  FROM counted AS c);
END
$$;
COMMENT ON FUNCTION ingest.file_outcomes(ingest.claimed_file[], ingest.fault[], ingest.load_outcome, integer[], text)
  IS 'Counts and status of each file, from what the last statement did and what was rejected.';

CREATE FUNCTION ingest.write_ledger(run uuid, started timestamptz, files ingest.claimed_file[], outcomes ingest.file_outcome[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  INSERT INTO ingest.file (file_id, object_id, batch_id, dataset, bucket, key, version_id, etag, sequencer, size, event_time, last_modified,
    received_at, loaded_at, status, records, rows_loaded, rows_rejected, rows_stale, rows_filtered, rows_deleted, error_code, error, rows_suppressed, rows_removed)
  SELECT f.file_id, f.object_id, run, CASE WHEN o.status <> 'no_dataset' THEN f.dataset END, f.bucket, f.key, f.version_id, f.etag,
    f.sequencer, f.size, f.event_time, f.last_modified,
    started, CASE WHEN o.status IN ('loaded', 'partially_loaded') THEN clock_timestamp() END, o.status, o.records, o.loaded, o.rejected,
      o.stale, o.filtered, o.deleted, o.error_code, o.error, coalesce(o.suppressed, 0), coalesce(o.removed, 0)
  FROM unnest(outcomes) AS o JOIN unnest(files) AS f ON f.file_no = o.file_no
  WHERE o.status <> 'duplicate'
  ORDER BY f.file_id;
END
$$;
COMMENT ON FUNCTION ingest.write_ledger(uuid, timestamptz, ingest.claimed_file[], ingest.file_outcome[])
  IS 'One ledger row for each file that is no duplicate.';

CREATE FUNCTION ingest.unstage(files ingest.claimed_file[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  held bigint[];
  sizes bigint[];
BEGIN
  WITH gone AS (DELETE FROM ingest.staging AS s WHERE s.ctid = ANY (ARRAY(SELECT u.staged FROM unnest(files) AS u)) RETURNING s.held, s.size)
  SELECT array_agg(g.held), array_agg(g.size) INTO held, sizes FROM gone AS g WHERE g.held IS NOT NULL;
  IF held IS NOT NULL THEN
    PERFORM ingest_native.settle_held(held, sizes);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.unstage(ingest.claimed_file[]) IS 'Deletes the staged bytes of files that are settled.';
