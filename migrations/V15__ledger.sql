-- Claiming staged files, telling deliveries apart, and writing down what became of them: docs/semantics.md section 5.

CREATE FUNCTION ingest.setting(of_name text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.value FROM ingest.setting AS s WHERE s.name = of_name
$$;
COMMENT ON FUNCTION ingest.setting(text) IS 'The value of a setting of the pipeline.';

-- Neither STRICT nor with settings of its own: for use in FROM, where the planner puts the query in place of the call.
CREATE FUNCTION ingest.match_dataset(of_bucket text, of_key text) RETURNS SETOF text
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT d.name FROM ingest.dataset AS d
  WHERE pg_catalog.starts_with(of_key, d.prefix) AND (d.bucket IS NULL OR d.bucket = of_bucket)
  ORDER BY pg_catalog.length(d.prefix) DESC, d.bucket NULLS LAST LIMIT 1
$$;
COMMENT ON FUNCTION ingest.match_dataset(text, text)
  IS 'The dataset that a key belongs to, if any: the longest matching prefix, before a bucket of its own.';

CREATE TYPE ingest.unit AS (files ingest.claimed_file[]);
COMMENT ON TYPE ingest.unit IS 'Staged files that are processed together: at most one entry a key, bounded in files and bytes.';

CREATE FUNCTION ingest.claim_units(batch uuid) RETURNS ingest.unit[]
LANGUAGE sql SET search_path = pg_catalog, ingest, pg_temp AS $$
  WITH claimed AS (
    SELECT s.ctid AS staged, s.bucket, s.key, nullif(nullif(s.version_id, ''), 'null') AS version_id, btrim(s.etag, '"') AS etag,
      s.sequencer,
      s.size, s.event_time, s.last_modified, octet_length(s.body)::bigint AS body_bytes, s.error_code
    FROM ingest.staging AS s WHERE batch IS NULL OR s.batch_id = batch FOR UPDATE SKIP LOCKED
  ), ranked AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.bucket, c.key ORDER BY ingest.sequencer_order(c.sequencer) NULLS FIRST,
      c.last_modified NULLS FIRST, c.event_time NULLS FIRST, c.staged) AS round
    FROM claimed AS c
  ), cut AS (
    SELECT r.*, trunc(coalesce(sum(coalesce(r.body_bytes, 0)) OVER w, 0) / (SELECT ingest.setting('unit_bytes')::bigint))::bigint
      + count(*) OVER w / (SELECT ingest.setting('unit_files')::bigint) AS part
    FROM ranked AS r WINDOW w AS (PARTITION BY r.round ORDER BY r.bucket, r.key COLLATE "C" ROWS BETWEEN UNBOUNDED PRECEDING
      AND 1 PRECEDING)
  ), numbered AS (
    SELECT c.round, c.part, ROW(
      row_number() OVER (PARTITION BY c.round, c.part ORDER BY greatest(c.event_time, c.last_modified) NULLS FIRST,
        ingest.sequencer_order(c.sequencer) NULLS FIRST, c.key COLLATE "C", c.bucket)::integer,
      nextval('ingest.file_file_id_seq'), c.staged, d.name, c.bucket, c.key, c.version_id,
      coalesce(c.etag, (SELECT md5(s.body) FROM ingest.staging AS s WHERE s.ctid = c.staged)), c.sequencer,
      coalesce(c.size, c.body_bytes), c.event_time, c.last_modified, greatest(c.event_time, c.last_modified), NULL, c.body_bytes, NULL,
        c.error_code, NULL)::ingest.claimed_file AS file
    FROM cut AS c LEFT JOIN LATERAL ingest.match_dataset(c.bucket, c.key) AS d (name) ON true
  ), units AS (
    SELECT n.round, n.part, ROW(array_agg(n.file ORDER BY (n.file).file_no))::ingest.unit AS unit FROM numbered AS n GROUP BY n.round,
      n.part
  )
  SELECT coalesce(array_agg(u.unit ORDER BY u.round, u.part), '{}') FROM units AS u
$$;
COMMENT ON FUNCTION ingest.claim_units(uuid)
  IS 'Locks what is staged (of one batch, or all that nobody else holds) and cuts it into units, older entries of a key in earlier ones.';

