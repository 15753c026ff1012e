-- The pipeline's tables. Targets are the user's own.

CREATE TABLE ingest.setting (
  name text PRIMARY KEY,
  value text NOT NULL,
  meaning text NOT NULL,
  CONSTRAINT setting_value_fits CHECK (CASE WHEN name = 'engine' THEN value IN ('auto', 'sql', 'native') ELSE value ~ '^[1-9][0-9]{0,17}$' END)
);
COMMENT ON TABLE ingest.setting IS 'Settings of the pipeline: one row each, read at the start of every batch.';
COMMENT ON COLUMN ingest.setting.name IS 'What is set.';
COMMENT ON COLUMN ingest.setting.value IS 'Its value, as text.';
COMMENT ON COLUMN ingest.setting.meaning IS 'What it does, with its unit.';
COMMENT ON CONSTRAINT setting_value_fits ON ingest.setting IS 'A value that cannot be used is refused where it is set, not by every batch from then on.';

INSERT INTO ingest.setting (name, value, meaning) VALUES
  ('engine', 'auto', 'Which row source loads: auto (native where the extension is installed), sql or native. Set by ingest_use_engine().'),
  ('max_body_bytes', '67108864', 'Bodies above this many bytes are refused as too_large instead of being parsed.'),
  ('unit_bytes', '67108864', 'Staged files are processed in units of at most this many bytes (one file may exceed it).'),
  ('unit_files', '1000', 'Staged files are processed in units of at most this many files.'),
  ('drift_paths_per_dataset', '1000', 'ingest.schema_drift has at most this many paths of a dataset; members beyond are counted under the path ….');

-- UNLOGGED: it holds a batch only between COPY and COMMIT of the same transaction; S3 and SQS hold the truth.
CREATE UNLOGGED TABLE ingest.staging (
  batch_id uuid,
  bucket text NOT NULL DEFAULT '',
  key text NOT NULL,
  version_id text,
  etag text,
  sequencer text,
  event_time timestamptz,
  last_modified timestamptz,
  size bigint,
  body bytea,
  error_code text,
  held bigint,
  CONSTRAINT staging_key_length CHECK (octet_length(key) <= 1024),
  CONSTRAINT staging_error_code CHECK (error_code IN ('object_missing', 'too_large')),
  CONSTRAINT staging_held_in_place_of_body CHECK (held IS NULL OR body IS NULL)
);
-- A server may have been built without it.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_settings AS s WHERE s.name = 'default_toast_compression' AND 'lz4' = ANY (s.enumvals)) THEN
    ALTER TABLE ingest.staging ALTER COLUMN body SET COMPRESSION lz4;
  END IF;
END
$$;
CREATE INDEX staging_batch_id_idx ON ingest.staging (batch_id);
COMMENT ON TABLE ingest.staging IS 'Raw files as they arrived, awaiting ingest_process_staging(). A person may COPY ingest.staging (key, body) by hand.';
COMMENT ON COLUMN ingest.staging.batch_id IS 'The batch that a shipper staged together; null when staged by hand.';
COMMENT ON COLUMN ingest.staging.bucket IS 'S3 bucket; empty when staged by hand.';
COMMENT ON COLUMN ingest.staging.key IS 'S3 key, decoded; at most 1,024 bytes (Amazon S3 User Guide, "Creating object key names").';
COMMENT ON COLUMN ingest.staging.version_id IS 'S3 version; null, empty or ''null'' where the bucket is not versioned.';
COMMENT ON COLUMN ingest.staging.etag IS 'ETag of the GET''s response, without quotes; derived from the body where absent.';
COMMENT ON COLUMN ingest.staging.sequencer IS 'The event''s sequencer: hexadecimal, comparable for one key only.';
COMMENT ON COLUMN ingest.staging.event_time IS 'When S3 finished the put, by the event.';
COMMENT ON COLUMN ingest.staging.last_modified IS 'Last-Modified of the GET''s response (whole seconds).';
COMMENT ON COLUMN ingest.staging.size IS 'Bytes of the body as fetched (after gunzip); the object''s size where there is no body.';
COMMENT ON COLUMN ingest.staging.body IS 'The file''s bytes; null when error_code says why, or when the object was gone.';
COMMENT ON COLUMN ingest.staging.error_code IS 'Why there is no body: object_missing or too_large.';
COMMENT ON COLUMN ingest.staging.held IS 'The body''s number in the memory of the session that staged it, which holds it in place of the body until its transaction ends: the native engine with ingest.hold_bodies on. No committed row has one.';

