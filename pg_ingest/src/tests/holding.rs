//! Bodies that are held in memory in place of being stored.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use crate::tests::prepare_gathering;

    /// Creates staging with its trigger, and the pipeline's word on the engine.
    fn prepare(engine: &str) {
        prepare_gathering();
        Spi::run(&format!(
            "CREATE FUNCTION public.ingest_engine() RETURNS text LANGUAGE sql AS $$ SELECT '{engine}' $$;
             CREATE TRIGGER hold_body BEFORE INSERT ON ingest.staging FOR EACH ROW EXECUTE FUNCTION ingest_native.hold_body();
             SET LOCAL ingest.hold_bodies = on"
        ))
        .unwrap();
    }

    const STAGE: &str =
        "INSERT INTO ingest.staging (batch_id, body) VALUES (gen_random_uuid(), '{\"id\":1}')";

    /// What staging has: stored bodies, held ones.
    fn staged() -> String {
        Spi::get_one::<String>(
            "SELECT format('%s stored, %s held', count(body), count(held)) FROM ingest.staging",
        )
        .unwrap()
        .unwrap()
    }

    #[pg_test]
    fn a_held_body_is_read_by_its_number_and_the_row_tells_its_size() {
        prepare("native");
        Spi::run(STAGE).unwrap();
        assert_eq!(staged(), "0 stored, 1 held");
        assert_eq!(
            Spi::get_one::<String>(
                "SELECT size || ' ' || convert_from(ingest_native.held_body(held), 'UTF8') FROM ingest.staging"
            ),
            Ok(Some("8 {\"id\":1}".to_owned()))
        );
    }

    #[pg_test]
    fn bodies_are_stored_unless_they_are_asked_to_be_held() {
        prepare("native");
        Spi::run("SET LOCAL ingest.hold_bodies = off").unwrap();
        Spi::run(STAGE).unwrap();
        assert_eq!(staged(), "1 stored, 0 held");
        // Without a batch they are for whoever processes next.
        Spi::run("SET LOCAL ingest.hold_bodies = on; INSERT INTO ingest.staging (body) VALUES ('{}')")
            .unwrap();
        assert_eq!(staged(), "2 stored, 0 held");
        Spi::run("INSERT INTO ingest.staging (batch_id) VALUES (gen_random_uuid())").unwrap();
        assert_eq!(staged(), "2 stored, 0 held");
    }

    #[pg_test]
    fn the_sql_engine_has_its_bodies_stored() {
        prepare("sql");
        Spi::run(STAGE).unwrap();
        assert_eq!(staged(), "1 stored, 0 held");
    }

    #[pg_test]
    fn what_is_too_much_to_hold_is_stored() {
        prepare("native");
        Spi::run(
            "INSERT INTO ingest.staging (batch_id, body) SELECT gen_random_uuid(), convert_to(repeat('x', 30000000), 'UTF8')
               FROM generate_series(1, 3)",
        )
        .unwrap();
        assert_eq!(staged(), "1 stored, 2 held");
    }

    #[pg_test]
    fn a_body_goes_with_the_savepoint_that_it_was_staged_in() {
        prepare("native");
        Spi::run(&format!(
            "DO $$ DECLARE number bigint; BEGIN
               BEGIN {STAGE} RETURNING held INTO STRICT number; RAISE 'undone'; EXCEPTION WHEN raise_exception THEN NULL; END;
               BEGIN PERFORM ingest_native.held_body(number); EXCEPTION WHEN object_not_in_prerequisite_state THEN RETURN; END;
               ASSERT false, 'it is held still';
             END $$"
        ))
        .unwrap();
    }

    #[pg_test]
    fn numbers_begin_where_nobody_knows() {
        prepare("native");
        Spi::run(&format!("{STAGE}; {STAGE}")).unwrap();
        let numbers = "SELECT min(held) > 1000 AND max(held) - min(held) = 1 FROM ingest.staging";
        assert_eq!(Spi::get_one::<bool>(numbers), Ok(Some(true)));
    }

    #[pg_test(
        error = "the size of a staged file was changed, whose body of 8 bytes this session holds; expected size as the trigger hold_body left it, until the file is processed"
    )]
    fn what_is_settled_must_have_the_size_that_it_was_staged_with() {
        prepare("native");
        Spi::run(STAGE).unwrap();
        Spi::run(
            "SELECT ingest_native.settle_held(array_agg(held), ARRAY[NULL]::bigint[]) FROM ingest.staging",
        )
        .unwrap();
    }

    #[pg_test(
        error = "the table that hold_body() was fired for has no column size of the type that ingest.staging gives it; expected the table as the migrations make it"
    )]
    fn a_table_of_another_shape_is_refused() {
        prepare("native");
        Spi::run("ALTER TABLE ingest.staging ALTER COLUMN size TYPE numeric").unwrap();
        Spi::run(STAGE).unwrap();
    }

    #[pg_test]
    fn memory_of_bodies_that_a_savepoint_undid_can_be_used_again() {
        prepare("native");
        for _ in 0..3 {
            Spi::run(
                "DO $$ BEGIN INSERT INTO ingest.staging (batch_id, body) VALUES (gen_random_uuid(), convert_to(repeat('x', 60000000), 'UTF8'));
                   RAISE 'undone'; EXCEPTION WHEN raise_exception THEN NULL; END $$",
            )
            .unwrap();
        }
        Spi::run(STAGE).unwrap();
        assert_eq!(staged(), "0 stored, 1 held");
    }

    #[pg_test]
    fn gathering_reads_stored_and_held_bodies_alike() {
        prepare("native");
        Spi::run("CREATE TABLE target (id bigint PRIMARY KEY, version integer)").unwrap();
        Spi::run("INSERT INTO ingest.staging (batch_id, body) VALUES (gen_random_uuid(), '{\"id\":1,\"version\":1}');
          SET LOCAL ingest.hold_bodies = off;
          INSERT INTO ingest.staging (batch_id, body) VALUES (gen_random_uuid(), '{\"id\":2,\"version\":1}')")
            .unwrap();
        assert_eq!(staged(), "1 stored, 1 held");
        assert_eq!(Spi::get_one::<String>("SELECT gather_all()"), Ok(Some("new".to_owned())));
        Spi::run("SELECT ingest_native.insert_gathered()").unwrap();
        assert_eq!(
            Spi::get_one::<String>("SELECT string_agg(t::text, ' ' ORDER BY id) FROM target AS t"),
            Ok(Some("(1,1) (2,1)".to_owned()))
        );
    }

    #[pg_test(
        error = "a row for ingest.staging came with a value of held; expected none, since the extension alone gives it"
    )]
    fn a_number_that_a_client_gives_is_refused() {
        prepare("native");
        Spi::run("INSERT INTO ingest.staging (batch_id, held) VALUES (gen_random_uuid(), 1)").unwrap();
    }

    #[pg_test(
        error = "hold_body() was fired otherwise; expected BEFORE INSERT FOR EACH ROW, on ingest.staging"
    )]
    fn the_trigger_serves_no_other_event() {
        prepare("native");
        Spi::run(
            "CREATE TRIGGER otherwise BEFORE UPDATE ON ingest.staging FOR EACH ROW EXECUTE FUNCTION ingest_native.hold_body();
             INSERT INTO ingest.staging (size) VALUES (1);
             UPDATE ingest.staging SET size = 2",
        )
        .unwrap();
    }
}
