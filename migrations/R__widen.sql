-- pg_ingest 0.2.0
-- Wider types for what quarantine holds: integer to bigint to numeric, varchar(n) and numeric(p,s) longer.

-- The value as the message quotes it: it is what the contract refused.
CREATE FUNCTION ingest.told_value(column_name text, error text, OUT json_type text, OUT raw text, OUT characters integer)
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lead text := format('column %s: came ', column_name);
  parts text[];
BEGIN
  IF NOT starts_with(error, lead) THEN
    RETURN;
  END IF;
  parts := regexp_match(substr(error, length(lead) + 1), '^(string|number) (.*); expected ');
  json_type := parts[1];
  raw := parts[2];
  parts := regexp_match(raw, ' of ([0-9]+) characters$');
  characters := parts[1];
  raw := regexp_replace(raw, ' of [0-9]+ characters$', '');
END
$$;
COMMENT ON FUNCTION ingest.told_value(text, text) IS 'The value that a reject''s message quotes; characters where it was too long.';

CREATE FUNCTION ingest.told_number(json_type text, raw text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- In quotes where it came as a string. One that was cut is longer still.
  RETURN CASE WHEN raw ~ '^-?[0-9]{1,100}(\.[0-9]{1,100})?([eE][-+]?[0-9]{1,3})?$' THEN raw
    WHEN json_type = 'string' AND raw ~ '^"-?[0-9]{1,98}(\.[0-9]{1,98})?([eE][-+]?[0-9]{1,3})?"$' THEN btrim(raw, '"')
    WHEN raw ~ '^"?-?[0-9]{50,}(\.[0-9]*)?…$' THEN '1e500' END;
END
$$;
COMMENT ON FUNCTION ingest.told_number(text, text) IS 'The number that a message quotes; NULL where it is none.';

CREATE FUNCTION ingest.wider_type(type_oid oid, typmod integer, highest numeric, is_whole boolean, characters integer) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  has record := ingest.numeric_digits(typmod);
  digits integer := length(trunc(abs(highest))::text);
BEGIN
  RETURN CASE
    WHEN type_oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN CASE
      WHEN NOT is_whole OR abs(highest) > 9223372036854775807 THEN 'numeric' WHEN type_oid = 'int2'::regtype AND abs(highest) <= 2147483647 THEN 'integer'
      WHEN type_oid <> 'int8'::regtype THEN 'bigint' ELSE 'numeric' END
    WHEN type_oid = 'float4'::regtype AND abs(highest) < 1e300 THEN 'double precision'
    WHEN type_oid IN ('float4'::regtype, 'float8'::regtype) THEN 'numeric'
    WHEN type_oid = 'numeric'::regtype AND typmod >= 4 THEN CASE WHEN digits + greatest(has.scale, 0) < 1000
      -- One digit more: what is rounded may carry.
      THEN format('numeric(%s,%s)', digits + 1 + greatest(has.scale, 0), has.scale) ELSE 'numeric' END
    WHEN type_oid = 'varchar'::regtype AND typmod > 4 AND characters > typmod - 4 THEN format('character varying(%s)', least(greatest(characters, 2 * (typmod - 4)), 10485760)) END;
END
$$;
COMMENT ON FUNCTION ingest.wider_type(oid, integer, numeric, boolean, integer)
  IS 'The next type that takes what was refused, as far as it is wider than the column''s; NULL where there is none.';

-- ALTER TYPE is refused while these read the column.
CREATE FUNCTION ingest.in_the_way(target regclass, attnum smallint) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT string_agg(DISTINCT w.what, ', ' ORDER BY w.what) FROM (
    SELECT format('view %s', r.ev_class::regclass) AS what FROM pg_depend AS x JOIN pg_rewrite AS r ON r.oid = x.objid
      WHERE x.classid = 'pg_rewrite'::regclass AND x.refclassid = 'pg_class'::regclass AND (x.refobjid, x.refobjsubid) = (target::oid, attnum::integer)
    UNION ALL SELECT format('generated column %I', a.attname) FROM pg_depend AS x JOIN pg_attrdef AS e ON e.oid = x.objid
      JOIN pg_attribute AS a ON a.attrelid = e.adrelid AND a.attnum = e.adnum AND a.attgenerated <> '' AND a.attnum <> in_the_way.attnum
      WHERE x.classid = 'pg_attrdef'::regclass AND x.refclassid = 'pg_class'::regclass AND (x.refobjid, x.refobjsubid) = (target::oid, in_the_way.attnum::integer)
    UNION ALL SELECT format('policy %I', p.polname) FROM pg_depend AS x JOIN pg_policy AS p ON p.oid = x.objid
      WHERE x.classid = 'pg_policy'::regclass AND x.refclassid = 'pg_class'::regclass AND (x.refobjid, x.refobjsubid) = (target::oid, attnum::integer)
    UNION ALL SELECT format('trigger %I', g.tgname) FROM pg_depend AS x JOIN pg_trigger AS g ON g.oid = x.objid
      WHERE x.classid = 'pg_trigger'::regclass AND x.refclassid = 'pg_class'::regclass AND (x.refobjid, x.refobjsubid) = (target::oid, attnum::integer) AND NOT g.tgisinternal
    UNION ALL SELECT 'its partition key' FROM pg_partitioned_table AS t WHERE t.partrelid = target AND attnum = ANY (t.partattrs)) AS w);
