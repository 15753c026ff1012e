//! Where cargo puts what it builds.

use std::path::PathBuf;

use local_stack::repository;

/// The path of a binary of the workspace in the debug profile.
pub(crate) fn debug(name: &str) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    target.join("debug").join(name)
}
