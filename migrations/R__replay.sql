-- pg_ingest 0.2.0
-- Running quarantined records again under today's contract.

CREATE FUNCTION ingest.stage_reject(file_no integer, of_dataset text, entry ingest.file, record_no integer, record bytea, place jsonb) RETURNS ingest.claimed_file
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  staged_at tid;
BEGIN
  INSERT INTO ingest.staging (key, body) VALUES (entry.key, record) RETURNING ctid INTO staged_at;
  RETURN ROW(file_no, entry.file_id, staged_at, of_dataset, entry.bucket, entry.key, entry.version_id, entry.etag, entry.sequencer, entry.size, entry.event_time, entry.last_modified,
    greatest(entry.event_time, entry.last_modified), entry.object_id, octet_length(record), NULL, NULL, nullif(record_no, 0), place)::ingest.claimed_file;
END
$$;
COMMENT ON FUNCTION ingest.stage_reject(integer, text, ingest.file, integer, bytea, jsonb) IS 'Stages what quarantine keeps of a file, a record or the whole (record_no 0), for a dataset.';

CREATE FUNCTION ingest.stage_rejects(of_dataset text, meant ingest.rejects_meant, whole boolean, after_file bigint, after_record integer,
  up_to bigint, reload boolean) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  r record;
  files ingest.claimed_file[] := '{}';
  most bigint := ingest.setting('max_body_bytes');
  lead text := ingest.lead(of_dataset);
  several boolean := (SELECT count(*) > 1 FROM ingest.sharing(of_dataset));
  kinds record;
BEGIN
  SELECT d.on_replaced <> 'keep' AS replaces, d.on_removed <> 'keep' AS removes INTO kinds FROM ingest.dataset AS d WHERE d.name = of_dataset;
  FOR r IN
    SELECT f AS entry, q.record_no, q.record, q.place
    FROM (SELECT DISTINCT ON (x.file_id, x.record_no) x.file_id, x.record_no, x.record, x.place FROM ingest.rejected_record AS x
      JOIN ingest.file AS l ON l.file_id = x.file_id
      WHERE x.reject_id <= up_to AND (x.record_no = 0) = whole
        -- Or its bytes were kept whole and have been loaded since, and nothing newer came of its key.
        AND (x.replayed_at IS NULL OR reload AND whole AND x.dismissed_reason IS NULL AND l.dismissed_at IS NULL AND l.status IN ('loaded', 'partially_loaded')
          AND EXISTS (SELECT FROM ingest.object AS o WHERE o.object_id = l.object_id AND o.newest_file_id = l.file_id))
        AND CASE WHEN whole THEN ingest.is_file_meant(meant, x, l.key) ELSE ingest.is_meant(meant, x, l.key) END
        AND (NOT whole OR octet_length(x.record) <= most)
        AND (x.file_id, x.record_no) > (after_file, after_record)
        AND CASE WHEN x.dataset IS NOT NULL OR l.dataset IS NOT NULL THEN coalesce(x.dataset, l.dataset) = of_dataset
          -- What several take was shared out before, or is newer than that.
          ELSE (SELECT m FROM ingest.match_dataset(l.bucket, l.key) AS m) = lead AND (NOT several OR (SELECT count(*) FROM ingest.takers(l.bucket, l.key)) = 1) END
        AND ingest.key_problem(of_dataset, l.key) IS NULL
        -- A version that another has replaced brings back what that one has no more.
        AND (NOT kinds.replaces OR EXISTS (SELECT FROM ingest.object AS o WHERE o.object_id = l.object_id AND o.newest_file_id = l.file_id))
        AND (NOT kinds.removes OR NOT ingest.is_removed(l))
        -- A record that is no object, or a broken line, stays what it is; a record of a file that is kept whole is replayed with it.
        AND (whole OR substring(x.record FOR 1) = '{' AND x.error_code <> 'invalid_json' AND NOT EXISTS (SELECT FROM ingest.rejected_record AS w WHERE w.file_id = x.file_id
          AND w.record_no = 0 AND w.replayed_at IS NULL AND w.dataset IS NOT DISTINCT FROM x.dataset))
      ORDER BY x.file_id, x.record_no, x.reject_id LIMIT least(1000, meant.at_most)) AS q
    JOIN ingest.file AS f ON f.file_id = q.file_id
    ORDER BY greatest(f.event_time, f.last_modified) NULLS FIRST, ingest.sequencer_order(f.sequencer) NULLS FIRST, f.key COLLATE "C",
      q.record_no
  LOOP
    files := files || ingest.stage_reject(cardinality(files) + 1, of_dataset, r.entry, r.record_no, r.record, r.place);
  END LOOP;
  -- From here on nobody else settles a reject of these files. What ingest_dismiss() gave up in the meantime stays so.
  PERFORM FROM ingest.file AS l WHERE l.file_id = ANY (ARRAY(SELECT u.file_id FROM unnest(files) AS u)) ORDER BY l.file_id FOR NO KEY UPDATE;
  IF reload AND whole THEN
    UPDATE ingest.rejected_record AS x SET replayed_at = NULL WHERE x.reject_id IN (SELECT max(w.reject_id) FROM ingest.rejected_record AS w
      WHERE w.file_id IN (SELECT u.file_id FROM unnest(files) AS u) AND w.record_no = 0 AND w.dismissed_reason IS NULL
        AND (w.dataset IS NULL OR w.dataset = of_dataset) GROUP BY w.file_id HAVING bool_and(w.replayed_at IS NOT NULL));
  END IF;
  IF EXISTS (SELECT FROM unnest(files) AS u WHERE NOT EXISTS (SELECT FROM ingest.rejected_record AS x WHERE x.file_id = u.file_id
    AND x.record_no = coalesce(u.record_no, 0) AND x.replayed_at IS NULL AND (x.dataset IS NULL OR x.dataset = of_dataset))) THEN
    PERFORM ingest.unstage(files);
    RETURN ingest.stage_rejects(of_dataset, meant, whole, after_file, after_record, up_to, reload);
  END IF;
  RETURN files;
