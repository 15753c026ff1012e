-- pg_ingest 0.2.0
-- Records that foreign keys and unique indexes refuse, told by a query. To have the target say so takes loads of ever smaller pieces.

-- Who is refused for something else refuses no one, and has another reason: all that may refuse has to be known.
CREATE FUNCTION ingest.refusals_are_told(about ingest.description) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
BEGIN
  RETURN (SELECT (EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = d.target AND k.contype = 'f')
        OR EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = d.target AND i.indisunique AND NOT (d.load_mode = 'upsert' AND i.indisprimary)))
      AND ingest.is_plain_table(d.target)
      AND NOT EXISTS (SELECT FROM ingest.unique_values(about) AS v WHERE NOT v.told OR v.columns IS NULL)
      AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = d.target AND k.contype = 'f' AND (k.conrelid = k.confrelid OR NOT k.convalidated OR k.confmatchtype <> 's'
        OR NOT k.conkey <@ ARRAY(SELECT c.sort::smallint FROM ingest.incoming_columns(about) AS c)))
      -- Of a column that an update leaves as it is, the record does not tell the value. Nor does it tell whether it deletes, or comes too late.
      AND about.kept = '{}' AND d.delete_when IS NULL);
END
$$;
COMMENT ON FUNCTION ingest.refusals_are_told(ingest.description)
  IS 'Whether queries can tell for certain what a dataset''s target refuses, if the loader may ask: a plain table with foreign keys, or with unique indexes of columns that records bring.';

CREATE FUNCTION ingest.may_ask_parents(of_dataset text) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT NOT row_security_active(d.target) AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = d.target AND k.contype = 'f'
      AND (NOT has_schema_privilege((SELECT c.relnamespace FROM pg_class AS c WHERE c.oid = k.confrelid), 'USAGE') OR NOT has_table_privilege(k.confrelid, 'SELECT') OR row_security_active(k.confrelid)))
    FROM ingest.own_dataset AS d WHERE d.name = of_dataset);
END
$$;
COMMENT ON FUNCTION ingest.may_ask_parents(text) IS 'Whether whoever calls may read all rows that a target''s foreign keys and unique indexes compare with.';

