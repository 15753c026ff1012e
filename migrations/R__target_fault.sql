-- pg_ingest 0.2.0
-- Telling a target's fault from a record's: a target that refuses whatever is brought to it is mended by a person, and its files wait.

-- They would seem to load, whatever the target.
CREATE FUNCTION ingest.filtered_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  found bigint[];
BEGIN
  IF (contract ->> 'want_unknown')::boolean AND files <> '{}' THEN
    EXECUTE format('SELECT array_agg(t._ingest_file::bigint << 32 | t._ingest_record) FROM (%s) AS t WHERE NOT t._ingest_kept', ingest.typed_sql(ingest.description(files[1].dataset), source))
    INTO found USING files, contract, parsed, NULL::bigint[], NULL::integer, NULL::integer;
  END IF;
  RETURN found;
EXCEPTION WHEN OTHERS OR assert_failure THEN
  -- The filter raises for some: whose fault that is shows with the records.
  IF ingest.is_of_the_moment(SQLSTATE) THEN
    RAISE;
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.filtered_records(text, ingest.claimed_file[], jsonb, ingest.parsed_record[])
  IS 'The records that the dataset''s filter leaves out, as file_no << 32 | record_no; NULL where it leaves out none, or cannot say.';

CREATE FUNCTION ingest.sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[])
RETURNS TABLE (file ingest.claimed_file, record_no integer)
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  places bigint[];
BEGIN
  places := ingest.sampled_places(source, files, contract, parsed, excluded || ingest.filtered_records(source, files, contract, parsed));
  RETURN QUERY SELECT f, (p.place & 2147483647)::integer FROM unnest(places) WITH ORDINALITY AS p (place, no)
    JOIN unnest(files) AS f ON f.file_no = (p.place >> 32)::integer ORDER BY p.no;
END
$$;
COMMENT ON FUNCTION ingest.sampled_records(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[])
  IS 'Up to ten records of the dataset in the files, from beginning to end, that the row source finds no fault with.';

CREATE FUNCTION ingest.sampled_places(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  places bigint[];
BEGIN
  EXECUTE format('SELECT array_agg(s.place ORDER BY s.no) FROM (
      SELECT q._ingest_file::bigint << 32 | q._ingest_record AS place, row_number() OVER (ORDER BY q._ingest_file, q._ingest_record) AS no, count(*) OVER () AS many
      FROM (%s) AS q WHERE NOT q._ingest_suspect AND q._ingest_faults IS NULL
        AND ($4 IS NULL OR (q._ingest_file::bigint << 32 | q._ingest_record) <> ALL ($4))) AS s
    WHERE s.no * 10 / s.many > (s.no - 1) * 10 / s.many',
    -- What a delete lacks is no fault of it.
    CASE WHEN contract ? 'deletes' AND files <> '{}' THEN ingest.typed_sql(ingest.description(files[1].dataset), source) ELSE source END)
  INTO places USING files, contract, parsed, excluded, NULL::integer, NULL::integer;
  RETURN places;
EXCEPTION WHEN OTHERS OR assert_failure THEN
  -- The condition raises for some: without it those are told that have no fault of reading.
  IF ingest.is_of_the_moment(SQLSTATE) OR NOT contract ? 'deletes' THEN
    RAISE;
  END IF;
  RETURN ingest.sampled_places(source, files, contract - 'deletes', parsed, excluded);
END
$$;
COMMENT ON FUNCTION ingest.sampled_places(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[])
  IS 'Of all records that are not excluded and that the row source finds no fault with up to ten, from beginning to end, as file_no << 32 | record_no.';

CREATE FUNCTION ingest.function_at_fault(context text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m[1] FROM regexp_matches(context, 'function (\S+\([^)]*\))') AS m
  WHERE NOT EXISTS (SELECT FROM pg_proc AS p WHERE p.pronamespace = 'ingest'::regnamespace AND p.proname = split_part(replace(m[1], 'ingest.', ''), '(', 1))
$$;
COMMENT ON FUNCTION ingest.function_at_fault(text)
  IS 'The function in which an error was raised, by what PostgreSQL says of its context. NULL where that was none, or one of the pipeline''s.';

-- A producer can bring whatever it likes, so one record that loads is enough to say: the others are refused for what they are.
CREATE FUNCTION ingest.require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[],
  excluded bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  probed record;
  outcome record;
  refused text;
  message text;
  context text;
BEGIN
  FOR probed IN SELECT * FROM ingest.sampled_records(source, files, contract, parsed, excluded) LOOP
    outcome := ingest.probe(ARRAY[probed.file], contract,
      ARRAY(SELECT p FROM unnest(parsed) AS p WHERE p.file_no = (probed.file).file_no AND p.record_no = probed.record_no), NULL, probed.record_no, probed.record_no);
    IF outcome.loaded THEN
      RETURN;
    ELSIF ingest.may_be_the_targets(outcome.state) AND NOT (outcome.state LIKE 'XX%'
      -- What functions raise at a bad value.
      AND ingest.expression_faults(source, probed.file, contract, parsed, probed.record_no) <> '{}') THEN
      IF refused <> outcome.state THEN
        RETURN;
      END IF;
      refused := outcome.state; message := outcome.message; context := outcome.context;
    END IF;
  END LOOP;
  IF refused IS NOT NULL THEN
    RAISE EXCEPTION '%', message USING ERRCODE = refused, DETAIL = coalesce('in function ' || ingest.function_at_fault(context), '');
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.require_a_target_that_loads(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[])
  IS 'Raises what the target says, by the load that find_refused() has prepared, where it takes no record of a sample. All that it refuses for its own sake must have one SQLSTATE.';
