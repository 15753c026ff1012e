-- pg_ingest 0.2.0
-- Checks of whole records: NOT NULL and the target's CHECK constraints, told before the insert.

CREATE FUNCTION ingest.contract_checks(about ingest.description)
RETURNS TABLE (no bigint, good_sql text, columns_text text, error_code text, message_sql text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH positions AS (
    SELECT c.value ->> 'name' AS name, c.no FROM jsonb_array_elements(about.contract -> 'columns') WITH ORDINALITY AS c (value, no)
  ), columns AS (
    SELECT c.*, p.no AS position, (about.dataset).version_column FROM unnest(about.columns) AS c LEFT JOIN positions AS p ON p.name = c.name
  ), generated AS (
    -- The table makes them of other columns: those that records bring.
    SELECT g.* FROM (SELECT a.attnum, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS declared, pg_get_expr(ad.adbin, ad.adrelid) AS expression,
        ARRAY(SELECT k.refobjsubid::smallint FROM pg_depend AS k WHERE k.refclassid = 'pg_class'::regclass AND k.refobjid = a.attrelid AND k.refobjsubid NOT IN (0, a.attnum)
          AND (k.classid = 'pg_class'::regclass AND k.objid = a.attrelid AND k.objsubid = a.attnum OR k.classid = 'pg_attrdef'::regclass AND k.objid = ad.oid)) AS made_of
      FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid AND t.typcollation = a.attcollation
      JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
      WHERE a.attrelid = (about.dataset).target AND a.attgenerated <> '' AND NOT a.attisdropped) AS g
    WHERE g.made_of <@ ARRAY(SELECT c.attnum FROM columns AS c)
  ), wanted AS (
    SELECT 1 AS sort, c.attnum::text AS name, format('%I IS NOT NULL', c.name) AS good, ARRAY[c.name] AS mentions, ARRAY[c.name] AS told, ARRAY[c.position] AS at,
      'missing_required' AS code, quote_literal(format('column %s: its expression gave null; expected %s, not null', c.name,
        c.declared)) AS message
    FROM columns AS c WHERE c.expression IS NOT NULL AND (c.not_null OR c.name IS NOT DISTINCT FROM c.version_column)
    UNION ALL
    -- An absent member takes the default, and that may be NULL: DEFAULT NULL is one where the type has a modifier.
    SELECT 1, c.attnum::text, format('%I IS NOT NULL', c.name), ARRAY[c.name], ARRAY[c.name], ARRAY[c.position],
      'missing_required', quote_literal(format('column %s: its default gave null; expected %s, not null', c.name, c.declared))
    FROM columns AS c WHERE c.expression IS NULL AND c.default_sql IS NOT NULL AND (c.not_null OR c.name IS NOT DISTINCT FROM c.version_column)
    UNION ALL
    SELECT 2, lpad(c.attnum::text, 5, '0') || k.conname, format('(SELECT %s FROM (SELECT %I AS value) AS domain_of) IS NOT FALSE',
      pg_get_expr(k.conbin, 0), c.name), ARRAY[c.name], ARRAY[c.name], ARRAY[c.position],
      'check_violation', format('format(%L, ingest.shown(%I::text))',
        replace(format('column %s: came ', c.name), '%', '%%') || '%s' || replace(format('; expected %s, whose constraint %s says %s',
          c.declared, k.conname, pg_get_constraintdef(k.oid)), '%', '%%'), c.name)
    FROM columns AS c JOIN pg_constraint AS k ON k.contypid = ANY (c.domains) AND k.contype = 'c'
    UNION ALL
    SELECT 3, k.conname, format(CASE WHEN m.generated IS NULL THEN '(%1$s) IS NOT FALSE' ELSE '(SELECT (%1$s) IS NOT FALSE FROM (SELECT %2$s) AS generated_of)' END,
        pg_get_expr(k.conbin, k.conrelid), m.generated),
      m.names, m.told, m.positions, 'check_violation table', format(CASE WHEN m.generated IS NULL THEN 'format(%1$L, %2$s)' ELSE '(SELECT format(%1$L, %2$s) FROM (SELECT %3$s) AS generated_of)' END,
        replace(format('constraint %s: came ', k.conname), '%',
          '%%') || '%s' || replace(format('; expected %s', regexp_replace(pg_get_constraintdef(k.oid), ' (NOT VALID|NO INHERIT)', '', 'g')),
          '%', '%%'), m.came, m.generated)
    FROM pg_constraint AS k
    CROSS JOIN LATERAL (
      SELECT array_agg(x.name ORDER BY u.o) || coalesce((SELECT array_agg(b.name) FROM generated AS g JOIN columns AS b ON b.attnum = ANY (g.made_of) WHERE g.attnum = ANY (k.conkey)), '{}') AS names,
        array_agg(x.name ORDER BY u.o) AS told,
        array_agg(c.position ORDER BY u.o) || coalesce((SELECT array_agg(b.position) FROM generated AS g JOIN columns AS b ON b.attnum = ANY (g.made_of) WHERE g.attnum = ANY (k.conkey)), '{}') AS positions,
        string_agg(format('%L || ingest.shown(%s::text)', CASE WHEN u.o > 1 THEN ', ' ELSE '' END || x.name || ' = ', quote_ident(x.name)), ' || '
          ORDER BY u.o) FILTER (WHERE x.name IS NOT NULL) AS came,
        string_agg(format('(%s)::%s AS %s', g.expression, g.declared, quote_ident(g.name)), ', ') FILTER (WHERE g.name IS NOT NULL) AS generated,
        count(x.name) = cardinality(k.conkey) AS all_filled
      FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, o) LEFT JOIN columns AS c ON c.attnum = u.attnum LEFT JOIN generated AS g ON g.attnum = u.attnum
      CROSS JOIN LATERAL (SELECT coalesce(c.name, g.name) AS name) AS x) AS m
    -- What mentions the whole row or identity columns is left to the insert.
    WHERE k.conrelid = (about.dataset).target AND k.contype = 'c' AND m.all_filled AND cardinality(k.conkey) > 0
      -- NOT ENFORCED, which is from PostgreSQL 18 on.
      AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
  )
  SELECT row_number() OVER (ORDER BY sort, name COLLATE "C"),
    format('(%s)', concat_ws(' OR ',
      -- Of a delete nothing but its key and version has to be right.
      CASE WHEN about.contract ? 'deletes' AND NOT (sort = 1 AND about.contract -> 'deletes' ? mentions[1]) THEN '_ingest_deleted' END,
      CASE WHEN array_remove(at, NULL) <> '{}' THEN format('coalesce(_ingest_faults && %L::smallint[], false)', array_remove(at, NULL)) END,
      -- What mentions a column at fault is not evaluated, be the fault one of reading or of the column's domain.
      CASE WHEN sort = 3 THEN (SELECT format('NOT (%s)', string_agg(own.good, ' AND ')) FROM wanted AS own WHERE own.sort < 3
        AND own.mentions && wanted.mentions HAVING count(*) > 0) END,
      good)),
    array_to_string(told, ', '), code, message
  FROM wanted;