END
$$;
COMMENT ON FUNCTION ingest.stage_rejects(text, ingest.rejects_meant, boolean, bigint, integer, bigint, boolean)
  IS 'Stages the next 1,000 open rejects of a dataset again, or the fewer that are meant: whole files within max_body_bytes, or single records; none that is newer than up_to. reload: whole files that were loaded since, too, opened again.';

-- A value that nobody read is not known to be absent: to load the record without it would lose it in silence.
CREATE FUNCTION ingest.lacking_places(files ingest.claimed_file[], contract jsonb) RETURNS ingest.fault[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT ROW(f.file_no, f.record_no, NULL, c.value ->> 'name', 'missing_required', format('column %s: %s was not read when this record was rejected; expected its file to be loaded again, '
        'or ingest_dismiss()', c.value ->> 'name', c.value ->> 'path_text'))::ingest.fault
    FROM unnest(files) AS f CROSS JOIN jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)
    WHERE c.value ->> 'origin' = 'place' AND NOT coalesce(f.context ? (c.value ->> 'path_text') OR f.context -> 'absent' ? (c.value ->> 'path_text'), false)
      -- A broken line has no place, and is no record.
      AND NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = f.file_id AND r.record_no = f.record_no AND r.replayed_at IS NULL AND (r.dataset IS NULL OR r.dataset = f.dataset) AND r.error_code = 'invalid_json')
    ORDER BY f.file_no, c.no);
END
$$;
COMMENT ON FUNCTION ingest.lacking_places(ingest.claimed_file[], jsonb)
  IS 'Faults of replayed records whose place does not tell what a column reads: it had another source when they were rejected.';

CREATE FUNCTION ingest.settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint,
  OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT rows_filtered bigint, OUT rows_deleted bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  one record;
  whole boolean;
  entry ingest.file_dataset;
  of_member text;
  shared integer[] := '{}';
  still_loaded integer[] := '{}';
  of_files bigint[] := ARRAY(SELECT f.file_id FROM unnest(files) AS f);
