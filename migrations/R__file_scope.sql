-- pg_ingest 0.2.0
-- What expressions and the filter see of a file besides its records: "_key", "_bucket", "_event_time", and the pieces of its key.

CREATE FUNCTION ingest.file_scope(d ingest.dataset) RETURNS TABLE (name text, type text, value_sql text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- A column of the target is meant where it has such a name.
  RETURN QUERY SELECT s.* FROM (
      VALUES ('_key', 'text', '_ingest_of.key'), ('_bucket', 'text', '_ingest_of.bucket'), ('_event_time', 'timestamp with time zone', '_ingest_of.event_time')
      UNION ALL SELECT p.piece, 'text', format('_ingest_of.context ->> %L', 'key:' || p.piece) FROM ingest.key_parts(d.key_pattern) AS p
      WHERE p.piece <> '' AND p.piece NOT IN ('record', '_key', '_bucket', '_event_time')) AS s (name, type, value_sql)
    WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = s.name AND NOT a.attisdropped);
END
$$;
COMMENT ON FUNCTION ingest.file_scope(ingest.dataset)
  IS 'The names besides columns and record that a dataset''s expressions and filter may use, each with its type and its SQL over a claimed file _ingest_of.';

CREATE FUNCTION ingest.file_scope_sql(d ingest.dataset) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT string_agg(format('NULL::%s AS %I', s.type, s.name), ', ') FROM ingest.file_scope(d) AS s
$$;
COMMENT ON FUNCTION ingest.file_scope_sql(ingest.dataset) IS 'The same as columns without values, to plan an expression over.';

CREATE FUNCTION ingest.used_of_file(d ingest.dataset, columns ingest.target_column[]) RETURNS TABLE (name text, value_sql text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  named text[] := ARRAY(SELECT DISTINCT n FROM (SELECT c.expression FROM unnest(columns) AS c UNION ALL SELECT d.record_filter) AS e (condition)
    CROSS JOIN LATERAL unnest(ingest.named_in(e.condition)) AS n);
BEGIN
  IF named <> '{}' THEN
    RETURN QUERY SELECT s.name, s.value_sql FROM ingest.file_scope(d) AS s WHERE s.name = ANY (named) ORDER BY s.name;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.used_of_file(ingest.dataset, ingest.target_column[]) IS 'Those of file_scope() whose names stand in an expression or in the filter.';
