-- pg_ingest 0.2.0
-- Rows that a former version of an object brought and its newer one does not. docs/semantics.md, section 4.
--
-- Such a dataset is compiled as one whose records delete, of which none does: its rows leave tombstones, and its target is its own while it
-- loads (R__deletes.sql).

CREATE FUNCTION ingest.find_missing_as_caller(of_dataset text, former bigint[], keys jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
  statement text;
  missing jsonb;
BEGIN
  SELECT * INTO STRICT d FROM ingest.own_dataset AS x WHERE x.name = of_dataset;
  SELECT format('SELECT coalesce(jsonb_agg(jsonb_build_object(''key'', %s, ''row_key'', %s, ''version'', %s)), ''[]'') FROM %s AS t WHERE t._file_id = ANY ($1)
      AND NOT EXISTS (SELECT FROM (SELECT %s FROM jsonb_array_elements($2) AS k (v)) AS u WHERE %s)',
    ingest.key_json_sql(d.target, 't'), ingest.row_key_sql(d.target, 't'), CASE WHEN d.version_column IS NULL THEN 'NULL::text' ELSE format('t.%I::text', d.version_column) END, d.target,
    string_agg(format('(k.v ->> %s)::%s AS k%1$s', u.o - 1, format_type(b.base_oid, -1)), ', '),
    string_agg(format('t.%I %s u.k%s', u.name, ingest.order_operator(b.base_oid, 3::smallint), u.o - 1), ' AND '))
  INTO statement
  FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = u.name
  CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b;
  EXECUTE statement INTO missing USING former, keys;
  PERFORM ingest.restore_settings();
  RETURN missing;
END
$$;
COMMENT ON FUNCTION ingest.find_missing_as_caller(text, bigint[], jsonb)
  IS 'The rows of a target that one of these files brought and that have none of these keys. Each has its key as an array of texts (key) and as ingest.tombstone has it (row_key), and its version.';

CREATE FUNCTION ingest.find_missing(of_dataset text, former bigint[], keys jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('find_missing', 'ingest_loader');
  RETURN ingest.find_missing_as_caller(of_dataset, former, keys);
END
$$;
COMMENT ON FUNCTION ingest.find_missing(text, bigint[], jsonb) IS 'find_missing_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.run_find_missing(of_dataset text, former bigint[], keys jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  definer text := (SELECT ingest.definer_of('find_missing', d.loader) FROM ingest.dataset AS d WHERE d.name = of_dataset);
  held text[] := ARRAY(SELECT c.told FROM ingest.held_cursors() AS c);
  missing jsonb;
BEGIN
  EXECUTE format('SELECT ingest.%I($1, $2, $3)', definer) INTO missing USING of_dataset, former, keys;
  PERFORM ingest.clean_up(held);
  RETURN missing;
END
$$;
COMMENT ON FUNCTION ingest.run_find_missing(text, bigint[], jsonb) IS 'find_missing() as the dataset''s loader.';

-- The time of the deletion is that of the version that has the row no more. It has no version of its own, so it is as old as the row.
CREATE FUNCTION ingest.remove_missing(of_dataset text, file ingest.claimed_file, former bigint[], keys jsonb, OUT removed bigint, OUT refused ingest.fault)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
  missing jsonb;
  gone jsonb;
  detail text;
BEGIN
  removed := 0;
  missing := ingest.run_find_missing(of_dataset, former, keys);
  IF missing = '[]' THEN
    RETURN;
  END IF;
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  gone := (SELECT jsonb_agg(m.value -> 'key') FROM jsonb_array_elements(missing) AS m);
  BEGIN
    IF d.has_children THEN
      PERFORM ingest.remove_children_of(of_dataset, gone);
    END IF;
    removed := ingest.run_remove_rows(of_dataset, gone, true);
    PERFORM ingest.write_tombstones(of_dataset, ARRAY(SELECT ROW(m.value ->> 'row_key', false, m.value ->> 'version', ingest.version_type(d), file.source_time, file.sequencer, file.file_id, 0)::ingest.tombstone_change
      FROM jsonb_array_elements(missing) AS m));
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    IF ingest.is_of_the_moment(SQLSTATE) OR ingest.whose_fault(SQLSTATE) <> 'record' THEN
      RAISE;
    END IF;
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    refused := ROW(file.file_no, 0, NULL, NULL, 'sqlstate_' || SQLSTATE, format('rows that this version has no more stay in %s: %s', d.target, concat_ws('; ', SQLERRM, nullif(detail, ''))))::ingest.fault;
  END;
END
$$;
COMMENT ON FUNCTION ingest.remove_missing(text, ingest.claimed_file, bigint[], jsonb)
  IS 'Deletes the rows that former versions of a file''s object brought and that have none of these keys, with their children. Where the target refuses that, refused says why, and none is deleted.';

-- PI008: the target does not give up what a version has no more, and the load is made again without that file.
CREATE FUNCTION ingest.load_mirrored(of_dataset text, files ingest.claimed_file[], engine text, has_children boolean) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  outcome ingest.dataset_outcome;
  of_files ingest.file_outcome[];
  refused ingest.fault[] := '{}';
  version record;
  one record;
  again boolean := false;
BEGIN
  LOOP
    BEGIN
      outcome := CASE WHEN files = '{}' THEN ROW('{}', '{}', '{}', '{}', '{}', '{}', '{}')::ingest.dataset_outcome
        WHEN has_children THEN ingest.load_family(of_dataset, files, engine, false) ELSE ingest.run_load(of_dataset, files, engine, false, '{}') END;
      of_files := outcome.files;
      -- What was rejected of a version may be what seems to be missing. The keys of all files are parted at once.
      FOR version IN SELECT o.place, f AS file, l.former, coalesce(k.keys, '[]') AS keys
        FROM (SELECT u.file_no, u.status, row_number() OVER () AS place FROM unnest(of_files) AS u) AS o JOIN unnest(files) AS f ON f.file_no = o.file_no
        LEFT JOIN (SELECT a.file_no, jsonb_agg(a.key) AS keys FROM unnest(outcome.applied) AS a GROUP BY a.file_no) AS k ON k.file_no = o.file_no
        CROSS JOIN LATERAL (SELECT array_agg(l.file_id) AS former FROM ingest.file AS l WHERE l.object_id = f.object_id AND l.file_id <> f.file_id) AS l
        WHERE o.status = 'loaded' AND l.former IS NOT NULL ORDER BY o.place
      LOOP
        SELECT r.* INTO one FROM ingest.remove_missing(of_dataset, version.file, version.former, version.keys) AS r;
        IF (one.refused).error_code IS NOT NULL THEN
          again := true;
          RAISE EXCEPTION 'rows stay' USING ERRCODE = 'PI008';
        END IF;
        of_files[version.place].removed := one.removed;
      END LOOP;
      outcome.files := of_files || ARRAY(SELECT ROW(r.file_no, 0, 0, 0, 0, 0, 0, 'load_failed', r.error_code, r.error, 0, 0)::ingest.file_outcome FROM unnest(refused) AS r);
      outcome.faults := outcome.faults || refused;
      RETURN outcome;
    EXCEPTION WHEN SQLSTATE 'PI008' THEN
      -- A trigger may raise anything, and must not set the load going again for ever.
      IF NOT again THEN
        RAISE;
      END IF;
      again := false;
      refused := refused || one.refused;
      files := ARRAY(SELECT f FROM unnest(files) AS f WHERE f.file_no <> (one.refused).file_no);
    END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.load_mirrored(text, ingest.claimed_file[], text, boolean)
  IS 'Loads versions of objects and deletes what those that load whole have no more. One of which the target refuses that fails whole.';

CREATE FUNCTION ingest.mirror_problems(d ingest.dataset) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT format('on_replaced: %s is none of keep, delete_missing', d.on_replaced) WHERE d.on_replaced NOT IN ('keep', 'delete_missing');
  IF d.on_replaced <> 'delete_missing' OR d.parent IS NOT NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT 'on_replaced: an append makes a row of each record and knows none again; use upsert, or keep' WHERE d.load_mode = 'append'
  UNION ALL SELECT format('on_replaced: %s has no column _file_id, by which the rows of an object are told; SELECT ingest_add_metadata_columns(%L)', d.target, d.target::text)
    WHERE NOT '_file_id' = ANY (ingest.metadata_of(d.target))
  UNION ALL SELECT 'on_replaced: it deletes rows, and soft_delete_column marks them; leave one of them out' WHERE d.soft_delete_column IS NOT NULL
  UNION ALL SELECT format('on_replaced: column %s of the primary key has a type or collation of which no text tells equal keys, and deletes are remembered by that', k)
    FROM unnest(ingest.key_columns(d.target)) AS k WHERE d.load_mode = 'upsert' AND ingest.key_text(d.target, k, 'x') IS NULL
  UNION ALL SELECT format('on_replaced: dataset %s loads the same files into %s, so that nobody knows whose rows an object brought; use another table', x.name, d.target)
    FROM ingest.dataset AS x WHERE x.name <> d.name AND x.target = d.target AND x.prefix = d.prefix
  UNION ALL SELECT format('on_replaced: %s is the target of dataset %s too, which has children, and a delete would leave them; use another table', d.target, x.name)
    FROM ingest.dataset AS x WHERE x.name <> d.name AND x.target = d.target AND x.has_children;
END
$$;
COMMENT ON FUNCTION ingest.mirror_problems(ingest.dataset) IS 'What is wrong with a registration''s on_replaced.';
