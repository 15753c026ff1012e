-- What the server tests of gathering share, besides tests.sql: staged files without the pipeline around them.
CREATE SCHEMA ingest;
CREATE TABLE ingest.staging (batch_id uuid, size bigint, body bytea, held bigint);
CREATE TYPE ingest.claimed_file AS (file_no integer, file_id bigint, staged tid, source_time timestamptz, sequencer text, record_no integer, context jsonb);

CREATE OR REPLACE FUNCTION stage(body text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ingest.staging (body) VALUES (convert_to(body, 'UTF8'))
$$;

-- A contract for all columns of the target but the pipeline's own, and everything staged as claimed files.
CREATE OR REPLACE FUNCTION to_gather(OUT contract jsonb, OUT files ingest.claimed_file[]) LANGUAGE plpgsql AS $$
DECLARE
  columns jsonb := (SELECT jsonb_agg(probe_description(coalesce(nullif(t.typbasetype, 0), t.oid), a.atttypmod)
      || jsonb_build_object('name', a.attname, 'path', jsonb_build_array(a.attname), 'path_text', '$.' || a.attname,
        'required', a.attnotnull, 'has_default', a.atthasdef) ORDER BY a.attnum)
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = 'target'::regclass AND a.attnum > 0 AND NOT starts_with(a.attname, '_') AND NOT a.attisdropped
      AND a.attgenerated = '' AND a.attidentity = '');
BEGIN
  files := ARRAY(SELECT ROW(n, 100 + n, s.ctid, NULL, NULL, NULL, NULL)::ingest.claimed_file
    FROM (SELECT row_number() OVER (ORDER BY ctid)::integer AS n, ctid FROM ingest.staging) AS s);
  contract := jsonb_build_object('dataset', 'probe', 'records_path', NULL, 'records_path_text', NULL, 'on_unknown', 'ignore',
    'want_rescued', false, 'want_record', false, 'columns', columns);
END
$$;

CREATE OR REPLACE FUNCTION gather_all(probe boolean DEFAULT true) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  given record := to_gather();
BEGIN
  PERFORM ingest_native.begin_run();
  RETURN ingest_native.gather(given.contract, 'target', 'version', given.files, probe);
END
$$;
