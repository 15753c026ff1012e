-- pg_ingest 0.2.0
-- Loading one dataset's files of one unit: try the whole, look closer only where it fails.

CREATE FUNCTION ingest.of_single_records() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '{"records_path": null, "records_path_text": null, "places": [], "lines": false}'::jsonb
$$;
COMMENT ON FUNCTION ingest.of_single_records() IS 'What is laid over a contract for bodies that are one record each: they stand in no envelope, and their context has their place.';

CREATE FUNCTION ingest.first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text,
  single_records boolean, gathers boolean) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  a ingest.load_attempt;
BEGIN
  a.contract := c.contract;
  IF single_records THEN
    -- Single records stand by themselves, without the envelope that they once came in.
    a.contract := a.contract || ingest.of_single_records();
  END IF;
  -- A delete may lack what the quick reader wants of every record.
  a.careful := engine = 'native' OR a.contract ? 'deletes'; a.inspected := engine = 'native';
  a.source := CASE WHEN engine = 'native' THEN c.native_source WHEN a.contract = c.contract THEN CASE WHEN a.careful THEN c.careful_source ELSE c.quick_source END
    WHEN a.careful THEN ingest.careful_source(a.contract) ELSE ingest.quick_source(a.contract) END;
  a.statement := CASE WHEN engine = 'native' THEN c.native_load WHEN a.contract = c.contract THEN CASE WHEN a.careful THEN c.careful_load ELSE c.quick_load END
    ELSE ingest.load_sql(ingest.description(c.dataset), a.source, true) END;
  -- A filter, and what reads children, was compiled for whole files.
  a.gather := gathers AND (c.native_upsert IS NOT NULL OR c.family IS NOT NULL) AND NOT (single_records AND (c.sift_contract IS NOT NULL OR a.contract ? 'children'));
  a.plain := CASE WHEN engine = 'native' THEN a.gather ELSE a.contract = c.contract AND c.plain_load IS NOT NULL END AND ingest.plain_is_due(c.dataset);
  -- A plain insert writes whatever it reads.
  a.plain := a.plain AND NOT (a.contract ? 'within' AND ingest.is_only_checked());
  a.clean := engine <> 'native' AND a.contract = c.contract AND c.clean_load IS NOT NULL;
  IF engine <> 'native' AND (a.contract ? 'children' OR a.contract ? 'within') AND ingest.is_judging() THEN
    -- What was odd a moment ago is odd now.
    a := ingest.read_carefully(a, c);
  END IF;
  IF (a.contract ? 'children' OR a.contract ? 'deletes') AND (a.clean OR a.gather) AND NOT ingest.plain_is_due(c.dataset || ' known') THEN
    -- Where a record is stale, or a child odd, this was in vain. So it was where a delete stood behind another record of its key.
    a.clean := false;
    a.gather := a.plain AND a.gather AND NOT a.contract ? 'deletes';
    a.plain := a.plain AND (a.gather OR engine <> 'native');
  END IF;
  a.careful := a.careful AND NOT (a.contract ? 'deletes' AND a.clean);
  -- Rows that may have to be updated are gathered in vain.
  a.gather := a.gather AND (a.plain OR NOT (a.contract ->> 'keeps')::boolean AND (NOT a.contract ? 'children' OR c.family_upsert IS NOT NULL));
  a.statement := CASE WHEN engine = 'native' THEN a.statement WHEN a.plain THEN c.plain_load WHEN a.clean THEN c.clean_load ELSE a.statement END;
  IF engine <> 'native' AND a.contract = c.contract AND NOT ingest.is_judging() THEN
    a := ingest.begin_dirty(a, c);
  END IF;
  a.files := ingest.with_context(files, a.contract);
  a.told_unknown := '{}';
  a.parsed := '{}'; a.read_faults := '{}'; a.insert_faults := '{}';
  a.skipped := '{}'; a.skipped_faults := '{}'; a.skipped_good := '{}'; a.skipped_filtered := '{}'; a.skipped_left_out := '{}'; a.drift := '{}';
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.first_attempt(ingest.compiled_dataset, ingest.claimed_file[], text, boolean, boolean)
  IS 'An attempt at all files, by the quickest way that the engine has.';

CREATE FUNCTION ingest.without_refused(a ingest.load_attempt, refused ingest.fault[]) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  a.insert_faults := a.insert_faults || refused;
  a.excluded := coalesce(a.excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(refused) AS f);
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.without_refused(ingest.load_attempt, ingest.fault[]) IS 'The next attempt without the records that the target refuses.';

