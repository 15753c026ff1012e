//! Whatever is set for a database or a role, what is called from outside computes the same: it pins every setting.

use anyhow::Result;
use pg_ingest_tests::report;
use pg_ingest_tests::server::Server;
use postgres::Client;

/// What is called from outside: by name, and every definer that a role for people or programs may execute.
const ENTRIES: &str = "FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE (n.nspname = 'public' AND starts_with(p.proname, 'ingest_') OR n.nspname = 'ingest' AND p.prosecdef)
      AND EXISTS (SELECT FROM unnest(ARRAY['ingest_shipper', 'ingest_admin', 'ingest_reader', 'ingest_dbt']) AS r
        WHERE has_function_privilege(r, p.oid, 'EXECUTE'))";

/// The migrations' list, as SQL.
const PINNED: &str = "SELECT p.name FROM ingest.pinned_settings() AS p";

/// The functions called from outside that do not pin one of the settings, each with its name.
fn unpinned(client: &mut Client) -> Result<Vec<String>> {
    let query = format!(
        "SELECT e.function, s.setting FROM (SELECT p.oid::regprocedure AS function, p.proconfig {ENTRIES}) AS e
         CROSS JOIN ({PINNED}) AS s (setting)
         WHERE s.setting IN (SELECT lower(k.name) FROM pg_settings AS k)
           AND s.setting NOT IN (SELECT lower(split_part(c, '=', 1)) FROM unnest(e.proconfig) AS c)
           -- It sets this one where it is another, and the other reads no time: PostgreSQL reads a file for it.
           AND NOT (s.setting = 'timezone_abbreviations' AND e.function IN ('ingest_process_staging(uuid)'::regprocedure, 'ingest_engine()'::regprocedure)) ORDER BY 1, 2"
    );
    Ok(report::rows(client, &query)?)
}

#[test]
fn every_function_that_is_called_from_outside_pins_every_setting() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &super::lines())?;
    let mut client = database.connect()?;
    // Settings of PL/pgSQL are known as soon as it is used.
    client.batch_execute("DO $$ BEGIN END $$")?;
    assert_eq!(unpinned(&mut client)?, Vec::<String>::new(), "R__z_close.sql pins nothing of these");
    let count: i64 = client.query_one(&format!("SELECT count(*) {ENTRIES}"), &[])?.get(0);
    assert!(count >= 14, "{count} functions are called from outside");
    // One more, of a schema that is pinned by name alone, is found.
    client.batch_execute(
        "CREATE FUNCTION ingest.another() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
           SET timezone = 'UTC' AS 'SELECT 1';
         GRANT EXECUTE ON FUNCTION ingest.another() TO ingest_admin",
    )?;
    let found = unpinned(&mut client)?;
    assert!(found.contains(&"ingest.another() | datestyle".to_owned()), "{found:?}");
    assert!(!found.iter().any(|one| one.ends_with(" timezone")), "{found:?}");
    Ok(())
}
