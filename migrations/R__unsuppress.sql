-- pg_ingest 0.2.0
-- ingest_unsuppress(): keys that ingest_erase() keeps from coming back may come back. docs/erasing.md.

CREATE FUNCTION public.ingest_unsuppress(dataset text, keys jsonb, reason text, OUT erasure_id bigint, OUT keys_unsuppressed bigint, OUT keys_suppressed bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  d ingest.dataset;
  problem text;
  row_keys text[];
BEGIN
  IF coalesce(btrim(reason), '') = '' THEN
    RAISE EXCEPTION 'reason is missing; expected why these keys may come back' USING ERRCODE = 'invalid_parameter_value',
      HINT = 'It is kept in ingest.erasure. Nothing was changed.';
  END IF;
  d := ingest.settled_dataset(dataset, 'ingest_unsuppress');
  problem := coalesce(ingest.erase_problem(d), CASE WHEN NOT d.suppresses THEN 'none of its keys is suppressed' END);
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION 'no key of dataset % can be let in again: %', dataset, problem USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Nothing was changed.';
  END IF;
  row_keys := ingest.keys_given(d.target, keys);
  keys_unsuppressed := ingest.unsuppress_keys(d, row_keys);
  keys_suppressed := (SELECT count(*) FROM ingest.suppressed_key AS k WHERE k.dataset = d.name);
  INSERT INTO ingest.erasure AS e (dataset, action, erased_by, reason, keys, suppressed, counts)
  VALUES (d.name, 'unsuppress', session_user, btrim(reason), cardinality(row_keys), false,
    jsonb_build_object('keys_unsuppressed', keys_unsuppressed, 'keys_suppressed', keys_suppressed))
  RETURNING e.erasure_id INTO erasure_id;
END
$$;
COMMENT ON FUNCTION public.ingest_unsuppress(text, jsonb, text)
  IS 'Lets keys come back that ingest_erase() suppressed: records of theirs that come from now on are loaded. Nothing is kept of records that were left out before; pg-ingest backfill --again brings them from S3. ingest.erasure keeps the call.
dataset: The dataset that they were erased from.
keys: Primary keys of the target''s rows, as ingest_erase() takes them.
reason: Why, for ingest.erasure. It is required, and is to name nobody.
erasure_id: The entry in ingest.erasure.
keys_unsuppressed: Keys that were suppressed and are not any more.
keys_suppressed: Keys of the dataset that are suppressed still.';