CREATE FUNCTION ingest.look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.fault[];
  unknown ingest.unknown_seen[];
  seen record;
BEGIN
  IF a.aside AND a.contract ? 'children' THEN
    RETURN ingest.not_aside(a, c);
  ELSIF a.clean AND a.contract ? 'deletes' THEN
    RETURN ingest.read_carefully(a, c);
  ELSIF a.gather AND a.contract ? 'deletes' THEN
    -- A key may have been known. What else is refused, the whole statement tells.
    a.gather := a.plain AND state = '23505';
    a.plain := false;
    RETURN a;
  END IF;
  -- Where a query can tell for certain whom the target refuses, no search is needed. A plain insert may only have met a known key.
  IF state IN ('23503', '23505') AND NOT (a.plain AND state = '23505') THEN
    SELECT t.refused, t.unknown INTO found, unknown FROM ingest.told_refusals(a, c) AS t;
    IF found <> '{}' THEN
      -- Of what is gathered with its children, or behind a filter, none can be left out; of all else it can.
      IF a.contract ? 'children' OR c.sift_contract IS NOT NULL THEN
        a.plain := a.plain AND NOT a.gather;
        a.gather := false;
      END IF;
      a.told_unknown := a.told_unknown || unknown;
      RETURN ingest.without_refused(a, found);
    END IF;
  END IF;
  IF a.gather THEN
    -- A key may have been known after all, or brought by another session.
    a.gather := a.plain AND state = '23505' AND (NOT a.contract ? 'children' OR c.family_upsert IS NOT NULL);
    a.plain := false;
    RETURN a;
  END IF;
  IF a.aside THEN
    RETURN ingest.not_aside(a, c);
  ELSIF (a.plain AND state <> '23505' OR NOT a.plain AND a.clean AND a.contract ? 'children' AND state NOT IN ('PI004', '23503', '23505')) AND c.aside_load IS NOT NULL THEN
    RETURN ingest.set_aside(a, c);
  ELSIF a.plain THEN
    a.plain := false;
    -- What is odd in a child is so by the next statement, too.
    a.clean := a.clean AND (state = '23505' OR NOT a.contract ? 'children');
    a.statement := CASE WHEN a.clean THEN c.clean_load ELSE c.quick_load END;
    RETURN a;
  END IF;
  IF a.clean THEN
    a.clean := false;
    IF state = 'PI004' OR a.contract ? 'children' THEN
      a.statement := c.quick_load;
      RETURN a;
    END IF;
  END IF;
  IF NOT a.careful THEN
    RETURN ingest.read_carefully(a, c);
  END IF;
  IF a.alone THEN
    a.alone := false;
    a.statement := ingest.load_sql(ingest.description(c.dataset), a.source, false);
    RETURN a;
  END IF;
  -- A suspect may be fine, and win over what seems to be refused without it.
  IF NOT a.inspected THEN
    SELECT s.files, s.parsed, s.faults INTO seen
    FROM ingest.inspect_suspects(a.contract, ingest.suspects(a.source, a.files, a.contract), a.files) AS s;
    a.files := seen.files; a.parsed := seen.parsed; a.read_faults := seen.faults; a.inspected := true;
    IF a.parsed <> '{}' OR a.read_faults <> '{}' THEN
      RETURN a;
    END IF;
  END IF;
  found := ingest.find_refused(c.dataset, a.statement, a.source, a.files, a.contract, a.parsed, a.excluded);
  -- Who was left out before and is found again is not what the load fails by.
  found := ARRAY(SELECT f FROM unnest(found) AS f WHERE f.file_no::bigint << 32 | f.record_no <> ALL (coalesce(a.excluded, '{}')));
  IF found = '{}' THEN
    RETURN NULL;
  END IF;
  RETURN ingest.without_refused(a, found);
END
$$;
COMMENT ON FUNCTION ingest.look_closer(ingest.load_attempt, ingest.compiled_dataset, text)
  IS 'The next attempt after a failure with that SQLSTATE, more careful by one step; NULL when nothing is found. Records that a query tells to be refused are left out first. Gathered rows that were taken for new are gathered again and looked for. Then comes the whole load statement, one that expects less, the careful reader, and one that minds keys of other sessions. At last suspects are inspected (sql engine), and the records that the insert refuses are searched.';

CREATE FUNCTION ingest.without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome,
  drift ingest.drift_seen[])
RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  a.skipped := a.skipped || to_skip;
  a.skipped_faults := a.skipped_faults || ARRAY(SELECT f FROM unnest(faults) AS f WHERE f.file_no = ANY (to_skip));
  a.skipped_good := a.skipped_good
    || coalesce((SELECT jsonb_object_agg(g.key, g.value) FROM jsonb_each(outcome.good) AS g WHERE g.key::integer = ANY (to_skip)), '{}');
  a.skipped_filtered := a.skipped_filtered || ARRAY(SELECT x FROM unnest(outcome.filtered) AS x WHERE x >> 32 = ANY (to_skip));
  a.skipped_left_out := a.skipped_left_out
    || coalesce((SELECT jsonb_object_agg(l.key, l.value) FROM jsonb_each(outcome.left_out) AS l WHERE l.key::integer = ANY (to_skip)), '{}');
  a.drift := a.drift || ARRAY(SELECT x FROM unnest(drift) AS x WHERE x.file_no = ANY (to_skip));
  a.files := ARRAY(SELECT f FROM unnest(a.files) AS f WHERE f.file_no <> ALL (to_skip));
  a.parsed := ARRAY(SELECT p FROM unnest(a.parsed) AS p WHERE p.file_no <> ALL (to_skip));
  a.read_faults := ARRAY(SELECT f FROM unnest(a.read_faults) AS f WHERE f.file_no <> ALL (to_skip));
  a.insert_faults := ARRAY(SELECT f FROM unnest(a.insert_faults) AS f WHERE f.file_no <> ALL (to_skip));
  a.told_unknown := ARRAY(SELECT u FROM unnest(a.told_unknown) AS u WHERE u.file_no <> ALL (to_skip));
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.without_files(ingest.load_attempt, integer[], ingest.fault[], ingest.load_outcome, ingest.drift_seen[])
  IS 'The next attempt without the files that on_error skips; what was found in them is kept.';

-- Nothing but what writes makes the number of the transaction's commands go on, and a trigger is deferred by what writes alone.
CREATE FUNCTION ingest.command_no() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  INSERT INTO ingest.staging (batch_id, key) VALUES ('00000000-0000-0000-0000-000000000000', '') RETURNING cmin::text::bigint
$$;
COMMENT ON FUNCTION ingest.command_no() IS 'The number of this command in the transaction: of two calls the later gives one more, where nothing was written between them. It leaves a part of no file (forget_parts()).';

-- What is fired may defer something anew, also into a table that it has just made. Counts of rows do not tell: who fires may empty tables
-- and drop them. Nothing of it may be left for the next dataset's load, or for COMMIT, where it would run as somebody else.
CREATE FUNCTION ingest.fire_deferred() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  command bigint;
BEGIN
  -- Where none is but the pipeline's own, nothing is deferred.
  IF NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgdeferrable AND g.tgrelid <> 'ingest.deferred'::regclass) THEN
    RETURN;
  END IF;
  FOR round IN 1 .. 20 LOOP
    command := ingest.command_no();
    SET CONSTRAINTS ALL IMMEDIATE;
    IF ingest.command_no() = command + 1 THEN
      RETURN;
    END IF;
  END LOOP;
  RAISE EXCEPTION 'triggers go on deferring others; expected them to come to an end' USING ERRCODE = 'triggered_data_change_violation',
    HINT = 'A deferred trigger of the target, or of a table that it writes to, defers another one each time.';
END
$$;
COMMENT ON FUNCTION ingest.fire_deferred() IS 'Fires all deferred triggers as whoever calls, and those that these defer.';

-- SQLSTATEs of our own leave a subtransaction with its effects undone:
-- - PI001: the quick reader is in doubt, or a constraint refused a gathered row that the contract allows.
-- - PI002: more files have to be skipped.
-- - PI003: suspects have been inspected and belong into the load.
-- - PI004: a batch that was taken for clean is not.
--
-- All code that users wrote (triggers, defaults, CHECKs, domains, policies, expressions) runs inside of it, as the dataset's loader
-- (R__loaders.sql).
CREATE FUNCTION ingest.load_dataset_as_caller(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean, gathers boolean,
  refused ingest.fault[], read ingest.parsed_record[]) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.compiled_dataset;
  on_error text;
  a ingest.load_attempt;
  tries_plain boolean;
  tries_known boolean := false;
  outcome ingest.load_outcome;
  judged record;
  faults ingest.fault[];
  to_skip integer[];
  again boolean := false;
  done ingest.dataset_outcome;
