-- pg_ingest 0.2.0
-- What a dataset reads besides the record, and how values are converted: docs/semantics.md, section 2.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ADD COLUMN key_pattern text, ADD COLUMN null_strings text[];
COMMENT ON COLUMN ingest.dataset.key_pattern
  IS 'How keys go on behind the prefix, such as {tenant}/dt={dt}/{}: its pieces are sources. Null takes any key and names no piece.';
COMMENT ON COLUMN ingest.dataset.null_strings IS 'Strings that stand for null, in columns that name none of their own.';

ALTER TABLE ingest.column_mapping ADD COLUMN conversion text, ADD COLUMN null_strings text[],
  DROP CONSTRAINT column_mapping_says_something,
  ADD CONSTRAINT column_mapping_says_something
    CHECK (path IS NOT NULL OR expression IS NOT NULL OR conversion IS NOT NULL OR null_strings IS NOT NULL OR NOT managed);
COMMENT ON COLUMN ingest.column_mapping.path
  IS 'Its source: where its value stands in the record, such as $.shipping.city, or key:tenant, file:etag. Null is the member of its own name.';
COMMENT ON COLUMN ingest.column_mapping.conversion IS 'Makes another value of the one that came, such as epoch_ms.';
COMMENT ON COLUMN ingest.column_mapping.null_strings IS 'Strings that stand for null in this column.';
