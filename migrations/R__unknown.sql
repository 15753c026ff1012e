-- pg_ingest 0.2.0
-- Members that no column reads: what is left of a record without its known members.
--
-- The remainder of a record is the record without what its columns read, or NULL where nothing is left. It goes into
-- _rescued as it is, and drift is counted from it: records are never walked for what is known.

CREATE FUNCTION ingest.known_members(columns jsonb) RETURNS TABLE (parent text[], members text[])
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  -- Every prefix of a path that leads through objects alone is a place where members are known.
  RETURN QUERY WITH paths AS (
    SELECT DISTINCT c.value -> 'path' AS path FROM jsonb_array_elements(columns) AS c
    WHERE coalesce(c.value ->> 'origin', 'record') = 'record' AND jsonb_array_length(c.value -> 'path') > 0
  ), names AS (
    -- Most paths are one member's name.
    SELECT p.path, CASE WHEN jsonb_array_length(p.path) = 1 AND jsonb_typeof(p.path -> 0) = 'string' THEN ARRAY[p.path ->> 0]
      ELSE ARRAY(SELECT s.value #>> '{}' FROM jsonb_array_elements(p.path) WITH ORDINALITY AS s (value, no)
        WHERE s.no < coalesce((SELECT min(x.no) FROM jsonb_array_elements(p.path) WITH ORDINALITY AS x (value, no)
          WHERE jsonb_typeof(x.value) = 'number'), jsonb_array_length(p.path) + 1) ORDER BY s.no) END AS steps
    FROM paths AS p
  ), places AS (
    SELECT n.steps[1:d.depth - 1] AS parent, array_agg(DISTINCT n.steps[d.depth]) AS members
    FROM names AS n CROSS JOIN LATERAL generate_series(1, cardinality(n.steps)) AS d (depth) GROUP BY 1
  )
  SELECT p.parent, p.members FROM places AS p
  -- An object that one column takes whole has no unknown members, whatever other paths go through it.
  WHERE NOT EXISTS (SELECT FROM generate_series(1, cardinality(p.parent)) AS d (depth) JOIN paths AS w ON w.path = to_jsonb(p.parent[1:d.depth]));
END
$$;
COMMENT ON FUNCTION ingest.known_members(jsonb) IS 'For each object that paths go through, the members that they continue into.';