BEGIN
  -- What a constraint has to say is said here, while the search for the record at fault can still be made.
  SET CONSTRAINTS ALL IMMEDIATE;
  SELECT * INTO STRICT c FROM ingest.own_compiled AS x WHERE x.dataset = of_dataset;
  on_error := (SELECT d.on_error FROM ingest.own_dataset AS d WHERE d.name = of_dataset);
  a := ingest.first_attempt(c, files, engine, single_records, gathers);
  IF refused <> '{}' THEN
    -- Only the careful statements tell what else there is to say of a record that is left out.
    a := ingest.without_refused(CASE WHEN a.careful AND NOT coalesce(a.aside, false) THEN a ELSE ingest.read_carefully(a, c) END, refused);
    a.aside := false;
    -- What is gathered knows of no record that is left out.
    a.plain := a.plain AND NOT a.gather;
    a.gather := false;
  END IF;
  tries_plain := a.plain;
  LOOP
    tries_known := tries_known OR a.contract ? 'children' AND NOT a.plain AND (a.clean OR a.gather) OR a.contract ? 'deletes' AND (a.clean OR a.gather);
    BEGIN
      IF engine = 'native' THEN
        PERFORM ingest_native.begin_run();
      END IF;
      IF a.gather THEN
        outcome := ingest.load_gathered(a, c);
        a.gather := outcome.good IS NOT NULL;
        a.plain := a.plain AND a.gather;
        tries_plain := tries_plain AND a.gather;
      END IF;
      IF a.aside THEN
        outcome := ingest.load_aside(a, c, read);
      ELSIF engine <> 'native' AND c.plain_load IS NOT NULL AND a.excluded IS NULL AND a.parsed = '{}' AND a.contract = c.contract AND (a.alone OR NOT a.careful) AND ingest.may_be_prepared(of_dataset, c.sift_contract ? 'only_where')
        -- Former children are joined to their records, which a plan that is kept may do by going through all of them.
        AND NOT a.contract ? 'children' THEN
        -- One that was compiled with the dataset, into a table without code that looks up anything.
        outcome := ingest.load_prepared(a.statement, a.files, read);
      ELSIF NOT a.gather THEN
        EXECUTE a.statement INTO outcome USING a.files, a.contract, CASE WHEN a.parsed = '{}' THEN read ELSE a.parsed || read END, a.excluded, NULL::integer, NULL::integer;
      END IF;
      IF read <> '{}' THEN
        outcome.left_out := ingest.left_out_before(read, a.files);
      END IF;
      IF engine = 'native' THEN
        a.read_faults := ingest.native_rejects(a.files, outcome.filtered, outcome.deletes, a.contract);
      ELSIF outcome.suspects <> '{}' THEN
        SELECT j.a, j.complete INTO judged FROM ingest.judge_suspects(a, outcome.suspects) AS j;
        a := judged.a;
        IF NOT judged.complete THEN
          again := NOT coalesce(a.aside, false);
          RAISE EXCEPTION 'suspects were inspected' USING ERRCODE = CASE WHEN again THEN 'PI003' ELSE 'PI001' END;
        END IF;
      END IF;
      IF a.told_unknown <> '{}' AND NOT a.careful THEN
        outcome.unknown := outcome.unknown || a.told_unknown;
      ELSIF (engine <> 'native' OR (a.contract ->> 'want_unknown')::boolean) AND a.careful AND a.excluded IS NOT NULL THEN
        SELECT outcome.rejects || t.rejects, outcome.unknown || t.unknown INTO outcome.rejects, outcome.unknown FROM ingest.told_of_excluded(a) AS t;
      END IF;
      IF engine <> 'native' AND outcome.rejects <> '{}' THEN
        outcome.rejects := ingest.worded(a.files, a.contract, outcome.rejects, outcome.unknown);
      END IF;
      faults := a.read_faults || outcome.rejects || a.insert_faults;
      to_skip := ingest.files_to_skip(on_error, faults, outcome.good);
      IF to_skip <> '{}' THEN
        again := true;
        RAISE EXCEPTION 'files to skip' USING ERRCODE = 'PI002';
      END IF;
      EXIT;
    EXCEPTION
      WHEN SQLSTATE 'PI003' OR SQLSTATE 'PI002' THEN
        -- A trigger of the target may raise anything, and must not set the load going again for ever.
        IF NOT again THEN
          RAISE;
        END IF;
        again := false;
        IF SQLSTATE = 'PI002' THEN
          a := ingest.without_files(a, to_skip, faults, outcome, ingest.drift(engine, CASE WHEN a.gather AND c.sift_contract IS NOT NULL THEN ingest.without_filter(a.contract) ELSE a.contract END, outcome.unknown));
        END IF;
      WHEN OTHERS OR assert_failure THEN
        IF ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE NOT IN ('PI001', 'PI004') THEN
          RAISE;
        END IF;
        a := ingest.look_closer(a, c, SQLSTATE);
        IF a IS NULL THEN
          RAISE;
        END IF;
    END;
  END LOOP;
  -- Where records deleted, no plain insert was tried.
  IF tries_plain AND NOT (a.plain AND outcome.deleted IS NOT NULL) THEN
    PERFORM ingest.plain_went(of_dataset, a.plain);
  END IF;
  IF tries_known THEN
    PERFORM ingest.plain_went(of_dataset || ' known', a.clean OR a.gather OR coalesce(a.aside, false));
  END IF;
  IF engine <> 'native' AND a.contract = c.contract AND NOT ingest.is_judging() THEN
    PERFORM ingest.keep_dirty(a, of_dataset, faults <> '{}' OR outcome.unknown <> '{}' OR coalesce(outcome.odd <> '{}', false));
  END IF;
  PERFORM ingest.restore_settings();
  faults := faults || a.skipped_faults;
  outcome.good := outcome.good || a.skipped_good;
  outcome.filtered := outcome.filtered || a.skipped_filtered;
  outcome.left_out := coalesce(outcome.left_out, '{}') || a.skipped_left_out;
  IF a.contract ? 'suppresses' AND outcome.filtered <> '{}' THEN
    outcome.suppressed := CASE WHEN (a.contract ->> 'filters')::boolean THEN ingest.suppressed_among(of_dataset, files, single_records, outcome.filtered) ELSE outcome.filtered END;
  END IF;
  done := ROW(ingest.file_outcomes(files, faults, outcome, a.skipped, on_error), faults,
    a.drift || ingest.drift(engine, CASE WHEN a.gather AND c.sift_contract IS NOT NULL THEN ingest.without_filter(a.contract) ELSE a.contract END, outcome.unknown), coalesce(outcome.tombstones, '{}'),
    coalesce(outcome.applied, '{}'), '{}', coalesce(outcome.children, '{}'), coalesce(outcome.child_drift, '{}'), coalesce(outcome.odd, '{}'))::ingest.dataset_outcome;
  -- A trigger may have deferred some. After this nothing is looked up by the path that one may have set.
  PERFORM ingest.fire_deferred();
  RETURN done;
