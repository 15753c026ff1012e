-- pg_ingest 0.2.0
-- Parents and children: what belongs together, and what a child's columns read of the record that it stands in.
--
-- A child's records are staged for its load as one array (R__load_children.sql), each with its place. So its contract has no
-- records_path. The member within of its contract has what leads from a parent's record to them.

CREATE FUNCTION ingest.with_children(datasets text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = ANY (datasets) AND d.has_children) THEN
    RETURN datasets;
  END IF;
  RETURN ARRAY(WITH RECURSIVE family AS (SELECT u.name FROM unnest(datasets) AS u (name)
      UNION SELECT d.name FROM family AS f JOIN ingest.dataset AS d ON d.parent = f.name)
    SELECT f.name FROM family AS f);
END
$$;
COMMENT ON FUNCTION ingest.with_children(text[]) IS 'Datasets with all that are loaded with them: their children, and the children of these.';

CREATE FUNCTION ingest.family_targets(of_target oid) RETURNS oid[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.dataset AS d WHERE d.parent IS NOT NULL) THEN
    RETURN ARRAY[of_target];
  END IF;
  RETURN (WITH RECURSIVE above AS (SELECT d.name, d.parent FROM ingest.dataset AS d WHERE d.target = of_target
      UNION SELECT d.name, d.parent FROM above AS a JOIN ingest.dataset AS d ON d.name = a.parent),
    family AS (SELECT a.name FROM above AS a UNION SELECT d.name FROM family AS f JOIN ingest.dataset AS d ON d.parent = f.name)
    SELECT array_agg(DISTINCT d.target::oid) || of_target FROM family AS f JOIN ingest.dataset AS d ON d.name = f.name);
END
$$;
COMMENT ON FUNCTION ingest.family_targets(oid) IS 'The targets that are loaded together with a table: its own alone where no dataset that it belongs to has a parent or children.';

