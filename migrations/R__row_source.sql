-- pg_ingest 0.2.0
-- The row sources: queries that give the typed records of files. docs/row-source.md.
--
-- All have one list of output columns: _ingest_file, _ingest_record, _ingest_faults, _ingest_codes, _ingest_suspect, _ingest_rescued,
-- _ingest_unknown, record, the contract's columns, one _ingest_absent_<n> for each default.
--
-- Parameters of every statement:
-- - $1: ingest.claimed_file[].
-- - $2: the contract.
-- - $3: ingest.parsed_record[]: files that were read before, where the contract says read_once; and, in careful reading, records that were
--   inspected, which are not read from their files again.
-- - $4: excluded records, as file_no << 32 | record_no.
-- - $5 and $6: first and last record to look at.

-- Several columns may read one inner object, and so does the search for unknown members: it is looked up once, as o<n>.
CREATE FUNCTION ingest.inner_objects(columns jsonb) RETURNS TABLE (no bigint, steps text[], members text[])
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT row_number() OVER (ORDER BY k.parent), k.parent, k.members FROM ingest.known_members(columns) AS k WHERE k.parent <> '{}';
END
$$;
COMMENT ON FUNCTION ingest.inner_objects(jsonb) IS 'The objects inside a record that paths go through, with the members that they continue into.';

CREATE FUNCTION ingest.opened_objects(columns jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(jsonb_agg(o.steps ORDER BY o.no), '[]') FROM ingest.inner_objects(columns) AS o);
END
$$;
COMMENT ON FUNCTION ingest.opened_objects(jsonb) IS 'The paths of inner_objects(), in their order.';

CREATE FUNCTION ingest.opened_sql(columns jsonb, records text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(format('SELECT r.*%s FROM (%s) AS r OFFSET 0', string_agg(b.looked_up, '' ORDER BY b.sort, b.no), records), records)
  FROM (SELECT 1 AS sort, o.no, format(', %s AS o%s', ingest.path_accessor('r.j', to_jsonb(o.steps), false), o.no) AS looked_up FROM ingest.inner_objects(columns) AS o
    UNION ALL SELECT 2, c.no, format(', %s AS v%s', ingest.made_over_sql(c.value), c.value ->> 'made_beside')
      FROM jsonb_array_elements(columns) WITH ORDINALITY AS c (value, no) WHERE c.value ? 'made_beside') AS b);
END
$$;
COMMENT ON FUNCTION ingest.opened_sql(jsonb, text) IS 'A query of records with their inner objects beside them, and with what is made of values before they are coerced.';

