-- For those who look: files that were not plainly loaded, by status. A file that loads whole costs nothing more.
-- Where the ledger is large, the index is made beforehand, without a lock (docs/upgrading.md).
LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

CREATE INDEX IF NOT EXISTS file_status_idx ON ingest.file (status, received_at, file_id) WHERE status <> 'loaded';
