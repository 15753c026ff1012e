-- pg_ingest 0.2.0
-- Registering a dataset: everything is checked at once, and each problem named.

-- Planning an expression calls the immutable functions in it.
CREATE FUNCTION ingest.expression_problem(target regclass, expression text, declared text, without name) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  probe refcursor;
  scope text;
BEGIN
  -- Its owner is the role that code of targets runs as, which could take SECURITY DEFINER off it.
  IF current_user OPERATOR(pg_catalog.<>) 'ingest_loader' THEN
    RAISE EXCEPTION 'expression_problem() runs as %; expected ingest_loader', current_user USING ERRCODE = 'insufficient_privilege',
      HINT = 'Apply the migrations again: R__z_close.sql sets owners and SECURITY DEFINER.';
  END IF;
  SELECT string_agg(format('NULL::%s AS %I', format_type(b.base_oid, b.base_typmod), a.attname), ', ') INTO scope
  FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
  WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
    AND a.attname <> ALL (ingest.metadata_columns()) AND a.attname IS DISTINCT FROM without;
  -- A cursor takes one query only, so that nothing can follow the expression; it is planned, not run. Beside a plain
  -- column no aggregate may stand, inside CASE no function that returns a set.
  OPEN probe FOR EXECUTE format(E'SELECT pg_typeof((%s\n)), CASE WHEN true THEN (%s\n)::%s END, _ingest_one FROM (SELECT %s) AS typed',
    expression, expression, declared, concat_ws(', ', '1 AS _ingest_one', scope,
    CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname = 'record') THEN NULL
      ELSE 'NULL::jsonb AS record' END));
  CLOSE probe;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  -- Whatever it is, it is an answer to "is this expression sound?", and nothing was done yet.
  RETURN format('%s (%s)', SQLERRM, SQLSTATE);
END
$$;
COMMENT ON FUNCTION ingest.expression_problem(regclass, text, text, name)
  IS 'What PostgreSQL says against an expression over a target''s columns and record; NULL when it is sound.';

CREATE FUNCTION ingest.mapping_problems(target regclass, columns jsonb, expressions jsonb) RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  m record;
  problem text;
