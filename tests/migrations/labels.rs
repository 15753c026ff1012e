//! What the catalog says of functions must be true: a worker of a parallel query can open no savepoint.

use anyhow::Result;
use pg_ingest_tests::report;
use pg_ingest_tests::server::Server;

/// Functions labelled PARALLEL SAFE that catch errors, or call one that does.
const UNTRUE: &str = r"WITH RECURSIVE functions AS (
    SELECT p.oid, p.proname, p.prosrc, p.proparallel FROM pg_proc AS p WHERE p.pronamespace = 'ingest'::regnamespace
      OR p.pronamespace = 'public'::regnamespace AND starts_with(p.proname, 'ingest_')
  ), catching AS (
    SELECT f.oid, f.proname FROM functions AS f WHERE f.prosrc ~ '\mEXCEPTION\s+(--[^\n]*\n\s*)*WHEN\M'
    UNION SELECT f.oid, f.proname FROM functions AS f JOIN catching AS c ON f.prosrc ~ ('\mingest\.' || c.proname || '\s*\(')
  )
  SELECT f.oid::regprocedure FROM functions AS f JOIN catching AS c USING (oid) WHERE f.proparallel <> 'u' ORDER BY 1";

/// One that is known to catch errors, so that the search is seen to find any.
const KNOWN: &str =
    "SELECT count(*) FROM pg_proc WHERE proname = 'value_code' AND prosrc ~ '\\mEXCEPTION\\s+WHEN\\M'";

#[test]
fn what_catches_errors_is_not_said_to_run_in_parallel() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &local_stack::migrations())?;
    let mut client = database.connect()?;
    assert_eq!(report::rows(&mut client, KNOWN)?, ["1"]);
    assert_eq!(
        report::rows(&mut client, UNTRUE)?,
        Vec::<String>::new(),
        "PARALLEL SAFE is not true of these"
    );
    Ok(())
}