CREATE FUNCTION ingest.parent_source(parent text, parent_key name[], key_of_parent name[], column_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN parent IS NULL THEN NULL WHEN column_name = '_record_no' THEN '_record:'
    ELSE (SELECT '_key:' || u.theirs FROM unnest(parent_key::text[], key_of_parent::text[]) AS u (own, theirs) WHERE u.own = column_name) END
$$;
COMMENT ON FUNCTION ingest.parent_source(text, name[], name[], text)
  IS 'What a column of a child is given of the record that it stands in, as a source that nobody can write: _key:<column> is the parent''s key, _record: the number of the file''s record. NULL for all other columns.';

CREATE FUNCTION ingest.family_contract(d ingest.dataset, contract jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF d.has_children THEN
    contract := contract || '{"children": true}' || jsonb_build_object('read_besides', (contract -> 'read_besides')
      || coalesce((SELECT jsonb_agg(jsonb_build_object('path', p)) FROM jsonb_array_elements(d.read_by_children) AS p WHERE NOT contract -> 'read_besides' @> jsonb_build_array(jsonb_build_object('path', p))), '[]'));
  END IF;
  IF d.parent IS NULL THEN
    RETURN contract;
  END IF;
  RETURN contract || '{"records_path": null, "records_path_text": null, "skip_missing": false}' || jsonb_build_object('within', jsonb_build_object(
    'records_path', contract -> 'records_path', 'records_path_text', contract -> 'records_path_text', 'skip_missing', contract -> 'skip_missing',
    'places', (SELECT coalesce(jsonb_agg(p), '[]') FROM jsonb_array_elements(contract -> 'places') AS p WHERE p ->> 'source' !~ '^_')));
END
$$;
COMMENT ON FUNCTION ingest.family_contract(ingest.dataset, jsonb)
  IS 'A contract with what is said of parents and children: children where the dataset has any, within where it is one. Other contracts stay as they are.';

-- Known are members of objects: a path counts up to the first array or map that it goes through.
CREATE FUNCTION ingest.leading_members(steps jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(s.value ORDER BY s.no), '[]') FROM jsonb_array_elements(steps) WITH ORDINALITY AS s (value, no)
  WHERE s.no < coalesce((SELECT min(x.no) FROM jsonb_array_elements(steps) WITH ORDINALITY AS x (value, no) WHERE jsonb_typeof(x.value) <> 'string'), s.no + 1)
$$;
COMMENT ON FUNCTION ingest.leading_members(jsonb) IS 'The steps of a path before the first that is no member''s name.';

CREATE FUNCTION ingest.read_of_parent(within jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce(jsonb_agg(DISTINCT l.path) FILTER (WHERE l.path <> '[]'), '[]')
  FROM (SELECT within -> 'records_path' AS steps
    UNION ALL SELECT CASE p ->> 'kind' WHEN 'parent' THEN (SELECT coalesce(jsonb_agg(s.value ORDER BY s.no), '[]') FROM jsonb_array_elements(within -> 'records_path') WITH ORDINALITY AS s (value, no)
        WHERE s.no <= (p ->> 'depth')::integer) ELSE '[]' END || (p -> 'path')
      FROM jsonb_array_elements(within -> 'places') AS p WHERE p ->> 'kind' IN ('parent', 'document')) AS r
  CROSS JOIN LATERAL (SELECT ingest.leading_members(r.steps) AS path) AS l
$$;
COMMENT ON FUNCTION ingest.read_of_parent(jsonb) IS 'What a child reads of the record that it stands in, as arrays of member names: the way to it, and what its columns read around it.';

CREATE FUNCTION ingest.require_own_files(of_dataset text, instead text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  of_parent text := (SELECT d.parent FROM ingest.dataset AS d WHERE d.name = of_dataset);
BEGIN
  IF of_parent IS NOT NULL THEN
    RAISE EXCEPTION 'dataset % is a child of %; expected a dataset with files of its own', of_dataset, of_parent USING ERRCODE = 'invalid_parameter_value',
      HINT = format(instead, of_parent);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.require_own_files(text, text) IS 'Refuses a child, whose rejects are records of its parent. instead: what to type, with a place for the parent''s name as a literal.';

CREATE FUNCTION ingest.key_json_sql(of_target regclass, of_row text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('jsonb_build_array(%s)', string_agg(format(CASE WHEN b.base_oid IN ('boolean'::regtype, 'jsonb'::regtype) THEN 'to_jsonb(%s.%I)' ELSE '%s.%I::text' END,
      of_row, u.k), ', ' ORDER BY u.o))
  FROM unnest(ingest.key_columns(of_target)) WITH ORDINALITY AS u (k, o) JOIN pg_attribute AS a ON a.attrelid = of_target AND a.attname = u.k
  CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b);
END
$$;
COMMENT ON FUNCTION ingest.key_json_sql(regclass, text)
  IS 'SQL of a row''s primary key as a JSON array, each value as text, which the columns of a child read as any string.';

-- Of an append all good records are rows. Of an upsert those are left over that lost to another of their key, in the unit or in the table.
-- A record that deletes has no children. Where it takes a row away, that row's go.
--
-- Records are put together by grouping. The planner takes a CTE for one row, and would join them by going through all for each.
CREATE FUNCTION ingest.applied_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  deletes boolean := d.delete_when IS NOT NULL;
  writes text := CASE WHEN deletes THEN '_ingest_write IS NOT NULL' ELSE '_ingest_state IN (''new'', ''newer'')' END;
  -- Each record by itself is only asked about where some were kept from being written.
  rows_of text := format('SELECT a._ingest_file, a._ingest_record, NULL::jsonb, %s, NULL::boolean FROM attempted AS a
      WHERE a.%s AND CASE WHEN (SELECT count(*) FROM applied) < (SELECT count(*) FROM attempted WHERE %2$s) THEN EXISTS (SELECT FROM applied AS t WHERE %s) ELSE true END%s',
    CASE WHEN deletes THEN 'a._ingest_deleted' ELSE 'false' END, writes, ingest.key_match_sql(d.target, 'a'), CASE WHEN deletes THEN ' OR a._ingest_deleted AND a._ingest_remove' ELSE '' END);
  good text := format('SELECT c._ingest_file, c._ingest_record, %s AS _ingest_key, NULL::boolean AS _ingest_gone, %s AS _ingest_deletes FROM checked AS c WHERE c._ingest_good',
    ingest.key_json_sql(d.target, 'c'), CASE WHEN deletes THEN 'c._ingest_deleted' ELSE 'NULL::boolean' END);
BEGIN
  RETURN CASE WHEN NOT d.has_children AND d.on_replaced = 'keep' THEN ''
    ELSE format('%s, coalesce((SELECT array_agg(ROW(g._ingest_file, g._ingest_record, g._ingest_key, %s)::ingest.applied_record ORDER BY g._ingest_file, g._ingest_record) FROM (%s) AS g), ''{}'')',
      CASE WHEN deletes THEN '' ELSE ', NULL::jsonb, NULL::bigint[], NULL::ingest.tombstone_change[]' END,
      CASE d.load_mode WHEN 'append' THEN 'true, false' ELSE 'coalesce(NOT g._ingest_gone, false), coalesce(g._ingest_gone, false)' END,
      CASE d.load_mode WHEN 'append' THEN good
        ELSE format('SELECT u._ingest_file, u._ingest_record, (array_agg(u._ingest_key) FILTER (WHERE u._ingest_key IS NOT NULL))[1] AS _ingest_key, bool_or(u._ingest_gone) AS _ingest_gone
      FROM (%s UNION ALL %s) AS u GROUP BY 1, 2 HAVING count(u._ingest_key) > 0 AND (bool_or(u._ingest_deletes) IS NOT TRUE OR bool_or(u._ingest_gone))', good, rows_of) END) END;
END
$$;
COMMENT ON FUNCTION ingest.applied_sql(ingest.description)
  IS 'What a load statement tells besides of a dataset with children, or one that mirrors objects: of each good record its key, and whether it was applied or takes its row away. Nothing for others.';

CREATE FUNCTION ingest.is_only_checked() RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.current_setting('ingest.only_checked', true) IS NOT DISTINCT FROM 'on'
$$;
COMMENT ON FUNCTION ingest.is_only_checked() IS 'Whether children are read only to be checked, since the records that they stand in were not applied.';

CREATE FUNCTION ingest.say_only_checked(yes boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF ingest.is_only_checked() <> yes THEN
    PERFORM set_config('ingest.only_checked', CASE WHEN yes THEN 'on' ELSE '' END, true);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.say_only_checked(boolean) IS 'Has is_only_checked() say so, until the transaction ends. Said before each load: code of a target may have set it.';

CREATE FUNCTION ingest.is_held_by_key(child ingest.dataset, parent regclass) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = child.target AND k.confrelid = parent AND k.contype = 'f' AND k.convalidated
    AND cardinality(k.conkey) = cardinality(child.parent_key)
    AND cardinality(k.conkey) = (SELECT count(*) FROM unnest(k.conkey, k.confkey) AS u (own, theirs)
      JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.own JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.theirs
      WHERE (a.attname, b.attname) IN (SELECT x.own, x.theirs FROM unnest(child.parent_key, child.key_of_parent) AS x (own, theirs))))
$$;
COMMENT ON FUNCTION ingest.is_held_by_key(ingest.dataset, regclass) IS 'Whether a foreign key lets no row of a child be without its record.';

-- Which of these tables the engine can serve, it says itself.
CREATE FUNCTION ingest.native_family(about ingest.description) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  child ingest.dataset;
  family jsonb := '[]';
BEGIN
  IF NOT d.has_children OR d.parent IS NOT NULL OR d.load_mode <> 'upsert' OR about.stand_in IS NOT NULL OR (about.contract ->> 'want_record')::boolean THEN
    RETURN NULL;
  END IF;
  FOR child IN SELECT x.* FROM ingest.own_dataset AS x WHERE x.parent = d.name ORDER BY ingest.foreign_depth(x.target), x.target::oid, x.name LOOP
    -- Who loads the records loads what stands in them. Without a foreign key children may have outlived their record, and what
    -- reads them with new records takes none away.
    IF child.has_children OR child.loader IS DISTINCT FROM d.loader OR NOT ingest.is_held_by_key(child, d.target) THEN
      RETURN NULL;
    END IF;
    family := family || jsonb_build_array(jsonb_build_object('name', child.name, 'target', child.target::oid::bigint, 'contract', (ingest.description(child.name)).contract));
  END LOOP;
  RETURN family;
END
$$;
COMMENT ON FUNCTION ingest.native_family(ingest.description)
  IS 'The children of a dataset as the native engine reads them with its records, each with its contract and target; NULL where it has none, or one that goes another way.';
