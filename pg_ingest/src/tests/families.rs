//! Records that are gathered together with what stands inside them.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use crate::tests::prepare_gathering;

    /// A target, its child, and a contract with a family.
    fn prepare(body: &str) {
        prepare_gathering();
        Spi::run(
            "CREATE TABLE target (id bigint PRIMARY KEY, version integer NOT NULL);
             CREATE TABLE lines (of_id bigint NOT NULL REFERENCES target, n integer, sku text NOT NULL, PRIMARY KEY (of_id, n));
             CREATE FUNCTION gather_family() RETURNS text LANGUAGE plpgsql AS $$
             DECLARE
               given record := to_gather();
               of_lines jsonb := given.contract || jsonb_build_object('columns', jsonb_build_array(
                   probe_description('bigint'::regtype, -1) || '{\"name\": \"of_id\", \"origin\": \"place\", \"path\": [\"_key:id\"], \"path_text\": \"_key:id\", \"required\": true, \"has_default\": false}',
                   probe_description('integer'::regtype, -1) || '{\"name\": \"n\", \"origin\": \"place\", \"path\": [\"position:\"], \"path_text\": \"position:\", \"required\": true, \"has_default\": false}',
                   probe_description('text'::regtype, -1) || '{\"name\": \"sku\", \"path\": [\"sku\"], \"path_text\": \"$.sku\", \"required\": true, \"has_default\": false}'),
                 'within', '{\"records_path\": [\"lines\", {\"each\": \"element\"}], \"records_path_text\": \"$.lines[*]\", \"skip_missing\": false,
                   \"places\": [{\"source\": \"position:\", \"kind\": \"position\", \"path\": []}]}'::jsonb);
             BEGIN
               PERFORM ingest_native.begin_run();
               RETURN ingest_native.gather(given.contract || jsonb_build_object('family', jsonb_build_array(
                 jsonb_build_object('target', 'lines'::regclass::oid::bigint, 'contract', of_lines))), 'target', 'version', given.files, true);
             END $$",
        )
        .unwrap();
        Spi::run_with_args("SELECT stage($1)", &[body.into()]).unwrap();
    }

    fn text(query: &str) -> Option<String> {
        Spi::get_one::<String>(query).unwrap()
    }

    const GOOD: &str = r#"[{"id":2,"version":1,"lines":[{"sku":"c","more":7}]},{"id":1,"version":1,"lines":[{"sku":"a"},{"sku":"b"}]},{"id":3,"version":1,"lines":[]}]"#;

    #[pg_test]
    fn children_are_inserted_behind_their_records_with_the_keys_of_these() {
        prepare(GOOD);
        assert_eq!(text("SELECT gather_family()"), Some("new".to_owned()));
        assert_eq!(
            text("SELECT string_agg(c::text, ' ') FROM ingest_native.gathered_children() AS c"),
            Some("(1,1,3)".to_owned())
        );
        assert_eq!(
            text("SELECT string_agg(d::text, ' ') FROM ingest_native.child_drift() AS d"),
            Some("(1,1,$.more,number,7)".to_owned())
        );
        assert_eq!(Spi::get_one::<bool>("SELECT ingest_native.insert_gathered()"), Ok(Some(true)));
        assert_eq!(
            text("SELECT string_agg(l::text, ' ' ORDER BY ctid) FROM lines AS l"),
            Some("(1,1,a) (1,2,b) (2,1,c)".to_owned())
        );
    }

    #[pg_test]
    fn a_child_at_fault_makes_the_unit_odd() {
        for lines in [r#"[{"sku":"a"},{}]"#, r#"[7]"#, r#"{"sku":"a"}"#, "7", "null"] {
            prepare_again();
            prepare(&format!(r#"[{{"id":1,"version":1,"lines":{lines}}}]"#));
            assert_eq!(text("SELECT gather_family()"), Some("odd".to_owned()), "{lines}");
        }
    }

    #[pg_test(error = "the rows of a unit take more than 256 MB; expected less, to gather them in memory")]
    fn children_count_with_their_records_against_what_is_gathered() {
        // Each number becomes a text of 131,072 characters: 140 MB in either table.
        let record = |id| format!(r#"{{"id":{id},"version":1,"v":1e131071,"lines":[{{"sku":1e131071}}]}}"#);
        prepare(&(0..1_100).map(record).collect::<String>());
        Spi::run("ALTER TABLE target ADD v text").unwrap();
        let _ = text("SELECT gather_family()");
    }

    #[pg_test]
    fn one_odd_record_of_twenty_one_is_set_aside_with_its_children() {
        let mut body: String =
            (1..=20).map(|id| format!(r#"{{"id":{id},"version":1,"lines":[{{"sku":"a"}}]}}"#)).collect();
        body.push_str(r#"{"id":21,"version":1,"more":1,"lines":[{"sku":"a","more":7},{}]}"#);
        prepare(&body);
        assert_eq!(text("SELECT gather_family()"), Some("new".to_owned()));
        assert_eq!(
            text(
                "SELECT record_no || ' ' || convert_from(record, 'UTF8') FROM ingest_native.gathered_rest()"
            ),
            Some(r#"21 {"id":21,"version":1,"more":1,"lines":[{"sku":"a","more":7},{}]}"#.to_owned())
        );
        assert_eq!(Spi::get_one::<i64>("SELECT count(*) FROM ingest_native.child_drift()"), Ok(Some(0)));
        assert_eq!(Spi::get_one::<bool>("SELECT ingest_native.insert_gathered()"), Ok(Some(true)));
        assert_eq!(
            text("SELECT count(*) || ' ' || (SELECT count(*) FROM lines) FROM target"),
            Some("20 20".to_owned())
        );
    }

    fn prepare_again() {
        Spi::run("DROP SCHEMA IF EXISTS ingest CASCADE; DROP TABLE IF EXISTS lines, target; DROP FUNCTION IF EXISTS gather_family()").unwrap();
    }

    #[pg_test(
        error = "insert or update on table \"lines\" violates foreign key constraint \"lines_of_id_fkey\""
    )]
    fn a_foreign_key_is_checked_as_by_an_insert() {
        prepare(GOOD);
        Spi::run(
            "CREATE TABLE other (id bigint PRIMARY KEY); ALTER TABLE lines DROP CONSTRAINT lines_of_id_fkey",
        )
        .unwrap();
        Spi::run("ALTER TABLE lines ADD CONSTRAINT lines_of_id_fkey FOREIGN KEY (of_id) REFERENCES other")
            .unwrap();
        assert_eq!(text("SELECT gather_family()"), Some("new".to_owned()));
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
    }
}
