-- pg_ingest 0.2.0
-- Records that delete: what is wanted of them, and what a load makes of them. docs/semantics.md, section 4.
--
-- A dataset with delete_when has its target to itself while it loads (R__process.sql): between the look at rows and tombstones and what
-- is made of them nobody changes either.

CREATE FUNCTION ingest.columns_of_deletes(d ingest.dataset) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT jsonb_agg(DISTINCT u.name) FROM unnest(ingest.key_columns(d.target) || d.version_column::text) AS u (name) WHERE u.name IS NOT NULL);
END
$$;
COMMENT ON FUNCTION ingest.columns_of_deletes(ingest.dataset) IS 'The columns that a record needs to delete: key and version.';

CREATE FUNCTION ingest.faults_of_deletes_sql(contract jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('CASE WHEN _ingest_deleted THEN (SELECT array_agg(f.place ORDER BY f.no) FROM unnest(_ingest_faults) WITH ORDINALITY AS f (place, no) WHERE f.place = ANY (%1$L::smallint[])) ELSE _ingest_faults END AS _ingest_faults,
      CASE WHEN _ingest_deleted AND _ingest_codes IS NOT NULL THEN (SELECT array_agg(f.code ORDER BY f.no) FROM unnest(_ingest_faults, _ingest_codes) WITH ORDINALITY AS f (place, code, no) WHERE f.place = ANY (%1$L::smallint[])) ELSE _ingest_codes END AS _ingest_codes',
    ARRAY(SELECT c.no FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) WHERE contract -> 'deletes' ? (c.value ->> 'name'))));
END
$$;
COMMENT ON FUNCTION ingest.faults_of_deletes_sql(jsonb) IS 'SQL of a typed record''s faults: of one that deletes those of key and version alone.';

-- The text of a key tells equal keys of these types, and no others.
CREATE FUNCTION ingest.key_text(target regclass, column_name text, incoming text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format(CASE
      WHEN t.oid = 'numeric'::regtype THEN 'trim_scale(%1$s.%2$I)::text'
      WHEN t.oid IN ('float4'::regtype, 'float8'::regtype) THEN '(%1$s.%2$I + 0)::text'
      WHEN t.typname = 'citext' THEN 'lower(%1$s.%2$I::text)'
      WHEN t.typtype = 'e' OR t.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'oid'::regtype, 'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype,
        '"char"'::regtype, 'uuid'::regtype, 'boolean'::regtype, 'bytea'::regtype, 'date'::regtype, 'time'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype,
        'inet'::regtype, 'cidr'::regtype, 'macaddr'::regtype, 'macaddr8'::regtype, 'bit'::regtype, 'varbit'::regtype) THEN '%1$s.%2$I::text' END, incoming, a.attname)
  FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b JOIN pg_type AS t ON t.oid = b.base_oid
  WHERE a.attrelid = target AND a.attname = column_name
    AND NOT EXISTS (SELECT FROM pg_collation AS c WHERE c.oid = a.attcollation AND NOT c.collisdeterministic));
END
$$;
COMMENT ON FUNCTION ingest.key_text(regclass, text, text) IS 'SQL of the text of a key''s column, the same for equal values; NULL for types, and collations, of which no text is.';

-- A column may get another type, in which the same values have other texts.
CREATE FUNCTION ingest.key_kinds(target regclass) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT array_agg(CASE WHEN ingest.key_text(target, u.name, 'k') IS NULL THEN NULL WHEN b.base_oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype) THEN 'number'
      WHEN b.base_oid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype) THEN 'text' ELSE (SELECT t.typname::text FROM pg_type AS t WHERE t.oid = b.base_oid) END ORDER BY u.o)
    FROM unnest(ingest.key_columns(target)) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = target AND a.attname = u.name
    CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b);
END
$$;
COMMENT ON FUNCTION ingest.key_kinds(regclass) IS 'For each column of a key the kind of its texts: in types of one kind the same value has the same. NULL where no text tells equal values.';

CREATE FUNCTION ingest.row_key_sql(target regclass, incoming text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('jsonb_build_array(%s)::text COLLATE "C"', string_agg(ingest.key_text(target, u.k, incoming), ', ' ORDER BY u.o))
  FROM unnest(ingest.key_columns(target)) WITH ORDINALITY AS u (k, o));
END
$$;
COMMENT ON FUNCTION ingest.row_key_sql(regclass, text) IS 'SQL of the incoming row''s key, as ingest.tombstone has it.';

