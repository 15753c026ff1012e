-- pg_ingest 0.2.0
-- The search for records that only the target refuses.
-- SQLSTATE PI000 marks a probe that went well and is rolled back.

CREATE FUNCTION ingest.probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[],
  first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  detail text;
  outcome ingest.load_outcome;
BEGIN
  -- EXECUTE of a prepared statement takes no parameters from here: what it is given stands in settings, so that no data stand in SQL.
  PERFORM set_config('ingest.probe_files', files::text, true), set_config('ingest.probe_contract', contract::text, true),
    set_config('ingest.probe_parsed', parsed::text, true), set_config('ingest.probe_excluded', coalesce(excluded::text, ''), true),
    set_config('ingest.probe_first', coalesce(first_record::text, ''), true), set_config('ingest.probe_last', coalesce(last_record::text, ''), true);
  EXECUTE 'EXECUTE ingest_probe (current_setting(''ingest.probe_files'')::ingest.claimed_file[], current_setting(''ingest.probe_contract'')::jsonb,
    current_setting(''ingest.probe_parsed'')::ingest.parsed_record[], nullif(current_setting(''ingest.probe_excluded''), '''')::bigint[],
    nullif(current_setting(''ingest.probe_first''), '''')::integer, nullif(current_setting(''ingest.probe_last''), '''')::integer)' INTO outcome;
  loaded := EXISTS (SELECT FROM jsonb_each_text(outcome.loaded) AS n WHERE n.value::bigint > 0);
  RAISE EXCEPTION 'probe' USING ERRCODE = 'PI000';
EXCEPTION
  WHEN SQLSTATE 'PI000' THEN
    state := NULL;
  WHEN OTHERS OR assert_failure THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT;
    IF ingest.is_of_the_moment(state) THEN
      RAISE;
    END IF;
    loaded := false;
    message := ingest.without_shards(concat_ws('; ', message, nullif(detail, '')));
END
$$;
COMMENT ON FUNCTION ingest.probe(ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer)
  IS 'Runs the load that find_refused() has prepared and takes it back: the SQLSTATE, message and context of the error it met, or NULLs and whether any record would have been loaded. Errors of the moment pass through.';

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

-- What fails is cut into eight until single records stand alone. Each piece is taken back before the next: the search goes
-- through keys in the unit's order, not in their own, and must not hold one while it waits for another session's.
CREATE FUNCTION ingest.refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[],
  first_record integer, last_record integer) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  many integer := cardinality(files);
  file ingest.claimed_file := files[1];
  size integer;
  outcome record;
  found ingest.fault[] := '{}';
BEGIN
  parsed := ARRAY(SELECT p FROM unnest(parsed) AS p WHERE p.file_no IN (SELECT f.file_no FROM unnest(files) AS f)
    AND (first_record IS NULL OR p.record_no BETWEEN first_record AND last_record));
  excluded := ARRAY(SELECT x FROM unnest(excluded) AS x WHERE x >> 32 IN (SELECT f.file_no FROM unnest(files) AS f)
    AND (first_record IS NULL OR (x & 2147483647) BETWEEN first_record AND last_record));
  outcome := ingest.probe(files, contract, parsed, excluded, first_record, last_record);
  IF outcome.state IS NULL THEN
    RETURN found;
  END IF;
  IF many > 1 THEN
    size := greatest(many / 8, 1);
    FOR place IN 1 .. many BY size LOOP
      found := found || ingest.refused(source, files[place:place + size - 1], contract, parsed, excluded, NULL, NULL);
    END LOOP;
    RETURN found;
  ELSIF file.record_no IS NOT NULL OR first_record = last_record THEN
    found := ingest.expression_faults(source, file, contract, parsed, coalesce(file.record_no, first_record));
    RETURN CASE WHEN found <> '{}' THEN found
      ELSE ARRAY[ROW(file.file_no, coalesce(file.record_no, first_record), NULL, NULL, 'sqlstate_' || outcome.state, outcome.message)::ingest.fault] END;
  ELSIF last_record IS NULL THEN
    RETURN ingest.refused_of_file(source, file, contract, parsed, excluded);
  END IF;
  size := greatest((last_record - first_record + 1) / 8, 1);
  FOR place IN first_record .. last_record BY size LOOP
    found := found || ingest.refused(source, files, contract, parsed, excluded, place, least(place + size - 1, last_record));
  END LOOP;
  RETURN found;
END
$$;
COMMENT ON FUNCTION ingest.refused(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer)
  IS 'Records of the files that the target refuses by themselves, by the load that find_refused() has prepared.';

CREATE FUNCTION ingest.refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[])
RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  last_record integer := ingest.last_record(source, ARRAY[file], contract, parsed);
  part record;
  found ingest.fault[] := '{}';
BEGIN
  IF last_record = 0 THEN
    RETURN found;
  ELSIF last_record <= 100 OR file.status = 'inspected' THEN
    RETURN ingest.refused(source, ARRAY[file], contract, parsed, excluded, 1, last_record);
  END IF;
  -- Each look at a piece reads its whole file, so a long one is staged anew in parts. Inspected records are not read again.
  FOR part IN SELECT * FROM ingest.stage_parts(file, contract) LOOP
    found := found || ARRAY(SELECT ROW(f.file_no, f.record_no + part.first_record - 1, NULL, f.column_name, f.error_code, f.error)::ingest.fault
      FROM unnest(ingest.refused(source, ARRAY[part.file], CASE WHEN ingest.is_placed(contract) THEN contract || '{"records_path": null}' ELSE contract END,
        ARRAY(SELECT ROW(p.file_no, p.record_no - part.first_record + 1, p.record, p.place, NULL, NULL, NULL)::ingest.parsed_record FROM unnest(parsed) AS p
          WHERE p.record_no BETWEEN part.first_record AND part.last_record),
        ARRAY(SELECT x - part.first_record + 1 FROM unnest(excluded) AS x
          WHERE x BETWEEN file.file_no::bigint << 32 | part.first_record AND file.file_no::bigint << 32 | part.last_record),
        NULL, NULL)) AS f);
  END LOOP;
  RETURN found;
END
$$;
COMMENT ON FUNCTION ingest.refused_of_file(text, ingest.claimed_file, jsonb, ingest.parsed_record[], bigint[])
  IS 'As refused(), of a file that the target refuses as a whole.';

CREATE FUNCTION ingest.stage_parts(whole ingest.claimed_file, contract jsonb)
RETURNS TABLE (first_record integer, last_record integer, file ingest.claimed_file)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  lines boolean := contract ->> 'lines';
  -- Parts of what has places bring these along, and are read without the path that led to them.
  steps jsonb := CASE WHEN NOT ingest.is_placed(contract) THEN nullif(nullif(contract -> 'records_path', 'null'), '[]') END;
  step jsonb;
  places jsonb;
  opened text := '';
  closed text := '';
  content bytea;
BEGIN
  file := whole;
  FOR step IN SELECT s.value FROM jsonb_array_elements(steps) AS s LOOP
    IF jsonb_typeof(step) = 'number' THEN
      opened := opened || '[' || repeat('null,', step::integer); closed := ']' || closed;
    ELSE
      opened := opened || '{' || step || ':'; closed := '}' || closed;
    END IF;
  END LOOP;
  IF steps IS NOT NULL THEN
    opened := opened || '['; closed := ']' || closed;
  END IF;
  SELECT ingest.staged_body(s.body, s.held) INTO content FROM ingest.own_staging AS s WHERE s.staged = whole.staged;
  FOR first_record, last_record, content, places IN
    SELECT min(r.record_no), max(r.record_no), CASE WHEN lines THEN string_agg(CASE r.error_code WHEN 'invalid_json' THEN r.raw ELSE convert_to(opened, 'UTF8') || r.raw || convert_to(closed, 'UTF8') END, '\x0a' ORDER BY r.record_no)
      ELSE convert_to('[' || opened, 'UTF8') || string_agg(r.raw, ',' ORDER BY r.record_no) || convert_to(closed || ']', 'UTF8') END,
      CASE WHEN contract -> 'places' <> '[]' THEN jsonb_agg(r.place ORDER BY r.record_no) END
    FROM ingest.records(content, contract, NULL, whole.context) AS r WHERE r.record_no > 0
    GROUP BY (r.record_no - 1) / 100 ORDER BY 1
  LOOP
    file.staged := ingest.stage_part(content);
    file.body_bytes := octet_length(content);
    file.context := CASE WHEN places IS NULL THEN whole.context ELSE coalesce(whole.context, '{}') || jsonb_build_object('places', places) END;
    RETURN NEXT;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.stage_parts(ingest.claimed_file, jsonb)
  IS 'Stages a file''s records again, a hundred a body, which stand at records_path as they did, or without it with their places in the context.';

-- Two records may each be welcome alone and clash together (an exclusion constraint). The shortest prefix of the
-- unit that fails ends with the one that came later: that one is rejected, and the search goes on behind it.
CREATE FUNCTION ingest.clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[])
RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  many integer := cardinality(files);
  good integer := 0;
  bad integer;
  middle integer;
  found ingest.fault[] := '{}';
  theirs ingest.fault[];
BEGIN
  -- That the whole fails is why one searches.
  LOOP
    bad := many;
    WHILE bad - good > 1 LOOP
      middle := (good + bad) / 2;
      IF (ingest.probe(files[1:middle], contract, parsed, excluded, NULL, NULL)).state IS NULL THEN good := middle; ELSE bad := middle; END IF;
    END LOOP;
    theirs := ingest.clashes_of_last(source, files[1:bad], contract, parsed, excluded);
    EXIT WHEN theirs = '{}';
    found := found || theirs;
    excluded := coalesce(excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(theirs) AS f);
    good := bad;
    EXIT WHEN good = many OR (ingest.probe(files, contract, parsed, excluded, NULL, NULL)).state IS NULL;
  END LOOP;
  RETURN found;
END
$$;
COMMENT ON FUNCTION ingest.clashes(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[])
  IS 'Records, each welcome by itself, that clash with those before them in the order of the unit.';

CREATE FUNCTION ingest.clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[])
RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  file ingest.claimed_file := files[cardinality(files)];
  last_record integer := ingest.last_record(source, ARRAY[file], contract, parsed);
  good integer := 0;
  bad integer;
  step integer := 1;
  probed integer;
  outcome record;
  reason record;
  found ingest.fault[] := '{}';
BEGIN
  IF file.record_no IS NOT NULL THEN
    reason := ingest.probe(files, contract, parsed, excluded, NULL, NULL);
    RETURN CASE WHEN reason.state IS NULL THEN '{}' ELSE
      ARRAY[ROW(file.file_no, file.record_no, NULL, NULL, 'sqlstate_' || reason.state, reason.message)::ingest.fault] END;
  END IF;
  -- Clashes come together (a file exported twice), so the next is looked for from the last on, in steps that grow.
  WHILE good < last_record LOOP
    probed := CASE WHEN bad IS NULL THEN least(good + step, last_record) ELSE (good + bad) / 2 END;
    outcome := ingest.probe(files, contract, parsed,
      coalesce(excluded, '{}') || ARRAY(SELECT file.file_no::bigint << 32 | n FROM generate_series(probed + 1, last_record) AS n), NULL, NULL);
    IF outcome.state IS NULL THEN
      good := probed;
      step := CASE WHEN bad IS NULL THEN step * 2 ELSE step END;
    ELSE
      bad := probed; reason := outcome;
    END IF;
    IF bad - good = 1 THEN
      found := found || ROW(file.file_no, bad, NULL, NULL, 'sqlstate_' || reason.state, reason.message)::ingest.fault;
      excluded := coalesce(excluded, '{}') || (file.file_no::bigint << 32 | bad);
      good := bad; bad := NULL; step := 1;
    END IF;
  END LOOP;
  RETURN found;
END
$$;
COMMENT ON FUNCTION ingest.clashes_of_last(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[])
  IS 'Records of the last file that clash with those before them, in it or in the files before.';

-- A row of a tree was refused alone because its parent is in another piece. Back among the others it may be welcome: all such
-- records are tried at once, then an eighth of them and so on. Each probe loads the whole unit, so there is a limit to their number.
CREATE FUNCTION ingest.readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[],
  candidates bigint[], INOUT probes integer, OUT welcome bigint[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  many integer := cardinality(candidates);
  size integer := greatest(many / 8, 1);
  part record;
BEGIN
  welcome := '{}';
  IF many = 0 OR probes = 0 THEN
    RETURN;
  END IF;
  probes := probes - 1;
  IF (ingest.probe(files, contract, parsed, ARRAY(SELECT unnest(excluded) EXCEPT SELECT unnest(candidates)), NULL, NULL)).state IS NULL THEN
    welcome := candidates;
    RETURN;
  ELSIF many = 1 THEN
    RETURN;
  END IF;
  FOR place IN 1 .. many BY size LOOP
    SELECT r.probes, r.welcome INTO part FROM ingest.readmitted(files, contract, parsed,
      ARRAY(SELECT unnest(excluded) EXCEPT SELECT unnest(welcome)), candidates[place:place + size - 1], probes) AS r;
    probes := part.probes; welcome := welcome || part.welcome;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.readmitted(ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], bigint[], integer)
  IS 'Of excluded records those that the target takes together with all that are not excluded, within that many probes.';

CREATE FUNCTION ingest.still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[],
  refused ingest.fault[]) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  probes integer := 200;
  round record;
BEGIN
  LOOP
    SELECT r.probes, r.welcome INTO round FROM ingest.readmitted(files, contract, parsed,
      coalesce(excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(refused) AS f),
      ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(refused) AS f WHERE f.error_code = 'sqlstate_23503'), probes) AS r;
    -- Who is back may be the parent of others.
    EXIT WHEN round.welcome = '{}';
    probes := round.probes;
    refused := ARRAY(SELECT f FROM unnest(refused) AS f WHERE f.file_no::bigint << 32 | f.record_no <> ALL (round.welcome));
  END LOOP;
  RETURN refused;
END
$$;
COMMENT ON FUNCTION ingest.still_refused(ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], ingest.fault[])
  IS 'The refused records without those that a foreign key refused only for want of other records of the unit, as far as 200 probes tell.';

CREATE FUNCTION ingest.refers_to_itself(target regclass) RETURNS boolean
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = target AND k.confrelid = target AND k.contype = 'f')
$$;
COMMENT ON FUNCTION ingest.refers_to_itself(regclass) IS 'Whether rows refer to rows of the same table by a foreign key.';

CREATE FUNCTION ingest.find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb,
  parsed ingest.parsed_record[], excluded bigint[]) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.fault[];
BEGIN
  -- The statement is planned once, where EXECUTE would plan it for each probe. Only an error can have left the old one behind.
  IF EXISTS (SELECT FROM pg_prepared_statements AS p WHERE p.name = 'ingest_probe') THEN
    DEALLOCATE ingest_probe;
  END IF;
  EXECUTE 'PREPARE ingest_probe (ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer) AS ' || statement;
  BEGIN
    SET LOCAL plan_cache_mode = force_generic_plan;
    SET LOCAL ingest.hold_bodies = off;
    -- What refuses a load of nothing (a trigger for the statement, a right that is missing) is no record's fault.
    IF (ingest.probe(files[1:0], contract, parsed, excluded, NULL, NULL)).state IS NULL THEN
      PERFORM ingest.require_a_target_that_loads(source, files, contract, parsed, excluded);
      found := ingest.refused(source, files, contract, parsed, excluded, NULL, NULL);
    END IF;
    IF found <> '{}' AND ingest.refers_to_itself((SELECT d.target FROM ingest.own_dataset AS d WHERE d.name = of_dataset)) THEN
      SET LOCAL plan_cache_mode = force_custom_plan;
      found := ingest.still_refused(files, contract, parsed, excluded, found);
    END IF;
    IF found = '{}' THEN
      found := ingest.repeated(of_dataset, source, files, contract, parsed, excluded);
    END IF;
    IF found = '{}' THEN
      -- What lies behind a prefix is excluded: a list that only a plan which knows it looks up quickly.
      SET LOCAL plan_cache_mode = force_custom_plan;
      found := ingest.clashes(source, files, contract, parsed, excluded);
    END IF;
    -- Takes the parts of long files back.
    RAISE EXCEPTION 'the search is over' USING ERRCODE = 'PI000';
  EXCEPTION WHEN SQLSTATE 'PI000' THEN
    DEALLOCATE ingest_probe;
  END;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.find_refused(text, text, text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[])
  IS 'Records that the target refuses by themselves, found by loading ever smaller pieces of the unit and taking them back; where there are none, those that clash with others.';
