//! Migrations: from nothing to today's schema, again without effect, many at once, and never by halves.
//!
//! `tests/migrations/schema.sql` is a snapshot of what they make, to be read in a review. `docs/reference/` says it to those
//! who use it. `BLESS=1` rewrites both.

mod codes;
mod indexes;
mod installer;
mod labels;
mod pinned;
mod reference;
mod registering;
mod repeatable;
mod snapshot;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow};
use migrate::Line;
use pg_ingest_tests::server::Server;
use pg_ingest_tests::{diff, report};
use postgres::{Client, NoTls};

/// Sessions that migrate one database at the same time.
const RACERS: usize = 8;

/// The pipeline's line and, after it, the sample targets as a user's own.
fn lines() -> Vec<Line> {
    local_stack::migrations()
}

fn migrations() -> PathBuf {
    local_stack::repository().join("migrations")
}

/// Everything that migrations could leave behind, as one digest. The list of those applied is made before them and
/// stays, empty, when they are taken back.
fn digest(client: &mut Client) -> Result<Vec<String>> {
    report::rows(
        client,
        "SELECT n.nspname, count(c.oid), (SELECT count(*) FROM pg_proc p WHERE p.pronamespace = n.oid)
         FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname !~ '_schema_history$'
         WHERE n.nspname !~ '^pg_|^information_schema$' GROUP BY n.oid, n.nspname ORDER BY n.nspname",
    )
    .context("the digest of a database")
}

/// A copy of the migrations in a folder of its own, with one more.
fn with_one_more(name: &str, statements: &str) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for entry in fs::read_dir(migrations())? {
        let path = entry?.path();
        if path.is_dir() {
            continue;
        }
        let file = path.file_name().ok_or_else(|| anyhow!("{} has no name", path.display()))?;
        fs::copy(&path, folder.path().join(file))?;
    }
    fs::write(folder.path().join(name), statements)?;
    Ok(folder)
}

#[test]
fn a_fresh_database_is_migrated_once_and_again_without_effect() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    let applied = server.migrate(&database, &lines())?;
    let files = fs::read_dir(migrations())?.filter(|entry| {
        entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|extension| extension == "sql"))
    });
    assert_eq!(
        applied.len(),
        files.count() + 1,
        "every file of migrations/ is applied, and the samples' one"
    );
    let mut client = database.connect()?;
    let before = digest(&mut client)?;

    assert_eq!(server.migrate(&database, &lines())?, Vec::<String>::new());
    assert_eq!(digest(&mut client)?, before);
    Ok(())
}

#[test]
fn several_who_migrate_at_once_take_turns() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    let applied = thread::scope(|scope| -> Result<Vec<usize>> {
        let racers: Vec<_> = (0..RACERS)
            .map(|_| scope.spawn(|| server.migrate(&database, &lines()).map(|applied| applied.len())))
            .collect();
        racers.into_iter().map(|racer| racer.join().map_err(|_| anyhow!("a racer panicked"))?).collect()
    })?;
    assert_eq!(
        applied.iter().filter(|&&count| count > 0).count(),
        1,
        "one applies them, the others find nothing: {applied:?}"
    );
    Ok(())
}

#[test]
fn a_migration_that_fails_takes_all_pending_ones_back_with_it() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    let mut client = database.connect()?;
    let before = digest(&mut client)?;
    let broken = with_one_more("V9999__broken.sql", "CREATE TABLE ingest.half_done (n int); SELECT 1 / 0;")?;

    let refusal = server.migrate(&database, &Line::all(broken.path())).expect_err("it divides by zero");

    let said = format!("{refusal:#}");
    assert!(said.contains("division by zero"), "the cause is told: {said}");
    assert_eq!(digest(&mut client)?, before, "nothing is left of the migrations before it either");
    assert!(!server.migrate(&database, &lines())?.is_empty(), "and the next attempt starts clean");
    Ok(())
}

#[test]
fn a_failing_upgrade_leaves_the_running_version_as_it_was() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let mut client = database.connect()?;
    client.batch_execute("INSERT INTO ingest.staging (key, body) VALUES ('kept.json', '{}')")?;
    let before = digest(&mut client)?;
    let broken = with_one_more(
        "V9999__broken.sql",
        "ALTER TABLE ingest.staging ADD COLUMN half_done int; DELETE FROM ingest.staging; SELECT no_such_function();",
    )?;

    server.migrate(&database, &Line::all(broken.path())).expect_err("its function does not exist");

    assert_eq!(digest(&mut client)?, before);
    assert_eq!(report::rows(&mut client, "SELECT key FROM ingest.staging")?, ["kept.json"]);
    Ok(())
}

#[test]
fn an_applied_migration_that_was_edited_is_refused() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let edited = with_one_more("V1__roles_and_schema.sql", "CREATE SCHEMA other;")?;
    let refusal = format!(
        "{:#}",
        server.migrate(&database, &Line::all(edited.path())).expect_err("V1 is not what was applied")
    );
    assert!(refusal.contains("roles_and_schema"), "it is named: {refusal}");
    Ok(())
}

#[test]
fn a_second_database_of_the_same_server_is_migrated_too() -> Result<()> {
    let server = Server::start(&[])?;
    for _ in 0..2 {
        let database = server.empty_database()?;
        assert!(!server.migrate(&database, &lines())?.is_empty());
    }
    Ok(())
}