CREATE FUNCTION ingest.fate_columns() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ', _ingest_deleted, _ingest_delete_place, _ingest_delete_version, _ingest_delete_file, _ingest_delete_record, _ingest_delete_file_id, _ingest_delete_source_time, _ingest_delete_sequencer'
$$;
COMMENT ON FUNCTION ingest.fate_columns() IS 'What the winners of a unit bring besides: whether they delete, and of the newest delete of their key its place among the key''s records and its order.';

-- The newest delete parts a key's records. Where rows are deleted, what is older than it is of no more interest. Where they are marked,
-- the newest of the others is the row, and a delete stands for its key alone where there is no other record.
CREATE FUNCTION ingest.winners_with_deletes_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  key text := (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o));
BEGIN
  RETURN ingest.winners_sql(about, format('(SELECT * FROM (SELECT c.*, min(_ingest_place) FILTER (WHERE _ingest_deleted) OVER k AS _ingest_delete_place, count(*) FILTER (WHERE NOT _ingest_deleted) OVER k AS _ingest_others,
          %3$s AS _ingest_delete_version, first_value(_ingest_file) OVER w AS _ingest_delete_file, first_value(_ingest_record) OVER w AS _ingest_delete_record,
          first_value(_ingest_file_id) OVER w AS _ingest_delete_file_id, first_value(_ingest_source_time) OVER w AS _ingest_delete_source_time, first_value(_ingest_sequencer) OVER w AS _ingest_delete_sequencer
        FROM (SELECT c.*, row_number() OVER (PARTITION BY %1$s ORDER BY %2$s_ingest_file DESC, _ingest_record DESC) AS _ingest_place FROM checked AS c WHERE _ingest_good) AS c
        WINDOW k AS (PARTITION BY %1$s), w AS (PARTITION BY %1$s ORDER BY NOT _ingest_deleted, _ingest_place)) AS c
      WHERE %4$s) AS c',
    key, coalesce(quote_ident(d.version_column) || ' DESC, ', ''), coalesce('first_value(' || quote_ident(d.version_column) || ') OVER w', 'NULL::text'),
    CASE WHEN d.soft_delete_column IS NULL THEN '_ingest_delete_place IS NULL OR _ingest_place < _ingest_delete_place OR _ingest_place = 1'
      ELSE 'NOT _ingest_deleted OR _ingest_others = 0 AND _ingest_place = 1' END));
END
$$;
COMMENT ON FUNCTION ingest.winners_with_deletes_sql(ingest.description) IS 'winners_sql() of a dataset with deletes, with fate_columns().';

CREATE FUNCTION ingest.looked_up_sql(about ingest.description, drawn ingest.drawn_column[]) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  always text[] := ARRAY['_source_time', '_sequencer', '_file_id', '_record_no'];
  version text := coalesce(quote_ident(d.version_column), '_ingest_version');
  of_row text := format('%s, i._ingest_source_time AS _source_time, i._ingest_sequencer AS _sequencer, i._ingest_file_id AS _file_id, i._ingest_record AS _record_no', coalesce('i.' || quote_ident(d.version_column), 'NULL::text AS _ingest_version'));
  of_delete text := format('i._ingest_delete_version AS %s, i._ingest_delete_source_time AS _source_time, i._ingest_delete_sequencer AS _sequencer, i._ingest_delete_file_id AS _file_id, i._ingest_delete_record AS _record_no', version);
