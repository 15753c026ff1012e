-- pg_ingest 0.2.0
-- Files with something left to do are found by dataset without a look at each: the index has their number, as file_open_idx has.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

DROP INDEX ingest.file_dataset_open_idx;
CREATE INDEX file_dataset_open_idx ON ingest.file_dataset (dataset, received_at) INCLUDE (rows_rejected, file_id)
  WHERE status IN ('partially_loaded', 'load_failed') AND dismissed_at IS NULL;