-- jsonb orders objects by their number of members before anything else, so one comparison tells that a record has no more of them than
-- are known. What it is compared with has one more: the known ones and one without a name, all null. Of as many members nothing that
-- has all known ones comes before it. To take the known ones out of a record looks through all names for each of its members.
CREATE FUNCTION ingest.has_just_known_sql(contract jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  names text[] := (SELECT k.members FROM ingest.known_members(ingest.all_read(contract)) AS k WHERE k.parent = '{}');
BEGIN
  RETURN (SELECT format('r.j < %L AND %s', (SELECT jsonb_object_agg(n, NULL) FROM unnest(names || ''::text) AS n),
    string_agg(CASE WHEN c.is_required THEN c.value || ' IS NOT NULL' ELSE format('(%sr.j ? %L)', coalesce(c.value, 'r.o' || o.no) || ' IS NOT NULL OR ', n.name) END, ' AND ' ORDER BY n.name))
  FROM unnest(names) AS n (name)
  -- All of them at once: to go through the columns for each name takes their number squared.
  LEFT JOIN (SELECT DISTINCT ON (x.value -> 'path') x.value -> 'path' AS path, 'r.m' || x.no AS value, (x.value ->> 'required')::boolean AND NOT (x.value ->> 'has_default')::boolean AS is_required
    FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS x (value, no)
    WHERE x.value ->> 'origin' = 'record' AND jsonb_array_length(x.value -> 'path') = 1 AND x.value ->> 'conversion' IS NULL ORDER BY 1, 3 DESC, x.no) AS c ON c.path = jsonb_build_array(n.name)
  LEFT JOIN ingest.inner_objects(ingest.all_read(contract)) AS o ON o.steps = ARRAY[n.name]
  -- Members that are matched have other names in each file. No path leads to a member without a name.
  WHERE contract -> 'names' IS NULL);
END
$$;
COMMENT ON FUNCTION ingest.has_just_known_sql(jsonb)
  IS 'SQL that is true of an object r.j, its members r.m<n> looked up, that has all known members and no other, and of no other object. NULL where no record is known so.';

CREATE FUNCTION ingest.has_unknown_sql(columns jsonb, has_just_known text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- An object without members takes 8 bytes. Seeing that costs less than comparing.
  RETURN (SELECT concat_ws(' OR ',
    CASE WHEN jsonb_path_exists(columns, '$[*].match_no') THEN 'pg_column_size(r.j - r.known) > 8'
      ELSE coalesce((SELECT format(CASE WHEN has_just_known IS NULL THEN '%s' ELSE 'CASE WHEN %2$s THEN false ELSE %1$s END' END, format('pg_column_size(r.j - %L::text[]) > 8', k.members), has_just_known)
        FROM ingest.known_members(columns) AS k WHERE k.parent = '{}'), 'r.j <> ''{}''') END,
    (SELECT string_agg(format('CASE jsonb_typeof(r.o%1$s) WHEN ''object'' THEN pg_column_size(r.o%1$s - %2$L::text[]) > 8 WHEN ''null'' THEN false ELSE r.o%1$s IS NOT NULL END',
      o.no, o.members), ' OR ' ORDER BY o.no) FROM ingest.inner_objects(columns) AS o)));
END
$$;
COMMENT ON FUNCTION ingest.has_unknown_sql(jsonb, text)
  IS 'SQL that is true where r.j, or an inner object r.o<n>, has a member that no column reads. has_just_known: has_just_known_sql(), where the members are looked up.';

CREATE FUNCTION ingest.remainder_sql(columns jsonb, has_just_known text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  place record;
  inner_member text;
  inner_rest jsonb;
  rest text := 'r.j';
  rests jsonb := '{}';
BEGIN
  -- The deepest first: each object is put together from the remainders of those inside it.
  FOR place IN
    SELECT k.parent, k.members, coalesce('r.o' || o.no, 'r.j') AS object FROM ingest.known_members(columns) AS k
    LEFT JOIN ingest.inner_objects(columns) AS o ON o.steps = k.parent ORDER BY cardinality(k.parent) DESC, k.parent
  LOOP
    rest := format('(%s - %L::text[])', place.object, ARRAY(SELECT m FROM unnest(place.members) AS m WHERE NOT rests ? (place.parent || m)::text));
    IF place.parent = '{}' AND jsonb_path_exists(columns, '$[*].match_no') THEN
      rest := format('(r.j - (r.n || %L::text[]))', ARRAY(SELECT m FROM unnest(ingest.exact_members(columns)) AS m WHERE NOT rests ? ARRAY[m]::text));
    END IF;
    FOREACH inner_member IN ARRAY place.members LOOP
      inner_rest := rests -> (place.parent || inner_member)::text;
      CONTINUE WHEN inner_rest IS NULL;
      rest := format('jsonb_set_lax(%s, %L, CASE jsonb_typeof(%s) WHEN ''object'' THEN nullif(%s, ''{}'') WHEN ''null'' THEN NULL ELSE %3$s END, false, ''delete_key'')',
        rest, ARRAY[inner_member], inner_rest ->> 'object', inner_rest ->> 'rest');
    END LOOP;
    rests := rests || jsonb_build_object(place.parent::text, jsonb_build_object('object', place.object, 'rest', rest));
  END LOOP;
  RETURN format('CASE WHEN %s THEN %s END', ingest.has_unknown_sql(columns, has_just_known), rest);
END
$$;
COMMENT ON FUNCTION ingest.remainder_sql(jsonb, text)
  IS 'SQL of the object r.j, with its inner objects r.o<n>, without the members that columns read, each at the place where it stood; NULL where nothing is left.';

-- A place is an array's when one of its objects came as an array: what would be a member's name is a position there.
CREATE FUNCTION ingest.object_at(document jsonb, steps text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN steps = '{}' THEN document
    WHEN jsonb_typeof(document #> steps) <> 'object' THEN NULL
    WHEN cardinality(steps) > 1 AND EXISTS (SELECT FROM generate_series(1, cardinality(steps) - 1) AS d (depth)
      WHERE jsonb_typeof(document #> steps[1:d.depth]) <> 'object') THEN NULL
    ELSE document #> steps END
$$;
COMMENT ON FUNCTION ingest.object_at(jsonb, text[]) IS 'The object at a place inside objects; NULL where there is none.';

CREATE FUNCTION ingest.known_places(columns jsonb) RETURNS TABLE (parent text[], inner_members text[])
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH known AS MATERIALIZED (SELECT k.parent, k.members FROM ingest.known_members(columns) AS k)
  SELECT k.parent, ARRAY(SELECT o.parent[cardinality(o.parent)] FROM known AS o WHERE o.parent <> '{}' AND o.parent[1:cardinality(o.parent) - 1] = k.parent)
  FROM known AS k
  UNION ALL SELECT '{}', '{}' WHERE NOT EXISTS (SELECT FROM known AS k WHERE k.parent = '{}');
END
$$;
COMMENT ON FUNCTION ingest.known_places(jsonb)
  IS 'The objects that paths go through, with those of their members that are such objects themselves: inside them, and nowhere else, a remainder holds members apart.';

CREATE FUNCTION ingest.unknown_objects(unknown ingest.unknown_seen[], columns jsonb)
RETURNS TABLE (file_no integer, record_no integer, parent text[], inner_members text[], object jsonb)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  place record;
BEGIN
  FOR place IN SELECT k.parent, k.inner_members, EXISTS (SELECT FROM unnest(k.parent) AS n WHERE n ~ '^\s*[-+]?\d') AS has_digits FROM ingest.known_places(columns) AS k LOOP
    IF place.parent = '{}' THEN
      RETURN QUERY SELECT u.file_no, u.record_no, place.parent, place.inner_members, u.remainder FROM unnest(unknown) AS u;
    ELSE
      -- #> finds nothing by a name in an array, unless it is one of digits.
      RETURN QUERY SELECT o.file_no, o.record_no, place.parent, place.inner_members, o.object
        FROM (SELECT u.file_no, u.record_no, CASE WHEN place.has_digits THEN ingest.object_at(u.remainder, place.parent) ELSE u.remainder #> place.parent END AS object
          FROM unnest(unknown) AS u OFFSET 0) AS o
        WHERE jsonb_typeof(o.object) = 'object';
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.unknown_objects(ingest.unknown_seen[], jsonb) IS 'The objects of remainders in which members stand apart, as known_places() has them.';

CREATE FUNCTION ingest.unknown_members(unknown ingest.unknown_seen[], columns jsonb)
RETURNS TABLE (file_no integer, record_no integer, parent text[], member text, json_type text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT m.file_no, m.record_no, m.parent, m.member, jsonb_typeof(m.object -> m.member)
    FROM (SELECT o.file_no, o.record_no, o.parent, o.inner_members, o.object, jsonb_object_keys(o.object) AS member FROM ingest.unknown_objects(unknown, columns) AS o) AS m
    WHERE m.member <> ALL (m.inner_members) OR jsonb_typeof(m.object -> m.member) <> 'object';
END
$$;
COMMENT ON FUNCTION ingest.unknown_members(ingest.unknown_seen[], jsonb) IS 'The unknown members of records: where each stands, its name and JSON type.';

-- Most records of a file have the same members of the same types. That is told by two looks at an object, where taking it apart
-- costs one a member.
CREATE FUNCTION ingest.first_unknown_members(unknown ingest.unknown_seen[], columns jsonb)
RETURNS TABLE (file_no integer, record_no integer, parent text[], member text, json_type text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp SET enable_mergejoin = off SET enable_nestloop = off AS $$
BEGIN
  RETURN QUERY WITH objects AS MATERIALIZED (
    SELECT o.*, jsonb_path_query_array(o.object, 'strict $.*.type()') AS types FROM ingest.unknown_objects(unknown, columns) AS o
  ), shapes AS MATERIALIZED (
    SELECT f.*, ARRAY(SELECT jsonb_object_keys(o.object)) AS members
    FROM (SELECT o.file_no, o.parent, o.types, min(o.record_no) AS record_no FROM objects AS o GROUP BY 1, 2, 3) AS f
    JOIN objects AS o ON o.file_no = f.file_no AND o.record_no = f.record_no AND o.parent = f.parent
  ), members AS (
    SELECT o.file_no, o.record_no, o.parent, o.inner_members, o.object, jsonb_object_keys(o.object) AS member
    FROM objects AS o JOIN shapes AS s ON s.file_no = o.file_no AND s.parent = o.parent AND s.types = o.types
    -- An object without members takes 8 bytes.
    WHERE o.record_no = s.record_no OR pg_column_size(o.object - s.members) > 8
  )
  SELECT m.file_no, min(m.record_no), m.parent, m.member, m.json_type
  FROM (SELECT x.*, jsonb_typeof(x.object -> x.member) AS json_type FROM members AS x) AS m
  WHERE m.member <> ALL (m.inner_members) OR m.json_type <> 'object' GROUP BY 1, 3, 4, 5;
END
$$;
COMMENT ON FUNCTION ingest.first_unknown_members(ingest.unknown_seen[], jsonb)
  IS 'As unknown_members(), of each file the first record alone that has a member of that type.';

CREATE FUNCTION ingest.steps_path(steps text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  path text := '$';
  step text;
BEGIN
  FOREACH step IN ARRAY steps LOOP
    path := path || substr(ingest.member_path(step), 2);
  END LOOP;
  RETURN path;
END
$$;
COMMENT ON FUNCTION ingest.steps_path(text[]) IS 'The path of a member inside objects, as messages write it.';
