-- JSON comes in UTF-8, and lengths are counted in its characters. This file has ASCII alone, so that it can say so anywhere.
DO $$
BEGIN
  IF getdatabaseencoding() <> 'UTF8' THEN
    RAISE EXCEPTION 'database % has the encoding %; expected UTF8, in which JSON comes and in which lengths are counted', current_database(),
      getdatabaseencoding() USING ERRCODE = 'feature_not_supported', HINT = 'CREATE DATABASE name ENCODING ''UTF8'' TEMPLATE template0';
  END IF;
END
$$;

-- Three group roles, none of which can log in. People and programs are members of one of them:
--   ingest_owner    owns the pipeline; the SECURITY DEFINER functions run as it. No superuser, no member.
--   ingest_shipper  may stage files and have them processed: what the Lambda is, and nothing more.
--   ingest_admin    registers datasets, looks, replays.
-- A role may exist already (another database of the same cluster), so each is created only where absent.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['ingest_owner', 'ingest_shipper', 'ingest_admin'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    END IF;
  END LOOP;
  -- Whoever migrates hands its objects to ingest_owner, which PostgreSQL allows to members only.
  IF NOT pg_catalog.pg_has_role(current_user, 'ingest_owner', 'MEMBER') THEN
    EXECUTE format('GRANT ingest_owner TO %I', current_user);
  END IF;
END
$$;

CREATE SCHEMA ingest;
COMMENT ON SCHEMA ingest IS 'The pipeline: staging, ledger, quarantine, datasets and the functions behind them.';

GRANT USAGE, CREATE ON SCHEMA ingest TO ingest_owner;
GRANT USAGE ON SCHEMA ingest TO ingest_shipper, ingest_admin;
