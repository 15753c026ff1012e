-- pg_ingest 0.2.0
-- The sql engine's statement for records and their children at once, and what it leaves to a closer look. docs/semantics.md, section 8.
--
-- The array in which children stand rides along with the row that a record becomes. So each record is opened once, and what is written of a
-- record decides what is written of its children.

CREATE FUNCTION ingest.plain_children(of_parent ingest.dataset) RETURNS TABLE (no bigint, child ingest.description, within jsonb, is_held boolean, loader name)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT row_number() OVER (ORDER BY ingest.foreign_depth(x.target), x.target::oid, x.name), a.child, (a.child).contract -> 'within', ingest.is_held_by_key(x, of_parent.target), x.loader::name
    FROM ingest.dataset AS x CROSS JOIN LATERAL (SELECT ingest.description(x.name) AS child OFFSET 0) AS a WHERE x.parent = of_parent.name;
END
$$;
COMMENT ON FUNCTION ingest.plain_children(ingest.dataset)
  IS 'The children of a dataset in the order in which they are loaded, the way to them, and whether a foreign key holds them to their record.';

-- Where all records of a unit are good, so are their children, or the attempt ends. So nobody has to tell which were applied.
CREATE FUNCTION ingest.loads_whole_families(about ingest.description, replaces boolean) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  key_columns jsonb := (SELECT jsonb_agg(c) FROM jsonb_array_elements(about.contract -> 'columns') AS c WHERE c ->> 'name' = ANY (about.key));
BEGIN
  -- A key that the record does not bring as it stands is known of its row alone.
  RETURN d.has_children AND d.parent IS NULL AND d.delete_when IS NULL AND about.contract -> 'names' IS NULL AND NOT key_columns @? '$[*] ? (@.origin != "record" || @.has_default == true)'
    AND jsonb_array_length(key_columns) >= cardinality(about.key) AND NOT EXISTS (SELECT FROM unnest(about.columns) AS c WHERE c.name = ANY (about.key) AND c.expression IS NOT NULL)
    AND coalesce((SELECT bool_and(ingest.plain_contract(x.child, replaces OR NOT x.is_held) IS NOT NULL AND x.loader IS NOT DISTINCT FROM d.loader) FROM ingest.plain_children(d) AS x), false);
END
$$;
COMMENT ON FUNCTION ingest.loads_whole_families(ingest.description, boolean)
  IS 'Whether a statement may load records of a dataset with their children. replaces: former children go, of records that are known.';

