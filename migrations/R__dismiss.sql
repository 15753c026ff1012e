-- pg_ingest 0.2.0
-- Which rejects are meant, and giving them up for good.

CREATE FUNCTION ingest.rejects_meant(dataset text, file_id bigint, error_code text, key_prefix text, since timestamptz, until timestamptz, at_most bigint)
RETURNS ingest.rejects_meant
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF at_most < 1 OR since >= until THEN
    RAISE EXCEPTION 'at_most is %, since % and until %; expected at least 1, and since before until', coalesce(at_most::text, 'null'),
      coalesce(since::text, 'null'), coalesce(until::text, 'null') USING ERRCODE = 'invalid_parameter_value';
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

CREATE FUNCTION public.ingest_dismiss(dataset text DEFAULT NULL, file_id bigint DEFAULT NULL, error_code text DEFAULT NULL, key_prefix text DEFAULT NULL,
  since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, at_most bigint DEFAULT NULL, reason text DEFAULT NULL,
  OUT files bigint, OUT rejects bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  meant ingest.rejects_meant := ingest.rejects_meant(dataset, file_id, error_code, key_prefix, since, until, at_most);
  touched bigint[];
BEGIN
  IF coalesce(btrim(reason), '') = '' THEN
    RAISE EXCEPTION 'reason is missing; expected why these rejects are given up' USING ERRCODE = 'invalid_parameter_value',
      HINT = 'It is kept in ingest.rejected_record.dismissed_reason. Nothing was changed.';
  END IF;
  WITH chosen AS MATERIALIZED (
    -- Locked in the order of their numbers, as everybody does.
    SELECT r.reject_id FROM ingest.rejected_record AS r JOIN ingest.file AS f ON f.file_id = r.file_id
    WHERE r.replayed_at IS NULL AND ingest.is_meant(meant, r, f.key) AND (meant.dataset IS NULL OR f.dataset = meant.dataset)
    ORDER BY r.reject_id LIMIT meant.at_most FOR UPDATE OF r
  ), given_up AS (
    UPDATE ingest.rejected_record AS r SET replayed_at = clock_timestamp(), dismissed_reason = btrim(ingest_dismiss.reason)
    FROM chosen AS c WHERE r.reject_id = c.reject_id RETURNING r.file_id
  )
  SELECT count(*), array_agg(DISTINCT g.file_id) INTO rejects, touched FROM given_up AS g;
  UPDATE ingest.file AS f SET dismissed_at = clock_timestamp()
  WHERE f.file_id = ANY (touched) AND NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = f.file_id AND r.replayed_at IS NULL);
  files := coalesce(cardinality(touched), 0);
END
$$;
COMMENT ON FUNCTION public.ingest_dismiss(text, bigint, text, text, timestamptz, timestamptz, bigint, text)
  IS 'Gives up open rejects for good, and keeps the reason. They stay in quarantine with their bytes until ingest_prune(), and ingest_replay() leaves them out.
dataset: Only rejects of this dataset.
file_id: Only this file, by its number in ingest.file.
error_code: Only rejects with this code.
key_prefix: Only files whose key begins with this.
since: Only rejects from this time on.
until: Only rejects before this time.
at_most: At most so many, the oldest first. Null: all.
reason: Why they are given up. It is required.
files: Files with rejects that were given up.
rejects: Rejects that were given up.';
