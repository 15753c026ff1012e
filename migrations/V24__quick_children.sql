-- pg_ingest 0.2.0
-- Children that are plainly good are loaded by one statement.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.compiled_dataset ADD COLUMN children_load text;
COMMENT ON COLUMN ingest.compiled_dataset.children_load IS 'Of a child: the statement that inserts what stands in the records of its parent; null where these go the whole way.';
