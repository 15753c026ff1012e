-- pg_ingest 0.2.0
-- What becomes of rows and tombstones where records delete. docs/semantics.md, section 4.

-- Of a key with a row, a tombstone, a winner and a delete, each is newer or older than the others. _ingest_write is new or newer where the
-- winner becomes the row, _ingest_remove where the row goes (before the winner is written anew, if it is no delete itself).
CREATE FUNCTION ingest.deleting_sql(looked_up text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('SELECT d.*, _ingest_file AS _ingest_counted, CASE
        WHEN NOT _ingest_deleted THEN coalesce(_ingest_write, CASE WHEN _ingest_was = ''same'' THEN ''same'' ELSE ''stale'' END)
        WHEN _ingest_row IS NOT NULL THEN CASE WHEN _ingest_felled THEN ''deleted'' ELSE ''stale'' END
        WHEN _ingest_buried AND NOT _ingest_deeper THEN ''stale'' ELSE ''deleted'' END AS _ingest_state
      FROM (SELECT l.*, CASE WHEN _ingest_deleted THEN NULL
          WHEN _ingest_row IS NULL THEN CASE WHEN _ingest_buried AND NOT _ingest_outlived THEN NULL ELSE ''new'' END
          WHEN _ingest_felled THEN ''new'' WHEN _ingest_was = ''newer'' THEN ''newer'' END AS _ingest_write,
        _ingest_row IS NOT NULL AND _ingest_felled AS _ingest_remove
      FROM (%s) AS l) AS d', looked_up)
$$;
COMMENT ON FUNCTION ingest.deleting_sql(text) IS 'The query of what is attempted where a delete takes its row away, from looked_up_sql().';

-- A row goes on by the order of the records that bring it, its mark by that of deletes: so every order of arrival ends alike. It is
-- marked as long as the tombstone is newer than the row.
CREATE FUNCTION ingest.marking_sql(looked_up text, d ingest.dataset) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  by_time boolean := (SELECT a.atttypid <> 'boolean'::regtype AND (ingest.base_type(a.atttypid, a.atttypmod)).base_oid <> 'boolean'::regtype
    FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = d.soft_delete_column);
BEGIN
  RETURN format('SELECT w.*, CASE WHEN _ingest_delete_place = 1 THEN _ingest_delete_file ELSE _ingest_file END AS _ingest_counted, false AS _ingest_remove,
        _ingest_row IS NOT NULL AND _ingest_write IS NULL AND _ingest_felled AND _ingest_mark IS DISTINCT FROM _ingest_mark_now AS _ingest_marks,
        CASE WHEN _ingest_delete_place = 1 THEN CASE WHEN _ingest_counts AND (_ingest_row IS NULL OR _ingest_felled OR _ingest_write IS NOT NULL) THEN ''deleted'' ELSE ''stale'' END
          ELSE coalesce(_ingest_write, CASE WHEN _ingest_was = ''same'' THEN ''same'' ELSE ''stale'' END) END AS _ingest_state
      FROM (SELECT m.*, CASE WHEN _ingest_deleted THEN NULL WHEN _ingest_row IS NULL THEN ''new'' WHEN _ingest_was = ''newer'' THEN ''newer''
          WHEN _ingest_was = ''same'' AND _ingest_written_mark IS DISTINCT FROM _ingest_mark_now THEN ''newer'' END AS _ingest_write
        FROM (SELECT c.*, CASE WHEN CASE WHEN _ingest_counts THEN _ingest_delete_place = 1 ELSE _ingest_buried AND NOT _ingest_outlived END THEN _ingest_mark ELSE %2$s END AS _ingest_written_mark
          FROM (SELECT l.*, %3$s AS _ingest_mark, _ingest_delete_place IS NOT NULL AND (NOT _ingest_buried OR _ingest_deeper) AS _ingest_counts FROM (%1$s) AS l) AS c) AS m) AS w',
    looked_up, CASE WHEN by_time THEN 'NULL' ELSE 'false' END,
    CASE WHEN by_time THEN 'coalesce(CASE WHEN _ingest_delete_place IS NOT NULL AND (NOT _ingest_buried OR _ingest_deeper) THEN _ingest_delete_source_time ELSE _ingest_buried_at END, statement_timestamp())' ELSE 'true' END);
END
$$;
COMMENT ON FUNCTION ingest.marking_sql(text, ingest.dataset) IS 'The query of what is attempted where a delete marks its row, from looked_up_sql().';

-- Of a dataset with children a row goes behind these (R__load_children.sql), and one that is made anew stays where it is: what refers to
-- it is never without it.
CREATE FUNCTION ingest.write_with_deletes_sql(about ingest.description, names text, assignments text, drawn ingest.drawn_column[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  looked_up text := ingest.looked_up_sql(about, drawn);
  stays boolean := d.has_children AND d.soft_delete_column IS NULL;
BEGIN
  RETURN (SELECT format('attempted AS MATERIALIZED (%s),
    %s,
    written AS (SELECT %s%s, a._ingest_write AS _ingest_state FROM attempted AS a WHERE a._ingest_write IS NOT NULL%s),
    %s,
    lost AS (SELECT a._ingest_file FROM attempted AS a WHERE a._ingest_write IS NOT NULL AND a._ingest_state <> ''deleted'' AND NOT EXISTS (SELECT FROM applied AS t WHERE %s))',
    CASE WHEN d.soft_delete_column IS NULL THEN ingest.deleting_sql(looked_up) ELSE ingest.marking_sql(looked_up, d) END,
    -- By its place: a join by key could become a scan of the target.
    CASE WHEN stays THEN format('remade AS (UPDATE %s AS t SET %s FROM attempted AS a WHERE a._ingest_remove AND a._ingest_write IS NOT NULL AND t.ctid = a._ingest_row AND t.tableoid = a._ingest_table RETURNING %s)',
        about.written, v.anew, (SELECT string_agg(format('t.%I', k), ', ') FROM unnest(about.key) AS k))
      WHEN d.soft_delete_column IS NULL THEN format('removed AS (DELETE FROM %s AS t USING attempted AS a WHERE a._ingest_remove AND t.ctid = a._ingest_row AND t.tableoid = a._ingest_table RETURNING 1 AS one)', about.written)
      ELSE format('marked AS (UPDATE %s AS t SET %I = a._ingest_mark%s FROM attempted AS a WHERE a._ingest_marks AND t.ctid = a._ingest_row AND t.tableoid = a._ingest_table RETURNING 1 AS one)', about.written, d.soft_delete_column,
        CASE WHEN '_loaded_at' = ANY (ingest.metadata_of(d.target)) THEN ', _loaded_at = statement_timestamp()' ELSE '' END) END,
    v.value_list, coalesce((SELECT string_agg(format(', a.%I', x.old_name), '') FROM unnest(drawn) AS x), ''),
    -- A row that is made anew has to be gone first.
    CASE WHEN stays THEN ' AND NOT a._ingest_remove' WHEN d.soft_delete_column IS NULL THEN ' AND (SELECT count(*) FROM removed) >= 0' ELSE '' END,
    ingest.apply_sql(about, names, coalesce('DO UPDATE SET ' || assignments, 'DO NOTHING'), 'written', false, drawn, CASE WHEN stays THEN 'upserted' ELSE 'applied' END)
      || CASE WHEN stays THEN ', applied AS (SELECT * FROM upserted UNION ALL SELECT * FROM remade)' ELSE '' END, ingest.key_match_sql(d.target, 'a'))
  FROM (SELECT string_agg(w.value_sql || format(' AS %I', w.name), ', ' ORDER BY w.sort) FILTER (WHERE w.value_sql IS NOT NULL) AS value_list,
      coalesce(string_agg(format('%I = %s', w.name, coalesce(w.value_sql, 'DEFAULT')), ', ' ORDER BY w.sort) FILTER (WHERE w.name <> ALL (about.key)),
        (SELECT format('%1$I = t.%1$I', about.key[1]))) AS anew
    FROM (SELECT i.name, i.sort, CASE WHEN i.name = d.soft_delete_column THEN 'a._ingest_written_mark'
          -- What is drawn for new rows alone is drawn for one that is made anew.
          WHEN x.name IS NOT NULL THEN format('CASE WHEN a._ingest_remove AND a.%I THEN %s ELSE a.%I END', k.flag, x.drawn_sql, i.name)
          ELSE format('a.%I', i.name) END AS value_sql
        FROM ingest.incoming_columns(about) AS i LEFT JOIN unnest(about.drawn) AS x ON x.name = i.name AND x.is_read LEFT JOIN unnest(about.kept) AS k ON k.name = i.name
        WHERE i.is_written
      UNION ALL SELECT a.attname::text, a.attnum, NULL FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN (SELECT i.name FROM ingest.incoming_columns(about) AS i WHERE i.is_written)) AS w) AS v);
END
$$;
COMMENT ON FUNCTION ingest.write_with_deletes_sql(ingest.description, text, text, ingest.drawn_column[])
  IS 'The last CTEs of the load of a dataset with deletes: what is attempted, which rows go or are marked, which are written, and which a trigger kept from being written.';

CREATE FUNCTION ingest.write_tombstones(of_dataset text, changes ingest.tombstone_change[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  DELETE FROM ingest.tombstone AS t WHERE t.dataset = of_dataset AND t.row_key = ANY (ARRAY(SELECT c.row_key COLLATE "C" FROM unnest(changes) AS c WHERE c.is_gone));
  INSERT INTO ingest.tombstone AS t (dataset, row_key, version, version_type, source_time, sequencer, file_id, record_no)
  SELECT of_dataset, c.row_key, c.version, c.version_type, c.source_time, c.sequencer, c.file_id, c.record_no FROM unnest(changes) AS c WHERE NOT c.is_gone ORDER BY c.row_key COLLATE "C"
  ON CONFLICT ON CONSTRAINT tombstone_pkey DO UPDATE SET version = excluded.version, version_type = excluded.version_type, source_time = excluded.source_time,
    sequencer = excluded.sequencer, file_id = excluded.file_id, record_no = excluded.record_no, deleted_at = excluded.deleted_at;
END
$$;
COMMENT ON FUNCTION ingest.write_tombstones(text, ingest.tombstone_change[]) IS 'Writes down what a load has made of a dataset''s tombstones.';

CREATE FUNCTION ingest.delete_problems(d ingest.dataset, columns jsonb, expressions jsonb) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT 'delete_when: an append keeps every record and deletes none; leave it out or use upsert' WHERE d.delete_when IS NOT NULL AND d.load_mode = 'append'
  UNION ALL
  SELECT format('delete_when: column %s of the primary key is of type %s, of which no text tells equal keys, and deletes are remembered by that', a.attname, format_type(a.atttypid, a.atttypmod))
    || CASE WHEN c.oid IS NULL THEN '' ELSE format(' (collation %s is not deterministic)', c.collname) END
  FROM unnest(ingest.key_columns(d.target)) AS k JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = k LEFT JOIN pg_collation AS c ON c.oid = a.attcollation AND NOT c.collisdeterministic
  WHERE d.delete_when IS NOT NULL AND d.load_mode = 'upsert' AND ingest.key_text(d.target, k, 'x') IS NULL
  UNION ALL
  SELECT 'soft_delete_column: no record deletes without delete_when; give both or none' WHERE d.soft_delete_column IS NOT NULL AND d.delete_when IS NULL
  UNION ALL
  SELECT format('soft_delete_column: %s', ingest.no_column(d.target, d.soft_delete_column)) WHERE d.soft_delete_column IS NOT NULL
    AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = d.soft_delete_column AND a.attnum > 0 AND NOT a.attisdropped)
  UNION ALL
  SELECT format('soft_delete_column: %s %s', d.soft_delete_column, x.problem)
  FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
  CROSS JOIN LATERAL (VALUES (format('is of type %s; expected boolean, timestamp or timestamptz', format_type(a.atttypid, a.atttypmod)), b.base_oid NOT IN ('boolean'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)),
    ('is NOT NULL; expected a column that is null in rows that are there', b.base_oid IN ('timestamp'::regtype, 'timestamptz'::regtype) AND a.attnotnull),
    ('is filled by PostgreSQL or the pipeline; expected a column of its own', a.attgenerated <> '' OR a.attidentity <> '' OR a.attname = ANY (ingest.metadata_columns())),
    ('is the version column or of the primary key; expected a column of its own', a.attname = d.version_column OR a.attname = ANY (ingest.key_columns(d.target))),
    ('is mapped or has an expression; expected a column that deletes alone set', coalesce(columns ? d.soft_delete_column OR expressions ? d.soft_delete_column, false))) AS x (problem, applies)
  WHERE a.attrelid = d.target AND a.attname = d.soft_delete_column AND a.attnum > 0 AND NOT a.attisdropped AND x.applies;
END
$$;
COMMENT ON FUNCTION ingest.delete_problems(ingest.dataset, jsonb, jsonb) IS 'What is wrong with a registration''s delete_when and soft_delete_column, its condition apart.';
