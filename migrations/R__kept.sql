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

CREATE FUNCTION ingest.older_sql(d ingest.dataset) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN o.older IS NULL THEN 'false'
    ELSE format('coalesce((SELECT %s FROM %s AS t WHERE %s LIMIT 1), false)', o.older, d.target, ingest.key_match_sql(d.target, 'c')) END
  FROM (SELECT coalesce(ingest.version_sql(d, 'c', 1::smallint), (SELECT 'c._ingest_source_time < t._source_time' FROM pg_attribute AS a
    WHERE a.attrelid = d.target AND a.attname = '_source_time' AND NOT a.attisdropped)) AS older) AS o
$$;
COMMENT ON FUNCTION ingest.older_sql(ingest.dataset) IS 'SQL that tells of one of several records c of a key whether it is older than the row in the table.';

CREATE FUNCTION ingest.winners_sql(about ingest.description, records text) RETURNS text
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
  others := '_ingest_file, _ingest_record, _ingest_file_id, _ingest_source_time, _ingest_sequencer, _ingest_rescued' || coalesce((SELECT string_agg(format(', %I', c.name), '' ORDER BY c.attnum)
    FROM unnest(about.columns) AS c WHERE NOT EXISTS (SELECT FROM unnest(kept) AS k WHERE k.name = c.name)), '');
  RETURN (SELECT format('WITH counted AS MATERIALIZED (SELECT c.*, count(*) OVER (PARTITION BY %1$s) AS _ingest_times FROM (SELECT * FROM %2$s) AS c)
      SELECT %3$s%4$s FROM counted WHERE _ingest_times = 1
      UNION ALL (SELECT DISTINCT ON (%1$s) %3$s%5$s FROM (SELECT c.*%6$s FROM (SELECT c.*, %7$s AS _ingest_older FROM counted AS c WHERE _ingest_times > 1) AS c
        WINDOW w AS (PARTITION BY %1$s ORDER BY %8$s)) AS c ORDER BY %1$s, %9$s)', key, records, others,
    string_agg(format(', %I, %s', k.name, k.flag), '' ORDER BY k.attnum),
    string_agg(format(', CASE WHEN _ingest_brought_%1$s = 0 THEN %2$I ELSE first_value(%2$I) OVER (PARTITION BY %3$s, _ingest_brought_%1$s ORDER BY %4$s) END AS %2$I, _ingest_brought_%1$s = 0 AS %5$s',
      k.attnum, k.name, key, next, k.flag), '' ORDER BY k.attnum),
    string_agg(format(', count(*) FILTER (WHERE NOT (%s OR _ingest_older)) OVER w AS _ingest_brought_%s', k.flag, k.attnum), '' ORDER BY k.attnum),
    ingest.older_sql(d), next, best) FROM unnest(kept) AS k);
END
$$;
COMMENT ON FUNCTION ingest.winners_sql(ingest.description, text)
  IS 'The query of the records that win among those of their key; records is what follows FROM. What a winner leaves out of columns that are kept, the next before it brings.';
