-- Indexes of tables that may be large when an upgrade brings them: made outside of a transaction, behind the migrations, while files
-- are loaded. Nothing depends on them but the time that looking takes. docs/upgrading.md has how.

-- The newest files of a dataset, and how they went.
CREATE INDEX CONCURRENTLY IF NOT EXISTS file_dataset_idx ON ingest.file (dataset, received_at) INCLUDE (status);

-- Files of a dataset with something left to do. Those of none (no_dataset) have no dataset to be found by.
CREATE INDEX CONCURRENTLY IF NOT EXISTS file_open_idx ON ingest.file (dataset, received_at) INCLUDE (rows_rejected, file_id)
  WHERE status IN ('partially_loaded', 'load_failed') AND dismissed_at IS NULL;

-- For those who look: files that were not plainly loaded, by status. A file that loads whole costs nothing more.
CREATE INDEX CONCURRENTLY IF NOT EXISTS file_status_idx ON ingest.file (status, received_at, file_id) WHERE status <> 'loaded';

-- Records of suppressed keys that were left out of late: hardly a file has any.
CREATE INDEX CONCURRENTLY IF NOT EXISTS file_suppressed_idx ON ingest.file (dataset, received_at) INCLUDE (rows_suppressed) WHERE rows_suppressed > 0;
