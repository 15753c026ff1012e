//! One machine stands for the cloud: what the demo and the tests run the product on.
//!
//! [`postgres`] starts private clusters and [`citus`] several that make up one, [`aws`] starts the emulator and deploys
//! to it, [`lambda`] runs the real shipper as Lambda would, and [`stack`] puts them together. Nothing here is part of
//! what is deployed: the product does not know that it runs locally.

pub mod aws;
pub mod citus;
pub mod environment;
pub mod lambda;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod samples;
pub mod scratch;
pub mod stack;

use std::path::{Path, PathBuf};

/// The migrations of a local database: the pipeline's, and the sample targets as a user's own line.
#[must_use]
pub fn migrations() -> Vec<migrate::Line> {
    vec![
        migrate::Line::pipeline(&repository().join("migrations")),
        migrate::Line::own(&repository().join("xtask/local_stack/sample")),
    ]
}

/// The repository's root, as it was when this crate was compiled.
#[must_use]
pub fn repository() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.ancestors().nth(2).unwrap_or(crate_folder).to_path_buf()
}
