-- pg_ingest 0.2.0
-- Loading children that are plainly good: one insert for a whole unit, straight out of the records that they stand in. docs/semantics.md, section 8.
--
-- Nothing is staged for it, and no child has a place of its own. Whatever is unusual in one of them raises, and all of them go the whole
-- way (R__load_children.sql), which says what it is. So this needs to be right only about what it accepts.

-- What leads from a record to its children: members, and one array at the end. Names of digits could be positions to #>, and maps lose
-- their order in jsonb.
CREATE FUNCTION ingest.plain_way(within jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN count(*) FILTER (WHERE s.no = n.many) = count(*) FILTER (WHERE s.value = '{"each": "element"}')
      AND bool_and(s.no = n.many OR jsonb_typeof(s.value) = 'string' AND s.value #>> '{}' !~ '^\s*[-+]?\d')
    THEN coalesce(array_agg(s.value #>> '{}' ORDER BY s.no) FILTER (WHERE s.no < n.many), '{}') END
  FROM jsonb_array_elements(within -> 'records_path') WITH ORDINALITY AS s (value, no) CROSS JOIN (SELECT jsonb_array_length(within -> 'records_path') AS many) AS n
$$;
COMMENT ON FUNCTION ingest.plain_way(jsonb) IS 'The members that lead from a record to the array of its children; NULL where the way is another.';

-- Where it has the column's own type, it need not become a text and be read again for each child (plain).
CREATE FUNCTION ingest.given_value(c jsonb, within jsonb, key_of_parent name[], key_types text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  source text := c ->> 'path_text';
  place jsonb := (SELECT p FROM jsonb_array_elements(within -> 'places') AS p WHERE p ->> 'source' = source);
  key_no integer := array_position(key_of_parent::text[], substr(source, 6)) - 1;
  steps text[];
BEGIN
  IF source LIKE '\_key:%' THEN
    RETURN jsonb_build_object('json', format('(r.key -> %s)', key_no), 'text', format('(r.key ->> %s)', key_no), 'plain', format('r.k%s', key_no), 'type', (key_types)[key_no + 1]);
  ELSIF source = '_record:' OR place ->> 'kind' = 'position' THEN
    RETURN jsonb_build_object('json', format('to_jsonb(r.%s)', x.name), 'text', format('r.%s::text', x.name), 'plain', format('r.%s', x.name), 'type', 'bigint')
      FROM (SELECT CASE source WHEN '_record:' THEN 'parent_no' ELSE 'nth' END) AS x (name);
  ELSIF place ->> 'kind' IN ('document', 'parent') THEN
    steps := (ingest.plain_way(within))[1:coalesce((place ->> 'depth')::integer, 0)] || ARRAY(SELECT jsonb_array_elements_text(place -> 'path'));
    RETURN CASE WHEN NOT EXISTS (SELECT FROM unnest(steps) AS n WHERE n ~ '^\s*[-+]?\d') THEN jsonb_build_object('json', format('(r.document #> %L)', steps), 'text', format('(r.document #>> %L)', steps)) END;
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.given_value(jsonb, jsonb, name[], text[])
  IS 'SQL for what a column of a child reads around it, as JSON, as text, and as plain where it has a type by itself. NULL where only the place of the child has it.';

CREATE FUNCTION ingest.key_types_of_parent(d ingest.dataset) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT format_type(b.base_oid, b.base_typmod) FROM unnest(d.key_of_parent) WITH ORDINALITY AS u (name, o) JOIN ingest.dataset AS x ON x.name = d.parent
    JOIN pg_attribute AS a ON a.attrelid = x.target AND a.attname = u.name CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b ORDER BY u.o);
END
$$;
COMMENT ON FUNCTION ingest.key_types_of_parent(ingest.dataset) IS 'The types of the key that a child has of its parent, below domains.';

CREATE FUNCTION ingest.given_contract(d ingest.dataset, contract jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c jsonb;
  given jsonb;
  columns jsonb := '[]';
  key_types text[] := ingest.key_types_of_parent(d);
BEGIN
  FOR c IN SELECT e FROM jsonb_array_elements(contract -> 'columns') AS e LOOP
    IF c ->> 'origin' <> 'record' THEN
      given := ingest.given_value(c, contract -> 'within', d.key_of_parent, key_types);
      IF given IS NULL THEN
        RETURN NULL;
      END IF;
      IF c ->> 'conversion' IS NOT NULL OR c ->> 'type' IS DISTINCT FROM given ->> 'type' AND NOT (given ->> 'type' IS NOT DISTINCT FROM 'bigint' AND c ->> 'type' = 'integer') THEN
        given := given - 'plain';
      END IF;
      c := c || jsonb_build_object('given', given);
    END IF;
    columns := columns || jsonb_build_array(c);
  END LOOP;
  RETURN contract || jsonb_build_object('columns', columns, 'reads_context', false);
END
$$;
COMMENT ON FUNCTION ingest.given_contract(ingest.dataset, jsonb)
  IS 'A child''s contract for records that have what is around them beside them; NULL where columns read what they do not have.';

-- What a foreign key does behind a statement goes by keys. Of one that deletes children and inserts others with their keys it would take
-- the rows that refer to these, or let a delete pass that it refuses.
CREATE FUNCTION ingest.is_referred_to(target regclass) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_depend AS p JOIN pg_constraint AS k ON k.oid = p.objid
    WHERE p.refclassid = 'pg_class'::regclass AND p.refobjid = target AND p.classid = 'pg_constraint'::regclass AND k.contype = 'f' AND k.confrelid = target);
END
$$;
COMMENT ON FUNCTION ingest.is_referred_to(regclass) IS 'Whether a foreign key refers to this table, its own ones included.';

CREATE FUNCTION ingest.plain_contract(about ingest.description, replaces boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  contract jsonb := CASE WHEN d.parent IS NOT NULL AND ingest.plain_way(about.contract -> 'within') IS NOT NULL THEN ingest.given_contract(d, about.contract) END;
BEGIN
  IF d.has_children OR d.record_filter IS NOT NULL OR contract -> 'names' IS NOT NULL OR (contract ->> 'want_record')::boolean
    OR NOT ingest.is_plain_table(d.target) OR replaces AND ingest.is_referred_to(d.target) THEN
    RETURN NULL;
  END IF;
  RETURN contract;
END
$$;
COMMENT ON FUNCTION ingest.plain_contract(ingest.description, boolean)
  IS 'The contract by which children are read straight out of the records that they stand in; NULL where they go the whole way. replaces: former ones go.';

-- Numbered below nought: who is left out of the parents ($4) is none of these.
CREATE FUNCTION ingest.lines_sql(documents text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('SELECT e.*, (u.nth - 2147483648)::integer AS record_no, u.nth, u.j FROM %s AS e CROSS JOIN LATERAL jsonb_array_elements(e.children) WITH ORDINALITY AS u (j, nth)', documents)
$$;
COMMENT ON FUNCTION ingest.lines_sql(text) IS 'The children that stand in such documents, one row each, with what is around them.';

CREATE FUNCTION ingest.children_sql(within jsonb, otherwise text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('CASE WHEN jsonb_typeof(x.found) = ''array'' THEN x.found %sELSE %s END',
    CASE WHEN (within ->> 'skip_missing')::boolean THEN 'WHEN coalesce(x.found, ''null'') = ''null'' THEN ''[]'' ' ELSE '' END, otherwise)
$$;
COMMENT ON FUNCTION ingest.children_sql(jsonb, text) IS 'SQL of the array of children that x.found is. otherwise: what it is where there is none.';

-- documents is a query of records, each with found, what the way to its children leads to (records_with_children_sql()).
CREATE FUNCTION ingest.documents_sql(about ingest.description, documents text, otherwise text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT x.file_no, x.file_id, x.source_time, x.sequencer, x.parent_no, x.key%s%s, %s AS children FROM (%s) AS x',
    (SELECT string_agg(format(', x.k%s', u.o - 1), '' ORDER BY u.o) FROM unnest((about.dataset).key_of_parent) WITH ORDINALITY AS u (name, o)),
    CASE WHEN ingest.reads_document(about.contract) THEN ', x.document' ELSE '' END, ingest.children_sql(about.contract -> 'within', otherwise), documents));
END
$$;
COMMENT ON FUNCTION ingest.documents_sql(ingest.description, text, text) IS 'The arrays in which children stand, one row for each record of the parent, with what is around them. otherwise: as in children_sql().';

CREATE FUNCTION ingest.reads_document(contract jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_path_exists(contract -> 'within', '$.places[*].kind ? (@ == "document" || @ == "parent")')
$$;
COMMENT ON FUNCTION ingest.reads_document(jsonb) IS 'Whether columns of a child read what stands around it in the record.';

-- The children of one dataset by CTEs: documents_<no> are the arrays in which they stand. Those that ride along with rows are looked at where they are.
CREATE FUNCTION ingest.plain_children_sql(about ingest.description, no bigint, documents text, replaces boolean, rides boolean, OUT ctes text, OUT counts text, OUT drift text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  contract jsonb := ingest.plain_contract(about, replaces);
  elements text := ingest.lines_sql('documents_' || no);
BEGIN
  IF contract IS NULL THEN
    RETURN;
  END IF;
  about.drawn := '{}';
  SELECT format('documents_%1$s AS %2$s (%3$s),
    %4$sadded_%1$s AS (INSERT INTO %5$s (%6$s) SELECT %7$s FROM (%8$s) AS c WHERE NOT c._ingest_suspect AND CASE WHEN c._ingest_unknown IS NULL THEN true ELSE ingest.unknown_is_seen() END%9$s ORDER BY %10$s RETURNING 1)',
    no, CASE WHEN rides THEN 'NOT MATERIALIZED' ELSE 'MATERIALIZED' END, ingest.documents_sql(about, documents, 'to_jsonb(ingest.in_doubt(x.file_no))'),
    CASE WHEN replaces THEN format('removed_%1$s AS (DELETE FROM %2$s AS t USING documents_%1$s AS e WHERE %3$s RETURNING 1),
    ', no, d.target, ingest.key_of_parent_sql(d, 'e')) ELSE '' END,
    d.target, i.names, i.value_list,
    ingest.typed_sql(about, ingest.quick_source(contract, elements)),
    CASE WHEN replaces THEN format(' AND (SELECT count(*) FROM removed_%s) >= 0', no) ELSE '' END,
    coalesce((SELECT string_agg(format('c.%I', u.k), ', ' ORDER BY u.o) FROM unnest(about.key) WITH ORDINALITY AS u (k, o)), 'c._ingest_file, c._ingest_record'))
  INTO ctes FROM (SELECT string_agg(quote_ident(s.name), ', ' ORDER BY s.sort) AS names, string_agg(s.value_sql, ', ' ORDER BY s.sort) AS value_list FROM ingest.incoming_columns(about) AS s WHERE s.is_written) AS i;
  counts := format('ARRAY(SELECT ROW(e.file_no, %L, sum(jsonb_array_length(e.children)), 0)::ingest.child_count FROM documents_%s AS e GROUP BY e.file_no HAVING sum(jsonb_array_length(e.children)) > 0)', d.name, no);
  -- Looked for once more where the insert has met any.
  drift := format('CASE WHEN (SELECT count(*) FROM added_%1$s) >= 0 THEN CASE WHEN current_setting(''ingest.unknown_seen'', true) = ''on'' THEN ARRAY(SELECT ROW(%2$L, x.seen)::ingest.child_drift FROM ingest.drift_of_children(
      ARRAY(SELECT ROW(r.file_no, r.no, r.unknown)::ingest.unknown_seen FROM (SELECT r.file_no, row_number() OVER (PARTITION BY r.file_no ORDER BY r.parent_no, r.nth)::integer AS no, %3$s AS unknown FROM (%4$s) AS r) AS r WHERE r.unknown IS NOT NULL), %5$L) AS x (seen)
      WHERE x.seen <> ''{}'') ELSE ''{}'' END END', no, d.name, ingest.remainder_sql(ingest.all_read(contract)), ingest.opened_sql(ingest.all_read(contract), elements), ingest.all_read(contract));
END
$$;
COMMENT ON FUNCTION ingest.plain_children_sql(ingest.description, bigint, text, boolean, boolean)
  IS 'The CTEs that insert the children which stand in records of their parent, the query that counts them by file, and that of their unknown members; they raise where one is not plainly good. replaces: former children of these records go. rides: the arrays stand in rows that were written down. NULL where they go the whole way.';

CREATE FUNCTION ingest.unknown_is_seen() RETURNS boolean
LANGUAGE sql VOLATILE AS $$
  SELECT pg_catalog.set_config('ingest.unknown_seen', 'on', true) IS NOT NULL
$$;
COMMENT ON FUNCTION ingest.unknown_is_seen() IS 'True, and noted: what inserts children has met one with unknown members.';

-- Their samples stand in no file of their own, so this is only for members that are known to drift.
CREATE FUNCTION ingest.drift_of_children(unknown ingest.unknown_seen[], columns jsonb) RETURNS ingest.drift_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT ROW(m.file_no, m.record_no, ingest.steps_path(m.parent || m.member), m.json_type, m.parent || m.member, NULL)::ingest.drift_seen FROM ingest.first_unknown_members(unknown, columns) AS m);
END
$$;
COMMENT ON FUNCTION ingest.drift_of_children(ingest.unknown_seen[], jsonb) IS 'Unknown members of children by file, path and JSON type, without their values.';

CREATE FUNCTION ingest.key_of_parent_sql(d ingest.dataset, document text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- Without its length: a cast would cut a key that is longer, or round it, and mean the children of another row.
  RETURN (SELECT string_agg(format('t.%I %s %s.k%s::%s', u.name, ingest.order_operator(b.base_oid, 3::smallint), document, u.o - 1, format_type(b.base_oid, -1)), ' AND ')
  FROM unnest(d.parent_key) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = u.name CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b);
END
$$;
COMMENT ON FUNCTION ingest.key_of_parent_sql(ingest.dataset, text) IS 'SQL that tells whether row t of a child has the key of its parent that such a document has.';

CREATE FUNCTION ingest.key_in_parent_sql(d ingest.dataset, parent text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT string_agg(format('t.%I %s %s.%I', u.own, ingest.order_operator(b.base_oid, 3::smallint), parent, u.theirs), ' AND ')
  FROM unnest(d.parent_key, d.key_of_parent) AS u (own, theirs) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = u.own CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b);
END
$$;
COMMENT ON FUNCTION ingest.key_in_parent_sql(ingest.dataset, text) IS 'SQL that tells whether row t of a child stands in that row of its parent.';

-- records is a query of records with their key as JSON.
CREATE FUNCTION ingest.records_with_children_sql(about ingest.description, records text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT p.file_no, p.file_id, p.source_time, p.sequencer, p.parent_no, p.key%s, p.j AS document, p.j #> %L AS found FROM (%s) AS p OFFSET 0',
    string_agg(format(', (p.key ->> %s)::%s AS k%1$s', u.o - 1, u.type), '' ORDER BY u.o), ingest.plain_way(about.contract -> 'within'), records)
  FROM unnest(ingest.key_types_of_parent(about.dataset)) WITH ORDINALITY AS u (type, o));
END
$$;
COMMENT ON FUNCTION ingest.records_with_children_sql(ingest.description, text) IS 'The documents of a child''s parent out of its records.';

-- $7: the contract of the parent. $8: ingest.applied_record[], those that were applied.
CREATE FUNCTION ingest.children_load_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('WITH %s SELECT %s, %s', x.ctes, x.counts, x.drift) FROM ingest.plain_children_sql(about, 1, ingest.records_with_children_sql(about, format('SELECT f.file_no, f.file_id, f.source_time, f.sequencer, a.key, p.j,
        CASE WHEN f.context ? ''places'' THEN (f.context -> ''places'' -> a.record_no - 1 ->> ''_record:'')::integer ELSE a.record_no END AS parent_no
      FROM unnest($1) AS f %s
      CROSS JOIN LATERAL (SELECT CASE WHEN f.record_no IS NOT NULL THEN ingest.document(ingest.staged_body(b.body, b.held)) ELSE (ingest.placed_records(ingest.staged_body(b.body, b.held), $7, f.context)).records END AS records OFFSET 0) AS d
      CROSS JOIN LATERAL unnest(d.records) WITH ORDINALITY AS p (j, no)
      JOIN unnest($8) AS a ON a.file_no = f.file_no AND a.record_no = coalesce(f.record_no, p.no)', ingest.staged_sql(about.contract))), false, false) AS x WHERE x.ctes IS NOT NULL);
END
$$;
COMMENT ON FUNCTION ingest.children_load_sql(ingest.description) IS 'The statement that inserts the children of records that were applied and counts them by file. NULL where they go the whole way.';

CREATE FUNCTION ingest.load_plain_children_as_caller(of_dataset text, files ingest.claimed_file[], parent_contract jsonb, applied ingest.applied_record[]) RETURNS ingest.load_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.compiled_dataset;
  outcome ingest.load_outcome;
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  SELECT * INTO STRICT c FROM ingest.own_compiled AS x WHERE x.dataset = of_dataset;
  EXECUTE c.children_load INTO outcome.children, outcome.child_drift USING files, c.contract, '{}'::ingest.parsed_record[], NULL::bigint[], NULL::integer, NULL::integer, parent_contract, applied;
  PERFORM ingest.restore_settings();
  PERFORM ingest.fire_deferred();
  RETURN outcome;
END
$$;
COMMENT ON FUNCTION ingest.load_plain_children_as_caller(text, ingest.claimed_file[], jsonb, ingest.applied_record[]) IS 'Inserts the children of records that were applied by children_load_sql().';

CREATE FUNCTION ingest.load_plain_children(of_dataset text, files ingest.claimed_file[], parent_contract jsonb, applied ingest.applied_record[]) RETURNS ingest.load_outcome
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('load_plain_children', 'ingest_loader');
  RETURN ingest.load_plain_children_as_caller(of_dataset, files, parent_contract, applied);
END
$$;
COMMENT ON FUNCTION ingest.load_plain_children(text, ingest.claimed_file[], jsonb, ingest.applied_record[]) IS 'load_plain_children_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.run_load_plain_children(child ingest.dataset, files ingest.claimed_file[], parent_contract jsonb, applied ingest.applied_record[]) RETURNS ingest.load_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  own_name text := child.name || ' plain';
  copy text;
  outcome ingest.load_outcome;
  held text[];
BEGIN
  -- Who loads the child has to read the records of its parent.
  IF (SELECT p.loader FROM ingest.dataset AS p WHERE p.name = child.parent) IS DISTINCT FROM child.loader OR (SELECT c.children_load FROM ingest.compiled_dataset AS c WHERE c.dataset = child.name) IS NULL
    OR NOT ingest.plain_is_due(own_name) THEN
    RETURN NULL;
  END IF;
  held := ingest.held();
  PERFORM ingest.forget_unknown_seen();
  BEGIN
    SELECT 'load_plain_children_' || x.no INTO copy FROM ingest.loader AS x WHERE x.role = child.loader;
    IF copy IS NULL THEN
      outcome := ingest.load_plain_children(child.name, files, parent_contract, applied);
    ELSE
      PERFORM ingest.hand_over(child.loader, files);
      EXECUTE format('SELECT * FROM ingest.%I($1, $2, $3, $4)', copy) INTO outcome USING child.name, files, parent_contract, applied;
    END IF;
    PERFORM ingest.clean_up(held);
    IF copy IS NOT NULL THEN
      DELETE FROM ingest.handed_over;
    END IF;
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    IF ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE NOT LIKE 'PI%' THEN
      RAISE;
    END IF;
    outcome := NULL;
  END;
  PERFORM ingest.plain_went(own_name, outcome.children IS NOT NULL);
  RETURN outcome;
END
$$;
COMMENT ON FUNCTION ingest.run_load_plain_children(ingest.dataset, ingest.claimed_file[], jsonb, ingest.applied_record[])
  IS 'load_plain_children() as the child''s loader; NULL, and nothing done, where its children have to go the whole way.';

CREATE FUNCTION ingest.forget_unknown_seen() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF current_setting('ingest.unknown_seen', true) = 'on' THEN
    PERFORM set_config('ingest.unknown_seen', '', true);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.forget_unknown_seen() IS 'To be called before children are inserted by plain_children_sql().';
