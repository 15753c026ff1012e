-- pg_ingest 0.2.0
-- Who loads: ingest_loader, or a role of the dataset's own.
--
-- What runs code of users is a function …_as_caller(). The definers here have it run as ingest_loader. Each other loader owns copies
-- of them, which are made by its addition and again by every migration.
--
-- Who owns a definer could take SECURITY DEFINER off it, or give it another search_path, and it would run as whoever calls it. So each
-- refuses to run as anybody but its owner, before it does anything else. It has no variable: the type of one could be a domain then,
-- whose CHECK runs before the first statement.

CREATE FUNCTION ingest.require_owner(of_function text, owner name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_user <> owner THEN
    RAISE EXCEPTION '%() runs as %; expected %', of_function, current_user, owner USING ERRCODE = 'insufficient_privilege',
      HINT = 'Apply the migrations again: R__z_close.sql sets owners and SECURITY DEFINER.';
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.require_owner(text, name) IS 'Refuses to let a definer run as anybody but its owner. It belongs to none of the loaders.';

CREATE FUNCTION ingest.load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean, gathers boolean, refused ingest.fault[], read ingest.parsed_record[]) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('load_dataset', 'ingest_loader');
  RETURN ingest.load_dataset_as_caller(of_dataset, files, engine, single_records, gathers, refused, read);
END
$$;
COMMENT ON FUNCTION ingest.load_dataset(text, ingest.claimed_file[], text, boolean, boolean, ingest.fault[], ingest.parsed_record[]) IS 'load_dataset_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.lock_targets(datasets text[], several_times boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('lock_targets', 'ingest_loader');
  PERFORM ingest.lock_targets_as_caller(datasets, several_times);
END
$$;
COMMENT ON FUNCTION ingest.lock_targets(text[], boolean) IS 'lock_targets_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('typed_rows', 'ingest_loader');
  RETURN ingest.typed_rows_as_caller(of_dataset, file, excluded);
END
$$;
COMMENT ON FUNCTION ingest.typed_rows(text, ingest.claimed_file, bigint[]) IS 'typed_rows_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.compile_check(of_dataset text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('compile_check', 'ingest_loader');
  PERFORM ingest.compile_check_as_caller(of_dataset);
END
$$;
COMMENT ON FUNCTION ingest.compile_check(text) IS 'compile_check_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.expression_problem(target regclass, expression text, declared text, without text[], besides text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('expression_problem', 'ingest_loader');
  RETURN ingest.expression_problem_as_caller(target, expression, declared, without, besides);
END
$$;
COMMENT ON FUNCTION ingest.expression_problem(regclass, text, text, text[], text) IS 'expression_problem_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.fill_piece(of_dataset text, columns text[], after_place tid, after_table oid, end_block bigint, at_most bigint, counts boolean, only_own boolean) RETURNS ingest.filled_piece
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('fill_piece', 'ingest_loader');
  RETURN ingest.fill_piece_as_caller(of_dataset, columns, after_place, after_table, end_block, at_most, counts, only_own);
END
$$;
COMMENT ON FUNCTION ingest.fill_piece(text, text[], tid, oid, bigint, bigint, boolean, boolean) IS 'fill_piece_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.add_column(of_target regclass, column_name name, column_type text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('add_column', 'ingest_loader');
  PERFORM ingest.add_column_as_caller(of_target, column_name, column_type);
END
$$;
COMMENT ON FUNCTION ingest.add_column(regclass, name, text) IS 'add_column_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.loading_functions() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['load_dataset', 'lock_targets', 'typed_rows', 'compile_check', 'expression_problem', 'fill_piece', 'add_column', 'remove_rows', 'find_keys', 'find_missing', 'load_plain_children']
$$;
COMMENT ON FUNCTION ingest.loading_functions() IS 'The functions of schema ingest that run code which users wrote.';

CREATE FUNCTION ingest.definer_of(function_name text, of_loader name) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  own integer := (SELECT x.no FROM ingest.loader AS x WHERE x.role = of_loader);
BEGIN
  IF own IS NOT NULL THEN
    -- Prepared before there was such a loader.
    PERFORM ingest.forget_prepared(0);
  END IF;
  RETURN function_name || coalesce('_' || own, '');
