//! What a case needs of the server, and whether the server has it: majors differ, and so does what is installed beside them.

use anyhow::Result;
use postgres::Client;
use serde::Deserialize;

/// What the server must have for a case to be run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// The oldest major that knows what the case is about.
    #[serde(default)]
    postgres: Option<u32>,
    /// The newest major that does what the case shows.
    #[serde(default)]
    postgres_until: Option<u32>,
    /// A library that PostgreSQL may have been built without.
    #[serde(default)]
    built_with: Option<Library>,
}

/// A library that not every PostgreSQL is built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Library {
    Icu,
    Libxml,
}

/// What a server has.
#[derive(Debug, Clone)]
pub struct Offer {
    major: u32,
    extensions: Vec<String>,
    libraries: Vec<Library>,
    is_foreign: bool,
}

impl Offer {
    /// Asks the server.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn of(client: &mut Client) -> Result<Self> {
        let row = client.query_one(
            "SELECT current_setting('server_version_num')::int / 10000, ARRAY(SELECT name::text FROM pg_available_extensions)",
            &[],
        )?;
        let major: i32 = row.get(0);
        let mut libraries = Vec::new();
        for (library, query) in [
            (Library::Icu, "CREATE COLLATION pg_temp.asked (provider = icu, locale = 'und')"),
            (Library::Libxml, "SELECT '<a/>'::xml"),
        ] {
            if client.batch_execute(query).is_ok() {
                libraries.push(library);
            }
        }
        Ok(Self {
            major: major.unsigned_abs(),
            extensions: row.get(1),
            libraries,
            is_foreign: std::env::var_os("PG_BIN").is_some(),
        })
    }

    /// Its major.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.major
    }
}

impl Needs {
    /// What a server lacks to run the case, whose SQL is `text`; nothing where it has all.
    ///
    /// Libraries, and extensions that the SQL creates, may be missing beside a server that `PG_BIN` chose. Beside the one that setup installs they must be there,
    /// so that there the case is run, and fails.
    #[must_use]
    pub fn missing(&self, text: &str, offer: &Offer) -> Option<String> {
        if let Some(oldest) = self.postgres.filter(|oldest| offer.major < *oldest) {
            return Some(format!("PostgreSQL {oldest} or later"));
        }
        if let Some(newest) = self.postgres_until.filter(|newest| offer.major > *newest) {
            return Some(format!("PostgreSQL {newest} or earlier"));
        }
        if !offer.is_foreign {
            return None;
        }
        if let Some(library) = self.built_with.filter(|library| !offer.libraries.contains(library)) {
            return Some(format!("a PostgreSQL that was built with {library:?}"));
        }
        let missing = extensions(text).find(|name| !offer.extensions.iter().any(|known| known == name))?;
        Some(format!("the extension {missing}, which is not installed beside this server"))
    }
}

/// The extensions that SQL creates.
fn extensions(text: &str) -> impl Iterator<Item = &str> {
    const NO_NAME: [&str; 3] = ["IF", "NOT", "EXISTS"];
    text.split("CREATE EXTENSION").skip(1).filter_map(|rest| {
        let mut words = rest.split(|letter: char| letter.is_whitespace() || letter == ';' || letter == '"');
        words.find(|word| !word.is_empty() && !NO_NAME.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(needs: &str, text: &str, major: u32, is_foreign: bool) -> Option<String> {
        let needs: Needs = serde_yaml_ng::from_str(needs).unwrap();
        needs.missing(
            text,
            &Offer { major, extensions: vec!["hstore".into()], libraries: vec![Library::Libxml], is_foreign },
        )
    }

    #[test]
    fn a_case_is_left_out_where_the_major_does_not_fit() {
        assert_eq!(missing("{postgres: 18}", "", 17, false).unwrap(), "PostgreSQL 18 or later");
        assert_eq!(missing("{postgres_until: 16}", "", 17, false).unwrap(), "PostgreSQL 16 or earlier");
        assert_eq!(missing("{postgres: 16, postgres_until: 17}", "", 17, false), None);
    }

    #[test]
    fn an_extension_or_a_library_may_be_missing_only_beside_a_server_of_ones_own_choice() {
        let both = "CREATE EXTENSION hstore; CREATE EXTENSION IF NOT EXISTS \"postgis\";";
        assert_eq!(missing("{}", "CREATE EXTENSION hstore;", 15, true), None);
        assert_eq!(missing("{}", both, 15, false), None);
        assert_eq!(missing("{built_with: icu}", "", 15, false), None);
        assert_eq!(missing("{built_with: libxml}", "", 16, true), None);
        assert!(missing("{built_with: icu}", "", 16, true).unwrap().contains("built with Icu"));
        assert!(missing("{}", both, 16, true).unwrap().contains("the extension postgis"));
    }
}