CREATE TABLE ingest.dataset (
  name text PRIMARY KEY,
  prefix text NOT NULL,
  bucket text,
  target regclass NOT NULL,
  records_path text,
  load_mode text NOT NULL,
  version_column name,
  on_error text NOT NULL DEFAULT 'continue',
  on_unknown text NOT NULL DEFAULT 'rescue',
  on_absent text NOT NULL DEFAULT 'default',
  enabled boolean NOT NULL DEFAULT true,
  registered_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT dataset_name_length CHECK (octet_length(name) BETWEEN 1 AND 200),
  CONSTRAINT dataset_prefix_length CHECK (octet_length(prefix) <= 1024),
  CONSTRAINT dataset_load_mode CHECK (load_mode IN ('upsert', 'append')),
  CONSTRAINT dataset_on_error CHECK (on_error ~ '^(continue|skip_file|skip_file_[1-9][0-9]{0,8}|skip_file_([1-9][0-9]?|100)%)$'),
  CONSTRAINT dataset_on_unknown CHECK (on_unknown IN ('rescue', 'ignore', 'reject')),
  CONSTRAINT dataset_on_absent CHECK (on_absent IN ('default', 'keep'))
);
CREATE UNIQUE INDEX dataset_prefix_key ON ingest.dataset (prefix, coalesce(bucket, ''));
COMMENT ON TABLE ingest.dataset IS 'Which files go to which table, and how. Written by ingest_register_dataset().';
COMMENT ON COLUMN ingest.dataset.name IS 'The dataset''s name.';
COMMENT ON COLUMN ingest.dataset.prefix IS 'Keys beginning with this belong to the dataset; the longest matching prefix wins.';
COMMENT ON COLUMN ingest.dataset.bucket IS 'Only this bucket; null matches every bucket.';
COMMENT ON COLUMN ingest.dataset.target IS 'The table that records are loaded into.';
COMMENT ON COLUMN ingest.dataset.records_path
  IS 'Path of the array of records inside an envelope, such as $.data.items; null when the document itself is the records.';
COMMENT ON COLUMN ingest.dataset.load_mode IS 'upsert (by primary key) or append.';
COMMENT ON COLUMN ingest.dataset.version_column IS 'The higher value wins between two records of one key.';
COMMENT ON COLUMN ingest.dataset.on_error IS 'continue, skip_file, skip_file_<n> or skip_file_<n>%: when rejects skip the whole file.';
COMMENT ON COLUMN ingest.dataset.on_unknown IS 'Members with no column: rescue, ignore or reject.';
COMMENT ON COLUMN ingest.dataset.on_absent IS 'The fate of a column in an update whose record leaves its member out: default (its default or NULL) or keep.';
COMMENT ON COLUMN ingest.dataset.enabled IS 'False: files are kept in quarantine as no_dataset until it is enabled and replayed.';
COMMENT ON COLUMN ingest.dataset.registered_at IS 'When it was last registered.';

CREATE TABLE ingest.column_mapping (
  dataset text NOT NULL REFERENCES ingest.dataset (name) ON UPDATE CASCADE ON DELETE CASCADE,
  column_name name NOT NULL,
  path text,
  expression text,
  reads_member boolean NOT NULL DEFAULT true,
  managed boolean NOT NULL DEFAULT true,
  PRIMARY KEY (dataset, column_name),
  CONSTRAINT column_mapping_says_something CHECK (path IS NOT NULL OR expression IS NOT NULL OR NOT managed)
);
COMMENT ON TABLE ingest.column_mapping IS 'Columns that are read by a path or made by an expression. Others read the member of their own name.';
COMMENT ON COLUMN ingest.column_mapping.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.column_mapping.column_name IS 'A column of the dataset''s target.';
COMMENT ON COLUMN ingest.column_mapping.path IS 'Where its value stands in the record, such as $.shipping.city.';
COMMENT ON COLUMN ingest.column_mapping.reads_member
  IS 'Whether the column is read from JSON too: always without an expression, with one only if the expression mentions the column itself.';
