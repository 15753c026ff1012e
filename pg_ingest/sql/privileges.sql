COMMENT ON FUNCTION @extschema@.read_rows(jsonb, integer, bytea, jsonb) IS
  'The records of one body as typed rows under a contract of ingest.contract(); rejects, file reports and drift are set aside in the backend.';
COMMENT ON FUNCTION @extschema@.begin_run() IS 'Forgets what earlier calls of read_rows() and gather() kept in this backend.';
COMMENT ON FUNCTION @extschema@.gather(jsonb, regclass, text, anyarray, boolean, bigint[], bigint[]) IS
  'Reads staged files (ingest.claimed_file[]) into rows of the target and keeps them, the newest of each key. Records that are left out (file_no << 32 | record_no) are only counted; of those that are excluded no row is kept. With children in the contract, answers odd where something is not plainly good. Answers unsuited where only an INSERT can make such rows, and has read nothing then; new where no key is in the target, or none was to be looked for; else mixed.';
COMMENT ON FUNCTION @extschema@.insert_gathered(boolean) IS
  'Inserts the rows kept by gather() when it said new; false where the table has an index that only an INSERT can serve. only_children: those of children alone, where a statement has written the others.';
COMMENT ON FUNCTION @extschema@.gathered_rows() IS 'The rows kept by gather(): file_no, then the target''s columns, in the order of its key.';
COMMENT ON FUNCTION @extschema@.gathered_files() IS 'For each file the rows that gather() found fit to load, and those that no other row of the unit replaces.';
COMMENT ON FUNCTION @extschema@.gathered_children() IS 'For each file and child of the contract the rows that gather() made of what stands inside records.';
COMMENT ON FUNCTION @extschema@.child_drift() IS 'As drift(), of children that were read with the records around them.';
COMMENT ON FUNCTION @extschema@.gathered_rest() IS 'Records that a constraint refused in gather(), for the load statement to judge; with children in the contract, the few that are odd.';
COMMENT ON FUNCTION @extschema@.hold_body() IS
  'Trigger of ingest.staging: takes the body out of a row and keeps it until the transaction ends, where the session has ingest.hold_bodies on and the native engine is in force. COMMIT is refused while such a body is not processed.';
COMMENT ON FUNCTION @extschema@.held_body(bigint) IS 'A body that this transaction holds, by its number in ingest.staging.held.';
COMMENT ON FUNCTION @extschema@.settle_held(bigint[], bigint[]) IS 'Says of held bodies, with the sizes that their rows have, that their files are settled, so that the transaction may be committed.';
COMMENT ON FUNCTION @extschema@.rejects() IS 'Every fault of every record read since begin_run().';
COMMENT ON FUNCTION @extschema@.files() IS 'One row for each file read since begin_run(); error tells why a file failed as a whole.';
COMMENT ON FUNCTION @extschema@.drift() IS 'Members without a column read since begin_run(), once for each file, path and JSON type.';
COMMENT ON FUNCTION @extschema@.version() IS 'The version of the library that is loaded, which may differ from the extension''s in pg_extension.';

-- The pipeline alone calls these: it keeps the books as ingest_owner and loads as ingest_loader, or as a loader of the dataset's own.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA @extschema@ FROM PUBLIC;
DO $$
DECLARE
  granted text;
BEGIN
  FOREACH granted IN ARRAY ARRAY['ingest_owner', 'ingest_loader', 'ingest_dataset_loader'] LOOP
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = granted) THEN
      EXECUTE format('GRANT USAGE ON SCHEMA @extschema@ TO %I', granted);
      EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA @extschema@ TO %I', granted);
    END IF;
  END LOOP;
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'ingest_loader') THEN
    -- Code of a target must not say of a file that it is settled.
    REVOKE EXECUTE ON FUNCTION @extschema@.settle_held(bigint[], bigint[]) FROM ingest_loader;
  END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'ingest_dataset_loader') THEN
    -- Nor ask for bodies by any number: ingest.handed_body() gives it those that it may read.
    REVOKE EXECUTE ON FUNCTION @extschema@.settle_held(bigint[], bigint[]), @extschema@.held_body(bigint) FROM ingest_dataset_loader;
  END IF;
END
$$;
