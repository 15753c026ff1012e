-- pg_ingest 0.2.0
-- The kinds of types there are, one a row: which JSON values a kind takes, and the SQL that reads, guards and casts them.
-- docs/semantics.md, section 2.

-- A constant, so that who asks for a row looks it up in no table and in no query. A row has:
-- - types: the types of the kind; or category, that of pg_type, for those that no row names.
-- - takes: JSON types besides null.
-- - whole: of numbers only those without a fraction.
-- - held: json where SQL works on the member as jsonb; else on its text.
-- - guard: SQL that is true where the cast would take what the kind does not; null where none is. Without it, whatever is not taken.
-- - careful_guard: SQL that is true where the type has to be asked; null where it never has. Without it, where no pattern fits.
-- - cast, careful_cast: SQL that makes the base type of a member; the careful one raises at no value that is right.
-- - digits: so many digits fit for certain.
-- - sample: a value that the type takes, made of a small number or a letter.
-- In SQL %1$s is the member, %2$s the member as jsonb (not in cast), %3$s the base type and %4$L the element of an array.
-- In a sample %1$s is the number and %2$s the letter. Arrays and objects begin with the characters 91 and 123.
CREATE FUNCTION ingest.type_kinds() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT jsonb $kinds$ {
    "boolean": {"types": ["bool"], "takes": ["string", "boolean"], "held": "json", "guard": null,
      "careful_guard": "jsonb_typeof(%1$s) <> 'boolean'", "careful_cast": "(%1$s #>> '{}')::boolean", "sample": "true"},
    "int2": {"types": ["int2"], "takes": ["string", "number"], "whole": true, "guard": null, "digits": 4, "sample": "%1$s",
      "careful_cast": "CASE WHEN ltrim(%1$s, '0123456789') <> '' AND jsonb_typeof(%2$s) = 'number' THEN (%2$s)::numeric::%3$s ELSE %1$s::%3$s END"},
    "int4": {"types": ["int4"], "takes": ["string", "number"], "whole": true, "guard": null, "digits": 9, "sample": "%1$s",
      "careful_cast": "CASE WHEN ltrim(%1$s, '0123456789') <> '' AND jsonb_typeof(%2$s) = 'number' THEN (%2$s)::numeric::%3$s ELSE %1$s::%3$s END"},
    "int8": {"types": ["int8"], "takes": ["string", "number"], "whole": true, "guard": null, "digits": 18, "sample": "%1$s",
      "careful_cast": "CASE WHEN ltrim(%1$s, '0123456789') <> '' AND jsonb_typeof(%2$s) = 'number' THEN (%2$s)::numeric::%3$s ELSE %1$s::%3$s END"},
    "float4": {"types": ["float4"], "takes": ["string", "number"], "guard": "%1$s LIKE '%%n%%' OR %1$s LIKE '%%N%%'", "sample": "%1$s"},
    "float8": {"types": ["float8"], "takes": ["string", "number"], "guard": "%1$s LIKE '%%n%%' OR %1$s LIKE '%%N%%'", "sample": "%1$s"},
    "numeric": {"types": ["numeric"], "takes": ["string", "number"], "guard": "%1$s LIKE '%%n%%' OR %1$s LIKE '%%N%%'", "sample": "%1$s"},
    "text": {"category": "S", "takes": ["string", "number", "boolean"], "guard": "(ascii(%1$s) | 32 = 123 AND jsonb_typeof(%2$s) IN ('object', 'array'))",
      "careful_guard": "(ascii(%1$s) | 32 = 123 AND jsonb_typeof(%2$s) IN ('object', 'array'))", "cast": "%1$s", "sample": "\"%2$s\""},
    "json": {"types": ["json"], "takes": ["string", "number", "boolean", "array", "object"], "held": "json", "guard": null, "careful_guard": null, "cast": "%1$s::text::json", "sample": "{}"},
    "jsonb": {"types": ["jsonb"], "takes": ["string", "number", "boolean", "array", "object"], "held": "json", "guard": null, "careful_guard": null, "cast": "%1$s", "sample": "{}"},
    "datetime": {"types": ["date", "time", "timetz", "timestamp", "timestamptz", "interval"], "takes": ["string"], "sample": "\"2000-01-0%1$s\""},
    "array": {"category": "A", "takes": ["string", "array"], "held": "json", "guard": null, "cast": "ingest.array_text(%1$s, %4$L::jsonb)::%3$s", "sample": "[]"},
    "other_number": {"category": "N", "takes": ["string", "number"], "sample": "%1$s"},
    "other": {"takes": ["string"]}
  }$kinds$
