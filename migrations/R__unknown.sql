-- pg_ingest 0.2.0
-- Members that no column reads: found, rescued and counted as drift.

CREATE FUNCTION ingest.known_members(columns jsonb) RETURNS TABLE (parent text[], members text[])
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- Every prefix of a path that leads through objects alone is a place where members are known.
  WITH steps AS (
    SELECT c.value -> 'path' AS path FROM jsonb_array_elements(columns) AS c
  ), prefixes AS (
    SELECT ARRAY(SELECT s.value #>> '{}' FROM jsonb_array_elements(path) WITH ORDINALITY AS s (value, no) WHERE s.no <= n.depth
      ORDER BY s.no) AS parent,
      path ->> n.depth AS member
    FROM steps, LATERAL generate_series(0, jsonb_array_length(path) - 1) AS n (depth)
    WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(path) WITH ORDINALITY AS s (value, no)
      WHERE s.no <= n.depth + 1 AND jsonb_typeof(s.value) = 'number')
  )
  SELECT parent, array_agg(DISTINCT member) FROM prefixes
  -- An object that one column takes whole has no unknown members, whatever other paths go through it.
  WHERE NOT EXISTS (SELECT FROM steps WHERE jsonb_array_length(path) > 0 AND jsonb_array_length(path) <= cardinality(parent)
    AND path = to_jsonb(parent[1:jsonb_array_length(path)]))
  GROUP BY parent
$$;
COMMENT ON FUNCTION ingest.known_members(jsonb) IS 'For each object that paths go through, the members that they continue into.';

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

CREATE FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) RETURNS ingest.drift_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.drift_seen[];
BEGIN
  IF engine = 'native' THEN
    SELECT array_agg(ROW(x.file_no, 0, x.path, x.json_type, NULL, x.sample)::ingest.drift_seen) INTO found FROM ingest_native.drift() AS x;
  ELSE
    SELECT array_agg(ROW(s.file_no, s.record_no, s.path, s.json_type, s.steps, NULL)::ingest.drift_seen) INTO found
    FROM (SELECT DISTINCT ON (u.file_no, m.path, m.json_type) u.file_no, u.record_no, m.path, m.json_type, m.steps
      FROM unnest(unknown) AS u CROSS JOIN LATERAL ingest.unknown_members(u.record, contract -> 'columns') AS m
      ORDER BY u.file_no, m.path, m.json_type, u.record_no) AS s;
  END IF;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.drift(text, jsonb, ingest.unknown_seen[]) IS 'Unknown members by file, path and JSON type.';

CREATE FUNCTION ingest.unknown_of_excluded(a ingest.load_attempt) RETURNS ingest.unknown_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.unknown_seen[];
BEGIN
  EXECUTE format('SELECT array_agg(ROW(s._ingest_file, s._ingest_record, s._ingest_unknown)::ingest.unknown_seen) FROM (%s) AS s
    WHERE s._ingest_unknown IS NOT NULL AND (s._ingest_file::bigint << 32 | s._ingest_record) = ANY ($4)', a.source)
  INTO found USING a.files, a.contract, a.parsed, a.excluded;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.unknown_of_excluded(ingest.load_attempt)
  IS 'Unknown members of records that only the insert refused: the load statement left them out, drift counts them all the same.';

CREATE FUNCTION ingest.write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[],
  started timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT left(s.path, 300) || CASE WHEN length(s.path) > 300 THEN '…' ELSE '' END AS path, s.json_type,
      count(DISTINCT s.file_no) AS files,
      (array_agg(f.staged ORDER BY f.key COLLATE "C", s.record_no))[1] AS staged,
        (array_agg(s.record_no ORDER BY f.key COLLATE "C", s.record_no))[1] AS record_no,
      (array_agg(f.record_no ORDER BY f.key COLLATE "C", s.record_no))[1] AS only_record,
      (array_agg(to_jsonb(s.steps) ORDER BY f.key COLLATE "C", s.record_no))[1] AS steps,
        (array_agg(s.sample ORDER BY f.key COLLATE "C", s.record_no))[1] AS sample
    FROM unnest(seen) AS s JOIN unnest(files) AS f ON f.file_no = s.file_no
    GROUP BY 1, 2 ORDER BY 1, 2
  LOOP
    -- A member that is known to drift costs an update; only a new one has its sample looked up.
    UPDATE ingest.schema_drift AS d SET last_seen = greatest(d.last_seen, started), files = d.files + one.files
    WHERE d.dataset = of_dataset AND d.path = one.path AND d.json_type = one.json_type;
    CONTINUE WHEN FOUND;
    INSERT INTO ingest.schema_drift AS d (dataset, path, json_type, first_seen, last_seen, files, sample)
    VALUES (of_dataset, one.path, one.json_type, started, started, one.files, coalesce(one.sample, (
      SELECT ingest.shown(ingest.raw_member(r.raw, ARRAY(SELECT jsonb_array_elements_text(one.steps))))
      FROM ingest.staging AS s CROSS JOIN LATERAL ingest.records(ingest.staged_body(s.body, s.held), nullif(contract -> 'records_path', 'null'),
        contract ->> 'records_path_text',
        ARRAY[CASE WHEN one.only_record IS NULL THEN one.record_no ELSE 1 END]) AS r WHERE s.ctid = one.staged), ''))
    ON CONFLICT (dataset, path, json_type) DO UPDATE SET last_seen = greatest(d.last_seen, excluded.last_seen),
      files = d.files + excluded.files;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.write_drift(text, ingest.claimed_file[], jsonb, ingest.drift_seen[], timestamptz)
  IS 'Counts what was seen without a column, path by path in one order for all sessions.';
