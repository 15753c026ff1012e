-- pg_ingest 0.2.0
-- A registration's trial: made-up records go the whole way into the target and are taken back.

CREATE FUNCTION ingest.with_value(document jsonb, steps jsonb, value jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  step jsonb := steps -> 0;
  place integer;
BEGIN
  -- Through an array or a map it is the first element or a member.
  step := CASE step ->> 'each' WHEN 'element' THEN '0' WHEN 'member' THEN '"a"' ELSE step END;
  IF step IS NULL THEN
    RETURN value;
  ELSIF jsonb_typeof(step) = 'string' THEN
    document := CASE jsonb_typeof(document) WHEN 'object' THEN document ELSE '{}' END;
    RETURN document || jsonb_build_object(step #>> '{}', ingest.with_value(document -> (step #>> '{}'), steps - 0, value));
  END IF;
  place := step::integer;
  document := CASE jsonb_typeof(document) WHEN 'array' THEN document ELSE '[]' END;
  RETURN (SELECT jsonb_agg(CASE WHEN n = place THEN ingest.with_value(document -> place, steps - 0, value) ELSE coalesce(document -> n, 'null') END ORDER BY n)
    FROM generate_series(0, greatest(place, jsonb_array_length(document) - 1)) AS n);
END
$$;
COMMENT ON FUNCTION ingest.with_value(jsonb, jsonb, jsonb) IS 'A document with a value at the steps of a path.';

CREATE FUNCTION ingest.made_up(c jsonb, variant integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE
    WHEN c ->> 'conversion' LIKE 'epoch%' THEN to_jsonb(variant)
    WHEN c ->> 'conversion' LIKE 'timestamp:%' THEN to_jsonb(to_char(format('2000-01-0%s', variant)::timestamp, substr(c ->> 'conversion', 11)))
    WHEN c ->> 'conversion' IN ('base64', 'hex') THEN '""'
    WHEN c ->> 'conversion' = 'json_text' THEN to_jsonb(ingest.made_up(c - 'conversion', variant)::text)
    WHEN c ->> 'base_oid' IN ('1083', '1266') THEN to_jsonb(format('0%s:00', variant))
    WHEN c ->> 'base_oid' = '1186' THEN to_jsonb(format('%s days', variant))
    WHEN c ->> 'base_oid' = '2950' THEN to_jsonb(format('00000000-0000-0000-0000-00000000000%s', variant))
    WHEN c ->> 'base_oid' = '17' THEN '"\\x"'
    WHEN c ->> 'base_oid' IN ('869', '650') THEN to_jsonb(format('127.0.0.%s', variant))
    WHEN c ->> 'base_oid' IN ('1560', '1562') THEN to_jsonb(repeat('0', greatest((c ->> 'typmod')::integer, 1)))
    WHEN ingest.type_kinds() -> (c ->> 'kind') ? 'sample' THEN format(ingest.type_kinds() -> (c ->> 'kind') ->> 'sample', variant, chr(96 + variant))::jsonb
    ELSE (SELECT CASE t.typtype WHEN 'e' THEN (SELECT to_jsonb(e.enumlabel) FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1)
        WHEN 'r' THEN '"empty"' WHEN 'm' THEN '"{}"' END FROM pg_type AS t WHERE t.oid = (c ->> 'base_oid')::oid) END);
END
$$;
COMMENT ON FUNCTION ingest.made_up(jsonb, integer) IS 'A value that a column of the contract should take, a greater one for a greater variant; NULL where nothing is known of its type.';

CREATE FUNCTION ingest.trial_key(d ingest.dataset, contract jsonb, variant integer) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT d.prefix || coalesce(string_agg(p.literal || coalesce((SELECT ingest.made_up(c, variant) #>> '{}' FROM jsonb_array_elements(contract -> 'columns') AS c
    WHERE c ->> 'origin' = 'file' AND c -> 'path' = jsonb_build_array('key:' || p.piece) LIMIT 1), p.piece, ''), '' ORDER BY p.no), '')
  FROM ingest.key_parts(d.key_pattern) AS p);
END
$$;
COMMENT ON FUNCTION ingest.trial_key(ingest.dataset, jsonb, integer) IS 'A key of the dataset whose pieces are made up as the columns that read them want them.';

CREATE FUNCTION ingest.trial_document(d ingest.dataset, contract jsonb, variant integer) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c jsonb;
  made jsonb := '{}';
  document jsonb;
  steps jsonb := coalesce(nullif(contract -> 'records_path', 'null'), '[]');
  -- What refers to other rows is left empty where it may be.
  referring text[] := ARRAY(SELECT a.attname::text FROM pg_constraint AS k JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    WHERE k.conrelid = d.target AND k.contype = 'f');
  key text[] := ingest.key_columns(d.target);
BEGIN
  FOR c IN SELECT e.value FROM jsonb_array_elements(contract -> 'columns') AS e LOOP
    IF c ->> 'origin' = 'record' AND ((c ->> 'required')::boolean AND NOT (c ->> 'has_default')::boolean OR variant = 2 AND c ->> 'name' <> ALL (referring)) THEN
      made := ingest.with_value(made, c -> 'path', ingest.made_up(c, CASE WHEN c ->> 'name' = ANY (key) THEN 1 ELSE variant END));
    END IF;
  END LOOP;
  IF (contract ->> 'lines')::boolean AND d.records_path IS NULL THEN
    RETURN convert_to(made::text, 'UTF8');
  END IF;
  document := ingest.with_value(NULL, steps, CASE WHEN steps -> -1 ->> 'each' IS NOT NULL THEN made ELSE jsonb_build_array(made) END);
  FOR c IN SELECT e.value || jsonb_build_object('read', w.value) FROM jsonb_array_elements(contract -> 'columns') AS e JOIN jsonb_array_elements(contract -> 'places') AS w
    ON w.value ->> 'source' = e.value ->> 'path_text' AND w.value ->> 'kind' IN ('parent', 'document') AND NOT contract ? 'within' LOOP
    document := ingest.with_value(document, CASE c -> 'read' ->> 'kind' WHEN 'parent' THEN (SELECT coalesce(jsonb_agg(s.value ORDER BY s.no), '[]')
        FROM jsonb_array_elements(steps) WITH ORDINALITY AS s (value, no) WHERE s.no <= (c -> 'read' ->> 'depth')::integer) ELSE '[]' END || (c -> 'read' -> 'path'), ingest.made_up(c, 1));
  END LOOP;
  RETURN convert_to(document::text, 'UTF8');
END
$$;
COMMENT ON FUNCTION ingest.trial_document(ingest.dataset, jsonb, integer)
  IS 'A document of one made-up record: 1 with what is required alone, so that defaults are drawn; 2 with the same key and every member; 3 as 1, with a higher version.';

-- What is wrong with data, or with the moment, says nothing of the registration: made-up data may well be refused.
CREATE FUNCTION ingest.says_registration_is_wrong(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ingest.whose_fault(state) = 'target' AND state !~ '^(08|2200H|55006|55P|72|F0|HV|XX)'
$$;
COMMENT ON FUNCTION ingest.says_registration_is_wrong(text) IS 'Whether a trial that ended with that SQLSTATE ended so because of the target or what belongs to it.';

CREATE FUNCTION ingest.rehearse(d ingest.dataset) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  contract jsonb := (ingest.compiled(d.name)).contract;
  -- What compiles is what will run: nothing about data or the moment can be wrong with it.
  compiles boolean := false;
  body bytea;
  file ingest.claimed_file;
  outcome ingest.dataset_outcome;
  state text;
  said text;
  detail text;
  context text;
BEGIN
  -- A dataset that is disabled is compiled, and tried, when it is enabled.
  IF contract IS NULL THEN
    RETURN NULL;
  ELSIF ingest.citus_kind(d.target) IS NOT NULL AND EXISTS (SELECT FROM unnest((ingest.description(d.name)).drawn) AS x WHERE x.is_read) THEN
    RETURN format('target: %s is a table of Citus, and the default of column %s differs each time. Of a record without that member the row would be looked up while records are read, which Citus cannot. Map the column to null, or give it another default', d.target,
      (SELECT min(x.name) FROM unnest((ingest.description(d.name)).drawn) AS x WHERE x.is_read));
  END IF;
  BEGIN
    PERFORM ingest.run_compile_check(d.name);
    compiles := true;
    file.file_no := 1; file.file_id := 0; file.dataset := d.name; file.bucket := ''; file.key := coalesce(ingest.trial_key(d, contract, 1), '');
    file.version_id := '1'; file.etag := md5(''); file.size := 1; file.event_time := now(); file.last_modified := now();
    -- A made-up record is one of the dataset's, and deletes when it shall.
    UPDATE ingest.dataset AS x SET record_filter = NULL, delete_when = CASE WHEN x.delete_when IS NOT NULL THEN 'false' END
    WHERE x.name = d.name AND (x.record_filter IS NOT NULL OR x.delete_when IS NOT NULL);
    IF FOUND THEN
      PERFORM ingest.compiled(d.name);
    END IF;
    -- A child is given what it reads of the record that it stands in.
    file.context := CASE WHEN d.parent IS NOT NULL THEN (SELECT jsonb_build_object('places', jsonb_build_array(coalesce(jsonb_object_agg(c ->> 'path_text', ingest.made_up(c, 1)), '{}')))
      FROM jsonb_array_elements(contract -> 'columns') AS c WHERE c ->> 'origin' = 'place') END;
    FOR variant IN 0 .. CASE WHEN d.delete_when IS NULL THEN 2 ELSE 3 END LOOP
      body := CASE variant WHEN 0 THEN '' ELSE ingest.trial_document(d, contract, variant) END;
      IF variant = 3 THEN
        UPDATE ingest.dataset AS x SET delete_when = 'true' WHERE x.name = d.name;
        PERFORM ingest.compiled(d.name);
      END IF;
      file.body_bytes := octet_length(body);
      INSERT INTO ingest.staging (key, body) VALUES (file.key, body) RETURNING ctid INTO file.staged;
      outcome := ingest.load_files(d.name, ARRAY[file], ingest.engine_in_force());
      SELECT substr(f.error_code, 10), f.error INTO state, said FROM unnest(outcome.faults) AS f
      WHERE f.error_code LIKE 'sqlstate_%' AND ingest.says_registration_is_wrong(substr(f.error_code, 10)) LIMIT 1;
      EXIT WHEN state IS NOT NULL;
    END LOOP;
    RAISE EXCEPTION 'the trial is over' USING ERRCODE = 'PI000';
  EXCEPTION
    WHEN SQLSTATE 'PI000' THEN
      NULL;
    WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT;
  END;
  IF state LIKE '08%' AND ingest.citus_kind(d.target) IS NOT NULL THEN
    RETURN format('trial: this node does not get into another as %s: %s (%s); the role has to be there with LOGIN, and pg_hba.conf there has to let it in from here', coalesce(d.loader, 'ingest_loader'), said, state);
  END IF;
  IF state = '25001' AND ingest.citus_kind(d.target) IS NOT NULL THEN
    RETURN format('trial: this transaction has made or changed %s as another role than %s, which Citus does not let in until COMMIT; register it in a transaction of its own', d.target, coalesce(d.loader, 'ingest_loader'));
  END IF;
  said := ingest.without_shards(said);
  RETURN CASE WHEN ingest.says_registration_is_wrong(state) OR NOT compiles THEN format('trial: a made-up record did not get into %s: %s (%s%s); %s', d.target, said, state,
    -- Where a sample of records was tried, the detail says in which function.
    coalesce(', in function ' || ingest.function_at_fault(concat_ws(E'\n', detail, context)), ''),
    CASE WHEN state = '42501' THEN format('triggers, defaults, CHECKs and expressions run as %s, so GRANT it what they need', coalesce(d.loader, 'ingest_loader'))
      WHEN state ~ '^(3F|42)' THEN 'triggers, defaults, CHECKs and expressions run with search_path = pg_catalog, ingest, pg_temp, so name objects with their schema, or ALTER FUNCTION … SET search_path'
      ELSE 'mend the target, or what belongs to it' END) END;
END
$$;
COMMENT ON FUNCTION ingest.rehearse(ingest.dataset)
  IS 'Loads an empty file and two with a made-up record, deletes that where records may, as a batch would, and takes all back. What every batch would fail with, with what to do; else NULL.';
