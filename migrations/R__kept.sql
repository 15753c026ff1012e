-- pg_ingest 0.2.0
-- Columns that an update leaves as they are where the record has no value for them. docs/semantics.md, section 4.

CREATE FUNCTION ingest.kept_columns(columns ingest.target_column[], contract jsonb) RETURNS ingest.kept_column[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT ROW(c.name, '_ingest_absent_' || p.no, c.attnum)::ingest.kept_column
    FROM unnest(columns) AS c JOIN jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS p (value, no) ON p.value ->> 'name' = c.name
    WHERE c.is_kept AND (p.value ->> 'has_default')::boolean);
END
$$;
COMMENT ON FUNCTION ingest.kept_columns(ingest.target_column[], jsonb) IS 'The columns that an update keeps where a record leaves them out; the others of on_absent keep have to be brought.';

-- What differs each time that it is drawn, and may leave something behind: a sequence goes on, a counter of a user's own too.
CREATE FUNCTION ingest.is_drawn(tree pg_node_tree) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT tree::text ~ '\{NEXTVALUEEXPR ' OR EXISTS (
    SELECT FROM regexp_matches(tree::text, ':(?:funcid|opfuncid) ([0-9]+)', 'g') AS m JOIN pg_proc AS p ON p.oid = m[1]::oid WHERE p.provolatile = 'v')
$$;
COMMENT ON FUNCTION ingest.is_drawn(pg_node_tree) IS 'Whether a default calls volatile functions, as those that draw from sequences are.';

CREATE FUNCTION ingest.identity_sequence(of_table oid, attnum smallint) RETURNS regclass
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.oid::regclass FROM pg_depend AS o JOIN pg_class AS s ON s.oid = o.objid AND s.relkind = 'S'
  WHERE (o.classid, o.refclassid, o.refobjid, o.refobjsubid, o.deptype) = ('pg_class'::regclass, 'pg_class'::regclass, of_table, attnum, 'i')
$$;
COMMENT ON FUNCTION ingest.identity_sequence(oid, smallint) IS 'The sequence of an identity column.';