-- The quick form works on the member's text m<n>, looked up once. It may raise at what is only unusual (100.0 for an
-- integer), but what it lets pass without raising and without quick_suspect_sql() is right.
CREATE FUNCTION ingest.quick_member_sql(c jsonb, opened jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  as_json boolean := ingest.type_kinds() -> (c ->> 'kind') ->> 'held' IS NOT DISTINCT FROM 'json';
  member text;
  string text;
BEGIN
  IF c -> 'given' ? 'plain' THEN
    RETURN c -> 'given' ->> 'plain';
  ELSIF c ->> 'conversion' IS NOT NULL THEN
    RETURN format(CASE WHEN as_json THEN 'nullif(%s, ''null''::jsonb)' ELSE '(%s #>> ''{}'')' END, ingest.value_sql(c));
  END IF;
  member := coalesce((SELECT ingest.path_accessor('r.o' || o.no, jsonb_build_array(c -> 'path' -> -1), NOT as_json)
      FROM jsonb_array_elements(opened) WITH ORDINALITY AS o (steps, no) WHERE c ->> 'origin' = 'record' AND o.steps = (c -> 'path') - -1), ingest.raw_sql(c, NOT as_json));
  IF as_json THEN
    member := format('nullif(%s, ''null''::jsonb)', member);
  END IF;
  -- nullif() names the member once, where IN would look it up for each of its strings.
  FOR string IN SELECT s.value FROM jsonb_array_elements_text(c -> 'null_strings') AS s LOOP
    member := format('nullif(%s, %L%s)', member, CASE WHEN as_json THEN to_jsonb(string)::text ELSE string END, CASE WHEN as_json THEN '::jsonb' ELSE '' END);
  END LOOP;
  -- The text of a number, or of what else is no string, is never null.
  IF NOT as_json AND EXISTS (SELECT FROM jsonb_array_elements_text(c -> 'null_strings') AS s WHERE s.value ~ '^(-?[0-9]|\[|\{|true$|false$)') THEN
    member := format('CASE jsonb_typeof(%s) WHEN ''string'' THEN %s ELSE %s END', ingest.raw_sql(c), member, ingest.raw_sql(c, true));
  END IF;
  RETURN member;
END
$$;
COMMENT ON FUNCTION ingest.quick_member_sql(jsonb, jsonb)
  IS 'SQL for the member that a column reads, from the inner object (one of opened_objects()) where it stands: as text, or as jsonb where the type needs it.';

CREATE FUNCTION ingest.in_doubt(of_file integer) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the quick reader is in doubt of file %', of_file USING ERRCODE = 'PI001';
END
$$;
COMMENT ON FUNCTION ingest.in_doubt(integer) IS 'Ends a quick load at the first record that needs a closer look.';

CREATE FUNCTION ingest.not_clean(of_file integer) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'file % has a record with something to tell', of_file USING ERRCODE = 'PI004';
END
$$;
COMMENT ON FUNCTION ingest.not_clean(integer)
  IS 'Ends a clean load at the first record that the quick load can read, but that a constraint refuses or that has unknown members.';

CREATE FUNCTION ingest.context_sql(contract jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN (contract ->> 'reads_context')::boolean THEN ', f.context' ELSE '' END
$$;
COMMENT ON FUNCTION ingest.context_sql(jsonb) IS 'What queries of records give of a file f besides, where columns read its context.';

-- The view costs a batch of small files some percent more. Without OFFSET the planner would rather go through all of it.
CREATE FUNCTION ingest.staged_sql(contract jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN (contract ->> 'own_loader')::boolean
    THEN 'CROSS JOIN LATERAL (SELECT s.body, s.held FROM ingest.own_staging AS s WHERE s.staged = f.staged OFFSET 0) AS b'
    ELSE 'JOIN ingest.staging AS b ON b.ctid = f.staged' END
$$;
COMMENT ON FUNCTION ingest.staged_sql(jsonb) IS 'Joins the bodies b of claimed files f: from ingest.staging, or as a loader of its own may read it.';

CREATE FUNCTION ingest.context_sql(contract jsonb, place text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- A record that stands by itself brings its place in the context.
  SELECT ingest.context_sql(contract) || CASE WHEN NOT (contract ->> 'reads_context')::boolean THEN ''
    WHEN contract -> 'places' = '[]' THEN ', f.context AS place' ELSE format(', %s AS place', place) END
$$;
COMMENT ON FUNCTION ingest.context_sql(jsonb, text) IS 'That with the place of each record beside it.';

CREATE FUNCTION ingest.quick_files_sql(contract jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  files text := (SELECT CASE WHEN ingest.is_placed(contract)
    THEN format('SELECT f.file_no, f.record_no, f.file_id, f.source_time, f.sequencer%s, d.records, d.places FROM unnest($1) AS f
      %s CROSS JOIN LATERAL ingest.placed_records(ingest.staged_body(b.body, b.held), %s, f.context) AS d', ingest.context_sql(contract), ingest.staged_sql(contract), ingest.envelope_sql(contract))
    ELSE format('SELECT f.file_no, f.record_no, f.file_id, f.source_time, f.sequencer%1$s, %2$s AS records%5$s FROM unnest($1) AS f
      %3$s%4$s', ingest.context_sql(contract), r.records, ingest.staged_sql(contract), r.origin, r.numbers) END
    FROM (SELECT CASE WHEN (contract ->> 'lines')::boolean THEN 'ingest.line_documents' ELSE 'ingest.document' END AS documents) AS d
    CROSS JOIN LATERAL ingest.read_before_sql(contract, CASE WHEN jsonb_typeof(contract -> 'records_path') = 'array'
      THEN format('ingest.enveloped(%s, %L, %L)', CASE WHEN (contract ->> 'lines')::boolean THEN 'ingest.line_documents(ingest.staged_body(b.body, b.held))' ELSE 'ingest.staged_body(b.body, b.held)' END,
        contract -> 'records_path', contract -> 'skip_missing')
      ELSE documents || '(ingest.staged_body(b.body, b.held))' END) AS r);
BEGIN
  RETURN CASE WHEN contract -> 'names' IS NULL THEN files
    ELSE format('SELECT f.file_no, f.record_no, f.file_id, f.source_time, f.sequencer%s%s%s, s.records, s.n, s.known FROM (%s OFFSET 0) AS f CROSS JOIN LATERAL %s AS s OFFSET 0',
      ingest.context_sql(contract), CASE WHEN contract -> 'places' <> '[]' THEN ', f.places' ELSE '' END, CASE WHEN contract ? 'read_once' THEN ', f.numbers' ELSE '' END, files, ingest.spelt_sql(contract, 'f.records')) END;
END
$$;
COMMENT ON FUNCTION ingest.quick_files_sql(jsonb)
  IS 'The claimed files, each with its records, and their places where columns read them; raises where a file is not plainly good.';

CREATE FUNCTION ingest.elements_sql(contract jsonb, of_files text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT f.file_no, coalesce(f.record_no, %s e.no::integer) AS record_no, %s, f.file_id, f.source_time, f.sequencer%s FROM %s AS f
      CROSS JOIN LATERAL unnest(f.records%s) WITH ORDINALITY AS e (j%s, no)', CASE WHEN contract ? 'read_once' THEN 'e.number,' ELSE '' END,
    ingest.record_sql(contract, 'e.j', true), ingest.context_sql(contract, 'e.place'), of_files, b.arrays, b.names)
  FROM (SELECT CASE WHEN contract -> 'places' <> '[]' THEN ', f.places' WHEN contract ? 'read_once' THEN ', f.numbers' ELSE '' END AS arrays,
    CASE WHEN contract -> 'places' <> '[]' THEN ', place' WHEN contract ? 'read_once' THEN ', number' ELSE '' END AS names) AS b);
END
$$;
COMMENT ON FUNCTION ingest.elements_sql(jsonb, text) IS 'The records of such files, one row each.';

CREATE FUNCTION ingest.quick_records_sql(contract jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT ingest.elements_sql(contract, '(' || ingest.quick_files_sql(contract) || ')'));
END
$$;
COMMENT ON FUNCTION ingest.quick_records_sql(jsonb) IS 'The records of the claimed files f, one row each; raises where a file is not plainly good.';

CREATE FUNCTION ingest.careful_records_sql(contract jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT f.file_no, CASE WHEN d.records IS NULL THEN 0 ELSE coalesce(f.record_no, %11$s e.no::integer) END AS record_no,
      %6$s, f.file_id, f.source_time, f.sequencer%2$s FROM unnest($1) AS f
      %8$s%9$s
      CROSS JOIN LATERAL (SELECT %1$s OFFSET 0) AS d
      CROSS JOIN LATERAL unnest(coalesce(d.records, ARRAY[''null''::jsonb])%4$s) WITH ORDINALITY AS e (j%5$s, no)
      WHERE f.status IS NULL AND (f.file_no, coalesce(f.record_no, %11$s e.no::integer)) NOT IN (SELECT p.file_no, p.record_no FROM unnest($3) AS p%10$s)
    UNION ALL SELECT p.file_no, p.record_no, %7$s, f.file_id, f.source_time, f.sequencer%3$s
      FROM unnest($3) AS p JOIN unnest($1) AS f ON f.file_no = p.file_no WHERE p.record IS NOT NULL',
    CASE WHEN ingest.is_placed(contract) THEN format('x.records, x.places FROM ingest.readable_placed(ingest.staged_body(b.body, b.held), %s, f.context) AS x', ingest.envelope_sql(contract))
      ELSE w.records || ' AS records' || w.numbers END,
    ingest.context_sql(contract, 'e.place'), ingest.context_sql(contract, 'p.place'),
    CASE WHEN contract -> 'places' <> '[]' THEN ', d.places' WHEN w.origin <> '' THEN ', d.numbers' ELSE '' END, CASE WHEN contract -> 'places' <> '[]' THEN ', place' WHEN w.origin <> '' THEN ', number' ELSE '' END,
    ingest.record_sql(contract, 'e.j', false), ingest.record_sql(contract, 'p.record', false), ingest.staged_sql(contract), w.origin, CASE w.origin WHEN '' THEN '' ELSE ' WHERE p.record_no IS NOT NULL' END, CASE w.origin WHEN '' THEN '' ELSE 'e.number,' END)
  FROM ingest.read_before_sql(contract, format('ingest.readable_records(ingest.staged_body(b.body, b.held), %L, %L, %L)', nullif(contract -> 'records_path', 'null'), contract -> 'skip_missing', contract -> 'lines')) AS w);
END
$$;
COMMENT ON FUNCTION ingest.careful_records_sql(jsonb)
  IS 'The records of the claimed files f, one row each, those that were inspected from $3; a file that cannot be read quickly is one row with record_no 0.';

CREATE FUNCTION ingest.common_outputs_sql(contract jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('r.file_id AS _ingest_file_id, r.source_time AS _ingest_source_time, r.sequencer AS _ingest_sequencer, %s AS _ingest_rescued, r.unknown AS _ingest_unknown, %s AS _ingest_whole',
    CASE WHEN (contract ->> 'want_rescued')::boolean THEN 'r.unknown' ELSE 'NULL::jsonb' END,
    CASE WHEN NOT (contract ->> 'want_record')::boolean THEN 'NULL::jsonb' WHEN contract -> 'names' IS NULL THEN 'r.j' ELSE 'r.whole' END)
    || coalesce((SELECT string_agg(format(', %s IS NULL AS _ingest_absent_%s', ingest.raw_sql(c.value), c.no),
      '' ORDER BY c.no)
      FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) WHERE (c.value ->> 'has_default')::boolean), ''));
END
$$;
COMMENT ON FUNCTION ingest.common_outputs_sql(jsonb) IS 'What both forms of the sql engine''s row source give besides the columns.';

CREATE FUNCTION ingest.quick_source(contract jsonb, records text, unknown text, carried text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT r.file_no AS _ingest_file, r.record_no AS _ingest_record, NULL::smallint[] AS _ingest_faults, NULL::text[] AS _ingest_codes, CASE WHEN %s THEN ingest.in_doubt(r.file_no) ELSE false END AS _ingest_suspect, %s%s%s
    FROM (SELECT r.*, %s AS unknown FROM (SELECT r.*%s FROM (%s) AS r OFFSET 0) AS r OFFSET 0) AS r',
    concat_ws(' OR ', 'jsonb_typeof(r.j) <> ''object'' OR ingest.too_deep(r.j)',
      string_agg(ingest.quick_suspect_sql(c.value, 'r.m' || c.no), ' OR ' ORDER BY c.no), CASE WHEN contract ->> 'on_unknown' = 'reject'
        THEN 'r.unknown IS NOT NULL' END),
    ingest.common_outputs_sql(contract), carried,
    coalesce(string_agg(format(', %s AS %I', ingest.quick_value_sql(c.value, 'r.m' || c.no), c.value ->> 'name'), '' ORDER BY c.no), ''),
    unknown,
    coalesce(string_agg(format(', %s AS m%s', ingest.quick_member_sql(c.value, (SELECT ingest.opened_objects(ingest.all_read(contract)))), c.no), '' ORDER BY c.no), ''),
    ingest.opened_sql(ingest.all_read(contract), records))
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no));
END
$$;
COMMENT ON FUNCTION ingest.quick_source(jsonb, text, text, text)
  IS 'The sql engine''s row source for what is plainly good, over a query that gives the records: raises at whatever needs a closer look. unknown and carried are the SQL of what no column reads, and of what goes along.';

CREATE FUNCTION ingest.quick_source(contract jsonb, records text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT ingest.quick_source(contract, records, ingest.remainder_sql(ingest.all_read(contract), ingest.has_just_known_sql(contract)), '')
$$;
COMMENT ON FUNCTION ingest.quick_source(jsonb, text) IS 'That of whole records.';

CREATE FUNCTION ingest.quick_source(contract jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT ingest.quick_source(contract, ingest.quick_records_sql(contract)));
END
$$;
COMMENT ON FUNCTION ingest.quick_source(jsonb) IS 'That over the records of the claimed files.';

CREATE FUNCTION ingest.careful_source(contract jsonb, records text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (WITH columns AS (
    SELECT c.no, c.value AS c, m.member, coalesce(ingest.careful_suspect_sql(c.value, m.member), CASE WHEN c.value ? 'match' THEN 'false' END) AS suspect, m.beside
    FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)
    -- PostgreSQL takes 1,664 columns in one query: of a wide table members are looked up where they are needed.
    CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_array_length(contract -> 'columns') <= 700 THEN 'r.m' || c.no ELSE x.looked_up END AS member,
        CASE WHEN jsonb_array_length(contract -> 'columns') <= 700 THEN format(', %s AS m%s', x.looked_up, c.no) ELSE '' END AS beside
      FROM (SELECT ingest.quick_member_sql(c.value, (SELECT ingest.opened_objects(ingest.all_read(contract)))) AS looked_up) AS x) AS m
  ), parts AS (
    SELECT string_agg(c.beside, '' ORDER BY c.no) AS members,
      string_agg(format(', CASE %s WHEN %s THEN %s END AS f%s', CASE WHEN c.c ? 'match' THEN format('WHEN %L = ANY (r.ambiguous) THEN ''ambiguous_member''', c.c ->> 'name') END, c.suspect, format(CASE WHEN u.wrong IS NULL THEN '%s' ELSE 'CASE WHEN %2$s THEN ''type_mismatch'' ELSE %1$s END' END,
          ingest.code_sql(c.c, c.member), u.wrong), c.no),
        '' ORDER BY c.no) FILTER (WHERE c.suspect IS NOT NULL) AS codes,
      string_agg(format('r.f%s', c.no), ', ' ORDER BY c.no) FILTER (WHERE c.suspect IS NOT NULL) AS all_codes,
      string_agg(format('CASE WHEN r.f%s IS NOT NULL THEN %1$s END', c.no), ', ' ORDER BY c.no) FILTER (WHERE c.suspect IS NOT NULL) AS places,
      string_agg(format(', %s AS %I', CASE WHEN c.suspect IS NULL THEN v.value ELSE format('CASE WHEN r.f%s IS NULL THEN %s END', c.no, v.value) END,
        c.c ->> 'name'), '' ORDER BY c.no) AS columns
    FROM columns AS c CROSS JOIN LATERAL (SELECT ingest.careful_value_sql(c.c, c.member) AS value) AS v
    CROSS JOIN LATERAL (SELECT ingest.unconverted_sql(c.c) AS wrong) AS u
  ), unknown AS (
    -- Of unknown members that are refused the position is 0.
    SELECT CASE WHEN contract ->> 'on_unknown' = 'reject' THEN ', CASE WHEN r.unknown IS NOT NULL THEN ''unknown_member'' END AS f0' ELSE '' END AS code,
      CASE WHEN contract ->> 'on_unknown' = 'reject' THEN 'CASE WHEN r.f0 IS NOT NULL THEN 0 END' END AS place,
      CASE WHEN contract ->> 'on_unknown' = 'reject' THEN 'r.f0' END AS name
  )
  SELECT format('SELECT r.file_no AS _ingest_file, r.record_no AS _ingest_record, CASE WHEN %1$s IS NOT NULL THEN array_remove(ARRAY[%2$s]::smallint[], NULL) END AS _ingest_faults,
      CASE WHEN %1$s IS NOT NULL THEN array_remove(ARRAY[%3$s], NULL) END AS _ingest_codes, r.suspect AS _ingest_suspect, %4$s%5$s
    FROM (SELECT r.*%6$s FROM (SELECT r.*, jsonb_typeof(r.j) <> ''object'' OR ingest.too_deep(r.j) AS suspect, CASE jsonb_typeof(r.j) WHEN ''object'' THEN %7$s END AS unknown%8$s
      FROM (%9$s) AS r OFFSET 0) AS r OFFSET 0) AS r',
    coalesce('coalesce(' || nullif(concat_ws(', ', p.all_codes, u.name), '') || ')', 'NULL'),
    concat_ws(', ', p.places, u.place), coalesce(nullif(concat_ws(', ', p.all_codes, u.name), ''), 'NULL::text'),
    ingest.common_outputs_sql(contract), coalesce(p.columns, ''), concat(p.codes, u.code), ingest.remainder_sql(ingest.all_read(contract)), coalesce(p.members, ''),
    ingest.opened_sql(ingest.all_read(contract), records))
  FROM parts AS p CROSS JOIN unknown AS u);
END
$$;
COMMENT ON FUNCTION ingest.careful_source(jsonb, text)
  IS 'The sql engine''s row source where something is amiss: raises at nothing, tells of every column what is wrong with its value, and marks as suspect what is no record; then $3 has it.';

CREATE FUNCTION ingest.careful_source(contract jsonb) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT ingest.careful_source(contract, ingest.careful_records_sql(contract))
$$;
COMMENT ON FUNCTION ingest.careful_source(jsonb) IS 'That over the records of the claimed files.';

CREATE FUNCTION ingest.native_records_sql(contract jsonb, origin text, record_no text, body text, context text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT f.file_no AS _ingest_file, coalesce(f.record_no, %s) AS _ingest_record, s._ingest_faults, NULL::text[] AS _ingest_codes, false AS _ingest_suspect,
      f.file_id AS _ingest_file_id, f.source_time AS _ingest_source_time, f.sequencer AS _ingest_sequencer, %s AS _ingest_rescued, %s AS _ingest_unknown, %s AS _ingest_whole%s
    FROM unnest($1) AS f %s
    CROSS JOIN LATERAL ingest_native.read_rows($2, f.file_no, %s, %s) AS s (_ingest_record integer, _ingest_faults smallint[]%s%s%s%s)',
    record_no,
    CASE WHEN (contract ->> 'want_rescued')::boolean THEN 's._ingest_rescued' ELSE 'NULL::jsonb' END,
    CASE WHEN (contract ->> 'want_unknown')::boolean THEN 's._ingest_rescued' ELSE 'NULL::jsonb' END,
    CASE WHEN (contract ->> 'want_record')::boolean THEN 's._ingest_whole' ELSE 'NULL::jsonb' END,
    coalesce(string_agg(format(', s.%I', c.value ->> 'name'), '' ORDER BY c.no), '')
      || coalesce(string_agg(format(', s._ingest_absent_%s', c.no), '' ORDER BY c.no) FILTER (WHERE (c.value ->> 'has_default')::boolean),
        ''),
    origin, body, context,
    CASE WHEN (contract ->> 'want_rescued')::boolean OR (contract ->> 'want_unknown')::boolean THEN ', _ingest_rescued jsonb' ELSE '' END,
    CASE WHEN (contract ->> 'want_record')::boolean THEN ', _ingest_whole jsonb' ELSE '' END,
    coalesce(string_agg(format(', %I %s', c.value ->> 'name', c.value ->> 'base_type'), '' ORDER BY c.no), ''),
    coalesce(string_agg(format(', _ingest_absent_%s boolean', c.no), '' ORDER BY c.no) FILTER (WHERE (c.value ->> 'has_default')::boolean),
      ''))
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no));
END
$$;
COMMENT ON FUNCTION ingest.native_records_sql(jsonb, text, text, text, text)
  IS 'The native row source over bodies that are joined to the claimed files f.';

