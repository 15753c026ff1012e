COMMENT ON FUNCTION @extschema@.read_rows(jsonb, integer, bytea) IS
  'The records of one body as typed rows under a contract of ingest.contract(); rejects, file reports and drift are set aside in the backend.';
COMMENT ON FUNCTION @extschema@.begin_run() IS 'Forgets what earlier calls of read_rows() set aside in this backend.';
COMMENT ON FUNCTION @extschema@.rejects() IS 'Every fault of every record read since begin_run().';
COMMENT ON FUNCTION @extschema@.files() IS 'One row for each file read since begin_run(); error tells why a file failed as a whole.';
COMMENT ON FUNCTION @extschema@.drift() IS 'Members without a column read since begin_run(), once for each file, path and JSON type.';
COMMENT ON FUNCTION @extschema@.version() IS 'The version of the library that is loaded, which may differ from the extension''s in pg_extension.';

-- The pipeline's owner alone calls these; everyone else goes through the pipeline.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA @extschema@ FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'ingest_owner') THEN
    GRANT USAGE ON SCHEMA @extschema@ TO ingest_owner;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA @extschema@ TO ingest_owner;
  END IF;
END
$$;
