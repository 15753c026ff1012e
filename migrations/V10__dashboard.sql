-- For those who look: files that were not plainly loaded, by status. A file that loads whole costs nothing more.
-- Where the ledger is large, the index is made beforehand, without a lock (docs/upgrading.md).
LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

-- An index that was made beforehand and broke off is no index: IF NOT EXISTS would take it for one.
DO $$
DECLARE
  broken regclass;
BEGIN
  FOR broken IN SELECT i.indexrelid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'ingest.file'::regclass AND NOT i.indisvalid AND c.relname IN ('file_status_idx')
  LOOP
    EXECUTE format('DROP INDEX %s', broken);
  END LOOP;
END
$$;
CREATE INDEX IF NOT EXISTS file_status_idx ON ingest.file (status, received_at, file_id) WHERE status <> 'loaded';
