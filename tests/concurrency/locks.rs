//! A lock that is held too long fails the batch and condemns no row.

use anyhow::Result;
use fastrand::Rng;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::sql;
use pg_ingest_tests::staging::{batch_id, run_batch};

use crate::{assert_like_quiet, prepared, quiet_run, workload};

/// Ways to stand in a batch's way: of one of its rows, of its target, of an object, of what its rows refer to.
const BLOCKERS: &[&str] = &[
    "SELECT * FROM t FOR UPDATE",
    "LOCK TABLE t IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE t IN EXCLUSIVE MODE",
    "SELECT * FROM ingest.object FOR UPDATE",
    "LOCK TABLE ingest.file IN SHARE MODE",
    "LOCK TABLE ingest.rejected_record IN ACCESS EXCLUSIVE MODE",
    "SELECT * FROM parent FOR UPDATE",
];

#[test]
fn a_lock_timeout_is_raised_again_and_the_redelivery_loads_everything() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let work = workload::workload(&mut Rng::with_seed(5), 20);
    let (first, rest) = work.files.split_at(work.files.len() / 2);
    for engine in engines {
        let quiet = quiet_run(&server, engine, workload::DDL, &work.files)?;
        for blocker in BLOCKERS {
            let database = prepared(&server, engine, workload::DDL)?;
            let (mut shipper, mut other) = (database.connect()?, database.connect()?);
            run_batch(&mut shipper, Some(&batch_id(1)), first)?;
            shipper.batch_execute("SET lock_timeout = '100ms'")?;
            let before = counts(&mut other)?;
            let mut holder = other.transaction()?;
            holder.batch_execute(blocker)?;

            let refused = run_batch(&mut shipper, Some(&batch_id(2)), &work.files).expect_err(blocker);
            assert_eq!(sql::state(&refused), "55P03", "{blocker}: {}", sql::error_text(&refused));
            holder.rollback()?;
            assert_eq!(counts(&mut other)?, before, "{blocker}: the failed batch left something");

            shipper.batch_execute("RESET lock_timeout")?;
            run_batch(&mut shipper, Some(&batch_id(3)), rest)?;
            assert_like_quiet(&database, &quiet, work.poison)?;
        }
    }
    Ok(())
}

/// Rows, ledger entries, rejects and batches.
fn counts(client: &mut postgres::Client) -> Result<(i64, i64, i64, i64)> {
    let row = client.query_one(
        "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM ingest.file),
                (SELECT count(*) FROM ingest.rejected_record), (SELECT count(*) FROM ingest.batch)",
        &[],
    )?;
    Ok((row.get(0), row.get(1), row.get(2), row.get(3)))
}
