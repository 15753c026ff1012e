-- The two row sources as SQL text with one list of output columns: _ingest_file, _ingest_record, _ingest_faults,
-- _ingest_suspect, _ingest_rescued, _ingest_unknown, record, the contract's columns, one _ingest_absent_<n> a default.
-- Parameters of every statement: $1 ingest.claimed_file[], $2 contract, $3 ingest.parsed_record[] (careful reading
-- only: records that were inspected, which are not read from their files again), $4 excluded records as file_no << 32 | record_no, $5 and $6 first and last record to look at.

CREATE TYPE ingest.claimed_file AS (
  file_no integer, file_id bigint, staged tid, dataset text, bucket text, key text, version_id text, etag text, sequencer text,
  size bigint, event_time timestamptz, last_modified timestamptz, source_time timestamptz, object_id bigint,
  body_bytes bigint, status text, error_code text, record_no integer);
COMMENT ON TYPE ingest.claimed_file IS 'A staged file on its way: file_no orders it in its unit, staged is its row in ingest.staging; record_no is set when the body is one record of an earlier file.';

CREATE FUNCTION ingest.held_body(held bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN
    RAISE EXCEPTION 'a row of ingest.staging came with held = %, which only the extension pg_ingest gives', held
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Stage the file again, with its body and no value of held.';
  END IF;
  RETURN ingest_native.held_body(held);
END
$$;
COMMENT ON FUNCTION ingest.held_body(bigint) IS 'A body that this session holds in memory in place of storing it.';

-- The planner puts both in place of their calls: what is stored is read as if they were not there.
CREATE FUNCTION ingest.staged_body(body bytea, held bigint) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $2 IS NULL THEN $1 ELSE ingest.held_body($2) END
$$;
COMMENT ON FUNCTION ingest.staged_body(bytea, bigint) IS 'The bytes of a row of ingest.staging, stored or held.';

CREATE FUNCTION ingest.staged_bytes(body bytea, held bigint, size bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $2 IS NULL THEN pg_catalog.octet_length($1)::bigint ELSE $3 END
$$;
COMMENT ON FUNCTION ingest.staged_bytes(bytea, bigint, bigint)
  IS 'The length of the bytes of a row of ingest.staging; a held body''s is the row''s size.';

CREATE TYPE ingest.parsed_record AS (file_no integer, record_no integer, faults smallint[], record jsonb);
COMMENT ON TYPE ingest.parsed_record
  IS 'A record that was inspected, with the contract positions of the columns at fault; without a record where the fault is the record itself.';

CREATE FUNCTION ingest.array_text(value jsonb, element jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item jsonb;
  parts text[] := '{}';
BEGIN
  IF jsonb_typeof(value) <> 'array' THEN
    IF jsonb_typeof(value) <> 'string' OR ingest.special_word(value #>> '{}', element ->> 'kind') THEN
      RAISE EXCEPTION 'no array' USING ERRCODE = 'invalid_text_representation';
    END IF;
    IF element ->> 'max_length' IS NOT NULL OR element ->> 'base_oid' IN ('1560', '1562') THEN
      -- The cast of a whole array would cut its elements in silence.
      PERFORM ingest.scalar_text(to_jsonb(e), element) FROM unnest((value #>> '{}')::text[]) AS e;
    END IF;
    RETURN value #>> '{}';
  END IF;
  FOR item IN SELECT e.value FROM jsonb_array_elements(value) AS e LOOP
    parts := parts || ingest.scalar_text(item, element);
  END LOOP;
  RETURN parts::text;
END
$$;
COMMENT ON FUNCTION ingest.array_text(jsonb, jsonb)
  IS 'The array literal for a JSON array (or a string given to the array''s own input); raises class 22 where an element does not fit.';

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
  ELSIF kind IN ('json', 'jsonb') THEN
    RETURN value::text;
  ELSIF kind = 'array' THEN
    RETURN ingest.array_text(value, described -> 'element');
  ELSIF NOT (CASE came
      WHEN 'string' THEN NOT (kind IN ('datetime', 'numeric', 'float4', 'float8') AND ingest.special_word(content, kind))
      WHEN 'number' THEN kind IN ('float4', 'float8', 'numeric', 'text', 'other_number')
        OR kind IN ('int2', 'int4', 'int8') AND content::numeric = trunc(content::numeric)
      WHEN 'boolean' THEN kind IN ('boolean', 'text')
      ELSE false END) THEN
    RAISE EXCEPTION 'mismatch' USING ERRCODE = 'invalid_text_representation';
  ELSIF came = 'number' AND kind IN ('int2', 'int4', 'int8') THEN
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
  IS 'The text to give to the type''s input function, by the coercion table of docs/semantics.md; raises class 22 where the JSON type does not fit.';

CREATE FUNCTION ingest.special_word(content text, kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN kind = 'datetime' THEN content ~* '\m(now|today|tomorrow|yesterday|epoch|infinity|allballs)\M'
    WHEN kind IN ('numeric', 'float4', 'float8') THEN content ~* '(^|[\s{,"+-])(nan|inf|infinity)([\s},"]|$)'
    ELSE false END
$$;
COMMENT ON FUNCTION ingest.special_word(text, text)
  IS 'Whether a string holds a word that PostgreSQL would take for a date or number and that data must not hold.';

-- Several columns may read one inner object, and so does the search for unknown members: it is looked up once, as o<n>.
CREATE FUNCTION ingest.inner_objects(columns jsonb) RETURNS TABLE (no bigint, steps text[], members text[])
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT row_number() OVER (ORDER BY k.parent), k.parent, k.members FROM ingest.known_members(columns) AS k WHERE k.parent <> '{}'
$$;
COMMENT ON FUNCTION ingest.inner_objects(jsonb) IS 'The objects inside a record that paths go through, with the members that they continue into.';

CREATE FUNCTION ingest.opened_objects(columns jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(o.steps ORDER BY o.no), '[]') FROM ingest.inner_objects(columns) AS o
$$;
COMMENT ON FUNCTION ingest.opened_objects(jsonb) IS 'The paths of inner_objects(), in their order.';

CREATE FUNCTION ingest.opened_sql(columns jsonb, records text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(format('SELECT r.*%s FROM (%s) AS r OFFSET 0',
    string_agg(format(', %s AS o%s', ingest.path_accessor('r.j', to_jsonb(o.steps), false), o.no), '' ORDER BY o.no), records), records)
  FROM ingest.inner_objects(columns) AS o
$$;
COMMENT ON FUNCTION ingest.opened_sql(jsonb, text) IS 'A query of records with their inner objects beside them.';

-- The quick form works on the member's text m<n>, looked up once. It may raise at what is only unusual (100.0 for an
-- integer), but what it lets pass without raising and without quick_suspect_sql() is right.
CREATE FUNCTION ingest.quick_member_sql(c jsonb, opened jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN c ->> 'kind' IN ('json', 'jsonb', 'array', 'boolean')
    THEN format('nullif(%s, ''null''::jsonb)', ingest.path_accessor(p.base, p.steps, false))
    ELSE ingest.path_accessor(p.base, p.steps, true) END
  FROM (SELECT 'r.j' AS base, c -> 'path' AS steps, 0 AS depth
    UNION ALL SELECT 'r.o' || o.no, jsonb_build_array(c -> 'path' -> -1), 1
      FROM jsonb_array_elements(opened) WITH ORDINALITY AS o (steps, no) WHERE o.steps = (c -> 'path') - -1
    ORDER BY depth DESC LIMIT 1) AS p
$$;
COMMENT ON FUNCTION ingest.quick_member_sql(jsonb, jsonb)
  IS 'SQL for the member that a column reads, from the inner object (one of opened_objects()) where it stands: as text, or as jsonb where the type needs it.';

CREATE FUNCTION ingest.quick_value_sql(c jsonb, member text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE c ->> 'kind'
    WHEN 'text' THEN member
    WHEN 'json' THEN format('%s::text::json', member)
    WHEN 'jsonb' THEN member
    WHEN 'array' THEN format('ingest.array_text(%s, %L::jsonb)::%s', member, c -> 'element', c ->> 'base_type')
    ELSE format('%s::%s', member, c ->> 'base_type') END
$$;
COMMENT ON FUNCTION ingest.quick_value_sql(jsonb, text) IS 'SQL that gives a member the column''s base type.';

CREATE FUNCTION ingest.careful_value_sql(c jsonb, member text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- What was inspected is right, but need not be plain.
  SELECT CASE
    WHEN c ->> 'kind' IN ('int2', 'int4', 'int8')
      THEN format('CASE WHEN r.inspected AND jsonb_typeof(%1$s) = ''number'' THEN (%1$s)::numeric::%3$s ELSE %2$s::%3$s END', p.as_json, member, c ->> 'base_type')
    WHEN c ->> 'kind' = 'boolean' THEN format('(%s #>> ''{}'')::boolean', member)
    ELSE ingest.quick_value_sql(c, member) END
  FROM (SELECT ingest.path_accessor('r.j', c -> 'path', false) AS as_json) AS p
$$;
COMMENT ON FUNCTION ingest.careful_value_sql(jsonb, text)
  IS 'SQL that gives a member the column''s base type and raises at nothing but a fault of that column.';

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
    WHEN c ->> 'kind' = 'other' THEN format('jsonb_typeof(%s) NOT IN (''string'', ''null'')', as_json) END;
BEGIN
  RETURN nullif(concat_ws(' OR ', ingest.null_suspect_sql(c, member), odd, ingest.long_suspect_sql(c, member)), '');
END
$$;
COMMENT ON FUNCTION ingest.quick_suspect_sql(jsonb, text)
  IS 'SQL that is true where the quick form might accept what the specification refuses; NULL where it cannot.';

CREATE FUNCTION ingest.numeric_digits(typmod integer, OUT whole integer, OUT scale integer)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (typmod - 4 >> 16 & 65535) - m.scale, m.scale FROM (SELECT (typmod - 4 & 2047 # 1024) - 1024 AS scale) AS m WHERE typmod >= 4
$$;
COMMENT ON FUNCTION ingest.numeric_digits(integer)
  IS 'How many digits numeric''s modifier allows before and after the point (utils/adt/numeric.c, make_numeric_typmod); NULLs without one.';

CREATE FUNCTION ingest.digits_pattern(c jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- So few digits fit without being rounded.
  SELECT CASE
      WHEN d.whole IS NULL THEN '^-?[0-9]{1,100}(\.[0-9]{1,100})?$'
      WHEN d.scale = 0 AND d.whole > 0 THEN format('^-?[0-9]{1,%s}$', least(d.whole, 100))
      WHEN d.scale > 0 AND d.whole > 0 THEN format('^-?[0-9]{1,%s}(\.[0-9]{1,%s})?$', least(d.whole, 100), least(d.scale, 100)) END
  FROM ingest.numeric_digits((c ->> 'typmod')::integer) AS d
$$;
COMMENT ON FUNCTION ingest.digits_pattern(jsonb) IS 'What only numbers that fit a numeric column as they are match; NULL where no such pattern is known.';

CREATE FUNCTION ingest.plain_pattern(c jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN c ->> 'kind' = 'int2' THEN '^-?[0-9]{1,4}$'
    WHEN c ->> 'kind' = 'int4' THEN '^-?[0-9]{1,9}$'
    WHEN c ->> 'kind' = 'int8' THEN '^-?[0-9]{1,18}$'
    WHEN c ->> 'kind' IN ('float4', 'float8') THEN '^-?[0-9]{1,15}(\.[0-9]{1,15})?$'
    WHEN c ->> 'kind' = 'numeric' THEN ingest.digits_pattern(c)
    WHEN c ->> 'base_oid' = '2950' THEN '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
    WHEN c ->> 'base_oid' IN ('1082', '1114', '1184') THEN
      '^[1-9][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
      || CASE WHEN c ->> 'base_oid' <> '1082'
        THEN '[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-2]):[0-5][0-9])?' ELSE '' END
      || '$' END
$$;
COMMENT ON FUNCTION ingest.plain_pattern(jsonb)
  IS 'A regular expression that only texts match which the column''s type takes for certain; NULL where none is known.';

CREATE FUNCTION ingest.plain_time_sql(member text, with_time boolean) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('%s LIKE %L', member, '____-__-__' || CASE WHEN with_time THEN 'T__:__:__Z' ELSE '' END) || string_agg(
    format(' AND substr(%s, %s, 2) = ANY (%L::text[])', member, d.place, ARRAY(SELECT lpad(n::text, 2, '0') FROM generate_series(d.low, d.high) AS n)),
    '' ORDER BY d.place)
  FROM (VALUES (1, 19, 20), (3, 0, 99), (6, 1, 12), (9, 1, 28), (12, 0, 23), (15, 0, 59), (18, 0, 59)) AS d (place, low, high)
  WHERE with_time OR d.place < 12
$$;
COMMENT ON FUNCTION ingest.plain_time_sql(text, boolean)
  IS 'SQL that is true of most dates of these two centuries, or times in UTC, in the form of ISO 8601; false of some, and of all else.';

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

CREATE FUNCTION ingest.has_unknown_sql(columns jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- An object without members takes 8 bytes. Seeing that costs less than comparing.
  SELECT concat_ws(' OR ',
    coalesce((SELECT format('pg_column_size(r.j - %L::text[]) > 8', k.members) FROM ingest.known_members(columns) AS k WHERE k.parent = '{}'),
      'r.j <> ''{}'''),
    (SELECT string_agg(format('CASE jsonb_typeof(r.o%1$s) WHEN ''object'' THEN pg_column_size(r.o%1$s - %2$L::text[]) > 8 WHEN ''null'' THEN false ELSE r.o%1$s IS NOT NULL END',
      o.no, o.members), ' OR ' ORDER BY o.no) FROM ingest.inner_objects(columns) AS o))
$$;
COMMENT ON FUNCTION ingest.has_unknown_sql(jsonb) IS 'SQL that is true where r.j, or an inner object r.o<n>, has a member that no column reads.';

CREATE FUNCTION ingest.unknown_members(record jsonb, columns jsonb)
RETURNS TABLE (steps text[], path text, json_type text, value jsonb)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  WITH known AS (SELECT k.parent, k.members FROM ingest.known_members(columns) AS k
    UNION ALL SELECT '{}', '{}' WHERE NOT EXISTS (SELECT FROM ingest.known_members(columns) AS k WHERE k.parent = '{}')),
  found AS (
    SELECT k.parent || m.key AS steps, m.value FROM known AS k
      CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(record #> k.parent) WHEN 'object' THEN record #> k.parent ELSE '{}' END) AS m
    WHERE m.key <> ALL (k.members)
    UNION ALL
    SELECT k.parent, record #> k.parent FROM known AS k
    WHERE k.parent <> '{}' AND jsonb_typeof(record #> k.parent) NOT IN ('object', 'null')
      AND jsonb_typeof(record #> k.parent[1:cardinality(k.parent) - 1]) = 'object')
  SELECT f.steps, '$' || (SELECT string_agg(substr(ingest.member_path(s), 2), '' ORDER BY o)
    FROM unnest(f.steps) WITH ORDINALITY AS u (s, o)),
    jsonb_typeof(f.value), f.value
  FROM found AS f
$$;
COMMENT ON FUNCTION ingest.unknown_members(jsonb, jsonb) IS 'Members of a record that no column reads, with their place.';

CREATE FUNCTION ingest.rescued(record jsonb, columns jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  member record;
  depth integer;
  kept jsonb := '{}';
BEGIN
  FOR member IN SELECT u.steps, u.value FROM ingest.unknown_members(record, columns) AS u LOOP
    FOR depth IN 1 .. cardinality(member.steps) - 1 LOOP
      IF kept #> member.steps[1:depth] IS NULL THEN
        kept := jsonb_set(kept, member.steps[1:depth], '{}');
      END IF;
    END LOOP;
    kept := jsonb_set(kept, member.steps, member.value);
  END LOOP;
  RETURN nullif(kept, '{}');
END
$$;
COMMENT ON FUNCTION ingest.rescued(jsonb, jsonb)
  IS 'The unknown members of a record, at the places where they stood; NULL when there are none.';
