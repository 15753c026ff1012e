-- pg_ingest 0.2.0
-- Drift: unknown members counted by path and JSON type, within a bound.

CREATE FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) RETURNS ingest.drift_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found ingest.drift_seen[];
BEGIN
  IF engine = 'native' AND NOT (contract ->> 'want_unknown')::boolean THEN
    SELECT array_agg(ROW(x.file_no, 0, x.path, x.json_type, NULL, x.sample)::ingest.drift_seen) INTO found FROM ingest_native.drift() AS x;
  ELSIF unknown <> '{}' THEN
    SELECT array_agg(ROW(m.file_no, m.record_no, ingest.steps_path(m.parent || m.member), m.json_type, m.parent || m.member, NULL)::ingest.drift_seen) INTO found
    FROM ingest.first_unknown_members(unknown, ingest.all_read(contract)) AS m;
  END IF;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.drift(text, jsonb, ingest.unknown_seen[]) IS 'Unknown members by file, path and JSON type.';

CREATE FUNCTION ingest.shortened_path(path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN pg_catalog.length($1) > 300 THEN pg_catalog.left($1, 300) || '…' ELSE $1 END
$$;
COMMENT ON FUNCTION ingest.shortened_path(text) IS 'A path as drift has it: cut at 300 characters.';

-- Member names may be data (ids, dates): whatever is beyond the bound is counted together.
CREATE FUNCTION ingest.bounded_drift(of_dataset text, seen ingest.drift_seen[]) RETURNS ingest.drift_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  room bigint;
  bounded ingest.drift_seen[];
BEGIN
  IF NOT EXISTS (SELECT FROM (SELECT DISTINCT ingest.shortened_path(s.path) AS path, s.json_type FROM unnest(seen) AS s) AS p
    WHERE NOT EXISTS (SELECT FROM ingest.schema_drift AS d WHERE d.dataset = of_dataset AND d.path = p.path AND d.json_type = p.json_type)) THEN
    RETURN ARRAY(SELECT ROW(s.file_no, s.record_no, ingest.shortened_path(s.path), s.json_type, s.steps, s.sample)::ingest.drift_seen FROM unnest(seen) AS s);
  END IF;
  -- One session at a time adds paths, so that several together cannot exceed the bound.
  PERFORM FROM ingest.dataset AS d WHERE d.name = of_dataset FOR NO KEY UPDATE;
  room := greatest(ingest.setting('drift_paths_per_dataset')::bigint
    - (SELECT count(*) FROM ingest.schema_drift AS d WHERE d.dataset = of_dataset AND d.path <> '…'), 0);
  WITH shortened AS (
    SELECT s.file_no, s.record_no, ingest.shortened_path(s.path) AS path, s.json_type, s.steps, s.sample FROM unnest(seen) AS s
  ), paths AS (
    SELECT p.path, p.json_type, EXISTS (SELECT FROM ingest.schema_drift AS d WHERE d.dataset = of_dataset AND d.path = p.path AND d.json_type = p.json_type) AS known
    FROM (SELECT DISTINCT s.path, s.json_type FROM shortened AS s) AS p
  ), kept AS (
    SELECT p.path, p.json_type FROM (SELECT x.path, x.json_type, x.known,
      row_number() OVER (PARTITION BY x.known ORDER BY x.path COLLATE "C", x.json_type) AS place FROM paths AS x) AS p WHERE p.known OR p.place <= room
  )
  SELECT array_agg(ROW(s.file_no, s.record_no, CASE WHEN k.path IS NULL THEN '…' ELSE s.path END, s.json_type, s.steps, s.sample)::ingest.drift_seen
    ORDER BY s.path COLLATE "C", s.record_no) INTO bounded
  FROM shortened AS s LEFT JOIN kept AS k ON k.path = s.path AND k.json_type = s.json_type;
  RETURN bounded;
END
$$;
COMMENT ON FUNCTION ingest.bounded_drift(text, ingest.drift_seen[])
  IS 'What was seen, with the path … for what would be more than drift_paths_per_dataset paths of the dataset; known paths stay, and of new ones the first by name.';

-- The values stand in the records as they came. A record is read once, however many of its members are looked up.
CREATE FUNCTION ingest.drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]) RETURNS ingest.drift_seen[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_mergejoin = off SET enable_nestloop = off AS $$
BEGIN
  RETURN (WITH records AS MATERIALIZED (
    SELECT w.file_no, r.record_no, convert_from(r.raw, 'UTF8')::json AS record
    FROM (SELECT s.file_no, array_agg(DISTINCT s.record_no) AS record_nos FROM unnest(wanted) AS s WHERE s.sample IS NULL GROUP BY s.file_no) AS w
    JOIN unnest(files) AS f ON f.file_no = w.file_no
    CROSS JOIN LATERAL (SELECT x.raw, coalesce(f.record_no, x.record_no) AS record_no FROM ingest.raw_records(
      (SELECT ingest.staged_body(b.body, b.held) FROM ingest.staging AS b WHERE b.ctid = f.staged), contract,
      CASE WHEN f.record_no IS NULL THEN w.record_nos END, f.context) AS x) AS r
  ), places AS (
    SELECT DISTINCT s.file_no, s.record_no, s.steps[1:cardinality(s.steps) - 1] AS parent FROM unnest(wanted) AS s WHERE s.sample IS NULL
  ), members AS (
    SELECT p.file_no, p.record_no, p.parent || m.key AS steps, (array_agg(m.value::text ORDER BY m.no DESC))[1] AS raw
    FROM places AS p JOIN records AS r ON r.file_no = p.file_no AND r.record_no = p.record_no
    CROSS JOIN LATERAL json_each(CASE WHEN p.parent = '{}' THEN r.record ELSE r.record #> p.parent END) WITH ORDINALITY AS m (key, value, no)
    GROUP BY 1, 2, 3
  )
  SELECT array_agg(ROW(s.file_no, s.record_no, s.path, s.json_type, s.steps, coalesce(s.sample, ingest.shown(m.raw), ''))::ingest.drift_seen)
  FROM unnest(wanted) AS s LEFT JOIN members AS m ON m.file_no = s.file_no AND m.record_no = s.record_no AND m.steps = s.steps);
END
$$;
COMMENT ON FUNCTION ingest.drift_samples(ingest.claimed_file[], jsonb, ingest.drift_seen[]) IS 'What was seen, each with its value as it stood in the file.';

CREATE FUNCTION ingest.write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[],
  started timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  firsts ingest.drift_seen[];
  fresh ingest.drift_seen[];
BEGIN
  seen := ingest.bounded_drift(of_dataset, seen);
  firsts := ARRAY(SELECT DISTINCT ON (s.path COLLATE "C", s.json_type) ROW(s.file_no, s.record_no, s.path, s.json_type, s.steps, s.sample)::ingest.drift_seen
    FROM unnest(seen) WITH ORDINALITY AS s JOIN unnest(files) AS f ON f.file_no = s.file_no
    ORDER BY s.path COLLATE "C", s.json_type, f.key COLLATE "C", s.ordinality);
  -- What is known to drift has its sample. Only for what is new, or was erased, one is looked up.
  fresh := ARRAY(SELECT s FROM unnest(firsts) AS s WHERE NOT EXISTS (SELECT FROM ingest.schema_drift AS d
    WHERE d.dataset = of_dataset AND d.path = s.path AND d.json_type = s.json_type AND d.sample <> ingest.erased()));
  IF EXISTS (SELECT FROM unnest(fresh) AS s WHERE s.sample IS NULL) THEN
    IF contract IS NULL THEN
      RAISE EXCEPTION 'members drift that are not known yet' USING ERRCODE = 'PI007';
    END IF;
    fresh := ingest.drift_samples(files, contract, fresh);
  END IF;
  -- Path by path, in one order for all sessions.
  INSERT INTO ingest.schema_drift AS d (dataset, path, json_type, first_seen, last_seen, files, sample, first_file_id)
  SELECT of_dataset, n.path, n.json_type, started, started, n.files, coalesce(x.sample, ''), (SELECT f.file_id FROM unnest(write_drift.files) AS f WHERE f.file_no = x.file_no)
  FROM (SELECT s.path, s.json_type, count(DISTINCT s.file_no) AS files FROM unnest(seen) AS s GROUP BY 1, 2) AS n
  LEFT JOIN unnest(fresh) AS x ON x.path = n.path AND x.json_type = n.json_type
  ORDER BY n.path COLLATE "C", n.json_type
  ON CONFLICT (dataset, path, json_type) DO UPDATE SET last_seen = greatest(d.last_seen, excluded.last_seen), files = d.files + excluded.files,
    sample = CASE WHEN d.sample = ingest.erased() THEN excluded.sample ELSE d.sample END;
END
$$;
COMMENT ON FUNCTION ingest.write_drift(text, ingest.claimed_file[], jsonb, ingest.drift_seen[], timestamptz)
  IS 'Counts what was seen without a column, by path and JSON type, within the bound of the dataset. contract: NULL where no file has the samples; PI007 says then that some are wanted.';
