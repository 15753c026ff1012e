-- pg_ingest 0.2.0
-- Rows that an object brought and does not have any more: a former version did, and the newer one does not, or it is removed
-- (R__removals.sql). docs/semantics.md, section 4.
--
-- Such a dataset is compiled as one whose records delete, of which none does: its rows leave tombstones, and its target is its own while it
-- loads (R__deletes.sql). All files of a unit are gone through at once: what makes and plans the statements costs more than they do.

CREATE FUNCTION ingest.mirrors(on_replaced text, on_removed text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT $1 <> 'keep' OR $2 <> 'keep'
$$;
COMMENT ON FUNCTION ingest.mirrors(text, text) IS 'Whether rows of a dataset with these options go with what their object has no more.';

CREATE FUNCTION ingest.mirroring_options(d ingest.dataset) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT concat_ws(' and ', CASE WHEN d.on_replaced <> 'keep' THEN 'on_replaced' END, CASE WHEN d.on_removed <> 'keep' THEN 'on_removed' END)
$$;
COMMENT ON FUNCTION ingest.mirroring_options(ingest.dataset) IS 'Those options of a dataset by which rows go, in words.';

-- In a result that PostgreSQL keeps on disk where it is large: an object may have had millions of rows.
CREATE FUNCTION ingest.find_missing_as_caller(of_dataset text, owners integer[], former bigint[], kept ingest.applied_record[]) RETURNS SETOF ingest.missing_row
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
  statement text;
BEGIN
  SELECT * INTO STRICT d FROM ingest.own_dataset AS x WHERE x.name = of_dataset;
  SELECT format('SELECT f.owner, %s, %s, %s, t._file_id::bigint, %s FROM unnest($1, $2) AS f (owner, file_id) JOIN %s AS t ON t._file_id = f.file_id
      WHERE NOT EXISTS (SELECT FROM (SELECT k.file_no AS owner, %s FROM unnest($3) AS k) AS u WHERE u.owner = f.owner AND %s)',
    ingest.key_json_sql(d.target, 't'), ingest.row_key_sql(d.target, 't'), CASE WHEN d.version_column IS NULL THEN 'NULL::text' ELSE format('t.%I::text', d.version_column) END,
    CASE WHEN '_record_no' = ANY (ingest.metadata_of(d.target)) THEN 't._record_no::integer' ELSE 'NULL::integer' END, d.target,
    string_agg(format('(k.key ->> %s)::%s AS k%1$s', u.o - 1, format_type(b.base_oid, -1)), ', '),
    string_agg(format('t.%I %s u.k%s', u.name, ingest.order_operator(b.base_oid, 3::smallint), u.o - 1), ' AND '))
  INTO statement
  FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = u.name
  CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b;
  RETURN QUERY EXECUTE statement USING owners, former, kept;
  PERFORM ingest.restore_settings();
  PERFORM ingest.fire_deferred();
END
$$;
COMMENT ON FUNCTION ingest.find_missing_as_caller(text, integer[], bigint[], ingest.applied_record[])
  IS 'The rows of a target that former entries of objects brought and that have none of the keys of their newer ones. owners: the number of the file that each entry is a former one of; kept: the good records of the newer ones.';

CREATE FUNCTION ingest.find_missing(of_dataset text, owners integer[], former bigint[], kept ingest.applied_record[]) RETURNS SETOF ingest.missing_row
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('find_missing', 'ingest_loader');
  RETURN QUERY SELECT * FROM ingest.find_missing_as_caller(of_dataset, owners, former, kept);
END
$$;
COMMENT ON FUNCTION ingest.find_missing(text, integer[], bigint[], ingest.applied_record[]) IS 'find_missing_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.run_find_missing(of_dataset text, owners integer[], former bigint[], kept ingest.applied_record[]) RETURNS SETOF ingest.missing_row
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  definer text := (SELECT ingest.definer_of('find_missing', d.loader) FROM ingest.dataset AS d WHERE d.name = of_dataset);
  held text[] := ingest.held();
BEGIN
  RETURN QUERY EXECUTE format('SELECT * FROM ingest.%I($1, $2, $3, $4)', definer) USING of_dataset, owners, former, kept;
  PERFORM ingest.clean_up(held);
END
$$;
COMMENT ON FUNCTION ingest.run_find_missing(text, integer[], bigint[], ingest.applied_record[]) IS 'find_missing() as the dataset''s loader.';

-- Plans are made once a session, perhaps while the ledger is empty.
CREATE FUNCTION ingest.former_entries(files ingest.claimed_file[], OUT owners integer[], OUT former bigint[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  SELECT array_agg(f.file_no), array_agg(l.file_id) INTO owners, former
  FROM unnest(files) AS f JOIN ingest.file AS l ON l.object_id = f.object_id AND l.file_id <> f.file_id;
END
$$;
COMMENT ON FUNCTION ingest.former_entries(ingest.claimed_file[]) IS 'The other entries of the objects of these files, each with the number of its file; NULL where there are none.';

-- A tombstone here is as old as the row was, so that every order of arrival ends alike. An older record of another object stays stale,
-- and one that is newer than the row would have taken it over.
CREATE FUNCTION ingest.tombstones_of_rows(missing ingest.missing_row[], version_type text) RETURNS ingest.tombstone_change[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN ARRAY(SELECT ROW(m.row_key, false, m.version, version_type, greatest(l.event_time, l.last_modified), l.sequencer, l.file_id, coalesce(m.record_no, 0))::ingest.tombstone_change
    FROM unnest(missing) AS m JOIN ingest.file AS l ON l.file_id = m.file_id);
END
$$;
COMMENT ON FUNCTION ingest.tombstones_of_rows(ingest.missing_row[], text) IS 'Tombstones of rows that find_missing() found, as old as these.';

CREATE FUNCTION ingest.rows_a_piece() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 20000
$$;
COMMENT ON FUNCTION ingest.rows_a_piece() IS 'Of how many rows remove_missing() writes the tombstones at once.';

-- Tombstones go by pieces. Of all rows the keys alone are held in memory. Each table gives up its rows in one statement: rows that
-- refer to each other go together, and its triggers see all that goes.
CREATE FUNCTION ingest.remove_missing(of_dataset text, owners integer[], former bigint[], kept ingest.applied_record[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
  version_type text;
  at_most integer := ingest.rows_a_piece();
  one ingest.missing_row;
  piece ingest.missing_row[] := '{}';
  gone jsonb[] := '{}';
  found ingest.removed_rows[] := '{}';
  in_piece integer := 0;
  missing bigint := 0;
  removed bigint;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  version_type := ingest.version_type(d);
  FOR one IN SELECT * FROM ingest.run_find_missing(of_dataset, owners, former, kept) LOOP
    piece := piece || one; gone := gone || one.key; in_piece := in_piece + 1;
    IF in_piece = at_most THEN
      found := found || ingest.bury(of_dataset, piece, version_type);
      missing := missing + in_piece; piece := '{}'; in_piece := 0;
    END IF;
  END LOOP;
  IF in_piece > 0 THEN
    found := found || ingest.bury(of_dataset, piece, version_type);
    missing := missing + in_piece; piece := '{}';
  END IF;
  IF missing = 0 THEN
    RETURN '{}';
  END IF;
  IF d.has_children THEN
    PERFORM ingest.remove_children_of(of_dataset, gone);
  END IF;
  removed := (ingest.run_remove_rows(of_dataset, gone, true)).removed;
  IF removed < missing AND NOT owners[1] = ALL (owners) THEN
    RAISE EXCEPTION 'a trigger keeps rows, nobody knows of which file' USING ERRCODE = 'PI009';
  END IF;
  RETURN (SELECT jsonb_object_agg(m.file_no, CASE WHEN removed < missing THEN removed ELSE m.rows END) FROM (SELECT x.file_no, sum(x.rows) AS rows FROM unnest(found) AS x GROUP BY 1) AS m);
END
$$;
COMMENT ON FUNCTION ingest.remove_missing(text, integer[], bigint[], ingest.applied_record[])
  IS 'Deletes what find_missing() finds, with its children, and leaves tombstones; how many rows, by file_no. PI009 where a trigger kept some: each file is to be gone through by itself.';

CREATE FUNCTION ingest.bury(of_dataset text, piece ingest.missing_row[], version_type text) RETURNS ingest.removed_rows[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.write_tombstones(of_dataset, ingest.tombstones_of_rows(piece, version_type));
  RETURN ARRAY(SELECT ROW(x.file_no, of_dataset, count(*))::ingest.removed_rows FROM unnest(piece) AS x GROUP BY x.file_no);
END
$$;
COMMENT ON FUNCTION ingest.bury(text, ingest.missing_row[], text) IS 'Leaves tombstones of rows that find_missing() found, and counts them by file.';

-- Whose rows the target does not give up is told by going through the files one by one.
CREATE FUNCTION ingest.remove_missing_of_each(of_dataset text, owners integer[], former bigint[], kept ingest.applied_record[], OUT counted jsonb, OUT refused ingest.fault)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  of_owner integer;
  former_of bigint[];
  detail text;
BEGIN
  BEGIN
    counted := ingest.remove_missing(of_dataset, owners, former, kept);
    RETURN;
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    IF SQLSTATE <> 'PI009' AND ingest.whose_fault(SQLSTATE) <> 'record' THEN
      RAISE;
    END IF;
  END;
  counted := '{}';
  FOREACH of_owner IN ARRAY ARRAY(SELECT DISTINCT o FROM unnest(owners) AS o ORDER BY 1) LOOP
    former_of := ARRAY(SELECT f.file_id FROM unnest(owners, former) AS f (owner, file_id) WHERE f.owner = of_owner);
    BEGIN
      counted := counted || ingest.remove_missing(of_dataset, array_fill(of_owner, ARRAY[cardinality(former_of)]), former_of, kept);
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      IF ingest.whose_fault(SQLSTATE) <> 'record' THEN
        RAISE;
      END IF;
      GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
      refused := ROW(of_owner, 0, NULL, NULL, 'sqlstate_' || SQLSTATE, format('rows that this version has no more stay in %s: %s', (SELECT x.target FROM ingest.dataset AS x WHERE x.name = of_dataset),
        concat_ws('; ', SQLERRM, nullif(detail, ''))))::ingest.fault;
      RETURN;
    END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.remove_missing_of_each(text, integer[], bigint[], ingest.applied_record[])
  IS 'remove_missing() of all files at once, or where that fails of one after another. refused: the first of which the target refuses it, and why.';

-- PI008: the target does not give up what a version has no more, and the load is made again without that file.
CREATE FUNCTION ingest.load_mirrored(of_dataset text, files ingest.claimed_file[], engine text, has_children boolean, read ingest.parsed_record[]) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  outcome ingest.dataset_outcome;
  of_files ingest.file_outcome[];
  refused ingest.fault[] := '{}';
  versions record;
  one record;
  again boolean := false;
BEGIN
  LOOP
    BEGIN
      outcome := CASE WHEN files = '{}' THEN ROW('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')::ingest.dataset_outcome
        WHEN has_children THEN ingest.load_family(of_dataset, files, engine, false, read) ELSE ingest.run_load(of_dataset, files, engine, false, '{}', read) END;
      of_files := outcome.files;
      -- What was rejected of a version may be what seems to be missing.
      SELECT e.owners, e.former INTO versions FROM ingest.former_entries(ARRAY(SELECT f FROM unnest(of_files) AS o JOIN unnest(files) AS f ON f.file_no = o.file_no WHERE o.status = 'loaded')) AS e;
      IF versions.owners IS NOT NULL THEN
        SELECT r.* INTO one FROM ingest.remove_missing_of_each(of_dataset, versions.owners, versions.former, outcome.applied) AS r;
        IF (one.refused).error_code IS NOT NULL THEN
          again := true;
          RAISE EXCEPTION 'rows stay' USING ERRCODE = 'PI008';
        END IF;
        FOR i IN 1 .. cardinality(of_files) LOOP
          of_files[i].removed := coalesce((one.counted ->> of_files[i].file_no::text)::bigint, of_files[i].removed);
        END LOOP;
      END IF;
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
COMMENT ON FUNCTION ingest.load_mirrored(text, ingest.claimed_file[], text, boolean, ingest.parsed_record[])
  IS 'Loads versions of objects and deletes what those that load whole have no more. One of which the target refuses that fails whole.';

CREATE FUNCTION ingest.mirror_problems(d ingest.dataset) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  named text := ingest.mirroring_options(d) || ': ';
BEGIN
  RETURN QUERY SELECT format('on_replaced: %s is none of keep, delete_missing', d.on_replaced) WHERE d.on_replaced NOT IN ('keep', 'delete_missing')
  UNION ALL SELECT format('on_removed: %s is none of keep, delete_rows', d.on_removed) WHERE d.on_removed NOT IN ('keep', 'delete_rows');
  IF NOT ingest.mirrors(d.on_replaced, d.on_removed) OR d.parent IS NOT NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT named || p.problem FROM (SELECT 'an append makes a row of each record and knows none again; use upsert, or keep' AS problem WHERE d.load_mode = 'append'
  UNION ALL SELECT format('%s has no column _file_id, by which the rows of an object are told; SELECT ingest_add_metadata_columns(%L)', d.target, d.target::text)
    WHERE NOT '_file_id' = ANY (ingest.metadata_of(d.target))
  UNION ALL SELECT 'it deletes rows, and soft_delete_column marks them; leave one of them out' WHERE d.soft_delete_column IS NOT NULL
  UNION ALL SELECT format('column %s of the primary key has a type or collation of which no text tells equal keys, and deletes are remembered by that', k)
    FROM unnest(ingest.key_columns(d.target)) AS k WHERE d.load_mode = 'upsert' AND ingest.key_text(d.target, k, 'x') IS NULL
  UNION ALL SELECT format('dataset %s loads the same files into %s, so that nobody knows whose rows an object brought; use another table', x.name, d.target)
    FROM ingest.dataset AS x WHERE x.name <> d.name AND x.target = d.target AND x.prefix = d.prefix
  UNION ALL SELECT format('%s is the target of dataset %s too, which has children, and a delete would leave them; use another table', d.target, x.name)
    FROM ingest.dataset AS x WHERE x.name <> d.name AND x.target = d.target AND x.has_children) AS p;
END
$$;
COMMENT ON FUNCTION ingest.mirror_problems(ingest.dataset) IS 'What is wrong with a registration''s on_replaced and on_removed.';
