//! Functions stand once, and all of them are applied again whenever one changed.

use std::fs;
use std::thread;

use anyhow::{Result, anyhow};
use migrate::Line;
use pg_ingest_tests::report;
use pg_ingest_tests::server::Server;

use crate::{lines, with_one_more};

#[test]
fn an_edited_function_makes_all_of_them_anew_and_what_is_gone_disappears() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    let first = with_one_more(
        "R__extra.sql",
        "CREATE FUNCTION public.ingest_extra(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
         CREATE FUNCTION public.ingest_passing() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    )?;
    let count = server.migrate(&database, &[Line::pipeline(first.path())])?.len();
    let mut client = database.connect()?;
    // Somebody's own grant, on a function that stays, on one whose arguments change and on one that goes.
    client.batch_execute(
        "DO $$ BEGIN CREATE ROLE grafana NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
         GRANT EXECUTE ON FUNCTION public.ingest_status(), public.ingest_extra(int), public.ingest_passing() TO grafana;",
    )?;

    fs::write(
        first.path().join("R__extra.sql"),
        "CREATE FUNCTION public.ingest_extra(a text, b text DEFAULT '') RETURNS text LANGUAGE sql AS 'SELECT a || b';",
    )?;
    let again = server.migrate(&database, &[Line::pipeline(first.path())])?;

    let versions = again.iter().filter(|name| name.starts_with('V')).count();
    assert_eq!(versions, 0, "structure is applied once: {again:?}");
    assert!(again.len() > 20 && again.len() < count, "every repeatable one: {again:?}");
    assert_eq!(again.first().map(String::as_str), Some("R__0_open.sql"));
    assert_eq!(again.last().map(String::as_str), Some("R__z_close.sql"));
    let functions = report::rows(
        &mut client,
        "SELECT oid::regprocedure FROM pg_proc WHERE proname IN ('ingest_extra', 'ingest_passing')",
    )?;
    assert_eq!(functions, ["ingest_extra(text,text)"], "one signature, and no function that is not declared");
    let granted = report::rows(
        &mut client,
        "SELECT has_function_privilege('grafana', 'public.ingest_status()', 'EXECUTE'),
           has_function_privilege('grafana', 'public.ingest_extra(text, text)', 'EXECUTE')",
    )?;
    assert_eq!(granted, ["t | t"], "somebody's own grant stays");
    assert_eq!(server.migrate(&database, &[Line::pipeline(first.path())])?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_batch_under_way_ends_before_its_functions_change_and_the_next_one_waits() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let changed = with_one_more(
        "R__extra.sql",
        "CREATE FUNCTION public.ingest_extra() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    )?;
    let mut shipper = database.connect()?;
    let mut batch = shipper.transaction()?;
    batch.batch_execute("INSERT INTO ingest.staging (key, body) VALUES ('a.json', '{}')")?;
    thread::scope(|scope| -> Result<()> {
        let migration = scope.spawn(|| server.migrate(&database, &[Line::pipeline(changed.path())]));
        let mut looking = database.connect()?;
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'ingest.staging'::regclass
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while report::rows(&mut looking, waiting)? != ["1"] {
            assert!(!migration.is_finished(), "the migration did not wait for the batch");
            thread::yield_now();
        }
        batch.batch_execute("SELECT * FROM public.ingest_process_staging()")?;
        batch.commit()?;
        migration.join().map_err(|_| anyhow!("the migration panicked"))??;
        Ok(())
    })?;
    assert_eq!(
        report::rows(&mut database.connect()?, "SELECT key, status FROM ingest.file")?,
        ["a.json | no_dataset"]
    );
    Ok(())
}

#[test]
fn a_session_that_has_prepared_its_load_statements_goes_on_with_types_that_are_made_anew() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let mut client = database.connect()?;
    client.batch_execute(
        "CREATE TABLE t (id int PRIMARY KEY);
         SELECT public.ingest_register_dataset(name => 't', prefix => 't/', target => 'public.t')",
    )?;
    let mut load = |id: u32| {
        client.batch_execute(&format!(
            "INSERT INTO ingest.staging (key, body) VALUES ('t/{id}.json', '{{\"id\": {id}}}'); SELECT public.ingest_process_staging()"
        ))
    };
    load(1)?;
    let changed = with_one_more("R__extra.sql", "SELECT 1;")?;
    server.migrate(&database, &[Line::pipeline(changed.path())])?;
    load(2)?;
    load(3)?;
    assert_eq!(report::rows(&mut client, "SELECT id FROM t ORDER BY 1")?, ["1", "2", "3"]);
    // By the first attempt: one that failed would have the session pause it.
    assert_eq!(
        report::rows(&mut client, "SELECT coalesce(current_setting('ingest.plain_' || md5('t'), true), '')")?,
        ["''"]
    );
    assert_eq!(
        report::rows(
            &mut client,
            "SELECT count(*) > 0 FROM pg_prepared_statements WHERE parameter_types[1] = 'ingest.claimed_file[]'::regtype"
        )?,
        ["t"]
    );
    Ok(())
}

#[test]
fn what_others_built_on_a_function_is_named_before_anything_is_changed() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let mut client = database.connect()?;
    client.batch_execute("CREATE VIEW public.board AS SELECT public.ingest_status() AS status")?;
    let changed = with_one_more("R__extra.sql", "SELECT 1;")?;
    let refusal = server
        .migrate(&database, &[Line::pipeline(changed.path())])
        .expect_err("a view depends on a function");
    let told = format!("{refusal:#}");
    assert!(told.contains("view board depends on function ingest_status()"), "{told}");
    assert!(told.contains("Drop those objects, migrate, and create them again"), "{told}");
    client.batch_execute("SELECT * FROM public.board")?;
    Ok(())
}

#[test]
fn every_function_is_created_again_with_its_body_checked() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let mut client = database.connect()?;
    // While they are applied, bodies are not checked: functions call each other in any order of files.
    client.batch_execute(
        "DO $$
         DECLARE
           f record;
         BEGIN
           FOR f IN SELECT p.oid FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
             WHERE n.nspname = 'ingest' OR n.nspname = 'public' AND starts_with(p.proname, 'ingest_')
           LOOP
             EXECUTE pg_get_functiondef(f.oid);
           END LOOP;
         END
         $$",
    )?;
    Ok(())
}
