-- The order between records of one key, and the upsert itself.

CREATE FUNCTION ingest.is_plain_table(target regclass) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT c.relkind = 'r' AND NOT c.relhassubclass AND NOT c.relhasrules
      AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = target AND NOT t.tgisinternal)
    FROM pg_class AS c WHERE c.oid = target);
END
$$;
COMMENT ON FUNCTION ingest.is_plain_table(regclass)
  IS 'Whether an insert puts just its rows into this very table: no partitions or heirs, no rules, no triggers of a user''s.';

CREATE FUNCTION ingest.key_columns(target regclass) RETURNS text[]
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(a.attname::text ORDER BY k.o)
  FROM pg_index AS i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, o)
  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE i.indrelid = target AND i.indisprimary AND k.o <= i.indnkeyatts
$$;
COMMENT ON FUNCTION ingest.key_columns(regclass) IS 'The columns of a table''s primary key, in its order; NULL without one.';

CREATE FUNCTION ingest.record_key(of_dataset text) RETURNS text[]
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.columns FROM ingest.dataset AS d CROSS JOIN LATERAL ingest.key_columns(d.target) AS k (columns)
  WHERE d.name = of_dataset AND k.columns <@ ARRAY(SELECT c.name FROM ingest.target_columns(of_dataset) AS c)
$$;
COMMENT ON FUNCTION ingest.record_key(text)
  IS 'The target''s primary key where records bring it; NULL without one, or where the table makes it (identity) or the pipeline does (metadata columns).';

-- Operators are named with their schema, as the index or the type's order has them: a type of an extension (citext)
-- has its own, which the pinned search_path does not show.
CREATE FUNCTION ingest.key_match_sql(target regclass, incoming text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(format('t.%1$I OPERATOR(%2$I.%3$s) %4$s.%1$I', a.attname, n.nspname, o.oprname, incoming), ' AND ' ORDER BY k.o)
  FROM pg_index AS i CROSS JOIN LATERAL unnest(i.indkey::smallint[], i.indclass::oid[]) WITH ORDINALITY AS k (attnum, opclass, o)
  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  JOIN pg_opclass AS c ON c.oid = k.opclass
  JOIN pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3
  JOIN pg_operator AS o ON o.oid = m.amopopr JOIN pg_namespace AS n ON n.oid = o.oprnamespace
  WHERE i.indrelid = target AND i.indisprimary AND k.o <= i.indnkeyatts
$$;
COMMENT ON FUNCTION ingest.key_match_sql(regclass, text)
  IS 'SQL that tells whether row t has the incoming row''s primary key, by the operators of its index.';

CREATE FUNCTION ingest.order_operator(type_oid oid, strategy smallint) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
      FROM pg_opclass AS c JOIN pg_am AS am ON am.oid = c.opcmethod AND am.amname = 'btree'
      JOIN pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
        AND m.amopstrategy = strategy
      JOIN pg_operator AS o ON o.oid = m.amopopr JOIN pg_namespace AS n ON n.oid = o.oprnamespace
      WHERE c.opcdefault AND c.opcintype = type_oid),
    (ARRAY['<', '<=', '=', '>=', '>'])[strategy])
$$;
COMMENT ON FUNCTION ingest.order_operator(oid, smallint)
  IS 'A type''s own comparison: 1 less, 3 equal, 5 greater (B-tree strategies). Types without one of their own (varchar, arrays, enums) borrow the usual.';

