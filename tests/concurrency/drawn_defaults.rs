//! Defaults that are drawn for new rows alone, where another session makes, changes or takes away the row meanwhile.

use anyhow::Result;
use pg_ingest_tests::body::{Body, Part};
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};

use crate::waiting::behind;

/// A number that is read, one that is the table's own, and one that no file may bring.
const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, version int, n serial, own serial, i int GENERATED ALWAYS AS IDENTITY);
    INSERT INTO t (id, version) VALUES (0, 1), (1, 1);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', version_column => 'version', columns => '{\"own\": null}')";

/// What becomes of the rows when the pipeline brings keys 1 and 2 with version 2, and waits for a session that did this.
fn meanwhile(done: &str) -> Result<Vec<(Engine, Vec<String>)>> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    let mut rows = Vec::new();
    for engine in engines {
        let database = server.database(engine)?;
        database.connect()?.batch_execute(DDL)?;
        let (mut first, mut second, mut watcher) =
            (database.connect()?, database.connect()?, database.connect()?);
        // The plain insert would wait as well, and draw for all it brings: this is about the upsert.
        second.batch_execute("SELECT set_config('ingest.plain_' || md5('t'), '{9,63}', false)")?;
        let mut quicker = first.transaction()?;
        quicker.batch_execute(done)?;
        let records = r#"{"id": 1, "version": 2} {"id": 2, "version": 2}"#;
        let file = Staged::from_case(&File::new("a.json", Body::One(Part::Text(records.to_owned()))))?;
        let slower = || Ok(run_batch(&mut second, Some(&batch_id(1)), &[file])?);
        let counts = behind(quicker, &mut watcher, slower, |_| Ok(()))?;
        assert_eq!(counts.count("rows_loaded"), 2, "{}", engine.name());
        rows.push((engine, report::rows(&mut watcher, "SELECT * FROM t WHERE id > 0 ORDER BY id")?));
    }
    Ok(rows)
}

#[test]
fn a_row_that_another_session_made_keeps_its_numbers() -> Result<()> {
    for (engine, rows) in meanwhile("INSERT INTO t OVERRIDING SYSTEM VALUE VALUES (2, 1, 700, 800, 900)")? {
        assert_eq!(rows, ["1 | 2 | 2 | 2 | 2", "2 | 2 | 700 | 800 | 900"], "{}", engine.name());
    }
    Ok(())
}

#[test]
fn numbers_that_another_session_changed_are_not_put_back() -> Result<()> {
    for (engine, rows) in
        meanwhile("SELECT setval('t_i_seq', 899); UPDATE t SET n = 700, own = 800, i = DEFAULT WHERE id = 1")?
    {
        assert_eq!(rows[0], "1 | 2 | 700 | 800 | 900", "{}", engine.name());
        assert!(!rows[1].contains('∅'), "{}: {rows:?}", engine.name());
    }
    Ok(())
}

#[test]
fn a_row_that_another_session_took_away_is_made_again_with_its_numbers() -> Result<()> {
    for (engine, rows) in meanwhile("DELETE FROM t WHERE id = 1")? {
        assert_eq!(rows[0], "1 | 2 | 2 | 2 | 2", "{}", engine.name());
        assert!(!rows[1].contains('∅'), "{}: {rows:?}", engine.name());
    }
    Ok(())
}
