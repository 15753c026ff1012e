-- pg_ingest 0.2.0
-- ingest_erase(): a person's data out of all places of a dataset, and kept from coming back. docs/erasing.md.

-- No message quotes a key: it would stand in the server's log.
CREATE FUNCTION ingest.keys_given(of_target regclass, keys jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  names text[] := ingest.key_columns(of_target);
  one record;
  row_keys text[];
BEGIN
  keys := CASE jsonb_typeof(keys) WHEN 'object' THEN jsonb_build_array(keys) ELSE keys END;
  IF jsonb_typeof(keys) IS DISTINCT FROM 'array' OR keys = '[]' THEN
    RAISE EXCEPTION 'keys is %; expected an object with (%), or an array of such objects', coalesce(jsonb_typeof(keys), 'null'), array_to_string(names, ', ')
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Nothing was changed.';
  END IF;
  FOR one IN SELECT e.value, e.no FROM jsonb_array_elements(keys) WITH ORDINALITY AS e (value, no) LOOP
    IF jsonb_typeof(one.value) <> 'object' OR ARRAY(SELECT jsonb_object_keys(one.value) ORDER BY 1) <> ARRAY(SELECT unnest(names) ORDER BY 1)
      OR EXISTS (SELECT FROM jsonb_each(one.value) AS m WHERE jsonb_typeof(m.value) IN ('null', 'array', 'object')) THEN
      RAISE EXCEPTION 'key % of keys is no key of %; expected an object with a value for each of (%), and nothing else', one.no, of_target, array_to_string(names, ', ')
        USING ERRCODE = 'invalid_parameter_value', HINT = 'Nothing was changed.';
    END IF;
  END LOOP;
  -- These two types cut what is too long, and would name another row.
  IF EXISTS (SELECT FROM jsonb_array_elements(keys) AS e (v) CROSS JOIN unnest(names) AS u (name) JOIN pg_attribute AS a ON a.attrelid = of_target AND a.attname = u.name
    CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
    WHERE octet_length(e.v ->> u.name) > octet_length(CASE b.base_oid WHEN 'name'::regtype THEN (e.v ->> u.name)::name::text WHEN '"char"'::regtype THEN (e.v ->> u.name)::"char"::text ELSE e.v ->> u.name END)) THEN
    RAISE EXCEPTION 'keys has a value that is longer than its column takes; expected keys of %', of_target USING ERRCODE = 'invalid_parameter_value', HINT = 'Nothing was changed.';
  END IF;
  BEGIN
    EXECUTE (SELECT format('SELECT array_agg(DISTINCT %s) FROM (SELECT %s FROM jsonb_array_elements($1) AS e (v)) AS k', ingest.row_key_sql(of_target, 'k'),
        -- A number is whole by its value, as a load reads it.
        string_agg(format(CASE WHEN b.base_oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
            THEN '(CASE jsonb_typeof(e.v -> %1$L) WHEN ''number'' THEN trim_scale((e.v ->> %1$L)::numeric)::text ELSE e.v ->> %1$L END)::%2$s AS %1$I' ELSE '(e.v ->> %1$L)::%2$s AS %1$I' END,
          u.name, format_type(b.base_oid, -1)), ', '))
      FROM unnest(names) AS u (name) JOIN pg_attribute AS a ON a.attrelid = of_target AND a.attname = u.name CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b)
    INTO row_keys USING keys;
  EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION 'keys has a value that is none of its column''s type (SQLSTATE %); expected keys of %', SQLSTATE, of_target USING ERRCODE = 'invalid_parameter_value', HINT = 'Nothing was changed.';
  END;
  RETURN row_keys;
END
$$;
COMMENT ON FUNCTION ingest.keys_given(regclass, jsonb) IS 'The keys of a call of ingest_erase() or ingest_unsuppress(), as ingest.tombstone has keys: each once.';

CREATE FUNCTION ingest.erase_problem(d ingest.dataset) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  key text[] := ingest.key_columns(d.target);
BEGIN
  RETURN CASE
    WHEN d.parent IS NOT NULL THEN format('it is a child of %s; expected the dataset of the record that it stands in, which is erased with all its children', d.parent)
    WHEN NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = d.target) THEN 'its target was dropped; expected one, since keys are its'
    WHEN key IS NULL THEN format('%s has no primary key, by which a person could be named; expected one', d.target)
    WHEN NOT key <@ ingest.fillable_columns(d.name) THEN format('records do not bring the primary key of %s; expected one that they bring', d.target)
    WHEN ingest.row_key_sql(d.target, 'k') IS NULL OR EXISTS (SELECT FROM unnest(key) AS k WHERE ingest.key_text(d.target, k, 'k') IS NULL)
      THEN format('the primary key of %s has a type or collation of which no text tells equal keys; expected another', d.target)
    ELSE ingest.suppression_problem(d) END;
