-- pg_ingest 0.2.0
-- What the compiled dataset keeps for a filter that is asked before rows are gathered.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.compiled_dataset ADD COLUMN native_sift text, ADD COLUMN sift_contract jsonb;
COMMENT ON COLUMN ingest.compiled_dataset.native_sift
  IS 'The query of the records that the filter leaves out, asked before the native engine gathers; null without a filter, or where only the load statement can ask it.';
COMMENT ON COLUMN ingest.compiled_dataset.sift_contract IS 'The contract that this query reads records by: the columns that the filter names, and the record.';
