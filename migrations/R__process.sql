-- pg_ingest 0.2.0
-- ingest_process_staging(): the whole path from staged bytes to rows, ledger and quarantine, in the caller's transaction.

CREATE FUNCTION ingest.foreign_depth(of_target oid, seen oid[] DEFAULT '{}') RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(max(1 + ingest.foreign_depth(k.confrelid, seen || f.targets)), 0)
    FROM (SELECT ingest.family_targets(of_target) OFFSET 0) AS f (targets) JOIN pg_constraint AS k ON k.conrelid = ANY (f.targets) AND k.contype = 'f'
    WHERE k.confrelid <> ALL (seen || f.targets));
END
$$;
COMMENT ON FUNCTION ingest.foreign_depth(oid, oid[])
  IS 'How many tables deep a target''s foreign keys reach: what they refer to is loaded before. Tables that are loaded together are as deep as the deepest of them.';

-- Who writes a target once does so in key order, so any number of sessions may go on side by side. Who writes it several times in
-- one transaction (several units, several datasets) cannot keep one order: such a session has it to itself. So has who deletes: what a
-- record is to a row and to a tombstone, neither of which need be there, no lock on rows can keep as it is.
CREATE FUNCTION ingest.lock_targets_as_caller(datasets text[], several_times boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  t record;
  -- Locked on this node alone: each savepoint behind a message to a worker is a message to it, and reading a file takes some.
  propagates text := ingest.set_propagation('off');
BEGIN
  FOR t IN
    SELECT d.target, several_times OR count(*) > 1 OR bool_or(d.delete_when IS NOT NULL OR ingest.mirrors(d.on_replaced, d.on_removed) OR d.has_children OR d.parent IS NOT NULL OR ingest.citus_kind(d.target) IS NOT NULL) AS alone FROM ingest.own_dataset AS d JOIN pg_class AS c ON c.oid = d.target AND c.relkind IN ('r', 'p')
    -- Who lacks the right is told so when the dataset is loaded.
    WHERE d.name = ANY (datasets) AND has_schema_privilege(c.relnamespace, 'USAGE') AND has_table_privilege(d.target, 'INSERT') AND has_table_privilege(d.target, 'UPDATE')
    GROUP BY d.target ORDER BY d.target::oid
  LOOP
    -- Whoever alters a target has finished, or waits for us, before it is compiled: what it wants by now is no fault of a record.
    -- A table's locks can be taken by those alone who have rights on it, so that nobody else can stand in its way.
    EXECUTE format('LOCK TABLE ONLY %s IN %s MODE', t.target, CASE WHEN t.alone THEN 'SHARE ROW EXCLUSIVE' ELSE 'ROW EXCLUSIVE' END);
  END LOOP;
  PERFORM ingest.set_propagation(propagates);
END
$$;
COMMENT ON FUNCTION ingest.lock_targets_as_caller(text[], boolean)
  IS 'Locks the targets of datasets against being altered, and keeps sessions apart: side by side where a target is written once in key order, else one at a time, so that upserts cannot deadlock. Where records delete, or have children, and in tables of Citus it is one at a time, too. several_times: each dataset writes more than once.';

-- What waits for another session's locks has to see what that one has committed: a delete, a suppressed key, a newer version. A snapshot
-- that is older would bring back what went.
CREATE FUNCTION ingest.require_read_committed(asked_by text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION '%() in a transaction that is %; expected read committed', asked_by, current_setting('transaction_isolation')
      USING ERRCODE = 'active_sql_transaction', HINT = 'It has to see what batches commit while it waits for them. BEGIN ISOLATION LEVEL READ COMMITTED, or SET default_transaction_isolation.';
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.require_read_committed(text) IS 'Refuses a transaction that goes on seeing what was there when it began.';

CREATE FUNCTION ingest.prepare_targets(datasets text[], several_times boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  of_dataset text;
BEGIN
  datasets := ingest.with_children(datasets);
  PERFORM ingest.run_lock_targets(datasets, several_times);
  -- In one order for all sessions, too: compiling locks the dataset's row of ingest.compiled_dataset.
  FOR of_dataset IN SELECT u.name FROM unnest(datasets) AS u (name) ORDER BY 1 LOOP
    BEGIN
      PERFORM ingest.compiled(of_dataset);
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      -- What cannot be compiled is told when it is to be loaded, and of this dataset alone.
      IF ingest.is_of_the_moment(SQLSTATE) THEN
        RAISE;
      END IF;
      DELETE FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
    END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.prepare_targets(text[], boolean) IS 'Locks the targets of datasets and their children, as lock_targets() does, and compiles the datasets.';

CREATE FUNCTION ingest.process_part(run uuid, started timestamptz, engine text, of_dataset text, part ingest.claimed_file[], again boolean,
  OUT outcomes ingest.file_outcome[], OUT load_ms double precision, OUT children ingest.child_count[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  remaining ingest.claimed_file[];
  faults ingest.fault[];
  contract jsonb;
  loaded ingest.dataset_outcome;
  clock timestamptz;
BEGIN
  part := ingest.recognise(part);
  SELECT t.remaining, t.outcomes, t.faults INTO remaining, outcomes, faults FROM ingest.turn_away(part) AS t;
  IF EXISTS (SELECT FROM unnest(outcomes) AS o WHERE o.status <> 'duplicate') THEN
    PERFORM ingest.write_ledger(run, started, part, outcomes);
    PERFORM ingest.write_quarantine(part, faults, '{}', NULL);
  END IF;
  IF remaining = '{}' THEN
    RETURN;
  END IF;
  clock := clock_timestamp();
  PERFORM ingest.say_again(again);
  loaded := ingest.load_files(of_dataset, remaining, engine);
  load_ms := extract(epoch FROM clock_timestamp() - clock) * 1000;
  outcomes := outcomes || loaded.files; children := loaded.children;
  PERFORM ingest.write_ledger(run, started, remaining, loaded.files);
  IF loaded.faults = '{}' AND loaded.drift = '{}' AND loaded.children = '{}' AND loaded.left_out = '{}' THEN
    RETURN;
  END IF;
  contract := (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = of_dataset);
  IF loaded.faults <> '{}' THEN
    PERFORM ingest.write_quarantine(remaining, loaded.faults, loaded.files, contract);
  END IF;
  PERFORM ingest.write_children(remaining, loaded.left_out, loaded.children, contract);
  IF loaded.drift <> '{}' THEN
    PERFORM ingest.write_drift(of_dataset, remaining, contract, loaded.drift, started);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.process_part(uuid, timestamptz, text, text, ingest.claimed_file[], boolean)
  IS 'Processes a unit''s files of one dataset, or those of none: told apart, loaded, written into ledger, quarantine and drift.';

-- Each dataset has a savepoint of its own.
CREATE FUNCTION ingest.load_unit(run uuid, started timestamptz, engine text, files ingest.claimed_file[], again boolean, members ingest.member[],
  OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT load_ms double precision, OUT children ingest.child_count[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  steps ingest.member[];
  one ingest.member;
  part ingest.claimed_file[];
  done record;
  member ingest.member_outcome;
  -- Of datasets that share their prefix: their files, recognised once for all of them, and what became of those.
  shared ingest.claimed_file[] := '{}';
  shared_outcomes ingest.member_outcome[] := '{}';
  -- What was read for datasets that find their records alike, and how these do.
  read ingest.member_records[] := '{}';
  way jsonb;
  way_of_last jsonb;
  failed ingest.deferral;
  detail text;
BEGIN
  outcomes := '{}'; deferrals := '{}'; load_ms := 0; children := '{}';
  IF members = '{}' THEN
    steps := ARRAY(SELECT ROW(r.dataset, r.dataset, false)::ingest.member FROM (SELECT DISTINCT u.dataset FROM unnest(files) AS u) AS r
      LEFT JOIN ingest.dataset AS d ON d.name = r.dataset ORDER BY r.dataset IS NOT NULL, ingest.citus_kind(d.target) IS NOT NULL, ingest.foreign_depth(d.target), d.target::oid, d.name);
  ELSE
    steps := ARRAY(SELECT ROW(r.dataset, m.dataset, coalesce(m.several, false))::ingest.member FROM (SELECT DISTINCT u.dataset FROM unnest(files) AS u) AS r
      LEFT JOIN unnest(members) AS m ON m.lead = r.dataset LEFT JOIN ingest.dataset AS d ON d.name = m.dataset
      ORDER BY r.dataset IS NOT NULL, ingest.citus_kind(d.target) IS NOT NULL, ingest.foreign_depth(d.target), d.target::oid, d.name);
  END IF;
  FOREACH one IN ARRAY steps LOOP
    IF one.several AND NOT EXISTS (SELECT FROM unnest(shared) AS u WHERE u.dataset = one.lead) THEN
      shared := shared || ingest.recognise(ARRAY(SELECT u FROM unnest(files) AS u WHERE u.dataset = one.lead ORDER BY u.file_no));
    END IF;
    IF one.several AND engine <> 'native' THEN
      way := (SELECT ingest.way_of_reading(c.contract) || jsonb_build_object('lead', one.lead) FROM ingest.compiled_dataset AS c WHERE c.dataset = one.dataset);
      IF way <> way_of_last OR way_of_last IS NULL AND way IS NOT NULL THEN
        read := ingest.read_at_once(ARRAY(SELECT u FROM unnest(shared) AS u WHERE u.dataset = one.lead), way - 'lead', ARRAY(SELECT s.dataset FROM unnest(steps) AS s WHERE s.lead = one.lead));
        way_of_last := way;
      END IF;
    END IF;
    BEGIN
      IF one.several THEN
        member := ROW(one.dataset, ingest.files_of_member(ARRAY(SELECT u FROM unnest(shared) AS u WHERE u.dataset = one.lead), one.dataset), '{}', '{}', '{}', '{}');
        part := member.taken;
        SELECT p.done, p.load_ms, (p.done).children INTO done FROM ingest.process_member(started, engine, again, ingest.read_for(one.dataset, read), member) AS p;
        shared_outcomes := shared_outcomes || done.done;
      ELSE
        part := ARRAY(SELECT u FROM unnest(files) AS u WHERE u.dataset IS NOT DISTINCT FROM one.dataset ORDER BY u.file_no);
        SELECT p.outcomes, p.load_ms, p.children INTO done FROM ingest.process_part(run, started, engine, one.dataset, part, again) AS p;
        outcomes := outcomes || done.outcomes;
      END IF;
      load_ms := load_ms + coalesce(done.load_ms, 0); children := children || done.children;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      -- What is of no dataset runs nothing that could be at fault. A trigger may raise the codes that load_dataset() has for itself.
      IF one.dataset IS NULL OR ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE NOT LIKE 'PI%' THEN
        RAISE;
      END IF;
      GET STACKED DIAGNOSTICS failed.sqlstate = RETURNED_SQLSTATE, failed.error = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
      PERFORM ingest.forget_read(engine);
      failed.dataset := one.dataset; failed.error := ingest.without_shards(concat_ws('; ', failed.error, nullif(detail, ''))); failed.files := part;
      IF one.several THEN
        RAISE EXCEPTION 'the target of dataset %, which shares its files, is at fault', one.dataset USING ERRCODE = 'PI005', DETAIL = jsonb_build_object('dataset', one.dataset,
          'sqlstate', failed.sqlstate, 'error', failed.error, 'staged', ARRAY(SELECT u.staged::text FROM unnest(part) AS u WHERE u.status IS NULL));
      END IF;
      deferrals := deferrals || failed;
    END;
  END LOOP;
  IF shared <> '{}' THEN
    outcomes := outcomes || ingest.settle_members(run, started, shared, shared_outcomes);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.load_unit(uuid, timestamptz, text, ingest.claimed_file[], boolean, ingest.member[])
  IS 'Loads the files of a unit whose objects are locked: datasets in one order for all sessions, each undone by itself where its target is at fault. One that shares its files raises PI005 then (load_shared_unit()).';

-- All objects are locked first, in one order for all sessions.
CREATE FUNCTION ingest.process_unit(run uuid, started timestamptz, engine text, claimed ingest.claimed_file[], keep_staged boolean, again boolean,
  members ingest.member[], OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision,
  OUT ledger_ms double precision, OUT ignored ingest.removal_ignored[], OUT children ingest.child_count[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  files ingest.claimed_file[];
  bodies ingest.claimed_file[];
  of_removals record;
  clock timestamptz := clock_timestamp();
BEGIN
  ignored := '{}';
  files := ingest.lock_objects(claimed);
  IF again THEN
    files := ingest.taken_again(files);
  END IF;
  claim_ms := extract(epoch FROM clock_timestamp() - clock) * 1000;
  clock := clock_timestamp();
  bodies := CASE WHEN EXISTS (SELECT FROM unnest(files) AS f WHERE ingest.is_removal(f.error_code)) THEN ARRAY(SELECT f FROM unnest(files) AS f WHERE NOT ingest.is_removal(f.error_code)) ELSE files END;
  IF members = '{}' THEN
    SELECT l.outcomes, l.deferrals, l.load_ms, l.children INTO outcomes, deferrals, load_ms, children FROM ingest.load_unit(run, started, engine, bodies, again, members) AS l;
  ELSE
    SELECT l.outcomes, l.deferrals, l.load_ms, l.children INTO outcomes, deferrals, load_ms, children FROM ingest.load_shared_unit(run, started, engine, bodies, again, members) AS l;
  END IF;
  -- Behind the files: a row that one of these has taken over stays.
  IF cardinality(bodies) < cardinality(files) THEN
    SELECT r.* INTO of_removals FROM ingest.process_removals(run, started, ARRAY(SELECT f FROM unnest(files) AS f WHERE ingest.is_removal(f.error_code)), members) AS r;
    outcomes := outcomes || of_removals.outcomes; deferrals := deferrals || of_removals.deferrals; ignored := of_removals.ignored;
  END IF;
  IF deferrals <> '{}' THEN
    files := ingest.defer(files, deferrals, keep_staged);
  END IF;
  PERFORM ingest.unstage(files);
  ledger_ms := extract(epoch FROM clock_timestamp() - clock) * 1000 - load_ms;
END
$$;
COMMENT ON FUNCTION ingest.process_unit(uuid, timestamptz, text, ingest.claimed_file[], boolean, boolean, ingest.member[])
  IS 'Processes one unit: its objects are locked, its files are loaded, rows of removed objects are deleted, and then the staged bytes go. members: none where nothing is shared. keep_staged: those of deferred files stay. again: as taken_again() says.';

-- Each statement is planned once a session: arrays of files in its parameters are no reason to plan it anew. EXECUTE, which
-- runs the load statements, plans for what it is given all the same.
CREATE FUNCTION public.ingest_process_staging(batch uuid DEFAULT NULL,
  OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer,
  OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision,
  OUT deferred integer, OUT rows_filtered bigint, OUT rows_deleted bigint, OUT rows_suppressed bigint, OUT rows_removed bigint, OUT removed integer,
  OUT child_rows_loaded bigint, OUT child_rows_rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET work_mem = '64MB' SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  started timestamptz := clock_timestamp();
  -- Among the function's own settings it would have a file read at each call, which costs as much as all others together.
  abbreviations text := current_setting('timezone_abbreviations');
  run uuid := coalesce(batch, gen_random_uuid());
  engine text := ingest.engine_in_force();
  again boolean := coalesce(current_setting('ingest.again_batch', true) = batch::text, false);
  units ingest.unit[];
  unit ingest.unit;
  datasets text[];
  members ingest.member[] := '{}';
  kinds record;
  one record;
  outcomes ingest.file_outcome[] := '{}';
  deferrals ingest.deferral[] := '{}';
  ignored ingest.removal_ignored[] := '{}';
  children ingest.child_count[] := '{}';
  claim double precision;
  load double precision := 0;
  ledger double precision := 0;
BEGIN
  IF abbreviations <> 'Default' THEN
    PERFORM set_config('timezone_abbreviations', 'Default', true);
  END IF;
  PERFORM ingest.require_read_committed('ingest_process_staging'), ingest.require_deferred_are_told();
  units := ingest.claim_units(batch);
  datasets := ARRAY(SELECT DISTINCT f.dataset FROM unnest(units) AS u CROSS JOIN LATERAL unnest(u.files) AS f WHERE f.dataset IS NOT NULL);
  -- One look at what only some datasets have: a batch of others does not pay for it.
  SELECT coalesce(bool_or(d.share_prefix), false) AS shared, coalesce(bool_or(d.on_unknown = 'evolve' OR d.share_prefix), false) AS evolving INTO kinds
  FROM ingest.dataset AS d WHERE d.name = ANY (datasets);
  IF kinds.shared THEN
    members := ingest.members(datasets);
    datasets := ARRAY(SELECT m.dataset FROM unnest(members) AS m);
  END IF;
  PERFORM ingest.prepare_targets(datasets, cardinality(units) > 1 OR kinds.shared AND ingest.may_load_twice(members));
  claim := extract(epoch FROM clock_timestamp() - started) * 1000;
  FOREACH unit IN ARRAY units LOOP
    SELECT * INTO one FROM ingest.process_unit(run, started, engine, unit.files, batch IS NULL, again, members);
    outcomes := outcomes || one.outcomes; deferrals := deferrals || one.deferrals; ignored := ignored || one.ignored; children := children || one.children;
    claim := claim + one.claim_ms; load := load + one.load_ms; ledger := ledger + one.ledger_ms;
  END LOOP;
  -- At the end: whoever has altered a table keeps it to itself until COMMIT.
  IF kinds.evolving THEN
    PERFORM ingest.evolve_datasets(datasets, started);
  END IF;
  SELECT count(*), count(*) FILTER (WHERE o.status = 'loaded'), count(*) FILTER (WHERE o.status = 'partially_loaded'),
    count(*) FILTER (WHERE o.status IN ('load_failed', 'no_dataset')),
      count(*) FILTER (WHERE o.status IN ('duplicate', 'skipped_stale', 'object_missing', 'ignored')), count(*) FILTER (WHERE o.status = 'removed'),
    coalesce(sum(o.records), 0), coalesce(sum(o.loaded), 0), coalesce(sum(o.rejected), 0), coalesce(sum(o.stale), 0), coalesce(sum(o.filtered), 0), coalesce(sum(o.deleted), 0), coalesce(sum(o.suppressed), 0), coalesce(sum(o.removed), 0)
  INTO files, loaded, partially_loaded, failed, skipped, removed, records, rows_loaded, rows_rejected, rows_stale, rows_filtered, rows_deleted, rows_suppressed, rows_removed
  FROM unnest(outcomes) AS o;
  SELECT coalesce(sum(c.loaded), 0), coalesce(sum(c.rejected), 0) INTO child_rows_loaded, child_rows_rejected FROM unnest(children) AS c;
  deferred := (SELECT count(*) FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files));
  files := files + deferred;
  IF deferred > 0 OR EXISTS (SELECT FROM ingest.dataset_fault) THEN
    PERFORM ingest.settle_faults(batch, started, ARRAY(SELECT f FROM unnest(units) AS u CROSS JOIN LATERAL unnest(u.files) AS f),
      CASE WHEN members = '{}' THEN ARRAY(SELECT ROW(d, d, false)::ingest.member FROM unnest(datasets) AS d) ELSE members END, deferrals);
  END IF;
  IF ignored <> '{}' THEN
    PERFORM ingest.count_ignored(started, ignored);
  END IF;
  elapsed_ms := extract(epoch FROM clock_timestamp() - started) * 1000;
  IF files > 0 THEN
    INSERT INTO ingest.batch AS b (batch_id, request_id, engine, started_at, finished_at, files, loaded, partially_loaded, failed, skipped, deferred,
      bytes, records, rows_loaded, rows_rejected, rows_stale, rows_filtered, rows_deleted, rows_suppressed, rows_removed, claim_ms, load_ms, ledger_ms, elapsed_ms, removed, child_rows_loaded, child_rows_rejected)
    VALUES (run, nullif(current_setting('ingest.request_id', true), ''), engine, started, clock_timestamp(), files, loaded,
      partially_loaded, failed, skipped, deferred,
      (SELECT coalesce(sum(f.body_bytes), 0) FROM unnest(units) AS u CROSS JOIN LATERAL unnest(u.files) AS f),
      records, rows_loaded, rows_rejected, rows_stale, rows_filtered, rows_deleted, rows_suppressed, rows_removed, claim, load, ledger, elapsed_ms, removed, child_rows_loaded, child_rows_rejected)
    -- A batch may be called again for files that were staged under its name later.
    ON CONFLICT (batch_id) DO UPDATE SET finished_at = excluded.finished_at, files = b.files + excluded.files,
      loaded = b.loaded + excluded.loaded,
      partially_loaded = b.partially_loaded + excluded.partially_loaded, failed = b.failed + excluded.failed,
        skipped = b.skipped + excluded.skipped, deferred = b.deferred + excluded.deferred,
      bytes = b.bytes + excluded.bytes, records = b.records + excluded.records, rows_loaded = b.rows_loaded + excluded.rows_loaded,
      rows_rejected = b.rows_rejected + excluded.rows_rejected, rows_stale = b.rows_stale + excluded.rows_stale, rows_filtered = b.rows_filtered + excluded.rows_filtered,
      rows_deleted = b.rows_deleted + excluded.rows_deleted, rows_suppressed = b.rows_suppressed + excluded.rows_suppressed, rows_removed = b.rows_removed + excluded.rows_removed, removed = b.removed + excluded.removed,
      child_rows_loaded = b.child_rows_loaded + excluded.child_rows_loaded, child_rows_rejected = b.child_rows_rejected + excluded.child_rows_rejected,
        claim_ms = b.claim_ms + excluded.claim_ms,
      load_ms = b.load_ms + excluded.load_ms, ledger_ms = b.ledger_ms + excluded.ledger_ms, elapsed_ms = b.elapsed_ms + excluded.elapsed_ms;
  END IF;
  IF abbreviations <> 'Default' THEN
    PERFORM set_config('timezone_abbreviations', abbreviations, true);
  END IF;
END
$$;
COMMENT ON FUNCTION public.ingest_process_staging(uuid)
  IS 'Loads the staged files, all in the caller''s transaction, and returns one row of counts.
batch: The batch to load. Null loads all that is staged and not locked by another session.
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
