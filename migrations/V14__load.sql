-- Loading one dataset's files of one unit: try the whole, look closer only where it fails.

CREATE TYPE ingest.file_outcome AS (file_no integer, records bigint, loaded bigint, stale bigint, rejected bigint, status text, error_code text, error text);
COMMENT ON TYPE ingest.file_outcome IS 'What became of a file.';

CREATE TYPE ingest.drift_seen AS (file_no integer, record_no integer, path text, json_type text, steps text[], sample text);
COMMENT ON TYPE ingest.drift_seen IS 'An unknown member: the native engine gives its sample, the sql engine the record to take it from.';

CREATE FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) RETURNS ingest.drift_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.drift_seen[];
BEGIN
  IF engine = 'native' THEN
    EXECUTE 'SELECT array_agg(ROW(x.file_no, 0, x.path, x.json_type, NULL, x.sample)::ingest.drift_seen) FROM ingest_native.drift() AS x' INTO found;
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

CREATE FUNCTION ingest.native_rejects(files ingest.claimed_file[]) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.fault[];
BEGIN
  -- A body that is one record of an earlier file keeps that record's number.
  EXECUTE 'SELECT array_agg(ROW(r.file_no, CASE WHEN r.record_no = 0 THEN 0 ELSE coalesce(f.record_no, r.record_no) END, r.record, r.column_name, r.error_code, r.error)::ingest.fault)
    FROM (SELECT file_no, record_no, record, column_name, error_code, error FROM ingest_native.rejects()
      UNION ALL SELECT file_no, 0, NULL, NULL, error_code, error FROM ingest_native.files() WHERE error_code IS NOT NULL) AS r
    JOIN unnest($1) AS f ON f.file_no = r.file_no' INTO found USING files;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.native_rejects(ingest.claimed_file[]) IS 'What the native row source set aside since begin_run(): faults of records and of whole files.';

