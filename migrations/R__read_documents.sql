-- pg_ingest 0.2.0
-- From a body to its candidates by jsonb, where the whole body can be read at once. docs/semantics.md, section 1.
--
-- Two readers with one result. document() is quick and raises at anything unusual; candidates() and records() of
-- R__read_records.sql are the letter of the specification and say what is wrong and where.

CREATE FUNCTION ingest.document(body bytea, guarded boolean DEFAULT false) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- Trimmed as bytes: on text the same takes longer than parsing. The body is fetched and unpacked wherever it is named.
  trimmed bytea := btrim(body, '\x20090a0d');
  content text;
  small jsonb;
BEGIN
  IF octet_length(trimmed) > 33554432 AND NOT guarded THEN
    RETURN ingest.large_document(body);
  END IF;
  IF substring(trimmed FOR 3) = '\xefbbbf' AND substring(body FOR 3) = '\xefbbbf' THEN
    trimmed := btrim(substring(body FROM 4), '\x20090a0d');
  END IF;
  IF trimmed = '' THEN
    RETURN '{}';
  ELSIF get_byte(trimmed, 0) = 91 AND octet_length(trimmed) > 1048576 THEN
    RETURN ingest.large_array(convert_from(trimmed, 'UTF8'));
  ELSIF get_byte(trimmed, 0) = 91 AND octet_length(trimmed) <= 8192 THEN
    small := convert_from(trimmed, 'UTF8')::jsonb;
    -- Of a file of one record, a query for the elements would cost more than the parser.
    IF jsonb_array_length(small) = 1 THEN
      RETURN ARRAY[small -> 0];
    END IF;
    RETURN ARRAY(SELECT jsonb_array_elements(small));
  ELSIF get_byte(trimmed, 0) = 91 THEN
    RETURN ARRAY(SELECT jsonb_array_elements(convert_from(trimmed, 'UTF8')::jsonb));
  END IF;
  content := convert_from(trimmed, 'UTF8');
  BEGIN
    -- Whether it is several objects, the parser sees behind the first. To search for that takes a third as long as the parser.
    RETURN ARRAY[content::jsonb];
  EXCEPTION WHEN invalid_text_representation THEN
    NULL;
  END;
  IF position(E'}\n{' IN content) > 0 OR position(E'}\r\n{' IN content) > 0 THEN
    RETURN ARRAY(SELECT line::jsonb FROM string_to_table(content, E'\n') AS line WHERE btrim(line, E' \t\r') <> '');
  END IF;
  -- A raw control character can stand nowhere in JSON, so it marks the cuts safely: a cut made inside a
  -- string leaves two pieces that do not parse.
  RETURN ARRAY(SELECT piece::jsonb FROM string_to_table(regexp_replace(content, '\}([ \t\n\r]*)\{', E'}\x01{', 'g'), E'\x01') AS piece);
END
$$;
COMMENT ON FUNCTION ingest.document(bytea, boolean)
  IS 'All candidates of a body; raises (class 22 or 54) at anything that is not plainly good.';

-- jsonb's parser takes up to sixty times the text for what it has not put together yet. One element at a time takes no longer, and
-- an array that is appended to is never copied.
CREATE FUNCTION ingest.large_array(content text) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  element json;
  elements jsonb[] := '{}';
BEGIN
  FOR element IN SELECT e.value FROM json_array_elements(content::json) AS e LOOP
    elements := elements || element::jsonb;
  END LOOP;
  RETURN elements;
END
$$;
COMMENT ON FUNCTION ingest.large_array(text) IS 'The elements of a large JSON array.';

-- An array of 2^24 members is more than jsonb's parser can allocate for, which it calls an internal error.
CREATE FUNCTION ingest.large_document(body bytea) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN ingest.document(body, true);
EXCEPTION WHEN internal_error THEN
  RAISE EXCEPTION '%', SQLERRM USING ERRCODE = 'program_limit_exceeded';
END
$$;
COMMENT ON FUNCTION ingest.large_document(bytea) IS 'document() of a body that may hold more than jsonb can: raises class 54 then.';

