//! JSON documents to typed rows: all of the native row source that needs no PostgreSQL.
//!
//! [`FileReader::read`] takes one staged body and a [`Contract`]; it hands finished rows to a [`Database`], which also
//! answers what only PostgreSQL can (types' input functions), and sets rejects and drift aside in a [`Run`].
//! The rules are those of `docs/semantics.md`, sections 1 to 3; the seam is `docs/row-source.md`.

mod code;
mod coerce;
mod condition;
mod contract;
mod convert;
mod decimal;
mod digest;
mod fault;
mod file;
mod image;
mod names;
mod path;
mod places;
mod record;
mod records_path;
mod row;
mod run;
pub mod scan;
mod staged;
mod text;
mod type_description;
mod walked;

pub use code::{Code, PROGRAM_LIMIT};
pub use coerce::oid;
pub use contract::{Child, Column, Contract, Deletes, Given, OnUnknown, Origin};
pub use file::FileReader;
pub use names::NameRule;
pub use path::Step;
pub use places::Places;
pub use row::{Cell, Database, Row};
pub use run::{Drift, FileReport, OddRecord, Reject, Run};
pub use staged::File;
pub use type_description::{TypeDescription, TypeKind};
pub use walked::Walked;
