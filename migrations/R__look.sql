-- pg_ingest 0.2.0
-- What a person asks before anything is loaded: the statement, and what would become of a document.

CREATE FUNCTION public.ingest_explain(dataset text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  problem text := ingest.dataset_problem(dataset);
  about ingest.description;
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = ingest_explain.dataset) THEN
    RAISE EXCEPTION 'there is no dataset %', dataset USING ERRCODE = 'undefined_object',
      HINT = 'SELECT name FROM ingest.dataset lists them.';
  END IF;
  IF problem IS NOT NULL THEN
    RETURN problem;
  END IF;
  about := ingest.description(dataset);
  RETURN CASE WHEN ingest.engine_in_force() = 'native' THEN ingest.load_sql(about, ingest.native_source(about.contract), false)
    WHEN about.contract ? 'deletes' THEN ingest.load_sql(about, ingest.careful_source(about.contract), true)
    ELSE ingest.load_sql(about, ingest.quick_source(about.contract), true) END;
END
$$;
COMMENT ON FUNCTION public.ingest_explain(text)
  IS 'The SQL that loads a dataset''s files, to read.
dataset: Name of the dataset.';

CREATE FUNCTION ingest.typed_rows_as_caller(of_dataset text, file ingest.claimed_file, excluded bigint[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.compiled_dataset;
  about ingest.description := ingest.description(of_dataset);
  parsed ingest.parsed_record[];
  files ingest.claimed_file[];
  typed jsonb;
BEGIN
  SELECT * INTO STRICT c FROM ingest.own_compiled AS x WHERE x.dataset = of_dataset;
  file := (ingest.with_context(ARRAY[file], c.contract))[1];
  SELECT s.files, s.parsed INTO files, parsed FROM ingest.inspect_suspects(c.contract,
    ingest.suspects(c.careful_source, ARRAY[file], c.contract), ARRAY[file]) AS s;
  EXECUTE format('SELECT jsonb_object_agg(t._ingest_record, CASE WHEN %s THEN CASE %sWHEN true THEN jsonb_build_object(%s) END END) FROM (%s) AS t',
    CASE WHEN (c.contract ->> 'want_unknown')::boolean THEN 't._ingest_kept' ELSE 'true' END,
    CASE WHEN c.contract ? 'deletes' THEN (SELECT format('WHEN t._ingest_deleted THEN jsonb_build_object(''_ingest_deleted'', true, %s) ', string_agg(format('%L, t.%I', u.name, u.name), ', ')) FROM jsonb_array_elements_text(c.contract -> 'deletes') AS u (name)) ELSE '' END,
    (SELECT string_agg(format('%L, t.%I', x.name, x.name), ', ' ORDER BY x.attnum) FROM unnest(about.columns) AS x),
    ingest.typed_sql(about, c.careful_source))
  INTO typed USING files, c.contract, parsed, excluded, NULL::integer, NULL::integer;
  RETURN typed;
END
$$;
COMMENT ON FUNCTION ingest.typed_rows_as_caller(text, ingest.claimed_file, bigint[])
  IS 'The records of a staged file as they would be loaded, by record_no, without those that are excluded. Null is a record that the filter leaves out. One that deletes has its key and version, and says so.';

CREATE FUNCTION public.ingest_preview(dataset text, body bytea, key text DEFAULT NULL)
RETURNS TABLE (record_no integer, typed_row jsonb, errors jsonb, outcome text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  d ingest.dataset;
  compiled ingest.compiled_dataset;
  file ingest.claimed_file;
  done ingest.dataset_outcome;
  typed jsonb;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = ingest_preview.dataset;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no dataset %', dataset USING ERRCODE = 'undefined_object',
      HINT = 'SELECT name FROM ingest.dataset lists them.';
  END IF;
  compiled := ingest.compiled(dataset);
  IF compiled.problem IS NOT NULL THEN
    RAISE EXCEPTION '%', compiled.problem USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF ingest.key_problem(dataset, ingest_preview.key) IS NOT NULL THEN
    RAISE EXCEPTION '%', ingest.key_problem(dataset, ingest_preview.key) USING ERRCODE = 'invalid_parameter_value';
  END IF;
  BEGIN
    file.file_no := 1; file.file_id := 0; file.dataset := dataset; file.key := ingest_preview.key; file.body_bytes := octet_length(body);
    INSERT INTO ingest.staging (key, body) VALUES (coalesce(file.key, d.prefix), body) RETURNING ctid INTO file.staged;
    done := ingest.load_files(dataset, ARRAY[file], ingest.engine_in_force());
    typed := ingest.run_typed_rows(dataset, file, ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(done.faults) AS f));
    RAISE EXCEPTION 'preview' USING ERRCODE = 'PI000';
  EXCEPTION WHEN SQLSTATE 'PI000' THEN
    NULL;
  END;
  RETURN QUERY
    SELECT t.key::integer, nullif(t.value, 'null') - '_ingest_deleted', NULL::jsonb, CASE WHEN t.value = 'null' THEN 'filtered' WHEN (done.files[1]).status = 'load_failed' THEN 'skipped' WHEN t.value ? '_ingest_deleted' THEN 'deleted' ELSE 'loaded' END FROM jsonb_each(coalesce(typed, '{}')) AS t
    UNION ALL
    SELECT f.record_no, NULL, jsonb_agg(jsonb_build_object('column_name', f.column_name, 'error_code', split_part(f.error_code, ' ', 1), 'error', f.error)
      ORDER BY f.ordinality), 'rejected'
    FROM unnest(done.faults) WITH ORDINALITY AS f GROUP BY f.record_no
    ORDER BY 1;
END
$$;
COMMENT ON FUNCTION public.ingest_preview(text, bytea, text)
  IS 'Shows what would become of a document: one row a record, with its typed row or its errors. It changes nothing.
dataset: Name of the dataset.
body: The document, as the bytes of a file.
key: Key of the file, for columns that read it. Left out, nothing of a file is known.
record_no: Place of the record in the document, from 1. 0 is the document.
typed_row: The row that would be loaded, column by column. Of a record that deletes it is key and version. Null where the record would be rejected or is left out.
errors: Array of column_name, error_code and error. Null where the record would be loaded.
outcome: loaded, deleted where it deletes the row of its key, rejected, filtered where record_filter leaves the record out, or skipped where on_error skips the file for its other records. A loaded or deleted one may yet be stale.';

CREATE FUNCTION public.ingest_preview(dataset text, body text, key text DEFAULT NULL)
RETURNS TABLE (record_no integer, typed_row jsonb, errors jsonb, outcome text)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM public.ingest_preview($1, convert_to($2, 'UTF8'), $3)
$$;
COMMENT ON FUNCTION public.ingest_preview(text, text, text)
  IS 'Shows what would become of a document given as text: one row a record, with its typed row or its errors. It changes nothing.
dataset: Name of the dataset.
body: The document.
key: Key of the file, for columns that read it. Left out, nothing of a file is known.
record_no: Place of the record in the document, from 1. 0 is the document.
typed_row: The row that would be loaded, column by column. Of a record that deletes it is key and version. Null where the record would be rejected or is left out.
errors: Array of column_name, error_code and error. Null where the record would be loaded.
outcome: loaded, deleted where it deletes the row of its key, rejected, filtered where record_filter leaves the record out, or skipped where on_error skips the file for its other records. A loaded or deleted one may yet be stale.';
