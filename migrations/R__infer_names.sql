-- pg_ingest 0.2.0
-- From the names of members to those of columns.

CREATE FUNCTION ingest.snake_case(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
  -- As match_names has it, but that white space beyond ASCII parts words too, and a name neither begins nor ends with what parts them.
  SELECT btrim(ingest.matched_name(regexp_replace(name, '[\x7f-\xa0\u2028\u2029\ufeff]+', '_', 'g'), 'snake_case'), '_')
$$;
COMMENT ON FUNCTION ingest.snake_case(text) IS 'A member''s name as the name of a column is written.';

CREATE FUNCTION ingest.cut_bytes(name text, bytes integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  name := left(name, bytes);
  WHILE octet_length(name) > bytes LOOP
    name := left(name, -1);
  END LOOP;
  RETURN name;
END
$$;
COMMENT ON FUNCTION ingest.cut_bytes(text, integer) IS 'A name that has at most so many bytes, cut between characters.';

-- taken holds names that stand for something else: system columns, and what ingest_add_metadata_columns() adds.
CREATE FUNCTION ingest.free_name(wanted text, taken text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  base text := ingest.cut_bytes(CASE WHEN wanted = '' THEN 'member' WHEN wanted ~ '^[0-9]' THEN 'n' || wanted ELSE wanted END, 63);
  free text := base;
  number integer := 1;
BEGIN
  WHILE free = ANY (taken) OR free IN ('tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid')
    OR free = ANY (ingest.metadata_columns()) OR starts_with(free, '_ingest') LOOP
    number := number + 1;
    free := ingest.cut_bytes(ltrim(base, '_'), 62 - length(number::text)) || '_' || number;
  END LOOP;
  RETURN free;
END
$$;
COMMENT ON FUNCTION ingest.free_name(text, text[]) IS 'The wanted name as PostgreSQL takes it for a column, with a number where it is taken.';
