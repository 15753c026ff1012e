-- pg_ingest 0.2.0
-- What samples show of each member: the kinds of its values, counted over all records.

-- Without SET and not STRICT, so that it becomes part of the query that asks.
CREATE FUNCTION ingest.value_kind(json_type text, v text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE $1
    -- jsonb writes no exponents.
    WHEN 'number' THEN CASE WHEN pg_catalog.strpos($2, '.') = 0 THEN 'integer' ELSE 'decimal' END
    WHEN 'string' THEN CASE
      WHEN $2 = '' THEN 'null:'
      WHEN pg_catalog.octet_length($2) = 36 AND $2 ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN 'uuid'
      -- It begins with a digit or a minus. Comparing costs less than a pattern.
      WHEN $2 COLLATE "C" >= '-' AND $2 COLLATE "C" < ':' THEN CASE
        WHEN pg_catalog.octet_length($2) = 10 AND $2 ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN 'date'
        WHEN pg_catalog.octet_length($2) >= 16 AND $2 ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)? ?(Z|UTC|[-+][0-9]{2}(:?[0-9]{2})?)$' THEN 'timestamptz'
        WHEN pg_catalog.octet_length($2) >= 16 AND $2 ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?$' THEN 'timestamp'
        WHEN $2 ~ '^[0-9]{8}T[0-9]{6}Z$' THEN 'timestamptz'
        WHEN $2 ~ '^-?(0|[1-9][0-9]{0,30})$' THEN 'integer_string'
        WHEN $2 ~ '^-?(0|[1-9][0-9]{0,30})([.][0-9]{1,30})?([eE][-+]?[0-9]{1,2})?$' THEN 'decimal_string'
        WHEN $2 ~ '^-?([0-9]{1,3}([. ][0-9]{3}){0,9}|[0-9]{1,30}),[0-9]{1,30}$' THEN 'comma_string'
        WHEN $2 = '-' THEN 'null:-'
        ELSE 'text' END
      -- All of the words below begin with one of these.
      WHEN pg_catalog.octet_length($2) > 9 OR pg_catalog.strpos('#FNTUfntu', pg_catalog.left($2, 1)) = 0 THEN 'text'
      WHEN pg_catalog.lower($2) IN ('true', 'false') THEN 'boolean_string'
      WHEN pg_catalog.lower($2) IN ('n/a', '#n/a', 'na', 'null', 'none', 'nil', 'nan', 'undefined') THEN 'null:' || $2
      ELSE 'text' END
    ELSE $1 END
$$;
COMMENT ON FUNCTION ingest.value_kind(text, text)
  IS 'What a JSON value looks like, of its JSON type and its text; null:<string> for strings that often stand for null.';

CREATE FUNCTION ingest.member_evidence(records jsonb[], parent text[])
RETURNS SETOF ingest.member_seen
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT x.key, x.kind, count(*), left(min(x.v COLLATE "C"), 300), left(max(x.v COLLATE "C"), 300), max(octet_length(x.v))
  FROM (SELECT m.key, ingest.value_kind(m.json_type, m.v) AS kind, m.v
    FROM (SELECT e.key, jsonb_typeof(e.value) AS json_type, CASE WHEN jsonb_typeof(e.value) IN ('object', 'array') THEN NULL ELSE e.value #>> '{}' END AS v
      FROM (SELECT CASE WHEN parent = '{}' THEN u.r ELSE u.r #> parent END AS o FROM (SELECT unnest(records) AS r) AS u OFFSET 0) AS p
      CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(p.o) WHEN 'object' THEN p.o ELSE '{}' END) AS e OFFSET 0) AS m) AS x
  GROUP BY x.key, x.kind;
END
$$;
COMMENT ON FUNCTION ingest.member_evidence(jsonb[], text[])
  IS 'The members of the object at a place, each with the kinds of its values.';

CREATE FUNCTION ingest.element_kinds(records jsonb[], steps text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT ingest.value_kind(x.json_type, x.v) FROM (
    SELECT jsonb_typeof(e.value) AS json_type, CASE WHEN jsonb_typeof(e.value) IN ('object', 'array') THEN NULL ELSE e.value #>> '{}' END AS v
    FROM (SELECT u.r #> steps AS o FROM (SELECT unnest(records) AS r) AS u OFFSET 0) AS p
      CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(p.o) WHEN 'array' THEN p.o ELSE '[]' END) AS e OFFSET 0) AS x
    WHERE x.json_type <> 'null' ORDER BY 1);
END
$$;
COMMENT ON FUNCTION ingest.element_kinds(jsonb[], text[]) IS 'The kinds of the elements of the arrays at a place, but for nulls.';

CREATE FUNCTION ingest.has_null_elements(records jsonb[], steps text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM unnest(records) AS r WHERE r #> steps @> '[null]')
$$;
COMMENT ON FUNCTION ingest.has_null_elements(jsonb[], text[]) IS 'Whether a null stands in any array at a place: it would be no record.';

-- The type itself is the judge: what looks like a date need not be one.
CREATE FUNCTION ingest.all_cast(records jsonb[], steps text[], type text, null_strings text[], is_array boolean DEFAULT false) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  seen text[];
BEGIN
  -- What fits their patterns, the others take.
  IF type <> ALL (ARRAY['date', 'timestamp', 'timestamptz', 'bigint']) THEN
    RETURN true;
  END IF;
  seen := CASE WHEN is_array THEN ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof(u.r #> steps) WHEN 'array' THEN u.r #> steps ELSE '[]' END) FROM (SELECT unnest(records) AS r) AS u)
    ELSE ARRAY(SELECT u.r #>> steps FROM (SELECT unnest(records) AS r) AS u) END;
  EXECUTE format('SELECT count(v::%s) FROM unnest($1) AS v WHERE v <> ALL ($2)', type) USING seen, coalesce(null_strings, '{}');
  RETURN true;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  RETURN false;
END
$$;
COMMENT ON FUNCTION ingest.all_cast(jsonb[], text[], text, text[], boolean)
  IS 'Whether the type takes every value at a place, or every element of its arrays, but for the strings that stand for null.';

CREATE FUNCTION ingest.all_within(records jsonb[], steps text[], null_strings text[], low numeric, high numeric) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce(bool_and(x.v::numeric BETWEEN low AND high), false) FROM (SELECT u.r #>> steps AS v FROM (SELECT unnest(records) AS r) AS u) AS x
  WHERE x.v <> ALL (coalesce(null_strings, '{}'))
$$;
COMMENT ON FUNCTION ingest.all_within(jsonb[], text[], text[], numeric, numeric) IS 'Whether all numbers at a place are within bounds.';

CREATE FUNCTION ingest.any_match(records jsonb[], steps text[], pattern text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT EXISTS (SELECT FROM (SELECT unnest(records) AS r) AS u WHERE u.r #>> steps ~ pattern)
$$;
COMMENT ON FUNCTION ingest.any_match(jsonb[], text[], text) IS 'Whether any value at a place fits a pattern.';
