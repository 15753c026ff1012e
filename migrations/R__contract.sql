-- pg_ingest 0.2.0
-- A dataset's contract: the columns of its target, with their types as coercion needs them.

CREATE FUNCTION ingest.metadata_columns() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY['_file_id', '_record_no', '_loaded_at', '_source_time', '_sequencer', '_rescued']
$$;
COMMENT ON FUNCTION ingest.metadata_columns() IS 'Columns that the pipeline fills where a target has them.';

CREATE FUNCTION ingest.base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[])
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent record;
BEGIN
  base_oid := type_oid; base_typmod := typmod; domains := '{}';
  LOOP
    SELECT t.typbasetype, t.typtypmod INTO parent FROM pg_type AS t WHERE t.oid = base_oid AND t.typtype = 'd';
    EXIT WHEN NOT FOUND;
    domains := domains || base_oid;
    base_oid := parent.typbasetype; base_typmod := parent.typtypmod;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.base_type(oid, integer)
  IS 'The type under a domain, with its modifier, and the domains passed on the way, outermost first.';

CREATE FUNCTION ingest.unfit_marks(type_oid oid) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  base oid := (ingest.base_type(type_oid, -1)).base_oid;
  parts oid[];
BEGIN
  IF base IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN
    RETURN '{words,digits,zones}';
  ELSIF base IN ('time'::regtype, 'timetz'::regtype, 'interval'::regtype) THEN
    RETURN '{words}';
  ELSIF base IN ('numeric'::regtype, 'float4'::regtype, 'float8'::regtype) THEN
    RETURN '{nan}';
  ELSIF base = 'bytea'::regtype THEN
    RETURN '{bytes}';
  END IF;
  parts := ARRAY(SELECT r.rngsubtype FROM pg_range AS r WHERE base IN (r.rngtypid, r.rngmultitypid)
    UNION ALL SELECT t.typelem FROM pg_type AS t WHERE t.oid = base AND t.typcategory = 'A'
    UNION ALL SELECT a.atttypid FROM pg_type AS t JOIN pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE t.oid = base AND t.typtype = 'c');
  -- Of a composite's parts one may be meant to hold long numbers, and none need be bytes.
  RETURN ARRAY(SELECT DISTINCT m FROM unnest(parts) AS p (part) CROSS JOIN LATERAL unnest(ingest.unfit_marks(p.part)) AS m
    WHERE m <> 'bytes' AND (m <> 'digits' OR NOT EXISTS (SELECT FROM pg_type AS t WHERE t.oid = base AND t.typtype = 'c')) ORDER BY m);
END
$$;
COMMENT ON FUNCTION ingest.unfit_marks(oid)
  IS 'What no string for this type may be, or hold: words (now, today), digits (nine and more), zones (an offset behind GMT or UTC), nan; bytes: none but in a notation with backslashes.';

CREATE FUNCTION ingest.describe_type(type_oid oid, typmod integer) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT jsonb_build_object(
    'type', format_type(type_oid, typmod),
    'kind', b.kind,
    'base_oid', b.base_oid::bigint,
    'typmod', b.base_typmod,
    'base_type', format_type(b.base_oid, b.base_typmod),
    'unfit', to_jsonb(ingest.unfit_marks(b.base_oid)),
    'max_length', CASE WHEN b.base_oid IN ('varchar'::regtype, 'bpchar'::regtype) AND b.base_typmod > 4 THEN b.base_typmod - 4
      WHEN b.base_oid = 'name'::regtype THEN 63 END,
    -- What parts the elements in the text of an array of the type, where that is no comma: box and PostGIS' types have others.
    'delimiter', (SELECT nullif(t.typdelim, ',') FROM pg_type AS t WHERE t.oid = b.base_oid),
    'element', CASE WHEN b.kind = 'array' THEN
      (SELECT ingest.describe_type(t.typelem, b.base_typmod) FROM pg_type AS t WHERE t.oid = b.base_oid) END)
  FROM (SELECT x.*, ingest.type_kind(x.base_oid) AS kind FROM ingest.base_type(type_oid, typmod) AS x OFFSET 0) AS b);
END
$$;
COMMENT ON FUNCTION ingest.describe_type(oid, integer) IS 'A type as the contract describes it.';

