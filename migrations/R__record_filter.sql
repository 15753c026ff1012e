-- pg_ingest 0.2.0
-- Which records are a dataset's, and which of them delete: the conditions in the load, and what may be wrong with one. docs/semantics.md, section 2.

CREATE FUNCTION ingest.named_in(condition text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  t record := ingest.sql_tokens(condition);
BEGIN
  RETURN ARRAY(SELECT DISTINCT u.word FROM unnest(t.kinds, t.words) AS u (kind, word) WHERE u.kind = 'name');
END
$$;
COMMENT ON FUNCTION ingest.named_in(text) IS 'The names that stand in SQL text: all columns that it reads are among them.';

-- Where a value that it reads is at fault, nothing can be said.
CREATE FUNCTION ingest.condition_sql(about ingest.description, condition text, otherwise boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format(E'CASE WHEN _ingest_suspect OR coalesce(_ingest_faults && %L::smallint[], false) THEN %s ELSE ((%s\n)) IS TRUE END',
      ARRAY(SELECT c.no FROM jsonb_array_elements(about.contract -> 'columns') WITH ORDINALITY AS c (value, no)
        WHERE c.value ->> 'name' = ANY (ingest.named_in(condition))),
      otherwise::text, ingest.guarded_expression(condition, 'boolean'::regtype)));
END
$$;
COMMENT ON FUNCTION ingest.condition_sql(ingest.description, text, boolean)
  IS 'SQL that tells of a typed record, before expressions, whether a condition is true of it. Where a value that it reads is at fault, it says otherwise.';

-- Of whose values nothing can be said, the record stays, and is told as a reject.
CREATE FUNCTION ingest.kept_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN nullif(concat_ws(' AND ', ingest.condition_sql(about, (about.dataset).record_filter, true), CASE WHEN (about.dataset).suppresses THEN ingest.not_suppressed_sql(about) END,
    CASE WHEN (about.dataset).record_filter IS NULL AND (about.dataset).delete_when IS NOT NULL THEN 'true' END), '');
END
$$;
COMMENT ON FUNCTION ingest.kept_sql(ingest.description)
  IS 'SQL that tells of a typed record, before expressions, whether it is one of the dataset''s; NULL where every record is, and none deletes.';

CREATE FUNCTION ingest.scope_of(about ingest.description, named text[]) RETURNS ingest.description
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  about.columns := ARRAY(SELECT c FROM unnest(about.columns) AS c WHERE c.name = ANY (named) ORDER BY c.attnum);
  about.contract := about.contract || jsonb_build_object('on_unknown', 'ignore', 'only_columns', true, 'want_rescued', false, 'want_unknown', false, 'read_besides', '[]'::jsonb, 'columns',
    coalesce((SELECT jsonb_agg(c.value ORDER BY c.no) FROM jsonb_array_elements(about.contract -> 'columns') WITH ORDINALITY AS c (value, no) WHERE c.value ->> 'name' = ANY (named)), '[]'));
  about.drawn := '{}';
  RETURN about;
END
$$;
COMMENT ON FUNCTION ingest.scope_of(ingest.description, text[]) IS 'A dataset with no more of its columns than are named.';

-- Of most records that a filter leaves out nothing but the filter's own columns is ever looked at: not cast, not judged.
CREATE FUNCTION ingest.filter_scope(about ingest.description) RETURNS ingest.description
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT ingest.scope_of(about, ingest.named_in((about.dataset).record_filter) || CASE WHEN (about.dataset).suppresses THEN ingest.names_of_key(about) ELSE '{}' END)
$$;
COMMENT ON FUNCTION ingest.filter_scope(ingest.description) IS 'A dataset with no more of its columns than its filter names.';

-- What the filter saw of a column is what is loaded: a default that is made anew each time would not be.
CREATE FUNCTION ingest.sifts_first(about ingest.description) RETURNS boolean
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT (about.dataset).record_filter IS NULL OR NOT EXISTS (SELECT FROM unnest((ingest.filter_scope(about)).columns) AS c WHERE c.is_kept OR strpos(c.default_sql, '(') > 0)
$$;
COMMENT ON FUNCTION ingest.sifts_first(ingest.description) IS 'Whether a dataset has no filter, or one that can speak before the other columns are read.';

CREATE FUNCTION ingest.sifted_sql(about ingest.description, records text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  scope ingest.description := ingest.filter_scope(about);
  carried text := CASE WHEN about.contract -> 'names' IS NULL THEN '' ELSE 'n,known,' END || CASE WHEN (about.contract ->> 'reads_context')::boolean THEN 'context,place,' ELSE '' END;
BEGIN
  RETURN (SELECT format('SELECT _ingest_file AS file_no, _ingest_record AS record_no, CASE WHEN _ingest_kept THEN _ingest_j END AS j%s, _ingest_file_id AS file_id, _ingest_source_time AS source_time,
      _ingest_sequencer AS sequencer, _ingest_kept AS is_kept FROM (SELECT *, %s AS _ingest_kept FROM (%s) AS typed OFFSET 0) AS t',
    string_agg(format(', _ingest_%1$s AS %1$s', n), ''), ingest.kept_sql(scope),
    ingest.scope_sql(scope, ingest.quick_source(scope.contract, records, 'NULL::jsonb', ', r.j AS _ingest_j' || coalesce(string_agg(format(', r.%1$s AS _ingest_%1$s', n), ''), '')),
      ', s._ingest_j' || coalesce(string_agg(', s._ingest_' || n, ''), '')))
  FROM string_to_table(rtrim(carried, ','), ',') AS n WHERE n <> '');
END
$$;
COMMENT ON FUNCTION ingest.sifted_sql(ingest.description, text)
  IS 'A query of records, as elements_sql() has them, with what the filter says of each (is_kept): it raises where that needs a closer look. Of what is left out no record is given.';

CREATE FUNCTION ingest.without_filter(contract jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT contract || '{"want_record": false, "want_unknown": false}'
$$;
COMMENT ON FUNCTION ingest.without_filter(jsonb) IS 'A contract as it is for records that a filter has let pass, of a dataset without expressions.';

CREATE FUNCTION ingest.plain_filter_contract(d ingest.dataset, plain jsonb) RETURNS jsonb
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT jsonb_build_object('only_where', plain, 'is_shared', (SELECT count(*) > 1 FROM ingest.sharing(d.name)))
$$;
COMMENT ON FUNCTION ingest.plain_filter_contract(ingest.dataset, jsonb) IS 'What a contract to gather by has besides, where a plain_condition() is the filter.';

CREATE FUNCTION ingest.native_sift_sql(about ingest.description, OUT statement text, OUT contract jsonb)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  scope ingest.description;
  plain jsonb;
BEGIN
  IF d.delete_when IS NOT NULL THEN
    contract := ingest.changes_contract(about);
    RETURN;
  ELSIF d.record_filter IS NULL OR NOT ingest.sifts_first(about) OR NOT ingest.is_plain_table(d.target) THEN
    RETURN;
  END IF;
  plain := ingest.plain_condition(about, d.record_filter);
  -- What is suppressed only a query can tell.
  IF plain IS NOT NULL AND NOT d.suppresses THEN
    contract := ingest.without_filter(about.contract) || ingest.plain_filter_contract(d, plain);
    RETURN;
  END IF;
  scope := ingest.filter_scope(about);
  contract := scope.contract;
  statement := format('SELECT coalesce(array_agg(t._ingest_file::bigint << 32 | t._ingest_record), ''{}'') FROM (SELECT *, %s AS _ingest_kept FROM (%s) AS typed OFFSET 0) AS t
    WHERE NOT t._ingest_kept', ingest.kept_sql(scope), ingest.scope_sql(scope, ingest.native_source(contract), ''));
END
$$;
COMMENT ON FUNCTION ingest.native_sift_sql(ingest.description)
  IS 'How the native reader asks the filter before it gathers. Where a few texts decide it, the contract to gather by has them, and those that decide which records delete. Else it is the query of the records that are left out, with the contract to read by. NULLs without a filter and deletes, or where these cannot be asked first.';

CREATE FUNCTION ingest.behind_filter(about ingest.description) RETURNS ingest.description
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (about.dataset).record_filter IS NOT NULL THEN
    about.dataset.record_filter := NULL; about.dataset.suppresses := false;
    about.contract := about.contract || jsonb_build_object('want_unknown', false, 'want_record', EXISTS (SELECT FROM unnest(about.columns) AS c WHERE c.expression IS NOT NULL));
    SELECT c.clean, c.faults INTO about.clean, about.faults FROM ingest.checks_sql(about) AS c;
  END IF;
  RETURN about;
END
$$;
COMMENT ON FUNCTION ingest.behind_filter(ingest.description) IS 'A dataset as it is for records that its filter has let pass.';

CREATE FUNCTION ingest.condition_fault(option text, typed text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer) RETURNS ingest.fault
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  EXECUTE format('SELECT count(t.%I) FROM (%s) AS t', CASE option WHEN 'record_filter' THEN '_ingest_kept' ELSE '_ingest_deleted' END, typed) USING ARRAY[file], contract, parsed, NULL::bigint[], of_record, of_record;
  RETURN NULL;
EXCEPTION WHEN OTHERS OR assert_failure THEN
  IF ingest.is_of_the_moment(SQLSTATE) THEN
    RAISE;
  END IF;
  RETURN ROW(file.file_no, of_record, NULL, NULL, 'sqlstate_' || SQLSTATE,
    format('%s raised %s; expected true, false or null', option, SQLERRM))::ingest.fault;
END
$$;
COMMENT ON FUNCTION ingest.condition_fault(text, text, ingest.claimed_file, jsonb, ingest.parsed_record[], integer)
  IS 'Of a record that is refused, what its dataset''s record_filter or delete_when raises; NULL where it is not that.';

CREATE FUNCTION ingest.condition_problem(d ingest.dataset, condition text, without text[]) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ingest.run_expression_problem(d.loader, d.target, format(E'(%s\n) IS TRUE', condition), 'boolean', without, ingest.file_scope_sql(d));
END
$$;
COMMENT ON FUNCTION ingest.condition_problem(ingest.dataset, text, text[]) IS 'What PostgreSQL says against a condition without some columns of its dataset''s target; NULL when it is sound.';

CREATE FUNCTION ingest.condition_problems(d ingest.dataset, option text, condition text, columns jsonb, expressions jsonb) RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  named text[] := ingest.named_in(condition);
  unmanaged text[];
  made text[];
  computed text;
  problem text;
BEGIN
  IF condition IS NULL OR jsonb_typeof(columns) <> 'object' OR jsonb_typeof(expressions) <> 'object' THEN
    RETURN;
  END IF;
  unmanaged := ARRAY(SELECT c.key FROM jsonb_each(columns) AS c WHERE c.value = 'null') || array_remove(ARRAY[d.soft_delete_column::text], NULL);
  made := ARRAY(SELECT e.key FROM jsonb_each_text(expressions) AS e WHERE e.key = ANY (named)
    AND ingest.run_expression_problem(d.loader, d.target, e.value, 'text', ARRAY[e.key], ingest.file_scope_sql(d)) IS NULL ORDER BY 1);
  problem := ingest.condition_problem(d, condition, unmanaged || made);
  -- Such a name may also be that of a type or a function: it is a column's where the filter means nothing without it.
  IF problem IS NOT NULL AND made <> '{}' AND ingest.condition_problem(d, condition, unmanaged) IS NULL THEN
    FOREACH computed IN ARRAY made LOOP
      IF ingest.condition_problem(d, condition, unmanaged || computed) IS NOT NULL THEN
        RETURN NEXT format('%s: column %s is made by its expression, and the %s comes before expressions; say it of what the expression reads', option, computed,
          CASE option WHEN 'record_filter' THEN 'filter' ELSE 'condition' END);
      END IF;
    END LOOP;
  ELSIF problem IS NOT NULL THEN
    RETURN NEXT format('%s: %s; expected a condition over record and columns of %s that records bring', option, problem, d.target);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.condition_problems(ingest.dataset, text, text, jsonb, jsonb) IS 'What is wrong with a registration''s record_filter or delete_when.';
