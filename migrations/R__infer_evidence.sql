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
      -- A pattern costs by its states, a tenth with few of them. Where each hyphen stands, LIKE tells; that there are no more, the length without them.
      WHEN pg_catalog.octet_length($2) = 36 AND $2 COLLATE "C" LIKE '________-____-____-____-____________' AND $2 ~ '^[-0-9a-fA-F]+$'
        AND pg_catalog.octet_length(pg_catalog.replace($2, '-', '')) = 32 THEN 'uuid'
      -- It begins with a digit or a minus. Comparing costs less than a pattern.
      WHEN $2 COLLATE "C" >= '-' AND $2 COLLATE "C" < ':' THEN CASE
        WHEN pg_catalog.octet_length($2) = 10 AND $2 ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN 'date'
        -- Most are written so. Digits elsewhere than they should be are for the type to refuse.
        WHEN $2 COLLATE "C" LIKE '____-__-__T__:__:__%Z' AND $2 ~ '^[0-9][-0-9T:.]+Z$' THEN 'timestamptz'
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

-- One grouping for each record costs a third of one for each of its members. Records that are alike in the kinds of all of these
-- are one group, and its bounds are then put together by member.
CREATE FUNCTION ingest.members_by_name_sql(names text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('SELECT x.kind, x.no, sum(x.n)::bigint AS n, left(min(x.lowest COLLATE "C"), 300) AS lowest, left(max(x.highest COLLATE "C"), 300) AS highest, max(x.longest) AS longest
    FROM (SELECT s.kind, s.no, g.n, s.lowest, s.highest, s.longest FROM (
      SELECT count(*) AS n, ARRAY[%1$s] AS kinds, ARRAY[%2$s] AS lowest, ARRAY[%3$s] AS highest, ARRAY[%4$s] AS longest
      FROM (SELECT %5$s FROM (SELECT %6$s FROM (SELECT %7$s FROM (SELECT unnest($1) AS o) AS u OFFSET 0) AS m OFFSET 0) AS m OFFSET 0) AS m GROUP BY %1$s) AS g
      CROSS JOIN LATERAL unnest(g.kinds, g.lowest, g.highest, g.longest) WITH ORDINALITY AS s (kind, lowest, highest, longest, no)) AS x
    WHERE x.kind IS NOT NULL GROUP BY x.kind, x.no',
    string_agg(format('m.k%s', n.no), ', ' ORDER BY n.no), string_agg(format('min(m.v%s COLLATE "C")', n.no), ', ' ORDER BY n.no),
    string_agg(format('max(m.v%s COLLATE "C")', n.no), ', ' ORDER BY n.no), string_agg(format('max(octet_length(m.v%s))', n.no), ', ' ORDER BY n.no),
    string_agg(format('m.v%1$s, ingest.value_kind(m.t%1$s, m.v%1$s) AS k%1$s', n.no), ', ' ORDER BY n.no),
    string_agg(format('jsonb_typeof(m.j%1$s) AS t%1$s, CASE WHEN jsonb_typeof(m.j%1$s) IN (''object'', ''array'') THEN NULL ELSE m.j%1$s #>> ''{}'' END AS v%1$s', n.no), ', ' ORDER BY n.no),
    string_agg(format('u.o -> %L AS j%s', n.name, n.no), ', ' ORDER BY n.no))
  FROM unnest(names) WITH ORDINALITY AS n (name, no)
$$;
COMMENT ON FUNCTION ingest.members_by_name_sql(text[]) IS 'The query of what is seen of members of these names in the objects $1: kind, number of the name, count, lowest, highest and longest value.';

CREATE FUNCTION ingest.member_evidence(records jsonb[], parent text[])
RETURNS SETOF ingest.member_seen
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  objects jsonb[] := CASE parent WHEN '{}' THEN records ELSE ARRAY(SELECT u.r #> parent FROM (SELECT unnest(records) AS r) AS u WHERE jsonb_typeof(u.r #> parent) = 'object') END;
  members bigint;
  frequent text[];
  -- More of them have more ways to differ.
  at_once constant integer := 16;
  names text[];
  seen record;
BEGIN
  SELECT count(*), coalesce(array_agg(n.name ORDER BY n.name COLLATE "C") FILTER (WHERE n.times * 4 >= cardinality(objects)), '{}') INTO members, frequent
  FROM (SELECT k.name, count(*) AS times FROM (SELECT jsonb_object_keys(CASE jsonb_typeof(u.o) WHEN 'object' THEN u.o ELSE '{}' END) AS name FROM (SELECT unnest(objects) AS o) AS u) AS k GROUP BY k.name) AS n;
  FOR place IN 1 .. cardinality(frequent) BY at_once LOOP
    names := frequent[place:place + at_once - 1];
    FOR seen IN EXECUTE ingest.members_by_name_sql(names) USING objects LOOP
      RETURN NEXT ROW(names[seen.no], seen.kind, seen.n, seen.lowest, seen.highest, seen.longest)::ingest.member_seen;
    END LOOP;
  END LOOP;
  IF members > cardinality(frequent) THEN
    RETURN QUERY SELECT x.key, x.kind, count(*), left(min(x.v COLLATE "C"), 300), left(max(x.v COLLATE "C"), 300), max(octet_length(x.v))
    FROM (SELECT m.key, ingest.value_kind(m.json_type, m.v) AS kind, m.v
      FROM (SELECT e.key, jsonb_typeof(e.value) AS json_type, CASE WHEN jsonb_typeof(e.value) IN ('object', 'array') THEN NULL ELSE e.value #>> '{}' END AS v
        FROM (SELECT CASE jsonb_typeof(u.o) WHEN 'object' THEN u.o - frequent ELSE '{}' END AS rest FROM (SELECT unnest(objects) AS o) AS u OFFSET 0) AS p
        CROSS JOIN LATERAL jsonb_each(p.rest) AS e OFFSET 0) AS m) AS x
    GROUP BY x.key, x.kind;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.member_evidence(jsonb[], text[])
  IS 'The members of the object at a place, each with the kinds of its values.';

CREATE FUNCTION ingest.element_kinds(records jsonb[], steps text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  types text[];
BEGIN
  -- Few arrays differ in the types of their elements, however many there are.
  types := ARRAY(SELECT DISTINCT t.value COLLATE "C" FROM (SELECT DISTINCT jsonb_path_query_array(u.o, '$[*].type()') AS types
      FROM (SELECT r #> steps AS o FROM (SELECT unnest(records) AS r) AS u OFFSET 0) AS u WHERE jsonb_typeof(u.o) = 'array') AS a
    CROSS JOIN LATERAL jsonb_array_elements_text(a.types) AS t (value) ORDER BY 1);
  IF NOT types && '{number,string}' THEN
    RETURN types;
  END IF;
  RETURN ARRAY(SELECT DISTINCT ingest.value_kind(x.json_type, x.v) COLLATE "C" FROM (
    SELECT jsonb_typeof(e.value) AS json_type, CASE WHEN jsonb_typeof(e.value) IN ('object', 'array') THEN NULL ELSE e.value #>> '{}' END AS v
    FROM (SELECT u.r #> steps AS o FROM (SELECT unnest(records) AS r) AS u OFFSET 0) AS p
      CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(p.o) WHEN 'array' THEN p.o ELSE '[]' END) AS e OFFSET 0) AS x ORDER BY 1);
END
$$;
COMMENT ON FUNCTION ingest.element_kinds(jsonb[], text[]) IS 'The kinds of the elements of the arrays at a place.';

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
