//! Indexes of large tables: made behind the migrations, while files are loaded, and made again where that broke off.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use migrate::Line;
use pg_ingest_tests::report;
use pg_ingest_tests::server::Server;
use postgres::Client;

use crate::{lines, migrations};

const ALL: [&str; 4] =
    ["file_dataset_idx | t", "file_open_idx | t", "file_status_idx | t", "file_suppressed_idx | t"];
const STATES: &str = "SELECT c.relname, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'ingest.file'::regclass AND c.relname IN ('file_dataset_idx', 'file_open_idx', 'file_status_idx', 'file_suppressed_idx') ORDER BY 1";

/// Waits until a session makes an index and waits for another to end; its process id.
fn somebody_makes_an_index(watcher: &mut Client) -> Result<i32> {
    for _ in 0..6_000 {
        let row = watcher.query_opt(
            "SELECT p.pid FROM pg_stat_progress_create_index AS p JOIN pg_locks AS l ON l.pid = p.pid AND NOT l.granted",
            &[],
        )?;
        if let Some(row) = row {
            return Ok(row.get(0));
        }
        thread::sleep(Duration::from_millis(10));
    }
    bail!("nobody makes an index")
}

/// Migrates a database that lacks one index, while a transaction of before holds that up. `meanwhile` gets a session and the
/// process id of the one that waits; then the transaction ends. What the migration said at last.
fn held_up(
    server: &Server,
    meanwhile: impl FnOnce(&mut Client, i32) -> Result<()>,
) -> Result<(Result<Vec<String>>, Vec<String>)> {
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let (mut first, mut watcher) = (database.connect()?, database.connect()?);
    watcher.batch_execute("DROP INDEX ingest.file_open_idx")?;
    let mut before = first.transaction()?;
    before.batch_execute("LOCK TABLE ingest.file IN ROW EXCLUSIVE MODE")?;
    let migrated = thread::scope(|scope| -> Result<_> {
        let migration = scope.spawn(|| server.migrate(&database, &lines()));
        let pid = somebody_makes_an_index(&mut watcher)?;
        meanwhile(&mut watcher, pid)?;
        before.commit()?;
        migration.join().map_err(|_| anyhow!("the migration panicked"))
    })?;
    let states = report::rows(&mut watcher, STATES)?;
    if migrated.is_err() {
        assert_eq!(server.migrate(&database, &lines())?, Vec::<String>::new(), "no file is left to apply");
        assert_eq!(report::rows(&mut watcher, STATES)?, ALL, "it was made anew");
    }
    Ok((migrated, states))
}

#[test]
fn an_index_that_is_being_made_holds_up_no_batch() -> Result<()> {
    let server = Server::start(&[])?;
    let (migrated, states) = held_up(&server, |session, _| {
        // Whoever had to wait would wait for the transaction of before, which ends only behind this.
        session.batch_execute(
            "SET lock_timeout = '10s';
             INSERT INTO ingest.staging (key, body) VALUES ('a.json', '{}');
             SELECT * FROM public.ingest_process_staging()",
        )?;
        assert_eq!(report::rows(session, "SELECT key, status FROM ingest.file")?, ["a.json | no_dataset"]);
        Ok(())
    })?;
    migrated?;
    assert_eq!(states, ALL);
    Ok(())
}

#[test]
fn an_index_that_broke_off_is_made_again() -> Result<()> {
    let server = Server::start(&[])?;
    let (migrated, states) = held_up(&server, |session, pid| {
        session.execute("SELECT pg_cancel_backend($1)", &[&pid])?;
        // The transaction of before goes on until it is broken off: only then nobody waits any longer.
        let gone = "SELECT count(*) FROM pg_stat_progress_create_index";
        while session.query_one(gone, &[])?.get::<_, i64>(0) > 0 {
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    })?;
    let said = format!("{:#}", migrated.err().context("it was cancelled")?);
    assert!(said.contains("file_open_idx is not made") && said.contains("another run"), "{said}");
    assert_eq!(states[1], "file_open_idx | f", "what broke off is there, and no query uses it");
    Ok(())
}

#[test]
fn an_index_of_a_users_own_table_is_made_behind_it_as_docs_deploy_says() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    let own = tempfile::tempdir()?;
    fs::write(own.path().join("V1__shop.sql"), "CREATE TABLE public.shop (id integer);")?;
    fs::create_dir(own.path().join("indexes"))?;
    let index = "CREATE INDEX CONCURRENTLY IF NOT EXISTS shop_idx ON public.shop (id);";
    fs::write(own.path().join("indexes/shop.sql"), index)?;
    server.migrate(&database, &[Line::pipeline(&migrations()), Line::own(own.path())])?;
    let made = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'public.shop_idx'::regclass";
    assert_eq!(report::rows(&mut database.connect()?, made)?, ["t"]);
    Ok(())
}

#[test]
fn the_status_names_what_is_missing_or_broke_off_by_the_statements_that_mend_it() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let mut client = database.connect()?;
    let sql = fs::read_to_string(migrations().join("indexes/ledger.sql"))?;
    let code: Vec<&str> = sql.lines().filter(|line| !line.starts_with("--")).collect();
    let words = code.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted: Vec<&str> = words.split_terminator(';').map(str::trim).collect();
    let told = report::rows(&mut client, "SELECT statement FROM ingest.large_indexes()")?;
    assert_eq!(told, wanted, "R__status.sql and migrations/indexes/ say the same");

    let missing = "SELECT m FROM jsonb_array_elements_text(ingest_status() -> 'missing_indexes') AS m";
    assert_eq!(report::rows(&mut client, missing)?, Vec::<String>::new());
    client.batch_execute(
        "DROP INDEX ingest.file_open_idx;
         UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ingest.file_status_idx'::regclass",
    )?;
    let statements = report::rows(&mut client, missing)?;
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert!(
        statements[0].starts_with("CREATE INDEX CONCURRENTLY IF NOT EXISTS file_open_idx"),
        "{statements:?}"
    );
    assert!(
        statements[1].starts_with("DROP INDEX CONCURRENTLY ingest.file_status_idx; CREATE INDEX"),
        "{statements:?}"
    );
    for statement in statements.iter().flat_map(|both| both.split("; ")) {
        client.batch_execute(statement)?;
    }
    assert_eq!(report::rows(&mut client, missing)?, Vec::<String>::new());
    assert_eq!(report::rows(&mut client, STATES)?, ALL);
    Ok(())
}
