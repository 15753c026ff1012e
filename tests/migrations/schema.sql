-- What migrations/ make, to be compared by `cargo test -p pg_ingest_tests --test migrations`; never run.

-- roles
ROLE ingest_admin NOLOGIN
ROLE ingest_dataset_loader NOLOGIN
ROLE ingest_dbt NOLOGIN
ROLE ingest_loader NOLOGIN
ROLE ingest_owner NOLOGIN
ROLE ingest_reader NOLOGIN
ROLE ingest_shipper NOLOGIN

-- schemas
SCHEMA analytics OWNER ingest_dbt ACL
SCHEMA analytics_intermediate OWNER ingest_dbt ACL
SCHEMA analytics_snapshots OWNER ingest_dbt ACL
SCHEMA analytics_staging OWNER ingest_dbt ACL
SCHEMA ingest OWNER postgres ACL {postgres=UC/postgres,ingest_owner=U/postgres,ingest_loader=U/postgres,ingest_shipper=U/postgres,ingest_admin=U/postgres,ingest_reader=U/postgres,ingest_dbt=U/postgres,ingest_dataset_loader=U/postgres}
SCHEMA landing OWNER postgres ACL {postgres=UC/postgres,ingest_loader=U/postgres,ingest_admin=U/postgres,ingest_dbt=U/postgres}
SCHEMA public OWNER pg_database_owner ACL {pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}

-- types
TYPE ingest.applied_record (file_no integer, record_no integer, key jsonb, is_applied boolean, is_gone boolean)
TYPE ingest.child_count (file_no integer, dataset text, loaded bigint, rejected bigint)
TYPE ingest.child_drift (dataset text, seen ingest.drift_seen[])
TYPE ingest.child_file (file ingest.claimed_file, parents integer[], nths integer[])
TYPE ingest.claimed_file (file_no integer, file_id bigint, staged tid, dataset text, bucket text, key text, version_id text, etag text, sequencer text, size bigint, event_time timestamp with time zone, last_modified timestamp with time zone, source_time timestamp with time zone, object_id bigint, body_bytes bigint, status text, error_code text, record_no integer, context jsonb)
TYPE ingest.dataset_outcome (files ingest.file_outcome[], faults ingest.fault[], drift ingest.drift_seen[], tombstones ingest.tombstone_change[], applied ingest.applied_record[], left_out ingest.fault[], children ingest.child_count[], child_drift ingest.child_drift[], odd ingest.odd_record[])
TYPE ingest.deferral (dataset text, sqlstate text, error text, files ingest.claimed_file[])
TYPE ingest.delivery (file_no integer, object_id bigint, first_file_id bigint, unread_file_id bigint, is_newest boolean, later boolean, stale boolean, present boolean)
TYPE ingest.description (dataset ingest.dataset, columns ingest.target_column[], contract jsonb, kept ingest.kept_column[], drawn ingest.drawn_column[], key text[], clean text, faults text, stand_in text, written text)
TYPE ingest.drawn_column (name text, attnum smallint, old_name text, is_always boolean, is_read boolean, drawn_sql text)
TYPE ingest.drift_seen (file_no integer, record_no integer, path text, json_type text, steps text[], sample text)
TYPE ingest.fault (file_no integer, record_no integer, record bytea, column_name text, error_code text, error text)
TYPE ingest.file_outcome (file_no integer, records bigint, loaded bigint, stale bigint, rejected bigint, filtered bigint, deleted bigint, status text, error_code text, error text, suppressed bigint, removed bigint)
TYPE ingest.filled_piece (place tid, of_table oid, looked_at bigint, filled bigint, kept bigint, rows_left bigint, is_end boolean)
TYPE ingest.inferred_column (column_name text, source text, steps text[], type text, conversion text, null_strings text[], required boolean, seen bigint, longest integer, varies boolean, note text)
TYPE ingest.kept_column (name text, flag text, attnum smallint)
TYPE ingest.keyed_rows (removed bigint, own_keys jsonb[])
TYPE ingest.load_attempt (gather boolean, plain boolean, aside boolean, clean boolean, alone boolean, statement text, source text, contract jsonb, careful boolean, inspected boolean, files ingest.claimed_file[], parsed ingest.parsed_record[], read_faults ingest.fault[], insert_faults ingest.fault[], excluded bigint[], told_unknown ingest.unknown_seen[], skipped integer[], skipped_faults ingest.fault[], skipped_good jsonb, skipped_filtered bigint[], skipped_left_out jsonb, drift ingest.drift_seen[])
TYPE ingest.load_outcome (good jsonb, loaded jsonb, lost jsonb, suspects bigint[], rejects ingest.fault[], unknown ingest.unknown_seen[], filtered bigint[], deleted jsonb, deletes bigint[], tombstones ingest.tombstone_change[], applied ingest.applied_record[], children ingest.child_count[], suppressed bigint[], left_out jsonb, child_drift ingest.child_drift[], odd ingest.odd_record[])
TYPE ingest.load_steps (make text, read text, bring text, remember text, look text, load text, finds text[], tells text[], forget text, refuse text, empty text, restore text, gone text, remove text, send text, clear text, dataset text, send_new text, count_known text, bring_known text, send_known text, pieces text, target regclass)
TYPE ingest.member (lead text, dataset text, several boolean)
TYPE ingest.member_outcome (dataset text, taken ingest.claimed_file[], outcomes ingest.file_outcome[], faults ingest.fault[], left_out ingest.fault[], children ingest.child_count[])
TYPE ingest.member_records (dataset text, files ingest.parsed_record[])
TYPE ingest.member_seen (member text, kind text, n bigint, lowest text, highest text, longest integer)
TYPE ingest.missing_row (file_no integer, key jsonb, row_key text, version text, file_id bigint, record_no integer)
TYPE ingest.odd_record (file_no integer, record_no integer, record bytea, place jsonb)
TYPE ingest.parsed_record (file_no integer, record_no integer, record jsonb, place jsonb, whole jsonb[], numbers integer[], left_out bigint)
TYPE ingest.rejects_meant (dataset text, file_id bigint, error_code text, key_prefix text, since timestamp with time zone, until timestamp with time zone, at_most bigint)
TYPE ingest.removal (file ingest.claimed_file, datasets text[], verdict text, reason text, former bigint[], is_newest boolean, of_version boolean, is_new boolean)
TYPE ingest.removal_ignored (dataset text, reason text, bucket text, key text)
TYPE ingest.removed_rows (file_no integer, dataset text, rows bigint)
TYPE ingest.sample (key text, body bytea)
TYPE ingest.sampled (records jsonb[], evidence ingest.member_seen[], records_path text, skip_missing boolean, notes text[], envelopes jsonb[])
TYPE ingest.target_column (attnum smallint, name text, declared text, collation_clause text, not_null boolean, default_sql text, is_kept boolean, path text, expression text, is_read boolean, conversion text, null_strings text[], described jsonb, domains oid[])
TYPE ingest.tombstone_change (row_key text, is_gone boolean, version text, version_type text, source_time timestamp with time zone, sequencer text, file_id bigint, record_no integer)
TYPE ingest.unit (files ingest.claimed_file[])
TYPE ingest.unknown_seen (file_no integer, record_no integer, remainder jsonb)

-- tables
TABLE ingest.batch OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  batch_id uuid NOT NULL
  request_id text
  engine text NOT NULL
  started_at timestamp with time zone NOT NULL
  finished_at timestamp with time zone NOT NULL
  files integer NOT NULL
  loaded integer NOT NULL
  partially_loaded integer NOT NULL
  failed integer NOT NULL
  skipped integer NOT NULL
  deferred integer NOT NULL
  bytes bigint NOT NULL
  records bigint NOT NULL
  rows_loaded bigint NOT NULL
  rows_rejected bigint NOT NULL
  rows_stale bigint NOT NULL
  claim_ms double precision NOT NULL
  load_ms double precision NOT NULL
  ledger_ms double precision NOT NULL
  elapsed_ms double precision NOT NULL
  rows_filtered bigint NOT NULL DEFAULT 0
  rows_deleted bigint NOT NULL DEFAULT 0
  rows_suppressed bigint NOT NULL DEFAULT 0
  rows_removed bigint NOT NULL DEFAULT 0
  removed integer NOT NULL DEFAULT 0
  child_rows_loaded bigint NOT NULL DEFAULT 0
  child_rows_rejected bigint NOT NULL DEFAULT 0
  CONSTRAINT batch_pkey PRIMARY KEY (batch_id)
  CREATE INDEX batch_finished_at_idx ON ingest.batch USING btree (finished_at)
  CREATE UNIQUE INDEX batch_pkey ON ingest.batch USING btree (batch_id)
TABLE ingest.column_mapping OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  dataset text NOT NULL
  column_name name NOT NULL
  path text
  expression text
  reads_member boolean NOT NULL DEFAULT true
  managed boolean NOT NULL DEFAULT true
  conversion text
  null_strings text[]
  CONSTRAINT column_mapping_dataset_fkey FOREIGN KEY (dataset) REFERENCES ingest.dataset(name) ON UPDATE CASCADE ON DELETE CASCADE
  CONSTRAINT column_mapping_pkey PRIMARY KEY (dataset, column_name)
  CONSTRAINT column_mapping_says_something CHECK (((path IS NOT NULL) OR (expression IS NOT NULL) OR (conversion IS NOT NULL) OR (null_strings IS NOT NULL) OR (NOT managed)))
  CREATE UNIQUE INDEX column_mapping_pkey ON ingest.column_mapping USING btree (dataset, column_name)
TABLE ingest.compiled_dataset OWNER ingest_owner UNLOGGED ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner}
  dataset text NOT NULL
  fingerprint text NOT NULL
  domains oid[] NOT NULL
  problem text
  contract jsonb
  quick_source text
  quick_load text
  plain_load text
  clean_load text
  careful_source text
  careful_load text
  native_source text
  native_load text
  native_upsert text
  native_judge text
  refusals text
  native_sift text
  sift_contract jsonb
  hidden_refusals text
  aside_load text
  aside_judge text
  children_load text
  family jsonb
  family_upsert text
  CONSTRAINT compiled_dataset_pkey PRIMARY KEY (dataset)
  CREATE UNIQUE INDEX compiled_dataset_pkey ON ingest.compiled_dataset USING btree (dataset)