COMMENT ON COLUMN ingest.column_mapping.managed IS 'False: never read and never written; the table makes its value when a row is made.';
COMMENT ON COLUMN ingest.column_mapping.expression IS 'SQL over the coerced columns and record jsonb; its value is what is loaded.';

CREATE TABLE ingest.batch (
  batch_id uuid PRIMARY KEY,
  request_id text,
  engine text NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  files integer NOT NULL,
  loaded integer NOT NULL,
  partially_loaded integer NOT NULL,
  failed integer NOT NULL,
  skipped integer NOT NULL,
  deferred integer NOT NULL,
  bytes bigint NOT NULL,
  records bigint NOT NULL,
  rows_loaded bigint NOT NULL,
  rows_rejected bigint NOT NULL,
  rows_stale bigint NOT NULL,
  claim_ms double precision NOT NULL,
  load_ms double precision NOT NULL,
  ledger_ms double precision NOT NULL,
  elapsed_ms double precision NOT NULL
);
CREATE INDEX batch_finished_at_idx ON ingest.batch (finished_at);
COMMENT ON TABLE ingest.batch IS 'One row for each call of ingest_process_staging() that found files.';
COMMENT ON COLUMN ingest.batch.batch_id IS 'The shipper''s batch, or a new one when staged by hand.';
COMMENT ON COLUMN ingest.batch.request_id IS 'The shipper''s Lambda request id, from the session setting ingest.request_id.';
COMMENT ON COLUMN ingest.batch.engine IS 'native or sql.';
COMMENT ON COLUMN ingest.batch.started_at IS 'When processing began.';
COMMENT ON COLUMN ingest.batch.finished_at IS 'When processing ended, just before COMMIT.';
COMMENT ON COLUMN ingest.batch.files IS 'Staged files in the batch; the sum of the next five.';
COMMENT ON COLUMN ingest.batch.loaded IS 'Files with status loaded.';
COMMENT ON COLUMN ingest.batch.partially_loaded IS 'Files with status partially_loaded.';
COMMENT ON COLUMN ingest.batch.failed IS 'Files with status load_failed or no_dataset.';
COMMENT ON COLUMN ingest.batch.skipped IS 'Duplicate deliveries, skipped_stale and object_missing.';
COMMENT ON COLUMN ingest.batch.deferred IS 'Files that wait for their dataset''s target to be mended: not in the ledger, delivered again.';
COMMENT ON COLUMN ingest.batch.bytes IS 'Bytes of the staged bodies.';
COMMENT ON COLUMN ingest.batch.records IS 'Records found; rows_loaded + rows_rejected + rows_stale.';
COMMENT ON COLUMN ingest.batch.rows_loaded IS 'Records that are now rows of their target.';
COMMENT ON COLUMN ingest.batch.rows_rejected IS 'Records kept in quarantine.';
COMMENT ON COLUMN ingest.batch.rows_stale IS 'Records that lost to a newer version of their key.';
COMMENT ON COLUMN ingest.batch.claim_ms IS 'Milliseconds for claiming, dataset matching and locking.';
COMMENT ON COLUMN ingest.batch.load_ms IS 'Milliseconds for parsing, checking and applying.';
COMMENT ON COLUMN ingest.batch.ledger_ms IS 'Milliseconds for duplicate detection, quarantine, drift and ledger.';
COMMENT ON COLUMN ingest.batch.elapsed_ms IS 'Milliseconds in all.';

-- One row a key: its newest entry. The row's lock makes two shippers with one object take turns.
CREATE TABLE ingest.object (
  object_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  bucket text NOT NULL,
  key text NOT NULL,
  newest_file_id bigint,
  newest_etag text,
  newest_sequencer text,
  newest_last_modified timestamptz,
  UNIQUE (bucket, key)
);
COMMENT ON TABLE ingest.object IS 'One row for each bucket and key ever seen, with what identifies its newest entry in the ledger.';
COMMENT ON COLUMN ingest.object.object_id IS 'Key.';
COMMENT ON COLUMN ingest.object.bucket IS 'S3 bucket.';
COMMENT ON COLUMN ingest.object.key IS 'S3 key.';
COMMENT ON COLUMN ingest.object.newest_file_id IS 'The newest entry with content; null while the object was only ever missing.';
COMMENT ON COLUMN ingest.object.newest_etag IS 'ETag of the newest entry.';
COMMENT ON COLUMN ingest.object.newest_sequencer IS 'Highest sequencer seen with the newest content.';
COMMENT ON COLUMN ingest.object.newest_last_modified IS 'Last-Modified of the newest entry.';

