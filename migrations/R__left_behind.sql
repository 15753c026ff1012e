-- pg_ingest 0.2.0
-- What code of a target may leave in the session that ran it, where it would act as somebody else, or on other datasets.

CREATE FUNCTION ingest.held_cursors() RETURNS TABLE (name text, told text)
LANGUAGE sql STABLE AS $$
  SELECT c.name, c.creation_time::text || c.name || c.statement FROM pg_catalog.pg_cursors AS c WHERE c.is_holdable
$$;
COMMENT ON FUNCTION ingest.held_cursors() IS 'The session''s cursors WITH HOLD. told tells each from any other of its name.';

-- They belong to whoever called, and hold until COMMIT and for it: whether it waits for the disk, how long it may take, and in which
-- encoding the client speaks.
CREATE FUNCTION ingest.callers_settings() RETURNS TABLE (name text, value text)
LANGUAGE sql STABLE AS $$
  SELECT s.name, pg_catalog.current_setting(s.name, true) FROM (VALUES ('synchronous_commit'), ('client_encoding'), ('statement_timeout'), ('lock_timeout'),
    ('idle_in_transaction_session_timeout'), ('transaction_timeout'), ('idle_session_timeout'), ('default_transaction_isolation'), ('default_transaction_read_only'),
    ('default_transaction_deferrable')) AS s (name)
$$;
COMMENT ON FUNCTION ingest.callers_settings() IS 'Settings that are the caller''s to choose, and no code''s of a target. NULL where this release of PostgreSQL has none of the name.';

CREATE FUNCTION ingest.held() RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(SELECT c.told FROM ingest.held_cursors() AS c UNION ALL SELECT s.name || '=' || s.value FROM ingest.callers_settings() AS s WHERE s.value IS NOT NULL);
END
$$;
COMMENT ON FUNCTION ingest.held() IS 'What the session has before code of a target runs in it, for clean_up(): cursors WITH HOLD, and the caller''s settings.';

CREATE FUNCTION ingest.close_cursors(held text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  cursor_name text;
BEGIN
  -- COMMIT would run their queries, as whoever called.
  FOR cursor_name IN SELECT c.name FROM ingest.held_cursors() AS c WHERE c.told <> ALL (held) LOOP
    EXECUTE format('CLOSE %I', cursor_name);
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.close_cursors(text[]) IS 'Closes the cursors WITH HOLD that code of a target has left, all but those that were there.';

CREATE FUNCTION ingest.clean_up(held text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ingest.restore_settings();
  -- For the session first: what SET left there would hold for whoever comes behind COMMIT. Defaults of transactions mean nothing inside of one.
  PERFORM set_config(s.name, substr(h, length(s.name) + 2), l.is_local) FROM ingest.callers_settings() AS s JOIN unnest(held) AS h ON starts_with(h, s.name || '=')
    CROSS JOIN (VALUES (false), (true)) AS l (is_local)
    WHERE h <> s.name || '=' || s.value AND (NOT l.is_local OR s.name NOT LIKE 'default%' AND s.name <> 'client_encoding');
  PERFORM ingest.forget_parts();
  PERFORM ingest.close_cursors(held);
END
$$;
COMMENT ON FUNCTION ingest.clean_up(text[]) IS 'Takes away what code of a target may have left in the session: settings, parts of files, and cursors but those that were held() before. To be called behind all that runs such code, before anything else.';

-- Code of other targets may ask the extension for them too, and have rows inserted that wait for it.
CREATE FUNCTION ingest.forget_read(engine text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF engine = 'native' THEN
    PERFORM ingest_native.begin_run();
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.forget_read(text) IS 'Has the extension forget the records and rows that it read for a dataset. To be called when that one is loaded, or is not.';
