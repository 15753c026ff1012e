-- pg_ingest 0.2.0
-- What a person asks before anything is loaded: whether there is such a dataset, and its statement.

CREATE FUNCTION ingest.require_dataset(of_dataset text, or_former boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = of_dataset)
    AND NOT (or_former AND (EXISTS (SELECT FROM ingest.file AS f WHERE f.dataset = of_dataset) OR EXISTS (SELECT FROM ingest.file_dataset AS f WHERE f.dataset = of_dataset))) THEN
    RAISE EXCEPTION 'there is no dataset %', of_dataset USING ERRCODE = 'undefined_object', HINT = 'SELECT name FROM ingest.dataset lists them.';
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.require_dataset(text, boolean) IS 'Refuses a name that no dataset has. or_former: one of which the ledger has files will do.';

CREATE FUNCTION public.ingest_explain(dataset text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  problem text := ingest.dataset_problem(dataset);
  about ingest.description;
BEGIN
  PERFORM ingest.require_dataset(dataset);
  IF problem IS NOT NULL THEN
    RETURN problem;
  END IF;
  about := ingest.description(dataset);
  RETURN ingest.explained_columns(about) || CASE WHEN ingest.engine_in_force() = 'native' THEN ingest.load_sql(about, ingest.native_source(about.contract), false)
    WHEN about.contract ? 'deletes' THEN ingest.load_sql(about, ingest.careful_source(about.contract), true)
    ELSE ingest.load_sql(about, ingest.quick_source(about.contract), true) END;
END
$$;
COMMENT ON FUNCTION public.ingest_explain(text)
  IS 'The SQL that loads a dataset''s files, to read. Comments before it say where records are and what each column reads.
dataset: Name of the dataset.';

CREATE FUNCTION ingest.explained_columns(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- A line feed in a name or an expression would end the comment.
  RETURN (SELECT string_agg('-- ' || regexp_replace(l.line, '[\n\r]+', ' ', 'g') || E'\n', '' ORDER BY l.part, l.no) FROM (
    SELECT 1 AS part, 0 AS no, format('Each %s is a record', CASE WHEN (about.dataset).records_path IS NOT NULL THEN 'value at ' || (about.dataset).records_path
      WHEN (about.dataset).document_format = 'lines' THEN 'line' ELSE 'document' END)
      || coalesce(' if ' || CASE WHEN (about.dataset).suppresses THEN concat_ws(' and ', nullif((about.dataset).record_filter, 'true'), 'its key is not suppressed') ELSE (about.dataset).record_filter END, '') || coalesce(', and deletes the row of its key if ' || CASE WHEN NOT ingest.mirrors((about.dataset).on_replaced, (about.dataset).on_removed) OR (about.dataset).delete_when <> 'false' THEN (about.dataset).delete_when END, '')
      || CASE WHEN (about.dataset).on_replaced <> 'keep' THEN '; rows that a newer version of an object does not bring are deleted' ELSE '' END
      || CASE WHEN (about.dataset).on_removed <> 'keep' THEN '; rows of an object that is removed are deleted' ELSE '' END || ':' AS line
    UNION ALL SELECT 2, c.attnum, format('  %s %s: %s', quote_ident(c.name), c.declared, concat_ws(', ', CASE WHEN c.is_read THEN c.path END, 'as ' || c.conversion,
      'null where it is one of ' || nullif(c.null_strings, '{}')::text, 'made by ' || d.expression))
    FROM unnest(about.columns) AS c JOIN ingest.dataset_column AS d ON d.dataset = (about.dataset).name AND d.column_name = c.name) AS l);
END
$$;
COMMENT ON FUNCTION ingest.explained_columns(ingest.description) IS 'Where a dataset''s records are and what each column reads, as comments of SQL.';
