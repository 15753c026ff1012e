//! Attacks from inside the database, by those who have some rights in it: the owner of a target, an administrator, any login.
//!
//! Each was seen to succeed before it was prevented. `docs/security.md` says who is trusted with what.

mod attack_prepared;

use anyhow::{Context, Result};
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::{report, sql};
use postgres::{Client, Config, NoTls};

/// A tenant: a role that owns a target, whose trigger tries each statement of a list and writes down how it ended.
const TENANT: &str = "
    CREATE ROLE tenant NOLOGIN;
    CREATE SCHEMA tenant AUTHORIZATION tenant;
    SET ROLE tenant;
    CREATE TABLE tenant.target (id int PRIMARY KEY, v text);
    CREATE TABLE tenant.attempt (statement text PRIMARY KEY, ran_as name, state text);
    CREATE FUNCTION tenant.attack() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      a record;
    BEGIN
      FOR a IN SELECT t.statement FROM tenant.attempt AS t LOOP
        BEGIN
          EXECUTE a.statement;
          UPDATE tenant.attempt AS t SET ran_as = current_user, state = '00000' WHERE t.statement = a.statement;
        EXCEPTION WHEN OTHERS THEN
          UPDATE tenant.attempt AS t SET ran_as = current_user, state = SQLSTATE WHERE t.statement = a.statement;
        END;
      END LOOP;
      RETURN NULL;
    END $$;
    RESET ROLE;
    GRANT USAGE ON SCHEMA tenant TO ingest_loader;
    GRANT SELECT, INSERT, UPDATE ON tenant.target, tenant.attempt TO ingest_loader;
    SELECT public.ingest_register_dataset(name => 'tenant', prefix => 'tenant/', target => 'tenant.target');
    SET ROLE tenant;
    CREATE TRIGGER attack AFTER INSERT ON tenant.target FOR EACH STATEMENT EXECUTE FUNCTION tenant.attack();
    RESET ROLE;";

fn on_both_engines(check: impl Fn(&Database<'_>) -> Result<()>) -> Result<()> {
    let engines = Engine::from_environment()?;
    // Roles belong to the server: each engine has one of its own.
    for engine in engines {
        let server = Server::start(&[engine])?;
        check(&server.database(engine)?)?;
    }
    Ok(())
}

/// Loads one record of the tenant's.
fn load(client: &mut Client, id: u32) -> Result<(), postgres::Error> {
    client.batch_execute(&format!(
        "INSERT INTO ingest.staging (key, body) VALUES ('tenant/{id}.json', '{{\"id\": {id}}}');
         SELECT * FROM public.ingest_process_staging()"
    ))
}

/// How each statement of the list ended, as `statement | role | SQLSTATE`.
fn attempts(client: &mut Client) -> Result<Vec<String>> {
    Ok(report::rows(client, "SELECT statement, ran_as, state FROM tenant.attempt ORDER BY statement")?)
}

#[test]
fn code_of_a_target_reaches_no_function_and_no_book_of_the_pipeline() -> Result<()> {
    let forbidden = [
        "ALTER FUNCTION public.ingest_process_staging(uuid) SECURITY INVOKER",
        "ALTER FUNCTION public.ingest_replay SECURITY INVOKER",
        "ALTER FUNCTION ingest.write_ledger(uuid, timestamptz, ingest.claimed_file[], ingest.file_outcome[]) SET search_path = tenant",
        "CREATE FUNCTION ingest.planted() RETURNS void LANGUAGE sql AS ''",
        "CREATE OR REPLACE FUNCTION ingest.version() RETURNS text LANGUAGE sql AS 'SELECT ''9.9.9'''",
        "CREATE FUNCTION public.ingest_planted() RETURNS void LANGUAGE sql AS ''",
        "CREATE TABLE ingest.planted (n int)",
        "DELETE FROM ingest.rejected_record",
        "INSERT INTO ingest.dataset (name, prefix, target, load_mode) VALUES ('x', 'x', 'tenant.target', 'append')",
        "INSERT INTO ingest.staging (key, body) VALUES ('orders/forged.json', '{}')",
        "SELECT * FROM ingest.file",
        "SELECT * FROM ingest.rejected_record",
        "SELECT * FROM ingest.batch",
        "SELECT public.ingest_replay()",
        "SELECT public.ingest_use_engine('sql')",
        "SET ROLE ingest_owner",
        "SET SESSION AUTHORIZATION postgres",
        "UPDATE ingest.compiled_dataset SET quick_load = ''",
        "UPDATE ingest.setting SET value = '1'",
    ];
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(TENANT)?;
        for statement in forbidden {
            client.execute("INSERT INTO tenant.attempt (statement) VALUES ($1)", &[&statement])?;
        }
        load(&mut client, 1)?;
        let ended = attempts(&mut client)?;
        assert_eq!(ended.len(), forbidden.len());
        for line in &ended {
            assert!(line.ends_with("| ingest_loader | 42501"), "{line}");
        }
        assert_eq!(
            report::rows(&mut client, "SELECT id FROM tenant.target")?,
            ["1"],
            "and its rows are loaded"
        );
        Ok(())
    })
}

