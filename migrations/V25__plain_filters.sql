-- pg_ingest 0.2.0
-- What the compiled dataset keeps for a filter that a few texts decide.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

COMMENT ON COLUMN ingest.compiled_dataset.native_sift
  IS 'The query of the records that the filter leaves out, asked before the native engine gathers. Null without a filter, where only the load statement can ask it, and where sift_contract says it.';
COMMENT ON COLUMN ingest.compiled_dataset.sift_contract
  IS 'The contract that this query reads records by: the columns that the filter names, and the record. Without a query, the contract to gather by, whose only_where is the filter, and delete_where tells which records delete.';
