//! Releases of the schema, and which of them this shipper can load into.

use std::fmt;

/// The first release whose functions this shipper calls.
const NEEDED: Release = Release { major: 0, minor: 2 };

/// The first two numbers of a release: between two that differ in neither, no function changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    major: u32,
    minor: u32,
}

impl Release {
    /// Reads `0.2.0`; `None` where the text is no release.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(['.', '-', '+']).map(|number| number.parse::<u32>().ok());
        Some(Self { major: numbers.next()??, minor: numbers.next()?? })
    }

    /// This shipper's own.
    pub fn own() -> Option<Self> {
        Self::parse(env!("CARGO_PKG_VERSION"))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// Why this shipper must not load into a schema that says this of its release, in a sentence with what to do.
pub fn refusal(told: Option<&str>) -> Option<String> {
    let is = match told {
        Some(text) if Release::parse(text).is_some_and(|release| release >= NEEDED) => return None,
        Some(text) => format!("is of release {text}"),
        None => "does not say its release".to_owned(),
    };
    Some(format!(
        "the database's schema {is}, and this shipper needs {NEEDED} or later; apply the migrations of the shipper's release"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_schema_that_is_older_is_refused() {
        for fits in ["0.2.0", "0.2.7", "0.3.0", "1.0.0", "0.10.0", "0.3.0-rc.1"] {
            assert_eq!(refusal(Some(fits)), None, "{fits}");
        }
        for older in [Some("0.1.9"), Some("0.0.0"), Some("unknown"), Some("0"), None] {
            assert!(refusal(older).unwrap().contains("needs 0.2 or later"), "{older:?}");
        }
    }

    #[test]
    fn the_shipper_s_own_version_is_a_release() {
        assert!(Release::own().is_some());
    }
}
