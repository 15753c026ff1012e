-- Who may do what. The pipeline's objects belong to ingest_owner; EXECUTE is nobody's until it is granted. (SECURITY
-- DEFINER functions were taken from PUBLIC where they were made; here follow the others.)

GRANT CREATE ON SCHEMA public TO ingest_owner;
DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('ALTER TABLE %I.%I OWNER TO ingest_owner', n.nspname, c.relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'ingest' AND c.relkind = 'r'
    UNION ALL
    SELECT format('ALTER TYPE %I.%I OWNER TO ingest_owner', n.nspname, t.typname)
    FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace JOIN pg_class AS c ON c.oid = t.typrelid WHERE n.nspname = 'ingest'
      AND c.relkind = 'c'
    UNION ALL
    SELECT format('ALTER FUNCTION %s OWNER TO ingest_owner', p.oid::regprocedure)
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = 'ingest' OR n.nspname = 'public' AND starts_with(p.proname, 'ingest_')
    UNION ALL
    SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', p.oid::regprocedure)
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = 'ingest' OR n.nspname = 'public' AND starts_with(p.proname, 'ingest_')
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public, ingest FROM ingest_owner;

-- Not held, which the extension alone gives.
GRANT INSERT (batch_id, bucket, key, version_id, etag, sequencer, event_time, last_modified, size, body, error_code) ON ingest.staging
  TO ingest_shipper, ingest_admin;
GRANT EXECUTE ON FUNCTION public.ingest_process_staging(uuid), public.ingest_reject_message(text, text, text, text),
  public.ingest_status(), public.ingest_engine() TO ingest_shipper;

GRANT SELECT ON ALL TABLES IN SCHEMA ingest TO ingest_admin;
GRANT UPDATE (value) ON ingest.setting TO ingest_admin;
GRANT EXECUTE ON FUNCTION
  public.ingest_process_staging(uuid), public.ingest_status(), public.ingest_engine(), public.ingest_use_engine(text),
    public.ingest_explain(text),
  public.ingest_preview(text, bytea), public.ingest_preview(text, text), public.ingest_replay(text, bigint),
    public.ingest_add_metadata_columns(regclass),
  public.ingest_register_dataset(text, text, regclass, text, jsonb, jsonb, text, text, name, text, text, boolean),
  ingest.register(text, text, regclass, text, jsonb, jsonb, text, text, name, text, text, boolean),
    ingest.privilege_problems(regclass) TO ingest_admin;
