-- pg_ingest 0.2.0
-- Which rejects are meant, and giving them up for good.

CREATE FUNCTION ingest.rejects_meant(dataset text, file_id bigint, error_code text, key_prefix text, since timestamptz, until timestamptz, at_most bigint)
RETURNS ingest.rejects_meant
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF at_most < 1 OR since >= until THEN
    RAISE EXCEPTION 'at_most is %, since % and until %; expected at least 1, and since before until', coalesce(at_most::text, 'null'),
      coalesce(since::text, 'null'), coalesce(until::text, 'null') USING ERRCODE = 'invalid_parameter_value';
  ELSIF error_code !~ '^sqlstate_[0-9A-Z]{5}$' AND NOT EXISTS (SELECT FROM ingest.codes() AS c WHERE c.class = 'reject' AND c.code = rejects_meant.error_code) THEN
    RAISE EXCEPTION 'there is no code %', error_code USING ERRCODE = 'invalid_parameter_value',
      HINT = 'SELECT DISTINCT error_code FROM ingest.rejected_record lists those that quarantine has.';
  END IF;
  RETURN ROW(dataset, file_id, error_code, key_prefix, since, until, at_most)::ingest.rejects_meant;
END
$$;
COMMENT ON FUNCTION ingest.rejects_meant(text, bigint, text, text, timestamptz, timestamptz, bigint)
  IS 'The filters of ingest_replay() and ingest_dismiss(), checked. What is null filters nothing.';

CREATE FUNCTION ingest.is_meant(meant ingest.rejects_meant, reject ingest.rejected_record, key text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT (meant.file_id IS NULL OR reject.file_id = meant.file_id) AND (meant.error_code IS NULL OR reject.error_code = meant.error_code)
    AND (meant.key_prefix IS NULL OR pg_catalog.starts_with(key, meant.key_prefix))
    AND (meant.since IS NULL OR reject.rejected_at >= meant.since) AND (meant.until IS NULL OR reject.rejected_at < meant.until)
$$;
COMMENT ON FUNCTION ingest.is_meant(ingest.rejects_meant, ingest.rejected_record, text)
  IS 'Whether a reject is among those meant, its dataset aside.';

CREATE FUNCTION ingest.is_file_meant(meant ingest.rejects_meant, whole ingest.rejected_record, key text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT ingest.is_meant(meant, whole, key) OR EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = whole.file_id
    AND r.record_no > 0 AND r.replayed_at IS NULL AND r.dataset IS NOT DISTINCT FROM whole.dataset AND ingest.is_meant(meant, r, key))
$$;
COMMENT ON FUNCTION ingest.is_file_meant(ingest.rejects_meant, ingest.rejected_record, text)
  IS 'Whether a file that is kept whole is among those meant: by its own reject, or by an open one of its records.';

-- A file that was skipped whole is one thing: without its whole body its good records could not be loaded any more, and its records
-- are replayed out of it. A code is one record's, so it takes no such file, unless that is named.
CREATE FUNCTION ingest.may_be_given_up(meant ingest.rejects_meant, reject ingest.rejected_record, key text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN reject.record_no > 0 THEN ingest.is_meant(meant, reject, key) AND NOT EXISTS (SELECT FROM ingest.rejected_record AS w
      WHERE w.file_id = reject.file_id AND w.record_no = 0 AND w.replayed_at IS NULL AND w.dataset IS NOT DISTINCT FROM reject.dataset)
    ELSE ingest.is_file_meant(meant, reject, key) AND (meant.error_code IS NULL OR meant.file_id IS NOT NULL
      OR NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = reject.file_id AND r.record_no > 0
        AND r.dataset IS NOT DISTINCT FROM reject.dataset)) END
$$;
COMMENT ON FUNCTION ingest.may_be_given_up(ingest.rejects_meant, ingest.rejected_record, text)
  IS 'Whether ingest_dismiss() may take an open reject for itself; the rejects of a file that is kept whole go with that.';

CREATE FUNCTION ingest.settle_given_up(of_files bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  UPDATE ingest.file_dataset AS f SET dismissed_at = clock_timestamp()
  WHERE f.file_id = ANY (of_files) AND f.status <> 'loaded' AND f.dismissed_at IS NULL
    AND NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = f.file_id AND r.dataset = f.dataset AND r.replayed_at IS NULL);
  RETURN QUERY UPDATE ingest.file AS f SET dismissed_at = clock_timestamp()
    WHERE f.file_id = ANY (of_files) AND f.status <> 'loaded' AND f.dismissed_at IS NULL
      AND NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = f.file_id AND r.replayed_at IS NULL)
    RETURNING f.file_id;
END
$$;
COMMENT ON FUNCTION ingest.settle_given_up(bigint[]) IS 'Says of files of which nothing is open any more that they are settled, in each dataset too; which they are.';

