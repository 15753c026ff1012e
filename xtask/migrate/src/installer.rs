//! Pure: a line of migrations as one file of SQL, for databases that no tool of ours reaches.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use crate::{File, Kind, LOCK, Line, file, history, indexes};

/// The SQL that brings a database without the pipeline to where the line's files bring it, history included, so that later
/// releases are applied by any of the usual ways. It is one transaction.
///
/// # Errors
/// When a file cannot be read, or has transaction control of its own.
pub fn installer(line: &Line, version: &str) -> Result<String> {
    Ok(format!(
        "-- pg_ingest {version}: the sql engine, for a database that has none of it\n\
         --   psql --set ON_ERROR_STOP=1 --file this-file DATABASE\n\
         -- Later releases: docs/upgrading.md\n\n\
         BEGIN;\n{}COMMIT;\n",
        statements(line)?
    ))
}

/// The name of the extension of pg_tle. The library's extension is called `pg_ingest`.
const EXTENSION: &str = "pg_ingest_sql";

/// The SQL that makes the installer an extension of pg_tle, where no file of ours reaches the database.
///
/// The extension holds one function, and that function makes the pipeline. What belongs to an extension is left out of dumps, rows and
/// all, so the ledger must not: nothing that the function makes belongs to one.
///
/// # Errors
/// As [`installer`].
pub fn trusted_extension(line: &Line, version: &str) -> Result<String> {
    let statements = statements(line)?;
    let quotes = ["$_pg_ingest_extension_$", "$_pg_ingest_install_$", "$_pg_ingest_statements_$"];
    ensure!(!quotes.iter().any(|quote| statements.contains(quote)), "a migration contains one of {quotes:?}");
    let [extension, install, body] = quotes;
    Ok(format!(
        "-- pg_ingest {version}: the sql engine as an extension of pg_tle, for a database that has none of it\n\
         --   psql --set ON_ERROR_STOP=1 --file this-file DATABASE, as a member of pgtle_admin\n\
         --   CREATE EXTENSION {EXTENSION}; SELECT pg_ingest_install();\n\
         -- Later releases: docs/upgrading.md\n\n\
         SELECT pgtle.install_extension('{EXTENSION}', '{version}', 'installs the sql engine of pg_ingest {version}',\n{extension}\n\
         CREATE FUNCTION pg_ingest_install() RETURNS text LANGUAGE plpgsql AS {install}\nBEGIN\n  EXECUTE {body}\n{statements}{body};\n  \
         RETURN 'pg_ingest {version} is installed; it stays when the extension {EXTENSION} is dropped';\nEND\n{install};\n\
         COMMENT ON FUNCTION pg_ingest_install() IS 'Makes the pipeline of pg_ingest in this database, which must have none of it.';\n\
         REVOKE ALL ON FUNCTION pg_ingest_install() FROM PUBLIC;\n{extension});\n"
    ))
}

/// All that an installation does, without transaction control.
fn statements(line: &Line) -> Result<String> {
    let files = file::read(&line.folder)?;
    let mut sql = format!(
        "SELECT pg_catalog.pg_advisory_xact_lock({LOCK});\n\
         DO $refuse$ BEGIN\n  \
           IF pg_catalog.to_regnamespace('ingest') IS NOT NULL THEN\n    \
             RAISE EXCEPTION 'this database has a schema ingest; expected none, since this file only installs'\n      \
               USING HINT = 'Upgrade it by the way that it was installed, or by cargo xtask migrate.';\n  \
           END IF;\n\
         END $refuse$;\n"
    );
    for file in &files {
        file.refuse_transaction_control()?;
        // Writing to a String cannot fail.
        let _ = write!(sql, "\n-- {}\n{}", file.file_name(), file.sql);
        if !file.sql.ends_with('\n') {
            sql.push('\n');
        }
    }
    for index in indexes::read(line)? {
        let _ = write!(sql, "\n{}\n", index.in_a_transaction());
    }
    let _ = write!(sql, "\n{};\n", history::table_sql(line.history));
    for file in &files {
        let _ = writeln!(sql, "{}", entry(line, file));
    }
    Ok(sql)
}

/// What the history says of a file; names and checksums are letters, digits and underscores.
fn entry(line: &Line, file: &File) -> String {
    let version = match file.kind {
        Kind::Versioned(version) => version.to_string(),
        Kind::Repeatable => "NULL".to_owned(),
    };
    format!(
        "INSERT INTO {} (version, name, checksum) VALUES ({version}, '{}', '{}');",
        line.history,
        file.name,
        file.checksum()
    )
}
