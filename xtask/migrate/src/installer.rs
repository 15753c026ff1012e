//! Pure: a line of migrations as one file of SQL, for databases that no tool of ours reaches.

use std::fmt::Write as _;

use anyhow::Result;

use crate::{File, Kind, LOCK, Line, file, history, indexes};

/// The SQL that brings a database without the pipeline to where the line's files bring it, history included, so that later
/// releases are applied by any of the usual ways. It is one transaction.
///
/// # Errors
/// When a file cannot be read, or has transaction control of its own.
pub fn installer(line: &Line, version: &str) -> Result<String> {
    let files = file::read(&line.folder)?;
    let mut sql = format!(
        "-- pg_ingest {version}: the sql engine, for a database that has none of it\n\
         --   psql --set ON_ERROR_STOP=1 --file this-file DATABASE\n\
         -- Later releases: docs/upgrading.md\n\n\
         BEGIN;\n\
         SELECT pg_catalog.pg_advisory_xact_lock({LOCK});\n\
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
    sql.push_str("COMMIT;\n");
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
