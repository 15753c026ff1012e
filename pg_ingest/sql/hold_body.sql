-- Where the pipeline is migrated already. The trigger goes with the extension, and takes nothing of the table with it.
DO $$
BEGIN
  IF to_regclass('ingest.staging') IS NOT NULL THEN
    CREATE TRIGGER hold_body BEFORE INSERT ON ingest.staging FOR EACH ROW
      WHEN (pg_catalog.current_setting('ingest.hold_bodies', true) = 'on') EXECUTE FUNCTION @extschema@.hold_body();
    ALTER TRIGGER hold_body ON ingest.staging DEPENDS ON EXTENSION pg_ingest;
    COMMENT ON TRIGGER hold_body ON ingest.staging IS 'Keeps bodies in the memory of a session that asks for it (SET ingest.hold_bodies = on), since it processes them in the same transaction.';
  END IF;
END
$$;
