-- pg_ingest 0.2.0
-- A closer look at suspects, record by record.

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
    SELECT ingest.staged_body(s.body, s.held) INTO content FROM ingest.own_staging AS s WHERE s.staged = files[i].staged;
    IF 0 = ANY (wanted) THEN
      files[i].status := 'inspected';
    END IF;
    -- A file that cannot be read quickly is inspected whole, and so is a body that is one record.
    SELECT r.parsed, r.faults INTO found FROM ingest.inspect_file(contract, files[i].file_no, files[i].record_no, content,
      CASE WHEN 0 <> ALL (wanted) AND files[i].record_no IS NULL THEN wanted END, files[i].context) AS r;
    parsed := parsed || found.parsed;
    faults := faults || found.faults;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.inspect_suspects(jsonb, bigint[], ingest.claimed_file[])
  IS 'Inspects the records that the careful reader suspects; a file of which it could tell no record is inspected whole and gets the status inspected.';

CREATE FUNCTION ingest.inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], context jsonb,
  OUT parsed ingest.parsed_record[], OUT faults ingest.fault[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  SELECT coalesce(array_agg(ROW(inspect_file.file_no, coalesce(only_record, r.record_no), r.record, r.place, NULL, NULL, NULL)::ingest.parsed_record), '{}'),
    coalesce(array_agg(ROW(inspect_file.file_no, coalesce(only_record, r.record_no), r.raw, NULL, r.error_code, r.error)::ingest.fault)
      FILTER (WHERE r.error_code IS NOT NULL), '{}')
  INTO parsed, faults
  FROM ingest.records(body, contract, wanted, context) AS r;
  -- The fault of a file voids its records.
  IF EXISTS (SELECT FROM unnest(faults) AS f WHERE f.record_no = 0) THEN
    parsed := '{}';
    faults := ARRAY(SELECT ROW(f.file_no, 0, body, NULL, f.error_code, f.error)::ingest.fault FROM unnest(faults) AS f WHERE f.record_no = 0);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.inspect_file(jsonb, integer, integer, bytea, integer[], jsonb)
  IS 'Records of one file, all or those wanted, and the faults of those that are none, or the fault of the file; only_record numbers the record of a body that is one.';

CREATE FUNCTION ingest.judge_suspects(INOUT a ingest.load_attempt, IN suspects bigint[], OUT complete boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  seen record;
BEGIN
  SELECT s.files, s.parsed, s.faults INTO seen FROM ingest.inspect_suspects(a.contract, suspects, a.files) AS s;
  a.files := seen.files; a.parsed := seen.parsed; a.read_faults := seen.faults; a.inspected := true;
  complete := NOT EXISTS (SELECT FROM unnest(seen.parsed) AS p WHERE p.record IS NOT NULL);
END
$$;
COMMENT ON FUNCTION ingest.judge_suspects(ingest.load_attempt, bigint[])
  IS 'Inspects what the careful reader left out as suspect. Where none of it is a record, the load is complete; else it has to be made again with what was inspected.';
