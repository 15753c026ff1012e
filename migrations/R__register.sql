-- pg_ingest 0.2.0
-- Registering a dataset: what is given is laid over what is stored, and the whole is checked before it takes its place.

CREATE FUNCTION ingest.wanted_dataset(stored ingest.dataset, given jsonb) RETURNS ingest.dataset
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := jsonb_populate_record(
    CASE WHEN stored.name IS NULL THEN jsonb_populate_record(stored, '{"on_error": "continue", "on_unknown": "rescue", "on_absent": "default", "on_missing_path": "fail", "match_names": "exact", "document_format": "auto", "share_prefix": false, "on_child_error": "record", "has_children": false, "suppresses": false, "on_replaced": "keep", "on_removed": "keep", "enabled": true}') ELSE stored END, given);
BEGIN
  d.bucket := nullif(d.bucket, ''); d.records_path := nullif(d.records_path, ''); d.version_column := nullif(d.version_column, '');
  d.loader := nullif(d.loader, '');
  d.expected_every := nullif(d.expected_every, interval '0');
  d.key_pattern := nullif(d.key_pattern, ''); d.null_strings := nullif(d.null_strings, '{}'); d.record_filter := nullif(d.record_filter, '');
  d.delete_when := nullif(d.delete_when, ''); d.soft_delete_column := nullif(d.soft_delete_column, '');
  d.registered_at := now();
  IF d.load_mode IS NULL THEN
    d.load_mode := CASE WHEN ingest.key_columns(d.target) IS NOT NULL AND NOT EXISTS (
      SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = ANY (ingest.key_columns(d.target))
        AND (a.attidentity = 'a' OR a.attgenerated <> '')) THEN 'upsert' ELSE 'append' END;
  END IF;
  RETURN d;
END
$$;
COMMENT ON FUNCTION ingest.wanted_dataset(ingest.dataset, jsonb)
  IS 'A dataset as it shall be: stored (all NULL for a new one), with the options that are given and not null laid over it. An empty text stands for none.';

CREATE FUNCTION ingest.source_object(given jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE jsonb_typeof(given) WHEN 'string' THEN jsonb_build_object('path', given) WHEN 'object' THEN given ELSE '{}' END
$$;
COMMENT ON FUNCTION ingest.source_object(jsonb) IS 'A column''s source with its parts: path, as and null_strings. A string is a path alone.';

CREATE FUNCTION ingest.given_source(mapped jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN NOT (mapped ->> 'managed')::boolean THEN 'null'
    WHEN mapped ->> 'conversion' IS NULL AND mapped ->> 'null_strings' IS NULL THEN nullif(mapped -> 'path', 'null')
    ELSE jsonb_strip_nulls(jsonb_build_object('path', mapped -> 'path', 'as', mapped -> 'conversion', 'null_strings', mapped -> 'null_strings')) END);
END
$$;
COMMENT ON FUNCTION ingest.given_source(jsonb) IS 'The source that a registration gave for a column, of its row of the mapping; NULL where it gave none.';

CREATE FUNCTION ingest.wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN given = '{}' THEN given WHEN jsonb_typeof(given) <> 'object' THEN given
      ELSE coalesce(jsonb_object_agg(m.key, CASE what WHEN 'path' THEN ingest.given_source(m.value) ELSE m.value -> what END) FILTER (WHERE a.attname IS NOT NULL), '{}') || coalesce(given, '{}') END
  FROM jsonb_each(stored) AS m
  LEFT JOIN pg_attribute AS a ON a.attrelid = wanted_target AND a.attname = m.key AND NOT a.attisdropped
    AND CASE what WHEN 'path' THEN ingest.given_source(m.value) IS NOT NULL ELSE m.value ->> what IS NOT NULL END);
END
$$;
COMMENT ON FUNCTION ingest.wanted_mapping(jsonb, regclass, text, jsonb)
  IS 'The paths or expressions (what: path, expression) of a dataset as they shall be: those of mapping(), as far as the target still has the column, with the given ones laid over them. {} clears.';

