//! pg_stat_statements keeps 5,000 statements and forgets the rarest: whoever fills it takes from all others.

use anyhow::{Context, Result};
use pg_ingest_tests::report;
use postgres::Client;

use super::{has, load, on_each_engine};

/// Distinct statements of this database, those inside functions included, and such as a client sent.
fn statements(client: &mut Client) -> Result<(usize, usize)> {
    let found = report::rows(
        client,
        "SELECT count(DISTINCT s.queryid) || ' ' || count(DISTINCT s.queryid) FILTER (WHERE s.toplevel) FROM pg_stat_statements AS s
         JOIN pg_database AS d ON d.oid = s.dbid WHERE d.datname = current_database()",
    )?;
    let counts = found.first().and_then(|counts| counts.split_once(' ')).context("no counts")?;
    Ok((counts.0.parse()?, counts.1.parse()?))
}

#[test]
fn no_batch_file_or_record_has_statements_of_its_own() -> Result<()> {
    if !has("pg_stat_statements")? {
        return Ok(());
    }
    let settings = [
        ("shared_preload_libraries", "pg_stat_statements"),
        ("pg_stat_statements.track", "all"),
        ("compute_query_id", "on"),
    ];
    on_each_engine(&settings, |database, _, engine| {
        let mut client = database.connect()?;
        client.batch_execute("CREATE EXTENSION pg_stat_statements")?;
        // Whatever happens has happened by then: faults, members that no column reads, files that are broken.
        load(&mut client, 0..40)?;
        let (before, _) = statements(&mut client)?;
        load(&mut client, 40..70)?;
        let (after, sent) = statements(&mut client)?;
        println!(
            "{}: {before} statements after 40 batches into 5 targets, {after} after 70, {sent} of them a client's",
            engine.name()
        );
        assert!(after - before <= 20, "{}: {before} statements became {after} in 30 batches", engine.name());
        assert!(after < 1000, "{}: {after} statements for 5 targets", engine.name());
        Ok(())
    })
}
