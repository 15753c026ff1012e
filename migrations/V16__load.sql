-- Loading one dataset's files of one unit: try the whole, look closer only where it fails.

CREATE TYPE ingest.file_outcome AS (file_no integer, records bigint, loaded bigint, stale bigint, rejected bigint, status text,
  error_code text, error text);
COMMENT ON TYPE ingest.file_outcome IS 'What became of a file.';

CREATE TYPE ingest.drift_seen AS (file_no integer, record_no integer, path text, json_type text, steps text[], sample text);
COMMENT ON TYPE ingest.drift_seen IS 'An unknown member: the native engine gives its sample, the sql engine the record to take it from.';

CREATE FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) RETURNS ingest.drift_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.drift_seen[];
BEGIN
  IF engine = 'native' THEN
    SELECT array_agg(ROW(x.file_no, 0, x.path, x.json_type, NULL, x.sample)::ingest.drift_seen) INTO found FROM ingest_native.drift() AS x;
  ELSE
    SELECT array_agg(ROW(s.file_no, s.record_no, s.path, s.json_type, s.steps, NULL)::ingest.drift_seen) INTO found
    FROM (SELECT DISTINCT ON (u.file_no, m.path, m.json_type) u.file_no, u.record_no, m.path, m.json_type, m.steps
      FROM unnest(unknown) AS u CROSS JOIN LATERAL ingest.unknown_members(u.record, contract -> 'columns') AS m
      ORDER BY u.file_no, m.path, m.json_type, u.record_no) AS s;
  END IF;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.drift(text, jsonb, ingest.unknown_seen[]) IS 'Unknown members by file, path and JSON type.';

CREATE TYPE ingest.dataset_outcome AS (files ingest.file_outcome[], faults ingest.fault[], drift ingest.drift_seen[]);
COMMENT ON TYPE ingest.dataset_outcome IS 'What became of a dataset''s files in one unit, with rejects and unknown members.';

CREATE FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF faults = '{}' OR on_error = 'continue' THEN
    RETURN '{}';
  END IF;
  RETURN (SELECT coalesce(array_agg(b.file_no), '{}') FROM (
    SELECT f.file_no, count(DISTINCT f.record_no) AS bad, coalesce((good ->> f.file_no::text)::bigint, 0) AS fine
    FROM unnest(faults) AS f WHERE f.record_no > 0 GROUP BY f.file_no) AS b
  WHERE CASE
    WHEN on_error = 'skip_file' THEN true
    WHEN on_error LIKE '%\%' THEN b.bad * 100 > rtrim(substr(on_error, 11), '%')::bigint * (b.bad + b.fine)
    ELSE b.bad >= substr(on_error, 11)::bigint END);
END
$$;
COMMENT ON FUNCTION ingest.files_to_skip(text, ingest.fault[], jsonb) IS 'Files whose rejects are too many for the dataset''s on_error.';

CREATE FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[],
  on_error text)