END
$$;
COMMENT ON FUNCTION ingest.load_dataset_as_caller(text, ingest.claimed_file[], text, boolean, boolean, ingest.fault[], ingest.parsed_record[])
  IS 'Loads the staged files of one dataset, compiled before, in one statement; on failure finds what is at fault, sets it aside and loads the rest. gathers: the native engine may keep the rows in memory. refused: records that are left out for faults of their children. read: files that were read before.';

CREATE FUNCTION ingest.load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean DEFAULT false, read ingest.parsed_record[] DEFAULT '{}')
RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  said record;
  compiled boolean := false;
BEGIN
  PERFORM ingest.compile_missing(of_dataset);
  LOOP
    SELECT c.contract ? 'children' AS has_children, c.contract ? 'mirrors' AS mirrors INTO said FROM ingest.compiled_dataset AS c WHERE c.dataset = of_dataset;
    BEGIN
      -- A record that is replayed by itself says nothing of the others of its object.
      IF said.mirrors AND NOT single_records THEN
        RETURN ingest.load_mirrored(of_dataset, files, engine, said.has_children, read);
      ELSIF said.has_children THEN
        RETURN ingest.load_family(of_dataset, files, engine, single_records, read);
      END IF;
      RETURN ingest.run_load(of_dataset, files, engine, single_records, '{}', read);
    EXCEPTION WHEN undefined_function OR undefined_table OR undefined_object OR undefined_column OR invalid_schema_name THEN
      IF compiled THEN
        RAISE;
      END IF;
      -- No fingerprint shows that a function of a default, say, has another name.
      DELETE FROM ingest.compiled_dataset AS x WHERE x.dataset = ANY (ingest.with_children(ARRAY[of_dataset]));
      PERFORM ingest.compiled(of_dataset);
      compiled := true;
    END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.load_files(text, ingest.claimed_file[], text, boolean, ingest.parsed_record[])
  IS 'load_dataset() of a dataset that was compiled before; once more, compiled anew, where a name that it uses is gone.';