$$;
COMMENT ON FUNCTION ingest.type_kinds()
  IS 'The coercion table of docs/semantics.md, a row a kind of types: the JSON types that it takes, and the SQL that reads, guards and casts them.';

CREATE FUNCTION ingest.type_kind(base_oid oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The vectors are no arrays: their text has neither braces nor commas.
  RETURN (SELECT coalesce(
    (SELECT k.kind FROM jsonb_each(ingest.type_kinds()) AS k (kind, about) WHERE t.typnamespace = 'pg_catalog'::regnamespace AND k.about -> 'types' ? t.typname::text),
    (SELECT k.kind FROM jsonb_each(ingest.type_kinds()) AS k (kind, about) WHERE k.about ->> 'category' = t.typcategory::text
      AND (t.typcategory <> 'A' OR t.typlen = -1 AND t.typelem <> 0 AND t.oid NOT IN ('int2vector'::regtype, 'oidvector'::regtype))),
    'other') FROM pg_type AS t WHERE t.oid = base_oid);
END
$$;
COMMENT ON FUNCTION ingest.type_kind(oid) IS 'Which row of type_kinds() a base type belongs to.';

CREATE FUNCTION ingest.with_takes(described jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN described || jsonb_build_object('takes', ingest.type_kinds() -> (described ->> 'kind') -> 'takes')
    || CASE WHEN ingest.type_kinds() -> (described ->> 'kind') ? 'whole' THEN '{"whole": true}' ELSE '{}' END::jsonb
    || CASE WHEN described ->> 'kind' = 'array' THEN jsonb_build_object('element', ingest.with_takes(described -> 'element')) ELSE '{}' END;
END
$$;
COMMENT ON FUNCTION ingest.with_takes(jsonb)
  IS 'A type as value_code() and array_text() want it: with the JSON types that it takes, and that its elements take, as a constant of the compiled statement.';

CREATE FUNCTION ingest.array_text(value jsonb, element jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  takes jsonb := element -> 'takes';
  item jsonb;
  parts text[] := '{}';
BEGIN
  IF jsonb_typeof(value) <> 'array' THEN
    IF jsonb_typeof(value) <> 'string' OR ingest.unfit_within(value #>> '{}', element -> 'unfit') THEN
      RAISE EXCEPTION 'no array' USING ERRCODE = 'invalid_text_representation';
    END IF;
    IF element ->> 'max_length' IS NOT NULL OR element ->> 'base_oid' IN ('1560', '1562') THEN
      -- The cast of a whole array would cut its elements in silence.
      PERFORM ingest.scalar_text(to_jsonb(e), element), CASE WHEN element ->> 'max_length' IS NULL THEN ingest.try_input(e, (element ->> 'base_oid')::oid, -1, NULL) END
      FROM unnest((value #>> '{}')::text[]) AS e;
    END IF;
    RETURN value #>> '{}';
  END IF;
  IF jsonb_typeof(value -> 0) = 'array' AND NOT takes ? 'array' THEN
    RETURN ingest.nested_array_text(value, element);
  END IF;
  FOR item IN SELECT e.value FROM jsonb_array_elements(value) AS e LOOP
    IF takes ? jsonb_typeof(item) THEN
      parts := parts || ingest.scalar_text(item, element);
    ELSIF item = 'null' THEN
      parts := parts || NULL::text;
    ELSE
      RAISE EXCEPTION 'mismatch' USING ERRCODE = 'invalid_text_representation';
    END IF;
  END LOOP;
  IF element ->> 'delimiter' IS NULL THEN
    RETURN parts::text;
  END IF;
  RETURN '{' || coalesce((SELECT string_agg(coalesce('"' || replace(replace(p.part, '\', '\\'), '"', '\"') || '"', 'NULL'), element ->> 'delimiter' ORDER BY p.no)
    FROM unnest(parts) WITH ORDINALITY AS p (part, no)), '') || '}';
END
$$;
COMMENT ON FUNCTION ingest.array_text(jsonb, jsonb)
  IS 'The array literal for a JSON array (or a string given to the array''s own input); raises class 22 where an element does not fit.';

CREATE FUNCTION ingest.nested_array_text(value jsonb, element jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  level jsonb[] := ARRAY[value];
  below jsonb[];
  item jsonb;
  parts text[] := '{}';
  sizes integer[] := '{}';
BEGIN
  -- Level by level: all arrays of one level are as long as each other, and all that they hold are arrays or none is.
  LOOP
    sizes := sizes || jsonb_array_length(level[1]);
    IF cardinality(sizes) > 6 THEN
      RAISE EXCEPTION 'more than 6 dimensions' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    below := ARRAY(SELECT e.value FROM unnest(level) WITH ORDINALITY AS l (value, no) CROSS JOIN LATERAL jsonb_array_elements(l.value) WITH ORDINALITY AS e (value, no) ORDER BY l.no, e.no);
    IF cardinality(below) = 0 OR EXISTS (SELECT FROM unnest(level) AS l (value) WHERE jsonb_array_length(l.value) <> sizes[cardinality(sizes)]) THEN
      RAISE EXCEPTION 'no rectangle' USING ERRCODE = 'invalid_text_representation';
    END IF;
    EXIT WHEN jsonb_typeof(below[1]) <> 'array';
    IF EXISTS (SELECT FROM unnest(below) AS b (value) WHERE jsonb_typeof(b.value) <> 'array') THEN
      RAISE EXCEPTION 'no rectangle' USING ERRCODE = 'invalid_text_representation';
    END IF;
    level := below;
  END LOOP;
  FOREACH item IN ARRAY below LOOP
    IF item <> 'null' AND NOT element -> 'takes' ? jsonb_typeof(item) THEN
      RAISE EXCEPTION 'mismatch' USING ERRCODE = 'invalid_text_representation';
    END IF;
    parts := parts || CASE WHEN item = 'null' THEN 'NULL' ELSE '"' || replace(replace(ingest.scalar_text(item, element), '\', '\\'), '"', '\"') || '"' END;
  END LOOP;
  FOR i IN REVERSE cardinality(sizes) .. 1 LOOP
    parts := ARRAY(SELECT '{' || string_agg(p.part, coalesce(element ->> 'delimiter', ',') ORDER BY p.no) || '}'
      FROM unnest(parts) WITH ORDINALITY AS p (part, no) GROUP BY (p.no - 1) / sizes[i] ORDER BY (p.no - 1) / sizes[i]);
  END LOOP;
  RETURN parts[1];
END
$$;
COMMENT ON FUNCTION ingest.nested_array_text(jsonb, jsonb)
  IS 'The array literal of several dimensions for arrays inside an array; raises class 22 where they are no rectangle or an element does not fit, class 54 beyond 6 dimensions.';

CREATE FUNCTION ingest.scalar_text(value jsonb, described jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kind text := described ->> 'kind';
  came text := jsonb_typeof(value);
  content text := value #>> '{}';
  bits integer;
BEGIN
  IF came = 'null' THEN
    RETURN NULL;
  ELSIF kind IN ('json', 'jsonb', 'array') THEN
    RETURN CASE kind WHEN 'array' THEN ingest.array_text(value, described -> 'element') ELSE value::text END;
  ELSIF came = 'number' AND described ? 'whole' AND content::numeric <> trunc(content::numeric)
    OR came = 'string' AND (CASE kind WHEN 'other' THEN ingest.unfit_within(content, described -> 'unfit') ELSE ingest.unfit(content, described -> 'unfit') END) THEN
    RAISE EXCEPTION 'mismatch' USING ERRCODE = 'invalid_text_representation';
  ELSIF came = 'number' AND described ? 'whole' THEN
    RETURN trunc(content::numeric)::text;
  ELSIF (CASE WHEN described ->> 'base_oid' = '19' THEN octet_length(content)
    ELSE length(content) END) > (described ->> 'max_length')::integer THEN
    RAISE EXCEPTION 'too long' USING ERRCODE = 'string_data_right_truncation', DETAIL = length(content);
  ELSIF described ->> 'base_oid' IN ('1560', '1562') AND (described ->> 'typmod')::integer > 0 THEN
    -- A cast would cut or pad bit strings in silence; their input functions refuse them by length before anything else.
    bits := CASE lower(left(content, 1)) WHEN 'b' THEN length(content) - 1 WHEN 'x' THEN (length(content) - 1) * 4 ELSE length(content) END;
    IF described ->> 'base_oid' = '1560' AND bits <> (described ->> 'typmod')::integer THEN
      RAISE EXCEPTION 'bit length' USING ERRCODE = 'string_data_length_mismatch';
    ELSIF bits > (described ->> 'typmod')::integer THEN
      RAISE EXCEPTION 'bit length' USING ERRCODE = 'string_data_right_truncation';
    END IF;
  END IF;
  RETURN content;
END
$$;
COMMENT ON FUNCTION ingest.scalar_text(jsonb, jsonb)
  IS 'The text to give to the type''s input function of a value of a JSON type that the type takes; raises class 22 where the value does not fit all the same.';
