//! Rows that are gathered and inserted without an INSERT statement.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use crate::tests::prepare_gathering;

    /// Creates a target and the staged bodies; `gather` then goes by the SQL function of that name.
    fn prepare(table: &str, bodies: &[&str]) {
        prepare_gathering();
        Spi::run(table).unwrap();
        for body in bodies {
            Spi::run_with_args("SELECT stage($1)", &[(*body).into()]).unwrap();
        }
    }

    fn text(query: &str) -> Option<String> {
        Spi::get_one::<String>(query).unwrap()
    }

    const PLAIN: &str = "CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL, v text)";

    #[pg_test]
    fn new_keys_are_inserted_in_their_order_without_a_statement() {
        prepare(
            PLAIN,
            &[
                r#"[{"id":3,"version":1,"v":"c"},{"id":1,"version":1,"v":"a"}]"#,
                r#"{"id":2,"version":1,"v":"b"}"#,
            ],
        );
        assert_eq!(text("SELECT gather_all()"), Some("new".to_owned()));
        assert_eq!(Spi::get_one::<bool>("SELECT ingest_native.insert_gathered()"), Ok(Some(true)));
        assert_eq!(
            text("SELECT string_agg(t::text, ' ' ORDER BY ctid) FROM target AS t"),
            Some("(1,1,a) (2,1,b) (3,1,c)".to_owned())
        );
        // The index knows them too.
        Spi::run("SET LOCAL enable_seqscan = off").unwrap();
        assert_eq!(text("SELECT v FROM target WHERE id = 2"), Some("b".to_owned()));
    }

    #[pg_test]
    fn of_one_key_the_highest_version_counts_then_the_last_to_arrive() {
        prepare(
            PLAIN,
            &[
                r#"[{"id":1,"version":2,"v":"newer"},{"id":1,"version":1,"v":"older"},{"id":2,"version":1,"v":"first"}]"#,
                r#"{"id":2,"version":1,"v":"last"}"#,
            ],
        );
        assert_eq!(text("SELECT gather_all()"), Some("new".to_owned()));
        assert_eq!(
            text("SELECT string_agg(g::text, ' ' ORDER BY file_no) FROM ingest_native.gathered_files() AS g"),
            Some("(1,3,1) (2,1,1)".to_owned())
        );
        assert_eq!(
            text(
                "SELECT string_agg(g::text, ' ') FROM ingest_native.gathered_rows() AS g (file_no integer, id bigint, version integer, v text)"
            ),
            Some("(1,1,2,newer) (2,2,1,last)".to_owned())
        );
    }

    #[pg_test]
    fn a_key_that_is_in_the_table_makes_the_unit_mixed() {
        prepare(PLAIN, &[r#"[{"id":1,"version":1},{"id":2,"version":1}]"#]);
        Spi::run("INSERT INTO target VALUES (2, 1, 'there')").unwrap();
        assert_eq!(text("SELECT gather_all()"), Some("mixed".to_owned()));
    }

    #[pg_test(error = "duplicate key value violates unique constraint \"target_pkey\"")]
    fn a_key_that_was_not_looked_for_and_is_there_violates_the_index() {
        prepare(PLAIN, &[r#"[{"id":1,"version":1},{"id":2,"version":1}]"#]);
        Spi::run("INSERT INTO target VALUES (2, 1, 'there')").unwrap();
        assert_eq!(text("SELECT gather_all(probe => false)"), Some("new".to_owned()));
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
    }

    #[pg_test]
    fn rows_whose_insert_raised_are_gone_with_their_memory() {
        prepare(PLAIN, &[r#"[{"id":1,"version":1},{"id":2,"version":1}]"#]);
        Spi::run("INSERT INTO target VALUES (2, 1, 'there')").unwrap();
        Spi::run(
            "DO $$ BEGIN
               PERFORM gather_all(probe => false);
               PERFORM ingest_native.insert_gathered();
             EXCEPTION WHEN unique_violation THEN
               NULL;
             END $$",
        )
        .unwrap();
        assert_eq!(
            text("SELECT count(*)::text FROM pg_backend_memory_contexts WHERE name = 'pg_ingest gathered'"),
            Some("0".to_owned())
        );
        assert_eq!(Spi::get_one::<i64>("SELECT count(*) FROM ingest_native.gathered_files()"), Ok(Some(0)));
    }

    /// The rows of a target that is altered behind `gather()`, by the same session: its lock keeps the others away.
    fn prepare_altered(alteration: &str) {
        prepare(PLAIN, &[r#"[{"id":1,"version":1,"v":"a"},{"id":2,"version":1,"v":"b"}]"#]);
        assert_eq!(text("SELECT gather_all()"), Some("new".to_owned()));
        Spi::run(alteration).unwrap();
    }

    #[pg_test(
        error = "table target was altered after its rows were gathered; expected the columns, defaults and constraints that it had: call gather() again"
    )]
    fn rows_of_another_layout_are_not_inserted() {
        prepare_altered("ALTER TABLE target ALTER version TYPE text");
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
    }

    #[pg_test(
        error = "table target was altered after its rows were gathered; expected the columns, defaults and constraints that it had: call gather() again"
    )]
    fn rows_of_another_layout_are_not_given_to_an_upsert() {
        prepare_altered("ALTER TABLE target ALTER version TYPE text");
        Spi::run(
            "SELECT * FROM ingest_native.gathered_rows() AS g (file_no integer, id bigint, version text, v text)",
        )
        .unwrap();
    }

    #[pg_test(
        error = "table target was altered after its rows were gathered; expected the columns, defaults and constraints that it had: call gather() again"
    )]
    fn rows_that_a_new_constraint_has_not_seen_are_not_inserted() {
        prepare_altered("ALTER TABLE target ADD CHECK (v <> 'b')");
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
    }

    #[pg_test]
    fn a_trigger_that_came_since_is_left_to_an_insert() {
        prepare_altered(
            "CREATE TRIGGER t BEFORE INSERT ON target FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        );
        assert_eq!(Spi::get_one::<bool>("SELECT ingest_native.insert_gathered()"), Ok(Some(false)));
        assert_eq!(Spi::get_one::<i64>("SELECT count(*) FROM target"), Ok(Some(0)));
    }

    #[pg_test]
    fn a_row_whose_version_is_null_by_default_is_left_to_the_load_statement() {
        // What is behind a name of any length has no fixed place: reading it where it is NULL would leave the tuple.
        prepare(
            "CREATE TABLE target (id bigint PRIMARY KEY, name varchar(20), version numeric(12,0) DEFAULT NULL, v text)",
            &[r#"[{"id":1,"name":"a"},{"id":1,"version":1},{"id":1},{"id":2,"version":1}]"#],
        );
        assert_eq!(text("SELECT gather_all()"), Some("new".to_owned()));
        assert_eq!(
            text(
                "SELECT string_agg(record_no::text, ' ' ORDER BY record_no) FROM ingest_native.gathered_rest()"
            ),
            Some("1 3".to_owned())
        );
        assert_eq!(
            text("SELECT string_agg(g::text, ' ' ORDER BY file_no) FROM ingest_native.gathered_files() AS g"),
            Some("(1,2,2)".to_owned())
        );
    }

    #[pg_test(error = "the rows of a unit take more than 256 MB; expected less, to gather them in memory")]
    fn rows_that_grow_beyond_all_bodies_are_not_gathered() {
        // Each number becomes a text of 131,072 characters.
        let bodies: String =
            (0..2_100).map(|id| format!(r#"{{"id":{id},"version":1,"v":1e131071}}"#)).collect();
        prepare(PLAIN, &[&bodies]);
        let _ = text("SELECT gather_all()");
    }

    #[pg_test]
    fn defaults_and_metadata_columns_are_filled() {
        prepare(
            "CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL, v text DEFAULT 'by ' || 'default',
               _file_id bigint, _record_no integer, _source_time timestamptz)",
            &[r#"[{"id":1,"version":1,"v":null},{"id":2,"version":1}]"#],
        );
        assert_eq!(text("SELECT gather_all()"), Some("new".to_owned()));
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
        assert_eq!(
            text("SELECT string_agg(t::text, ' ' ORDER BY id) FROM target AS t"),
            Some("(1,1,,101,1,) (2,1,\"by default\",101,2,)".to_owned())
        );
    }

    #[pg_test]
    fn a_record_that_a_check_refuses_is_left_to_the_load_statement() {
        prepare(
            "CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL CHECK (version > 0), v text)",
            &[r#"[{"id":1,"version":1},{"id":2,"version":0}]"#],
        );
        assert_eq!(text("SELECT gather_all()"), Some("new".to_owned()));
        assert_eq!(
            text(
                "SELECT string_agg(file_no || '/' || record_no || ' ' || convert_from(record, 'UTF8'), ' ') FROM ingest_native.gathered_rest()"
            ),
            Some(r#"1/2 {"id":2,"version":0}"#.to_owned())
        );
    }

    #[pg_test]
    fn checks_see_each_row_whole() {
        prepare(
            "CREATE TABLE target (id bigint PRIMARY KEY, gone text, version integer NOT NULL, v text, CHECK (target IS NOT NULL));
             ALTER TABLE target DROP gone",
            &[r#"[{"id":1,"version":1,"v":"a"},{"id":2,"version":1},{"id":3,"version":1,"v":"c"}]"#],
        );
        assert_eq!(text("SELECT gather_all()"), Some("new".to_owned()));
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
        assert_eq!(
            text("SELECT string_agg(t::text, ' ' ORDER BY id) FROM target AS t"),
            Some("(1,1,a) (3,1,c)".to_owned())
        );
        assert_eq!(Spi::get_one::<i32>("SELECT record_no FROM ingest_native.gathered_rest()"), Ok(Some(2)));
    }

    #[pg_test]
    fn what_only_an_executor_can_make_is_refused_before_anything_is_read() {
        for (extra, why) in [
            (
                "CREATE TRIGGER t BEFORE INSERT ON target FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "trigger",
            ),
            ("ALTER TABLE target ADD g bigint GENERATED ALWAYS AS (id * 2) STORED", "generated column"),
            ("ALTER TABLE target ADD i bigint GENERATED ALWAYS AS IDENTITY", "identity column"),
            ("ALTER TABLE target ENABLE ROW LEVEL SECURITY", "row security"),
            ("CREATE TABLE heir () INHERITS (target)", "heir"),
            (
                "CREATE DOMAIN word AS text CHECK (value <> ''); ALTER TABLE target ALTER v TYPE word",
                "domain",
            ),
            (
                "CREATE TABLE parent (id bigint PRIMARY KEY); ALTER TABLE target ADD FOREIGN KEY (id) REFERENCES parent; CREATE TRIGGER t AFTER INSERT ON target FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "trigger beside a foreign key",
            ),
        ] {
            prepare(&format!("{PLAIN}; {extra}"), &[r#"{"id":1,"version":1}"#]);
            assert_eq!(text("SELECT gather_all()"), Some("unsuited".to_owned()), "{why}");
            assert_eq!(
                Spi::get_one::<i64>("SELECT count(*) FROM ingest_native.files()"),
                Ok(Some(0)),
                "{why}"
            );
            Spi::run("DROP TABLE target CASCADE; DROP SCHEMA ingest CASCADE").unwrap();
        }
    }

    #[pg_test(error = "duplicate key value violates unique constraint \"target_v_key\"")]
    fn another_unique_index_is_kept() {
        prepare(
            "CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL, v text UNIQUE)",
            &[r#"[{"id":1,"version":1,"v":"x"},{"id":2,"version":1,"v":"x"}]"#],
        );
        assert_eq!(text("SELECT gather_all()"), Some("new".to_owned()));
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
    }

    #[pg_test(error = "nothing is gathered; expected gather() before")]
    fn a_new_run_forgets_what_was_gathered() {
        prepare(PLAIN, &[r#"{"id":1,"version":1}"#]);
        Spi::run("SELECT gather_all(); SELECT ingest_native.begin_run()").unwrap();
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
    }
}
