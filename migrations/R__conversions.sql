-- pg_ingest 0.2.0
-- Conversions: what is made of a JSON value before it is coerced. Each gives another JSON value. docs/semantics.md, section 2.

CREATE FUNCTION ingest.conversions() RETURNS TABLE (name text, argument text, types text[], expected text, example text, came jsonb)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  VALUES ('epoch_s', NULL, '{date,timestamp,timestamptz}'::text[], 'epoch seconds', 'epoch_s', jsonb '1793527200.5'),
    ('epoch_ms', NULL, '{date,timestamp,timestamptz}', 'epoch milliseconds', 'epoch_ms', '"1793527200040"'),
    ('epoch_us', NULL, '{date,timestamp,timestamptz}', 'epoch microseconds', 'epoch_us', '1793527200123456'),
    ('epoch_ns', NULL, '{date,timestamp,timestamptz}', 'epoch nanoseconds', 'epoch_ns', '1793527200123456789'),
    ('epoch_days', NULL, '{date,timestamp,timestamptz}', 'days since 1970-01-01', 'epoch_days', '20758'),
    ('timestamp', 'pattern', '{date,timestamp,timestamptz}', 'a time as %s', 'timestamp:DD.MM.YYYY HH24:MI', '"01.11.2026 10:00"'),
    ('base64', NULL, '{bytea}', 'base64', 'base64', '"aGk="'),
    ('base64_json', NULL, NULL, 'base64 of JSON', 'base64_json', '"eyJhIjogMX0="'),
    ('entry', 'key', NULL, 'keys with values, of which "%s" is one', 'entry:service.name', '[{"key": "service.name", "value": {"stringValue": "checkout"}}]'),
    ('hex', NULL, '{bytea}', 'hexadecimal digits', 'hex', '"0x6869"'),
    ('decimal_comma', NULL, '{int2,int4,int8,numeric,float4,float8}', 'a number with a decimal comma', 'decimal_comma', '"1.234,50"'),
    ('list', 'separator', '{array}', 'a list with "%s" between its elements', 'list:,', '"a, b"'),
    ('json_text', NULL, NULL, 'a string that holds JSON', 'json_text', '"{\"a\": 1}"')
$$;
COMMENT ON FUNCTION ingest.conversions()
  IS 'The conversions there are: what stands behind the colon, the types that each is for (array: any array; NULL: every type), what messages expect, and an example with a value.';