CREATE FUNCTION public.ingest_dismiss(dataset text DEFAULT NULL, file_id bigint DEFAULT NULL, error_code text DEFAULT NULL, key_prefix text DEFAULT NULL,
  since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, at_most bigint DEFAULT NULL, reason text DEFAULT NULL,
  OUT files bigint, OUT rejects bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  meant ingest.rejects_meant := ingest.rejects_meant(dataset, file_id, error_code, key_prefix, since, until, at_most);
  chosen bigint[];
  empty bigint[];
  touched bigint[];
BEGIN
  IF coalesce(btrim(reason), '') = '' THEN
    RAISE EXCEPTION 'reason is missing; expected why these rejects are given up' USING ERRCODE = 'invalid_parameter_value',
      HINT = 'It is kept in ingest.rejected_record.dismissed_reason. Nothing was changed.';
  END IF;
  IF dataset IS NOT NULL THEN
    PERFORM ingest.require_dataset(dataset, true);
  END IF;
  PERFORM ingest.require_own_files(dataset, 'SELECT * FROM ingest_dismiss(%L, reason => …) gives its records up, with their children.');
  IF dataset IS NOT NULL THEN
    PERFORM ingest.share_out(meant);
  END IF;
  chosen := ARRAY(SELECT r.reject_id FROM ingest.rejected_record AS r JOIN ingest.file AS f ON f.file_id = r.file_id
    WHERE r.replayed_at IS NULL AND ingest.may_be_given_up(meant, r, f.key)
      AND (meant.dataset IS NULL OR coalesce(r.dataset, f.dataset, (SELECT m FROM ingest.match_dataset(f.bucket, f.key) AS m)) = meant.dataset)
    ORDER BY r.reject_id LIMIT meant.at_most);
  -- Failed, and nothing of it is open: a body that was never read, say.
  empty := ARRAY(SELECT f.file_id FROM ingest.file AS f
    WHERE f.status IN ('partially_loaded', 'load_failed', 'no_dataset') AND f.dismissed_at IS NULL
      AND (meant.dataset IS NULL OR coalesce(f.dataset, (SELECT m FROM ingest.match_dataset(f.bucket, f.key) AS m)) = meant.dataset
        OR EXISTS (SELECT FROM ingest.file_dataset AS s WHERE s.file_id = f.file_id AND s.dataset = meant.dataset))
      AND (meant.file_id IS NULL OR f.file_id = meant.file_id) AND (meant.error_code IS NULL OR f.error_code = meant.error_code)
      AND (meant.key_prefix IS NULL OR starts_with(f.key, meant.key_prefix))
      AND (meant.since IS NULL OR f.received_at >= meant.since) AND (meant.until IS NULL OR f.received_at < meant.until)
      AND NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = f.file_id AND r.replayed_at IS NULL)
    ORDER BY f.received_at LIMIT meant.at_most - cardinality(chosen));
  -- Ledger before quarantine, in the order of their numbers. Of two sessions that give up parts of one file, the second then sees
  -- what the first has done.
  PERFORM FROM ingest.file AS f WHERE f.file_id = ANY (empty || ARRAY(SELECT r.file_id FROM ingest.rejected_record AS r
    WHERE r.reject_id = ANY (chosen))) ORDER BY f.file_id FOR NO KEY UPDATE;
  WITH given_up AS (
    UPDATE ingest.rejected_record AS r SET replayed_at = clock_timestamp(), dismissed_reason = btrim(ingest_dismiss.reason)
    FROM (SELECT c.reject_id, c.file_id, c.record_no, c.dataset FROM ingest.rejected_record AS c WHERE c.reject_id = ANY (chosen)) AS c
    WHERE r.replayed_at IS NULL AND r.file_id = c.file_id AND (r.reject_id = c.reject_id OR c.record_no = 0 AND r.dataset IS NOT DISTINCT FROM c.dataset) RETURNING r.file_id
  )
  SELECT count(*), coalesce(array_agg(DISTINCT g.file_id), '{}') INTO rejects, touched FROM given_up AS g;
  files := cardinality(touched) + (SELECT count(*) FROM ingest.settle_given_up(touched || empty) AS s WHERE s <> ALL (touched));
END
$$;
COMMENT ON FUNCTION public.ingest_dismiss(text, bigint, text, text, timestamptz, timestamptz, bigint, text)
  IS 'Gives up open rejects for good, and keeps the reason. Failed files that keep nothing in quarantine are settled too. A file that was skipped whole is given up with all its rejects or not at all. Rejects stay in quarantine with their bytes until ingest_prune(), and ingest_replay() leaves them out.
dataset: Only rejects of this dataset.
file_id: Only this file, by its number in ingest.file.
error_code: Only rejects with this code. Files that were skipped whole are left out, unless file_id names one.
key_prefix: Only files whose key begins with this.
since: Only rejects from this time on.
until: Only rejects before this time.
at_most: At most so many, the oldest first; a file that was skipped whole counts as one. Null: all.
reason: Why they are given up. It is required.
files: Files that were given up, or some of their rejects.
rejects: Rejects that were given up.';
