//! Datasets with loaders of their own: their code runs as these, and reaches nothing of each other's.

mod tenant_families;
mod tenant_leavings;
mod tenant_sessions;

use std::fs;

use anyhow::{Context, Result};
use migrate::Line;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::{report, sql};
use postgres::Client;

/// Two tenants. What a trigger of the first one's tries is a list, as in `attacks.rs`.
const TENANTS: &str = "
    CREATE ROLE load_b NOLOGIN; CREATE ROLE \"load-A\" NOLOGIN;
    CREATE ROLE a NOLOGIN; CREATE ROLE b NOLOGIN;
    CREATE SCHEMA b AUTHORIZATION b; CREATE SCHEMA a AUTHORIZATION a;
    SET ROLE b;
    CREATE TABLE b.target (id int PRIMARY KEY, v text, _file_id bigint);
    RESET ROLE; SET ROLE a;
    CREATE TABLE a.target (id int PRIMARY KEY, v text);
    CREATE TABLE a.attempt (statement text PRIMARY KEY, ran_as name, state text, said text);
    CREATE FUNCTION a.attack() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      attempt record;
      answer text;
    BEGIN
      FOR attempt IN SELECT t.statement FROM a.attempt AS t LOOP
        BEGIN
          answer := NULL;
          IF attempt.statement ~ '^SELECT|RETURNING' THEN EXECUTE attempt.statement INTO answer; ELSE EXECUTE attempt.statement; END IF;
          UPDATE a.attempt AS t SET ran_as = current_user, state = '00000', said = answer WHERE t.statement = attempt.statement;
        EXCEPTION WHEN OTHERS THEN
          UPDATE a.attempt AS t SET ran_as = current_user, state = SQLSTATE, said = SQLERRM WHERE t.statement = attempt.statement;
        END;
      END LOOP;
      RETURN NULL;
    END $$;
    CREATE TRIGGER attack AFTER INSERT ON a.target FOR EACH STATEMENT EXECUTE FUNCTION a.attack();
    RESET ROLE;
    SELECT public.ingest_add_loader('load-A'), public.ingest_add_loader('load_b');
    GRANT USAGE ON SCHEMA a TO \"load-A\"; GRANT SELECT, INSERT, UPDATE ON a.target, a.attempt TO \"load-A\";
    SELECT public.ingest_register_dataset(name => 'b', prefix => 'b/', target => 'b.target', loader => 'load_b');
    SELECT public.ingest_register_dataset(name => 'a', prefix => 'a/', target => 'a.target', loader => 'load-A');";

