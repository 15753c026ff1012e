//! Where cargo puts what it builds.

use std::path::PathBuf;

use local_stack::repository;

/// The path of a binary of the workspace in the debug profile.
pub(crate) fn debug(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// The path of a binary of the workspace in the release profile.
pub(crate) fn release(name: &str) -> PathBuf {
    target().join("release").join(name)
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from)
}
