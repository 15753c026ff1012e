-- pg_ingest 0.2.0
-- Telling deliveries apart: what is new, what was seen before, what is older than what is there. docs/semantics.md, section 5.

-- Amazon S3 User Guide, "Event message structure": right-pad the shorter with zeros, then compare as hexadecimal.
-- Without the zeros at its end a sequencer compares just so, and that is less work than adding some.
-- Not STRICT: the planner puts it in place of its call.
CREATE FUNCTION ingest.sequencer_order(sequencer text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.rtrim(pg_catalog.lower($1 COLLATE "C"), '0') COLLATE "C"
$$;
COMMENT ON FUNCTION ingest.sequencer_order(text) IS 'A form of an S3 sequencer that text comparison puts in S3''s own order.';

-- The planner puts it in place of its call: statements make the files anew at once, which costs less than a loop over files[i].
CREATE FUNCTION ingest.recognised(f ingest.claimed_file, object_id bigint, status text) RETURNS ingest.claimed_file
LANGUAGE sql IMMUTABLE AS $$
  SELECT ROW(f.file_no, f.file_id, f.staged, f.dataset, f.bucket, f.key, f.version_id, f.etag, f.sequencer, f.size, f.event_time,
    f.last_modified, f.source_time, $2, f.body_bytes, $3, f.error_code, f.record_no, f.context)::ingest.claimed_file
$$;
COMMENT ON FUNCTION ingest.recognised(ingest.claimed_file, bigint, text) IS 'The file with its object and status.';

-- The rows of ingest.object are locked in the order of bucket and key, all of a unit's at once: no two sessions can
-- wait for each other. A key that is new gets its newest entry at once.
CREATE FUNCTION ingest.lock_objects(files ingest.claimed_file[]) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  all_new boolean;
BEGIN
  WITH added AS (
    INSERT INTO ingest.object (bucket, key, newest_file_id, newest_etag, newest_sequencer, newest_last_modified)
    SELECT f.bucket, f.key, CASE WHEN f.present THEN f.file_id END, CASE WHEN f.present THEN f.etag END, CASE WHEN f.present
      THEN f.sequencer END, CASE WHEN f.present THEN f.last_modified END
    FROM (SELECT u.*, coalesce(u.error_code, '') <> 'object_missing' AND NOT ingest.is_removal(u.error_code) AND (u.body_bytes IS NOT NULL OR u.error_code IS NOT NULL) AS present
      FROM unnest(files) AS u) AS f
    ORDER BY f.bucket, f.key COLLATE "C"
    ON CONFLICT (bucket, key) DO NOTHING
    RETURNING object_id, bucket, key
  )
  SELECT array_agg(ingest.recognised(f, a.object_id, CASE WHEN f.body_bytes IS NULL THEN CASE f.error_code WHEN 'too_large'
      THEN 'load_failed' ELSE 'object_missing' END END) ORDER BY f.file_no), bool_and(a.object_id IS NOT NULL)
  INTO files, all_new
  FROM unnest(files) AS f LEFT JOIN added AS a ON a.bucket = f.bucket AND a.key = f.key;
  IF NOT all_new THEN
    PERFORM ingest.lock_known_objects(files);
  END IF;
  RETURN files;
END
$$;
COMMENT ON FUNCTION ingest.lock_objects(ingest.claimed_file[])
  IS 'Locks every file''s object. Files of new ones get it; a file without a body gets its status.';

CREATE FUNCTION ingest.lock_known_objects(files ingest.claimed_file[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
BEGIN
  PERFORM FROM ingest.object AS o JOIN unnest(files) AS f ON f.object_id IS NULL AND o.bucket = f.bucket AND o.key = f.key
  ORDER BY o.bucket, o.key COLLATE "C" FOR UPDATE OF o;
END
$$;
COMMENT ON FUNCTION ingest.lock_known_objects(ingest.claimed_file[])
  IS 'Locks the objects of files that have none yet. Statements behind it see what the sessions that held the locks have committed: one that locks and reads would wait, and then read the ledger as it was before.';

CREATE FUNCTION ingest.recognise(files ingest.claimed_file[]) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
DECLARE
  known ingest.delivery[];
  newer boolean;
  unread bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(files) AS f WHERE f.object_id IS NULL) THEN
    RETURN files;
  END IF;
  SELECT array_agg(ROW(f.file_no, o.object_id, c.first_file_id, c.unread_file_id, c.is_newest, c.later, c.stale, c.present)::ingest.delivery)
      FILTER (WHERE f.object_id IS NULL),
    array_agg(CASE WHEN f.object_id IS NOT NULL THEN f ELSE ingest.recognised(f, o.object_id,
      CASE WHEN c.first_file_id IS NOT NULL THEN 'duplicate' WHEN c.present AND c.stale THEN 'skipped_stale' ELSE f.status END) END
      ORDER BY f.file_no),
    bool_or(f.object_id IS NULL AND CASE WHEN c.first_file_id IS NULL THEN c.present AND c.stale IS NOT TRUE
      ELSE c.is_newest AND (c.later OR f.last_modified > o.newest_last_modified) END),
    array_agg(c.unread_file_id) FILTER (WHERE c.unread_file_id IS NOT NULL)
  INTO known, files, newer, unread
  FROM unnest(files) AS f LEFT JOIN ingest.object AS o ON f.object_id IS NULL AND o.bucket = f.bucket AND o.key = f.key
  LEFT JOIN LATERAL (
    SELECT l.file_id, u.unread FROM ingest.file AS l CROSS JOIN LATERAL (SELECT f.body_bytes IS NOT NULL AND l.status = 'load_failed'
      AND l.error_code = 'too_large' AND NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = l.file_id)
      OR l.file_id = f.file_id AS unread) AS u
    WHERE l.object_id = o.object_id AND (l.status <> 'object_missing' OR f.body_bytes IS NULL)
      AND (l.version_id = f.version_id OR l.sequencer = f.sequencer
        OR f.version_id IS NULL AND l.file_id = o.newest_file_id AND l.etag = f.etag
        OR l.status = 'object_missing' AND f.version_id IS NULL AND f.sequencer IS NULL AND l.version_id IS NULL AND l.sequencer IS NULL
          AND l.etag IS NOT DISTINCT FROM f.etag)
    ORDER BY l.file_id = f.file_id DESC, u.unread, l.version_id = f.version_id DESC NULLS LAST, l.sequencer = f.sequencer DESC NULLS LAST, l.file_id LIMIT 1) AS seen ON true
  CROSS JOIN LATERAL (SELECT CASE WHEN NOT seen.unread THEN seen.file_id END AS first_file_id,
    CASE WHEN seen.unread THEN seen.file_id END AS unread_file_id, seen.file_id = o.newest_file_id AS is_newest,
    f.body_bytes IS NOT NULL OR f.error_code = 'too_large' AS present,
    f.sequencer <> o.newest_sequencer AND ingest.sequencer_order(f.sequencer) > ingest.sequencer_order(o.newest_sequencer) AS later,
    CASE WHEN seen.file_id = o.newest_file_id THEN false WHEN f.sequencer IS NOT NULL AND o.newest_sequencer IS NOT NULL
      THEN f.sequencer <> o.newest_sequencer AND ingest.sequencer_order(f.sequencer) < ingest.sequencer_order(o.newest_sequencer)
      ELSE f.last_modified < o.newest_last_modified END AS stale) AS c;
  UPDATE ingest.file AS l SET deliveries = l.deliveries + 1 FROM unnest(known) AS x WHERE l.file_id = x.first_file_id;
  IF newer THEN
    PERFORM ingest.make_newest(files, known);
  END IF;
  -- It keeps nothing, or is loaded again; and a version stands in the ledger once.
  IF unread IS NOT NULL THEN
    DELETE FROM ingest.file AS l WHERE l.file_id = ANY (unread);
  END IF;
  RETURN files;
END
$$;
COMMENT ON FUNCTION ingest.recognise(ingest.claimed_file[])
  IS 'Compares files of known keys (locked, but without an object yet) with the ledger: duplicates are counted, stale ones marked, newer ones become the newest. A body takes the place of an entry that was too large to be read, and of the one whose number it has (taken_again()).';

CREATE FUNCTION ingest.make_newest(files ingest.claimed_file[], known ingest.delivery[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  -- The event of a later put may have found this content already; older events must not pass for newer.
  UPDATE ingest.object AS o SET newest_sequencer = coalesce(CASE WHEN x.later THEN f.sequencer END, o.newest_sequencer),
    newest_last_modified = greatest(o.newest_last_modified, f.last_modified)
  FROM unnest(known) AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
  WHERE o.object_id = x.object_id AND x.is_newest AND (x.later OR f.last_modified > o.newest_last_modified);
  -- What takes the place of the newest entry is as new as that.
  UPDATE ingest.object AS o SET newest_file_id = f.file_id, newest_etag = f.etag,
    newest_sequencer = CASE WHEN x.is_newest THEN coalesce(o.newest_sequencer, f.sequencer) ELSE f.sequencer END,
    newest_last_modified = CASE WHEN x.is_newest THEN greatest(o.newest_last_modified, f.last_modified) ELSE f.last_modified END
  FROM unnest(known) AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
  WHERE o.object_id = x.object_id AND x.first_file_id IS NULL AND x.present AND x.stale IS NOT TRUE;
END
$$;
COMMENT ON FUNCTION ingest.make_newest(ingest.claimed_file[], ingest.delivery[])
  IS 'Objects take up what is newer than what they knew as their newest entry.';

CREATE FUNCTION ingest.turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[],
  OUT faults ingest.fault[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  -- prepare_targets() has compiled them all.
  problems jsonb := (SELECT jsonb_object_agg(c.dataset, c.problem) FROM ingest.compiled_dataset AS c
    WHERE c.dataset IN (SELECT u.dataset FROM unnest(files) AS u));
  d ingest.dataset;
  misfits jsonb;
  most bigint := ingest.setting('max_body_bytes');
BEGIN
  -- They are all of one dataset, or of none.
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = files[1].dataset;
  IF d.key_pattern IS NOT NULL THEN
    -- Most keys match, and of those nothing more is asked.
    misfits := (SELECT jsonb_object_agg(m.key, m.problem) FROM (SELECT u.key, ingest.misfit(u.dataset, u.key) AS problem FROM unnest(files) AS u
      WHERE NOT starts_with(u.key, d.prefix) OR ingest.key_pieces(d.key_pattern, substr(u.key, length(d.prefix) + 1)) IS NULL OFFSET 0) AS m WHERE m.problem IS NOT NULL);
  END IF;
  SELECT coalesce(array_agg(f ORDER BY f.file_no) FILTER (WHERE s.status IS NULL), '{}'),
    coalesce(array_agg(ROW(f.file_no, 0, 0, 0, 0, 0, 0, s.status, e.error_code, e.error, 0, 0)::ingest.file_outcome ORDER BY f.file_no)
      FILTER (WHERE s.status IS NOT NULL), '{}'),
    coalesce(array_agg(ROW(f.file_no, 0, NULL, NULL, e.error_code, e.error)::ingest.fault ORDER BY f.file_no)
      FILTER (WHERE s.status IN ('load_failed', 'no_dataset') AND f.body_bytes IS NOT NULL), '{}')
  INTO remaining, outcomes, faults
  FROM unnest(files) AS f
  CROSS JOIN LATERAL (SELECT CASE WHEN f.status IS NOT NULL THEN f.status WHEN f.body_bytes > most THEN 'load_failed'
    WHEN f.dataset IS NULL OR problems ->> f.dataset IS NOT NULL OR misfits ? f.key THEN 'no_dataset' END AS status) AS s
  CROSS JOIN LATERAL (SELECT CASE s.status WHEN 'load_failed' THEN 'too_large' WHEN 'object_missing' THEN s.status
      WHEN 'no_dataset' THEN s.status END AS error_code,
    CASE s.status WHEN 'object_missing' THEN 'the object was gone when it was fetched; expected it to exist until it was read'
      WHEN 'load_failed' THEN CASE WHEN f.body_bytes IS NULL
        THEN format('object of %s bytes; larger than the shipper fetches (MAX_OBJECT_BYTES)', f.size)
        ELSE format('body of %s bytes; expected at most %s (setting max_body_bytes)', f.body_bytes, most) END
      WHEN 'no_dataset' THEN coalesce(problems ->> f.dataset, misfits ->> f.key,
        format('no dataset matches key %s; expected one registered by ingest_register_dataset(), then ingest_replay()', f.key))
      END AS error) AS e;
END
$$;
COMMENT ON FUNCTION ingest.turn_away(ingest.claimed_file[]) IS 'Files that are not loaded at all, with the reason; the others remain.';