BEGIN
  records := 0; rows_loaded := 0; rows_rejected := 0; rows_stale := 0; rows_filtered := 0; rows_deleted := 0;
  FOR one IN SELECT f.file_id, f.file_no, f.record_no, f.dataset, f.record_no IS NOT NULL AND EXISTS (SELECT FROM ingest.rejected_record AS r
      WHERE r.file_id = f.file_id AND r.record_no = f.record_no AND r.replayed_at IS NULL AND r.is_loaded AND (r.dataset IS NULL OR r.dataset = f.dataset)) AS was_loaded, o.* FROM unnest(files) AS f JOIN unnest(outcome.files) AS o ON o.file_no = f.file_no
    ORDER BY f.file_no LOOP
    whole := one.record_no IS NULL;
    -- Of a file that datasets share, each has its own entry.
    SELECT l.* INTO entry FROM ingest.file_dataset AS l WHERE l.file_id = one.file_id AND l.dataset = one.dataset;
    of_member := CASE WHEN entry.file_id IS NOT NULL THEN one.dataset END;
    IF of_member IS NULL THEN
      SELECT l.records, l.rows_loaded, l.rows_rejected, l.rows_stale, l.rows_filtered, l.rows_deleted, l.rows_suppressed, l.rows_removed INTO entry.records, entry.rows_loaded, entry.rows_rejected, entry.rows_stale,
        entry.rows_filtered, entry.rows_deleted, entry.rows_suppressed, entry.rows_removed FROM ingest.file AS l WHERE l.file_id = one.file_id;
    ELSE
      shared := shared || one.file_no;
    END IF;
    records := records + one.records; rows_loaded := rows_loaded + one.loaded; rows_rejected := rows_rejected + one.rejected;
    rows_stale := rows_stale + one.stale; rows_filtered := rows_filtered + one.filtered; rows_deleted := rows_deleted + one.deleted;
    IF whole AND one.status = 'load_failed' AND one.error_code IS NOT NULL THEN
      UPDATE ingest.rejected_record AS r SET error_code = one.error_code, error = one.error, rejected_at = now() WHERE r.file_id = one.file_id
        AND r.record_no = 0 AND r.replayed_at IS NULL AND r.dataset IS NOT DISTINCT FROM of_member;
      -- Where the file is skipped whole again, today's rejects of its records take the place of yesterday's.
      DELETE FROM ingest.rejected_record AS r WHERE r.file_id = one.file_id AND r.record_no > 0 AND r.replayed_at IS NULL AND r.dataset IS NOT DISTINCT FROM of_member;
      entry.error_code := one.error_code; entry.error := one.error; entry.status := 'load_failed';
    ELSIF one.rejected = 0 OR whole THEN
      UPDATE ingest.rejected_record AS r SET replayed_at = clock_timestamp()
      WHERE r.file_id = one.file_id AND r.replayed_at IS NULL AND (whole OR r.record_no = one.record_no) AND r.dataset IS NOT DISTINCT FROM of_member;
    ELSE
      -- Still refused: today's reasons take the place of yesterday's.
      DELETE FROM ingest.rejected_record AS r WHERE r.file_id = one.file_id AND r.record_no = one.record_no AND r.replayed_at IS NULL AND r.dataset IS NOT DISTINCT FROM of_member;
    END IF;
    IF one.was_loaded THEN
      -- It has its row, and counts as loaded, whatever is refused of it today.
      still_loaded := still_loaded || one.file_no;
      CONTINUE;
    END IF;
    entry.records := CASE WHEN whole THEN one.records ELSE entry.records END;
    entry.rows_loaded := CASE WHEN whole THEN 0 ELSE entry.rows_loaded END + one.loaded;
    entry.rows_stale := CASE WHEN whole THEN 0 ELSE entry.rows_stale END + one.stale;
    entry.rows_filtered := CASE WHEN whole THEN 0 ELSE entry.rows_filtered END + one.filtered;
    entry.rows_deleted := CASE WHEN whole THEN 0 ELSE entry.rows_deleted END + one.deleted;
    entry.rows_suppressed := CASE WHEN whole THEN 0 ELSE entry.rows_suppressed END + coalesce(one.suppressed, 0);
    entry.rows_removed := entry.rows_removed + coalesce(one.removed, 0);
    entry.rows_rejected := CASE WHEN whole THEN one.rejected ELSE entry.rows_rejected - 1 + one.rejected END;
    IF NOT whole OR one.status <> 'load_failed' OR one.error_code IS NULL THEN
      entry.loaded_at := clock_timestamp(); entry.error_code := NULL; entry.error := NULL;
      entry.status := CASE WHEN entry.rows_rejected = 0 THEN 'loaded' WHEN entry.rows_loaded + entry.rows_stale + entry.rows_deleted > 0 THEN 'partially_loaded' ELSE 'load_failed' END;
    END IF;
    IF of_member IS NULL THEN
      UPDATE ingest.file AS l SET dataset = one.dataset, status = entry.status, loaded_at = coalesce(entry.loaded_at, l.loaded_at), error_code = entry.error_code, error = entry.error,
        records = entry.records, rows_loaded = entry.rows_loaded, rows_stale = entry.rows_stale, rows_rejected = entry.rows_rejected, rows_filtered = entry.rows_filtered, rows_deleted = entry.rows_deleted, rows_suppressed = entry.rows_suppressed, rows_removed = entry.rows_removed
      WHERE l.file_id = one.file_id;
    ELSE
      UPDATE ingest.file_dataset AS l SET status = entry.status, loaded_at = entry.loaded_at, error_code = entry.error_code, error = entry.error,
        records = entry.records, rows_loaded = entry.rows_loaded, rows_stale = entry.rows_stale, rows_rejected = entry.rows_rejected, rows_filtered = entry.rows_filtered, rows_deleted = entry.rows_deleted, rows_suppressed = entry.rows_suppressed, rows_removed = entry.rows_removed
      WHERE l.file_id = one.file_id AND l.dataset = of_member;
    END IF;
  END LOOP;
  PERFORM ingest.write_quarantine(files, ARRAY(SELECT x FROM unnest(outcome.faults) AS u (file_no, record_no, record, column_name,
    error_code, error),
      LATERAL (SELECT ROW(u.file_no, u.record_no, u.record, u.column_name, u.error_code, u.error)::ingest.fault AS x) AS y
        WHERE u.record_no > 0),
    '{}', contract, shared);
  UPDATE ingest.rejected_record AS r SET is_loaded = true FROM unnest(files) AS f
  WHERE f.file_no = ANY (still_loaded) AND r.file_id = f.file_id AND r.record_no = f.record_no AND r.replayed_at IS NULL AND (r.dataset IS NULL OR r.dataset = f.dataset);
  PERFORM ingest.write_children(files, outcome.left_out, outcome.children, contract, shared);
  PERFORM ingest.settle_left_out(of_files);
  IF shared <> '{}' THEN
    PERFORM ingest.sum_up(of_files);
  END IF;
  -- Where the last open reject is settled and others were given up, nothing is left to do.
  UPDATE ingest.file AS l SET dismissed_at = CASE WHEN NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = l.file_id
    AND r.replayed_at IS NULL) THEN clock_timestamp() END
  WHERE l.file_id = ANY (of_files) AND l.status IN ('partially_loaded', 'load_failed');