BEGIN
  IF jsonb_typeof(columns) <> 'object' OR jsonb_typeof(expressions) <> 'object' THEN
    RETURN NEXT 'columns and expressions are JSON objects: column to path, column to SQL';
    RETURN;
  END IF;
  FOR m IN
    SELECT e.key, e.value, e.what, a.attname IS NOT NULL AS exists, a.attgenerated <> '' OR a.attidentity <> ''
      OR a.attname = ANY (ingest.metadata_columns()) AS read_only,
      format_type(b.base_oid, b.base_typmod) AS declared
    FROM (SELECT key, value, 'columns' AS what FROM jsonb_each(columns) UNION ALL SELECT key, value, 'expressions'
      FROM jsonb_each(expressions)) AS e
    LEFT JOIN pg_attribute AS a ON a.attrelid = target AND a.attname = e.key AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b ON true
    ORDER BY e.what, e.key
  LOOP
    IF NOT m.exists THEN
      RETURN NEXT format('%s: %s has no column %s', m.what, target, m.key);
    ELSIF m.read_only THEN
      RETURN NEXT format('%s: column %s is filled by PostgreSQL or the pipeline and is never read from JSON', m.what, m.key);
    ELSIF jsonb_typeof(m.value) <> 'string' THEN
      RETURN NEXT format('%s: %s needs a string, got %s', m.what, m.key, m.value);
    ELSIF m.what = 'columns' THEN
      BEGIN
        IF ingest.parse_path(m.value #>> '{}') = '[]' THEN
          RETURN NEXT format('columns: path $ of %s is the whole record; use an expression over record', m.key);
        END IF;
      EXCEPTION WHEN invalid_parameter_value THEN
        RETURN NEXT format('columns: %s: %s', m.key, SQLERRM);
      END;
    ELSE
      problem := ingest.expression_problem(target, m.value #>> '{}', m.declared, NULL);
      IF problem IS NOT NULL THEN
        RETURN NEXT format('expressions: %s: %s', m.key, problem);
      END IF;
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.mapping_problems(regclass, jsonb, jsonb) IS 'What is wrong with a registration''s columns and expressions.';

CREATE FUNCTION ingest.target_problems(target regclass, load_mode text, version_column name) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  WITH attributes AS (
    SELECT a.attname::text AS name, a.attgenerated <> '' OR a.attidentity <> '' OR a.attname = ANY (ingest.metadata_columns()) AS read_only,
      b.base_oid
    FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
    WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped)
  SELECT format('target: %s is no table', target) FROM pg_class AS c WHERE c.oid = target AND c.relkind NOT IN ('r', 'p')
  UNION ALL
  SELECT format('target: column %s has type %s, whose values depend on the catalog; it cannot be loaded', x.name,
    format_type(x.base_oid, NULL))
  FROM attributes AS x JOIN pg_type AS t ON t.oid = x.base_oid WHERE NOT x.read_only
    AND (t.typname ~ '^_?reg' AND t.typnamespace = 'pg_catalog'::regnamespace OR t.typtype = 'p')
  UNION ALL
  SELECT format('target: column name %s is reserved for the pipeline', x.name) FROM attributes AS x WHERE starts_with(x.name, '_ingest_')
  UNION ALL
  SELECT format('load_mode: %s is neither upsert nor append', load_mode) WHERE load_mode NOT IN ('upsert', 'append')
  UNION ALL
  SELECT format('load_mode: upsert needs a primary key on %s; add one or use append', target) WHERE load_mode = 'upsert'
    AND ingest.key_columns(target) IS NULL
  UNION ALL
  SELECT format('load_mode: upsert goes by %s, which is never read from JSON; use append', k) FROM unnest(ingest.key_columns(target)) AS k
    JOIN attributes AS x ON x.name = k
  WHERE load_mode = 'upsert' AND x.read_only
  UNION ALL
  SELECT format('version_column: %s has no column %s', target, version_column) WHERE version_column IS NOT NULL
    AND NOT EXISTS (SELECT FROM attributes AS x WHERE x.name = version_column)
  UNION ALL
  SELECT format('version_column: %s is never read from JSON', version_column) FROM attributes AS x WHERE x.name = version_column
    AND x.read_only
  UNION ALL
  SELECT format('version_column: an append keeps every record and compares none; leave it out or use upsert')
    WHERE version_column IS NOT NULL AND load_mode = 'append'
  UNION ALL
  SELECT format('version_column: type %s has no order', format_type(x.base_oid, NULL)) FROM attributes AS x
  WHERE x.name = version_column AND NOT EXISTS (SELECT FROM pg_opclass AS o JOIN pg_am AS m ON m.oid = o.opcmethod AND m.amname = 'btree'
    JOIN pg_type AS t ON t.oid = x.base_oid
    WHERE o.opcdefault AND (o.opcintype = x.base_oid OR x.base_oid = 'varchar'::regtype AND o.opcintype = 'text'::regtype
      OR o.opcintype = 'anyarray'::regtype AND t.typcategory = 'A' OR o.opcintype = 'anyenum'::regtype AND t.typtype = 'e'
        OR o.opcintype = 'anyrange'::regtype AND t.typtype = 'r'))
$$;
COMMENT ON FUNCTION ingest.target_problems(regclass, text, name) IS 'What is wrong with a registration''s target, mode and version column.';

CREATE FUNCTION ingest.privilege_problems(target regclass) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT format('privileges: ingest_loader lacks %s on schema %I; GRANT USAGE ON SCHEMA %I TO ingest_loader', 'USAGE', n.nspname, n.nspname)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target
    AND NOT has_schema_privilege('ingest_loader', n.oid, 'USAGE')
  UNION ALL
  SELECT format('privileges: ingest_loader lacks %s on %s; GRANT SELECT, INSERT, UPDATE ON %s TO ingest_loader', p, target, target)
  FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS p WHERE NOT has_table_privilege('ingest_loader', target, p)
$$;
COMMENT ON FUNCTION ingest.privilege_problems(regclass)
  IS 'Privileges that ingest_loader lacks on a target, with the GRANT to type.';

CREATE FUNCTION ingest.caller_problems(target regclass, caller name) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT format('target: %s is in schema %I, which is %s; use a table in a schema of your own', target, n.nspname,
    CASE WHEN n.nspname ~ '^pg_(toast_)?temp' THEN 'one session''s' WHEN n.nspname ~ '^pg_' THEN 'PostgreSQL''s own' ELSE 'the pipeline''s' END)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid = target AND n.nspname ~ '^(pg_|ingest$|ingest_native$|information_schema$)'
  UNION ALL
  SELECT format('privileges: %I has no %s on %s; whoever registers a target needs the rights that loading it takes', caller,
    string_agg(p.name, ', ' ORDER BY p.no), target)
  FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) WITH ORDINALITY AS p (name, no) WHERE NOT has_table_privilege(caller, target, p.name)
  HAVING count(*) > 0
$$;
COMMENT ON FUNCTION ingest.caller_problems(regclass, name)
  IS 'Why a login may not have a table loaded: it is nobody''s own, or the login itself may not write it.';

CREATE FUNCTION ingest.register(name text, prefix text, target regclass, bucket text, columns jsonb, expressions jsonb, records_path text,
  load_mode text, version_column name, on_error text, on_unknown text, enabled boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off AS $$
DECLARE
  key text[] := ingest.key_columns(target);
  mode text := coalesce(load_mode, CASE WHEN key IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname = ANY (key) AND (a.attidentity <> '' OR a.attgenerated <> ''))
      THEN 'upsert' ELSE 'append' END);
  problems text[];
BEGIN
  problems := ARRAY(SELECT 'name: between 1 and 200 bytes are needed' WHERE octet_length(coalesce(name, '')) NOT BETWEEN 1 AND 200)
    || ARRAY(SELECT 'prefix: it is needed, and at most 1024 bytes long' WHERE octet_length(prefix) > 1024 OR prefix IS NULL)
    || ARRAY(SELECT format('prefix: dataset %s has prefix %s already', d.name, d.prefix) FROM ingest.dataset AS d
        WHERE d.name <> register.name AND d.prefix = register.prefix AND coalesce(d.bucket, '') = coalesce(register.bucket, ''))
    || ARRAY(SELECT 'target: a table is needed' WHERE target IS NULL)
    || ARRAY(SELECT * FROM ingest.target_problems(target, mode, version_column))
    || ARRAY(SELECT * FROM ingest.privilege_problems(target))
    -- Who is logged in: the caller's own role is not to be seen from inside a definer.
    || ARRAY(SELECT * FROM ingest.caller_problems(target, session_user))
    || ARRAY(SELECT * FROM ingest.mapping_problems(target, coalesce(columns, '{}'), coalesce(expressions, '{}')))
    || ARRAY(SELECT format('on_error: %s is none of continue, skip_file, skip_file_<n>, skip_file_<n>%%', on_error)
        WHERE NOT coalesce(on_error ~ '^(continue|skip_file|skip_file_[1-9][0-9]{0,8}|skip_file_([1-9][0-9]?|100)%)$', false))
    || ARRAY(SELECT format('on_unknown: %s is none of rescue, ignore, reject', on_unknown)
      WHERE NOT coalesce(on_unknown IN ('rescue', 'ignore', 'reject'), false));
  BEGIN
    PERFORM ingest.parse_path(records_path);
  EXCEPTION WHEN invalid_parameter_value THEN
    problems := problems || format('records_path: %s', SQLERRM);
  END;
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'dataset % cannot be registered: %', name, array_to_string(problems, '; ')
      USING ERRCODE = 'invalid_parameter_value', DETAIL = array_to_string(problems, E'\n'),
        HINT = 'Nothing was changed. Mend all of these and register again.';
  END IF;
  INSERT INTO ingest.dataset AS d (name, prefix, bucket, target, records_path, load_mode, version_column, on_error, on_unknown, enabled)
  VALUES (name, prefix, nullif(bucket, ''), target, records_path, mode, version_column, on_error, on_unknown, coalesce(enabled, true))
  ON CONFLICT ON CONSTRAINT dataset_pkey DO UPDATE SET prefix = excluded.prefix, bucket = excluded.bucket, target = excluded.target,
    records_path = excluded.records_path,
    load_mode = excluded.load_mode, version_column = excluded.version_column, on_error = excluded.on_error,
      on_unknown = excluded.on_unknown,
    enabled = excluded.enabled, registered_at = now();
  DELETE FROM ingest.column_mapping AS m WHERE m.dataset = register.name;
  INSERT INTO ingest.column_mapping (dataset, column_name, path, expression, reads_member)
  SELECT register.name, k.key, columns ->> k.key, expressions ->> k.key,
    NOT coalesce(expressions ? k.key, false) OR ingest.expression_problem(target, expressions ->> k.key, 'text', k.key) IS NOT NULL
  FROM (SELECT jsonb_object_keys(coalesce(columns, '{}')) UNION SELECT jsonb_object_keys(coalesce(expressions, '{}'))) AS k (key);
  IF mode = 'upsert' AND version_column IS NULL AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target
    AND a.attname = '_source_time' AND NOT a.attisdropped) THEN
    RAISE WARNING 'dataset %: % has neither a version column nor _source_time, so the last processed record of a key wins, whatever its age',
      name, target
      USING HINT = format('Name a version_column, or call ingest_add_metadata_columns(%L).', target);
  END IF;
  -- What compiles is what will run: a mistake that all checks missed shows here and not in the first batch.
  PERFORM ingest.compiled(name);
  PERFORM ingest.compile_check(name);
  RETURN format('dataset %s: %s into %s, %s', name, prefix, target, CASE mode WHEN 'append' THEN 'append'
    ELSE 'upsert by (' || array_to_string(key, ', ') || ')' || coalesce(', version ' || version_column, '') END);
