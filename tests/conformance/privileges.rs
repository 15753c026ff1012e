//! What each role may do, and above all what it may not: every object is tried.

use anyhow::Result;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::{report, sql};
use postgres::Client;

/// The functions that the shipper calls, and the one that the trigger of staging calls for it.
const SHIPPER_CALLS: &[&str] = &[
    "ingest.version()",
    "public.ingest_deferred(uuid)",
    "public.ingest_engine()",
    "public.ingest_health(timestamp with time zone,text)",
    "public.ingest_infer_staged(uuid,text,text)",
    "public.ingest_known(text,text[])",
    "public.ingest_known_keys(text,text,bigint,integer)",
    "public.ingest_load_again(uuid)",
    "public.ingest_process_staging(uuid)",
    "public.ingest_reject_message(text,text,text,text)",
    "public.ingest_staged()",
    "public.ingest_status()",
];

fn with_database(check: impl Fn(&Database<'_>) -> Result<()>) -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        database.connect()?.batch_execute(
            "CREATE TABLE t (id int PRIMARY KEY, v text);
             SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't')",
        )?;
        check(&database)?;
    }
    Ok(())
}

/// The SQLSTATE that a statement ends with as that role, `00000` for success. Nothing it did is kept.
fn state_as(client: &mut Client, role: &str, statement: &str) -> Result<String> {
    let mut transaction = client.transaction()?;
    transaction.batch_execute(&format!("SET LOCAL ROLE {role}"))?;
    let outcome = transaction.batch_execute(statement);
    transaction.rollback()?;
    Ok(match outcome {
        Ok(()) => "00000".into(),
        Err(error) => sql::state(&error).to_owned(),
    })
}

fn names(client: &mut Client, query: &str) -> Result<Vec<String>> {
    let found = report::rows(client, query)?;
    assert!(!found.is_empty(), "nothing to try: {query}");
    Ok(found)
}

#[test]
fn who_migrates_is_no_superuser() -> Result<()> {
    with_database(|database| {
        let mut client = database.connect()?;
        let owners =
            "SELECT DISTINCT r.rolname, r.rolsuper FROM pg_proc AS p JOIN pg_roles AS r ON r.oid = p.proowner
            WHERE p.pronamespace = 'ingest'::regnamespace ORDER BY 1";
        assert_eq!(
            report::rows(&mut client, owners)?,
            ["ingest_loader | f", "ingest_owner | f", "migrator | f"]
        );
        Ok(())
    })
}

/// Tables, views and sequences of the pipeline, the samples and the target.
const RELATIONS: &str = "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('ingest', 'landing', 'public') AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1";

#[test]
fn the_shipper_may_insert_into_staging_and_touch_no_other_table() -> Result<()> {
    with_database(|database| {
        let mut client = database.connect()?;
        for relation in names(&mut client, RELATIONS)? {
            let attempts = [
                format!("SELECT 1 FROM {relation}"),
                format!("INSERT INTO {relation} DEFAULT VALUES"),
                format!("DELETE FROM {relation}"),
                format!("TRUNCATE {relation}"),
                format!("LOCK TABLE {relation} IN ACCESS EXCLUSIVE MODE"),
                format!("ALTER TABLE {relation} ADD COLUMN planted int"),
                format!("DROP TABLE {relation} CASCADE"),
                format!(
                    "CREATE TRIGGER planted BEFORE INSERT ON {relation} EXECUTE FUNCTION suppress_redundant_updates_trigger()"
                ),
                format!("COPY {relation} TO STDOUT"),
            ];
            let kind = report::rows(
                &mut client,
                &format!("SELECT relkind FROM pg_class WHERE oid = '{relation}'::regclass"),
            )?;
            for attempt in attempts {
                // What can be done to tables alone is refused of a view before anybody asks for a privilege.
                if kind == ["v"] && !attempt.starts_with("SELECT") && !attempt.starts_with("LOCK") {
                    continue;
                }
                let state = state_as(&mut client, "ingest_shipper", &attempt)?;
                let staging_insert = relation == "ingest.staging" && attempt.starts_with("INSERT");
                // Without a key the row is refused by its constraint, which only those who may insert get to see.
                let expected = if staging_insert { "23502" } else { "42501" };
                assert_eq!(state, expected, "as ingest_shipper: {attempt}");
            }
            let columns = names(
                &mut client,
                &format!(
                    // Who updates an identity column is told so before anybody asks for a privilege.
                    "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '{relation}'::regclass \
                     AND attnum > 0 AND NOT attisdropped AND attidentity = ''"
                ),
            )?;
            for column in columns {
                for attempt in [
                    format!("UPDATE {relation} SET {column} = NULL"),
                    format!("SELECT {column} FROM {relation}"),
                ] {
                    if kind == ["v"] && attempt.starts_with("UPDATE") {
                        continue;
                    }
                    assert_eq!(
                        state_as(&mut client, "ingest_shipper", &attempt)?,
                        "42501",
                        "as ingest_shipper: {attempt}"
                    );
                }
            }
        }
        Ok(())
    })
}