END
$$;
COMMENT ON FUNCTION ingest.in_the_way(regclass, smallint) IS 'What keeps a column from being given another type; NULL where nothing does.';

CREATE FUNCTION ingest.proposed_widenings(of_dataset text)
RETURNS TABLE (kind text, path text, column_name text, type text, evidence text, sql text, first_seen timestamptz, last_seen timestamptz)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
#variable_conflict use_column
DECLARE
  with_files text;
  place_told text;
BEGIN
  -- What a child refuses is a reject of the dataset whose files it comes in.
  WITH RECURSIVE up AS (SELECT d.name, d.parent, 1 AS height FROM ingest.dataset AS d WHERE d.name = of_dataset
    UNION ALL SELECT d.name, d.parent, up.height + 1 FROM up JOIN ingest.dataset AS d ON d.name = up.parent)
  SELECT max(up.name) FILTER (WHERE up.parent IS NULL),
    '^' || coalesce(string_agg(regexp_replace(up.name, '([^[:alnum:]_])', '\\\1', 'g') || '\[[0-9]+\]: ', '' ORDER BY up.height DESC) FILTER (WHERE up.parent IS NOT NULL), '')
  INTO with_files, place_told FROM up;
  RETURN QUERY WITH opened AS (
    SELECT r.* FROM (SELECT f.file_id FROM ingest.dataset_file AS f WHERE f.dataset = with_files AND f.status IN ('partially_loaded', 'load_failed') AND f.dismissed_at IS NULL
        ORDER BY f.received_at DESC LIMIT 1000) AS n
      CROSS JOIN LATERAL (SELECT x.column_name, x.error_code, regexp_replace(x.error, place_told, '') AS error, x.rejected_at FROM ingest.rejected_record AS x WHERE x.file_id = n.file_id AND x.replayed_at IS NULL
        AND (x.dataset IS NULL OR x.dataset = with_files) AND x.error ~ place_told AND x.error_code IN ('out_of_range', 'too_long', 'type_mismatch') AND x.column_name IS NOT NULL) AS r LIMIT 5000
  ), told AS (
    SELECT o.*, v.json_type, v.raw, v.characters, ingest.told_number(v.json_type, v.raw) AS number FROM opened AS o CROSS JOIN LATERAL ingest.told_value(o.column_name, o.error) AS v
    WHERE v.raw IS NOT NULL
  ), wanted AS (
    SELECT d.target, c.column_name, c.position, c.source, c.type AS type_now, ingest.wider_type(a.atttypid, a.atttypmod, max(abs(t.number)), bool_and(t.number = trunc(t.number)), max(t.characters)) AS wider,
      count(*) AS n, min(t.rejected_at) AS first_seen, max(t.rejected_at) AS last_seen, array_agg(DISTINCT t.error_code) AS codes,
      (array_agg(t.json_type || ' ' || t.raw ORDER BY abs(t.number) DESC NULLS LAST, t.characters DESC, t.raw COLLATE "C"))[1] AS sample
    FROM told AS t JOIN ingest.dataset_column AS c ON c.dataset = of_dataset AND c.column_name = t.column_name AND c.filled_by = 'record'
    JOIN ingest.dataset AS d ON d.name = of_dataset JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attnum = c.position
    WHERE t.number IS NOT NULL OR t.characters IS NOT NULL
    GROUP BY d.target, c.column_name, c.position, c.source, c.type, a.atttypid, a.atttypmod
  ), checked AS (
    SELECT w.*, ingest.in_the_way(w.target, w.position) AS hindrance FROM wanted AS w WHERE w.wider IS NOT NULL
  )
  SELECT 'widening', w.source, w.column_name, w.wider,
    format('%s refused by %s, such as %s; first %s, last %s', ingest.counted(w.n, 'value'), w.type_now, w.sample, to_char(w.first_seen, 'YYYY-MM-DD HH24:MI:SS"Z"'),
      to_char(w.last_seen, 'YYYY-MM-DD HH24:MI:SS"Z"')) || coalesce('; in the way: ' || w.hindrance || '. Drop it, widen, and create it again', ''),
    CASE WHEN w.hindrance IS NULL THEN concat_ws(E'\n', format('ALTER TABLE %s ALTER COLUMN %I TYPE %s;', w.target, w.column_name, w.wider),
      (SELECT string_agg(format('SELECT * FROM ingest_replay(%L, error_code => %L);', with_files, u.code), E'\n' ORDER BY u.code) FROM unnest(w.codes) AS u (code))) END,
    w.first_seen, w.last_seen
  FROM checked AS w;
END
$$;
COMMENT ON FUNCTION ingest.proposed_widenings(text)
  IS 'A wider type for each column that refused values which such a type takes, as ingest_propose() gives it. Of the newest 1,000 files with open rejects, and 5,000 of these.';
