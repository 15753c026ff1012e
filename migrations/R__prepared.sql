-- pg_ingest 0.2.0
-- Load statements that the session has prepared: to parse and plan one takes longer than to load some small files.
--
-- PL/pgSQL keeps no plan of a statement that is made at run time, so it is prepared by a name. EXECUTE takes constants and calls of functions
-- for its parameters, and no variables. So files reach it through a cursor.
--
-- A plan is kept that may have been made while staging and target were empty. So only statements that look up rows one by one are prepared,
-- and whoever executes one has scans switched off: rows are looked up by place and by index, whatever the size. Triggers could have plans
-- of their own made then, so tables that have some are left out.
--
-- All code that runs in the session sees the text of what is prepared there. Where a loader of its own must not see how others' datasets are
-- registered, nothing is.

CREATE FUNCTION ingest.has_loaders() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM ingest.loader);
END
$$;
COMMENT ON FUNCTION ingest.has_loaders() IS 'Whether any role but ingest_loader loads.';

-- What PostgreSQL makes of a literal without a type, at which time zone, say, is settled when a statement is prepared. In a condition that
-- users wrote there may be some, and whoever prepared the same text before chose the settings. A plain filter does no more than compare texts.
CREATE FUNCTION ingest.may_be_prepared(of_dataset text, filter_is_plain boolean) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN NOT ingest.has_loaders()
    AND EXISTS (SELECT FROM ingest.own_dataset AS d WHERE d.name = of_dataset AND (d.record_filter IS NULL OR filter_is_plain) AND d.delete_when IS NULL);
END
$$;
COMMENT ON FUNCTION ingest.may_be_prepared(text, boolean)
  IS 'Whether load statements of a dataset mean the same whoever in the session has prepared them, and all that see them may. filter_is_plain: a plain_condition() is its filter, if it has any; null for no.';

CREATE FUNCTION ingest.forget_prepared(at_most integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  old text;
BEGIN
  FOR old IN SELECT k.name FROM (SELECT p.name, sum(length(p.statement)) OVER (ORDER BY p.prepare_time DESC, p.name) AS characters
      FROM pg_prepared_statements AS p WHERE p.name ~ '^ingest [0-9a-f]{32}$') AS k WHERE k.characters > at_most
  LOOP
    EXECUTE format('DEALLOCATE %I', old);
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.forget_prepared(integer) IS 'Forgets the load statements that the session prepared first, until the others are at most so long.';

CREATE FUNCTION ingest.given(by_cursor refcursor, like_this anyarray) RETURNS anyarray
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  value like_this%TYPE;
BEGIN
  FETCH by_cursor INTO value;
  CLOSE by_cursor;
  RETURN value;
END
$$;
COMMENT ON FUNCTION ingest.given(refcursor, anyarray) IS 'The array that a cursor brings to a prepared statement. like_this: a null of its type.';

-- Whoever the session belongs to, and code of any target, may prepare what it likes by whatever name. It would run as the loader. So a
-- statement is taken for the pipeline's own by its text. Its names are looked up anew where the search_path was another. Where backslashes
-- in strings are read otherwise, this text ends in a string without end. Literals whose meaning other settings change may stand in
-- conditions of users alone (may_be_prepared()).
CREATE FUNCTION ingest.prepared(statement text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  -- What its planner may put in place of calls depends on who loads.
  digest text := md5(current_user || ' ' || statement);
  prepared_name text := 'ingest ' || digest;
  content text := format('PREPARE %I (ingest.claimed_file[], pg_catalog.jsonb, ingest.parsed_record[], bigint[], integer, integer) AS WITH _ingest_strings AS (SELECT ''\'', ''$q%s$''), %s',
    prepared_name, digest, substr(statement, 6));
  is_ours boolean;
BEGIN
  -- A migration makes types anew, and a pooler may have thrown away what is prepared.
  SELECT p.statement = content AND p.from_sql
    AND p.parameter_types = ARRAY['ingest.claimed_file[]', 'jsonb', 'ingest.parsed_record[]', 'bigint[]', 'integer', 'integer']::regtype[] INTO is_ours
  FROM pg_prepared_statements AS p WHERE p.name = prepared_name;
  IF is_ours THEN
    RETURN prepared_name;
  ELSIF FOUND THEN
    EXECUTE format('DEALLOCATE %I', prepared_name);
  END IF;
  PERFORM ingest.forget_prepared(greatest(300000 - length(content), 0));
  EXECUTE content;
  RETURN prepared_name;
END
$$;
COMMENT ON FUNCTION ingest.prepared(text)
  IS 'The name by which the session has prepared a load statement that begins with WITH, prepared now where it has not. The oldest ones go where all of them become long.';

CREATE FUNCTION ingest.prepared_call(statement text, files refcursor, records refcursor) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN format('EXECUTE %I (ingest.given(%L, NULL::ingest.claimed_file[]), NULL, %s, NULL, NULL, NULL)', ingest.prepared(statement), files,
    CASE WHEN records IS NULL THEN '''{}''' ELSE format('ingest.given(%L, NULL::ingest.parsed_record[])', records) END);
END
$$;
COMMENT ON FUNCTION ingest.prepared_call(text, refcursor, refcursor)
  IS 'What to execute for a load statement of which no record is excluded, prepared where it is not. Without a cursor of records none was inspected. The cursors are closed by it.';

CREATE FUNCTION ingest.load_prepared(statement text, files ingest.claimed_file[], read ingest.parsed_record[]) RETURNS ingest.load_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  of_files refcursor;
  of_read refcursor;
  outcome ingest.load_outcome;
BEGIN
  OPEN of_files FOR SELECT load_prepared.files;
  IF read <> '{}' THEN
    OPEN of_read FOR SELECT load_prepared.read;
  END IF;
  EXECUTE ingest.prepared_call(statement, of_files, of_read) INTO outcome;
  RETURN outcome;
END
$$;
COMMENT ON FUNCTION ingest.load_prepared(text, ingest.claimed_file[], ingest.parsed_record[])
  IS 'Runs a load statement over files of which no record is excluded or was inspected. read: those of them that were read before.';
