LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN on_missing_path text NOT NULL DEFAULT 'fail',
  ADD CONSTRAINT dataset_on_missing_path CHECK (on_missing_path IN ('fail', 'skip'));
COMMENT ON COLUMN ingest.dataset.on_missing_path IS 'The fate of a file where nothing, or null, stands at records_path: fail, or skip that document.';
