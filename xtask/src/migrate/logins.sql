-- Creates the login that the settings login.name, login.kind ('shipper' or 'dbt') and login.verifier (a SCRAM verifier;
-- empty for IAM) describe, where it is absent, and grants what its kind may do.
DO $$
DECLARE
  name CONSTANT text := current_setting('login.name');
  kind CONSTANT text := current_setting('login.kind');
  verifier CONSTANT text := current_setting('login.verifier');
  readable text;
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

  IF kind = 'shipper' THEN
    EXECUTE format('GRANT ingest_shipper TO %I', name);
    RETURN;
  END IF;

  -- dbt reads what was loaded and the pipeline's own records, and makes its schemas.
  EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), name);
  FOREACH readable IN ARRAY ARRAY['ingest', 'landing'] LOOP
    CONTINUE WHEN to_regnamespace(readable) IS NULL;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', readable, name);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', readable, name);
  END LOOP;
END
$$;