#[test]
fn what_the_loader_owns_runs_as_nobody_else() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(TENANT)?;
        // A definer belongs to the role that it runs as, and so to whatever code runs as that role.
        let definers = report::rows(
            &mut client,
            "SELECT p.oid::regprocedure FROM pg_proc p WHERE p.proowner = 'ingest_loader'::regrole AND p.prosecdef",
        )?;
        assert!(!definers.is_empty(), "no definer of the loader's was found");
        for definer in &definers {
            client.execute(
                "INSERT INTO tenant.attempt (statement) VALUES ($1)",
                &[&format!("ALTER FUNCTION {definer} SECURITY INVOKER")],
            )?;
        }
        load(&mut client, 1)?;
        // From here on a call would run the tenant's code as ingest_owner. None does.
        client.batch_execute("UPDATE tenant.attempt SET ran_as = NULL")?;
        let refused = load(&mut client, 2).err().context("the loader's functions run as somebody else")?;
        assert_eq!(sql::state(&refused), "42501");
        assert!(
            sql::error_text(&refused).contains("expected ingest_loader"),
            "{}",
            sql::error_text(&refused)
        );
        let ran = report::rows(&mut client, "SELECT count(*) FROM tenant.attempt WHERE ran_as IS NOT NULL")?;
        assert_eq!(ran, ["0"], "code of the target ran");
        for call in [
            "SELECT public.ingest_preview('tenant', '{\"id\": 3}'::text)",
            "SELECT public.ingest_register_dataset(name => 'tenant', prefix => 'tenant/', target => 'tenant.target', expressions => '{\"v\": \"''x''\"}')",
        ] {
            let refused = client.batch_execute(call).err().context(call)?;
            assert!(
                sql::error_text(&refused).contains("expected ingest_loader"),
                "{}",
                sql::error_text(&refused)
            );
        }
        Ok(())
    })
}

#[test]
fn what_the_loader_owns_makes_no_variable_whose_type_could_run_code() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(TENANT)?;
        client.batch_execute(
            "GRANT USAGE ON SCHEMA tenant TO PUBLIC;
             SET ROLE tenant;
             CREATE FUNCTION tenant.note() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'code of the tenant runs as %', current_user; END $$;
             CREATE DOMAIN tenant.text AS pg_catalog.text CHECK (tenant.note());
             CREATE DOMAIN tenant.refcursor AS pg_catalog.refcursor CHECK (tenant.note());
             CREATE DOMAIN tenant.jsonb AS pg_catalog.jsonb CHECK (tenant.note());
             RESET ROLE;",
        )?;
        // The owner of a definer may take SECURITY DEFINER off it and give it a path on which types are the tenant's.
        let definers = report::rows(
            &mut client,
            "SELECT p.oid::regprocedure FROM pg_proc p WHERE p.proowner = 'ingest_loader'::regrole AND p.prosecdef ORDER BY p.oid",
        )?;
        let calls = report::rows(
            &mut client,
            "SELECT format('SELECT ingest.%I(%s)', p.proname, (SELECT string_agg('NULL::' || format_type(t, NULL), ', ') FROM unnest(p.proargtypes) AS t))
             FROM pg_proc p WHERE p.proowner = 'ingest_loader'::regrole AND p.prosecdef ORDER BY p.oid",
        )?;
        for definer in &definers {
            client.execute(
                "INSERT INTO tenant.attempt (statement) VALUES ($1)",
                &[&format!(
                    "ALTER FUNCTION {definer} SECURITY INVOKER SET search_path = tenant, pg_catalog, ingest"
                )],
            )?;
        }
        load(&mut client, 1)?;
        let listed = client.query_one("SELECT cardinality(ingest.loading_functions())", &[])?;
        assert_eq!(calls.len(), usize::try_from(listed.get::<_, i32>(0))?, "{calls:?}");
        client.batch_execute("SET ROLE ingest_owner")?;
        for call in &calls {
            let refused =
                client.batch_execute(call).err().context("the loader's functions run as somebody else")?;
            let said = sql::error_text(&refused);
            assert!(said.contains("expected ingest_loader"), "{call}: {said}");
        }
        Ok(())
    })
}

