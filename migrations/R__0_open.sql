-- pg_ingest 0.2.0
-- Opens the pipeline for new functions: waits for batches, then drops what the files after this one make anew.
--
-- The R files are applied together, in the order of their names, in one transaction: this one first, R__z_close.sql last.
-- The first line of each names the release, so that every release makes all of them new to whoever applies them.

DO $$
DECLARE
  statement text;
  depends text;
BEGIN
  -- Batches and replays under way end first, and the next ones wait for COMMIT: none ever runs old and new functions mixed.
  LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;
  -- Citus would make each function on its workers too, which have no use for them. R__z_close.sql sets it back.
  IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
    PERFORM set_config('ingest.kept_propagation', current_setting('citus.enable_ddl_propagation'), true), set_config('citus.enable_ddl_propagation', 'off', true);
  END IF;
  -- What somebody else granted on a function is granted again at the end, where a function of that name still is.
  PERFORM set_config('ingest.kept_grants', coalesce((
    SELECT jsonb_agg(jsonb_build_object('name', p.proname, 'function', p.oid::regprocedure::text, 'grantee', r.rolname))
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    CROSS JOIN LATERAL aclexplode(p.proacl) AS a JOIN pg_roles AS r ON r.oid = a.grantee
    WHERE n.nspname = 'public' AND starts_with(p.proname, 'ingest_') AND a.grantee <> p.proowner
      AND r.rolname NOT IN ('ingest_owner', 'ingest_loader', 'ingest_dataset_loader', 'ingest_shipper', 'ingest_admin', 'ingest_reader', 'ingest_dbt')), '[]')::text, true);
  FOR statement IN
    SELECT d.statement FROM (
      SELECT 0 AS part, g.oid, format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass) AS statement
      FROM pg_trigger AS g JOIN pg_proc AS p ON p.oid = g.tgfoid JOIN pg_namespace AS n ON n.oid = p.pronamespace
      WHERE n.nspname = 'ingest' AND NOT g.tgisinternal AND g.tgrelid IN (SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = n.oid)
      UNION ALL
      SELECT 1 AS part, c.oid, format('DROP VIEW %I.%I', n.nspname, c.relname) AS statement
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'ingest' AND c.relkind = 'v'
      UNION ALL
      SELECT 2, p.oid, format('DROP FUNCTION %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
      FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
      WHERE n.nspname = 'ingest' OR n.nspname = 'public' AND starts_with(p.proname, 'ingest_')
      UNION ALL
      SELECT 3, t.oid, format('DROP TYPE %I.%I', n.nspname, t.typname)
      FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace JOIN pg_class AS c ON c.oid = t.typrelid
      WHERE n.nspname = 'ingest' AND c.relkind = 'c') AS d
    -- What was made of others was made later.
    ORDER BY d.part, d.oid DESC
  LOOP
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      GET STACKED DIAGNOSTICS depends = PG_EXCEPTION_DETAIL;
      RAISE EXCEPTION '% is refused: objects that are not the pipeline''s depend on it', statement USING ERRCODE = SQLSTATE, DETAIL = depends,
        HINT = 'Drop those objects, migrate, and create them again. Nothing was changed.';
    END;
  END LOOP;
  PERFORM set_config('ingest.opened', pg_current_xact_id()::text, true);
  -- Functions call each other in any order of files. A test creates each again with its body checked.
  SET LOCAL check_function_bodies = off;
END
$$;
