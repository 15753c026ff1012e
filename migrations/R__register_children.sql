-- pg_ingest 0.2.0
-- Registering a dataset whose records stand inside those of another.

CREATE FUNCTION ingest.link_to_parent(target regclass, of_parent regclass) RETURNS name[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  key text[] := ingest.key_columns(of_parent);
BEGIN
  -- A foreign key says it; else the names do.
  RETURN coalesce(
    (SELECT array_agg(own.attname ORDER BY array_position(key, theirs.attname::text)) FROM pg_constraint AS k CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS u (own, theirs)
      JOIN pg_attribute AS own ON own.attrelid = k.conrelid AND own.attnum = u.own JOIN pg_attribute AS theirs ON theirs.attrelid = k.confrelid AND theirs.attnum = u.theirs
      WHERE k.conrelid = target AND k.confrelid = of_parent AND k.contype = 'f'
      GROUP BY k.oid HAVING array_agg(theirs.attname::text ORDER BY theirs.attname) = ARRAY(SELECT x FROM unnest(key) AS x ORDER BY 1) ORDER BY min(k.conname) LIMIT 1),
    (SELECT array_agg(a.attname ORDER BY array_position(key, a.attname::text)) FROM pg_attribute AS a
      WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY (key) HAVING count(*) = cardinality(key)));
END
$$;
COMMENT ON FUNCTION ingest.link_to_parent(regclass, regclass)
  IS 'The columns of a table that hold the key of another, in that key''s order: by a foreign key to it, or by their names. NULL where there are none.';

CREATE FUNCTION ingest.as_child(stored ingest.dataset, d ingest.dataset, given jsonb) RETURNS ingest.dataset
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  p ingest.dataset;
BEGIN
  -- A child may have been taken away since.
  IF d.has_children AND NOT EXISTS (SELECT FROM ingest.dataset AS x WHERE x.parent = d.name) THEN
    d.has_children := false; d.read_by_children := NULL;
  END IF;
  IF d.parent IS NULL THEN
    RETURN d;
  END IF;
  SELECT * INTO p FROM ingest.dataset AS x WHERE x.name = d.parent;
  d.load_mode := coalesce(given ->> 'load_mode', 'append');
  d.key_of_parent := ingest.key_columns(p.target)::name[];
  IF coalesce(jsonb_array_length(given -> 'parent_key'), 0) = 0 AND (stored.parent_key IS NULL OR stored.target <> d.target OR given ? 'parent_key' OR stored.key_of_parent <> d.key_of_parent) THEN
    d.parent_key := ingest.link_to_parent(d.target, p.target);
  END IF;
  IF stored.name IS NULL AND NOT given ? 'loader' THEN
    d.loader := p.loader;
  END IF;
  RETURN d;
END
$$;
COMMENT ON FUNCTION ingest.as_child(ingest.dataset, ingest.dataset, jsonb)
  IS 'A dataset as it shall be, with what follows from its parent where it has one: its mode, the columns of its parent''s key, and at first its loader.';

CREATE FUNCTION ingest.child_problems(stored ingest.dataset, d ingest.dataset, given jsonb, columns jsonb, expressions jsonb) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  p ingest.dataset;
  above ingest.dataset;
BEGIN
  IF d.parent IS NULL THEN
    RETURN QUERY SELECT format('%s: it is for datasets with a parent', o.name) FROM (VALUES ('parent_key', given ? 'parent_key'), ('on_child_error', d.on_child_error <> 'record')) AS o (name, wrong) WHERE o.wrong
      UNION ALL SELECT format('load_mode: dataset %s has children, which an append would never replace; use upsert', d.name) WHERE d.has_children AND d.load_mode = 'append'
      UNION ALL SELECT format('target: %s is the target of dataset %s, which stands in this one; use another table', d.target, x.name)
        FROM unnest(ingest.with_children(ARRAY[d.name])) AS u (name) JOIN ingest.dataset AS x ON x.name = u.name WHERE x.name <> d.name AND x.target = d.target
      UNION ALL SELECT format('delete_when: %s is the target of dataset %s too, which has children, and a delete would leave them; have the delete set a soft_delete_column', d.target, x.name)
        FROM ingest.dataset AS x WHERE d.delete_when IS NOT NULL AND d.soft_delete_column IS NULL AND x.name <> d.name AND x.target = d.target AND x.has_children;
    RETURN;
  END IF;
  SELECT * INTO p FROM ingest.dataset AS x WHERE x.name = d.parent;
  IF p.name IS NULL THEN
    RETURN NEXT format('parent: there is no dataset %s; register it first%s', d.parent,
      coalesce(', or name one of ' || nullif(ingest.first_names(ARRAY(SELECT x.name FROM ingest.dataset AS x WHERE x.name <> d.name ORDER BY x.name)), ''), ''));
    RETURN;
  ELSIF stored.name IS NOT NULL AND stored.parent IS DISTINCT FROM d.parent THEN
    RETURN NEXT format('parent: dataset %s has %s; DELETE FROM ingest.dataset WHERE name = %L, and register it anew', d.name,
      coalesce('the parent ' || stored.parent, 'a prefix and no parent'), d.name);
    RETURN;
  END IF;
  above := p;
  LOOP
    IF above.name = d.name THEN
      RETURN NEXT format('parent: %s is inside %s, so neither could be loaded before the other', d.parent, d.name);
      RETURN;
    ELSIF above.target = d.target THEN
      RETURN NEXT format('target: %s is the target of dataset %s, in which this one stands; use another table', d.target, above.name);
    END IF;
    EXIT WHEN above.parent IS NULL;
    SELECT * INTO above FROM ingest.dataset AS x WHERE x.name = above.parent;
  END LOOP;
  RETURN QUERY SELECT format('%s: a child has none of its own; leave it out: %s', o.name, o.instead)
    FROM (VALUES ('prefix', d.prefix IS NOT NULL, 'its records stand in the files of its parent'), ('bucket', d.bucket IS NOT NULL, 'its records stand in the files of its parent'),
      ('key_pattern', d.key_pattern IS NOT NULL, 'give the parent a column for the piece'), ('version_column', d.version_column IS NOT NULL, 'the version of its parent decides'),
      ('expected_every', d.expected_every IS NOT NULL, 'say it of its parent'), ('on_error', d.on_error <> 'continue', 'rejects are records of its parent'),
      ('document_format', d.document_format <> 'auto', 'its records stand in those of its parent'), ('load_mode', d.load_mode <> 'append', 'its rows are replaced with the record that they stand in'),
      ('enabled', NOT d.enabled, 'it is enabled with its parent'), ('on_absent', d.on_absent <> 'default', 'its rows are made anew each time'), ('delete_when', d.delete_when IS NOT NULL, 'its rows go with the record that they stand in'),
      ('on_replaced', d.on_replaced <> 'keep', 'its rows go with the record that they stand in'), ('on_removed', d.on_removed <> 'keep', 'its rows go with the record that they stand in'), ('share_prefix', d.share_prefix, 'it has no prefix'), ('on_unknown', d.on_unknown = 'evolve', 'its columns are added by hand')) AS o (name, wrong, instead) WHERE o.wrong
    UNION ALL SELECT format('records_path: it is needed: the path from a record of %s to the records of %s, such as $.items[*]', d.parent, d.name) WHERE coalesce(d.records_path, '$') = '$'
    UNION ALL SELECT format('on_child_error: %s is none of record, child', d.on_child_error) WHERE d.on_child_error NOT IN ('record', 'child')
    UNION ALL SELECT format('parent: dataset %s appends, so a record of it never replaces another, nor its children; expected one that upserts', p.name) WHERE p.load_mode = 'append' AND p.parent IS NULL
    UNION ALL SELECT format('parent: records of dataset %s delete rows of %s, and would leave their children; have them set a soft_delete_column', x.name, p.target)
      FROM ingest.dataset AS x WHERE x.name <> p.name AND x.target = p.target AND (x.delete_when IS NOT NULL AND x.soft_delete_column IS NULL OR ingest.mirrors(x.on_replaced, x.on_removed))
    UNION ALL SELECT format('parent: target %s of dataset %s has no primary key that children could hold; add one', p.target, p.name) WHERE d.key_of_parent IS NULL
    UNION ALL SELECT format('parent: column %s of the primary key of %s is made by the table; expected one that records bring, or that holds the key of its own parent', k.name, p.target)
      FROM unnest(d.key_of_parent) AS k (name) WHERE NOT EXISTS (SELECT FROM ingest.dataset_column AS c WHERE c.dataset = p.name AND c.column_name = k.name AND c.filled_by IN ('record', 'expression', 'parent'));
  IF d.key_of_parent IS NULL THEN
    RETURN;
  ELSIF d.parent_key IS NULL OR cardinality(d.parent_key) <> cardinality(d.key_of_parent) THEN
    RETURN NEXT format('parent_key: %s has %s that hold the key (%s) of %s; add them (a foreign key says which they are), or name them: parent_key => ''{…}''', d.target,
      CASE WHEN d.parent_key IS NULL THEN 'no columns' ELSE format('(%s)', array_to_string(d.parent_key, ', ')) END, array_to_string(d.key_of_parent, ', '), p.target);
    RETURN;
  END IF;
  RETURN QUERY SELECT format('parent_key: %s', ingest.no_column(d.target, k.name)) FROM unnest(d.parent_key) AS k (name)
      WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = k.name AND a.attnum > 0 AND NOT a.attisdropped)
    UNION ALL SELECT format('parent_key: column %s is filled by PostgreSQL or the pipeline', k.name) FROM unnest(d.parent_key) AS k (name) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = k.name
      WHERE a.attgenerated <> '' OR a.attidentity = 'a' OR a.attname = ANY (ingest.metadata_columns())
    UNION ALL SELECT format('parent_key: column %s stands twice', k.name) FROM unnest(d.parent_key) AS k (name) GROUP BY k.name HAVING count(*) > 1
    UNION ALL SELECT format('columns: %s holds the key of its parent, and nothing else is read for it', k.name) FROM unnest(d.parent_key) AS k (name)
      WHERE jsonb_typeof(columns) = 'object' AND columns ? k.name::text OR jsonb_typeof(expressions) = 'object' AND expressions ? k.name::text;
