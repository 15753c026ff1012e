//! Rows of which some delete, as they are gathered.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use crate::tests::prepare_gathering;

    /// What is true of the records that delete, and what these need.
    const DELETES: &str = r#"{"deletes": ["id", "version"], "delete_where": {"operands": [{"path": ["op"], "column": false, "required": false}],
        "alternatives": [[{"operand": 0, "texts": ["d"], "listed": true, "null": false}]]}}"#;

    /// Gathers the body for a table `target`; then each row with what becomes of its key.
    fn gathered(table: &str, body: &str, more: &str) -> (Option<String>, Option<String>) {
        prepare_gathering();
        Spi::run(table).unwrap();
        Spi::run_with_args("SELECT stage($1)", &[body.into()]).unwrap();
        let found = Spi::get_one_with_args::<String>(
            "SELECT ingest_native.gather(g.contract || $1::jsonb || $2::jsonb, 'target', 'version', g.files, false) FROM to_gather() AS g",
            &[DELETES.into(), more.into()],
        );
        let mark = if more == "{}" { "" } else { ", _gone boolean" };
        let rows = format!(
            "SELECT string_agg(g::text, ' ') FROM ingest_native.gathered_rows() AS g (file_no integer, record_no integer, deletes boolean, place integer, \
             of_file integer, of_record integer, of_version integer, id bigint, version integer, v text{mark})"
        );
        (found.unwrap(), Spi::get_one::<String>(&rows).unwrap())
    }

    #[pg_test]
    fn of_each_key_the_newest_record_and_the_newest_delete_are_told() {
        let (found, rows) = gathered(
            "CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL, v text NOT NULL CHECK (v <> ''))",
            r#"[{"id":3,"version":1,"op":"d","v":""},{"id":1,"version":1,"v":"a"},{"id":2,"version":2,"op":"d"},{"id":2,"version":3,"v":"b"},
                {"id":2,"version":1,"op":"d"},{"id":4,"version":1,"v":"c"},{"id":4,"version":2,"op":"d"},{"id":5,"op":"d"}]"#,
            "{}",
        );
        assert_eq!(found.as_deref(), Some("mixed"));
        let expected = "(1,2,f,,,,,1,1,a) (1,4,f,2,1,3,2,2,3,b) (1,1,t,1,1,1,1,3,1,) (1,7,t,1,1,7,2,4,2,)";
        assert_eq!(rows.as_deref(), Some(expected));
    }

    #[pg_test]
    fn where_rows_are_marked_the_newest_that_deletes_nothing_is_the_row() {
        let (found, rows) = gathered(
            "CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL, v text, _gone boolean NOT NULL DEFAULT false)",
            r#"[{"id":1,"version":1,"v":"a"},{"id":1,"version":3,"op":"d"},{"id":1,"version":2,"v":"b"},{"id":2,"version":1,"op":"d"}]"#,
            r#"{"soft_delete_column": "_gone"}"#,
        );
        assert_eq!(found.as_deref(), Some("mixed"));
        assert_eq!(rows.as_deref(), Some("(1,3,f,1,1,2,3,1,2,b,) (1,4,t,1,1,4,1,2,1,,)"));
    }

    #[pg_test]
    fn where_none_deletes_all_may_be_new() {
        let table = "CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL, v text)";
        let (found, rows) =
            gathered(table, r#"[{"id":1,"version":1,"v":"a"},{"id":2,"version":1,"op":"c"}]"#, "{}");
        assert_eq!(found.as_deref(), Some("new"));
        assert_eq!(rows.as_deref(), Some("(1,1,f,,,,,1,1,a) (1,2,f,,,,,2,1,)"));
    }
}
