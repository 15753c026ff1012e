-- pg_ingest 0.2.0
-- From a body to its candidates one by one, where something in it is wrong: each with its own raw bytes and fault.

CREATE FUNCTION ingest.token_is_good(token text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE left(token, 1)
    WHEN '"' THEN token ~ '^"([^"\\\x01-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"$'
    ELSE token ~ '^([{}:,]|\[|\]|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null)$' END
$$;
COMMENT ON FUNCTION ingest.token_is_good(text) IS 'Whether one token follows the JSON grammar (RFC 8259 sections 2 to 7).';

-- One pass over the tokens with an explicit stack, so that depth costs no recursion. What a token may be follows
-- from what was expected: c candidate, v value, V value or ], k key, K key or }, : colon, > comma or end.
CREATE FUNCTION ingest.scan_candidates(content text, first_offset integer, total integer,
  OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text)
RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token text;
  at_byte integer := first_offset;
  expected "char" := 'c';
  in_array boolean;
  stack text := '';
  level integer := 0;
  deep_from integer;
  bad_at integer;
BEGIN
  no := 0;
  deep := false;
  FOR token IN
    SELECT m[1] FROM regexp_matches(content, '("(?:[^"\\]|\\.)*"?|[][{}:,]|[ \t\n\r]+|[^][{}:," \t\n\r]+)', 'g') AS m
  LOOP
    IF left(token, 1) NOT IN (' ', E'\t', E'\n', E'\r') THEN
      IF level > 512 THEN
        level := level + CASE WHEN token IN ('{', '[') THEN 1 WHEN token IN ('}', ']') THEN -1 ELSE 0 END;
        IF level = 512 THEN
          expected := '>';
        END IF;
      ELSIF NOT ingest.token_is_good(token) THEN
        bad_at := at_byte;
      ELSIF in_array IS NULL AND token = '[' THEN
        in_array := true;
        expected := 'E';
      ELSIF token = '[' OR token = '{' THEN
        IF expected NOT IN ('c', 'v', 'V', 'E') THEN
          bad_at := at_byte;
        END IF;
        in_array := coalesce(in_array, false);
        IF level = 0 THEN
          no := no + 1;
          from_byte := at_byte;
        END IF;
        level := level + 1;
        IF level > 512 THEN
          deep := true;
          deep_from := at_byte;
        ELSE
          stack := stack || token;
          expected := CASE token WHEN '[' THEN 'V' ELSE 'K' END;
        END IF;
      ELSIF token = '}' OR token = ']' THEN
        IF level = 0 THEN
          IF token = ']' AND in_array AND expected IN ('E', '>') THEN
            expected := 'x';
          ELSE
            bad_at := at_byte;
          END IF;
        ELSIF right(stack, 1) || token NOT IN ('{}', '[]') OR expected NOT IN ('>', CASE token WHEN '}' THEN 'K' ELSE 'V' END) THEN
          bad_at := at_byte;
        ELSE
          stack := left(stack, -1);
          level := level - 1;
          expected := '>';
        END IF;
      ELSIF token = ',' THEN
        IF expected <> '>' OR (level = 0 AND NOT coalesce(in_array, false)) THEN
          bad_at := at_byte;
        END IF;
        expected := CASE WHEN level = 0 THEN 'c' WHEN right(stack, 1) = '{' THEN 'k' ELSE 'v' END;
      ELSIF token = ':' THEN
        IF expected <> ':' THEN
          bad_at := at_byte;
        END IF;
        expected := 'v';
      ELSIF expected IN ('k', 'K') AND left(token, 1) = '"' THEN
        expected := ':';
      ELSIF expected IN ('c', 'v', 'V', 'E') THEN
        in_array := coalesce(in_array, false);
        IF level = 0 THEN
          no := no + 1;
          from_byte := at_byte;
        END IF;
        expected := '>';
      ELSE
        bad_at := at_byte;
      END IF;
      IF bad_at IS NOT NULL THEN
        no := 0; from_byte := NULL; bytes := NULL; deep := false;
        error_code := 'invalid_json';
        error := format('not JSON at byte offset %s; expected one object, one array, or objects one after another', bad_at);
        RETURN NEXT;
        RETURN;
      END IF;
      IF level = 0 AND expected = '>' AND from_byte IS NOT NULL THEN
        bytes := at_byte + octet_length(token) - from_byte;
        RETURN NEXT;
        from_byte := NULL;
        deep := false;
        IF NOT in_array THEN
          expected := 'c';
        END IF;
      END IF;
    END IF;
    at_byte := at_byte + octet_length(token);
  END LOOP;
  IF level > 0 OR coalesce(in_array, false) AND expected <> 'x' THEN
    no := 0; from_byte := NULL; bytes := NULL;
    IF level > 512 THEN
      error_code := 'too_deep';
      error := format('nested deeper than 512 levels at byte offset %s; expected at most 512', deep_from);
    ELSE
      error_code := 'invalid_json';
      error := format('the document is cut off at byte offset %s; expected its end', total);
    END IF;
    deep := false;
    RETURN NEXT;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.scan_candidates(text, integer, integer)
  IS 'Candidates of a document by byte range, or, with no 0, the one fault of the file. content begins at first_offset of total bytes.';