CREATE FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) RETURNS integer[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce(array_agg(b.file_no), '{}') FROM (
    SELECT f.file_no, count(DISTINCT f.record_no) AS bad, coalesce((good ->> f.file_no::text)::bigint, 0) AS fine
    FROM unnest(faults) AS f WHERE f.record_no > 0 GROUP BY f.file_no) AS b
  WHERE CASE
    WHEN on_error = 'continue' THEN false
    WHEN on_error = 'skip_file' THEN true
    WHEN on_error LIKE '%\%' THEN b.bad * 100 > rtrim(substr(on_error, 11), '%')::bigint * (b.bad + b.fine)
    ELSE b.bad >= substr(on_error, 11)::bigint END
$$;
COMMENT ON FUNCTION ingest.files_to_skip(text, ingest.fault[], jsonb) IS 'Files whose rejects are too many for the dataset''s on_error.';

CREATE FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text)
RETURNS ingest.file_outcome[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  WITH counted AS (
    SELECT f.file_no, b.bad, b.whole, f.file_no = ANY (skipped) AS skip,
      coalesce((outcome.good ->> f.file_no::text)::bigint, 0) AS good,
      coalesce((outcome.loaded ->> f.file_no::text)::bigint, 0) - coalesce((outcome.lost ->> f.file_no::text)::bigint, 0) AS loaded
    FROM unnest(files) AS f
    LEFT JOIN LATERAL (SELECT count(DISTINCT x.record_no) FILTER (WHERE x.record_no > 0) AS bad,
        (array_agg(x) FILTER (WHERE x.record_no = 0))[1] AS whole
      FROM unnest(faults) AS x WHERE x.file_no = f.file_no) AS b ON true)
  SELECT array_agg(ROW(c.file_no, c.good + c.bad,
      CASE WHEN c.skip THEN 0 ELSE c.loaded END,
      CASE WHEN c.skip THEN 0 ELSE c.good - c.loaded END,
      CASE WHEN c.skip THEN c.good + c.bad ELSE c.bad END,
      CASE WHEN c.skip OR (c.whole).file_no IS NOT NULL OR c.bad > 0 AND c.good = 0 THEN 'load_failed' WHEN c.bad > 0 THEN 'partially_loaded' ELSE 'loaded' END,
      CASE WHEN NOT c.skip THEN (c.whole).error_code ELSE (SELECT x.error_code FROM unnest(faults) WITH ORDINALITY AS x WHERE x.file_no = c.file_no ORDER BY x.record_no, x.ordinality LIMIT 1) END,
      CASE WHEN c.skip THEN format('%s of %s records rejected; the file was skipped whole (on_error %s)', c.bad, c.good + c.bad, on_error) ELSE (c.whole).error END
    )::ingest.file_outcome)
  FROM counted AS c
$$;
COMMENT ON FUNCTION ingest.file_outcomes(ingest.claimed_file[], ingest.fault[], ingest.load_outcome, integer[], text) IS 'Counts and status of each file, from what the last statement did and what was rejected.';

-- SQLSTATEs of our own, to leave a subtransaction with its effects undone: PI001 the quick reader is in doubt,
-- PI002 more files have to be skipped.
CREATE FUNCTION ingest.load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean DEFAULT false) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
  c ingest.compiled_dataset := ingest.compiled(of_dataset);
  contract jsonb;
  source text := CASE engine WHEN 'native' THEN c.native_source ELSE c.quick_source END;
  statement text := CASE engine WHEN 'native' THEN c.native_load ELSE c.quick_load END;
  careful boolean := engine = 'native';
  active ingest.claimed_file[] := files;
  parsed ingest.parsed_record[] := '{}';
  read_faults ingest.fault[] := '{}';
  insert_faults ingest.fault[] := '{}';
  skipped_faults ingest.fault[] := '{}';
  faults ingest.fault[];
  excluded bigint[];
  skipped integer[] := '{}';
  skip_good jsonb := '{}';
  to_skip integer[];
  outcome ingest.load_outcome;
  drift ingest.drift_seen[] := '{}';
  found ingest.fault[];
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  IF single_records AND c.contract ->> 'records_path' IS NOT NULL THEN
    -- Single records stand by themselves, without the envelope that they once came in.
    contract := c.contract || '{"records_path": null, "records_path_text": null}';
    c.quick_source := ingest.quick_source(contract);
    c.careful_source := ingest.careful_source(contract);
    c.careful_load := ingest.load_sql(of_dataset, c.careful_source);
    IF engine <> 'native' THEN
      source := c.quick_source;
      statement := ingest.load_sql(of_dataset, source);
    END IF;
  ELSE
    contract := c.contract;
  END IF;
  LOOP
    BEGIN
      IF engine = 'native' THEN
        EXECUTE 'SELECT ingest_native.begin_run()';
      END IF;
      EXECUTE statement INTO outcome USING active, contract, parsed, excluded, NULL::integer, NULL::integer;
      IF engine = 'native' THEN
        read_faults := ingest.native_rejects(active);
      END IF;
      IF outcome.suspect THEN
        RAISE EXCEPTION 'the quick reader is in doubt' USING ERRCODE = 'PI001';
      END IF;
      faults := read_faults || outcome.rejects || insert_faults;
      to_skip := ingest.files_to_skip(d.on_error, faults, outcome.good);
      IF to_skip <> '{}' THEN
        RAISE EXCEPTION 'files to skip' USING ERRCODE = 'PI002';
      END IF;
      EXIT;
    EXCEPTION
      WHEN SQLSTATE 'PI002' THEN
        skipped_faults := skipped_faults || ARRAY(SELECT x FROM unnest(faults) WITH ORDINALITY AS u (file_no, record_no, record, column_name, error_code, error, o),
          LATERAL (SELECT ROW(u.file_no, u.record_no, u.record, u.column_name, u.error_code, u.error)::ingest.fault AS x) AS y WHERE u.file_no = ANY (to_skip) ORDER BY u.record_no, u.o);
        skip_good := skip_good || coalesce((SELECT jsonb_object_agg(g.key, g.value) FROM jsonb_each(outcome.good) AS g WHERE g.key::integer = ANY (to_skip)), '{}');
        drift := drift || ARRAY(SELECT x FROM unnest(ingest.drift(engine, contract, outcome.unknown)) AS x WHERE x.file_no = ANY (to_skip));
        skipped := skipped || to_skip;
        active := ARRAY(SELECT f FROM unnest(active) AS f WHERE f.file_no <> ALL (skipped));
        parsed := ARRAY(SELECT p FROM unnest(parsed) AS p WHERE p.file_no <> ALL (skipped));
        read_faults := ARRAY(SELECT f FROM unnest(read_faults) AS f WHERE f.file_no <> ALL (skipped));
        insert_faults := ARRAY(SELECT f FROM unnest(insert_faults) AS f WHERE f.file_no <> ALL (skipped));
      WHEN SQLSTATE 'PI001' OR data_exception OR integrity_constraint_violation OR raise_exception OR program_limit_exceeded THEN
        IF NOT careful THEN
          careful := true;
          SELECT r.files, r.parsed, r.faults INTO active, parsed, read_faults FROM ingest.read_carefully(contract, c.quick_source, active) AS r;
          source := c.careful_source;
          statement := c.careful_load;
        ELSE
          found := ingest.find_poison(statement, source, active, contract, parsed, excluded, NULL, NULL);
          IF found = '{}' THEN
            found := array_remove(ARRAY[ingest.find_clash(statement, source, active, contract, parsed, excluded)], NULL);
          END IF;
          IF found = '{}' THEN
            RAISE;
          END IF;
          insert_faults := insert_faults || found;
          excluded := coalesce(excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(found) AS f);
        END IF;
    END;
  END LOOP;
  faults := faults || skipped_faults;
  outcome.good := outcome.good || skip_good;
  RETURN ROW(ingest.file_outcomes(files, faults, outcome, skipped, d.on_error), faults, drift || ingest.drift(engine, contract, outcome.unknown))::ingest.dataset_outcome;
END
$$;
COMMENT ON FUNCTION ingest.load_dataset(text, ingest.claimed_file[], text, boolean) IS 'Loads the staged files of one dataset in one statement; on failure finds what is at fault, sets it aside and loads the rest.';
