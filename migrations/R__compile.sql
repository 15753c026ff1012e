-- pg_ingest 0.2.0
-- A dataset compiled: its contract and statements, kept until something that they are made from changes.
--
-- Compiling costs some catalog queries; a batch must not. What was compiled is kept beside a fingerprint of everything it was made
-- from: a changed target or mapping shows in the row versions of the catalog.

CREATE FUNCTION ingest.dataset_problem(of_dataset text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE
      WHEN NOT d.enabled THEN format('dataset %s is disabled; enable it, then ingest_replay()', d.name)
      WHEN NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = d.target)
        THEN format('the target of dataset %s was dropped; register it again, then ingest_replay()', d.name)
      WHEN d.version_column <> ALL (c.names)
        THEN format('%s has lost version column %s of dataset %s; register it again, then ingest_replay()', d.target, d.version_column,
          d.name)
      WHEN d.load_mode = 'upsert' AND NOT coalesce(ingest.key_columns(d.target) <@ c.names, false)
        THEN format('%s has lost the primary key that dataset %s goes by; register it again, then ingest_replay()', d.target, d.name)
      WHEN d.load_mode = 'upsert' AND ingest.key_hindrance(d.target) IS NOT NULL
        THEN format('the primary key of %s is %s now, by which dataset %s cannot upsert; change it, then ingest_replay()', d.target,
          ingest.key_hindrance(d.target), d.name)
      WHEN (d.delete_when IS NOT NULL OR ingest.mirrors(d.on_replaced, d.on_removed)) AND array_position(ingest.key_kinds(d.target), NULL) IS NOT NULL
        THEN format('the primary key of %s has a type or collation of which no text tells equal keys, and dataset %s remembers deletes by that; change it, then ingest_replay()', d.target, d.name)
      WHEN d.suppresses AND ingest.suppression_problem(d) IS NOT NULL THEN ingest.suppression_problem(d)
      WHEN d.parent IS NOT NULL AND ingest.family_problem(d) IS NOT NULL THEN ingest.family_problem(d)
      WHEN d.has_children THEN (SELECT min(ingest.dataset_problem(x.name)) FROM ingest.dataset AS x WHERE x.parent = d.name) END
  FROM ingest.dataset AS d CROSS JOIN LATERAL (SELECT ingest.fillable_columns(d.name) AS names OFFSET 0) AS c WHERE d.name = of_dataset);
END
$$;
COMMENT ON FUNCTION ingest.dataset_problem(text) IS 'Why a dataset cannot load just now, with what to do; NULL when it can.';

