-- Objects that are removed, and the rows that they brought: docs/deletes.md.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN on_removed text NOT NULL DEFAULT 'keep', ADD CONSTRAINT dataset_on_removed CHECK (on_removed IN ('keep', 'delete_rows'));
COMMENT ON COLUMN ingest.dataset.on_removed IS 'Fate of the rows that an object brought when it is removed from its bucket: keep, or delete_rows.';

ALTER TABLE ingest.staging DROP CONSTRAINT staging_error_code,
  ADD CONSTRAINT staging_error_code CHECK (error_code IN ('object_missing', 'too_large', 'object_removed', 'version_removed'));
COMMENT ON COLUMN ingest.staging.error_code
  IS 'Why there is no body: object_missing or too_large. Or what is told in the place of one: object_removed, or version_removed, of one version by its id.';

-- Each row has passed the narrower ones before: to look at them again would hold up batches for as long as a large ledger takes.
ALTER TABLE ingest.file DROP CONSTRAINT file_status, ADD CONSTRAINT file_status CHECK (status IN
  ('loaded', 'partially_loaded', 'load_failed', 'skipped_stale', 'object_missing', 'no_dataset', 'removed')) NOT VALID;
ALTER TABLE ingest.file_dataset DROP CONSTRAINT file_dataset_status, ADD CONSTRAINT file_dataset_status CHECK (status IN
  ('loaded', 'partially_loaded', 'load_failed', 'skipped_stale', 'object_missing', 'no_dataset', 'removed')) NOT VALID;
COMMENT ON COLUMN ingest.file.status
  IS 'loaded, partially_loaded, load_failed, skipped_stale, object_missing or no_dataset. Of several datasets that share it: loaded where all have loaded it, partially_loaded where some have anything of it. removed: no file came, but that the object is removed.';
COMMENT ON COLUMN ingest.file.rows_removed
  IS 'Rows of former versions of the object that this one does not bring, and that went (on_replaced). Of a removal the rows of the object (on_removed). They are no records of it.';
COMMENT ON COLUMN ingest.file_dataset.rows_removed
  IS 'Rows of former versions of the object that this one does not bring, and that went (on_replaced). Of a removal the rows of the object (on_removed). They are no records of it.';

ALTER TABLE ingest.batch ADD COLUMN removed integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.batch.removed IS 'Removals of objects: entries with status removed.';
COMMENT ON COLUMN ingest.batch.skipped IS 'Duplicate deliveries, skipped_stale, object_missing, and removals that nobody asked for (ingest.ignored_removal).';
COMMENT ON COLUMN ingest.batch.files IS 'Staged files in the batch; the sum of the next five and removed.';
COMMENT ON COLUMN ingest.batch.rows_removed
  IS 'Rows of former versions of objects that their newer ones do not bring (on_replaced), and rows of removed objects (on_removed), that went. They are no records.';

CREATE TABLE ingest.ignored_removal (
  dataset text NOT NULL,
  reason text NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  removals bigint NOT NULL,
  last_bucket text NOT NULL,
  last_key text NOT NULL,
  PRIMARY KEY (dataset, reason)
);
COMMENT ON TABLE ingest.ignored_removal IS 'Removals of objects that changed nothing, counted by dataset and reason.';
COMMENT ON COLUMN ingest.ignored_removal.dataset IS 'The dataset that the key belongs to; empty where there is none.';
COMMENT ON COLUMN ingest.ignored_removal.reason IS 'Why nothing was changed.';
COMMENT ON COLUMN ingest.ignored_removal.first_seen IS 'When the first came.';
COMMENT ON COLUMN ingest.ignored_removal.last_seen IS 'When the last came.';
COMMENT ON COLUMN ingest.ignored_removal.removals IS 'How many came. One that is delivered again counts again.';
COMMENT ON COLUMN ingest.ignored_removal.last_bucket IS 'S3 bucket of the last.';
COMMENT ON COLUMN ingest.ignored_removal.last_key IS 'S3 key of the last.';
