//! What a call leaves alone, raises and refuses.

#[pgrx::pg_schema]
mod tests {
    use pgrx::pg_sys::panic::CaughtError;
    use pgrx::prelude::*;

    use crate::call;
    use crate::refusal::refuse;
    use crate::subtransaction::{Subtransaction, catch};
    use crate::tests::{became, prepare};

    #[pg_test]
    fn dates_are_read_the_same_whatever_the_session_says() {
        prepare();
        Spi::run(
            "SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Tokyo'; SET intervalstyle = 'sql_standard'",
        )
        .unwrap();
        assert_eq!(became("date", "\"03/02/2024\""), "02/03/2024", "month first, shown day first");
        assert_eq!(Spi::get_one::<String>("SHOW timezone"), Ok(Some("Asia/Tokyo".to_owned())));
        assert_eq!(
            Spi::get_one::<bool>(
                "SELECT became('timestamptz', '\"2024-01-01 10:00\"')::timestamptz = '2024-01-01 10:00Z'"
            ),
            Ok(Some(true))
        );
    }

    #[pg_test]
    fn a_refused_value_leaves_the_transaction_as_it_was() {
        prepare();
        Spi::run("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (1)").unwrap();
        assert_eq!(became("inet", "\"x\""), "type_mismatch");
        assert_eq!(Spi::get_one::<i64>("SELECT count(*) FROM kept"), Ok(Some(1)));
    }

    #[pg_test]
    fn an_error_of_any_class_is_the_values_fault() {
        prepare();
        assert_eq!(became("regclass", "\"no_such_table\""), "type_mismatch");
    }

    #[pg_test(
        error = "the column definition list has the types [23, 1005, 25]; expected [23, 1005, 23], as the contract says"
    )]
    fn a_column_definition_list_that_does_not_fit_is_refused() {
        prepare();
        Spi::run("SELECT * FROM ingest_native.read_rows(probe_contract('integer'), 1, '{}', '{}') AS r (record_no integer, faults smallint[], v text)").unwrap();
    }

    #[pg_test]
    fn a_file_that_fails_gives_no_row() {
        prepare();
        let rows = Spi::get_one::<i64>(
            "SELECT count(*) FROM ingest_native.read_rows(probe_contract('integer'), 1, '{\"v\":1} {', '{}') AS r (record_no integer, faults smallint[], v integer)",
        );
        assert_eq!(rows, Ok(Some(0)));
        let failed = Spi::get_one::<String>("SELECT error_code FROM ingest_native.files() WHERE records = 0");
        assert_eq!(failed, Ok(Some("invalid_json".to_owned())));
        Spi::run("SELECT ingest_native.begin_run()").unwrap();
        assert_eq!(Spi::get_one::<i64>("SELECT count(*) FROM ingest_native.files()"), Ok(Some(0)));
    }

    #[pg_test]
    fn a_refused_value_takes_no_backtrace_whatever_the_environment_says() {
        // SAFETY: the backend has one thread; it has taken no backtrace before, so that this is looked at.
        unsafe { std::env::set_var("RUST_BACKTRACE", "1") };
        let taken = |error: Box<CaughtError>| match *error {
            CaughtError::PostgresError(report)
            | CaughtError::ErrorReport(report)
            | CaughtError::RustPanic { ereport: report, .. } => report.backtrace().is_some(),
        };
        let caught = |raise: fn()| {
            call::serve(|call| {
                let _undone = Subtransaction::begin(call);
                catch(raise).map_err(taken)
            })
        };
        assert_eq!(caught(|| Spi::run("SELECT 'x'::integer").unwrap()), Err(false));
        assert_eq!(
            caught(|| refuse(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, "a refusal")),
            Err(false)
        );
        assert_eq!(caught(|| assert!(std::hint::black_box(false), "a fault of this code")), Err(true));
    }

    #[pg_test]
    fn nobody_may_call_it_uninvited() {
        let public = Spi::get_one::<i64>(
            "SELECT count(*) FROM pg_proc AS p WHERE p.pronamespace = 'ingest_native'::regnamespace
               AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) AS a WHERE a.grantee = 0))",
        );
        assert_eq!(public, Ok(Some(0)));
    }
}
