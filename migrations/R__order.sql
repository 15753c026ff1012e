-- pg_ingest 0.2.0
-- Which of two records of one key wins. docs/semantics.md, section 4.

CREATE FUNCTION ingest.key_columns(target regclass) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT array_agg(a.attname::text ORDER BY k.o)
  FROM pg_index AS i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, o)
  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE i.indrelid = target AND i.indisprimary AND k.o <= i.indnkeyatts);
END
$$;
COMMENT ON FUNCTION ingest.key_columns(regclass) IS 'The columns of a table''s primary key, in its order; NULL without one.';

CREATE FUNCTION ingest.key_hindrance(target regclass) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN i.indisexclusion THEN 'temporal (WITHOUT OVERLAPS)' WHEN NOT i.indimmediate THEN 'DEFERRABLE' END
  FROM pg_index AS i WHERE i.indrelid = target AND i.indisprimary);
END
$$;
COMMENT ON FUNCTION ingest.key_hindrance(regclass) IS 'What keeps an upsert from going by a table''s primary key; NULL where nothing does.';

-- Operators are named with their schema, as the index or the type's order has them: a type of an extension (citext)
-- has its own, which the pinned search_path does not show.
CREATE FUNCTION ingest.key_match_sql(target regclass, incoming text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT string_agg(format('t.%1$I OPERATOR(%2$I.%3$s) %4$s.%1$I', a.attname, n.nspname, o.oprname, incoming), ' AND ' ORDER BY k.o)
  FROM pg_index AS i CROSS JOIN LATERAL unnest(i.indkey::smallint[], i.indclass::oid[]) WITH ORDINALITY AS k (attnum, opclass, o)
  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  JOIN pg_opclass AS c ON c.oid = k.opclass
  JOIN pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3
  JOIN pg_operator AS o ON o.oid = m.amopopr JOIN pg_namespace AS n ON n.oid = o.oprnamespace
  WHERE i.indrelid = target AND i.indisprimary AND k.o <= i.indnkeyatts);
END
$$;
COMMENT ON FUNCTION ingest.key_match_sql(regclass, text)
  IS 'SQL that tells whether row t has the incoming row''s primary key, by the operators of its index.';

CREATE FUNCTION ingest.order_operator(type_oid oid, strategy smallint) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce((SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
      FROM pg_opclass AS c JOIN pg_am AS am ON am.oid = c.opcmethod AND am.amname = 'btree'
      JOIN pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
        AND m.amopstrategy = strategy
      JOIN pg_operator AS o ON o.oid = m.amopopr JOIN pg_namespace AS n ON n.oid = o.oprnamespace
      WHERE c.opcdefault AND c.opcintype = type_oid),
    (ARRAY['<', '<=', '=', '>=', '>'])[strategy]));
END
$$;
COMMENT ON FUNCTION ingest.order_operator(oid, smallint)
  IS 'A type''s own comparison: 1 less, 3 equal, 5 greater (B-tree strategies). Types without one of their own (varchar, arrays, enums) borrow the usual.';