#[test]
fn a_constraint_trigger_that_defers_itself_fires_inside_the_loader_and_not_as_a_superuser_at_commit()
-> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(TENANT)?;
        client.batch_execute(
            "SET ROLE tenant;
             CREATE TABLE tenant.fired (as_whom name);
             GRANT INSERT ON tenant.fired TO PUBLIC; GRANT USAGE ON SCHEMA tenant TO PUBLIC;
             CREATE FUNCTION tenant.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant.fired VALUES (current_user); RETURN NULL; END $$;
             CREATE CONSTRAINT TRIGGER fire AFTER INSERT ON tenant.target DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tenant.fire();
             INSERT INTO tenant.attempt (statement) VALUES ('SET CONSTRAINTS ALL DEFERRED');
             RESET ROLE;",
        )?;
        // As a superuser, who loads, and who replays what was rejected before.
        client.batch_execute(
            "ALTER TABLE tenant.target ADD CONSTRAINT small CHECK (id < 10);
             INSERT INTO ingest.staging (key, body) VALUES ('tenant/a.json', '[{\"id\": 1}, {\"id\": 11}]');
             SELECT * FROM public.ingest_process_staging();
             ALTER TABLE tenant.target DROP CONSTRAINT small;
             SELECT * FROM public.ingest_replay()",
        )?;
        let fired = report::rows(&mut client, "SELECT as_whom, count(*) FROM tenant.fired GROUP BY 1")?;
        assert_eq!(fired, ["ingest_loader | 2"]);
        Ok(())
    })
}

#[test]
fn an_administrator_has_no_table_loaded_that_it_may_not_write_itself() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE ROLE analyst LOGIN PASSWORD 'analyst' IN ROLE ingest_admin;
             CREATE SCHEMA analyst AUTHORIZATION analyst;
             CREATE TABLE public.salaries (id int PRIMARY KEY, amount int);
             GRANT SELECT, INSERT, UPDATE ON public.salaries TO ingest_loader",
        )?;
        let mut analyst = login(database, "analyst")?;
        analyst.batch_execute(
            "CREATE TABLE analyst.own (id int PRIMARY KEY, _source_time timestamptz);
             SELECT public.ingest_register_dataset(name => 'own', prefix => 'own/', target => 'analyst.own');
             CREATE TEMPORARY TABLE passing (id int PRIMARY KEY);",
        )?;
        for (target, told) in [
            ("public.salaries", "analyst has no SELECT, INSERT, UPDATE on public.salaries"),
            ("ingest.setting", "which is the pipeline's"),
            ("pg_catalog.pg_authid", "which is PostgreSQL's own"),
            ("passing", "which is one session's"),
        ] {
            let register = format!(
                "SELECT public.ingest_register_dataset(name => 'other', prefix => 'other/', target => '{target}'::regclass)"
            );
            let refused = analyst.batch_execute(&register).err().context(target)?;
            assert!(sql::error_text(&refused).contains(told), "{target}: {}", sql::error_text(&refused));
        }
        Ok(())
    })
}