END
$$;
COMMENT ON FUNCTION ingest.definer_of(text, name) IS 'The one of loading_functions() that runs as this loader: its copy, or where there is none that of ingest_loader.';

CREATE FUNCTION ingest.make_definers(l ingest.loader) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  p record;
  propagates text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = l.role) THEN
    RAISE EXCEPTION 'role % is a loader and is gone; expected it to be there as long as ingest.loader has it', l.role USING ERRCODE = 'undefined_object',
      HINT = format('CREATE ROLE %1$I NOLOGIN; GRANT ingest_dataset_loader TO %1$I. Or register its datasets with another loader and SELECT ingest_drop_loader(%1$L). Nothing was changed.', l.role);
  ELSIF NOT pg_has_role(l.role, 'USAGE') THEN
    RAISE EXCEPTION '% is no member of role %, whose functions it has to make; expected a member, as ingest_add_loader() makes the role that calls it', current_user, l.role
      USING ERRCODE = 'insufficient_privilege', HINT = format('GRANT %I TO %I, or migrate as the role that added it. Nothing was changed.', l.role, current_user);
  END IF;
  propagates := ingest.set_propagation('off');
  -- Handing over needs the new owner to be able to create there, for this moment only.
  EXECUTE format('GRANT CREATE ON SCHEMA ingest TO %I', l.role);
  FOR p IN SELECT f.oid, f.proname, format('%s_%s', f.proname, l.no) AS copy, pg_get_function_identity_arguments(f.oid) AS arguments FROM pg_proc AS f
    WHERE f.pronamespace = 'ingest'::regnamespace AND f.proname = ANY (ingest.loading_functions())
  LOOP
    EXECUTE replace(replace(pg_get_functiondef(p.oid), format('FUNCTION ingest.%I(', p.proname), format('FUNCTION ingest.%I(', p.copy)),
      quote_literal('ingest_loader'), quote_literal(l.role));
    EXECUTE format('COMMENT ON FUNCTION ingest.%I(%s) IS %L', p.copy, p.arguments, format('%s() as %s.', p.proname, l.role));
    EXECUTE format('REVOKE ALL ON FUNCTION ingest.%I(%s) FROM PUBLIC', p.copy, p.arguments);
    EXECUTE format('GRANT EXECUTE ON FUNCTION ingest.%I(%s) TO ingest_owner', p.copy, p.arguments);
    EXECUTE format('ALTER FUNCTION ingest.%I(%s) OWNER TO %I', p.copy, p.arguments, l.role);
  END LOOP;
  EXECUTE format('REVOKE CREATE ON SCHEMA ingest FROM %I', l.role);
  PERFORM ingest.set_propagation(propagates);
END
$$;
COMMENT ON FUNCTION ingest.make_definers(ingest.loader) IS 'Makes a loader''s copies of loading_functions(), which it owns.';

CREATE FUNCTION ingest.loader_problems(of_role name) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  r record;
BEGIN
  SELECT * INTO r FROM pg_roles AS x WHERE x.rolname = of_role;
  IF NOT FOUND THEN
    RETURN NEXT format('there is no such role; CREATE ROLE %I NOLOGIN', of_role);
    RETURN;
  END IF;
  RETURN QUERY SELECT 'it is one of the pipeline''s or PostgreSQL''s own; use a role of yours' WHERE of_role ~ '^(ingest_|pg_)'
    UNION ALL SELECT 'its name has other characters than letters, digits, _ and -' WHERE of_role !~ '^[[:alnum:]_-]+$'
    UNION ALL SELECT format('it may log in; ALTER ROLE %I NOLOGIN', of_role) WHERE r.rolcanlogin
    UNION ALL SELECT format('it has more rights than a loader may; ALTER ROLE %I NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION', of_role)
      WHERE r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
    UNION ALL SELECT format('it does not inherit what it is granted; ALTER ROLE %I INHERIT', of_role) WHERE NOT r.rolinherit
    UNION ALL SELECT format('it is a member of %1$s, and has its rights; REVOKE %1$s FROM %2$I', m.roleid::regrole, of_role)
      FROM pg_auth_members AS m WHERE m.member = r.oid AND m.roleid <> 'ingest_dataset_loader'::regrole
    UNION ALL SELECT format('%1$s is a member of it, and has its rights; REVOKE %2$I FROM %1$s', m.member::regrole, of_role)
      FROM pg_auth_members AS m JOIN pg_roles AS x ON x.oid = m.member
      WHERE m.roleid = r.oid AND x.rolname <> current_user AND NOT x.rolsuper
        AND x.oid <> (SELECT n.nspowner FROM pg_namespace AS n WHERE n.nspname = 'ingest') AND pg_has_role(m.member, r.oid, 'USAGE')
    -- As an owner it has every right, and what it owns is code of its own.
    UNION ALL SELECT format('it owns objects in this database; REASSIGN OWNED BY %I TO another role', of_role)
      WHERE EXISTS (SELECT FROM pg_shdepend AS o WHERE o.refclassid = 'pg_authid'::regclass AND o.refobjid = r.oid AND o.deptype = 'o'
        AND o.dbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()));