CREATE FUNCTION ingest.same_data_sql(about ingest.description, incoming text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- By image, not by the types' own equality: 1.0 and 1.00 are equal but not the same text, and json has no equality.
  RETURN (SELECT coalesce(format('ROW(%s)::record *= ROW(%s)::record',
    string_agg(format('t.%I::%s', c.name, c.base_type), ', ' ORDER BY c.attnum), string_agg(format('(%s)::%s', c.value_sql, c.base_type), ', ' ORDER BY c.attnum)), 'true')
  FROM (
    SELECT c.name, c.attnum, c.described ->> 'base_type' AS base_type, coalesce(ingest.kept_value_sql(k, (about.dataset).target, incoming), format('%s.%I', incoming, c.name)) AS value_sql
    FROM unnest(about.columns) AS c LEFT JOIN unnest(about.kept) AS k ON k.name = c.name
    WHERE c.name <> ALL (about.key)
    UNION ALL
    -- Members that no column reads are data, too, where they are kept.
    SELECT a.attname::text, a.attnum, 'jsonb', format('%s.%I', incoming, a.attname)
    FROM pg_attribute AS a WHERE (about.contract ->> 'want_rescued')::boolean AND a.attrelid = (about.dataset).target AND a.attname = '_rescued' AND a.attgenerated = '') AS c);
END
$$;
COMMENT ON FUNCTION ingest.same_data_sql(ingest.description, text)
  IS 'SQL that tells whether row t holds the incoming row''s data already, what is rescued of it too. Key and other metadata columns count for nothing.';

CREATE FUNCTION ingest.entry_key(of_file bigint, claimed ingest.claimed_file[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce((SELECT c.key FROM unnest(claimed) AS c WHERE c.file_id = of_file LIMIT 1),
    (SELECT f.key FROM ingest.own_file AS f WHERE f.file_id = of_file)) COLLATE "C"
$$;
COMMENT ON FUNCTION ingest.entry_key(bigint, ingest.claimed_file[])
  IS 'The S3 key of a ledger entry, or of a file that is just being processed.';

CREATE FUNCTION ingest.version_sql(d ingest.dataset, incoming text, strategy smallint) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('%2$s.%1$I %3$s t.%1$I', d.version_column, incoming, ingest.order_operator(b.base_oid, strategy))
  FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
  WHERE a.attrelid = d.target AND a.attname = d.version_column);
END
$$;
COMMENT ON FUNCTION ingest.version_sql(ingest.dataset, text, smallint)
  IS 'SQL that compares the incoming row''s version with that of row t, by a B-tree strategy; NULL without a version column.';

CREATE FUNCTION ingest.metadata_of(target regclass) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname = ANY (ingest.metadata_columns())
    AND NOT a.attisdropped);
END
$$;
COMMENT ON FUNCTION ingest.metadata_of(regclass) IS 'The metadata columns that a target has.';

CREATE FUNCTION ingest.newer_sql(about ingest.description, incoming text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- A row that another object brings as it is becomes that object's: the former one may lose it.
  RETURN ingest.newer_sql(about, incoming, ingest.metadata_of((about.dataset).target), CASE WHEN ingest.mirrors((about.dataset).on_replaced, (about.dataset).on_removed)
    THEN format('(%s AND ingest.entry_key(%s._file_id, $1) IS NOT DISTINCT FROM ingest.entry_key(t._file_id, $1))', ingest.same_data_sql(about, incoming), incoming)
    ELSE ingest.same_data_sql(about, incoming) END);
END
$$;
COMMENT ON FUNCTION ingest.newer_sql(ingest.description, text) IS 'SQL that tells whether the incoming row replaces row t: docs/semantics.md section 4.';

CREATE FUNCTION ingest.newer_sql(about ingest.description, incoming text, has text[], same text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  last_resort text;
  condition text;
BEGIN
  last_resort := CASE WHEN d.has_children AND d.version_column IS NULL THEN 'true' WHEN d.has_children THEN format('(%s OR ingest.is_again())', same)
    WHEN d.version_column IS NULL THEN format('(NOT %s OR ingest.is_again())', same) ELSE 'ingest.is_again()' END;
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
    condition := format('CASE WHEN t.%I IS NULL OR %s THEN true WHEN %s THEN false ELSE %s%s END', d.version_column,
      ingest.version_sql(d, incoming, 5::smallint), ingest.version_sql(d, incoming, 1::smallint),
      -- The row may be the same, and the children others.
      CASE WHEN d.has_children THEN '' ELSE format('NOT %s AND ', same) END, condition);
  END IF;
  RETURN format('(%s) IS TRUE', condition);
END
$$;
COMMENT ON FUNCTION ingest.newer_sql(ingest.description, text, text[], text)
  IS 'That by the metadata columns that row t has. same: SQL that tells whether it holds the incoming row''s data already.';

CREATE FUNCTION ingest.unchanged_sql(about ingest.description, incoming text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN (about.dataset).has_children THEN 'false'
      WHEN (about.dataset).version_column IS NULL AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = (about.dataset).target AND a.attname = '_source_time' AND NOT a.attisdropped)
        THEN 'false'
      WHEN ingest.mirrors((about.dataset).on_replaced, (about.dataset).on_removed) THEN format('(%s AND NOT %s)', ingest.same_data_sql(about, incoming), ingest.newer_sql(about, incoming))
      -- The version is among the data.
      ELSE ingest.same_data_sql(about, incoming) END);
END
$$;
COMMENT ON FUNCTION ingest.unchanged_sql(ingest.description, text) IS 'SQL that tells whether the incoming row need not be written because t holds it.';

CREATE FUNCTION ingest.state_sql(about ingest.description, incoming text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- A higher version is other data, which costs less to see than comparing all of it.
  RETURN (SELECT format('CASE %sWHEN %s THEN ''same'' WHEN %s THEN ''newer'' ELSE ''stale'' END',
    'WHEN ' || ingest.version_sql(about.dataset, incoming, 5::smallint) || ' THEN ''newer'' ',
    ingest.unchanged_sql(about, incoming), ingest.newer_sql(about, incoming)));
END
$$;
COMMENT ON FUNCTION ingest.state_sql(ingest.description, text) IS 'SQL of what the incoming row is to row t: same, newer or stale.';
