//! What a database says was applied to it, and which files that leaves.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use tokio_postgres::GenericClient;

use crate::{File, Kind, Line};

/// Checksums of what was applied: by version, and by name for repeatables.
#[derive(Debug, Default)]
pub(crate) struct History {
    versions: BTreeMap<u32, (String, String)>,
    repeatables: BTreeMap<String, String>,
}

/// The SQL that makes the history's table where there is none.
pub(crate) fn table_sql(table: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {table} (version integer, name text NOT NULL, checksum text NOT NULL,
           applied_at timestamptz NOT NULL DEFAULT now(), applied_by name NOT NULL DEFAULT current_user);
         COMMENT ON TABLE {table} IS 'Which migrations were applied, with the SHA-256 of each file; no version: a repeatable one.'"
    )
}

impl History {
    /// Reads it; empty for a database that this line never saw.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub(crate) async fn read(client: &impl GenericClient, line: &Line) -> Result<Self> {
        let known: bool =
            client.query_one("SELECT pg_catalog.to_regclass($1) IS NOT NULL", &[&line.history]).await?.get(0);
        if !known {
            return Ok(Self::default());
        }
        let query = format!("SELECT version, name, checksum FROM {}", line.history);
        let mut history = Self::default();
        for row in
            client.query(&query, &[]).await.with_context(|| format!("{} cannot be read", line.history))?
        {
            let (name, checksum): (String, String) = (row.get(1), row.get(2));
            match row.get::<_, Option<i32>>(0).and_then(|version| u32::try_from(version).ok()) {
                Some(version) => drop(history.versions.insert(version, (name, checksum))),
                None => drop(history.repeatables.insert(name, checksum)),
            }
        }
        Ok(history)
    }

    /// The files that are still to be applied, in their order.
    ///
    /// # Errors
    /// When the database and the files contradict each other: an applied version was edited or is missing, or a new
    /// one has a lower number than an applied one.
    pub(crate) fn pending(&self, files: Vec<File>, line: &Line) -> Result<Vec<File>> {
        let newest = self.versions.keys().next_back().copied().unwrap_or(0);
        for (version, (name, _)) in &self.versions {
            if !files.iter().any(|file| file.kind == Kind::Versioned(*version)) {
                bail!(
                    "V{version}__{name}.sql was applied to this database and is not in {}; {}",
                    line.folder.display(),
                    if line.together {
                        "the database is of a newer release than these files: take that release's files"
                    } else {
                        "what was applied stays there: put the file back, and undo what it did by a new version"
                    }
                );
            }
        }
        let mut repeatables: Vec<&str> = Vec::new();
        let mut changed = false;
        let mut pending = Vec::new();
        for file in &files {
            match file.kind {
                Kind::Versioned(version) => match self.versions.get(&version) {
                    Some((_, checksum)) if *checksum == file.checksum() => {}
                    Some(_) => bail!(
                        "{} was changed after it had been applied; undo that and write the change as a new version",
                        file.path.display()
                    ),
                    None if version < newest => bail!(
                        "{} comes before V{newest}, which was applied already; give it a higher number",
                        file.path.display()
                    ),
                    None => {
                        changed = true;
                        pending.push(file.clone());
                    }
                },
                Kind::Repeatable => {
                    repeatables.push(&file.name);
                    let new = self.repeatables.get(&file.name).is_none_or(|known| *known != file.checksum());
                    changed |= new;
                    if new && !line.together {
                        pending.push(file.clone());
                    }
                }
            }
        }
        changed |= self.repeatables.keys().any(|name| !repeatables.contains(&name.as_str()));
        if line.together && changed {
            pending.extend(files.into_iter().filter(|file| file.kind == Kind::Repeatable));
        }
        Ok(pending)
    }

    /// Writes down that these were applied; a repeatable that is gone is forgotten.
    ///
    /// # Errors
    /// When the table cannot be made or written.
    pub(crate) async fn write(client: &impl GenericClient, line: &Line, applied: &[File]) -> Result<()> {
        let table = line.history;
        client.batch_execute(&table_sql(table)).await.with_context(|| format!("{table} cannot be made"))?;
        if line.together && applied.iter().any(|file| file.kind == Kind::Repeatable) {
            client.execute(&format!("DELETE FROM {table} WHERE version IS NULL"), &[]).await?;
        }
        for file in applied {
            let version = match file.kind {
                Kind::Versioned(version) => {
                    Some(i32::try_from(version).context("a version above 2147483647")?)
                }
                Kind::Repeatable => None,
            };
            let forget =
                format!("DELETE FROM {table} WHERE version IS NULL AND $1::integer IS NULL AND name = $2");
            client.execute(&forget, &[&version, &file.name]).await?;
            let insert = format!("INSERT INTO {table} (version, name, checksum) VALUES ($1, $2, $3)");
            client.execute(&insert, &[&version, &file.name, &file.checksum()]).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn file(name: &str, sql: &str) -> File {
        let (kind, name) = match name.split_once("__") {
            Some(("R", name)) => (Kind::Repeatable, name),
            Some((version, name)) => (Kind::Versioned(version[1..].parse().unwrap()), name),
            None => panic!("{name}"),
        };
        File { kind, name: name.into(), path: name.into(), sql: sql.into() }
    }

    fn applied(files: &[File]) -> History {
        let mut history = History::default();
        for file in files {
            match file.kind {
                Kind::Versioned(v) => drop(history.versions.insert(v, (file.name.clone(), file.checksum()))),
                Kind::Repeatable => drop(history.repeatables.insert(file.name.clone(), file.checksum())),
            }
        }
        history
    }

    fn pending(history: &History, files: &[File], line: &Line) -> Result<Vec<String>> {
        Ok(history.pending(files.to_vec(), line)?.iter().map(File::file_name).collect())
    }

    #[test]
    fn one_changed_repeatable_makes_all_of_the_pipelines_pending_and_none_else_of_the_users() {
        let before = [file("V1__a", "1"), file("R__b", "1"), file("R__c", "1")];
        let after = [file("V1__a", "1"), file("R__b", "1"), file("R__c", "2")];
        let (ours, own) = (Line::pipeline(Path::new("m")), Line::own(Path::new("m/own")));
        assert_eq!(pending(&applied(&before), &before, &ours).unwrap(), Vec::<String>::new());
        assert_eq!(pending(&applied(&before), &after, &ours).unwrap(), ["R__b.sql", "R__c.sql"]);
        assert_eq!(pending(&applied(&before), &after, &own).unwrap(), ["R__c.sql"]);
    }

    #[test]
    fn a_repeatable_that_was_taken_away_and_a_new_version_make_all_pending() {
        let before = [file("V1__a", "1"), file("R__b", "1"), file("R__c", "1")];
        let line = Line::pipeline(Path::new("m"));
        assert_eq!(pending(&applied(&before), &before[..2], &line).unwrap(), ["R__b.sql"]);
        let more = [file("V1__a", "1"), file("V2__d", "1"), file("R__b", "1"), file("R__c", "1")];
        assert_eq!(pending(&applied(&before), &more, &line).unwrap(), ["V2__d.sql", "R__b.sql", "R__c.sql"]);
    }

    #[test]
    fn an_edited_a_missing_and_a_late_version_are_refused() {
        let line = Line::pipeline(Path::new("m"));
        let history = applied(&[file("V1__a", "1"), file("V3__c", "1")]);
        let refusal = |files: &[File]| pending(&history, files, &line).unwrap_err().to_string();
        assert!(refusal(&[file("V1__a", "2"), file("V3__c", "1")]).contains("was changed after"));
        assert!(refusal(&[file("V1__a", "1")]).contains("a newer release"));
        let own =
            pending(&history, &[file("V1__a", "1")], &Line::own(Path::new("m/own"))).unwrap_err().to_string();
        assert!(own.contains("V3__c.sql was applied") && own.contains("put the file back"), "{own}");
        let late = [file("V1__a", "1"), file("V2__b", "1"), file("V3__c", "1")];
        assert!(refusal(&late).contains("give it a higher number"));
    }
}
