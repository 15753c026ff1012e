-- pg_ingest 0.2.0
-- What settings are while the pipeline works, whatever is set for a database, a role or a session, and by code of a target.

-- What would change what is read, compared, computed or said. Every function that is called from outside has these values until it
-- returns (R__z_close.sql); calls inside inherit them. Without settings of its own, so that the planner puts it in place of its call.
CREATE FUNCTION ingest.pinned_settings() RETURNS TABLE (name text, value text)
LANGUAGE sql IMMUTABLE AS $$
  VALUES ('datestyle', 'ISO, MDY'), ('timezone', 'UTC'), ('timezone_abbreviations', 'Default'), ('intervalstyle', 'postgres'), ('lc_monetary', 'C'),
    ('lc_numeric', 'C'), ('lc_time', 'C'), ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('xmlbinary', 'base64'), ('xmloption', 'content'),
    ('array_nulls', 'on'), ('standard_conforming_strings', 'on'), ('transform_null_equals', 'off'), ('quote_all_identifiers', 'off'),
    ('row_security', 'on'), ('restrict_nonsystem_relation_kind', ''), ('gin_fuzzy_search_limit', '0'),
    -- Else a warning about the pipeline's own code, and the end of the session at an error that it catches.
    ('plpgsql.extra_errors', 'none'), ('plpgsql.extra_warnings', 'none'), ('exit_on_error', 'off')
$$;
COMMENT ON FUNCTION ingest.pinned_settings() IS 'The settings that the pipeline goes by, with their values.';

-- SET, without LOCAL, outlasts the function that has the setting among its own (PostgreSQL's documentation, CREATE FUNCTION). So a trigger
-- could choose whose operators the pipeline's owner goes on with, or how times of the next dataset are read. Nothing here is
-- looked up by a path before it is set right.
CREATE FUNCTION ingest.restore_settings() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF pg_catalog.current_setting('search_path') OPERATOR(pg_catalog.<>) 'pg_catalog, ingest, pg_temp' THEN
    -- For the session too: whoever goes on in it would look things up by that path.
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, ingest, pg_temp', false);
  END IF;
  PERFORM set_config(s.name, s.value, true) FROM ingest.pinned_settings() AS s WHERE current_setting(s.name, true) <> s.value;
END
$$;
COMMENT ON FUNCTION ingest.restore_settings() IS 'Undoes what code of a target has set, of search_path and pinned_settings(). To be called behind all that runs such code, before anything else.';
