-- What the compiled dataset keeps for batches of which some records are set aside.
LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.compiled_dataset ADD COLUMN aside_load text, ADD COLUMN aside_judge text;
COMMENT ON COLUMN ingest.compiled_dataset.aside_load
  IS 'The insert of what is plainly good in files whose keys are all new, which gives the records that are not; null where only the load statement will do.';
COMMENT ON COLUMN ingest.compiled_dataset.aside_judge IS 'The statement that tells what is wrong with such records.';