#[test]
fn the_shipper_may_use_no_sequence_and_create_nothing() -> Result<()> {
    with_database(|database| {
        let mut client = database.connect()?;
        let sequences = names(
            &mut client,
            "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname IN ('ingest', 'landing', 'public') AND c.relkind = 'S' ORDER BY 1",
        )?;
        for sequence in sequences {
            for attempt in
                [format!("SELECT nextval('{sequence}')"), format!("SELECT setval('{sequence}', 1)")]
            {
                assert_eq!(
                    state_as(&mut client, "ingest_shipper", &attempt)?,
                    "42501",
                    "as ingest_shipper: {attempt}"
                );
            }
        }
        for attempt in [
            "CREATE TABLE ingest.planted (n int)",
            "CREATE TABLE public.planted (n int)",
            "CREATE TABLE landing.planted (n int)",
            "CREATE FUNCTION ingest.lower(text) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
            "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
            "CREATE SCHEMA planted",
            "DROP EXTENSION plpgsql",
            "CREATE ROLE planted",
            "ALTER ROLE ingest_shipper SUPERUSER",
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "SELECT pg_read_file('postgresql.conf')",
        ] {
            let state = state_as(&mut client, "ingest_shipper", attempt)?;
            assert_eq!(state, "42501", "as ingest_shipper: {attempt}");
        }
        // Which roles it could take is asked of the catalog: this session is a superuser's, which may take any.
        let memberships = report::rows(
            &mut client,
            "SELECT m.roleid::regrole FROM pg_auth_members m WHERE m.member = 'ingest_shipper'::regrole",
        )?;
        assert_eq!(memberships, Vec::<String>::new(), "ingest_shipper is a member of nothing");
        Ok(())
    })
}

#[test]
fn the_shipper_may_call_what_it_needs_of_the_pipeline_and_no_other() -> Result<()> {
    with_database(|database| {
        let mut client = database.connect()?;
        let functions = client.query(
            "SELECT p.oid::regprocedure::text,
               format('SELECT %I.%I(%s)', n.nspname, p.proname,
                 (SELECT string_agg(format('NULL::%s', CASE format_type(a, NULL) WHEN 'anyelement' THEN 'integer' ELSE format_type(a, NULL) END), ', ' ORDER BY o) FROM unnest(p.proargtypes) WITH ORDINALITY AS u (a, o))),
               has_function_privilege('ingest_shipper', p.oid, 'EXECUTE'), p.proisstrict
             FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname IN ('ingest', 'ingest_native', 'landing') OR n.nspname = 'public' AND p.proname LIKE 'ingest%'",
            &[],
        )?;
        assert!(functions.len() > 20, "the pipeline's functions were not found");
        let mut allowed = Vec::new();
        for function in functions {
            let (name, call, may): (String, String, bool) =
                (function.get(0), function.get(1), function.get(2));
            let name = if name.contains('.') { name } else { format!("public.{name}") };
            if may {
                allowed.push(name);
            } else if !function.get::<_, bool>(3) && !call.contains("trigger") {
                // A strict function of NULL is NULL without a call, so there is nobody to be refused.
                assert_eq!(
                    state_as(&mut client, "ingest_shipper", &call)?,
                    "42501",
                    "as ingest_shipper: {call}"
                );
            }
        }
        allowed.sort();
        assert_eq!(allowed, SHIPPER_CALLS);
        Ok(())
    })
}

