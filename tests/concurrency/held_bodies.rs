//! Bodies that the native engine holds in the session's memory: no commit loses one, no savepoint mixes them up.

use anyhow::{Context, Result};
use pg_ingest_tests::body::{Body, Part};
use pg_ingest_tests::case::File;
use pg_ingest_tests::staging::{HOLD_BODIES, Staged, batch_id, process, run_batch, stage};
use pg_ingest_tests::{report, sql};

use crate::with_native;

const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, note text);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't')";
const HELD: &str = "SELECT count(body), count(held) FROM ingest.staging";
const ROWS: &str = "SELECT string_agg(id::text, ' ' ORDER BY id) FROM t";
const BOOKS: &str = "SELECT (SELECT count(*) FROM ingest.staging), (SELECT count(*) FROM ingest.file)";

/// A file with one record.
fn file(id: i32) -> Result<Staged> {
    let body = Body::One(Part::Text(format!(r#"{{"id": {id}, "note": "n"}}"#)));
    Staged::from_case(&File::new(&format!("{id}.json"), body))
}

/// The server's refusal of a COMMIT.
fn refusal(committed: Result<(), postgres::Error>) -> Result<String> {
    let error = committed.err().context("COMMIT went through; expected a refusal")?;
    assert_eq!(sql::state(&error), "55000");
    Ok(sql::error_text(&error))
}

#[test]
fn a_commit_that_would_lose_bodies_is_refused_and_leaves_nothing() -> Result<()> {
    with_native(DDL, |_, mut client| {
        let files = [file(1)?, file(2)?];
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(1)), &files)?;
        assert_eq!(report::rows(&mut transaction, HELD)?, ["0 | 2"]);
        let refused = refusal(transaction.commit())?;
        assert!(refused.contains("2 staged files were not processed"), "{refused}");
        assert_eq!(report::rows(&mut client, BOOKS)?, ["0 | 0"]);
        // The session goes on, and the redelivery finds nothing in its way.
        run_batch(&mut client, Some(&batch_id(1)), &files)?;
        assert_eq!(report::rows(&mut client, ROWS)?, ["1 2"]);
        Ok(())
    })
}

#[test]
fn a_prepare_that_would_lose_bodies_is_refused_and_leaves_nothing() -> Result<()> {
    with_native(DDL, |_, mut client| {
        client.batch_execute("BEGIN")?;
        stage(&mut client, Some(&batch_id(1)), &[file(1)?])?;
        let refused = refusal(client.batch_execute("PREPARE TRANSACTION 'one'"))?;
        assert!(refused.contains("1 staged files were not processed"), "{refused}");
        assert_eq!(report::rows(&mut client, BOOKS)?, ["0 | 0"]);
        // What was processed needs the session no more.
        client.batch_execute("BEGIN")?;
        stage(&mut client, Some(&batch_id(1)), &[file(1)?])?;
        process(&mut client, Some(&batch_id(1)))?;
        client.batch_execute("PREPARE TRANSACTION 'two'")?;
        client.batch_execute("COMMIT PREPARED 'two'")?;
        assert_eq!(report::rows(&mut client, ROWS)?, ["1"]);
        Ok(())
    })
}

#[test]
fn a_size_changed_after_staging_is_refused_instead_of_taken_for_a_missing_object() -> Result<()> {
    with_native(DDL, |_, mut client| {
        for size in ["NULL", "3", "999999999"] {
            let mut transaction = client.transaction()?;
            stage(&mut transaction, Some(&batch_id(1)), &[file(1)?])?;
            transaction.execute(&format!("UPDATE ingest.staging SET size = {size}"), &[])?;
            let refused = process(&mut transaction, Some(&batch_id(1))).err().context("it was processed")?;
            assert_eq!(sql::state(&refused), "55000", "{size}: {}", sql::error_text(&refused));
            transaction.rollback()?;
        }
        assert_eq!(report::rows(&mut client, BOOKS)?, ["0 | 0"]);
        Ok(())
    })
}

#[test]
fn the_shipper_gives_no_number_of_a_held_body() -> Result<()> {
    with_native(DDL, |_, mut client| {
        client.batch_execute("DROP EXTENSION pg_ingest; SET ROLE ingest_shipper")?;
        let refused =
            client.batch_execute("INSERT INTO ingest.staging (key, held) VALUES ('1.json', 1)").err();
        assert_eq!(sql::state(&refused.context("it was staged")?), "42501");
        client.batch_execute("INSERT INTO ingest.staging (key, body) VALUES ('1.json', '{}')")?;
        Ok(())
    })
}

#[test]
fn one_batch_processed_of_two_staged_is_not_enough() -> Result<()> {
    with_native(DDL, |_, mut client| {
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(1)), &[file(1)?])?;
        stage(&mut transaction, Some(&batch_id(2)), &[file(2)?])?;
        process(&mut transaction, Some(&batch_id(1)))?;
        let refused = refusal(transaction.commit())?;
        assert!(refused.contains("1 staged files were not processed"), "{refused}");
        assert_eq!(report::rows(&mut client, ROWS)?, ["∅"]);
        Ok(())
    })
}

#[test]
fn processing_that_was_undone_counts_for_nothing() -> Result<()> {
    with_native(DDL, |_, mut client| {
        for processed_again in [false, true] {
            let mut transaction = client.transaction()?;
            stage(&mut transaction, Some(&batch_id(1)), &[file(1)?])?;
            let mut attempt = transaction.transaction()?;
            process(&mut attempt, Some(&batch_id(1)))?;
            attempt.rollback()?;
            assert_eq!(
                report::rows(&mut transaction, HELD)?,
                ["0 | 1"],
                "the bytes wait for the next attempt"
            );
            if processed_again {
                let mut attempt = transaction.transaction()?;
                process(&mut attempt, Some(&batch_id(1)))?;
                attempt.commit()?;
                transaction.commit()?;
            } else {
                refusal(transaction.commit())?;
            }
        }
        assert_eq!(report::rows(&mut client, ROWS)?, ["1"]);
        assert_eq!(report::rows(&mut client, BOOKS)?, ["0 | 1"]);
        Ok(())
    })
}