TABLE ingest.dataset OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner,ingest_dbt=r/ingest_owner}
  name text NOT NULL
  prefix text
  bucket text
  target regclass NOT NULL
  records_path text
  load_mode text NOT NULL
  version_column name
  on_error text NOT NULL DEFAULT 'continue'::text
  on_unknown text NOT NULL DEFAULT 'rescue'::text
  on_absent text NOT NULL DEFAULT 'default'::text
  enabled boolean NOT NULL DEFAULT true
  registered_at timestamp with time zone NOT NULL DEFAULT now()
  on_missing_path text NOT NULL DEFAULT 'fail'::text
  loader name
  key_pattern text
  null_strings text[]
  expected_every interval
  record_filter text
  match_names text NOT NULL DEFAULT 'exact'::text
  document_format text NOT NULL DEFAULT 'auto'::text
  delete_when text
  soft_delete_column name
  share_prefix boolean NOT NULL DEFAULT false
  parent text
  parent_key name[]
  key_of_parent name[]
  on_child_error text NOT NULL DEFAULT 'record'::text
  has_children boolean NOT NULL DEFAULT false
  read_by_children jsonb
  suppresses boolean NOT NULL DEFAULT false
  on_replaced text NOT NULL DEFAULT 'keep'::text
  on_removed text NOT NULL DEFAULT 'keep'::text
  CONSTRAINT dataset_document_format CHECK ((document_format = ANY (ARRAY['auto'::text, 'lines'::text])))
  CONSTRAINT dataset_expected_every CHECK ((expected_every >= '00:00:01'::interval))
  CONSTRAINT dataset_load_mode CHECK ((load_mode = ANY (ARRAY['upsert'::text, 'append'::text])))
  CONSTRAINT dataset_loader_fkey FOREIGN KEY (loader) REFERENCES ingest.loader(role)
  CONSTRAINT dataset_match_names CHECK ((match_names = ANY (ARRAY['exact'::text, 'ignore_case'::text, 'snake_case'::text])))
  CONSTRAINT dataset_name_length CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 200)))
  CONSTRAINT dataset_on_absent CHECK ((on_absent = ANY (ARRAY['default'::text, 'keep'::text])))
  CONSTRAINT dataset_on_child_error CHECK ((on_child_error = ANY (ARRAY['record'::text, 'child'::text])))
  CONSTRAINT dataset_on_error CHECK ((on_error ~ '^(continue|skip_file|skip_file_[1-9][0-9]{0,8}|skip_file_([1-9][0-9]?|100)%)$'::text))
  CONSTRAINT dataset_on_missing_path CHECK ((on_missing_path = ANY (ARRAY['fail'::text, 'skip'::text])))
  CONSTRAINT dataset_on_removed CHECK ((on_removed = ANY (ARRAY['keep'::text, 'delete_rows'::text])))
  CONSTRAINT dataset_on_replaced CHECK ((on_replaced = ANY (ARRAY['keep'::text, 'delete_missing'::text])))
  CONSTRAINT dataset_on_unknown CHECK ((on_unknown = ANY (ARRAY['rescue'::text, 'ignore'::text, 'reject'::text, 'evolve'::text])))
  CONSTRAINT dataset_parent_fkey FOREIGN KEY (parent) REFERENCES ingest.dataset(name) ON UPDATE CASCADE
  CONSTRAINT dataset_parent_key CHECK ((((parent IS NULL) = (parent_key IS NULL)) AND (NOT (cardinality(parent_key) IS DISTINCT FROM cardinality(key_of_parent)))))
  CONSTRAINT dataset_pkey PRIMARY KEY (name)
  CONSTRAINT dataset_prefix_length CHECK ((octet_length(prefix) <= 1024))
  CONSTRAINT dataset_prefix_or_parent CHECK (((prefix IS NULL) = (parent IS NOT NULL)))
  CONSTRAINT dataset_soft_delete CHECK (((soft_delete_column IS NULL) OR (delete_when IS NOT NULL)))
  CREATE INDEX dataset_parent_idx ON ingest.dataset USING btree (parent) WHERE (parent IS NOT NULL)
  CREATE UNIQUE INDEX dataset_pkey ON ingest.dataset USING btree (name)
  CREATE INDEX dataset_prefix_idx ON ingest.dataset USING btree (prefix)
  CREATE UNIQUE INDEX dataset_prefix_key ON ingest.dataset USING btree (prefix, COALESCE(bucket, ''::text)) WHERE (NOT share_prefix)
TABLE ingest.dataset_column OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  dataset text
  "position" smallint
  column_name text
  type text
  filled_by text
  source text
  conversion text
  null_strings text[]
  expression text
  reads_source boolean
  not_null boolean
  default_value text
  in_key boolean
  constraints text[]
  domain_check text
  is_identity boolean
  is_generated boolean
TABLE ingest.dataset_fault OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  dataset text NOT NULL
  since timestamp with time zone NOT NULL
  last_seen timestamp with time zone NOT NULL
  sqlstate text NOT NULL
  error text NOT NULL
  files bigint NOT NULL
  waiting text[]
  CONSTRAINT dataset_fault_pkey PRIMARY KEY (dataset)
  CREATE UNIQUE INDEX dataset_fault_pkey ON ingest.dataset_fault USING btree (dataset)
TABLE ingest.dataset_file OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner,ingest_dbt=r/ingest_owner}
  dataset text
  file_id bigint
  event_time timestamp with time zone
  last_modified timestamp with time zone
  received_at timestamp with time zone
  loaded_at timestamp with time zone
  status text
  records bigint
  rows_loaded bigint
  rows_rejected bigint
  rows_stale bigint
  rows_filtered bigint
  rows_deleted bigint
  rows_suppressed bigint
  rows_removed bigint
  error_code text
  error text
  dismissed_at timestamp with time zone
TABLE ingest.deferred OWNER ingest_owner UNLOGGED ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner}
  batch_id uuid NOT NULL
  bucket text NOT NULL
  key text NOT NULL
  version_id text
  dataset text NOT NULL
  sqlstate text NOT NULL
  error text NOT NULL
  CONSTRAINT deferred_are_told TRIGGER DEFERRABLE INITIALLY DEFERRED
TABLE ingest.erasure OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  erasure_id bigint NOT NULL IDENTITY a
  dataset text NOT NULL
  erased_at timestamp with time zone NOT NULL DEFAULT now()
  erased_by name NOT NULL
  reason text NOT NULL
  keys integer NOT NULL
  suppressed boolean NOT NULL
  counts jsonb NOT NULL
  action text NOT NULL DEFAULT 'erase'::text
  CONSTRAINT erasure_action CHECK ((action = ANY (ARRAY['erase'::text, 'unsuppress'::text])))
  CONSTRAINT erasure_pkey PRIMARY KEY (erasure_id)
  CREATE UNIQUE INDEX erasure_pkey ON ingest.erasure USING btree (erasure_id)
TABLE ingest.evolution OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  evolution_id bigint NOT NULL IDENTITY a
  evolved_at timestamp with time zone NOT NULL DEFAULT now()
  dataset text NOT NULL
  column_name name NOT NULL
  type text NOT NULL
  path text NOT NULL
  evidence text NOT NULL
  file_id bigint
  CONSTRAINT evolution_pkey PRIMARY KEY (evolution_id)
  CREATE INDEX evolution_dataset_idx ON ingest.evolution USING btree (dataset, evolved_at)
  CREATE UNIQUE INDEX evolution_pkey ON ingest.evolution USING btree (evolution_id)
TABLE ingest.file OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner,ingest_dbt=r/ingest_owner}
  file_id bigint NOT NULL IDENTITY d
  object_id bigint NOT NULL
  batch_id uuid NOT NULL
  dataset text
  bucket text NOT NULL
  key text NOT NULL
  version_id text
  etag text
  sequencer text
  size bigint
  event_time timestamp with time zone
  last_modified timestamp with time zone
  received_at timestamp with time zone NOT NULL
  loaded_at timestamp with time zone
  status text NOT NULL
  deliveries integer NOT NULL DEFAULT 1
  records bigint NOT NULL DEFAULT 0
  rows_loaded bigint NOT NULL DEFAULT 0
  rows_rejected bigint NOT NULL DEFAULT 0
  rows_stale bigint NOT NULL DEFAULT 0
  error_code text
  error text
  dismissed_at timestamp with time zone
  rows_filtered bigint NOT NULL DEFAULT 0
  rows_deleted bigint NOT NULL DEFAULT 0
  child_rows jsonb
  rows_suppressed bigint NOT NULL DEFAULT 0
  rows_removed bigint NOT NULL DEFAULT 0
  CONSTRAINT file_pkey PRIMARY KEY (file_id)
  CONSTRAINT file_status CHECK ((status = ANY (ARRAY['loaded'::text, 'partially_loaded'::text, 'load_failed'::text, 'skipped_stale'::text, 'object_missing'::text, 'no_dataset'::text, 'removed'::text]))) NOT VALID
  CREATE INDEX file_dataset_idx ON ingest.file USING btree (dataset, received_at) INCLUDE (status)
  CREATE INDEX file_open_idx ON ingest.file USING btree (dataset, received_at) INCLUDE (rows_rejected, file_id) WHERE ((status = ANY (ARRAY['partially_loaded'::text, 'load_failed'::text])) AND (dismissed_at IS NULL))
  CREATE UNIQUE INDEX file_pkey ON ingest.file USING btree (file_id)
  CREATE INDEX file_received_at_idx ON ingest.file USING btree (received_at)
  CREATE INDEX file_sequencer_idx ON ingest.file USING btree (object_id, sequencer)
  CREATE INDEX file_status_idx ON ingest.file USING btree (status, received_at, file_id) WHERE (status <> 'loaded'::text)
  CREATE INDEX file_suppressed_idx ON ingest.file USING btree (dataset, received_at) INCLUDE (rows_suppressed) WHERE (rows_suppressed > 0)
  CREATE INDEX file_trouble_idx ON ingest.file USING btree (dataset, received_at) WHERE (status = ANY (ARRAY['partially_loaded'::text, 'load_failed'::text, 'no_dataset'::text]))
  CREATE UNIQUE INDEX file_version_key ON ingest.file USING btree (object_id, version_id) WHERE ((version_id IS NOT NULL) AND (status <> 'object_missing'::text))
