//! pgaudit writes a line for each statement, those inside functions included.

use anyhow::{Result, anyhow};
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::Server;
use pg_ingest_tests::sql::error_text;
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};
use postgres::Client;

use super::{TABLES, has, load, on_each_engine};

/// An auditor by session and one by object: a role with rights on what it watches.
const AUDIT: &str = "CREATE EXTENSION pgaudit;
    DO $$ BEGIN IF to_regrole('auditor') IS NULL THEN CREATE ROLE auditor; END IF; END $$;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO auditor;
    SET pgaudit.role = 'auditor'";

/// The lines of the audit that a batch of so many clean records makes.
fn lines(client: &mut Client, server: &Server, number: usize, records: usize) -> Result<usize> {
    let record =
        |place: usize| format!("{{\"id\": {}, \"v\": 1, \"note\": \"clean\"}}", number * 10_000 + place);
    let body = (0..records).map(record).collect::<Vec<_>>().join("\n");
    let file = Staged::from_bytes(File::of_key(&format!("log/clean-{number}.json")), body.into_bytes());
    let before = server.log()?.len();
    let outcome =
        run_batch(client, Some(&batch_id(number)), &[file]).map_err(|error| anyhow!(error_text(&error)))?;
    assert_eq!(usize::try_from(outcome.count("rows_loaded"))?, records);
    Ok(server.log()?.split_off(before).matches("AUDIT: ").count())
}

#[test]
fn an_audited_server_loads_and_writes_no_line_for_each_record() -> Result<()> {
    if !has("pgaudit")? {
        return Ok(());
    }
    let settings =
        [("shared_preload_libraries", "pgaudit"), ("pgaudit.log", "all"), ("pgaudit.log_relation", "on")];
    on_each_engine(&settings, |database, server, engine| {
        let mut client = database.connect()?;
        client.batch_execute(AUDIT)?;
        let before = server.log()?.len();
        load(&mut client, 0..10)?;
        let log = server.log()?.split_off(before);
        for table in TABLES {
            let written = format!("WRITE,INSERT,TABLE,public.{table},");
            // The native engine writes plain rows as COPY does, without a statement.
            assert!(
                engine.name() == "native" || log.contains(&written),
                "{}: no line says {written}",
                engine.name()
            );
        }
        lines(&mut client, server, 100, 10)?;
        let (few, many) = (lines(&mut client, server, 101, 10)?, lines(&mut client, server, 102, 2000)?);
        println!("{}: {few} lines for a batch of one file", engine.name());
        assert!(few.abs_diff(many) < 10, "{}: {few} lines for 10 records, {many} for 2,000", engine.name());
        Ok(())
    })
}
