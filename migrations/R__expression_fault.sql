-- pg_ingest 0.2.0
-- Whose column it is when an expression raises.

CREATE FUNCTION ingest.expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer)
RETURNS ingest.fault[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  about ingest.description;
  typed text;
  c record;
  option text;
  refused ingest.fault;
  found ingest.fault[] := '{}';
BEGIN
  IF NOT (contract ->> 'want_record')::boolean THEN
    RETURN found;
  END IF;
  about := ingest.description(file.dataset);
  typed := ingest.typed_sql(about, source);
  IF (contract ->> 'want_unknown')::boolean THEN
    FOREACH option IN ARRAY CASE WHEN contract ? 'deletes' THEN ARRAY['record_filter', 'delete_when'] ELSE ARRAY['record_filter'] END LOOP
      refused := ingest.condition_fault(option, typed, file, contract, parsed, of_record);
      IF refused.error IS NOT NULL THEN
        RETURN ARRAY[refused];
      END IF;
    END LOOP;
  END IF;
  FOR c IN SELECT x.name, x.declared FROM unnest(about.columns) AS x WHERE x.expression IS NOT NULL ORDER BY x.attnum LOOP
    BEGIN
      -- The planner leaves out what nobody asks for: of all expressions this one is evaluated.
      EXECUTE format('SELECT count(t.%I) FROM (%s) AS t', c.name, typed) USING ARRAY[file], contract, parsed, NULL::bigint[], of_record, of_record;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      IF ingest.is_of_the_moment(SQLSTATE) THEN
        RAISE;
      END IF;
      found := found || ROW(file.file_no, of_record, NULL, c.name, 'sqlstate_' || SQLSTATE,
        format('column %s: its expression raised %s; expected %s', c.name, SQLERRM, c.declared))::ingest.fault;
    END;
  END LOOP;
  RETURN found;
END
$$;
COMMENT ON FUNCTION ingest.expression_faults(text, ingest.claimed_file, jsonb, ingest.parsed_record[], integer)
  IS 'Of a record that is refused, the filter or the columns whose expressions raise, with what they say.';
