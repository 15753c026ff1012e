-- pg_ingest 0.2.0
-- Records that repeat a unique value within what is loaded, told by a query.

CREATE FUNCTION ingest.writes_as_given(target regclass) RETURNS boolean
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT ingest.is_plain_table(target) OR (SELECT c.relkind = 'p' AND NOT c.relhasrules FROM pg_class AS c WHERE c.oid = target)
    AND NOT EXISTS (SELECT FROM pg_partition_tree(target) AS p JOIN pg_trigger AS t ON t.tgrelid = p.relid AND NOT t.tgisinternal)
$$;
COMMENT ON FUNCTION ingest.writes_as_given(regclass)
  IS 'Whether an insert puts just its rows into this table or its partitions: no rules, no triggers of a user''s.';

CREATE FUNCTION ingest.unique_values(about ingest.description)
RETURNS TABLE (index_no bigint, index_name text, shown text, list text, value_list text, places text, counts text, told boolean, columns text[])
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT row_number() OVER (ORDER BY i.indexrelid), x.relname::text, u.shown, u.list, u.value_list, u.places,
    concat_ws(' AND ', '(' || pg_get_expr(i.indpred, i.indrelid) || ')', CASE WHEN NOT i.indnullsnotdistinct THEN format('num_nulls(%s) = 0', u.list) END, 'true'),
    i.indisunique AND i.indimmediate AND u.by_default AND NOT p.partitions_own AND strpos(pg_get_indexdef(i.indexrelid), '.*') = 0
      AND NOT EXISTS (SELECT FROM (SELECT unnest(i.indkey::integer[]) UNION ALL SELECT k.refobjsubid FROM pg_depend AS k
          WHERE k.classid = 'pg_class'::regclass AND k.objid = i.indexrelid AND k.refobjid = i.indrelid) AS m (attnum)
        WHERE m.attnum <> 0 AND m.attnum NOT IN (SELECT c.sort FROM ingest.incoming_columns(about) AS c)),
    CASE WHEN i.indexprs IS NULL AND i.indpred IS NULL AND NOT i.indnullsnotdistinct AND NOT EXISTS (SELECT FROM unnest(i.indkey::smallint[], i.indcollation::oid[]) AS k (attnum, collation_oid)
      JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE k.collation_oid <> a.attcollation) THEN ARRAY(SELECT a.attname::text
      FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, o) JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE k.o <= i.indnkeyatts ORDER BY k.o) END
  FROM (SELECT (about.dataset).*) AS d
  CROSS JOIN LATERAL (SELECT f.relid, f.level > 0 AS partitions_own FROM pg_partition_tree(d.target) AS f
    UNION SELECT d.target, false) AS p
  JOIN pg_index AS i ON i.indrelid = p.relid JOIN pg_class AS x ON x.oid = i.indexrelid
  CROSS JOIN LATERAL (SELECT string_agg(pg_get_indexdef(i.indexrelid, k.o::integer, true), ', ' ORDER BY k.o) AS shown,
      string_agg(pg_get_indexdef(i.indexrelid, k.o::integer, false) || coalesce(' COLLATE ' || l.oid::regcollation::text, ''), ', ' ORDER BY k.o) AS list,
      string_agg(format('CASE WHEN %1$s IS NULL THEN ''null'' ELSE format(''%%s'', %1$s) END', pg_get_indexdef(i.indexrelid, k.o::integer, false)), ', ' ORDER BY k.o) AS value_list,
      string_agg('%s', ', ') AS places, bool_and(o.opcdefault) AS by_default
    FROM unnest(i.indclass::oid[], i.indcollation::oid[]) WITH ORDINALITY AS k (opclass, collation_oid, o)
    JOIN pg_opclass AS o ON o.oid = k.opclass LEFT JOIN pg_collation AS l ON l.oid = k.collation_oid) AS u
  WHERE (i.indisunique OR i.indisexclusion) AND i.indisready
    AND NOT (p.partitions_own AND EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = i.indexrelid))
    AND NOT (d.load_mode = 'upsert' AND i.indisprimary)
    -- The table makes them.
    AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::smallint[]) AND a.attidentity = 'a');
END
$$;
COMMENT ON FUNCTION ingest.unique_values(ingest.description)
  IS 'The indexes by which records of one unit may clash, but for the key of an upsert. Of each: the SQL of its values as compared (list) and shown (value_list), of whether a row counts, and whether a query can tell (told). Its columns are there where it is of columns alone. A query compares as types do by default, at once, and sees only what records bring.';

