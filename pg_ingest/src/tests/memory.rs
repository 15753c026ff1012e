//! The memory context that a call leaves current: what is allocated in one that is gone overwrites what others keep.

#[pgrx::pg_schema]
mod tests {
    use pgrx::datum::AnyElement;
    use pgrx::prelude::*;
    use pgrx::{FromDatum, pg_sys};

    use crate::call::{self, Call};
    use crate::gather::gather;
    use crate::memory::OwnedMemory;
    use crate::subtransaction::{Subtransaction, catch};
    use crate::tests::prepare_gathering;

    /// Values that PostgreSQL is asked about while a file is read: `types.rs` of the differential test has them all.
    const ASKED: [(&str, &str); 12] = [
        ("boolean", r#""yes""#),
        ("boolean", r#""maybe""#),
        ("date", r#""Jan 3 2024""#),
        ("date", r#""2023-02-29""#),
        ("interval", r#""1 day 02:03:04""#),
        ("mood", r#""calm""#),
        ("mood", r#""odd""#),
        ("inet", r#""10.0.0.1/8""#),
        ("int4range", r#""[1,5)""#),
        ("json", r#"{"a":1}"#),
        ("integer[]", "[1,null]"),
        ("text[]", r#"["a"]"#),
    ];

    fn current() -> pg_sys::MemoryContext {
        // SAFETY: reads a global of the backend.
        unsafe { pg_sys::CurrentMemoryContext }
    }

    /// A target that has the keys 1 to 3, and a staged file that brings them again.
    fn prepare(column: &str, value: &str) {
        prepare_gathering();
        Spi::run(&format!(
            "DROP TYPE IF EXISTS mood CASCADE; CREATE TYPE mood AS ENUM ('calm', 'wild');
             CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL CHECK (10 / version > 0), v {column});
             INSERT INTO target (id, version) SELECT id, 1 FROM generate_series(1, 3) AS id"
        ))
        .unwrap();
        for id in 1..=3 {
            let body = format!(r#"{{"id":{id},"version":2,"v":{value}}}"#);
            Spi::run_with_args("SELECT stage($1)", &[body.into()]).unwrap();
        }
    }

    fn tear_down() {
        Spi::run("DROP TABLE target; DROP SCHEMA ingest CASCADE").unwrap();
    }

    /// Calls `gather()` as PostgreSQL does, without a caller in between that would put the context back.
    fn gather_target() -> &'static str {
        Spi::connect(|client| {
            let given = client
                .select(
                    "SELECT g.contract, g.files, 'target'::regclass::oid FROM to_gather() AS g",
                    None,
                    &[],
                )
                .unwrap()
                .first();
            let argument = |place: usize, oid: pg_sys::Oid| {
                let value = given.get_datum_by_ordinal(place).unwrap().unwrap();
                // SAFETY: the value has the type that the query gives.
                unsafe { AnyElement::from_polymorphic_datum(value, false, oid) }.unwrap()
            };
            let files = Spi::get_one::<pg_sys::Oid>("SELECT 'ingest.claimed_file[]'::regtype::oid");
            let target = given.get::<pg_sys::Oid>(3).unwrap().unwrap();
            let (contract, files) = (argument(1, pg_sys::JSONBOID), argument(2, files.unwrap().unwrap()));
            let before = current();
            // SAFETY: the snapshot is a new one, as a statement's of its own: it sees the rows of `prepare`. An error leaves
            // it to the subtransaction's end.
            unsafe { pg_sys::PushActiveSnapshot(pg_sys::GetLatestSnapshot()) };
            let found = gather(contract, target, Some("version"), files, true, Vec::new(), Vec::new());
            // SAFETY: pushed above.
            unsafe { pg_sys::PopActiveSnapshot() };
            assert_eq!(current(), before, "the current context after gather()");
            found
        })
    }

    #[pg_test]
    fn gathering_leaves_the_one_that_it_was_called_in() {
        for (column, value) in ASKED {
            prepare(column, value);
            let refused = ["maybe", "odd", "2023-02-29"].iter().any(|bad| value.contains(bad));
            assert_eq!(gather_target(), if refused { "new" } else { "mixed" }, "{value} into {column}");
            tear_down();
        }
    }

    #[pg_test]
    fn an_error_on_its_way_up_leaves_the_one_that_its_catcher_is_in() {
        for (column, value) in ASKED {
            prepare(column, value);
            // The last record makes a CHECK divide by zero, while the subtransaction of the questions is open.
            Spi::run(r#"SELECT stage('{"id":4,"version":0,"v":null}')"#).unwrap();
            call::serve(|call| {
                let undone = Subtransaction::begin(call);
                let before = current();
                assert!(catch(gather_target).is_err(), "{value} into {column}: nothing was raised");
                assert_eq!(current(), before, "{value} into {column}: after the error");
                drop(undone);
                assert_eq!(current(), before, "{value} into {column}: after the roll-back");
            });
            tear_down();
        }
    }

    #[pg_test]
    fn a_subtransaction_may_begin_in_memory_that_is_gone_when_it_ends() {
        for released in [true, false] {
            call::serve(|call: Call<'_>| {
                let before = current();
                let short = OwnedMemory::under(call.memory(), c"short");
                let open = short.memory().run(|| Subtransaction::begin(call));
                drop(short);
                if released {
                    open.release();
                } else {
                    drop(open);
                }
                assert_eq!(current(), before);
            });
        }
    }
}