END
$$;
COMMENT ON FUNCTION ingest.erase_problem(ingest.dataset) IS 'Why nobody can be erased from a dataset; NULL where that can be done.';

CREATE FUNCTION ingest.warn_of_others(d ingest.dataset) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  other record;
BEGIN
  FOR other IN SELECT x.name, CASE WHEN x.target = d.target THEN format('loads into %s too', d.target) ELSE 'shares its files' END AS why FROM ingest.dataset AS x
    WHERE x.name <> d.name AND x.parent IS NULL AND (x.target = d.target OR x.name IN (SELECT s FROM ingest.sharing(d.name) AS s)) ORDER BY x.name
  LOOP
    RAISE WARNING 'dataset % %, and has a quarantine and suppressed keys of its own', other.name, other.why
      USING HINT = format('SELECT * FROM ingest_erase(%L, …), by the keys that the person has there.', other.name);
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.warn_of_others(ingest.dataset) IS 'Warns of datasets that may have the same person, and are not erased from.';

CREATE FUNCTION ingest.erase_samples(of_dataset text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  family text[] := ingest.with_children(ARRAY[of_dataset]);
  counted bigint;
  gone bigint := 0;
BEGIN
  -- Whose value a sample is, nobody knows any more.
  UPDATE ingest.schema_drift AS s SET sample = ingest.erased() WHERE s.dataset = ANY (family) AND s.sample <> ingest.erased();
  GET DIAGNOSTICS counted = ROW_COUNT;
  gone := gone + counted;
  UPDATE ingest.evolution AS e SET evidence = ingest.erased() WHERE e.dataset = ANY (family) AND e.evidence <> ingest.erased();
  GET DIAGNOSTICS counted = ROW_COUNT;
  gone := gone + counted;
  -- What PostgreSQL said may quote a row. The next batch that fails says it anew.
  UPDATE ingest.dataset_fault AS f SET error = ingest.erased() WHERE f.dataset = ANY (family) AND f.error <> ingest.erased();
  GET DIAGNOSTICS counted = ROW_COUNT;
  RETURN gone + counted;
END
$$;
COMMENT ON FUNCTION ingest.erase_samples(text) IS 'Takes away the samples of drift, the evidence of evolution and what a target said, of a dataset and its children; how many.';

-- Batches under way end first, and those that come later are compiled with what is suppressed then.
CREATE FUNCTION ingest.settled_dataset(of_dataset text, asked_by text) RETURNS ingest.dataset
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
BEGIN
  PERFORM ingest.require_read_committed(asked_by);
  PERFORM ingest.require_dataset(of_dataset);
  PERFORM ingest.prepare_targets(ARRAY[of_dataset], true);
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  RETURN d;
END
$$;
COMMENT ON FUNCTION ingest.settled_dataset(text, text) IS 'A dataset, of which no batch is under way, with its target locked until the transaction ends.';

CREATE FUNCTION public.ingest_erase(dataset text, keys jsonb, reason text, suppress boolean DEFAULT true,
  OUT erasure_id bigint, OUT rows_deleted bigint, OUT child_rows_deleted bigint, OUT tombstones bigint, OUT rejected_records bigint, OUT files_cut bigint, OUT files_emptied bigint,
  OUT rejected_messages bigint, OUT samples bigint, OUT keys_suppressed bigint, OUT not_searched bigint, OUT emptied jsonb, OUT unsearched jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET work_mem = '64MB' SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  d ingest.dataset;
  problem text;
  problems text[];
  row_keys text[];
  as_arrays jsonb[];
  staged bigint;
BEGIN
  IF coalesce(btrim(reason), '') = '' OR suppress IS NULL THEN
    RAISE EXCEPTION '% is missing; expected why these keys are erased, and whether they are kept from coming back', CASE WHEN suppress IS NULL THEN 'suppress' ELSE 'reason' END
      USING ERRCODE = 'invalid_parameter_value', HINT = 'The reason is kept in ingest.erasure. Nothing was changed.';
  END IF;
  d := ingest.settled_dataset(dataset, 'ingest_erase');
  problem := ingest.erase_problem(d);
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION 'nothing can be erased from dataset %: %', dataset, problem USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Nothing was changed.';
  END IF;
  problems := ARRAY(SELECT * FROM ingest.privilege_problems(d.target, coalesce(d.loader, 'ingest_loader'), ARRAY['SELECT', 'DELETE']))
    || ARRAY(SELECT * FROM ingest.policy_problems(d.target, d.load_mode, coalesce(d.loader, 'ingest_loader'), ARRAY['SELECT', 'DELETE']));
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'nothing can be erased from dataset %: %', dataset, array_to_string(problems, '; ') USING ERRCODE = 'insufficient_privilege', HINT = 'Nothing was changed.';
  END IF;
  row_keys := ingest.keys_given(d.target, keys);
  as_arrays := ARRAY(SELECT u.k::jsonb FROM unnest(row_keys) AS u (k));
  staged := (SELECT count(*) FROM ingest.staging AS s WHERE (SELECT m FROM ingest.match_dataset(s.bucket, s.key) AS m) IN (SELECT x FROM ingest.sharing(ingest_erase.dataset) AS x));
  IF staged > 0 THEN
    RAISE EXCEPTION 'ingest.staging has % of dataset %; expected none, since nobody has looked into them', ingest.counted(staged, 'file'), dataset
      USING ERRCODE = 'object_in_use', HINT = 'SELECT ingest_process_staging() loads what was staged by hand. Then erase again. Nothing was changed.';
  END IF;
  erasure_id := nextval(pg_get_serial_sequence('ingest.erasure', 'erasure_id'));
  keys_suppressed := CASE WHEN suppress THEN ingest.suppress_keys(d, row_keys, erasure_id) ELSE 0 END;
  child_rows_deleted := CASE WHEN d.has_children THEN ingest.remove_children_of(dataset, as_arrays) ELSE 0 END;
  rows_deleted := (ingest.run_remove_rows(dataset, as_arrays, true)).removed;
  IF (ingest.run_remove_rows(dataset, as_arrays, false)).own_keys <> '{}' THEN
    RAISE EXCEPTION 'rows of these keys stay in %, though they were deleted; expected none', d.target USING ERRCODE = 'triggered_data_change_violation',
      HINT = 'A trigger or a policy of the table keeps them. Nothing was changed.';
  END IF;
  DELETE FROM ingest.tombstone AS t WHERE t.dataset = d.name AND t.row_key = ANY (ARRAY(SELECT u.k COLLATE "C" FROM unnest(row_keys) AS u (k)));
  GET DIAGNOSTICS tombstones = ROW_COUNT;
  SELECT q.* INTO rejected_records, files_cut, files_emptied, not_searched, emptied, unsearched FROM ingest.erase_quarantine(dataset, row_keys) AS q;
  rejected_messages := ingest.erase_messages(dataset, row_keys);
  samples := ingest.erase_samples(dataset);
  INSERT INTO ingest.erasure (erasure_id, dataset, erased_by, reason, keys, suppressed, counts) OVERRIDING SYSTEM VALUE
  VALUES (ingest_erase.erasure_id, d.name, session_user, btrim(ingest_erase.reason), cardinality(row_keys), suppress, jsonb_build_object('rows_deleted', ingest_erase.rows_deleted, 'child_rows_deleted', child_rows_deleted,
    'tombstones', ingest_erase.tombstones, 'rejected_records', ingest_erase.rejected_records, 'files_cut', files_cut, 'files_emptied', files_emptied, 'rejected_messages', ingest_erase.rejected_messages,
    'samples', samples, 'keys_suppressed', keys_suppressed, 'not_searched', not_searched));
  PERFORM ingest.warn_of_others(d);
END
$$;
COMMENT ON FUNCTION public.ingest_erase(text, jsonb, text, boolean)
  IS 'Erases keys from a dataset: rows, children, what quarantine holds of them, samples and tombstones. Returns the counts by place, which ingest.erasure keeps without any of the data.
dataset: The dataset. Of a child, that of the record that it stands in.
keys: The primary key of the target''s row, as an object such as {"order_id": 7}, or an array of such objects.
reason: Why, for ingest.erasure. It is required, and is to name nobody.
suppress: True: records of these keys are left out from now on, whether they are replayed, delivered again or new. The keys are kept as salted hashes. False: they may come back.
erasure_id: The entry in ingest.erasure.
rows_deleted: Rows of the target that went.
child_rows_deleted: Rows of its children that went.
tombstones: Deletes of these keys that were forgotten.
rejected_records: Records in quarantine, open or settled, of which nothing is kept but that they were there.
files_cut: Files that quarantine keeps whole, now without these records.
files_emptied: Such files whose records stand in an envelope. Nothing of them is kept, and what was open of them is given up.
rejected_messages: Messages that held such a record, and went.
samples: Samples of drift, evidence of new columns and errors of targets that were taken away: all of the dataset, since nobody knows whose values they are.
keys_suppressed: Keys that are suppressed now and were not before.
not_searched: Records and files in quarantine of which the key cannot be read. They may be the person''s, and stay.
emptied: Files that were emptied, as an array of file_id, bucket, key and record_no: load them again from S3. A hundred at most.
unsearched: Records and files that could not be searched, in the same form; record_no 0 is the whole file. A hundred at most.';