-- Of an upsert, records whose keys come once and are new or newer: which of several is written is for the load to say.
CREATE FUNCTION ingest.written_sql(about ingest.description, source text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT i.*, %s AS _ingest_sure FROM (SELECT c._ingest_file, c._ingest_record, %s
      FROM (SELECT *, %s AS _ingest_times FROM (%s) AS c WHERE c._ingest_good) AS c) AS i',
    CASE WHEN d.load_mode = 'append' THEN 'true' ELSE
      format('i._ingest_times = 1 AND coalesce((SELECT %s FROM %s AS t WHERE %s LIMIT 1), ''new'') IN (''new'', ''newer'')',
        ingest.state_sql(about, 'i'), d.target, ingest.key_match_sql(d.target, 'i')) END,
    (SELECT string_agg(format('%s AS %I', s.value_sql, s.name), ', ' ORDER BY s.sort) FROM ingest.incoming_columns(about) AS s) || ', c._ingest_times, c._ingest_unknown',
    CASE WHEN d.load_mode = 'append' THEN '1' ELSE (SELECT format('count(*) OVER (PARTITION BY %s)', string_agg(quote_ident(u.k), ', ' ORDER BY u.o))
      FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o)) END,
    ingest.checked_sql(about, about.clean, source))
  FROM (SELECT (about.dataset).*) AS d);
END
$$;
COMMENT ON FUNCTION ingest.written_sql(ingest.description, text)
  IS 'The query of the good records with the values of their columns, and whether a load surely writes each if it goes well.';

-- Who brings a value first is certain to stay if that is so of all its unique values; who brings one of a record that stays is refused.
-- Of the others nothing is certain yet.
CREATE FUNCTION ingest.repeats_sql(about ingest.description, written text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- What PostgreSQL would say of each: to have it say so takes a look at the target for each.
  RETURN (SELECT format('SELECT w.*, NOT _ingest_stays AND _ingest_refusal IS NULL AS _ingest_open
      FROM (SELECT *, CASE %s END AS _ingest_refusal
        FROM (SELECT *, _ingest_sure AND %s AS _ingest_stays FROM (SELECT *, %s FROM (%s) AS w OFFSET 0) AS w OFFSET 0) AS w) AS w',
    string_agg(format('WHEN _ingest_time_%1$s > 1 AND first_value(_ingest_stays) OVER (PARTITION BY %2$s, %3$s ORDER BY _ingest_file, _ingest_record) THEN format(%4$L, %5$s)',
      v.index_no, v.counts, v.list, format('duplicate key value violates unique constraint "%s"; Key (%s)=(%s) already exists.', replace(v.index_name, '%', '%%'),
        replace(v.shown, '%', '%%'), v.places), v.value_list), ' ' ORDER BY v.index_no),
    string_agg(format('_ingest_time_%s = 1', v.index_no), ' AND '),
    string_agg(format('CASE WHEN %2$s THEN row_number() OVER (PARTITION BY %2$s, %3$s ORDER BY _ingest_file, _ingest_record) ELSE 1 END AS _ingest_time_%1$s',
      v.index_no, v.counts, v.list), ', '),
    written)
  FROM ingest.unique_values(about) AS v
  -- Which records are written, and whose values go with a row, tombstones decide too.
  WHERE ingest.writes_as_given((about.dataset).target) AND (about.dataset).delete_when IS NULL
  HAVING bool_and(v.told));
END
$$;
COMMENT ON FUNCTION ingest.repeats_sql(ingest.description, text)
  IS 'The query of written records with what refuses each for a unique value of a record that stands before it and stays, and whether that is still open. NULL where a record may be refused for what no query can tell, since a refused record refuses no other.';

CREATE FUNCTION ingest.repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[])
RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  about ingest.description := ingest.description(of_dataset);
  repeats text := ingest.repeats_sql(about, ingest.written_sql(about, source));
  found ingest.fault[] := '{}';
  more ingest.fault[];
BEGIN
  -- Whoever is refused refuses no one: each round may show that others stay.
  WHILE repeats IS NOT NULL LOOP
    EXECUTE format('SELECT coalesce(array_agg(ROW(r._ingest_file, r._ingest_record, NULL, NULL, ''sqlstate_23505'', r._ingest_refusal)::ingest.fault ORDER BY r._ingest_file, r._ingest_record), ''{}'')
      FROM (%s) AS r WHERE r._ingest_sure AND r._ingest_refusal IS NOT NULL', repeats)
    INTO more USING files, contract, parsed,
      coalesce(excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(found) AS f), NULL::integer, NULL::integer;
    EXIT WHEN more = '{}';
    found := found || more;
  END LOOP;
  RETURN found;
EXCEPTION
  -- A table may use what a query may not name: an index' function whose schema its owner has closed.
  WHEN insufficient_privilege THEN
    RETURN '{}';
END
$$;
COMMENT ON FUNCTION ingest.repeated(text, text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[])
  IS 'All records that repeats_sql() tells; none where the pipeline may not ask so.';
