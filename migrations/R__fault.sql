-- pg_ingest 0.2.0
-- What is wrong with a value or a record, in codes and words.

CREATE FUNCTION ingest.try_input(content text, base_oid oid, typmod integer, base_type text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The common types without dynamic SQL, which would be planned anew for each value.
  CASE base_oid
    WHEN 25, 1043, 1042, 19, 3802 THEN NULL;
    WHEN 16 THEN PERFORM content::boolean;
    WHEN 21 THEN PERFORM content::smallint;
    WHEN 23 THEN PERFORM content::integer;
    WHEN 20 THEN PERFORM content::bigint;
    WHEN 700 THEN PERFORM content::real;
    WHEN 701 THEN PERFORM content::double precision;
    WHEN 1700 THEN PERFORM CASE WHEN typmod < 0 THEN content::numeric ELSE pg_catalog.numeric(content::numeric, typmod) END;
    WHEN 2950 THEN PERFORM content::uuid;
    WHEN 1082 THEN PERFORM content::date;
    WHEN 1114 THEN PERFORM content::timestamp;
    WHEN 1184 THEN PERFORM content::timestamptz;
    ELSE EXECUTE format('SELECT %L::%s', content, base_type);
  END CASE;
END
$$;
COMMENT ON FUNCTION ingest.try_input(text, oid, integer, text)
  IS 'Raises what the type''s input function raises at the text; does nothing else.';

CREATE FUNCTION ingest.value_fault(c jsonb, value jsonb, raw text, OUT error_code text, OUT error text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  state text;
  detail text;
  expectation text := c ->> 'type';
BEGIN
  IF value IS NULL AND (c ->> 'has_default')::boolean THEN
    RETURN;
  ELSIF value IS NULL OR value = 'null' THEN
    IF (c ->> 'required')::boolean THEN
      error_code := 'missing_required';
      error := format('column %s: path %s is %s; expected %s, not null', c ->> 'name', c ->> 'path_text',
        CASE WHEN value IS NULL THEN 'absent' ELSE 'null' END, expectation);
    END IF;
    RETURN;
  ELSIF c ->> 'base_oid' IN ('25', '1043') AND c ->> 'max_length' IS NULL AND jsonb_typeof(value) IN ('string', 'number', 'boolean') THEN
    RETURN;
  END IF;
  BEGIN
    PERFORM ingest.try_input(ingest.scalar_text(value, c), (c ->> 'base_oid')::oid, (c ->> 'typmod')::integer, c ->> 'base_type');
    RETURN;
  EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded OR syntax_error THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL;
  END;
  error_code := CASE WHEN state IN ('22003', '22008', '22015') THEN 'out_of_range'
    WHEN state = '22001' THEN 'too_long'
    WHEN state = '22P05' THEN 'unsupported_unicode'
    WHEN state LIKE '54%' THEN 'sqlstate_' || state
    ELSE 'type_mismatch' END;
  error := format('column %s: came %s%s; expected %s%s', c ->> 'name', ingest.came(raw),
    CASE WHEN error_code = 'too_long' THEN format(' of %s characters', CASE WHEN detail ~ '^[0-9]+$' THEN detail
      ELSE length(value #>> '{}')::text END) END, expectation,
    CASE error_code WHEN 'out_of_range' THEN ', in range' WHEN 'too_long' THEN ', not longer' END);
END
$$;
COMMENT ON FUNCTION ingest.value_fault(jsonb, jsonb, text)
  IS 'The fault of one column''s JSON value under its contract; NULLs when there is none.';

CREATE FUNCTION ingest.record_faults(contract jsonb, record jsonb, raw bytea)
RETURNS TABLE (contract_position smallint, column_name text, error_code text, error text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c jsonb;
  raw_value text;
  found_fault record;
BEGIN
  contract_position := 0;
  FOR c IN SELECT e.value FROM jsonb_array_elements(contract -> 'columns') AS e LOOP
    contract_position := contract_position + 1;
    -- An assignment, not a query: it costs a tenth.
    found_fault := ingest.value_fault(c, ingest.follow(record, c -> 'path'), NULL);
    CONTINUE WHEN found_fault.error_code IS NULL;
    IF found_fault.error_code <> 'missing_required' THEN
      EXECUTE 'SELECT ' || ingest.path_accessor('$1', c -> 'path', false, 'json') || '::text' INTO raw_value
        USING convert_from(raw, 'UTF8')::json;
    END IF;
    RETURN QUERY SELECT contract_position, c ->> 'name', f.error_code, f.error
      FROM ingest.value_fault(c, ingest.follow(record, c -> 'path'), raw_value) AS f;
  END LOOP;
  IF contract ->> 'on_unknown' = 'reject' THEN
    RETURN QUERY SELECT 0::smallint, NULL::text, 'unknown_member',
        format('member %s: came %s; expected no member without a column', u.path, ingest.came(ingest.raw_member(raw, u.steps)))
      FROM ingest.unknown_members(record, contract -> 'columns') AS u ORDER BY u.path COLLATE "C";
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.record_faults(jsonb, jsonb, bytea)
  IS 'Every fault of a record that its contract alone can tell; position 0 for faults of the record.';

CREATE FUNCTION ingest.native_rejects(files ingest.claimed_file[]) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.fault[];
BEGIN
  -- A body that is one record of an earlier file keeps that record's number.
  SELECT array_agg(ROW(r.file_no, CASE WHEN r.record_no = 0 THEN 0 ELSE coalesce(f.record_no, r.record_no) END, r.record, r.column_name, r.error_code,
    r.error)::ingest.fault) INTO found
  FROM (SELECT file_no, record_no, record, column_name, error_code, error FROM ingest_native.rejects()
    UNION ALL SELECT f.file_no, 0, NULL, NULL, f.error_code, f.error FROM ingest_native.files() AS f WHERE f.error_code IS NOT NULL) AS r
  JOIN unnest(files) AS f ON f.file_no = r.file_no;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.native_rejects(ingest.claimed_file[])
  IS 'What the native row source set aside since begin_run(): faults of records and of whole files.';