TABLE ingest.file_dataset OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner,ingest_dbt=r/ingest_owner}
  file_id bigint NOT NULL
  dataset text NOT NULL
  event_time timestamp with time zone
  last_modified timestamp with time zone
  received_at timestamp with time zone NOT NULL
  loaded_at timestamp with time zone
  status text NOT NULL
  records bigint NOT NULL DEFAULT 0
  rows_loaded bigint NOT NULL DEFAULT 0
  rows_rejected bigint NOT NULL DEFAULT 0
  rows_stale bigint NOT NULL DEFAULT 0
  rows_filtered bigint NOT NULL DEFAULT 0
  rows_deleted bigint NOT NULL DEFAULT 0
  error_code text
  error text
  dismissed_at timestamp with time zone
  rows_suppressed bigint NOT NULL DEFAULT 0
  rows_removed bigint NOT NULL DEFAULT 0
  CONSTRAINT file_dataset_file_id_fkey FOREIGN KEY (file_id) REFERENCES ingest.file(file_id) ON DELETE CASCADE
  CONSTRAINT file_dataset_pkey PRIMARY KEY (file_id, dataset)
  CONSTRAINT file_dataset_status CHECK ((status = ANY (ARRAY['loaded'::text, 'partially_loaded'::text, 'load_failed'::text, 'skipped_stale'::text, 'object_missing'::text, 'no_dataset'::text, 'removed'::text]))) NOT VALID
  CREATE INDEX file_dataset_newest_idx ON ingest.file_dataset USING btree (dataset, received_at) INCLUDE (status)
  CREATE INDEX file_dataset_open_idx ON ingest.file_dataset USING btree (dataset, received_at) INCLUDE (rows_rejected, file_id) WHERE ((status = ANY (ARRAY['partially_loaded'::text, 'load_failed'::text])) AND (dismissed_at IS NULL))
  CREATE UNIQUE INDEX file_dataset_pkey ON ingest.file_dataset USING btree (file_id, dataset)
  CREATE INDEX file_dataset_suppressed_idx ON ingest.file_dataset USING btree (dataset, received_at) INCLUDE (rows_suppressed) WHERE (rows_suppressed > 0)
TABLE ingest.fill OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner}
  dataset text NOT NULL
  columns name[] NOT NULL
  target oid NOT NULL
  place tid NOT NULL
  of_table oid NOT NULL
  end_block bigint NOT NULL
  filled bigint NOT NULL
  kept bigint NOT NULL
  rows_left bigint
  CONSTRAINT fill_dataset_fkey FOREIGN KEY (dataset) REFERENCES ingest.dataset(name) ON UPDATE CASCADE ON DELETE CASCADE
  CONSTRAINT fill_pkey PRIMARY KEY (dataset, columns)
  CREATE UNIQUE INDEX fill_pkey ON ingest.fill USING btree (dataset, columns)
TABLE ingest.handed_over OWNER ingest_owner UNLOGGED ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner}
  loader name NOT NULL
  staged tid[] NOT NULL
  held bigint[] NOT NULL
TABLE ingest.health OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner,ingest_dbt=r/ingest_owner}
  dataset text
  state text
  reason text
  last_file_at timestamp with time zone
  last_rows_at timestamp with time zone
  lag_p50 interval
  lag_p99 interval
  files_hour bigint
  files_day bigint
  files_by_status jsonb
  rows_rejected_hour bigint
  rows_rejected_day bigint
  rejects_by_code jsonb
  open_files bigint
  open_rejects bigint
  deferred_files bigint
  deferred_since timestamp with time zone
  drift bigint
  expected_every interval
  rows_suppressed_day bigint
TABLE ingest.ignored_removal OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  dataset text NOT NULL
  reason text NOT NULL
  first_seen timestamp with time zone NOT NULL
  last_seen timestamp with time zone NOT NULL
  removals bigint NOT NULL
  last_bucket text NOT NULL
  last_key text NOT NULL
  CONSTRAINT ignored_removal_pkey PRIMARY KEY (dataset, reason)
  CREATE UNIQUE INDEX ignored_removal_pkey ON ingest.ignored_removal USING btree (dataset, reason)
TABLE ingest.loader OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner}
  role name NOT NULL
  no integer NOT NULL IDENTITY a
  added_at timestamp with time zone NOT NULL DEFAULT now()
  CONSTRAINT loader_no_key UNIQUE (no)
  CONSTRAINT loader_pkey PRIMARY KEY (role)
  CREATE UNIQUE INDEX loader_no_key ON ingest.loader USING btree (no)
  CREATE UNIQUE INDEX loader_pkey ON ingest.loader USING btree (role)
TABLE ingest.object OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  object_id bigint NOT NULL IDENTITY a
  bucket text NOT NULL
  key text NOT NULL
  newest_file_id bigint
  newest_etag text
  newest_sequencer text
  newest_last_modified timestamp with time zone
  CONSTRAINT object_bucket_key_key UNIQUE (bucket, key)
  CONSTRAINT object_pkey PRIMARY KEY (object_id)
  CREATE UNIQUE INDEX object_bucket_key_key ON ingest.object USING btree (bucket, key)
  CREATE UNIQUE INDEX object_pkey ON ingest.object USING btree (object_id)
TABLE ingest.own_compiled OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner}
  dataset text
  fingerprint text
  domains oid[]
  problem text
  contract jsonb
  quick_source text
  quick_load text
  plain_load text
  clean_load text
  careful_source text
  careful_load text
  native_source text
  native_load text
  native_upsert text
  native_judge text
  refusals text
  native_sift text
  sift_contract jsonb
  hidden_refusals text
  aside_load text
  aside_judge text
  children_load text
  family jsonb
  family_upsert text
TABLE ingest.own_dataset OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  name text
  prefix text
  bucket text
  target regclass
  records_path text
  load_mode text
  version_column name
  on_error text
  on_unknown text
  on_absent text
  enabled boolean
  registered_at timestamp with time zone
  on_missing_path text
  loader name
  key_pattern text
  null_strings text[]
  expected_every interval
  record_filter text
  match_names text
  document_format text
  delete_when text
  soft_delete_column name
  share_prefix boolean
  parent text
  parent_key name[]
  key_of_parent name[]
  on_child_error text
  has_children boolean
  read_by_children jsonb
  suppresses boolean
  on_replaced text
  on_removed text
TABLE ingest.own_file OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner}
  file_id bigint
  key text
TABLE ingest.own_file_dataset OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner}
  file_id bigint
  dataset text
  target regclass
TABLE ingest.own_mapping OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  dataset text
  column_name name
  path text
  expression text
  reads_member boolean
  managed boolean
  conversion text
  null_strings text[]
TABLE ingest.own_staging OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner}
  staged tid
  body bytea
  held bigint
TABLE ingest.own_suppressed_key OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner}
  dataset text
  key_hash bytea
  erasure_id bigint
TABLE ingest.own_suppression OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner}
  dataset text
  key_columns name[]
  key_kinds text[]
  salt bytea
TABLE ingest.own_tombstone OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_dataset_loader=r/ingest_owner,ingest_admin=r/ingest_owner}
  dataset text
  row_key text
  version text
  version_type text
  source_time timestamp with time zone
  sequencer text
  file_id bigint
  record_no integer
  deleted_at timestamp with time zone
TABLE ingest.pruned OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  only_row boolean NOT NULL DEFAULT true
  before timestamp with time zone NOT NULL
  pruned_at timestamp with time zone NOT NULL
  objects bigint NOT NULL
  CONSTRAINT pruned_is_one_row CHECK (only_row)
  CONSTRAINT pruned_pkey PRIMARY KEY (only_row)
  CREATE UNIQUE INDEX pruned_pkey ON ingest.pruned USING btree (only_row)
TABLE ingest.rejected_message OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  rejected_message_id bigint NOT NULL IDENTITY a
  message_id text NOT NULL
  received_at timestamp with time zone NOT NULL DEFAULT now()
  body text NOT NULL
  error_code text NOT NULL
  error text NOT NULL
  CONSTRAINT rejected_message_message_id_key UNIQUE (message_id)
  CONSTRAINT rejected_message_pkey PRIMARY KEY (rejected_message_id)
  CREATE UNIQUE INDEX rejected_message_message_id_key ON ingest.rejected_message USING btree (message_id)
  CREATE UNIQUE INDEX rejected_message_pkey ON ingest.rejected_message USING btree (rejected_message_id)
  CREATE INDEX rejected_message_received_at_idx ON ingest.rejected_message USING btree (received_at)
TABLE ingest.rejected_record OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  reject_id bigint NOT NULL IDENTITY a
  file_id bigint NOT NULL
  record_no integer NOT NULL
  record bytea NOT NULL
  column_name text
  error_code text NOT NULL
  error text NOT NULL
  rejected_at timestamp with time zone NOT NULL DEFAULT now()
  replayed_at timestamp with time zone
  dismissed_reason text
  place jsonb
  dataset text
  is_loaded boolean NOT NULL DEFAULT false
  CONSTRAINT rejected_record_file_id_fkey FOREIGN KEY (file_id) REFERENCES ingest.file(file_id) ON DELETE CASCADE
  CONSTRAINT rejected_record_pkey PRIMARY KEY (reject_id)
  CREATE INDEX rejected_record_file_idx ON ingest.rejected_record USING btree (file_id, record_no)
  CREATE INDEX rejected_record_open_idx ON ingest.rejected_record USING btree (rejected_at) WHERE (replayed_at IS NULL)
  CREATE UNIQUE INDEX rejected_record_pkey ON ingest.rejected_record USING btree (reject_id)
TABLE ingest.schema_drift OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  dataset text NOT NULL
  path text NOT NULL
  json_type text NOT NULL
  first_seen timestamp with time zone NOT NULL
  last_seen timestamp with time zone NOT NULL
  files bigint NOT NULL
  sample text NOT NULL
  first_file_id bigint
  acknowledged_at timestamp with time zone
  acknowledged_reason text
  CONSTRAINT schema_drift_pkey PRIMARY KEY (dataset, path, json_type)
  CREATE UNIQUE INDEX schema_drift_pkey ON ingest.schema_drift USING btree (dataset, path, json_type)
TABLE ingest.setting OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner,ingest_reader=r/ingest_owner}
  name text NOT NULL
  value text NOT NULL
  meaning text NOT NULL
  CONSTRAINT setting_pkey PRIMARY KEY (name)
  CONSTRAINT setting_value_fits CHECK (
CASE
    WHEN (name = 'engine'::text) THEN (value = ANY (ARRAY['auto'::text, 'sql'::text, 'native'::text]))
    ELSE (value ~ '^[1-9][0-9]{0,17}$'::text)
END)
  CREATE UNIQUE INDEX setting_pkey ON ingest.setting USING btree (name)
