//! Many shippers at once, on a real server: the same table, ledger and quarantine as one shipper alone in quiet.
//!
//! `ENGINE=sql|native` runs one engine, `SEED=n` another workload, `KILLS=n` more crashes, `SECONDS=n` aborts for longer.

mod aborts;
mod children;
mod crashes;
mod deletes;
mod dismissals;
mod drawn_defaults;
mod erasing;
mod evolving;
mod filling;
mod held_bodies;
mod locks;
mod mirroring;
mod new_keys;
mod overlap;
mod permutations;
mod removing;
mod retention;
mod sessions;
mod shared_faults;
mod sharing;
mod snapshot;
mod targets;
mod waiting;
mod workload;

use anyhow::Result;
use pg_ingest_tests::environment::number;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::Staged;
use pg_ingest_tests::{diff, sql};
use postgres::Client;

/// A database with a target for the workload.
fn prepared<'a>(server: &'a Server, engine: Engine, ddl: &str) -> Result<Database<'a>> {
    let database = server.database(engine)?;
    let mut client = database.connect()?;
    client.batch_execute(ddl).map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
    Ok(database)
}

/// The steps of one case, on a database of the native engine with these tables; no case where that engine is left out.
fn with_native(ddl: &str, steps: impl Fn(&Database<'_>, Client) -> Result<()>) -> Result<()> {
    if Engine::from_environment()?.contains(&Engine::Native) {
        let server = Server::start(&[Engine::Native])?;
        let database = server.database(Engine::Native)?;
        let mut client = database.connect()?;
        client.batch_execute(ddl)?;
        steps(&database, client)?;
    }
    Ok(())
}

/// What one session makes of the files, delivered in the order of their puts.
fn quiet_run(server: &Server, engine: Engine, ddl: &str, files: &[Staged]) -> Result<String> {
    let database = prepared(server, engine, ddl)?;
    let mut client = database.connect()?;
    for (number, batch) in files.chunks(5).enumerate() {
        pg_ingest_tests::staging::run_batch(
            &mut client,
            Some(&pg_ingest_tests::staging::batch_id(number + 1)),
            batch,
        )
        .map_err(|error| anyhow::anyhow!("the quiet run: {}", sql::error_text(&error)))?;
    }
    snapshot::snapshot(&mut client)
}

/// Panics with a readable difference where a run ended otherwise than the quiet one, or left a fault.
fn assert_like_quiet(database: &Database<'_>, quiet: &str, poison: usize) -> Result<()> {
    let mut client = database.connect()?;
    let found = snapshot::snapshot(&mut client)?;
    let difference: Vec<String> =
        diff::lines(quiet, &found).lines().filter(|line| !line.starts_with("    ")).map(Into::into).collect();
    assert!(
        difference.is_empty(),
        "otherwise than in quiet (- quiet, + this run):\n{}",
        difference.join("\n")
    );
    assert_eq!(snapshot::faults(&mut client)?, Vec::<String>::new());
    let rejected: i64 = client
        .query_one("SELECT count(DISTINCT (file_id, record_no)) FROM ingest.rejected_record", &[])?
        .get(0);
    assert_eq!(
        usize::try_from(rejected)?,
        poison,
        "records in quarantine; expected the poison and nothing healthy"
    );
    Ok(())
}
