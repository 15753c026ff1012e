-- pg_ingest 0.2.0
-- SQL that tells of a value whether its cast could raise or read it differently: such a record is left to a closer look.

CREATE FUNCTION ingest.null_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN NOT (c ->> 'required')::boolean THEN NULL
    WHEN (c ->> 'has_default')::boolean THEN format('jsonb_typeof(%s) = ''null''', ingest.value_sql(c))
    ELSE format('%s IS NULL', member) END);
END
$$;
COMMENT ON FUNCTION ingest.null_suspect_sql(jsonb, text) IS 'SQL that is true where a required value is missing; NULL where none is required.';

CREATE FUNCTION ingest.long_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN c ->> 'base_oid' = '19' THEN format('octet_length(%s) > 63', member)
    WHEN c ->> 'max_length' IS NOT NULL THEN format('char_length(%s) > %s', member, c ->> 'max_length') END);
END
$$;
COMMENT ON FUNCTION ingest.long_suspect_sql(jsonb, text) IS 'SQL that is true where a text is longer than its column; NULL where any length will do.';

CREATE FUNCTION ingest.quick_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  as_json text := ingest.value_sql(c);
  about jsonb := ingest.type_kinds() -> (c ->> 'kind');
  odd text := CASE
    WHEN c ->> 'base_oid' = '2950' THEN format('octet_length(%s) <> 36', member)
    WHEN c ->> 'base_oid' = '1082' THEN format('%s NOT LIKE ''____-__-__''', member)
    -- No special word and no number looks like this. What follows the T cannot be one either, but GMT or UTC, which have another.
    WHEN c ->> 'base_oid' IN ('1114', '1184')
      THEN format('(%1$s LIKE ''____-__-__T%%T%%'' OR %1$s LIKE ''____-__-__T%%t%%'' OR %1$s NOT LIKE ''____-__-__T%%'' AND %1$s !~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}( [-0-9:.+Z ]*)?$'')', member)
    -- A cast would cut or pad bit strings in silence.
    WHEN c ->> 'base_oid' IN ('1560', '1562') THEN format('%s IS NOT NULL', member)
    -- Times and intervals: special words, and numbers, which their input takes.
    WHEN c ->> 'base_oid' IN ('1083', '1266', '1186') THEN format('CASE WHEN ltrim(%1$s, ''0123456789:.+-'') = '''' THEN position('':'' IN %1$s) = 0 ELSE jsonb_typeof(%2$s) NOT IN (''string'', ''null'') OR %1$s ~* ''\m(now|today|tomorrow|yesterday|epoch|infinity|allballs)\M'' END',
      member, as_json)
    WHEN about ? 'guard' THEN format(about ->> 'guard', member, as_json)
    ELSE format('jsonb_typeof(%s) NOT IN (''null'', %s)', as_json, translate(about ->> 'takes', '"[]', ''''))
      || CASE WHEN c -> 'unfit' <> '[]' THEN format(' OR ingest.unfit_within(%s, %L)', member, c -> 'unfit') ELSE '' END END;
BEGIN
  -- What has the type already is as right as where it stands.
  IF c -> 'given' ? 'plain' THEN
    RETURN NULL;
  END IF;
  RETURN nullif(concat_ws(' OR ', ingest.unconverted_sql(c), ingest.null_suspect_sql(c, member), odd, ingest.long_suspect_sql(c, member)), '');
END
$$;
COMMENT ON FUNCTION ingest.quick_suspect_sql(jsonb, text)
  IS 'SQL that is true where the quick form might accept what the specification refuses; NULL where it cannot.';

-- A regular expression costs by the states that it goes through: the longer what it looks for, the more. What most values
-- are is told without.
CREATE FUNCTION ingest.odd_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE
    WHEN e.labels IS NOT NULL THEN format('%s <> ALL (%L::text[]) OR jsonb_typeof(%s) <> ''string''', member, e.labels, p.as_json)
    WHEN p.plain IS NULL THEN NULL
    WHEN p.about ? 'digits'
      THEN format('CASE WHEN ltrim(%1$s, ''0123456789'') = '''' THEN octet_length(%1$s) NOT BETWEEN 1 AND %2$s WHEN jsonb_typeof(%4$s) = ''number'' THEN (%4$s)::numeric <> trunc((%4$s)::numeric) OR abs((%4$s)::numeric) >= 1e%2$s ELSE %1$s !~ %3$L END',
        member, p.about -> 'digits', p.plain, p.as_json)
    -- A number has at most as many digits before its point as its text has characters, and float8 takes what is short.
    WHEN c ->> 'kind' IN ('float4', 'float8') THEN format('CASE jsonb_typeof(%1$s) WHEN ''number'' THEN octet_length(%2$s) > 30 ELSE %2$s !~ %3$L END', p.as_json, member, p.plain)
    WHEN c ->> 'kind' = 'numeric' THEN format('CASE jsonb_typeof(%1$s) WHEN ''number'' THEN %2$s ELSE %3$s !~ %4$L END', p.as_json,
      -- A whole one less than the least that does not fit, however it is rounded.
      CASE WHEN d.whole IS NULL THEN 'false' ELSE format('octet_length(%3$s) > %4$s AND abs((%1$s)::numeric) > %2$s', p.as_json, repeat('9', least(d.whole, 100)), member, d.whole) END,
      member, p.plain)
    WHEN c ->> 'base_oid' = '2950'
      THEN format('%1$s NOT LIKE ''________-____-____-____-____________'' OR %1$s !~ ''^[0-9a-fA-F-]+$'' OR octet_length(replace(%1$s, ''-'', '''')) <> 32', member)
    WHEN c ->> 'base_oid' IN ('1082', '1114', '1184')
      THEN format('CASE WHEN %s THEN false ELSE %s !~ %L END', ingest.plain_time_sql(member, c ->> 'base_oid' <> '1082'), member, p.plain)
    WHEN c ->> 'kind' = 'array' THEN format('%s::text !~ %L', member, p.plain)
    ELSE format('%s !~ %L', member, p.plain) END
  FROM (SELECT ingest.plain_pattern(c) AS plain, ingest.value_sql(c) AS as_json, ingest.type_kinds() -> (c ->> 'kind') AS about) AS p
  CROSS JOIN LATERAL ingest.numeric_digits((c ->> 'typmod')::integer) AS d
  CROSS JOIN (SELECT array_agg(l.enumlabel::text) AS labels FROM pg_enum AS l WHERE l.enumtypid = (c ->> 'base_oid')::oid) AS e);