fn on_both_engines(check: impl Fn(&Server, &Database<'_>) -> Result<()>) -> Result<()> {
    for engine in Engine::from_environment()? {
        // Roles belong to the server.
        let server = Server::start(&[engine])?;
        check(&server, &server.database(engine)?)?;
    }
    Ok(())
}

fn register(client: &mut Client, arguments: &str) -> Result<(), postgres::Error> {
    client.batch_execute(&format!("SELECT public.ingest_register_dataset({arguments})"))
}

#[test]
fn code_of_one_tenant_reaches_nothing_of_another_and_no_book() -> Result<()> {
    // Refused.
    let forbidden = [
        "SELECT v FROM b.target",
        "INSERT INTO b.target (id) VALUES (99) RETURNING id",
        "UPDATE b.target SET v = 'planted' RETURNING id",
        "SET ROLE load_b",
        "SET ROLE ingest_loader",
        "SET ROLE ingest_owner",
        "SELECT count(*) FROM ingest.staging",
        "SELECT name FROM ingest.dataset",
        "SELECT quick_load FROM ingest.compiled_dataset",
        "SELECT path FROM ingest.column_mapping",
        "SELECT key FROM ingest.file",
        "SELECT error FROM ingest.rejected_record",
        "SELECT value FROM ingest.setting",
        "SELECT ingest.setting('engine')",
        "UPDATE ingest.setting SET value = '1' RETURNING value",
        "SELECT staged FROM ingest.handed_over",
        "UPDATE ingest.handed_over SET staged = ARRAY(SELECT format('(0,%s)', n)::tid FROM generate_series(1, 99) AS n) RETURNING 1",
        "INSERT INTO ingest.loader (role) VALUES ('a') RETURNING role",
        "UPDATE ingest.dataset SET loader = 'load_b' WHERE name = 'a' RETURNING name",
        "SELECT ingest.load_dataset('b', '{}', 'sql', false, false, '{}', '{}')",
        "SELECT ingest.load_dataset_2('b', '{}', 'sql', false, false, '{}', '{}')",
        "SELECT ingest.fill_piece('b', '{v}', '(0,0)', 0, 1, 1, false, false)",
        "SELECT ingest.fill_piece_2('b', '{v}', '(0,0)', 0, 1, 1, false, false)",
        "SELECT ingest.add_column_2(0, 'planted', 'text')",
        "SELECT ingest.handed_body(1)",
        "SELECT public.ingest_process_staging()",
        "SELECT public.ingest_add_loader('a')",
        "SELECT public.ingest_drop_loader('load_b')",
        "CREATE FUNCTION ingest.planted() RETURNS void LANGUAGE sql AS ''",
    ];
    // Answered, with what is the tenant's own.
    let answered = [
        ("SELECT string_agg(name, ' ') FROM ingest.own_dataset", "a"),
        ("SELECT string_agg(DISTINCT dataset, ' ') FROM ingest.dataset_column", "a"),
        ("SELECT string_agg(dataset, ' ') FROM ingest.own_compiled", "a"),
        ("SELECT count(*) FROM ingest.own_mapping", "0"),
        ("SELECT count(*) FROM ingest.own_staging", "1"),
        ("SELECT string_agg(key, ' ') FROM ingest.own_file", "a/0.json"),
        ("SELECT string_agg(dataset, ' ') FROM ingest.own_file_dataset", "a"),
        (
            "SELECT coalesce(string_agg(ingest.entry_key(n, '{}'), ' '), 'none') FROM generate_series(1, 99) AS n WHERE ingest.entry_key(n, '{}') LIKE 'b/%'",
            "none",
        ),
        (
            "SELECT coalesce(string_agg(current_setting('ingest.' || s, true), ''), '') FROM unnest(ARRAY['probe_files', 'probe_parsed', 'probe_excluded']) AS s",
            "",
        ),
        ("SELECT count(*) FROM ingest.own_staging WHERE public.raise_if_secret(body)", "0"),
    ];
    on_both_engines(|_, database| {
        let mut client = database.connect()?;
        client.batch_execute(TENANTS)?;
        // Cheap, so that the planner would like to ask it before anything else.
        client.batch_execute(
            "CREATE FUNCTION public.raise_if_secret(body bytea) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
             BEGIN IF strpos(encode(body, 'escape'), 'secret') > 0 THEN RAISE EXCEPTION 'seen: %', body; END IF; RETURN false; END $$",
        )?;
        client.batch_execute(
            "ALTER TABLE b.target ADD CHECK (id < 10);
             INSERT INTO ingest.column_mapping (dataset, column_name, managed, path) VALUES ('b', 'v', true, '$.w');
             INSERT INTO ingest.staging (key, body) VALUES ('a/0.json', '{\"id\": 0}'), ('b/0.json', '{\"id\": 0, \"w\": \"secret\"}');
             SELECT public.ingest_process_staging()",
        )?;
        for statement in forbidden.into_iter().chain(answered.map(|(statement, _)| statement)) {
            client.execute("INSERT INTO a.attempt (statement) VALUES ($1)", &[&statement])?;
        }
        // The other one's table is the older, so its files are loaded first; a reject of them is searched for.
        client.batch_execute(
            "INSERT INTO ingest.staging (key, body) VALUES ('a/1.json', '{\"id\": 1}'),
               ('b/1.json', '[{\"id\": 1, \"w\": \"secret\"}, {\"id\": 11, \"w\": \"secret\"}, {\"id\": 1.0, \"w\": \"secret\"}]');
             SELECT public.ingest_process_staging()",
        )?;
        for statement in forbidden {
            let ended = client.query_one(
                "SELECT ran_as::text, state, said FROM a.attempt WHERE statement = $1",
                &[&statement],
            )?;
            assert_eq!(ended.get::<_, Option<&str>>(0), Some("load-A"), "{statement}");
            assert_eq!(
                ended.get::<_, &str>(1),
                "42501",
                "{statement}: {:?}",
                ended.get::<_, Option<&str>>(2)
            );
        }
        for (statement, own) in answered {
            let ended =
                client.query_one("SELECT state, said FROM a.attempt WHERE statement = $1", &[&statement])?;
            assert_eq!(
                (ended.get::<_, &str>(0), ended.get::<_, Option<&str>>(1)),
                ("00000", Some(own)),
                "{statement}"
            );
        }
        assert_eq!(report::rows(&mut client, "SELECT id FROM a.target ORDER BY 1")?, ["0", "1"]);
        assert_eq!(report::rows(&mut client, "SELECT id FROM b.target ORDER BY 1")?, ["0", "1"]);
        assert_eq!(report::rows(&mut client, "SELECT count(*) FROM ingest.handed_over")?, ["0"]);
        Ok(())
    })
}

#[test]
fn bodies_that_the_session_holds_are_read_by_their_own_tenant_alone() -> Result<()> {
    let native = Engine::from_environment()?.into_iter().filter(|engine| engine.name() == "native");
    for engine in native {
        let server = Server::start(&[engine])?;
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(TENANTS)?;
        for statement in [
            "SELECT string_agg(encode(ingest.staged_body(body, held), 'escape'), ' ') FROM ingest.own_staging",
            "SELECT string_agg(encode(ingest_native.held_body(n), 'escape'), ' ') FROM (SELECT h + i AS n FROM (SELECT held AS h FROM ingest.own_staging) AS o, generate_series(-1, 1, 2) AS i) AS x",
            "SELECT string_agg(encode(ingest.held_body(n), 'escape'), ' ') FROM (SELECT h + 1 AS n FROM (SELECT held AS h FROM ingest.own_staging) AS o) AS x",
            "SELECT ingest_native.settle_held(ARRAY[1], ARRAY[1])",
        ] {
            client.execute("INSERT INTO a.attempt (statement) VALUES ($1)", &[&statement])?;
        }
        client.batch_execute(
            "BEGIN; SET LOCAL ingest.hold_bodies = on;
             INSERT INTO ingest.staging (batch_id, key, body) VALUES ('11111111-1111-1111-1111-111111111111', 'a/1.json', '{\"id\": 1}'),
               ('11111111-1111-1111-1111-111111111111', 'b/1.json', '{\"id\": 1, \"v\": \"secret\"}');
             SELECT public.ingest_process_staging('11111111-1111-1111-1111-111111111111'); COMMIT",
        )?;
        let ended = report::rows(
            &mut client,
            "SELECT state, CASE state WHEN '00000' THEN said END FROM a.attempt ORDER BY state",
        )?;
        assert_eq!(
            ended,
            ["00000 | {\"id\": 1}", "42501 | ∅", "42501 | ∅", "42501 | ∅"],
            "its own by the view, and nothing else"
        );
    }
    Ok(())
}

#[test]
fn everything_that_users_wrote_runs_as_the_loader_of_its_dataset() -> Result<()> {
    on_both_engines(|_, database| {
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE ROLE own NOLOGIN; SELECT public.ingest_add_loader('own');
             CREATE FUNCTION public.is_own() RETURNS boolean LANGUAGE plpgsql AS $$
               BEGIN IF current_user <> 'own' THEN RAISE EXCEPTION 'runs as %', current_user USING ERRCODE = '45000'; END IF; RETURN true; END $$;
             CREATE FUNCTION public.fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.fired := current_user; PERFORM public.is_own(); RETURN NEW; END $$;
             CREATE DOMAIN public.word AS text CHECK (public.is_own());
             CREATE TABLE public.t (id int PRIMARY KEY, w public.word, made name DEFAULT current_user, said text, fired text, CHECK (public.is_own()));
             CREATE TRIGGER fires BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.fires();
             ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
             CREATE POLICY own ON public.t TO own USING (public.is_own()) WITH CHECK (public.is_own());
             CREATE TABLE public.plain (id int PRIMARY KEY, made name DEFAULT current_user, CHECK (public.is_own()));",
        )?;
        register(
            &mut client,
            "name => 't', prefix => 't/', target => 't', loader => 'own', columns => '{\"made\": null, \"fired\": null}', expressions => '{\"said\": \"current_user::text\"}'",
        )?;
        register(
            &mut client,
            "name => 'plain', prefix => 'plain/', target => 'plain', loader => 'own', columns => '{\"made\": null}'",
        )?;
        client.batch_execute(
            "INSERT INTO ingest.staging (key, body) VALUES ('t/1.json', '[{\"id\": 1, \"w\": \"x\"}, {\"id\": \"bad\"}]'), ('t/2.json', '{'), ('plain/1.json', '[{\"id\": 1}, {\"id\": 2, \"more\": 1}]');
             SELECT public.ingest_process_staging();
             INSERT INTO ingest.staging (key, body) VALUES ('t/1.json', '{\"id\": 1, \"w\": \"y\"}'), ('plain/1.json', '{\"id\": 1}');
             SELECT public.ingest_process_staging()",
        )?;
        assert_eq!(
            report::rows(&mut client, "SELECT id, w, made, said, fired FROM public.t")?,
            ["1 | y | own | own | own"]
        );
        assert_eq!(
            report::rows(&mut client, "SELECT id, made FROM public.plain ORDER BY 1")?,
            ["1 | own", "2 | own"]
        );
        assert_eq!(
            report::rows(&mut client, "SELECT error_code FROM ingest.rejected_record ORDER BY 1")?,
            ["invalid_json", "type_mismatch"]
        );
        let preview = report::rows(
            &mut client,
            "SELECT typed_row ->> 'said', errors FROM public.ingest_preview('t', '{\"id\": 5, \"w\": \"z\"}'::text)",
        )?;
        assert_eq!(preview, ["own | ∅"]);
        // A replay.
        client.batch_execute(
            "ALTER TABLE public.t ADD CONSTRAINT small CHECK (id < 10);
             INSERT INTO ingest.staging (key, body) VALUES ('t/3.json', '[{\"id\": 3}, {\"id\": 13, \"w\": \"x\"}]');
             SELECT public.ingest_process_staging();
             ALTER TABLE public.t DROP CONSTRAINT small;
             SELECT public.ingest_replay('t')",
        )?;
        assert_eq!(
            report::rows(&mut client, "SELECT id, made FROM public.t WHERE id > 2 ORDER BY 1")?,
            ["3 | own", "13 | own"]
        );
        assert_eq!(
            report::rows(
                &mut client,
                "SELECT has_table_privilege('ingest_loader', 'public.t', 'SELECT, INSERT, UPDATE')"
            )?,
            ["f"]
        );
        Ok(())
    })
}