END
$$;
COMMENT ON FUNCTION ingest.loader_problems(name) IS 'Why a role cannot be a loader, each with what to type.';

CREATE FUNCTION public.ingest_add_loader(role name) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  problems text[];
  l ingest.loader;
  member name;
BEGIN
  IF NOT (SELECT pg_has_role(n.nspowner, 'USAGE') FROM pg_namespace AS n WHERE n.nspname = 'ingest') THEN
    RAISE EXCEPTION '% cannot add a loader; expected the role that migrates, which owns schema ingest', current_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  LOCK TABLE ingest.loader IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM ingest.loader AS x WHERE x.role = ingest_add_loader.role) THEN
    RETURN format('role %s is a loader already', role);
  END IF;
  problems := ARRAY(SELECT * FROM ingest.loader_problems(role));
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'role % cannot be a loader: %', role, array_to_string(problems, '; ') USING ERRCODE = 'invalid_parameter_value',
      HINT = 'Nothing was changed. Mend all of these and call again.';
  ELSIF to_regnamespace('ingest_native') IS NOT NULL AND NOT has_schema_privilege('ingest_dataset_loader', 'ingest_native', 'USAGE') THEN
    RAISE EXCEPTION 'the extension pg_ingest grants loaders of their own nothing; expected one that was created beside this release'
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'DROP EXTENSION pg_ingest, then CREATE EXTENSION pg_ingest: it holds no data. Nothing was changed.';
  END IF;
  EXECUTE format('GRANT ingest_dataset_loader TO %I', role);
  -- Who migrates makes its functions anew, also where somebody else adds it.
  FOR member IN SELECT r.rolname FROM pg_roles AS r JOIN pg_namespace AS n ON n.nspname = 'ingest'
    WHERE (r.oid = n.nspowner OR r.rolname = current_user) AND NOT r.rolsuper AND NOT pg_has_role(r.oid, ingest_add_loader.role, 'USAGE')
  LOOP
    EXECUTE format('GRANT %I TO %I%s', role, member, CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN ' WITH INHERIT TRUE, SET TRUE' ELSE '' END);
  END LOOP;
  INSERT INTO ingest.loader (role) VALUES (ingest_add_loader.role) RETURNING * INTO l;
  PERFORM ingest.make_definers(l);
  RETURN format('role %s is a loader now; ingest_register_dataset(…, loader => %L) has a dataset loaded as it', role, role);
END
$$;
COMMENT ON FUNCTION public.ingest_add_loader(name)
  IS 'Makes a role a loader that datasets may name, so that the code of their targets reaches what that role was granted and nothing else. For the role that migrates.
role: A role that cannot log in, is a member of none, and owns nothing.';

CREATE FUNCTION public.ingest_drop_loader(role name) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  datasets text;
  l ingest.loader;
  copy regprocedure;
