-- pg_ingest 0.2.0
-- The part of a load statement that writes to the target.

CREATE FUNCTION ingest.is_plain_table(target regclass) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT c.relkind = 'r' AND NOT c.relhassubclass AND NOT c.relhasrules AND NOT c.relrowsecurity
      AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = target AND NOT t.tgisinternal) AND ingest.citus_kind(target) IS NULL
    FROM pg_class AS c WHERE c.oid = target);
END
$$;
COMMENT ON FUNCTION ingest.is_plain_table(regclass)
  IS 'Whether an insert puts just its rows into this very table: no partitions or heirs, no shards, no rules, policies or triggers of a user''s.';

CREATE FUNCTION ingest.incoming_columns(about ingest.description)
RETURNS TABLE (name text, value_sql text, sort integer, is_written boolean)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT c.name, format('c.%I', c.name), c.attnum::integer, true FROM unnest(about.columns) AS c
  UNION ALL
  SELECT k.flag::text, 'c.' || k.flag, 10000 + k.attnum::integer, false FROM unnest(about.kept) AS k
  UNION ALL
  SELECT a.attname::text, CASE a.attname
      WHEN '_file_id' THEN 'c._ingest_file_id' WHEN '_record_no' THEN 'c._ingest_record' WHEN '_loaded_at' THEN 'statement_timestamp()'
      WHEN '_source_time' THEN 'c._ingest_source_time' WHEN '_sequencer' THEN 'c._ingest_sequencer' ELSE 'c._ingest_rescued' END, a.attnum::integer, true
  FROM pg_attribute AS a WHERE a.attrelid = (about.dataset).target AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attname = ANY (ingest.metadata_columns()) AND NOT (a.attname = '_record_no' AND (about.dataset).parent IS NOT NULL) AND a.attgenerated = '' AND a.attidentity = ''
  UNION ALL
  -- What a delete, or its tombstone, makes of it is known when both have been compared with the row.
  SELECT a.attname::text, format('NULL::%s', format_type(a.atttypid, a.atttypmod)), a.attnum::integer, true
  FROM pg_attribute AS a WHERE a.attrelid = (about.dataset).target AND a.attname = (about.dataset).soft_delete_column AND NOT a.attisdropped;
END
$$;
COMMENT ON FUNCTION ingest.incoming_columns(ingest.description)
  IS 'Every column that the pipeline writes into a target, with the SQL of its value; and, not written, whether a record left out a column that is kept.';

