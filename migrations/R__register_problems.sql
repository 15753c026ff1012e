-- pg_ingest 0.2.0
-- What is wrong with a registration: everything that can be known before anything is loaded.

-- A misspelt name is mended by who sees the right ones.
CREATE FUNCTION ingest.first_names(names text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_to_string(names[1:50], ', ') || CASE WHEN cardinality(names) > 50 THEN ', …' ELSE '' END, '')
$$;
COMMENT ON FUNCTION ingest.first_names(text[]) IS 'Names one after another, at most fifty.';

CREATE FUNCTION ingest.no_column(target regclass, column_name text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN format('%s has no column %s; it has %s', target, column_name, ingest.first_names(ARRAY(SELECT a.attname::text FROM pg_attribute AS a
    WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (ingest.metadata_columns()) ORDER BY a.attnum)));
END
$$;
COMMENT ON FUNCTION ingest.no_column(regclass, text) IS 'What is said of a column that a target does not have, with those that it has.';

-- Planning an expression calls the immutable functions in it.
CREATE FUNCTION ingest.expression_problem_as_caller(target regclass, expression text, declared text, without text[], besides text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  probe refcursor;
  scope text;
BEGIN
  SELECT string_agg(format('NULL::%s AS %I', format_type(b.base_oid, b.base_typmod), a.attname), ', ') INTO scope
  FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
  WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
    AND a.attname <> ALL (ingest.metadata_columns() || without);
  -- A cursor takes one query only, so that nothing can follow the expression; it is planned, not run. Beside a plain
  -- column no aggregate may stand, inside CASE no function that returns a set.
  OPEN probe FOR EXECUTE format(E'SELECT pg_typeof((%s\n)), CASE WHEN true THEN (%s\n)::%s END, _ingest_one FROM (SELECT %s) AS typed',
    expression, expression, declared, concat_ws(', ', '1 AS _ingest_one', scope, besides,
    CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname = 'record') THEN NULL
      ELSE 'NULL::jsonb AS record' END));
  CLOSE probe;
  -- Planning calls what calls itself immutable, and that may defer something.
  PERFORM ingest.fire_deferred();
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  -- Whatever it is, it is an answer to "is this expression sound?", and nothing was done yet.
  RETURN format('%s (%s)', SQLERRM, SQLSTATE);
END
$$;
COMMENT ON FUNCTION ingest.expression_problem_as_caller(regclass, text, text, text[], text)
  IS 'What PostgreSQL says against an expression over record and a target''s columns, without some and with what is seen besides; NULL when it is sound.';

CREATE FUNCTION ingest.place_problems(records_path text, place jsonb) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  kind text := place ->> 'kind';
  steps jsonb := coalesce(ingest.parse_path(nullif(records_path, '$'), true), '[]');
BEGIN
  RETURN QUERY SELECT format('source %s %s', place ->> 'source', p.problem) FROM (SELECT CASE
    WHEN kind IN ('parent', 'document') AND place -> 'path' = '[]' THEN format('is a whole object; name a member of it, such as %s:$.id', kind)
    WHEN kind <> 'position' AND steps = '[]' THEN 'needs a records_path: without one the records stand in nothing; write $.member for what is in them'
    WHEN kind = 'parent' AND cardinality(ingest.parent_depths(steps)) < (place ->> 'above')::integer
      THEN format('needs %s around the records, and at records_path %s there %s; write document:$.member for what the document has',
        CASE place ->> 'above' WHEN '1' THEN 'an object' ELSE format('%s objects', place -> 'above') END, records_path,
        CASE cardinality(ingest.parent_depths(steps)) WHEN 0 THEN 'is none' WHEN 1 THEN 'is one' ELSE 'are ' || cardinality(ingest.parent_depths(steps)) END)
    WHEN kind = 'name' AND NOT steps @> '[{"each": "member"}]'
      THEN format('needs a records_path through a map, such as $.accounts.*, and it is %s; write position: for the place in an array', records_path)
    WHEN kind = 'position' AND steps -> -1 ->> 'each' = 'member' AND NOT jsonb_path_exists(steps, '$[*] ? (@.each == "element" || @.type() == "number")')
      THEN format('needs a records_path through an array, such as $.items[*], and it is %s; write name: for the name in a map', records_path) END) AS p (problem)
  WHERE p.problem IS NOT NULL;
EXCEPTION WHEN invalid_parameter_value THEN
  -- The path itself is at fault, which is told of it.
  RETURN;
END
$$;
COMMENT ON FUNCTION ingest.place_problems(text, jsonb) IS 'What is wrong with a source that reads around a record, by where records_path leads.';

CREATE FUNCTION ingest.source_problems(d ingest.dataset, column_name text, given jsonb) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  source jsonb := ingest.source_object(given);
  read record;
  described jsonb := (SELECT ingest.describe_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = column_name);
BEGIN
  IF jsonb_typeof(given) NOT IN ('string', 'object') THEN
    RETURN NEXT format('needs a source, a string or {"path": …, "as": …, "null_strings": […]}, got %s', given);
    RETURN;
  END IF;
  RETURN QUERY SELECT format('a source has path, as and null_strings, not %s', k.name) FROM jsonb_object_keys(source) AS k (name)
      WHERE k.name NOT IN ('path', 'as', 'null_strings')
    UNION ALL SELECT format('%s needs a string, got %s', k.key, k.value) FROM jsonb_each(source) AS k
      WHERE k.key IN ('path', 'as') AND jsonb_typeof(k.value) <> 'string'
    UNION ALL SELECT format('null_strings needs an array of strings, got %s', source -> 'null_strings')
      WHERE source ? 'null_strings' AND (jsonb_typeof(source -> 'null_strings') <> 'array' OR source -> 'null_strings' @? '$[*] ? (@.type() != "string")')
    UNION ALL SELECT ingest.conversion_problem(source ->> 'as', described) WHERE ingest.conversion_problem(source ->> 'as', described) IS NOT NULL;
  IF source ->> 'path' ~ '^_' THEN
    RETURN NEXT format('source %s reads nothing that there is', source ->> 'path');
  ELSIF jsonb_typeof(source -> 'path') = 'string' THEN
    read := ingest.source_steps(source ->> 'path');
    IF read.steps = '[]' THEN
      RETURN NEXT 'path $ is the whole record; use an expression over record';
    ELSIF read.origin = 'place' THEN
      RETURN QUERY SELECT * FROM ingest.place_problems(d.records_path, read.place);
    ELSIF source ->> 'path' LIKE 'key:%' AND NOT EXISTS (SELECT FROM ingest.key_parts(d.key_pattern) AS p WHERE 'key:' || p.piece = source ->> 'path') THEN
      RETURN NEXT format('source %s needs a piece {%s} in key_pattern, which is %s', source ->> 'path', substr(source ->> 'path', 5), coalesce(d.key_pattern, 'none'));
    END IF;
  END IF;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NEXT SQLERRM;
END
$$;
COMMENT ON FUNCTION ingest.source_problems(ingest.dataset, text, jsonb) IS 'What is wrong with the source of a column, as a registration gives it.';

CREATE FUNCTION ingest.key_pattern_problems(pattern text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT format('key_pattern: %s has a brace that is no piece; write {name}, or {} for a piece without one', pattern)
  WHERE regexp_replace(pattern, '\{[A-Za-z_][A-Za-z0-9_]*\}|\{\}', '', 'g') ~ '[{}]'
  UNION ALL
  SELECT format('key_pattern: %s has two pieces with nothing between, so nothing says where the first ends', pattern) WHERE pattern ~ '\}\{'
  UNION ALL
  SELECT format('key_pattern: piece %s stands twice in %s', p.piece, pattern) FROM ingest.key_parts(pattern) AS p WHERE p.piece <> ''
  GROUP BY p.piece HAVING count(*) > 1;
END
$$;
COMMENT ON FUNCTION ingest.key_pattern_problems(text) IS 'What is wrong with a key_pattern.';

CREATE FUNCTION ingest.mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb) RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  m record;
  problem text;
  target regclass := d.target;
  unmanaged text[];
BEGIN
  IF jsonb_typeof(columns) <> 'object' OR jsonb_typeof(expressions) <> 'object' THEN
    RETURN NEXT 'columns and expressions are JSON objects: column to path, column to SQL';
    RETURN;
  END IF;
  unmanaged := ARRAY(SELECT c.key FROM jsonb_each(columns) AS c WHERE c.value = 'null');
  FOR m IN
    SELECT e.key, e.value, e.what, a.attname IS NOT NULL AS exists, a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed, a.attgenerated <> '' OR a.attidentity = 'a'
      OR a.attname = ANY (ingest.metadata_columns()) AS read_only,
      format_type(b.base_oid, b.base_typmod) AS declared
    FROM (SELECT key, value, 'columns' AS what FROM jsonb_each(columns) UNION ALL SELECT key, value, 'expressions'
      FROM jsonb_each(expressions)) AS e
    LEFT JOIN pg_attribute AS a ON a.attrelid = target AND a.attname = e.key AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b ON true
    ORDER BY e.what, e.key
  LOOP
    IF NOT m.exists THEN
      RETURN NEXT format('%s: %s', m.what, ingest.no_column(target, m.key));
    ELSIF m.read_only AND (m.what = 'columns' OR NOT columns ? m.key) THEN
      RETURN NEXT format('%s: column %s is filled by PostgreSQL or the pipeline and is never read from JSON', m.what, m.key);
    ELSIF m.read_only THEN
      NULL; -- Its source has been refused already.
    ELSIF m.what = 'columns' AND m.value = 'null' THEN
      IF expressions ? m.key THEN
        RETURN NEXT format('columns: %s is mapped to null, so it is never written, and has an expression', m.key);
      ELSIF d.load_mode = 'upsert' AND (m.key = d.version_column OR m.key = ANY (ingest.key_columns(target))) THEN
        RETURN NEXT format('columns: %s is mapped to null, so it is never read, and an upsert goes by it', m.key);
      ELSIF m.needed THEN
        RETURN NEXT format('columns: %s is mapped to null, so the table makes it, and it is NOT NULL without a default', m.key);
      END IF;
    ELSIF m.what = 'columns' THEN
      RETURN QUERY SELECT format('columns: %s: %s', m.key, p.problem) FROM ingest.source_problems(d, m.key, m.value) AS p (problem);
    ELSIF jsonb_typeof(m.value) <> 'string' THEN
      RETURN NEXT format('expressions: %s needs a string, got %s', m.key, m.value);
    ELSE
      problem := ingest.run_expression_problem(d.loader, target, m.value #>> '{}', m.declared, unmanaged, ingest.file_scope_sql(d));
      IF problem IS NOT NULL THEN
        RETURN NEXT format('expressions: %s: %s', m.key, problem);
      END IF;
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.mapping_problems(ingest.dataset, jsonb, jsonb) IS 'What is wrong with a registration''s columns and expressions.';

CREATE FUNCTION ingest.target_problems(target regclass, load_mode text, version_column name) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY WITH attributes AS (
    SELECT a.attname::text AS name, a.attgenerated <> '' OR a.attidentity = 'a' OR a.attname = ANY (ingest.metadata_columns()) AS read_only,
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
  SELECT format('load_mode: upsert needs a primary key on %s; add one or use append', target) WHERE load_mode = 'upsert'
    AND ingest.key_columns(target) IS NULL
  UNION ALL
  SELECT format('load_mode: upsert goes by %s, which is never read from JSON; use append', k) FROM unnest(ingest.key_columns(target)) AS k
    JOIN attributes AS x ON x.name = k
  WHERE load_mode = 'upsert' AND x.read_only
  UNION ALL
  SELECT format('load_mode: upsert cannot go by the primary key of %s, which is %s; use append', target, ingest.key_hindrance(target))
  WHERE load_mode = 'upsert' AND ingest.key_hindrance(target) IS NOT NULL
  UNION ALL
  -- An append has no use for a version, whatever is wrong with it.
  SELECT format('version_column: %s', ingest.no_column(target, version_column)) WHERE load_mode <> 'append' AND version_column IS NOT NULL
    AND NOT EXISTS (SELECT FROM attributes AS x WHERE x.name = version_column)
  UNION ALL
  SELECT format('version_column: %s is never read from JSON', version_column) FROM attributes AS x WHERE load_mode <> 'append' AND x.name = version_column
    AND x.read_only
  UNION ALL
  SELECT format('version_column: an append keeps every record and compares none; leave it out or use upsert')
    WHERE version_column IS NOT NULL AND load_mode = 'append'
  UNION ALL
  SELECT format('version_column: type %s has no order', format_type(x.base_oid, NULL)) FROM attributes AS x
  WHERE load_mode <> 'append' AND x.name = version_column AND NOT EXISTS (SELECT FROM pg_opclass AS o JOIN pg_am AS m ON m.oid = o.opcmethod AND m.amname = 'btree'
    JOIN pg_type AS t ON t.oid = x.base_oid
    WHERE o.opcdefault AND (o.opcintype = x.base_oid OR x.base_oid = 'varchar'::regtype AND o.opcintype = 'text'::regtype
      OR o.opcintype = 'anyarray'::regtype AND t.typcategory = 'A' OR o.opcintype = 'anyenum'::regtype AND t.typtype = 'e'
        OR o.opcintype = 'anyrange'::regtype AND t.typtype = 'r'));
END
$$;
COMMENT ON FUNCTION ingest.target_problems(regclass, text, name) IS 'What is wrong with a registration''s target, mode and version column.';

CREATE FUNCTION ingest.wanted_rights(delete_when text, soft_delete_column name) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['SELECT', 'INSERT', 'UPDATE'] || CASE WHEN coalesce(delete_when, '') <> '' AND coalesce(soft_delete_column, '') = '' THEN ARRAY['DELETE'] ELSE '{}' END
$$;
COMMENT ON FUNCTION ingest.wanted_rights(text, name) IS 'The rights on a target that loading it takes.';

CREATE FUNCTION ingest.wanted_rights(d ingest.dataset) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN d.parent IS NULL AND NOT ingest.mirrors(d.on_replaced, d.on_removed) THEN ingest.wanted_rights(d.delete_when, d.soft_delete_column) ELSE ingest.wanted_rights('true', NULL) END
$$;
COMMENT ON FUNCTION ingest.wanted_rights(ingest.dataset) IS 'The rights on a dataset''s target that loading it takes.';

CREATE FUNCTION ingest.privilege_problems(target regclass, as_loader name, rights text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT format('privileges: %3$I lacks %1$s on schema %2$I; GRANT USAGE ON SCHEMA %2$I TO %3$I', 'USAGE', n.nspname, r.rolname)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_roles AS r ON r.rolname = as_loader WHERE c.oid = target
    AND NOT has_schema_privilege(r.oid, n.oid, 'USAGE')
  UNION ALL
  SELECT format('privileges: %3$I lacks %1$s on %2$s; GRANT %4$s ON %2$s TO %3$I', p, target, r.rolname, array_to_string(rights, ', '))
  FROM unnest(rights) AS p JOIN pg_roles AS r ON r.rolname = as_loader WHERE NOT has_table_privilege(r.oid, target, p);
END
$$;
COMMENT ON FUNCTION ingest.privilege_problems(regclass, name, text[])
  IS 'Privileges that a loader lacks on a target, with the GRANT to type.';

CREATE FUNCTION ingest.caller_problems(target regclass, caller name, rights text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT format('target: %s is in schema %I, which is %s; use a table in a schema of your own', target, n.nspname,
    CASE WHEN n.nspname ~ '^pg_(toast_)?temp' THEN 'one session''s' WHEN n.nspname ~ '^pg_' THEN 'PostgreSQL''s own' ELSE 'the pipeline''s' END)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid = target AND n.nspname ~ '^(pg_|ingest$|ingest_native$|information_schema$)'
  UNION ALL
  SELECT format('privileges: %I has no %s on %s; whoever registers a target needs the rights that loading it takes', caller,
    string_agg(p.name, ', ' ORDER BY p.no), target)
  FROM unnest(rights) WITH ORDINALITY AS p (name, no) WHERE NOT has_table_privilege(caller, target, p.name)
  HAVING count(*) > 0;
END
$$;
COMMENT ON FUNCTION ingest.caller_problems(regclass, name, text[])
  IS 'Why a login may not have a table loaded: it is nobody''s own, or the login itself may not write it.';

CREATE FUNCTION ingest.policy_problems(target regclass, load_mode text, as_loader name, rights text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT format('privileges: row security of %1$s is in force for %3$I, and no policy lets it %2$s; CREATE POLICY %3$I ON %1$s TO %3$I USING (true) WITH CHECK (true)',
    target, string_agg(w.command, ', ' ORDER BY w.o), as_loader)
  FROM pg_class AS c JOIN pg_roles AS r ON r.rolname = as_loader
  CROSS JOIN (VALUES (1, 'SELECT', 'r'), (2, 'INSERT', 'a'), (3, 'UPDATE', 'w'), (4, 'DELETE', 'd')) AS w (o, command, letter)
  WHERE c.oid = target AND c.relrowsecurity AND NOT r.rolbypassrls AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))
    AND w.command = ANY (rights) AND (w.command <> 'UPDATE' OR load_mode = 'upsert')
    AND NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = target AND p.polpermissive AND p.polcmd IN ('*', w.letter)
      AND EXISTS (SELECT FROM unnest(p.polroles) AS u (role) WHERE CASE WHEN u.role = 0 THEN true ELSE pg_has_role(r.oid, u.role, 'USAGE') END))
  HAVING count(*) > 0;
END
$$;
COMMENT ON FUNCTION ingest.policy_problems(regclass, text, name, text[])
  IS 'What row security keeps a loader from on a target, with the policy to type.';

CREATE FUNCTION ingest.option_problems(d ingest.dataset) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT 'name: between 1 and 200 bytes are needed' WHERE octet_length(coalesce(d.name, '')) NOT BETWEEN 1 AND 200
    UNION ALL SELECT 'prefix: it is needed, and at most 1024 bytes long' WHERE octet_length(d.prefix) > 1024 OR d.prefix IS NULL AND d.parent IS NULL
    UNION ALL SELECT format('prefix: dataset %s has prefix %s already; share_prefix => true loads each of its files into both', x.name, x.prefix) FROM ingest.dataset AS x
      WHERE x.name <> d.name AND x.prefix = d.prefix AND coalesce(x.bucket, '') = coalesce(d.bucket, '') AND NOT x.share_prefix AND NOT d.share_prefix
    UNION ALL SELECT 'target: a table is needed' WHERE d.target IS NULL
    UNION ALL SELECT format('loader: role %I is no loader; SELECT ingest_add_loader(%L), as the role that migrates%s', d.loader, d.loader,
        coalesce('; loaders are ' || nullif(ingest.first_names(ARRAY(SELECT l.role::text FROM ingest.loader AS l ORDER BY 1)), ''), ''))
      WHERE d.loader IS NOT NULL AND NOT EXISTS (SELECT FROM ingest.loader AS l WHERE l.role = d.loader)
    UNION ALL SELECT ingest.evolution_problem(d.target, coalesce(d.loader, 'ingest_loader')) WHERE d.on_unknown = 'evolve'
      AND ingest.evolution_problem(d.target, coalesce(d.loader, 'ingest_loader')) IS NOT NULL
    UNION ALL SELECT format('expected_every: %s is less than a second', d.expected_every) WHERE d.expected_every < interval '1 second'
    UNION ALL SELECT format('on_error: %s is none of continue, skip_file, skip_file_<n>, skip_file_<n>%%', d.on_error)
      WHERE d.on_error !~ '^(continue|skip_file|skip_file_[1-9][0-9]{0,8}|skip_file_([1-9][0-9]?|100)%)$'
    UNION ALL SELECT format('%s: %s is none of %s', o.name, o.value, array_to_string(o.words, ', '))
      FROM (VALUES ('load_mode', d.load_mode, ARRAY['upsert', 'append']), ('on_unknown', d.on_unknown, ARRAY['rescue', 'ignore', 'reject', 'evolve']),
        ('on_absent', d.on_absent, ARRAY['default', 'keep']), ('on_missing_path', d.on_missing_path, ARRAY['fail', 'skip']),
        ('match_names', d.match_names, ARRAY(SELECT r.name FROM ingest.name_rules() AS r)), ('document_format', d.document_format, ARRAY['auto', 'lines'])) AS o (name, value, words)
      WHERE o.value <> ALL (o.words)
    UNION ALL SELECT 'null_strings: a list of strings is needed, without null'
      WHERE CASE array_ndims(d.null_strings) WHEN 1 THEN array_position(d.null_strings, NULL) IS NOT NULL ELSE d.null_strings IS NOT NULL END
    UNION ALL SELECT * FROM ingest.key_pattern_problems(d.key_pattern);
  PERFORM ingest.parse_path(d.records_path, true);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NEXT format('records_path: %s', SQLERRM);
END
$$;
COMMENT ON FUNCTION ingest.option_problems(ingest.dataset) IS 'What is wrong with the options of a registration, apart from its target and mapping.';

CREATE FUNCTION ingest.version_triggers(d ingest.dataset) RETURNS SETOF name
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- Bits of tgtype (catalog/pg_trigger.h): 1 for each row, 2 before, 4 insert, 16 update. What a function in C does only its arguments show.
  RETURN QUERY SELECT DISTINCT t.tgname
  FROM (SELECT f.relid FROM pg_partition_tree(d.target) AS f UNION SELECT d.target) AS tables
  JOIN pg_trigger AS t ON t.tgrelid = tables.relid AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0
  JOIN pg_proc AS p ON p.oid = t.tgfoid JOIN pg_language AS l ON l.oid = p.prolang
  WHERE strpos(lower(CASE WHEN l.lanname IN ('c', 'internal') THEN '' ELSE p.prosrc END || encode(t.tgargs, 'escape')), lower(d.version_column)) > 0;
END
$$;
COMMENT ON FUNCTION ingest.version_triggers(ingest.dataset)
  IS 'Triggers before a row of the target is written whose function names the version column, and so may set it.';

CREATE FUNCTION ingest.taken_from(d ingest.dataset) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT x.name FROM ingest.dataset AS x
  WHERE x.name <> d.name AND starts_with(d.prefix, x.prefix) AND (x.bucket IS NULL OR d.bucket IS NULL OR x.bucket = d.bucket)
    AND (x.prefix <> d.prefix OR d.bucket IS NOT NULL AND x.bucket IS NULL)
  ORDER BY length(x.prefix) DESC, x.bucket NULLS LAST LIMIT 1;
END
$$;
COMMENT ON FUNCTION ingest.taken_from(ingest.dataset) IS 'The dataset that has the keys of a dataset where that is not registered: the next longest prefix.';
