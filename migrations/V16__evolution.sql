-- pg_ingest 0.2.0
-- The contract follows the data: drift that was looked at, columns that come by themselves, and columns that are being filled.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.schema_drift ADD COLUMN first_file_id bigint, ADD COLUMN acknowledged_at timestamptz, ADD COLUMN acknowledged_reason text;
COMMENT ON COLUMN ingest.schema_drift.first_file_id IS 'The file that it was first seen in; null where that was before this was kept.';
COMMENT ON COLUMN ingest.schema_drift.acknowledged_at IS 'When ingest_acknowledge_drift() marked it as looked at, or a column was made of it; null while it counts.';
COMMENT ON COLUMN ingest.schema_drift.acknowledged_reason IS 'Why it was marked.';

CREATE TABLE ingest.fill (
  dataset text NOT NULL REFERENCES ingest.dataset (name) ON UPDATE CASCADE ON DELETE CASCADE,
  columns name[] NOT NULL,
  target oid NOT NULL,
  place tid NOT NULL,
  of_table oid NOT NULL,
  end_block bigint NOT NULL,
  filled bigint NOT NULL,
  kept bigint NOT NULL,
  rows_left bigint,
  PRIMARY KEY (dataset, columns)
);
COMMENT ON TABLE ingest.fill IS 'Where ingest_fill() goes on: a row for each fill that has not come to its end.';
COMMENT ON COLUMN ingest.fill.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.fill.columns IS 'The columns that are filled.';
COMMENT ON COLUMN ingest.fill.target IS 'The table that it goes through. Of another one it begins anew.';
COMMENT ON COLUMN ingest.fill.place IS 'The place of the last row that was looked at.';
COMMENT ON COLUMN ingest.fill.of_table IS 'The table, or partition, of that row.';
COMMENT ON COLUMN ingest.fill.end_block IS 'The block at which this pass ends: what is written behind it came since.';
COMMENT ON COLUMN ingest.fill.filled IS 'Rows that this pass has filled.';
COMMENT ON COLUMN ingest.fill.kept IS 'Rows that kept a value which does not fit, in this pass.';
COMMENT ON COLUMN ingest.fill.rows_left IS 'Rows that hold a value for these columns behind that place, as counted at the beginning, less those looked at since. Null before a pass has begun.';

ALTER TABLE ingest.dataset DROP CONSTRAINT dataset_on_unknown, ADD CONSTRAINT dataset_on_unknown CHECK (on_unknown IN ('rescue', 'ignore', 'reject', 'evolve'));
COMMENT ON COLUMN ingest.dataset.on_unknown IS 'Members with no column: rescue, ignore, reject or evolve.';

INSERT INTO ingest.setting (name, value, meaning) VALUES
  ('evolve_limit', '20', 'A dataset with on_unknown => evolve gets at most this many columns in 24 hours.');

CREATE TABLE ingest.evolution (
  evolution_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  evolved_at timestamptz NOT NULL DEFAULT now(),
  dataset text NOT NULL,
  column_name name NOT NULL,
  type text NOT NULL,
  path text NOT NULL,
  evidence text NOT NULL,
  file_id bigint
);
CREATE INDEX evolution_dataset_idx ON ingest.evolution (dataset, evolved_at);
COMMENT ON TABLE ingest.evolution IS 'Columns that on_unknown => evolve has added.';
COMMENT ON COLUMN ingest.evolution.evolution_id IS 'Key.';
COMMENT ON COLUMN ingest.evolution.evolved_at IS 'When.';
COMMENT ON COLUMN ingest.evolution.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.evolution.column_name IS 'The column.';
COMMENT ON COLUMN ingest.evolution.type IS 'Its type.';
COMMENT ON COLUMN ingest.evolution.path IS 'The member that it reads.';
COMMENT ON COLUMN ingest.evolution.evidence IS 'The values that had come of that member by then, with samples.';
COMMENT ON COLUMN ingest.evolution.file_id IS 'The file that brought it first; null where that is not known.';
