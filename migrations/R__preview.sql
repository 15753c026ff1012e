-- pg_ingest 0.2.0
-- What would become of a document: its records as rows, faults, unknown members and what is odd in them.

CREATE FUNCTION ingest.typed_rows_as_caller(of_dataset text, file ingest.claimed_file, excluded bigint[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.compiled_dataset;
  about ingest.description := ingest.description(of_dataset);
  parsed ingest.parsed_record[];
  files ingest.claimed_file[];
  rows_made jsonb;
  unknown jsonb;
  warnings jsonb;
BEGIN
  SELECT * INTO STRICT c FROM ingest.own_compiled AS x WHERE x.dataset = of_dataset;
  file := (ingest.with_context(ARRAY[file], c.contract))[1];
  SELECT s.files, s.parsed INTO files, parsed FROM ingest.inspect_suspects(c.contract,
    ingest.suspects(c.careful_source, ARRAY[file], c.contract), ARRAY[file]) AS s;
  -- As a row: a function takes no more than a hundred arguments.
  EXECUTE format('SELECT jsonb_object_agg(t._ingest_record, CASE WHEN %s THEN CASE %sWHEN true THEN (SELECT to_jsonb(x) FROM (SELECT %s) AS x) END END) FROM (%s) AS t',
    CASE WHEN (c.contract ->> 'want_unknown')::boolean THEN 't._ingest_kept' ELSE 'true' END,
    CASE WHEN c.contract ? 'deletes' THEN (SELECT format('WHEN t._ingest_deleted THEN jsonb_build_object(''_ingest_deleted'', true, %s) ', string_agg(format('%L, t.%I', u.name, u.name), ', ')) FROM jsonb_array_elements_text(c.contract -> 'deletes') AS u (name)) ELSE '' END,
    (SELECT string_agg(format('t.%I', x.name), ', ' ORDER BY x.attnum) FROM unnest(about.columns) AS x)
      || CASE WHEN (c.contract ->> 'want_rescued')::boolean THEN ', t._ingest_rescued AS _rescued' ELSE '' END,
    ingest.typed_sql(about, c.careful_source))
  INTO rows_made USING files, c.contract, parsed, excluded, NULL::integer, NULL::integer;
  EXECUTE format('SELECT jsonb_object_agg(s._ingest_record, s._ingest_unknown) FROM (%s) AS s WHERE s._ingest_unknown IS NOT NULL', c.careful_source)
  INTO unknown USING files, c.contract, parsed;
  warnings := ingest.spelling_warnings(c.contract, files, parsed, excluded);
  PERFORM ingest.fire_deferred();
  RETURN jsonb_build_object('rows', coalesce(rows_made, '{}'), 'unknown', coalesce(unknown, '{}'), 'warnings', warnings);
END
$$;
COMMENT ON FUNCTION ingest.typed_rows_as_caller(text, ingest.claimed_file, bigint[])
  IS 'What a staged file holds, by record_no: rows as they would be loaded, without records that are excluded; unknown members; warnings. Of rows null is a record that the filter leaves out. One that deletes has its key and version, and says so.';

CREATE FUNCTION ingest.spelling_warnings(contract jsonb, files ingest.claimed_file[], parsed ingest.parsed_record[], excluded bigint[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  looked_at text;
  warnings jsonb;
BEGIN
  SELECT string_agg(format('(%s, %L::jsonb, CASE WHEN %s IS NULL THEN ingest.namesake(r.%s::json, %L) END)', c.no, c.value, ingest.raw_sql(c.value),
      CASE WHEN contract -> 'names' IS NULL THEN 'j' ELSE 'whole' END, c.value -> 'path'), ', ')
  INTO looked_at FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) WHERE c.value ->> 'origin' = 'record' AND NOT c.value ? 'match';
  IF looked_at IS NULL THEN
    RETURN '{}';
  END IF;
  EXECUTE format('SELECT jsonb_object_agg(w.record_no, w.warnings) FROM (
      SELECT r.record_no, jsonb_agg(s.said ORDER BY v.no) AS warnings FROM (%s) AS r CROSS JOIN LATERAL (VALUES %s) AS v (no, c, namesake)
      CROSS JOIN LATERAL (SELECT ingest.namesake_warning($2, v.c, v.namesake) AS said) AS s
      WHERE jsonb_typeof(r.j) = ''object'' AND NOT ingest.too_deep(r.j) AND s.said IS NOT NULL AND (r.file_no::bigint << 32 | r.record_no) <> ALL ($4)
      GROUP BY r.record_no) AS w',
    ingest.opened_sql(ingest.all_read(contract), ingest.careful_records_sql(contract)), looked_at)
  INTO warnings USING files, contract, parsed, excluded;
  RETURN coalesce(warnings, '{}');
END
$$;
COMMENT ON FUNCTION ingest.spelling_warnings(jsonb, ingest.claimed_file[], ingest.parsed_record[], bigint[])
  IS 'Warnings by record_no, of columns whose member is spelt otherwise. Records that are excluded have errors of their own.';

CREATE FUNCTION ingest.namesake_warning(contract jsonb, c jsonb, namesake text) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- A member that another column reads is where it belongs.
  RETURN CASE WHEN namesake IS NOT NULL AND NOT EXISTS (SELECT FROM jsonb_array_elements(ingest.all_read(contract)) AS x WHERE x.value ->> 'path_text' = namesake)
    THEN format('column %s: path %s is absent%s', c ->> 'name', c ->> 'path_text', ingest.spelt_otherwise(c, namesake)) END;
END
$$;
COMMENT ON FUNCTION ingest.namesake_warning(jsonb, jsonb, text) IS 'What is said of a column that is absent where a member stands whose name differs by the case of its letters; NULL without one.';

CREATE FUNCTION public.ingest_preview(dataset text, body bytea, key text DEFAULT NULL)
RETURNS TABLE (record_no integer, typed_row jsonb, errors jsonb, outcome text, unknown jsonb, warnings jsonb, key_pieces jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  d ingest.dataset;
  compiled ingest.compiled_dataset;
  file ingest.claimed_file;
  done ingest.dataset_outcome;
  typed jsonb;
  pieces jsonb;
BEGIN
  PERFORM ingest.require_dataset(dataset);
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = ingest_preview.dataset;
  PERFORM ingest.require_own_files(dataset, 'SELECT * FROM ingest_preview(%L, …) tells of its faults.');
  compiled := ingest.compiled(dataset);
  IF compiled.problem IS NOT NULL THEN
    RAISE EXCEPTION '%', compiled.problem USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF ingest.key_problem(dataset, ingest_preview.key) IS NOT NULL THEN
    RAISE EXCEPTION '%', ingest.key_problem(dataset, ingest_preview.key) USING ERRCODE = 'invalid_parameter_value';
  END IF;
  BEGIN
    IF d.has_children THEN
      PERFORM ingest.prepare_targets(ARRAY[dataset], true);
    END IF;
    file.file_no := 1; file.file_id := 0; file.dataset := dataset; file.key := ingest_preview.key; file.body_bytes := octet_length(body);
    INSERT INTO ingest.staging (key, body) VALUES (coalesce(file.key, d.prefix, ''), body) RETURNING ctid INTO file.staged;
    done := ingest.load_files(dataset, ARRAY[file], ingest.engine_in_force());
    typed := ingest.run_typed_rows(dataset, file, ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(done.faults) AS f));
    RAISE EXCEPTION 'preview' USING ERRCODE = 'PI000';
  EXCEPTION WHEN SQLSTATE 'PI000' THEN
    NULL;
  END;
  pieces := ingest.key_pieces(d.key_pattern, substr(ingest_preview.key, length(d.prefix) + 1));
  RETURN QUERY
    SELECT r.no, r.typed_row, r.errors, r.outcome, typed -> 'unknown' -> r.no::text, typed -> 'warnings' -> r.no::text, pieces
    FROM (SELECT no, nullif(t.value, 'null') - '_ingest_deleted' AS typed_row, e.errors,
        CASE WHEN t.value IS NULL THEN 'rejected' WHEN t.value = 'null' THEN 'filtered' WHEN (done.files[1]).status = 'load_failed' THEN 'skipped' WHEN t.value ? '_ingest_deleted' THEN 'deleted'
          ELSE 'loaded' END AS outcome
      FROM (SELECT x.key::integer AS no, x.value FROM jsonb_each(typed -> 'rows') AS x) AS t
      FULL JOIN (SELECT f.record_no AS no, jsonb_agg(jsonb_build_object('column_name', f.column_name, 'error_code', split_part(f.error_code, ' ', 1), 'error', f.error)
          ORDER BY f.ordinality) AS errors
        FROM unnest(done.faults || done.left_out) WITH ORDINALITY AS f GROUP BY f.record_no) AS e USING (no)) AS r
    ORDER BY 1;
END
$$;
COMMENT ON FUNCTION public.ingest_preview(text, bytea, text)
  IS 'Shows what would become of a document: one row a record, with its typed row or its errors. It changes nothing.
dataset: Name of the dataset.
body: The document, as the bytes of a file.
key: Key of the file, for columns that read it. Left out, nothing of a file is known.
record_no: Place of the record in the document, from 1. 0 is the document.
typed_row: The row that would be loaded, column by column, with _rescued where the target keeps unknown members. Of a record that deletes it is key and version. Null where the record would be rejected or is left out.
errors: Array of column_name, error_code and error. Null where the record would be loaded with all its children.
outcome: loaded, deleted where it deletes the row of its key, rejected, filtered where record_filter leaves the record out, or skipped where on_error skips the file for its other records. A loaded or deleted one may yet be stale.
unknown: Members that no column reads, each at the place where it stands. Null where there are none.
warnings: Array of what is loaded and may be meant otherwise: an absent column beside a member whose name differs by the case of its letters. Null where there is nothing to say.
key_pieces: The pieces that key_pattern finds in the key, by name. Null without a key or a pattern.';

CREATE FUNCTION public.ingest_preview(dataset text, body text, key text DEFAULT NULL)
RETURNS TABLE (record_no integer, typed_row jsonb, errors jsonb, outcome text, unknown jsonb, warnings jsonb, key_pieces jsonb)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM public.ingest_preview($1, convert_to($2, 'UTF8'), $3)
$$;
COMMENT ON FUNCTION public.ingest_preview(text, text, text)
  IS 'Shows what would become of a document given as text: one row a record, with its typed row or its errors. It changes nothing.
dataset: Name of the dataset.
body: The document.
key: Key of the file, for columns that read it. Left out, nothing of a file is known.
record_no: Place of the record in the document, from 1. 0 is the document.
typed_row: The row that would be loaded, column by column, with _rescued where the target keeps unknown members. Of a record that deletes it is key and version. Null where the record would be rejected or is left out.
errors: Array of column_name, error_code and error. Null where the record would be loaded with all its children.
outcome: loaded, deleted where it deletes the row of its key, rejected, filtered where record_filter leaves the record out, or skipped where on_error skips the file for its other records. A loaded or deleted one may yet be stale.
unknown: Members that no column reads, each at the place where it stands. Null where there are none.
warnings: Array of what is loaded and may be meant otherwise: an absent column beside a member whose name differs by the case of its letters. Null where there is nothing to say.
key_pieces: The pieces that key_pattern finds in the key, by name. Null without a key or a pattern.';
