-- pg_ingest 0.2.0
-- ingest_propose(): columns for members that drifted. It prints SQL and executes none.

CREATE FUNCTION ingest.path_steps(path text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT s.value #>> '{}' FROM jsonb_array_elements(ingest.parse_path(path)) WITH ORDINALITY AS s (value, no) ORDER BY s.no);
EXCEPTION WHEN invalid_parameter_value THEN
  -- Cut, or through a member without a name, to which no path leads.
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.path_steps(text) IS 'The members that a path of drift leads through; NULL where no column can read it.';

-- Of the statements in force where they are up to date: compiling costs more than asking.
CREATE FUNCTION ingest.contract_in_force(of_dataset text) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c record;
BEGIN
  SELECT x.contract, x.fingerprint, x.domains INTO c FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
  IF c.contract IS NOT NULL AND c.fingerprint = ingest.fingerprint(of_dataset, c.domains) THEN
    RETURN c.contract;
  END IF;
  RETURN (ingest.description(of_dataset)).contract;
END
$$;
COMMENT ON FUNCTION ingest.contract_in_force(text) IS 'The contract of a dataset as its next batch will have it.';

CREATE FUNCTION ingest.names_in_expressions(d ingest.dataset) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT ARRAY['record', '_key', '_bucket', '_event_time'] || ARRAY(SELECT p.piece FROM ingest.key_parts(d.key_pattern) AS p WHERE p.piece <> '')
$$;
COMMENT ON FUNCTION ingest.names_in_expressions(ingest.dataset)
  IS 'What expressions see besides columns: a column of such a name would take its place.';

-- Where datasets share a table, a member need not have a column for each of them.
CREATE FUNCTION ingest.column_beside(d ingest.dataset, steps text[], OUT column_name text, OUT type text, OUT reader text)
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), o.name
  FROM ingest.dataset AS o JOIN ingest.column_mapping AS x ON x.dataset = o.name JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = x.column_name
  WHERE o.target = d.target AND o.name <> d.name AND x.managed AND x.expression IS NULL AND x.conversion IS NULL AND x.null_strings IS NULL AND ingest.path_steps(x.path) = steps
    AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
    AND CASE WHEN d.on_unknown = 'evolve' THEN EXISTS (SELECT FROM ingest.column_mapping AS own WHERE own.dataset = d.name AND own.column_name = x.column_name AND NOT own.managed AND ingest.path_steps(own.path) = steps)
      -- A person decides. A column without a mapping is read by its own name. One that was made of a member was read by nobody before, unless its name had come.
      ELSE EXISTS (SELECT FROM ingest.evolution AS e JOIN ingest.dataset AS y ON y.name = e.dataset WHERE y.target = d.target AND e.column_name = x.column_name)
        AND NOT EXISTS (SELECT FROM ingest.schema_drift AS s WHERE s.dataset = d.name AND s.path = ingest.steps_path(ARRAY[a.attname::text]))
        AND NOT EXISTS (SELECT FROM ingest.column_mapping AS own WHERE own.dataset = d.name AND own.column_name = x.column_name) END
  ORDER BY a.attnum, o.name COLLATE "C" LIMIT 1
$$;
COMMENT ON FUNCTION ingest.column_beside(ingest.dataset, text[]) IS 'The column that evolution made of a member for another dataset of the same table. To one that evolves it is kept for that member; one that does not may read it, where it says nothing of it and has brought no member of its name.';

