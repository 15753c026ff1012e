-- pg_ingest 0.2.0
-- The SQL that makes a column's value of a member, what no string may be, and what is known of a type's texts without asking it.

CREATE FUNCTION ingest.unfit(content text, unfit jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Nine digits and more are a count of seconds, or of less; their input would take them for a year with month and day.
  -- Without a backslash neither notation for bytes can be told from base64, which would be stored as its own letters.
  RETURN unfit ? 'words' AND content ~* '\m(now|today|tomorrow|yesterday|epoch|infinity|allballs)\M'
    OR unfit ? 'digits' AND content ~ '(^|[[({,])[[:space:]]*[0-9]{9,}[[:space:]]*([])},]|$)'
    OR unfit ? 'zones' AND content ~* '(^|[^a-z_/])(gmt|utc)[-+][0-9:]*[1-9]'
    OR unfit ? 'nan' AND content ~* '\m(nan|inf|infinity)\M'
    OR unfit ? 'bytes' AND strpos(content, '\') = 0 AND content <> '';
END
$$;
COMMENT ON FUNCTION ingest.unfit(text, jsonb)
  IS 'Whether a string is one that the type''s input would take for something that data do not mean; unfit, of the contract, says what to look for.';

CREATE FUNCTION ingest.unfit_within(content text, unfit jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- Quotes and backslashes go before a part is read, so that they hide nothing. Bytes are looked at where they stand alone.
  SELECT unfit <> '[]' AND ingest.unfit(CASE WHEN unfit ? 'bytes' THEN content ELSE translate(content, '"\', '') END, unfit)
$$;
COMMENT ON FUNCTION ingest.unfit_within(text, jsonb) IS 'unfit() of the text of an array, range or composite, by what its parts must not be.';

CREATE FUNCTION ingest.plain_array_pattern(element jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text := CASE
    -- A domain has more to say.
    WHEN element ->> 'type' <> element ->> 'base_type' THEN NULL
    WHEN ingest.type_kinds() -> (element ->> 'kind') ? 'digits' OR element ->> 'kind' IN ('float4', 'float8') OR element ->> 'kind' = 'numeric' AND ingest.digits_pattern(element) IS NOT NULL
      THEN btrim(ingest.plain_pattern(element), '^$')
    -- Dates, times and uuids need no escapes.
    WHEN element ->> 'base_oid' IN ('1082', '1114', '1184', '2950') THEN '"' || btrim(ingest.plain_pattern(element), '^$') || '"'
    -- A regular expression counts up to 255, at a cost that grows.
    WHEN element ->> 'kind' = 'text' AND element ->> 'base_oid' IN ('25', '1043') AND coalesce((element ->> 'max_length')::integer, 0) <= 100
      THEN '"[^][{}\\"]' || coalesce(format('{0,%s}', element ->> 'max_length'), '*') || '"'
    ELSE (SELECT '"(' || string_agg(l.enumlabel, '|' ORDER BY l.enumsortorder) || ')"' FROM pg_enum AS l WHERE l.enumtypid = (element ->> 'base_oid')::oid
      HAVING bool_and(l.enumlabel ~ '^[A-Za-z0-9_ -]+$')) END;
BEGIN
  -- Without brackets, braces and backslashes inside, JSON's array and PostgreSQL's differ in the outer brackets alone.
  RETURN '^\[(' || item || '(, ' || item || ')*)?\]$';
END
$$;
COMMENT ON FUNCTION ingest.plain_array_pattern(jsonb)
  IS 'What only JSON arrays match that are array literals but for the brackets, of elements that their type takes for certain; NULL where none is known.';

CREATE FUNCTION ingest.quick_value_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  cast_sql text := format(coalesce(ingest.type_kinds() -> (c ->> 'kind') ->> 'cast', '%1$s::%3$s'), member, NULL, c ->> 'base_type',
    CASE WHEN c ->> 'kind' = 'array' THEN ingest.with_takes(c -> 'element') END);
  plain text := CASE WHEN c ->> 'kind' = 'array' THEN ingest.plain_array_pattern(c -> 'element') END;
BEGIN
  RETURN CASE WHEN c -> 'given' ? 'plain' THEN format('%s::%s', member, c ->> 'base_type') WHEN plain IS NULL THEN cast_sql
    ELSE format('CASE WHEN %1$s::text ~ %2$L THEN translate(%1$s::text, ''[]'', ''{}'')::%3$s ELSE %4$s END', member, plain, c ->> 'base_type', cast_sql) END;
END
$$;
COMMENT ON FUNCTION ingest.quick_value_sql(jsonb, text) IS 'SQL that gives a member the column''s base type.';

CREATE FUNCTION ingest.careful_value_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  about jsonb := ingest.type_kinds() -> (c ->> 'kind');
BEGIN
  -- What the type was asked about is right, but need not be plain.
  RETURN CASE WHEN about ? 'careful_cast' THEN format(about ->> 'careful_cast', member, ingest.value_sql(c), c ->> 'base_type') ELSE ingest.quick_value_sql(c, member) END;
END
$$;
COMMENT ON FUNCTION ingest.careful_value_sql(jsonb, text)
  IS 'SQL that gives a member the column''s base type and raises at nothing but a fault of that column.';

CREATE FUNCTION ingest.numeric_digits(typmod integer, OUT whole integer, OUT scale integer)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF typmod >= 4 THEN
    scale := (typmod - 4 & 2047 # 1024) - 1024;
    whole := (typmod - 4 >> 16 & 65535) - scale;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.numeric_digits(integer)
  IS 'How many digits numeric''s modifier allows before and after the point (utils/adt/numeric.c, make_numeric_typmod); NULLs without one.';

CREATE FUNCTION ingest.digits_pattern(c jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- So few digits fit without being rounded.
  RETURN (SELECT CASE
      WHEN d.whole IS NULL THEN '^-?[0-9]{1,100}(\.[0-9]{1,100})?$'
      WHEN d.scale = 0 AND d.whole > 0 THEN format('^-?[0-9]{1,%s}$', least(d.whole, 100))
      WHEN d.scale > 0 AND d.whole > 0 THEN format('^-?[0-9]{1,%s}(\.[0-9]{1,%s})?$', least(d.whole, 100), least(d.scale, 100)) END
  FROM ingest.numeric_digits((c ->> 'typmod')::integer) AS d);
END
$$;
COMMENT ON FUNCTION ingest.digits_pattern(jsonb) IS 'What only numbers that fit a numeric column as they are match; NULL where no such pattern is known.';

CREATE FUNCTION ingest.plain_pattern(c jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE
    WHEN ingest.type_kinds() -> (c ->> 'kind') ? 'digits' THEN format('^-?[0-9]{1,%s}$', ingest.type_kinds() -> (c ->> 'kind') -> 'digits')
    WHEN c ->> 'kind' IN ('float4', 'float8') THEN '^-?[0-9]{1,15}(\.[0-9]{1,15})?$'
    WHEN c ->> 'kind' = 'numeric' THEN ingest.digits_pattern(c)
    WHEN c ->> 'base_oid' = '2950' THEN '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
    WHEN c ->> 'base_oid' IN ('1082', '1114', '1184') THEN
      '^[1-9][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
      || CASE WHEN c ->> 'base_oid' <> '1082'
        THEN '[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-2])(:[0-5][0-9])?)?' ELSE '' END
      || '$'
    WHEN c ->> 'base_oid' = '1083' THEN '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$'
    WHEN c ->> 'base_oid' = '1186' AND (c ->> 'typmod')::integer = -1 THEN '^([0-9]{1,4} days?|([0-9]{1,4} days? )?[0-9]{1,2}:[0-5][0-9]:[0-5][0-9]|P[0-9]{1,4}D|PT[0-9]{1,4}[HMS])$'
    WHEN c ->> 'base_oid' = '869' THEN '^(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$'
    WHEN c ->> 'kind' = 'array' THEN ingest.plain_array_pattern(c -> 'element') END);
END
$$;
COMMENT ON FUNCTION ingest.plain_pattern(jsonb)
  IS 'A regular expression that only texts match which the column''s type takes for certain; NULL where none is known.';

CREATE FUNCTION ingest.plain_time_sql(member text, with_time boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format(CASE WHEN with_time
      THEN '(%1$s LIKE ''____-__-__T__:__:__Z'' OR %1$s LIKE ''____-__-__T__:__:__.___Z'' AND ltrim(substr(%1$s, 21, 3), ''0123456789'') = '''')'
      ELSE '%s LIKE ''____-__-__''' END, member) || string_agg(
    format(' AND substr(%s, %s, 2) = ANY (%L::text[])', member, d.place, ARRAY(SELECT lpad(n::text, 2, '0') FROM generate_series(d.low, d.high) AS n)),
    '' ORDER BY d.place)
  FROM (VALUES (1, 19, 20), (3, 0, 99), (6, 1, 12), (9, 1, 28), (12, 0, 23), (15, 0, 59), (18, 0, 59)) AS d (place, low, high)
  WHERE with_time OR d.place < 12);
END
$$;
COMMENT ON FUNCTION ingest.plain_time_sql(text, boolean)
  IS 'SQL that is true of most dates of these two centuries, or times in UTC in seconds or milliseconds, in the form of ISO 8601; false of some, and of all else.';