#[test]
fn nothing_of_the_pipeline_is_anybodys() -> Result<()> {
    with_database(|database| {
        let mut client = database.connect()?;
        let open = report::rows(
            &mut client,
            "SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
               aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
             WHERE a.grantee = 0 AND (n.nspname IN ('ingest', 'ingest_native') OR n.nspname = 'public' AND p.proname LIKE 'ingest%')",
        )?;
        assert_eq!(open, Vec::<String>::new(), "functions that PUBLIC may execute");
        let tables = report::rows(
            &mut client,
            "SELECT c.oid::regclass FROM pg_class c, aclexplode(c.relacl) a WHERE a.grantee = 0 AND c.relnamespace = 'ingest'::regnamespace",
        )?;
        assert_eq!(tables, Vec::<String>::new(), "tables that PUBLIC may touch");
        Ok(())
    })
}

#[test]
fn functions_with_their_owners_rights_belong_to_no_superuser_and_pin_their_search_path() -> Result<()> {
    with_database(|database| {
        let mut client = database.connect()?;
        let loose = report::rows(
            &mut client,
            "SELECT p.oid::regprocedure, p.proowner::regrole, p.proconfig FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
             JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
               AND (r.rolsuper OR r.rolcanlogin OR NOT coalesce('search_path=pg_catalog, ingest, pg_temp' = ANY (p.proconfig), false))",
        )?;
        assert_eq!(loose, Vec::<String>::new());
        let owner = report::rows(
            &mut client,
            "SELECT rolsuper, rolcanlogin, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = 'ingest_owner'",
        )?;
        assert_eq!(owner, ["f | f | f | f | f"]);
        Ok(())
    })
}

#[test]
fn an_administrator_registers_a_table_of_its_own_and_looks_but_changes_no_ledger() -> Result<()> {
    with_database(|database| {
        let mut client = database.connect()?;
        client.batch_execute(
            "DO $$ BEGIN CREATE ROLE case_analyst NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
             GRANT ingest_admin TO case_analyst; CREATE SCHEMA analyst AUTHORIZATION case_analyst;",
        )?;
        let register = "CREATE TABLE analyst.own (id int PRIMARY KEY, _source_time timestamptz);
             SELECT public.ingest_register_dataset(name => 'own', prefix => 'own/', target => 'analyst.own');
             SELECT count(*) FROM ingest.file; SELECT public.ingest_preview('own', '{\"id\": 1}'::text);
             SELECT * FROM public.ingest_prune(interval '90 days');";
        assert_eq!(state_as(&mut client, "case_analyst", register)?, "00000");
        for attempt in [
            "UPDATE ingest.file SET status = 'loaded'",
            "DELETE FROM ingest.rejected_record",
            "INSERT INTO ingest.dataset (name, prefix, target, load_mode) VALUES ('x', 'x', 't', 'append')",
            "INSERT INTO ingest.column_mapping (dataset, column_name, expression) VALUES ('t', 'v', '1')",
            "TRUNCATE ingest.staging",
            "SELECT * FROM public.t",
        ] {
            assert_eq!(
                state_as(&mut client, "case_analyst", attempt)?,
                "42501",
                "as an administrator: {attempt}"
            );
        }
        Ok(())
    })
}