CREATE TABLE ingest.file (
  file_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  object_id bigint NOT NULL,
  batch_id uuid NOT NULL,
  dataset text,
  bucket text NOT NULL,
  key text NOT NULL,
  version_id text,
  etag text,
  sequencer text,
  size bigint,
  event_time timestamptz,
  last_modified timestamptz,
  received_at timestamptz NOT NULL,
  loaded_at timestamptz,
  status text NOT NULL,
  deliveries integer NOT NULL DEFAULT 1,
  records bigint NOT NULL DEFAULT 0,
  rows_loaded bigint NOT NULL DEFAULT 0,
  rows_rejected bigint NOT NULL DEFAULT 0,
  rows_stale bigint NOT NULL DEFAULT 0,
  error_code text,
  error text,
  CONSTRAINT file_status CHECK (status IN
    ('loaded', 'partially_loaded', 'load_failed', 'skipped_stale', 'object_missing', 'no_dataset'))
);
-- The identity of a versioned object. An unversioned one is held apart by its row lock in ingest.object.
CREATE UNIQUE INDEX file_version_key ON ingest.file (object_id, version_id)
  WHERE version_id IS NOT NULL AND status <> 'object_missing';
CREATE INDEX file_sequencer_idx ON ingest.file (object_id, sequencer);
CREATE INDEX file_received_at_idx ON ingest.file (received_at);
CREATE INDEX file_trouble_idx ON ingest.file (dataset, received_at)
  WHERE status IN ('partially_loaded', 'load_failed', 'no_dataset');
COMMENT ON TABLE ingest.file IS 'The ledger: one row for each object version ever seen.';
COMMENT ON COLUMN ingest.file.file_id IS 'Key; what _file_id in a target refers to.';
COMMENT ON COLUMN ingest.file.object_id IS 'The object, in ingest.object.';
COMMENT ON COLUMN ingest.file.batch_id IS 'The batch that processed it, in ingest.batch.';
COMMENT ON COLUMN ingest.file.dataset IS 'The dataset it belonged to; null for no_dataset.';
COMMENT ON COLUMN ingest.file.bucket IS 'S3 bucket.';
COMMENT ON COLUMN ingest.file.key IS 'S3 key.';
COMMENT ON COLUMN ingest.file.version_id IS 'S3 version; null where the bucket is not versioned.';
COMMENT ON COLUMN ingest.file.etag IS 'ETag of what was fetched.';
COMMENT ON COLUMN ingest.file.sequencer IS 'The event''s sequencer.';
COMMENT ON COLUMN ingest.file.size IS 'Bytes.';
COMMENT ON COLUMN ingest.file.event_time IS 'The event''s time.';
COMMENT ON COLUMN ingest.file.last_modified IS 'Last-Modified of what was fetched.';
COMMENT ON COLUMN ingest.file.received_at IS 'When the batch that processed it began.';
COMMENT ON COLUMN ingest.file.loaded_at IS 'When its rows were applied; null where there were none to apply.';
COMMENT ON COLUMN ingest.file.status IS 'loaded, partially_loaded, load_failed, skipped_stale, object_missing or no_dataset.';
COMMENT ON COLUMN ingest.file.deliveries IS 'How often it was delivered; every delivery after the first is a skipped duplicate.';
COMMENT ON COLUMN ingest.file.records IS 'Records found; rows_loaded + rows_rejected + rows_stale.';
COMMENT ON COLUMN ingest.file.rows_loaded IS 'Records that became rows.';
COMMENT ON COLUMN ingest.file.rows_rejected IS 'Records kept in quarantine.';
COMMENT ON COLUMN ingest.file.rows_stale IS 'Records that lost to a newer version of their key.';
COMMENT ON COLUMN ingest.file.error_code IS 'Why the file as a whole failed; null otherwise.';
COMMENT ON COLUMN ingest.file.error IS 'The same in words, with what to do.';

