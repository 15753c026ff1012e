-- pg_ingest 0.2.0
-- Files that are not loaded because their dataset's target is at fault. docs/semantics.md, section 5.

CREATE FUNCTION ingest.defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  waiting integer[] := ARRAY(SELECT f.file_no FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files) AS f);
BEGIN
  -- Objects that this batch has made know nothing but such a file.
  DELETE FROM ingest.object AS o WHERE o.object_id = ANY (ARRAY(SELECT f.object_id FROM unnest(files) AS f WHERE f.file_no = ANY (waiting)));
  RETURN CASE WHEN keep_staged THEN ARRAY(SELECT f FROM unnest(files) AS f WHERE f.file_no <> ALL (waiting)) ELSE files END;
END
$$;
COMMENT ON FUNCTION ingest.defer(ingest.claimed_file[], ingest.deferral[], boolean)
  IS 'Forgets that deferred files of a unit (as lock_objects() gave them) were ever seen; the files whose staged bytes go.';

-- An event that is delivered again has the same sequencer, whatever is fetched for it by then.
CREATE FUNCTION ingest.delivery_digest(f ingest.claimed_file) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT md5(jsonb_build_array(f.bucket, f.key, coalesce(f.sequencer, f.version_id))::text)
$$;
COMMENT ON FUNCTION ingest.delivery_digest(ingest.claimed_file) IS 'By what a file is known again that comes once more, as ingest.dataset_fault has it.';

CREATE FUNCTION ingest.still_waiting(waiting text[], besides text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN waiting IS NULL OR besides IS NULL THEN NULL ELSE (SELECT CASE WHEN count(DISTINCT w) <= 1000 THEN array_agg(DISTINCT w) END FROM unnest(waiting || besides) AS w) END
$$;
COMMENT ON FUNCTION ingest.still_waiting(text[], text[]) IS 'Both lists of waiting files as one; null where that has more than 1,000, or nobody knows which they are.';

CREATE FUNCTION ingest.settle_faults(batch uuid, started timestamptz, claimed ingest.claimed_file[], members ingest.member[], deferrals ingest.deferral[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  one record;
BEGIN
  -- Behind all other locks of the batch, and in one order for all sessions.
  FOR one IN
    SELECT f.lead, f.dataset, f.several, last.sqlstate, last.error, (SELECT count(*) FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files) WHERE d.dataset = f.dataset) AS files,
      ARRAY(SELECT DISTINCT ingest.delivery_digest(u) FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files) AS u WHERE d.dataset = f.dataset) AS waits,
      ARRAY(SELECT ingest.delivery_digest(u) FROM unnest(claimed) AS u WHERE u.dataset = f.lead
        AND NOT EXISTS (SELECT FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files) AS w WHERE w.staged = u.staged)) AS ended
    FROM unnest(members) AS f
    LEFT JOIN LATERAL (SELECT d.sqlstate, d.error FROM unnest(deferrals) WITH ORDINALITY AS d WHERE d.dataset = f.dataset ORDER BY d.ordinality DESC LIMIT 1) AS last ON true
    ORDER BY f.dataset
  LOOP
    UPDATE ingest.dataset_fault AS x SET waiting = ARRAY(SELECT unnest(x.waiting) EXCEPT SELECT unnest(one.ended)) WHERE x.dataset = one.dataset AND x.waiting && one.ended;
    IF one.sqlstate IS NULL THEN
      -- Files that fail, or are gone, load nothing, and yet none is left to wait for.
      DELETE FROM ingest.dataset_fault AS x WHERE x.dataset = one.dataset AND x.waiting = '{}';
      -- What is loaded again has the number of its old entry.
      DELETE FROM ingest.dataset_fault AS x WHERE x.dataset = one.dataset AND EXISTS (SELECT FROM unnest(claimed) AS u
        JOIN ingest.object AS o ON o.bucket = u.bucket AND o.key = u.key JOIN ingest.file AS l ON l.file_id IN (u.file_id, o.newest_file_id)
        WHERE u.dataset = one.lead AND l.received_at = started AND CASE WHEN one.several AND l.dataset IS NULL THEN EXISTS (SELECT FROM ingest.file_dataset AS s
            WHERE s.file_id = l.file_id AND s.dataset = one.dataset AND s.status IN ('loaded', 'partially_loaded', 'removed'))
          ELSE l.status IN ('loaded', 'partially_loaded', 'removed') AND l.dataset = one.dataset END);
    ELSE
      INSERT INTO ingest.dataset_fault AS x (dataset, since, last_seen, sqlstate, error, files, waiting)
      VALUES (one.dataset, started, started, one.sqlstate, one.error, one.files, ingest.still_waiting(one.waits, '{}'))
      ON CONFLICT ON CONSTRAINT dataset_fault_pkey DO UPDATE SET last_seen = greatest(x.last_seen, excluded.last_seen), sqlstate = excluded.sqlstate,
        error = excluded.error, files = x.files + excluded.files, waiting = ingest.still_waiting(x.waiting, excluded.waiting);
    END IF;
  END LOOP;
  -- Staged by hand, they are there still. Else their bytes are gone, and whoever staged them has to know which.
  IF batch IS NOT NULL AND deferrals <> '{}' THEN
    SET CONSTRAINTS ingest.deferred_are_told DEFERRED;
    INSERT INTO ingest.deferred (batch_id, bucket, key, version_id, dataset, sqlstate, error)
    SELECT batch, f.bucket, f.key, f.version_id, d.dataset, d.sqlstate, d.error FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files) AS f;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.settle_faults(uuid, timestamptz, ingest.claimed_file[], ingest.member[], ingest.deferral[])
  IS 'Writes down which datasets'' targets are at fault and forgets those that have loaded again; keeps the deferred files of a batch for ingest_deferred().';