CREATE FUNCTION ingest.keyed_records_sql(about ingest.description, elements text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN format('SELECT s._ingest_file AS file_no, s._ingest_file_id AS file_id, s._ingest_source_time AS source_time, s._ingest_sequencer AS sequencer, s._ingest_record AS parent_no, s.j, %s AS key
      FROM (%s) AS s WHERE ($4 IS NULL OR (s._ingest_file::bigint << 32 | s._ingest_record) <> ALL ($4))', ingest.key_json_sql((about.dataset).target, 's'),
    ingest.quick_source(about.contract || jsonb_build_object('columns', (SELECT jsonb_agg(c) FROM jsonb_array_elements(about.contract -> 'columns') AS c WHERE c ->> 'name' = ANY (about.key)),
      'read_besides', '[]'::jsonb, 'on_unknown', 'ignore', 'want_rescued', false), elements, 'NULL::jsonb', ', r.j AS j'));
END
$$;
COMMENT ON FUNCTION ingest.keyed_records_sql(ingest.description, text) IS 'Records with their key as JSON, of which nothing else is read.';

CREATE FUNCTION ingest.riding(about ingest.description, OUT names text[], OUT carried text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  SELECT coalesce(array_agg(r.name ORDER BY r.name), '{}'), coalesce(string_agg(format(', %s AS %I', r.value_sql, r.name), '' ORDER BY r.name), '') INTO names, carried
  FROM (SELECT '_ingest_children_' || x.no AS name, format('r.j #> %L', ingest.plain_way(x.within)) AS value_sql FROM ingest.plain_children(about.dataset) AS x
    UNION ALL SELECT '_ingest_document', 'r.j' WHERE EXISTS (SELECT FROM ingest.plain_children(about.dataset) AS x WHERE ingest.reads_document((x.child).contract))) AS r;
END
$$;
COMMENT ON FUNCTION ingest.riding(ingest.description) IS 'What rides along with the rows of records that have children: what the way to these leads to, and the record where they read of it.';

CREATE FUNCTION ingest.riding_documents_sql(about ingest.description, child ingest.description, no bigint, rows text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT s._ingest_file AS file_no, s._ingest_file_id AS file_id, s._ingest_source_time AS source_time, s._ingest_sequencer AS sequencer, s._ingest_record AS parent_no, %s AS key%s%s, s._ingest_children_%s AS found FROM %s AS s',
    ingest.key_json_sql((about.dataset).target, 's'), string_agg(format(', s.%I::%s AS k%s', u.name, u.type, u.o - 1), '' ORDER BY u.o),
    CASE WHEN ingest.reads_document(child.contract) THEN ', s._ingest_document AS document' ELSE '' END, no, rows)
  FROM unnest((child.dataset).key_of_parent::text[], ingest.key_types_of_parent(child.dataset)) WITH ORDINALITY AS u (name, type, o));
END
$$;
COMMENT ON FUNCTION ingest.riding_documents_sql(ingest.description, ingest.description, bigint, text) IS 'The documents of a child''s parent out of rows along with which they ride.';

-- What is new has no former children where a foreign key holds these.
CREATE FUNCTION ingest.plain_family_sql(about ingest.description, elements text, rows text, all_new boolean, OUT ctes text, OUT counts text, OUT drift text, OUT checks text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  member record;
  one record;
BEGIN
  IF NOT ingest.loads_whole_families(about, NOT all_new) THEN
    RETURN;
  END IF;
  FOR member IN SELECT x.* FROM ingest.plain_children(about.dataset) AS x ORDER BY x.no LOOP
    SELECT * INTO one FROM ingest.plain_children_sql(member.child, member.no, CASE WHEN elements <> '' THEN ingest.records_with_children_sql(member.child, ingest.keyed_records_sql(about, elements))
      ELSE ingest.riding_documents_sql(about, member.child, member.no, rows) END, NOT all_new OR NOT member.is_held, elements = '') AS x;
    ctes := concat_ws(', ', ctes, one.ctes); counts := concat_ws(' || ', counts, one.counts); drift := concat_ws(' || ', drift, one.drift);
    checks := concat_ws(' AND ', checks, ingest.lines_are_good_sql(member.child, ingest.riding_documents_sql(about, member.child, member.no, 'typed')));
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.plain_family_sql(ingest.description, text, text, boolean)
  IS 'plain_children_sql() of all children of a dataset: of those that ride along with rows that are written, or, given elements, of records all of which are good and written. all_new: no row has a key of theirs. checks is SQL that is true where the children of all records in typed are good, and raises where not. NULL where some of them go the whole way.';

CREATE FUNCTION ingest.lines_are_good_sql(child ingest.description, documents text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  child.drawn := '{}';
  -- To count rows as wholes makes all their values.
  RETURN format('(SELECT count(c.*) FROM (%s OFFSET 0) AS c WHERE NOT c._ingest_suspect AND CASE WHEN %s THEN true ELSE ingest.in_doubt(c._ingest_file) END) >= 0',
    ingest.typed_sql(child, ingest.quick_source(ingest.plain_contract(child, false), ingest.lines_sql('(' || ingest.documents_sql(child, documents, 'to_jsonb(ingest.in_doubt(x.file_no))') || ')'))), child.clean);
END
$$;
COMMENT ON FUNCTION ingest.lines_are_good_sql(ingest.description, text) IS 'SQL that is true where the children in such documents are plainly good, and raises where one is not.';

-- What is not odd is read rightly by the quick form. A record is sound that has nothing odd, nor has any of its children.
CREATE FUNCTION ingest.sound_records_sql(about ingest.description, elements text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  riding record := ingest.riding(about);
  looked_at ingest.description := about;
  of_file text[] := CASE WHEN (about.contract ->> 'reads_context')::boolean THEN '{context,place}' ELSE '{}' END;
BEGIN
  -- No row is looked up here.
  looked_at.drawn := '{}';
  RETURN (SELECT format('SELECT t._ingest_file AS file_no, t._ingest_record AS record_no, t._ingest_j AS j, t._ingest_file_id AS file_id, t._ingest_source_time AS source_time, t._ingest_sequencer AS sequencer%s
      FROM (SELECT t.*, %s AS _ingest_good FROM (%s OFFSET 0) AS t OFFSET 0) AS t WHERE CASE WHEN t._ingest_good THEN %s ELSE false END',
    (SELECT string_agg(format(', t._ingest_%1$s AS %1$s', n), '') FROM unnest(of_file) AS n), about.clean,
    ingest.typed_sql(looked_at, ingest.aside_source(about.contract, elements, ', r.j AS _ingest_j' || riding.carried || coalesce((SELECT string_agg(format(', r.%1$s AS _ingest_%1$s', n), '') FROM unnest(of_file) AS n), '')),
      '{_ingest_j}' || riding.names || ARRAY(SELECT '_ingest_' || n FROM unnest(of_file) AS n)),
    string_agg(ingest.lines_are_sound_sql(x.child, ingest.riding_documents_sql(about, x.child, x.no, '(SELECT t.*)')), ' AND ' ORDER BY x.no))
  FROM ingest.plain_children(about.dataset) AS x);
END
$$;
COMMENT ON FUNCTION ingest.sound_records_sql(ingest.description, text)
  IS 'Of records those that are plainly good with all their children; raises at nothing. What is left out needs a closer look, or is refused.';

CREATE FUNCTION ingest.lines_are_sound_sql(child ingest.description, document text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN format('EXISTS (SELECT FROM (%s) AS d WHERE jsonb_array_length(d.children) = (SELECT count(*) FROM (%s OFFSET 0) AS c WHERE %s))',
    ingest.documents_sql(child, document, 'NULL'),
    ingest.typed_sql(child, ingest.aside_source(ingest.plain_contract(child, false), ingest.lines_sql('(SELECT d.*)'), '')), child.clean);
END
$$;
COMMENT ON FUNCTION ingest.lines_are_sound_sql(ingest.description, text) IS 'SQL that is true where all children in one document are plainly good; raises at nothing.';

-- As on the native engine one record of twenty may be odd, or ten of a few. Each is judged by itself, so of more the whole way is quicker.
CREATE FUNCTION ingest.aside_family_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
BEGIN
  -- A filter speaks first.
  IF d.record_filter IS NOT NULL OR d.suppresses OR d.on_error <> 'continue' OR EXISTS (SELECT FROM ingest.dataset AS x WHERE x.parent = d.name AND x.on_child_error <> 'record') THEN
    RETURN NULL;
  END IF;
  RETURN ingest.clean_load_sql(about, format('sound AS MATERIALIZED (%s),
    odd AS MATERIALIZED (SELECT CASE WHEN a.records - a.sound <= greatest(a.records / 20, 10) THEN a.records - a.sound ELSE ingest.in_doubt(0)::integer END AS many
      FROM (SELECT coalesce((SELECT sum(cardinality(f.records)) FROM files AS f), 0)::bigint AS records, (SELECT count(*) FROM sound) AS sound) AS a)',
    ingest.sound_records_sql(about, ingest.elements_sql(about.contract, 'files'))));
END
$$;
COMMENT ON FUNCTION ingest.aside_family_sql(ingest.description)
  IS 'The sql engine''s statement for records with children of which a few are odd: it loads the others and tells which these are. NULL where the dataset needs the whole load statement.';

CREATE FUNCTION ingest.odd_records_sql() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'CASE WHEN (SELECT o.many FROM odd AS o) > 0 THEN (SELECT array_agg(ROW(x.file_no, x.record_no, NULL, NULL)::ingest.odd_record ORDER BY x.file_no, x.record_no)
      FROM (SELECT f.file_no, coalesce(f.record_no, n.no::integer) AS record_no FROM files AS f CROSS JOIN LATERAL generate_series(1, cardinality(f.records)) AS n (no)) AS x
      WHERE (x.file_no, x.record_no) NOT IN (SELECT s.file_no, s.record_no FROM sound AS s)) ELSE ''{}'' END'
$$;
COMMENT ON FUNCTION ingest.odd_records_sql() IS 'The query of the records that aside_family_sql() leaves out.';

CREATE FUNCTION ingest.is_judging() RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.current_setting('ingest.judging', true) IS NOT DISTINCT FROM 'on'
$$;
COMMENT ON FUNCTION ingest.is_judging() IS 'Whether records that were set aside are judged: all of them are expected to be refused.';

CREATE FUNCTION ingest.say_judging(yes boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF ingest.is_judging() <> yes THEN
    PERFORM set_config('ingest.judging', CASE WHEN yes THEN 'on' ELSE '' END, true);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.say_judging(boolean) IS 'Has is_judging() say so, until the transaction ends.';