-- json_types are those of unmarked entries; is_marked: others of the path were looked at.
CREATE FUNCTION ingest.drifted_members(of_dataset text)
RETURNS TABLE (path text, steps text[], column_name text, source text, type text, json_types text[], first_seen timestamptz, last_seen timestamptz,
  evidence text, file_id bigint, is_marked boolean, goes_into boolean, reader text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  d ingest.dataset;
  read_paths jsonb;
  m record;
  beside record;
  taken text[];
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  IF NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = d.target) OR NOT EXISTS (SELECT FROM ingest.schema_drift AS s WHERE s.dataset = of_dataset AND s.acknowledged_at IS NULL) THEN
    RETURN;
  END IF;
  read_paths := (SELECT coalesce(jsonb_agg(c.value), '[]') FROM jsonb_array_elements(ingest.all_read(ingest.contract_in_force(of_dataset))) AS c
    WHERE coalesce(c.value ->> 'origin', 'record') = 'record');
  taken := ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped) || ingest.names_in_expressions(d);
  FOR m IN
    WITH members AS (
      SELECT s.path, ingest.path_steps(s.path) AS steps, min(s.first_seen) AS first_seen, max(s.last_seen) AS last_seen,
        array_agg(s.json_type ORDER BY s.json_type) FILTER (WHERE s.acknowledged_at IS NULL) AS json_types, bool_or(s.acknowledged_at IS NOT NULL) AS is_marked,
        array_agg(s.json_type) AS all_types,
        string_agg(format('%s in %s, such as %s', s.json_type, ingest.counted(s.files, 'file'), s.sample), '; ' ORDER BY s.first_seen, s.json_type)
          || format('; first %s, last %s', to_char(min(s.first_seen), 'YYYY-MM-DD HH24:MI:SS"Z"'), to_char(max(s.last_seen), 'YYYY-MM-DD HH24:MI:SS"Z"')) AS evidence,
        (array_agg(s.first_file_id ORDER BY s.first_seen, s.json_type))[1] AS first_file
      FROM ingest.schema_drift AS s WHERE s.dataset = of_dataset AND s.path NOT LIKE '%…' GROUP BY s.path
    ), unread AS (
      SELECT x.*, CASE d.match_names WHEN 'exact' THEN x.steps[1] ELSE ingest.matched_name(x.steps[1], d.match_names) END AS name FROM members AS x
      WHERE x.steps IS NOT NULL AND x.json_types IS NOT NULL AND x.all_types <> ARRAY['null']
        AND NOT EXISTS (SELECT FROM jsonb_array_elements(read_paths) AS c WHERE c.value -> 'path' = (SELECT to_jsonb(x.steps[1:jsonb_array_length(c.value -> 'path')]))
          OR c.value ->> 'match' = ingest.matched_name(x.steps[1], d.match_names))
    )
    -- A member that is named like a column has the name first, because the column would hide it.
    SELECT o.* FROM (
    -- Of several spellings of one name the first: a column would read all of them.
    SELECT DISTINCT ON (CASE WHEN cardinality(x.steps) = 1 THEN x.name END, CASE WHEN cardinality(x.steps) > 1 THEN x.steps END) x.*,
      EXISTS (SELECT FROM jsonb_array_elements(read_paths) AS c WHERE jsonb_array_length(c.value -> 'path') > cardinality(x.steps)
        AND (SELECT jsonb_agg(p.value ORDER BY p.no) FROM jsonb_array_elements(c.value -> 'path') WITH ORDINALITY AS p (value, no) WHERE p.no <= cardinality(x.steps)) = to_jsonb(x.steps)) AS goes_into
    FROM unread AS x ORDER BY CASE WHEN cardinality(x.steps) = 1 THEN x.name END, CASE WHEN cardinality(x.steps) > 1 THEN x.steps END, x.first_seen, x.path COLLATE "C") AS o
    ORDER BY cardinality(o.steps) > 1, o.steps[1] <> ingest.snake_case(o.steps[1]), cardinality(o.steps), o.path COLLATE "C"
  LOOP
    path := m.path; steps := m.steps; json_types := m.json_types; first_seen := m.first_seen; last_seen := m.last_seen; evidence := m.evidence;
    file_id := m.first_file; is_marked := m.is_marked; goes_into := m.goes_into;
    type := CASE WHEN m.all_types && '{object,array}' THEN 'jsonb' WHEN array_remove(m.all_types, 'null') = '{boolean}' THEN 'boolean'
      WHEN array_remove(m.all_types, 'null') = '{number}' THEN 'numeric' ELSE 'text' END;
    reader := NULL;
    SELECT b.* INTO beside FROM ingest.column_beside(d, m.steps) AS b;
    -- Text takes every scalar.
    IF beside.type = type OR beside.type = 'text' AND type <> 'jsonb' THEN
      column_name := beside.column_name; type := beside.type; source := m.path; reader := beside.reader;
      evidence := format('%s; dataset %s reads it into %s', evidence, reader, column_name);
      RETURN NEXT;
      CONTINUE;
    ELSIF beside.type IS NOT NULL THEN
      evidence := format('%s; %s, into which dataset %s reads it, is %s', evidence, beside.column_name, beside.reader, beside.type);
    END IF;
    column_name := ingest.free_name(ingest.snake_case(array_to_string(m.steps, '_')), taken);
    taken := taken || column_name;
    source := CASE WHEN m.steps = ARRAY[column_name] OR cardinality(m.steps) = 1 AND d.match_names <> 'exact'
      AND ingest.matched_name(column_name, d.match_names) = m.name THEN NULL ELSE m.path END;
    RETURN NEXT;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.drifted_members(text)
  IS 'Members that no column reads and that nobody has looked at, each with the column that could: a type that takes whatever came, and a name of its own. goes_into: columns read inside of it. reader: the dataset that reads it into that column already.';

