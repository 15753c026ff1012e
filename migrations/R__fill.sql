-- pg_ingest 0.2.0
-- ingest_fill(): new columns of rows that are there get their values from _rescued, piece by piece.
--
-- What stands in _rescued is read as a record is, by the column's source, conversion and type. Of each row that leaves _rescued which a
-- column took, and nothing else. A row's place (ctid) tells how far a pass has come. What is written meanwhile lies behind its end, or
-- was written by today's contract; the pass that fills nothing is the last.

CREATE FUNCTION ingest.fill_problems(d ingest.dataset, columns text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF coalesce(cardinality(columns), 0) = 0 THEN
    RETURN NEXT 'columns is empty; name those to be filled';
  ELSIF NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_rescued' AND NOT a.attisdropped) THEN
    RETURN NEXT format('%s has no column _rescued, so nothing was kept', d.target);
  ELSIF ingest.citus_kind(d.target) IS NOT NULL THEN
    RETURN NEXT format('%s is a table of Citus, whose rows have no place on this node by which a pass could go; fill it by an UPDATE of your own from _rescued', d.target);
  ELSIF EXISTS (SELECT FROM ingest.tables_of(d.target) AS t JOIN pg_class AS c ON c.oid = t WHERE c.relkind NOT IN ('r', 'p')) THEN
    RETURN NEXT format('%s has parts that are no tables of this database', d.target);
  END IF;
  RETURN QUERY WITH own AS MATERIALIZED (SELECT x.column_name, x.filled_by, x.in_key, x.source, x.reads_source FROM ingest.dataset_column AS x WHERE x.dataset = d.name)
    SELECT format('column %s %s', w.name, p.problem) FROM unnest(columns) WITH ORDINALITY AS w (name, no)
    LEFT JOIN own AS c ON c.column_name = w.name
    LEFT JOIN LATERAL ingest.source_steps(c.source) AS s ON true
    CROSS JOIN LATERAL (SELECT CASE
      WHEN c.column_name IS NULL THEN format('is none of %s', d.target)
      WHEN c.filled_by = 'expression' THEN 'is made by an expression, which sees the whole record, and that is gone'
      WHEN c.filled_by <> 'record' THEN 'is not filled from records'
      WHEN c.in_key THEN 'belongs to the primary key'
      WHEN s.origin <> 'record' THEN format('reads %s, and _rescued holds members of records', c.source)
      WHEN s.steps @? '$[*] ? (@.type() == "number")' THEN format('reads %s: the rest of that array would be lost', c.source)
      WHEN EXISTS (SELECT FROM own AS o CROSS JOIN LATERAL ingest.source_steps(o.source) AS x WHERE o.filled_by IN ('record', 'expression')
        AND o.reads_source AND o.column_name <> c.column_name AND x.origin = 'record' AND jsonb_array_length(x.steps) > jsonb_array_length(s.steps)
        AND (ingest.path_steps(o.source))[1:jsonb_array_length(s.steps)] = ingest.path_steps(c.source))
        THEN format('reads %s as a whole, and another column has read inside of it: what _rescued holds is the rest', c.source) END) AS p (problem)
    WHERE p.problem IS NOT NULL ORDER BY w.no;
END
$$;
COMMENT ON FUNCTION ingest.fill_problems(ingest.dataset, text[]) IS 'Why columns cannot be filled from _rescued.';

CREATE FUNCTION ingest.tables_of(target regclass) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE parts AS (SELECT target::oid AS part UNION SELECT i.inhrelid FROM parts AS p JOIN pg_inherits AS i ON i.inhparent = p.part) SELECT p.part::regclass FROM parts AS p
$$;
COMMENT ON FUNCTION ingest.tables_of(regclass) IS 'A table with its partitions, or the tables that inherit from it.';

CREATE FUNCTION ingest.blocks_of(target regclass) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce(max(pg_relation_size(t) / current_setting('block_size')::bigint), 0) FROM ingest.tables_of(target) AS t
$$;
COMMENT ON FUNCTION ingest.blocks_of(regclass) IS 'Blocks of the largest of those tables.';

CREATE FUNCTION ingest.fill_contract(d ingest.dataset, columns text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  contract jsonb := ingest.contract(d, ARRAY(SELECT c FROM ingest.target_columns(d, fill_contract.columns) AS c ORDER BY c.attnum));
BEGIN
  -- Each column tells whether its member is there; what is absent is nobody's fault.
  RETURN contract || jsonb_build_object('on_unknown', 'rescue', 'want_rescued', true, 'want_record', false, 'want_unknown', false, 'read_besides', '[]'::jsonb,
    'reads_context', false, 'places', '[]'::jsonb,
    'columns', (SELECT jsonb_agg(c.value || '{"required": false, "has_default": true}' ORDER BY c.no) FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)));
END
$$;
COMMENT ON FUNCTION ingest.fill_contract(ingest.dataset, text[]) IS 'The contract of these columns alone, over what _rescued holds.';

CREATE FUNCTION ingest.has_member_sql(contract jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('t._rescued IS NOT NULL AND (%s)', string_agg(CASE
      WHEN c.value ? 'match' THEN format('EXISTS (SELECT FROM jsonb_object_keys(t._rescued) AS k (name) WHERE ingest.matched_name(k.name, %L) = %L)', c.value ->> 'match_rule', c.value ->> 'match')
      WHEN jsonb_array_length(c.value -> 'path') = 1 THEN format('t._rescued ? %L', c.value -> 'path' ->> 0)
      ELSE format('%s IS NOT NULL', ingest.path_accessor('t._rescued', c.value -> 'path', false)) END, ' OR ' ORDER BY c.no))
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no));
END
$$;
COMMENT ON FUNCTION ingest.has_member_sql(jsonb) IS 'SQL that is true of a row t whose _rescued holds a member for one of the columns.';

