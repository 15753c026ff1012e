-- pg_ingest 0.2.0
-- SQL that tells of a value whether its cast could raise or read it differently: such a record is left to a closer look.

CREATE FUNCTION ingest.null_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN NOT (c ->> 'required')::boolean THEN NULL
    WHEN (c ->> 'has_default')::boolean THEN format('jsonb_typeof(%s) = ''null''', ingest.path_accessor('r.j', c -> 'path', false))
    ELSE format('%s IS NULL', member) END
$$;
COMMENT ON FUNCTION ingest.null_suspect_sql(jsonb, text) IS 'SQL that is true where a required value is missing; NULL where none is required.';

CREATE FUNCTION ingest.nested_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- Arrays and objects begin with 91 and 123.
  SELECT format('(ascii(%s) | 32 = 123 AND jsonb_typeof(%s) IN (''object'', ''array''))', member, ingest.path_accessor('r.j', c -> 'path', false))
$$;
COMMENT ON FUNCTION ingest.nested_suspect_sql(jsonb, text) IS 'SQL that is true where an object or array came for a text.';

CREATE FUNCTION ingest.long_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN c ->> 'base_oid' = '19' THEN format('octet_length(%s) > 63', member)
    WHEN c ->> 'max_length' IS NOT NULL THEN format('char_length(%s) > %s', member, c ->> 'max_length') END
$$;
COMMENT ON FUNCTION ingest.long_suspect_sql(jsonb, text) IS 'SQL that is true where a text is longer than its column; NULL where any length will do.';

CREATE FUNCTION ingest.quick_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  as_json text := ingest.path_accessor('r.j', c -> 'path', false);
  odd text := CASE
    WHEN c ->> 'base_oid' = '2950' THEN format('octet_length(%s) <> 36', member)
    WHEN c ->> 'base_oid' = '1082' THEN format('%s NOT LIKE ''____-__-__''', member)
    -- No special word and no number looks like this; what follows the T cannot be one either.
    WHEN c ->> 'base_oid' IN ('1114', '1184')
      THEN format('(%1$s NOT LIKE ''____-__-__T%%'' AND %1$s !~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}( [-0-9:.+Z ]*)?$'')', member)
    -- A cast would cut or pad bit strings in silence.
    WHEN c ->> 'base_oid' IN ('1560', '1562') OR c ->> 'kind' = 'datetime' THEN format('%s IS NOT NULL', member)
    WHEN c ->> 'kind' = 'text' THEN ingest.nested_suspect_sql(c, member)
    -- NaN and Infinity, however they are written.
    WHEN c ->> 'kind' IN ('numeric', 'float4', 'float8') THEN format('%1$s LIKE ''%%n%%'' OR %1$s LIKE ''%%N%%''', member)
    WHEN c ->> 'kind' = 'other_number' THEN format('jsonb_typeof(%s) NOT IN (''number'', ''string'', ''null'')', as_json)
    WHEN c ->> 'kind' = 'other' THEN format('jsonb_typeof(%s) NOT IN (''string'', ''null'')', as_json)
      || CASE WHEN c -> 'unfit' <> '[]' THEN format(' OR ingest.unfit_within(%s, %L)', member, c -> 'unfit') ELSE '' END END;
BEGIN
  RETURN nullif(concat_ws(' OR ', ingest.null_suspect_sql(c, member), odd, ingest.long_suspect_sql(c, member)), '');
END
$$;
COMMENT ON FUNCTION ingest.quick_suspect_sql(jsonb, text)
  IS 'SQL that is true where the quick form might accept what the specification refuses; NULL where it cannot.';

-- A regular expression costs by the states that it goes through: the longer what it looks for, the more. What most values
-- are is told without.
CREATE FUNCTION ingest.odd_sql(c jsonb, member text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN p.plain IS NULL THEN NULL
    WHEN c ->> 'kind' IN ('int2', 'int4', 'int8')
      THEN format('CASE WHEN ltrim(%1$s, ''0123456789'') = '''' THEN octet_length(%1$s) NOT BETWEEN 1 AND %2$s ELSE %1$s !~ %3$L END',
        member, CASE c ->> 'kind' WHEN 'int2' THEN 4 WHEN 'int4' THEN 9 ELSE 18 END, p.plain)
    WHEN c ->> 'kind' = 'numeric' THEN format('CASE jsonb_typeof(%1$s) WHEN ''number'' THEN %2$s ELSE %3$s !~ %4$L END', p.as_json,
      -- A whole one less than the least that does not fit, however it is rounded.
      coalesce(format('abs((%s)::numeric) > %s', p.as_json, repeat('9', least(d.whole, 100))), 'false'), member, p.plain)
    WHEN c ->> 'base_oid' = '2950'
      THEN format('%1$s NOT LIKE ''________-____-____-____-____________'' OR %1$s !~ ''^[0-9a-fA-F-]+$'' OR octet_length(replace(%1$s, ''-'', '''')) <> 32', member)
    WHEN c ->> 'base_oid' IN ('1082', '1114', '1184')
      THEN format('CASE WHEN %s THEN false ELSE %s !~ %L END', ingest.plain_time_sql(member, c ->> 'base_oid' <> '1082'), member, p.plain)
    ELSE format('%s !~ %L', member, p.plain) END
  FROM (SELECT ingest.plain_pattern(c) AS plain, ingest.path_accessor('r.j', c -> 'path', false) AS as_json) AS p
  CROSS JOIN LATERAL ingest.numeric_digits((c ->> 'typmod')::integer) AS d
$$;
COMMENT ON FUNCTION ingest.odd_sql(jsonb, text)
  IS 'SQL that is true where a value is not for certain one that the column''s type takes; NULL where only the type can tell.';

CREATE FUNCTION ingest.careful_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  as_json text := ingest.path_accessor('r.j', c -> 'path', false);
BEGIN
  -- Where no pattern is known, the type itself is asked.
  RETURN nullif(concat_ws(' OR ', ingest.null_suspect_sql(c, member), CASE
    WHEN c ->> 'kind' IN ('json', 'jsonb') THEN NULL
    WHEN c ->> 'kind' = 'boolean' THEN format('jsonb_typeof(%s) <> ''boolean''', member)
    WHEN c ->> 'kind' = 'text' THEN ingest.nested_suspect_sql(c, member)
    ELSE coalesce(ingest.odd_sql(c, member),
      format('%s IS NOT NULL AND (ingest.value_fault(%L, %s, NULL)).error_code IS NOT NULL', member, c, as_json)) END,
    ingest.long_suspect_sql(c, member)), '');
END
$$;
COMMENT ON FUNCTION ingest.careful_suspect_sql(jsonb, text)
  IS 'SQL that is true where the column''s value has to be inspected, and never raises; what it does not suspect is right. NULL where all is.';
