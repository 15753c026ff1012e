//! Where cargo puts what it builds.

use std::path::PathBuf;

use local_stack::repository;

/// The path of a binary of the workspace in the debug profile.
pub(crate) fn debug(name: &str) -> PathBuf {
    in_profile("debug", name)
}

/// The same in another profile, by the name of the profile's folder.
pub(crate) fn in_profile(profile: &str, name: &str) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    target.join(profile).join(name)
}
