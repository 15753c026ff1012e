-- pg_ingest 0.2.0
-- A contract from samples: CREATE TABLE and registration, with the reasons as comments. It is printed, never executed.

CREATE FUNCTION ingest.named_columns(columns ingest.inferred_column[]) RETURNS ingest.inferred_column[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  named ingest.inferred_column[] := '{}';
  c ingest.inferred_column;
  taken text[] := '{}';
  words text[];
  -- DynamoDB names the type of each value: {"total": {"N": "12.5"}}.
  types text[] := ARRAY['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'];
  is_typed boolean := (SELECT coalesce(bool_and(cardinality(x.steps) > 1 AND x.steps[cardinality(x.steps)] = ANY (types)), false) FROM unnest(columns) AS x);
  -- What all of them stand in says nothing.
  common text := (SELECT CASE WHEN count(DISTINCT x.steps[1]) = 1 AND bool_and(cardinality(x.steps) > CASE WHEN is_typed THEN 2 ELSE 1 END) THEN min(x.steps[1]) END FROM unnest(columns) AS x);
BEGIN
  -- A member that is named like a column has the name first, because the column would hide it.
  FOR c IN SELECT x.* FROM unnest(columns) AS x
    ORDER BY cardinality(x.steps) > 1, x.steps[1] <> ingest.snake_case(x.steps[1]), cardinality(x.steps), x.steps COLLATE "C"
  LOOP
    words := CASE WHEN common IS NULL THEN c.steps ELSE c.steps[2:] END;
    IF is_typed THEN
      words := ARRAY(SELECT w.word FROM unnest(words) WITH ORDINALITY AS w (word, no) WHERE w.word <> ALL (types) OR w.no = 1 ORDER BY w.no);
    END IF;
    c.column_name := ingest.free_name(ingest.snake_case(array_to_string(words, '_')), taken);
    c.source := CASE WHEN c.steps <> ARRAY[c.column_name] THEN ingest.steps_path(c.steps) END;
    taken := taken || c.column_name;
    named := named || c;
  END LOOP;
  RETURN named;
END
$$;
COMMENT ON FUNCTION ingest.named_columns(ingest.inferred_column[])
  IS 'The columns with their names, each its own, and with the source of those that are not named like their member.';

CREATE FUNCTION ingest.column_evidence(c ingest.inferred_column, total bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT concat_ws('; ', CASE WHEN c.steps IS NOT NULL THEN
    format('%s in %s', left(ingest.steps_path(c.steps), 200), CASE WHEN c.seen = total THEN 'all ' || total WHEN c.seen = 0 THEN 'none of ' || total ELSE c.seen || ' of ' || total END) END,
    CASE WHEN c.conversion IS NOT NULL THEN 'as ' || c.conversion END,
    CASE WHEN c.null_strings IS NOT NULL THEN 'null where ' || (SELECT string_agg(ingest.quoted_sample(s), ', ') FROM unnest(c.null_strings) AS s) END, c.note)
$$;
COMMENT ON FUNCTION ingest.column_evidence(ingest.inferred_column, bigint) IS 'Why a column is proposed as it is, for a comment behind it.';

CREATE FUNCTION ingest.proposed_table(name text, columns ingest.inferred_column[], total bigint, key_column text, constraints text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT format(E'CREATE TABLE %1$s (\n%2$s\n);\nSELECT ingest_add_metadata_columns(%1$L);', name, string_agg(concat_ws(' -- ', l.definition || CASE WHEN l.is_last THEN '' ELSE ',' END, l.evidence), E'\n' ORDER BY l.no))
  FROM (SELECT x.no, x.definition, x.evidence, x.no = max(x.no) OVER () AS is_last FROM (
      SELECT i AS no, format('  %I %s%s', (columns[i]).column_name, (columns[i]).type,
        CASE WHEN (columns[i]).column_name = key_column THEN ' PRIMARY KEY' WHEN (columns[i]).required THEN ' NOT NULL' ELSE '' END) AS definition, ingest.column_evidence(columns[i], total) AS evidence
      FROM generate_subscripts(columns, 1) AS i
      UNION ALL SELECT cardinality(columns) + k, '  ' || constraints[k], NULL FROM generate_subscripts(constraints, 1) AS k) AS x) AS l
$$;
COMMENT ON FUNCTION ingest.proposed_table(text, ingest.inferred_column[], bigint, text, text[])
  IS 'CREATE TABLE with the reason for each column behind it, and the statement that adds the metadata columns. key_column is the primary key by itself, or NULL; total counts the records.';

CREATE FUNCTION ingest.source_json(c ingest.inferred_column) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT CASE WHEN c.conversion IS NULL AND c.null_strings IS NULL THEN to_jsonb(c.source)
    ELSE jsonb_strip_nulls(jsonb_build_object('path', c.source, 'as', c.conversion, 'null_strings', c.null_strings)) END
$$;
COMMENT ON FUNCTION ingest.source_json(ingest.inferred_column) IS 'A column''s source as a registration takes it; NULL where it is the member of its own name.';

CREATE FUNCTION ingest.proposed_mapping(columns ingest.inferred_column[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce(E',\n  columns => ' || quote_literal('{' || string_agg(format('%s: %s', to_json((columns[i]).column_name), ingest.source_json(columns[i])), E',\n    ' ORDER BY i) || '}'), '')
  FROM generate_subscripts(columns, 1) AS i WHERE ingest.source_json(columns[i]) IS NOT NULL
$$;
COMMENT ON FUNCTION ingest.proposed_mapping(ingest.inferred_column[]) IS 'The argument columns of a registration, with what stands before it; empty where each column reads the member of its own name.';

CREATE FUNCTION ingest.envelope_columns(envelopes jsonb[], records_path text, taken text[]) RETURNS ingest.inferred_column[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  member record;
  c ingest.inferred_column;
  columns ingest.inferred_column[] := '{}';
BEGIN
  FOR member IN
    SELECT e.member, jsonb_object_agg(e.kind, jsonb_build_object('n', e.n, 'lowest', e.lowest, 'highest', e.highest, 'longest', e.longest)) AS evidence
    FROM ingest.member_evidence(envelopes, '{}') AS e WHERE e.member NOT IN ('', (ingest.path_steps(records_path))[1])
      -- How many records there are, and where the next ones lie, says nothing of a record.
      AND ingest.snake_case(e.member) !~ '(^|_)(count|total|size|length|limit|offset|page|pages|next|previous|prev|first|last|cursor|token|marker|more|links?|status|ok|success|took)(_|$)'
    GROUP BY e.member HAVING bool_and(e.kind NOT IN ('object', 'array')) AND bool_or(e.kind <> 'null') ORDER BY e.member COLLATE "C" LIMIT 20
  LOOP
    c := ingest.inferred_type(envelopes, ARRAY[member.member], ingest.snake_case(member.member), member.evidence);
    c.steps := NULL; c.required := false;
    c.source := 'document:' || ingest.steps_path(ARRAY[member.member]);
    c.column_name := ingest.snake_case(member.member);
    c.column_name := ingest.free_name(CASE WHEN c.column_name = ANY (taken) THEN 'document_' || c.column_name ELSE c.column_name END, taken);
    c.note := concat_ws('; ', 'of the document around the record', c.note);
    taken := taken || c.column_name;
    columns := columns || c;
  END LOOP;
  RETURN columns;
END
$$;
COMMENT ON FUNCTION ingest.envelope_columns(jsonb[], text, text[])
  IS 'Columns for the scalars that stand beside the records in their envelopes, at most 20, without what only speaks of pages. taken are names that they must not have.';

CREATE FUNCTION ingest.column_notes(columns ingest.inferred_column[], children ingest.inferred_column[], total bigint, left_out bigint) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT array_agg(n.note ORDER BY n.no) FROM (
    SELECT 1 AS no, 'Doubt: one record only. What is NOT NULL here may be absent from the next' AS note WHERE total = 1
    UNION ALL
    SELECT 2, format('Doubt: %s found no place in a table of 300 columns; they are rescued', ingest.counted(left_out, 'further member')) WHERE left_out > 0
    UNION ALL
    SELECT 3, format('Doubt: members that differ only in their writing: %s', string_agg(d.names, '; ' ORDER BY d.names COLLATE "C")) FROM (
      SELECT string_agg(ingest.quoted_sample(ingest.steps_path(x.steps)), ', ' ORDER BY x.steps COLLATE "C") AS names FROM unnest(columns) AS x
      WHERE x.steps IS NOT NULL AND ingest.snake_case(array_to_string(x.steps, '_')) <> '' GROUP BY ingest.snake_case(array_to_string(x.steps, '_')) HAVING count(*) > 1 ORDER BY 1 LIMIT 10) AS d HAVING count(*) > 0
    UNION ALL
    SELECT 4, format('Arrays of objects are kept whole, as jsonb: %s', string_agg(x.column_name, ', ' ORDER BY x.column_name COLLATE "C")) FROM unnest(columns) AS x
      WHERE x.note IN ('an array of objects, kept whole', 'an array of objects and nulls, kept whole') HAVING count(*) > 0
    UNION ALL
    SELECT 5, format('Arrays of objects are children, with a table each below: %s. One that is wanted whole is a column of jsonb here, without that table',
      string_agg(ingest.quoted_sample(ingest.steps_path(x.steps)), ', ' ORDER BY x.column_name COLLATE "C")) FROM unnest(children) AS x HAVING count(*) > 0
    UNION ALL
    SELECT 6, 'Change events: records_path => ''$.after'' with on_missing_path => ''skip'' would load each row as it is after the change'
    FROM unnest(columns) AS x WHERE x.steps[1] IN ('before', 'after', 'op') HAVING count(DISTINCT x.steps[1]) = 3
    UNION ALL
    SELECT 7, format('Doubt: the %s members are objects of one kind. If their names are data, each file is a map of records, which this table does not take apart', count(*))
    FROM (SELECT jsonb_agg(to_jsonb(x.steps[2:]) ORDER BY x.steps[2:] COLLATE "C") AS inside, bool_and(cardinality(x.steps) > 1) AS is_object FROM unnest(columns) AS x
      WHERE x.steps IS NOT NULL GROUP BY x.steps[1]) AS m
    HAVING count(*) > 1 AND bool_and(m.is_object) AND count(DISTINCT m.inside) = 1) AS n
$$;
COMMENT ON FUNCTION ingest.column_notes(ingest.inferred_column[], ingest.inferred_column[], bigint, bigint) IS 'What has to be said of the columns as a whole, and of the arrays that are children; left_out counts members without a column.';

CREATE FUNCTION ingest.unused_name(wanted text, of_schema text, taken text[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  base text := ingest.cut_bytes(wanted, 55);
  free text := base;
  number integer := 1;
BEGIN
  WHILE free = ANY (taken) OR CASE WHEN of_schema IS NULL THEN EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = free)
    ELSE EXISTS (SELECT FROM pg_class AS k JOIN pg_namespace AS n ON n.oid = k.relnamespace WHERE k.relname = free AND n.nspname = of_schema)
      OR EXISTS (SELECT FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace WHERE t.typname = free AND n.nspname = of_schema) END
  LOOP
    number := number + 1;
    free := base || '_' || number;
  END LOOP;
  RETURN free;
END
$$;
COMMENT ON FUNCTION ingest.unused_name(text, text, text[])
  IS 'The name, with a number where it is taken: in the proposal, by something in the schema, or, without a schema, by a dataset.';

CREATE FUNCTION ingest.qualified_name(parts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(quote_ident(p), '.' ORDER BY o) FROM unnest(parts) WITH ORDINALITY AS p (p, o)
$$;
COMMENT ON FUNCTION ingest.qualified_name(text[]) IS 'A name of its parts, as SQL has it.';

CREATE FUNCTION ingest.inferred_name(folder text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce((SELECT ingest.cut_bytes(ingest.snake_case(p.segment), 55) FROM string_to_table(rtrim(folder, '/'), '/') WITH ORDINALITY AS p (segment, no)
    WHERE ingest.snake_case(p.segment) ~ '^[a-z]' AND p.segment !~ '^[a-z]{2}(-[a-z]+)+-[0-9]$' ORDER BY p.no DESC LIMIT 1), 'records')
$$;
COMMENT ON FUNCTION ingest.inferred_name(text) IS 'The name of the dataset of a folder: its last segment that is neither a number nor a region.';

CREATE FUNCTION ingest.target_refusal(wanted text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN cardinality(wanted) > 2 THEN 'expected a table''s name, with its schema or without'
    WHEN cardinality(wanted) = 2 AND NOT EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = wanted[1]) THEN format('there is no schema %s; create it first', wanted[1])
    WHEN EXISTS (SELECT FROM pg_class AS k JOIN pg_namespace AS n ON n.oid = k.relnamespace
      WHERE n.nspname = CASE cardinality(wanted) WHEN 1 THEN 'public' ELSE wanted[1] END AND k.relname = wanted[cardinality(wanted)])
      THEN 'it is there already; name another one, or register it as it is' END
$$;
COMMENT ON FUNCTION ingest.target_refusal(text[]) IS 'Why a table cannot be made under a name, of its parts; NULL where it can.';

CREATE FUNCTION ingest.inferred_contract(samples ingest.sample[], prefix text, target text, INOUT taken text[], OUT sql text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  s ingest.sampled := ingest.sampled_records(samples);
  total integer := cardinality(s.records);
  keys text[] := ARRAY(SELECT x.key FROM unnest(samples) AS x ORDER BY x.key COLLATE "C");
  folder text := coalesce(prefix, ingest.common_folder(keys));
  dataset text;
  wanted text[];
  made text;
  left_out bigint;
  columns ingest.inferred_column[];
  most_children constant integer := 20;
  arrays ingest.inferred_column[] := '{}';
  key ingest.inferred_column[];
  children text;
  pieces ingest.inferred_column[];
  c ingest.inferred_column;
  pattern text;
  note text;
  identity record;
  notes text[];
BEGIN
  IF ingest.target_refusal(parse_ident(target)) IS NOT NULL THEN
    RAISE EXCEPTION 'target %: %', target, ingest.target_refusal(parse_ident(target)) USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF total = 0 THEN
    RAISE EXCEPTION 'nothing can be inferred from %: they hold no record%', ingest.counted(cardinality(samples), 'sample'),
      coalesce('. ' || array_to_string(s.notes, '. '), '') USING ERRCODE = 'no_data_found', HINT = 'Give files with JSON objects.';
  END IF;
  dataset := ingest.unused_name(ingest.inferred_name(folder), NULL, taken);
  wanted := coalesce(parse_ident(target), ARRAY[ingest.unused_name(ingest.inferred_name(folder), 'public', taken)]);
  made := ingest.qualified_name(wanted);
  taken := taken || dataset || wanted[cardinality(wanted)];
  SELECT i.columns, i.left_out INTO columns, left_out FROM ingest.inferred_columns(s.records, s.evidence) AS i;
  columns := ingest.named_columns(columns);
  SELECT k.pattern, k.columns, k.note INTO pattern, pieces, note FROM ingest.key_shape(keys, folder) AS k;
  SELECT * INTO identity FROM ingest.inferred_identity(s.records, columns, ingest.inferred_name(folder));
  -- Children hold the key of their record.
  IF identity.key_column IS NOT NULL THEN
    arrays := ingest.arrays_of_children(columns, most_children);
    columns := ARRAY(SELECT x FROM unnest(columns) AS x WHERE x.column_name NOT IN (SELECT a.column_name FROM unnest(arrays) AS a));
    key := ARRAY(SELECT x FROM unnest(columns) AS x WHERE x.column_name = identity.key_column);
  END IF;
  FOREACH c IN ARRAY pieces LOOP
    IF c.column_name IN (SELECT x.column_name FROM unnest(columns) AS x UNION SELECT x.steps[1] FROM unnest(columns) AS x) THEN
      c.column_name := 'key_' || c.column_name;
    END IF;
    c.column_name := ingest.free_name(c.column_name, ARRAY(SELECT x.column_name FROM unnest(columns) AS x));
    columns := columns || c;
  END LOOP;
  IF s.envelopes IS NOT NULL THEN
    columns := columns || ingest.envelope_columns(s.envelopes, s.records_path,
      ARRAY(SELECT x.column_name FROM unnest(columns) AS x UNION SELECT x.steps[1] FROM unnest(columns) AS x WHERE x.steps IS NOT NULL));
  END IF;
  columns := ARRAY(SELECT x FROM unnest(columns) AS x
    ORDER BY x.column_name IS DISTINCT FROM identity.key_column, x.column_name IS DISTINCT FROM identity.version_column, x.steps IS NULL,
      array_to_string(x.steps, '.') COLLATE "C", x.column_name COLLATE "C");
  notes := s.notes || note || identity.notes || ingest.column_notes(columns, arrays, total, left_out);
  SELECT x.taken, x.sql INTO taken, children FROM ingest.proposed_children(s.records, arrays, dataset, wanted, key, taken, most_children - cardinality(arrays)) AS x;
  sql := concat_ws(E'\n',
    format('-- Proposed from %s with %s. Read it, change what you know better, and run it.', ingest.counted(cardinality(samples), 'file'), ingest.counted(total, 'record')),
    (SELECT string_agg('-- ' || n, E'\n' ORDER BY o) FROM unnest(notes) WITH ORDINALITY AS n (n, o) WHERE n IS NOT NULL),
    ingest.proposed_table(made, columns, total, identity.key_column, '{}'),
    format('SELECT ingest_register_dataset(name => %L, prefix => %L, target => %L%s%s%s%s%s%s);', dataset, folder, made,
      CASE WHEN identity.key_column IS NULL THEN ', load_mode => ''append''' ELSE '' END,
      coalesce(', version_column => ' || quote_literal(identity.version_column), ''),
      coalesce(', records_path => ' || quote_literal(s.records_path), ''),
      CASE WHEN s.skip_missing THEN ', on_missing_path => ''skip''' ELSE '' END,
      coalesce(', key_pattern => ' || quote_literal(pattern), ''),
      ingest.proposed_mapping(columns)),
    children);
END
$$;
COMMENT ON FUNCTION ingest.inferred_contract(ingest.sample[], text, text, text[])
  IS 'The SQL that makes a table and registers a dataset for samples, and for the children in their records: it loads them without a reject. prefix and target are found where they are null. taken are the names that others of the proposal have, and then those of these too.';

CREATE FUNCTION ingest.bounded_samples(samples ingest.sample[], dropped bigint, prefix text, target text, INOUT taken text[], OUT sql text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  SELECT x.taken, x.sql INTO taken, sql FROM ingest.inferred_contract(samples, prefix, target, taken) AS x;
  IF dropped > 0 THEN
    sql := format(E'-- Doubt: %s beyond 256 MB were not looked at, the last ones by their keys\n', ingest.counted(dropped, 'file')) || sql;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.bounded_samples(ingest.sample[], bigint, text, text, text[]) IS 'inferred_contract(), with what was left out of it for its size.';

-- A plan of its own would copy all samples into itself.
CREATE FUNCTION public.ingest_infer(prefix text DEFAULT NULL, target text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET work_mem = '256MB' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  folder record;
  taken text[] := '{}';
  sql text;
  folders text[];
  proposals text[] := '{}';
BEGIN
  IF ingest_infer.prefix IS NULL AND ingest_infer.target IS NOT NULL THEN
    folders := ARRAY(SELECT DISTINCT ingest.common_folder(ARRAY[f.key]) COLLATE "C" FROM ingest.rejected_record AS r JOIN ingest.file AS f ON f.file_id = r.file_id
      WHERE r.error_code = 'no_dataset' AND r.record_no = 0 AND r.replayed_at IS NULL AND r.record IS NOT NULL ORDER BY 1);
    IF cardinality(folders) > 1 THEN
      RAISE EXCEPTION 'target % is one table, and files of % folders are kept; expected a prefix beside it', target, cardinality(folders)
        USING ERRCODE = 'invalid_parameter_value', HINT = 'Folders: ' || array_to_string(folders[1:10], ', ') || CASE WHEN cardinality(folders) > 10 THEN ', …' ELSE '' END
          || '. SELECT ingest_infer(prefix, target) proposes for one; without a target each gets a table of its own name.';
    END IF;
  END IF;
  FOR folder IN
    WITH kept AS (
      SELECT f.key, r.record AS body, CASE WHEN ingest_infer.prefix IS NULL THEN ingest.common_folder(ARRAY[f.key]) ELSE ingest_infer.prefix END AS name
      FROM ingest.rejected_record AS r JOIN ingest.file AS f ON f.file_id = r.file_id
      WHERE r.error_code = 'no_dataset' AND r.record_no = 0 AND r.replayed_at IS NULL AND r.record IS NOT NULL
        AND (ingest_infer.prefix IS NULL OR starts_with(f.key, ingest_infer.prefix))
    ), sized AS (
      SELECT k.*, sum(octet_length(k.body)::bigint) OVER (PARTITION BY k.name ORDER BY k.key COLLATE "C") AS bytes FROM kept AS k
    )
    SELECT z.name, array_agg(ROW(z.key, z.body)::ingest.sample ORDER BY z.key COLLATE "C") FILTER (WHERE z.bytes <= 268435456) AS samples,
      count(*) FILTER (WHERE z.bytes > 268435456) AS dropped
    FROM sized AS z GROUP BY z.name ORDER BY z.name COLLATE "C"
  LOOP
    BEGIN
      SELECT x.taken, x.sql INTO taken, sql FROM ingest.bounded_samples(coalesce(folder.samples, '{}'), folder.dropped, folder.name, target, taken) AS x;
      proposals := proposals || sql;
    EXCEPTION WHEN no_data_found THEN
      IF ingest_infer.prefix IS NOT NULL THEN
        RAISE;
      END IF;
      proposals := proposals || format('-- %s: %s', ingest.quoted_sample(folder.name), translate(SQLERRM, E'\r\n', '  '));
    END;
  END LOOP;
  IF proposals = '{}' THEN
    RAISE EXCEPTION 'no file without a dataset is kept%', coalesce(' whose key begins with ' || prefix, '') USING ERRCODE = 'no_data_found',
      HINT = 'Files are kept when they come before their dataset is registered. SELECT key FROM ingest.file WHERE status = ''no_dataset'' lists them; pg-ingest infer reads files from elsewhere.';
  END IF;
  RETURN array_to_string(proposals, E'\n\n');
END
$$;
COMMENT ON FUNCTION public.ingest_infer(text, text)
  IS 'Proposes a table and its registration for files that came before their dataset was registered: SQL to read and run, with its reasons as comments. It loads those very files without a reject. It changes nothing.
prefix: Only files whose keys begin with this, as one dataset. Left out, each folder is one.
target: Name of the table, such as landing.orders; beside a prefix, unless all files stand in one folder. Left out, it is named like the folder.';

CREATE FUNCTION public.ingest_infer_staged(batch uuid, prefix text DEFAULT NULL, target text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET jit = off SET work_mem = '256MB' SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT (ingest.bounded_samples(coalesce(array_agg(ROW(z.key, z.body)::ingest.sample ORDER BY z.key COLLATE "C") FILTER (WHERE z.bytes <= 268435456), '{}'),
      count(*) FILTER (WHERE z.bytes > 268435456), ingest_infer_staged.prefix, ingest_infer_staged.target, '{}')).sql
    FROM (SELECT s.key, s.body, sum(octet_length(s.body)::bigint) OVER (ORDER BY s.key COLLATE "C") AS bytes
      FROM (SELECT x.key, ingest.staged_body(x.body, x.held) AS body FROM ingest.staging AS x WHERE x.batch_id = batch
        -- A proposal shows what samples hold. A login that may only stage sees what it stages in this transaction.
        AND (x.xmin = pg_current_xact_id_if_assigned()::xid OR pg_has_role(session_user, 'ingest_admin', 'MEMBER'))) AS s WHERE s.body IS NOT NULL) AS z);
END
$$;
COMMENT ON FUNCTION public.ingest_infer_staged(uuid, text, text)
  IS 'Proposes a table and its registration as ingest_infer() does, from files that are staged. pg-ingest infer stages its samples, asks, and takes them back.
batch: The batch under which they are staged. For a login that is no ingest_admin it counts only what was staged in the same transaction.
prefix: Prefix of the dataset. Left out, it is the folder that all of them stand in.
target: Name of the table. Left out, it is named like the folder.';
