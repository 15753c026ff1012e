-- pg_ingest 0.2.0
-- Child tables: datasets that are loaded of what stands inside the records of another. docs/semantics.md, section 8.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset ALTER COLUMN prefix DROP NOT NULL,
  ADD COLUMN parent text REFERENCES ingest.dataset (name) ON UPDATE CASCADE,
  ADD COLUMN parent_key name[],
  ADD COLUMN key_of_parent name[],
  ADD COLUMN on_child_error text NOT NULL DEFAULT 'record',
  ADD COLUMN has_children boolean NOT NULL DEFAULT false,
  ADD COLUMN read_by_children jsonb,
  ADD CONSTRAINT dataset_prefix_or_parent CHECK ((prefix IS NULL) = (parent IS NOT NULL)),
  ADD CONSTRAINT dataset_parent_key CHECK ((parent IS NULL) = (parent_key IS NULL) AND cardinality(parent_key) IS NOT DISTINCT FROM cardinality(key_of_parent)),
  ADD CONSTRAINT dataset_on_child_error CHECK (on_child_error IN ('record', 'child'));
CREATE INDEX dataset_parent_idx ON ingest.dataset (parent) WHERE parent IS NOT NULL;
COMMENT ON COLUMN ingest.dataset.prefix IS 'Keys beginning with this belong to the dataset; the longest matching prefix wins. Null: it is a child, whose records stand inside those of its parent.';
COMMENT ON COLUMN ingest.dataset.parent IS 'The dataset inside whose records this one''s stand. They live and die with these. Null: it has files of its own.';
COMMENT ON COLUMN ingest.dataset.parent_key IS 'The columns of a child''s target that hold its parent''s key, in the order of that key.';
COMMENT ON COLUMN ingest.dataset.key_of_parent IS 'The primary key of the parent''s target, as it was when the child was registered.';
COMMENT ON COLUMN ingest.dataset.on_child_error IS 'Of a child at fault: record rejects the record that it stands in, child leaves the child out alone.';
COMMENT ON COLUMN ingest.dataset.read_by_children IS 'Members of its records that its children read, as arrays of names: they are known. Null: it has no children.';
COMMENT ON COLUMN ingest.dataset.has_children IS 'Whether a dataset was registered with this one as its parent.';

ALTER TABLE ingest.file ADD COLUMN child_rows jsonb;
COMMENT ON COLUMN ingest.file.child_rows
  IS 'Children inside its records, by dataset: {"order_items": {"loaded": 3, "rejected": 0}}. They are in none of the counts of records. Null where there were none.';

ALTER TABLE ingest.rejected_record ADD COLUMN is_loaded boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN ingest.rejected_record.is_loaded
  IS 'True: the record itself was loaded, and only a child inside it was left out (on_child_error). It is counted as loaded.';