TABLE ingest.staging OWNER ingest_owner UNLOGGED ACL {ingest_owner=arwdDxt/ingest_owner,ingest_loader=r/ingest_owner,ingest_admin=r/ingest_owner}
  batch_id uuid
  bucket text NOT NULL DEFAULT ''::text
  key text NOT NULL
  version_id text
  etag text
  sequencer text
  event_time timestamp with time zone
  last_modified timestamp with time zone
  size bigint
  body bytea
  error_code text
  held bigint
  CONSTRAINT staging_error_code CHECK ((error_code = ANY (ARRAY['object_missing'::text, 'too_large'::text, 'object_removed'::text, 'version_removed'::text])))
  CONSTRAINT staging_held_in_place_of_body CHECK (((held IS NULL) OR (body IS NULL)))
  CONSTRAINT staging_key_length CHECK ((octet_length(key) <= 1024))
  CREATE INDEX staging_batch_id_idx ON ingest.staging USING btree (batch_id)
TABLE ingest.suppressed_key OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner}
  dataset text NOT NULL
  key_hash bytea NOT NULL
  erasure_id bigint NOT NULL
  CONSTRAINT suppressed_key_dataset_fkey FOREIGN KEY (dataset) REFERENCES ingest.suppression(dataset) ON UPDATE CASCADE ON DELETE CASCADE
  CONSTRAINT suppressed_key_pkey PRIMARY KEY (dataset, key_hash)
  CREATE UNIQUE INDEX suppressed_key_pkey ON ingest.suppressed_key USING btree (dataset, key_hash)
TABLE ingest.suppression OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner}
  dataset text NOT NULL
  key_columns name[] NOT NULL
  key_kinds text[] NOT NULL
  salt bytea NOT NULL
  CONSTRAINT suppression_dataset_fkey FOREIGN KEY (dataset) REFERENCES ingest.dataset(name) ON UPDATE CASCADE ON DELETE CASCADE
  CONSTRAINT suppression_pkey PRIMARY KEY (dataset)
  CREATE UNIQUE INDEX suppression_pkey ON ingest.suppression USING btree (dataset)
TABLE ingest.tombstone OWNER ingest_owner ACL {ingest_owner=arwdDxt/ingest_owner,ingest_admin=r/ingest_owner}
  dataset text NOT NULL
  row_key text NOT NULL
  version text
  version_type text
  source_time timestamp with time zone
  sequencer text
  file_id bigint NOT NULL
  record_no integer NOT NULL
  deleted_at timestamp with time zone NOT NULL DEFAULT now()
  CONSTRAINT tombstone_dataset_fkey FOREIGN KEY (dataset) REFERENCES ingest.dataset(name) ON UPDATE CASCADE ON DELETE CASCADE
  CONSTRAINT tombstone_pkey PRIMARY KEY (dataset, row_key)
  CREATE INDEX tombstone_by_time ON ingest.tombstone USING btree (deleted_at)
  CREATE UNIQUE INDEX tombstone_pkey ON ingest.tombstone USING btree (dataset, row_key)
TABLE landing.customers OWNER postgres ACL {postgres=arwdDxt/postgres,ingest_loader=arw/postgres,ingest_admin=r/postgres,ingest_dbt=r/postgres}
  customer_id bigint NOT NULL
  email text NOT NULL
  name text
  country text
  signed_up_at timestamp with time zone NOT NULL
  updated_at timestamp with time zone NOT NULL
  marketing_opt_in boolean NOT NULL DEFAULT false
  tags text[]
  _file_id bigint
  _record_no integer
  _loaded_at timestamp with time zone
  _source_time timestamp with time zone
  _sequencer text
  _rescued jsonb
  CONSTRAINT customers_pkey PRIMARY KEY (customer_id)
  CREATE INDEX customers_loaded_at_idx ON landing.customers USING btree (_loaded_at)
  CREATE UNIQUE INDEX customers_pkey ON landing.customers USING btree (customer_id)
TABLE landing.order_items OWNER postgres ACL {postgres=arwdDxt/postgres,ingest_loader=arwd/postgres,ingest_admin=r/postgres,ingest_dbt=r/postgres}
  order_id uuid NOT NULL
  line_no integer NOT NULL
  sku text NOT NULL
  qty numeric(18,4) NOT NULL
  unit_price numeric(18,4) NOT NULL
  _file_id bigint
  _loaded_at timestamp with time zone
  CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES landing.orders(order_id) ON DELETE CASCADE
  CONSTRAINT order_items_pkey PRIMARY KEY (order_id, line_no)
  CONSTRAINT order_items_unit_price_check CHECK ((unit_price >= (0)::numeric))
  CREATE UNIQUE INDEX order_items_pkey ON landing.order_items USING btree (order_id, line_no)
TABLE landing.orders OWNER postgres ACL {postgres=arwdDxt/postgres,ingest_loader=arwd/postgres,ingest_admin=r/postgres,ingest_dbt=r/postgres}
  order_id uuid NOT NULL
  customer_id bigint NOT NULL
  status text NOT NULL
  ordered_at timestamp with time zone NOT NULL
  updated_at timestamp with time zone NOT NULL
  currency character(3) NOT NULL
  total_amount numeric(12,2) NOT NULL
  channel text
  ship_city text
  ship_country text
  ship_postcode text
  items jsonb NOT NULL
  note text
  _file_id bigint
  _record_no integer
  _loaded_at timestamp with time zone
  _source_time timestamp with time zone
  _sequencer text
  _rescued jsonb
  CONSTRAINT orders_pkey PRIMARY KEY (order_id)
  CONSTRAINT orders_status_check CHECK ((status = ANY (ARRAY['placed'::text, 'paid'::text, 'shipped'::text, 'cancelled'::text])))
  CONSTRAINT orders_total_amount_check CHECK ((total_amount >= (0)::numeric))
  CREATE INDEX orders_loaded_at_idx ON landing.orders USING btree (_loaded_at)
  CREATE UNIQUE INDEX orders_pkey ON landing.orders USING btree (order_id)
TABLE landing.payments OWNER postgres ACL {postgres=arwdDxt/postgres,ingest_loader=arw/postgres,ingest_admin=r/postgres,ingest_dbt=r/postgres}
  payment_id uuid NOT NULL
  order_id uuid NOT NULL
  at timestamp with time zone NOT NULL
  amount numeric(12,2) NOT NULL
  _file_id bigint
  _loaded_at timestamp with time zone
  CONSTRAINT payments_amount_check CHECK ((amount > (0)::numeric))
  CONSTRAINT payments_pkey PRIMARY KEY (payment_id)
  CREATE UNIQUE INDEX payments_pkey ON landing.payments USING btree (payment_id)
TABLE landing.refunds OWNER postgres ACL {postgres=arwdDxt/postgres,ingest_loader=arw/postgres,ingest_admin=r/postgres,ingest_dbt=r/postgres}
  refund_id uuid NOT NULL
  order_id uuid NOT NULL
  at timestamp with time zone NOT NULL
  reason text NOT NULL
  _file_id bigint
  _loaded_at timestamp with time zone
  CONSTRAINT refunds_pkey PRIMARY KEY (refund_id)
  CREATE UNIQUE INDEX refunds_pkey ON landing.refunds USING btree (refund_id)