RETURNS ingest.file_outcome[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (WITH at_fault AS (
    SELECT x.file_no, count(DISTINCT x.record_no) FILTER (WHERE x.record_no > 0) AS bad, (array_agg(x.error) FILTER (WHERE x.record_no = 0))[1] AS whole,
      (array_agg(x.error_code ORDER BY x.record_no, x.ordinality))[1] AS first_code, min(x.record_no) = 0 AS is_whole
    FROM unnest(faults) WITH ORDINALITY AS x GROUP BY x.file_no
  ), counted AS (
    SELECT f.file_no, coalesce(b.bad, 0) AS bad, b.whole, b.first_code, coalesce(b.is_whole, false) AS is_whole, f.file_no = ANY (skipped) AS skip,
      coalesce((outcome.good ->> f.file_no::text)::bigint, 0) AS good,
      coalesce((outcome.loaded ->> f.file_no::text)::bigint, 0) - coalesce((outcome.lost ->> f.file_no::text)::bigint, 0) AS loaded
    FROM unnest(files) AS f LEFT JOIN at_fault AS b ON b.file_no = f.file_no)
  SELECT array_agg(ROW(c.file_no, c.good + c.bad,
      CASE WHEN c.skip THEN 0 ELSE c.loaded END,
      CASE WHEN c.skip THEN 0 ELSE c.good - c.loaded END,
      CASE WHEN c.skip THEN c.good + c.bad ELSE c.bad END,
      CASE WHEN c.skip OR c.is_whole OR c.bad > 0 AND c.good = 0 THEN 'load_failed' WHEN c.bad > 0
        THEN 'partially_loaded' ELSE 'loaded' END,
      CASE WHEN c.skip OR c.is_whole THEN c.first_code END,
      CASE WHEN c.skip THEN format('%s of %s records rejected; the file was skipped whole (on_error %s)', c.bad, c.good + c.bad, on_error)
        ELSE c.whole END
    )::ingest.file_outcome)
  FROM counted AS c);
END
$$;
COMMENT ON FUNCTION ingest.file_outcomes(ingest.claimed_file[], ingest.fault[], ingest.load_outcome, integer[], text)
  IS 'Counts and status of each file, from what the last statement did and what was rejected.';

CREATE TYPE ingest.load_attempt AS (
  gather boolean, plain boolean, clean boolean, alone boolean, statement text, source text, contract jsonb, careful boolean, inspected boolean, files ingest.claimed_file[], parsed ingest.parsed_record[],
  read_faults ingest.fault[], insert_faults ingest.fault[], excluded bigint[],
  skipped integer[], skipped_faults ingest.fault[], skipped_good jsonb, drift ingest.drift_seen[]);
COMMENT ON TYPE ingest.load_attempt IS 'What the next attempt at a dataset''s files will do, and what earlier ones found out.';

-- An attempt with the plain insert that fails has cost most of a batch, and what it wrote is for VACUUM. So after one the next 15
-- batches of the session go without, after the second in a row 63, then 255: where some keys are always known it is hardly ever tried.
CREATE FUNCTION ingest.plain_is_due(of_dataset text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  name text := 'ingest.plain_' || md5(of_dataset);
  pause integer[] := nullif(current_setting(name, true), '');
BEGIN
  IF pause[1] > 0 THEN
    PERFORM set_config(name, ARRAY[pause[1] - 1, pause[2]]::text, false);
    RETURN false;
  END IF;
  RETURN true;
END
$$;
COMMENT ON FUNCTION ingest.plain_is_due(text) IS 'Whether the plain insert is to be tried; where not, one batch less is left to go without.';

CREATE FUNCTION ingest.plain_went(of_dataset text, well boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  name text := 'ingest.plain_' || md5(of_dataset);
  pause integer[] := nullif(current_setting(name, true), '');
  batches integer := least(coalesce(pause[2], 15), 255);
BEGIN
  IF NOT well THEN
    PERFORM set_config(name, ARRAY[batches, batches * 4 + 3]::text, false);
  ELSIF pause IS NOT NULL THEN
    PERFORM set_config(name, '', false);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.plain_went(text, boolean) IS 'Keeps for the session how the plain insert went.';

CREATE FUNCTION ingest.first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text,
  single_records boolean) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  a ingest.load_attempt;
BEGIN
  a.contract := c.contract;
  IF single_records THEN
    -- Single records stand by themselves, without the envelope that they once came in.
    a.contract := a.contract || '{"records_path": null, "records_path_text": null}';
  END IF;
  a.careful := engine = 'native'; a.inspected := engine = 'native';
  a.source := CASE WHEN engine = 'native' THEN c.native_source WHEN a.contract = c.contract THEN c.quick_source
    ELSE ingest.quick_source(a.contract) END;
  a.statement := CASE WHEN engine = 'native' THEN c.native_load WHEN a.contract = c.contract THEN c.quick_load
    ELSE ingest.load_sql(c.dataset, a.source, true) END;
  -- What is gathered stays in memory; larger units go through the load statement, which spills.
  a.gather := engine = 'native' AND c.native_upsert IS NOT NULL
    AND (SELECT sum(f.body_bytes) FROM unnest(files) AS f) <= ingest.setting('unit_bytes')::bigint;
  a.plain := CASE WHEN engine = 'native' THEN a.gather ELSE a.contract = c.contract AND c.plain_load IS NOT NULL END AND ingest.plain_is_due(c.dataset);
  a.clean := engine <> 'native' AND a.contract = c.contract AND c.clean_load IS NOT NULL;
  a.statement := CASE WHEN engine = 'native' THEN a.statement WHEN a.plain THEN c.plain_load WHEN a.clean THEN c.clean_load ELSE a.statement END;
  a.files := files;
  a.parsed := '{}'; a.read_faults := '{}'; a.insert_faults := '{}';
  a.skipped := '{}'; a.skipped_faults := '{}'; a.skipped_good := '{}'; a.drift := '{}';
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.first_attempt(ingest.compiled_dataset, ingest.claimed_file[], text, boolean)
  IS 'An attempt at all files, by the quickest way that the engine has.';

CREATE FUNCTION ingest.look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.fault[];
  seen record;
BEGIN
  IF a.gather THEN
    -- A key may have been known after all, or brought by another session.
    a.gather := a.plain AND state = '23505';
    a.plain := false;
    RETURN a;
  END IF;
  IF a.plain THEN
    a.plain := false;
    a.statement := CASE WHEN a.clean THEN c.clean_load ELSE c.quick_load END;
    RETURN a;
  END IF;
  IF a.clean THEN
    a.clean := false;
    IF state = 'PI004' THEN
      a.statement := c.quick_load;
      RETURN a;
    END IF;
  END IF;
  IF NOT a.careful THEN
    a.careful := true;
    a.source := CASE WHEN a.contract = c.contract THEN c.careful_source ELSE ingest.careful_source(a.contract) END;
    a.alone := a.contract = c.contract;
    a.statement := CASE WHEN a.alone THEN c.careful_load ELSE ingest.load_sql(c.dataset, a.source, false) END;
    RETURN a;
  END IF;
  IF a.alone THEN
    a.alone := false;
    a.statement := ingest.load_sql(c.dataset, a.source, false);
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
  IF found = '{}' THEN
    RETURN NULL;
  END IF;
  a.insert_faults := a.insert_faults || found;
  a.excluded := coalesce(a.excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(found) AS f);
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.look_closer(ingest.load_attempt, ingest.compiled_dataset, text)
  IS 'After a failure with that SQLSTATE: if rows were gathered, gathers them again and looks for their keys if all were taken for new, or else goes by the whole load statement; goes by one that expects less if all were taken for new or clean, then by the careful reader, then minding that others may bring the same keys, then with all suspects inspected (sql engine), then searches what the insert refuses. NULL when nothing is found.';

CREATE FUNCTION ingest.without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome,
  drift ingest.drift_seen[])
RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  a.skipped := a.skipped || to_skip;
  a.skipped_faults := a.skipped_faults || ARRAY(SELECT f FROM unnest(faults) AS f WHERE f.file_no = ANY (to_skip));
  a.skipped_good := a.skipped_good
    || coalesce((SELECT jsonb_object_agg(g.key, g.value) FROM jsonb_each(outcome.good) AS g WHERE g.key::integer = ANY (to_skip)), '{}');
  a.drift := a.drift || ARRAY(SELECT x FROM unnest(drift) AS x WHERE x.file_no = ANY (to_skip));
  a.files := ARRAY(SELECT f FROM unnest(a.files) AS f WHERE f.file_no <> ALL (to_skip));
  a.parsed := ARRAY(SELECT p FROM unnest(a.parsed) AS p WHERE p.file_no <> ALL (to_skip));
  a.read_faults := ARRAY(SELECT f FROM unnest(a.read_faults) AS f WHERE f.file_no <> ALL (to_skip));
  a.insert_faults := ARRAY(SELECT f FROM unnest(a.insert_faults) AS f WHERE f.file_no <> ALL (to_skip));
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.without_files(ingest.load_attempt, integer[], ingest.fault[], ingest.load_outcome, ingest.drift_seen[])
  IS 'The next attempt without the files that on_error skips; what was found in them is kept.';

CREATE FUNCTION ingest.unknown_of_excluded(a ingest.load_attempt) RETURNS ingest.unknown_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.unknown_seen[];
BEGIN
  EXECUTE format('SELECT array_agg(ROW(s._ingest_file, s._ingest_record, s._ingest_unknown)::ingest.unknown_seen) FROM (%s) AS s
    WHERE s._ingest_unknown IS NOT NULL AND (s._ingest_file::bigint << 32 | s._ingest_record) = ANY ($4)', a.source)
  INTO found USING a.files, a.contract, a.parsed, a.excluded;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.unknown_of_excluded(ingest.load_attempt)
  IS 'Unknown members of records that only the insert refused: the load statement left them out, drift counts them all the same.';

CREATE FUNCTION ingest.load_gathered(a ingest.load_attempt, c ingest.compiled_dataset) RETURNS ingest.load_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
  state text;
  outcome ingest.load_outcome;
  passes boolean;
  rejects ingest.fault[];
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = c.dataset;
  state := ingest_native.gather(a.contract, d.target, d.version_column, a.files, NOT a.plain);
  IF state = 'unsuited' THEN
    RETURN NULL;
  END IF;
  SELECT coalesce(jsonb_object_agg(g.file_no, g.good), '{}'), coalesce(jsonb_object_agg(g.file_no, g.winners), '{}'), '{}', '{}', '{}', '{}'
  INTO outcome FROM ingest_native.gathered_files() AS g;
  IF state = 'mixed' OR NOT ingest_native.insert_gathered() THEN
    EXECUTE c.native_upsert INTO outcome.loaded, outcome.lost USING a.files;
  END IF;
  IF EXISTS (SELECT FROM ingest_native.gathered_rest()) THEN
    EXECUTE c.native_judge INTO passes, rejects
    USING a.files, a.contract || '{"records_path": null, "records_path_text": null}', a.parsed, a.excluded, NULL::integer, NULL::integer;
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

CREATE FUNCTION ingest.judge_suspects(INOUT a ingest.load_attempt, INOUT outcome ingest.load_outcome, OUT complete boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  seen record;
  theirs ingest.claimed_file[];
  judged ingest.load_outcome;
BEGIN
  SELECT s.files, s.parsed, s.faults INTO seen FROM ingest.inspect_suspects(a.contract, outcome.suspects, a.files) AS s;
  a.files := seen.files; a.parsed := seen.parsed; a.read_faults := seen.faults; a.inspected := true;
  complete := NOT EXISTS (SELECT FROM unnest(seen.parsed) AS p WHERE p.faults IS NULL AND p.record IS NOT NULL);
  IF complete AND EXISTS (SELECT FROM unnest(seen.parsed) AS p WHERE p.record IS NOT NULL) THEN
    -- None of them will be loaded; their other faults (CHECK constraints) and unknown members are still to be told.
    theirs := ARRAY(SELECT f FROM unnest(a.files) AS f WHERE EXISTS (SELECT FROM unnest(seen.parsed) AS p WHERE p.file_no = f.file_no));
    FOR i IN 1 .. cardinality(theirs) LOOP
      theirs[i].status := 'inspected';
    END LOOP;
    BEGIN
      EXECUTE a.statement INTO judged USING theirs, a.contract, seen.parsed, a.excluded, NULL::integer, NULL::integer;
      outcome.rejects := outcome.rejects || judged.rejects;
      outcome.unknown := outcome.unknown || judged.unknown;
    EXCEPTION WHEN data_exception OR integrity_constraint_violation OR raise_exception OR program_limit_exceeded OR syntax_error
      OR cardinality_violation OR no_data_found OR too_many_rows OR assert_failure THEN
      -- An expression that raises, say: whose it is will be searched for among all.
      complete := false;
    END;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.judge_suspects(ingest.load_attempt, ingest.load_outcome)
  IS 'Inspects what the careful reader left out as suspect. Where all of it is at fault, the outcome is complete with its rejects; else the load has to be made again with what was inspected.';

-- SQLSTATEs of our own, to leave a subtransaction with its effects undone: PI001 the quick reader is in doubt, or a
-- constraint refused a gathered row that the contract allows; PI002 more files have to be skipped; PI003 suspects have
-- been inspected and belong into the load; PI004 what is clean no more.
CREATE FUNCTION ingest.load_dataset(of_dataset text, files ingest.claimed_file[], engine text,
  single_records boolean DEFAULT false) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.compiled_dataset := ingest.compiled(of_dataset);
  on_error text := (SELECT d.on_error FROM ingest.dataset AS d WHERE d.name = of_dataset);
  a ingest.load_attempt := ingest.first_attempt(c, files, engine, single_records);
  tries_plain boolean := a.plain;
  compiled_anew boolean := false;
  outcome ingest.load_outcome;
  judged record;
  faults ingest.fault[];
  to_skip integer[];
BEGIN
  LOOP
    BEGIN
      IF engine = 'native' THEN
        PERFORM ingest_native.begin_run();
      END IF;
      IF a.gather THEN
        outcome := ingest.load_gathered(a, c);
        a.gather := outcome IS NOT NULL;
        a.plain := a.plain AND a.gather;
        tries_plain := tries_plain AND a.gather;
      END IF;
      IF NOT a.gather THEN
        EXECUTE a.statement INTO outcome USING a.files, a.contract, a.parsed, a.excluded, NULL::integer, NULL::integer;
      END IF;
      IF engine = 'native' THEN
        a.read_faults := ingest.native_rejects(a.files);
      ELSIF outcome.suspects <> '{}' THEN
        SELECT j.a, j.outcome, j.complete INTO judged FROM ingest.judge_suspects(a, outcome) AS j;
        a := judged.a; outcome := judged.outcome;
        IF NOT judged.complete THEN
          RAISE EXCEPTION 'suspects were inspected' USING ERRCODE = 'PI003';
        END IF;
      END IF;
      IF engine <> 'native' AND a.excluded IS NOT NULL THEN
        outcome.unknown := outcome.unknown || ingest.unknown_of_excluded(a);
      END IF;
      faults := a.read_faults || outcome.rejects || a.insert_faults;
      to_skip := ingest.files_to_skip(on_error, faults, outcome.good);
      IF to_skip <> '{}' THEN
        RAISE EXCEPTION 'files to skip' USING ERRCODE = 'PI002';
      END IF;
      EXIT;
    EXCEPTION
      WHEN SQLSTATE 'PI003' THEN
        NULL;
      WHEN undefined_function OR undefined_table OR undefined_object OR undefined_column OR invalid_schema_name THEN
        -- No fingerprint shows that a function of a default, say, has another name.
        IF compiled_anew THEN
          RAISE;
        END IF;
        compiled_anew := true;
        DELETE FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
        c := ingest.compiled(of_dataset);
        a := ingest.first_attempt(c, files, engine, single_records);
      WHEN SQLSTATE 'PI002' THEN
        a := ingest.without_files(a, to_skip, faults, outcome, ingest.drift(engine, a.contract, outcome.unknown));
      -- syntax_error: some types' input functions (tsvector) say so of data. The last four: triggers do, and an upsert of two
      -- rows that a trigger gave one key.
      WHEN SQLSTATE 'PI001' OR SQLSTATE 'PI004' OR data_exception OR integrity_constraint_violation OR raise_exception OR program_limit_exceeded OR syntax_error
        OR cardinality_violation OR no_data_found OR too_many_rows OR assert_failure THEN
        a := ingest.look_closer(a, c, SQLSTATE);
        IF a IS NULL THEN
          RAISE;
        END IF;
    END;
  END LOOP;
  IF tries_plain THEN
    PERFORM ingest.plain_went(of_dataset, a.plain);
  END IF;
  faults := faults || a.skipped_faults;
  outcome.good := outcome.good || a.skipped_good;
  RETURN ROW(ingest.file_outcomes(files, faults, outcome, a.skipped, on_error), faults,
    a.drift || ingest.drift(engine, a.contract, outcome.unknown))::ingest.dataset_outcome;
END
$$;
COMMENT ON FUNCTION ingest.load_dataset(text, ingest.claimed_file[], text, boolean)
  IS 'Loads the staged files of one dataset in one statement; on failure finds what is at fault, sets it aside and loads the rest.';
