-- pg_ingest 0.2.0
-- What is wrong with a value or a record, in codes and words.

-- Of the moment: conflicts with other transactions, resources, locks, cancel and shutdown, the system, corruption. The batch fails
-- and is tried again. PI marks what functions of the pipeline say to each other: where it gets out, they are at fault.
-- The one place that says whose an SQLSTATE is; docs/semantics.md 4.9 to 4.11. What data alone can bring about is never the
-- target's: a lone record would be waited for, as if its table could be mended. Exceptions stand before their class.
CREATE FUNCTION ingest.whose_fault(state text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    -- 58P01: a library that is not where functions or types of the target look for it does not come back by itself.
    WHEN $1 = '58P01' THEN 'target'
    -- 40 conflicts, 53 resources, 57 cancel and shutdown, 58 the system, 55P03 a lock, XX001 and XX002 corruption; PI is our own.
    WHEN $1 LIKE ANY ('{40%,53%,57%,58%,55P03,XX001,XX002,PI%}') THEN 'moment'
    -- 42601, syntax_error: some types' input functions (tsvector) say so of data.
    WHEN $1 = '42601' THEN 'record'
    -- A right, a name or a feature is missing: 0A 0L 0P 28 3D 3F 42. What is there is in the wrong state: 2B 55, 2200H of a sequence
    -- that is used up. Code of the target does what is not allowed: 0Z 24 25 26 27 2D 34 39 3B, 2F002 to 2F004, 54011 and 54023.
    -- Other servers, files and PostgreSQL itself: 08 72 F0 HV XX.
    WHEN $1 LIKE ANY ('{08%,0A%,0L%,0P%,0Z%,2200H,24%,25%,26%,27%,28%,2B%,2D%,2F002,2F003,2F004,34%,39%,3B%,3D%,3F%,42%,54011,54023,55%,72%,F0%,HV%,XX%}') THEN 'target'
    ELSE 'record' END
$$;
COMMENT ON FUNCTION ingest.whose_fault(text)
  IS 'Whose fault an SQLSTATE is: the moment''s (nobody''s who is in the batch), the record''s, or the target''s, if it takes no record at all.';

CREATE FUNCTION ingest.is_of_the_moment(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ingest.whose_fault($1) = 'moment'
$$;
COMMENT ON FUNCTION ingest.is_of_the_moment(text)
  IS 'Whether an error of that SQLSTATE is nobody''s fault who is in the batch: neither a record''s nor its target''s.';

CREATE FUNCTION ingest.may_be_the_targets(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ingest.whose_fault($1) = 'target'
$$;
COMMENT ON FUNCTION ingest.may_be_the_targets(text)
  IS 'Whether an error of that SQLSTATE may be the target''s, of whatever record.';

CREATE FUNCTION ingest.try_input(content text, base_oid oid, typmod integer, base_type text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tried boolean;
BEGIN
  -- A value is never part of a statement's text, which servers may log.
  CASE base_oid
    WHEN 25, 1043, 1042, 19, 3802 THEN NULL;
    WHEN 16 THEN PERFORM content::boolean;
    WHEN 21 THEN PERFORM content::smallint;
    WHEN 23 THEN PERFORM content::integer;
    WHEN 20 THEN PERFORM content::bigint;
    WHEN 700 THEN PERFORM content::real;
    WHEN 701 THEN PERFORM content::double precision;
    WHEN 1700 THEN PERFORM CASE WHEN typmod < 0 THEN content::numeric ELSE pg_catalog.numeric(content::numeric, typmod) END;
    WHEN 2950 THEN PERFORM content::uuid;
    WHEN 1082 THEN PERFORM content::date;
    WHEN 1114 THEN PERFORM content::timestamp;
    WHEN 1184 THEN PERFORM content::timestamptz;
    WHEN 869 THEN PERFORM content::inet;
    WHEN 1186 THEN PERFORM content::interval;
    WHEN 1083 THEN PERFORM content::time;
    ELSE
      -- The one element of an array: array_in() takes the type as a parameter, so that nothing is planned for a value.
      tried := array_in(textout('{"' || replace(replace(content, '\', '\\'), '"', '\"') || '"}'), base_oid, -1) IS NOT NULL;
      -- Modifiers are applied by casts, which know no parameters for types. A member is read by the input function, never by a cast from text.
      IF typmod >= 0 THEN
        EXECUTE format('SELECT x.v::%s FROM json_to_record($1) AS x (v %s)', base_type, format_type(base_oid, -1)) USING json_build_object('v', content);
      END IF;
  END CASE;
END
$$;
COMMENT ON FUNCTION ingest.try_input(text, oid, integer, text)
  IS 'Raises what the type''s input function raises at the text; does nothing else.';

CREATE FUNCTION ingest.state_code(state text, detail text, value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN state IN ('22003', '22008', '22015') THEN 'out_of_range'
    WHEN state = '22001' THEN 'too_long ' || CASE WHEN detail ~ '^[0-9]+$' THEN detail ELSE length(value #>> '{}')::text END
    WHEN state = '22P05' THEN 'unsupported_unicode'
    WHEN state LIKE '54%' THEN 'sqlstate_' || state
    ELSE 'type_mismatch' END;
END
$$;
COMMENT ON FUNCTION ingest.state_code(text, text, jsonb)
  IS 'The code for what a type''s input function raised: docs/semantics.md 2.16. Behind too_long stands the length.';

CREATE FUNCTION ingest.asks_softly(c jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- PostgreSQL's own types, from 16 on.
  RETURN current_setting('server_version_num')::integer >= 160000 AND (c ->> 'base_oid')::oid < 16384;
END
$$;
COMMENT ON FUNCTION ingest.asks_softly(jsonb) IS 'Whether a column''s type can be asked about a text without raising.';

CREATE FUNCTION ingest.asked(c jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- PostgreSQL's own types answer without raising from 16 on. Types of extensions may raise all the same.
  RETURN ingest.with_takes(c - ARRAY['name', 'path', 'path_text', 'type', 'expected', 'origin', 'conversion', 'null_strings', 'made_beside', 'match', 'match_rule', 'match_no', 'mapped'])
    || jsonb_build_object('softly', ingest.asks_softly(c));
END
$$;
COMMENT ON FUNCTION ingest.asked(jsonb) IS 'What value_code() has to know of a column.';

-- To tell that no time zone has the name, PostgreSQL looks for its file.
CREATE FUNCTION ingest.needs_digits(c jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT $1 ? 'whole' OR $1 ->> 'base_oid' IN ('1082', '1114', '1184')
$$;
COMMENT ON FUNCTION ingest.needs_digits(jsonb) IS 'Whether a string without a digit is for certain none of the type: integers, dates and timestamps. No word that stands for a time is one of a record.';

CREATE FUNCTION ingest.number_code(base_oid oid, typmod integer, number numeric) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  digits record := ingest.numeric_digits(typmod);
  high numeric := CASE base_oid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 WHEN 20 THEN 9223372036854775807 END;
BEGIN
  -- What numeric's modifier allows is said of the number as it is rounded.
  RETURN CASE WHEN base_oid <> 1700 THEN CASE WHEN number <> trunc(number) THEN 'type_mismatch' WHEN number NOT BETWEEN -high - 1 AND high THEN 'out_of_range' END
    WHEN digits.whole IS NOT NULL AND abs(round(number, digits.scale)) >= ('1e' || digits.whole)::numeric THEN 'out_of_range' END;
END
$$;
COMMENT ON FUNCTION ingest.number_code(oid, integer, numeric) IS 'What is wrong with a JSON number for a type of integers, or for numeric with its modifier; NULL when nothing is.';

CREATE FUNCTION ingest.value_code(c jsonb, value jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  came text := jsonb_typeof(value);
  content text := value #>> '{}';
  state text;
  detail text;
BEGIN
  IF value IS NULL OR came = 'null' THEN
    RETURN CASE WHEN (c ->> 'required')::boolean AND (value IS NOT NULL OR NOT (c ->> 'has_default')::boolean)
      THEN CASE WHEN value IS NULL THEN 'missing_required absent' ELSE 'missing_required null' END END;
  -- What needs no type to tell raises nothing, which would cost more than all else.
  ELSIF NOT c -> 'takes' ? came OR came = 'string' AND ingest.needs_digits(c) AND content !~ '[0-9]' THEN
    RETURN 'type_mismatch';
  ELSIF c ->> 'max_length' IS NOT NULL AND length(content) > (c ->> 'max_length')::integer AND c ->> 'base_oid' <> '19' THEN
    RETURN 'too_long ' || length(content);
  ELSIF c ->> 'base_oid' IN ('25', '1043', '1042', '114', '3802') THEN
    RETURN NULL;
  ELSIF came = 'number' AND c ->> 'base_oid' IN ('20', '21', '23', '1700') THEN
    RETURN ingest.number_code((c ->> 'base_oid')::oid, (c ->> 'typmod')::integer, content::numeric);
  END IF;
  BEGIN
    content := ingest.scalar_text(value, c);
    IF (c ->> 'softly')::boolean THEN
      SELECT e.sql_error_code, e.detail INTO state, detail FROM pg_input_error_info(content, c ->> 'base_type') AS e;
      RETURN CASE WHEN state IS NOT NULL THEN ingest.state_code(state, detail, value) END;
    END IF;
    PERFORM ingest.try_input(content, (c ->> 'base_oid')::oid, (c ->> 'typmod')::integer, c ->> 'base_type');
    RETURN NULL;
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    -- Types of extensions say what they like of a bad value (PostGIS: XX000).
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL;
    IF ingest.is_of_the_moment(state) OR state = '58P01' THEN
      RAISE;
    END IF;
    -- Our own word for an element came before the type was asked about those that stand before it. Dimensions come before all elements.
    RETURN coalesce(CASE WHEN c ->> 'kind' = 'array' AND came = 'array' AND SQLERRM NOT IN ('no rectangle', 'more than 6 dimensions') THEN ingest.first_element_code(c, value) END,
      ingest.state_code(state, detail, value));
  END;
END
$$;
COMMENT ON FUNCTION ingest.value_code(jsonb, jsonb)
  IS 'What is wrong with one column''s JSON value under its contract; NULL when nothing is. Behind missing_required stands absent or null, behind too_long the length.';

CREATE FUNCTION ingest.first_element_code(c jsonb, value jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  element jsonb := c -> 'element' || jsonb_build_object('softly', c -> 'softly');
  item jsonb;
  code text;
BEGIN
  FOR item IN SELECT e.value FROM jsonb_array_elements(value) AS e LOOP
    code := CASE WHEN jsonb_typeof(item) = 'array' AND NOT element -> 'takes' ? 'array' THEN ingest.first_element_code(c, item) ELSE ingest.value_code(element, item) END;
    IF code IS NOT NULL THEN
      RETURN code;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.first_element_code(jsonb, jsonb)
  IS 'What is wrong with the first element at fault of a JSON array for a column of arrays, as value_code() has it; NULL where only the array as a whole is wrong.';

-- Letters of ASCII alone are compared: those of other alphabets have cases that differ from place to place.
CREATE FUNCTION ingest.namesake(record json, steps jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  place json := record;
  path text := '$';
  step jsonb;
BEGIN
  FOR step IN SELECT s.value FROM jsonb_array_elements(steps) WITH ORDINALITY AS s (value, no) ORDER BY s.no LOOP
    IF json_typeof(place) IS DISTINCT FROM (CASE jsonb_typeof(step) WHEN 'number' THEN 'array' ELSE 'object' END) THEN
      RETURN NULL;
    ELSIF jsonb_typeof(step) = 'number' THEN
      path := format('%s[%s]', path, step);
      place := place -> step::integer;
    ELSIF place -> (step #>> '{}') IS NULL THEN
      RETURN (SELECT path || substr(ingest.member_path(min(k.name COLLATE "C")), 2) FROM json_object_keys(place) AS k (name)
        WHERE lower(k.name COLLATE "C") = lower(step #>> '{}' COLLATE "C"));
    ELSE
      path := path || substr(ingest.member_path(step #>> '{}'), 2);
      place := place -> (step #>> '{}');
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.namesake(json, jsonb)
  IS 'The path of the member that stands where the steps lead to none, and whose name differs by the case of its letters alone; NULL where there is none.';

CREATE FUNCTION ingest.spelt_otherwise(c jsonb, namesake text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- A path is followed letter by letter, whatever match_names says.
  SELECT ', but the record has ' || namesake || CASE WHEN c -> 'path' = jsonb_build_array(c -> 'name') AND NOT c ? 'mapped' THEN ' (match_names => ''ignore_case'' would read it)' ELSE '' END
$$;
COMMENT ON FUNCTION ingest.spelt_otherwise(jsonb, text) IS 'What messages say of the member that stands where a column''s is absent, and of what would read it; NULL without one.';

CREATE FUNCTION ingest.value_error(c jsonb, code text, raw text, namesake text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE split_part(code, ' ', 1)
    WHEN 'missing_required' THEN format('column %s: path %s is %s%s; expected %s, not null', c ->> 'name', c ->> 'path_text', split_part(code, ' ', 2),
      ingest.spelt_otherwise(c, namesake), c ->> 'type')
    ELSE format('column %s: came %s%s; expected %s%s', c ->> 'name', ingest.came(raw),
      CASE WHEN code LIKE 'too_long %' THEN format(' of %s characters', split_part(code, ' ', 2)) END, coalesce(c ->> 'expected', c ->> 'type'),
      CASE split_part(code, ' ', 1) WHEN 'out_of_range' THEN ', in range' WHEN 'too_long' THEN ', not longer'
        WHEN 'type_mismatch' THEN CASE WHEN c ->> 'base_oid' IN ('1082', '1114', '1184') AND c ->> 'conversion' IS NULL AND raw ~* '(^|[^a-z_/])(gmt|utc)[-+][0-9:]'
          THEN ', with an offset such as +01:00 and no GMT or UTC before it, or JavaScript''s by as => ''timestamp:Dy Mon DD YYYY HH24:MI:SS "GMT"TZHTZM''' END END) END;
END
$$;
COMMENT ON FUNCTION ingest.value_error(jsonb, text, text, text) IS 'What value_code() says of a column''s value, in the words of docs/semantics.md section 3.';

CREATE FUNCTION ingest.ambiguous_error(column_name text, members text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT format('column %s: members %s and %s both have its name; expected one of them', column_name, ingest.member_path(members[1]), ingest.member_path(members[2]))
$$;
COMMENT ON FUNCTION ingest.ambiguous_error(text, text[]) IS 'What is said of a column for which several members stand: the first two by name.';

-- Faults of values come without words from the load statement: these quote what stood in the file, and only who is refused
-- has to be read for it.
CREATE FUNCTION ingest.worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_mergejoin = off SET enable_nestloop = off AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(faults) AS f WHERE f.error IS NULL) THEN
    RETURN faults;
  END IF;
  RETURN (WITH raws AS MATERIALIZED (
    SELECT w.file_no, r.record_no, r.raw, convert_from(r.raw, 'UTF8')::json AS record, f.context, r.said
    FROM (SELECT f.file_no, array_agg(DISTINCT f.record_no) AS record_nos FROM unnest(faults) AS f WHERE f.error IS NULL GROUP BY f.file_no) AS w
    JOIN unnest(files) AS f ON f.file_no = w.file_no
    CROSS JOIN LATERAL (SELECT x.raw, x.said, coalesce(f.record_no, x.record_no) AS record_no FROM ingest.raw_records(
      (SELECT ingest.staged_body(b.body, b.held) FROM ingest.own_staging AS b WHERE b.staged = f.staged), contract,
      CASE WHEN f.record_no IS NULL THEN w.record_nos END, f.context) AS x) AS r
  ), columns AS MATERIALIZED (
    SELECT e.value ->> 'name' AS name, e.value AS c, ARRAY(SELECT jsonb_array_elements_text(e.value -> 'path')) AS steps
    FROM jsonb_array_elements(contract -> 'columns') AS e
  ), values AS (
    SELECT f.ordinality, f.file_no, f.record_no, r.raw, f.column_name, f.error_code, f.error, r.record, r.context, r.said, c.c, c.steps
    FROM unnest(faults) WITH ORDINALITY AS f LEFT JOIN raws AS r ON f.error IS NULL AND r.file_no = f.file_no AND r.record_no = f.record_no
    LEFT JOIN columns AS c ON f.error IS NULL AND c.name = f.column_name
  ), members AS MATERIALIZED (
    SELECT u.file_no, u.record_no, u.parent || u.member AS steps FROM ingest.unknown_members(unknown, ingest.all_read(contract)) AS u
  ), paths AS MATERIALIZED (
    -- Most records have the same unknown members.
    SELECT d.steps, ingest.steps_path(d.steps) AS path FROM (SELECT DISTINCT m.steps FROM members AS m) AS d
  ), worded AS (
    SELECT v.ordinality, v.file_no, v.record_no, v.raw, v.column_name,
      -- What is worded already keeps its variant.
      CASE WHEN v.error IS NULL THEN split_part(v.error_code, ' ', 1) ELSE v.error_code END AS error_code,
      coalesce(v.error, CASE v.error_code WHEN 'ambiguous_member' THEN ingest.ambiguous_error(v.c ->> 'name', ingest.members_of_column(v.record, v.c)) END, ingest.value_error(v.c, v.error_code, CASE v.c ->> 'origin' WHEN 'record' THEN ingest.raw_value(v.record, v.steps, v.c) ELSE coalesce(v.said #>> v.steps, (v.context #> v.steps)::text) END,
        CASE WHEN v.error_code = 'missing_required absent' AND v.c ->> 'origin' = 'record' THEN ingest.namesake(v.record, v.c -> 'path') END)) AS error, NULL::text AS path
    FROM values AS v WHERE v.error IS NOT NULL OR v.error_code <> 'unknown_member'
    UNION ALL
    SELECT v.ordinality, v.file_no, v.record_no, v.raw, NULL, 'unknown_member',
      format('member %s: came %s; expected no member without a column', p.path, ingest.came((v.record #> m.steps)::text)), p.path
    FROM values AS v JOIN members AS m ON m.file_no = v.file_no AND m.record_no = v.record_no JOIN paths AS p ON p.steps = m.steps
    WHERE v.error IS NULL AND v.error_code = 'unknown_member'
  )
  SELECT array_agg(ROW(w.file_no, w.record_no, w.raw, w.column_name, w.error_code, w.error)::ingest.fault ORDER BY w.ordinality, w.path COLLATE "C") FROM worded AS w);
END
$$;
COMMENT ON FUNCTION ingest.worded(ingest.claimed_file[], jsonb, ingest.fault[], ingest.unknown_seen[])
  IS 'Faults of a load statement with the words and the record of each: of values, and of members where unknown ones are refused.';

CREATE FUNCTION ingest.told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  EXECUTE format('WITH s AS MATERIALIZED (SELECT s._ingest_file, s._ingest_record, s._ingest_faults, s._ingest_codes, s._ingest_unknown FROM (%s) AS s
      WHERE (s._ingest_file::bigint << 32 | s._ingest_record) = ANY ($4))
    SELECT coalesce((SELECT array_agg(ROW(s._ingest_file, s._ingest_record, NULL, CASE WHEN f.place > 0 THEN $2 -> ''columns'' -> (f.place - 1) ->> ''name'' END, f.code, NULL)::ingest.fault ORDER BY s._ingest_file, s._ingest_record, f.no)
        FROM s CROSS JOIN LATERAL unnest(s._ingest_faults, s._ingest_codes) WITH ORDINALITY AS f (place, code, no) WHERE s._ingest_codes IS NOT NULL), ''{}''),
      coalesce((SELECT array_agg(ROW(s._ingest_file, s._ingest_record, s._ingest_unknown)::ingest.unknown_seen) FROM s WHERE s._ingest_unknown IS NOT NULL), ''{}'')', a.source)
  INTO rejects, unknown USING a.files, a.contract, a.parsed, a.excluded;
END
$$;
COMMENT ON FUNCTION ingest.told_of_excluded(ingest.load_attempt)
  IS 'Faults of values and unknown members of records that only the insert refused: the load statement left them out, they are told and counted all the same.';

CREATE FUNCTION ingest.native_rejects(files ingest.claimed_file[], filtered bigint[], deletes bigint[], contract jsonb) RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.fault[];
  -- Looked up once: the contract would be unpacked for each fault.
  of_deletes jsonb := contract -> 'deletes';
BEGIN
  -- A body that is one record of an earlier file keeps that record's number.
  SELECT array_agg(ROW(r.file_no, CASE WHEN r.record_no = 0 THEN 0 ELSE coalesce(f.record_no, r.record_no) END, r.record, r.column_name, r.error_code,
    r.error)::ingest.fault) INTO found
  FROM (SELECT file_no, record_no, record, column_name, error_code, error FROM ingest_native.rejects()
    UNION ALL SELECT f.file_no, 0, NULL, NULL, f.error_code, f.error FROM ingest_native.files() AS f WHERE f.error_code IS NOT NULL) AS r
  JOIN unnest(files) AS f ON f.file_no = r.file_no
  -- A feed of many kinds of records may have a fault in each that is left out, so they are looked up by hashing.
  WHERE (r.file_no::bigint << 32 | coalesce(f.record_no, r.record_no)) NOT IN (SELECT unnest(filtered))
    AND (of_deletes ? r.column_name IS TRUE OR (r.file_no::bigint << 32 | coalesce(f.record_no, r.record_no)) NOT IN (SELECT unnest(deletes)));
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.native_rejects(ingest.claimed_file[], bigint[], bigint[], jsonb)
  IS 'What the native row source set aside since begin_run(): faults of records and of whole files, without those of records that the filter leaves out, and of deletes only those of key and version.';
