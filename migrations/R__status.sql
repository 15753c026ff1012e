-- pg_ingest 0.2.0
-- What the pipeline says of itself.

-- What the files of migrations/indexes/ want, for those who made the migrations without them: Flyway cannot make such indexes.
CREATE FUNCTION ingest.large_indexes() RETURNS TABLE (name text, statement text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  VALUES ('file_dataset_idx', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS file_dataset_idx ON ingest.file (dataset, received_at) INCLUDE (status)'),
    ('file_open_idx', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS file_open_idx ON ingest.file (dataset, received_at) INCLUDE (rows_rejected, file_id) WHERE status IN (''partially_loaded'', ''load_failed'') AND dismissed_at IS NULL'),
    ('file_status_idx', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS file_status_idx ON ingest.file (status, received_at, file_id) WHERE status <> ''loaded'''),
    ('file_suppressed_idx', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS file_suppressed_idx ON ingest.file (dataset, received_at) INCLUDE (rows_suppressed) WHERE rows_suppressed > 0')
$$;
COMMENT ON FUNCTION ingest.large_indexes()
  IS 'The indexes of tables that may be large, which are made behind the migrations, with the statement that makes each.';

CREATE FUNCTION ingest.missing_indexes() RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  -- What broke off is dropped first: IF NOT EXISTS would leave it as it is.
  SELECT coalesce(jsonb_agg(CASE WHEN i.indexrelid IS NULL THEN '' ELSE format('DROP INDEX CONCURRENTLY ingest.%I; ', x.name) END || x.statement ORDER BY x.name), '[]')
  FROM ingest.large_indexes() AS x
  LEFT JOIN pg_class AS c ON c.relname = x.name AND c.relnamespace = 'ingest'::regnamespace LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
  WHERE (i.indisvalid AND i.indisready) IS NOT TRUE
$$;
COMMENT ON FUNCTION ingest.missing_indexes() IS 'The statements that make the indexes of large_indexes() which are not there, or not whole.';

CREATE FUNCTION public.ingest_staged() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT count(*) FROM (SELECT FROM ingest.staging LIMIT 100000) AS capped
$$;
COMMENT ON FUNCTION public.ingest_staged() IS 'How many files lie in ingest.staging, counted to 100,000 at most.';

CREATE FUNCTION public.ingest_status() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT jsonb_build_object(
    'schema_version', ingest.version(),
    'engine', ingest.engine_in_force(),
    'engine_chosen', ingest.setting('engine'),
    -- Told where somebody counts on the native engine: it was chosen, or its extension is there.
    'native_problem', CASE WHEN ingest.setting('engine') = 'native' OR ingest.setting('engine') = 'auto'
      AND EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN ingest.native_problem() END,
    'extension', (SELECT extversion FROM pg_extension WHERE extname = 'pg_ingest'),
    'missing_indexes', ingest.missing_indexes(),
    'forgotten_before', (SELECT p.before FROM ingest.pruned AS p),
    'datasets', coalesce((SELECT jsonb_agg(jsonb_build_object('name', d.name, 'prefix', d.prefix, 'bucket', d.bucket, 'target',
      d.target::text, 'load_mode', d.load_mode, 'enabled', d.enabled,
      'problems', to_jsonb(array_remove(ARRAY[ingest.dataset_problem(d.name)], NULL)),
      'warnings', to_jsonb(array_remove(ARRAY[CASE WHEN d.on_unknown = 'evolve' THEN ingest.evolution_problem(d.target, coalesce(d.loader, 'ingest_loader')) END], NULL))) ORDER BY d.name)
      -- A child has no files of its own, and its problems are its parent's.
      FROM ingest.dataset AS d WHERE d.parent IS NULL), '[]'),
    -- Without the error's text, which may quote a record: a shipper's login may call this.
    'faults', coalesce((SELECT jsonb_agg(jsonb_build_object('dataset', x.dataset, 'since', x.since, 'sqlstate', x.sqlstate, 'files', x.files)
      ORDER BY x.dataset) FROM ingest.dataset_fault AS x), '[]'),
    'open_rejects', (SELECT count(*) FROM (SELECT FROM ingest.rejected_record AS r WHERE r.replayed_at IS NULL LIMIT 100000) AS capped),
    -- But for those that a disabled dataset keeps. Their last 1,000, so that it costs the same however many there are.
    'no_dataset', (SELECT count(*) FROM (SELECT f.bucket, f.key FROM ingest.file AS f WHERE f.status = 'no_dataset'
      AND f.received_at > clock_timestamp() - interval '1 day' AND f.dismissed_at IS NULL ORDER BY f.received_at DESC LIMIT 1000) AS n
      WHERE NOT EXISTS (SELECT FROM ingest.match_dataset(n.bucket, n.key) AS m CROSS JOIN LATERAL ingest.sharing(m) AS s JOIN ingest.dataset AS d ON d.name = s AND NOT d.enabled)),
    'drift', (SELECT count(*) FROM (SELECT FROM ingest.schema_drift AS s WHERE s.acknowledged_at IS NULL LIMIT 100000) AS capped),
    -- By reason, however many datasets there are. Without keys: a shipper's login may call this.
    'ignored_removals', coalesce((SELECT jsonb_agg(jsonb_build_object('reason', i.reason, 'removals', i.removals, 'datasets', i.datasets, 'last_seen', i.last_seen) ORDER BY i.reason)
      FROM (SELECT x.reason, sum(x.removals) AS removals, array_length(array_agg(x.dataset) FILTER (WHERE x.dataset <> ''), 1) AS datasets, max(x.last_seen) AS last_seen
        FROM ingest.ignored_removal AS x WHERE x.last_seen > clock_timestamp() - interval '1 day' GROUP BY x.reason) AS i), '[]'),
    'staged', public.ingest_staged(),
    -- Also what open transactions have staged, which no query sees.
    'staging_bytes', pg_total_relation_size('ingest.staging'),
    -- When and in which state: to members of pg_read_all_stats alone.
    'open_batches', coalesce((SELECT jsonb_agg(jsonb_build_object('pid', a.pid, 'login', a.usename, 'since', a.xact_start, 'state', a.state,
      'seconds', floor(extract(epoch FROM clock_timestamp() - a.xact_start))::bigint) ORDER BY a.xact_start, a.pid)
      FROM pg_stat_activity AS a WHERE a.pid <> pg_backend_pid() AND a.pid IN (SELECT l.pid FROM pg_locks AS l
        WHERE l.locktype = 'relation' AND l.relation = 'ingest.staging'::regclass AND l.mode = 'RowExclusiveLock' AND l.granted
          AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()))), '[]'))
$$;
COMMENT ON FUNCTION public.ingest_status()
  IS 'Release, engine, datasets with their problems, targets at fault, open rejects, new drift and staged files (each counted to 100,000 at most), the size of ingest.staging and the transactions that have files staged. Problems keep a dataset from being loaded; warnings say why no columns come to one that is to evolve. missing_indexes: the statements that make what migrations/indexes/ wants and is not there, or broke off. Of the last day''s newest 1,000 files that no dataset took, those that no disabled one keeps are counted. ignored_removals: removals that changed nothing, by reason. forgotten_before: what was received before and is not in the ledger may have been forgotten by ingest_prune().';
