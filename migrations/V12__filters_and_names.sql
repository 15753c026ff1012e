-- pg_ingest 0.2.0
-- Which records are a dataset's, how their members are named, and how a document is cut: docs/semantics.md, sections 1 and 2.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN record_filter text, ADD COLUMN match_names text NOT NULL DEFAULT 'exact',
  ADD COLUMN document_format text NOT NULL DEFAULT 'auto', ADD CONSTRAINT dataset_document_format CHECK (document_format IN ('auto', 'lines')),
  ADD CONSTRAINT dataset_match_names CHECK (match_names IN ('exact', 'ignore_case', 'snake_case'));
COMMENT ON COLUMN ingest.dataset.document_format IS 'How a document is cut: auto, or lines, of which each stands by itself.';
COMMENT ON COLUMN ingest.dataset.match_names IS 'How a member''s name is a column''s: exact, ignore_case or snake_case.';
COMMENT ON COLUMN ingest.dataset.record_filter IS 'SQL condition over record and the coerced columns. A record of which it is not true is none of this dataset. Null takes all.';

ALTER TABLE ingest.file ADD COLUMN rows_filtered bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.file.rows_filtered IS 'Records that record_filter leaves out.';
COMMENT ON COLUMN ingest.file.records IS 'Records found; rows_loaded + rows_rejected + rows_stale + rows_filtered.';
ALTER TABLE ingest.batch ADD COLUMN rows_filtered bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.batch.rows_filtered IS 'Records that record_filter leaves out.';
COMMENT ON COLUMN ingest.batch.records IS 'Records found; rows_loaded + rows_rejected + rows_stale + rows_filtered.';
