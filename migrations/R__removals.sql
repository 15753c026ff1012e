-- pg_ingest 0.2.0
-- Objects that were removed: their rows go, and no older content brings them back. docs/semantics.md, section 4.
--
-- A removal is staged as a file without a body, and is compared with the ledger behind the files of its unit. The whole object may be
-- removed, or one version of it. To a dataset that keeps such rows it is nothing at all.

CREATE FUNCTION ingest.is_removal(error_code text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce($1, '') IN ('object_removed', 'version_removed')
$$;
COMMENT ON FUNCTION ingest.is_removal(text) IS 'Whether a staged row tells of a removal, by its error_code.';

CREATE FUNCTION ingest.removers(file ingest.claimed_file, members ingest.member[]) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT d.name FROM ingest.dataset AS d
    WHERE CASE WHEN members = '{}' THEN d.name = file.dataset ELSE d.name IN (SELECT m.dataset FROM unnest(members) AS m WHERE m.lead = file.dataset) END
      AND d.on_removed = 'delete_rows' AND ingest.key_problem(d.name, file.key) IS NULL
    ORDER BY d.name);
END
$$;
COMMENT ON FUNCTION ingest.removers(ingest.claimed_file, ingest.member[]) IS 'The datasets of a batch that take a key and delete the rows of removed objects.';

-- The time of an event tells more than Last-Modified, which knows seconds alone.
CREATE FUNCTION ingest.is_before(l ingest.file, sequencer text, event_time timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce(CASE WHEN l.sequencer IS NOT NULL AND $2 IS NOT NULL THEN ingest.sequencer_order(l.sequencer) < ingest.sequencer_order($2)
    ELSE coalesce(l.last_modified, date_trunc('second', l.event_time)) <= $3 END, false)
$$;
COMMENT ON FUNCTION ingest.is_before(ingest.file, text, timestamptz) IS 'Whether an entry is older than a removal with this sequencer and time, as far as it can be known.';

-- An older content of the newest entry may have been put again, which the object alone knows.
CREATE FUNCTION ingest.is_removed(l ingest.file) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM ingest.object AS o JOIN ingest.file AS r ON r.object_id = o.object_id AND r.status = 'removed'
    WHERE o.object_id = l.object_id AND o.newest_file_id IS DISTINCT FROM l.file_id
      AND (r.file_id = o.newest_file_id OR r.error_code IS NULL AND ingest.is_before(l, r.sequencer, r.event_time)));
END
$$;
COMMENT ON FUNCTION ingest.is_removed(ingest.file) IS 'Whether the object of an entry was removed after it.';

CREATE FUNCTION ingest.judged_removal(told ingest.claimed_file, members ingest.member[]) RETURNS ingest.removal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  r ingest.removal;
  o ingest.object;
  newest ingest.file;
  version ingest.file;
  seen ingest.file;