#[test]
fn no_login_can_stand_in_the_way_of_a_target_that_it_has_no_rights_on() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(TENANT)?;
        client.batch_execute(
            "CREATE ROLE bystander LOGIN PASSWORD 'bystander'; GRANT USAGE ON SCHEMA tenant TO bystander",
        )?;
        let target: u32 = client.query_one("SELECT 'tenant.target'::regclass::oid", &[])?.get(0);
        let mut bystander = login(database, "bystander")?;
        for mode in ["ACCESS SHARE", "ROW EXCLUSIVE", "ACCESS EXCLUSIVE"] {
            let lock = format!("BEGIN; LOCK TABLE tenant.target IN {mode} MODE");
            let refused = bystander.batch_execute(&lock).err().context(mode)?;
            assert_eq!(sql::state(&refused), "42501", "{mode}");
            bystander.batch_execute("ROLLBACK")?;
        }
        // Advisory locks are anybody's, by whatever number.
        for number in [i64::from(target), 0] {
            bystander.batch_execute(&format!(
                "SELECT pg_advisory_lock({number}), pg_advisory_lock(hashtext('pg_ingest target'), {target}::bigint::bit(32)::integer)"
            ))?;
        }
        client.batch_execute("SET lock_timeout = '2s'")?;
        load(&mut client, 1)?;
        Ok(())
    })
}

#[test]
fn files_that_a_stolen_login_keeps_staged_are_told_with_its_session() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute("CREATE ROLE thief LOGIN PASSWORD 'thief' IN ROLE ingest_shipper")?;
        let told = |client: &mut Client| {
            report::rows(
                client,
                "SELECT s ->> 'staged', (s ->> 'staging_bytes')::bigint > 1000000, jsonb_array_length(s -> 'open_batches'),
                   s #>> '{open_batches,0,login}', s #>> '{open_batches,0,state}', (s #>> '{open_batches,0,seconds}')::int >= 0
                 FROM public.ingest_status() AS s",
            )
        };
        assert_eq!(told(&mut client)?, ["0 | f | 0 | ∅ | ∅ | ∅"]);
        let mut thief = login(database, "thief")?;
        thief.batch_execute(
            "BEGIN; INSERT INTO ingest.staging (key, body) SELECT 'x', pg_catalog.string_agg(pg_catalog.sha256(i::text::bytea), '')
             FROM pg_catalog.generate_series(1, 60000) AS i",
        )?;
        assert_eq!(told(&mut client)?, ["0 | t | 1 | thief | ∅ | ∅"]);
        client.batch_execute("GRANT pg_read_all_stats TO ingest_owner")?;
        assert_eq!(told(&mut client)?, ["0 | t | 1 | thief | idle in transaction | t"]);
        thief.batch_execute("COMMIT")?;
        assert_eq!(told(&mut client)?, ["1 | t | 0 | ∅ | ∅ | ∅"]);
        Ok(())
    })
}

#[test]
fn a_stolen_login_has_nothing_proposed_from_what_others_stage() -> Result<()> {
    const STAGE: &str = "INSERT INTO ingest.staging (batch_id, key, body) VALUES ('00000000-0000-4000-8000-000000000007', 'x/a.json', '{\"secret\": 1}')";
    const ASK: &str = "SELECT public.ingest_infer_staged('00000000-0000-4000-8000-000000000007')";
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute("CREATE ROLE thief LOGIN PASSWORD 'thief' IN ROLE ingest_shipper")?;
        client.batch_execute(STAGE)?;
        assert!(
            client.query_one(ASK, &[])?.get::<_, String>(0).contains("secret"),
            "an administrator sees it"
        );
        let mut thief = login(database, "thief")?;
        let refused = thief.query_one(ASK, &[]).expect_err("what others staged was shown");
        assert_eq!(sql::state(&refused), "P0002");
        let mut own = thief.transaction()?;
        own.batch_execute(&STAGE.replace("secret", "mine"))?;
        let proposal: String = own.query_one(ASK, &[])?.get(0);
        assert!(proposal.contains("mine") && !proposal.contains("secret"), "{proposal}");
        Ok(())
    })
}

/// A session of that login, whose password is its name.
fn login(database: &Database<'_>, name: &str) -> Result<Client> {
    let mut config: Config = database.url().parse()?;
    config.user(name).password(name);
    Ok(config.connect(NoTls)?)
}
