-- pg_ingest 0.2.0
-- What the pipeline says of itself.

CREATE FUNCTION public.ingest_status() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT jsonb_build_object(
    'schema_version', ingest.version(),
    'engine', ingest.engine_in_force(),
    'engine_chosen', ingest.setting('engine'),
    -- Told where somebody counts on the native engine: it was chosen, or its extension is there.
    'native_problem', CASE WHEN ingest.setting('engine') = 'native' OR ingest.setting('engine') = 'auto'
      AND EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN ingest.native_problem() END,
    'extension', (SELECT extversion FROM pg_extension WHERE extname = 'pg_ingest'),
    'datasets', coalesce((SELECT jsonb_agg(jsonb_build_object('name', d.name, 'prefix', d.prefix, 'bucket', d.bucket, 'target',
      d.target::text, 'enabled', d.enabled,
      'problems', to_jsonb(array_remove(ARRAY[ingest.dataset_problem(d.name)], NULL))) ORDER BY d.name) FROM ingest.dataset AS d), '[]'),
    -- Without the error's text, which may quote a record: a shipper's login may call this.
    'faults', coalesce((SELECT jsonb_agg(jsonb_build_object('dataset', x.dataset, 'since', x.since, 'sqlstate', x.sqlstate, 'files', x.files)
      ORDER BY x.dataset) FROM ingest.dataset_fault AS x), '[]'),
    'open_rejects', (SELECT count(*) FROM (SELECT FROM ingest.rejected_record AS r WHERE r.replayed_at IS NULL LIMIT 100000) AS capped),
    'drift', (SELECT count(*) FROM (SELECT FROM ingest.schema_drift LIMIT 100000) AS capped),
    'staged', (SELECT count(*) FROM (SELECT FROM ingest.staging LIMIT 100000) AS capped))
$$;
COMMENT ON FUNCTION public.ingest_status()
  IS 'Release, engine, datasets with their problems, targets at fault, open rejects, drifted members and staged files (each counted to 100,000 at most).';