CREATE FUNCTION ingest.native_source(contract jsonb) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT ingest.native_records_sql(contract, ingest.staged_sql(contract), 's._ingest_record',
    'ingest.staged_body(b.body, b.held)', 'coalesce(f.context, ''{}'')')
$$;
COMMENT ON FUNCTION ingest.native_source(jsonb) IS 'The native engine''s row source as a query.';

CREATE FUNCTION ingest.native_rest_source(contract jsonb) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT ingest.native_records_sql(contract, 'JOIN ingest_native.gathered_rest() AS x ON x.file_no = f.file_no', 'x.record_no', 'x.record',
    'coalesce(f.context, ''{}'') || coalesce(x.place::jsonb, ''{}'')')
$$;
COMMENT ON FUNCTION ingest.native_rest_source(jsonb)
  IS 'The native engine''s row source for records that a constraint refused while rows were gathered: each its own body.';

CREATE FUNCTION ingest.positions(contract jsonb) RETURNS TABLE (name text, no bigint, told boolean)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.value ->> 'name', c.no, (c.value ->> 'has_default')::boolean FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)
$$;
COMMENT ON FUNCTION ingest.positions(jsonb) IS 'The columns of a contract with their positions, and whether a row source tells that a record leaves one out.';

-- OFFSET 0 keeps the planner from evaluating an expression once for each place that refers to it.
CREATE FUNCTION ingest.scope_sql(about ingest.description, source text, carried text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  contract jsonb := about.contract;
  -- What expressions see of the file, each as a column.
  of_file text := (SELECT string_agg(format(', %s AS %I', u.value_sql, u.name), '') FROM ingest.used_of_file(about.dataset, about.columns) AS u);
BEGIN
  RETURN (SELECT format('SELECT s._ingest_file, s._ingest_record, s._ingest_faults, s._ingest_codes, s._ingest_suspect, s._ingest_file_id, s._ingest_source_time, s._ingest_sequencer, s._ingest_rescued, s._ingest_unknown%s%s%s
      FROM (%s OFFSET 0) AS s%s
      WHERE ($4 IS NULL OR (s._ingest_file::bigint << 32 | s._ingest_record) <> ALL ($4)) AND ($5 IS NULL OR s._ingest_record BETWEEN $5 AND $6)',
    carried, CASE WHEN (contract ->> 'want_record')::boolean AND NOT contract -> 'columns' @> '[{"name": "record"}]' THEN ', s._ingest_whole AS record' ELSE '' END,
    concat(of_file, string_agg(format(', s._ingest_absent_%s', p.no), '' ORDER BY c.attnum) FILTER (WHERE c.is_kept AND p.told),
      string_agg(format(', (%s)::%s%s AS %I', CASE
          WHEN p.no IS NULL THEN coalesce(c.default_sql, 'NULL')
          WHEN c.default_sql IS NULL OR EXISTS (SELECT FROM unnest(about.drawn) AS x WHERE x.name = c.name) THEN format('s.%I', c.name)
          ELSE format('CASE WHEN s._ingest_absent_%s THEN (%s)::%s ELSE s.%I::%s END', p.no, c.default_sql, c.described ->> 'base_type',
            c.name, c.described ->> 'base_type') END,
        c.described ->> 'base_type', c.collation_clause, c.name), '' ORDER BY c.attnum) FILTER (WHERE c.is_read)),
    source, CASE WHEN of_file IS NOT NULL THEN ' JOIN unnest($1) AS _ingest_of ON _ingest_of.file_no = s._ingest_file' END)
  FROM unnest(about.columns) AS c LEFT JOIN ingest.positions(contract) AS p ON p.name = c.name);
END
$$;
COMMENT ON FUNCTION ingest.scope_sql(ingest.description, text, text)
  IS 'The query of all that expressions and the filter see: columns with their declared (base) type, collation and default, the record, and names of the file. Besides comes what is carried along.';

CREATE FUNCTION ingest.typed_sql(about ingest.description, source text, carried text[] DEFAULT '{}') RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  contract jsonb := about.contract;
  along text := coalesce((SELECT string_agg(format(', s.%I', n), '') FROM unnest(carried) AS n), '');
  scope text := ingest.scope_sql(about, source, along);
  kept text := ingest.kept_sql(about);
BEGIN
  IF kept IS NOT NULL THEN
    scope := format('SELECT *, %s AS _ingest_kept FROM (%s) AS typed OFFSET 0', kept, scope);
  END IF;
  IF contract ? 'deletes' THEN
    scope := format('SELECT *, CASE WHEN _ingest_kept THEN %s ELSE false END AS _ingest_deleted FROM (%s) AS typed OFFSET 0', ingest.condition_sql(about, (about.dataset).delete_when, false), scope);
  END IF;
  RETURN (SELECT format('SELECT _ingest_file, _ingest_record, %s, _ingest_suspect, _ingest_file_id, _ingest_source_time, _ingest_sequencer, _ingest_rescued, %s
    FROM (%s) AS typed',
    CASE WHEN contract ? 'deletes' THEN ingest.faults_of_deletes_sql(contract) ELSE '_ingest_faults, _ingest_codes' END,
    concat(CASE WHEN contract ? 'deletes' THEN 'CASE WHEN NOT _ingest_deleted THEN _ingest_unknown END AS _ingest_unknown, _ingest_deleted' ELSE '_ingest_unknown' END, replace(along, ', s.', ', '),
      CASE WHEN kept IS NOT NULL THEN ', _ingest_kept' END, string_agg(format(', _ingest_absent_%s', p.no), '' ORDER BY c.attnum) FILTER (WHERE c.is_kept AND p.told),
      string_agg(CASE WHEN c.expression IS NULL THEN format(', %I', c.name)
        -- Of a record that is left out nothing is made, of one that deletes key and version alone.
        ELSE format(CASE WHEN kept IS NULL THEN E', (%s\n)::%s%s AS %I' WHEN contract ? 'deletes' AND NOT contract -> 'deletes' ? c.name THEN E', (CASE WHEN _ingest_kept AND NOT _ingest_deleted THEN (%s\n) END)::%s%s AS %I'
            ELSE E', (CASE WHEN _ingest_kept THEN (%s\n) END)::%s%s AS %I' END,
          c.expression, c.described ->> 'base_type', c.collation_clause, c.name) END, '' ORDER BY c.attnum)),
    ingest.with_drawn_sql(about, scope, carried))
  FROM unnest(about.columns) AS c LEFT JOIN ingest.positions(contract) AS p ON p.name = c.name);
END
$$;
COMMENT ON FUNCTION ingest.typed_sql(ingest.description, text, text[]) IS 'The query that gives every record its columns in the target''s types. carried: what goes along besides.';
