-- pg_ingest 0.2.0
-- What tells records apart, and which of two is the newer: candidates for the primary key and the version, with their evidence.

CREATE FUNCTION ingest.distinct_values(records jsonb[], steps text[]) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT count(DISTINCT lower(u.r #>> steps) COLLATE "C") FROM (SELECT unnest(records) AS r) AS u
$$;
COMMENT ON FUNCTION ingest.distinct_values(jsonb[], text[]) IS 'How many values stand at a place.';

-- A name says more than uniqueness in a few samples does.
CREATE FUNCTION ingest.key_rank(column_name text, dataset text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN column_name ~ '^_?(id|uuid|guid)$' THEN 1
    WHEN column_name IN (dataset || '_id', regexp_replace(dataset, 's$', '') || '_id', regexp_replace(dataset, 'ies$', 'y') || '_id', regexp_replace(dataset, 's$', '') || '_uuid') THEN 2
    WHEN column_name ~ '^(event|message|record|request|transaction|order|document)_(id|uuid)$' THEN 3
    WHEN column_name ~ '_(id|uuid|guid)$' THEN 4
    WHEN column_name ~ '(^|_)(key|arn|no|number|code|sku|ref|reference)$' THEN 5 END
$$;
COMMENT ON FUNCTION ingest.key_rank(text, text) IS 'How much a column''s name speaks for it as a key: 1 is most, NULL nothing.';

CREATE FUNCTION ingest.version_rank(column_name text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN column_name ~ '(^|_)(schema|api|event|file|item|format|app|client|engine|protocol)_version$' THEN NULL
    WHEN column_name ~ '(^|_)(updated|modified|changed|last_update|last_updated|last_modified|last_changed|system_modstamp|modstamp)(_(at|on|time|date|ts|ms|timestamp|date_time))?$' THEN 1
    WHEN column_name ~ '(^|_)(lsn|sequence|seq|sequence_number|ts_ms|revision|rev|row_version)$' THEN 2
    WHEN column_name ~ '(^|_)version$' THEN 3 END
$$;
COMMENT ON FUNCTION ingest.version_rank(text) IS 'How much a column''s name speaks for it as a version: 1 is most, NULL nothing.';

CREATE FUNCTION ingest.inferred_identity(records jsonb[], columns ingest.inferred_column[], dataset text,
  OUT key_column text, OUT version_column text, OUT notes text[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  total integer := cardinality(records);
  c record;
  distinct_values bigint;
  others text[] := '{}';
  repeated text;
BEGIN
  notes := '{}';
  SELECT x.column_name INTO version_column FROM unnest(columns) AS x
  WHERE x.steps IS NOT NULL AND x.required AND x.type IN ('timestamptz', 'timestamp', 'bigint', 'numeric') AND (x.varies OR total = 1) AND ingest.version_rank(x.column_name) IS NOT NULL
  ORDER BY ingest.version_rank(x.column_name), cardinality(x.steps), x.column_name COLLATE "C" LIMIT 1;
  -- An index takes no value of more than 2,700 bytes.
  FOR c IN SELECT x.column_name, x.steps, ingest.key_rank(x.column_name, dataset) AS rank FROM unnest(columns) AS x
    WHERE x.steps IS NOT NULL AND x.required AND x.type IN ('uuid', 'bigint', 'text') AND x.longest <= 200 AND ingest.key_rank(x.column_name, dataset) IS NOT NULL
      AND x.column_name IS DISTINCT FROM version_column
    ORDER BY cardinality(x.steps) + ingest.key_rank(x.column_name, dataset), x.type DESC, x.column_name COLLATE "C" LIMIT 6
  LOOP
    EXIT WHEN cardinality(others) > 2;
    distinct_values := ingest.distinct_values(records, c.steps);
    IF distinct_values = total OR c.rank <= 2 AND version_column IS NOT NULL THEN
      IF key_column IS NULL THEN
        key_column := c.column_name;
        repeated := CASE WHEN distinct_values < total THEN format('%s has %s in %s, taken as changes of the same row that %s puts in order', c.column_name,
          ingest.counted(distinct_values, 'value'), ingest.counted(total, 'record'), version_column) END;
      ELSIF distinct_values = total THEN
        others := others || c.column_name;
      END IF;
    END IF;
  END LOOP;
  IF key_column IS NULL THEN
    version_column := NULL;
    notes := notes || 'Doubt: no member is present everywhere, named like a key and unique over the samples. Without a primary key records are appended, and a file that comes again under another name is loaded twice'::text;
    RETURN;
  END IF;
  notes := notes || format('Key: %s', coalesce(repeated, CASE WHEN total = 1 THEN format('%s, by its name alone', key_column)
    ELSE format('%s is unique over %s', key_column, ingest.counted(total, 'record')) END)
    || CASE WHEN others <> '{}' THEN format('. So would be %s', array_to_string(others[1:5], ', ')) ELSE '' END);
  IF repeated IS NULL AND total BETWEEN 2 AND 19 THEN
    notes := notes || format('Doubt: what is unique in %s need not be so in more', ingest.counted(total, 'record'));
  END IF;
  notes := notes || CASE WHEN version_column IS NOT NULL THEN format('Version: %s, by its name and type; the higher one wins between two records of a key', version_column)
    ELSE 'Version: none was found, so of two records of a key the one of the newer file wins' END;
END
$$;
COMMENT ON FUNCTION ingest.inferred_identity(jsonb[], ingest.inferred_column[], text)
  IS 'The column that tells records apart and the one that says which is newer, with the evidence for both; NULL where there is none.';