CREATE FUNCTION ingest.same_data_sql(of_dataset text, incoming text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  -- By image, not by the types' own equality: 1.0 and 1.00 are equal but not the same text, and json has no equality.
  SELECT coalesce(format('ROW(%s)::record *= ROW(%s)::record',
    string_agg(format('t.%I::%s', c.name, c.described ->> 'base_type'), ', ' ORDER BY c.attnum),
    string_agg(format('%s.%I::%s', incoming, c.name, c.described ->> 'base_type'), ', ' ORDER BY c.attnum)), 'true')
  FROM ingest.target_columns(of_dataset) AS c JOIN ingest.dataset AS d ON d.name = of_dataset
  WHERE c.name <> ALL (ingest.key_columns(d.target))
$$;
COMMENT ON FUNCTION ingest.same_data_sql(text, text)
  IS 'SQL that tells whether row t holds the incoming row''s data already, metadata columns and key apart.';

CREATE FUNCTION ingest.entry_key(of_file bigint, claimed ingest.claimed_file[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT c.key FROM unnest(claimed) AS c WHERE c.file_id = of_file LIMIT 1),
    (SELECT f.key FROM ingest.file AS f WHERE f.file_id = of_file)) COLLATE "C"
$$;
COMMENT ON FUNCTION ingest.entry_key(bigint, ingest.claimed_file[])
  IS 'The S3 key of a ledger entry, or of a file that is just being processed.';

CREATE FUNCTION ingest.version_sql(of_dataset text, incoming text, strategy smallint) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('%2$s.%1$I %3$s t.%1$I', d.version_column, incoming, ingest.order_operator(b.base_oid, strategy))
  FROM ingest.dataset AS d JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = d.version_column
  CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
  WHERE d.name = of_dataset
$$;
COMMENT ON FUNCTION ingest.version_sql(text, text, smallint)
  IS 'SQL that compares the incoming row''s version with that of row t, by a B-tree strategy; NULL without a version column.';

CREATE FUNCTION ingest.newer_sql(of_dataset text, incoming text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset;
  has text[];
  last_resort text;
  condition text;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  has := ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = ANY (ingest.metadata_columns())
    AND NOT a.attisdropped);
  last_resort := CASE WHEN d.version_column IS NULL THEN 'NOT ' || ingest.same_data_sql(of_dataset, incoming) ELSE 'false' END;
  condition := last_resort;
  IF '_record_no' = ANY (has) THEN
    condition := format('CASE WHEN t._record_no IS DISTINCT FROM %1$s._record_no THEN t._record_no IS NULL OR %1$s._record_no > t._record_no ELSE %2$s END',
      incoming, condition);
  END IF;
  IF '_file_id' = ANY (has) THEN
    -- An entry that was pruned has no key to go by.
    condition := format('CASE WHEN t._file_id IS DISTINCT FROM %1$s._file_id THEN t._file_id IS NULL OR coalesce(ingest.entry_key(%1$s._file_id, $1) >= ingest.entry_key(t._file_id, $1), %3$s) ELSE %2$s END',
      incoming, condition, last_resort);
  END IF;
  IF '_sequencer' = ANY (has) THEN
    condition := format('CASE WHEN t._sequencer IS DISTINCT FROM %1$s._sequencer THEN t._sequencer IS NULL OR ingest.sequencer_order(%1$s._sequencer) > ingest.sequencer_order(t._sequencer) ELSE %2$s END',
      incoming, condition);
  END IF;
  IF '_source_time' = ANY (has) THEN
    condition := format('CASE WHEN t._source_time IS DISTINCT FROM %1$s._source_time THEN t._source_time IS NULL OR %1$s._source_time > t._source_time ELSE %2$s END',
      incoming, condition);
  END IF;
  IF d.version_column IS NOT NULL THEN
    condition := format('CASE WHEN t.%I IS NULL OR %s THEN true WHEN %s THEN false ELSE NOT %s AND %s END', d.version_column,
      ingest.version_sql(of_dataset, incoming, 5::smallint), ingest.version_sql(of_dataset, incoming, 1::smallint),
      ingest.same_data_sql(of_dataset, incoming), condition);
  END IF;
  RETURN format('(%s) IS TRUE', condition);
END
$$;
COMMENT ON FUNCTION ingest.newer_sql(text, text) IS 'SQL that tells whether the incoming row replaces row t: docs/semantics.md section 4.';

CREATE FUNCTION ingest.unchanged_sql(of_dataset text, incoming text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
      -- The version is among the data.
      WHEN d.version_column IS NOT NULL THEN ingest.same_data_sql(of_dataset, incoming)
      WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_source_time' AND NOT a.attisdropped)
        THEN 'false'
      ELSE ingest.same_data_sql(of_dataset, incoming) END
  FROM ingest.dataset AS d WHERE d.name = of_dataset
$$;
COMMENT ON FUNCTION ingest.unchanged_sql(text, text) IS 'SQL that tells whether the incoming row need not be written because t holds it.';

CREATE FUNCTION ingest.state_sql(of_dataset text, incoming text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  -- A higher version is other data, which costs less to see than comparing all of it.
  SELECT format('CASE %sWHEN %s THEN ''same'' WHEN %s THEN ''newer'' ELSE ''stale'' END',
    'WHEN ' || ingest.version_sql(of_dataset, incoming, 5::smallint) || ' THEN ''newer'' ',
    ingest.unchanged_sql(of_dataset, incoming), ingest.newer_sql(of_dataset, incoming))
$$;
COMMENT ON FUNCTION ingest.state_sql(text, text) IS 'SQL of what the incoming row is to row t: same, newer or stale.';

CREATE FUNCTION ingest.incoming_columns(of_dataset text)
RETURNS TABLE (name text, value_sql text, sort integer)
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.name, format('c.%I', c.name), c.attnum FROM ingest.target_columns(of_dataset) AS c
  UNION ALL
  SELECT a.attname, CASE a.attname
      WHEN '_file_id' THEN 'c._ingest_file_id' WHEN '_record_no' THEN 'c._ingest_record' WHEN '_loaded_at' THEN 'statement_timestamp()'
      WHEN '_source_time' THEN 'c._ingest_source_time' WHEN '_sequencer' THEN 'c._ingest_sequencer' ELSE 'c._ingest_rescued' END, a.attnum
  FROM ingest.dataset AS d JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped
  WHERE d.name = of_dataset AND a.attname = ANY (ingest.metadata_columns()) AND a.attgenerated = '' AND a.attidentity = ''
$$;
COMMENT ON FUNCTION ingest.incoming_columns(text) IS 'Every column that the pipeline writes into a target, with the SQL of its value.';

CREATE FUNCTION ingest.write_sql(of_dataset text, mixed boolean, alone boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset;
  key text[];
  names text;
  assignments text;
  probed text;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  key := ingest.record_key(of_dataset);
  SELECT string_agg(quote_ident(i.name), ', ' ORDER BY i.sort),
    string_agg(format('%1$I = excluded.%1$I', i.name), ', ' ORDER BY i.sort) FILTER (WHERE i.name <> ALL (key))
  INTO names, assignments FROM ingest.incoming_columns(of_dataset) AS i;
  IF d.load_mode = 'append' THEN
    RETURN format('attempted AS (SELECT _ingest_file, ''new'' AS _ingest_state FROM incoming),
      applied AS (INSERT INTO %1$s (%2$s) SELECT %2$s FROM incoming ORDER BY %3$s RETURNING 1 AS one),
      lost AS (SELECT _ingest_file FROM attempted WHERE false)', d.target, names, coalesce((SELECT string_agg(quote_ident(k), ', ') FROM unnest(key) AS k), '_ingest_file, _ingest_record'));
  END IF;
  -- LIMIT keeps the planner from turning the probe of the target's key into a scan of the target. Where all keys
  -- may be new, the insert reads what it probes as it comes, in the key's order, and the same is looked at a second time
  -- only where some were not; where some are known to be there, it is looked at once and written down.
  probed := format('SELECT i.*, coalesce(p.state, ''new'') AS _ingest_state FROM incoming AS i LEFT JOIN LATERAL (
        SELECT %2$s AS state FROM %1$s AS t WHERE (%3$s) LIMIT 1) AS p ON true',
    d.target, ingest.state_sql(of_dataset, 'i'), ingest.key_match_sql(d.target, 'i'));
  RETURN format('attempted AS MATERIALIZED (%s),
    %s,
    lost AS (SELECT a._ingest_file FROM attempted AS a WHERE a._ingest_state IN (''new'', ''newer'') AND NOT EXISTS (SELECT FROM applied AS t WHERE %s))',
    probed, ingest.apply_sql(d.target, names, coalesce('DO UPDATE SET ' || assignments || ' WHERE ' || ingest.newer_sql(of_dataset, 'excluded'), 'DO NOTHING'),
      CASE WHEN mixed THEN 'attempted' ELSE '(' || probed || ')' END, alone), ingest.key_match_sql(d.target, 'a'));
END
$$;
COMMENT ON FUNCTION ingest.write_sql(text, boolean, boolean)
  IS 'The last CTEs of the load: what is attempted, what was applied, what lost a race against another session. mixed: some keys are known to be there; alone: no other session is expected to bring the same new keys.';

CREATE FUNCTION ingest.apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  -- An insert that minds conflicts writes each row to the log twice (it is speculative until its index entries stand);
  -- a plain one raises where another session was quicker. Only one of the two runs, so that every session goes through
  -- its keys once and in their order.
  SELECT CASE WHEN alone THEN format('some_known AS (SELECT EXISTS (SELECT FROM checked AS i CROSS JOIN LATERAL (SELECT FROM %1$s AS t WHERE %6$s LIMIT 1) AS t WHERE i._ingest_good) AS yes),
    inserted AS (INSERT INTO %1$s AS t (%2$s) SELECT %2$s FROM incoming WHERE NOT (SELECT yes FROM some_known) ORDER BY %3$s RETURNING %4$s),
    upserted AS (INSERT INTO %1$s AS t (%2$s) SELECT %2$s FROM attempted WHERE (SELECT yes FROM some_known) AND _ingest_state IN (''new'', ''newer'') ORDER BY %3$s
      ON CONFLICT (%3$s) %5$s RETURNING %4$s),
    applied AS (SELECT * FROM inserted UNION ALL SELECT * FROM upserted)', target, names, k.list, k.returned, on_conflict, ingest.key_match_sql(target, 'i'))
    ELSE format('applied AS (INSERT INTO %1$s AS t (%2$s) SELECT %2$s FROM %6$s AS a WHERE _ingest_state IN (''new'', ''newer'') ORDER BY %3$s
      ON CONFLICT (%3$s) %5$s RETURNING %4$s)', target, names, k.list, k.returned, on_conflict, probed) END
  FROM (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) AS list, string_agg(format('t.%I', u.k), ', ' ORDER BY u.o) AS returned
    FROM unnest(ingest.key_columns(target)) WITH ORDINALITY AS u (k, o)) AS k
$$;
COMMENT ON FUNCTION ingest.apply_sql(regclass, text, text, text, boolean) IS 'The CTEs that write rows of the states new and newer into the target.';

CREATE FUNCTION ingest.attempted_counts_sql() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'coalesce((SELECT jsonb_object_agg(n._ingest_file, n.loaded) FROM (SELECT _ingest_file, count(*) FILTER (WHERE _ingest_state <> ''stale'') AS loaded
        FROM attempted GROUP BY 1) AS n), ''{}''),
      CASE WHEN (SELECT count(*) FROM applied) < (SELECT count(*) FROM attempted WHERE _ingest_state IN (''new'', ''newer''))
        THEN (SELECT jsonb_object_agg(n._ingest_file, n.lost) FROM (SELECT _ingest_file, count(*) AS lost FROM lost GROUP BY 1) AS n) ELSE ''{}'' END'
$$;
COMMENT ON FUNCTION ingest.attempted_counts_sql() IS 'By file, from the CTEs of write_sql(): the records whose keys were attempted and not stale, and those that lost a race.';

CREATE FUNCTION ingest.checked_sql(of_dataset text, contract jsonb, clean text, source text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('SELECT *, _ingest_clean AND (_ingest_first IS NULL OR _ingest_first = _ingest_record) AS _ingest_good
      FROM (SELECT *, %2$s AS _ingest_first FROM (SELECT *, %3$s AS _ingest_clean FROM (%1$s) AS t OFFSET 0) AS c) AS c',
    ingest.typed_sql(of_dataset, contract, source),
    coalesce((SELECT format('CASE WHEN _ingest_clean THEN min(_ingest_record) FILTER (WHERE _ingest_clean) OVER (PARTITION BY _ingest_file, %s) END',
        string_agg(quote_ident(u.k), ', ' ORDER BY u.o))
      FROM unnest(ingest.record_key(of_dataset)) WITH ORDINALITY AS u (k, o) WHERE d.load_mode = 'append' HAVING count(*) > 0), 'NULL::integer'),
    clean)
  FROM ingest.dataset AS d WHERE d.name = of_dataset
$$;
COMMENT ON FUNCTION ingest.checked_sql(text, jsonb, text, text)
  IS 'The query that tells of every record whether it is clean and, in an append, which record of its file was the first with its key.';

CREATE FUNCTION ingest.load_sql(of_dataset text, source text, alone boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset;
  contract jsonb := ingest.contract(of_dataset);
  key text[];
  key_list text;
  checks record;
  winners text;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  key := ingest.record_key(of_dataset);
  SELECT string_agg(quote_ident(k), ', ' ORDER BY o) INTO key_list FROM unnest(key) WITH ORDINALITY AS u (k, o);
  SELECT * INTO checks FROM ingest.checks_sql(of_dataset, contract);
  winners := CASE WHEN d.load_mode = 'append' THEN 'SELECT * FROM checked WHERE _ingest_good'
    ELSE format('SELECT DISTINCT ON (%1$s) * FROM checked WHERE _ingest_good ORDER BY %1$s%2$s, _ingest_file DESC, _ingest_record DESC',
      key_list, CASE WHEN d.version_column IS NULL THEN '' ELSE format(', %I DESC', d.version_column) END) END;
  -- Each CTE that is read more than once is written to memory once; the counts are taken in one pass, and what only
  -- trouble needs (rejects, unknown members, losers of a race) is looked for only if that pass saw trouble.
  RETURN format('WITH checked AS (%1$s),
    seen AS (SELECT _ingest_file, count(*) AS records, count(*) FILTER (WHERE _ingest_good) AS good, count(*) FILTER (WHERE _ingest_suspect) AS suspects, count(_ingest_unknown) FILTER (WHERE NOT _ingest_suspect) AS unknown
      FROM checked GROUP BY 1),
    rejects AS (SELECT c._ingest_file, c._ingest_record, k.no, k.column_name, k.error_code, k.error FROM checked AS c
      CROSS JOIN LATERAL (VALUES %2$s (0, NOT c._ingest_clean OR c._ingest_good, NULL, ''duplicate_in_file'', %3$s)) AS k (no, good, column_name, error_code, error)
      WHERE NOT c._ingest_good AND NOT c._ingest_suspect AND NOT k.good),
    incoming AS NOT MATERIALIZED (SELECT c._ingest_file, c._ingest_record, %4$s FROM (%5$s) AS c),
    %6$s
    SELECT
      coalesce((SELECT jsonb_object_agg(n._ingest_file, n.good) FROM seen AS n), ''{}''),
      CASE WHEN (SELECT count(*) FROM applied) = (SELECT sum(n.good) FROM seen AS n) THEN (SELECT jsonb_object_agg(n._ingest_file, n.good) FROM seen AS n)
        ELSE coalesce((SELECT jsonb_object_agg(n._ingest_file, n.loaded) FROM (SELECT _ingest_file, count(*) FILTER (WHERE _ingest_state <> ''stale'') AS loaded FROM attempted GROUP BY 1) AS n), ''{}'') END,
      CASE WHEN (SELECT count(*) FROM applied) < (SELECT sum(n.good) FROM seen AS n) AND (SELECT count(*) FROM applied) < (SELECT count(*) FROM attempted WHERE _ingest_state IN (''new'', ''newer''))
        THEN (SELECT jsonb_object_agg(n._ingest_file, n.lost) FROM (SELECT _ingest_file, count(*) AS lost FROM lost GROUP BY 1) AS n) ELSE ''{}'' END,
      CASE WHEN (SELECT sum(n.suspects) FROM seen AS n) > 0 THEN (SELECT array_agg(c._ingest_file::bigint << 32 | c._ingest_record ORDER BY 1) FROM checked AS c WHERE c._ingest_suspect) ELSE ''{}'' END,
      CASE WHEN (SELECT sum(n.records - n.good) FROM seen AS n) > 0 THEN coalesce((SELECT array_agg(ROW(r._ingest_file, r._ingest_record, NULL, r.column_name, r.error_code, r.error)::ingest.fault
        ORDER BY r._ingest_file, r._ingest_record, r.no) FROM rejects AS r), ''{}'') ELSE ''{}'' END,
      CASE WHEN (SELECT sum(n.unknown) FROM seen AS n) > 0 THEN (SELECT array_agg(ROW(u._ingest_file, u._ingest_record, u._ingest_unknown)::ingest.unknown_seen)
        FROM checked AS u WHERE u._ingest_unknown IS NOT NULL AND NOT u._ingest_suspect) ELSE ''{}'' END',
    ingest.checked_sql(of_dataset, contract, checks.clean, source),
    checks.faults,
    CASE WHEN key IS NULL THEN 'NULL::text' ELSE format('format(%L, %s, c._ingest_first)',
      'the key (' || replace(array_to_string(key, ', '), '%',
      '%%') || ') = (%s) stands in record %s already; expected each key once in an append',
      (SELECT string_agg(format('ingest.shown(c.%I::text)', k), ' || '', '' || ' ORDER BY o)
        FROM unnest(key) WITH ORDINALITY AS u (k, o))) END,
    (SELECT string_agg(format('%s AS %I', i.value_sql, i.name), ', ' ORDER BY i.sort) FROM ingest.incoming_columns(of_dataset) AS i),
    winners, ingest.write_sql(of_dataset, false, alone));
END
$$;
COMMENT ON FUNCTION ingest.load_sql(text, text, boolean)
  IS 'The whole statement that loads a dataset''s files from a row source; what ingest_explain() shows. alone: as in write_sql().';

-- The rows are as many as the records: each is inserted or the statement raises, and a table with triggers or rules that
-- could have it otherwise is not plain. So nothing has to be written down to be counted, looked up or returned.
-- What the table refuses by itself (a known key, one that comes twice, a CHECK constraint) raises.
CREATE FUNCTION ingest.plain_load_sql(of_dataset text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('WITH files AS MATERIALIZED (%s),
    added AS (INSERT INTO %s (%s) SELECT %s FROM (%s) AS c WHERE NOT c._ingest_suspect ORDER BY %s)
    SELECT n.records, n.records, ''{}''::jsonb, ''{}''::bigint[], ''{}''::ingest.fault[], ''{}''::ingest.unknown_seen[]
    FROM (SELECT coalesce(jsonb_object_agg(f.file_no, cardinality(f.records)), ''{}'') AS records FROM files AS f) AS n',
    ingest.quick_files_sql(k.contract), d.target, i.names, i.value_list,
    -- Records with unknown members are left to the whole load statement, which tells which they are.
    ingest.typed_sql(of_dataset, k.contract, ingest.quick_source(k.contract || '{"on_unknown": "reject"}',
      ingest.elements_sql('files'))),
    coalesce((SELECT string_agg(format('c.%I', u.k), ', ' ORDER BY u.o) FROM unnest(ingest.record_key(of_dataset)) WITH ORDINALITY AS u (k, o)),
      'c._ingest_file, c._ingest_record'))
  FROM ingest.dataset AS d
  CROSS JOIN LATERAL (SELECT ingest.contract(of_dataset) AS contract OFFSET 0) AS k
  CROSS JOIN LATERAL (SELECT string_agg(quote_ident(s.name), ', ' ORDER BY s.sort) AS names,
    string_agg(s.value_sql, ', ' ORDER BY s.sort) AS value_list FROM ingest.incoming_columns(of_dataset) AS s) AS i
  -- NULL of an expression, or of the version's default, may be refused where the table would take it.
  WHERE d.name = of_dataset AND NOT (k.contract ->> 'want_record')::boolean AND ingest.is_plain_table(d.target)
    AND NOT EXISTS (SELECT FROM ingest.target_columns(of_dataset) AS c
      WHERE c.name = d.version_column AND c.default_sql IS NOT NULL AND NOT c.not_null)
$$;
COMMENT ON FUNCTION ingest.plain_load_sql(text)
  IS 'The sql engine''s statement for files whose records are all good and new: one insert in key order, and each file''s records counted. NULL where the dataset needs the whole load statement.';

-- As the whole load statement, but nothing is written down before the keys are in order: what would have to be told of
-- a record ends it. Files are counted last, so that the first such record ends it before the others are read.
CREATE FUNCTION ingest.clean_load_sql(of_dataset text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('WITH files AS MATERIALIZED (%1$s),
    incoming AS NOT MATERIALIZED (SELECT c._ingest_file, c._ingest_record, %2$s FROM (SELECT DISTINCT ON (%3$s) * FROM (%4$s OFFSET 0) AS t
      WHERE CASE WHEN %5$s AND _ingest_unknown IS NULL THEN true ELSE ingest.not_clean(_ingest_file) END ORDER BY %3$s%6$s, _ingest_file DESC, _ingest_record DESC) AS c),
    %7$s
    SELECT (SELECT coalesce(jsonb_object_agg(f.file_no, cardinality(f.records)), ''{}'') FROM files AS f), n.loaded, n.lost, ''{}''::bigint[], ''{}''::ingest.fault[], ''{}''::ingest.unknown_seen[]
    FROM (SELECT %8$s OFFSET 0) AS n (loaded, lost)',
    ingest.quick_files_sql(k.contract), i.value_list, p.key_list,
    ingest.typed_sql(of_dataset, k.contract, ingest.quick_source(k.contract, ingest.elements_sql('files'))),
    (ingest.checks_sql(of_dataset, k.contract)).clean,
    coalesce(', ' || quote_ident(d.version_column) || ' DESC', ''),
    ingest.write_sql(of_dataset, true, false), ingest.attempted_counts_sql())
  FROM ingest.dataset AS d
  CROSS JOIN LATERAL (SELECT ingest.contract(of_dataset) AS contract OFFSET 0) AS k
  CROSS JOIN LATERAL (SELECT string_agg(format('%s AS %I', s.value_sql, s.name), ', ' ORDER BY s.sort) AS value_list
    FROM ingest.incoming_columns(of_dataset) AS s) AS i
  CROSS JOIN LATERAL (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) AS key_list
    FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o)) AS p
  WHERE d.name = of_dataset AND d.load_mode = 'upsert' AND NOT (k.contract ->> 'want_record')::boolean
$$;
COMMENT ON FUNCTION ingest.clean_load_sql(text)
  IS 'The sql engine''s upsert of files whose records are all good and hold no unknown members; NULL where the dataset needs the whole load statement.';

CREATE FUNCTION ingest.gathered_upsert_sql(of_dataset text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('WITH incoming AS (SELECT *%s FROM ingest_native.gathered_rows() AS i (_ingest_file integer, %s)),
    %s
    SELECT %s',
    -- An append writes in the order of reading, in which the rows come; the target need not have a column for it.
    CASE WHEN d.load_mode = 'append' THEN ', row_number() OVER () AS _ingest_record' ELSE '' END,
    (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
      WHERE a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped),
    ingest.write_sql(of_dataset, true, false), ingest.attempted_counts_sql())
  FROM ingest.dataset AS d
  -- Expressions see the whole record, and an append has to tell which record of a file repeats a key.
  WHERE d.name = of_dataset AND NOT (ingest.contract(of_dataset) ->> 'want_record')::boolean
    AND (d.load_mode = 'upsert' OR ingest.key_columns(d.target) IS NULL)
$$;
COMMENT ON FUNCTION ingest.gathered_upsert_sql(text)
  IS 'The statement that loads rows which the extension has gathered, counted by file; NULL where the dataset needs the whole load statement.';
