-- pg_ingest 0.2.0
-- ingest_prune(): what the pipeline's books need not remember any longer, a bounded piece at a time. docs/semantics.md, section 6.

CREATE FUNCTION ingest.settled(of_file bigint, before timestamptz, unresolved boolean) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = of_file
    AND (coalesce(r.replayed_at, r.rejected_at) >= before OR r.replayed_at IS NULL AND NOT unresolved))
$$;
COMMENT ON FUNCTION ingest.settled(bigint, timestamptz, boolean)
  IS 'Whether nothing of a file is in quarantine that is younger, or that nobody resolved and nobody gave up.';

CREATE FUNCTION public.ingest_prune(older_than interval, unresolved boolean DEFAULT false, at_most integer DEFAULT 10000,
  OUT files bigint, OUT objects bigint, OUT rejected_records bigint, OUT rejected_messages bigint, OUT batches bigint, OUT more boolean, OUT tombstones bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
  before timestamptz := clock_timestamp() - older_than;
  old bigint[];
  gone bigint[];
BEGIN
  IF older_than IS NULL OR before > clock_timestamp() - interval '14 days' THEN
    RAISE EXCEPTION 'older_than is %; expected 14 days or more', coalesce(older_than::text, 'null') USING ERRCODE = 'invalid_parameter_value',
      HINT = 'SQS may deliver a notification again for 14 days, and it is the ledger that knows it again. Messages that are sent back from '
        'a dead-letter queue begin anew: keep the ledger for as long as you might do that.';
  ELSIF unresolved IS NULL OR at_most IS NULL OR at_most < 1 THEN
    RAISE EXCEPTION 'unresolved is %, at_most is %; expected true or false, and at least 1', coalesce(unresolved::text, 'null'),
      coalesce(at_most::text, 'null') USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM ingest.require_read_committed('ingest_prune');
  -- No batch may be between finding an object and locking it. This waits for those under way, and they for it, a moment.
  LOCK TABLE ingest.object IN SHARE ROW EXCLUSIVE MODE;
  -- The newest entry of a key goes last, and its object with it: until then it tells duplicates and stale deliveries.
  SELECT coalesce(array_agg(c.file_id), '{}'), coalesce(array_agg(c.object_id) FILTER (WHERE NOT c.superseded), '{}') INTO old, gone
  FROM (
    SELECT f.file_id, f.object_id, s.superseded
    FROM ingest.file AS f LEFT JOIN ingest.object AS o ON o.object_id = f.object_id
    -- Rows of a former version are known by its entry, where a newer one deletes what it has no more.
    CROSS JOIN LATERAL (SELECT coalesce(o.newest_file_id <> f.file_id, false) AND NOT EXISTS (SELECT FROM ingest.dataset AS d
      WHERE ingest.mirrors(d.on_replaced, d.on_removed) AND (d.name = f.dataset OR EXISTS (SELECT FROM ingest.file_dataset AS x WHERE x.file_id = f.file_id AND x.dataset = d.name))) AS superseded) AS s
    WHERE f.received_at < before AND ingest.settled(f.file_id, before, unresolved)
      AND (s.superseded
        -- The same content put again is a delivery of the first entry, which is as young as that put.
        OR coalesce(o.newest_last_modified < before, true) AND NOT EXISTS (SELECT FROM ingest.file AS s WHERE s.object_id = f.object_id
          AND s.file_id <> f.file_id AND NOT (s.received_at < before AND ingest.settled(s.file_id, before, unresolved))))
    ORDER BY f.received_at LIMIT at_most FOR UPDATE OF f SKIP LOCKED) AS c;
  more := cardinality(old) = at_most;
  old := ARRAY(SELECT unnest(old) UNION SELECT f.file_id FROM ingest.file AS f WHERE f.object_id = ANY (gone));
  DELETE FROM ingest.rejected_record AS r WHERE r.file_id = ANY (old);
  GET DIAGNOSTICS rejected_records = ROW_COUNT;
  DELETE FROM ingest.file AS f WHERE f.file_id = ANY (old);
  GET DIAGNOSTICS files = ROW_COUNT;
  DELETE FROM ingest.object AS o WHERE o.object_id = ANY (gone);
  GET DIAGNOSTICS objects = ROW_COUNT;
  IF objects > 0 THEN
    INSERT INTO ingest.pruned AS p (before, pruned_at, objects) VALUES (before, clock_timestamp(), ingest_prune.objects)
    ON CONFLICT (only_row) DO UPDATE SET before = greatest(p.before, excluded.before), pruned_at = excluded.pruned_at, objects = p.objects + excluded.objects;
  END IF;
  DELETE FROM ingest.rejected_message AS m WHERE unresolved AND m.rejected_message_id = ANY (ARRAY(
    SELECT x.rejected_message_id FROM ingest.rejected_message AS x WHERE x.received_at < before ORDER BY x.received_at LIMIT at_most));
  GET DIAGNOSTICS rejected_messages = ROW_COUNT;
  DELETE FROM ingest.batch AS b WHERE b.batch_id = ANY (ARRAY(
    SELECT x.batch_id FROM ingest.batch AS x WHERE x.finished_at < before ORDER BY x.finished_at LIMIT at_most));
  GET DIAGNOSTICS batches = ROW_COUNT;
  DELETE FROM ingest.tombstone AS t WHERE (t.dataset, t.row_key) IN (SELECT x.dataset, x.row_key FROM ingest.tombstone AS x
    WHERE x.deleted_at < clock_timestamp() - make_interval(days => ingest.setting('tombstone_days')::integer) ORDER BY x.deleted_at LIMIT at_most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS tombstones = ROW_COUNT;
  more := more OR rejected_messages = at_most OR batches = at_most OR tombstones = at_most;
END
$$;
COMMENT ON FUNCTION public.ingest_prune(interval, boolean, integer)
  IS 'Deletes old ledger entries, resolved quarantine and batches, a bounded piece at a time, and returns the counts.
older_than: Age of what goes, at least 14 days.
unresolved: True also deletes open rejects and rejected messages of that age.
at_most: Ledger entries that go at once.
files: Ledger entries that went.
objects: Keys whose last entry went.
rejected_records: Rows of quarantine that went.
rejected_messages: Rejected messages that went.
batches: Batches that went.
more: True: call again.
tombstones: Deletes that were forgotten: those of more than tombstone_days ago, whatever older_than says.';
