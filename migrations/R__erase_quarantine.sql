-- pg_ingest 0.2.0
-- Finding a person's records in quarantine, and taking their bytes out of it. docs/erasing.md.

CREATE FUNCTION ingest.erased() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '(erased)'
$$;
COMMENT ON FUNCTION ingest.erased() IS 'What stands in the place of a text that ingest_erase() has taken away.';

-- By the careful reader, which raises at nothing, on either engine: both read a key alike.
CREATE FUNCTION ingest.find_keys_as_caller(of_dataset text, files ingest.claimed_file[], single_records boolean, row_keys text[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  scope ingest.description := ingest.key_scope(ingest.description(of_dataset), single_records);
  source text := ingest.careful_source(scope.contract);
  looked record;
  found record;
BEGIN
  files := ingest.with_context(files, scope.contract);
  SELECT s.files, s.parsed, s.faults INTO looked FROM ingest.inspect_suspects(scope.contract, ingest.suspects(source, files, scope.contract), files) AS s;
  EXECUTE format('SELECT coalesce(array_agg(DISTINCT t.id) FILTER (WHERE t.row_key = ANY ($7)), ''{}'') AS theirs, coalesce(array_agg(DISTINCT t.id) FILTER (WHERE t.row_key IS NULL), ''{}'') AS unread,
      coalesce(array_agg(DISTINCT t.id) FILTER (WHERE t.row_key IS NOT NULL), ''{}'') AS told
    FROM (SELECT _ingest_file::bigint << 32 | _ingest_record AS id, CASE WHEN %s THEN NULL ELSE %s END AS row_key FROM (%s) AS typed) AS t',
    ingest.unread_key_sql(scope), ingest.record_key_sql(scope), ingest.scope_sql(scope, source, ''))
  INTO found USING looked.files, scope.contract, looked.parsed, NULL::bigint[], NULL::integer, NULL::integer, row_keys;
  PERFORM ingest.fire_deferred();
  RETURN jsonb_build_object('theirs', found.theirs, 'unread', ARRAY(SELECT unnest(found.unread) UNION SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(looked.faults) AS f
    EXCEPT SELECT unnest(found.told)));
END
$$;
COMMENT ON FUNCTION ingest.find_keys_as_caller(text, ingest.claimed_file[], boolean, text[])
  IS 'The records of staged files that have one of these keys (theirs), and those of which the key cannot be read (unread), as file_no << 32 | record_no. Record 0 is a file that cannot be read at all.';

CREATE FUNCTION ingest.find_keys(of_dataset text, files ingest.claimed_file[], single_records boolean, row_keys text[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('find_keys', 'ingest_loader');
  RETURN ingest.find_keys_as_caller(of_dataset, files, single_records, row_keys);
END
$$;
COMMENT ON FUNCTION ingest.find_keys(text, ingest.claimed_file[], boolean, text[]) IS 'find_keys_as_caller() as ingest_loader.';

-- An expression of the key may raise: then its record alone cannot be told.
CREATE FUNCTION ingest.run_find_keys(of_dataset text, files ingest.claimed_file[], single_records boolean, row_keys text[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  l record;
  held text[] := ingest.held();
  half integer := cardinality(files) / 2;
  found jsonb;
  rest jsonb;
BEGIN
  SELECT x.role, x.no INTO l FROM ingest.dataset AS d JOIN ingest.loader AS x ON x.role = d.loader WHERE d.name = of_dataset;
  BEGIN
    IF l.no IS NULL THEN
      found := ingest.find_keys(of_dataset, files, single_records, row_keys);
      PERFORM ingest.clean_up(held);
    ELSE
      PERFORM ingest.hand_over(l.role, files);
      EXECUTE format('SELECT ingest.%I($1, $2, $3, $4)', 'find_keys_' || l.no) INTO found USING of_dataset, files, single_records, row_keys;
      PERFORM ingest.clean_up(held);
      DELETE FROM ingest.handed_over;
    END IF;
    RETURN found;
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    PERFORM ingest.clean_up(held);
    IF ingest.is_of_the_moment(SQLSTATE) THEN
      RAISE;
    END IF;
  END;
  IF half = 0 THEN
    RETURN jsonb_build_object('theirs', '{}'::bigint[], 'unread', ARRAY[files[1].file_no::bigint << 32 | coalesce(files[1].record_no, 0)]);
  END IF;
  found := ingest.run_find_keys(of_dataset, files[:half], single_records, row_keys);
  rest := ingest.run_find_keys(of_dataset, files[half + 1:], single_records, row_keys);
  RETURN jsonb_build_object('theirs', (found -> 'theirs') || (rest -> 'theirs'), 'unread', (found -> 'unread') || (rest -> 'unread'));
END
$$;
COMMENT ON FUNCTION ingest.run_find_keys(text, ingest.claimed_file[], boolean, text[]) IS 'find_keys() as the dataset''s loader. Where that raises, in ever smaller pieces.';

-- What stands around the records may be the person's too, so only documents that are nothing but records are cut.
CREATE FUNCTION ingest.without_records(body bytea, contract jsonb, numbers integer[]) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  -- Elements of an array stay elements: an array among them would else begin a document of its own.
  is_array boolean := NOT (contract ->> 'lines')::boolean AND encode(substring(body FOR 1000), 'escape') ~ '^(\\357\\273\\277)?[ \t\n\r]*\[';
  kept bytea;
BEGIN
  IF jsonb_typeof(contract -> 'records_path') <> 'null' THEN
    RETURN NULL;
  END IF;
  kept := (SELECT coalesce(string_agg(r.raw, CASE WHEN is_array THEN ','::bytea ELSE E'\\012'::bytea END ORDER BY r.record_no), '')
    FROM ingest.raw_records(body, contract, NULL, NULL) AS r WHERE r.record_no <> ALL (numbers));
  RETURN CASE WHEN is_array THEN '['::bytea || kept || ']'::bytea ELSE kept END;
END
$$;
COMMENT ON FUNCTION ingest.without_records(bytea, jsonb, integer[])
  IS 'A document without some of its records, each of the others as it stood; NULL where records stand in an envelope.';

CREATE FUNCTION ingest.erase_file(of_file bigint, of_member text, without bytea) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF without IS NOT NULL THEN
    UPDATE ingest.rejected_record AS r SET record = without WHERE r.file_id = of_file AND r.record_no = 0 AND r.dataset IS NOT DISTINCT FROM of_member;
    RETURN;
  END IF;
  -- Without its bytes the file is not replayed, and no record of it by itself.
  UPDATE ingest.rejected_record AS r SET replayed_at = coalesce(r.replayed_at, clock_timestamp()), dismissed_reason = coalesce(r.dismissed_reason, ingest.erased()),
    record = CASE r.record_no WHEN 0 THEN '' ELSE r.record END, error = CASE r.record_no WHEN 0 THEN ingest.erased() ELSE r.error END
  WHERE r.file_id = of_file AND r.dataset IS NOT DISTINCT FROM of_member AND (r.record_no = 0 OR r.replayed_at IS NULL);
  UPDATE ingest.file AS f SET error = ingest.erased() WHERE f.file_id = of_file AND f.error IS NOT NULL;
  UPDATE ingest.file_dataset AS f SET error = ingest.erased() WHERE f.file_id = of_file AND f.dataset = of_member AND f.error IS NOT NULL;
END
$$;
COMMENT ON FUNCTION ingest.erase_file(bigint, text, bytea) IS 'Has quarantine keep a whole file without some of its records; or, NULL, nothing of it. of_member: the dataset that keeps it, where several share the file.';

CREATE FUNCTION ingest.erase_records(of_dataset text, files ingest.claimed_file[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- The row stays, so that the counts of its file go on adding up.
  UPDATE ingest.rejected_record AS r SET record = '', error = ingest.erased(), place = NULL, replayed_at = coalesce(r.replayed_at, clock_timestamp()),
    dismissed_reason = CASE WHEN r.replayed_at IS NULL THEN ingest.erased() ELSE r.dismissed_reason END
  FROM unnest(files) AS f WHERE r.file_id = f.file_id AND r.record_no = f.record_no AND (r.dataset IS NULL OR r.dataset = of_dataset);
END
$$;
COMMENT ON FUNCTION ingest.erase_records(text, ingest.claimed_file[]) IS 'Takes the bytes and the messages of single records out of quarantine.';

CREATE FUNCTION ingest.named_files(entries jsonb, entry ingest.file, record_no integer) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN jsonb_array_length(entries) >= 100 THEN entries
    ELSE entries || jsonb_build_object('file_id', entry.file_id, 'bucket', entry.bucket, 'key', entry.key, 'record_no', record_no) END
$$;
COMMENT ON FUNCTION ingest.named_files(jsonb, ingest.file, integer) IS 'A list of what a person has to look at, with one more; it ends at a hundred.';

-- File by file in the order of their numbers, as whoever else settles rejects locks them.
CREATE FUNCTION ingest.erase_quarantine(of_dataset text, row_keys text[], OUT rejects bigint, OUT files_cut bigint, OUT files_emptied bigint, OUT not_searched bigint,
  OUT emptied jsonb, OUT unsearched jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  contract jsonb := (ingest.description(of_dataset)).contract;
  members text[] := ARRAY(SELECT s FROM ingest.sharing(of_dataset) AS s);
  most bigint := ingest.setting('max_body_bytes');
  of_reject bigint;
  reject ingest.rejected_record;
  entry ingest.file;
  entries ingest.file[];
  singles ingest.claimed_file[];
  file ingest.claimed_file;
  found jsonb;
  numbers integer[];
  cut bytea;
  touched bigint[] := '{}';
  after_file bigint := 0;
  after_record integer := -1;
  looked_at integer;
  x bigint;
BEGIN
  rejects := 0; files_cut := 0; files_emptied := 0; not_searched := 0; emptied := '[]'; unsearched := '[]';
  LOOP
    singles := '{}'; entries := '{}'; looked_at := 0;
    FOREACH of_reject IN ARRAY ARRAY(SELECT min(w.reject_id) FROM ingest.rejected_record AS w JOIN ingest.file AS l ON l.file_id = w.file_id
      WHERE w.record <> '' AND (w.file_id, w.record_no) > (after_file, after_record)
        AND CASE WHEN w.dataset IS NOT NULL OR l.dataset IS NOT NULL THEN coalesce(w.dataset, l.dataset) = of_dataset
          ELSE (SELECT m FROM ingest.match_dataset(l.bucket, l.key) AS m) = ANY (members) END
      GROUP BY w.file_id, w.record_no ORDER BY w.file_id, w.record_no LIMIT 1000)
    LOOP
      looked_at := looked_at + 1;
      -- One at a time, since each may be a whole file.
      SELECT * INTO reject FROM ingest.rejected_record AS w WHERE w.reject_id = of_reject;
      SELECT * INTO entry FROM ingest.file AS l WHERE l.file_id = reject.file_id;
      after_file := reject.file_id; after_record := reject.record_no;
      IF after_record > 0 THEN
        entries := entries || entry;
        singles := singles || ingest.stage_reject(cardinality(singles) + 1, of_dataset, entry, after_record, reject.record, reject.place);
        CONTINUE;
      ELSIF octet_length(reject.record) > most THEN
        not_searched := not_searched + 1;
        unsearched := ingest.named_files(unsearched, entry, 0);
        CONTINUE;
      END IF;
      file := ingest.stage_reject(1, of_dataset, entry, 0, reject.record, reject.place);
      found := ingest.run_find_keys(of_dataset, ARRAY[file], false, row_keys);
      PERFORM ingest.unstage(ARRAY[file]);
      FOR x IN SELECT n.value::bigint FROM jsonb_array_elements(found -> 'unread') AS n LOOP
        not_searched := not_searched + 1;
        unsearched := ingest.named_files(unsearched, entry, (x & 2147483647)::integer);
      END LOOP;
      numbers := ARRAY(SELECT (n.value::bigint & 2147483647)::integer FROM jsonb_array_elements(found -> 'theirs') AS n);
      CONTINUE WHEN numbers = '{}';
      PERFORM FROM ingest.file AS f WHERE f.file_id = after_file FOR NO KEY UPDATE;
      touched := touched || after_file;
      cut := ingest.without_records(reject.record, contract, numbers);
      PERFORM ingest.erase_file(reject.file_id, reject.dataset, cut);
      IF cut IS NOT NULL THEN
        files_cut := files_cut + 1;
      ELSE
        files_emptied := files_emptied + 1;
        emptied := ingest.named_files(emptied, entry, 0);
      END IF;
    END LOOP;
    EXIT WHEN looked_at = 0;
    CONTINUE WHEN singles = '{}';
    found := ingest.run_find_keys(of_dataset, singles, true, row_keys);
    PERFORM ingest.unstage(singles);
    -- Those of a file that is kept whole were told with that.
    FOR x IN SELECT n.value::bigint >> 32 FROM jsonb_array_elements(found -> 'unread') AS n WHERE NOT EXISTS (SELECT FROM ingest.rejected_record AS w
      WHERE w.file_id = (singles[n.value::bigint >> 32]).file_id AND w.record_no = 0 AND w.record <> '' AND (w.dataset IS NULL OR w.dataset = of_dataset)) ORDER BY 1
    LOOP
      not_searched := not_searched + 1;
      unsearched := ingest.named_files(unsearched, entries[x], (singles[x]).record_no);
    END LOOP;
    singles := ARRAY(SELECT singles[n.value::bigint >> 32] FROM jsonb_array_elements(found -> 'theirs') AS n);
    CONTINUE WHEN singles = '{}';
    PERFORM FROM ingest.file AS f WHERE f.file_id = ANY (ARRAY(SELECT s.file_id FROM unnest(singles) AS s)) ORDER BY f.file_id FOR NO KEY UPDATE;
    PERFORM ingest.erase_records(of_dataset, singles);
    rejects := rejects + cardinality(singles);
    touched := touched || ARRAY(SELECT s.file_id FROM unnest(singles) AS s);
  END LOOP;
  PERFORM ingest.settle_given_up(touched);
END
$$;
COMMENT ON FUNCTION ingest.erase_quarantine(text, text[])
  IS 'Takes all records of these keys out of what quarantine keeps of a dataset, settled or not: single records, and records within whole files. emptied and unsearched name files for a person to look at, a hundred of each at most.';

-- A producer that sends records to the queue itself has them there.
CREATE FUNCTION ingest.erase_messages(of_dataset text, row_keys text[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  of_message bigint;
  entry ingest.file;
  file ingest.claimed_file;
  found jsonb;
  gone bigint := 0;
BEGIN
  entry.file_id := 0; entry.bucket := ''; entry.key := '';
  FOREACH of_message IN ARRAY ARRAY(SELECT x.rejected_message_id FROM ingest.rejected_message AS x WHERE x.body ~ '^[ \t\n\r]*[[{]' ORDER BY 1) LOOP
    file := ingest.stage_reject(1, of_dataset, entry, 0, (SELECT convert_to(x.body, 'UTF8') FROM ingest.rejected_message AS x WHERE x.rejected_message_id = of_message), NULL);
    found := ingest.run_find_keys(of_dataset, ARRAY[file], false, row_keys);
    PERFORM ingest.unstage(ARRAY[file]);
    IF found -> 'theirs' <> '[]' THEN
      DELETE FROM ingest.rejected_message AS x WHERE x.rejected_message_id = of_message;
      gone := gone + 1;
    END IF;
  END LOOP;
  RETURN gone;
END
$$;
COMMENT ON FUNCTION ingest.erase_messages(text, text[]) IS 'Deletes rejected messages that hold a record of these keys; how many.';