-- What is the same whenever it is evaluated names no function that is not immutable, draws from no sequence and asks for no
-- time or user (nodes/primnodes.h). A cast by way of text may read the time: 'now'::text::date.
CREATE FUNCTION ingest.is_constant(tree pg_node_tree) RETURNS boolean
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT tree::text !~ '\{(SQLVALUEFUNCTION|NEXTVALUEEXPR|COERCEVIAIO) ' AND NOT EXISTS (
    SELECT FROM regexp_matches(tree::text, ':(?:funcid|opfuncid) ([0-9]+)', 'g') AS m JOIN pg_proc AS p ON p.oid = m[1]::oid WHERE p.provolatile <> 'i')
$$;
COMMENT ON FUNCTION ingest.is_constant(pg_node_tree) IS 'Whether a default is the same whenever it is evaluated.';

CREATE FUNCTION ingest.fillable_columns(of_dataset text) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT c.column_name FROM ingest.dataset_column AS c WHERE c.dataset = of_dataset AND c.filled_by IN ('record', 'expression', 'parent'));
END
$$;
COMMENT ON FUNCTION ingest.fillable_columns(text) IS 'The names of the columns of a dataset''s target that records can fill.';

CREATE FUNCTION ingest.target_columns(d ingest.dataset, named text[]) RETURNS SETOF ingest.target_column
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key text[] := ingest.key_columns(d.target);
BEGIN
  -- Many columns have few types: each is described once.
  RETURN QUERY WITH types AS MATERIALIZED (
    SELECT u.atttypid, u.atttypmod, ingest.describe_type(u.atttypid, u.atttypmod) AS described, x.base_oid, x.domains
    FROM (SELECT DISTINCT y.atttypid, y.atttypmod FROM pg_attribute AS y WHERE y.attrelid = d.target AND y.attnum > 0 AND NOT y.attisdropped AND (named IS NULL OR y.attname = ANY (named))) AS u
    CROSS JOIN LATERAL ingest.base_type(u.atttypid, u.atttypmod) AS x
  ) SELECT a.attnum, a.attname::text, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN
      (SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
        WHERE c.oid = a.attcollation)
      ELSE '' END,
    a.attnotnull OR EXISTS (SELECT FROM pg_type AS dt WHERE dt.oid = ANY (b.domains) AND dt.typnotnull),
    -- From the catalog: pg_get_serial_sequence() needs USAGE on the table's schema, which only the loader has to have.
    CASE WHEN a.attidentity = 'd' THEN (SELECT format('nextval(%L::regclass)', format('%I.%I', n.nspname, s.relname)) FROM pg_depend AS o
        JOIN pg_class AS s ON s.oid = o.objid AND s.relkind = 'S' JOIN pg_namespace AS n ON n.oid = s.relnamespace
        WHERE (o.classid, o.refclassid, o.refobjid, o.refobjsubid, o.deptype) = ('pg_class'::regclass, 'pg_class'::regclass, a.attrelid, a.attnum, 'i'))
      ELSE coalesce(pg_get_expr(ad.adbin, ad.adrelid), pg_get_expr(own.typdefaultbin, 0)) END,
    -- An expression makes its value of what came.
    d.load_mode = 'upsert' AND c.expression IS NULL AND NOT coalesce(a.attname = ANY (key), false)
      AND (d.on_absent = 'keep' OR a.attidentity = 'd' OR NOT coalesce(ingest.is_constant(coalesce(ad.adbin, own.typdefaultbin)), true)),
    c.source, c.expression, c.reads_source, c.conversion, c.null_strings, b.described, b.domains
  FROM ingest.dataset_column AS c JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attnum = c.position JOIN types AS b ON b.atttypid = a.atttypid AND b.atttypmod = a.atttypmod
  -- Values are made as the base type, so it is its collation that the column's, a domain's perhaps, differs from.
  JOIN pg_type AS t ON t.oid = b.base_oid
  JOIN pg_type AS own ON own.oid = a.atttypid
  LEFT JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  WHERE c.dataset = d.name AND c.filled_by IN ('record', 'expression', 'parent') AND (named IS NULL OR c.column_name = ANY (named));
END
$$;
COMMENT ON FUNCTION ingest.target_columns(ingest.dataset, text[]) IS 'The columns of a dataset''s target that records can fill, or those of them that are named, with all that decides how.';

