-- pg_ingest 0.2.0
-- ingest_process_staging(): the whole path from staged bytes to rows, ledger and quarantine, in the caller's transaction.

CREATE FUNCTION ingest.foreign_depth(of_target oid, seen oid[] DEFAULT '{}') RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(max(1 + ingest.foreign_depth(k.confrelid, seen || of_target)), 0)
    FROM pg_constraint AS k WHERE k.conrelid = of_target AND k.contype = 'f' AND k.confrelid <> of_target AND k.confrelid <> ALL (seen));
END
$$;
COMMENT ON FUNCTION ingest.foreign_depth(oid, oid[])
  IS 'How many tables deep a target''s foreign keys reach: parents are loaded before their children.';

-- Who writes a target once does so in key order, so any number of sessions may go on side by side. Who writes it several times in
-- one transaction (several units, several datasets) cannot keep one order: such a session has it to itself.
CREATE FUNCTION ingest.lock_targets(datasets text[], several_times boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  t record;
BEGIN
  -- Its owner is the role that code of targets runs as, which could take SECURITY DEFINER off it.
  IF current_user OPERATOR(pg_catalog.<>) 'ingest_loader' THEN
    RAISE EXCEPTION 'lock_targets() runs as %; expected ingest_loader', current_user USING ERRCODE = 'insufficient_privilege',
      HINT = 'Apply the migrations again: R__z_close.sql sets owners and SECURITY DEFINER.';
  END IF;
  FOR t IN
    SELECT d.target, several_times OR count(*) > 1 AS alone FROM ingest.dataset AS d JOIN pg_class AS c ON c.oid = d.target AND c.relkind IN ('r', 'p')
    -- Who lacks the right is told so when the dataset is loaded.
    WHERE d.name = ANY (datasets) AND has_table_privilege(d.target, 'INSERT') AND has_table_privilege(d.target, 'UPDATE')
    GROUP BY d.target ORDER BY d.target::oid
  LOOP
    -- Whoever alters a target has finished, or waits for us, before it is compiled: what it wants by now is no fault of a record.
    -- A table's locks can be taken by those alone who have rights on it, so that nobody else can stand in its way.
    EXECUTE format('LOCK TABLE ONLY %s IN %s MODE', t.target, CASE WHEN t.alone THEN 'SHARE ROW EXCLUSIVE' ELSE 'ROW EXCLUSIVE' END);
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.lock_targets(text[], boolean)
  IS 'Locks the targets of datasets against being altered, and keeps sessions apart: side by side where a target is written once in key order, else one at a time, so that upserts cannot deadlock. several_times: each dataset writes more than once.';

CREATE FUNCTION ingest.prepare_targets(datasets text[], several_times boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.lock_targets(datasets, several_times);
  -- In one order for all sessions, too: compiling locks the dataset's row of ingest.compiled_dataset.
  PERFORM ingest.compiled(n.name) FROM (SELECT u.name FROM unnest(datasets) AS u (name) ORDER BY 1) AS n;
END
$$;
COMMENT ON FUNCTION ingest.prepare_targets(text[], boolean) IS 'Locks the targets of datasets, as lock_targets() does, and compiles the datasets.';

CREATE FUNCTION ingest.process_unit(run uuid, started timestamptz, engine text, claimed ingest.claimed_file[],
  OUT outcomes ingest.file_outcome[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  files ingest.claimed_file[];
  remaining ingest.claimed_file[];
  faults ingest.fault[];
  of_dataset text;
  part ingest.claimed_file[];
  contract jsonb;
  loaded ingest.dataset_outcome;
  clock timestamptz := clock_timestamp();
BEGIN
  files := ingest.lock_objects(claimed);
  SELECT t.remaining, t.outcomes, t.faults INTO remaining, outcomes, faults FROM ingest.turn_away(files) AS t;
  claim_ms := extract(epoch FROM clock_timestamp() - clock) * 1000;
  load_ms := 0;
  clock := clock_timestamp();
  IF EXISTS (SELECT FROM unnest(outcomes) AS o WHERE o.status <> 'duplicate') THEN
    PERFORM ingest.write_ledger(run, started, files, outcomes);
    PERFORM ingest.write_quarantine(files, faults, '{}', NULL, NULL);
  END IF;
  ledger_ms := extract(epoch FROM clock_timestamp() - clock) * 1000;
  FOR of_dataset IN
    SELECT r.dataset FROM (SELECT DISTINCT u.dataset FROM unnest(remaining) AS u) AS r JOIN ingest.dataset AS d ON d.name = r.dataset
    ORDER BY ingest.foreign_depth(d.target), d.target::oid, d.name
  LOOP
    clock := clock_timestamp();
    part := ARRAY(SELECT u FROM unnest(remaining) AS u WHERE u.dataset = of_dataset ORDER BY u.file_no);
    loaded := ingest.load_files(of_dataset, part, engine);
    outcomes := outcomes || loaded.files;
    load_ms := load_ms + extract(epoch FROM clock_timestamp() - clock) * 1000;
    clock := clock_timestamp();
    contract := (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = of_dataset);
    PERFORM ingest.write_ledger(run, started, part, loaded.files);
    IF loaded.faults <> '{}' THEN
      PERFORM ingest.write_quarantine(part, loaded.faults, loaded.files, nullif(contract -> 'records_path', 'null'),
        contract ->> 'records_path_text');
    END IF;
    IF loaded.drift <> '{}' THEN
      PERFORM ingest.write_drift(of_dataset, part, contract, loaded.drift, started);
    END IF;
    ledger_ms := ledger_ms + extract(epoch FROM clock_timestamp() - clock) * 1000;
  END LOOP;
  clock := clock_timestamp();
  PERFORM ingest.unstage(files);
  ledger_ms := ledger_ms + extract(epoch FROM clock_timestamp() - clock) * 1000;
END
$$;
COMMENT ON FUNCTION ingest.process_unit(uuid, timestamptz, text, ingest.claimed_file[])
  IS 'Processes one unit: objects, then datasets in one order for all sessions, ledger, quarantine, drift; then the staged bytes go.';

-- Each statement is planned once a session: arrays of files in its parameters are no reason to plan it anew. EXECUTE, which
-- runs the load statements, plans for what it is given all the same.
CREATE FUNCTION public.ingest_process_staging(batch uuid DEFAULT NULL,
  OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer,
  OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET datestyle = 'ISO, MDY' SET timezone = 'UTC' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET work_mem = '64MB' SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  started timestamptz := clock_timestamp();
  run uuid := coalesce(batch, gen_random_uuid());
  engine text := ingest.engine_in_force();
  units ingest.unit[];
  unit ingest.unit;
  one record;
  outcomes ingest.file_outcome[] := '{}';
  claim double precision;
  load double precision := 0;
  ledger double precision := 0;
BEGIN
  units := ingest.claim_units(batch);
  PERFORM ingest.prepare_targets(ARRAY(SELECT DISTINCT f.dataset FROM unnest(units) AS u CROSS JOIN LATERAL unnest(u.files) AS f
    WHERE f.dataset IS NOT NULL), cardinality(units) > 1);
  claim := extract(epoch FROM clock_timestamp() - started) * 1000;
  FOREACH unit IN ARRAY units LOOP
    SELECT * INTO one FROM ingest.process_unit(run, started, engine, unit.files);
    outcomes := outcomes || one.outcomes;
    claim := claim + one.claim_ms; load := load + one.load_ms; ledger := ledger + one.ledger_ms;
  END LOOP;
  SELECT count(*), count(*) FILTER (WHERE o.status = 'loaded'), count(*) FILTER (WHERE o.status = 'partially_loaded'),
    count(*) FILTER (WHERE o.status IN ('load_failed', 'no_dataset')),
      count(*) FILTER (WHERE o.status IN ('duplicate', 'skipped_stale', 'object_missing')),
    coalesce(sum(o.records), 0), coalesce(sum(o.loaded), 0), coalesce(sum(o.rejected), 0), coalesce(sum(o.stale), 0)
  INTO files, loaded, partially_loaded, failed, skipped, records, rows_loaded, rows_rejected, rows_stale
  FROM unnest(outcomes) AS o;
  elapsed_ms := extract(epoch FROM clock_timestamp() - started) * 1000;
  IF files > 0 THEN
    INSERT INTO ingest.batch AS b (batch_id, request_id, engine, started_at, finished_at, files, loaded, partially_loaded, failed, skipped,
      bytes,
      records, rows_loaded, rows_rejected, rows_stale, claim_ms, load_ms, ledger_ms, elapsed_ms)
    VALUES (run, nullif(current_setting('ingest.request_id', true), ''), engine, started, clock_timestamp(), files, loaded,
      partially_loaded, failed, skipped,
      (SELECT coalesce(sum(f.body_bytes), 0) FROM unnest(units) AS u CROSS JOIN LATERAL unnest(u.files) AS f),
      records, rows_loaded, rows_rejected, rows_stale, claim, load, ledger, elapsed_ms)
    -- A batch may be called again for files that were staged under its name later.
    ON CONFLICT (batch_id) DO UPDATE SET finished_at = excluded.finished_at, files = b.files + excluded.files,
      loaded = b.loaded + excluded.loaded,
      partially_loaded = b.partially_loaded + excluded.partially_loaded, failed = b.failed + excluded.failed,
        skipped = b.skipped + excluded.skipped,
      bytes = b.bytes + excluded.bytes, records = b.records + excluded.records, rows_loaded = b.rows_loaded + excluded.rows_loaded,
      rows_rejected = b.rows_rejected + excluded.rows_rejected, rows_stale = b.rows_stale + excluded.rows_stale,
        claim_ms = b.claim_ms + excluded.claim_ms,
      load_ms = b.load_ms + excluded.load_ms, ledger_ms = b.ledger_ms + excluded.ledger_ms, elapsed_ms = b.elapsed_ms + excluded.elapsed_ms;
  END IF;
END
$$;
COMMENT ON FUNCTION public.ingest_process_staging(uuid)
  IS 'Loads the staged files, all in the caller''s transaction, and returns one row of counts.
batch: The batch to load. Null loads all that is staged and not locked by another session.
files: Staged files that were processed, and the sum of the next four.
loaded: Files with status loaded.
partially_loaded: Files with status partially_loaded.
failed: Files with status load_failed or no_dataset.
skipped: Duplicate deliveries, skipped_stale and object_missing.
records: Records found, and the sum of the next three.
rows_loaded: Records that are now rows of their target.
rows_rejected: Records kept in quarantine.
rows_stale: Records that lost to a newer version of their key.
elapsed_ms: Milliseconds that it took.';
