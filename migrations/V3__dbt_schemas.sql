-- Where the dbt project builds. Its role writes these schemas only, and may not create others. It reads what was loaded and the
-- pipeline's books, never a raw record.
CREATE SCHEMA IF NOT EXISTS analytics AUTHORIZATION ingest_dbt;
CREATE SCHEMA IF NOT EXISTS analytics_staging AUTHORIZATION ingest_dbt;
CREATE SCHEMA IF NOT EXISTS analytics_intermediate AUTHORIZATION ingest_dbt;
CREATE SCHEMA IF NOT EXISTS analytics_snapshots AUTHORIZATION ingest_dbt;
COMMENT ON SCHEMA analytics IS 'The marts of the dbt project: what the data''s users read.';
COMMENT ON SCHEMA analytics_staging IS 'dbt: the sources under the project''s names; views.';
COMMENT ON SCHEMA analytics_intermediate IS 'dbt: what several marts are made from.';
COMMENT ON SCHEMA analytics_snapshots IS 'dbt: history that cannot be rebuilt from the sources; back it up.';
