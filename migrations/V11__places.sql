-- pg_ingest 0.2.0
-- What a record's columns read around it, kept for its replay: docs/semantics.md, section 2.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.rejected_record ADD COLUMN place jsonb;
COMMENT ON COLUMN ingest.rejected_record.place
  IS 'The values around the record that columns read in its file, by source, such as {"parent:$.id": 1}: a replay has no file. "absent" lists the sources that found nothing. Null where no column read such a source.';
