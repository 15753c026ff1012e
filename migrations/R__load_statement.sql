-- pg_ingest 0.2.0
-- The statements that load a dataset's files.

CREATE FUNCTION ingest.checked_sql(about ingest.description, clean text, source text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT *, _ingest_clean AND (_ingest_first IS NULL OR _ingest_first = _ingest_record) AS _ingest_good
      FROM (SELECT *, %2$s AS _ingest_first FROM (SELECT *, %3$s AS _ingest_clean FROM (%1$s) AS t OFFSET 0) AS c) AS c',
    ingest.typed_sql(about, source),
    coalesce((SELECT format('CASE WHEN _ingest_clean THEN min(_ingest_record) FILTER (WHERE _ingest_clean) OVER (PARTITION BY _ingest_file, %s) END',
        string_agg(quote_ident(u.k), ', ' ORDER BY u.o))
      FROM unnest(about.key) WITH ORDINALITY AS u (k, o) WHERE (about.dataset).load_mode = 'append' HAVING count(*) > 0), 'NULL::integer'),
    clean));
END
$$;
COMMENT ON FUNCTION ingest.checked_sql(ingest.description, text, text)
  IS 'The query that tells of every record whether it is clean and, in an append, which record of its file was the first with its key.';

CREATE FUNCTION ingest.rejects_sql(about ingest.description, last_check text, of_checks text, of_values text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN format('SELECT c._ingest_file, c._ingest_record, k.no, k.column_name, k.error_code, k.error FROM checked AS c
      CROSS JOIN LATERAL (VALUES %s %s) AS k (no, good, column_name, error_code, error)
      WHERE %s AND NOT k.good
      UNION ALL SELECT c._ingest_file, c._ingest_record, CASE f.place WHEN 0 THEN 2147483647 ELSE f.place - 2147483648 END, (%L::text[])[f.place], f.code, NULL FROM checked AS c
      CROSS JOIN LATERAL unnest(c._ingest_faults, c._ingest_codes) AS f (place, code) WHERE c._ingest_codes IS NOT NULL AND %s',
    about.faults, last_check, of_checks,
    ARRAY(SELECT c.value ->> 'name' FROM jsonb_array_elements(about.contract -> 'columns') WITH ORDINALITY AS c (value, no) ORDER BY c.no), of_values);
END
$$;
COMMENT ON FUNCTION ingest.rejects_sql(ingest.description, text, text, text)
  IS 'The query of the faults of checked records: of checks, with one more behind them, and of values. The two conditions say of which records.';

CREATE FUNCTION ingest.load_sql(about ingest.description, source text, alone boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN about.stand_in IS NULL THEN ingest.load_of_checked_sql(about, ingest.checked_sql(about, about.clean, source), alone)
    ELSE ingest.load_in_steps_sql(about, ingest.checked_sql(about, about.clean, source)) END;
END
$$;
COMMENT ON FUNCTION ingest.load_sql(ingest.description, text, boolean)
  IS 'The whole statement that loads a dataset''s files from a row source; what ingest_explain() shows. alone: as in write_sql().';

CREATE FUNCTION ingest.load_of_checked_sql(about ingest.description, checked text, alone boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key text[] := about.key;
  contract jsonb := about.contract;
  winners text;
  -- A record that is left out is told as nothing else.
  kept text := CASE WHEN (about.contract ->> 'want_unknown')::boolean THEN 'c._ingest_kept' ELSE 'true' END;
BEGIN
  winners := CASE WHEN (about.dataset).load_mode = 'append' THEN 'SELECT * FROM checked WHERE _ingest_good' || CASE WHEN (about.dataset).parent IS NULL THEN '' ELSE ' AND NOT ingest.is_only_checked()' END
    WHEN contract ? 'deletes' THEN ingest.winners_with_deletes_sql(about)
    ELSE ingest.winners_sql(about, 'checked WHERE _ingest_good') END;
  -- Each CTE that is read more than once is written to memory once, and the counts are taken in one pass. Rejects,
  -- unknown members and losers of a race are looked for only if that pass saw trouble.
  RETURN format('WITH checked AS (%1$s),
    seen AS (SELECT _ingest_file, count(*) FILTER (WHERE %6$s) AS records, count(*) FILTER (WHERE _ingest_good) AS good, count(*) FILTER (WHERE _ingest_suspect) AS suspects, count(_ingest_unknown) FILTER (WHERE NOT _ingest_suspect AND %6$s) AS unknown
      FROM checked AS c GROUP BY 1),
    rejects AS (%2$s),
    incoming AS NOT MATERIALIZED (SELECT c._ingest_file, c._ingest_record, %3$s FROM (%4$s) AS c),
    %5$s
    SELECT
      coalesce((SELECT jsonb_object_agg(n._ingest_file, n.good) FROM seen AS n), ''{}''),
      %8$s,
      CASE WHEN (SELECT sum(n.suspects) FROM seen AS n) > 0 THEN (SELECT array_agg(c._ingest_file::bigint << 32 | c._ingest_record ORDER BY 1) FROM checked AS c WHERE c._ingest_suspect) ELSE ''{}'' END,
      CASE WHEN (SELECT sum(n.records - n.good) FROM seen AS n) > 0 THEN coalesce((SELECT array_agg(ROW(r._ingest_file, r._ingest_record, NULL, r.column_name, r.error_code, r.error)::ingest.fault
        ORDER BY r._ingest_file, r._ingest_record, r.no) FROM rejects AS r), ''{}'') ELSE ''{}'' END,
      CASE WHEN (SELECT sum(n.unknown) FROM seen AS n) > 0 THEN (SELECT array_agg(ROW(c._ingest_file, c._ingest_record, c._ingest_unknown)::ingest.unknown_seen)
        FROM checked AS c WHERE c._ingest_unknown IS NOT NULL AND NOT c._ingest_suspect AND %6$s) ELSE ''{}'' END,
      %7$s%9$s',
    checked,
    ingest.rejects_sql(about, format('(0, NOT c._ingest_clean OR c._ingest_good, NULL, ''duplicate_in_file'', %s)', CASE WHEN key IS NULL THEN 'NULL::text' WHEN (about.dataset).parent IS NOT NULL THEN format('format(%L, %s)',
      'the key (' || replace(array_to_string(key, ', '), '%', '%%') || ') = (%s) stands there twice; expected each key once in a record',
      (SELECT string_agg(format('ingest.shown(c.%I::text)', k), ' || '', '' || ' ORDER BY o) FROM unnest(key) WITH ORDINALITY AS u (k, o)))
    ELSE format('format(%L, %s, c._ingest_first)',
      'the key (' || replace(array_to_string(key, ', '), '%',
      '%%') || ') = (%s) stands in record %s already; expected each key once in an append',
      (SELECT string_agg(format('ingest.shown(c.%I::text)', k), ' || '', '' || ' ORDER BY o)
        FROM unnest(key) WITH ORDINALITY AS u (k, o))) END), 'NOT c._ingest_good AND NOT c._ingest_suspect AND ' || kept, 'NOT c._ingest_suspect AND ' || kept),
    (SELECT string_agg(format('%s AS %I', i.value_sql, i.name), ', ' ORDER BY i.sort) FROM ingest.incoming_columns(about) AS i)
      || CASE WHEN contract ? 'deletes' THEN ', c._ingest_file_id, c._ingest_source_time, c._ingest_sequencer' || ingest.fate_columns() ELSE '' END,
    winners, ingest.write_sql(about, false, alone),
    kept,
    CASE kept WHEN 'true' THEN '''{}''::bigint[]' ELSE 'ARRAY(SELECT c._ingest_file::bigint << 32 | c._ingest_record FROM checked AS c WHERE NOT c._ingest_kept)' END,
    CASE WHEN contract ? 'deletes' THEN ingest.counts_with_deletes_sql() ELSE 'CASE WHEN (SELECT count(*) FROM applied) = (SELECT sum(n.good) FROM seen AS n) THEN (SELECT jsonb_object_agg(n._ingest_file, n.good) FROM seen AS n)
        ELSE coalesce((SELECT jsonb_object_agg(n._ingest_file, n.loaded) FROM (SELECT _ingest_file, count(*) FILTER (WHERE _ingest_state <> ''stale'') AS loaded FROM attempted GROUP BY 1) AS n), ''{}'') END,
      CASE WHEN (SELECT count(*) FROM applied) < (SELECT sum(n.good) FROM seen AS n) AND (SELECT count(*) FROM applied) < (SELECT count(*) FROM attempted WHERE _ingest_state IN (''new'', ''newer''))
        THEN (SELECT jsonb_object_agg(n._ingest_file, n.lost) FROM (SELECT _ingest_file, count(*) AS lost FROM lost GROUP BY 1) AS n) ELSE ''{}'' END' END,
    CASE WHEN contract ? 'deletes' THEN ingest.told_deletes_sql(about.dataset, 'ARRAY(SELECT c._ingest_file::bigint << 32 | c._ingest_record FROM checked AS c WHERE c._ingest_deleted)') ELSE '' END) || ingest.applied_sql(about);
END
$$;
COMMENT ON FUNCTION ingest.load_of_checked_sql(ingest.description, text, boolean)
  IS 'That statement over a query of records that were checked (checked_sql()).';

-- What both statements for files without anything to tell begin with.
CREATE FUNCTION ingest.plain_records_sql(about ingest.description, OUT ctes text, OUT source text, OUT good text, OUT filtered text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  elements text := ingest.elements_sql(about.contract, 'files');
BEGIN
  ctes := format('files AS MATERIALIZED (%s)', ingest.quick_files_sql(about.contract));
  source := elements;
  -- What is joined holds no records: a large file's would be copied.
  good := 'SELECT coalesce(jsonb_object_agg(f.file_no, f.records - coalesce(x.left_out, 0)), ''{}'') FROM (SELECT file_no, cardinality(records) AS records FROM files OFFSET 0) AS f
    LEFT JOIN (SELECT x >> 32 AS file_no, count(*) AS left_out FROM unnest($4) AS x GROUP BY 1) AS x ON x.file_no = f.file_no';
  filtered := '''{}''::bigint[]';
  IF (about.dataset).record_filter IS NOT NULL THEN
    ctes := format('%s, sifted AS MATERIALIZED (%s)', ctes, ingest.sifted_sql(about, elements));
    source := 'SELECT * FROM sifted AS f WHERE f.is_kept';
    good := 'SELECT coalesce(jsonb_object_agg(f.file_no, coalesce(n.kept, 0)), ''{}'') FROM (SELECT file_no FROM files OFFSET 0) AS f LEFT JOIN (SELECT file_no, count(*) AS kept FROM sifted WHERE is_kept GROUP BY 1) AS n ON n.file_no = f.file_no';
    filtered := 'ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM sifted AS f WHERE NOT f.is_kept)';
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.plain_records_sql(ingest.description)
  IS 'The CTEs that read files and ask the filter, and the query of the records that it lets pass. good is the number of these by file without those that are excluded, and filtered are the records that it leaves out.';

CREATE FUNCTION ingest.told_of_family_sql(counts text, drift text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT ', NULL::jsonb, NULL::bigint[], NULL::ingest.tombstone_change[], NULL::ingest.applied_record[], ' || counts || ', NULL::bigint[], NULL::jsonb, ' || drift
$$;
COMMENT ON FUNCTION ingest.told_of_family_sql(text, text) IS 'What a statement that loads records with their children tells behind all else: queries of plain_family_sql().';

CREATE FUNCTION ingest.unknown_of_typed_sql(has_children boolean) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN has_children THEN 'coalesce((SELECT array_agg(ROW(t._ingest_file, t._ingest_record, t._ingest_unknown)::ingest.unknown_seen) FROM typed AS t WHERE t._ingest_unknown IS NOT NULL), ''{}'')'
    ELSE '''{}''::ingest.unknown_seen[]' END
$$;
COMMENT ON FUNCTION ingest.unknown_of_typed_sql(boolean) IS 'The query of the unknown members of records that are written down for their children; none for others, whose first one ends a quick load.';

-- The rows are as many as the records: each is inserted or the statement raises, and a table with triggers or rules that
-- could have it otherwise is not plain. So nothing has to be written down to be counted, looked up or returned.
-- What the table refuses by itself (a known key, one that comes twice, a CHECK constraint) raises.
CREATE FUNCTION ingest.plain_load_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  records record := ingest.plain_records_sql(about);
  behind ingest.description := ingest.behind_filter(about);
  family record := ingest.plain_family_sql(behind, '', 'typed', true);
  riding record := ingest.riding(behind);
  typed text;
BEGIN
  -- No row is looked up: there is none, or its key ends the attempt.
  behind.drawn := '{}';
  -- Without children, records with unknown members are left to the whole load statement, which tells which they are.
  typed := CASE WHEN d.has_children THEN ingest.typed_sql(behind, ingest.quick_source(behind.contract, records.source, ingest.remainder_sql(ingest.all_read(behind.contract)), riding.carried), riding.names)
    ELSE ingest.typed_sql(behind, ingest.quick_source(behind.contract || '{"on_unknown": "reject"}', records.source)) END;
  RETURN (SELECT format('WITH %s%s,
    added AS (INSERT INTO %s (%s) SELECT %s FROM %s AS c WHERE NOT c._ingest_suspect ORDER BY %s)%s
    SELECT n.records, n.records, ''{}''::jsonb, ''{}''::bigint[], ''{}''::ingest.fault[], %s, %s%s
    FROM (SELECT (%s) AS records OFFSET 0) AS n',
    records.ctes, CASE WHEN d.has_children THEN format(',
    typed AS MATERIALIZED (%s)', typed) ELSE '' END, d.target, i.names, i.value_list,
    CASE WHEN d.has_children THEN 'typed' ELSE '(' || typed || ')' END,
    coalesce((SELECT string_agg(format('c.%I', u.k), ', ' ORDER BY u.o) FROM unnest(about.key) WITH ORDINALITY AS u (k, o)),
      'c._ingest_file, c._ingest_record'), coalesce(', ' || family.ctes, ''), ingest.unknown_of_typed_sql(d.has_children), records.filtered,
    coalesce(ingest.told_of_family_sql(family.counts, family.drift), ''), records.good)
  FROM (SELECT string_agg(quote_ident(s.name), ', ' ORDER BY s.sort) AS names,
    string_agg(s.value_sql, ', ' ORDER BY s.sort) AS value_list FROM ingest.incoming_columns(about) AS s WHERE s.is_written) AS i
  -- NULL of an expression, or of the version's default, may be refused where the table would take it.
  WHERE d.delete_when IS NULL AND NOT (behind.contract ->> 'want_record')::boolean AND ingest.sifts_first(about) AND ingest.is_plain_table(d.target) AND (NOT d.has_children OR family.ctes IS NOT NULL)
    AND NOT EXISTS (SELECT FROM unnest(about.columns) AS c
      WHERE c.name = d.version_column AND c.default_sql IS NOT NULL AND NOT c.not_null));
END
$$;
COMMENT ON FUNCTION ingest.plain_load_sql(ingest.description)
  IS 'The sql engine''s statement for files whose records are all good and new: one insert in key order, and each file''s records counted. NULL where the dataset needs the whole load statement.';

-- As the whole load statement, but nothing is written down before the keys are in order: what would have to be told of
-- a record ends it. Files are counted last, so that the first such record ends it before the others are read.
-- Children go in with records that are written. Where some are not, since they are stale or another of their key wins, theirs are read all
-- the same: whether a record is a reject must not depend on what came before it.
CREATE FUNCTION ingest.clean_load_sql(about ingest.description, sifts text DEFAULT '') RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  records record := ingest.plain_records_sql(about);
  behind ingest.description := ingest.behind_filter(about);
  family record := ingest.plain_family_sql(behind, '', '(SELECT * FROM attempted AS a WHERE a._ingest_state IN (''new'', ''newer''))', false);
  riding record := ingest.riding(behind);
  source text;
  typed text;
BEGIN
  source := CASE sifts WHEN '' THEN records.source ELSE 'SELECT * FROM sound AS s WHERE (SELECT o.many FROM odd AS o) >= 0' END;
  typed := CASE WHEN d.has_children THEN format('SELECT * FROM (%s OFFSET 0) AS t WHERE CASE WHEN %s THEN true ELSE ingest.in_doubt(_ingest_file) END',
      ingest.typed_sql(behind, ingest.quick_source(behind.contract, source, ingest.remainder_sql(ingest.all_read(behind.contract)), riding.carried), riding.names), behind.clean)
    ELSE format('(%s OFFSET 0) AS t WHERE CASE WHEN %s AND _ingest_unknown IS NULL THEN true ELSE ingest.not_clean(_ingest_file) END', ingest.typed_sql(behind, ingest.quick_source(behind.contract, source)), behind.clean) END;
  RETURN (SELECT format('WITH %1$s%10$s,
    incoming AS NOT MATERIALIZED (SELECT c._ingest_file, c._ingest_record, %2$s FROM (%3$s) AS c),
    %4$s%8$s
    SELECT (%6$s), n.loaded, n.lost, ''{}''::bigint[], ''{}''::ingest.fault[], %11$s, %7$s%9$s
    FROM (SELECT %5$s OFFSET 0) AS n (loaded, lost)',
    records.ctes || CASE sifts WHEN '' THEN '' ELSE ', ' || sifts END, i.value_list || CASE WHEN d.has_children THEN ', c._ingest_file_id, c._ingest_source_time, c._ingest_sequencer'
      || (SELECT string_agg(format(', c.%I', n), '') FROM unnest(riding.names) AS n) ELSE '' END,
    ingest.winners_sql(behind, CASE WHEN d.has_children THEN 'typed' ELSE typed END, riding.names),
    ingest.write_sql(about, true, false), ingest.attempted_counts_sql(), CASE WHEN d.has_children
      THEN format('SELECT CASE WHEN (SELECT count(*) FROM applied) = (SELECT count(*) FROM typed) THEN x.good WHEN n.lost = ''{}'' AND %s THEN x.good ELSE to_jsonb(ingest.not_clean(0)) END
        FROM (SELECT (%s) AS good OFFSET 0) AS x', family.checks, CASE sifts WHEN '' THEN records.good ELSE
        'SELECT coalesce(jsonb_object_agg(f.file_no, coalesce(n.sound, 0)), ''{}'') FROM (SELECT file_no FROM files OFFSET 0) AS f LEFT JOIN (SELECT file_no, count(*) AS sound FROM sound GROUP BY 1) AS n ON n.file_no = f.file_no' END)
      ELSE records.good END, records.filtered,
    coalesce(', ' || family.ctes, ''), coalesce(ingest.told_of_family_sql(family.counts, family.drift) || CASE sifts WHEN '' THEN '' ELSE ', ' || ingest.odd_records_sql() END, ''),
    CASE WHEN d.has_children THEN format(',
    typed AS MATERIALIZED (%s)', typed) ELSE '' END, ingest.unknown_of_typed_sql(d.has_children))
  FROM (SELECT string_agg(format('%s AS %I', s.value_sql, s.name), ', ' ORDER BY s.sort) AS value_list
    FROM ingest.incoming_columns(about) AS s) AS i
  WHERE about.stand_in IS NULL AND d.load_mode = 'upsert' AND d.delete_when IS NULL AND (NOT d.has_children OR family.ctes IS NOT NULL AND ingest.is_plain_table(d.target))
    AND NOT (behind.contract ->> 'want_record')::boolean AND ingest.sifts_first(about));
END
$$;
COMMENT ON FUNCTION ingest.clean_load_sql(ingest.description, text)
  IS 'The sql engine''s upsert of files whose records are all good, and hold no unknown members or have children. sifts: CTEs that leave odd records out first (aside_family_sql()). NULL where the dataset needs the whole load statement.';

CREATE FUNCTION ingest.gathered_incoming_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT *%s FROM ingest_native.gathered_rows() AS i (_ingest_file integer, %s)',
    -- An append writes in the order of reading, in which the rows come; the target need not have a column for it.
    CASE WHEN (about.dataset).load_mode = 'append' THEN ', row_number() OVER () AS _ingest_record' ELSE '' END,
    string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum))
  FROM pg_attribute AS a WHERE a.attrelid = (about.dataset).target AND a.attnum > 0 AND NOT a.attisdropped);
END
$$;
COMMENT ON FUNCTION ingest.gathered_incoming_sql(ingest.description) IS 'The query of rows that the extension has gathered for a target.';

-- The children of records all of which are written take the place of the former ones. They are gathered, too, and inserted behind.
CREATE FUNCTION ingest.family_upsert_sql(about ingest.description, family jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('WITH incoming AS MATERIALIZED (%s),
    %s%s
    SELECT CASE WHEN (SELECT count(*) FROM applied) = (SELECT count(*) FROM incoming) THEN n.loaded ELSE to_jsonb(ingest.in_doubt(0)) END, n.lost FROM (SELECT %s OFFSET 0) AS n (loaded, lost)',
    ingest.gathered_incoming_sql(about), ingest.write_sql(about, true, false),
    (SELECT string_agg(format(',
    removed_%s AS (DELETE FROM %s AS t USING incoming AS i WHERE %s)', f.no, x.target, ingest.key_in_parent_sql(x, 'i')), '' ORDER BY f.no)
      FROM jsonb_array_elements(family) WITH ORDINALITY AS f (child, no) JOIN ingest.dataset AS x ON x.name = f.child ->> 'name'),
    ingest.attempted_counts_sql())
  WHERE NOT (about.contract ->> 'keeps')::boolean AND ingest.is_plain_table((about.dataset).target)
    AND (SELECT bool_and(ingest.is_plain_table((f.child ->> 'target')::oid::regclass)) FROM jsonb_array_elements(family) AS f (child)));
END
$$;
COMMENT ON FUNCTION ingest.family_upsert_sql(ingest.description, jsonb)
  IS 'The statement that loads rows which the extension has gathered with their children, and takes away the former children. It raises where one of the rows is not written. NULL where the target needs another way.';

CREATE FUNCTION ingest.gathered_upsert_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
BEGIN
  IF d.delete_when IS NOT NULL THEN
    RETURN ingest.gathered_changes_sql(about);
  ELSIF d.has_children THEN
    -- Where the parents were new, their children are inserted behind them; where not, nobody tells which were applied.
    RETURN (SELECT format('WITH files AS MATERIALIZED (%s), %s SELECT %s, %s', ingest.quick_files_sql(about.contract), f.ctes, f.counts, f.drift)
      FROM ingest.plain_family_sql(about, ingest.elements_sql(about.contract, 'files'), '', true) AS f
      WHERE f.ctes IS NOT NULL AND d.record_filter IS NULL AND NOT (about.contract ->> 'want_record')::boolean AND d.load_mode = 'upsert');
  END IF;
  -- Gathered rows do not tell what their records left out: a dataset that keeps such columns inserts them or gathers in vain.
  RETURN (SELECT CASE WHEN (about.contract ->> 'keeps')::boolean THEN 'SELECT to_jsonb(ingest.in_doubt(0)), NULL::jsonb'
    ELSE format('WITH incoming AS (%s),
    %s
    SELECT %s', ingest.gathered_incoming_sql(about), ingest.write_sql(about, true, false), ingest.attempted_counts_sql()) END
  -- Expressions see the whole record, and an append has to tell which record of a file repeats a key.
  WHERE about.stand_in IS NULL AND CASE WHEN d.record_filter IS NOT NULL THEN (ingest.native_sift_sql(about)).contract IS NOT NULL AND NOT ((ingest.behind_filter(about)).contract ->> 'want_record')::boolean
      ELSE NOT (about.contract ->> 'want_record')::boolean END AND d.parent IS NULL
    AND (d.load_mode = 'upsert' OR ingest.key_columns(d.target) IS NULL));
END
$$;
COMMENT ON FUNCTION ingest.gathered_upsert_sql(ingest.description)
  IS 'The statement that loads rows which the extension has gathered, counted by file; or, where the dataset has children, that inserts these behind rows that were new. NULL where the dataset needs the whole load statement.';