CREATE FUNCTION ingest.write_sql(about ingest.description, mixed boolean, alone boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  key text[] := about.key;
  names text;
  assignments text;
  probed text;
  -- Of columns that are the table's own, not of those that are read.
  drawn ingest.drawn_column[] := ARRAY(SELECT x FROM unnest(about.drawn) AS x WHERE NOT x.is_read);
BEGIN
  SELECT string_agg(quote_ident(i.name), ', ' ORDER BY i.sort),
    string_agg(format('%I = %s', i.name, coalesce(ingest.kept_value_sql(k, d.target, 'excluded'), format('excluded.%I', i.name))), ', ' ORDER BY i.sort)
      FILTER (WHERE i.name <> ALL (key))
  INTO names, assignments FROM ingest.incoming_columns(about) AS i LEFT JOIN unnest(about.kept) AS k ON k.name = i.name WHERE i.is_written;
  IF d.delete_when IS NOT NULL THEN
    RETURN ingest.write_with_deletes_sql(about, names, assignments, drawn);
  ELSIF d.load_mode = 'append' THEN
    RETURN format('attempted AS (SELECT _ingest_file, ''new'' AS _ingest_state FROM incoming),
      applied AS (INSERT INTO %1$s (%2$s) SELECT %2$s FROM incoming ORDER BY %3$s RETURNING 1 AS one),
      lost AS (SELECT _ingest_file FROM attempted WHERE false)', about.written, names, coalesce((SELECT string_agg(quote_ident(k), ', ') FROM unnest(key) AS k), '_ingest_file, _ingest_record'));
  END IF;
  -- LIMIT keeps the planner from turning the probe of the target's key into a scan of the target. Where all keys may be
  -- new, the insert reads what it probes as it comes, in the key's order. The same is looked at a second time only where
  -- some were not new. Where some are known to be there, it is looked at once and written down.
  probed := format('SELECT i.*, coalesce(p.state, ''new'') AS _ingest_state%4$s FROM incoming AS i LEFT JOIN LATERAL (
        SELECT %2$s AS state%5$s FROM %1$s AS t WHERE (%3$s) LIMIT 1) AS p ON true',
    about.written, ingest.state_sql(about, 'i'), ingest.key_match_sql(d.target, 'i'),
    coalesce((SELECT string_agg(format(', p.%I', x.old_name), '') FROM unnest(drawn) AS x), ''),
    coalesce((SELECT string_agg(format(', t.%I AS %I', x.name, x.old_name), '') FROM unnest(drawn) AS x), ''));
  RETURN format('attempted AS MATERIALIZED (%s),
    %s,
    lost AS (SELECT a._ingest_file FROM attempted AS a WHERE a._ingest_state IN (''new'', ''newer'') AND NOT EXISTS (SELECT FROM applied AS t WHERE %s))',
    probed, ingest.apply_sql(about, names, coalesce('DO UPDATE SET ' || assignments || ' WHERE ' || ingest.newer_sql(about, 'excluded'), 'DO NOTHING'),
      CASE WHEN mixed THEN 'attempted' ELSE '(' || probed || ')' END, alone, drawn), ingest.key_match_sql(d.target, 'a'));
END
$$;
COMMENT ON FUNCTION ingest.write_sql(ingest.description, boolean, boolean)
  IS 'The last CTEs of the load: what is attempted, what was applied, what lost a race against another session. mixed: some keys are known to be there; alone: no other session is expected to bring the same new keys.';

CREATE FUNCTION ingest.apply_sql(about ingest.description, names text, on_conflict text, probed text, alone boolean, drawn ingest.drawn_column[], called text DEFAULT 'applied') RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  target regclass := (about.dataset).target;
BEGIN
  -- An insert that minds conflicts writes each row to the log twice (it is speculative until its index entries stand);
  -- a plain one raises where another session was quicker. Only one of the two runs, so that every session goes through
  -- its keys once and in their order.
  RETURN (SELECT CASE WHEN alone THEN format('some_known AS (SELECT EXISTS (SELECT FROM checked AS i CROSS JOIN LATERAL (SELECT FROM %1$s AS t WHERE %6$s LIMIT 1) AS t WHERE i._ingest_good) AS yes),
    inserted AS (INSERT INTO %1$s AS t (%2$s) SELECT %2$s FROM incoming WHERE NOT (SELECT yes FROM some_known) ORDER BY %3$s RETURNING %4$s),
    upserted AS (INSERT INTO %1$s AS t (%7$s SELECT %8$s FROM attempted WHERE (SELECT yes FROM some_known) AND _ingest_state IN (''new'', ''newer'') ORDER BY %3$s
      ON CONFLICT (%3$s) %5$s RETURNING %4$s),
    %9$I AS (SELECT * FROM inserted UNION ALL SELECT * FROM upserted)', about.written, names, k.list, k.returned, on_conflict, ingest.key_match_sql(target, 'i'), w.into_list, w.value_list, called)
    ELSE format('%8$I AS (INSERT INTO %1$s AS t (%7$s SELECT %2$s FROM %6$s AS a WHERE _ingest_state IN (''new'', ''newer'') ORDER BY %3$s
      ON CONFLICT (%3$s) %5$s RETURNING %4$s)', about.written, w.value_list, k.list, k.returned, on_conflict, probed, w.into_list, called) END
  FROM (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) AS list, string_agg(format('t.%I', u.k), ', ' ORDER BY u.o) AS returned
    FROM unnest(ingest.key_columns(target)) WITH ORDINALITY AS u (k, o)) AS k
  -- An upsert proposes a whole row before it knows of a conflict. What the table would draw for it is drawn for new rows alone.
  CROSS JOIN (SELECT names || coalesce(string_agg(format(', %I', x.name), ''), '') || ')' || CASE WHEN bool_or(x.is_always) THEN ' OVERRIDING SYSTEM VALUE' ELSE '' END AS into_list,
      names || coalesce(string_agg(format(', CASE WHEN _ingest_state = ''new'' THEN %s ELSE %I END', x.drawn_sql, x.old_name), ''), '') AS value_list
    FROM unnest(drawn) AS x) AS w);
END
$$;
COMMENT ON FUNCTION ingest.apply_sql(ingest.description, text, text, text, boolean, ingest.drawn_column[], text)
  IS 'The CTEs that write rows of the states new and newer into the target; the last of them is named as called says. drawn: its own columns, whose defaults only new rows draw.';

CREATE FUNCTION ingest.attempted_counts_sql() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'coalesce((SELECT jsonb_object_agg(n._ingest_file, n.loaded) FROM (SELECT _ingest_file, count(*) FILTER (WHERE _ingest_state <> ''stale'') AS loaded
        FROM attempted GROUP BY 1) AS n), ''{}''),
      CASE WHEN (SELECT count(*) FROM applied) < (SELECT count(*) FROM attempted WHERE _ingest_state IN (''new'', ''newer''))
        THEN (SELECT jsonb_object_agg(n._ingest_file, n.lost) FROM (SELECT _ingest_file, count(*) AS lost FROM lost GROUP BY 1) AS n) ELSE ''{}'' END'
$$;
COMMENT ON FUNCTION ingest.attempted_counts_sql() IS 'By file, from the CTEs of write_sql(): the records whose keys were attempted and not stale, and those that lost a race.';