#[test]
fn staging_that_was_undone_is_forgotten() -> Result<()> {
    with_native(DDL, |_, mut client| {
        let mut transaction = client.transaction()?;
        let mut cut_off = transaction.transaction()?;
        stage(&mut cut_off, Some(&batch_id(1)), &[file(1)?])?;
        cut_off.rollback()?;
        let mut whole = transaction.transaction()?;
        stage(&mut whole, Some(&batch_id(1)), &[file(2)?])?;
        whole.commit()?;
        process(&mut transaction, Some(&batch_id(1)))?;
        transaction.commit()?;
        assert_eq!(report::rows(&mut client, ROWS)?, ["2"]);
        Ok(())
    })
}

#[test]
fn nobody_else_processes_what_a_session_holds() -> Result<()> {
    with_native(DDL, |database, mut client| {
        let mut other = database.connect()?;
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(1)), &[file(1)?])?;
        let mut bystander = other.transaction()?;
        for batch in [None, Some(batch_id(1))] {
            assert_eq!(process(&mut bystander, batch.as_deref())?.count("files"), 0);
        }
        bystander.commit()?;
        process(&mut transaction, Some(&batch_id(1)))?;
        transaction.commit()?;
        assert_eq!(report::rows(&mut client, ROWS)?, ["1"]);
        Ok(())
    })
}

#[test]
fn the_engine_may_change_between_staging_and_processing() -> Result<()> {
    with_native(DDL, |database, mut client| {
        let mut other = database.connect()?;
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(1)), &[file(1)?])?;
        other.batch_execute("SELECT public.ingest_use_engine('sql')")?;
        process(&mut transaction, Some(&batch_id(1)))?;
        transaction.commit()?;
        assert_eq!(
            report::rows(&mut client, "SELECT engine, files, bytes FROM ingest.batch")?,
            ["sql | 1 | 22"]
        );
        assert_eq!(report::rows(&mut client, ROWS)?, ["1"]);
        Ok(())
    })
}

#[test]
fn the_extension_can_be_dropped_but_not_under_a_batch() -> Result<()> {
    with_native(DDL, |database, mut client| {
        let mut other = database.connect()?;
        other.batch_execute("SET lock_timeout = '100ms'")?;
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(1)), &[file(1)?])?;
        let refused = other.batch_execute("DROP EXTENSION pg_ingest").err().context("it was dropped")?;
        assert_eq!(sql::state(&refused), "55P03", "{}", sql::error_text(&refused));
        process(&mut transaction, Some(&batch_id(1)))?;
        transaction.commit()?;

        other.batch_execute("DROP EXTENSION pg_ingest")?;
        run_batch(&mut client, Some(&batch_id(2)), &[file(2)?])?;
        assert_eq!(report::rows(&mut client, ROWS)?, ["1 2"]);
        assert_eq!(
            report::rows(
                &mut client,
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ingest.staging'::regclass"
            )?,
            ["0"]
        );
        // A number that nobody gave stands for no body.
        let mut transaction = client.transaction()?;
        transaction.batch_execute("INSERT INTO ingest.staging (key, held) VALUES ('3.json', 1)")?;
        let error = process(&mut transaction, None).err().context("it was processed")?;
        assert_eq!(sql::state(&error), "22023", "{}", sql::error_text(&error));
        Ok(())
    })
}

#[test]
fn dropped_and_created_the_extension_loads_again_and_holds_bodies_as_before() -> Result<()> {
    with_native(DDL, |database, mut client| {
        run_batch(&mut client, Some(&batch_id(1)), &[file(1)?])?;
        let mut other = database.connect()?;
        other.batch_execute("BEGIN; DROP EXTENSION pg_ingest; CREATE EXTENSION pg_ingest; COMMIT")?;
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(2)), &[file(2)?])?;
        assert_eq!(report::rows(&mut transaction, HELD)?, ["0 | 1"]);
        process(&mut transaction, Some(&batch_id(2)))?;
        transaction.commit()?;
        assert_eq!(report::rows(&mut client, ROWS)?, ["1 2"]);
        assert_eq!(report::rows(&mut client, "SELECT DISTINCT engine FROM ingest.batch")?, ["native"]);
        Ok(())
    })
}

#[test]
fn what_is_staged_for_later_is_stored() -> Result<()> {
    with_native(DDL, |_, mut client| {
        // By hand, with the shipper's setting or without; and a batch of a session that did not ask.
        for (number, (setting, batch)) in [
            (HOLD_BODIES, "NULL"),
            ("RESET ingest.hold_bodies", "NULL"),
            ("RESET ingest.hold_bodies", "gen_random_uuid()"),
        ]
        .into_iter()
        .enumerate()
        {
            let mut transaction = client.transaction()?;
            transaction.batch_execute(&format!(
                "{setting}; INSERT INTO ingest.staging (batch_id, key, body) VALUES ({batch}, '{number}.json', '{{\"id\": {number}}}')"
            ))?;
            transaction.commit()?;
        }
        assert_eq!(report::rows(&mut client, HELD)?, ["3 | 0"]);
        let mut transaction = client.transaction()?;
        assert_eq!(process(&mut transaction, None)?.count("loaded"), 3);
        transaction.commit()?;
        assert_eq!(report::rows(&mut client, ROWS)?, ["0 1 2"]);
        Ok(())
    })
}
