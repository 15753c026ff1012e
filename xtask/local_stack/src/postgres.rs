//! Private PostgreSQL clusters: in a folder of their own, on a free port of 127.0.0.1, with a password of their own.
//!
//! [`Cluster`] is for tests and the demo: it ends with its owner. [`service`] leaves one running (`cargo xtask db`).

mod certificate;
mod cluster;
mod folder;
mod installation;
mod own_copy;
pub mod service;
mod settings;
mod wheel;

pub use cluster::{Cluster, Options};
pub use installation::Installation;
pub use settings::Sizing;
pub use wheel::Wheel;