CREATE FUNCTION ingest.store_dataset(d ingest.dataset) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  EXECUTE (SELECT format('INSERT INTO ingest.dataset SELECT ($1).* ON CONFLICT ON CONSTRAINT dataset_pkey DO UPDATE SET (%s) = (SELECT ($1).*)',
    string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))
    FROM pg_attribute AS a WHERE a.attrelid = 'ingest.dataset'::regclass AND a.attnum > 0 AND NOT a.attisdropped) USING d;
END
$$;
COMMENT ON FUNCTION ingest.store_dataset(ingest.dataset) IS 'Stores a dataset''s row, new or in the place of the old one.';

CREATE FUNCTION ingest.registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN stored.name IS NOT NULL THEN coalesce('; changed: ' || string_agg(format('%s from %s to %s', c.what, coalesce(c.old, 'none'), coalesce(c.new, 'none')),
    ', ' ORDER BY c.sort, c.what), '; nothing changed') ELSE '' END
  FROM (SELECT 1 AS sort, n.key AS what, o.value AS old, n.value AS new
      FROM jsonb_each_text(to_jsonb(d) - 'registered_at') AS n JOIN jsonb_each_text(to_jsonb(stored)) AS o ON o.key = n.key
    UNION ALL SELECT 2, w.what || ' of ' || coalesce(o.key, n.key), coalesce(o.value ->> w.what, w.otherwise), coalesce(n.value ->> w.what, w.otherwise)
      FROM jsonb_each(mapped) AS o FULL JOIN jsonb_each(mapping) AS n ON n.key = o.key CROSS JOIN (VALUES ('path', NULL), ('conversion', NULL), ('null_strings', NULL), ('expression', NULL), ('managed', 'true')) AS w (what, otherwise)) AS c
  WHERE c.old IS DISTINCT FROM c.new);
END
$$;
COMMENT ON FUNCTION ingest.registration_changes(ingest.dataset, ingest.dataset, jsonb, jsonb)
  IS 'What a registration changed, in words; nothing of a dataset that was not there before.';

CREATE FUNCTION ingest.mapping(of_dataset text) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(jsonb_object_agg(m.column_name, to_jsonb(m)), '{}') FROM ingest.column_mapping AS m WHERE m.dataset = of_dataset);
END
$$;
COMMENT ON FUNCTION ingest.mapping(text) IS 'The rows of a dataset''s mapping, by column.';

