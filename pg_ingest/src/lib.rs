//! The native row source: PostgreSQL's side of it and nothing else.
//!
//! What a document means is decided in the crate `json_rows`, which knows no PostgreSQL. Here are the exports, the
//! tuples, the types' input functions and the memory between two calls. The seam is `docs/row-source.md`.
#![expect(unsafe_code, reason = "this crate is the boundary to PostgreSQL's C")]

mod aside;
mod backtraces;
mod btree;
mod cached_contract;
mod call;
mod database;
mod gather;
mod held_bodies;
mod hold_body;
mod input_function;
mod kept_memory;
mod majors;
mod memory;
mod questions;
mod read_rows;
mod refusal;
mod relation;
mod result_set;
mod results;
mod session_settings;
mod stored_rows;
mod subtransaction;
#[cfg(any(test, feature = "pg_test"))]
mod tests;
mod unguarded;
mod varlena;
mod walked_files;

#[cfg(not(target_pointer_width = "64"))]
compile_error!("values of 64 bits are passed in machine words, so a machine of 64 bits is needed");
#[cfg(not(panic = "unwind"))]
compile_error!("a panic has to become a PostgreSQL error, which needs panic = \"unwind\"");

pgrx::pg_module_magic!();

pgrx::extension_sql_file!("../sql/read_rows.sql", name = "read_rows");
pgrx::extension_sql_file!(
    "../sql/hold_body.sql",
    name = "hold_body_trigger",
    requires = [hold_body::hold_body]
);
pgrx::extension_sql_file!("../sql/privileges.sql", name = "privileges", finalize);

/// Called by PostgreSQL once a backend, when it loads the library.
#[pgrx::pg_guard]
#[doc(hidden)]
pub extern "C-unwind" fn _PG_init() {
    backtraces::keep_for_panics();
}

/// What `cargo pgrx test` asks of a crate.
#[cfg(test)]
pub mod pg_test {
    /// Called once before the tests.
    pub fn setup(_options: Vec<&str>) {}

    /// Settings of the tests' server.
    pub fn postgresql_conf_options() -> Vec<&'static str> {
        Vec::new()
    }
}