BEGIN
  r.is_new := told.object_id IS NOT NULL; r.datasets := ingest.removers(told, members); r.former := '{}'; r.is_newest := false; r.verdict := 'ignored'; r.file := told;
  IF r.datasets = '{}' THEN
    r.reason := CASE WHEN told.dataset IS NULL OR ingest.misfit(told.dataset, told.key) IS NOT NULL THEN 'no dataset takes the key' ELSE 'the dataset keeps rows of removed objects (on_removed)' END;
    RETURN r;
  END IF;
  SELECT * INTO STRICT o FROM ingest.object AS x WHERE x.bucket = told.bucket AND x.key = told.key;
  SELECT * INTO newest FROM ingest.file AS l WHERE l.file_id = o.newest_file_id;
  SELECT * INTO version FROM ingest.file AS l WHERE l.object_id = o.object_id AND l.version_id = told.version_id AND l.status <> 'object_missing';
  SELECT * INTO seen FROM ingest.file AS l WHERE l.object_id = o.object_id AND l.status = 'removed'
    AND (l.sequencer = told.sequencer OR l.version_id = told.version_id OR l.sequencer IS NULL AND told.sequencer IS NULL AND l.version_id IS NOT DISTINCT FROM told.version_id
      AND (l.event_time = told.event_time OR l.event_time IS NULL AND told.event_time IS NULL AND l.file_id = o.newest_file_id))
  ORDER BY l.sequencer = told.sequencer DESC NULLS LAST, l.file_id LIMIT 1;
  -- What S3 tells of a delete marker that is deleted itself, is told with the marker's id.
  IF seen.file_id IS NOT NULL AND told.error_code = 'version_removed' AND seen.error_code IS NULL AND seen.version_id = told.version_id AND seen.sequencer IS DISTINCT FROM told.sequencer THEN
    r.reason := 'a delete marker was removed; the object that shows again has to be put again';
    RETURN r;
  ELSIF seen.file_id IS NOT NULL THEN
    r.verdict := 'duplicate'; r.file.file_id := seen.file_id;
    RETURN r;
  END IF;
  r.of_version := (told.error_code = 'version_removed' OR version.file_id IS NOT NULL) AND told.version_id IS NOT NULL;
  IF (CASE WHEN r.of_version THEN version.file_id IS NOT NULL AND version.file_id IS DISTINCT FROM o.newest_file_id ELSE told.error_code = 'version_removed' AND newest.version_id IS NOT NULL END) THEN
    r.reason := 'another version of the object is the newest';
    RETURN r;
  END IF;
  r.verdict := 'removed';
  -- A removal has no content, whatever its event repeats of that.
  r.file.object_id := o.object_id; r.file.etag := NULL; r.file.size := NULL;
  IF r.of_version THEN
    r.is_newest := version.file_id IS NOT NULL;
  ELSE
    r.is_newest := coalesce(CASE WHEN told.sequencer IS NOT NULL AND o.newest_sequencer IS NOT NULL THEN ingest.sequencer_order(told.sequencer) >= ingest.sequencer_order(o.newest_sequencer)
      ELSE date_trunc('second', told.event_time) >= o.newest_last_modified END, true);
  END IF;
  -- Where something newer is there, rows that it did not bring may be of contents that are older than the removal.
  r.former := ARRAY(SELECT l.file_id FROM ingest.file AS l WHERE l.object_id = o.object_id AND l.status <> 'removed'
    AND (r.is_newest OR NOT r.of_version AND l.file_id <> o.newest_file_id AND ingest.is_before(l, told.sequencer, told.event_time)));
  RETURN r;
END
$$;
COMMENT ON FUNCTION ingest.judged_removal(ingest.claimed_file, ingest.member[])
  IS 'What a removal is to its object, which is locked, and to the datasets of the batch: whether it is known, is none of theirs, or takes rows.';