CREATE FUNCTION ingest.is_own_row_sql(d ingest.dataset) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  -- A file that the ledger has forgotten, or knows by no dataset of this table, may have been anybody's.
  SELECT format('coalesce((SELECT bool_or(o.dataset = %L) FROM ingest.own_file_dataset AS o WHERE o.file_id = t._file_id AND o.target = %L::regclass), true)', d.name, d.target)
$$;
COMMENT ON FUNCTION ingest.is_own_row_sql(ingest.dataset) IS 'SQL that is true of a row t of a table of several datasets, unless its file is known to have been loaded by others of them alone.';

-- The places of the rows stand where files have their number and sequencer.
CREATE FUNCTION ingest.rescued_records_sql(target regclass, contract jsonb, raises boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT format('SELECT 1 AS file_no, 1 AS record_no, %s, t.tableoid::bigint AS file_id, NULL::timestamptz AS source_time, t.ctid AS sequencer
    FROM unnest($1, $2) AS p (place, of_table) JOIN %s AS t ON t.ctid = p.place AND t.tableoid = p.of_table', ingest.record_sql(contract, 't._rescued', raises), target)
$$;
COMMENT ON FUNCTION ingest.rescued_records_sql(regclass, jsonb, boolean) IS 'The query of what _rescued holds in the rows at the places $1, in the tables $2.';

CREATE FUNCTION ingest.fill_sql(d ingest.dataset, contract jsonb, quick boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('UPDATE %s AS t SET %s, _rescued = s._ingest_rescued FROM (%s) AS s
      WHERE t.ctid = s._ingest_sequencer AND t.tableoid = s._ingest_file_id::oid AND s._ingest_faults IS NULL AND NOT s._ingest_suspect AND NOT (%s)%s',
    d.target, string_agg(format('%1$I = CASE WHEN s._ingest_absent_%2$s THEN t.%1$I ELSE s.%1$I END', c.value ->> 'name', c.no), ', ' ORDER BY c.no),
    CASE WHEN quick THEN ingest.quick_source(contract, ingest.rescued_records_sql(d.target, contract, true))
      ELSE ingest.careful_source(contract, ingest.rescued_records_sql(d.target, contract, false)) END,
    string_agg(format('s._ingest_absent_%s', c.no), ' AND ' ORDER BY c.no),
    -- A null that the column does not take stays where it is.
    coalesce(string_agg(format(' AND (s._ingest_absent_%s OR s.%I IS NOT NULL)', c.no, c.value ->> 'name'), '' ORDER BY c.no) FILTER (WHERE a.attnotnull), ''))
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = c.value ->> 'name');
END
$$;
COMMENT ON FUNCTION ingest.fill_sql(ingest.dataset, jsonb, boolean)
  IS 'The statement that fills the columns of a fill_contract() of the rows at the places $1, in the tables $2. quick: raises at whatever needs a closer look; else rows with a fault are left as they are.';

-- Without a join of the table with itself, and without a list of places: it costs little more than any UPDATE.
CREATE FUNCTION ingest.direct_fill_sql(d ingest.dataset, contract jsonb, is_meant text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN ingest.is_plain_table(d.target)
      -- Of the record's own members, by their names, into columns that take null. None is written so that it would be replaced below.
      AND bool_and(c.value ->> 'origin' = 'record' AND jsonb_array_length(c.value -> 'path') = 1 AND NOT c.value ? 'match' AND NOT a.attnotnull AND NOT c.value ? 'conversion' AND NOT c.value ? 'null_strings'
        AND c.value ->> 'base_type' = c.value ->> 'type' AND c.value::text NOT LIKE '%r.j%')
      -- An object without members takes 8 bytes. Seeing that costs less than comparing.
    THEN format('UPDATE %1$s AS t SET %2$s, _rescued = CASE WHEN pg_column_size(t._rescued - %3$L::%4$s) > 8 THEN t._rescued - %3$L::%4$s END WHERE t.ctid >= $1 AND t.ctid < $2 AND t.ctid > $3 AND t.ctid <= coalesce($4, $2) AND %5$s%6$s', d.target,
      replace(string_agg(format(CASE jsonb_array_length(contract -> 'columns') WHEN 1 THEN '%1$I = %3$s' ELSE '%1$I = CASE WHEN %2$s IS NULL THEN t.%1$I ELSE %3$s END' END, c.value ->> 'name', ingest.raw_sql(c.value), ingest.quick_value_sql(c.value, q.member)), ', ' ORDER BY c.no), 'r.j', 't._rescued'),
      CASE count(*) WHEN 1 THEN min(c.value -> 'path' ->> 0) ELSE array_agg(c.value -> 'path' ->> 0)::text END, CASE count(*) WHEN 1 THEN 'text' ELSE 'text[]' END, is_meant,
      coalesce(replace(' AND CASE WHEN ' || string_agg(ingest.quick_suspect_sql(c.value, q.member), ' OR ' ORDER BY c.no) || ' THEN ingest.in_doubt(1) ELSE true END', 'r.j', 't._rescued'), '')) END
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = c.value ->> 'name'
  CROSS JOIN LATERAL (SELECT ingest.quick_member_sql(c.value, '[]') AS member) AS q);
END
$$;
COMMENT ON FUNCTION ingest.direct_fill_sql(ingest.dataset, jsonb, text)
  IS 'The statement that fills the columns of a fill_contract() from the place $1 to the place $2, but behind $3 and up to $4 where that is given. is_meant: SQL that is true of the rows t. It raises at whatever needs a closer look. NULL where the table or a column needs more.';

CREATE FUNCTION ingest.fill_rows_as_caller(statement text, statements text[], places tid[], tables oid[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  filled bigint;
  half integer := cardinality(places) / 2;
BEGIN
  BEGIN
    EXECUTE statement USING places, tables;
    GET DIAGNOSTICS filled = ROW_COUNT;
    RETURN filled;
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    IF ingest.is_of_the_moment(SQLSTATE) THEN
      RAISE;
    END IF;
  END;
  -- The table refuses one of them at least: by a CHECK, a trigger, a domain.
  IF half > 0 THEN
    RETURN ingest.fill_rows_as_caller(statement, statements, places[:half], tables[:half]) + ingest.fill_rows_as_caller(statement, statements, places[half + 1:], tables[half + 1:]);
  END IF;
  filled := 0;
  IF cardinality(statements) > 1 THEN
    -- Of a row that is refused with all its columns some may be taken.
    FOREACH statement IN ARRAY statements LOOP
      filled := greatest(filled, ingest.fill_rows_as_caller(statement, '{}', places, tables));
      EXIT WHEN filled > 0;
    END LOOP;
  END IF;
  RETURN filled;
END
$$;
COMMENT ON FUNCTION ingest.fill_rows_as_caller(text, text[], tid[], oid[])
  IS 'Fills the rows at these places, but those that the table refuses: they are found by halves. statements fill one column each. How many rows were filled.';

CREATE FUNCTION ingest.fill_carefully_as_caller(d ingest.dataset, columns text[], places tid[], tables oid[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  contract jsonb := ingest.fill_contract(d, columns);
  alike record;
  sound text[];
  filled bigint := 0;
BEGIN
  -- Rows with a fault in the same columns go together, without these columns.
  FOR alike IN EXECUTE format('SELECT array_agg(s._ingest_sequencer ORDER BY s._ingest_sequencer) AS places, array_agg(s._ingest_file_id::oid ORDER BY s._ingest_sequencer) AS tables, s.faults
    FROM (SELECT x._ingest_sequencer, x._ingest_file_id, coalesce(x._ingest_faults, ''{}'')%s AS faults FROM (%s) AS x) AS s GROUP BY s.faults',
    (SELECT coalesce(string_agg(format(' || CASE WHEN x.%I IS NULL AND NOT x._ingest_absent_%s THEN ARRAY[%2$s]::smallint[] END', c.value ->> 'name', c.no), '' ORDER BY c.no), '')
      FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = c.value ->> 'name' WHERE a.attnotnull),
    ingest.careful_source(contract, ingest.rescued_records_sql(d.target, contract, false))) USING places, tables
  LOOP
    sound := ARRAY(SELECT c.value ->> 'name' FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) WHERE c.no <> ALL (alike.faults));
    CONTINUE WHEN sound = '{}';
    filled := filled + ingest.fill_rows_as_caller(ingest.fill_sql(d, ingest.fill_contract(d, sound), false), ARRAY(SELECT ingest.fill_sql(d, ingest.fill_contract(d, ARRAY[c]), false) FROM unnest(sound) AS c),
      alike.places, alike.tables);
  END LOOP;
  RETURN filled;
END
$$;
COMMENT ON FUNCTION ingest.fill_carefully_as_caller(ingest.dataset, text[], tid[], oid[]) IS 'Fills the rows at these places where not all of their values fit. How many rows were filled.';

CREATE FUNCTION ingest.fill_piece_as_caller(of_dataset text, columns text[], after_place tid, after_table oid, end_block bigint, at_most bigint, counts boolean, only_own boolean) RETURNS ingest.filled_piece
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
  d ingest.dataset;
  contract jsonb;
  piece ingest.filled_piece;
  is_meant text;
  quick text;
  direct text;
  block bigint := split_part(btrim(after_place::text, '()'), ',', 1);
  end_place constant tid := format('(%s,0)', end_block);
  to_block bigint;
  -- A statement that raises is undone. So many blocks, 8 MB, are little to do again, and many to be planned for.
  most_blocks constant bigint := 1024;
  blocks bigint := most_blocks;
  last_place tid;
  places tid[];
  tables oid[];
  filled bigint;
  kept_by text;
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  SELECT * INTO STRICT d FROM ingest.own_dataset AS x WHERE x.name = of_dataset;
  contract := ingest.fill_contract(d, columns);
  is_meant := ingest.has_member_sql(contract) || CASE WHEN only_own THEN ' AND ' || ingest.is_own_row_sql(d) ELSE '' END;
  piece := ROW(after_place, after_table, 0, 0, 0, NULL, false)::ingest.filled_piece;
  IF counts THEN
    EXECUTE format('SELECT count(*) FROM %s AS t WHERE t.ctid >= $1 AND (t.ctid, t.tableoid) > ($1, $2) AND t.ctid < $3 AND %s', d.target, is_meant)
      INTO piece.rows_left USING piece.place, piece.of_table, end_place;
    block := CASE piece.rows_left WHEN 0 THEN end_block ELSE block END;
  END IF;
  IF block < end_block THEN
    direct := ingest.direct_fill_sql(d, contract, is_meant);
  END IF;
  -- Where more rows may be left than are wanted, the last of them is looked for. A scan by place gives the first ones first: one of the
  -- whole table may begin elsewhere, or be shared out.
  IF direct IS NOT NULL AND coalesce(piece.rows_left > at_most, true) THEN
    EXECUTE format('SELECT max(x.place) FROM (SELECT t.ctid AS place FROM %s AS t WHERE t.ctid > $1 AND t.ctid < $2 AND %s LIMIT $3) AS x HAVING count(*) = $3', d.target, is_meant)
      INTO last_place USING piece.place, end_place, at_most;
  END IF;
  LOOP
    EXIT WHEN block >= end_block;
    IF direct IS NOT NULL THEN
      to_block := least(block + blocks, end_block);
      BEGIN
        EXECUTE direct USING format('(%s,0)', block)::tid, format('(%s,0)', to_block)::tid, piece.place, last_place;
        GET DIAGNOSTICS filled = ROW_COUNT;
        piece.looked_at := piece.looked_at + filled; piece.filled := piece.filled + filled;
        piece.place := least(last_place, format('(%s,65535)', to_block - 1)::tid); piece.of_table := d.target;
        EXIT WHEN piece.place = last_place;
        block := to_block;
        blocks := least(blocks * 2, most_blocks);
        CONTINUE;
      EXCEPTION WHEN OTHERS OR assert_failure THEN
        IF ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE <> 'PI001' THEN
          RAISE;
        END IF;
      END;
    END IF;
    -- Ranges of blocks, so that neither more is sorted nor more undone than that.
    blocks := 64;
    to_block := least(block + blocks, end_block);
    EXECUTE format('SELECT coalesce(array_agg(x.place ORDER BY x.place, x.of_table), ''{}''), coalesce(array_agg(x.of_table ORDER BY x.place, x.of_table), ''{}'')
      FROM (SELECT t.ctid AS place, t.tableoid AS of_table FROM %s AS t WHERE t.ctid >= $1 AND t.ctid < $2 AND (t.ctid, t.tableoid) > ($3, $4) AND %s
        ORDER BY t.ctid, t.tableoid LIMIT $5) AS x', d.target, is_meant)
      INTO places, tables USING format('(%s,0)', block)::tid, format('(%s,0)', to_block)::tid, piece.place, piece.of_table, at_most - piece.looked_at;
    IF places <> '{}' THEN
      filled := NULL;
      -- The quick reader finds members of other spellings by file, and rows are of many files.
      quick := coalesce(quick, ingest.fill_sql(d, contract, d.match_names = 'exact'));
      BEGIN
        EXECUTE quick USING places, tables;
        GET DIAGNOSTICS filled = ROW_COUNT;
      EXCEPTION WHEN OTHERS OR assert_failure THEN
        IF ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE <> 'PI001' THEN
          RAISE;
        END IF;
      END;
      IF filled IS DISTINCT FROM cardinality(places) THEN
        filled := coalesce(filled, 0) + ingest.fill_carefully_as_caller(d, columns, places, tables);
      END IF;
      piece.filled := piece.filled + filled;
      piece.looked_at := piece.looked_at + cardinality(places);
      -- Rows that were filled stand elsewhere now. What is still here holds a value that does not fit.
      EXECUTE format('SELECT count(*) FROM unnest($1, $2) AS p (place, of_table) JOIN %s AS t ON t.ctid = p.place AND t.tableoid = p.of_table', d.target) INTO kept_by USING places, tables;
      piece.kept := piece.kept + kept_by::bigint;
      piece.place := places[cardinality(places)]; piece.of_table := tables[cardinality(tables)];
    END IF;
    EXIT WHEN piece.looked_at >= at_most;
    block := to_block;
  END LOOP;
  piece.is_end := block >= end_block;
  piece.rows_left := piece.rows_left - piece.looked_at;
  PERFORM ingest.restore_settings();
  PERFORM ingest.fire_deferred();
  RETURN piece;
END
$$;
COMMENT ON FUNCTION ingest.fill_piece_as_caller(text, text[], tid, oid, bigint, bigint, boolean, boolean)
  IS 'Fills columns of at most so many rows behind a place, before a block, and says where it came to. counts: and how many are left. only_own: without rows that other datasets of the table brought.';

CREATE FUNCTION ingest.run_fill_piece(of_dataset text, columns text[], after_place tid, after_table oid, end_block bigint, at_most bigint, counts boolean, only_own boolean) RETURNS ingest.filled_piece
LANGUAGE plpgsql AS $$
DECLARE
  definer text := (SELECT ingest.definer_of('fill_piece', d.loader) FROM ingest.dataset AS d WHERE d.name = of_dataset);
  held text[] := ingest.held();
  piece ingest.filled_piece;
BEGIN
  EXECUTE format('SELECT * FROM ingest.%I($1, $2, $3, $4, $5, $6, $7, $8)', definer) INTO piece USING of_dataset, columns, after_place, after_table, end_block, at_most, counts, only_own;
  PERFORM ingest.clean_up(held);
  RETURN piece;
END
$$;
COMMENT ON FUNCTION ingest.run_fill_piece(text, text[], tid, oid, bigint, bigint, boolean, boolean) IS 'fill_piece() as the dataset''s loader.';

CREATE FUNCTION public.ingest_fill(dataset text, columns name[], at_most bigint DEFAULT 50000, OUT rows_filled bigint, OUT rows_left bigint, OUT rows_kept bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off AS $$
DECLARE
  d ingest.dataset;
  f ingest.fill;
  piece ingest.filled_piece;
  problems text[];
  looked_at bigint := 0;
  only_own boolean;
BEGIN
  PERFORM ingest.require_read_committed('ingest_fill');
  PERFORM ingest.require_dataset(dataset);
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = ingest_fill.dataset;
  IF at_most IS NULL OR at_most < 1 THEN
    RAISE EXCEPTION 'at_most is %; expected at least 1', coalesce(at_most::text, 'null') USING ERRCODE = 'invalid_parameter_value';
  ELSIF ingest.dataset_problem(dataset) IS NOT NULL THEN
    RAISE EXCEPTION '%', ingest.dataset_problem(dataset) USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  columns := ARRAY(SELECT DISTINCT c FROM unnest(columns) AS c ORDER BY c);
  problems := ARRAY(SELECT * FROM ingest.fill_problems(d, columns::text[]));
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'dataset % cannot be filled: %', dataset, array_to_string(problems, '; ') USING ERRCODE = 'invalid_parameter_value', HINT = 'Nothing was changed.';
  END IF;
  -- A piece has its target to itself, as a replay has: it goes by places, and batches by keys.
  PERFORM ingest.prepare_targets(ARRAY[dataset], true);
  SELECT * INTO f FROM ingest.fill AS x WHERE x.dataset = ingest_fill.dataset AND x.columns = ingest_fill.columns AND x.target = d.target;
  IF NOT FOUND THEN
    f := ROW(dataset, columns, d.target, '(0,0)', 0, ingest.blocks_of(d.target), 0, 0, NULL)::ingest.fill;
  END IF;
  -- A member that two of them read into columns of their own means another one in the other's rows.
  only_own := EXISTS (SELECT FROM ingest.dataset AS x WHERE x.target = d.target AND x.name <> d.name)
    AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_file_id' AND NOT a.attisdropped);
  rows_filled := 0;
  LOOP
    piece := ingest.run_fill_piece(dataset, columns::text[], f.place, f.of_table, f.end_block, at_most - looked_at, f.rows_left IS NULL, only_own);
    looked_at := looked_at + piece.looked_at;
    rows_filled := rows_filled + piece.filled;
    f.filled := f.filled + piece.filled; f.kept := f.kept + piece.kept;
    IF piece.is_end AND f.filled = 0 THEN
      DELETE FROM ingest.fill AS x WHERE x.dataset = ingest_fill.dataset AND x.columns = ingest_fill.columns;
      rows_left := 0; rows_kept := f.kept;
      RETURN;
    END IF;
    f.place := piece.place; f.of_table := piece.of_table; f.rows_left := coalesce(piece.rows_left, f.rows_left - piece.looked_at);
    IF piece.is_end THEN
      f.place := '(0,0)'; f.of_table := 0; f.end_block := ingest.blocks_of(d.target); f.filled := 0; f.kept := 0; f.rows_left := NULL;
    END IF;
    EXIT WHEN looked_at >= at_most;
  END LOOP;
  rows_left := greatest(f.rows_left, 1); rows_kept := f.kept;
  -- A pass that is to begin yet is counted then.
  INSERT INTO ingest.fill VALUES (f.*) ON CONFLICT ON CONSTRAINT fill_pkey DO UPDATE SET target = excluded.target, place = excluded.place, of_table = excluded.of_table,
    end_block = excluded.end_block, filled = excluded.filled, kept = excluded.kept, rows_left = excluded.rows_left;
END
$$;
COMMENT ON FUNCTION public.ingest_fill(text, name[], bigint) IS 'Fills columns that came since of rows that are there, from what _rescued kept, and takes from _rescued what moved. To be called again until rows_left is 0, each time in a transaction of its own. Batches and a fill take turns. A value that does not fit stays where it is. Of a table of several datasets, rows that the others alone brought are left: the ledger knows it by _file_id.
dataset: The dataset.
columns: Its columns, filled by record from a member.
at_most: Rows to look at, of those that hold a value for the columns.
rows_filled: Rows that were filled.
rows_left: Rows that hold a value and were not looked at yet. 0: a pass over the whole table found nothing more to fill.
rows_kept: Rows of this pass that keep a value which does not fit.';
