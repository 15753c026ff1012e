-- Objects whose newer version tells what is no more: docs/deletes.md.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN on_replaced text NOT NULL DEFAULT 'keep', ADD CONSTRAINT dataset_on_replaced CHECK (on_replaced IN ('keep', 'delete_missing'));
COMMENT ON COLUMN ingest.dataset.on_replaced IS 'Fate of the rows that a former version of an object brought and its newer one does not: keep, or delete_missing.';

ALTER TABLE ingest.file ADD COLUMN rows_removed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.file.rows_removed IS 'Rows of former versions of the object that this one does not bring, and that went (on_replaced). They are no records of it.';
ALTER TABLE ingest.file_dataset ADD COLUMN rows_removed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.file_dataset.rows_removed IS 'Rows of former versions of the object that this one does not bring, and that went (on_replaced). They are no records of it.';
ALTER TABLE ingest.batch ADD COLUMN rows_removed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.batch.rows_removed IS 'Rows of former versions of objects that their newer ones do not bring, and that went (on_replaced). They are no records.';
