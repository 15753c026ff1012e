-- pg_ingest 0.2.0
-- on_unknown => 'evolve': members that drift become columns by themselves.
--
-- The loader does not own the target, and what may alter a table may do anything with it. So the table's owner makes a function that
-- does one thing, adds a column of one of three types to that table, and lets the loader call it. The pipeline's owner never calls it:
-- who owns it could give it another body.

CREATE FUNCTION ingest.evolver(target regclass) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  -- Names of 63 bytes at most, and of tables whose long names begin alike one each.
  SELECT format('%I.%I', n.nspname, '_ingest_add_column_' || CASE WHEN octet_length(c.relname) <= 44 THEN c.relname
    ELSE left(c.relname, CASE WHEN octet_length(c.relname) = length(c.relname) THEN 35 ELSE 8 END) || '_' || left(md5(c.relname), 8) END)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target
$$;
COMMENT ON FUNCTION ingest.evolver(regclass) IS 'The name of the function by which a target''s owner lets a loader add columns.';

CREATE FUNCTION ingest.evolution_problem(target regclass, as_loader name) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT CASE
    WHEN NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = '_rescued' AND NOT a.attisdropped)
      THEN format('on_unknown: evolve needs a column _rescued for what is no column yet; SELECT ingest_add_metadata_columns(%L)', target)
    -- What adds the column runs as the owner, and owning a table does not show it.
    WHEN NOT has_schema_privilege(c.relowner, c.relnamespace, 'USAGE')
      THEN format('on_unknown: evolve needs %s, who owns %s, to see it; GRANT USAGE ON SCHEMA %s TO %1$s', c.relowner::regrole, target, c.relnamespace::regnamespace)
    -- From the catalog: only the loader has to have USAGE on the table's schema.
    WHEN NOT EXISTS (SELECT FROM pg_proc AS p WHERE p.pronamespace = c.relnamespace AND p.proname = (parse_ident(ingest.evolver(target)))[2]
        AND oidvectortypes(p.proargtypes) = 'name, text' AND p.prosecdef AND p.proowner = c.relowner
        AND has_function_privilege(as_loader, p.oid, 'EXECUTE'))
      THEN format('on_unknown: evolve needs the leave of %s''s owner, %s, who types SELECT ingest_allow_evolution(%L%s)', target, c.relowner::regrole, target,
        CASE WHEN as_loader <> 'ingest_loader' THEN ', ' || quote_literal(as_loader) ELSE '' END) END
  FROM pg_class AS c WHERE c.oid = target
$$;
COMMENT ON FUNCTION ingest.evolution_problem(regclass, name) IS 'Why a loader cannot add columns to a target; NULL where it can.';

CREATE FUNCTION public.ingest_allow_evolution(target regclass, loader name DEFAULT 'ingest_loader') RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  t record;
  evolver text := ingest.evolver(target);
  there oid := to_regprocedure(evolver || '(name,text)');
  mark text := 'Made by ingest_allow_evolution()';
BEGIN
  SELECT c.relowner, r.rolname AS owner, r.rolsuper, c.relkind, n.nspname, format('%I.%I', n.nspname, c.relname) AS name INTO t
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_roles AS r ON r.oid = c.relowner WHERE c.oid = target;
  IF t.relkind IS NULL OR t.relkind NOT IN ('r', 'p') OR t.nspname ~ '^(ingest|ingest_native|information_schema|pg_.*)$' THEN
    RAISE EXCEPTION '% is no table of yours; expected one that records are loaded into', target USING ERRCODE = 'wrong_object_type';
  ELSIF NOT pg_has_role(t.relowner, 'USAGE') THEN
    RAISE EXCEPTION '% does not own %; expected its owner, %, or a member of it', current_user, target, t.owner USING ERRCODE = 'insufficient_privilege';
  ELSIF t.rolsuper THEN
    RAISE EXCEPTION '% belongs to %, a superuser, and the function would run as one; expected another owner', target, t.owner USING ERRCODE = 'insufficient_privilege',
      HINT = format('ALTER TABLE %s OWNER TO a role that is none.', target);
  ELSIF loader <> 'ingest_loader' AND NOT EXISTS (SELECT FROM ingest.loader AS l WHERE l.role = ingest_allow_evolution.loader) THEN
    RAISE EXCEPTION 'role % is no loader; expected ingest_loader, or one that ingest_add_loader() made', loader USING ERRCODE = 'undefined_object';
  ELSIF there IS NOT NULL AND NOT starts_with(coalesce(obj_description(there, 'pg_proc'), ''), mark) THEN
    RAISE EXCEPTION 'there is a function % that was made by somebody else; expected none of that name', evolver USING ERRCODE = 'duplicate_function';
  END IF;
  -- Another owner may have given others rights on it, which would outlast a new body.
  IF (SELECT p.proowner <> t.relowner FROM pg_proc AS p WHERE p.oid = there) THEN
    EXECUTE format('DROP FUNCTION %s(name, text)', evolver);
  END IF;
  -- The body is quoted as a whole: a name may hold whatever would end it.
  EXECUTE format('CREATE OR REPLACE FUNCTION %s(column_name name, column_type text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
    evolver, format($body$
BEGIN
  IF column_type IN ('text', 'numeric', 'boolean') THEN
    EXECUTE format('ALTER TABLE %%s ADD COLUMN %%I %%s', %L, column_name, column_type);
  ELSE
    RAISE EXCEPTION 'column %% is wanted as %%; expected text, numeric or boolean', column_name, column_type USING ERRCODE = 'invalid_parameter_value';
  END IF;
END
$body$, t.name));
  EXECUTE format('COMMENT ON FUNCTION %s(name, text) IS %L', evolver, format('%s: %s may add nullable columns of text, numeric or boolean to %s by it. Drop it to end that.', mark, loader, t.name));
  EXECUTE format('REVOKE ALL ON FUNCTION %s(name, text) FROM PUBLIC', evolver);
  EXECUTE format('GRANT EXECUTE ON FUNCTION %s(name, text) TO %I', evolver, loader);
  IF (SELECT p.proowner <> t.relowner FROM pg_proc AS p WHERE p.oid = to_regprocedure(evolver || '(name,text)')) THEN
    EXECUTE format('ALTER FUNCTION %s(name, text) OWNER TO %I', evolver, t.owner);
  END IF;
  RETURN format('%s may add columns to %s by %s(); DROP FUNCTION %s(name, text) ends that', loader, t.name, evolver, evolver);
