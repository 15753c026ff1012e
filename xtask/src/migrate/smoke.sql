-- The smoke test's own dataset, under the prefix that the setting smoke.prefix names, and what its login (login.name) may do:
-- look at the entries of its own files, see their rows and delete them. It has no right in the pipeline's schema.
DO $$
DECLARE
  login CONSTANT text := current_setting('login.name');
BEGIN
  CREATE SCHEMA IF NOT EXISTS ingest_smoke;
  COMMENT ON SCHEMA ingest_smoke IS 'The smoke test''s own: what a delivery sends through to see that files arrive.';
  CREATE TABLE IF NOT EXISTS ingest_smoke.file (id uuid PRIMARY KEY, _source_time timestamptz);
  COMMENT ON TABLE ingest_smoke.file IS 'Empty but while a smoke test runs: one row a file that it sent.';
  GRANT USAGE ON SCHEMA ingest_smoke TO ingest_loader;
  GRANT SELECT, INSERT, UPDATE ON ingest_smoke.file TO ingest_loader;
  IF NOT EXISTS (SELECT FROM ingest.dataset d WHERE d.name = 'smoke_test' AND d.prefix = current_setting('smoke.prefix')) THEN
    PERFORM public.ingest_register_dataset(name => 'smoke_test', prefix => current_setting('smoke.prefix'),
      target => 'ingest_smoke.file'::regclass);
  END IF;

  -- As text and no view: nothing in the pipeline's tables may depend on them.
  CREATE OR REPLACE FUNCTION ingest_smoke.entry(bucket text, key text,
    OUT status text, OUT rows_loaded bigint, OUT error_code text, OUT error text)
  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $entry$
    SELECT f.status, f.rows_loaded, f.error_code, f.error FROM ingest.file f
    WHERE f.bucket = $1 AND f.key = $2
      AND EXISTS (SELECT FROM ingest.dataset d WHERE d.name = 'smoke_test' AND starts_with(f.key, d.prefix))
  $entry$;
  COMMENT ON FUNCTION ingest_smoke.entry(text, text) IS 'What the ledger says of a file of the smoke test.';
  CREATE OR REPLACE FUNCTION ingest_smoke.refusal(key text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $refusal$
    SELECT m.error_code || ': ' || m.error FROM ingest.rejected_message m
    WHERE strpos(m.body, $1) > 0
      AND EXISTS (SELECT FROM ingest.dataset d WHERE d.name = 'smoke_test' AND starts_with($1, d.prefix)) LIMIT 1
  $refusal$;
  COMMENT ON FUNCTION ingest_smoke.refusal(text) IS 'Why the message of a file of the smoke test was refused.';
  REVOKE ALL ON FUNCTION ingest_smoke.entry(text, text), ingest_smoke.refusal(text) FROM PUBLIC;

  EXECUTE format('GRANT USAGE ON SCHEMA ingest_smoke TO %I', login);
  EXECUTE format('GRANT SELECT, DELETE ON ingest_smoke.file TO %I', login);
  EXECUTE format('GRANT EXECUTE ON FUNCTION ingest_smoke.entry(text, text), ingest_smoke.refusal(text) TO %I', login);
END
$$;
