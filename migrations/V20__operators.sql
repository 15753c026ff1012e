-- What people type: look, choose, replay. And what the shipper calls besides ingest_process_staging().

CREATE FUNCTION public.ingest_engine() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT ingest.engine_in_force()
$$;
COMMENT ON FUNCTION public.ingest_engine() IS 'The engine in force: native or sql.';
REVOKE EXECUTE ON FUNCTION public.ingest_engine() FROM PUBLIC;

CREATE FUNCTION public.ingest_use_engine(engine text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF engine NOT IN ('sql', 'native', 'auto') OR engine IS NULL THEN
    RAISE EXCEPTION 'engine % is none of sql, native, auto', engine USING ERRCODE = 'invalid_parameter_value';
  ELSIF engine = 'native' AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN
    RAISE EXCEPTION 'the native engine needs the extension pg_ingest, which is not installed in this database'
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'CREATE EXTENSION pg_ingest, where the server has it; or stay with sql, whose results are the same.';
  END IF;
  UPDATE ingest.setting SET value = engine WHERE name = 'engine';
  RETURN ingest.engine_in_force();
END
$$;
COMMENT ON FUNCTION public.ingest_use_engine(text)
  IS 'Chooses the engine: sql, native, or auto (native where the extension is installed). Returns what is in force.';
REVOKE EXECUTE ON FUNCTION public.ingest_use_engine(text) FROM PUBLIC;

CREATE FUNCTION public.ingest_explain(dataset text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = ingest_explain.dataset) THEN
    RAISE EXCEPTION 'there is no dataset %', dataset USING ERRCODE = 'undefined_object',
      HINT = 'SELECT name FROM ingest.dataset lists them.';
  END IF;
  RETURN coalesce(ingest.dataset_problem(dataset), CASE ingest.engine_in_force()
    WHEN 'native' THEN ingest.load_sql(dataset, ingest.native_source(ingest.contract(dataset)), false)
    ELSE ingest.load_sql(dataset, ingest.quick_source(ingest.contract(dataset)), true) END);
END
$$;
COMMENT ON FUNCTION public.ingest_explain(text) IS 'The SQL that loads a dataset''s files, to read.';
REVOKE EXECUTE ON FUNCTION public.ingest_explain(text) FROM PUBLIC;

CREATE FUNCTION public.ingest_add_metadata_columns(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS _file_id bigint, ADD COLUMN IF NOT EXISTS _record_no integer,
    ADD COLUMN IF NOT EXISTS _loaded_at timestamptz, ADD COLUMN IF NOT EXISTS _source_time timestamptz,
    ADD COLUMN IF NOT EXISTS _sequencer text, ADD COLUMN IF NOT EXISTS _rescued jsonb', target);
END
$$;
COMMENT ON FUNCTION public.ingest_add_metadata_columns(regclass) IS 'Adds to a table of the caller''s the columns that the pipeline fills.';

CREATE FUNCTION public.ingest_reject_message(message_id text, body text, error_code text, error text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  INSERT INTO ingest.rejected_message (message_id, body, error_code, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION public.ingest_reject_message(text, text, text, text)
  IS 'Keeps a queue message that is no S3 notification; a redelivery is kept once.';
REVOKE EXECUTE ON FUNCTION public.ingest_reject_message(text, text, text, text) FROM PUBLIC;

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
REVOKE EXECUTE ON FUNCTION public.ingest_status() FROM PUBLIC;

CREATE FUNCTION public.ingest_preview(dataset text, body bytea)
RETURNS TABLE (record_no integer, typed_row jsonb, errors jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET datestyle = 'ISO, MDY' SET timezone = 'UTC' SET intervalstyle = 'postgres' SET extra_float_digits = 1 SET jit = off AS $$
DECLARE
  d ingest.dataset;
  compiled ingest.compiled_dataset;
  file ingest.claimed_file;
  parsed ingest.parsed_record[];
  files ingest.claimed_file[];
  outcome ingest.dataset_outcome;
  typed jsonb;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = ingest_preview.dataset;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no dataset %', dataset USING ERRCODE = 'undefined_object',
      HINT = 'SELECT name FROM ingest.dataset lists them.';
  END IF;
  compiled := ingest.compiled(dataset);
  IF compiled.problem IS NOT NULL THEN
    RAISE EXCEPTION '%', compiled.problem USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    file.file_no := 1; file.file_id := 0; file.dataset := dataset; file.bucket := ''; file.key := d.prefix; file.body_bytes := octet_length(body);
    INSERT INTO ingest.staging (key, body) VALUES (file.key, body) RETURNING ctid INTO file.staged;
    outcome := ingest.load_dataset(dataset, ARRAY[file], ingest.engine_in_force());
    SELECT c.files, c.parsed INTO files, parsed FROM ingest.inspect_suspects(compiled.contract,
      ingest.suspects(compiled.careful_source, ARRAY[file], compiled.contract), ARRAY[file]) AS c;
    EXECUTE format('SELECT jsonb_object_agg(t._ingest_record, jsonb_build_object(%s)) FROM (%s) AS t',
      (SELECT string_agg(format('%L, t.%I', c.name, c.name), ', ' ORDER BY c.attnum) FROM ingest.target_columns(dataset) AS c),
      ingest.typed_sql(dataset, compiled.contract, compiled.careful_source))
    INTO typed USING files, compiled.contract, parsed,
      ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(outcome.faults) AS f), NULL::integer, NULL::integer;
    RAISE EXCEPTION 'preview' USING ERRCODE = 'PI000';
  EXCEPTION WHEN SQLSTATE 'PI000' THEN
    NULL;
  END;
  RETURN QUERY
    SELECT t.key::integer, t.value, NULL::jsonb FROM jsonb_each(coalesce(typed, '{}')) AS t
    UNION ALL
    SELECT f.record_no, NULL, jsonb_agg(jsonb_build_object('column_name', f.column_name, 'error_code', f.error_code, 'error', f.error)
      ORDER BY f.ordinality)
    FROM unnest(outcome.faults) WITH ORDINALITY AS f GROUP BY f.record_no
    ORDER BY 1;
END
$$;
COMMENT ON FUNCTION public.ingest_preview(text, bytea)
  IS 'What would happen to this document: one row a record, with its typed row or its errors. Changes nothing.';
REVOKE EXECUTE ON FUNCTION public.ingest_preview(text, bytea) FROM PUBLIC;

CREATE FUNCTION public.ingest_preview(dataset text, body text)
RETURNS TABLE (record_no integer, typed_row jsonb, errors jsonb)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM public.ingest_preview($1, convert_to($2, 'UTF8'))
$$;
COMMENT ON FUNCTION public.ingest_preview(text, text) IS 'ingest_preview() of a document given as text.';