END
$$;
COMMENT ON FUNCTION ingest.odd_sql(jsonb, text)
  IS 'SQL that is true where a value is not for certain one that the column''s type takes; NULL where only the type can tell.';

-- A string type of an extension (semver) may refuse texts.
CREATE FUNCTION ingest.takes_any_text(base_oid oid) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT EXISTS (SELECT FROM pg_type AS t JOIN pg_proc AS p ON p.oid = t.typinput WHERE t.oid = base_oid
    AND p.proname IN ('textin', 'varcharin', 'bpcharin', 'namein', 'charin', 'citextin')));
END
$$;
COMMENT ON FUNCTION ingest.takes_any_text(oid) IS 'Whether a string type''s input function takes every text, but for its length.';

-- The type tells a bad value as quickly as it reads a good one. What it would read otherwise than the specification is known by quick_suspect_sql().
CREATE FUNCTION ingest.soft_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN ingest.asks_softly(c) AND (c ->> 'kind' IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric') OR c ->> 'base_oid' IN ('1082', '1083', '1114', '1184', '1186', '869', '2950'))
    THEN concat_ws(' OR ', ingest.quick_suspect_sql(c, member), format('NOT pg_input_is_valid(%s, %L)', member, c ->> 'base_type')) END;
END
$$;
COMMENT ON FUNCTION ingest.soft_suspect_sql(jsonb, text)
  IS 'SQL that asks the type about the column''s value without raising, and is true where a closer look is needed; NULL where it cannot be asked so.';

CREATE FUNCTION ingest.careful_suspect_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  about jsonb := ingest.type_kinds() -> (c ->> 'kind');
BEGIN
  -- Where no pattern is known, the type itself is asked.
  RETURN coalesce(ingest.soft_suspect_sql(c, member), nullif(concat_ws(' OR ', ingest.unconverted_sql(c), ingest.null_suspect_sql(c, member), CASE
    WHEN about ? 'careful_guard' AND (c ->> 'kind' <> 'text' OR ingest.takes_any_text((c ->> 'base_oid')::oid)) THEN format(about ->> 'careful_guard', member, ingest.value_sql(c))
    ELSE coalesce(ingest.odd_sql(c, member), format('%s IS NOT NULL', member)) END,
    ingest.long_suspect_sql(c, member)), ''));
END
$$;
COMMENT ON FUNCTION ingest.careful_suspect_sql(jsonb, text)
  IS 'SQL that is true where the type has to be asked about the column''s value, and never raises; what it does not suspect is right. NULL where all is.';

-- What a glance tells is not asked of a function, which takes ten times as long.
CREATE FUNCTION ingest.code_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  as_json text := ingest.value_sql(c);
  -- It is written down here, not called.
  asked text := format('ingest.%I(%L, %s)', 'value_code', ingest.asked(c), as_json);
  number text := format('(%s)::numeric', as_json);
  high text := CASE c ->> 'base_oid' WHEN '21' THEN '32767' WHEN '23' THEN '2147483647' WHEN '20' THEN '9223372036854775807' END;
  digits record := ingest.numeric_digits((c ->> 'typmod')::integer);
  told text := '';
BEGIN
  -- Beside the value stands what it was made of.
  IF c ->> 'conversion' IS NOT NULL OR c ->> 'null_strings' IS NOT NULL THEN
    RETURN asked;
  END IF;
  IF (c ->> 'required')::boolean THEN
    told := format(' WHEN ''absent'' THEN %s WHEN ''null'' THEN ''missing_required null''', CASE WHEN (c ->> 'has_default')::boolean THEN 'NULL' ELSE '''missing_required absent''' END);
  END IF;
  IF c ->> 'base_oid' IN ('25', '1042', '1043') AND c ->> 'max_length' IS NOT NULL THEN
    told := told || format(' WHEN ''string'' THEN CASE WHEN length(%1$s) > %2$s THEN ''too_long '' || length(%1$s) END', member, c ->> 'max_length');
  ELSIF high IS NOT NULL THEN
    told := told || format(' WHEN ''number'' THEN CASE WHEN %1$s <> trunc(%1$s) THEN ''type_mismatch'' WHEN %1$s NOT BETWEEN -%2$s - 1 AND %2$s THEN ''out_of_range'' END WHEN ''string'' THEN CASE WHEN %3$s !~ ''[0-9]'' THEN ''type_mismatch'' ELSE %4$s END',
      number, high, member, asked);
  ELSIF ingest.needs_digits(c) THEN
    told := told || format(' WHEN ''string'' THEN CASE WHEN %s !~ ''[0-9]'' THEN ''type_mismatch'' ELSE %s END', member, asked);
  ELSIF c ->> 'base_oid' = '1700' AND digits.whole IS NOT NULL THEN
    told := told || format(' WHEN ''number'' THEN CASE WHEN abs(round(%s, %s)) >= ''1e%s''::numeric THEN ''out_of_range'' END', number, digits.scale, digits.whole);
  END IF;
  RETURN CASE told WHEN '' THEN asked ELSE format('CASE coalesce(jsonb_typeof(%s), ''absent'')%s ELSE %s END', as_json, told, asked) END;
END
$$;
COMMENT ON FUNCTION ingest.code_sql(jsonb, text) IS 'SQL for what is wrong with a value that careful_suspect_sql() suspects, as value_code() has it; NULL when nothing is.';
