-- pg_ingest 0.2.0
-- From evidence to types: which one takes every value of a member, by which conversion, and what is doubtful about it.

CREATE FUNCTION ingest.epoch_unit(records jsonb[], steps text[], null_strings text[], lowest text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  -- From 2000 to 2100. One value tells most units apart; all are looked at where it fits.
  unit record;
BEGIN
  FOR unit IN SELECT * FROM (VALUES ('epoch_s', 1), ('epoch_ms', 1000), ('epoch_us', 1000000), ('epoch_ns', 1000000000)) AS u (name, per_second) LOOP
    IF lowest::numeric BETWEEN 946684800 * unit.per_second::numeric AND 4102444800 * unit.per_second::numeric
      AND ingest.all_within(records, steps, null_strings, 946684800 * unit.per_second::numeric, 4102444800 * unit.per_second::numeric) THEN
      RETURN unit.name;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.epoch_unit(jsonb[], text[], text[], text)
  IS 'The unit in which all numbers at a place are times between 2000 and 2100; NULL where there is none.';

CREATE FUNCTION ingest.is_base64(records jsonb[], steps text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- Any word of four letters could be base64; padding in more than one value, or in a long one, is no accident.
  RETURN NOT ingest.any_match(records, steps, '^(?!([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$)')
    AND (SELECT count(DISTINCT r #>> steps) > 1 OR max(length(r #>> steps)) >= 12 FROM unnest(records) AS r WHERE r #>> steps ~ '[A-Za-z0-9+/]==?$');
END
$$;
COMMENT ON FUNCTION ingest.is_base64(jsonb[], text[]) IS 'Whether all strings at a place are base64, and enough of them padded for that to be no accident.';

CREATE FUNCTION ingest.array_type(records jsonb[], steps text[], OUT type text, OUT note text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  with_nulls text[] := ingest.element_kinds(records, steps);
  kinds text[] := array_remove(with_nulls, 'null');
BEGIN
  CASE
    WHEN kinds = '{}' THEN
      type := 'jsonb'; note := 'doubt: only empty arrays were seen, so anything is taken';
    WHEN 'object' = ANY (kinds) THEN
      type := 'jsonb'; note := CASE with_nulls WHEN '{object}' THEN 'an array of objects, kept whole' WHEN '{"null",object}' THEN 'an array of objects and nulls, kept whole' ELSE 'an array of objects and other values, kept whole' END;
    WHEN 'array' = ANY (kinds) THEN
      type := 'jsonb'; note := 'arrays inside arrays, kept whole';
    ELSE
      type := CASE WHEN kinds = '{integer}' AND ingest.all_cast(records, steps, 'bigint', '{}', true) THEN 'bigint'
        WHEN kinds <@ '{integer,decimal}' THEN 'numeric' WHEN kinds = '{boolean}' THEN 'boolean' WHEN kinds = '{uuid}' THEN 'uuid'
        WHEN kinds = '{timestamptz}' AND ingest.all_cast(records, steps, 'timestamptz', '{}', true) THEN 'timestamptz'
        WHEN kinds = '{date}' AND ingest.all_cast(records, steps, 'date', '{}', true) THEN 'date' ELSE 'text' END || '[]';
      note := CASE WHEN type = 'text[]' AND kinds && '{integer,decimal,boolean}' THEN 'doubt: its elements are of several kinds: ' || array_to_string(kinds, ', ') END;
  END CASE;
END
$$;
COMMENT ON FUNCTION ingest.array_type(jsonb[], text[]) IS 'The type of a column that takes the arrays at a place.';

-- evidence: {kind: {n, lowest, highest, longest}} of one member.
CREATE FUNCTION ingest.inferred_type(records jsonb[], steps text[], name text, evidence jsonb) RETURNS ingest.inferred_column
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.inferred_column;
  kinds text[] := ARRAY(SELECT k FROM jsonb_object_keys(evidence) AS k WHERE k <> 'null' AND k NOT LIKE 'null:%' ORDER BY k COLLATE "C");
  nulls text[] := ARRAY(SELECT substr(k, 6) FROM jsonb_object_keys(evidence) AS k WHERE k LIKE 'null:%' ORDER BY k COLLATE "C");
  -- Numbers and booleans as they stood, strings in quotes.
  shown text := (SELECT CASE WHEN e.key IN ('integer', 'decimal', 'boolean') THEN left(e.value ->> 'lowest', 60) ELSE ingest.quoted_sample(e.value ->> 'lowest') END
    FROM jsonb_each(evidence) AS e WHERE e.key = ANY (kinds) AND e.value ->> 'lowest' IS NOT NULL ORDER BY e.key COLLATE "C" LIMIT 1);
  is_time boolean := name ~ '(^|_)(at|on|time|times|timestamp|ts|date|datetime|epoch|created|updated|modified|changed|expires?|expiry|since|until|seen|start|started|end|ended|generated|ms|us|ns|millis|micros|nanos)(_(ms|us|ns|s|millis|utc|n))?$';
  is_quantity boolean := name ~ '(^|_)(num_[a-z0-9_]+|qty|quantity|count|amount|total|price|cost|sum|size|age|weight|height|width|length|percent|rate|balance|revenue|score|cents|bytes|duration|units|n)$';
  -- Two values that are not so save the look at all of them.
  base64_like text := '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$';
  of_numbers text[] := '{integer,decimal,integer_string,decimal_string}';
BEGIN
  c.steps := steps;
  c.type := 'text';
  CASE
    WHEN kinds = '{}' AND nulls = '{}' THEN
      c.type := 'jsonb'; c.note := 'doubt: only null was seen, so anything is taken';
    WHEN kinds = '{}' THEN
      c.note := 'doubt: only strings that may stand for null were seen: ' || ingest.quoted_sample(nulls[1]);
    WHEN kinds = '{array}' AND nulls = '{}' THEN
      SELECT a.type, a.note INTO c.type, c.note FROM ingest.array_type(records, steps) AS a;
    WHEN kinds && '{array,object}' THEN
      c.type := 'jsonb';
      c.note := CASE WHEN kinds <> '{object}' THEN 'doubt: it comes as ' || array_to_string(kinds, ', ') || ', so it is kept as it comes' END;
    WHEN kinds <@ '{boolean,boolean_string}' THEN
      c.type := 'boolean';
    WHEN kinds = '{uuid}' THEN
      c.type := 'uuid';
    WHEN kinds = '{date}' THEN
      -- A version that looks like a day is a name.
      c.type := CASE WHEN name ~ '(^|_)version$' THEN 'text' ELSE 'date' END;
    WHEN kinds <@ '{date,timestamp}' THEN
      c.type := 'timestamp'; c.note := 'doubt: it names no time zone';
    WHEN kinds <@ '{date,timestamp,timestamptz}' THEN
      c.type := 'timestamptz';
      c.note := CASE WHEN kinds <> '{timestamptz}' THEN 'doubt: not all values name a time zone; those are read as UTC' END;
    WHEN kinds <@ of_numbers THEN
      c.conversion := CASE WHEN is_time THEN ingest.epoch_unit(records, steps, nulls, coalesce(evidence #>> '{integer,lowest}', evidence #>> '{integer_string,lowest}',
        evidence #>> '{decimal,lowest}', evidence #>> '{decimal_string,lowest}')) END;
      IF c.conversion IS NOT NULL THEN
        c.type := 'timestamptz';
      ELSIF kinds && '{decimal,decimal_string}' AND name !~ '(^|_)(version|release)$' OR kinds && '{decimal}' THEN
        c.type := 'numeric';
      ELSIF kinds = '{integer_string}' AND NOT is_quantity OR kinds && '{decimal_string}' THEN
        c.note := CASE WHEN name !~ '(^|_)(version|release)$' THEN 'doubt: numbers in strings, which keep leading zeros as text' END;
      ELSE
        c.type := CASE WHEN greatest((evidence #>> '{integer,longest}')::integer, (evidence #>> '{integer_string,longest}')::integer) <= 18
          OR ingest.all_cast(records, steps, 'bigint', nulls) THEN 'bigint' ELSE 'numeric' END;
        c.note := CASE WHEN c.type = 'bigint' AND evidence ? 'integer' AND ingest.epoch_unit(records, steps, nulls, evidence #>> '{integer,lowest}') IN ('epoch_ms', 'epoch_us', 'epoch_ns')
          THEN 'doubt: it may be a time, ' || ingest.epoch_unit(records, steps, nulls, evidence #>> '{integer,lowest}') END;
      END IF;
    WHEN kinds <@ '{comma_string,integer,decimal,integer_string}' THEN
      -- "1,234" is 1234 in one country and 1.234 in another.
      IF ingest.any_match(records, steps, ',([0-9]{1,2}|[0-9]{4,})$|[. ].*,') THEN
        c.type := 'numeric'; c.conversion := 'decimal_comma';
      ELSE
        c.note := 'doubt: the comma may part thousands or decimals';
      END IF;
    WHEN NOT kinds && '{boolean,integer,decimal}' AND nulls = '{}' AND evidence #>> '{text,lowest}' ~ base64_like AND evidence #>> '{text,highest}' ~ base64_like
      AND ingest.is_base64(records, steps) THEN
      c.type := 'bytea'; c.conversion := 'base64';
    ELSE
      c.note := CASE WHEN cardinality(kinds) > 1 THEN 'doubt: it comes as ' || array_to_string(kinds, ', ') END;
  END CASE;
  -- PostgreSQL has the last word: a 31st of February looks like a date.
  IF c.conversion IS NULL AND c.type IN ('date', 'timestamp', 'timestamptz') AND NOT ingest.all_cast(records, steps, c.type, nulls) THEN
    c.note := format('doubt: it looks like %s, but PostgreSQL takes not all of its values as one', c.type);
    c.type := 'text';
  END IF;
  c.null_strings := CASE WHEN c.type NOT IN ('text', 'jsonb') AND nulls <> '{}' THEN nulls END;
  c.seen := (SELECT coalesce(sum((e.value ->> 'n')::bigint), 0) FROM jsonb_each(evidence) AS e WHERE e.key <> 'null' AND (c.null_strings IS NULL OR e.key NOT LIKE 'null:%'));
  c.longest := (SELECT max((e.value ->> 'longest')::integer) FROM jsonb_each(evidence) AS e);
  c.varies := (SELECT count(*) > 1 OR bool_or(e.value ->> 'lowest' <> e.value ->> 'highest') FROM jsonb_each(evidence) AS e WHERE e.key <> 'null');
  c.note := nullif(concat_ws('; ', 'such as ' || shown, c.note), '');
  RETURN c;
END
$$;
COMMENT ON FUNCTION ingest.inferred_type(jsonb[], text[], text, jsonb)
  IS 'The type, conversion and null strings of a member, of its place, the name of its column and the kinds of its values.';

CREATE FUNCTION ingest.inferred_columns(records jsonb[], evidence ingest.member_seen[], OUT columns ingest.inferred_column[], OUT left_out bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  -- A row has to fit into a page of 8 kB. A value takes up to 24 bytes there, however long it is.
  most constant integer := 300;
  waiting jsonb := '[[]]';
  parent text[];
  member record;
  members bigint;
  is_taken boolean;
  c ingest.inferred_column;
BEGIN
  columns := '{}';
  left_out := 0;
  WHILE jsonb_array_length(waiting) > 0 LOOP
    parent := ARRAY(SELECT jsonb_array_elements_text(waiting -> 0));
    waiting := waiting - 0;
    members := 0;
    is_taken := false;
    FOR member IN
      SELECT e.member, jsonb_object_agg(e.kind, jsonb_build_object('n', e.n, 'lowest', e.lowest, 'highest', e.highest, 'longest', e.longest)) AS kinds,
        array_agg(e.kind) FILTER (WHERE e.kind <> 'null') = '{object}' AS is_object, count(*) OVER () AS members, max(sum(e.n)) OVER () AS most_seen
      FROM unnest(CASE WHEN parent = '{}' AND evidence IS NOT NULL THEN evidence ELSE ARRAY(SELECT m FROM ingest.member_evidence(records, parent) AS m) END) AS e GROUP BY e.member ORDER BY sum(e.n) DESC, e.member COLLATE "C"
    LOOP
      members := member.members;
      -- Names that are data: an object of them is a value.
      EXIT WHEN parent <> '{}' AND (members > most OR members > 30 AND member.most_seen * 4 < cardinality(records));
      -- No path leads to a member without a name.
      CONTINUE WHEN member.member = '';
      IF member.is_object AND cardinality(parent) < 5 AND jsonb_array_length(waiting) < most THEN
        waiting := waiting || jsonb_build_array(parent || member.member);
        is_taken := true;
      ELSIF cardinality(columns) < most THEN
        c := ingest.inferred_type(records, parent || member.member, ingest.snake_case(array_to_string(parent || member.member, '_')), member.kinds);
        c.required := c.seen = cardinality(records);
        columns := columns || c;
        is_taken := true;
      ELSE
        left_out := left_out + 1;
      END IF;
    END LOOP;
    -- It is empty wherever it came, or its members' names are data.
    IF parent <> '{}' AND NOT is_taken THEN
      IF cardinality(columns) < most THEN
        c := NULL;
        c.steps := parent; c.type := 'jsonb'; c.varies := true;
        c.seen := (SELECT count(*) FROM unnest(records) AS r WHERE jsonb_typeof(r #> parent) = 'object');
        c.required := c.seen = cardinality(records);
        c.note := CASE members WHEN 0 THEN 'doubt: only empty objects were seen' ELSE format('the names of its %s members look like data, so it is kept whole', members) END;
        columns := columns || c;
      ELSE
        left_out := left_out + 1;
      END IF;
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.inferred_columns(jsonb[], ingest.member_seen[])
  IS 'The columns that records suggest, without names: objects are gone into, to five levels; arrays are columns. evidence is what was seen of the records'' own members, or NULL where nobody has looked. left_out counts the members that found no place.';
