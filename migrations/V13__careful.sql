-- What is entered only when something failed: careful reading (sql engine) and the search for records that only an
-- insert reveals (both). SQLSTATE PI000 marks a probe that went well and is rolled back.

CREATE FUNCTION ingest.suspects(careful_source text, files ingest.claimed_file[], contract jsonb) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found bigint[];
BEGIN
  EXECUTE format('SELECT array_agg(s._ingest_file::bigint << 32 | s._ingest_record) FROM (%s) AS s WHERE s._ingest_suspect', careful_source)
  INTO found USING files, contract, '{}'::ingest.parsed_record[];
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.suspects(text, ingest.claimed_file[], jsonb)
  IS 'The records that the careful reader cannot vouch for, as file_no << 32 | record_no.';

CREATE FUNCTION ingest.inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[],
  OUT parsed ingest.parsed_record[], OUT faults ingest.fault[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted integer[];
  content bytea;
  found record;
BEGIN
  parsed := '{}'; faults := '{}';
  FOR i IN 1 .. cardinality(files) LOOP
    wanted := ARRAY(SELECT (s & 2147483647)::integer FROM unnest(suspects) AS s WHERE s >> 32 = files[i].file_no);
    CONTINUE WHEN wanted = '{}';
    SELECT ingest.staged_body(s.body, s.held) INTO content FROM ingest.staging AS s WHERE s.ctid = files[i].staged;
    IF 0 = ANY (wanted) THEN
      files[i].status := 'inspected';
    END IF;
    -- A file that cannot be read quickly is inspected whole, and so is a body that is one record.
    SELECT r.parsed, r.faults INTO found FROM ingest.inspect_file(contract, files[i].file_no, files[i].record_no, content,
      CASE WHEN 0 <> ALL (wanted) AND files[i].record_no IS NULL THEN wanted END) AS r;
    parsed := parsed || found.parsed;
    faults := faults || found.faults;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.inspect_suspects(jsonb, bigint[], ingest.claimed_file[])
  IS 'Inspects the records that the careful reader suspects; a file of which it could tell no record is inspected whole and gets the status inspected.';

CREATE FUNCTION ingest.inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[],
  OUT parsed ingest.parsed_record[], OUT faults ingest.fault[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
  f record;
  positions smallint[];
BEGIN
  parsed := '{}'; faults := '{}';
  FOR r IN SELECT * FROM ingest.records(body, nullif(contract -> 'records_path', 'null'), contract ->> 'records_path_text', wanted) LOOP
    IF r.record_no = 0 THEN
      parsed := '{}';
      faults := ARRAY[ROW(file_no, 0, body, NULL, r.error_code, r.error)::ingest.fault];
      RETURN;
    END IF;
    r.record_no := coalesce(only_record, r.record_no);
    positions := NULL;
    IF r.error_code IS NOT NULL THEN
      faults := faults || ROW(file_no, r.record_no, r.raw, NULL, r.error_code, r.error)::ingest.fault;
    ELSE
      FOR f IN SELECT * FROM ingest.record_faults(contract, r.record, r.raw) LOOP
        positions := positions || f.contract_position;
        faults := faults || ROW(file_no, r.record_no, r.raw, f.column_name, f.error_code, f.error)::ingest.fault;
      END LOOP;
    END IF;
    parsed := parsed || ROW(file_no, r.record_no, positions, CASE WHEN r.error_code IS NULL THEN r.record END)::ingest.parsed_record;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.inspect_file(jsonb, integer, integer, bytea, integer[])
  IS 'Records of one file, all or those wanted, with their faults, or the fault of the file; only_record numbers the record of a body that is one.';

CREATE FUNCTION ingest.probe(statement text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[],
  first_record integer, last_record integer, OUT state text, OUT message text)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  outcome ingest.load_outcome;
  detail text;
BEGIN
  EXECUTE statement INTO outcome USING files, contract, parsed, excluded, first_record, last_record;
  RAISE EXCEPTION 'probe' USING ERRCODE = 'PI000';
EXCEPTION
  WHEN SQLSTATE 'PI000' THEN
    state := NULL;
  WHEN data_exception OR integrity_constraint_violation OR raise_exception OR program_limit_exceeded OR syntax_error OR cardinality_violation
    OR no_data_found OR too_many_rows OR assert_failure THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    message := concat_ws('; ', message, nullif(detail, ''));
END
$$;
COMMENT ON FUNCTION ingest.probe(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer)
  IS 'Runs the load and takes it back: the SQLSTATE and message of the data error it met, or NULLs. Other errors pass through.';

CREATE FUNCTION ingest.last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  last_no integer;
BEGIN
  EXECUTE format('SELECT max(q._ingest_record) FROM (%s) AS q', source) INTO last_no USING files, contract, parsed;
  RETURN coalesce(last_no, 0);
END
$$;
COMMENT ON FUNCTION ingest.last_record(text, ingest.claimed_file[], jsonb, ingest.parsed_record[])
  IS 'The highest record number that the row source gives for the files.';

-- Halving: what fails is cut in two until single records stand alone. Finds every record that fails by itself.
CREATE FUNCTION ingest.find_poison(statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[],
  excluded bigint[], first_record integer, last_record integer) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.fault[] := '{}';
  outcome record;
  middle integer;
  many integer := cardinality(files);
BEGIN
  SELECT p.state, p.message INTO outcome FROM ingest.probe(statement, files, contract, parsed, excluded, first_record, last_record) AS p;
  IF outcome.state IS NULL THEN
    RETURN found;
  ELSIF many > 1 THEN
    middle := many / 2;
    RETURN ingest.find_poison(statement, source, files[1:middle], contract, parsed, excluded, NULL, NULL)
      || ingest.find_poison(statement, source, files[middle + 1:many], contract, parsed, excluded, NULL, NULL);
  ELSIF files[1].record_no IS NOT NULL OR first_record = last_record THEN
    RETURN ARRAY[ROW(files[1].file_no, coalesce(files[1].record_no, first_record), NULL, NULL, 'sqlstate_' || outcome.state,
      outcome.message)::ingest.fault];
  END IF;
  first_record := coalesce(first_record, 1);
  last_record := coalesce(last_record, ingest.last_record(source, files, contract, parsed));
  middle := (first_record + last_record) / 2;
  IF first_record > last_record THEN
    RETURN found;
  ELSIF first_record = last_record THEN
    RETURN ingest.find_poison(statement, source, files, contract, parsed, excluded, first_record, last_record);
  END IF;
  RETURN ingest.find_poison(statement, source, files, contract, parsed, excluded, first_record, middle)
    || ingest.find_poison(statement, source, files, contract, parsed, excluded, middle + 1, last_record);
END
$$;
COMMENT ON FUNCTION ingest.find_poison(text, text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer)
  IS 'Records that the target refuses by themselves, by halving.';

-- Two records may each be welcome alone and clash together (a second unique index). The shortest prefix of the
-- unit that fails ends with the one that came later: that one is rejected.
CREATE FUNCTION ingest.find_clash(statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[],
  excluded bigint[])
RETURNS ingest.fault
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  good integer := 0;
  bad integer := cardinality(files);
  middle integer;
  last_no integer;
  file_no bigint;
  outcome record;
BEGIN
  WHILE bad - good > 1 LOOP
    middle := (good + bad) / 2;
    SELECT p.state INTO outcome FROM ingest.probe(statement, files[1:middle], contract, parsed, excluded, NULL, NULL) AS p;
    IF outcome.state IS NULL THEN good := middle; ELSE bad := middle; END IF;
  END LOOP;
  files := files[1:bad];
  file_no := files[bad].file_no;
  last_no := ingest.last_record(source, files[bad:bad], contract, parsed);
  good := 0; bad := last_no;
  WHILE bad - good > 1 LOOP
    middle := (good + bad) / 2;
    SELECT p.state INTO outcome FROM ingest.probe(statement, files, contract, parsed,
      coalesce(excluded, '{}') || ARRAY(SELECT file_no << 32 | n FROM generate_series(middle + 1, last_no) AS n), NULL, NULL) AS p;
    IF outcome.state IS NULL THEN good := middle; ELSE bad := middle; END IF;
  END LOOP;
  SELECT p.state, p.message INTO outcome FROM ingest.probe(statement, files, contract, parsed,
    coalesce(excluded, '{}') || ARRAY(SELECT file_no << 32 | n FROM generate_series(bad + 1, last_no) AS n), NULL, NULL) AS p;
  IF outcome.state IS NULL OR bad = 0 THEN
    RETURN NULL;
  END IF;
  RETURN ROW(file_no::integer, coalesce(files[cardinality(files)].record_no, bad), NULL, NULL, 'sqlstate_' || outcome.state,
    outcome.message)::ingest.fault;
END
$$;
COMMENT ON FUNCTION ingest.find_clash(text, text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[])
  IS 'The first record, in the order of the unit, that clashes with those before it; NULL when none does.';
