//! Lambda: the runtime API that the real binary talks to, instances of it, and the event source mapping.

mod batch;
mod function;
mod mapping;
mod runtime_api;

pub use function::{Configuration, Function, Outcome};
pub use mapping::{Mapping, MappingSettings, Statistics};
