-- pg_ingest 0.2.0
-- From a body to its candidates where each line is one: document_format lines. docs/semantics.md, section 1.

CREATE FUNCTION ingest.line_documents(body bytea) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT line::jsonb FROM string_to_table(convert_from(CASE WHEN substring(body FOR 3) = '\xefbbbf' THEN substring(body FROM 4) ELSE body END, 'UTF8'), E'\n') AS line
    WHERE btrim(line, E' \t\r') <> '');
END
$$;
COMMENT ON FUNCTION ingest.line_documents(bytea) IS 'The lines of a body, without empty ones; raises (class 22 or 54) where one is no JSON.';

-- One by one only where a line is broken.
CREATE FUNCTION ingest.readable_lines(body bytea) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  content text;
  line text;
  documents jsonb[] := '{}';
BEGIN
  BEGIN
    RETURN ingest.line_documents(body);
  EXCEPTION WHEN data_exception OR program_limit_exceeded OR internal_error THEN
    NULL;
  END;
  content := convert_from(CASE WHEN substring(body FOR 3) = '\xefbbbf' THEN substring(body FROM 4) ELSE body END, 'UTF8');
  FOR line IN SELECT t.line FROM string_to_table(content, E'\n') WITH ORDINALITY AS t (line, no) WHERE btrim(t.line, E' \t\r') <> '' ORDER BY t.no LOOP
    BEGIN
      documents := documents || line::jsonb;
    EXCEPTION WHEN data_exception OR program_limit_exceeded OR internal_error THEN
      documents := documents || jsonb 'null';
    END;
  END LOOP;
  RETURN documents;
EXCEPTION WHEN data_exception THEN
  RETURN NULL; -- It is no UTF-8, or holds 0x00.
END
$$;
COMMENT ON FUNCTION ingest.readable_lines(bytea) IS 'The lines of a body, null for one that has to be inspected; NULL where the body has to be inspected whole.';

CREATE FUNCTION ingest.line_fault(line text, at integer, OUT deep boolean, OUT error text)
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  ends integer := at + octet_length(line);
  first record;
  behind text;
BEGIN
  deep := false;
  PERFORM line::json;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  SELECT s.no, s.from_byte, s.bytes, s.deep INTO first FROM ingest.scan_candidates(line, at, ends) AS s WHERE s.no = 1;
  behind := CASE WHEN left(line, 1) <> '[' THEN convert_from(substring(convert_to(line, 'UTF8') FROM first.from_byte + first.bytes - at + 1), 'UTF8') END;
  IF btrim(behind, E' \t\r') <> '' THEN
    error := format('not JSON at byte offset %s; expected one JSON value in the line', ends - octet_length(ltrim(behind, E' \t\r')));
  ELSIF behind IS NULL THEN
    error := (SELECT CASE s.error_code WHEN 'invalid_json' THEN replace(replace(s.error, 'one object, one array, or objects one after another', 'one JSON value in the line'), 'the document is', 'the line is')
      ELSE format('the line is cut off at byte offset %s; expected its end', ends) END FROM ingest.scan_candidates(line, at, ends) AS s WHERE s.no = 0);
  END IF;
  deep := error IS NULL;
END
$$;
COMMENT ON FUNCTION ingest.line_fault(text, integer)
  IS 'What is wrong with a line that begins at a byte of its body; or, where nothing is and the parser refuses it all the same, that it is deep.';

CREATE FUNCTION ingest.line_candidates(body bytea, wanted integer[],
  OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text)
RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  mark integer := CASE WHEN substring(body FOR 3) = '\xefbbbf' THEN 3 ELSE 0 END;
  content text;
  bad_at integer;
  original bytea;
BEGIN
  SELECT t.content, t.bad_at INTO content, bad_at FROM ingest.readable_text(body, mark) AS t;
  IF bad_at IS NOT NULL THEN
    SELECT c.* INTO no, raw, deep, error_code, error FROM ingest.candidates(body, NULL) AS c;
    RETURN NEXT;
    RETURN;
  END IF;
  -- 0x01 may stand for 0x00 there: who keeps a broken line keeps what came.
  IF position(E'\x01' IN content) > 0 THEN
    original := substring(body FROM 1);
  END IF;
  RETURN QUERY SELECT l.no, CASE WHEN original IS NOT NULL AND f.error IS NOT NULL THEN substring(original FROM l.at + 1 FOR octet_length(l.line)) ELSE convert_to(l.line, 'UTF8') END, f.deep, CASE WHEN f.error IS NOT NULL THEN 'invalid_json' END, f.error
    FROM (SELECT row_number() OVER (ORDER BY x.o)::integer AS no, btrim(x.line, E' \t\r') AS line,
        (mark + x.before + octet_length(x.line) - octet_length(ltrim(x.line, E' \t\r')))::integer AS at
      FROM (SELECT t.line, t.o, sum(octet_length(t.line) + 1) OVER (ORDER BY t.o) - octet_length(t.line) - 1 AS before
        FROM string_to_table(content, E'\n') WITH ORDINALITY AS t (line, o)) AS x
      WHERE btrim(x.line, E' \t\r') <> '' OFFSET 0) AS l
    CROSS JOIN LATERAL ingest.line_fault(l.line, l.at) AS f
    WHERE wanted IS NULL OR l.no IN (SELECT unnest(wanted)) ORDER BY l.no;
END
$$;
COMMENT ON FUNCTION ingest.line_candidates(bytea, integer[])
  IS 'Lines of a body with their bytes, all or those wanted, each with what is wrong with it, or, with no 0, the one fault of the file.';