BEGIN
  RETURN (SELECT format('SELECT i.*, p._ingest_table, p._ingest_row, p._ingest_was, p._ingest_felled%9$s, s._ingest_outlived, s._ingest_deeper, s._ingest_buried_at, s._ingest_outlived IS NOT NULL AS _ingest_buried%10$s
      FROM (SELECT i.*, %13$s AS _ingest_row_key FROM incoming AS i OFFSET 0) AS i
      LEFT JOIN LATERAL (SELECT t.tableoid AS _ingest_table, t.ctid AS _ingest_row, %1$s AS _ingest_was,
          i._ingest_delete_place IS NOT NULL AND (SELECT %2$s FROM (SELECT %3$s) AS x) AS _ingest_felled%11$s
        FROM %4$s AS t WHERE (%5$s) LIMIT 1) AS p ON true
      LEFT JOIN LATERAL (SELECT (SELECT %6$s FROM (SELECT %7$s) AS x) AS _ingest_outlived, i._ingest_delete_place IS NOT NULL AND (SELECT %6$s FROM (SELECT %3$s) AS x) AS _ingest_deeper, t._source_time AS _ingest_buried_at
        FROM (SELECT %8$ss.source_time AS _source_time, s.sequencer AS _sequencer, s.file_id AS _file_id, s.record_no AS _record_no
          FROM ingest.own_tombstone AS s WHERE s.dataset = %12$L AND s.row_key = i._ingest_row_key OFFSET 0) AS t) AS s ON true',
    ingest.state_sql(about, 'i'), ingest.newer_sql(about, 'x', ingest.metadata_of(d.target), 'false'), of_delete, about.written, ingest.key_match_sql(d.target, 'i'),
    ingest.newer_sql(about, 'x', always, 'false'), of_row,
    CASE WHEN v.type IS NULL THEN '' ELSE format('CASE WHEN s.version_type = %L THEN s.version::%s END AS %I, ', v.type, v.type, d.version_column) END,
    CASE WHEN d.soft_delete_column IS NULL THEN '' ELSE ', p._ingest_mark_now' END,
    coalesce((SELECT string_agg(format(', p.%I', x.old_name), '') FROM unnest(drawn) AS x), ''),
    CASE WHEN d.soft_delete_column IS NULL THEN '' ELSE format(', t.%I AS _ingest_mark_now', d.soft_delete_column) END
      || coalesce((SELECT string_agg(format(', t.%I AS %I', x.name, x.old_name), '') FROM unnest(drawn) AS x), ''),
    d.name, ingest.row_key_sql(d.target, 'i'))
  FROM (SELECT ingest.version_type(d) AS type) AS v);
END
$$;
COMMENT ON FUNCTION ingest.looked_up_sql(ingest.description, ingest.drawn_column[])
  IS 'The query of the winners beside the rows and tombstones of their keys. It tells what the winner is to the row, and whether it has outlived the tombstone. It also tells whether the key''s newest delete felled the row, and is deeper than the tombstone.';

CREATE FUNCTION ingest.version_type(d ingest.dataset) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format_type(b.base_oid, NULL) FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
    WHERE a.attrelid = d.target AND a.attname = d.version_column);
END
$$;
COMMENT ON FUNCTION ingest.version_type(ingest.dataset) IS 'The type under that of a dataset''s version column, without a length; NULL without a version column.';

CREATE FUNCTION ingest.counts_with_deletes_sql() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'coalesce((SELECT jsonb_object_agg(n._ingest_counted, n.loaded) FROM (SELECT _ingest_counted, count(*) FILTER (WHERE _ingest_state <> ''stale'') AS loaded FROM attempted GROUP BY 1) AS n), ''{}''),
      CASE WHEN (SELECT count(*) FROM applied) < (SELECT count(*) FROM attempted WHERE _ingest_write IS NOT NULL)
        THEN coalesce((SELECT jsonb_object_agg(n._ingest_file, n.lost) FROM (SELECT _ingest_file, count(*) AS lost FROM lost GROUP BY 1) AS n), ''{}'') ELSE ''{}'' END'
$$;
COMMENT ON FUNCTION ingest.counts_with_deletes_sql() IS 'By file, from the CTEs of write_with_deletes_sql(): the records that were not stale, deletes among them, and those that a trigger kept from being written.';

CREATE FUNCTION ingest.told_deletes_sql(d ingest.dataset, deletes text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN format(',
      coalesce((SELECT jsonb_object_agg(n._ingest_counted, n.deleted) FROM (SELECT _ingest_counted, count(*) AS deleted FROM attempted WHERE _ingest_state = ''deleted'' GROUP BY 1) AS n), ''{}''),
      %s,
      ARRAY(SELECT ROW(a._ingest_row_key, a._ingest_state <> ''deleted'', a._ingest_delete_version::text, %L, a._ingest_delete_source_time, a._ingest_delete_sequencer, a._ingest_delete_file_id, a._ingest_delete_record)::ingest.tombstone_change
        FROM attempted AS a WHERE CASE WHEN a._ingest_state = ''deleted'' THEN NOT a._ingest_buried OR a._ingest_deeper ELSE a._ingest_buried AND a._ingest_outlived AND a._ingest_state <> ''stale'' END)',
    deletes, ingest.version_type(d));
END
$$;
COMMENT ON FUNCTION ingest.told_deletes_sql(ingest.dataset, text) IS 'What a load statement tells of deletes, behind all else: those that counted by file, all of them (deletes is the SQL), and what becomes of tombstones.';
