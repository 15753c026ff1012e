-- pg_ingest 0.2.0
-- Which row source loads.

CREATE FUNCTION ingest.version() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '0.2.0'
$$;
COMMENT ON FUNCTION ingest.version() IS 'The release of the pipeline that was applied to this database: structure and functions, which are applied together.';

CREATE FUNCTION ingest.native_problem() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  library text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN
    RETURN 'the extension pg_ingest is not installed in this database';
  END IF;
  BEGIN
    library := ingest_native.version();
  -- What is no library of this server's major is an internal error.
  EXCEPTION WHEN undefined_file OR undefined_function OR invalid_schema_name OR insufficient_privilege OR internal_error THEN
    RETURN format('the extension pg_ingest cannot be used (%s); install its files of release %s for PostgreSQL %s, then BEGIN; DROP EXTENSION pg_ingest; CREATE EXTENSION pg_ingest; COMMIT',
      SQLERRM, ingest.version(), current_setting('server_version_num')::integer / 10000);
  END;
  -- Releases with the same first two numbers understand each other.
  IF substring(library FROM '^\d+\.\d+') IS DISTINCT FROM substring(ingest.version() FROM '^\d+\.\d+') THEN
    RETURN format('the extension''s library is of release %s, the pipeline of %s; install the files of the same release, then BEGIN; DROP EXTENSION pg_ingest; CREATE EXTENSION pg_ingest; COMMIT',
      library, ingest.version());
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.native_problem() IS 'Why the native engine cannot be used in this database, with what to do; NULL where it can.';

CREATE FUNCTION ingest.engine_in_force() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN ingest.setting('engine') <> 'sql' AND ingest.native_problem() IS NULL THEN 'native' ELSE 'sql' END;
END
$$;
COMMENT ON FUNCTION ingest.engine_in_force() IS 'native where the extension can be used and is not switched off, else sql.';

-- Asked in each transaction that stages: in PL/pgSQL its plan is kept.
CREATE FUNCTION public.ingest_engine() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ingest.engine_in_force();
END
$$;
COMMENT ON FUNCTION public.ingest_engine() IS 'The engine in force: native or sql.';

CREATE FUNCTION public.ingest_use_engine(engine text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF engine NOT IN ('sql', 'native', 'auto') OR engine IS NULL THEN
    RAISE EXCEPTION 'engine % is none of sql, native, auto', engine USING ERRCODE = 'invalid_parameter_value';
  ELSIF engine = 'native' AND ingest.native_problem() IS NOT NULL THEN
    RAISE EXCEPTION 'the native engine cannot be chosen: %', ingest.native_problem()
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'CREATE EXTENSION pg_ingest, where the server has it; or stay with sql, whose results are the same.';
  END IF;
  UPDATE ingest.setting SET value = engine WHERE name = 'engine';
  RETURN ingest.engine_in_force();
END
$$;
COMMENT ON FUNCTION public.ingest_use_engine(text)
  IS 'Chooses the engine for all batches from now on, and returns the one in force.
engine: sql, native, or auto, which is native where the extension is installed.';