CREATE FUNCTION ingest.is_converted(types text[], described jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT types IS NULL OR described ->> 'kind' = ANY (types) OR (described ->> 'base_oid')::oid = ANY (SELECT t::regtype FROM unnest(types) AS t WHERE t <> 'array')
$$;
COMMENT ON FUNCTION ingest.is_converted(text[], jsonb) IS 'Whether a conversion that is for these types is for the type that is described.';

CREATE FUNCTION ingest.conversion_problem(conversion text, described jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c record;
  given text := substring(conversion FROM ':(.*)$');
BEGIN
  SELECT * INTO c FROM ingest.conversions() AS x WHERE x.name = split_part(conversion, ':', 1);
  RETURN CASE
    WHEN c.name IS NULL THEN format('as %s is none of %s', conversion,
      (SELECT string_agg(x.name || coalesce(':<' || x.argument || '>', ''), ', ' ORDER BY x.name) FROM ingest.conversions() AS x))
    WHEN c.argument IS NOT NULL AND coalesce(given, '') = '' THEN format('as %s needs a %s behind a colon: %1$s:<%2$s>', c.name, c.argument)
    WHEN c.argument IS NULL AND given IS NOT NULL THEN format('as %s takes nothing behind a colon', c.name)
    WHEN NOT ingest.is_converted(c.types, described)
      THEN format('as %s is for %s, and the column is %s, which takes %s', c.name, array_to_string(c.types, ', '), described ->> 'type',
        (SELECT string_agg(x.name, ', ' ORDER BY x.name) FROM ingest.conversions() AS x WHERE ingest.is_converted(x.types, described))) END;
END
$$;
COMMENT ON FUNCTION ingest.conversion_problem(text, jsonb) IS 'What is wrong with a conversion for a column of the type that is described; NULL where nothing is.';

CREATE FUNCTION ingest.expected_value(conversion text, type text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT format(x.expected, substring($1 FROM ':(.*)$')) || ' for ' || $2
  FROM (SELECT c.name, c.expected FROM ingest.conversions() AS c UNION ALL SELECT f.form, f.expected FROM ingest.container_forms() AS f) AS x WHERE x.name = split_part($1, ':', 1)
$$;
COMMENT ON FUNCTION ingest.expected_value(text, text) IS 'What messages expect of a column''s value where it is converted, such as epoch milliseconds for date.';

-- Out of every type's range, so that the type says so.
CREATE FUNCTION ingest.epoch_text(count numeric, unit text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  beyond text := '99999999-01-01';
  micros numeric;
  days integer;
BEGIN
  IF abs(count) > 1e25 THEN
    RETURN beyond;
  ELSIF unit = 'epoch_days' THEN
    RETURN CASE WHEN count <> trunc(count) THEN NULL WHEN count NOT BETWEEN -2440588 AND 2145042905 THEN beyond
      ELSE (date '1970-01-01' + count::integer)::text END;
  END IF;
  micros := round(count * CASE unit WHEN 'epoch_s' THEN 1000000 WHEN 'epoch_ms' THEN 1000 WHEN 'epoch_us' THEN 1 ELSE 0.001 END);
  -- From datatype/timestamp.h's MIN_TIMESTAMP, counted from 1970, to what 64 bits hold.
  IF micros NOT BETWEEN -210866803200000000 AND 9223372036854775807 THEN
    RETURN beyond;
  END IF;
  days := floor(micros / 86400000000);
  -- An interval is multiplied as a float, which holds what is less than a day.
  RETURN ((date '1970-01-01' + days)::timestamp + (micros - days * 86400000000.0)::float8 * interval '1 microsecond')::text;
END
$$;
COMMENT ON FUNCTION ingest.epoch_text(numeric, text)
  IS 'The text of the time that is so many seconds (or of what unit says) after 1970; NULL for a fraction of a day.';

-- What most values are, said in the statement: a call for each costs more than all else that is done with it. Up to the year
-- 2255 a count of microseconds is exact as a float, by which intervals are multiplied.
CREATE FUNCTION ingest.epoch_sql(c jsonb, otherwise text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  raw text := ingest.raw_sql(c);
  digits text := ingest.raw_sql(c, true);
  unit text := c ->> 'conversion';
  most text := CASE unit WHEN 'epoch_s' THEN '9000000000' WHEN 'epoch_ms' THEN '9000000000000' WHEN 'epoch_us' THEN '9000000000000000'
    WHEN 'epoch_ns' THEN '9000000000000000000' ELSE '100000' END;
  made text := CASE WHEN unit = 'epoch_days' THEN '(date ''1970-01-01'' + (%s)::integer)'
    ELSE format('(timestamp ''1970-01-01'' + round(%%s * %s)::float8 * interval ''1 microsecond'')%s',
      CASE unit WHEN 'epoch_s' THEN '1000000' WHEN 'epoch_ms' THEN '1000' WHEN 'epoch_us' THEN '1' ELSE '0.001' END,
      -- A time of day would have to be told from what is none.
      CASE WHEN c ->> 'base_oid' = '1082' THEN '::date' ELSE '' END) END;
BEGIN
  RETURN format('CASE jsonb_typeof(%1$s) WHEN ''null'' THEN %1$s
    WHEN ''number'' THEN CASE WHEN (%1$s)::numeric BETWEEN -%3$s AND %3$s%4$s THEN to_jsonb(%5$s) ELSE %6$s END
    ELSE CASE WHEN CASE WHEN ltrim(%2$s, ''0123456789'') = '''' AND octet_length(%2$s) BETWEEN 1 AND %7$s THEN (%2$s)::numeric <= %3$s ELSE false END THEN to_jsonb(%8$s) ELSE %6$s END END',
    raw, digits, most, CASE unit WHEN 'epoch_days' THEN format(' AND (%1$s)::numeric = trunc((%1$s)::numeric)', raw) ELSE '' END,
    format(made, format('(%s)::numeric', raw)), otherwise, length(most), format(made, format('(%s)::numeric', digits)));
END
$$;
COMMENT ON FUNCTION ingest.epoch_sql(jsonb, text)
  IS 'SQL for what an epoch conversion makes of a column''s value: made in place where that is sure to be right, and otherwise as is given.';

CREATE FUNCTION ingest.decoded_text(content text, name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  digits text;
BEGIN
  IF name = 'hex' THEN
    digits := regexp_replace(content, '^(0[xX]|\\x)', '');
    RETURN CASE WHEN length(digits) % 2 = 0 AND digits !~ '[^0-9a-fA-F]' THEN '\x' || digits END;
  END IF;
  -- Lines are broken in MIME.
  digits := translate(content, E' \t\r\n', '');
  RETURN CASE WHEN length(digits) % 4 = 0 AND rtrim(digits, '=') !~ '[^A-Za-z0-9+/]' AND length(digits) - length(rtrim(digits, '=')) <= 2
    THEN '\x' || encode(decode(digits, 'base64'), 'hex') END;
END
$$;
COMMENT ON FUNCTION ingest.decoded_text(text, text) IS 'Bytes in PostgreSQL''s notation, of base64 or hex (name); NULL where the content is neither.';

CREATE FUNCTION ingest.parsed_text(content text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  parsed jsonb;
BEGIN
  parsed := content::jsonb;
  RETURN CASE WHEN NOT ingest.too_deep(parsed) THEN parsed END;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR internal_error THEN
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.parsed_text(text) IS 'The JSON that a string holds; NULL where it holds none that a record could hold.';

CREATE FUNCTION ingest.encoded_json(content text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ingest.parsed_text(convert_from(ingest.decoded_text(content, 'base64')::bytea, 'UTF8'));
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.encoded_json(text) IS 'The JSON that a string of base64 holds; NULL where it holds none that a record could hold.';

CREATE FUNCTION ingest.entry(value jsonb, key text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found jsonb := CASE jsonb_typeof(value) WHEN 'object' THEN value -> key ELSE (SELECT coalesce(e.value -> 'value', e.value -> 'Value')
    FROM jsonb_array_elements(value) WITH ORDINALITY AS e (value, no)
    WHERE coalesce(e.value -> 'key', e.value -> 'Key', e.value -> 'name', e.value -> 'Name') = to_jsonb(key) ORDER BY e.no LIMIT 1) END;
  inside jsonb;
BEGIN
  -- {"stringValue": "x"} says the type of its one member.
  IF jsonb_typeof(found) = 'object' THEN
    inside := (SELECT jsonb_agg(m.value) FROM jsonb_each(found) AS m WHERE m.value <> 'null');
    found := CASE coalesce(jsonb_array_length(inside), 0) WHEN 0 THEN NULL WHEN 1 THEN inside -> 0 ELSE found END;
  END IF;
  RETURN coalesce(found, 'null');
END
$$;
COMMENT ON FUNCTION ingest.entry(jsonb, text)
  IS 'The value of a key, of an array of objects with a key and a value each, or of an object; null where there is none. Of a value that names its type by its one member, that member.';

CREATE FUNCTION ingest.patterned_text(content text, pattern text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Beyond what 64 bits of microseconds since 1970 hold is out of range, as it is for the counts.
  RETURN (SELECT (t.at AT TIME ZONE 'UTC')::text FROM to_timestamp(content, pattern) AS t (at) WHERE t.at < timestamptz '294247-01-10 04:00:54.775808+00');
EXCEPTION WHEN data_exception OR feature_not_supported OR syntax_error THEN
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.patterned_text(text, text) IS 'The text of the time that to_timestamp() reads by a pattern; NULL where it refuses.';

CREATE FUNCTION ingest.converted(value jsonb, name text, argument text) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  came text := jsonb_typeof(value);
  content text := value #>> '{}';
BEGIN
  IF came = 'null' THEN
    RETURN value;
  ELSIF starts_with(name, 'epoch_') THEN
    RETURN CASE WHEN came = 'number' OR came = 'string' AND content ~ '^[-+]?[0-9]{1,30}(\.[0-9]{1,30})?$'
      THEN to_jsonb(ingest.epoch_text(content::numeric, name)) END;
  ELSIF name = 'timestamp' THEN
    RETURN CASE WHEN came = 'string' OR came = 'number' AND content ~ '^[0-9]{1,30}$' THEN to_jsonb(ingest.patterned_text(content, argument)) END;
  ELSIF name = 'decimal_comma' THEN
    RETURN CASE came WHEN 'number' THEN value WHEN 'string' THEN CASE WHEN length(content) <= 1000
      AND content ~ '^[-+]?([0-9]+|[0-9]{1,3}([. ''\u00a0\u202f][0-9]{3})+)(,[0-9]+)?$'
      THEN to_jsonb(replace(translate(content, E'+. ''\u00a0\u202f', ''), ',', '.')::numeric) END END;
  ELSIF name = 'list' THEN
    RETURN CASE came WHEN 'array' THEN value WHEN 'string' THEN coalesce(
      (SELECT jsonb_agg(btrim(e.part, ' ') ORDER BY e.no) FROM string_to_table(content, argument) WITH ORDINALITY AS e (part, no) WHERE btrim(content, ' ') <> ''), '[]') END;
  ELSIF name = 'entry' THEN
    RETURN CASE WHEN came IN ('object', 'array') THEN ingest.entry(value, argument) END;
  ELSIF name IN ('hstore', 'geojson', 'vector', 'cube') THEN
    RETURN CASE WHEN came IN ('object', 'array') THEN to_jsonb(ingest.container_text(value, name, argument)) ELSE value END;
  ELSIF came <> 'string' THEN
    RETURN NULL;
  ELSIF name = 'base64_json' THEN
    RETURN ingest.encoded_json(content);
  ELSIF name = 'json_text' THEN
    RETURN CASE WHEN argument = '' THEN ingest.parsed_text(content) ELSE ingest.converted(ingest.parsed_text(content), split_part(argument, ':', 1), split_part(argument, ':', 2)) END;
  END IF;
  RETURN to_jsonb(ingest.decoded_text(content, name));
END
$$;
COMMENT ON FUNCTION ingest.converted(jsonb, text, text)
  IS 'What a conversion makes of a JSON value, with what stands behind its colon; NULL where it is not what the conversion expects.';
