-- pg_ingest 0.2.0
-- What a loader of its own sees of the pipeline's tables: its datasets, the files that are handed over to it, keys of its own.

-- The predicates name pg_catalog alone: who loads may have any search_path in its own code. A view computes as whoever asks and
-- reads as its owner, so current_user is the loader.

-- security_barrier: no condition of the loader's own sees a row before this one has let it pass. A place is looked up all the same.
CREATE VIEW ingest.own_staging WITH (security_barrier) AS
  SELECT s.ctid AS staged, s.body, s.held FROM ingest.staging AS s
  WHERE current_user IN ('ingest_loader', 'ingest_owner') OR EXISTS (SELECT FROM ingest.handed_over AS h WHERE h.loader = current_user AND s.ctid = ANY (h.staged));
COMMENT ON VIEW ingest.own_staging IS 'Staged files as who loads may read them: ingest_loader all, a loader of its own those that are handed over to it.';
COMMENT ON COLUMN ingest.own_staging.staged IS 'The place of the file in ingest.staging.';
COMMENT ON COLUMN ingest.own_staging.body IS 'Its bytes.';
COMMENT ON COLUMN ingest.own_staging.held IS 'The number of a body that the session holds in memory.';

CREATE VIEW ingest.own_file WITH (security_barrier) AS
  SELECT f.file_id, f.key FROM ingest.file AS f
  -- Rows of another loader's files stand in a table that both load into, and which is the newer goes by their keys.
  WHERE current_user IN ('ingest_loader', 'ingest_owner') OR EXISTS (SELECT FROM ingest.dataset AS d
    WHERE (d.name = f.dataset OR EXISTS (SELECT FROM ingest.file_dataset AS s WHERE s.file_id = f.file_id AND s.dataset = d.name))
      AND (d.loader = current_user OR d.target IN (SELECT o.target FROM ingest.dataset AS o WHERE o.loader = current_user)));
COMMENT ON VIEW ingest.own_file IS 'Keys in the ledger as who loads may read them: ingest_loader all, a loader of its own those of datasets into its targets.';
COMMENT ON COLUMN ingest.own_file.file_id IS 'The file.';
COMMENT ON COLUMN ingest.own_file.key IS 'Its key.';

CREATE VIEW ingest.own_file_dataset WITH (security_barrier) AS
  SELECT x.file_id, x.dataset, d.target FROM (SELECT f.file_id, f.dataset FROM ingest.file AS f UNION ALL SELECT s.file_id, s.dataset FROM ingest.file_dataset AS s) AS x
  JOIN ingest.dataset AS d ON d.name = x.dataset
  WHERE current_user IN ('ingest_loader', 'ingest_owner') OR d.loader = current_user OR d.target IN (SELECT o.target FROM ingest.dataset AS o WHERE o.loader = current_user);
COMMENT ON VIEW ingest.own_file_dataset IS 'Which datasets brought such files, as the ledger has it.';
COMMENT ON COLUMN ingest.own_file_dataset.file_id IS 'The file.';
COMMENT ON COLUMN ingest.own_file_dataset.dataset IS 'A dataset that it was loaded by.';
COMMENT ON COLUMN ingest.own_file_dataset.target IS 'The table of that dataset.';

CREATE VIEW ingest.own_dataset WITH (security_barrier) AS
  SELECT d.* FROM ingest.dataset AS d
  WHERE NOT EXISTS (SELECT FROM ingest.loader AS l WHERE l.role = current_user) OR d.loader = current_user;
COMMENT ON VIEW ingest.own_dataset IS 'The datasets, to a loader of its own those that name it. The columns are those of ingest.dataset.';

CREATE VIEW ingest.own_mapping WITH (security_barrier) AS
  SELECT m.* FROM ingest.column_mapping AS m
  WHERE NOT EXISTS (SELECT FROM ingest.loader AS l WHERE l.role = current_user)
    OR EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = m.dataset AND d.loader = current_user);
COMMENT ON VIEW ingest.own_mapping IS 'The mappings of such datasets. The columns are those of ingest.column_mapping.';

CREATE VIEW ingest.own_compiled WITH (security_barrier) AS
  SELECT c.* FROM ingest.compiled_dataset AS c
  WHERE NOT EXISTS (SELECT FROM ingest.loader AS l WHERE l.role = current_user)
    OR EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = c.dataset AND d.loader = current_user);
COMMENT ON VIEW ingest.own_compiled IS 'Such datasets, compiled. The columns are those of ingest.compiled_dataset.';

CREATE VIEW ingest.own_tombstone WITH (security_barrier) AS
  SELECT t.* FROM ingest.tombstone AS t
  WHERE current_user IN ('ingest_loader', 'ingest_owner') OR EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = t.dataset AND d.loader = current_user);
COMMENT ON VIEW ingest.own_tombstone IS 'Tombstones as who loads may read them: ingest_loader all, a loader of its own those of its datasets. The columns are those of ingest.tombstone.';

CREATE VIEW ingest.own_suppression WITH (security_barrier) AS
  SELECT s.* FROM ingest.suppression AS s
  WHERE current_user IN ('ingest_loader', 'ingest_owner') OR EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = s.dataset AND d.loader = current_user);
COMMENT ON VIEW ingest.own_suppression IS 'Datasets with suppressed keys as who loads may read them: ingest_loader all, a loader of its own its datasets. The columns are those of ingest.suppression.';

CREATE VIEW ingest.own_suppressed_key WITH (security_barrier) AS
  SELECT s.* FROM ingest.suppressed_key AS s
  WHERE current_user IN ('ingest_loader', 'ingest_owner') OR EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = s.dataset AND d.loader = current_user);
COMMENT ON VIEW ingest.own_suppressed_key IS 'Suppressed keys of these. The columns are those of ingest.suppressed_key.';

-- Their columns mean what the tables' do.
DO $$
DECLARE
  c record;
BEGIN
  FOR c IN SELECT v.attrelid, v.attname, col_description(t.oid, a.attnum) AS said
    FROM (VALUES ('own_dataset', 'dataset'), ('own_mapping', 'column_mapping'), ('own_compiled', 'compiled_dataset'), ('own_tombstone', 'tombstone'),
        ('own_suppression', 'suppression'), ('own_suppressed_key', 'suppressed_key')) AS x (view, of_table)
    JOIN pg_class AS t ON t.oid = format('ingest.%I', x.of_table)::regclass JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_attribute AS v ON v.attrelid = format('ingest.%I', x.view)::regclass AND v.attname = a.attname
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', c.attrelid::regclass, c.attname, c.said);
  END LOOP;
END
$$;
