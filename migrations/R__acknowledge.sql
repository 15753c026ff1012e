-- pg_ingest 0.2.0
-- Drift that somebody has looked at counts no more.

CREATE FUNCTION public.ingest_acknowledge_drift(dataset text, path text DEFAULT NULL, reason text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  marked bigint;
BEGIN
  IF coalesce(btrim(reason), '') = '' THEN
    RAISE EXCEPTION 'reason is missing; expected why these members get no column' USING ERRCODE = 'invalid_parameter_value',
      HINT = 'It is kept in ingest.schema_drift.acknowledged_reason. Nothing was changed.';
  ELSIF NOT EXISTS (SELECT FROM ingest.schema_drift AS s WHERE s.dataset = ingest_acknowledge_drift.dataset
    AND s.path = coalesce(ingest.shortened_path(ingest_acknowledge_drift.path), s.path)) THEN
    RAISE EXCEPTION 'dataset % has no drift%; expected a member that ingest.schema_drift has', dataset, coalesce(' at ' || path, '') USING ERRCODE = 'undefined_object',
      HINT = 'SELECT dataset, path, json_type, sample FROM ingest.schema_drift lists it. Nothing was changed.';
  END IF;
  -- In the order in which batches write them.
  PERFORM FROM ingest.schema_drift AS s WHERE s.dataset = ingest_acknowledge_drift.dataset
    AND s.path = coalesce(ingest.shortened_path(ingest_acknowledge_drift.path), s.path) AND s.acknowledged_at IS NULL
    ORDER BY s.path COLLATE "C", s.json_type FOR NO KEY UPDATE;
  UPDATE ingest.schema_drift AS s SET acknowledged_at = clock_timestamp(), acknowledged_reason = btrim(ingest_acknowledge_drift.reason)
  WHERE s.dataset = ingest_acknowledge_drift.dataset AND s.path = coalesce(ingest.shortened_path(ingest_acknowledge_drift.path), s.path) AND s.acknowledged_at IS NULL;
  GET DIAGNOSTICS marked = ROW_COUNT;
  RETURN marked;
END
$$;
COMMENT ON FUNCTION public.ingest_acknowledge_drift(text, text, text)
  IS 'Marks drift as looked at, and returns how many entries that are. They go on being counted, but ingest_health(), ingest_status(), the dashboard and pg-ingest check speak only of what came after: members seen for the first time, or with a type that was not seen before. ingest_propose() proposes nothing for them, and no column is made of them.
dataset: The dataset.
path: Only this member, as ingest.schema_drift has it. Null: all of the dataset.
reason: Why they get no column. It is required.';