CREATE FUNCTION ingest.looks_like(json_type text, sample text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  kind text := CASE WHEN json_type = 'string' AND right(sample, 1) = '"' THEN ingest.value_kind(json_type, sample::jsonb #>> '{}') END;
BEGIN
  RETURN CASE WHEN kind IN ('uuid', 'date', 'timestamp', 'timestamptz') THEN kind END;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.looks_like(text, text) IS 'The narrower type that a sample of drift looks like; NULL where it looks like none. One sample proves nothing.';

CREATE FUNCTION ingest.proposed_columns(of_dataset text)
RETURNS TABLE (kind text, path text, column_name text, type text, evidence text, sql text, first_seen timestamptz, last_seen timestamptz)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT 'column', m.path, m.column_name, m.type,
    m.evidence || coalesce((SELECT '; the sample looks like ' || string_agg(DISTINCT l.looks, ', ') FROM ingest.schema_drift AS s
      CROSS JOIN LATERAL ingest.looks_like(s.json_type, s.sample) AS l (looks) WHERE s.dataset = d.name AND s.path = m.path AND l.looks IS NOT NULL), ''),
    concat_ws(E'\n', CASE WHEN m.reader IS NULL THEN format('ALTER TABLE %s ADD COLUMN %I %s;', d.target, m.column_name, m.type) END,
      format('SELECT ingest_register_dataset(%L%s);', d.name,
        -- What a column of that name had read that was dropped since is said again otherwise.
        CASE WHEN m.source IS NULL AND NOT EXISTS (SELECT FROM ingest.column_mapping AS x WHERE x.dataset = d.name AND x.column_name = m.column_name) THEN ''
          ELSE format(', columns => %L', jsonb_build_object(m.column_name, coalesce(m.source, m.path))::text) END),
      CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_rescued' AND NOT a.attisdropped)
        THEN format('SELECT * FROM ingest_fill(%L, %L);', d.name, ARRAY[m.column_name]) END),
    m.first_seen, m.last_seen
  FROM ingest.dataset AS d CROSS JOIN LATERAL ingest.drifted_members(d.name) AS m WHERE d.name = of_dataset;
END
$$;
COMMENT ON FUNCTION ingest.proposed_columns(text) IS 'A column for each member that drifted, as ingest_propose() gives it.';

CREATE FUNCTION public.ingest_propose(dataset text DEFAULT NULL, only_kind text DEFAULT NULL)
RETURNS TABLE (of_dataset text, kind text, path text, column_name text, type text, evidence text, sql text, first_seen timestamptz, last_seen timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off AS $$
#variable_conflict use_column
BEGIN
  IF ingest_propose.dataset IS NOT NULL THEN
    PERFORM ingest.require_dataset(ingest_propose.dataset);
  END IF;
  IF only_kind NOT IN ('column', 'widening') THEN
    RAISE EXCEPTION 'only_kind is %; expected column, widening or null', only_kind USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN QUERY SELECT d.name, p.* FROM ingest.dataset AS d
    CROSS JOIN LATERAL (SELECT * FROM ingest.proposed_columns(d.name) WHERE only_kind IS DISTINCT FROM 'widening'
      UNION ALL SELECT * FROM ingest.proposed_widenings(d.name) WHERE only_kind IS DISTINCT FROM 'column') AS p
    WHERE d.name = coalesce(ingest_propose.dataset, d.name) ORDER BY d.name, p.kind, p.path COLLATE "C", p.column_name COLLATE "C";
END
$$;
COMMENT ON FUNCTION public.ingest_propose(text, text) IS 'Proposes what would take what the contract did not: columns for members that drifted, and wider types for values that were rejected. It executes nothing; sql is to be read and run, by who owns the table and may register.
dataset: Only this dataset. Null: all of them.
only_kind: column or widening: only these. Null: both. For columns alone no reject is looked at.
of_dataset: The dataset.
kind: column, or widening.
path: The member that no column reads, or the source of the column that is too narrow.
column_name: The column to add, or to widen.
type: Its type then. One that takes every kind of value that came; a narrower one is for who knows the producer.
evidence: The values that were seen, how often, with samples, and when first and last.
sql: The statements. Null where other objects stand in the way, which evidence names.
first_seen: When it was first seen.
last_seen: When it was last seen.';