-- The rows of ingest.object are locked in the order of bucket and key, and before any target: no two sessions can
-- wait for each other. A key that is new gets its newest entry at once.
CREATE FUNCTION ingest.lock_objects(files ingest.claimed_file[]) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  known bigint[];
BEGIN
  WITH added AS (
    INSERT INTO ingest.object (bucket, key, newest_file_id, newest_etag, newest_sequencer, newest_last_modified)
    SELECT f.bucket, f.key, CASE WHEN f.present THEN f.file_id END, CASE WHEN f.present THEN f.etag END, CASE WHEN f.present
      THEN f.sequencer END, CASE WHEN f.present THEN f.last_modified END
    FROM (SELECT u.*, coalesce(u.error_code, '') <> 'object_missing' AND (u.body_bytes IS NOT NULL OR u.error_code IS NOT NULL) AS present
      FROM unnest(files) AS u) AS f
    ORDER BY f.bucket, f.key COLLATE "C"
    ON CONFLICT (bucket, key) DO NOTHING
    RETURNING object_id, bucket, key
  )
  SELECT array_agg(CASE WHEN a.object_id IS NULL THEN -f.file_no ELSE a.object_id END ORDER BY f.file_no) INTO known
  FROM unnest(files) AS f LEFT JOIN added AS a ON a.bucket = f.bucket AND a.key = f.key;
  FOR i IN 1 .. cardinality(files) LOOP
    files[i].object_id := known[i];
  END LOOP;
  IF EXISTS (SELECT FROM unnest(known) AS k WHERE k < 0) THEN
    files := ingest.recognise(files);
  END IF;
  FOR i IN 1 .. cardinality(files) LOOP
    IF files[i].status IS NULL AND files[i].body_bytes IS NULL THEN
      files[i].status := CASE files[i].error_code WHEN 'too_large' THEN 'load_failed' ELSE 'object_missing' END;
    END IF;
  END LOOP;
  RETURN files;
END
$$;
COMMENT ON FUNCTION ingest.lock_objects(ingest.claimed_file[])
  IS 'Gives every file its object, locked; files that need no loading get their status.';

CREATE TYPE ingest.delivery AS (file_no integer, object_id bigint, first_file_id bigint, is_first boolean, later boolean, stale boolean,
  present boolean);
COMMENT ON TYPE ingest.delivery IS 'A file of a known key: the ledger entry of which it is another delivery, whether that is the newest of its key, how it compares with the newest.';

CREATE FUNCTION ingest.recognise(files ingest.claimed_file[]) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  known ingest.delivery[];
  d ingest.delivery;