BEGIN
  LOCK TABLE ingest.dataset IN SHARE ROW EXCLUSIVE MODE;
  datasets := (SELECT string_agg(d.name, ', ' ORDER BY d.name) FROM ingest.dataset AS d WHERE d.loader = ingest_drop_loader.role);
  IF datasets IS NOT NULL THEN
    RAISE EXCEPTION 'role % is the loader of %; expected one that no dataset names', role, datasets USING ERRCODE = 'object_in_use',
      HINT = 'Register these with another loader, or with loader => '''', which is ingest_loader. Nothing was changed.';
  END IF;
  DELETE FROM ingest.loader AS x WHERE x.role = ingest_drop_loader.role RETURNING * INTO l;
  IF l.role IS NULL THEN
    RAISE EXCEPTION 'role % is no loader', role USING ERRCODE = 'undefined_object', HINT = 'SELECT role FROM ingest.loader lists them.';
  END IF;
  FOR copy IN SELECT p.oid FROM pg_proc AS p WHERE p.pronamespace = 'ingest'::regnamespace
    AND p.proname = ANY (ARRAY(SELECT format('%s_%s', n, l.no) FROM unnest(ingest.loading_functions()) AS n))
  LOOP
    EXECUTE format('DROP FUNCTION %s', copy);
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = ingest_drop_loader.role) THEN
    EXECUTE format('REVOKE ingest_dataset_loader FROM %I', role);
  END IF;
  RETURN format('role %s is a loader no more; what it was granted on targets, it has still', role);
END
$$;
COMMENT ON FUNCTION public.ingest_drop_loader(name) IS 'Takes from a role what ingest_add_loader() gave it. For the role that migrates.
role: A loader that no dataset names.';

-- From here on: calls of those functions as the dataset's loader. Outside of such a call no file is handed over to anyone.
--
-- Whoever runs in the session may fetch from the query that a loop goes over, and so read its rows and keep them from the loop. So loops
-- around these calls go over arrays.

CREATE FUNCTION ingest.hand_over(to_loader name, files ingest.claimed_file[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
BEGIN
  -- Prepared before there was such a loader.
  PERFORM ingest.forget_prepared(0);
  INSERT INTO ingest.handed_over (loader, staged, held) SELECT to_loader, coalesce(array_agg(f.staged), '{}'),
    ARRAY(SELECT s.held FROM ingest.staging AS s WHERE s.ctid = ANY (ARRAY(SELECT u.staged FROM unnest(files) AS u)) AND s.held IS NOT NULL)
  FROM unnest(files) AS f;
  -- What the search for another dataset's refused records put there.
  IF current_setting('ingest.probe_files', true) <> '' THEN
    PERFORM set_config(s.name, '', true) FROM unnest(ARRAY['ingest.probe_files', 'ingest.probe_contract', 'ingest.probe_parsed', 'ingest.probe_excluded']) AS s (name);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.hand_over(name, ingest.claimed_file[]) IS 'Lets a loader of its own read these staged files, until the row is deleted or undone.';

CREATE FUNCTION ingest.run_load(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean, refused ingest.fault[], read ingest.parsed_record[]) RETURNS ingest.dataset_outcome
LANGUAGE plpgsql AS $$
DECLARE
  l record;
  -- What is gathered stays in memory; larger units go through the load statement, which spills.
  gathers boolean := CASE WHEN engine = 'native' THEN (SELECT sum(f.body_bytes) FROM unnest(files) AS f) <= ingest.setting('unit_bytes')::bigint ELSE false END;
  outcome ingest.dataset_outcome;
  held text[];
BEGIN
  held := ingest.held();
  SELECT x.role, x.no INTO l FROM ingest.dataset AS d JOIN ingest.loader AS x ON x.role = d.loader WHERE d.name = of_dataset;
  IF NOT FOUND THEN
    outcome := ingest.load_dataset(of_dataset, files, engine, single_records, gathers, refused, read);
    PERFORM ingest.clean_up(held);
  ELSE
    PERFORM ingest.hand_over(l.role, files);
    EXECUTE format('SELECT * FROM ingest.%I($1, $2, $3, $4, $5, $6, $7)', 'load_dataset_' || l.no) INTO outcome USING of_dataset, files, engine, single_records, gathers, refused, read;
    PERFORM ingest.clean_up(held);
    DELETE FROM ingest.handed_over;
  END IF;
  PERFORM ingest.forget_read(engine);
  IF outcome.tombstones <> '{}' THEN
    PERFORM ingest.write_tombstones(of_dataset, outcome.tombstones);
  END IF;
  RETURN outcome;
END
$$;
COMMENT ON FUNCTION ingest.run_load(text, ingest.claimed_file[], text, boolean, ingest.fault[], ingest.parsed_record[]) IS 'load_dataset() as the dataset''s loader. What it tells of tombstones is written down by whoever calls.';

CREATE FUNCTION ingest.run_typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  l record;
  held text[] := ingest.held();
  typed jsonb;
BEGIN
  SELECT x.role, x.no INTO l FROM ingest.dataset AS d JOIN ingest.loader AS x ON x.role = d.loader WHERE d.name = of_dataset;
  IF NOT FOUND THEN
    typed := ingest.typed_rows(of_dataset, file, excluded);
    PERFORM ingest.clean_up(held);
    RETURN typed;
  END IF;
  PERFORM ingest.hand_over(l.role, ARRAY[file]);
  EXECUTE format('SELECT ingest.%I($1, $2, $3)', 'typed_rows_' || l.no) INTO typed USING of_dataset, file, excluded;
  PERFORM ingest.clean_up(held);
  DELETE FROM ingest.handed_over;
  RETURN typed;
END
$$;
COMMENT ON FUNCTION ingest.run_typed_rows(text, ingest.claimed_file, bigint[]) IS 'typed_rows() as the dataset''s loader.';

CREATE FUNCTION ingest.run_compile_check(of_dataset text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  definer text := (SELECT ingest.definer_of('compile_check', d.loader) FROM ingest.dataset AS d WHERE d.name = of_dataset);
  held text[] := ingest.held();
BEGIN
  EXECUTE format('SELECT ingest.%I($1)', definer) USING of_dataset;
  PERFORM ingest.clean_up(held);
END
$$;
COMMENT ON FUNCTION ingest.run_compile_check(text) IS 'compile_check() as the dataset''s loader.';

CREATE FUNCTION ingest.run_expression_problem(as_loader name, target regclass, expression text, declared text, without text[], besides text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  copy text := (SELECT 'expression_problem_' || x.no FROM ingest.loader AS x WHERE x.role = as_loader);
  held text[] := ingest.held();
  problem text;
BEGIN
  IF as_loader IS NULL THEN
    problem := ingest.expression_problem(target, expression, declared, without, besides);
  ELSIF copy IS NOT NULL THEN
    EXECUTE format('SELECT ingest.%I($1, $2, $3, $4, $5)', copy) INTO problem USING target, expression, declared, without, besides;
  END IF;
  PERFORM ingest.clean_up(held);
  -- A role that is no loader is a problem of its own.
  RETURN problem;
END
$$;
COMMENT ON FUNCTION ingest.run_expression_problem(name, regclass, text, text, text[], text) IS 'expression_problem() as a loader; NULL is ingest_loader.';

CREATE FUNCTION ingest.run_lock_targets(datasets text[], several_times boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  t record;
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = ANY (datasets) AND d.loader IS NOT NULL) THEN
    PERFORM ingest.lock_targets(datasets, several_times);
    RETURN;
  END IF;
  -- In the same order as where one loader has all of them.
  FOR t IN SELECT d.loader, x.no, array_agg(d.name) AS names, sum(count(*)) OVER (PARTITION BY d.target) > 1 AS shared
    FROM ingest.dataset AS d LEFT JOIN ingest.loader AS x ON x.role = d.loader WHERE d.name = ANY (datasets)
    GROUP BY d.target, d.loader, x.no ORDER BY d.target::oid, x.no
  LOOP
    BEGIN
      EXECUTE format('SELECT ingest.%I($1, $2)', concat_ws('_', 'lock_targets', t.no)) USING t.names, several_times OR t.shared;
    EXCEPTION WHEN insufficient_privilege OR undefined_function THEN
      -- Who owns it has made it useless, or its role is gone. That must not stop the datasets of other loaders.
      NULL;
    END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.run_lock_targets(text[], boolean) IS 'lock_targets() of each dataset as its loader.';
