-- pg_ingest 0.2.0
-- What the pipeline says of itself.

CREATE FUNCTION public.ingest_status() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT jsonb_build_object(
    'engine', ingest.engine_in_force(),
    'extension', (SELECT extversion FROM pg_extension WHERE extname = 'pg_ingest'),
    'datasets', coalesce((SELECT jsonb_agg(jsonb_build_object('name', d.name, 'prefix', d.prefix, 'bucket', d.bucket, 'target',
      d.target::text, 'enabled', d.enabled,
      'problems', to_jsonb(array_remove(ARRAY[ingest.dataset_problem(d.name)], NULL))) ORDER BY d.name) FROM ingest.dataset AS d), '[]'),
    'open_rejects', (SELECT count(*) FROM (SELECT FROM ingest.rejected_record AS r WHERE r.replayed_at IS NULL LIMIT 100000) AS capped),
    'staged', (SELECT count(*) FROM (SELECT FROM ingest.staging LIMIT 100000) AS capped))
$$;
COMMENT ON FUNCTION public.ingest_status()
  IS 'Engine, datasets with their problems, open rejects and staged files (each counted to 100,000 at most).';
