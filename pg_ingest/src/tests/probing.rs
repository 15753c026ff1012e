//! Keys that are looked for along the leaves of the primary key's index.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use crate::tests::prepare_gathering;

    /// Creates a target whose keys are made of even numbers below 6,000, enough for several leaves. `key` gives the
    /// key of a number `n` as members of a record.
    fn prepare(columns: &str, key: &str, primary_key: &str) {
        prepare_gathering();
        Spi::run(&format!(
            "CREATE TABLE target ({columns}, version integer NOT NULL, {primary_key});
             CREATE FUNCTION record_of(n bigint) RETURNS jsonb LANGUAGE sql RETURN jsonb_build_object({key}, 'version', 1)"
        ))
        .unwrap();
        fill("generate_series(0, 5998, 2) AS n");
    }

    /// Puts the records of numbers into the target.
    fn fill(numbers: &str) {
        Spi::run(&format!(
            "INSERT INTO target SELECT r.* FROM {numbers}, jsonb_populate_record(NULL::target, record_of(n)) AS r"
        ))
        .unwrap();
    }

    /// What gathering says of the records of these numbers.
    fn gathered(numbers: &str) -> String {
        Spi::run(&format!(
            "TRUNCATE ingest.staging; SELECT stage((SELECT jsonb_agg(record_of(n))::text FROM {numbers}))"
        ))
        .unwrap();
        Spi::get_one::<String>("SELECT gather_all()").unwrap().unwrap()
    }

    const ABSENT: &str = "SELECT n FROM generate_series(1, 6001, 10) AS n";

    fn assert_each_key_is_found(columns: &str, key: &str, primary_key: &str) {
        prepare(columns, key, primary_key);
        assert_eq!(gathered(&format!("({ABSENT}) AS a")), "new");
        for present in (0..6000_i64).step_by(82) {
            assert_eq!(
                gathered(&format!("({ABSENT} UNION ALL SELECT {present}) AS a")),
                "mixed",
                "{present}"
            );
        }
        assert_eq!(gathered("generate_series(0, 0) AS n"), "mixed");
        assert_eq!(gathered("generate_series(5999, 5999) AS n"), "new");
    }

    #[pg_test]
    fn among_integers() {
        assert_each_key_is_found("id bigint", "'id', n", "PRIMARY KEY (id)");
    }

    #[pg_test]
    fn among_uuids_with_columns_that_the_index_only_includes() {
        assert_each_key_is_found(
            "id uuid, note text",
            "'id', md5(n::text), 'note', 'x'",
            "PRIMARY KEY (id) INCLUDE (note, version)",
        );
    }

    #[pg_test]
    fn among_texts_of_which_some_are_long() {
        assert_each_key_is_found(
            "id text",
            "'id', md5(n::text) || repeat('x', (n % 97 * 10)::integer)",
            "PRIMARY KEY (id)",
        );
    }

    #[pg_test]
    fn among_keys_of_two_columns_in_another_order_than_the_table() {
        assert_each_key_is_found(
            "part text, id bigint",
            "'part', md5(n::text), 'id', n / 500",
            "PRIMARY KEY (id, part)",
        );
    }

    #[pg_test]
    fn entries_of_rows_that_are_gone_do_not_count() {
        prepare("id uuid", "'id', md5(n::text)", "PRIMARY KEY (id)");
        fill(&format!("({ABSENT}) AS a"));
        assert_eq!(gathered(&format!("({ABSENT}) AS a")), "mixed");
        Spi::run(&format!(
            "DELETE FROM target AS t USING ({ABSENT}) AS a WHERE t.id = (record_of(a.n) ->> 'id')::uuid"
        ))
        .unwrap();
        assert_eq!(gathered(&format!("({ABSENT}) AS a")), "new");
        assert_eq!(Spi::get_one::<bool>("SELECT ingest_native.insert_gathered()"), Ok(Some(true)));
        assert_eq!(Spi::get_one::<i64>("SELECT count(*) FROM target"), Ok(Some(3601)));
    }

    #[pg_test]
    fn in_an_empty_table() {
        prepare("id uuid", "'id', md5(n::text)", "PRIMARY KEY (id)");
        Spi::run("TRUNCATE target").unwrap();
        assert_eq!(gathered(&format!("({ABSENT}) AS a")), "new");
    }
}
