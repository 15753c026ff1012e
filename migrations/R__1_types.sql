-- pg_ingest 0.2.0
-- What functions hand to each other. No table has a column of these types.

CREATE TYPE ingest.claimed_file AS (
  file_no integer, file_id bigint, staged tid, dataset text, bucket text, key text, version_id text, etag text, sequencer text,
  size bigint, event_time timestamptz, last_modified timestamptz, source_time timestamptz, object_id bigint,
  body_bytes bigint, status text, error_code text, record_no integer, context jsonb);
COMMENT ON TYPE ingest.claimed_file IS 'A staged file on its way: file_no orders it in its unit, staged is its row in ingest.staging; record_no is set when the body is one record of an earlier file. context is that of file_context(), where the contract reads it, with the place of a record that is replayed.';

CREATE TYPE ingest.parsed_record AS (file_no integer, record_no integer, record jsonb, place jsonb, whole jsonb[], numbers integer[], left_out bigint);
COMMENT ON TYPE ingest.parsed_record IS 'A record that was inspected, with its place where columns read it; without a record where the fault is the record itself. Or, without a record_no, whole: the records of a file that datasets share, which was read once for all of them. Where they are not all, numbers are theirs, and left_out is how many the dataset''s filter leaves out.';

CREATE TYPE ingest.member_records AS (dataset text, files ingest.parsed_record[]);
COMMENT ON TYPE ingest.member_records IS 'Files that were read for a dataset that shares them.';

CREATE TYPE ingest.fault AS (file_no integer, record_no integer, record bytea, column_name text, error_code text, error text);
COMMENT ON TYPE ingest.fault IS 'A reject before it is written to ingest.rejected_record.';

CREATE TYPE ingest.sample AS (key text, body bytea);
COMMENT ON TYPE ingest.sample IS 'A file from which a contract is inferred.';

CREATE TYPE ingest.member_seen AS (member text, kind text, n bigint, lowest text, highest text, longest integer);
COMMENT ON TYPE ingest.member_seen IS 'What was seen of a member whose values are of one kind: how many, the lowest, the highest, both cut at 300 characters, and the bytes of the longest.';

CREATE TYPE ingest.sampled AS (records jsonb[], evidence ingest.member_seen[], records_path text, skip_missing boolean, notes text[], envelopes jsonb[]);
COMMENT ON TYPE ingest.sampled
  IS 'The records of samples, what was seen of their members, where they stand in their documents, and what has to be said of both. envelopes are the documents around them; what their records have was not looked at yet.';

CREATE TYPE ingest.inferred_column AS (column_name text, source text, steps text[], type text, conversion text, null_strings text[],
  required boolean, seen bigint, longest integer, varies boolean, note text);
COMMENT ON TYPE ingest.inferred_column
  IS 'A column as samples suggest it. seen counts the records that have a value; varies is whether it is not the same everywhere; steps are NULL where the source is a piece of the key.';

CREATE TYPE ingest.unknown_seen AS (file_no integer, record_no integer, remainder jsonb);
COMMENT ON TYPE ingest.unknown_seen IS 'What is left of a record without the members that columns read.';

CREATE TYPE ingest.tombstone_change AS (row_key text, is_gone boolean, version text, version_type text, source_time timestamptz, sequencer text, file_id bigint, record_no integer);
COMMENT ON TYPE ingest.tombstone_change IS 'A tombstone as a load leaves it: that of a delete, or is_gone where a newer record has made the row anew.';

CREATE TYPE ingest.applied_record AS (file_no integer, record_no integer, key jsonb, is_applied boolean, is_gone boolean);
COMMENT ON TYPE ingest.applied_record IS 'A good record of a dataset with children, or one that mirrors objects: its primary key as an array of texts, and whether it is the row of that key now. is_gone: it deletes that row, which goes behind its children.';

CREATE TYPE ingest.child_file AS (file ingest.claimed_file, parents integer[], nths integer[]);
COMMENT ON TYPE ingest.child_file IS 'The children of a file''s records, staged as one array: of each the number of the record that it stands in, and the how many-th it is there.';

CREATE TYPE ingest.child_count AS (file_no integer, dataset text, loaded bigint, rejected bigint);
COMMENT ON TYPE ingest.child_count IS 'How many children of a file''s records became rows of one dataset, and how many were left out.';

CREATE TYPE ingest.drift_seen AS (file_no integer, record_no integer, path text, json_type text, steps text[], sample text);
COMMENT ON TYPE ingest.drift_seen IS 'An unknown member: the native engine gives its sample, the sql engine the record to take it from.';

