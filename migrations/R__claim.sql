-- pg_ingest 0.2.0
-- Claiming staged files and matching them with their datasets.

-- PL/pgSQL keeps its plans for the session; what is written in SQL and cannot be put in place of its call is parsed and
-- planned at every call. So is all else here that a batch calls.
CREATE FUNCTION ingest.setting(of_name text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT s.value FROM ingest.setting AS s WHERE s.name = of_name);
END
$$;
COMMENT ON FUNCTION ingest.setting(text) IS 'The value of a setting of the pipeline.';

-- Neither STRICT nor with settings of its own: for use in FROM, where the planner puts the query in place of the call. How long
-- prefixes are is then asked once. Prefixes of each length are looked up by index, so a thousand datasets cost what ten do.
CREATE FUNCTION ingest.match_dataset(of_bucket text, of_key text) RETURNS SETOF text
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT d.name FROM pg_catalog.unnest(ARRAY(SELECT DISTINCT pg_catalog.length(x.prefix) FROM ingest.dataset AS x)) AS u (n)
  JOIN ingest.dataset AS d ON d.prefix = pg_catalog.left(of_key, u.n)
  WHERE d.bucket IS NULL OR d.bucket = of_bucket
  ORDER BY pg_catalog.length(d.prefix) DESC, d.bucket NULLS LAST, d.share_prefix DESC, d.name LIMIT 1
$$;
COMMENT ON FUNCTION ingest.match_dataset(text, text)
  IS 'The dataset that a key belongs to, if any: the longest matching prefix, before a bucket of its own. Of several that share it the first that says so: members() has the others.';

