-- What the compiled dataset keeps for foreign keys whose parents the loader may not read.
LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.compiled_dataset ADD COLUMN hidden_refusals text;
COMMENT ON COLUMN ingest.compiled_dataset.hidden_refusals
  IS 'The query of refusals where parents may not be read: some rows are tried to learn which are missing. Null without foreign keys.';