CREATE TYPE ingest.child_drift AS (dataset text, seen ingest.drift_seen[]);
COMMENT ON TYPE ingest.child_drift IS 'Unknown members of children, which were read with the records around them.';

CREATE TYPE ingest.odd_record AS (file_no integer, record_no integer, record bytea, place jsonb);
COMMENT ON TYPE ingest.odd_record IS 'A record with children that was left out of a quick load, since it or one of these is not plainly good; place as in parsed_record.';

CREATE TYPE ingest.load_outcome AS (good jsonb, loaded jsonb, lost jsonb, suspects bigint[], rejects ingest.fault[],
  unknown ingest.unknown_seen[], filtered bigint[], deleted jsonb, deletes bigint[], tombstones ingest.tombstone_change[], applied ingest.applied_record[], children ingest.child_count[],
  suppressed bigint[], left_out jsonb, child_drift ingest.child_drift[], odd ingest.odd_record[]);
COMMENT ON TYPE ingest.load_outcome IS 'What one load statement did: counts by file_no, the records that have to be inspected (as file_no << 32 | record_no), rejects, unknown members, and the records that the filter leaves out. Of a dataset with delete_when also those of loaded that deleted, all records that delete, and tombstones; else these are NULL. applied: of a dataset with children its good records; or, where these were all new and good, children: how many were inserted with them, and child_drift. suppressed: those of filtered whose key is suppressed, which is told behind the statement. left_out: the records that the filter leaves out where they are only counted, by file_no. odd: records that are judged behind all others.';

CREATE TYPE ingest.file_outcome AS (file_no integer, records bigint, loaded bigint, stale bigint, rejected bigint, filtered bigint, deleted bigint, status text,
  error_code text, error text, suppressed bigint, removed bigint);
COMMENT ON TYPE ingest.file_outcome IS 'What became of a file.';

CREATE TYPE ingest.dataset_outcome AS (files ingest.file_outcome[], faults ingest.fault[], drift ingest.drift_seen[], tombstones ingest.tombstone_change[],
  applied ingest.applied_record[], left_out ingest.fault[], children ingest.child_count[], child_drift ingest.child_drift[], odd ingest.odd_record[]);
COMMENT ON TYPE ingest.dataset_outcome IS 'What became of a dataset''s files in one unit, with rejects, unknown members and tombstones. Where it has children: its good records, the faults of children that were left out of a record that is loaded, and how many there were. child_drift: their unknown members, where they were read with the records. odd: records that are not counted yet.';

CREATE TYPE ingest.load_attempt AS (
  gather boolean, plain boolean, aside boolean, clean boolean, alone boolean, statement text, source text, contract jsonb, careful boolean, inspected boolean, files ingest.claimed_file[], parsed ingest.parsed_record[],
  read_faults ingest.fault[], insert_faults ingest.fault[], excluded bigint[], told_unknown ingest.unknown_seen[],
  skipped integer[], skipped_faults ingest.fault[], skipped_good jsonb, skipped_filtered bigint[], skipped_left_out jsonb, drift ingest.drift_seen[]);
COMMENT ON TYPE ingest.load_attempt IS 'What the next attempt at a dataset''s files will do, and what earlier ones found out.';

CREATE TYPE ingest.member AS (lead text, dataset text, several boolean);
COMMENT ON TYPE ingest.member IS 'A dataset of a batch: lead is the one by whose name its files are claimed, of those that share its prefix. several: there are others.';

CREATE TYPE ingest.member_outcome AS (dataset text, taken ingest.claimed_file[], outcomes ingest.file_outcome[], faults ingest.fault[],
  left_out ingest.fault[], children ingest.child_count[]);
COMMENT ON TYPE ingest.member_outcome IS 'What became of files in one of the datasets that share their prefix, of those files that it takes; left_out and children as in dataset_outcome.';

CREATE TYPE ingest.deferral AS (dataset text, sqlstate text, error text, files ingest.claimed_file[]);
COMMENT ON TYPE ingest.deferral IS 'Files of a dataset that wait, with what its target says against all that is brought to it.';

CREATE TYPE ingest.unit AS (files ingest.claimed_file[]);
COMMENT ON TYPE ingest.unit IS 'Staged files that are processed together: at most one entry a key, bounded in files and bytes.';

CREATE TYPE ingest.delivery AS (file_no integer, object_id bigint, first_file_id bigint, unread_file_id bigint, is_newest boolean, later boolean,
  stale boolean, present boolean);
COMMENT ON TYPE ingest.delivery IS 'A file of a known key: the ledger entry of which it is another delivery, or the unread one whose place it takes. Whether that is the newest of its key, and how it compares with the newest.';