END
$$;
COMMENT ON FUNCTION ingest.register(text, text, regclass, text, jsonb, jsonb, text, text, name, text, text, boolean)
  IS 'What ingest_register_dataset() does, as the pipeline''s owner.';

CREATE FUNCTION public.ingest_register_dataset(name text, prefix text, target regclass, bucket text DEFAULT NULL,
  columns jsonb DEFAULT '{}', expressions jsonb DEFAULT '{}',
  records_path text DEFAULT NULL, load_mode text DEFAULT NULL, version_column name DEFAULT NULL, on_error text DEFAULT 'continue',
    on_unknown text DEFAULT 'rescue', enabled boolean DEFAULT true)
RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  sequence regclass;
BEGIN
  -- As the caller: what it may grant is granted here, what not is named by ingest.privilege_problems().
  IF EXISTS (SELECT FROM ingest.privilege_problems(target)) AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = target
    AND pg_has_role(c.relowner, 'USAGE')) THEN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO ingest_loader', target);
    IF (SELECT pg_has_role(n.nspowner, 'USAGE') FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target)
      THEN
      EXECUTE (SELECT format('GRANT USAGE ON SCHEMA %I TO ingest_loader', n.nspname) FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target);
    END IF;
  END IF;
  FOR sequence IN
    SELECT d.objid::regclass FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.deptype = 'a'
      AND CASE WHEN c.relkind = 'S' THEN pg_has_role(c.relowner, 'USAGE') AND NOT has_sequence_privilege('ingest_loader', d.objid, 'USAGE')
        ELSE false END
  LOOP
    EXECUTE format('GRANT USAGE ON SEQUENCE %s TO ingest_loader', sequence);
  END LOOP;
  RETURN ingest.register(name, prefix, target, bucket, columns, expressions, records_path, load_mode, version_column, on_error, on_unknown,
    enabled);
