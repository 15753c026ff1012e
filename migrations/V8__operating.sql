-- What an operator looks after: how often files are expected, rejects that were given up, and each dataset's newest files.
LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN expected_every interval,
  ADD CONSTRAINT dataset_expected_every CHECK (expected_every >= interval '1 second');
COMMENT ON COLUMN ingest.dataset.expected_every IS 'A file is expected this often; ingest_health() says late when none came for longer. Null: whenever one comes.';

ALTER TABLE ingest.rejected_record ADD COLUMN dismissed_reason text;
COMMENT ON COLUMN ingest.rejected_record.dismissed_reason IS 'Why ingest_dismiss() gave it up, at replayed_at; null where nobody did.';
COMMENT ON COLUMN ingest.rejected_record.replayed_at IS 'When ingest_replay() loaded it or ingest_dismiss() gave it up; null while it is open.';

-- Where the ledger is large, these are made beforehand, without a lock (docs/upgrading.md).
ALTER TABLE ingest.file ADD COLUMN IF NOT EXISTS dismissed_at timestamptz;
COMMENT ON COLUMN ingest.file.dismissed_at IS 'When nothing of it was left open though it was not loaded whole, since ingest_dismiss() gave it up or some of its rejects.';

-- An index that was made beforehand and broke off is no index: IF NOT EXISTS would take it for one.
DO $$
DECLARE
  broken regclass;
BEGIN
  FOR broken IN SELECT i.indexrelid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'ingest.file'::regclass AND NOT i.indisvalid AND c.relname IN ('file_dataset_idx', 'file_open_idx')
  LOOP
    EXECUTE format('DROP INDEX %s', broken);
  END LOOP;
END
$$;
CREATE INDEX IF NOT EXISTS file_dataset_idx ON ingest.file (dataset, received_at) INCLUDE (status);
CREATE INDEX IF NOT EXISTS file_open_idx ON ingest.file (dataset, received_at) INCLUDE (rows_rejected)
  WHERE status IN ('partially_loaded', 'load_failed', 'no_dataset') AND dismissed_at IS NULL;
-- The newest files are counted from the index alone once a vacuum has seen them. One is due with each 1 % of new ones; it reads
-- the new pages and no others.
ALTER TABLE ingest.file SET (autovacuum_vacuum_insert_scale_factor = 0.01);
