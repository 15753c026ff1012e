//! The views: each reads what it shows in one transaction and gives markup.

mod chart;
mod dataset;
mod datasets;
mod drift;
mod file;
mod files;
mod messages;
mod overview;
mod reject;
mod rejects;
mod removals;

use std::collections::HashMap;

use maud::Markup;

use super::database::View;
use super::failure::Failure;
use super::parts::Place;
use super::written::When;

pub(super) use self::{
    dataset::dataset, datasets::datasets, drift::drift, file::file, files::files, messages::messages,
    overview::overview, reject::reject, rejects::rejects,
};

/// What a view shows, and what the window is called.
pub(super) struct Shown {
    pub(super) title: String,
    pub(super) body: Markup,
}

impl Shown {
    fn new(title: impl Into<String>, body: Markup) -> Self {
        Self { title: title.into(), body }
    }
}

/// What a view works with.
pub(super) struct Asked<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) now: &'a When,
    pub(super) place: Place,
    pub(super) parameters: &'a HashMap<String, String>,
}

impl Asked<'_> {
    /// A parameter of the address; none where it is empty. PostgreSQL's text has no NUL.
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty() && !value.contains('\0'))
    }

    /// A parameter that is a number.
    fn number(&self, name: &str) -> Option<i64> {
        self.parameter(name)?.parse().ok()
    }

    /// The id that a view cannot do without.
    fn id(&self, of: &str) -> Result<i64, Failure> {
        self.number("id").ok_or_else(|| Failure::absent(of))
    }
}
