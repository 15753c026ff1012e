-- The smoke test's own dataset, under the prefix that the setting smoke.prefix names.
DO $$
BEGIN
  IF EXISTS (SELECT FROM ingest.dataset d WHERE d.name = 'smoke_test' AND d.prefix = current_setting('smoke.prefix')) THEN
    RETURN;
  END IF;
  CREATE SCHEMA IF NOT EXISTS ingest_smoke;
  COMMENT ON SCHEMA ingest_smoke IS 'The smoke test''s own: what a delivery sends through to see that files arrive.';
  CREATE TABLE IF NOT EXISTS ingest_smoke.file (id uuid PRIMARY KEY, _source_time timestamptz);
  COMMENT ON TABLE ingest_smoke.file IS 'Empty but while a smoke test runs: one row a file that it sent.';
  GRANT USAGE ON SCHEMA ingest_smoke TO ingest_loader;
  GRANT SELECT, INSERT, UPDATE ON ingest_smoke.file TO ingest_loader;
  PERFORM public.ingest_register_dataset(name => 'smoke_test', prefix => current_setting('smoke.prefix'),
    target => 'ingest_smoke.file'::regclass);
END
$$;