CREATE FUNCTION ingest.contract(d ingest.dataset, columns ingest.target_column[]) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mapped text[] := ARRAY(SELECT m.column_name::text FROM ingest.own_mapping AS m WHERE m.dataset = d.name AND m.path IS NOT NULL);
  -- Columns that read no member by their own name, or read it letter by letter.
  explicit text[] := CASE d.match_names WHEN 'exact' THEN ARRAY(SELECT c.name FROM unnest(columns) AS c) ELSE mapped END;
BEGIN
  RETURN (SELECT jsonb_build_object(
    'dataset', d.name,
    'records_path', ingest.parse_path(nullif(d.records_path, '$'), true),
    'records_path_text', nullif(d.records_path, '$'),
    'skip_missing', d.on_missing_path = 'skip',
    'lines', d.document_format = 'lines',
    'prefix', d.prefix,
    'own_loader', d.loader IS NOT NULL,
    'key_pattern', d.key_pattern,
    'reads_context', EXISTS (SELECT FROM unnest(columns) AS c CROSS JOIN LATERAL ingest.source_steps(c.path) AS s WHERE c.is_read AND s.origin <> 'record')
      OR EXISTS (SELECT FROM ingest.used_of_file(d, columns) AS u WHERE u.value_sql LIKE '%.context %'),
    'places', coalesce((SELECT jsonb_agg(DISTINCT ingest.with_depth(s.place, ingest.parse_path(nullif(d.records_path, '$'), true))) FROM unnest(columns) AS c CROSS JOIN LATERAL ingest.source_steps(c.path) AS s WHERE c.is_read AND s.place IS NOT NULL), '[]'),
    'on_unknown', CASE d.on_unknown WHEN 'evolve' THEN 'rescue' ELSE d.on_unknown END,
    'want_rescued', d.on_unknown IN ('rescue', 'evolve') AND EXISTS (
      SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_rescued' AND NOT a.attisdropped),
    'keeps', EXISTS (SELECT FROM unnest(columns) AS c WHERE c.is_kept AND c.is_read),
    'want_record', d.record_filter IS NOT NULL OR d.delete_when IS NOT NULL OR EXISTS (SELECT FROM ingest.own_mapping AS m WHERE m.dataset = d.name AND m.expression IS NOT NULL),
    'record_members', ingest.members_read(ARRAY(SELECT m.expression FROM ingest.own_mapping AS m WHERE m.dataset = d.name) || ARRAY[d.record_filter, d.delete_when]),
    -- What a record that is left out, or deletes, holds besides is no drift: that is told when all is known.
    'want_unknown', d.record_filter IS NOT NULL OR d.delete_when IS NOT NULL,
    -- Where the target has a column of that name, record is that column.
    'read_besides', CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = 'record' AND NOT a.attisdropped) THEN '[]'
      ELSE coalesce((SELECT jsonb_agg(DISTINCT p.value) FROM (SELECT m.expression FROM ingest.own_mapping AS m WHERE m.dataset = d.name UNION ALL SELECT d.record_filter UNION ALL SELECT d.delete_when) AS m
        CROSS JOIN jsonb_array_elements(ingest.expression_paths(m.expression)) AS p), '[]') END,
    'match_names', nullif(d.match_names, 'exact'),
    'columns', coalesce((
      SELECT jsonb_agg(c.described || jsonb_build_object(
        'name', c.name, 'origin', s.origin, 'path', s.steps, 'path_text', c.path,
        'required', (c.not_null OR c.name IS NOT DISTINCT FROM d.version_column) AND c.expression IS NULL,
        -- Absent is told of a column that is kept, too.
        'has_default', c.default_sql IS NOT NULL OR c.is_kept AND NOT c.not_null AND c.name IS DISTINCT FROM d.version_column)
          || CASE WHEN c.whole IS NULL THEN '{}' ELSE jsonb_build_object('conversion', c.whole, 'expected', ingest.expected_value(c.whole, c.described ->> 'type')) END
          || CASE WHEN c.null_strings <> '{}' THEN jsonb_build_object('null_strings', c.null_strings) ELSE '{}' END
          || CASE WHEN c.name = ANY (mapped) THEN jsonb_build_object('mapped', true) ELSE '{}' END
          || CASE WHEN c.name = ANY (explicit) THEN '{}' ELSE jsonb_build_object('match', ingest.matched_name(c.name, d.match_names), 'match_rule', d.match_names, 'match_no', c.no_of_matched) END
          -- Three columns of a query for each of the table's is what PostgreSQL's 1,664 allow.
          || CASE WHEN c.of_all <= 400 AND c.whole IS NOT NULL THEN jsonb_build_object('made_beside', c.attnum) ELSE '{}' END
        ORDER BY c.attnum)
      FROM (SELECT x.*, count(*) OVER () AS of_all, count(*) FILTER (WHERE x.name <> ALL (explicit)) OVER (ORDER BY x.attnum) AS no_of_matched, ingest.whole_conversion(x.conversion, x.described) AS whole FROM unnest(columns) AS x WHERE x.is_read) AS c CROSS JOIN LATERAL ingest.source_steps(c.path) AS s), '[]'))
    || CASE d.match_names WHEN 'exact' THEN '{}' ELSE jsonb_build_object('names', ingest.known_spellings(columns, explicit, d.match_names)) END
    || CASE WHEN d.delete_when IS NULL THEN '{}' ELSE jsonb_build_object('deletes', ingest.columns_of_deletes(d)) END);
