-- pg_ingest 0.2.0
-- Which row source loads.

CREATE FUNCTION ingest.engine_in_force() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN ingest.setting('engine') <> 'sql' AND EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN 'native'
    ELSE 'sql' END;
END
$$;
COMMENT ON FUNCTION ingest.engine_in_force() IS 'native where the extension is installed and not switched off, else sql.';

CREATE FUNCTION public.ingest_engine() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT ingest.engine_in_force()
$$;
COMMENT ON FUNCTION public.ingest_engine() IS 'The engine in force: native or sql.';

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
