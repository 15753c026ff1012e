-- pg_ingest 0.2.0
-- Closes the pipeline: who owns what, who may do what, and what every function must have. No other file says any of it.

DO $$
DECLARE
  statement text;
  unpinned text;
  -- What runs code that users wrote.
  loading text[] := ingest.loading_functions();
  -- Definers of ingest_owner that these call.
  asked text[] := ARRAY['handed_body', 'stage_part', 'command_no', 'has_loaders'];
BEGIN
  IF current_setting('ingest.opened', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    RAISE EXCEPTION 'R__z_close.sql runs without R__0_open.sql in the same transaction; expected all R files of one release together'
      USING HINT = 'cargo xtask migrate applies them so; Flyway does with -group=true.';
  END IF;
  -- Code of a target could put objects of its own first.
  SELECT string_agg(p.oid::regprocedure::text, ', ') INTO unpinned
  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
  WHERE (n.nspname = 'ingest' OR n.nspname = 'public' AND starts_with(p.proname, 'ingest_')) AND p.prosecdef
    AND NOT coalesce('search_path=pg_catalog, ingest, pg_temp' = ANY (p.proconfig), false);
  IF unpinned IS NOT NULL THEN
    RAISE EXCEPTION 'SECURITY DEFINER without SET search_path = pg_catalog, ingest, pg_temp: %', unpinned;
  END IF;

  FOR statement IN
    SELECT format('ALTER FUNCTION %s', p.oid::regprocedure) || (SELECT string_agg(format(' SET %s = %L', s.name, s.value), '' ORDER BY s.name) FROM ingest.pinned_settings() AS s
      -- Not every release has all of them.
      WHERE s.name IN (SELECT lower(k.name) FROM pg_settings AS k)
        -- Called for each batch: the one sees to it itself, and the other reads no time.
        AND NOT (s.name = 'timezone_abbreviations' AND p.proname IN ('ingest_process_staging', 'ingest_engine')))
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND starts_with(p.proname, 'ingest_') OR n.nspname = 'ingest' AND p.proname = 'register'
  LOOP
    EXECUTE statement;
  END LOOP;

  -- Handing over needs the new owner to be able to create there, for this moment only.
  GRANT USAGE, CREATE ON SCHEMA ingest TO ingest_owner, ingest_loader;
  GRANT CREATE ON SCHEMA public TO ingest_owner;
  FOR statement IN
    SELECT format('ALTER TABLE %I.%I OWNER TO ingest_owner', n.nspname, c.relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = 'ingest' AND c.relkind IN ('r', 'v') AND pg_get_userbyid(c.relowner) <> 'ingest_owner'
    UNION ALL
    SELECT format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', p.oid::regprocedure)
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = 'ingest' OR n.nspname = 'public' AND starts_with(p.proname, 'ingest_')
    UNION ALL
    -- The definers' own code calls the others, which run as whoever calls them and belong to whoever migrates. What runs code of users
    -- is called by those alone who load.
    SELECT format('GRANT EXECUTE ON FUNCTION %s TO %s', p.oid::regprocedure, CASE WHEN n.nspname = 'public' THEN 'ingest_owner'
      WHEN p.proname LIKE '%\_as\_caller' THEN 'ingest_loader, ingest_dataset_loader' ELSE 'ingest_owner, ingest_loader, ingest_dataset_loader' END)
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE (n.nspname = 'ingest' OR n.nspname = 'public' AND starts_with(p.proname, 'ingest_')) AND NOT p.prosecdef
    UNION ALL
    SELECT format('GRANT EXECUTE ON FUNCTION %s TO %s', p.oid::regprocedure, CASE WHEN p.proname = ANY (loading) THEN 'ingest_owner' ELSE 'ingest_loader, ingest_dataset_loader' END)
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = 'ingest' AND (p.proname = ANY (loading) OR p.proname = ANY (asked))
    UNION ALL
    SELECT format('ALTER FUNCTION %s OWNER TO %s', p.oid::regprocedure,
      CASE WHEN n.nspname = 'ingest' AND p.proname = ANY (loading) THEN 'ingest_loader' ELSE 'ingest_owner' END)
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE (n.nspname = 'ingest' OR n.nspname = 'public' AND starts_with(p.proname, 'ingest_')) AND p.prosecdef
  LOOP
    EXECUTE statement;
  END LOOP;
  REVOKE CREATE ON SCHEMA public, ingest FROM ingest_owner, ingest_loader;
  -- Of these functions as they are now.
  PERFORM ingest.make_definers(l) FROM ingest.loader AS l;

  -- Statements are compiled anew by the functions that there are now.
  DELETE FROM ingest.compiled_dataset;
END
$$;

GRANT USAGE ON SCHEMA ingest TO ingest_shipper, ingest_admin, ingest_reader, ingest_dbt;

-- Who loads reads what is to be loaded and how, and none of the books.
GRANT USAGE ON SCHEMA ingest TO ingest_dataset_loader;
GRANT SELECT ON ingest.own_staging, ingest.own_file, ingest.own_file_dataset, ingest.own_dataset, ingest.own_mapping, ingest.own_compiled, ingest.own_tombstone, ingest.own_suppression, ingest.own_suppressed_key, ingest.dataset_column TO ingest_loader, ingest_dataset_loader;
GRANT SELECT ON ingest.staging TO ingest_loader;
REVOKE SELECT ON ingest.dataset, ingest.column_mapping, ingest.compiled_dataset, ingest.setting FROM ingest_loader;

-- The shipper stages and has it processed. Not the column held, which the extension alone gives.
GRANT INSERT (batch_id, bucket, key, version_id, etag, sequencer, event_time, last_modified, size, body, error_code) ON ingest.staging
  TO ingest_shipper, ingest_admin;
GRANT EXECUTE ON FUNCTION public.ingest_process_staging(uuid), public.ingest_load_again(uuid), public.ingest_deferred(uuid), public.ingest_reject_message(text, text, text, text),
  public.ingest_status(), public.ingest_staged(), public.ingest_health(timestamptz, text), public.ingest_known(text, text[]), public.ingest_known_keys(text, text, bigint, integer), public.ingest_engine(), ingest.version() TO ingest_shipper;

-- The administrator registers, looks and replays.
GRANT SELECT ON ALL TABLES IN SCHEMA ingest TO ingest_admin;
-- With the salt, whoever has the hashes could try keys.
REVOKE SELECT ON ingest.suppression, ingest.suppressed_key FROM ingest_admin;
GRANT UPDATE (value) ON ingest.setting TO ingest_admin;
GRANT EXECUTE ON FUNCTION public.ingest_process_staging(uuid), public.ingest_load_again(uuid), public.ingest_deferred(uuid), public.ingest_status(), public.ingest_engine(),
  public.ingest_use_engine(text), public.ingest_explain(text), public.ingest_preview(text, bytea, text), public.ingest_preview(text, text, text),
  public.ingest_replay(text, bigint, text, text, timestamptz, timestamptz, bigint, boolean),
  public.ingest_dismiss(text, bigint, text, text, timestamptz, timestamptz, bigint, text), public.ingest_erase(text, jsonb, text, boolean), public.ingest_unsuppress(text, jsonb, text), public.ingest_health(timestamptz, text), public.ingest_known(text, text[]), public.ingest_known_keys(text, text, bigint, integer), public.ingest_prune(interval, boolean, integer), public.ingest_add_metadata_columns(regclass),
  public.ingest_register_dataset, ingest.register(jsonb), ingest.settle_deferred(text), ingest.grant_on_target(regclass, name, text[]), ingest.privilege_problems(regclass, name, text[]), ingest.wanted_rights(text, name), ingest.citus_kind(oid) TO ingest_admin;
-- Samples that somebody staged are his own; those in quarantine are the administrator's to see.
GRANT EXECUTE ON FUNCTION public.ingest_infer_staged(uuid, text, text) TO ingest_shipper, ingest_admin;
GRANT EXECUTE ON FUNCTION public.ingest_infer(text, text) TO ingest_admin;
GRANT EXECUTE ON FUNCTION public.ingest_acknowledge_drift(text, text, text), public.ingest_fill(text, name[], bigint),
  public.ingest_allow_evolution(regclass, name), ingest.evolver(regclass) TO ingest_admin;

-- The reader looks at the books and at what was rejected.
GRANT SELECT ON ingest.batch, ingest.object, ingest.file, ingest.file_dataset, ingest.dataset_file, ingest.dataset, ingest.dataset_fault, ingest.ignored_removal, ingest.column_mapping, ingest.setting, ingest.rejected_record,
  ingest.rejected_message, ingest.schema_drift, ingest.evolution, ingest.pruned, ingest.erasure, ingest.health, ingest.own_dataset, ingest.own_mapping, ingest.dataset_column TO ingest_reader;
GRANT EXECUTE ON FUNCTION public.ingest_status(), public.ingest_engine(), public.ingest_health(timestamptz, text), public.ingest_known(text, text[]), public.ingest_known_keys(text, text, bigint, integer), ingest.version() TO ingest_reader;
-- What is proposed quotes drift and rejects, which the reader may see, and the types of targets.
GRANT EXECUTE ON FUNCTION public.ingest_propose(text, text) TO ingest_reader, ingest_admin;
-- ingest.dataset_column calls these as whoever reads it.
GRANT EXECUTE ON FUNCTION ingest.metadata_columns(), ingest.member_path(text), ingest.parent_source(text, name[], name[], text) TO ingest_reader, ingest_admin;

-- dbt reads the books. Not record and error: they hold, or quote, what producers sent.
GRANT SELECT ON ingest.file, ingest.file_dataset, ingest.dataset_file, ingest.dataset, ingest.health TO ingest_dbt;
GRANT EXECUTE ON FUNCTION public.ingest_health(timestamptz, text) TO ingest_dbt;
GRANT SELECT (reject_id, file_id, dataset, record_no, column_name, error_code, is_loaded, rejected_at, replayed_at) ON ingest.rejected_record TO ingest_dbt;

DO $$
DECLARE
  kept record;
BEGIN
  -- Where its arguments have changed, by its name.
  FOR kept IN SELECT p.oid::regprocedure AS function, x.grantee
    FROM jsonb_to_recordset(current_setting('ingest.kept_grants')::jsonb) AS x (name text, function text, grantee text)
    JOIN pg_proc AS p ON p.pronamespace = 'public'::regnamespace AND p.proname = x.name AND p.oid = coalesce(to_regprocedure(x.function), p.oid)
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', kept.function, kept.grantee);
  END LOOP;
  IF current_setting('ingest.kept_propagation', true) <> '' THEN
    PERFORM set_config('citus.enable_ddl_propagation', current_setting('ingest.kept_propagation'), true);
  END IF;
END
$$;
