//! Cases that need a server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod calls;
mod deletes;
mod families;
mod gathering;
mod holding;
mod memory;
mod probing;
mod values;

use pgrx::prelude::*;

/// Creates what the cases share: a function that reads one value into a column of a type.
pub(crate) fn prepare() {
    Spi::run(include_str!("../sql/tests.sql")).unwrap();
}

/// Creates what the cases of gathering share besides: staged files, and `gather_all()` for a table `target`.
pub(crate) fn prepare_gathering() {
    prepare();
    Spi::run(include_str!("../sql/gathering_tests.sql")).unwrap();
}

/// What becomes of a JSON value in a column of a type: its text, or the code of its fault.
pub(crate) fn became(declared: &str, json: &str) -> String {
    Spi::get_one_with_args::<String>("SELECT became($1, $2)", &[declared.into(), json.into()])
        .unwrap()
        .unwrap_or("NULL".to_owned())
}

/// Holds each value of each type against the text or code expected.
pub(crate) fn assert_became(declared: &str, cases: &[(&str, &str)]) {
    prepare();
    for (json, expected) in cases {
        assert_eq!(became(declared, json), *expected, "{json} into {declared}");
    }
}

/// Holds strings against what the type's own input makes of them.
pub(crate) fn assert_like_postgresql(declared: &str, texts: &[&str]) {
    prepare();
    for text in texts {
        let json = format!("\"{text}\"");
        let expected =
            Spi::get_one_with_args::<String>(&format!("SELECT $1::{declared}::text"), &[(*text).into()])
                .unwrap();
        assert_eq!(Some(became(declared, &json)), expected, "{json} into {declared}");
    }
}
