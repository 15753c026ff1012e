//! Load statements that the session has prepared: whose they are, and which there are.

use anyhow::{Context, Result};
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::{report, sql};
use postgres::Client;

use crate::login;

#[test]
fn what_anybody_prepares_by_a_name_of_the_pipelines_is_not_run_as_the_loader() -> Result<()> {
    const OURS: &str = "SELECT name, statement FROM pg_prepared_statements WHERE name LIKE 'ingest %'";
    let server = Server::start(&[Engine::Sql])?;
    let database = server.database(Engine::Sql)?;
    let mut client = database.connect()?;
    client.batch_execute(
        "CREATE TABLE t (id int PRIMARY KEY);
         SELECT public.ingest_register_dataset(name => 't', prefix => 't/', target => 'public.t');
         CREATE ROLE thief LOGIN PASSWORD 'thief' IN ROLE ingest_shipper",
    )?;
    let mut thief = login(&database, "thief")?;
    let load = |thief: &mut Client, id: u32| {
        thief.batch_execute(&format!(
            "INSERT INTO ingest.staging (batch_id, key, body) VALUES ('00000000-0000-4000-8000-00000000000{id}', 't/{id}.json', '{{\"id\": {id}}}');
             SELECT * FROM public.ingest_process_staging('00000000-0000-4000-8000-00000000000{id}')"
        ))
    };
    load(&mut thief, 1)?;
    let prepared = thief.query(OURS, &[])?;
    assert_eq!(prepared.len(), 1, "the plain load statement");
    let (name, text): (String, String) = (prepared[0].get(0), prepared[0].get(1));

    let (_, of_ours) = text.split_once(" AS WITH ").context(text.clone())?;
    let forged =
        text.replace(of_ours, "forged AS (DELETE FROM public.t RETURNING 1) SELECT '{}'::jsonb FROM forged");
    thief.batch_execute(&format!("DEALLOCATE {}; {forged}", sql::name(&name)))?;
    load(&mut thief, 2)?;
    assert_eq!(thief.query(OURS, &[])?[0].get::<_, String>(1), text, "prepared anew");

    // The same text, read otherwise, is none.
    thief
        .batch_execute(&format!("DEALLOCATE {}; SET standard_conforming_strings = off", sql::name(&name)))?;
    let refused = thief.batch_execute(&text).expect_err("the text was read with other strings");
    assert_eq!(sql::state(&refused), "42601", "{}", sql::error_text(&refused));

    // What a pooler throws away, and what looks names up elsewhere.
    thief.batch_execute("DISCARD ALL")?;
    load(&mut thief, 3)?;
    thief.batch_execute(&format!("DEALLOCATE ALL; SET search_path = pg_temp, public; {text}"))?;
    load(&mut thief, 4)?;
    assert_eq!(report::rows(&mut client, "SELECT id FROM t ORDER BY 1")?, ["1", "2", "3", "4"]);
    assert_eq!(report::rows(&mut client, "SELECT status FROM ingest.file GROUP BY 1")?, ["loaded"]);
    // A condition that users wrote means what the settings made of it when it was prepared, so it never is.
    client.batch_execute(
        "CREATE TABLE f (id int PRIMARY KEY, at timestamptz);
         SELECT public.ingest_register_dataset(name => 'f', prefix => 't/f/', target => 'public.f',
           record_filter => 'at IS NULL OR at > ''2026-03-04''')",
    )?;
    thief.batch_execute("DISCARD ALL")?;
    thief.batch_execute(
        "INSERT INTO ingest.staging (batch_id, key, body) VALUES ('00000000-0000-4000-8000-000000000006', 't/f/6.json', '{\"id\": 6}');
         SELECT * FROM public.ingest_process_staging('00000000-0000-4000-8000-000000000006')",
    )?;
    assert_eq!(report::rows(&mut client, "SELECT id FROM f")?, ["6"]);
    assert_eq!(thief.query(OURS, &[])?.len(), 0, "a filter is kept as it was read");
    // One that compares nothing but texts means the same at any settings.
    client.batch_execute(
        "CREATE TABLE p (id int PRIMARY KEY);
         SELECT public.ingest_register_dataset(name => 'p', prefix => 't/p/', target => 'public.p', on_unknown => 'ignore',
           record_filter => 'record ->> ''kind'' IN (''order'', ''offer'')')",
    )?;
    thief.batch_execute(
        r#"INSERT INTO ingest.staging (batch_id, key, body) VALUES ('00000000-0000-4000-8000-000000000007', 't/p/7.json',
             '{"id": 7, "kind": "order"} {"id": 8, "kind": "user"}');
           SELECT * FROM public.ingest_process_staging('00000000-0000-4000-8000-000000000007')"#,
    )?;
    assert_eq!(report::rows(&mut client, "SELECT id FROM p")?, ["7"]);
    assert_eq!(thief.query(OURS, &[])?.len(), 1, "a plain filter is read anew for each batch");
    Ok(())
}