CREATE FUNCTION ingest.may_have_rows(entries bigint[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  RETURN EXISTS (SELECT FROM ingest.file AS l WHERE l.file_id = ANY (entries) AND l.status IN ('loaded', 'partially_loaded', 'load_failed'));
END
$$;
COMMENT ON FUNCTION ingest.may_have_rows(bigint[]) IS 'Whether one of these entries of the ledger brought rows, or may bring some by a replay.';

-- A dataset that is disabled, or cannot load, gives up no rows: the removal waits until it can.
CREATE FUNCTION ingest.remove_objects(removals ingest.removal[], OUT removed ingest.removed_rows[], OUT deferrals ingest.deferral[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  of_dataset text;
  d record;
  each record;
  counted jsonb;
  failed ingest.deferral;
  detail text;
BEGIN
  removed := '{}'; deferrals := '{}';
  BEGIN
    -- What refers to other tables goes before what they hold.
    FOREACH of_dataset IN ARRAY ARRAY(SELECT x.name FROM ingest.dataset AS x
      WHERE x.name = ANY (ARRAY(SELECT n FROM unnest(removals) AS u CROSS JOIN unnest(u.datasets) AS n WHERE u.former <> '{}'))
      ORDER BY ingest.foreign_depth(x.target) DESC, x.target::oid DESC, x.name DESC)
    LOOP
      SELECT (SELECT c.problem FROM ingest.compiled_dataset AS c WHERE c.dataset = of_dataset) AS problem, array_agg((u.file).file_no) AS owners, array_agg(f.file_id) AS former INTO d
      FROM unnest(removals) AS u CROSS JOIN unnest(u.former) AS f (file_id) WHERE of_dataset = ANY (u.datasets);
      failed.dataset := of_dataset;
      IF d.problem IS NOT NULL AND ingest.may_have_rows(d.former) THEN
        RAISE EXCEPTION '%', d.problem USING ERRCODE = 'object_not_in_prerequisite_state';
      END IF;
      CONTINUE WHEN d.problem IS NOT NULL;
      counted := ingest.remove_missing(of_dataset, d.owners, d.former, '{}');
      removed := removed || ARRAY(SELECT ROW(c.key::integer, of_dataset, c.value::bigint)::ingest.removed_rows FROM jsonb_each_text(counted) AS c);
    END LOOP;
    RETURN;
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    IF ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE NOT LIKE 'PI%' THEN
      RAISE;
    END IF;
    GET STACKED DIAGNOSTICS failed.sqlstate = RETURNED_SQLSTATE, failed.error = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
  END;
  removed := '{}';
  IF cardinality(removals) = 1 THEN
    failed.error := concat_ws('; ', failed.error, nullif(detail, '')); failed.files := ARRAY[(removals[1]).file];
    deferrals := ARRAY[failed];
    RETURN;
  END IF;
  FOR i IN 1 .. cardinality(removals) LOOP
    SELECT o.removed, o.deferrals INTO each FROM ingest.remove_objects(removals[i:i]) AS o;
    removed := removed || each.removed; deferrals := deferrals || each.deferrals;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.remove_objects(ingest.removal[])
  IS 'Deletes the rows of removed objects, all at once, or one object after another where that fails. What a target does not give up is deferred, with all that its object has in other datasets.';

CREATE FUNCTION ingest.write_removals(run uuid, started timestamptz, removals ingest.removal[], gone ingest.removed_rows[]) RETURNS ingest.file_outcome[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  outcomes ingest.file_outcome[];
  files ingest.claimed_file[] := '{}';
  u ingest.removal;
BEGIN
  outcomes := ARRAY(SELECT ROW((x.file).file_no, 0, 0, 0, 0, 0, 0, 'removed', CASE WHEN x.of_version THEN 'version_removed' END,
      CASE WHEN x.of_version THEN 'one version of the object was removed by its id' || CASE WHEN x.is_newest THEN ', the newest one' ELSE ', before it came' END END, 0,
      coalesce((SELECT sum(r.rows) FROM unnest(gone) AS r WHERE r.file_no = (x.file).file_no), 0))::ingest.file_outcome FROM unnest(removals) AS x);
  FOREACH u IN ARRAY removals LOOP
    u.file.dataset := CASE WHEN cardinality(u.datasets) = 1 THEN u.datasets[1] END;
    -- A version has one entry, that of its content. Content that comes later than its removal is a delivery of this one.
    u.file.version_id := CASE WHEN u.of_version AND u.is_newest THEN NULL ELSE (u.file).version_id END;
    files := files || u.file;
  END LOOP;
  PERFORM ingest.write_ledger(run, started, files, outcomes);
  INSERT INTO ingest.file_dataset (file_id, dataset, event_time, received_at, status, rows_removed, error_code, error)
  SELECT (x.file).file_id, d, (x.file).event_time, started, o.status, coalesce((SELECT sum(r.rows) FROM unnest(gone) AS r WHERE r.file_no = o.file_no AND r.dataset = d), 0), o.error_code, o.error
  FROM unnest(removals) AS x CROSS JOIN unnest(x.datasets) AS d JOIN unnest(outcomes) AS o ON o.file_no = (x.file).file_no WHERE cardinality(x.datasets) > 1;
  -- One version is as old as it was. What came between it and its removal is newer.
  UPDATE ingest.object AS o SET newest_file_id = (x.file).file_id, newest_etag = NULL,
    newest_sequencer = CASE WHEN x.of_version THEN o.newest_sequencer ELSE coalesce((x.file).sequencer, o.newest_sequencer) END,
    newest_last_modified = CASE WHEN x.of_version THEN o.newest_last_modified ELSE greatest(o.newest_last_modified, date_trunc('second', (x.file).event_time)) END
  FROM unnest(removals) AS x WHERE x.is_newest AND o.object_id = (x.file).object_id;
  RETURN outcomes;
END
$$;
COMMENT ON FUNCTION ingest.write_removals(uuid, timestamptz, ingest.removal[], ingest.removed_rows[])
  IS 'Writes removals into the ledger, and has their objects know them as their newest entry where they are; what became of each.';

CREATE FUNCTION ingest.settle_unremoved(judged ingest.removal[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  UPDATE ingest.file AS l SET deliveries = l.deliveries + 1 WHERE l.file_id = ANY (ARRAY(SELECT (x.file).file_id FROM unnest(judged) AS x WHERE x.verdict = 'duplicate'));
  -- Nothing is known of the key but a removal that nobody asked for.
  DELETE FROM ingest.object AS o WHERE o.object_id = ANY (ARRAY(SELECT (x.file).object_id FROM unnest(judged) AS x WHERE x.verdict = 'ignored' AND x.is_new));
END
$$;
COMMENT ON FUNCTION ingest.settle_unremoved(ingest.removal[]) IS 'Counts deliveries of removals that are known, and forgets the keys of those that were ignored where nothing else is known of them.';

CREATE FUNCTION ingest.process_removals(run uuid, started timestamptz, told ingest.claimed_file[], members ingest.member[],
  OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT ignored ingest.removal_ignored[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  judged ingest.removal[] := ARRAY(SELECT ingest.judged_removal(f, members) FROM unnest(told) AS f ORDER BY f.file_no);
  done record;
BEGIN
  PERFORM ingest.settle_unremoved(judged);
  outcomes := ARRAY(SELECT ROW((x.file).file_no, 0, 0, 0, 0, 0, 0, x.verdict, NULL, NULL, 0, 0)::ingest.file_outcome FROM unnest(judged) AS x WHERE x.verdict <> 'removed');
  ignored := ARRAY(SELECT ROW(coalesce((x.file).dataset, ''), x.reason, (x.file).bucket, (x.file).key)::ingest.removal_ignored FROM unnest(judged) AS x WHERE x.verdict = 'ignored');
  SELECT r.removed, r.deferrals INTO done FROM ingest.remove_objects(ARRAY(SELECT x FROM unnest(judged) AS x WHERE x.verdict = 'removed')) AS r;
  deferrals := done.deferrals;
  outcomes := outcomes || ingest.write_removals(run, started, ARRAY(SELECT x FROM unnest(judged) AS x WHERE x.verdict = 'removed'
    AND NOT EXISTS (SELECT FROM unnest(done.deferrals) AS w WHERE (x.file).file_no = (w.files[1]).file_no)), done.removed);
END
$$;
COMMENT ON FUNCTION ingest.process_removals(uuid, timestamptz, ingest.claimed_file[], ingest.member[])
  IS 'Processes a unit''s removals, whose objects are locked. Those that change nothing are told with the reason.';

-- Behind all other locks of the batch, and in one order for all sessions.
CREATE FUNCTION ingest.count_ignored(started timestamptz, ignored ingest.removal_ignored[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  INSERT INTO ingest.ignored_removal AS i (dataset, reason, first_seen, last_seen, removals, last_bucket, last_key)
  SELECT u.dataset, u.reason, started, started, count(*), (array_agg(u.bucket ORDER BY u.no DESC))[1], (array_agg(u.key ORDER BY u.no DESC))[1]
  FROM unnest(ignored) WITH ORDINALITY AS u (dataset, reason, bucket, key, no) GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT ON CONSTRAINT ignored_removal_pkey DO UPDATE SET last_seen = greatest(i.last_seen, excluded.last_seen), removals = i.removals + excluded.removals,
    last_bucket = excluded.last_bucket, last_key = excluded.last_key;
END
$$;
COMMENT ON FUNCTION ingest.count_ignored(timestamptz, ingest.removal_ignored[]) IS 'Counts removals that changed nothing in ingest.ignored_removal.';
