-- The role of the dbt project, beside the pipeline's own three.
-- ingest_dbt: the group role that the dbt project works as. Its login is a member and does SET ROLE, so that the models belong to the
-- role and not to the login of the day (a rotation by alternating users changes it). It reads what was loaded and the pipeline's books,
-- never a raw record, and writes its own four schemas only: it may not create others.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'ingest_dbt') THEN
    CREATE ROLE ingest_dbt NOLOGIN;
  END IF;
  -- Whoever migrates makes schemas for it, which PostgreSQL allows to members only.
  IF NOT pg_catalog.pg_has_role(current_user, 'ingest_dbt', 'MEMBER') THEN
    EXECUTE format('GRANT ingest_dbt TO %I', current_user);
  END IF;
  -- Increments go through temporary tables.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO ingest_dbt', current_database());
END
$$;

GRANT USAGE ON SCHEMA ingest, landing TO ingest_dbt;
GRANT SELECT ON landing.orders, landing.customers TO ingest_dbt;
GRANT SELECT ON ingest.file, ingest.dataset TO ingest_dbt;
-- Not record and error: they hold, or quote, what producers sent.
GRANT SELECT (reject_id, file_id, record_no, column_name, error_code, rejected_at, replayed_at)
  ON ingest.rejected_record TO ingest_dbt;

CREATE SCHEMA IF NOT EXISTS analytics AUTHORIZATION ingest_dbt;
CREATE SCHEMA IF NOT EXISTS analytics_staging AUTHORIZATION ingest_dbt;
CREATE SCHEMA IF NOT EXISTS analytics_intermediate AUTHORIZATION ingest_dbt;
CREATE SCHEMA IF NOT EXISTS analytics_snapshots AUTHORIZATION ingest_dbt;
COMMENT ON SCHEMA analytics IS 'The marts of the dbt project: what the data''s users read.';
COMMENT ON SCHEMA analytics_staging IS 'dbt: the sources under the project''s names; views.';
COMMENT ON SCHEMA analytics_intermediate IS 'dbt: what several marts are made from.';
COMMENT ON SCHEMA analytics_snapshots IS 'dbt: history that cannot be rebuilt from the sources; back it up.';