#[test]
fn a_role_that_has_or_gives_more_than_a_loader_may_is_refused_in_words() -> Result<()> {
    on_both_engines(|_, database| {
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE ROLE logs LOGIN; CREATE ROLE strong NOLOGIN CREATEROLE; CREATE ROLE owns NOLOGIN; CREATE ROLE belongs NOLOGIN IN ROLE owns;
             CREATE ROLE person LOGIN; CREATE ROLE shared NOLOGIN ROLE person; CREATE ROLE fine NOLOGIN; CREATE ROLE \"it's\" NOLOGIN;
             CREATE ROLE analyst LOGIN IN ROLE ingest_admin;
             CREATE TABLE public.t (id int PRIMARY KEY); CREATE TABLE public.of_owns (id int); ALTER TABLE public.of_owns OWNER TO owns;",
        )?;
        for (role, words) in [
            ("nobody", "there is no such role; CREATE ROLE nobody NOLOGIN"),
            ("logs", "it may log in; ALTER ROLE logs NOLOGIN"),
            ("strong", "more rights than a loader may"),
            ("owns", "it owns objects in this database"),
            ("belongs", "it is a member of owns, and has its rights; REVOKE owns FROM belongs"),
            ("shared", "person is a member of it, and has its rights; REVOKE shared FROM person"),
            ("ingest_loader", "it is one of the pipeline's"),
            ("it's", "other characters than letters, digits, _ and -"),
        ] {
            let refused = client
                .query("SELECT public.ingest_add_loader($1::text::name)", &[&role])
                .err()
                .context(role)?;
            assert!(sql::error_text(&refused).contains(words), "{role}: {}", sql::error_text(&refused));
        }
        let unknown = "name => 't', prefix => 't/', target => 't', loader => 'fine'";
        let refused = register(&mut client, unknown).err().context("no loader yet")?;
        assert!(
            sql::error_text(&refused).contains("role fine is no loader; SELECT ingest_add_loader('fine')"),
            "{}",
            sql::error_text(&refused)
        );
        client.batch_execute("SELECT public.ingest_add_loader('fine')")?;
        // Who owns no target is told the statement to type, for this role.
        client.batch_execute(
            "GRANT SELECT, INSERT, UPDATE ON public.t TO analyst; SET SESSION AUTHORIZATION analyst",
        )?;
        let refused = register(&mut client, unknown).err().context("no grants yet")?;
        assert!(
            sql::error_text(&refused)
                .contains("fine lacks INSERT on public.t; GRANT SELECT, INSERT, UPDATE ON public.t TO fine"),
            "{}",
            sql::error_text(&refused)
        );
        client.batch_execute("RESET SESSION AUTHORIZATION")?;
        register(&mut client, unknown)?;
        // Before, all that is loaded as ingest_loader could reach the table.
        client.batch_execute("GRANT SELECT ON public.t TO ingest_loader")?;
        database.forget_warnings();
        register(&mut client, "name => 't', on_unknown => 'ignore'")?;
        assert!(
            database
                .warnings()
                .iter()
                .any(|w| w.contains("loaded as fine, but ingest_loader has rights on it too")),
            "{:?}",
            database.warnings()
        );
        let refused = client
            .batch_execute("SELECT public.ingest_drop_loader('fine')")
            .err()
            .context("a dataset names it")?;
        assert!(
            sql::error_text(&refused).contains("role fine is the loader of t"),
            "{}",
            sql::error_text(&refused)
        );
        register(&mut client, "name => 't', loader => ''")?;
        client.batch_execute(
            "SELECT public.ingest_drop_loader('fine'); REVOKE ALL ON public.t FROM fine; DROP ROLE fine",
        )?;
        Ok(())
    })
}