CREATE FUNCTION ingest.drawn_columns(d ingest.dataset, columns ingest.target_column[]) RETURNS ingest.drawn_column[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN d.load_mode = 'append' THEN '{}' ELSE ARRAY(SELECT ROW(a.attname, a.attnum, '_ingest_old_' || a.attnum, a.attidentity = 'a', c.name IS NOT NULL,
      format('(%s)::%s', coalesce(c.default_sql, 'nextval(' || quote_literal(ingest.identity_sequence(a.attrelid, a.attnum)) || '::regclass)', pg_get_expr(ad.adbin, ad.adrelid),
        pg_get_expr(own.typdefaultbin, 0)), coalesce(c.described ->> 'base_type', format_type(a.atttypid, a.atttypmod))))::ingest.drawn_column
    FROM pg_attribute AS a JOIN pg_type AS own ON own.oid = a.atttypid
    LEFT JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
    LEFT JOIN unnest(columns) AS c ON c.attnum = a.attnum
    WHERE a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND (a.attidentity <> '' OR ingest.is_drawn(coalesce(ad.adbin, own.typdefaultbin)))
      AND CASE WHEN c.name IS NOT NULL
        -- By the version that came, or was drawn, records are compared.
        THEN c.is_kept AND c.is_read AND c.name IS DISTINCT FROM d.version_column
        -- An identity column draws whatever the rights on its sequence; an expression that draws needs one.
        ELSE a.attname <> ALL (ingest.metadata_columns())
          AND (a.attidentity = '' OR has_sequence_privilege(coalesce(d.loader, 'ingest_loader'), ingest.identity_sequence(a.attrelid, a.attnum), 'USAGE')) END
    ORDER BY a.attnum) END;
END
$$;
COMMENT ON FUNCTION ingest.drawn_columns(ingest.dataset, ingest.target_column[])
  IS 'The columns of an upsert whose default is drawn for new rows alone: those that are read, and those that are the table''s own.';

-- A record that leaves such a column out is looked up: of a row that is there, its value is taken and nothing is drawn. Should
-- another session make or change that row meanwhile, the update keeps what it then finds.
CREATE FUNCTION ingest.with_drawn_sql(about ingest.description, typed text, carried text[]) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  target regclass := (about.dataset).target;
  contract jsonb := about.contract;
  filtered boolean := contract ->> 'want_unknown';
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(about.drawn) AS x WHERE x.is_read) THEN
    RETURN typed;
  END IF;
  RETURN (WITH columns AS (
    SELECT c.*, k.flag, x.old_name, x.drawn_sql, c.name = ANY (about.key) AS is_key
    FROM unnest(about.columns) AS c LEFT JOIN unnest(about.kept) AS k ON k.name = c.name LEFT JOIN unnest(about.drawn) AS x ON x.name = c.name
  )
  SELECT format('SELECT _ingest_file, _ingest_record, _ingest_faults, _ingest_codes, _ingest_suspect, _ingest_file_id, _ingest_source_time, _ingest_sequencer, _ingest_rescued, _ingest_unknown%s%s%s%s
      FROM (%s) AS typed
      LEFT JOIN LATERAL (SELECT true AS _ingest_found%s FROM (SELECT %s) AS k JOIN %s AS t ON %s WHERE %s LIMIT 1) AS there ON true',
    CASE WHEN filtered THEN ', typed._ingest_kept' END || CASE WHEN contract ? 'deletes' THEN ', typed._ingest_deleted' ELSE '' END, concat((SELECT string_agg(format(', typed.%I', n), '') FROM unnest(carried) AS n), string_agg(format(', typed.%I', c.flag), '' ORDER BY c.attnum) FILTER (WHERE c.flag IS NOT NULL)),
    string_agg(CASE WHEN c.old_name IS NULL THEN format(', typed.%I', c.name)
      ELSE format(', (CASE WHEN typed.%1$I THEN CASE WHEN there._ingest_found THEN there.%2$I::%3$s ELSE %4$s END ELSE typed.%5$I END)%6$s AS %5$I', c.flag, c.old_name,
        c.described ->> 'base_type', c.drawn_sql, c.name, c.collation_clause) END, '' ORDER BY c.attnum) FILTER (WHERE c.is_read),
    CASE WHEN (contract ->> 'want_record')::boolean AND NOT contract -> 'columns' @> '[{"name": "record"}]' THEN ', typed.record' ELSE '' END
      || coalesce((SELECT string_agg(format(', typed.%I', u.name), '') FROM ingest.used_of_file(about.dataset, about.columns) AS u), ''),
    typed,
    string_agg(format(', t.%I AS %I', c.name, c.old_name), '' ORDER BY c.attnum) FILTER (WHERE c.old_name IS NOT NULL),
    -- A key's expression is evaluated here too. It sees nothing that is yet to be drawn: a key made of that is a new one.
    string_agg(CASE WHEN c.expression IS NULL THEN format('typed.%I', c.name) ELSE format(CASE WHEN filtered THEN E'(CASE WHEN typed._ingest_kept THEN (%s\n) END)::%s%s AS %I' ELSE E'(%s\n)::%s%s AS %I' END,
      c.expression, c.described ->> 'base_type', c.collation_clause, c.name) END, ', ' ORDER BY c.attnum) FILTER (WHERE c.is_key),
    target, ingest.key_match_sql(target, 'k'), string_agg('typed.' || c.flag, ' OR ' ORDER BY c.attnum) FILTER (WHERE c.old_name IS NOT NULL))
  FROM columns AS c);
END
$$;
COMMENT ON FUNCTION ingest.with_drawn_sql(ingest.description, text, text[])
  IS 'A query of typed records in which columns with drawn defaults are read as they came, made one that draws them for new rows and takes them from the others.';