CREATE FUNCTION ingest.enveloped(candidates jsonb[], steps jsonb, skip_missing boolean) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  candidate jsonb;
  found jsonb;
  step jsonb;
  names text[] := ARRAY(SELECT jsonb_array_elements_text(steps));
  -- #> takes a name of digits for a position where an array stands, and a position for a name where an object does.
  has_digits boolean := EXISTS (SELECT FROM unnest(names) AS n WHERE n ~ '^\s*[-+]?\d');
  records jsonb[] := '{}';
  has_arrays boolean := false;
BEGIN
  FOREACH candidate IN ARRAY candidates LOOP
    IF has_digits THEN
      found := candidate;
      FOR step IN SELECT s.value FROM jsonb_array_elements(steps) AS s LOOP
        found := CASE WHEN jsonb_typeof(step) = 'string' THEN found -> (step #>> '{}') WHEN jsonb_typeof(found) = 'array' THEN found -> step::integer END;
      END LOOP;
    ELSE
      found := candidate #> names;
    END IF;
    IF jsonb_typeof(candidate) <> 'object' OR found IS NULL AND NOT skip_missing OR ingest.too_deep(candidate)
      OR jsonb_typeof(found) <> ALL (CASE WHEN skip_missing THEN '{array,object,null}' ELSE '{array,object}' END::text[]) THEN
      RAISE EXCEPTION 'the envelope needs a closer look' USING ERRCODE = 'data_exception';
    END IF;
    CONTINUE WHEN coalesce(found, 'null') = 'null';
    records := records || found;
    has_arrays := has_arrays OR jsonb_typeof(found) = 'array';
  END LOOP;
  -- Taken apart at the end: each time that an array were added to another, all of that would be copied.
  RETURN CASE WHEN has_arrays THEN ARRAY(SELECT jsonb_array_elements(CASE jsonb_typeof(r.j) WHEN 'array' THEN r.j ELSE jsonb_build_array(r.j) END) FROM unnest(records) AS r (j))
    ELSE records END;
END
$$;
COMMENT ON FUNCTION ingest.enveloped(jsonb[], jsonb, boolean)
  IS 'The records that stand in the candidates at records_path; raises where any candidate is unusual. skip_missing: nothing there, or null, is no record.';

-- What jsonb's parser has not put together yet takes up to sixty times the text, as for an array. So of a large envelope each record
-- is parsed by itself. Whatever is not plain there (what stands twice, what may be too deep or too much) is read as a whole.
CREATE FUNCTION ingest.enveloped(body bytea, steps jsonb, skip_missing boolean) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  trimmed bytea := btrim(body, '\x20090a0d');
  node json;
  step text;
  seen record;
  deep jsonpath := format('strict $.**{%s} ? (@.type() == "object" || @.type() == "array")', 511 - jsonb_array_length(steps));
  records jsonb[];
BEGIN
  IF octet_length(trimmed) <= 4194304 OR get_byte(trimmed, 0) <> 123 OR jsonb_array_length(steps) > 100 OR jsonb_path_exists(steps, '$[*] ? (@.type() != "string")') THEN
    RETURN ingest.enveloped(ingest.document(body), steps, skip_missing);
  END IF;
  BEGIN
    node := convert_from(trimmed, 'UTF8');
    trimmed := NULL;
    FOR step IN SELECT s.value FROM jsonb_array_elements_text(steps) AS s LOOP
      SELECT count(*) FILTER (WHERE m.key = step) AS times, coalesce(sum(octet_length(m.key) + pg_column_size(m.beside)), 0) AS bytes INTO seen
      FROM (SELECT e.key, CASE WHEN e.key <> step THEN e.value::jsonb END AS beside FROM json_each(node) AS e OFFSET 0) AS m;
      -- A level costs at least 8 bytes: so little is not deep.
      IF seen.times <> 1 OR seen.bytes > 2048 THEN
        RAISE EXCEPTION 'what stands beside the records needs a closer look' USING ERRCODE = 'data_exception';
      END IF;
      node := node -> step;
    END LOOP;
    IF json_typeof(node) <> 'array' THEN
      RAISE EXCEPTION 'there is one record at most' USING ERRCODE = 'data_exception';
    END IF;
    records := ingest.large_array(node::text);
    node := NULL;
    SELECT count(*) AS records, coalesce(sum(pg_column_size(r.j) - 4), 0) AS bytes, coalesce(bool_or(pg_column_size(r.j) > 2048 AND jsonb_path_exists(r.j, deep)), false) AS is_deep INTO seen
    FROM unnest(records) AS r (j);
    -- An array takes 4 bytes more for each element.
    IF seen.records > 16000000 OR seen.is_deep OR seen.bytes <= 268435455 AND seen.bytes + 4 * seen.records > 267000000 THEN
      RAISE EXCEPTION 'the envelope needs a closer look' USING ERRCODE = 'data_exception';
    END IF;
  EXCEPTION WHEN data_exception OR program_limit_exceeded OR internal_error THEN
    RETURN ingest.enveloped(ingest.document(body), steps, skip_missing);
  END;
  -- The parser would say so, but only after all of it.
  IF seen.bytes > 268435455 THEN
    RAISE EXCEPTION 'the array of records is beyond 256 MB' USING ERRCODE = 'program_limit_exceeded';
  END IF;
  RETURN records;
END
$$;
COMMENT ON FUNCTION ingest.enveloped(bytea, jsonb, boolean)
  IS 'The records that stand in a body at records_path; raises where it is unusual. Those of a large envelope are parsed one at a time.';

CREATE FUNCTION ingest.readable_records(body bytea, steps jsonb, skip_missing boolean, lines boolean) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF lines THEN
    RETURN CASE WHEN steps IS NULL THEN ingest.readable_lines(body) ELSE ingest.enveloped(ingest.line_documents(body), steps, skip_missing) END;
  END IF;
  RETURN CASE WHEN steps IS NULL THEN ingest.document(body) ELSE ingest.enveloped(body, steps, skip_missing) END;
-- More members than jsonb can hold is an internal error to it.
EXCEPTION WHEN data_exception OR program_limit_exceeded OR internal_error THEN
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.readable_records(bytea, jsonb, boolean, boolean)
  IS 'The records of a body, those at records_path where steps are given; NULL where the quick reader cannot tell.';

-- Each level of jsonb costs at least 8 bytes, so what is smaller than 4 kB cannot be deeper than 512.
-- Neither STRICT nor IMMUTABLE, as pg_column_size() is not: the planner puts the body in place of the call then, which
-- costs a tenth of it.
CREATE FUNCTION ingest.too_deep(value jsonb) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.pg_column_size($1) > 4096 AND pg_catalog.jsonb_path_exists($1,
    'strict $.**{512} ? (@.type() == "object" || @.type() == "array")')
$$;
COMMENT ON FUNCTION ingest.too_deep(jsonb) IS 'Whether objects and arrays nest deeper than 512 levels, the value itself being the first.';

CREATE FUNCTION ingest.utf8_error_offset(body bytea) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  good integer := 0;
  bad integer := length(body) + 1;
  probe integer;
  lead integer;
BEGIN
  -- Halve the distance between a prefix known to be valid and one known not to be; cuts fall on character boundaries.
  WHILE bad - good > 16 LOOP
    probe := (good + bad) / 2;
    WHILE probe > good + 4 AND get_byte(body, probe) & 192 = 128 LOOP
      probe := probe - 1;
    END LOOP;
    BEGIN
      PERFORM convert_from(substring(body FROM good + 1 FOR probe - good), 'UTF8');
      good := probe;
    EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
      bad := probe;
    END;
  END LOOP;
  WHILE good < length(body) LOOP
    lead := get_byte(body, good);
    probe := CASE WHEN lead < 128 THEN 1 WHEN lead < 224 THEN 2 WHEN lead < 240 THEN 3 ELSE 4 END;
    BEGIN
      PERFORM convert_from(substring(body FROM good + 1 FOR probe), 'UTF8');
    EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
      RETURN good;
    END;
    good := good + probe;
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.utf8_error_offset(bytea)
  IS 'Offset from 0 of the first byte that starts no valid UTF-8 character; NULL when all is valid. The body holds no 0x00.';

-- 0x00 is valid UTF-8 but no PostgreSQL text. Like 0x01 it can stand nowhere in JSON, so 0x01 takes its place.
CREATE FUNCTION ingest.without_nul(body bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN position('\x00'::bytea IN body) = 0 THEN body
    ELSE decode(replace(replace(replace(encode(body, 'escape'), '\\', '\x'), '\000', '\001'), '\x', '\\'), 'escape') END
$$;
COMMENT ON FUNCTION ingest.without_nul(bytea) IS 'The body with every 0x00 replaced by 0x01, which is as wrong in JSON but fits into text.';
