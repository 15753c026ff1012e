-- pg_ingest 0.2.0
-- Loading files again that the ledger knows, under today's contract. docs/semantics.md, section 5.

CREATE FUNCTION ingest.is_again() RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.current_setting('ingest.again', true) IS NOT DISTINCT FROM 'on'
$$;
COMMENT ON FUNCTION ingest.is_again() IS 'Whether what is being loaded is loaded again on purpose.';

-- Said before each load: code of a target that was loaded before may have set it.
CREATE FUNCTION ingest.say_again(again boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF ingest.is_again() <> again THEN
    PERFORM set_config('ingest.again', CASE WHEN again THEN 'on' ELSE '' END, true);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.say_again(boolean) IS 'Has is_again() say so, until the transaction ends.';

-- An entry is as old or new as it was: event and sequencer, which who finds an object in a listing does not know, are the entry's.
-- They put the files into another order than they came in, so they are numbered anew.
CREATE FUNCTION ingest.taken_again(files ingest.claimed_file[]) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  entries bigint[];
BEGIN
  SELECT coalesce(array_agg(l.file_id), '{}') INTO entries
  FROM unnest(files) AS f JOIN ingest.dataset AS d ON d.name = f.dataset AND CASE WHEN d.share_prefix
    -- In one that appends it would stand twice, and a file is in all of its datasets or in none.
    THEN (SELECT bool_and(x.load_mode = 'upsert') AND bool_or(x.enabled) FROM ingest.dataset AS x WHERE x.prefix = d.prefix AND x.bucket IS NOT DISTINCT FROM d.bucket)
    ELSE d.load_mode = 'upsert' AND d.enabled END
  JOIN ingest.object AS o ON o.bucket = f.bucket AND o.key = f.key JOIN ingest.file AS l ON l.file_id = o.newest_file_id
  WHERE f.object_id IS NULL AND f.body_bytes IS NOT NULL
    AND (l.version_id = f.version_id OR l.sequencer = f.sequencer OR f.version_id IS NULL AND l.etag = f.etag);
  IF entries = '{}' THEN
    RETURN files;
  END IF;
  -- Who replays or gives up rejects of these files comes before or after.
  PERFORM FROM ingest.file AS l WHERE l.file_id = ANY (entries) ORDER BY l.file_id FOR UPDATE;
  RETURN ARRAY(SELECT ROW(row_number() OVER w, coalesce(l.file_id, f.file_id), f.staged, f.dataset, f.bucket, f.key,
      coalesce(f.version_id, l.version_id), f.etag, coalesce(f.sequencer, l.sequencer), f.size, coalesce(f.event_time, l.event_time), f.last_modified,
      t.source_time, f.object_id, f.body_bytes, f.status, f.error_code, f.record_no, f.context)::ingest.claimed_file
    FROM unnest(files) AS f
    LEFT JOIN ingest.object AS o ON f.object_id IS NULL AND o.bucket = f.bucket AND o.key = f.key
    LEFT JOIN ingest.file AS l ON l.file_id = o.newest_file_id AND l.file_id = ANY (entries)
    CROSS JOIN LATERAL (SELECT greatest(coalesce(f.event_time, l.event_time), f.last_modified) AS source_time) AS t
    WINDOW w AS (ORDER BY t.source_time NULLS FIRST, ingest.sequencer_order(coalesce(f.sequencer, l.sequencer)) NULLS FIRST, f.key COLLATE "C", f.bucket)
    ORDER BY row_number() OVER w);
END
$$;
COMMENT ON FUNCTION ingest.taken_again(ingest.claimed_file[])
  IS 'Files that bring the newest entry of their key once more take up its number, event and sequencer: recognise() then puts them in its place. Others, and those whose dataset appends or is not there, stay deliveries. They are locked, and have no object yet where their key is known.';

CREATE FUNCTION public.ingest_load_again(batch uuid,
  OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer,
  OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision,
  OUT deferred integer, OUT rows_filtered bigint, OUT rows_deleted bigint, OUT rows_suppressed bigint, OUT rows_removed bigint, OUT removed integer,
  OUT child_rows_loaded bigint, OUT child_rows_rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF batch IS NULL THEN
    RAISE EXCEPTION 'batch is null; expected the id under which the files are staged' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- Nobody else knows the batch's id, so that nobody else can set it to that.
  PERFORM set_config('ingest.again_batch', batch::text, true);
  SELECT p.files, p.loaded, p.partially_loaded, p.failed, p.skipped, p.records, p.rows_loaded, p.rows_rejected, p.rows_stale, p.elapsed_ms, p.deferred, p.rows_filtered, p.rows_deleted, p.rows_suppressed, p.rows_removed, p.removed, p.child_rows_loaded, p.child_rows_rejected
  INTO files, loaded, partially_loaded, failed, skipped, records, rows_loaded, rows_rejected, rows_stale, elapsed_ms, deferred, rows_filtered, rows_deleted, rows_suppressed, rows_removed, removed, child_rows_loaded, child_rows_rejected
  FROM public.ingest_process_staging(batch) AS p;
  PERFORM set_config('ingest.again_batch', '', true), ingest.say_again(false);
END
$$;
COMMENT ON FUNCTION public.ingest_load_again(uuid)
  IS 'Loads staged files as ingest_process_staging() does, and again those that bring the newest content of their key once more. Their records run under today''s contract. Their ledger entry, with its rejects, is written anew under its number. Files of a dataset that appends, or of none, are duplicates as ever.
batch: The batch to load.
files: Staged files that were claimed, and the sum of the next four, deferred and removed.
loaded: Files with status loaded.
partially_loaded: Files with status partially_loaded.
failed: Files with status load_failed or no_dataset.
skipped: Duplicate deliveries, skipped_stale, object_missing, and removals that change nothing (ingest.ignored_removal).
records: Records found, and the sum of the next three, rows_filtered and rows_deleted.
rows_loaded: Records that are now rows of their target.
rows_rejected: Records kept in quarantine.
rows_stale: Records that lost to a newer version of their key.
elapsed_ms: Milliseconds that it took.
deferred: Files that wait for the target of their dataset to be mended. They are not in the ledger; ingest_deferred() names them.
rows_filtered: Records that their dataset''s record_filter leaves out, or whose key is suppressed.
rows_deleted: Records by which delete_when had the row of their key deleted, or found it gone.
rows_suppressed: Those of rows_filtered whose key ingest_erase() has suppressed.
rows_removed: Rows of former versions of objects that their newer ones do not bring, and rows of removed objects, that went (on_replaced, on_removed). They are no records.
removed: Objects that were removed, in datasets with on_removed => ''delete_rows''.
child_rows_loaded: Rows of children inside these records, which are in none of the counts of records.
child_rows_rejected: Children that were left out of a record that is loaded (on_child_error).';