-- PostgreSQL's own types (below the first oid that it gives to others' objects) do not change. Labels of an enum stand in patterns, and
-- what no string may hold goes by the parts of a composite. Each type is looked at once, however many are made of it.
CREATE FUNCTION ingest.types_state(target regclass) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
  RETURN (WITH RECURSIVE made_of (oid) AS (
      SELECT a.atttypid FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum > 0 AND a.atttypid >= 16384
      UNION SELECT x.oid FROM made_of AS m JOIN pg_type AS t ON t.oid = m.oid CROSS JOIN LATERAL (SELECT t.typbasetype AS oid UNION ALL SELECT t.typelem
        UNION ALL SELECT r.rngsubtype FROM pg_range AS r WHERE r.rngtypid = t.oid
        UNION ALL SELECT a.atttypid FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0) AS x WHERE x.oid >= 16384)
    SELECT string_agg(concat(m.oid, ' ', t.xmin, (SELECT string_agg(' ' || l.xmin::text, '' ORDER BY l.enumsortorder) FROM pg_enum AS l WHERE l.enumtypid = t.oid),
      (SELECT string_agg(' ' || a.xmin::text, '' ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0)), ', ' ORDER BY m.oid)
    FROM made_of AS m JOIN pg_type AS t ON t.oid = m.oid);
END
$$;
COMMENT ON FUNCTION ingest.types_state(regclass) IS 'Changes with the types of a table''s columns and all that these are made of.';

CREATE FUNCTION ingest.fingerprint(of_dataset text, domains oid[]) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  d record;
BEGIN
  SELECT x.xmin::text || ' ' || x.target::text AS version, x.target, x.parent, x.key_of_parent INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  RETURN concat_ws('; ', d.version, (SELECT string_agg(ingest.fingerprint(x.name, '{}'), '; ' ORDER BY x.name) FROM ingest.dataset AS x WHERE x.parent = of_dataset),
    ingest.is_plain_table(d.target)::text, CASE WHEN d.parent IS NOT NULL THEN ingest.is_referred_to(d.target)::text END, ingest.citus_kind(d.target),
    -- A child is given the key of its parent in that one's types.
    CASE WHEN d.parent IS NOT NULL THEN (SELECT string_agg(a.attname || ' ' || a.xmin::text, ', ' ORDER BY a.attnum) FROM ingest.dataset AS x JOIN pg_attribute AS a ON a.attrelid = x.target
      WHERE x.name = d.parent AND a.attname = ANY (d.key_of_parent)) END,
    (SELECT string_agg(m.column_name || ' ' || m.xmin::text, ', ' ORDER BY m.column_name) FROM ingest.column_mapping AS m
      WHERE m.dataset = of_dataset),
    (SELECT string_agg(a.attnum || ' ' || a.xmin::text, ', ' ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attnum > 0), ingest.types_state(d.target),
    (SELECT string_agg(ad.adnum || ' ' || ad.xmin::text, ', ' ORDER BY ad.adnum) FROM pg_attrdef AS ad WHERE ad.adrelid = d.target),
    -- What defaults and constraints call stands in statements by its name, and whether it is the same each time decides how.
    (SELECT string_agg(p.oid || ' ' || p.xmin::text, ', ' ORDER BY p.oid) FROM pg_proc AS p WHERE p.oid = ANY (ARRAY(
      SELECT r.refobjid FROM pg_attrdef AS ad JOIN pg_depend AS r ON r.classid = 'pg_attrdef'::regclass AND r.objid = ad.oid AND r.refclassid = 'pg_proc'::regclass WHERE ad.adrelid = d.target
      UNION ALL SELECT r.refobjid FROM pg_constraint AS k JOIN pg_depend AS r ON r.classid = 'pg_constraint'::regclass AND r.objid = k.oid AND r.refclassid = 'pg_proc'::regclass
        WHERE k.conrelid = d.target AND k.contype = 'c'
      UNION ALL SELECT r.refobjid FROM pg_constraint AS k JOIN pg_depend AS r ON r.classid = 'pg_constraint'::regclass AND r.objid = k.oid AND r.refclassid = 'pg_proc'::regclass
        WHERE k.contypid = ANY (domains)))),
    -- Of parents the names are used.
    (SELECT string_agg(k.oid || ' ' || k.xmin::text || CASE k.contype WHEN 'f' THEN ' ' || k.confrelid::regclass || (SELECT string_agg(' ' || p.attname, '' ORDER BY p.attnum)
        FROM pg_attribute AS p WHERE p.attrelid = k.confrelid AND p.attnum = ANY (k.confkey)) ELSE '' END, ', ' ORDER BY k.oid)
      FROM pg_constraint AS k WHERE k.conrelid = d.target),
    (SELECT string_agg(i.indexrelid || ' ' || i.xmin::text, ', ' ORDER BY i.indexrelid) FROM pg_index AS i WHERE i.indrelid = d.target AND (i.indisunique OR i.indisexclusion)),
    (SELECT string_agg(k.oid || ' ' || k.xmin::text, ', ' ORDER BY k.oid) FROM pg_constraint AS k WHERE k.contypid = ANY (domains)),
    (SELECT string_agg(t.oid || ' ' || t.xmin::text, ', ' ORDER BY t.oid) FROM pg_type AS t WHERE t.oid = ANY (domains)));
END
$$;
COMMENT ON FUNCTION ingest.fingerprint(text, oid[]) IS 'Changes with anything that a dataset''s statements are made from.';

CREATE FUNCTION ingest.compiled(of_dataset text) RETURNS ingest.compiled_dataset
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.compiled_dataset;
  about ingest.description;
  frame text;
  place text;
BEGIN
  SELECT * INTO c FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
  IF FOUND AND c.fingerprint = ingest.fingerprint(of_dataset, c.domains) THEN
    RETURN c;
  END IF;
  c := NULL;
  c.dataset := of_dataset;
  about := ingest.description(of_dataset);
  c.domains := ARRAY(SELECT DISTINCT o FROM unnest(about.columns) AS t CROSS JOIN LATERAL unnest(t.domains) AS o ORDER BY 1);
  c.fingerprint := ingest.fingerprint(of_dataset, c.domains);
  c.problem := ingest.dataset_problem(of_dataset);
  IF ingest.reads_as_others(about) THEN
    about.contract := about.contract || '{"read_once": true}';
  END IF;
  IF c.problem IS NULL THEN
    c.contract := about.contract;
    c.quick_source := ingest.quick_source(c.contract);
    c.careful_source := ingest.careful_source(c.contract);
    c.native_source := ingest.native_source(c.contract);
    c.plain_load := ingest.plain_load_sql(about);
    c.clean_load := coalesce(ingest.clean_load_sql(about), ingest.clean_load_with_deletes_sql(about));
    c.aside_load := ingest.aside_load_sql(about);
    c.aside_judge := CASE WHEN c.aside_load IS NOT NULL THEN ingest.aside_judge_sql(about, c.careful_source) END;
    -- The first attempts count on being alone with their keys; whatever comes after them minds the others. These two
    -- differ in the row source alone, so the rest is made once. No name, default or expression can hold what is
    -- only made up here.
    place := 'source ' || gen_random_uuid();
    frame := ingest.load_sql(about, place, true);
    c.quick_load := replace(frame, place, c.quick_source);
    c.careful_load := replace(frame, place, c.careful_source);
    c.native_load := ingest.load_sql(about, c.native_source, false);
    c.native_upsert := ingest.gathered_upsert_sql(about);
    c.family := ingest.native_family(about);
    c.family_upsert := ingest.family_upsert_sql(about, c.family);
    c.children_load := ingest.children_load_sql(about);
    SELECT s.statement, s.contract INTO c.native_sift, c.sift_contract FROM ingest.native_sift_sql(about) AS s;
    c.native_judge := ingest.judge_sql(about, ingest.native_rest_source(c.contract));
    -- What asks the target beside the load is not asked of shards.
    IF about.stand_in IS NULL THEN
      c.refusals := ingest.refusals_sql(about, false);
      c.hidden_refusals := ingest.refusals_sql(about, true);
    END IF;
  END IF;
  INSERT INTO ingest.compiled_dataset VALUES (c.*)
  ON CONFLICT (dataset) DO UPDATE SET fingerprint = excluded.fingerprint, domains = excluded.domains, problem = excluded.problem,
    contract = excluded.contract,
    quick_source = excluded.quick_source, quick_load = excluded.quick_load, plain_load = excluded.plain_load,
    clean_load = excluded.clean_load, aside_load = excluded.aside_load, aside_judge = excluded.aside_judge, careful_source = excluded.careful_source,
      careful_load = excluded.careful_load,
    native_source = excluded.native_source, native_load = excluded.native_load,
    native_upsert = excluded.native_upsert, family = excluded.family, family_upsert = excluded.family_upsert, children_load = excluded.children_load, native_judge = excluded.native_judge, refusals = excluded.refusals,
    native_sift = excluded.native_sift, sift_contract = excluded.sift_contract,
    hidden_refusals = excluded.hidden_refusals;
  RETURN c;
END
$$;
COMMENT ON FUNCTION ingest.compiled(text)
  IS 'A dataset''s contract and statements, compiled anew only when something they are made from has changed.';

CREATE FUNCTION ingest.compile_missing(of_dataset text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- Whoever begins a batch, a replay or a trial has compiled, and no fingerprint need be taken once more.
  IF NOT EXISTS (SELECT FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset) THEN
    PERFORM ingest.compiled(of_dataset);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.compile_missing(text) IS 'Compiles a dataset that could not be compiled before, so that what it says against that is said here.';

CREATE FUNCTION ingest.compile_check_as_caller(of_dataset text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.compiled_dataset;
  statement text;
BEGIN
  SELECT * INTO STRICT c FROM ingest.own_compiled AS x WHERE x.dataset = of_dataset;
  -- A dataset that is disabled has no statements until it is enabled. The quick load is the careful one around another source.
  FOREACH statement IN ARRAY array_remove(ARRAY[c.quick_source, c.careful_load], NULL) LOOP
    EXECUTE statement
    USING '{}'::ingest.claimed_file[], c.contract, '{}'::ingest.parsed_record[], NULL::bigint[], NULL::integer, NULL::integer;
  END LOOP;
  PERFORM ingest.fire_deferred();
END
$$;
COMMENT ON FUNCTION ingest.compile_check_as_caller(text) IS 'Runs the statements of a dataset, compiled before, over no files: raises where one does not even parse.';