END
$$;
COMMENT ON FUNCTION public.ingest_register_dataset(text, text, regclass, text, jsonb, jsonb, text, text, name, text, text, boolean)
  IS 'Says which files go to which table, and how. The same name again replaces. Every problem is named at once, and then nothing is changed.
name: Name of the dataset, at most 200 bytes.
prefix: Keys beginning with this belong to the dataset. The longest matching prefix wins.
target: Table that records are loaded into.
bucket: Only this bucket. Null matches every bucket.
columns: Object from column to path, such as {"ship_city": "$.shipping.city"}. Other columns read the member of their own name.
expressions: Object from column to SQL over the coerced columns and record jsonb.
records_path: Path of the array of records in an envelope, such as $.data.items. Null where the document itself is the records.
load_mode: upsert or append. Null chooses upsert where the target has a primary key that files bring.
version_column: Column whose higher value wins between two records of one key.
on_error: continue, skip_file, skip_file_<n> or skip_file_<n>%: when rejects skip the whole file.
on_unknown: Members without a column: rescue, ignore or reject.
enabled: False keeps files in quarantine as no_dataset until the dataset is enabled and they are replayed.';

CREATE FUNCTION public.ingest_add_metadata_columns(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS _file_id bigint, ADD COLUMN IF NOT EXISTS _record_no integer,
    ADD COLUMN IF NOT EXISTS _loaded_at timestamptz, ADD COLUMN IF NOT EXISTS _source_time timestamptz,
    ADD COLUMN IF NOT EXISTS _sequencer text, ADD COLUMN IF NOT EXISTS _rescued jsonb', target);
END
$$;
COMMENT ON FUNCTION public.ingest_add_metadata_columns(regclass)
  IS 'Adds to a table of the caller''s the columns that the pipeline fills: _file_id, _record_no, _loaded_at, _source_time, _sequencer and _rescued.
target: The table.';
