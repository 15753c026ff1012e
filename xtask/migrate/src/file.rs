//! Migration files: their names, their order, their checksums.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// What a file's name says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `V7__name.sql`: applied once, in the order of the numbers.
    Versioned(u32),
    /// `R__name.sql`: applied again when it changed, after all versions, in the order of the names.
    Repeatable,
}

/// One migration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Versioned or repeatable.
    pub kind: Kind,
    /// What follows `V7__` or `R__`, without `.sql`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its statements.
    pub sql: String,
}

impl File {
    /// Its name in its folder, such as `V1__tables.sql`.
    #[must_use]
    pub fn file_name(&self) -> String {
        match self.kind {
            Kind::Versioned(version) => format!("V{version}__{}.sql", self.name),
            Kind::Repeatable => format!("R__{}.sql", self.name),
        }
    }

    /// SHA-256 of its statements, as 64 hexadecimal digits: what `sha256sum` prints.
    #[must_use]
    pub fn checksum(&self) -> String {
        checksum(&self.sql)
    }

    /// Refuses a file that would end the transaction that all of them share.
    ///
    /// # Errors
    /// When a line consists of such a statement.
    pub fn refuse_transaction_control(&self) -> Result<()> {
        let ends = |line: &&str| {
            let word = line.trim().trim_end_matches(';').to_ascii_uppercase();
            line.trim().ends_with(';')
                && matches!(
                    word.as_str(),
                    "COMMIT" | "ROLLBACK" | "BEGIN" | "START TRANSACTION" | "COMMIT AND CHAIN"
                )
        };
        match self.sql.lines().find(ends) {
            Some(line) => bail!(
                "{} contains `{}`: migrations run in one transaction of the migrator's; leave it out",
                self.path.display(),
                line.trim()
            ),
            None => Ok(()),
        }
    }
}

/// SHA-256 of a text, as 64 hexadecimal digits: what `sha256sum` prints.
#[must_use]
pub fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

impl Ord for File {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.kind, &self.name).cmp(&(other.kind, &other.name))
    }
}

impl PartialOrd for File {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The migrations of a folder, in the order in which they run. Folders below it are not looked into.
///
/// # Errors
/// When the folder cannot be read, a `.sql` file's name is no migration's, or two have one version.
pub(crate) fn read(folder: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder)
        .with_context(|| format!("the migrations in {} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() || path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let Some((kind, name)) = parse(stem) else {
            bail!(
                "{} is no migration's name; expected V<number>__<name>.sql or R__<name>.sql",
                path.display()
            );
        };
        let sql = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        files.push(File { kind, name: name.to_owned(), sql, path });
    }
    files.sort();
    for pair in files.windows(2) {
        if matches!(pair[0].kind, Kind::Versioned(_)) && pair[0].kind == pair[1].kind {
            bail!("{} and {} have one version", pair[0].path.display(), pair[1].path.display());
        }
    }
    Ok(files)
}

/// The parts of a name without `.sql`.
fn parse(stem: &str) -> Option<(Kind, &str)> {
    let (before, name) = stem.split_once("__")?;
    let kind = match before.strip_prefix('V') {
        Some(number) => Kind::Versioned(number.parse().ok()?),
        None if before == "R" => Kind::Repeatable,
        None => return None,
    };
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plain.then_some((kind, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "SELECT 1;").unwrap();
        }
        folder
    }

    #[test]
    fn versions_come_first_by_number_then_repeatables_by_name() {
        let folder = folder(&["R__z_close.sql", "V10__b.sql", "V9__a.sql", "R__0_open.sql", "notes.md"]);
        let names: Vec<String> = read(folder.path()).unwrap().iter().map(File::file_name).collect();
        assert_eq!(names, ["V9__a.sql", "V10__b.sql", "R__0_open.sql", "R__z_close.sql"]);
    }

    #[test]
    fn a_name_that_is_no_migrations_is_refused() {
        for name in ["V1_tables.sql", "tables.sql", "V__x.sql", "R1__x.sql", "V1__a-b.sql"] {
            let refusal = read(folder(&[name]).path()).unwrap_err().to_string();
            assert!(refusal.contains("is no migration's name"), "{name}: {refusal}");
        }
    }

    #[test]
    fn two_files_of_one_version_are_refused() {
        let refusal = read(folder(&["V1__a.sql", "V01__b.sql"]).path()).unwrap_err().to_string();
        assert!(refusal.contains("have one version"), "{refusal}");
    }

    #[test]
    fn the_checksum_is_the_one_that_sha256sum_prints() {
        let folder = folder(&["V1__a.sql"]);
        let files = read(folder.path()).unwrap();
        assert_eq!(files[0].checksum(), "17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a");
    }

    #[test]
    fn what_would_end_the_transaction_is_refused() {
        let mut file = read(folder(&["V1__a.sql"]).path()).unwrap().remove(0);
        assert!(file.refuse_transaction_control().is_ok());
        file.sql = "SELECT 1;\n  commit;\n".to_owned();
        assert!(file.refuse_transaction_control().unwrap_err().to_string().contains("`commit;`"));
    }
}