-- functions
FUNCTION ingest.add_column(regclass,name,text) RETURNS void VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.add_column_as_caller(regclass,name,text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; lock_timeout=200ms ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.all_cast(jsonb[],text[],text,text[],boolean) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.all_read(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.all_within(jsonb[],text[],text[],numeric,numeric) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.ambiguous_columns(jsonb,jsonb,text) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.ambiguous_error(text,text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.any_match(jsonb[],text[],text) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.applied_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.apply_sql(ingest.description,text,text,text,boolean,ingest.drawn_column[],text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.array_text(jsonb,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.array_type(jsonb[],text[]) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.arrays_of_children(ingest.inferred_column[],integer) RETURNS ingest.inferred_column[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.as_child(ingest.dataset,ingest.dataset,jsonb) RETURNS ingest.dataset STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.aside_family_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.aside_judge_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.aside_load_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.aside_source(jsonb,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.asked(jsonb) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.asks_softly(jsonb) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.attempted_counts_sql() RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.base_type(oid,integer) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.begin_dirty(ingest.load_attempt,ingest.compiled_dataset) RETURNS ingest.load_attempt VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.behind_filter(ingest.description) RETURNS ingest.description STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.blocks_of(regclass) RETURNS bigint STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.body_format(bytea) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.bounded_drift(text,ingest.drift_seen[]) RETURNS ingest.drift_seen[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.bounded_samples(ingest.sample[],bigint,text,text,text[]) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.bury(text,ingest.missing_row[],text) RETURNS ingest.removed_rows[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.caller_problems(regclass,name,text[]) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.callers_settings() RETURNS TABLE(name text, value text) STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.came(text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.candidates(bytea,integer[]) RETURNS SETOF record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.candidates(bytea,integer[],boolean) RETURNS SETOF record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.careful_records_sql(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.careful_source(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.careful_source(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.careful_suspect_sql(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.careful_value_sql(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.casts(text[],text[],oid) RETURNS TABLE(first integer, last integer, type_oid oid) STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.changes_contract(ingest.description) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.checked_sql(ingest.description,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.checks_sql(ingest.description) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.child_problems(ingest.dataset,ingest.dataset,jsonb,jsonb,jsonb) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.child_rows_with(jsonb,jsonb,boolean) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.children_load_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.children_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.citus_asks(ingest.description) RETURNS TABLE(no bigint, find text, tell text) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.citus_kind(oid) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.citus_parts(regclass) RETURNS integer STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.citus_pieces_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.citus_problems(ingest.dataset) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.citus_sent_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.claim_units(uuid) RETURNS ingest.unit[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.claimed_files(tid[]) RETURNS ingest.claimed_file[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.clashes(text,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[]) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.clashes_of_last(text,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[]) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.clean_load_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.clean_load_with_deletes_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.clean_up(text[]) RETURNS void VOLATILE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.clean_winners_with_deletes_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.close_cursors(text[]) RETURNS void VOLATILE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.code_sql(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.codes() RETURNS SETOF record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.column_beside(ingest.dataset,text[]) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.column_evidence(ingest.inferred_column,bigint) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.column_notes(ingest.inferred_column[],ingest.inferred_column[],bigint,bigint) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.column_of_member(text,jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.columns_of_deletes(ingest.dataset) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.command_no() RETURNS bigint VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_owner=X/ingest_owner,ingest_loader=X/ingest_owner,ingest_dataset_loader=X/ingest_owner}
FUNCTION ingest.common_folder(text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.common_outputs_sql(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.compile_check(text) RETURNS void VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.compile_check_as_caller(text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.compile_missing(text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.compiled(text) RETURNS ingest.compiled_dataset VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.condition_fault(text,text,ingest.claimed_file,jsonb,ingest.parsed_record[],integer) RETURNS ingest.fault VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.condition_problem(ingest.dataset,text,text[]) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.condition_problems(ingest.dataset,text,text,jsonb,jsonb) RETURNS SETOF text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.condition_sql(ingest.description,text,boolean) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.constant_end(text[],text[],integer) RETURNS integer IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.container_form(oid) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.container_forms() RETURNS TABLE(form text, input_functions text[], expected text) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.container_text(jsonb,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.context_sql(jsonb) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.context_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.contract(ingest.dataset,ingest.target_column[]) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.contract_checks(ingest.description) RETURNS TABLE(no bigint, good_sql text, columns_text text, error_code text, message_sql text) STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.contract_in_force(text) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.conversion_problem(text,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.conversions() RETURNS TABLE(name text, argument text, types text[], expected text, example text, came jsonb) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.converted(jsonb,text,text) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.count_ignored(timestamp with time zone,ingest.removal_ignored[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.counted(bigint,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.counts_with_deletes_sql() RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.cube_text(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.cut_bytes(text,integer) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.cut_units(tid[]) RETURNS ingest.unit[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.dataset_problem(text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.decoded_text(text,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.defer(ingest.claimed_file[],ingest.deferral[],boolean) RETURNS ingest.claimed_file[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.definer_of(text,name) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.delete_problems(ingest.dataset,jsonb,jsonb) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.deleting_sql(text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.delivery_digest(ingest.claimed_file) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.describe_type(oid,integer) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.description(text) RETURNS ingest.description STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.digits_pattern(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.direct_fill_sql(ingest.dataset,jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.distinct_values(jsonb[],text[]) RETURNS bigint STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.document(bytea,boolean) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.documents_sql(ingest.description,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.drawn_columns(ingest.dataset,ingest.target_column[]) RETURNS ingest.drawn_column[] STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.drift(text,jsonb,ingest.unknown_seen[]) RETURNS ingest.drift_seen[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.drift_of_children(ingest.unknown_seen[],jsonb) RETURNS ingest.drift_seen[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.drift_samples(ingest.claimed_file[],jsonb,ingest.drift_seen[]) RETURNS ingest.drift_seen[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_mergejoin=off; enable_nestloop=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.drifted_members(text) RETURNS TABLE(path text, steps text[], column_name text, source text, type text, json_types text[], first_seen timestamp with time zone, last_seen timestamp with time zone, evidence text, file_id bigint, is_marked boolean, goes_into boolean, reader text) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.element_kinds(jsonb[],text[]) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.elements_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.encoded_json(text) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.engine_in_force() RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.entry(jsonb,text) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.entry_key(bigint,ingest.claimed_file[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.envelope_columns(jsonb[],text,text[]) RETURNS ingest.inferred_column[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.envelope_place(jsonb[],ingest.member_seen[],boolean) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.envelope_sql(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.enveloped(bytea,jsonb,boolean) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.enveloped(jsonb[],jsonb,boolean) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.epoch_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.epoch_text(numeric,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.epoch_unit(jsonb[],text[],text[],text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.equal_columns_sql(regclass,text[],text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.erase_file(bigint,text,bytea) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.erase_messages(text,text[]) RETURNS bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.erase_problem(ingest.dataset) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.erase_quarantine(text,text[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.erase_records(text,ingest.claimed_file[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.erase_samples(text) RETURNS bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.erased() RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.evolution_problem(regclass,name) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.evolve(text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.evolve_datasets(text[],timestamp with time zone) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.evolver(regclass) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.exact_members(jsonb) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.expected_value(text,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.explained_columns(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.expression_faults(text,ingest.claimed_file,jsonb,ingest.parsed_record[],integer) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.expression_paths(text) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.expression_problem(regclass,text,text,text[],text) RETURNS text VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.expression_problem_as_caller(regclass,text,text,text[],text) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.family_contract(ingest.dataset,jsonb) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.family_problem(ingest.dataset) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.family_targets(oid) RETURNS oid[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.family_upsert_sql(ingest.description,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fate_columns() RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.faults_of_deletes_sql(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.file_context(ingest.claimed_file,jsonb) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.file_outcomes(ingest.claimed_file[],ingest.fault[],ingest.load_outcome,integer[],text) RETURNS ingest.file_outcome[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.file_scope(ingest.dataset) RETURNS TABLE(name text, type text, value_sql text) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.file_scope_sql(ingest.dataset) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.file_sources() RETURNS text[] IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.files_of_member(ingest.claimed_file[],text) RETURNS ingest.claimed_file[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.files_to_skip(text,ingest.fault[],jsonb) RETURNS integer[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fill_carefully_as_caller(ingest.dataset,text[],tid[],oid[]) RETURNS bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_hashjoin=off; enable_mergejoin=off ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fill_contract(ingest.dataset,text[]) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fill_piece(text,text[],tid,oid,bigint,bigint,boolean,boolean) RETURNS ingest.filled_piece VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.fill_piece_as_caller(text,text[],tid,oid,bigint,bigint,boolean,boolean) RETURNS ingest.filled_piece VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fill_problems(ingest.dataset,text[]) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fill_rows_as_caller(text,text[],tid[],oid[]) RETURNS bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_hashjoin=off; enable_mergejoin=off ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fill_sql(ingest.dataset,jsonb,boolean) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fillable_columns(text) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.filter_scope(ingest.description) RETURNS ingest.description STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.filtered_records(text,ingest.claimed_file[],jsonb,ingest.parsed_record[]) RETURNS bigint[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.find_keys(text,ingest.claimed_file[],boolean,text[]) RETURNS jsonb VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.find_keys_as_caller(text,ingest.claimed_file[],boolean,text[]) RETURNS jsonb VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.find_missing(text,integer[],bigint[],ingest.applied_record[]) RETURNS SETOF ingest.missing_row VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.find_missing_as_caller(text,integer[],bigint[],ingest.applied_record[]) RETURNS SETOF ingest.missing_row VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.find_refused(text,text,text,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[]) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fingerprint(text,oid[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fire_deferred() RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.first_attempt(ingest.compiled_dataset,ingest.claimed_file[],text,boolean,boolean) RETURNS ingest.load_attempt VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.first_element_code(jsonb,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.first_names(text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.first_unknown_members(ingest.unknown_seen[],jsonb) RETURNS TABLE(file_no integer, record_no integer, parent text[], member text, json_type text) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_mergejoin=off; enable_nestloop=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fit(anyelement,jsonb) RETURNS anyelement IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.fit(text,jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.followed(json,jsonb) RETURNS json IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.followed(jsonb,jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.foreign_depth(oid,oid[]) RETURNS integer STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.foreign_keys(regclass) RETURNS TABLE(name text, child_name text, parent_name text, parent text, columns text[], list text, shown text, places text, same text, named_sql text, fired name) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.forget_parts() RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.forget_prepared(integer) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.forget_read(text) RETURNS void VOLATILE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.forget_unknown_seen() RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.former_entries(ingest.claimed_file[]) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.found_records(json[],jsonb,boolean) RETURNS SETOF record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.free_name(text,text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.function_at_fault(text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.gathered_changes_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.gathered_incoming_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.gathered_upsert_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.geometry_depth(text) RETURNS integer IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.geometry_srid(jsonb) RETURNS integer IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.geometry_text(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.given(refcursor,anyarray) RETURNS anyarray VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.given_contract(ingest.dataset,jsonb) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.given_source(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.given_value(jsonb,jsonb,name[],text[]) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.go_without_plain(text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.grant_on_target(regclass,name,text[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.guarded_expression(text,oid) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.hand_over(name,ingest.claimed_file[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.handed_body(bigint) RETURNS bytea STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_owner=X/ingest_owner,ingest_loader=X/ingest_owner,ingest_dataset_loader=X/ingest_owner}
FUNCTION ingest.has_just_known_sql(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.has_loaders() RETURNS boolean STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_owner=X/ingest_owner,ingest_loader=X/ingest_owner,ingest_dataset_loader=X/ingest_owner}
FUNCTION ingest.has_member_sql(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.has_tombstones(text) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.has_unknown_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.held() RETURNS text[] STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.held_body(bigint) RETURNS bytea STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.held_cursors() RETURNS TABLE(name text, told text) STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.hstore_text(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.identity_sequence(oid,smallint) RETURNS regclass STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.in_doubt(integer) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.in_the_way(regclass,smallint) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.incoming_columns(ingest.description) RETURNS TABLE(name text, value_sql text, sort integer, is_written boolean) STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.inferred_columns(jsonb[],ingest.member_seen[]) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.inferred_contract(ingest.sample[],text,text,text[]) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.inferred_identity(jsonb[],ingest.inferred_column[],text) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.inferred_name(text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.inferred_type(jsonb[],text[],text,jsonb) RETURNS ingest.inferred_column STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.inner_objects(jsonb) RETURNS TABLE(no bigint, steps text[], members text[]) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.inspect_file(jsonb,integer,integer,bytea,integer[],jsonb) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.inspect_suspects(jsonb,bigint[],ingest.claimed_file[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_again() RETURNS boolean STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_base64(jsonb[],text[]) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_before(ingest.file,text,timestamp with time zone) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_constant(pg_node_tree) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_converted(text[],jsonb) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_drawn(pg_node_tree) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_file_meant(ingest.rejects_meant,ingest.rejected_record,text) RETURNS boolean STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_held_by_key(ingest.dataset,regclass) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_judging() RETURNS boolean STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_meant(ingest.rejects_meant,ingest.rejected_record,text) RETURNS boolean IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_of_the_moment(text) RETURNS boolean IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_only_checked() RETURNS boolean STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_own_row_sql(ingest.dataset) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_partition(text) RETURNS boolean IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_placed(jsonb) RETURNS boolean IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_plain_table(regclass) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_referred_to(regclass) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_removal(text) RETURNS boolean IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_removed(ingest.file) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.is_whole_sql(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.judge_odd(text,ingest.claimed_file[],ingest.dataset_outcome,text) RETURNS ingest.dataset_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.judge_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.judge_suspects(ingest.load_attempt,bigint[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.judged_removal(ingest.claimed_file,ingest.member[]) RETURNS ingest.removal STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.keep_dirty(ingest.load_attempt,text,boolean) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.kept_columns(ingest.target_column[],jsonb) RETURNS ingest.kept_column[] STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.kept_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.kept_value_sql(ingest.kept_column,regclass,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_as_text(text[],text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_columns(regclass) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_hindrance(regclass) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_in_parent_sql(ingest.dataset,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_json_sql(regclass,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_kinds(regclass) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_match_sql(regclass,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_of_parent(ingest.inferred_column[],text,text[]) RETURNS ingest.inferred_column[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_of_parent_sql(ingest.dataset,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_parts(text) RETURNS TABLE(no bigint, literal text, piece text) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_pattern_problems(text) RETURNS SETOF text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_pieces(text,text,text) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_problem(text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_rank(text,text) RETURNS integer IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_scope(ingest.description,boolean) RETURNS ingest.description STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_shape(text[],text) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_text(regclass,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.key_types_of_parent(ingest.dataset) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.keyed_records_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.keys_given(regclass,jsonb) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.known_members(jsonb) RETURNS TABLE(parent text[], members text[]) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.known_places(jsonb) RETURNS TABLE(parent text[], inner_members text[]) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.known_spellings(ingest.target_column[],text[],text) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.known_values_sql(ingest.description) RETURNS TABLE(no bigint, refused_sql text, message_sql text, unsure_sql text) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lacking_places(ingest.claimed_file[],jsonb) RETURNS ingest.fault[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.large_array(text) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.large_document(bytea) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.large_indexes() RETURNS TABLE(name text, statement text) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.last_record(text,ingest.claimed_file[],jsonb,ingest.parsed_record[]) RETURNS integer VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lead(text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.leading_members(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.left_out_before(ingest.parsed_record[],ingest.claimed_file[]) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lenient_contract(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.line_candidates(bytea,integer[]) RETURNS SETOF record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.line_documents(bytea) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.line_fault(text,integer) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lines_are_good_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lines_are_sound_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lines_of_records(bytea) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lines_sql(text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.link_to_parent(regclass,regclass) RETURNS name[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_aside(ingest.load_attempt,ingest.compiled_dataset,ingest.parsed_record[]) RETURNS ingest.load_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_child(ingest.dataset,jsonb,ingest.claimed_file[],ingest.applied_record[],text,boolean) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_children(text,ingest.claimed_file[],ingest.applied_record[],text,boolean) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_dataset(text,ingest.claimed_file[],text,boolean,boolean,ingest.fault[],ingest.parsed_record[]) RETURNS ingest.dataset_outcome VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.load_dataset_as_caller(text,ingest.claimed_file[],text,boolean,boolean,ingest.fault[],ingest.parsed_record[]) RETURNS ingest.dataset_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_family(text,ingest.claimed_file[],text,boolean,ingest.parsed_record[]) RETURNS ingest.dataset_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_files(text,ingest.claimed_file[],text,boolean,ingest.parsed_record[]) RETURNS ingest.dataset_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_gathered(ingest.load_attempt,ingest.compiled_dataset) RETURNS ingest.load_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_in_steps_as_caller(ingest.load_steps,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[],integer,integer) RETURNS ingest.load_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_in_steps_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_mirrored(text,ingest.claimed_file[],text,boolean,ingest.parsed_record[]) RETURNS ingest.dataset_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_of_checked_sql(ingest.description,text,boolean) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_plain_children(text,ingest.claimed_file[],jsonb,ingest.applied_record[]) RETURNS ingest.load_outcome VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.load_plain_children_as_caller(text,ingest.claimed_file[],jsonb,ingest.applied_record[]) RETURNS ingest.load_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_prepared(text,ingest.claimed_file[],ingest.parsed_record[]) RETURNS ingest.load_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_shared_unit(uuid,timestamp with time zone,text,ingest.claimed_file[],boolean,ingest.member[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_sql(ingest.description,text,boolean) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.load_unit(uuid,timestamp with time zone,text,ingest.claimed_file[],boolean,ingest.member[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.loader_problems(name) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.loading_functions() RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.loads_whole_families(ingest.description,boolean) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lock_known_objects(ingest.claimed_file[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_bitmapscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lock_objects(ingest.claimed_file[]) RETURNS ingest.claimed_file[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.lock_targets(text[],boolean) RETURNS void VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.lock_targets_as_caller(text[],boolean) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.long_suspect_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.look_closer(ingest.load_attempt,ingest.compiled_dataset,text) RETURNS ingest.load_attempt VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.looked_up_sql(ingest.description,ingest.drawn_column[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.looks_like(text,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.made_over_sql(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.made_up(jsonb,integer) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.make_definers(ingest.loader) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.make_newest(ingest.claimed_file[],ingest.delivery[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.mapping(text) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.mapping_problems(ingest.dataset,jsonb,jsonb) RETURNS SETOF text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.marking_sql(text,ingest.dataset) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.match_dataset(text,text) RETURNS SETOF text STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.matched_name(text,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.matching_columns(jsonb) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.may_ask_parents(text) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.may_be_given_up(ingest.rejects_meant,ingest.rejected_record,text) RETURNS boolean STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.may_be_prepared(text,boolean) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.may_be_the_targets(text) RETURNS boolean IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.may_have_rows(bigint[]) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.may_load_twice(ingest.member[]) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.member_evidence(jsonb[],text[]) RETURNS SETOF ingest.member_seen STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.member_path(text) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_reader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.member_steps(text[]) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.members(text[]) RETURNS ingest.member[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.members_by_name_sql(text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.members_of_column(json,jsonb) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.members_read(text) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.members_read(text[]) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.metadata_columns() RETURNS text[] IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_reader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.metadata_of(regclass) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.mirror_problems(ingest.dataset) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.mirroring_options(ingest.dataset) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.mirrors(text,text) RETURNS boolean IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.misfit(text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.missing_indexes() RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.missing_parents(anyarray,text,jsonb) RETURNS text[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; plan_cache_mode=force_generic_plan ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.missing_parents_sql(regclass,boolean) RETURNS TABLE(no bigint, refused_sql text, message_sql text) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.name_problems(ingest.dataset,jsonb,jsonb) RETURNS SETOF text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.name_rules() RETURNS TABLE(name text, meaning text) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.named_columns(ingest.inferred_column[]) RETURNS ingest.inferred_column[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.named_files(jsonb,ingest.file,integer) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.named_in(text) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.names_in_expressions(ingest.dataset) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.names_of_key(ingest.description) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.namesake(json,jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.namesake_warning(jsonb,jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.native_family(ingest.description) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.native_problem() RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.native_records_sql(jsonb,text,text,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.native_rejects(ingest.claimed_file[],bigint[],bigint[],jsonb) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.native_rest_source(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.native_sift_sql(ingest.description) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.native_source(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.needs_digits(jsonb) RETURNS boolean IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.nested_array_text(jsonb,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.newer_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.newer_sql(ingest.description,text,text[],text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.no_column(regclass,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.no_text_is_unfit(oid) RETURNS boolean IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.not_aside(ingest.load_attempt,ingest.compiled_dataset) RETURNS ingest.load_attempt VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.not_clean(integer) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.not_removable(ingest.dataset,ingest.dataset[],ingest.applied_record[]) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.not_suppressed_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.null_suspect_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.number_code(oid,integer,numeric) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.numbers_text(jsonb,text,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.numeric_digits(integer) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.object_at(jsonb,text[]) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.odd_records_sql() RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.odd_sql(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.odd_value_sql(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.of_single_records() RETURNS jsonb IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.older_sql(ingest.dataset,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.one_byte_encoding(bytea,integer) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.opened_objects(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.opened_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.operand_start(text[],text[],integer) RETURNS integer IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.option_problems(ingest.dataset) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.order_operator(oid,smallint) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.origin_sql(jsonb) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.own_records_sql(jsonb,jsonb[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.parent_depths(jsonb) RETURNS integer[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.parent_source(text,name[],name[],text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_reader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.parse_path(text,boolean) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.parsed_text(text) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.path_accessor(text,jsonb,boolean,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.path_fault(text,boolean,integer,text,text,text) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.path_from(text[],text[],integer) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.path_steps(text) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.patterned_text(text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.piece_column(text,text[],text,text) RETURNS ingest.inferred_column STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.pinned_settings() RETURNS TABLE(name text, value text) IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.place_of(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.place_problems(text,jsonb) RETURNS SETOF text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.placed(jsonb[],jsonb) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.placed_in_maps(bytea,jsonb) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.placed_records(bytea,jsonb,jsonb) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_array_pattern(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_children(ingest.dataset) RETURNS TABLE(no bigint, child ingest.description, within jsonb, is_held boolean, loader name) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_children_sql(ingest.description,bigint,text,boolean,boolean) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_condition(ingest.description,text) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_contract(ingest.description,boolean) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_family_sql(ingest.description,text,text,boolean) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_filter_contract(ingest.dataset,jsonb) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_is_due(text) RETURNS boolean VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_load_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_operand(ingest.description,text[],text[],integer) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_pattern(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_pause(text) RETURNS integer[] STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_records_sql(ingest.description) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_term(text[],text[],integer) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_time_sql(text,boolean) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_way(jsonb) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.plain_went(text,boolean) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.policy_problems(regclass,text,name,text[]) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.positions(jsonb) RETURNS TABLE(name text, no bigint, told boolean) IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.positions_text(jsonb,integer,integer) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.prepare_targets(text[],boolean) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.prepared(text) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.prepared_call(text,refcursor,refcursor) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.privilege_problems(regclass,name,text[]) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.probe(ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[],integer,integer) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.process_member(timestamp with time zone,text,boolean,ingest.parsed_record[],ingest.member_outcome) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.process_part(uuid,timestamp with time zone,text,text,ingest.claimed_file[],boolean) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.process_removals(uuid,timestamp with time zone,ingest.claimed_file[],ingest.member[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.process_unit(uuid,timestamp with time zone,text,ingest.claimed_file[],boolean,boolean,ingest.member[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.proposed_children(jsonb[],ingest.inferred_column[],text,text[],ingest.inferred_column[],text[],integer) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.proposed_columns(text) RETURNS TABLE(kind text, path text, column_name text, type text, evidence text, sql text, first_seen timestamp with time zone, last_seen timestamp with time zone) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.proposed_mapping(ingest.inferred_column[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.proposed_table(text,ingest.inferred_column[],bigint,text,text[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.proposed_widenings(text) RETURNS TABLE(kind text, path text, column_name text, type text, evidence text, sql text, first_seen timestamp with time zone, last_seen timestamp with time zone) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.qualified_name(text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quick_files_sql(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quick_member_sql(jsonb,jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quick_records_sql(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quick_source(jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quick_source(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quick_source(jsonb,text,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quick_suspect_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quick_value_sql(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.quoted_sample(text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.raw_records(bytea,jsonb,integer[],jsonb) RETURNS SETOF record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.raw_sql(jsonb,boolean) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.raw_value(json,text[],jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.read_at_once(ingest.claimed_file[],jsonb,text[]) RETURNS ingest.member_records[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.read_before_sql(jsonb,text) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.read_carefully(ingest.load_attempt,ingest.compiled_dataset) RETURNS ingest.load_attempt VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.read_for(text,ingest.member_records[]) RETURNS ingest.parsed_record[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.read_of_parent(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.readable_lines(bytea) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.readable_placed(bytea,jsonb,jsonb) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.readable_records(bytea,jsonb,boolean,boolean) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.readable_text(bytea,integer) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.readmitted(ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[],bigint[],integer) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.reads_as_others(ingest.description) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.reads_document(jsonb) RETURNS boolean IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.recognise(ingest.claimed_file[]) RETURNS ingest.claimed_file[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_bitmapscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.recognised(ingest.claimed_file,bigint,text) RETURNS ingest.claimed_file IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.record_fault(bytea,boolean) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.record_key_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.record_sql(jsonb,text,boolean) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.records(bytea,jsonb,integer[],jsonb) RETURNS SETOF record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.records_with_children_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.refers_to_itself(regclass) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.refusals_are_told(ingest.description) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.refusals_sql(ingest.description,boolean) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.refuse_setting() RETURNS trigger VOLATILE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.refuse_untold() RETURNS trigger VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_owner=X/ingest_owner}
FUNCTION ingest.refused(text,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[],integer,integer) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.refused_of_file(text,ingest.claimed_file,jsonb,ingest.parsed_record[],bigint[]) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.register(jsonb) RETURNS text VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest.registration_changes(ingest.dataset,ingest.dataset,jsonb,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.rehearse(ingest.dataset) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.rejects_meant(text,bigint,text,text,timestamp with time zone,timestamp with time zone,bigint) RETURNS ingest.rejects_meant IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.rejects_sql(ingest.description,text,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.remainder_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.remove_children_of(text,jsonb[]) RETURNS bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.remove_family(text,jsonb[]) RETURNS bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.remove_missing(text,integer[],bigint[],ingest.applied_record[]) RETURNS jsonb VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.remove_missing_of_each(text,integer[],bigint[],ingest.applied_record[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.remove_objects(ingest.removal[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.remove_rows(text,jsonb[],boolean) RETURNS ingest.keyed_rows VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.remove_rows_as_caller(text,jsonb[],boolean) RETURNS ingest.keyed_rows VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.removers(ingest.claimed_file,ingest.member[]) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.renamed(jsonb,jsonb,text) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.repeated(text,text,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[]) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.repeats_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.replay_dataset(text,ingest.rejects_meant,bigint,text,boolean) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.require_a_target_that_loads(text,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.require_dataset(text,boolean) RETURNS void STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.require_deferred_are_told() RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.require_own_files(text,text) RETURNS void STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.require_owner(text,name) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.require_read_committed(text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.rescued_records_sql(regclass,jsonb,boolean) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.restore_settings() RETURNS void VOLATILE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.returned_as_caller(text,text,bigint,integer) RETURNS SETOF record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.riding(ingest.description) RETURNS record STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.riding_documents_sql(ingest.description,ingest.description,bigint,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.row_key_sql(regclass,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.rows_a_piece() RETURNS integer IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_add_column(ingest.dataset,name,text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_compile_check(text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_expression_problem(name,regclass,text,text,text[],text) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_fill_piece(text,text[],tid,oid,bigint,bigint,boolean,boolean) RETURNS ingest.filled_piece VOLATILE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_find_keys(text,ingest.claimed_file[],boolean,text[]) RETURNS jsonb VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_find_missing(text,integer[],bigint[],ingest.applied_record[]) RETURNS SETOF ingest.missing_row VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_load(text,ingest.claimed_file[],text,boolean,ingest.fault[],ingest.parsed_record[]) RETURNS ingest.dataset_outcome VOLATILE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_load_plain_children(ingest.dataset,ingest.claimed_file[],jsonb,ingest.applied_record[]) RETURNS ingest.load_outcome VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_lock_targets(text[],boolean) RETURNS void VOLATILE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_remove_rows(text,jsonb[],boolean) RETURNS ingest.keyed_rows VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.run_typed_rows(text,ingest.claimed_file,bigint[]) RETURNS jsonb VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.same_data_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sampled_places(text,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[]) RETURNS bigint[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sampled_records(ingest.sample[]) RETURNS ingest.sampled STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sampled_records(text,ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[]) RETURNS TABLE(file ingest.claimed_file, record_no integer) VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.say_again(boolean) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.say_judging(boolean) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.say_only_checked(boolean) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.says_registration_is_wrong(text) RETURNS boolean IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.scalar_text(jsonb,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.scan_candidates(text,integer,integer) RETURNS SETOF record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.scope_of(ingest.description,text[]) RETURNS ingest.description STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.scope_sql(ingest.description,text,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sequencer_order(text) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.set_aside(ingest.load_attempt,ingest.compiled_dataset) RETURNS ingest.load_attempt VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.set_propagation(text) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.setting(text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.settle_deferred(text) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.settle_faults(uuid,timestamp with time zone,ingest.claimed_file[],ingest.member[],ingest.deferral[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.settle_given_up(bigint[]) RETURNS SETOF bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.settle_left_out(bigint[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.settle_members(uuid,timestamp with time zone,ingest.claimed_file[],ingest.member_outcome[]) RETURNS ingest.file_outcome[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.settle_replay(ingest.claimed_file[],ingest.dataset_outcome,jsonb) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.settle_unremoved(ingest.removal[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.settled(bigint,timestamp with time zone,boolean) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.settled_dataset(text,text) RETURNS ingest.dataset VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.share_out(ingest.rejects_meant) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sharing(text) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.shortened_path(text) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.shown(text) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sifted_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sifts_first(ingest.description) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.singular(text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.snake_case(text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.soft_suspect_sql(jsonb,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sound_records_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.source_json(ingest.inferred_column) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.source_object(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.source_problems(ingest.dataset,text,jsonb) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.source_steps(text) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sources() RETURNS TABLE(source text, reads text, example text) IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.spelling_warnings(jsonb,ingest.claimed_file[],ingest.parsed_record[],bigint[]) RETURNS jsonb VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.spellings(text,text) RETURNS SETOF text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.spelt(jsonb[],jsonb,text,text[],text[],boolean) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.spelt_otherwise(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.spelt_sql(jsonb,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sql_connectives() RETURNS text[] IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sql_token(text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sql_tokens(text) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.stage_children(ingest.dataset,jsonb,jsonb,ingest.claimed_file[],ingest.applied_record[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.stage_part(bytea) RETURNS tid VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_owner=X/ingest_owner,ingest_loader=X/ingest_owner,ingest_dataset_loader=X/ingest_owner}
FUNCTION ingest.stage_parts(ingest.claimed_file,jsonb) RETURNS TABLE(first_record integer, last_record integer, file ingest.claimed_file) VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.stage_reject(integer,text,ingest.file,integer,bytea,jsonb) RETURNS ingest.claimed_file VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.stage_rejects(text,ingest.rejects_meant,boolean,bigint,integer,bigint,boolean) RETURNS ingest.claimed_file[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.staged_body(bytea,bigint) RETURNS bytea STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.staged_bytes(bytea,bigint,bigint) RETURNS bigint STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.staged_sql(jsonb) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.stand_in_columns(ingest.description) RETURNS TABLE(name text, sort integer, declared text, default_sql text, is_always boolean) STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.state_code(text,text,jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.state_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.step_text(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.steps_path(text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.still_refused(ingest.claimed_file[],jsonb,ingest.parsed_record[],bigint[],ingest.fault[]) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.still_waiting(text[],text[]) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.store_dataset(ingest.dataset) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.sum_up(bigint[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.summed_error(text[],text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.summed_status(text[]) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.suppress_keys(ingest.dataset,text[],bigint) RETURNS bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.suppressed_among(text,ingest.claimed_file[],boolean,bigint[]) RETURNS bigint[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.suppression_problem(ingest.dataset) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.suspects(text,ingest.claimed_file[],jsonb) RETURNS bigint[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.tables_of(regclass) RETURNS SETOF regclass STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.taken_again(ingest.claimed_file[]) RETURNS ingest.claimed_file[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.taken_from(ingest.dataset) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.takers(text,text) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.takes_any_text(oid) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.target_columns(ingest.dataset,text[]) RETURNS SETOF ingest.target_column STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.target_problems(regclass,text,name) RETURNS SETOF text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.target_refusal(text[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.tell_parent(ingest.dataset) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.text_depth(text) RETURNS integer IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.token_is_good(text) RETURNS boolean IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.told_beforehand(jsonb,jsonb) RETURNS boolean IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.told_deletes_sql(ingest.dataset,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.told_number(text,text) RETURNS numeric IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.told_of_excluded(ingest.load_attempt) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.told_of_family_sql(text,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.told_of_parents(ingest.dataset,ingest.child_file[],ingest.fault[],boolean) RETURNS ingest.fault[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.told_refusals(ingest.load_attempt,ingest.compiled_dataset) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.told_value(text,text) RETURNS record IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.tombstones_of_rows(ingest.missing_row[],text) RETURNS ingest.tombstone_change[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.too_deep(jsonb) RETURNS boolean STABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.transformed_geometry(text,integer) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.trial_document(ingest.dataset,jsonb,integer) RETURNS bytea STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.trial_key(ingest.dataset,jsonb,integer) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.tried_parents_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.try_input(text,oid,integer,text) RETURNS void STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.turn_away(ingest.claimed_file[]) RETURNS record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.type_at(text[],text[],integer) RETURNS oid STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.type_kind(oid) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.type_kinds() RETURNS jsonb IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.typed_rows(text,ingest.claimed_file,bigint[]) RETURNS jsonb VOLATILE OWNER ingest_loader SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp ACL {ingest_loader=X/ingest_loader,ingest_owner=X/ingest_loader}
FUNCTION ingest.typed_rows_as_caller(text,ingest.claimed_file,bigint[]) RETURNS jsonb VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.typed_sql(ingest.description,text,text[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.types_state(regclass) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unchanged_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unconverted_sql(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unfit(text,jsonb) RETURNS boolean IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unfit_marks(oid) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unfit_within(text,jsonb) RETURNS boolean IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unique_values(ingest.description) RETURNS TABLE(index_no bigint, index_name text, shown text, list text, value_list text, places text, counts text, told boolean, columns text[]) STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unknown_is_seen() RETURNS boolean VOLATILE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unknown_members(ingest.unknown_seen[],jsonb) RETURNS TABLE(file_no integer, record_no integer, parent text[], member text, json_type text) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unknown_objects(ingest.unknown_seen[],jsonb) RETURNS TABLE(file_no integer, record_no integer, parent text[], inner_members text[], object jsonb) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unknown_of_typed_sql(boolean) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unread_key_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unstage(ingest.claimed_file[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unsupported_unicode(text) RETURNS boolean IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unsuppress_keys(ingest.dataset,text[]) RETURNS bigint VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.unused_name(text,text,text[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.used_of_file(ingest.dataset,ingest.target_column[]) RETURNS TABLE(name text, value_sql text) STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.utf8_error_offset(bytea) RETURNS integer IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.value_code(jsonb,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.value_error(jsonb,text,text,text) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.value_kind(text,text) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.value_sql(jsonb) RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.version() RETURNS text IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_shipper=X/postgres,ingest_reader=X/postgres}
FUNCTION ingest.version_rank(text) RETURNS integer IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.version_sql(ingest.dataset,text,smallint) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.version_triggers(ingest.dataset) RETURNS SETOF name STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.version_type(ingest.dataset) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.wanted_dataset(ingest.dataset,jsonb) RETURNS ingest.dataset STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.wanted_mapping(jsonb,regclass,text,jsonb) RETURNS jsonb STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.wanted_rights(ingest.dataset) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.wanted_rights(text,name) RETURNS text[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest.warn_of(ingest.dataset,boolean) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.warn_of_others(ingest.dataset) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.warn_of_sharing(ingest.dataset) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.warn_of_stranded(ingest.dataset) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.way_of_reading(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.whole_conversion(text,jsonb) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.whole_place(jsonb,jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.whose_fault(text) RETURNS text IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.wider_type(oid,integer,numeric,boolean,integer) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.winners_sql(ingest.description,text,text[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.winners_with_deletes_sql(ingest.description) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_bytes(text,ingest.claimed_file[],ingest.odd_record[]) RETURNS SETOF ingest.odd_record VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_children(text[]) RETURNS text[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_context(ingest.claimed_file[],jsonb) RETURNS ingest.claimed_file[] STABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_depth(jsonb,jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_drawn_sql(ingest.description,text,text[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_raw_sources(jsonb[],json[],jsonb,text,integer) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_sources(jsonb[],jsonb[],jsonb,text,integer) RETURNS jsonb[] IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_takes(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.with_value(jsonb,jsonb,jsonb) RETURNS jsonb IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.without_files(ingest.load_attempt,integer[],ingest.fault[],ingest.load_outcome,ingest.drift_seen[]) RETURNS ingest.load_attempt VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.without_filter(jsonb) RETURNS jsonb IMMUTABLE OWNER postgres ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.without_nul(bytea) RETURNS bytea IMMUTABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.without_records(bytea,jsonb,integer[]) RETURNS bytea IMMUTABLE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.without_refused(ingest.load_attempt,ingest.fault[]) RETURNS ingest.load_attempt VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.without_shards(text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.worded(ingest.claimed_file[],jsonb,ingest.fault[],ingest.unknown_seen[]) RETURNS ingest.fault[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_mergejoin=off; enable_nestloop=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.write_children(ingest.claimed_file[],ingest.fault[],ingest.child_count[],jsonb,integer[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.write_drift(text,ingest.claimed_file[],jsonb,ingest.drift_seen[],timestamp with time zone) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.write_ledger(uuid,timestamp with time zone,ingest.claimed_file[],ingest.file_outcome[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.write_quarantine(ingest.claimed_file[],ingest.fault[],ingest.file_outcome[],jsonb,integer[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_nestloop=off; enable_mergejoin=off; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.write_removals(uuid,timestamp with time zone,ingest.removal[],ingest.removed_rows[]) RETURNS ingest.file_outcome[] VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.write_sql(ingest.description,boolean,boolean) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.write_tombstones(text,ingest.tombstone_change[]) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.write_with_deletes_sql(ingest.description,text,text,ingest.drawn_column[]) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.writes_as_given(regclass) RETURNS boolean STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest.written_sql(ingest.description,text) RETURNS text STABLE OWNER postgres SET search_path=pg_catalog, pg_temp ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_loader=X/postgres,ingest_dataset_loader=X/postgres}
FUNCTION ingest_acknowledge_drift(text,text,text) RETURNS bigint VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_add_loader(name) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {postgres=X/postgres,ingest_owner=X/postgres}
FUNCTION ingest_add_metadata_columns(regclass) RETURNS void VOLATILE OWNER postgres SET search_path=pg_catalog, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest_allow_evolution(regclass,name) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest_deferred(uuid) RETURNS TABLE(bucket text, key text, version_id text, dataset text, sqlstate text, error text) VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_dismiss(text,bigint,text,text,timestamp with time zone,timestamp with time zone,bigint,text) RETURNS record VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_drop_loader(name) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {postgres=X/postgres,ingest_owner=X/postgres}
FUNCTION ingest_engine() RETURNS text STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner,ingest_reader=X/ingest_owner}
FUNCTION ingest_erase(text,jsonb,text,boolean) RETURNS record VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; work_mem=64MB; jit=off; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_explain(text) RETURNS text STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_fill(text,name[],bigint) RETURNS record VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_health(timestamp with time zone,text) RETURNS TABLE(dataset text, state text, reason text, last_file_at timestamp with time zone, last_rows_at timestamp with time zone, lag_p50 interval, lag_p99 interval, files_hour bigint, files_day bigint, files_by_status jsonb, rows_rejected_hour bigint, rows_rejected_day bigint, rejects_by_code jsonb, open_files bigint, open_rejects bigint, deferred_files bigint, deferred_since timestamp with time zone, drift bigint, expected_every interval, rows_suppressed_day bigint) STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; work_mem=32MB; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner,ingest_reader=X/ingest_owner,ingest_dbt=X/ingest_owner}
FUNCTION ingest_infer(text,text) RETURNS text STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; work_mem=256MB; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_infer_staged(uuid,text,text) RETURNS text STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; work_mem=256MB; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_known(text,text[]) RETURNS TABLE(key text, version_id text, etag text, last_modified timestamp with time zone, status text, error_code text, received_at timestamp with time zone, dismissed boolean, is_kept boolean, tied_etags text[]) STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off; jit=off; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner,ingest_reader=X/ingest_owner}
FUNCTION ingest_known_keys(text,text,bigint,integer) RETURNS TABLE(object_id bigint, key text, status text, last_modified timestamp with time zone, received_at timestamp with time zone) STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off; jit=off; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner,ingest_reader=X/ingest_owner}
FUNCTION ingest_load_again(uuid) RETURNS record VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_preview(text,bytea,text) RETURNS TABLE(record_no integer, typed_row jsonb, errors jsonb, outcome text, unknown jsonb, warnings jsonb, key_pieces jsonb) VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_preview(text,text,text) RETURNS TABLE(record_no integer, typed_row jsonb, errors jsonb, outcome text, unknown jsonb, warnings jsonb, key_pieces jsonb) VOLATILE OWNER postgres SET search_path=pg_catalog, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest_process_staging(uuid) RETURNS record VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; work_mem=64MB; jit=off; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_propose(text,text) RETURNS TABLE(of_dataset text, kind text, path text, column_name text, type text, evidence text, sql text, first_seen timestamp with time zone, last_seen timestamp with time zone) STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_reader=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_prune(interval,boolean,integer) RETURNS record VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; lock_timeout=5s; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_register_dataset(text,text,regclass,text,jsonb,jsonb,text,text,name,text,text,text,boolean,text,interval,text,text[],text,text,text,name,boolean,text,name,text,name[],text,text,text) RETURNS text VOLATILE OWNER postgres SET search_path=pg_catalog, ingest, pg_temp; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {postgres=X/postgres,ingest_owner=X/postgres,ingest_admin=X/postgres}
FUNCTION ingest_reject_message(text,text,text,text) RETURNS void VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner}
FUNCTION ingest_replay(text,bigint,text,text,timestamp with time zone,timestamp with time zone,bigint,boolean) RETURNS record VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; work_mem=64MB; jit=off; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_staged() RETURNS bigint STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner}
FUNCTION ingest_status() RETURNS jsonb STABLE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_shipper=X/ingest_owner,ingest_admin=X/ingest_owner,ingest_reader=X/ingest_owner}
FUNCTION ingest_unsuppress(text,jsonb,text) RETURNS record VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; jit=off; plan_cache_mode=force_generic_plan; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
FUNCTION ingest_use_engine(text) RETURNS text VOLATILE OWNER ingest_owner SECURITY DEFINER SET search_path=pg_catalog, ingest, pg_temp; array_nulls=on; bytea_output=hex; DateStyle=ISO, MDY; exit_on_error=off; extra_float_digits=1; gin_fuzzy_search_limit=0; IntervalStyle=postgres; lc_monetary=C; lc_numeric=C; lc_time=C; plpgsql.extra_errors=none; plpgsql.extra_warnings=none; quote_all_identifiers=off; restrict_nonsystem_relation_kind=; row_security=on; standard_conforming_strings=on; TimeZone=UTC; timezone_abbreviations=Default; transform_null_equals=off; xmlbinary=base64; xmloption=content ACL {ingest_owner=X/ingest_owner,ingest_admin=X/ingest_owner}