#[test]
fn the_schema_is_the_one_in_the_snapshot() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let found = snapshot::of(&mut database.connect()?)?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/schema.sql");
    if std::env::var("BLESS").is_ok_and(|value| value == "1") {
        fs::write(&path, &found)?;
    }
    let kept = fs::read_to_string(&path)
        .with_context(|| format!("no snapshot at {}; BLESS=1 writes it", path.display()))?;
    let difference: Vec<String> = diff::lines(&snapshot::settled(&kept), &snapshot::settled(&found))
        .lines()
        .filter(|line| !line.starts_with("    "))
        .map(Into::into)
        .collect();
    assert!(
        difference.is_empty(),
        "the schema differs from tests/migrations/schema.sql (- kept, + made); BLESS=1 rewrites it:\n{}",
        difference.join("\n")
    );
    Ok(())
}

#[test]
fn the_reference_pages_say_what_the_schema_says_of_itself() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &Line::all(&migrations()))?;
    let folder = local_stack::repository().join("docs/reference");
    for (name, made) in reference::of(&mut database.connect()?)? {
        let path = folder.join(name);
        if std::env::var("BLESS").is_ok_and(|value| value == "1") {
            fs::write(&path, &made)?;
        }
        let kept = fs::read_to_string(&path)
            .with_context(|| format!("no page at {}; BLESS=1 writes it", path.display()))?;
        let difference: Vec<String> = diff::lines(&kept, &made)
            .lines()
            .filter(|line| !line.starts_with("    "))
            .map(Into::into)
            .collect();
        assert!(
            difference.is_empty(),
            "docs/reference/{name} is not what the schema says (- kept, + made); BLESS=1 rewrites it:\n{}",
            difference.join("\n")
        );
    }
    Ok(())
}

#[test]
fn the_table_of_codes_explains_each_code_that_is_given() -> Result<()> {
    let root = local_stack::repository();
    let explained = codes::explained(&fs::read_to_string(root.join("docs/reference/codes.md"))?);
    let given = codes::given(&root)?;
    let silent: Vec<_> = given.difference(&explained).collect();
    assert!(
        silent.is_empty(),
        "R__codes.sql does not explain {silent:?}, or docs/reference/codes.md was not made anew"
    );
    // In the ledger only, where no line of a case begins with `reject`.
    let elsewhere = ["object_missing"];
    let forgotten: Vec<_> =
        explained.difference(&given).filter(|code| !elsewhere.contains(&code.as_str())).collect();
    assert!(forgotten.is_empty(), "R__codes.sql explains {forgotten:?}, which nothing gives any longer");
    Ok(())
}

#[test]
fn everything_in_the_schema_says_what_it_is() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    server.migrate(&database, &lines())?;
    let silent = report::rows(
        &mut database.connect()?,
        "SELECT 'table ' || c.oid::regclass FROM pg_class c WHERE c.relnamespace IN ('ingest'::regnamespace, 'landing'::regnamespace)
           AND c.relkind IN ('r', 'p', 'v') AND obj_description(c.oid, 'pg_class') IS NULL
         UNION ALL SELECT 'column ' || c.oid::regclass || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relnamespace = 'ingest'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
           AND col_description(c.oid, a.attnum) IS NULL
         UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc p
           WHERE (p.pronamespace = 'ingest'::regnamespace OR p.pronamespace = 'public'::regnamespace AND p.proname ~ '^ingest_')
           AND obj_description(p.oid, 'pg_proc') IS NULL
         UNION ALL SELECT 'type ' || t.oid::regtype FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
           WHERE t.typnamespace = 'ingest'::regnamespace AND obj_description(t.oid, 'pg_type') IS NULL",
    )?;
    assert_eq!(silent, Vec::<String>::new(), "without a COMMENT");
    Ok(())
}

#[test]
fn a_database_of_another_encoding_is_refused_before_anything_is_made() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    database.connect()?.batch_execute(
        "CREATE DATABASE western ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    )?;
    let (prefix, _) = database.url().rsplit_once('/').context("the URL names no database")?;
    let mut client = Client::connect(&format!("{prefix}/western"), NoTls)?;
    let first = fs::read_to_string(migrations().join("V1__roles_and_schema.sql"))?;
    let refused = client.batch_execute(&first).err().context("LATIN1 was accepted")?;
    let told = pg_ingest_tests::sql::error_text(&refused);
    assert!(told.contains("encoding LATIN1; expected UTF8"), "{told}");
    Ok(())
}

#[test]
fn a_server_without_plpgsql_such_as_aurora_dsql_is_refused_and_left_as_it_is() -> Result<()> {
    let server = Server::start(&[])?;
    let database = server.empty_database()?;
    let mut client = database.connect()?;
    client.batch_execute("DROP EXTENSION plpgsql")?;
    let before = digest(&mut client)?;
    let refused = format!("{:#}", server.migrate(&database, &lines()).err().context("it was migrated")?);
    assert!(refused.contains("has no PL/pgSQL") && refused.contains("Aurora DSQL"), "{refused}");
    assert_eq!(digest(&mut client)?, before);
    Ok(())
}
