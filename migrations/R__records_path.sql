-- pg_ingest 0.2.0
-- records_path: its steps, through arrays ([*]) and maps (.*), and what stands around the records that it leads to.
--
-- A step is a member's name, a position, or {"each": "element"} and {"each": "member"}.
-- The place of a record is a jsonb object by source: {"parent:$.id": 7, "position:": 2}. Only what columns read is in it.

CREATE FUNCTION ingest.is_placed(contract jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT contract -> 'places' <> '[]' OR pg_catalog.jsonb_path_exists(contract -> 'records_path', '$[*].each')
$$;
COMMENT ON FUNCTION ingest.is_placed(jsonb) IS 'Whether records are more than the elements of one array: they stand in several, or columns read what is around them.';

-- A whole contract is long, and would be unpacked each time that something is looked up in it.
CREATE FUNCTION ingest.envelope_sql(contract jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('%L::jsonb', (SELECT jsonb_object_agg(c.key, c.value) FROM jsonb_each(contract) AS c
    WHERE c.key IN ('records_path', 'places', 'skip_missing', 'lines')))
$$;
COMMENT ON FUNCTION ingest.envelope_sql(jsonb) IS 'SQL for the part of a contract that says where records stand, for placed_records().';

CREATE FUNCTION ingest.parent_depths(steps jsonb) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(s.no::integer - 1 ORDER BY s.no DESC), '{}') FROM jsonb_array_elements(steps) WITH ORDINALITY AS s (value, no)
  WHERE jsonb_typeof(s.value) = 'string' OR s.value ->> 'each' = 'member' AND s.no < jsonb_array_length(steps)
$$;
COMMENT ON FUNCTION ingest.parent_depths(jsonb)
  IS 'After how many steps of a records_path the objects stand that enclose the records: the nearest above their array or map, then the one that encloses that, and so on.';

CREATE FUNCTION ingest.with_depth(place jsonb, steps jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT CASE place ->> 'kind' WHEN 'parent' THEN place - 'above' || jsonb_build_object('depth', (ingest.parent_depths(steps))[(place ->> 'above')::integer]) ELSE place END
$$;
COMMENT ON FUNCTION ingest.with_depth(jsonb, jsonb) IS 'A place with the depth at which its object stands, where it reads one that encloses the record.';

CREATE FUNCTION ingest.followed(value jsonb, steps jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  step jsonb;
BEGIN
  FOR step IN SELECT s.value FROM jsonb_array_elements(steps) AS s LOOP
    value := CASE WHEN jsonb_typeof(step) = 'string' THEN value -> (step #>> '{}') WHEN jsonb_typeof(value) = 'array' THEN value -> step::integer END;
  END LOOP;
  RETURN value;
END
$$;
COMMENT ON FUNCTION ingest.followed(jsonb, jsonb) IS 'The value that steps lead to; NULL where there is none.';

CREATE FUNCTION ingest.followed(value json, steps jsonb) RETURNS json
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  step jsonb;
BEGIN
  FOR step IN SELECT s.value FROM jsonb_array_elements(steps) AS s LOOP
    value := CASE WHEN jsonb_typeof(step) = 'string' THEN value -> (step #>> '{}') WHEN json_typeof(value) = 'array' THEN value -> step::integer END;
  END LOOP;
  RETURN value;
END
$$;
COMMENT ON FUNCTION ingest.followed(json, jsonb) IS 'The same of json, which keeps the text.';

CREATE FUNCTION ingest.with_sources(places jsonb[], nodes jsonb[], wanted jsonb, of_kind text, at_depth integer) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  w record;
BEGIN
  FOR w IN SELECT x.source, x.path, ARRAY(SELECT jsonb_array_elements_text(x.path)) AS names
    FROM jsonb_to_recordset(wanted) AS x (source text, kind text, path jsonb, depth integer) WHERE x.kind = of_kind AND x.depth IS NOT DISTINCT FROM at_depth
  LOOP
    -- #> takes a name of digits for a position where an array stands.
    IF EXISTS (SELECT FROM unnest(w.names) AS n WHERE n ~ '^\s*[-+]?\d') THEN
      places := ARRAY(SELECT n.place || CASE WHEN f.found IS NULL THEN '{}' ELSE jsonb_build_object(w.source, f.found) END
        FROM unnest(places, nodes) AS n (place, node) CROSS JOIN LATERAL (SELECT ingest.followed(n.node, w.path) OFFSET 0) AS f (found));
    ELSE
      places := ARRAY(SELECT CASE WHEN n.node #> w.names IS NULL THEN n.place ELSE n.place || jsonb_build_object(w.source, n.node #> w.names) END
        FROM unnest(places, nodes) AS n (place, node));
    END IF;
  END LOOP;
  RETURN places;
END
$$;
COMMENT ON FUNCTION ingest.with_sources(jsonb[], jsonb[], jsonb, text, integer)
  IS 'The places with what sources of one kind (parent, document) read of the node of each, of parents those at one depth. What is absent there is left out.';

CREATE FUNCTION ingest.with_raw_sources(places jsonb[], nodes json[], wanted jsonb, of_kind text, at_depth integer) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  w record;
BEGIN
  FOR w IN SELECT x.source, x.path FROM jsonb_to_recordset(wanted) AS x (source text, kind text, path jsonb, depth integer) WHERE x.kind = of_kind AND x.depth IS NOT DISTINCT FROM at_depth LOOP
    places := ARRAY(SELECT n.place || CASE WHEN f.found IS NULL THEN '{}' ELSE jsonb_build_object(w.source, f.found::text) END
      FROM unnest(places, nodes) AS n (place, node) CROSS JOIN LATERAL (SELECT ingest.followed(n.node, w.path) OFFSET 0) AS f (found));
  END LOOP;
  RETURN places;
END
$$;
COMMENT ON FUNCTION ingest.with_raw_sources(jsonb[], json[], jsonb, text, integer) IS 'As with_sources(), each value as a string of the JSON text that stood there.';

-- Level by level over all documents, so that the number of statements goes by the steps and not by the documents.
-- jsonb forgets the order of an object's members, so maps are gone through as json.
CREATE FUNCTION ingest.found_records(documents json[], contract jsonb, skip_missing boolean,
  OUT document_no integer, OUT value json, OUT said jsonb, OUT turn text, OUT state text, OUT state_at text, OUT meant text)
RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  steps jsonb := contract -> 'records_path';
  wanted jsonb := contract -> 'places';
  step jsonb;
  fitting text[];
  -- Of each node its document, its value, its order in the document, the path to it, and its place.
  d integer[] := ARRAY(SELECT u.no FROM unnest(documents) WITH ORDINALITY AS u (v, no) WHERE u.v IS NOT NULL ORDER BY u.no);
  v json[] := ARRAY(SELECT u.v FROM unnest(documents) WITH ORDINALITY AS u (v, no) WHERE u.v IS NOT NULL ORDER BY u.no);
  o text[] := array_fill(''::text, ARRAY[cardinality(d)]);
  a text[] := array_fill('$'::text, ARRAY[cardinality(d)]);
  p jsonb[] := ingest.with_raw_sources(array_fill('{"position:": "1"}'::jsonb, ARRAY[cardinality(d)]), v, wanted, 'document', NULL);
BEGIN
  FOR depth IN 0 .. jsonb_array_length(steps) LOOP
    IF wanted @> jsonb_build_array(jsonb_build_object('depth', depth)) THEN
      p := ingest.with_raw_sources(p, v, wanted, 'parent', depth);
    END IF;
    step := steps -> depth;
    IF jsonb_typeof(step) = 'string' THEN
      v := ARRAY(SELECT x.v -> (step #>> '{}') FROM unnest(v) AS x (v));
      a := ARRAY(SELECT x.a || substr(ingest.member_path(step #>> '{}'), 2) FROM unnest(a) AS x (a));
      CONTINUE;
    ELSIF jsonb_typeof(step) = 'number' THEN
      v := ARRAY(SELECT CASE json_typeof(x.v) WHEN 'array' THEN x.v -> step::integer END FROM unnest(v) AS x (v));
      a := ARRAY(SELECT format('%s[%s]', x.a, step) FROM unnest(a) AS x (a));
      p := ARRAY(SELECT x.p || jsonb_build_object('position:', (step::integer + 1)::text) FROM unnest(p) AS x (p));
      CONTINUE;
    END IF;
    -- The last step may go through an array or a map. Else an array's elements are the records, or an object is one.
    EXIT WHEN step IS NULL AND steps -> depth - 1 ->> 'each' IS NOT NULL;
    meant := coalesce(step ->> 'each', 'end');
    fitting := CASE meant WHEN 'element' THEN '{array}' WHEN 'member' THEN '{object}' ELSE '{array,object}' END;
    RETURN QUERY SELECT x.d, NULL::json, NULL::jsonb, x.o, CASE WHEN x.v IS NULL THEN 'absent' WHEN json_typeof(x.v) = 'null' THEN 'null'
        ELSE 'came ' || ingest.came(x.v::text) END, x.a, found_records.meant
      FROM unnest(d, v, o, a) AS x (d, v, o, a)
      WHERE coalesce(json_typeof(x.v), 'null') <> ALL (fitting) AND NOT (skip_missing AND coalesce(json_typeof(x.v), 'null') = 'null');
    SELECT coalesce(array_agg(x.d), '{}'), coalesce(array_agg(e.value), '{}'), coalesce(array_agg(x.o || lpad(to_hex(e.no), 8, '0')), '{}'),
      coalesce(array_agg(x.a || e.said), '{}'), coalesce(array_agg(x.p || e.read), '{}')
    INTO d, v, o, a, p
    FROM (SELECT * FROM unnest(d, v, o, a, p) AS u (d, v, o, a, p) WHERE coalesce(json_typeof(u.v), 'null') = ANY (fitting)) AS x
    CROSS JOIN LATERAL (
      SELECT j.value, j.no, format('[%s]', j.no - 1) AS said, jsonb_build_object('position:', j.no::text) AS read
      FROM json_array_elements(CASE json_typeof(x.v) WHEN 'array' THEN x.v ELSE '[]' END) WITH ORDINALITY AS j (value, no)
      UNION ALL (
        -- Of members of one name the last counts.
        SELECT j.value, j.no, substr(ingest.member_path(j.name), 2), jsonb_build_object('name:', to_json(j.name)::text)
        FROM (SELECT k.*, max(k.no) OVER (PARTITION BY k.name COLLATE "C") AS last_no
          FROM json_each(CASE WHEN meant = 'member' THEN x.v ELSE '{}' END) WITH ORDINALITY AS k (name, value, no)) AS j WHERE j.no = j.last_no ORDER BY j.no)
      UNION ALL SELECT x.v, 1, '', '{}' WHERE meant = 'end' AND json_typeof(x.v) = 'object') AS e;
  END LOOP;
  RETURN QUERY SELECT x.d::integer, x.v, (SELECT coalesce(jsonb_object_agg(w.source, x.p -> w.source) FILTER (WHERE x.p ? w.source), '{}')
      FROM jsonb_to_recordset(wanted) AS w (source text) WHERE wanted <> '[]'), NULL::text, NULL::text, NULL::text, NULL::text
    FROM (SELECT u.* FROM unnest(d, v, p) WITH ORDINALITY AS u (d, v, p, no)
      UNION ALL SELECT u.no, NULL, '{}', 0 FROM unnest(documents) WITH ORDINALITY AS u (v, no) WHERE u.v IS NULL ORDER BY 1, 4) AS x (d, v, p, no);
END
$$;
COMMENT ON FUNCTION ingest.found_records(json[], jsonb, boolean)
  IS 'The records that records_path leads to, in the documents'' order, each with its place as place_of() reads it. What it meets instead of an array or map is a row of its own: its state, where it stands, what was meant, and its turn, by which those of a document are in order. skip_missing: nothing, or null, is none of these. Of a document that is NULL the value is NULL.';

CREATE FUNCTION ingest.place_of(said jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN said = '{}' THEN said ELSE (SELECT jsonb_object_agg(s.key, s.value::jsonb) FROM jsonb_each_text(said) AS s) END
$$;
COMMENT ON FUNCTION ingest.place_of(jsonb) IS 'The place of a record whose values are given as they stood, as strings of JSON text.';

CREATE FUNCTION ingest.path_fault(path_text text, through boolean, document_no integer, state text, state_at text, meant text, OUT error_code text, OUT error text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN state IN ('absent', 'null') THEN 'missing_required' ELSE 'type_mismatch' END,
    format('records_path %s: %s%s in candidate %s; expected %s', path_text, state, CASE WHEN through THEN ' at ' || state_at ELSE '' END, document_no,
      CASE WHEN meant = 'member' THEN 'an object' WHEN meant = 'end' AND through THEN 'an array or an object' ELSE 'an array' END)
$$;
COMMENT ON FUNCTION ingest.path_fault(text, boolean, integer, text, text, text) IS 'Code and message of a file in which records_path meets something else.';

CREATE FUNCTION ingest.placed(candidates jsonb[], contract jsonb, OUT records jsonb[], OUT places jsonb[])
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  steps jsonb := contract -> 'records_path';
  wanted jsonb := contract -> 'places';
  tells_place boolean := wanted <> '[]';
  tells_position boolean := wanted @> '[{"kind": "position"}]';
  step jsonb;
  name text;
BEGIN
  IF EXISTS (SELECT FROM unnest(candidates) AS c (j) WHERE jsonb_typeof(c.j) <> 'object' OR ingest.too_deep(c.j)) THEN
    RAISE EXCEPTION 'the envelope needs a closer look' USING ERRCODE = 'data_exception';
  END IF;
  records := candidates;
  IF tells_place THEN
    places := ingest.with_sources(array_fill(CASE WHEN tells_position THEN '{"position:": 1}' ELSE '{}' END::jsonb, ARRAY[cardinality(candidates)]), candidates, wanted, 'document', NULL);
  END IF;
  FOR depth IN 0 .. jsonb_array_length(steps) LOOP
    IF tells_place AND wanted @> jsonb_build_array(jsonb_build_object('depth', depth)) THEN
      places := ingest.with_sources(places, records, wanted, 'parent', depth);
    END IF;
    step := steps -> depth;
    IF jsonb_typeof(step) = 'string' THEN
      name := step #>> '{}';
      records := ARRAY(SELECT x.j -> name FROM unnest(records) AS x (j));
      CONTINUE;
    ELSIF jsonb_typeof(step) = 'number' THEN
      records := ARRAY(SELECT CASE jsonb_typeof(x.j) WHEN 'array' THEN x.j -> step::integer END FROM unnest(records) AS x (j));
      places := CASE WHEN tells_position THEN ARRAY(SELECT x.place || jsonb_build_object('position:', step::integer + 1) FROM unnest(places) AS x (place)) ELSE places END;
      CONTINUE;
    END IF;
    EXIT WHEN step IS NULL AND steps -> depth - 1 ->> 'each' IS NOT NULL;
    IF EXISTS (SELECT FROM unnest(records) AS x (j) WHERE jsonb_typeof(x.j) IS DISTINCT FROM 'array') THEN
      IF EXISTS (SELECT FROM unnest(records) AS x (j) WHERE CASE coalesce(jsonb_typeof(x.j), 'null') WHEN 'array' THEN false
        WHEN 'object' THEN step IS NOT NULL WHEN 'null' THEN NOT (contract ->> 'skip_missing')::boolean ELSE true END) THEN
        RAISE EXCEPTION 'the envelope needs a closer look' USING ERRCODE = 'data_exception';
      END IF;
      -- An object is one record.
      SELECT coalesce(array_agg(e.j), '{}'), coalesce(array_agg(CASE WHEN e.no IS NOT NULL AND tells_position THEN x.place || jsonb_build_object('position:', e.no) ELSE x.place END), '{}')
      INTO records, places FROM unnest(records, places) AS x (j, place)
      CROSS JOIN LATERAL (SELECT a.j, a.no FROM jsonb_array_elements(CASE jsonb_typeof(x.j) WHEN 'array' THEN x.j ELSE '[]' END) WITH ORDINALITY AS a (j, no)
        UNION ALL SELECT x.j, NULL WHERE jsonb_typeof(x.j) = 'object') AS e;
    ELSIF tells_place AND NOT tells_position AND cardinality(records) = 1 THEN
      places := array_fill(places[1], ARRAY[jsonb_array_length(records[1])]);
      records := ARRAY(SELECT e.j FROM jsonb_array_elements(records[1]) AS e (j));
    ELSIF tells_position THEN
      SELECT coalesce(array_agg(e.j), '{}'), coalesce(array_agg(x.place || jsonb_build_object('position:', e.no)), '{}') INTO records, places
      FROM unnest(records, places) AS x (j, place) CROSS JOIN LATERAL jsonb_array_elements(x.j) WITH ORDINALITY AS e (j, no);
    ELSIF tells_place THEN
      SELECT coalesce(array_agg(e.j), '{}'), coalesce(array_agg(x.place), '{}') INTO records, places
      FROM unnest(records, places) AS x (j, place) CROSS JOIN LATERAL jsonb_array_elements(x.j) AS e (j);
    ELSE
      records := ARRAY(SELECT e.j FROM unnest(records) AS x (j) CROSS JOIN LATERAL jsonb_array_elements(x.j) AS e (j));
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.placed(jsonb[], jsonb)
  IS 'The records that a records_path without maps leads to, with their places where columns read of them; raises where anything is unusual.';

CREATE FUNCTION ingest.placed_in_maps(body bytea, contract jsonb, OUT records jsonb[], OUT places jsonb[])
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  documents json[];
BEGIN
  documents := ARRAY(SELECT CASE WHEN c.no > 0 AND NOT c.deep AND c.error_code IS NULL THEN convert_from(c.raw, 'UTF8')::json END FROM ingest.candidates(body, NULL, (contract ->> 'lines')::boolean) AS c ORDER BY c.no);
  IF EXISTS (SELECT FROM unnest(documents) AS d (j) WHERE json_typeof(d.j) IS DISTINCT FROM 'object' OR ingest.too_deep(d.j::jsonb)) THEN
    RAISE EXCEPTION 'the envelope needs a closer look' USING ERRCODE = 'data_exception';
  END IF;
  SELECT coalesce(array_agg(CASE WHEN f.state IS NULL THEN f.value::jsonb ELSE to_jsonb(ingest.in_doubt(0)) END), '{}'), coalesce(array_agg(ingest.place_of(f.said)), '{}') INTO records, places
  FROM ingest.found_records(documents, contract, (contract ->> 'skip_missing')::boolean) AS f;
END
$$;
COMMENT ON FUNCTION ingest.placed_in_maps(bytea, jsonb) IS 'As placed(), of a body and a records_path that goes through maps.';

CREATE FUNCTION ingest.placed_records(body bytea, contract jsonb, context jsonb, OUT records jsonb[], OUT places jsonb[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  by_lines boolean := contract ->> 'lines';
BEGIN
  IF jsonb_typeof(contract -> 'records_path') = 'null' THEN
    records := CASE WHEN by_lines THEN ingest.line_documents(body) ELSE ingest.document(body) END;
    -- A part of a file brings the places that its records had in the whole.
    places := CASE WHEN context ? 'places' THEN ARRAY(SELECT jsonb_array_elements(context -> 'places'))
      ELSE ARRAY(SELECT jsonb_build_object('position:', n) FROM generate_series(1, cardinality(records)) AS n) END;
    RETURN;
  END IF;
  IF jsonb_path_exists(contract -> 'records_path', '$[*] ? (@.each == "member")') THEN
    SELECT p.records, p.places INTO records, places FROM ingest.placed_in_maps(body, contract) AS p;
  ELSE
    SELECT p.records, p.places INTO records, places FROM ingest.placed(CASE WHEN by_lines THEN ingest.line_documents(body) ELSE ingest.document(body) END, contract) AS p;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.placed_records(bytea, jsonb, jsonb)
  IS 'The records of a body with their places; raises where the body is not plainly good.';

CREATE FUNCTION ingest.readable_placed(body bytea, contract jsonb, context jsonb, OUT records jsonb[], OUT places jsonb[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  SELECT p.records, p.places INTO records, places FROM ingest.placed_records(body, contract, context) AS p;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR internal_error OR SQLSTATE 'PI001' THEN
  records := NULL; places := NULL;
END
$$;
COMMENT ON FUNCTION ingest.readable_placed(bytea, jsonb, jsonb) IS 'As placed_records(); NULL where the quick reader cannot tell.';