CREATE FUNCTION ingest.held_body(held bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN
    RAISE EXCEPTION 'a row of ingest.staging came with held = %, which only the extension pg_ingest gives', held
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Stage the file again, with its body and no value of held.';
  END IF;
  IF NOT has_function_privilege('ingest_native.held_body(bigint)', 'EXECUTE') THEN
    RETURN ingest.handed_body(held);
  END IF;
  RETURN ingest_native.held_body(held);
END
$$;
COMMENT ON FUNCTION ingest.held_body(bigint) IS 'A body that this session holds in memory in place of storing it.';

-- A definer: a loader of its own could else ask for any number.
CREATE FUNCTION ingest.handed_body(held bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.handed_over AS h WHERE handed_body.held = ANY (h.held)) THEN
    RAISE EXCEPTION 'body % is not handed over; expected one of the files that are being loaded', held USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN ingest_native.held_body(held);
END
$$;
COMMENT ON FUNCTION ingest.handed_body(bigint) IS 'Such a body, of the files that are handed over to the loader whose dataset is being loaded.';

-- The planner puts both in place of their calls: what is stored is read as if they were not there.
CREATE FUNCTION ingest.staged_body(body bytea, held bigint) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $2 IS NULL THEN $1 ELSE ingest.held_body($2) END
$$;
COMMENT ON FUNCTION ingest.staged_body(bytea, bigint) IS 'The bytes of a row of ingest.staging, stored or held.';

CREATE FUNCTION ingest.staged_bytes(body bytea, held bigint, size bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $2 IS NULL THEN pg_catalog.octet_length($1)::bigint ELSE $3 END
$$;
COMMENT ON FUNCTION ingest.staged_bytes(bytea, bigint, bigint)
  IS 'The length of the bytes of a row of ingest.staging; a held body''s is the row''s size.';

-- Plans are made once a session, perhaps while staging and ledger are empty. What looks up rows of theirs has scans switched
-- off: by index or place, whatever the size.
CREATE FUNCTION ingest.claimed_files(staged tid[]) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  RETURN ARRAY(SELECT ROW(
      row_number() OVER (ORDER BY c.source_time NULLS FIRST, c.sequence NULLS FIRST, c.key COLLATE "C", c.bucket)::integer,
      nextval('ingest.file_file_id_seq'), c.staged, c.dataset, c.bucket, c.key, c.version_id,
      coalesce(c.etag, (SELECT md5(ingest.staged_body(s.body, s.held)) FROM ingest.staging AS s WHERE s.ctid = c.staged)), c.sequencer,
      coalesce(c.size, c.body_bytes), c.event_time, c.last_modified, c.source_time, NULL, c.body_bytes, NULL, c.error_code,
      NULL, NULL)::ingest.claimed_file
    FROM (SELECT s.ctid AS staged, d.name AS dataset, s.bucket, s.key, nullif(nullif(s.version_id, ''), 'null') AS version_id,
        btrim(s.etag, '"') AS etag, s.sequencer, ingest.sequencer_order(s.sequencer) AS sequence, s.size, s.event_time, s.last_modified,
        greatest(s.event_time, s.last_modified) AS source_time, ingest.staged_bytes(s.body, s.held, s.size) AS body_bytes, s.error_code
      FROM ingest.staging AS s LEFT JOIN LATERAL ingest.match_dataset(s.bucket, s.key) AS d (name) ON true
      WHERE s.ctid = ANY (claimed_files.staged)) AS c
    ORDER BY c.source_time NULLS FIRST, c.sequence NULLS FIRST, c.key COLLATE "C", c.bucket);
END
$$;
COMMENT ON FUNCTION ingest.claimed_files(tid[]) IS 'Staged files as one unit: matched with their datasets and numbered from the oldest on.';

CREATE FUNCTION ingest.cut_units(staged tid[]) RETURNS ingest.unit[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  unit_bytes bigint := ingest.setting('unit_bytes');
  unit_files bigint := ingest.setting('unit_files');
BEGIN
  RETURN ARRAY(WITH ranked AS (
    SELECT s.ctid AS staged, s.bucket, s.key, ingest.staged_bytes(s.body, s.held, s.size) AS body_bytes,
      row_number() OVER (PARTITION BY s.bucket, s.key ORDER BY ingest.sequencer_order(s.sequencer) NULLS FIRST,
        s.last_modified NULLS FIRST, s.event_time NULLS FIRST, s.ctid) AS round
    FROM ingest.staging AS s WHERE s.ctid = ANY (cut_units.staged)
  ), cut AS (
    SELECT r.staged, r.round, trunc(coalesce(sum(coalesce(r.body_bytes, 0)) OVER w, 0)::numeric / unit_bytes)::bigint
      + count(*) OVER w / unit_files AS part
    FROM ranked AS r WINDOW w AS (PARTITION BY r.round ORDER BY r.bucket, r.key COLLATE "C" ROWS BETWEEN UNBOUNDED PRECEDING
      AND 1 PRECEDING)
  ), units AS (
    SELECT c.round, c.part, array_agg(c.staged) AS staged FROM cut AS c GROUP BY c.round, c.part ORDER BY c.round, c.part
  )
  SELECT ROW(ingest.claimed_files(u.staged))::ingest.unit FROM units AS u ORDER BY u.round, u.part);
END
$$;
COMMENT ON FUNCTION ingest.cut_units(tid[]) IS 'Cuts staged files into units, older entries of a key in earlier ones.';

-- Under an id that no batch has: nobody claims it, whoever called this. It is taken back by the search that it was made for.
CREATE FUNCTION ingest.stage_part(content bytea) RETURNS tid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  WITH part AS (INSERT INTO ingest.staging (batch_id, key, body) VALUES ('00000000-0000-0000-0000-000000000000', '', content) RETURNING ctid),
    -- A loader of its own may read what it was handed over, and this is a part of it.
    own AS (UPDATE ingest.handed_over AS h SET staged = h.staged || p.ctid FROM part AS p)
  SELECT p.ctid FROM part AS p
$$;
COMMENT ON FUNCTION ingest.stage_part(bytea) IS 'Stages part of a file again, for the search for records that a target refuses; its place in ingest.staging.';

-- Code of a target may call stage_part() too, and nobody would ever claim what it left.
CREATE FUNCTION ingest.forget_parts() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  DELETE FROM ingest.staging AS s WHERE s.ctid = ANY (ARRAY(SELECT x.ctid FROM ingest.staging AS x
    WHERE x.batch_id = '00000000-0000-0000-0000-000000000000' FOR UPDATE SKIP LOCKED));
END
$$;
COMMENT ON FUNCTION ingest.forget_parts() IS 'Takes away parts of files that are staged outside of a search. To be called behind all that runs code of a target.';

CREATE FUNCTION ingest.claim_units(batch uuid) RETURNS ingest.unit[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  c record;
BEGIN
  -- A statement each: one for both could be planned only as a scan of all that anybody has staged.
  IF batch = '00000000-0000-0000-0000-000000000000' THEN
    RAISE EXCEPTION 'no batch has the id %', batch USING ERRCODE = 'invalid_parameter_value', HINT = 'Make one by gen_random_uuid().';
  ELSIF batch IS NULL THEN
    SELECT array_agg(s.ctid) AS staged, count(DISTINCT s.key COLLATE "C") AS keys, sum(s.body_bytes) AS bytes INTO c
    FROM (SELECT x.ctid, x.key, ingest.staged_bytes(x.body, x.held, x.size) AS body_bytes FROM ingest.staging AS x
      WHERE x.batch_id IS DISTINCT FROM '00000000-0000-0000-0000-000000000000' FOR UPDATE SKIP LOCKED) AS s;
  ELSE
    SELECT array_agg(s.ctid) AS staged, count(DISTINCT s.key COLLATE "C") AS keys, sum(s.body_bytes) AS bytes INTO c
    FROM (SELECT x.ctid, x.key, ingest.staged_bytes(x.body, x.held, x.size) AS body_bytes FROM ingest.staging AS x WHERE x.batch_id = batch
      FOR UPDATE SKIP LOCKED) AS s;
  END IF;
  IF c.staged IS NULL THEN
    RETURN '{}';
  -- The common batch is one unit, without being sorted by key to find out.
  ELSIF cardinality(c.staged) = c.keys AND c.keys <= ingest.setting('unit_files')::bigint
    AND coalesce(c.bytes, 0) <= ingest.setting('unit_bytes')::bigint THEN
    RETURN ARRAY[ROW(ingest.claimed_files(c.staged))::ingest.unit];
  END IF;
  RETURN ingest.cut_units(c.staged);
END
$$;
COMMENT ON FUNCTION ingest.claim_units(uuid)
  IS 'Locks what is staged (of one batch, or all that nobody else holds) and cuts it into units, older entries of a key in earlier ones.';
