-- pg_ingest 0.2.0
-- The native engine replaces the children of records that are known.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.compiled_dataset ADD COLUMN family_upsert text;
COMMENT ON COLUMN ingest.compiled_dataset.family_upsert
  IS 'The statement that loads rows which the native engine has gathered with their children, some of them known, and takes away the former children. Null where these go another way.';