-- An update sees no more of a record than its row. So the keys of records that left a column out are looked up: exactly
-- those keys as they were attempted, whose text is the same where their type's operators are out of sight.
CREATE FUNCTION ingest.kept_value_sql(k ingest.kept_column, target regclass, incoming text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('CASE WHEN %s THEN t.%I ELSE %s.%2$I END', CASE WHEN incoming <> 'excluded' THEN format('%s.%s', incoming, k.flag)
      ELSE format('(%s) IN (SELECT %s FROM attempted AS a WHERE a.%s)', string_agg(format('excluded.%I%s', a.attname, w.cast), ', ' ORDER BY u.o),
        string_agg(format('a.%I%s', a.attname, w.cast), ', ' ORDER BY u.o), k.flag) END,
    k.name, incoming)
  FROM unnest(ingest.key_columns(target)) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = target AND a.attname = u.name
  CROSS JOIN LATERAL (SELECT CASE WHEN (ingest.base_type(a.atttypid, a.atttypmod)).base_oid < 16384 THEN '' ELSE '::text' END AS cast) AS w
$$;
COMMENT ON FUNCTION ingest.kept_value_sql(ingest.kept_column, regclass, text)
  IS 'SQL of the value that row t gets in such a column from the incoming row, or from excluded, whose keys are among those of attempted.';

CREATE FUNCTION ingest.older_sql(d ingest.dataset, written text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN o.older IS NULL THEN 'false'
    ELSE format('coalesce((SELECT %s FROM %s AS t WHERE %s LIMIT 1), false)', o.older, written, ingest.key_match_sql(d.target, 'c')) END
  FROM (SELECT coalesce(ingest.version_sql(d, 'c', 1::smallint), (SELECT 'c._ingest_source_time < t._source_time' FROM pg_attribute AS a
    WHERE a.attrelid = d.target AND a.attname = '_source_time' AND NOT a.attisdropped)) AS older) AS o
$$;
COMMENT ON FUNCTION ingest.older_sql(ingest.dataset, text) IS 'SQL that tells of one of several records c of a key whether it is older than the row in the table.';

CREATE FUNCTION ingest.winners_sql(about ingest.description, records text, carried text[] DEFAULT '{}') RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  key text;
  best text;
  next text;
  kept ingest.kept_column[] := about.kept;
  others text;
BEGIN
  key := (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o));
  best := coalesce(quote_ident(d.version_column) || ' DESC, ', '') || '_ingest_file DESC, _ingest_record DESC';
  IF kept = '{}' THEN
    RETURN format('SELECT DISTINCT ON (%1$s) * FROM %2$s ORDER BY %1$s, %3$s', key, records, best);
  END IF;
  -- Of several records of one key, each brings what the later ones leave out, as if they had come one after another.
  next := replace(best, ' DESC', '');
  others := '_ingest_file, _ingest_record, _ingest_file_id, _ingest_source_time, _ingest_sequencer, _ingest_rescued' || CASE WHEN d.delete_when IS NULL THEN '' ELSE ingest.fate_columns() END || coalesce((SELECT string_agg(format(', %I', n), '') FROM unnest(carried) AS n), '')
    || coalesce((SELECT string_agg(format(', %I', c.name), '' ORDER BY c.attnum)
    FROM unnest(about.columns) AS c WHERE NOT EXISTS (SELECT FROM unnest(kept) AS k WHERE k.name = c.name)), '');
  RETURN (SELECT format('WITH counted AS MATERIALIZED (SELECT c.*, count(*) OVER (PARTITION BY %1$s) AS _ingest_times FROM (SELECT * FROM %2$s) AS c)
      SELECT %3$s%4$s FROM counted WHERE _ingest_times = 1
      UNION ALL (SELECT DISTINCT ON (%1$s) %3$s%5$s FROM (SELECT c.*%6$s FROM (SELECT c.*, %7$s AS _ingest_older FROM counted AS c WHERE _ingest_times > 1) AS c
        WINDOW w AS (PARTITION BY %1$s ORDER BY %8$s)) AS c ORDER BY %1$s, %9$s)', key, records, others,
    string_agg(format(', %I, %s', k.name, k.flag), '' ORDER BY k.attnum),
    string_agg(format(', CASE WHEN _ingest_brought_%1$s = 0 THEN %2$I ELSE first_value(%2$I) OVER (PARTITION BY %3$s, _ingest_brought_%1$s ORDER BY %4$s) END AS %2$I, _ingest_brought_%1$s = 0 AS %5$s',
      k.attnum, k.name, key, next, k.flag), '' ORDER BY k.attnum),
    string_agg(format(', count(*) FILTER (WHERE NOT (%s OR _ingest_older)) OVER w AS _ingest_brought_%s', k.flag, k.attnum), '' ORDER BY k.attnum),
    ingest.older_sql(d, about.written), next, best) FROM unnest(kept) AS k);
END
$$;
COMMENT ON FUNCTION ingest.winners_sql(ingest.description, text, text[])
  IS 'The query of the records that win among those of their key; records is what follows FROM. What a winner leaves out of columns that are kept, the next before it brings.';