END
$$;
COMMENT ON FUNCTION ingest.contract(ingest.dataset, ingest.target_column[]) IS 'The compiled contract of a dataset, as docs/row-source.md describes it.';

CREATE FUNCTION ingest.description(of_dataset text) RETURNS ingest.description
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset;
  about ingest.description;
  one ingest.target_column;
  filters boolean;
BEGIN
  SELECT * INTO d FROM ingest.own_dataset AS x WHERE x.name = of_dataset;
  -- Records of suppressed keys are left out as by a filter, on whatever way there is for one.
  filters := d.record_filter IS NOT NULL;
  d.record_filter := coalesce(d.record_filter, CASE WHEN d.suppresses THEN 'true' END);
  -- Rows of a former version, and of a removed object, leave tombstones, as those do that records delete.
  d.delete_when := coalesce(d.delete_when, CASE WHEN ingest.mirrors(d.on_replaced, d.on_removed) THEN 'false' END);
  about.dataset := d;
  about.columns := ARRAY(SELECT c FROM ingest.target_columns(d, NULL) AS c ORDER BY c.attnum);
  about.contract := ingest.family_contract(d, ingest.contract(d, about.columns)) || CASE WHEN d.suppresses THEN jsonb_build_object('suppresses', true, 'filters', filters) ELSE '{}' END
    || CASE WHEN d.on_replaced <> 'keep' THEN '{"mirrors": true}'::jsonb ELSE '{}' END;
  about.kept := ingest.kept_columns(about.columns, about.contract);
  -- Once, and not for each statement that has it.
  FOR i IN 1 .. cardinality(about.columns) LOOP
    one := about.columns[i];
    IF one.expression IS NOT NULL THEN
      one.expression := ingest.guarded_expression(one.expression, (one.described ->> 'base_oid')::oid);
      about.columns[i] := one;
    END IF;
  END LOOP;
  about.drawn := ingest.drawn_columns(d, about.columns);
  about.key := (SELECT k.columns FROM ingest.key_columns(d.target) AS k (columns) WHERE k.columns <@ ARRAY(SELECT c.name FROM unnest(about.columns) AS c));
  -- Nobody who plants tables in the session can know a name that is drawn.
  about.stand_in := CASE WHEN ingest.citus_kind(d.target) IS NOT NULL THEN 'ingest_' || replace(gen_random_uuid()::text, '-', '') END;
  about.written := coalesce(about.stand_in, d.target::text);
  SELECT c.clean, c.faults INTO about.clean, about.faults FROM ingest.checks_sql(about) AS c;
  RETURN about;
END
$$;
COMMENT ON FUNCTION ingest.description(text) IS 'All that a dataset''s statements are made from. Its key is NULL, too, where the table makes it (identity) or the pipeline does (metadata columns).';

CREATE FUNCTION ingest.all_read(contract jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT (contract -> 'columns') || (contract -> 'read_besides')
$$;
COMMENT ON FUNCTION ingest.all_read(jsonb) IS 'All that is read of a record, each with its path: the columns of a contract, and what only expressions read.';