CREATE TABLE ingest.rejected_record (
  reject_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id bigint NOT NULL REFERENCES ingest.file (file_id) ON DELETE CASCADE,
  record_no integer NOT NULL,
  record bytea NOT NULL,
  column_name text,
  error_code text NOT NULL,
  error text NOT NULL,
  rejected_at timestamptz NOT NULL DEFAULT now(),
  replayed_at timestamptz
);
CREATE INDEX rejected_record_file_idx ON ingest.rejected_record (file_id, record_no);
CREATE INDEX rejected_record_open_idx ON ingest.rejected_record (rejected_at) WHERE replayed_at IS NULL;
COMMENT ON TABLE ingest.rejected_record IS 'The quarantine: one row for each fault of each rejected record, with its raw bytes.';
COMMENT ON COLUMN ingest.rejected_record.reject_id IS 'Key.';
COMMENT ON COLUMN ingest.rejected_record.file_id IS 'The file it came from.';
COMMENT ON COLUMN ingest.rejected_record.record_no IS 'Its place in the file, from 1; 0 is the whole file.';
COMMENT ON COLUMN ingest.rejected_record.record IS 'Its bytes as they stood in the file.';
COMMENT ON COLUMN ingest.rejected_record.column_name IS 'The column at fault; null where the fault is the record''s or the file''s.';
COMMENT ON COLUMN ingest.rejected_record.error_code IS 'One of the codes in docs/semantics.md.';
COMMENT ON COLUMN ingest.rejected_record.error IS 'What came and what was expected.';
COMMENT ON COLUMN ingest.rejected_record.rejected_at IS 'When.';
COMMENT ON COLUMN ingest.rejected_record.replayed_at IS 'When ingest_replay() loaded it; null while it is open.';

CREATE TABLE ingest.rejected_message (
  rejected_message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  body text NOT NULL,
  error_code text NOT NULL,
  error text NOT NULL,
  UNIQUE (message_id)
);
CREATE INDEX rejected_message_received_at_idx ON ingest.rejected_message (received_at);
COMMENT ON TABLE ingest.rejected_message IS 'Queue messages that are no S3 notification, kept before they were acknowledged.';
COMMENT ON COLUMN ingest.rejected_message.rejected_message_id IS 'Key.';
COMMENT ON COLUMN ingest.rejected_message.message_id IS 'The SQS message id; a redelivery is kept once.';
COMMENT ON COLUMN ingest.rejected_message.received_at IS 'When.';
COMMENT ON COLUMN ingest.rejected_message.body IS 'The message''s body; NUL characters, which text cannot hold, stand as \u0000.';
COMMENT ON COLUMN ingest.rejected_message.error_code IS 'Why it is none of the known envelopes.';
COMMENT ON COLUMN ingest.rejected_message.error IS 'The same in words.';

CREATE TABLE ingest.schema_drift (
  dataset text NOT NULL,
  path text NOT NULL,
  json_type text NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  files bigint NOT NULL,
  sample text NOT NULL,
  PRIMARY KEY (dataset, path, json_type)
);
COMMENT ON TABLE ingest.schema_drift IS 'Members of records that no column reads: what producers send beyond the contract.';
COMMENT ON COLUMN ingest.schema_drift.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.schema_drift.path IS 'Where the member stands, such as $.shipping.floor; cut at 300 characters.';
COMMENT ON COLUMN ingest.schema_drift.json_type IS 'string, number, boolean, object, array or null.';
COMMENT ON COLUMN ingest.schema_drift.first_seen IS 'When it was first seen.';
COMMENT ON COLUMN ingest.schema_drift.last_seen IS 'When it was last seen.';
COMMENT ON COLUMN ingest.schema_drift.files IS 'Files in which it was seen.';
COMMENT ON COLUMN ingest.schema_drift.sample IS 'Its first value, cut at 100 characters.';

