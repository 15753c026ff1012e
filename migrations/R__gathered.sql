-- pg_ingest 0.2.0
-- The native engine's quick way: rows that no statement has to make. docs/row-source.md.

CREATE FUNCTION ingest.load_gathered(a ingest.load_attempt, c ingest.compiled_dataset) RETURNS ingest.load_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
  state text;
  outcome ingest.load_outcome;
  passes boolean;
  rejects ingest.fault[];
  left_out bigint[] := '{}';
  counted jsonb;
  has_family boolean := false;
BEGIN
  SELECT * INTO d FROM ingest.own_dataset AS x WHERE x.name = c.dataset;
  IF c.native_sift IS NOT NULL THEN
    EXECUTE c.native_sift INTO left_out USING a.files, c.sift_contract, a.parsed, a.excluded, NULL::integer, NULL::integer;
    -- What that found wrong is found again.
    PERFORM ingest_native.begin_run();
  END IF;
  IF c.family IS NOT NULL THEN
    state := ingest_native.gather(a.contract || jsonb_build_object('family', c.family), d.target, d.version_column, a.files, NOT a.plain, '{}', '{}');
    has_family := state <> 'unsuited';
  END IF;
  IF NOT has_family AND c.native_upsert IS NULL THEN
    RETURN NULL;
  ELSIF NOT has_family THEN
    state := ingest_native.gather(CASE WHEN c.sift_contract IS NULL THEN a.contract WHEN c.native_sift IS NULL THEN c.sift_contract ELSE ingest.without_filter(a.contract) END,
    d.target, d.version_column, a.files, NOT a.plain AND NOT a.contract ? 'deletes', left_out, coalesce(a.excluded, '{}'));
  END IF;
  IF state = 'unsuited' THEN
    RETURN NULL;
  END IF;
  IF c.sift_contract IS NOT NULL AND c.native_sift IS NULL THEN
    counted := (SELECT jsonb_object_agg(l.file_no, l.records) FROM ingest_native.left_out() AS l);
  END IF;
  SELECT coalesce(jsonb_object_agg(g.file_no, g.good), '{}'), coalesce(jsonb_object_agg(g.file_no, g.winners), '{}'), '{}', '{}', '{}', '{}', left_out
  INTO outcome FROM ingest_native.gathered_files() AS g;
  outcome.left_out := counted;
  IF (a.contract ->> 'keeps')::boolean AND outcome.good <> outcome.loaded THEN
    RAISE EXCEPTION 'records of one key may complete each other' USING ERRCODE = 'PI001';
  ELSIF a.contract ? 'children' THEN
    -- With its family, gather() has answered that many are odd, or has set a few aside.
    IF has_family THEN
      outcome.odd := ARRAY(SELECT ROW(r.file_no, r.record_no, r.record, r.place::jsonb)::ingest.odd_record FROM ingest_native.gathered_rest() AS r ORDER BY r.file_no, r.record_no);
      IF outcome.odd <> '{}' AND (d.on_error <> 'continue' OR EXISTS (SELECT FROM ingest.own_dataset AS x WHERE x.parent = d.name AND x.on_child_error <> 'record')) THEN
        RAISE EXCEPTION 'not all records are good' USING ERRCODE = 'PI001';
      END IF;
    END IF;
    IF has_family AND state = 'mixed' AND c.family_upsert IS NOT NULL THEN
      EXECUTE c.family_upsert INTO outcome.loaded, outcome.lost USING a.files;
      IF NOT ingest_native.insert_gathered(true) THEN
        RAISE EXCEPTION 'children are not inserted as they are' USING ERRCODE = 'PI001';
      END IF;
    ELSIF state <> 'new' OR NOT has_family AND (outcome.good <> outcome.loaded OR EXISTS (SELECT FROM ingest_native.rejects()) OR EXISTS (SELECT FROM ingest_native.gathered_rest())
        OR EXISTS (SELECT FROM ingest_native.files() AS f WHERE f.error_code IS NOT NULL)) OR NOT ingest_native.insert_gathered() THEN
      RAISE EXCEPTION 'not all records are good and new' USING ERRCODE = 'PI001';
    END IF;
    IF has_family THEN
      outcome.children := ARRAY(SELECT ROW(g.file_no, c.family -> (g.child - 1) ->> 'name', g.good, 0)::ingest.child_count FROM ingest_native.gathered_children() AS g);
      outcome.child_drift := ARRAY(SELECT ROW(c.family -> (x.child - 1)::integer ->> 'name', array_agg(ROW(x.file_no, 0, x.path, x.json_type, NULL, x.sample)::ingest.drift_seen ORDER BY x.ordinality))::ingest.child_drift
        FROM ingest_native.child_drift() WITH ORDINALITY AS x GROUP BY x.child ORDER BY x.child);
    ELSE
      EXECUTE c.native_upsert INTO outcome.children, outcome.child_drift USING a.files, a.contract, a.parsed, a.excluded, NULL::integer, NULL::integer;
    END IF;
    RETURN outcome;
  ELSIF a.contract ? 'deletes' THEN
    -- Of a key that has a tombstone, only the statement tells whether its record is new. It looks for rows as well, so that nobody probes.
    IF NOT a.plain OR state <> 'new' OR d.soft_delete_column IS NOT NULL OR ingest.has_tombstones(d.name) OR NOT ingest_native.insert_gathered() THEN
      EXECUTE c.native_upsert INTO outcome.loaded, outcome.lost, outcome.deleted, outcome.deletes, outcome.tombstones USING a.files;
    END IF;
  ELSIF state = 'mixed' OR NOT ingest_native.insert_gathered() THEN
    EXECUTE c.native_upsert INTO outcome.loaded, outcome.lost USING a.files;
  END IF;
  IF EXISTS (SELECT FROM ingest_native.gathered_rest()) THEN
    EXECUTE c.native_judge INTO passes, rejects
    USING a.files, a.contract || ingest.of_single_records(), a.parsed, a.excluded, NULL::integer, NULL::integer;
    IF passes THEN
      RAISE EXCEPTION 'a constraint refuses what the contract allows' USING ERRCODE = 'PI001',
        DETAIL = 'What a constraint says of the whole row, say, only the insert can tell.';
    END IF;
    outcome.rejects := ARRAY(SELECT ROW(r.file_no, r.record_no, x.record, r.column_name, r.error_code, r.error)::ingest.fault
      FROM unnest(rejects) WITH ORDINALITY AS r JOIN unnest(a.files) AS f ON f.file_no = r.file_no
      JOIN ingest_native.gathered_rest() AS x ON x.file_no = r.file_no AND coalesce(f.record_no, x.record_no) = r.record_no
      ORDER BY r.ordinality);
  END IF;
  RETURN outcome;
END
$$;
COMMENT ON FUNCTION ingest.load_gathered(ingest.load_attempt, ingest.compiled_dataset)
  IS 'The native engine''s quick way: rows are made, put in order and inserted without a statement that does it. NULL where the target needs one.';
