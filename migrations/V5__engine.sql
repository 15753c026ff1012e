-- pg_ingest 0.2.0
-- What the compiled dataset keeps for the search of refused records.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.compiled_dataset ADD COLUMN refusals text;
COMMENT ON COLUMN ingest.compiled_dataset.refusals
  IS 'The query that tells whom foreign keys and unique indexes refuse, without its row source; null where only loads can tell.';