CREATE FUNCTION ingest.known_values_sql(about ingest.description) RETURNS TABLE (no bigint, refused_sql text, message_sql text, unsure_sql text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- A row that this unit writes anew may give its value up: of whom it meets, only the load can tell.
  RETURN QUERY SELECT v.index_no, format('%s AND EXISTS (SELECT FROM %s AS t WHERE %s%s)', v.counts, d.target, s.same,
      CASE WHEN d.load_mode = 'upsert' THEN format(' AND NOT EXISTS (SELECT FROM written AS x WHERE %s)', ingest.key_match_sql(d.target, 'x')) ELSE '' END),
    format('format(%L, %s)', format('duplicate key value violates unique constraint "%s"; Key (%s)=(%s) already exists.', replace(v.index_name, '%', '%%'),
      replace(v.shown, '%', '%%'), v.places), v.value_list),
    CASE WHEN d.load_mode = 'upsert' THEN format('%s AND EXISTS (SELECT FROM %s AS t WHERE %s AND NOT (%s))', v.counts, d.target, s.same, ingest.key_match_sql(d.target, 'w')) ELSE 'false' END
  FROM ingest.unique_values(about) AS v CROSS JOIN (SELECT (about.dataset).*) AS d
  CROSS JOIN LATERAL (SELECT string_agg(format('t.%1$I %2$s w.%1$I', u.name, ingest.order_operator((ingest.base_type(a.atttypid, a.atttypmod)).base_oid, 3::smallint)), ' AND ' ORDER BY u.o) AS same
    FROM unnest(v.columns) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = u.name) AS s;
END
$$;
COMMENT ON FUNCTION ingest.known_values_sql(ingest.description)
  IS 'Of each unique index the SQL that tells whether another row of the target has record w''s values, and what PostgreSQL would say. The last column tells whether a row has them that may give them up.';

CREATE FUNCTION ingest.missing_parents_sql(of_target regclass, hidden boolean) RETURNS TABLE (no bigint, refused_sql text, message_sql text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT row_number() OVER (ORDER BY k.fired), format('num_nulls(%s) = 0 AND ', k.list) || CASE WHEN hidden THEN format('%s IN (SELECT unnest(t.missing) FROM tried AS t)', k.named_sql)
      ELSE format('NOT EXISTS (SELECT FROM %s AS p WHERE %s)', k.parent, k.same) END,
    format('format(%L, %s)', format('insert or update on table "%s" violates foreign key constraint "%s"; Key (%s)=(%s) is not present in table "%s".',
      replace(k.child_name, '%', '%%'), replace(k.name, '%', '%%'), replace(k.shown, '%', '%%'), k.places, replace(k.parent_name, '%', '%%')), k.list)
  FROM ingest.foreign_keys(of_target) AS k;
END
$$;
COMMENT ON FUNCTION ingest.missing_parents_sql(regclass, boolean)
  IS 'For each foreign key the SQL that tells whether record w''s parent is missing, and what PostgreSQL would say; in the order in which it checks. hidden: parents may not be read, and the CTE tried tells which are missing.';

CREATE FUNCTION ingest.foreign_keys(of_target regclass) RETURNS TABLE (name text, child_name text, parent_name text, parent text, columns text[], list text, shown text, places text, same text,
  named_sql text, fired name)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT k.conname::text, c.relname::text, r.relname::text, k.confrelid::regclass::text, m.columns, m.list, m.shown, m.places, m.same,
    format('format(%L, %s)', replace(k.conname, '%', '%%') || ' (' || m.places || ')', m.list),
    -- Triggers of one row fire in the order of their names.
    (SELECT min(t.tgname COLLATE "C")::name FROM pg_trigger AS t WHERE t.tgconstraint = k.oid AND t.tgrelid = k.conrelid AND t.tgfoid = 'pg_catalog."RI_FKey_check_ins"'::regproc)
  FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_class AS r ON r.oid = k.confrelid
  CROSS JOIN LATERAL (SELECT array_agg(a.attname::text ORDER BY u.o) AS columns, string_agg(format('w.%I', a.attname), ', ' ORDER BY u.o) AS list, string_agg(a.attname, ', ' ORDER BY u.o) AS shown,
      string_agg('%s', ', ') AS places,
      string_agg(format('p.%I OPERATOR(%I.%s) w.%I', b.attname, n.nspname, o.oprname, a.attname), ' AND ' ORDER BY u.o) AS same
    FROM unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY AS u (own, theirs, equal, o)
    JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.own JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.theirs
    JOIN pg_operator AS o ON o.oid = u.equal JOIN pg_namespace AS n ON n.oid = o.oprnamespace) AS m
  WHERE k.conrelid = of_target AND k.contype = 'f';
END
$$;
COMMENT ON FUNCTION ingest.foreign_keys(regclass)
  IS 'A table''s foreign keys: their columns as list of record w, as text and as places of format(), how a parent p is the same, and the trigger that checks. named_sql is the text by which missing_parents() names what w refers to.';

-- The row source is put in front of it as the CTE _ingest_source. One look at the records tells both: whom rows that are there
-- refuse, and who among the others repeats a value of another. Who may be refused by a row that is there must not refuse others.
CREATE FUNCTION ingest.refusals_sql(about ingest.description, hidden boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  target regclass := (about.dataset).target;
BEGIN
  IF NOT ingest.refusals_are_told(about) OR hidden AND NOT EXISTS (SELECT FROM ingest.foreign_keys(target)) THEN
    RETURN NULL;
  END IF;
  -- Unique indexes speak first, foreign keys after the statement.
  RETURN (SELECT format('written AS MATERIALIZED (%1$s),%6$s
    told AS MATERIALIZED (SELECT w._ingest_file, w._ingest_record, w._ingest_unknown, w._ingest_place, CASE WHEN w._ingest_place > %3$s THEN ''sqlstate_23503'' ELSE ''sqlstate_23505'' END AS code,
      CASE w._ingest_place %2$s END AS error
      FROM (SELECT w.*, CASE %4$s END AS _ingest_place FROM written AS w WHERE w._ingest_sure OFFSET 0) AS w WHERE w._ingest_place IS NOT NULL),
    repeats AS MATERIALIZED (%5$s),
    refused AS (SELECT t._ingest_file, t._ingest_record, t._ingest_unknown, t.code, t.error FROM told AS t WHERE t._ingest_place > 0
      UNION ALL SELECT r._ingest_file, r._ingest_record, r._ingest_unknown, ''sqlstate_23505'', r._ingest_refusal FROM repeats AS r WHERE r._ingest_sure AND r._ingest_refusal IS NOT NULL)
    SELECT coalesce(array_agg(ROW(r._ingest_file, r._ingest_record, NULL, NULL, r.code, r.error)::ingest.fault ORDER BY r._ingest_file, r._ingest_record), ''{}'') AS refused,
      coalesce(array_agg(ROW(r._ingest_file, r._ingest_record, r._ingest_unknown)::ingest.unknown_seen) FILTER (WHERE r._ingest_unknown IS NOT NULL), ''{}'') AS unknown,
      EXISTS (SELECT FROM repeats AS r WHERE r._ingest_open) AS again
    FROM refused AS r',
    ingest.written_sql(about, 'SELECT * FROM _ingest_source'), string_agg(format('WHEN %s THEN %s', t.place, t.message_sql), ' ' ORDER BY t.place),
    count(*) FILTER (WHERE t.stage = 1), string_agg(concat(format('WHEN %s THEN %s', t.refused_sql, t.place), format(' WHEN %s THEN 0', t.unsure_sql)), ' ' ORDER BY t.place),
    coalesce(ingest.repeats_sql(about, 'SELECT * FROM written WHERE NOT EXISTS (SELECT FROM told WHERE told._ingest_place = 0)
        AND (_ingest_file, _ingest_record) NOT IN (SELECT told._ingest_file, told._ingest_record FROM told)'),
      'SELECT w.*, NULL::text AS _ingest_refusal, false AS _ingest_open FROM written AS w WHERE false'),
    CASE WHEN hidden THEN ' tried AS MATERIALIZED (' || ingest.tried_parents_sql(about, coalesce(string_agg(t.refused_sql, ' OR ' ORDER BY t.place) FILTER (WHERE t.stage = 1), 'false')) || '),' ELSE '' END)
  FROM (SELECT x.*, row_number() OVER (ORDER BY x.stage, x.no) AS place
    FROM (SELECT 1 AS stage, u.* FROM ingest.known_values_sql(about) AS u UNION ALL SELECT 2, f.*, 'false' FROM ingest.missing_parents_sql(target, hidden) AS f) AS x) AS t
  HAVING count(*) > 0);
END
$$;
COMMENT ON FUNCTION ingest.refusals_sql(ingest.description, boolean)
  IS 'The query of records that are refused for a value that another row or record has, or for want of a parent. It also gives their unknown members, and whether a second look without them may tell more. NULL where only loads can tell. hidden: parents may not be read, and some rows are tried to learn which are missing; NULL where there are no foreign keys.';

CREATE FUNCTION ingest.told_refusals(a ingest.load_attempt, c ingest.compiled_dataset, OUT refused ingest.fault[], OUT unknown ingest.unknown_seen[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  told_by text := CASE WHEN c.refusals IS NULL OR ingest.may_ask_parents(c.dataset) THEN c.refusals ELSE c.hidden_refusals END;
  more record;
BEGIN
  refused := '{}'; unknown := '{}';
  IF told_by IS NULL THEN
    RETURN;
  END IF;
  LOOP
    EXECUTE format('WITH _ingest_source AS (%s), %s', a.source, told_by) INTO more USING a.files, a.contract, a.parsed,
      coalesce(a.excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(refused) AS f), NULL::integer, NULL::integer;
    refused := refused || more.refused; unknown := unknown || more.unknown;
    EXIT WHEN more.refused = '{}' OR NOT more.again;
  END LOOP;
EXCEPTION
  -- The quick reader, which raises at what only the careful one reads; and what the pipeline may not ask.
  WHEN OTHERS OR assert_failure THEN
    IF ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE <> 'PI001' THEN
      RAISE;
    END IF;
    refused := '{}'; unknown := '{}';
END
$$;
COMMENT ON FUNCTION ingest.told_refusals(ingest.load_attempt, ingest.compiled_dataset)
  IS 'Records that the target refuses for certain, by foreign keys and unique indexes, with their unknown members; none where a query cannot tell.';
