-- pg_ingest 0.2.0
-- Datasets that share a prefix: each file goes into all of them, or into none yet. docs/semantics.md, section 5.

CREATE FUNCTION ingest.sharing(of_dataset text) RETURNS SETOF text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT x.name FROM ingest.dataset AS d JOIN ingest.dataset AS x ON x.prefix = d.prefix AND x.bucket IS NOT DISTINCT FROM d.bucket
    WHERE d.name = of_dataset ORDER BY x.name;
END
$$;
COMMENT ON FUNCTION ingest.sharing(text) IS 'A dataset and those that share its prefix.';

CREATE FUNCTION ingest.takers(of_bucket text, of_key text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s FROM ingest.match_dataset(of_bucket, of_key) AS m CROSS JOIN LATERAL ingest.sharing(m) AS s WHERE ingest.key_problem(s, of_key) IS NULL;
END
$$;
COMMENT ON FUNCTION ingest.takers(text, text) IS 'The datasets that a file of this key is loaded into: all that share its longest prefix and whose key_pattern takes the key.';

CREATE FUNCTION ingest.misfit(of_dataset text, of_key text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN count(p.problem) = count(*) THEN string_agg(p.problem, '; ' ORDER BY p.name) END
    FROM (SELECT s AS name, ingest.key_problem(s, of_key) AS problem FROM ingest.sharing(of_dataset) AS s) AS p);
END
$$;
COMMENT ON FUNCTION ingest.misfit(text, text) IS 'Why a key under a dataset''s prefix is none of its keys, nor of those that share the prefix; NULL where it is one''s.';

-- Told once a batch: who joins or leaves meanwhile does so for the next one.
CREATE FUNCTION ingest.members(leads text[]) RETURNS ingest.member[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT ROW(u.lead, coalesce(x.name, u.lead), count(x.name) OVER (PARTITION BY u.lead) > 1)::ingest.member
    FROM unnest(leads) AS u (lead) LEFT JOIN ingest.dataset AS d ON d.name = u.lead AND d.share_prefix
    LEFT JOIN ingest.dataset AS x ON x.prefix = d.prefix AND x.bucket IS NOT DISTINCT FROM d.bucket);
END
$$;
COMMENT ON FUNCTION ingest.members(text[]) IS 'The datasets that files are loaded into which were matched with these.';

CREATE FUNCTION ingest.files_of_member(files ingest.claimed_file[], member text) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  patterned boolean := EXISTS (SELECT FROM ingest.sharing(member) AS s JOIN ingest.dataset AS d ON d.name = s AND d.key_pattern IS NOT NULL);
BEGIN
  -- What nobody's pattern takes is told of by the one in whose name it was claimed.
  RETURN ARRAY(SELECT ROW(f.file_no, f.file_id, f.staged, member, f.bucket, f.key, f.version_id, f.etag, f.sequencer, f.size, f.event_time, f.last_modified,
      f.source_time, f.object_id, f.body_bytes, f.status, f.error_code, f.record_no, f.context)::ingest.claimed_file
    FROM unnest(files) AS f
    WHERE NOT patterned OR ingest.key_problem(member, f.key) IS NULL OR f.dataset = member AND ingest.misfit(member, f.key) IS NOT NULL
    ORDER BY f.file_no);
END
$$;
COMMENT ON FUNCTION ingest.files_of_member(ingest.claimed_file[], text) IS 'Those of the files that one of the datasets of their prefix takes, as its files.';

CREATE FUNCTION ingest.process_member(started timestamptz, engine text, again boolean, read ingest.parsed_record[], INOUT done ingest.member_outcome, OUT load_ms double precision)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  remaining ingest.claimed_file[];
  loaded ingest.dataset_outcome;
  clock timestamptz;
BEGIN
  SELECT t.remaining, t.outcomes, t.faults INTO remaining, done.outcomes, done.faults FROM ingest.turn_away(done.taken) AS t;
  IF remaining = '{}' THEN
    RETURN;
  END IF;
  clock := clock_timestamp();
  PERFORM ingest.say_again(again);
  loaded := ingest.load_files(done.dataset, remaining, engine, false, read);
  load_ms := extract(epoch FROM clock_timestamp() - clock) * 1000;
  done.outcomes := done.outcomes || loaded.files;
  done.faults := done.faults || loaded.faults;
  done.left_out := loaded.left_out; done.children := loaded.children;
  -- In the order of datasets, as where nothing is shared.
  IF loaded.drift <> '{}' THEN
    PERFORM ingest.write_drift(done.dataset, remaining, (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = done.dataset), loaded.drift, started);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.process_member(timestamptz, text, boolean, ingest.parsed_record[], ingest.member_outcome)
  IS 'Loads recognised files, some of which were read before, into one of the datasets of their prefix and counts its drift. settle_members() writes the rest down when all have them.';

CREATE FUNCTION ingest.summed_status(statuses text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN statuses[1] = ALL (statuses) THEN statuses[1] WHEN statuses && ARRAY['loaded', 'partially_loaded'] THEN 'partially_loaded' ELSE 'load_failed' END
$$;
COMMENT ON FUNCTION ingest.summed_status(text[]) IS 'The status of a file, from those that it has in each of its datasets.';

CREATE FUNCTION ingest.summed_error(datasets text[], errors text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(CASE WHEN u.dataset IS NULL THEN u.error ELSE u.dataset || ': ' || u.error END, '; ' ORDER BY u.no)
  FROM (SELECT CASE WHEN errors[1] = ALL (errors) THEN NULL ELSE x.dataset END AS dataset, x.error, min(x.no) AS no
    FROM unnest(datasets, errors) WITH ORDINALITY AS x (dataset, error, no) WHERE x.error IS NOT NULL GROUP BY 1, 2) AS u
$$;
COMMENT ON FUNCTION ingest.summed_error(text[], text[]) IS 'Why a file as a whole failed: once where each of its datasets says the same, else each with its dataset.';

CREATE FUNCTION ingest.settle_members(run uuid, started timestamptz, files ingest.claimed_file[], done ingest.member_outcome[]) RETURNS ingest.file_outcome[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  sums ingest.file_outcome[];
  shared integer[];
  settled ingest.claimed_file[];
  one ingest.member_outcome;
BEGIN
  -- A file that one alone takes is that one's, as if nobody shared the prefix.
  WITH each AS (
    SELECT d.dataset, o.* FROM unnest(done) AS d CROSS JOIN LATERAL unnest(d.outcomes) AS o
  ), summed AS (
    SELECT e.file_no, count(*) AS datasets, sum(e.records)::bigint AS records, sum(e.loaded)::bigint AS loaded, sum(e.stale)::bigint AS stale,
      sum(e.rejected)::bigint AS rejected, sum(e.filtered)::bigint AS filtered, sum(e.deleted)::bigint AS deleted, sum(e.suppressed)::bigint AS suppressed, sum(e.removed)::bigint AS removed,
      CASE WHEN min(e.status) = max(e.status) THEN min(e.status) ELSE ingest.summed_status(array_agg(e.status ORDER BY e.dataset)) END AS status, min(e.dataset) AS dataset,
      array_agg(e.error_code ORDER BY e.dataset) AS codes,
      CASE WHEN count(e.error) > 0 THEN ingest.summed_error(array_agg(e.dataset ORDER BY e.dataset), array_agg(e.error ORDER BY e.dataset)) END AS error
    FROM each AS e GROUP BY e.file_no
  )
  SELECT array_agg(ROW(s.file_no, s.records, s.loaded, s.stale, s.rejected, s.filtered, s.deleted, s.status, CASE WHEN s.status NOT IN ('loaded', 'partially_loaded')
      THEN (array_remove(s.codes, NULL))[1] END, CASE WHEN s.status NOT IN ('loaded', 'partially_loaded') THEN s.error END, s.suppressed, s.removed)::ingest.file_outcome ORDER BY s.file_no),
    coalesce(array_agg(s.file_no) FILTER (WHERE s.datasets > 1 AND s.status <> 'duplicate'), '{}'),
    array_agg(ROW(f.file_no, f.file_id, f.staged, CASE WHEN s.datasets = 1 THEN s.dataset END, f.bucket, f.key, f.version_id, f.etag, f.sequencer, f.size, f.event_time,
      f.last_modified, f.source_time, f.object_id, f.body_bytes, f.status, f.error_code, f.record_no, f.context)::ingest.claimed_file ORDER BY f.file_no)
  INTO sums, shared, settled
  FROM summed AS s JOIN unnest(files) AS f ON f.file_no = s.file_no;
  PERFORM ingest.write_ledger(run, started, settled, sums);
  INSERT INTO ingest.file_dataset (file_id, dataset, event_time, last_modified, received_at, loaded_at, status, records, rows_loaded, rows_rejected, rows_stale, rows_filtered, rows_deleted,
    error_code, error, rows_suppressed, rows_removed)
  SELECT f.file_id, d.dataset, f.event_time, f.last_modified, started, CASE WHEN o.status IN ('loaded', 'partially_loaded') THEN clock_timestamp() END, o.status, o.records,
    o.loaded, o.rejected, o.stale, o.filtered, o.deleted, o.error_code, o.error, coalesce(o.suppressed, 0), coalesce(o.removed, 0)
  FROM unnest(done) AS d CROSS JOIN LATERAL unnest(d.outcomes) AS o JOIN unnest(files) AS f ON f.file_no = o.file_no WHERE o.file_no = ANY (shared);
  FOREACH one IN ARRAY done LOOP
    IF one.faults <> '{}' THEN
      PERFORM ingest.write_quarantine(one.taken, one.faults, one.outcomes, (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = one.dataset), shared);
    END IF;
    IF one.children <> '{}' OR one.left_out <> '{}' THEN
      PERFORM ingest.write_children(one.taken, one.left_out, one.children, (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = one.dataset), shared);
    END IF;
  END LOOP;
  RETURN sums;
END
$$;
COMMENT ON FUNCTION ingest.settle_members(uuid, timestamptz, ingest.claimed_file[], ingest.member_outcome[])
  IS 'Writes down what became of files that datasets share: the ledger with the sums, a row for each dataset, and each dataset''s rejects. Returns the sums.';

CREATE FUNCTION ingest.lead(of_dataset text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT d.name FROM ingest.sharing(of_dataset) AS s JOIN ingest.dataset AS d ON d.name = s ORDER BY d.share_prefix DESC, d.name LIMIT 1);
END
$$;
COMMENT ON FUNCTION ingest.lead(text) IS 'The dataset by which match_dataset() matches files of all that share a prefix.';

-- What they are in each dataset is written anew before, so the sums are those of all rows.
CREATE FUNCTION ingest.sum_up(of_files bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  UPDATE ingest.file_dataset AS l SET dismissed_at = CASE WHEN NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = l.file_id AND r.dataset = l.dataset
    AND r.replayed_at IS NULL) THEN clock_timestamp() END
  WHERE l.file_id = ANY (of_files) AND l.status IN ('partially_loaded', 'load_failed');
  UPDATE ingest.file AS f SET records = s.records, rows_loaded = s.loaded, rows_rejected = s.rejected, rows_stale = s.stale, rows_filtered = s.filtered, rows_deleted = s.deleted, rows_suppressed = s.suppressed, rows_removed = s.removed, status = s.status,
    loaded_at = coalesce(s.loaded_at, f.loaded_at), error_code = CASE WHEN s.status NOT IN ('loaded', 'partially_loaded') THEN s.code END,
    error = CASE WHEN s.status NOT IN ('loaded', 'partially_loaded') THEN s.error END
  FROM (SELECT l.file_id, sum(l.records) AS records, sum(l.rows_loaded) AS loaded, sum(l.rows_rejected) AS rejected, sum(l.rows_stale) AS stale,
      sum(l.rows_filtered) AS filtered, sum(l.rows_deleted) AS deleted, sum(l.rows_suppressed) AS suppressed, sum(l.rows_removed) AS removed, max(l.loaded_at) AS loaded_at, ingest.summed_status(array_agg(l.status ORDER BY l.dataset)) AS status,
      (array_agg(l.error_code ORDER BY l.dataset) FILTER (WHERE l.error_code IS NOT NULL))[1] AS code,
      ingest.summed_error(array_agg(l.dataset ORDER BY l.dataset), array_agg(l.error ORDER BY l.dataset)) AS error
    FROM ingest.file_dataset AS l WHERE l.file_id = ANY (of_files) GROUP BY l.file_id) AS s
  WHERE f.file_id = s.file_id;
END
$$;
COMMENT ON FUNCTION ingest.sum_up(bigint[]) IS 'Makes the ledger''s entries of files that datasets share the sums of what they are in each, and says where nothing is left open.';

-- A file that came before there was a dataset is kept once. From the first replay on each of its datasets has it.
CREATE FUNCTION ingest.share_out(meant ingest.rejects_meant) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  of_files bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.dataset AS d WHERE d.share_prefix) THEN
    RETURN;
  END IF;
  of_files := ARRAY(SELECT f.file_id FROM ingest.file AS f WHERE f.status = 'no_dataset' AND f.dismissed_at IS NULL AND f.dataset IS NULL
    AND (meant.file_id IS NULL OR f.file_id = meant.file_id) AND (meant.key_prefix IS NULL OR starts_with(f.key, meant.key_prefix))
    AND EXISTS (SELECT FROM ingest.match_dataset(f.bucket, f.key) AS m JOIN ingest.dataset AS d ON d.name = m AND d.share_prefix)
    AND (SELECT count(*) FROM ingest.takers(f.bucket, f.key)) > 1
    AND NOT EXISTS (SELECT FROM ingest.file_dataset AS s WHERE s.file_id = f.file_id)
    ORDER BY f.file_id FOR NO KEY UPDATE);
  INSERT INTO ingest.file_dataset (file_id, dataset, event_time, last_modified, received_at, status, error_code, error)
  SELECT f.file_id, t, f.event_time, f.last_modified, f.received_at, f.status, f.error_code, f.error
  FROM ingest.file AS f CROSS JOIN LATERAL ingest.takers(f.bucket, f.key) AS t WHERE f.file_id = ANY (of_files) ON CONFLICT DO NOTHING;
  INSERT INTO ingest.rejected_record (file_id, record_no, record, column_name, error_code, error, rejected_at, place, dataset)
  SELECT r.file_id, r.record_no, r.record, r.column_name, r.error_code, r.error, r.rejected_at, r.place, s.dataset
  FROM ingest.rejected_record AS r JOIN ingest.file_dataset AS s ON s.file_id = r.file_id
  WHERE r.file_id = ANY (of_files) AND r.dataset IS NULL AND r.replayed_at IS NULL ORDER BY r.reject_id, s.dataset;
  DELETE FROM ingest.rejected_record AS r WHERE r.file_id = ANY (of_files) AND r.dataset IS NULL AND r.replayed_at IS NULL;
END
$$;
COMMENT ON FUNCTION ingest.share_out(ingest.rejects_meant) IS 'Has each dataset keep the files that came before any, where several share their prefix by now.';

CREATE FUNCTION ingest.warn_of_sharing(d ingest.dataset) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  others text := (SELECT string_agg(s, ', ' ORDER BY s) FROM ingest.sharing(d.name) AS s WHERE s <> d.name);
BEGIN
  IF others IS NOT NULL THEN
    RAISE WARNING 'dataset %: it shares its prefix with %: each file is loaded into all of them, and waits for all where the target of one is at fault', d.name, others
      USING HINT = 'Files that came before stay as they are; ' || CASE WHEN EXISTS (SELECT FROM ingest.sharing(d.name) AS s JOIN ingest.dataset AS x ON x.name = s WHERE x.load_mode = 'append')
        THEN 'where one of the datasets appends, they cannot be loaded again.' ELSE 'pg-ingest backfill --again loads them into all.' END;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.warn_of_sharing(ingest.dataset) IS 'Warns of what a dataset has in common with those that share its prefix.';

-- A file is one unit of exactly-once. Where the target of one of its datasets is at fault, nothing of it may stay in the others: all is
-- undone, and done again without the files that this dataset takes. Datasets keep their one order for all sessions so.
-- What was tried is taken back, but the objects stay locked. Whoever waited for a row of the attempt goes on waiting for the transaction's
-- end, as PostgreSQL has it. It may hold an object, so none may be waited for behind the attempt.
CREATE FUNCTION ingest.load_shared_unit(run uuid, started timestamptz, engine text, files ingest.claimed_file[], again boolean, members ingest.member[],
  OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT load_ms double precision, OUT children ingest.child_count[])
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  told text;
  fault jsonb;
  failed ingest.deferral;
  waiting ingest.deferral[] := '{}';
  clock timestamptz;
  lost_ms double precision := 0;
BEGIN
  LOOP
    clock := clock_timestamp();
    BEGIN
      SELECT l.outcomes, l.deferrals, l.load_ms, l.children INTO outcomes, deferrals, load_ms, children FROM ingest.load_unit(run, started, engine, files, again, members) AS l;
      EXIT;
    EXCEPTION WHEN SQLSTATE 'PI005' THEN
      GET STACKED DIAGNOSTICS told = PG_EXCEPTION_DETAIL;
    END;
    lost_ms := lost_ms + extract(epoch FROM clock_timestamp() - clock) * 1000;
    fault := told::jsonb;
    failed.dataset := fault ->> 'dataset'; failed.sqlstate := fault ->> 'sqlstate'; failed.error := fault ->> 'error';
    failed.files := ARRAY(SELECT f FROM unnest(files) AS f WHERE fault -> 'staged' ? f.staged::text ORDER BY f.file_no);
    waiting := waiting || failed;
    files := ARRAY(SELECT f FROM unnest(files) AS f WHERE NOT fault -> 'staged' ? f.staged::text ORDER BY f.file_no);
    -- Nothing is left of the unit.
    IF files = '{}' THEN
      outcomes := '{}'; deferrals := '{}'; load_ms := 0; children := '{}';
      EXIT;
    END IF;
  END LOOP;
  deferrals := waiting || deferrals;
  load_ms := load_ms + lost_ms;
END
$$;
COMMENT ON FUNCTION ingest.load_shared_unit(uuid, timestamptz, text, ingest.claimed_file[], boolean, ingest.member[])
  IS 'load_unit() of a unit with files that datasets share, each of which waits as a whole where the target of one of its datasets is at fault.';

-- A fault that is known makes the second time of load_shared_unit() likely. Who goes through rows twice has them to himself.
CREATE FUNCTION ingest.may_load_twice(members ingest.member[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM unnest(members) AS m JOIN ingest.dataset_fault AS x ON x.dataset = m.dataset WHERE m.several);
END
$$;
COMMENT ON FUNCTION ingest.may_load_twice(ingest.member[]) IS 'Whether one of the datasets that share files is known to have a target at fault.';

-- What a row of either table says: narrow, so that a dataset's newest are found by one index of each.
-- The condition stands around both: within either it would keep their indexes from giving the newest first.
CREATE VIEW ingest.dataset_file AS
  SELECT x.* FROM (
    SELECT f.dataset, f.file_id, f.event_time, f.last_modified, f.received_at, f.loaded_at, f.status, f.records, f.rows_loaded, f.rows_rejected, f.rows_stale, f.rows_filtered, f.rows_deleted, f.rows_suppressed, f.rows_removed,
      f.error_code, f.error, f.dismissed_at
    FROM ingest.file AS f
    UNION ALL
    SELECT s.dataset, s.file_id, s.event_time, s.last_modified, s.received_at, s.loaded_at, s.status, s.records, s.rows_loaded, s.rows_rejected, s.rows_stale, s.rows_filtered, s.rows_deleted, s.rows_suppressed, s.rows_removed,
      s.error_code, s.error, s.dismissed_at
    FROM ingest.file_dataset AS s) AS x
  WHERE x.dataset IS NOT NULL;
COMMENT ON VIEW ingest.dataset_file IS 'One row for each file and dataset: of files of one dataset what ingest.file says, of those that several share what ingest.file_dataset says.';
DO $$
DECLARE
  c record;
BEGIN
  FOR c IN SELECT v.attname, coalesce(col_description('ingest.file_dataset'::regclass, a.attnum), '') AS said
    FROM pg_attribute AS v JOIN pg_attribute AS a ON a.attrelid = 'ingest.file_dataset'::regclass AND a.attname = v.attname
    WHERE v.attrelid = 'ingest.dataset_file'::regclass AND v.attnum > 0
  LOOP
    EXECUTE format('COMMENT ON COLUMN ingest.dataset_file.%I IS %L', c.attname, c.said);
  END LOOP;
END
$$;