CREATE FUNCTION ingest.readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer)
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  readable bytea;
BEGIN
  content := convert_from(substring(body FROM from_byte + 1), 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
  readable := ingest.without_nul(body);
  bad_at := ingest.utf8_error_offset(readable);
  IF bad_at IS NULL THEN
    content := convert_from(substring(readable FROM from_byte + 1), 'UTF8');
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.readable_text(bytea, integer)
  IS 'A body as text from a byte on, each 0x00 as 0x01; or the offset of the first byte that is not UTF-8.';

-- The parser in C finds whole documents, and documents that are lines, faster; the scan is for what it refuses and for
-- other streams. Of the candidates only the wanted ones are given, where not all are.
CREATE FUNCTION ingest.candidates(body bytea, wanted integer[],
  OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text)
RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mark integer := CASE WHEN substring(body FOR 3) = '\xefbbbf' THEN 3 ELSE 0 END;
  content text;
  pieces text[];
  bad_at integer;
BEGIN
  SELECT t.content, t.bad_at INTO content, bad_at FROM ingest.readable_text(body, mark) AS t;
  IF bad_at IS NOT NULL THEN
    no := 0; error_code := 'invalid_utf8';
    error := format('not UTF-8 at byte offset %s%s', bad_at, coalesce(
      ', for the body is ' || coalesce(ingest.body_format(body), ingest.one_byte_encoding(body, bad_at)) || '; expected UTF-8 text, plain, in gzip or in zstd', '; expected UTF-8 text'));
    RETURN NEXT;
    RETURN;
  END IF;
  BEGIN
    -- Looked at as bytes: trimming a text takes longer than parsing it.
    IF substring(ltrim(substring(body FROM mark + 1), '\x20090a0d') FOR 1) = '[' THEN
      RETURN QUERY SELECT e.no::integer, convert_to(e.value::text, 'UTF8'), false, NULL::text, NULL::text
        FROM json_array_elements(content::json) WITH ORDINALITY AS e (value, no) WHERE wanted IS NULL OR e.no IN (SELECT unnest(wanted));
      RETURN;
    ELSIF position(E'}\n{' IN content) > 0 OR position(E'}\r\n{' IN content) > 0 THEN
      -- Nothing may be returned before every line is known to be a document. Raw line feeds stand between tokens only.
      PERFORM count(line::json) FROM string_to_table(content, E'\n') AS line WHERE btrim(line, E' \t\r') <> '';
      RETURN QUERY SELECT l.no, convert_to(btrim(l.line, E' \t\r'), 'UTF8'), false, NULL::text, NULL::text
        FROM (SELECT t.line, row_number() OVER (ORDER BY t.o)::integer AS no FROM string_to_table(content, E'\n')
          WITH ORDINALITY AS t (line, o) WHERE btrim(t.line, E' \t\r') <> '') AS l WHERE wanted IS NULL OR l.no IN (SELECT unnest(wanted));
      RETURN;
    ELSIF substring(ltrim(substring(body FROM mark + 1), '\x20090a0d') FOR 1) = '{' AND position(E'\x01' IN content) = 0 THEN
      -- One object, or objects without a line each. A raw control character can stand nowhere in JSON, so it marks the cuts.
      pieces := CASE WHEN content ~ '\}[ \t\n\r]*\{'
        THEN string_to_array(regexp_replace(content, '\}([ \t\n\r]*)\{', E'}\x01{', 'g'), E'\x01') ELSE ARRAY[content] END;
      PERFORM count(p::json) FROM unnest(pieces) AS p;
      RETURN QUERY SELECT p.no::integer, convert_to(btrim(p.piece, E' \t\n\r'), 'UTF8'), false, NULL::text, NULL::text
        FROM unnest(pieces) WITH ORDINALITY AS p (piece, no) WHERE wanted IS NULL OR p.no IN (SELECT unnest(wanted));
      RETURN;
    END IF;
  EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    NULL; -- The scan says what is wrong, and where.
  END;
  -- Nothing may be returned before the whole document is known to be good.
  SELECT s.error_code, CASE WHEN s.error LIKE 'not JSON %' AND ingest.body_format(body) LIKE 'UTF-%'
    THEN format('%s, for the body is %s; expected UTF-8 text, plain, in gzip or in zstd', split_part(s.error, ';', 1), ingest.body_format(body))
    ELSE s.error || CASE WHEN s.error_code = 'invalid_json' AND (position(E'}\n{' IN content) > 0 OR position(E'}\r\n{' IN content) > 0)
      THEN ' (document_format => ''lines'' would load the other lines)' ELSE '' END END INTO error_code, error
  FROM ingest.scan_candidates(content, mark, length(body)) AS s WHERE s.no = 0;
  IF FOUND THEN
    no := 0;
    RETURN NEXT;
    RETURN;
  END IF;
  RETURN QUERY SELECT s.no, substring(ingest.without_nul(body) FROM s.from_byte + 1 FOR s.bytes), s.deep, NULL::text, NULL::text
    FROM ingest.scan_candidates(content, mark, length(body)) AS s WHERE wanted IS NULL OR s.no IN (SELECT unnest(wanted));
END
$$;
COMMENT ON FUNCTION ingest.candidates(bytea, integer[])
  IS 'Candidates of a body with their bytes, all or those wanted, or, with no 0, the one fault of the file.';

CREATE FUNCTION ingest.record_fault(raw bytea, deep boolean,
  OUT record jsonb, OUT error_code text, OUT error text)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  content text := convert_from(raw, 'UTF8');
BEGIN
  IF NOT deep THEN
    BEGIN
      record := content::jsonb;
      deep := ingest.too_deep(record);
    EXCEPTION
      WHEN statement_too_complex THEN
        deep := true;
      WHEN numeric_value_out_of_range THEN
        error_code := 'out_of_range';
        error := 'the record holds a number beyond numeric; expected at most 131072 digits before and 16383 after the point';
      WHEN internal_error THEN
        error_code := 'sqlstate_54000';
        error := 'the record holds an array or object of more members than jsonb takes; expected at most 16777216 elements or 8388608 members';
      WHEN program_limit_exceeded THEN
        error_code := 'sqlstate_54000';
        error := 'the record is beyond jsonb''s limits; expected less than 256 MB in each string and container';
      WHEN data_exception THEN
        error_code := 'unsupported_unicode';
    END;
  END IF;
  IF deep OR record IS NULL AND error_code IS DISTINCT FROM 'sqlstate_54000' AND ingest.text_depth(content) > 512 THEN
    record := NULL; error_code := 'too_deep';
    error := 'nested deeper than 512 levels; expected at most 512';
  ELSIF left(content, 1) <> '{' THEN
    record := NULL; error_code := 'not_a_record';
    error := format('came %s; expected an object', ingest.came(content));
  ELSIF error_code = 'unsupported_unicode' OR error_code = 'out_of_range' AND ingest.unsupported_unicode(content) THEN
    error_code := 'unsupported_unicode';
    error := 'the record holds \u0000 or a lone surrogate, which PostgreSQL cannot store; expected neither';
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.record_fault(bytea, boolean)
  IS 'The record as jsonb, or why it can be none: too_deep, not_a_record, unsupported_unicode, out_of_range, or sqlstate_54000 of what jsonb has no room for.';

CREATE FUNCTION ingest.text_depth(content text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN length(content) < 1026 THEN 0 ELSE (
    SELECT coalesce(max(level), 0)::integer FROM (
      SELECT sum(CASE m[1] WHEN '{' THEN 1 WHEN '[' THEN 1 WHEN '}' THEN -1 WHEN ']' THEN -1 ELSE 0 END) OVER (ORDER BY o) AS level
      FROM regexp_matches(content, '("(?:[^"\\]|\\.)*"|[][{}])', 'g') WITH ORDINALITY AS t (m, o)) AS levels) END);
END
$$;
COMMENT ON FUNCTION ingest.text_depth(text) IS 'How deep brackets nest in a JSON text, strings apart; 0 for texts too short to exceed 512.';

CREATE FUNCTION ingest.unsupported_unicode(content text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Surrogate pairs and escaped backslashes are taken out first; what remains of \u0000 and \uD8.. is at fault.
  RETURN regexp_replace(content, '\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g') ~* '\\u(0000|d[89a-f])';
END
$$;
COMMENT ON FUNCTION ingest.unsupported_unicode(text) IS 'Whether a JSON text holds \u0000 or a lone surrogate.';

CREATE FUNCTION ingest.came(raw text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE left(raw, 1) WHEN '"' THEN 'string' WHEN '{' THEN 'object' WHEN '[' THEN 'array'
      WHEN 't' THEN 'boolean' WHEN 'f' THEN 'boolean' WHEN 'n' THEN 'null' ELSE 'number' END
    || CASE WHEN raw = 'null' THEN '' WHEN length(raw) > 100 THEN ' ' || left(raw, 100) || '…' ELSE ' ' || raw END;
END
$$;
COMMENT ON FUNCTION ingest.came(text) IS 'What a message says came: the JSON type and the raw value, cut at 100 characters.';

CREATE FUNCTION ingest.candidates(body bytea, wanted integer[], lines boolean,
  OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text)
RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF lines THEN
    RETURN QUERY SELECT c.* FROM ingest.line_candidates(body, wanted) AS c;
  ELSE
    RETURN QUERY SELECT c.* FROM ingest.candidates(body, wanted) AS c;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.candidates(bytea, integer[], boolean) IS 'Candidates of a body as its dataset cuts it: by lines or not.';

CREATE FUNCTION ingest.records(body bytea, contract jsonb, wanted integer[], context jsonb,
  OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT place jsonb, OUT error_code text, OUT error text)
RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  documents json[] := '{}';
  broken text[] := '{}';
  broken_raws bytea[] := '{}';
  candidate record;
  refusal text;
BEGIN
  FOR candidate IN
    SELECT c.no, c.raw, coalesce(f.error_code, c.error_code) AS error_code, coalesce(f.error, c.error) AS error, f.record
    FROM ingest.candidates(body, CASE WHEN jsonb_typeof(contract -> 'records_path') = 'null' THEN wanted END, (contract ->> 'lines')::boolean) AS c
    LEFT JOIN LATERAL ingest.record_fault(CASE WHEN c.error_code IS NULL THEN c.raw END, c.deep) AS f ON c.no > 0 AND c.error_code IS NULL
  LOOP
    IF candidate.no = 0 OR jsonb_typeof(contract -> 'records_path') = 'null' THEN
      record_no := candidate.no; raw := candidate.raw; record := candidate.record;
      place := CASE WHEN contract -> 'places' <> '[]' THEN coalesce(context -> 'places' -> (candidate.no - 1), jsonb_build_object('position:', candidate.no)) END;
      error_code := candidate.error_code; error := candidate.error;
      RETURN NEXT;
    ELSIF candidate.error_code IS NULL THEN
      documents := documents || convert_from(candidate.raw, 'UTF8')::json;
      broken := broken || NULL::text;
      broken_raws := broken_raws || NULL::bytea;
    ELSIF (contract ->> 'lines')::boolean AND candidate.error_code = 'invalid_json' THEN
      -- A broken line is one record's fault.
      documents := documents || NULL::json;
      broken := broken || candidate.error;
      broken_raws := broken_raws || candidate.raw;
    ELSE
      refusal := format('candidate %s: %s', candidate.no, candidate.error);
      EXIT;
    END IF;
  END LOOP;
  IF jsonb_typeof(contract -> 'records_path') = 'null' OR candidate.no = 0 THEN
    RETURN;
  END IF;
  RETURN QUERY WITH found AS MATERIALIZED (SELECT f.* FROM ingest.found_records(documents, contract, (contract ->> 'skip_missing')::boolean) WITH ORDINALITY AS f),
  -- What the path meets in a document comes before what is wrong with a later candidate.
  fault AS (SELECT x.* FROM (SELECT 1 AS sort, p.error_code, p.error FROM (SELECT f.* FROM found AS f WHERE f.state IS NOT NULL
        ORDER BY f.document_no, f.turn COLLATE "C" LIMIT 1) AS f
      CROSS JOIN LATERAL ingest.path_fault(contract ->> 'records_path_text', jsonb_path_exists(contract -> 'records_path', '$[*].each'), f.document_no, f.state, f.state_at, f.meant) AS p
    UNION ALL SELECT 2, candidate.error_code, refusal WHERE refusal IS NOT NULL) AS x ORDER BY x.sort LIMIT 1)
  SELECT 0, NULL::bytea, NULL::jsonb, NULL::jsonb, f.error_code, f.error FROM fault AS f
  UNION ALL SELECT f.ordinality::integer, broken_raws[f.document_no], NULL, NULL, 'invalid_json', broken[f.document_no] FROM found AS f
    WHERE f.value IS NULL AND NOT EXISTS (SELECT FROM fault) AND (wanted IS NULL OR f.ordinality IN (SELECT unnest(wanted)))
  UNION ALL SELECT e.no, e.raw, f.record, e.place, f.error_code, f.error
    FROM (SELECT f.ordinality::integer AS no, convert_to(f.value::text, 'UTF8') AS raw, ingest.place_of(f.said) AS place FROM found AS f
      WHERE f.value IS NOT NULL AND NOT EXISTS (SELECT FROM fault) AND (wanted IS NULL OR f.ordinality IN (SELECT unnest(wanted))) OFFSET 0) AS e
    CROSS JOIN LATERAL ingest.record_fault(e.raw, false) AS f;
END
$$;
COMMENT ON FUNCTION ingest.records(bytea, jsonb, integer[], jsonb)
  IS 'Records of a body, all or those wanted, with their bytes and either jsonb or a fault; a row with record_no 0 is the fault of the file and voids the others. A context may bring the place of each.';

-- To know where records of lines begin takes a whole look at the body as JSON, which one that has been read had already. Where each line
-- begins and ends like an object, and no value begins behind an object on it, the lines are the records: raw line feeds stand between tokens only. 0x01 may stand for 0x00.
CREATE FUNCTION ingest.lines_of_records(body bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  content text;
BEGIN
  IF substring(body FOR 1) = '{' THEN
    SELECT t.content INTO content FROM ingest.readable_text(body, 0) AS t;
  END IF;
  RETURN CASE WHEN content !~ '\}[ \t\r]*["[{0-9tfn-]|[^}]\n|\n[^{]|\u0001' THEN content END;
END
$$;
COMMENT ON FUNCTION ingest.lines_of_records(bytea) IS 'A body that has been read as text, where a glance tells that each line is a record; else NULL.';

CREATE FUNCTION ingest.raw_records(body bytea, contract jsonb, wanted integer[], context jsonb, OUT record_no integer, OUT raw bytea, OUT said jsonb) RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  content text;
BEGIN
  IF jsonb_typeof(contract -> 'records_path') = 'null' THEN
    IF wanted IS NOT NULL THEN
      content := ingest.lines_of_records(body);
    END IF;
    RETURN QUERY SELECT c.no, c.raw, CASE WHEN contract -> 'places' = '[]' THEN NULL WHEN context ? 'places'
        THEN (SELECT jsonb_object_agg(p.key, p.value::text) FROM jsonb_each(context -> 'places' -> (c.no - 1)) AS p) ELSE jsonb_build_object('position:', c.no::text) END
      FROM (SELECT l.no::integer, convert_to(btrim(l.line, E' \t\r'), 'UTF8') AS raw FROM string_to_table(content, E'\n') WITH ORDINALITY AS l (line, no)
          WHERE l.line <> '' AND l.no IN (SELECT unnest(wanted))
        UNION ALL SELECT c.no, c.raw FROM ingest.candidates(body, wanted, (contract ->> 'lines')::boolean) AS c WHERE content IS NULL AND c.no > 0) AS c;
    RETURN;
  END IF;
  -- Where the path finds nothing the body would not have been read, or that is no record.
  RETURN QUERY SELECT f.ordinality::integer, convert_to(f.value::text, 'UTF8'), f.said
    FROM ingest.found_records(ARRAY(SELECT CASE WHEN c.error_code IS NULL THEN convert_from(c.raw, 'UTF8')::json END
      FROM ingest.candidates(body, NULL, (contract ->> 'lines')::boolean) AS c WHERE c.no > 0 ORDER BY c.no), contract, true) WITH ORDINALITY AS f
    WHERE f.state IS NULL AND f.value IS NOT NULL AND (wanted IS NULL OR f.ordinality IN (SELECT unnest(wanted)));
END
$$;
COMMENT ON FUNCTION ingest.raw_records(bytea, jsonb, integer[], jsonb)
  IS 'Records of a body that has been read, all or those wanted, with their bytes and their place as place_of() reads it.';

CREATE FUNCTION ingest.shown(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN $1 IS NULL THEN 'null' WHEN pg_catalog.length($1) > 100 THEN pg_catalog.left($1, 100) || '…' ELSE $1 END
$$;
COMMENT ON FUNCTION ingest.shown(text) IS 'A value as messages show it: cut at 100 characters.';
