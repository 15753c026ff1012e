-- pg_ingest 0.2.0
-- Loading a dataset whose records have others inside them. docs/semantics.md, section 8.
--
-- The parents' load tells which records were applied. Of these the former children go, and what stands in them now is staged as one
-- array a file and loaded as any file is, by the child's own statements and loader. Where a child is at fault, all of it is taken back
-- and made again without the record that it stands in. So a record and its children are one, whatever its version meets.

CREATE FUNCTION ingest.stage_children(child ingest.dataset, contract jsonb, parent_contract jsonb, files ingest.claimed_file[], applied ingest.applied_record[],
  OUT staged ingest.child_file[], OUT faults ingest.fault[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  one record;
  within jsonb := contract -> 'within';
  documents json[];
  found record;
  content bytea;
  file ingest.claimed_file;
  of_file jsonb;
  given jsonb;
BEGIN
  staged := '{}'; faults := '{}';
  FOR one IN SELECT f AS parent, w.numbers, w.keys FROM unnest(files) AS f
    JOIN (SELECT a.file_no, array_agg(a.record_no ORDER BY a.record_no) AS numbers, array_agg(a.key ORDER BY a.record_no) AS keys FROM unnest(applied) AS a GROUP BY a.file_no) AS w
      ON w.file_no = f.file_no ORDER BY f.file_no
  LOOP
    file := one.parent;
    given := file.context -> 'places';
    of_file := coalesce((SELECT jsonb_object_agg(x.key, x.value) FROM jsonb_each(ingest.file_context(file, contract)) AS x WHERE contract -> 'columns' @> jsonb_build_array(jsonb_build_object('path_text', x.key))), '{}');
    content := (SELECT ingest.staged_body(s.body, s.held) FROM ingest.staging AS s WHERE s.ctid = file.staged);
    documents := CASE WHEN file.record_no IS NOT NULL THEN ARRAY[convert_from(content, 'UTF8')::json]
      ELSE ARRAY(SELECT convert_from(r.raw, 'UTF8')::json FROM ingest.raw_records(content, parent_contract, one.numbers, NULL) AS r ORDER BY r.record_no) END;
    SELECT convert_to('[' || string_agg(f.value::text, ',' ORDER BY f.no) FILTER (WHERE f.state IS NULL) || ']', 'UTF8') AS body,
      jsonb_agg(ingest.place_of(f.said) || k.link ORDER BY f.no) FILTER (WHERE f.state IS NULL) AS places,
      array_agg(one.numbers[f.document_no] ORDER BY f.no) FILTER (WHERE f.state IS NULL) AS parents,
      array_agg(f.nth::integer ORDER BY f.no) FILTER (WHERE f.state IS NULL) AS nths,
      coalesce(array_agg(ROW(file.file_no, one.numbers[f.document_no], NULL, NULL, CASE WHEN f.state IN ('absent', 'null') THEN 'missing_required' ELSE 'type_mismatch' END,
        format('child %s: records_path %s: %s%s; expected %s', child.name, child.records_path, f.state, CASE WHEN f.state_at <> child.records_path THEN ' at ' || f.state_at ELSE '' END,
          CASE f.meant WHEN 'member' THEN 'an object' ELSE 'an array' END || CASE WHEN f.state IN ('absent', 'null') THEN ' (on_missing_path => ''skip'' would take it as none)' ELSE '' END))::ingest.fault
        ORDER BY f.no) FILTER (WHERE f.state IS NOT NULL), '{}') AS faults
    INTO found
    FROM (SELECT x.*, row_number() OVER (PARTITION BY x.document_no, x.state IS NULL ORDER BY x.no) AS nth
      FROM ingest.found_records(documents, within, (within ->> 'skip_missing')::boolean) WITH ORDINALITY AS x (document_no, value, said, turn, state, state_at, meant, no)) AS f
    JOIN (SELECT p.no, (SELECT jsonb_object_agg('_key:' || u.name, p.key -> (u.o - 1)::integer) FROM unnest(child.key_of_parent) WITH ORDINALITY AS u (name, o))
        || jsonb_build_object('_record:', CASE WHEN given IS NULL THEN to_jsonb(p.number) ELSE given -> (p.number - 1) -> '_record:' END) || of_file AS link
      FROM unnest(one.numbers, one.keys) WITH ORDINALITY AS p (number, key, no) OFFSET 0) AS k ON k.no = f.document_no;
    faults := faults || found.faults;
    CONTINUE WHEN found.parents IS NULL;
    -- Not as a part, which the load of any dataset takes away.
    INSERT INTO ingest.staging (key, body) VALUES (coalesce(file.key, ''), found.body) RETURNING ctid INTO file.staged;
    file.dataset := child.name; file.body_bytes := octet_length(found.body); file.record_no := NULL; file.status := NULL;
    file.context := jsonb_build_object('places', found.places);
    staged := staged || ROW(file, found.parents, found.nths)::ingest.child_file;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.stage_children(ingest.dataset, jsonb, jsonb, ingest.claimed_file[], ingest.applied_record[])
  IS 'Stages the children that stand in these records, one array for each file, with the place of each and the record that it stands in. faults are of records in which the path to them meets something else.';

-- A target that refuses to give up the former children of one record (another table refers to them), or the row that a delete takes
-- away, refuses that record.
CREATE FUNCTION ingest.not_removable(of_parent ingest.dataset, children ingest.dataset[], applied ingest.applied_record[]) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  a ingest.applied_record;
  d ingest.dataset;
  detail text;
  found ingest.fault[] := '{}';
BEGIN
  FOREACH a IN ARRAY applied LOOP
    FOREACH d IN ARRAY children || CASE WHEN a.is_gone THEN ARRAY[of_parent] ELSE '{}' END LOOP
      -- Where its children stay, the row stays with them.
      EXIT WHEN d.name = of_parent.name AND EXISTS (SELECT FROM unnest(found) AS f WHERE (f.file_no, f.record_no) = (a.file_no, a.record_no));
      BEGIN
        IF d.name = of_parent.name THEN
          PERFORM ingest.remove_children_of(d.name, ARRAY[a.key]), ingest.run_remove_rows(d.name, ARRAY[a.key], true);
        ELSE
          PERFORM ingest.remove_family(d.name, ARRAY[a.key]);
        END IF;
        RAISE EXCEPTION 'probe' USING ERRCODE = 'PI000';
      EXCEPTION
        WHEN SQLSTATE 'PI000' THEN
          NULL;
        WHEN OTHERS OR assert_failure THEN
          IF ingest.is_of_the_moment(SQLSTATE) THEN
            RAISE;
          END IF;
          GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
          found := found || ROW(a.file_no, a.record_no, NULL, NULL, 'sqlstate_' || SQLSTATE, CASE WHEN d.name = of_parent.name THEN '' ELSE format('the former children in %s stay: ', d.target) END
            || concat_ws('; ', SQLERRM, nullif(detail, '')))::ingest.fault;
      END;
    END LOOP;
  END LOOP;
  RETURN found;
END
$$;
COMMENT ON FUNCTION ingest.not_removable(ingest.dataset, ingest.dataset[], ingest.applied_record[])
  IS 'Faults of records whose former children, or whose row where they delete it, cannot be deleted: each tried alone and taken back.';

-- In the order in which quarantine has the faults of a record: child by child, columns as in the table, then its constraints.
CREATE FUNCTION ingest.told_of_parents(child ingest.dataset, staged ingest.child_file[], faults ingest.fault[], only_checked boolean) RETURNS ingest.fault[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT ROW(f.file_no, u.parents[f.record_no], NULL, f.column_name, f.error_code, format('%s[%s]: %s', child.name, u.nths[f.record_no], f.error))::ingest.fault
    FROM unnest(faults) WITH ORDINALITY AS f JOIN unnest(staged) AS u ON (u.file).file_no = f.file_no
    LEFT JOIN ingest.codes() AS k ON k.class = 'reject' AND concat_ws(' ', k.code, k.variant) = f.error_code
    LEFT JOIN pg_attribute AS a ON a.attrelid = child.target AND a.attname = f.column_name AND coalesce(k.place, 0) = 0
    -- Records that were not applied may be former and later ones of one key, whose children have one key, too.
    WHERE NOT (only_checked AND f.error_code = 'duplicate_in_file')
    ORDER BY f.file_no, f.record_no, coalesce(k.place, 0), a.attnum, f.ordinality);
END
$$;
COMMENT ON FUNCTION ingest.told_of_parents(ingest.dataset, ingest.child_file[], ingest.fault[], boolean) IS 'Faults of children as faults of the records that they stand in.';

-- Children of records that were not applied are read all the same: whether a record is a reject must not depend on what came before it.
CREATE FUNCTION ingest.load_child(child ingest.dataset, parent_contract jsonb, files ingest.claimed_file[], applied ingest.applied_record[], engine text,
  only_checked boolean, OUT faults ingest.fault[], OUT left_out ingest.fault[], OUT counts ingest.child_count[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  s record;
  staged_files ingest.claimed_file[];
  contract jsonb;
  outcome ingest.dataset_outcome;
  plain ingest.load_outcome;
  told ingest.fault[];
BEGIN
  PERFORM ingest.compile_missing(child.name);
  IF NOT (only_checked OR ingest.is_judging()) THEN
    plain := ingest.run_load_plain_children(child, files, parent_contract, applied);
    IF plain.children IS NOT NULL THEN
      counts := plain.children; faults := '{}'; left_out := '{}';
      PERFORM ingest.write_drift(child.name, files, NULL, x.seen, now()) FROM unnest(plain.child_drift) AS x;
      RETURN;
    END IF;
  END IF;
  contract := (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = child.name);
  SELECT x.staged, x.faults INTO s FROM ingest.stage_children(child, contract, parent_contract, files, applied) AS x;
  faults := s.faults; left_out := '{}'; counts := '{}';
  staged_files := ARRAY(SELECT u.file FROM unnest(s.staged) AS u);
  IF staged_files <> '{}' THEN
    PERFORM ingest.say_only_checked(only_checked);
    outcome := ingest.load_files(child.name, staged_files, engine);
    PERFORM ingest.say_only_checked(false);
    IF outcome.drift <> '{}' AND NOT only_checked THEN
      PERFORM ingest.write_drift(child.name, staged_files, contract, outcome.drift, now());
    END IF;
    PERFORM ingest.unstage(staged_files);
    told := ingest.told_of_parents(child, s.staged, outcome.faults, only_checked);
    -- What a child's own children say of it, where they were left out alone, is of the record, too.
    left_out := ingest.told_of_parents(child, s.staged, outcome.left_out, only_checked);
    faults := faults || told;
    counts := outcome.children || ARRAY(SELECT ROW(o.file_no, child.name, o.loaded, o.rejected)::ingest.child_count FROM unnest(outcome.files) AS o);
  END IF;
  IF child.on_child_error = 'child' THEN
    left_out := left_out || faults;
    faults := '{}';
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.load_child(ingest.dataset, jsonb, ingest.claimed_file[], ingest.applied_record[], text, boolean)
  IS 'Loads the children of one dataset that stand in these records. faults reject the record, left_out are of children that were left out alone. only_checked: nothing is written.';

CREATE FUNCTION ingest.load_children(of_parent text, files ingest.claimed_file[], applied ingest.applied_record[], engine text, checks boolean,
  OUT faults ingest.fault[], OUT left_out ingest.fault[], OUT counts ingest.child_count[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  children ingest.dataset[] := ARRAY(SELECT d FROM ingest.dataset AS d WHERE d.parent = of_parent ORDER BY ingest.foreign_depth(d.target), d.target::oid, d.name);
  child ingest.dataset;
  contract jsonb := (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = of_parent);
  only_checked boolean := ingest.is_only_checked();
  rows ingest.applied_record[] := ARRAY(SELECT a FROM unnest(applied) AS a WHERE a.is_applied);
  gone ingest.applied_record[] := ARRAY(SELECT a FROM unnest(applied) AS a WHERE a.is_gone);
  others ingest.applied_record[] := ARRAY(SELECT a FROM unnest(applied) AS a WHERE NOT (a.is_applied OR a.is_gone));
  one record;
BEGIN
  faults := '{}'; left_out := '{}'; counts := '{}';
  IF rows || gone <> '{}' AND NOT only_checked THEN
    BEGIN
      PERFORM ingest.remove_children_of(of_parent, ARRAY(SELECT DISTINCT a.key FROM unnest(rows || gone) AS a));
      IF gone <> '{}' THEN
        PERFORM ingest.run_remove_rows(of_parent, ARRAY(SELECT a.key FROM unnest(gone) AS a), true);
      END IF;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      IF ingest.is_of_the_moment(SQLSTATE) THEN
        RAISE;
      END IF;
      faults := ingest.not_removable((SELECT d FROM ingest.dataset AS d WHERE d.name = of_parent), children, rows || gone);
      -- Where no record is welcome, it is the target that refuses.
      IF faults = '{}' OR ingest.whose_fault(SQLSTATE) <> 'record' AND (SELECT count(DISTINCT (f.file_no, f.record_no)) FROM unnest(faults) AS f) = cardinality(rows || gone) THEN
        RAISE;
      END IF;
      -- All others are read for faults now, for the next round reads none of them.
      rows := '{}';
    END;
  END IF;
  FOREACH child IN ARRAY children LOOP
    IF rows <> '{}' THEN
      one := ingest.load_child(child, contract, files, rows, engine, only_checked);
      faults := faults || one.faults; left_out := left_out || one.left_out; counts := counts || one.counts;
    END IF;
    IF checks AND others <> '{}' AND child.on_child_error = 'record' THEN
      one := ingest.load_child(child, contract, files, others, engine, true);
      faults := faults || one.faults;
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.load_children(text, ingest.claimed_file[], ingest.applied_record[], text, boolean)
  IS 'Puts the children of records that were applied in the place of the former ones of their keys, and takes away the rows that records delete, with their children. checks: the children of all others are read for faults.';

-- The sql engine tells which records are odd, and no more. What is said of a value is how it came.
CREATE FUNCTION ingest.with_bytes(of_dataset text, files ingest.claimed_file[], odd ingest.odd_record[]) RETURNS SETOF ingest.odd_record
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  contract jsonb := (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = of_dataset);
BEGIN
  RETURN QUERY SELECT o.* FROM unnest(odd) AS o WHERE o.record IS NOT NULL;
  RETURN QUERY SELECT w.file_no, coalesce(f.record_no, r.record_no), r.raw, CASE WHEN contract -> 'places' <> '[]' THEN ingest.whole_place(ingest.place_of(r.said), contract) END
    FROM (SELECT o.file_no, array_agg(o.record_no) AS numbers FROM unnest(odd) AS o WHERE o.record IS NULL GROUP BY o.file_no) AS w JOIN unnest(files) AS f ON f.file_no = w.file_no
    CROSS JOIN LATERAL ingest.raw_records((SELECT ingest.staged_body(s.body, s.held) FROM ingest.staging AS s WHERE s.ctid = f.staged), contract,
      CASE WHEN f.record_no IS NULL THEN w.numbers END, f.context) AS r;
END
$$;
COMMENT ON FUNCTION ingest.with_bytes(text, ingest.claimed_file[], ingest.odd_record[]) IS 'Records that were set aside, with their bytes and places.';

-- A record that is refused changes nothing, whatever else is of its key. So what was set aside may be judged behind all others, as long
-- as all of it is refused. Each is staged by itself, as for a replay.
CREATE FUNCTION ingest.judge_odd(of_dataset text, files ingest.claimed_file[], outcome ingest.dataset_outcome, engine text) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  one record;
  file ingest.claimed_file;
  singles ingest.claimed_file[] := '{}';
  -- By the numbers of these, the files that they stand in.
  owners integer[] := '{}';
  judged ingest.dataset_outcome;
  of_files ingest.file_outcome[] := outcome.files;
  refused integer;
BEGIN
  FOR one IN SELECT f AS file, r.record_no, r.record, r.place, row_number() OVER (ORDER BY r.file_no, r.record_no)::integer AS no
    FROM ingest.with_bytes(of_dataset, files, outcome.odd) AS r JOIN unnest(files) AS f ON f.file_no = r.file_no ORDER BY r.file_no, r.record_no
  LOOP
    file := one.file;
    owners := owners || file.file_no;
    INSERT INTO ingest.staging (key, body) VALUES (coalesce(file.key, ''), one.record) RETURNING ctid INTO file.staged;
    file.file_no := one.no; file.record_no := one.record_no; file.body_bytes := octet_length(one.record);
    file.context := coalesce(file.context || one.place, file.context, one.place);
    singles := singles || file;
  END LOOP;
  PERFORM ingest.say_judging(true);
  judged := ingest.load_family(of_dataset, singles, engine, true, '{}');
  PERFORM ingest.say_judging(false), ingest.unstage(singles);
  IF judged.left_out <> '{}' OR EXISTS (SELECT FROM unnest(judged.files) AS o WHERE o.rejected <> 1) THEN
    RAISE EXCEPTION 'records that were set aside have more to tell' USING ERRCODE = 'PI010';
  END IF;
  outcome.faults := outcome.faults || ARRAY(SELECT ROW(owners[u.file_no], u.record_no, u.record, u.column_name, u.error_code, u.error)::ingest.fault
    FROM unnest(judged.faults) WITH ORDINALITY AS u ORDER BY u.file_no, u.ordinality);
  outcome.drift := outcome.drift || ARRAY(SELECT ROW(owners[u.file_no], u.record_no, u.path, u.json_type, u.steps, u.sample)::ingest.drift_seen
    FROM unnest(judged.drift) WITH ORDINALITY AS u ORDER BY u.file_no, u.ordinality);
  FOR i IN 1 .. cardinality(of_files) LOOP
    refused := cardinality(array_positions(owners, of_files[i].file_no));
    IF refused > 0 THEN
      of_files[i].records := of_files[i].records + refused; of_files[i].rejected := of_files[i].rejected + refused;
      of_files[i].status := CASE WHEN of_files[i].loaded + of_files[i].stale > 0 THEN 'partially_loaded' ELSE 'load_failed' END;
    END IF;
  END LOOP;
  outcome.files := of_files; outcome.odd := '{}';
  RETURN outcome;
END
$$;
COMMENT ON FUNCTION ingest.judge_odd(text, ingest.claimed_file[], ingest.dataset_outcome, text)
  IS 'The outcome of a quick load with the rejects of those records that it has set aside. PI010 where not all of these are refused, or they have more to tell.';

-- PI006: children are at fault, and the load is made again without the records that they stand in. PI007: they have members that are
-- not known to drift yet, whose samples only the whole way finds. PI010: what was set aside has to be loaded with all others.
CREATE FUNCTION ingest.load_family(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean, read ingest.parsed_record[]) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  outcome ingest.dataset_outcome;
  refused ingest.fault[] := '{}';
  of_files ingest.file_outcome[];
  one record;
  again boolean := false;
  is_told boolean := false;
  is_odd boolean := false;
  -- Code of any target may have set it, and nobody else says it of what has files of its own.
  only_checked boolean := ingest.is_only_checked() AND (SELECT d.parent IS NOT NULL FROM ingest.dataset AS d WHERE d.name = of_dataset);
BEGIN
  LOOP
    BEGIN
      PERFORM ingest.forget_unknown_seen();
      outcome := ingest.run_load(of_dataset, files, engine, single_records, refused, read);
      PERFORM ingest.write_drift(x.dataset, files, NULL, x.seen, now()) FROM unnest(outcome.child_drift) AS x;
      IF outcome.odd <> '{}' THEN
        is_odd := true;
        outcome := ingest.judge_odd(of_dataset, files, outcome, engine);
      END IF;
      PERFORM ingest.say_only_checked(only_checked);
      one := ingest.load_children(of_dataset, files, outcome.applied, engine, refused = '{}');
      IF one.faults <> '{}' THEN
        again := true;
        RAISE EXCEPTION 'children are at fault' USING ERRCODE = 'PI006';
      END IF;
      outcome.left_out := one.left_out; outcome.children := outcome.children || one.counts;
      of_files := outcome.files;
      FOR i IN 1 .. cardinality(of_files) LOOP
        IF (of_files[i]).status = 'loaded' AND (of_files[i]).file_no = ANY (ARRAY(SELECT f.file_no FROM unnest(one.left_out) AS f)) THEN
          of_files[i].status := 'partially_loaded';
        END IF;
      END LOOP;
      outcome.files := of_files;
      RETURN outcome;
    EXCEPTION WHEN SQLSTATE 'PI006' OR SQLSTATE 'PI007' OR SQLSTATE 'PI010' THEN
      -- A trigger may raise anything, and must not set the load going again for ever.
      IF SQLSTATE = 'PI006' AND NOT again OR SQLSTATE = 'PI007' AND is_told OR SQLSTATE = 'PI010' AND NOT is_odd THEN
        RAISE;
      ELSIF SQLSTATE = 'PI010' THEN
        is_odd := false;
        PERFORM ingest.plain_went(of_dataset, false), ingest.plain_went(of_dataset || ' known', false);
      ELSIF SQLSTATE = 'PI007' THEN
        is_told := true;
        PERFORM ingest.go_without_plain(of_dataset);
      ELSE
        again := false;
        refused := refused || one.faults;
      END IF;
    END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.load_family(text, ingest.claimed_file[], text, boolean, ingest.parsed_record[]) IS 'Loads files of a dataset that has children, and these.';

CREATE FUNCTION ingest.child_rows_with(old jsonb, new jsonb, adds boolean) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN old IS NULL THEN new WHEN NOT adds THEN old || new ELSE old || (SELECT jsonb_object_agg(n.key, jsonb_build_object('loaded', coalesce((old -> n.key ->> 'loaded')::bigint, 0) + (n.value ->> 'loaded')::bigint,
    'rejected', coalesce((old -> n.key ->> 'rejected')::bigint, 0) + (n.value ->> 'rejected')::bigint)) FROM jsonb_each(new) AS n) END
$$;
COMMENT ON FUNCTION ingest.child_rows_with(jsonb, jsonb, boolean) IS 'The counts of children of a file, by dataset: the new ones in the place of the old, or added to them.';

CREATE FUNCTION ingest.settle_left_out(of_files bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  UPDATE ingest.file AS l SET status = 'loaded' WHERE l.file_id = ANY (of_files) AND l.status = 'partially_loaded' AND l.rows_rejected = 0
    AND NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = l.file_id AND r.replayed_at IS NULL);
  UPDATE ingest.file AS l SET status = 'partially_loaded' WHERE l.file_id = ANY (of_files) AND l.status = 'loaded'
    AND EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = l.file_id AND r.replayed_at IS NULL AND r.is_loaded);
  UPDATE ingest.file_dataset AS l SET status = 'loaded' WHERE l.file_id = ANY (of_files) AND l.status = 'partially_loaded' AND l.rows_rejected = 0
    AND NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = l.file_id AND r.dataset = l.dataset AND r.replayed_at IS NULL);
  UPDATE ingest.file_dataset AS l SET status = 'partially_loaded' WHERE l.file_id = ANY (of_files) AND l.status = 'loaded'
    AND EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = l.file_id AND r.dataset = l.dataset AND r.replayed_at IS NULL AND r.is_loaded);
END
$$;
COMMENT ON FUNCTION ingest.settle_left_out(bigint[])
  IS 'Calls files loaded of which all records are, once no child of them is left out any more. Of files that datasets share it is each dataset''s entry that counts, of which sum_up() makes the sums.';

CREATE FUNCTION ingest.write_children(files ingest.claimed_file[], left_out ingest.fault[], children ingest.child_count[], contract jsonb, shared integer[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  IF children <> '{}' THEN
    -- A replay of single records adds to what became of the file, and each dataset that shares it brings children of its own.
    UPDATE ingest.file AS l SET child_rows = ingest.child_rows_with(l.child_rows, n.child_rows, n.adds)
    FROM (SELECT c.file_id, bool_or(c.adds) AS adds, jsonb_object_agg(c.dataset, jsonb_build_object('loaded', c.loaded, 'rejected', c.rejected)) AS child_rows
      FROM (SELECT f.file_id, x.dataset, bool_or(f.record_no IS NOT NULL) AS adds, sum(x.loaded) AS loaded, sum(x.rejected) AS rejected FROM unnest(children) AS x
        JOIN unnest(files) AS f ON f.file_no = x.file_no GROUP BY f.file_id, x.dataset) AS c GROUP BY c.file_id) AS n
    WHERE l.file_id = n.file_id;
  END IF;
  IF left_out <> '{}' THEN
    PERFORM ingest.write_quarantine(files, left_out, '{}', contract, shared);
    UPDATE ingest.rejected_record AS r SET is_loaded = true FROM unnest(left_out) AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
    WHERE r.file_id = f.file_id AND r.record_no = x.record_no AND r.replayed_at IS NULL AND r.dataset IS NOT DISTINCT FROM CASE WHEN f.file_no = ANY (shared) THEN f.dataset END;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.write_children(ingest.claimed_file[], ingest.fault[], ingest.child_count[], jsonb, integer[])
  IS 'Writes down what became of children: by file and dataset, and those that were left out as rejects of a record that is loaded. shared: as in write_quarantine().';