END
$$;
COMMENT ON FUNCTION public.ingest_allow_evolution(regclass, name)
  IS 'Lets a loader add columns to a table, which on_unknown => ''evolve'' needs. It makes a function beside the table, which belongs to the table''s owner and adds a nullable column of text, numeric or boolean, and nothing else. For a member of ingest_admin that is that owner, or a member of it.
target: The table.
loader: The loader of its datasets.';

-- Not waited for: batches and readers that come meanwhile would wait behind.
CREATE FUNCTION ingest.add_column_as_caller(of_target regclass, column_name name, column_type text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET lock_timeout = '200ms' AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  EXECUTE format('SELECT %s($1, $2)', ingest.evolver(of_target)) USING column_name, column_type;
  PERFORM ingest.restore_settings();
  PERFORM ingest.fire_deferred();
END
$$;
COMMENT ON FUNCTION ingest.add_column_as_caller(regclass, name, text) IS 'Adds a column by the function that ingest_allow_evolution() made, or raises 55P03 where the table cannot be had at once.';

CREATE FUNCTION ingest.run_add_column(d ingest.dataset, column_name name, column_type text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  held text[] := ingest.held();
BEGIN
  EXECUTE format('SELECT ingest.%I($1, $2, $3)', ingest.definer_of('add_column', d.loader)) USING d.target, column_name, column_type;
  PERFORM ingest.clean_up(held);
  IF NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = run_add_column.column_name AND NOT a.attisdropped
    AND NOT a.attnotnull AND format_type(a.atttypid, a.atttypmod) = column_type) THEN
    RAISE EXCEPTION '%() did not add column % of type % to %', ingest.evolver(d.target), column_name, column_type, d.target USING ERRCODE = 'object_not_in_prerequisite_state',
      HINT = format('SELECT ingest_allow_evolution(%L) makes it anew.', d.target);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.run_add_column(ingest.dataset, name, text) IS 'add_column() as the dataset''s loader; raises where the column is not there then.';

CREATE FUNCTION ingest.evolve(of_dataset text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  d ingest.dataset;
  problem text;
  room bigint;
  m record;
  evolving text[];
  readers text[];
BEGIN
  -- Who registers has read the mapping before, and would write it as it was.
  BEGIN
    LOCK TABLE ingest.dataset IN ROW EXCLUSIVE MODE NOWAIT;
  EXCEPTION WHEN lock_not_available THEN
    RETURN;
  END;
  -- Whoever has it evolves it, or registers it.
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset AND x.on_unknown = 'evolve' FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  problem := ingest.evolution_problem(d.target, coalesce(d.loader, 'ingest_loader'));
  IF problem IS NOT NULL THEN
    RAISE WARNING 'dataset %: no column is added: %', d.name, problem;
    RETURN;
  END IF;
  -- What another dataset of the table reads into a column that fits needs no other one, and no lock of the table.
  FOR m IN SELECT x.* FROM ingest.drifted_members(d.name) AS x WHERE NOT x.is_marked AND NOT x.goes_into AND x.reader IS NOT NULL LOOP
    UPDATE ingest.column_mapping AS x SET managed = true WHERE x.dataset = d.name AND x.column_name = m.column_name AND NOT x.managed;
    CONTINUE WHEN NOT FOUND;
    UPDATE ingest.schema_drift AS s SET acknowledged_at = clock_timestamp(), acknowledged_reason = format('column %I reads it, as it does for dataset %s', m.column_name, m.reader)
    WHERE s.dataset = d.name AND s.path = m.path AND s.acknowledged_at IS NULL;
  END LOOP;
  -- PostgreSQL takes 1,600 columns, those that were dropped among them, and 1,664 in one query: a column that is kept takes more than one of these.
  room := least(ingest.setting('evolve_limit')::bigint - (SELECT count(*) FROM ingest.evolution AS e WHERE e.dataset = d.name AND e.evolved_at > now() - interval '1 day'),
    CASE d.on_absent WHEN 'keep' THEN 500 ELSE 1500 END - (SELECT max(a.attnum) FROM pg_attribute AS a WHERE a.attrelid = d.target));
  FOR m IN SELECT x.* FROM ingest.drifted_members(d.name) AS x
    WHERE NOT x.is_marked AND NOT x.goes_into AND x.reader IS NULL AND x.type IN ('text', 'numeric', 'boolean') ORDER BY x.first_seen, x.path COLLATE "C" LIMIT greatest(room, 0)
  LOOP
    BEGIN
      PERFORM ingest.run_add_column(d, m.column_name, m.type);
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN
        -- The next batch that brings the member tries again.
        RETURN;
      WHEN OTHERS OR assert_failure THEN
        IF ingest.is_of_the_moment(SQLSTATE) THEN
          RAISE;
        END IF;
        RAISE WARNING 'dataset %: no column is added to %: %', d.name, d.target, SQLERRM USING HINT = 'Members stay in _rescued, and ingest_propose() has the SQL.';
        RETURN;
    END;
    -- Of a table of several datasets the column is all theirs that have brought the member, in a type that it takes.
    evolving := ARRAY(SELECT x.name FROM ingest.dataset AS x WHERE x.target = d.target AND x.name <> d.name AND x.on_unknown = 'evolve' AND x.match_names = d.match_names);
    readers := d.name || ARRAY(SELECT x FROM unnest(evolving) AS x WHERE EXISTS (SELECT FROM ingest.schema_drift AS s WHERE s.dataset = x AND s.path = m.path AND s.acknowledged_at IS NULL)
      AND NOT EXISTS (SELECT FROM ingest.schema_drift AS s WHERE s.dataset = x AND s.path = m.path AND s.json_type <> 'null'
        AND CASE m.type WHEN 'text' THEN s.json_type IN ('object', 'array') WHEN 'numeric' THEN s.json_type <> 'number' ELSE s.json_type <> m.type END));
    -- A column of that name may have been dropped by hand, and its source is kept until the next registration.
    DELETE FROM ingest.column_mapping AS x WHERE x.dataset = ANY (readers || evolving) AND x.column_name = m.column_name;
    -- To the others it is kept for this member until they bring it. A member of the column's name is another one: they would read it here, and later this one.
    INSERT INTO ingest.column_mapping (dataset, column_name, managed, path, reads_member) SELECT DISTINCT u.name, m.column_name, u.name = ANY (readers), m.source, true
    FROM unnest(readers || evolving) AS u (name) WHERE m.source IS NOT NULL;
    INSERT INTO ingest.evolution (dataset, column_name, type, path, evidence, file_id) VALUES (d.name, m.column_name, m.type, m.path, m.evidence, m.file_id);
    UPDATE ingest.schema_drift AS s SET acknowledged_at = clock_timestamp(), acknowledged_reason = format('column %I was made of it', m.column_name)
    WHERE s.dataset = ANY (readers) AND s.path = m.path AND s.acknowledged_at IS NULL;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.evolve(text) IS 'Adds columns for scalar members that drifted, as many as evolve_limit leaves room for, where the table can be had at once.';

CREATE FUNCTION ingest.evolve_datasets(datasets text[], started timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  of_dataset text;
BEGIN
  FOREACH of_dataset IN ARRAY ARRAY(SELECT d.name FROM ingest.dataset AS d WHERE d.name = ANY (datasets) AND d.on_unknown = 'evolve'
      AND EXISTS (SELECT FROM ingest.schema_drift AS s WHERE s.dataset = d.name AND s.last_seen >= started AND s.acknowledged_at IS NULL AND s.json_type IN ('string', 'number', 'boolean'))
    ORDER BY d.target::oid, d.name)
  LOOP
    BEGIN
      PERFORM ingest.evolve(of_dataset);
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      -- What was loaded stays loaded.
      IF ingest.is_of_the_moment(SQLSTATE) THEN
        RAISE;
      END IF;
      RAISE WARNING 'dataset %: no column is added: %', of_dataset, SQLERRM USING HINT = 'Members stay in _rescued, and ingest_propose() has the SQL.';
    END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.evolve_datasets(text[], timestamptz) IS 'evolve() of those datasets that have brought members without a column since the batch started.';