CREATE FUNCTION ingest.warn_of(d ingest.dataset, takes_over boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  named text;
BEGIN
  IF d.load_mode = 'upsert' AND d.version_column IS NULL AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target
    AND a.attname = '_source_time' AND NOT a.attisdropped) THEN
    RAISE WARNING 'dataset %: % has neither a version column nor _source_time, so the last processed record of a key wins, whatever its age',
      d.name, d.target USING HINT = format('Name a version_column, or call ingest_add_metadata_columns(%L).', d.target);
  END IF;
  FOR named IN SELECT t FROM ingest.version_triggers(d) AS t LOOP
    RAISE WARNING 'dataset %: trigger % of % may set the version column %, so later changes of a row may seem older than it', d.name, named, d.target,
      d.version_column USING HINT = 'Let the trigger leave that column alone, or go by another one.';
  END LOOP;
  FOR named IN SELECT x.name FROM ingest.dataset AS x WHERE x.target = d.target AND x.name <> d.name AND (x.delete_when IS NOT NULL OR d.delete_when IS NOT NULL OR ingest.mirrors(x.on_replaced, x.on_removed) OR ingest.mirrors(d.on_replaced, d.on_removed)) ORDER BY x.name LOOP
    RAISE WARNING 'dataset %: dataset % loads into % too, and neither knows of the deletes of the other', d.name, named, d.target
      USING HINT = 'An older record that comes late to the one makes the row again that the other deleted. Load each key by one of them alone.';
  END LOOP;
  IF ingest.mirrors(d.on_replaced, d.on_removed) AND NOT EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indrelid = d.target AND a.attname = '_file_id') THEN
    RAISE WARNING 'dataset %: no index of % begins with _file_id, by which the rows of an object are found', d.name, d.target
      USING HINT = format('CREATE INDEX ON %s (_file_id). Without it each new version of an object, or its removal, reads the whole table.', d.target);
  END IF;
  IF takes_over THEN
    FOR named IN SELECT t FROM ingest.taken_from(d) AS t LOOP
      RAISE WARNING 'dataset % takes over keys of dataset %: those that begin with %', d.name, named, d.prefix || coalesce(' in bucket ' || d.bucket, '')
        USING HINT = 'The longest prefix has a key, and of two that are alike the one of a bucket.';
    END LOOP;
  END IF;
  FOR named IN SELECT x.role FROM (SELECT 'ingest_loader' AS role UNION ALL SELECT l.role FROM ingest.loader AS l) AS x
    WHERE d.loader IS NOT NULL AND x.role <> d.loader AND NOT EXISTS (SELECT FROM ingest.dataset AS o WHERE o.target = d.target AND coalesce(o.loader, 'ingest_loader') = x.role)
      AND (has_table_privilege(x.role, d.target, 'SELECT') OR has_table_privilege(x.role, d.target, 'INSERT') OR has_table_privilege(x.role, d.target, 'UPDATE'))
  LOOP
    RAISE WARNING 'dataset %: % is loaded as %, but % has rights on it too, and with it the code of its targets', d.name, d.target, d.loader, named
      USING HINT = format('REVOKE ALL ON %s FROM %I', d.target, named);
  END LOOP;
  IF takes_over AND strpos(d.prefix, '*') > 0 THEN
    RAISE WARNING 'dataset %: prefix % is no pattern: only keys that have the * itself begin with it', d.name, d.prefix
      USING HINT = 'Register what stands before the *.';
  END IF;
  IF takes_over AND d.prefix ~ '^(s3:/)?/' THEN
    RAISE WARNING 'dataset %: prefix % is taken as it is: only keys that themselves begin so are its', d.name, d.prefix
      USING HINT = CASE WHEN d.prefix LIKE '/%' THEN format('Keys of S3 seldom begin with a slash: prefix => %L.', ltrim(d.prefix, '/'))
        ELSE format('A key does not have its bucket in it: bucket => %L, prefix => %L.', split_part(d.prefix, '/', 3), regexp_replace(d.prefix, '^s3://[^/]*/?', '')) END;
  END IF;
  IF takes_over AND d.bucket ~ '[:/]' THEN
    RAISE WARNING 'dataset %: bucket % is no name of a bucket, so no file is its', d.name, d.bucket
      USING HINT = format('A bucket is named alone: bucket => %L.', split_part(regexp_replace(d.bucket, '^s3://', ''), '/', 1));
  END IF;
  IF jsonb_path_exists(coalesce(ingest.parse_path(d.records_path, true), '[]'), '$[*] ? (@.type() == "number")') THEN
    RAISE WARNING 'dataset %: records_path % takes one element of an array; the records in the others are not loaded', d.name, d.records_path;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.warn_of(ingest.dataset, boolean)
  IS 'Warns of what a sound registration may yet do that nobody wants; takes_over: its prefix or bucket is new.';