END
$$;
COMMENT ON FUNCTION ingest.child_problems(ingest.dataset, ingest.dataset, jsonb, jsonb, jsonb) IS 'What is wrong with a registration''s parent, and with what a child cannot have; and with a parent''s own mode.';

CREATE FUNCTION ingest.family_problem(d ingest.dataset) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  p ingest.dataset;
BEGIN
  SELECT * INTO p FROM ingest.dataset AS x WHERE x.name = d.parent;
  RETURN (SELECT CASE WHEN ingest.key_columns(p.target)::name[] IS DISTINCT FROM d.key_of_parent
      THEN format('the primary key of %s is no more (%s), which child %s goes by; register the child again, then ingest_replay()', p.target, array_to_string(d.key_of_parent, ', '), d.name)
    WHEN EXISTS (SELECT FROM unnest(d.parent_key) AS k (name) WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = k.name AND NOT a.attisdropped))
      THEN format('%s has lost a column of (%s), which hold the key of the parent of %s; register it again, then ingest_replay()', d.target, array_to_string(d.parent_key, ', '), d.name) END);
END
$$;
COMMENT ON FUNCTION ingest.family_problem(ingest.dataset) IS 'Why a child cannot be loaded as it was registered, with what to do; NULL when it can.';

-- Whoever was compiled before knows nothing of the child.
CREATE FUNCTION ingest.tell_parent(d ingest.dataset) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  UPDATE ingest.dataset AS x SET has_children = true, read_by_children = (SELECT jsonb_agg(DISTINCT p) FROM ingest.dataset AS c
    CROSS JOIN LATERAL jsonb_array_elements(ingest.read_of_parent((ingest.description(c.name)).contract -> 'within')) AS p WHERE c.parent = x.name)
  WHERE x.name = d.parent;
  IF FOUND AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = d.target AND i.indisvalid AND i.indpred IS NULL
    AND (SELECT array_agg(a.attname ORDER BY a.attname) FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attnum = ANY (i.indkey[0:cardinality(d.parent_key) - 1]))
      = ARRAY(SELECT k FROM unnest(d.parent_key) AS k ORDER BY 1)) THEN
    RAISE WARNING 'dataset %: no index of % begins with (%), by which the children of a record are replaced', d.name, d.target, array_to_string(d.parent_key, ', ')
      USING HINT = format('CREATE INDEX ON %s (%s)', d.target, (SELECT string_agg(quote_ident(k), ', ') FROM unnest(d.parent_key) AS k));
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.tell_parent(ingest.dataset) IS 'Marks the parent of a registered child as one, and warns where no index finds the children of a record.';