BEGIN
  -- In a statement of its own: the next one takes a new snapshot and so sees what the session that held the lock has
  -- committed. One statement that locks and reads would wait, and then read the ledger as it was before.
  PERFORM FROM ingest.object AS o JOIN unnest(files) AS f ON f.object_id < 0 AND o.bucket = f.bucket AND o.key = f.key
  ORDER BY o.bucket, o.key COLLATE "C" FOR UPDATE OF o;
  SELECT array_agg(ROW(f.file_no, o.object_id, first.file_id, first.file_id = o.newest_file_id,
      ingest.sequencer_order(f.sequencer) > ingest.sequencer_order(o.newest_sequencer),
      CASE WHEN f.sequencer IS NOT NULL AND o.newest_sequencer IS NOT NULL
        THEN ingest.sequencer_order(f.sequencer) < ingest.sequencer_order(o.newest_sequencer)
        ELSE f.last_modified < o.newest_last_modified END,
      f.body_bytes IS NOT NULL OR f.error_code = 'too_large')::ingest.delivery)
  INTO known
  FROM unnest(files) AS f JOIN ingest.object AS o ON o.bucket = f.bucket AND o.key = f.key
  LEFT JOIN LATERAL (
    SELECT l.file_id FROM ingest.file AS l
    WHERE l.object_id = o.object_id AND (l.status <> 'object_missing' OR f.body_bytes IS NULL)
      AND (l.version_id = f.version_id OR l.sequencer = f.sequencer
        OR f.version_id IS NULL AND l.file_id = o.newest_file_id AND l.etag = f.etag
        OR l.status = 'object_missing' AND f.version_id IS NULL AND f.sequencer IS NULL AND l.version_id IS NULL AND l.sequencer IS NULL
          AND l.etag IS NOT DISTINCT FROM f.etag)
    ORDER BY l.version_id = f.version_id DESC NULLS LAST, l.sequencer = f.sequencer DESC NULLS LAST, l.file_id LIMIT 1) AS first ON true
  WHERE f.object_id < 0;
  FOREACH d IN ARRAY known LOOP
    files[d.file_no].object_id := d.object_id;
    files[d.file_no].status := CASE WHEN d.first_file_id IS NOT NULL THEN 'duplicate' WHEN d.present AND d.stale THEN 'skipped_stale' END;
  END LOOP;
  UPDATE ingest.file AS l SET deliveries = l.deliveries + 1 FROM unnest(known) AS x WHERE l.file_id = x.first_file_id;
  -- The event of a later put may have found this content already; older events must not pass for newer.
  UPDATE ingest.object AS o SET newest_sequencer = coalesce(CASE WHEN x.later THEN f.sequencer END, o.newest_sequencer),
    newest_last_modified = greatest(o.newest_last_modified, f.last_modified)
  FROM unnest(known) AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
  WHERE o.object_id = x.object_id AND x.is_first AND (x.later OR f.last_modified > o.newest_last_modified);
  UPDATE ingest.object AS o SET newest_file_id = f.file_id, newest_etag = f.etag, newest_sequencer = f.sequencer,
    newest_last_modified = f.last_modified
  FROM unnest(known) AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
  WHERE o.object_id = x.object_id AND x.first_file_id IS NULL AND x.present AND x.stale IS NOT TRUE;
  RETURN files;
END
$$;
COMMENT ON FUNCTION ingest.recognise(ingest.claimed_file[])
  IS 'Compares files of known keys (object_id < 0) with the ledger: duplicates are counted, stale ones marked, newer ones become the newest.';

CREATE FUNCTION ingest.turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[],
  OUT faults ingest.fault[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  f ingest.claimed_file;
  problem text;
  -- lock_targets() has compiled them all.
  problems jsonb := (SELECT jsonb_object_agg(c.dataset, c.problem) FROM ingest.compiled_dataset AS c
    WHERE c.dataset IN (SELECT u.dataset FROM unnest(files) AS u));
  most bigint := ingest.setting('max_body_bytes')::bigint;
  o ingest.file_outcome;
BEGIN
  remaining := '{}'; outcomes := '{}'; faults := '{}';
  FOREACH f IN ARRAY files LOOP
    o := ROW(f.file_no, 0, 0, 0, 0, f.status, NULL, NULL)::ingest.file_outcome;
    IF f.status = 'object_missing' THEN
      o.error_code := 'object_missing';
      o.error := 'the object was gone when it was fetched; expected it to exist until it was read';
    ELSIF f.status = 'load_failed' OR f.status IS NULL AND f.body_bytes > most THEN
      o.status := 'load_failed'; o.error_code := 'too_large';
      o.error := CASE WHEN f.body_bytes IS NULL THEN format('object of %s bytes; larger than the shipper fetches (MAX_OBJECT_BYTES)',
        f.size)
        ELSE format('body of %s bytes; expected at most %s (setting max_body_bytes)', f.body_bytes, most) END;
    ELSIF f.status IS NULL THEN
      problem := CASE WHEN f.dataset IS NULL
        THEN format('no dataset matches key %s; expected one registered by ingest_register_dataset(), then ingest_replay()', f.key)
        ELSE problems ->> f.dataset END;
      IF problem IS NULL THEN
        remaining := remaining || f;
        CONTINUE;
      END IF;
      o.status := 'no_dataset'; o.error_code := 'no_dataset'; o.error := problem;
    END IF;
    outcomes := outcomes || o;
    IF o.error_code IN ('too_large', 'no_dataset') AND f.body_bytes IS NOT NULL THEN
      faults := faults || ROW(f.file_no, 0, NULL, NULL, o.error_code, o.error)::ingest.fault;
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.turn_away(ingest.claimed_file[]) IS 'Files that are not loaded at all, with the reason; the others remain.';
