//! The migrations as one file of SQL leave what the migrations leave, for a role that is no superuser too.

use anyhow::{Context, Result};
use migrate::Line;
use pg_ingest_tests::diff;
use pg_ingest_tests::server::{Database, Server};
use pg_ingest_tests::sql::error_text;
use postgres::{Client, NoTls};

use crate::{migrations, snapshot};

/// Whoever makes an instance of RDS gets such a role.
const MASTER: &str = "CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'sesame'";

/// The URL of a database for that role, to whom it belongs from now on.
fn for_master(database: &Database<'_>) -> Result<String> {
    database.connect()?.batch_execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO master', current_database()); END $$;
         ALTER SCHEMA public OWNER TO master;",
    )?;
    let (_, place) = database.url().split_once('@').context("a URL without a password")?;
    Ok(format!("postgresql://master:sesame@{place}"))
}

/// What a file has installed is what the migrations of these lines make, and they find nothing to apply.
fn require_as_migrated(server: &Server, database: &Database<'_>, lines: &[Line]) -> Result<()> {
    assert_eq!(server.migrate(database, lines)?, Vec::<String>::new(), "nothing is left to apply");
    let migrated = server.empty_database()?;
    let url = for_master(&migrated)?;
    tokio::runtime::Runtime::new()?.block_on(migrate::apply_to_url(&url, lines))?;
    let (one, other) = (snapshot::of(&mut database.connect()?)?, snapshot::of(&mut migrated.connect()?)?);
    assert!(one == other, "{}", diff::lines(&other, &one));
    Ok(())
}

#[test]
fn one_file_installs_what_the_migrations_do_and_goes_on_with_them() -> Result<()> {
    let server = Server::start(&[])?;
    let lines = [Line::pipeline(&migrations())];
    let file = migrate::installer(&lines[0], "0.0.0")?;

    let database = server.empty_database()?;
    database.connect()?.batch_execute(MASTER)?;
    let mut client = Client::connect(&for_master(&database)?, NoTls)?;
    client.batch_execute(&file).map_err(|error| anyhow::anyhow!(error_text(&error)))?;

    let refused = client.batch_execute(&file).err().context("it was installed twice")?;
    assert!(error_text(&refused).contains("expected none"), "{}", error_text(&refused));

    require_as_migrated(&server, &database, &lines)
}

/// What pg_tle does of it: it keeps the text, and CREATE EXTENSION runs it.
const PG_TLE: &str = "CREATE SCHEMA pgtle;
    CREATE FUNCTION pgtle.install_extension(name text, version text, description text, ext text) RETURNS boolean LANGUAGE plpgsql
      AS $$ BEGIN EXECUTE ext; RETURN true; END $$;
    GRANT USAGE ON SCHEMA pgtle TO master";

#[test]
fn the_extension_of_pg_tle_installs_what_the_migrations_do_and_holds_none_of_it() -> Result<()> {
    let server = Server::start(&[])?;
    let lines = [Line::pipeline(&migrations())];
    let file = migrate::trusted_extension(&lines[0], "0.0.0")?;

    let database = server.empty_database()?;
    database.connect()?.batch_execute(MASTER)?;
    let mut client = Client::connect(&for_master(&database)?, NoTls)?;
    database.connect()?.batch_execute(PG_TLE)?;
    let mut run = |sql: &str| client.batch_execute(sql).map_err(|error| anyhow::anyhow!(error_text(&error)));
    run(&file)?;
    run("SELECT pg_ingest_install()")?;
    let twice = run("SELECT pg_ingest_install()").err().context("it was installed twice")?;
    assert!(twice.to_string().contains("expected none"), "{twice}");
    run("DROP FUNCTION pg_ingest_install()")?;
    database.connect()?.batch_execute("DROP SCHEMA pgtle CASCADE")?;

    require_as_migrated(&server, &database, &lines)
}