CREATE TABLE ingest.dataset_fault (
  dataset text PRIMARY KEY,
  since timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  sqlstate text NOT NULL,
  error text NOT NULL,
  files bigint NOT NULL
);
COMMENT ON TABLE ingest.dataset_fault IS 'Datasets whose target refuses all that is brought to it, from the first such batch to the next that loads. Their files are deferred.';
COMMENT ON COLUMN ingest.dataset_fault.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.dataset_fault.since IS 'When it was first seen.';
COMMENT ON COLUMN ingest.dataset_fault.last_seen IS 'When it was last seen.';
COMMENT ON COLUMN ingest.dataset_fault.sqlstate IS 'What PostgreSQL said last, as SQLSTATE.';
COMMENT ON COLUMN ingest.dataset_fault.error IS 'The same in words, with DETAIL.';
COMMENT ON COLUMN ingest.dataset_fault.files IS 'Files deferred since; one that is delivered again counts again.';

-- UNLOGGED: no committed row stands in it, because whoever stages a batch fetches them before COMMIT.
CREATE UNLOGGED TABLE ingest.deferred (
  batch_id uuid NOT NULL,
  bucket text NOT NULL,
  key text NOT NULL,
  version_id text,
  dataset text NOT NULL,
  sqlstate text NOT NULL,
  error text NOT NULL
);
COMMENT ON TABLE ingest.deferred IS 'Files of the transaction''s own batch that were not loaded and are not kept, until ingest_deferred() has told them.';
COMMENT ON COLUMN ingest.deferred.batch_id IS 'The batch.';
COMMENT ON COLUMN ingest.deferred.bucket IS 'S3 bucket.';
COMMENT ON COLUMN ingest.deferred.key IS 'S3 key.';
COMMENT ON COLUMN ingest.deferred.version_id IS 'S3 version; null where the bucket is not versioned.';
COMMENT ON COLUMN ingest.deferred.dataset IS 'The dataset that it waits for.';
COMMENT ON COLUMN ingest.deferred.sqlstate IS 'What PostgreSQL said, as SQLSTATE.';
COMMENT ON COLUMN ingest.deferred.error IS 'The same in words, with DETAIL.';

-- UNLOGGED: it can be made anew from the catalog at any time.
CREATE UNLOGGED TABLE ingest.compiled_dataset (
  dataset text PRIMARY KEY,
  fingerprint text NOT NULL,
  domains oid[] NOT NULL,
  problem text,
  contract jsonb,
  quick_source text,
  quick_load text,
  plain_load text,
  clean_load text,
  careful_source text,
  careful_load text,
  native_source text,
  native_load text,
  native_upsert text,
  native_judge text
);
COMMENT ON TABLE ingest.compiled_dataset
  IS 'Statements that ingest.compiled() made for each dataset and its target, so that a batch does no catalog work while neither changes.';
COMMENT ON COLUMN ingest.compiled_dataset.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.compiled_dataset.fingerprint
  IS 'The state of the dataset, its mapping and its target''s catalog rows when it was compiled.';
COMMENT ON COLUMN ingest.compiled_dataset.domains
  IS 'Domains among the target''s column types, whose constraints are part of the fingerprint.';
COMMENT ON COLUMN ingest.compiled_dataset.problem IS 'Why the dataset cannot load just now; null when it can.';
COMMENT ON COLUMN ingest.compiled_dataset.contract IS 'The contract: docs/row-source.md.';
COMMENT ON COLUMN ingest.compiled_dataset.quick_source IS 'The sql engine''s row source for what is plainly good.';
COMMENT ON COLUMN ingest.compiled_dataset.quick_load IS 'The load statement around it.';
COMMENT ON COLUMN ingest.compiled_dataset.plain_load
  IS 'The insert of files whose records are all plainly good and new; null where the target has to be treated with more care.';
COMMENT ON COLUMN ingest.compiled_dataset.clean_load
  IS 'The upsert of files whose records are all plainly good; null where only the load statement will do.';
COMMENT ON COLUMN ingest.compiled_dataset.careful_source IS 'The sql engine''s row source for files that were read record by record.';
COMMENT ON COLUMN ingest.compiled_dataset.careful_load IS 'The load statement around it.';
COMMENT ON COLUMN ingest.compiled_dataset.native_source IS 'The native row source.';
COMMENT ON COLUMN ingest.compiled_dataset.native_load IS 'The load statement around it.';
COMMENT ON COLUMN ingest.compiled_dataset.native_upsert
  IS 'The upsert of rows that the extension has gathered; null where only the load statement will do.';
COMMENT ON COLUMN ingest.compiled_dataset.native_judge IS 'The statement that words the rejects of records that a constraint refused while rows were gathered.';