CREATE TYPE ingest.rejects_meant AS (dataset text, file_id bigint, error_code text, key_prefix text, since timestamptz, until timestamptz, at_most bigint);
COMMENT ON TYPE ingest.rejects_meant IS 'Which open rejects are meant: filters, of which those that are null filter nothing.';

CREATE TYPE ingest.kept_column AS (name text, flag text, attnum smallint);
COMMENT ON TYPE ingest.kept_column IS 'A column that an update keeps where a record leaves it out: flag is the row source''s column that says so.';

CREATE TYPE ingest.target_column AS (attnum smallint, name text, declared text, collation_clause text, not_null boolean, default_sql text,
  is_kept boolean, path text, expression text, is_read boolean, conversion text, null_strings text[], described jsonb, domains oid[]);
COMMENT ON TYPE ingest.target_column IS 'A column of a target that records can fill, with all that decides how. is_kept: an update leaves it as it is where the record has no value for it.';

CREATE TYPE ingest.drawn_column AS (name text, attnum smallint, old_name text, is_always boolean, is_read boolean, drawn_sql text);
COMMENT ON TYPE ingest.drawn_column IS 'A column whose default is drawn when a row is made and at no other time: old_name is what its value in the row that is there is called. is_always: GENERATED ALWAYS AS IDENTITY.';

CREATE TYPE ingest.description AS (dataset ingest.dataset, columns ingest.target_column[], contract jsonb, kept ingest.kept_column[], drawn ingest.drawn_column[], key text[],
  clean text, faults text, stand_in text, written text);
COMMENT ON TYPE ingest.description IS 'A dataset and its target as its statements are made from them, read from the catalog once: what is kept, what only new rows draw, and the key, NULL where records do not bring it. clean and faults are those of checks_sql(). stand_in: the name of the table that stands in for one of Citus, else NULL; written: what statements read and write as the target.';

CREATE TYPE ingest.load_steps AS (make text, read text, bring text, remember text, look text, load text, finds text[], tells text[], forget text, refuse text, empty text, restore text, gone text, remove text,
  send text, clear text, dataset text, send_new text, count_known text, bring_known text, send_known text, pieces text, target regclass);
COMMENT ON TYPE ingest.load_steps IS 'The statements that load a table of Citus, in their order: make the table that stands in, read the records, bring the rows of their keys, remember them, look which command brought them, load. Then find rows elsewhere for each foreign key and unique index, tell whom these refuse, forget what was found, refuse these records, empty what stands in and restore it. At last tell the keys of rows that are gone and remove these, send the rows written since, clear away. Rows are sent in pieces, each to few shards. Steps that a dataset does without are NULL. Where all keys may be new, nothing is brought: send rows whose keys are new, count the others, and where there are some bring the rows of these and send them.';

CREATE TYPE ingest.filled_piece AS (place tid, of_table oid, looked_at bigint, filled bigint, kept bigint, rows_left bigint, is_end boolean);
COMMENT ON TYPE ingest.filled_piece IS 'What ingest_fill() did in a piece, and where the next begins. rows_left is counted where the piece did not come to the end.';

CREATE TYPE ingest.removal AS (file ingest.claimed_file, datasets text[], verdict text, reason text, former bigint[], is_newest boolean, of_version boolean, is_new boolean);
COMMENT ON TYPE ingest.removal IS 'What is told of an object that was removed. verdict: removed, duplicate, or ignored with the reason. datasets: those that delete its rows; former: the entries whose rows these are. is_newest: nothing newer is known of the key. of_version: one version by its id was removed. is_new: the key was not known before.';

CREATE TYPE ingest.removed_rows AS (file_no integer, dataset text, rows bigint);
COMMENT ON TYPE ingest.removed_rows IS 'How many rows of a removed object went from the target of a dataset.';

CREATE TYPE ingest.missing_row AS (file_no integer, key jsonb, row_key text, version text, file_id bigint, record_no integer);
COMMENT ON TYPE ingest.missing_row IS 'A row that its object has no more, and the file by which it goes. key is its primary key as an array of texts, row_key as ingest.tombstone has it. Besides there are its version, and the file and record that brought it.';

CREATE TYPE ingest.keyed_rows AS (removed bigint, own_keys jsonb[]);
COMMENT ON TYPE ingest.keyed_rows IS 'Of rows that have certain keys: how many were deleted, or, where they stay, the primary key of each as an array of texts.';

CREATE TYPE ingest.removal_ignored AS (dataset text, reason text, bucket text, key text);
COMMENT ON TYPE ingest.removal_ignored IS 'A removal that changes nothing, as ingest.ignored_removal counts it.';