CREATE FUNCTION ingest.register(given jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off AS $$
DECLARE
  stored ingest.dataset;
  d ingest.dataset;
  mapped jsonb;
  columns jsonb;
  expressions jsonb;
  problems text[];
BEGIN
  -- One at a time: what one takes over, the next has to see.
  LOCK TABLE ingest.dataset IN SHARE ROW EXCLUSIVE MODE;
  SELECT * INTO stored FROM ingest.dataset AS x WHERE x.name = given ->> 'name';
  d := ingest.as_child(stored, ingest.wanted_dataset(stored, given), given);
  mapped := ingest.mapping(d.name);
  columns := ingest.wanted_mapping(mapped, d.target, 'path', given -> 'columns');
  expressions := jsonb_strip_nulls(ingest.wanted_mapping(mapped, d.target, 'expression', given -> 'expressions'));
  problems := ARRAY(SELECT * FROM ingest.option_problems(d)) || ARRAY(SELECT * FROM ingest.child_problems(stored, d, given, columns, expressions))
    || ARRAY(SELECT * FROM ingest.target_problems(d.target, d.load_mode, d.version_column))
    || ARRAY(SELECT * FROM ingest.citus_problems(d))
    || ARRAY(SELECT * FROM ingest.privilege_problems(d.target, coalesce(d.loader, 'ingest_loader'), ingest.wanted_rights(d)))
    -- Who is logged in: the caller's own role is not to be seen from inside a definer.
    || ARRAY(SELECT * FROM ingest.caller_problems(d.target, session_user, ingest.wanted_rights(d)))
    || ARRAY(SELECT * FROM ingest.policy_problems(d.target, d.load_mode, coalesce(d.loader, 'ingest_loader'), ingest.wanted_rights(d)))
    || ARRAY(SELECT * FROM ingest.mapping_problems(d, columns, expressions))
    || ARRAY(SELECT * FROM ingest.condition_problems(d, 'record_filter', d.record_filter, columns, expressions))
    || ARRAY(SELECT * FROM ingest.delete_problems(d, columns, expressions))
    || ARRAY(SELECT * FROM ingest.condition_problems(d, 'delete_when', d.delete_when, columns, expressions))
    || ARRAY(SELECT * FROM ingest.name_problems(d, columns, expressions)) || ARRAY(SELECT * FROM ingest.mirror_problems(d))
    || array_remove(ARRAY[CASE WHEN d.suppresses THEN 'target: ' || ingest.suppression_problem(d) END], NULL);
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'dataset % cannot be registered: %', given ->> 'name', array_to_string(problems, '; ')
      USING ERRCODE = 'invalid_parameter_value',
        HINT = 'Nothing was changed. Mend all of these and register again.';
  END IF;
  PERFORM ingest.store_dataset(d);
  -- They tell nothing of another table's rows, of rows that came and went without them, or of versions by another column.
  DELETE FROM ingest.tombstone AS t WHERE t.dataset = d.name AND (d.delete_when IS NULL AND NOT ingest.mirrors(d.on_replaced, d.on_removed) OR (stored.target, stored.version_column) IS DISTINCT FROM (d.target, d.version_column));
  DELETE FROM ingest.column_mapping AS m WHERE m.dataset = d.name;
  INSERT INTO ingest.column_mapping (dataset, column_name, managed, path, conversion, null_strings, expression, reads_member)
  SELECT d.name, k.key, columns -> k.key IS DISTINCT FROM 'null',
    -- A column that evolution keeps for a member of this dataset stays so, unless something is said of it.
    coalesce(s.path, CASE WHEN columns -> k.key = 'null' AND NOT coalesce(given -> 'columns', '{}') ? k.key THEN mapped -> k.key ->> 'path' END), s."as", s.null_strings, expressions ->> k.key,
    NOT expressions ? k.key OR ingest.run_expression_problem(d.loader, d.target, expressions ->> k.key, 'text', ARRAY[k.key], ingest.file_scope_sql(d)) IS NOT NULL
  FROM (SELECT jsonb_object_keys(columns) UNION SELECT jsonb_object_keys(expressions)) AS k (key)
  CROSS JOIN LATERAL jsonb_to_record(ingest.source_object(columns -> k.key)) AS s (path text, "as" text, null_strings text[])
  WHERE columns -> k.key IS DISTINCT FROM '{}' OR expressions ? k.key;
  PERFORM ingest.tell_parent(d);
  PERFORM ingest.warn_of(d, (stored.prefix, stored.bucket) IS DISTINCT FROM (d.prefix, d.bucket) AND d.parent IS NULL);
  IF (stored.prefix, stored.bucket, stored.share_prefix) IS DISTINCT FROM (d.prefix, d.bucket, d.share_prefix) THEN
    PERFORM ingest.warn_of_sharing(d);
    -- Whoever was compiled before reads for nobody else.
    DELETE FROM ingest.compiled_dataset AS c WHERE c.dataset IN (SELECT s FROM ingest.sharing(d.name) AS s);
  END IF;
  IF stored.key_pattern IS DISTINCT FROM d.key_pattern THEN
    PERFORM ingest.warn_of_stranded(d);
  END IF;
  -- A mistake that all checks missed shows here and not in the first batch.
  problems := array_remove(ARRAY[ingest.rehearse(d)], NULL);
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'dataset % cannot be registered: %', d.name, problems[1] USING ERRCODE = 'invalid_parameter_value', HINT = 'Nothing was changed. Mend this and register again.';
  END IF;
  RETURN format('dataset %s: %s into %s, %s', d.name, coalesce(d.prefix, format('%s of %s', d.records_path, d.parent)), d.target, CASE WHEN d.parent IS NOT NULL THEN 'replaced by (' || array_to_string(d.parent_key, ', ') || ')' WHEN d.load_mode = 'append' THEN 'append'
      ELSE 'upsert by (' || array_to_string(ingest.key_columns(d.target), ', ') || ')' || coalesce(', version ' || d.version_column, '') END)
    || ingest.registration_changes(stored, d, mapped, ingest.mapping(d.name));
END
$$;
COMMENT ON FUNCTION ingest.register(jsonb) IS 'What ingest_register_dataset() does, as the pipeline''s owner, with its arguments as members; null stands for not given.';

-- Fired while an expression is looked at, it would seem to be the expression's fault, and would run as the loader.
CREATE FUNCTION ingest.settle_deferred(of_dataset text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  state text;
  said text;
  detail text;
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
  RAISE EXCEPTION 'dataset % cannot be registered yet: a constraint or trigger that this transaction has deferred fails: %', of_dataset, said
    USING ERRCODE = state, DETAIL = coalesce(nullif(detail, ''), 'It belongs to what was written before the registration.'),
      HINT = 'Registration fires what is deferred, as whoever registers, before it looks at anything'
        || CASE WHEN state ~ '^(3F|42)' THEN ', with search_path = pg_catalog, ingest, pg_temp' ELSE '' END
        || '. Mend what this transaction has written before, or COMMIT it, and register again in a transaction of its own.';
END
$$;
COMMENT ON FUNCTION ingest.settle_deferred(text) IS 'Fires what the transaction has deferred so far, as whoever calls: whatever is raised after that is the registration''s. Constraints are immediate from then on until COMMIT.';

CREATE FUNCTION public.ingest_register_dataset(name text, prefix text DEFAULT NULL, target regclass DEFAULT NULL, bucket text DEFAULT NULL,
  columns jsonb DEFAULT NULL, expressions jsonb DEFAULT NULL, records_path text DEFAULT NULL, load_mode text DEFAULT NULL,
  version_column name DEFAULT NULL, on_error text DEFAULT NULL, on_unknown text DEFAULT NULL, on_absent text DEFAULT NULL,
  enabled boolean DEFAULT NULL, on_missing_path text DEFAULT NULL, expected_every interval DEFAULT NULL, key_pattern text DEFAULT NULL, null_strings text[] DEFAULT NULL,
  record_filter text DEFAULT NULL, match_names text DEFAULT NULL, document_format text DEFAULT NULL, loader name DEFAULT NULL, share_prefix boolean DEFAULT NULL,
  delete_when text DEFAULT NULL, soft_delete_column name DEFAULT NULL, parent text DEFAULT NULL, parent_key name[] DEFAULT NULL, on_child_error text DEFAULT NULL, on_replaced text DEFAULT NULL, on_removed text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM ingest.settle_deferred(name);
  PERFORM ingest.grant_on_target(coalesce(g.target, d.target), coalesce(nullif(coalesce(g.loader, d.loader, p.loader), ''), 'ingest_loader'),
    CASE WHEN p.name IS NOT NULL OR coalesce(g.on_replaced, d.on_replaced) <> 'keep' OR coalesce(g.on_removed, d.on_removed) <> 'keep' THEN ingest.wanted_rights('true', NULL) ELSE ingest.wanted_rights(coalesce(g.delete_when, d.delete_when), coalesce(g.soft_delete_column, d.soft_delete_column)) END)
  FROM (SELECT ingest_register_dataset.name, ingest_register_dataset.target, ingest_register_dataset.loader, ingest_register_dataset.delete_when, ingest_register_dataset.soft_delete_column, ingest_register_dataset.parent, ingest_register_dataset.on_replaced, ingest_register_dataset.on_removed) AS g LEFT JOIN ingest.dataset AS d ON d.name = g.name LEFT JOIN ingest.dataset AS p ON p.name = coalesce(g.parent, d.parent);
  -- A column that is mapped to null is given all the same.
  RETURN ingest.register(jsonb_strip_nulls(jsonb_build_object('name', name, 'prefix', prefix, 'target', target::oid::text, 'bucket', bucket,
      'records_path', records_path, 'load_mode', load_mode, 'version_column', version_column, 'on_error', on_error, 'on_unknown', on_unknown,
      'on_absent', on_absent, 'on_missing_path', on_missing_path, 'enabled', enabled, 'expected_every', expected_every, 'key_pattern', key_pattern, 'null_strings', null_strings,
      'record_filter', record_filter, 'match_names', match_names, 'document_format', document_format, 'loader', loader, 'share_prefix', share_prefix, 'delete_when', delete_when,
      'soft_delete_column', soft_delete_column, 'parent', parent, 'parent_key', parent_key, 'on_child_error', on_child_error, 'on_replaced', on_replaced, 'on_removed', on_removed))
    || CASE WHEN columns IS NULL THEN '{}' ELSE jsonb_build_object('columns', columns) END
    || CASE WHEN expressions IS NULL THEN '{}' ELSE jsonb_build_object('expressions', expressions) END);
END
$$;
COMMENT ON FUNCTION public.ingest_register_dataset
  IS 'Says which files go to which table, and how. The same name again changes what is given and keeps the rest, and it says what changed. Every problem is named at once, and then nothing is changed.
name: Name of the dataset, at most 200 bytes.
prefix: Keys beginning with this belong to the dataset. The longest matching prefix wins.
target: Table that records are loaded into.
bucket: Only this bucket. An empty text matches every bucket.
columns: Object from column to source, such as {"ship_city": "$.shipping.city"}, laid over the one before. A source is a path, parent:<path>, document:<path>, position:, name:, key:<piece>, file:<name>, or {"path": source, "as": conversion, "null_strings": []}. A null declares a column that the table makes by itself. Other columns read the member of their own name. {} clears it.
expressions: Object from column to SQL over the coerced columns, record jsonb, "_key", "_bucket", "_event_time" and the pieces of key_pattern, laid over the one before. A null takes one away, {} all.
records_path: Path of the records in an envelope, such as $.data.items. It goes through arrays by [*] and through maps by .*, such as $.orders[*].lines[*] and $.accounts.*. An empty text where the document itself is the records.
load_mode: upsert or append. At first it is upsert where the target has a primary key that files bring.
version_column: Column whose higher value wins between two records of one key. An empty text names none.
on_error: continue, skip_file, skip_file_<n> or skip_file_<n>%: when rejects skip the whole file.
on_unknown: Members without a column: rescue, ignore, reject, or evolve, which makes columns of them. The last needs ingest_allow_evolution().
on_absent: The fate of a column in an update whose record leaves its member out: default or keep.
enabled: False keeps files in quarantine as no_dataset until the dataset is enabled and they are replayed.
on_missing_path: The fate of a file where nothing, or null, stands at records_path: fail, or skip that document as one without records.
expected_every: A file is expected this often, and ingest_health() says late when none came for longer. An interval of 0 expects none.
key_pattern: How keys go on behind the prefix, such as {tenant}/dt={dt}/{}. Its pieces are sources, and a key that does not match is none of the dataset''s. An empty text takes any key.
null_strings: Strings that stand for null, in columns that name none of their own. {} is none.
record_filter: SQL condition over record and the coerced columns. A record of which it is not true is none of this dataset: it is counted and nothing else. An empty text takes all.
match_names: How a member''s name is a column''s: exact, ignore_case, or snake_case (orderId, OrderID and order-id are order_id). It holds for columns without a path.
document_format: How a document is cut. auto is one array, or values one after another, and a fault of the grammar fails the file. lines takes each line by itself, and a broken line is a reject of its own.
loader: The role that its load statements run as, which ingest_add_loader() has made one. An empty text is ingest_loader, which the datasets without one share. At first a child has its parent''s.
share_prefix: True where another dataset has this prefix and bucket and each file shall be loaded into both. One of them has to say so.
delete_when: SQL condition over record and the coerced columns. A record of which it is true deletes the row of its key, and needs nothing but key and version. An empty text: none deletes.
soft_delete_column: Boolean or timestamp column that is set in the place of deleting the row. An empty text: the row is deleted.
parent: The dataset inside whose records this one''s stand, at records_path. They live and die with the record: a newer one replaces them. A child has no prefix.
parent_key: The columns of a child''s target that hold its parent''s key, in that key''s order. Left out, those of a foreign key to the parent''s target, or those of the key''s names.
on_child_error: Of a child at fault: record rejects the record that it stands in, child leaves the child out alone.
on_replaced: The fate of rows that a former version of an object brought and its newer one does not: keep, or delete_missing. The latter needs the column _file_id.
on_removed: The fate of rows that an object brought when it is removed from its bucket: keep, or delete_rows. The latter needs the column _file_id, and S3''s events of removals in the queue.';

CREATE FUNCTION ingest.grant_on_target(target regclass, as_loader name, rights text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  sequence regclass;
BEGIN
  IF as_loader <> 'ingest_loader' AND NOT EXISTS (SELECT FROM ingest.loader AS l WHERE l.role = as_loader) THEN
    RETURN;
  ELSIF ingest.citus_kind(target) IS NOT NULL THEN
    -- Who has granted on shards has them to itself until COMMIT, and a made-up record would not get in as the loader.
    RETURN;
  END IF;
  -- As the caller: what it may grant is granted here, what not is named by ingest.privilege_problems().
  IF EXISTS (SELECT FROM ingest.privilege_problems(target, as_loader, rights)) AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = target
    AND pg_has_role(c.relowner, 'USAGE')) THEN
    EXECUTE format('GRANT %s ON %s TO %I', array_to_string(rights, ', '), target, as_loader);
    -- A GRANT on a schema, be it given already, throws away the plans of all sessions.
    IF (SELECT pg_has_role(n.nspowner, 'USAGE') AND NOT has_schema_privilege(as_loader, n.oid, 'USAGE')
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target) THEN
      EXECUTE (SELECT format('GRANT USAGE ON SCHEMA %I TO %I', n.nspname, as_loader) FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target);
    END IF;
  END IF;
  FOR sequence IN
    SELECT d.objid::regclass FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.deptype IN ('a', 'i')
      AND CASE WHEN c.relkind = 'S' THEN pg_has_role(c.relowner, 'USAGE') AND NOT has_sequence_privilege(as_loader, d.objid, 'USAGE')
        ELSE false END
  LOOP
    EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', sequence, as_loader);
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.grant_on_target(regclass, name, text[]) IS 'Grants a loader what it needs on a target and its own sequences, as far as the caller may. On tables of Citus it grants nothing.';

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
