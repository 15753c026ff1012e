-- pg_ingest 0.2.0
-- The native engine's quick way where records delete: they are told apart while they are read, and what is gathered tells of each key its
-- newest record and its newest delete. docs/row-source.md.
--
-- What becomes of a key is asked in the very words of the whole load statement (R__deleted_rows.sql).

CREATE FUNCTION ingest.changes_contract(about ingest.description) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  -- Where only removed objects leave tombstones, no record deletes.
  deletes jsonb := CASE d.delete_when WHEN 'false' THEN '{"operands": [], "alternatives": []}' ELSE ingest.plain_condition(about, d.delete_when) END;
  filter jsonb := ingest.plain_condition(about, d.record_filter);
BEGIN
  -- Gathered rows do not tell what their records left out. What is suppressed, only a query can tell.
  IF deletes IS NULL OR d.record_filter IS NOT NULL AND filter IS NULL OR d.suppresses OR d.has_children OR d.parent IS NOT NULL OR d.on_replaced <> 'keep' OR d.load_mode <> 'upsert'
    OR about.stand_in IS NOT NULL OR (about.contract ->> 'keeps')::boolean OR EXISTS (SELECT FROM unnest(about.columns) AS c WHERE c.expression IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  RETURN ingest.without_filter(about.contract) || jsonb_build_object('delete_where', deletes)
    || CASE WHEN d.soft_delete_column IS NULL THEN '{}' ELSE jsonb_build_object('soft_delete_column', d.soft_delete_column) END
    || CASE WHEN filter IS NULL THEN '{}' ELSE ingest.plain_filter_contract(d, filter) END;
END
$$;
COMMENT ON FUNCTION ingest.changes_contract(ingest.description)
  IS 'The contract by which the native engine gathers rows of a dataset with deletes; NULL where none delete, or the dataset needs the whole load statement.';

CREATE FUNCTION ingest.gathered_changes_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
BEGIN
  IF ingest.changes_contract(about) IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT format('WITH incoming AS NOT MATERIALIZED (SELECT i.*%1$s, f.file_id AS _ingest_file_id, f.source_time AS _ingest_source_time, f.sequencer AS _ingest_sequencer,
        g.file_id AS _ingest_delete_file_id, g.source_time AS _ingest_delete_source_time, g.sequencer AS _ingest_delete_sequencer
      FROM ingest_native.gathered_rows() AS i (_ingest_file integer, _ingest_record integer, _ingest_deleted boolean, _ingest_delete_place integer, _ingest_delete_file integer, _ingest_delete_record integer%2$s, %3$s)
      JOIN unnest($1) AS f ON f.file_no = i._ingest_file LEFT JOIN unnest($1) AS g ON g.file_no = i._ingest_delete_file),
    %4$s
    SELECT %5$s%6$s',
    CASE WHEN d.version_column IS NULL THEN ', NULL::text AS _ingest_delete_version' END, max(format(', _ingest_delete_version %s', c.type)) FILTER (WHERE c.name = d.version_column),
    string_agg(format('%I %s', c.name, c.type), ', ' ORDER BY c.attnum), ingest.write_sql(about, true, false), ingest.counts_with_deletes_sql(), ingest.told_deletes_sql(d, '''{}''::bigint[]'))
  FROM (SELECT a.attname AS name, a.attnum, format_type(a.atttypid, a.atttypmod) AS type FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped) AS c);
END
$$;
COMMENT ON FUNCTION ingest.gathered_changes_sql(ingest.description)
  IS 'The statement that loads rows which the extension has gathered by changes_contract(), and takes away those of records that delete. NULL without such a contract.';

CREATE FUNCTION ingest.has_tombstones(of_dataset text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  RETURN EXISTS (SELECT FROM ingest.own_tombstone AS t WHERE t.dataset = of_dataset);
END
$$;
COMMENT ON FUNCTION ingest.has_tombstones(text) IS 'Whether any key of a dataset has a tombstone.';
