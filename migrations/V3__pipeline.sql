-- Placeholder while the pipeline is being written: ledgers every staged file as loaded with 0 records.
CREATE FUNCTION public.ingest_process_staging(batch uuid DEFAULT NULL,
  OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer,
  OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  WITH gone AS (DELETE FROM ingest.staging s WHERE batch IS NULL OR s.batch_id = batch RETURNING s.*),
  o AS (INSERT INTO ingest.object (bucket, key) SELECT DISTINCT g.bucket, g.key FROM gone g ON CONFLICT (bucket, key) DO UPDATE SET key = excluded.key RETURNING *),
  f AS (INSERT INTO ingest.file (object_id, batch_id, bucket, key, version_id, etag, sequencer, size, event_time, last_modified, received_at, status)
    SELECT o.object_id, coalesce(g.batch_id, gen_random_uuid()), g.bucket, g.key, g.version_id, g.etag, g.sequencer, g.size, g.event_time, g.last_modified, now(),
      CASE WHEN g.body IS NULL THEN 'object_missing' ELSE 'loaded' END
    FROM gone g JOIN o ON o.bucket = g.bucket AND o.key = g.key ON CONFLICT DO NOTHING RETURNING 1)
  SELECT count(*) INTO files FROM f;
  loaded := files; partially_loaded := 0; failed := 0; skipped := 0; records := 0; rows_loaded := 0; rows_rejected := 0; rows_stale := 0; elapsed_ms := 0;
END $$;
CREATE FUNCTION public.ingest_reject_message(message_id text, body text, error_code text, error text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  INSERT INTO ingest.rejected_message (message_id, body, error_code, error)
  VALUES (message_id, body, error_code, error) ON CONFLICT (message_id) DO NOTHING $$;
CREATE FUNCTION public.ingest_status() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT jsonb_build_object('engine', 'sql', 'datasets', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', d.name, 'prefix', d.prefix, 'target', d.target::text, 'enabled', d.enabled, 'problems', '[]'::jsonb)), '[]') FROM ingest.dataset d)) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ingest_shipper;
GRANT INSERT ON ingest.staging TO ingest_shipper;
