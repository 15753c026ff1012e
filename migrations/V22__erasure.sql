-- People who are erased, and keys that do not come back: docs/erasing.md.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

CREATE TABLE ingest.erasure (
  erasure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dataset text NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT now(),
  erased_by name NOT NULL,
  reason text NOT NULL,
  keys integer NOT NULL,
  suppressed boolean NOT NULL,
  counts jsonb NOT NULL
);
COMMENT ON TABLE ingest.erasure IS 'Erasures by ingest_erase(), without any of the data: one row a call.';
COMMENT ON COLUMN ingest.erasure.erasure_id IS 'Key.';
COMMENT ON COLUMN ingest.erasure.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.erasure.erased_at IS 'When.';
COMMENT ON COLUMN ingest.erasure.erased_by IS 'The login that called.';
COMMENT ON COLUMN ingest.erasure.reason IS 'Why, in the caller''s words.';
COMMENT ON COLUMN ingest.erasure.keys IS 'How many keys were erased.';
COMMENT ON COLUMN ingest.erasure.suppressed IS 'Whether records of these keys are left out from then on.';
COMMENT ON COLUMN ingest.erasure.counts IS 'Counts of what was erased, by place, as ingest_erase() returned them.';

ALTER TABLE ingest.dataset ADD COLUMN suppresses boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN ingest.dataset.suppresses IS 'Whether it has keys that ingest_erase() keeps from coming back. Only then anything is asked of them.';

CREATE TABLE ingest.suppression (
  dataset text PRIMARY KEY REFERENCES ingest.dataset (name) ON DELETE CASCADE ON UPDATE CASCADE,
  key_columns name[] NOT NULL,
  key_kinds text[] NOT NULL,
  salt bytea NOT NULL
);
COMMENT ON TABLE ingest.suppression IS 'Datasets with suppressed keys. Nobody is granted it: with the salt, keys could be tried.';
COMMENT ON COLUMN ingest.suppression.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.suppression.key_columns IS 'The primary key of its target when the first key was suppressed. By another one no key could be known again, and nothing is loaded.';
COMMENT ON COLUMN ingest.suppression.key_kinds IS 'What their texts were like then. The same value has another text in a type of another kind.';
COMMENT ON COLUMN ingest.suppression.salt IS 'Random bytes that stand before a key when its hash is taken.';

CREATE TABLE ingest.suppressed_key (
  dataset text NOT NULL REFERENCES ingest.suppression (dataset) ON DELETE CASCADE ON UPDATE CASCADE,
  key_hash bytea NOT NULL,
  erasure_id bigint NOT NULL,
  PRIMARY KEY (dataset, key_hash)
);
COMMENT ON TABLE ingest.suppressed_key IS 'Keys whose records are left out, as salted hashes. Nobody is granted it.';
COMMENT ON COLUMN ingest.suppressed_key.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.suppressed_key.key_hash IS 'SHA-256 of the salt and of the key as a JSON array of texts.';
COMMENT ON COLUMN ingest.suppressed_key.erasure_id IS 'The erasure that suppressed it, in ingest.erasure.';

ALTER TABLE ingest.file ADD COLUMN rows_suppressed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.file.rows_suppressed IS 'Those of rows_filtered whose key ingest_erase() has suppressed.';
ALTER TABLE ingest.file_dataset ADD COLUMN rows_suppressed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.file_dataset.rows_suppressed IS 'Those of rows_filtered whose key ingest_erase() has suppressed.';
ALTER TABLE ingest.batch ADD COLUMN rows_suppressed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ingest.batch.rows_suppressed IS 'Those of rows_filtered whose key ingest_erase() has suppressed.';
COMMENT ON COLUMN ingest.file.rows_filtered IS 'Records that record_filter leaves out, or whose key is suppressed.';
COMMENT ON COLUMN ingest.file_dataset.rows_filtered IS 'Records that the dataset''s record_filter leaves out, or whose key is suppressed.';
COMMENT ON COLUMN ingest.batch.rows_filtered IS 'Records that record_filter leaves out, or whose key is suppressed.';
