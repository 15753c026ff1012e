-- pg_ingest 0.2.0
-- The native engine reads children with the records that they stand in.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.compiled_dataset ADD COLUMN family jsonb;
COMMENT ON COLUMN ingest.compiled_dataset.family
  IS 'Its children with their contracts and targets, which the native engine reads and inserts with the records around them. Null without any, and where one of them goes another way.';