#[test]
fn a_migration_makes_the_functions_of_loaders_anew_and_what_they_own_runs_as_nobody_else() -> Result<()> {
    on_both_engines(|server, database| {
        let mut client = database.connect()?;
        client.batch_execute(TENANTS)?;
        // A superuser has added these; whoever migrates, and is none, may add one and makes all of them anew.
        client.batch_execute("SET SESSION AUTHORIZATION migrator; CREATE ROLE third NOLOGIN; SELECT public.ingest_add_loader('third'); RESET SESSION AUTHORIZATION")?;
        assert_eq!(
            report::rows(
                &mut client,
                "SELECT pg_has_role('migrator', 'load_b', 'USAGE'), pg_has_role('migrator', 'third', 'USAGE')"
            )?,
            ["t | t"]
        );
        client.execute("INSERT INTO a.attempt (statement) VALUES ($1)", &[&"ALTER FUNCTION ingest.load_dataset_1(text, ingest.claimed_file[], text, boolean, boolean, ingest.fault[], ingest.parsed_record[]) SECURITY INVOKER"])?;
        let load = |client: &mut Client, id: u32| {
            client.batch_execute(&format!(
                "INSERT INTO ingest.staging (key, body) VALUES ('a/{id}.json', '{{\"id\": {id}}}'); SELECT public.ingest_process_staging()"
            ))
        };
        load(&mut client, 1)?;
        client.batch_execute("DELETE FROM a.attempt")?;
        load(&mut client, 2)?;
        let fault = report::rows(&mut client, "SELECT error FROM ingest.dataset_fault")?;
        assert!(fault[0].contains("load_dataset() runs as ingest_owner; expected load-A"), "{fault:?}");
        // The same files of another release: all functions are made anew.
        let next = tempfile::tempdir()?;
        for entry in fs::read_dir(local_stack::repository().join("migrations"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "sql") {
                let text = fs::read_to_string(&path)?;
                let name = path.file_name().context("a file without a name")?;
                let released = name.to_string_lossy().starts_with('V');
                fs::write(
                    next.path().join(name),
                    if released { text } else { text.replacen("-- pg_ingest 0", "-- pg_ingest 9", 1) },
                )?;
            }
        }
        server.migrate(database, &[Line::pipeline(next.path())])?;
        let owned = "SELECT p.proowner::regrole, count(*), bool_and(p.prosecdef) FROM pg_proc AS p WHERE p.pronamespace = 'ingest'::regnamespace AND p.proname ~ '_[0-9]+$' GROUP BY 1 ORDER BY min(p.proowner::regrole::text COLLATE \"C\")";
        assert_eq!(
            report::rows(&mut client, owned)?,
            ["\"load-A\" | 11 | t", "load_b | 11 | t", "third | 11 | t"]
        );
        client.batch_execute("SELECT public.ingest_process_staging()")?;
        load(&mut client, 3)?;
        assert_eq!(report::rows(&mut client, "SELECT id FROM a.target ORDER BY 1")?, ["1", "2", "3"]);
        Ok(())
    })
}