CREATE FUNCTION public.ingest_deferred(batch uuid)
RETURNS TABLE (bucket text, key text, version_id text, dataset text, sqlstate text, error text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  DELETE FROM ingest.deferred AS d WHERE d.batch_id = $1 RETURNING d.bucket, d.key, d.version_id, d.dataset, d.sqlstate, d.error
$$;
COMMENT ON FUNCTION public.ingest_deferred(uuid)
  IS 'Names the files of a batch that were not loaded and are not kept, because the target of their dataset is at fault. Stage them again later. It tells them once, in the transaction that processed the batch, which cannot be committed before.
batch: The batch.
bucket: S3 bucket.
key: S3 key.
version_id: S3 version. Null where the bucket is not versioned.
dataset: The dataset whose target is at fault.
sqlstate: What PostgreSQL said, as SQLSTATE.
error: The same in words, with DETAIL. It may quote what producers sent.';

CREATE FUNCTION ingest.require_deferred_are_told() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  untold record;
BEGIN
  SELECT d.batch_id, count(*) AS files, min(d.error) AS error INTO untold FROM ingest.deferred AS d GROUP BY d.batch_id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% files of batch % are deferred and not kept, and nobody was told which; expected ingest_deferred(%) in the same transaction',
      untold.files, untold.batch_id, quote_literal(untold.batch_id) USING ERRCODE = 'object_not_in_prerequisite_state',
      DETAIL = untold.error, HINT = 'Stage those files again once the target is mended. A shipper older than the migrations knows nothing of it: update it.';
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.require_deferred_are_told() IS 'Refuses to go on while deferred files of this transaction have not been asked for.';

CREATE FUNCTION ingest.refuse_untold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_deferred_are_told();
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.refuse_untold() IS 'Trigger of ingest.deferred: require_deferred_are_told() at COMMIT.';

CREATE CONSTRAINT TRIGGER deferred_are_told AFTER INSERT ON ingest.deferred DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ingest.refuse_untold();
COMMENT ON TRIGGER deferred_are_told ON ingest.deferred IS 'Without it a shipper that does not ask would acknowledge files that were not loaded.';
