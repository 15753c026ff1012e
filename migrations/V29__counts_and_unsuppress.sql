-- What an operator is told of children and of erased people, and keys that are let in again. docs/operating.md, docs/erasing.md.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.batch ADD COLUMN child_rows_loaded bigint NOT NULL DEFAULT 0, ADD COLUMN child_rows_rejected bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.batch.child_rows_loaded IS 'Rows of children inside its records, which are in none of the counts of records; ingest.file.child_rows has them by dataset.';
COMMENT ON COLUMN ingest.batch.child_rows_rejected IS 'Children that were left out of a record that is loaded (on_child_error).';

-- Hardly a file has such records. Those of ingest.file have their index in migrations/indexes/.
CREATE INDEX file_dataset_suppressed_idx ON ingest.file_dataset (dataset, received_at) INCLUDE (rows_suppressed) WHERE rows_suppressed > 0;

ALTER TABLE ingest.erasure ADD COLUMN action text NOT NULL DEFAULT 'erase', ADD CONSTRAINT erasure_action CHECK (action IN ('erase', 'unsuppress'));
COMMENT ON TABLE ingest.erasure IS 'Calls of ingest_erase() and ingest_unsuppress(), without any of the data: one row each.';
COMMENT ON COLUMN ingest.erasure.action IS 'erase: ingest_erase(). unsuppress: ingest_unsuppress(), by which keys may come back.';
COMMENT ON COLUMN ingest.erasure.keys IS 'How many keys were named.';
COMMENT ON COLUMN ingest.erasure.suppressed IS 'Whether records of these keys are left out from then on. False where they may come back.';
COMMENT ON COLUMN ingest.erasure.counts IS 'Counts by place, as the function returned them.';