END
$$;
COMMENT ON FUNCTION ingest.settle_replay(ingest.claimed_file[], ingest.dataset_outcome, jsonb)
  IS 'Writes a replay''s results into quarantine and ledger.';

CREATE FUNCTION ingest.replay_dataset(of_dataset text, meant ingest.rejects_meant, up_to bigint, engine text, reload boolean, OUT files bigint, OUT records bigint,
  OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT rows_filtered bigint, OUT rows_deleted bigint, OUT staged bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  compiled ingest.compiled_dataset;
  whole boolean := true;
  after_file bigint := 0;
  after_record integer := -1;
  claimed ingest.claimed_file[];
  outcome ingest.dataset_outcome;
  lacking ingest.fault[];
  one record;
BEGIN
  files := 0; records := 0; rows_loaded := 0; rows_rejected := 0; rows_stale := 0; rows_filtered := 0; rows_deleted := 0; staged := 0;
  PERFORM ingest.compile_missing(of_dataset);
  SELECT * INTO STRICT compiled FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
  IF compiled.problem IS NOT NULL THEN
    RETURN;
  END IF;
  LOOP
    EXIT WHEN meant.at_most = 0;
    claimed := ingest.stage_rejects(of_dataset, meant, whole, after_file, after_record, up_to, reload);
    IF claimed = '{}' THEN
      EXIT WHEN NOT whole;
      whole := false;
      after_file := 0; after_record := -1;
      CONTINUE;
    END IF;
    SELECT c.file_id, coalesce(c.record_no, 0) INTO after_file, after_record FROM unnest(claimed) AS c ORDER BY 1 DESC, 2 DESC LIMIT 1;
    PERFORM ingest.say_again(reload);
    lacking := CASE WHEN whole THEN '{}' ELSE ingest.lacking_places(claimed, compiled.contract) END;
    outcome := ingest.load_files(of_dataset, ARRAY(SELECT c FROM unnest(claimed) AS c WHERE c.file_no <> ALL (ARRAY(SELECT l.file_no FROM unnest(lacking) AS l))), engine, NOT whole);
    outcome.faults := outcome.faults || lacking;
    outcome.files := outcome.files || ARRAY(SELECT ROW(l.file_no, 1, 0, 0, 1, 0, 0, 'load_failed', NULL, NULL, 0, 0)::ingest.file_outcome FROM (SELECT DISTINCT u.file_no FROM unnest(lacking) AS u) AS l);
    SELECT s.* INTO one FROM ingest.settle_replay(claimed, outcome, compiled.contract) AS s;
    staged := staged + cardinality(claimed);
    meant.at_most := meant.at_most - cardinality(claimed);
    files := files + (SELECT count(DISTINCT c.file_id) FROM unnest(claimed) AS c);
    records := records + one.records; rows_loaded := rows_loaded + one.rows_loaded; rows_rejected := rows_rejected + one.rows_rejected;
    rows_stale := rows_stale + one.rows_stale; rows_filtered := rows_filtered + one.rows_filtered; rows_deleted := rows_deleted + one.rows_deleted;
    PERFORM ingest.unstage(claimed);
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.replay_dataset(text, ingest.rejects_meant, bigint, text, boolean)
  IS 'Runs the open rejects of one dataset that are meant again, but none that is newer than up_to. reload: files that are kept whole and were loaded since, too. staged: records and whole files that were run.';

CREATE FUNCTION public.ingest_replay(dataset text DEFAULT NULL, file_id bigint DEFAULT NULL, error_code text DEFAULT NULL,
  key_prefix text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, at_most bigint DEFAULT NULL,
  reload boolean DEFAULT false, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint,
  OUT rows_filtered bigint, OUT rows_deleted bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET work_mem = '64MB' SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  of_dataset text;
  meant ingest.rejects_meant := ingest.rejects_meant(dataset, file_id, error_code, key_prefix, since, until, at_most);
  up_to bigint;
  engine text := ingest.engine_in_force();
  appending text := (SELECT string_agg(x.name, ', ' ORDER BY x.name) FROM ingest.dataset AS x
    WHERE reload AND x.load_mode = 'append' AND (ingest_replay.dataset IS NULL OR x.name = ingest_replay.dataset));
  one record;
BEGIN
  files := 0; records := 0; rows_loaded := 0; rows_rejected := 0; rows_stale := 0; rows_filtered := 0; rows_deleted := 0;
  IF dataset IS NOT NULL THEN
    PERFORM ingest.require_dataset(dataset);
  END IF;
  PERFORM ingest.require_read_committed('ingest_replay');
  PERFORM ingest.require_own_files(dataset, 'SELECT * FROM ingest_replay(%L) runs its records again, with their children.');
  IF reload IS NULL THEN
    RAISE EXCEPTION 'reload is null; expected true or false' USING ERRCODE = 'invalid_parameter_value';
  ELSIF appending IS NOT NULL AND ingest_replay.dataset IS NOT NULL THEN
    RAISE EXCEPTION 'dataset % appends; expected one that upserts: what was loaded would stand there twice', appending
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Without reload its open rejects are run.';
  ELSIF appending IS NOT NULL THEN
    RAISE WARNING 'datasets that append load nothing again, their open rejects aside: %', appending;
  END IF;
  -- A replay has its targets to itself, all of them before the first is written: batches, too, lock them in their own order.
  PERFORM ingest.prepare_targets(ARRAY(SELECT x.name FROM ingest.dataset AS x
    WHERE ingest_replay.dataset IS NULL OR x.name = ingest_replay.dataset), true);
  -- Behind the targets, as batches lock entries of the ledger.
  PERFORM ingest.share_out(meant);
  -- What this replay itself rejects is not tried again by it.
  up_to := (SELECT max(r.reject_id) FROM ingest.rejected_record AS r);
  FOREACH of_dataset IN ARRAY ARRAY(SELECT x.name FROM ingest.dataset AS x WHERE ingest_replay.dataset IS NULL OR x.name = ingest_replay.dataset
    ORDER BY ingest.foreign_depth(x.target), x.target::oid, x.name)
  LOOP
    BEGIN
      SELECT r.* INTO one FROM ingest.replay_dataset(of_dataset, meant, up_to, engine,
        reload AND (SELECT x.load_mode = 'upsert' FROM ingest.dataset AS x WHERE x.name = of_dataset)) AS r;
      files := files + one.files; records := records + one.records; rows_loaded := rows_loaded + one.rows_loaded;
      rows_rejected := rows_rejected + one.rows_rejected; rows_stale := rows_stale + one.rows_stale; rows_filtered := rows_filtered + one.rows_filtered; rows_deleted := rows_deleted + one.rows_deleted;
      meant.at_most := meant.at_most - one.staged;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      -- Asked for by name, it is told as an error; among all others it keeps nobody from being replayed.
      IF ingest_replay.dataset IS NOT NULL OR ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE NOT LIKE 'PI%' THEN
        RAISE;
      END IF;
      PERFORM ingest.forget_read(engine);
      RAISE WARNING 'dataset % was not replayed, its rejects stay open: % (%)', of_dataset, SQLERRM, SQLSTATE;
    END;
  END LOOP;
  PERFORM ingest.say_again(false);
END
$$;
COMMENT ON FUNCTION public.ingest_replay(text, bigint, text, text, timestamptz, timestamptz, bigint, boolean)
  IS 'Runs open rejects again under today''s contract, and returns the counts.
dataset: Only this dataset. Null replays all.
file_id: Only this file, by its number in ingest.file.
error_code: Only records with a reject of this code, and files skipped whole that have one. Their other rejects are settled with them.
key_prefix: Only files whose key begins with this.
since: Only rejects from this time on.
until: Only rejects before this time.
at_most: At most so many records and whole files. Null: all.
reload: True loads files again, too, that quarantine keeps whole and that were replayed since: under today''s contract, where nothing newer came of their key and their dataset upserts. Other files lie in S3: pg-ingest backfill --again.
files: Files with rejects that were run again.
records: Records found in them, and the sum of the next five.
rows_loaded: Records that are now rows of their target.
rows_rejected: Records that are rejected again.
rows_stale: Records that lost to a newer version of their key.
rows_filtered: Records that their dataset''s record_filter leaves out now, or whose key is suppressed.
rows_deleted: Records by which delete_when had the row of their key deleted, or found it gone.';
