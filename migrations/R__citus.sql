-- pg_ingest 0.2.0
-- Targets of Citus, whose rows are in shards on other nodes. docs/citus.md has what works there.
--
-- Citus takes no statement that reads documents, looks rows up by key and writes them. So the same load statement works on a table that
-- stands in for the target, on this node: it holds the rows of the keys that a batch brings. Before it these rows are fetched, and behind
-- it those that it wrote are sent, in one statement each. The target is this session's alone meanwhile (lock_targets()).

CREATE FUNCTION ingest.citus_kind(target oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kind text;
BEGIN
  -- Nobody but its owner creates tables in pg_catalog.
  IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE 'SELECT CASE WHEN p.partmethod IN (''a'', ''r'') THEN ''unordered'' WHEN p.partmethod = ''n'' AND p.repmodel = ''t'' THEN ''reference''
      WHEN p.partmethod = ''n'' AND p.colocationid = 0 THEN ''local'' ELSE ''distributed'' END
    FROM pg_catalog.pg_dist_partition AS p WHERE p.logicalrelid = $1' INTO kind USING target;
  RETURN kind;
END
$$;
COMMENT ON FUNCTION ingest.citus_kind(oid)
  IS 'What a table is to Citus: distributed, reference, local, or unordered (by append or range). NULL for tables that Citus does not know, and without Citus.';

CREATE FUNCTION ingest.set_propagation(wanted text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  former text;
BEGIN
  IF wanted IS NOT NULL AND to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
    former := current_setting('citus.enable_ddl_propagation');
    PERFORM set_config('citus.enable_ddl_propagation', wanted, true);
  END IF;
  RETURN former;
END
$$;
COMMENT ON FUNCTION ingest.set_propagation(text)
  IS 'Sets, until the transaction ends, whether Citus does on its workers what is done to tables and functions here (on, off), and gives what was set before. Nothing for NULL, and without Citus.';

CREATE FUNCTION ingest.stand_in_columns(about ingest.description)
RETURNS TABLE (name text, sort integer, declared text, default_sql text, is_always boolean)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  -- An identity column that no record brings, and that the loader may not draw, is the target's to make.
  RETURN QUERY SELECT a.attname::text, a.attnum::integer,
    format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation = 0 THEN '' ELSE (SELECT format(' COLLATE %I.%I', n.nspname, k.collname)
      FROM pg_collation AS k JOIN pg_namespace AS n ON n.oid = k.collnamespace WHERE k.oid = a.attcollation) END,
    CASE WHEN i.name IS NULL AND x.name IS NULL THEN pg_get_expr(b.adbin, b.adrelid) END, a.attidentity = 'a'
  FROM pg_attribute AS a LEFT JOIN pg_attrdef AS b ON b.adrelid = a.attrelid AND b.adnum = a.attnum
  LEFT JOIN ingest.incoming_columns(about) AS i ON i.is_written AND i.name = a.attname LEFT JOIN unnest(about.drawn) AS x ON x.name = a.attname
  WHERE a.attrelid = (about.dataset).target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND (a.attidentity = '' OR i.name IS NOT NULL OR x.name IS NOT NULL);
END
$$;
COMMENT ON FUNCTION ingest.stand_in_columns(ingest.description)
  IS 'The columns of the table that stands in for a target: all but those that PostgreSQL makes. default_sql: of columns that the load statement does not write.';

-- Of an upsert the rows that will be sent, each with the newest record of its key, which stands for all that made it.
CREATE FUNCTION ingest.citus_sent_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  records text := about.stand_in || '_checked';
  keys text := (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o));
BEGIN
  RETURN CASE WHEN d.load_mode = 'append' THEN format('SELECT * FROM %I WHERE _ingest_good', records)
    ELSE format('SELECT t.*, r._ingest_file, r._ingest_record FROM %1$I AS t JOIN (SELECT DISTINCT ON (%2$s) _ingest_file, _ingest_record, %2$s FROM %3$I WHERE _ingest_good%4$s ORDER BY %2$s, %5$s_ingest_file DESC, _ingest_record DESC) AS r ON %6$s
      WHERE t.cmin::text::bigint > $1', about.stand_in, keys, records, CASE WHEN d.delete_when IS NULL THEN '' ELSE ' AND NOT _ingest_deleted' END,
      coalesce(quote_ident(d.version_column) || ' DESC, ', ''), ingest.key_match_sql(d.target, 'r')) END;
END
$$;
COMMENT ON FUNCTION ingest.citus_sent_sql(ingest.description) IS 'The query of what a load into a table of Citus will send, each row with its record.';

CREATE FUNCTION ingest.equal_columns_sql(of_table regclass, columns text[], one text, other text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT string_agg(format('%s.%I %s %s.%2$I', one, a.attname, ingest.order_operator((ingest.base_type(a.atttypid, a.atttypmod)).base_oid, 3::smallint), other), ' AND ' ORDER BY u.o)
  FROM unnest(columns) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = of_table AND a.attname = u.name
$$;
COMMENT ON FUNCTION ingest.equal_columns_sql(regclass, text[], text, text) IS 'SQL that tells whether two rows have the same values in columns of a table, as their types compare.';

-- Unique indexes speak first, foreign keys after the statement.
CREATE FUNCTION ingest.citus_asks(about ingest.description) RETURNS TABLE (no bigint, find text, tell text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
#variable_conflict use_column
DECLARE
  d ingest.dataset := about.dataset;
  found text := about.stand_in || '_found';
  key text[] := CASE WHEN d.load_mode = 'append' THEN '{}' ELSE ingest.key_columns(d.target) END;
  template text := format('WITH sent AS MATERIALIZED (%s) SELECT coalesce(array_agg(ROW(w._ingest_file, w._ingest_record, NULL, NULL, %%L, %%s)::ingest.fault ORDER BY w._ingest_file, w._ingest_record), ''{}'')
      FROM sent AS w WHERE %%s AND (%%s) AND NOT EXISTS (SELECT FROM unnest($2) AS f WHERE f.file_no = w._ingest_file AND f.record_no = w._ingest_record)', replace(ingest.citus_sent_sql(about), '%', '%%'));
BEGIN
  RETURN QUERY SELECT row_number() OVER (ORDER BY x.stage, x.no), x.find, x.tell FROM (
    SELECT 1 AS stage, v.index_no AS no, format('CREATE TEMP TABLE %I ON COMMIT DROP AS SELECT %s FROM %s AS t JOIN (SELECT DISTINCT %s FROM %I OFFSET 0) AS w ON %s', found,
        (SELECT string_agg(DISTINCT format('t.%I', c), ', ') FROM unnest(v.columns || key) AS c), d.target, (SELECT string_agg(quote_ident(c), ', ') FROM unnest(v.columns) AS c), about.stand_in,
        ingest.equal_columns_sql(d.target, v.columns, 't', 'w')) AS find,
      format(template, 'sqlstate_23505', format('format(%L, %s)', format('duplicate key value violates unique constraint "%s"; Key (%s)=(%s) already exists.', replace(v.index_name, '%', '%%'), replace(v.shown, '%', '%%'), v.places), v.value_list),
        v.counts, format('EXISTS (SELECT FROM sent AS x WHERE %s AND (x._ingest_file, x._ingest_record) < (w._ingest_file, w._ingest_record)) OR EXISTS (SELECT FROM %I AS x WHERE %s%s)%s',
          ingest.equal_columns_sql(d.target, v.columns, 'x', 'w'), found, ingest.equal_columns_sql(d.target, v.columns, 'x', 'w'),
          -- Of keys that the batch brings the row that stands in tells what will be.
          CASE WHEN key = '{}' THEN '' ELSE format(' AND NOT EXISTS (SELECT FROM %I AS t WHERE %s)', about.stand_in || '_there', ingest.key_match_sql(d.target, 'x')) END,
          CASE WHEN key = '{}' THEN '' ELSE format(' OR EXISTS (SELECT FROM %I AS x WHERE x.cmin::text::bigint <= $1 AND %s)', about.stand_in, ingest.equal_columns_sql(d.target, v.columns, 'x', 'w')) END)) AS tell
    FROM ingest.unique_values(about) AS v WHERE v.told AND v.columns IS NOT NULL
    UNION ALL
    SELECT 2, m.no, format('CREATE TEMP TABLE %I ON COMMIT DROP AS SELECT DISTINCT %s FROM %s AS p JOIN (SELECT DISTINCT %s FROM %I AS w OFFSET 0) AS w ON %s', found, k.list, k.parent, k.list, about.stand_in, k.same),
      format(template, 'sqlstate_23503', m.message_sql, format('num_nulls(%s) = 0', k.list), format('NOT EXISTS (SELECT FROM %I AS x WHERE %s)%s', found, ingest.equal_columns_sql(d.target, k.columns, 'x', 'w'),
        CASE WHEN k.parent = d.target::text THEN format(' AND NOT EXISTS (SELECT FROM %I AS p WHERE %s)', about.stand_in, k.same) ELSE '' END))
    FROM (SELECT f.*, row_number() OVER (ORDER BY f.fired) AS no FROM ingest.foreign_keys(d.target) AS f) AS k JOIN ingest.missing_parents_sql(d.target, false) AS m ON m.no = k.no
    WHERE has_table_privilege(coalesce(d.loader, 'ingest_loader'), (SELECT c.confrelid FROM pg_constraint AS c WHERE c.conrelid = d.target AND c.conname = k.name), 'SELECT')
      -- Who is refused by a column that the table makes shows when it is sent.
      AND k.columns <@ ARRAY(SELECT c.name FROM ingest.stand_in_columns(about) AS c) AND (key <> '{}' OR k.columns <@ ARRAY(SELECT c.name FROM unnest(about.columns) AS c))) AS x;
END
$$;
COMMENT ON FUNCTION ingest.citus_asks(ingest.description)
  IS 'For each unique index and foreign key of a table of Citus: the statement that finds what rows elsewhere have, and the query of the records that it refuses. Those of $2 are left out.';

-- For each shard that a statement sends rows to, Citus (13.0.5) opens a connection, and to open one costs more than to send the rows of a
-- shard. The next statement of the transaction takes the connections of the one before. So rows go in pieces, each to few shards: those
-- of a range of hashes, which is what a shard is.
CREATE FUNCTION ingest.citus_pieces_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_column text;
BEGIN
  EXECUTE 'SELECT pg_catalog.column_to_column_name(p.logicalrelid, p.partkey) FROM pg_catalog.pg_dist_partition AS p WHERE p.logicalrelid = $1 AND p.partmethod = ''h''' INTO of_column USING (about.dataset).target;
  RETURN format('SELECT array_agg(i.ctid) FROM %I AS i WHERE cmin::text::bigint > $1 GROUP BY %s', about.stand_in,
    coalesce((SELECT format('(worker_hash(i.%I)::bigint + 2147483648) * $2 >> 32', c.name) FROM ingest.stand_in_columns(about) AS c WHERE c.name = of_column), '$2'));
END
$$;
COMMENT ON FUNCTION ingest.citus_pieces_sql(ingest.description)
  IS 'The query of the places of rows that are sent together, in $2 parts at most. All are one part where a table of Citus has no shards by hash, or its rows get their shard on the way.';

CREATE FUNCTION ingest.citus_parts(target regclass) RETURNS integer
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parts integer;
BEGIN
  EXECUTE 'SELECT count(DISTINCT s.shardid) / nullif(2 * count(DISTINCT p.groupid), 0) FROM pg_catalog.pg_dist_shard AS s JOIN pg_catalog.pg_dist_placement AS p ON p.shardid = s.shardid WHERE s.logicalrelid = $1' INTO parts USING target;
  RETURN greatest(parts, 1);
END
$$;
COMMENT ON FUNCTION ingest.citus_parts(regclass) IS 'Into how many pieces rows are parted that are sent: as many as leave two shards for each node, which are two connections to it.';

-- The statements of a load are made into one text in dollar quotes that nobody else can write: a row source is put into it as it is.
CREATE FUNCTION ingest.step_text(about ingest.description, statement text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN statement IS NULL THEN 'NULL' ELSE concat('$', about.stand_in, '$', statement, '$', about.stand_in, '$') END
$$;
COMMENT ON FUNCTION ingest.step_text(ingest.description, text) IS 'A step as a literal of the load statement.';

CREATE FUNCTION ingest.load_in_steps_sql(about ingest.description, checked text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  records text := about.stand_in || '_checked';
  there text := about.stand_in || '_there';
  is_upsert boolean := d.load_mode = 'upsert';
  removes boolean := is_upsert AND d.delete_when IS NOT NULL AND d.soft_delete_column IS NULL;
  remembers boolean := is_upsert AND (removes OR EXISTS (SELECT FROM ingest.citus_asks(about)));
  keys text := (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o));
  match text := ingest.key_match_sql(d.target, 'i');
  found text := about.stand_in || '_found';
  -- A trigger before rows would fire for known keys twice. What else is asked of the target is asked of rows beside those there.
  tries_new boolean := is_upsert AND d.delete_when IS NULL AND NOT remembers
    AND NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = d.target AND NOT g.tgisinternal AND g.tgtype & 4 = 4);
  is_sent text := format('EXISTS (SELECT FROM %I AS t WHERE %s)', found, match);
  names text;
  declared text;
  updates text;
  insertion text;
  bringing text;
  conflict text;
BEGIN
  SELECT string_agg(quote_ident(c.name), ', ' ORDER BY c.sort), string_agg(format('%I %s%s', c.name, c.declared, ' DEFAULT ' || c.default_sql), ', ' ORDER BY c.sort),
    string_agg(format('%1$I = excluded.%1$I', c.name), ', ' ORDER BY c.sort) FILTER (WHERE c.name <> ALL (coalesce(ingest.key_columns(d.target), '{}'))),
    format('INSERT INTO %s (%s)%s SELECT %2$s FROM %4$I AS i', d.target, string_agg(quote_ident(c.name), ', ' ORDER BY c.sort),
      CASE WHEN bool_or(c.is_always) THEN ' OVERRIDING SYSTEM VALUE' ELSE '' END, about.stand_in)
  INTO names, declared, updates, insertion FROM ingest.stand_in_columns(about) AS c;
  bringing := format('INSERT INTO %I (%s) SELECT %s FROM %s AS t JOIN (SELECT DISTINCT %s FROM %I AS i WHERE _ingest_good',
    about.stand_in, names, (SELECT string_agg(format('t.%I', c.name), ', ' ORDER BY c.sort) FROM ingest.stand_in_columns(about) AS c), d.target, keys, records);
  conflict := format(' ORDER BY %1$s ON CONFLICT (%1$s) %2$s', keys, coalesce('DO UPDATE SET ' || updates, 'DO NOTHING'));
  RETURN (SELECT format('SELECT o.* FROM ingest.load_in_steps_as_caller(ROW(%s)::ingest.load_steps, $1, $2, $3, $4, $5, $6) AS o',
      string_agg(coalesce(s.list, ingest.step_text(about, s.statement)), E',\n    ' ORDER BY s.no))
    FROM (VALUES (1, format('CREATE TEMP TABLE %I (%s%s) ON COMMIT DROP', about.stand_in, declared, CASE WHEN is_upsert THEN format(', PRIMARY KEY (%s)', keys) ELSE '' END), NULL),
      (2, format('CREATE TEMP TABLE %I ON COMMIT DROP AS %s', records, checked), NULL),
      (3, CASE WHEN is_upsert THEN bringing || ' OFFSET 0) AS i ON ' || match END, NULL),
      (4, CASE WHEN remembers THEN format('CREATE TEMP TABLE %I ON COMMIT DROP AS SELECT * FROM %I', there, about.stand_in) END, NULL),
      (5, format('SELECT coalesce(max(cmin::text::bigint), -1) FROM %I', about.stand_in), NULL),
      -- Nobody else writes what stands in. A plain insert would leave what new rows draw to a default.
      (6, ingest.load_of_checked_sql(about, format('SELECT * FROM %I', records), coalesce(cardinality(about.drawn), 0) = 0), NULL),
      (7, NULL, (SELECT format('ARRAY[%s]::text[]', string_agg(ingest.step_text(about, a.find), ', ' ORDER BY a.no)) FROM ingest.citus_asks(about) AS a)),
      (8, NULL, (SELECT format('ARRAY[%s]::text[]', string_agg(ingest.step_text(about, a.tell), ', ' ORDER BY a.no)) FROM ingest.citus_asks(about) AS a)),
      (9, format('DROP TABLE %I', about.stand_in || '_found'), NULL),
      (10, format('UPDATE %I AS c SET _ingest_good = false, _ingest_clean = false FROM unnest($1) AS f WHERE c._ingest_file = f.file_no AND c._ingest_record = f.record_no', records), NULL),
      (11, format('TRUNCATE %I', about.stand_in), NULL),
      (12, CASE WHEN remembers THEN format('INSERT INTO %I SELECT * FROM %I', about.stand_in, there) END, NULL),
      (13, CASE WHEN removes THEN format('SELECT jsonb_agg(to_jsonb(g)) FROM (SELECT %s FROM %I AS i WHERE NOT EXISTS (SELECT FROM %I AS t WHERE %s)) AS g', keys, there, about.stand_in, match) END, NULL),
      (14, CASE WHEN removes THEN format('DELETE FROM %s AS t USING jsonb_to_recordset($1) AS i (%s) WHERE %s', d.target, (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ')
        FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = ANY (ingest.key_columns(d.target))), match) END, NULL),
      -- Behind a SELECT Citus (13.0.5) does not prepare what a plain INSERT has copied, and a worker that goes away then loses it.
      -- With ON CONFLICT or RETURNING it goes another way.
      (15, insertion || ' WHERE i.ctid = ANY ($1)' || CASE WHEN is_upsert THEN conflict ELSE ' RETURNING 1 AS one' END, NULL),
      (16, format('DROP TABLE %I, %I%s', about.stand_in, records, CASE WHEN remembers THEN format(', %I', there) ELSE '' END), NULL),
      (17, NULL, quote_literal(d.name)),
      (18, CASE WHEN tries_new THEN format('CREATE TEMP TABLE %I ON COMMIT DROP AS SELECT * FROM ingest.returned_as_caller(%L, %L, $1, $2) AS r (%s)', found,
        ingest.citus_pieces_sql(about), format('%s WHERE i.ctid = ANY ($1) ORDER BY %s ON CONFLICT (%2$s) DO NOTHING RETURNING %2$s', insertion, keys), (SELECT string_agg(format('%I %s', c.name, c.declared), ', ' ORDER BY u.o)
        FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o) JOIN ingest.stand_in_columns(about) AS c ON c.name = u.k)) END, NULL),
      (19, CASE WHEN tries_new THEN format('SELECT (SELECT count(*) FROM %I) - (SELECT count(*) FROM %I)', about.stand_in, found) END, NULL),
      (20, CASE WHEN tries_new THEN concat(bringing, ' AND NOT ', is_sent, ' OFFSET 0) AS i ON ', match) END, NULL),
      (21, CASE WHEN tries_new THEN format('%s WHERE i.ctid = ANY ($1) AND NOT %s%s', insertion, is_sent, conflict) END, NULL),
      (22, ingest.citus_pieces_sql(about), NULL),
      (23, NULL, format('%L::regclass', d.target))) AS s (no, statement, list));
END
$$;
COMMENT ON FUNCTION ingest.load_in_steps_sql(ingest.description, text) IS 'The statement that loads a table of Citus in the steps of ingest.load_steps, from a query of records that were checked.';

CREATE FUNCTION ingest.returned_as_caller(pieces text, statement text, brought_by bigint, parts integer) RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  piece tid[];
BEGIN
  FOR piece IN EXECUTE pieces USING brought_by, parts LOOP
    RETURN QUERY EXECUTE statement USING piece;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.returned_as_caller(text, text, bigint, integer)
  IS 'The rows that a statement returns for each piece, as a relation: no other writing statement of Citus can be one.';

-- Citus does not survive many rollbacks to a savepoint behind work on its workers: with each goes a request to cancel that may hit what
-- comes next. So whom foreign keys and unique indexes refuse is asked before anything is sent, and not found by trying.
CREATE FUNCTION ingest.load_in_steps_as_caller(steps ingest.load_steps, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[],
  first_record integer, last_record integer) RETURNS ingest.load_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  outcome ingest.load_outcome;
  brought_by bigint;
  more ingest.fault[];
  now_refused ingest.fault[];
  refused ingest.fault[] := '{}';
  gone jsonb;
  tries_new boolean := steps.send_new IS NOT NULL AND ingest.plain_is_due(steps.dataset);
  known bigint;
  parts integer := ingest.citus_parts(steps.target);
  piece tid[];
BEGIN
  EXECUTE steps.make;
  EXECUTE steps.read USING files, contract, parsed, excluded, first_record, last_record;
  IF steps.bring IS NOT NULL AND NOT tries_new THEN
    EXECUTE steps.bring;
  END IF;
  IF steps.remember IS NOT NULL THEN
    EXECUTE steps.remember;
  END IF;
  LOOP
    EXECUTE steps.look INTO brought_by;
    EXECUTE steps.load INTO outcome USING files, contract, parsed, excluded, first_record, last_record;
    now_refused := '{}';
    FOR i IN 1 .. coalesce(cardinality(steps.finds), 0) LOOP
      EXECUTE steps.finds[i];
      EXECUTE steps.tells[i] INTO more USING brought_by, now_refused;
      EXECUTE steps.forget;
      now_refused := now_refused || more;
    END LOOP;
    EXIT WHEN now_refused = '{}';
    -- Without them older records of their keys may win.
    refused := refused || now_refused;
    EXECUTE steps.refuse USING now_refused;
    EXECUTE steps.empty;
    IF steps.restore IS NOT NULL THEN
      EXECUTE steps.restore;
    END IF;
  END LOOP;
  outcome.rejects := outcome.rejects || refused;
  IF steps.remove IS NOT NULL THEN
    EXECUTE steps.gone INTO gone;
    IF gone IS NOT NULL THEN
      EXECUTE steps.remove USING gone;
    END IF;
  END IF;
  IF tries_new THEN
    -- To look for keys costs more than to send rows, since each shard reads all of them.
    EXECUTE steps.send_new USING brought_by, parts;
    EXECUTE steps.count_known INTO known;
    PERFORM ingest.plain_went(steps.dataset, known = 0);
    IF known > 0 THEN
      -- Without a rollback: what was sent stays, and it is new in the second load too, which sends the others.
      EXECUTE steps.empty;
      EXECUTE steps.bring_known;
      EXECUTE steps.look INTO brought_by;
      EXECUTE steps.load INTO outcome USING files, contract, parsed, excluded, first_record, last_record;
      FOR piece IN EXECUTE steps.pieces USING brought_by, parts LOOP
        EXECUTE steps.send_known USING piece;
      END LOOP;
    END IF;
    EXECUTE steps.forget;
  ELSE
    FOR piece IN EXECUTE steps.pieces USING brought_by, parts LOOP
      EXECUTE steps.send USING piece;
    END LOOP;
  END IF;
  EXECUTE steps.clear;
  RETURN outcome;
END
$$;
COMMENT ON FUNCTION ingest.load_in_steps_as_caller(ingest.load_steps, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer)
  IS 'Loads a table of Citus: records are read into a table, the rows of their keys are brought into another, which the load statement changes, and what it wrote is sent.';

CREATE FUNCTION ingest.without_shards(message text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shard text;
BEGIN
  IF message !~ '_[0-9]{4,}\M' OR to_regclass('pg_catalog.pg_dist_shard') IS NULL THEN
    RETURN message;
  END IF;
  FOR shard IN EXECUTE 'SELECT s.shardid::text FROM pg_catalog.pg_dist_shard AS s JOIN (SELECT DISTINCT m[1]::bigint AS id FROM regexp_matches($1, ''_([0-9]{4,18})\M'', ''g'') AS m) AS n ON n.id = s.shardid' USING message LOOP
    message := regexp_replace(message, '_' || shard || '\M', '', 'g');
  END LOOP;
  RETURN message;
END
$$;
COMMENT ON FUNCTION ingest.without_shards(text) IS 'What PostgreSQL says of a shard, an index or a constraint of it, said of the table. Other messages are as they were.';

CREATE FUNCTION ingest.citus_problems(d ingest.dataset) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  kind text := ingest.citus_kind(d.target);
  is_coordinator boolean;
BEGIN
  IF kind IS NULL THEN
    RETURN;
  END IF;
  EXECUTE 'SELECT pg_catalog.citus_is_coordinator()' INTO is_coordinator;
  IF NOT is_coordinator THEN
    RETURN NEXT format('target: %s is a table of Citus, and this node is a worker; register it on the coordinator', d.target);
  END IF;
  IF kind = 'unordered' THEN
    RETURN NEXT format('target: %s is distributed by append or range; expected one that create_distributed_table() made by hash', d.target);
  END IF;
  IF d.on_unknown = 'evolve' THEN
    RETURN NEXT format('on_unknown: %s is a table of Citus, which adds no column in a transaction that has loaded; use rescue and add columns by hand', d.target);
  END IF;
  IF ingest.mirrors(d.on_replaced, d.on_removed) THEN
    RETURN NEXT format('%s: %s is a table of Citus, whose rows are looked up by key alone and not by the file that brought them; use keep', ingest.mirroring_options(d), d.target);
  END IF;
  RETURN QUERY SELECT format('privileges: %I lacks SELECT on %s, to which foreign key %s refers and where parents are looked up; GRANT SELECT ON %2$s TO %1$I', coalesce(d.loader, 'ingest_loader'), k.confrelid::regclass, k.conname)
  FROM pg_constraint AS k WHERE k.conrelid = d.target AND k.contype = 'f' AND NOT has_table_privilege(coalesce(d.loader, 'ingest_loader'), k.confrelid, 'SELECT');
  RETURN QUERY SELECT format('target: dataset %s loads %s as %s, and Citus lets one role alone write a table in a transaction; register both with one loader', x.name, d.target, coalesce(x.loader, 'ingest_loader'))
  FROM ingest.dataset AS x WHERE x.target = d.target AND x.name <> d.name AND x.loader IS DISTINCT FROM d.loader;
END
$$;
COMMENT ON FUNCTION ingest.citus_problems(ingest.dataset) IS 'What is wrong with a registration whose target is a table of Citus.';
