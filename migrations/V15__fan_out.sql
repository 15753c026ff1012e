-- pg_ingest 0.2.0
-- Datasets that share a prefix by wish, and what became of their files in each: docs/semantics.md, section 5.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN share_prefix boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN ingest.dataset.share_prefix
  IS 'True: other datasets may have the same prefix and bucket, and a file there is loaded into all of them. Of those of one prefix at most one is without it.';

-- Nobody shares unasked.
DROP INDEX ingest.dataset_prefix_key;
CREATE UNIQUE INDEX dataset_prefix_key ON ingest.dataset (prefix, coalesce(bucket, '')) WHERE NOT share_prefix;
CREATE INDEX dataset_prefix_idx ON ingest.dataset (prefix);

-- It has what looking at a dataset's newest files needs, so that this is one index and no join.
CREATE TABLE ingest.file_dataset (
  file_id bigint NOT NULL REFERENCES ingest.file (file_id) ON DELETE CASCADE,
  dataset text NOT NULL,
  event_time timestamptz,
  last_modified timestamptz,
  received_at timestamptz NOT NULL,
  loaded_at timestamptz,
  status text NOT NULL,
  records bigint NOT NULL DEFAULT 0,
  rows_loaded bigint NOT NULL DEFAULT 0,
  rows_rejected bigint NOT NULL DEFAULT 0,
  rows_stale bigint NOT NULL DEFAULT 0,
  rows_filtered bigint NOT NULL DEFAULT 0,
  rows_deleted bigint NOT NULL DEFAULT 0,
  error_code text,
  error text,
  dismissed_at timestamptz,
  PRIMARY KEY (file_id, dataset),
  CONSTRAINT file_dataset_status CHECK (status IN
    ('loaded', 'partially_loaded', 'load_failed', 'skipped_stale', 'object_missing', 'no_dataset'))
);
CREATE INDEX file_dataset_newest_idx ON ingest.file_dataset (dataset, received_at) INCLUDE (status);
CREATE INDEX file_dataset_open_idx ON ingest.file_dataset (dataset, received_at) INCLUDE (rows_rejected)
  WHERE status IN ('partially_loaded', 'load_failed') AND dismissed_at IS NULL;
COMMENT ON TABLE ingest.file_dataset IS 'The outcome of a file in each of the datasets that share its prefix. Files of one dataset have no row here; the view ingest.dataset_file has all.';
COMMENT ON COLUMN ingest.file_dataset.file_id IS 'The file, in ingest.file, whose counts are the sums of these.';
COMMENT ON COLUMN ingest.file_dataset.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.file_dataset.event_time IS 'As in ingest.file.';
COMMENT ON COLUMN ingest.file_dataset.last_modified IS 'As in ingest.file.';
COMMENT ON COLUMN ingest.file_dataset.received_at IS 'As in ingest.file.';
COMMENT ON COLUMN ingest.file_dataset.loaded_at IS 'When its rows were applied to the dataset''s target; null where there were none to apply.';
COMMENT ON COLUMN ingest.file_dataset.status IS 'Its outcome in this dataset, in the words of ingest.file. no_dataset: the dataset is disabled or cannot load, and the file is kept for it.';
COMMENT ON COLUMN ingest.file_dataset.records IS 'Records found; the sum of the next five.';
COMMENT ON COLUMN ingest.file_dataset.rows_loaded IS 'Records that became rows of the dataset''s target.';
COMMENT ON COLUMN ingest.file_dataset.rows_rejected IS 'Records kept in quarantine for this dataset.';
COMMENT ON COLUMN ingest.file_dataset.rows_stale IS 'Records that lost to a newer version of their key.';
COMMENT ON COLUMN ingest.file_dataset.rows_filtered IS 'Records that the dataset''s record_filter leaves out.';
COMMENT ON COLUMN ingest.file_dataset.rows_deleted IS 'Records by which delete_when had the row of their key deleted, or found it gone.';
COMMENT ON COLUMN ingest.file_dataset.error_code IS 'Why the file as a whole failed in this dataset; null otherwise.';
COMMENT ON COLUMN ingest.file_dataset.error IS 'The same in words, with what to do.';
COMMENT ON COLUMN ingest.file_dataset.dismissed_at IS 'When nothing of it was left open for this dataset though it was not loaded whole, as in ingest.file.';

COMMENT ON COLUMN ingest.file.dataset IS 'The dataset it belonged to; null for no_dataset, and where several shared it: ingest.file_dataset has those.';
COMMENT ON COLUMN ingest.file.status
  IS 'loaded, partially_loaded, load_failed, skipped_stale, object_missing or no_dataset. Of several datasets that share it: loaded where all have loaded it, partially_loaded where some have anything of it.';
COMMENT ON COLUMN ingest.file.records
  IS 'Records found; rows_loaded + rows_deleted + rows_rejected + rows_stale + rows_filtered. Each of several datasets that share the file counts its records.';

ALTER TABLE ingest.rejected_record ADD COLUMN dataset text;
COMMENT ON COLUMN ingest.rejected_record.dataset IS 'The dataset that rejected it, where several share the file; null: that of its file.';
