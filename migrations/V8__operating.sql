-- What an operator looks after: how often files are expected, rejects that were given up, and each dataset's newest files.
LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN expected_every interval,
  ADD CONSTRAINT dataset_expected_every CHECK (expected_every >= interval '1 second');
COMMENT ON COLUMN ingest.dataset.expected_every IS 'A file is expected this often; ingest_health() says late when none came for longer. Null: whenever one comes.';

ALTER TABLE ingest.rejected_record ADD COLUMN dismissed_reason text;
COMMENT ON COLUMN ingest.rejected_record.dismissed_reason IS 'Why ingest_dismiss() gave it up, at replayed_at; null where nobody did.';
COMMENT ON COLUMN ingest.rejected_record.replayed_at IS 'When ingest_replay() loaded it or ingest_dismiss() gave it up; null while it is open.';

ALTER TABLE ingest.file ADD COLUMN dismissed_at timestamptz;
COMMENT ON COLUMN ingest.file.dismissed_at IS 'When nothing of it was left open though it was not loaded whole, since ingest_dismiss() gave it up or some of its rejects.';

-- The newest files are counted from the index alone once a vacuum has seen them. One is due with each 1 % of new ones; it reads
-- the new pages and no others.
ALTER TABLE ingest.file SET (autovacuum_vacuum_insert_scale_factor = 0.01);
