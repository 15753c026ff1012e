-- JSON comes in UTF-8, and lengths are counted in its characters. This file has ASCII alone, so that it can say so anywhere.
DO $$
BEGIN
  IF getdatabaseencoding() <> 'UTF8' THEN
    RAISE EXCEPTION 'database % has the encoding %; expected UTF8, in which JSON comes and in which lengths are counted', current_database(),
      getdatabaseencoding() USING ERRCODE = 'feature_not_supported', HINT = 'CREATE DATABASE name ENCODING ''UTF8'' TEMPLATE template0';
  END IF;
END
$$;

-- Group roles, none of which can log in. People and programs are members of one of the last four:
--   ingest_owner    owns the pipeline's tables and the functions that guard them. No superuser, no member but who migrates.
--   ingest_loader   runs the load statements, and with them the code of targets. Owns no table, has only what targets grant.
--   ingest_shipper  may stage files and have them processed: what the Lambda is, and nothing more.
--   ingest_admin    registers datasets, looks, replays.
--   ingest_reader   looks.
--   ingest_dbt      what the dbt project works as, so that the models belong to it and not to the login of the day.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['ingest_owner', 'ingest_loader', 'ingest_shipper', 'ingest_admin', 'ingest_reader', 'ingest_dbt'] LOOP
    -- A role may exist already: another database of the same cluster has the pipeline too.
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    END IF;
  END LOOP;
  -- Whoever migrates hands objects to these, which PostgreSQL allows to members only. Since 16 whoever may create roles is
  -- given the right to grant the new role, and nothing else of it: membership with its rights has to be granted by name.
  FOREACH wanted IN ARRAY ARRAY['ingest_owner', 'ingest_loader', 'ingest_dbt'] LOOP
    IF NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user) THEN
      EXECUTE format('GRANT %I TO %I%s', wanted, current_user,
        CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN ' WITH INHERIT TRUE, SET TRUE' ELSE '' END);
    END IF;
  END LOOP;
  -- dbt's increments go through temporary tables.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO ingest_dbt', current_database());
END
$$;

CREATE SCHEMA ingest;
COMMENT ON SCHEMA ingest IS 'The pipeline: staging, ledger, quarantine, datasets and the functions behind them.';