END
$$;
COMMENT ON FUNCTION ingest.contract_checks(ingest.description)
  IS 'What is checked on typed records in SQL: expressions and defaults that gave NULL, domains, CHECK constraints; with the SQL that words the reject.';

CREATE FUNCTION ingest.checks_sql(about ingest.description, OUT clean text, OUT faults text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT CASE WHEN (about.contract ->> 'want_unknown')::boolean THEN '_ingest_kept AND ' ELSE '' END || '_ingest_faults IS NULL AND NOT _ingest_suspect' || coalesce(string_agg(' AND ' || k.good_sql, '' ORDER BY k.no), ''),
    coalesce(string_agg(format('(%s, %s, %L, %L, %s), ', k.no, k.good_sql, k.columns_text, k.error_code, k.message_sql), '' ORDER BY k.no), '')
  INTO clean, faults FROM ingest.contract_checks(about) AS k;
END
$$;
COMMENT ON FUNCTION ingest.checks_sql(ingest.description)
  IS 'contract_checks() as SQL: whether a typed record passes all of them, and a VALUES row for each (no, good, column_name, error_code, error), a comma behind.';

CREATE FUNCTION ingest.judge_sql(about ingest.description, source text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('SELECT bool_or(c._ingest_clean), coalesce(array_agg(ROW(c._ingest_file, c._ingest_record, NULL, k.column_name, k.error_code, k.error)::ingest.fault
      ORDER BY c._ingest_file, c._ingest_record, k.no) FILTER (WHERE NOT k.good), ''{}'')
    FROM (SELECT *, %s AS _ingest_clean FROM (%s) AS t OFFSET 0) AS c
    CROSS JOIN LATERAL (VALUES %s (0, true, NULL, NULL, NULL)) AS k (no, good, column_name, error_code, error)',
    about.clean, ingest.typed_sql(about, source), about.faults));
END
$$;
COMMENT ON FUNCTION ingest.judge_sql(ingest.description, text)
  IS 'The statement that loads nothing and tells what load_sql() would check: whether any record of the source passes, and the faults of the others.';
