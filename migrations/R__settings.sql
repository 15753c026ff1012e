-- pg_ingest 0.2.0
-- A value of a setting that no batch could use is refused where it is set, with what is expected in its place.

-- The constraint of the table refuses it too, and says neither which setting it is nor what one may write.
CREATE FUNCTION ingest.refuse_setting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- Days are taken from now, and no time is that long ago.
  most bigint := CASE NEW.name WHEN 'tombstone_days' THEN 1000000 ELSE 999999999999999999 END;
  instead text := CASE WHEN NEW.name LIKE '%\_bytes' AND NEW.value ~* '^ *[1-9][0-9]{0,5} *(kB|MB|GB|TB) *$' THEN pg_size_bytes(NEW.value)::text END;
BEGIN
  IF (CASE WHEN NEW.name = 'engine' THEN NEW.value IN ('auto', 'sql', 'native') WHEN NEW.value ~ '^[1-9][0-9]{0,17}$' THEN NEW.value::bigint <= most ELSE false END) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'setting % cannot be %; expected %', NEW.name, quote_nullable(NEW.value),
    CASE NEW.name WHEN 'engine' THEN 'auto, sql or native' ELSE format('a whole number from 1 to %s, in digits alone', most) END
    USING ERRCODE = 'invalid_parameter_value', DETAIL = NEW.meaning,
      HINT = format('Nothing was changed. UPDATE ingest.setting SET value = %s WHERE name = %L. docs/reference/settings.md has the defaults.', coalesce(quote_literal(instead), '…'), NEW.name);
END
$$;
COMMENT ON FUNCTION ingest.refuse_setting() IS 'Trigger of ingest.setting: names the setting, the value and what is expected, where no batch could use it.';

CREATE TRIGGER setting_is_of_use BEFORE INSERT OR UPDATE OF value ON ingest.setting
  FOR EACH ROW EXECUTE FUNCTION ingest.refuse_setting();
COMMENT ON TRIGGER setting_is_of_use ON ingest.setting IS 'Says what is wrong with a value, before the constraint refuses it without a reason.';
