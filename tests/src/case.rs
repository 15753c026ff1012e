//! Conformance cases: the topics under `tests/conformance/`, read from YAML.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_yaml_ng::Value;

use crate::body::{Body, Part};
use crate::needs::Needs;

/// Named arguments of `ingest_register_dataset()`; those left out are `name: t`, `prefix: ''`, `target: t`.
pub type Registration = BTreeMap<String, Value>;

/// One file of cases about one topic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// What the cases are about.
    pub topic: String,
    /// DDL of every case that has none of its own.
    #[serde(default)]
    pub ddl: Option<String>,
    /// Registration of every case; a case's own arguments are laid over it.
    #[serde(default)]
    pub register: Registration,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case: a database, what is done to it, and what it then holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a sentence.
    #[serde(rename = "case")]
    pub name: String,
    /// Where the specification says so.
    #[serde(default)]
    pub says: String,
    /// What the server must have; everywhere else the case is not run.
    #[serde(default)]
    pub needs: Needs,
    /// Creates the targets.
    #[serde(default)]
    pub ddl: Option<String>,
    /// Arguments of the registration that come before the steps; `null` registers nothing.
    #[serde(default = "no_arguments")]
    pub register: Option<Registration>,
    /// One file `a.json` in one batch, for cases that need no more.
    #[serde(default)]
    pub body: Option<Body>,
    /// Several files in one batch, for cases that need no more.
    #[serde(default)]
    pub files: Option<Vec<File>>,
    /// What is done, in order.
    #[serde(default, with = "serde_yaml_ng::with::singleton_map_recursive")]
    pub steps: Vec<Step>,
    /// Tables reported at the end.
    #[serde(default = "only_t")]
    pub tables: Vec<String>,
    /// Whether each reject is reported with its raw bytes.
    #[serde(default)]
    pub show_records: bool,
    /// The report expected.
    #[serde(default)]
    pub expect: String,
}

/// One thing done to the database.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Stages files as one batch and processes it, as the shipper does.
    Batch(Vec<File>),
    /// Stages files with no batch, and processes whatever is staged.
    ByHand(Vec<File>),
    /// Registers or replaces a dataset; reported with its warnings.
    Register(Registration),
    /// Registers what must be refused; each of `naming` must stand in the refusal.
    Refuse(Refusal),
    /// Statements run by the superuser; rows and errors are reported.
    Sql(String),
}

/// A registration that must fail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Its arguments.
    pub register: Registration,
    /// Words that the error's message, detail or hint must contain.
    pub naming: Vec<String>,
}

/// One staged file: the columns of `ingest.staging`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The S3 key.
    #[serde(default = "default_key")]
    pub key: String,
    /// The S3 bucket.
    #[serde(default)]
    pub bucket: String,
    /// Its bytes; left out, the file has none.
    pub body: Option<Body>,
    /// S3 version.
    #[serde(default)]
    pub version_id: Option<String>,
    /// ETag of what was fetched.
    #[serde(default)]
    pub etag: Option<String>,
    /// The event's sequencer.
    #[serde(default)]
    pub sequencer: Option<String>,
    /// The event's time.
    #[serde(default)]
    pub event_time: Option<String>,
    /// Last-Modified of what was fetched.
    #[serde(default)]
    pub last_modified: Option<String>,
    /// Bytes; of the body where left out.
    #[serde(default)]
    pub size: Option<i64>,
    /// Why there is no body.
    #[serde(default)]
    pub error_code: Option<String>,
}

fn default_key() -> String {
    "a.json".into()
}

fn only_t() -> Vec<String> {
    vec!["t".into()]
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "serde's default must have the field's type, where null means none"
)]
fn no_arguments() -> Option<Registration> {
    Some(Registration::new())
}

impl File {
    /// A file of the given key whose bytes are elsewhere, as for [`crate::staging::Staged::from_bytes`].
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        Self::new(key, Body::One(Part::Text(String::new())))
    }

    /// A file of the given key and bytes and nothing else.
    #[must_use]
    pub fn new(key: &str, body: Body) -> Self {
        Self {
            key: key.into(),
            bucket: String::new(),
            body: Some(body),
            version_id: None,
            etag: None,
            sequencer: None,
            event_time: None,
            last_modified: None,
            size: None,
            error_code: None,
        }
    }
}

impl Case {
    /// All steps, the shorthands `body` and `files` included.
    #[must_use]
    pub fn all_steps(&self) -> Vec<Step> {
        let one = self.body.iter().map(|body| Step::Batch(vec![File::new("a.json", body.clone())]));
        let several = self.files.iter().map(|files| Step::Batch(files.clone()));
        one.chain(several).chain(self.steps.iter().cloned()).collect()
    }
}

impl Case {
    /// All SQL of its own.
    #[must_use]
    pub fn sql(&self) -> String {
        let steps = self.steps.iter().filter_map(|step| match step {
            Step::Sql(text) => Some(text.as_str()),
            _ => None,
        });
        self.ddl.as_deref().into_iter().chain(steps).collect::<Vec<_>>().join(";\n")
    }
}

impl Topic {
    /// Reads a topic and lays its defaults under each case. The error names the file and the place.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut topic: Self = serde_yaml_ng::from_str(&text)
            .with_context(|| format!("{} is no topic of cases", path.display()))?;
        for case in &mut topic.cases {
            if case.ddl.is_none() {
                case.ddl.clone_from(&topic.ddl);
            }
            if let Some(own) = &mut case.register {
                for (argument, value) in &topic.register {
                    own.entry(argument.clone()).or_insert_with(|| value.clone());
                }
            }
        }
        Ok(topic)
    }
}

/// Every topic's path under a folder, by name; an error where there is none.
pub fn topics(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    if found.is_empty() {
        bail!("no *.yaml in {}; expected the conformance topics", folder.display());
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_case_has_a_name_of_its_own_a_source_and_an_expectation() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
        let mut names = HashSet::new();
        for path in topics(&folder).unwrap() {
            let topic = Topic::read(&path).unwrap();
            for case in topic.cases {
                let place = format!("{}: {}", path.display(), case.name);
                assert!(!case.says.is_empty() && !case.expect.is_empty(), "{place}");
                assert!(names.insert(place.clone()), "{place} stands twice");
            }
        }
    }
}
