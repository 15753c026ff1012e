-- Records that delete the row of their key, and what keeps an older record from bringing it back: docs/semantics.md, section 4.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN delete_when text, ADD COLUMN soft_delete_column name,
  ADD CONSTRAINT dataset_soft_delete CHECK (soft_delete_column IS NULL OR delete_when IS NOT NULL);
COMMENT ON COLUMN ingest.dataset.delete_when IS 'SQL condition over record and the coerced columns. A record of which it is true deletes the row of its key. Null: none does.';
COMMENT ON COLUMN ingest.dataset.soft_delete_column IS 'Column that is set in the place of deleting the row: a boolean to true, a timestamp to the time of the event. Null: the row is deleted.';
COMMENT ON CONSTRAINT dataset_soft_delete ON ingest.dataset IS 'Nothing sets the column where no record deletes.';

ALTER TABLE ingest.file ADD COLUMN rows_deleted bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.file.rows_deleted IS 'Records by which delete_when had the row of their key deleted, or found it gone.';
COMMENT ON COLUMN ingest.file.records IS 'Records found; rows_loaded + rows_deleted + rows_rejected + rows_stale + rows_filtered.';
ALTER TABLE ingest.batch ADD COLUMN rows_deleted bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.batch.rows_deleted IS 'Records by which delete_when had the row of their key deleted, or found it gone.';
COMMENT ON COLUMN ingest.batch.records IS 'Records found; rows_loaded + rows_deleted + rows_rejected + rows_stale + rows_filtered.';

CREATE TABLE ingest.tombstone (
  dataset text NOT NULL REFERENCES ingest.dataset (name) ON DELETE CASCADE ON UPDATE CASCADE,
  row_key text COLLATE "C" NOT NULL,
  version text,
  version_type text,
  source_time timestamptz,
  sequencer text,
  file_id bigint NOT NULL,
  record_no integer NOT NULL,
  deleted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dataset, row_key)
);
COMMENT ON TABLE ingest.tombstone IS 'Keys whose newest record was a delete. A record that is older than its key''s tombstone is stale. A newer one makes the row anew and takes the tombstone away.';
COMMENT ON COLUMN ingest.tombstone.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.tombstone.row_key IS 'The primary key, as a JSON array of texts.';
COMMENT ON COLUMN ingest.tombstone.version IS 'Version of the record that deleted; null without a version column.';
COMMENT ON COLUMN ingest.tombstone.version_type IS 'Type of that version. Where the dataset''s version column has another, the tombstone counts as older than any record.';
COMMENT ON COLUMN ingest.tombstone.source_time IS 'Time of the event that brought the delete, as _source_time.';
COMMENT ON COLUMN ingest.tombstone.sequencer IS 'Sequencer of that event.';
COMMENT ON COLUMN ingest.tombstone.file_id IS 'File that brought it.';
COMMENT ON COLUMN ingest.tombstone.record_no IS 'Its record in that file.';
COMMENT ON COLUMN ingest.tombstone.deleted_at IS 'When it was processed. ingest_prune() forgets it tombstone_days later.';
CREATE INDEX tombstone_by_time ON ingest.tombstone (deleted_at);
COMMENT ON INDEX ingest.tombstone_by_time IS 'For ingest_prune().';

INSERT INTO ingest.setting (name, value, meaning) VALUES
  ('tombstone_days', '30', 'ingest_prune() forgets deletes (ingest.tombstone) after this many days. A record that is older than its delete and comes later still would make the row again.');
