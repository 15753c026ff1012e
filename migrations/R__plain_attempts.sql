-- pg_ingest 0.2.0
-- When the quickest way is tried, which fails where a key is known or a child is odd: what a session remembers of it.

CREATE FUNCTION ingest.plain_pause(name text) RETURNS integer[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Code of any target may have set it to anything.
  RETURN CASE WHEN current_setting(name, true) ~ '^\{[0-9]{1,4},[0-9]{1,4}\}$' THEN current_setting(name, true) END;
END
$$;
COMMENT ON FUNCTION ingest.plain_pause(text)
  IS 'From a setting of the session: how many batches of a dataset go without the plain insert yet, and how many will where it fails once more. NULL where it went well.';

-- An attempt with the plain insert that fails has cost most of a batch, and what it wrote is for VACUUM. So after one the next 15
-- batches of the session go without, after the second in a row 63, then 255: where some keys are always known it is hardly ever tried.
CREATE FUNCTION ingest.plain_is_due(of_dataset text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  name text := 'ingest.plain_' || md5(of_dataset);
  pause integer[] := ingest.plain_pause(name);
BEGIN
  IF pause[1] > 0 THEN
    PERFORM set_config(name, ARRAY[pause[1] - 1, pause[2]]::text, false);
    RETURN false;
  END IF;
  RETURN true;
END
$$;
COMMENT ON FUNCTION ingest.plain_is_due(text) IS 'Whether the plain insert is to be tried; where not, one batch less is left to go without.';

CREATE FUNCTION ingest.plain_went(of_dataset text, well boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  name text := 'ingest.plain_' || md5(of_dataset);
  pause integer[] := ingest.plain_pause(name);
  batches integer := least(coalesce(pause[2], 15), 255);
BEGIN
  IF NOT well THEN
    PERFORM set_config(name, ARRAY[batches, batches * 4 + 3]::text, false);
  ELSIF pause IS NOT NULL THEN
    PERFORM set_config(name, '', false);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.plain_went(text, boolean) IS 'Keeps for the session how the plain insert went.';

CREATE FUNCTION ingest.go_without_plain(of_parent text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM set_config('ingest.plain_' || md5(n), '{1,15}', false)
  FROM (SELECT of_parent UNION ALL SELECT of_parent || ' known' UNION ALL SELECT d.name || ' plain' FROM ingest.dataset AS d WHERE d.parent = of_parent) AS u (n);
END
$$;
COMMENT ON FUNCTION ingest.go_without_plain(text) IS 'Has the next load of a dataset and its children, and no other, go without plain inserts.';
