-- Creates the login that three settings describe, where it is absent: login.name, login.kind ('shipper', 'smoke' or 'dbt') and
-- login.verifier (a SCRAM verifier, empty for IAM). The login becomes a member of its kind's group role, which holds the
-- rights; the smoke test's has none, and gets its own by smoke.sql.
DO $$
DECLARE
  name CONSTANT text := current_setting('login.name');
  kind CONSTANT text := current_setting('login.kind');
  verifier CONSTANT text := current_setting('login.verifier');
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = name) THEN
    EXECUTE format('CREATE ROLE %I LOGIN', name);
    IF verifier <> '' THEN
      EXECUTE format('ALTER ROLE %I PASSWORD %L', name, verifier);
    END IF;
  END IF;
  IF verifier = '' THEN
    -- RDS' own role: who is a member logs in with a signed token.
    EXECUTE format('GRANT rds_iam TO %I', name);
  END IF;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
  IF kind <> 'smoke' THEN
    EXECUTE format('GRANT %I TO %I', CASE kind WHEN 'shipper' THEN 'ingest_shipper' WHEN 'dbt' THEN 'ingest_dbt' END, name);
  END IF;
END
$$;
