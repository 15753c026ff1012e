-- For those who look: files that were not plainly loaded, by status. A file that loads whole costs nothing more.
LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

CREATE INDEX file_status_idx ON ingest.file (status, received_at, file_id) WHERE status <> 'loaded';
