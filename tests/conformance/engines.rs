//! Which engine loads, where the extension does not fit: the other one, for a reason that can be read.

use anyhow::{Context, Result};
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::sql::error_text;
use postgres::Client;

const TARGET: &str = "CREATE TABLE t (id int PRIMARY KEY, _source_time timestamptz);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't');
    SELECT public.ingest_use_engine('auto')";

/// One batch, staged and processed in one transaction as the shipper does.
const BATCH: &str = "BEGIN;
    SELECT pg_catalog.set_config('ingest.hold_bodies', CASE public.ingest_engine() WHEN 'native' THEN 'on' ELSE 'off' END, true);
    INSERT INTO ingest.staging (batch_id, key, body) VALUES ('00000000-0000-0000-0000-00000000000a', 'a.json', '{\"id\": 1}');
    SELECT * FROM public.ingest_process_staging('00000000-0000-0000-0000-00000000000a');
    COMMIT";

fn loads_by_sql(client: &mut Client) -> Result<String> {
    client.batch_execute(BATCH).map_err(|error| anyhow::anyhow!(error_text(&error)))?;
    assert_eq!(report::rows(client, "SELECT id FROM t")?, ["1"]);
    assert_eq!(report::rows(client, "SELECT engine FROM ingest.batch")?, ["sql"]);
    let problem = report::rows(client, "SELECT public.ingest_status() ->> 'native_problem'")?;
    problem.first().cloned().context("no status")
}

#[test]
fn where_the_extensions_library_is_gone_the_sql_engine_loads_and_says_why() -> Result<()> {
    let server = Server::start(&[Engine::Native])?;
    let database = server.database(Engine::Native)?;
    let mut client = database.connect()?;
    client.batch_execute(TARGET)?;
    client.batch_execute(
        "UPDATE pg_proc SET probin = '$libdir/gone' WHERE pronamespace = 'ingest_native'::regnamespace AND probin IS NOT NULL",
    )?;
    let problem = loads_by_sql(&mut database.connect()?)?;
    assert!(problem.contains("cannot be used") && problem.contains("gone"), "{problem}");
    Ok(())
}

/// A library for a PostgreSQL that never was, as one for another major looks to this server.
const FOREIGN: &str = "struct { int length, version, rest[64]; } magic = { 64, 900 };
    const void *Pg_magic_func(void) { return &magic; }
    const void *pg_finfo_version(void) { static int one = 1; return &one; }";

#[test]
fn a_library_of_another_major_is_not_used_and_the_sql_engine_says_why() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let (source, library) = (folder.path().join("foreign.c"), folder.path().join("foreign.so"));
    std::fs::write(&source, FOREIGN)?;
    let built = std::process::Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status()?;
    assert!(built.success(), "the library cannot be built");
    let server = Server::start(&[Engine::Native])?;
    let database = server.database(Engine::Native)?;
    let mut client = database.connect()?;
    client.batch_execute(TARGET)?;
    client.execute(
        "UPDATE pg_proc SET probin = $1 WHERE pronamespace = 'ingest_native'::regnamespace AND probin IS NOT NULL",
        &[&library.display().to_string()],
    )?;
    let problem = loads_by_sql(&mut database.connect()?)?;
    for part in
        ["incompatible library", "version mismatch", "install its files of release", "CREATE EXTENSION"]
    {
        assert!(problem.contains(part), "{part} is not in: {problem}");
    }
    Ok(())
}

#[test]
fn a_library_of_another_release_is_not_used_and_cannot_be_chosen() -> Result<()> {
    let server = Server::start(&[Engine::Native])?;
    let database = server.database(Engine::Native)?;
    let mut client = database.connect()?;
    client.batch_execute(TARGET)?;
    client.batch_execute("CREATE OR REPLACE FUNCTION ingest_native.version() RETURNS text LANGUAGE sql AS $$ SELECT '0.1.9' $$")?;
    let mut client = database.connect()?;
    let problem = loads_by_sql(&mut client)?;
    assert!(problem.contains("library is of release 0.1.9"), "{problem}");
    let refused =
        client.batch_execute("SELECT public.ingest_use_engine('native')").err().context("it was chosen")?;
    assert!(error_text(&refused).contains("library is of release 0.1.9"), "{}", error_text(&refused));
    Ok(())
}

#[test]
fn without_the_extension_nobody_is_told_of_its_absence_who_does_not_count_on_it() -> Result<()> {
    let server = Server::start(&[Engine::Sql])?;
    let database = server.database(Engine::Sql)?;
    let mut client = database.connect()?;
    client.batch_execute(TARGET)?;
    assert_eq!(loads_by_sql(&mut client)?, "∅");
    client.batch_execute("UPDATE ingest.setting SET value = 'native' WHERE name = 'engine'")?;
    let problem = report::rows(&mut client, "SELECT public.ingest_status() ->> 'native_problem'")?;
    assert_eq!(problem, ["the extension pg_ingest is not installed in this database"]);
    Ok(())
}
