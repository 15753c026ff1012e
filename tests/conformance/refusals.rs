//! What it costs to find refused records where there are many of them: a parent that is not loaded yet, files exported a
//! second time, bad values among good ones. Counted, not timed.

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, process, stage};
use pg_ingest_tests::{report, sql};

/// A file of that many orders of customers that no one knows.
fn orders(number: usize, records: usize) -> Staged {
    let body: String =
        (0..records).map(|id| format!("{{\"id\": {}, \"customer\": 7}}\n", number * 1000 + id)).collect();
    let file = File::of_key(&format!("{number}.json"));
    Staged::from_bytes(file, body.into_bytes())
}

#[test]
fn each_refused_record_costs_about_one_look_at_the_target() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE TABLE t (id int PRIMARY KEY, customer int);
             CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE foreign_key_violation; END$$;
             CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
             SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't');
             SET track_functions = 'all'",
        )?;
        let mut files: Vec<Staged> = (1..=8).map(|number| orders(number, 50)).collect();
        files.push(orders(9, 600));
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(1)), &files)?;
        let outcome = process(&mut transaction, Some(&batch_id(1)))
            .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
        let looks = report::rows(
            &mut transaction,
            "SELECT pg_stat_get_xact_function_calls(p.oid) FROM pg_proc AS p WHERE p.oid IN (
               'ingest.refused(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer)'::regprocedure,
               'ingest.last_record(text, ingest.claimed_file[], jsonb, ingest.parsed_record[])'::regprocedure)
             ORDER BY p.proname DESC",
        )?;
        transaction.rollback()?;
        assert_eq!((outcome.count("failed"), outcome.count("rows_rejected")), (9, 1000), "{}", engine.name());
        let looks: Vec<usize> = looks.iter().map(|count| count.parse()).collect::<Result<_, _>>()?;
        let [pieces, whole_files] = looks[..] else { panic!("two functions, not {looks:?}") };
        assert!((1000..1300).contains(&pieces), "{}: {pieces} looks for 1,000 records", engine.name());
        // A look at a piece reads its file: a long one is looked at in parts of a hundred.
        assert_eq!(whole_files, 9 + 6, "{}", engine.name());
    }
    Ok(())
}

/// Two files of that many records, which bring the same unique values under the keys from `first_id` on and the next.
fn exported_twice(prefix: &str, records: usize) -> Vec<Staged> {
    let export = |time: usize| {
        let body: String = (0..records)
            .map(|n| format!("{{\"id\": {}, \"email\": \"{n}@x\"}}\n", time * records + n))
            .collect();
        Staged::from_bytes(File::of_key(&format!("{prefix}{time}.json")), body.into_bytes())
    };
    vec![export(0), export(1)]
}

#[test]
fn records_that_clash_by_a_unique_value_cost_no_look_each() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE TABLE one (id int PRIMARY KEY, email text);
             CREATE UNIQUE INDEX ON one (lower(email)) WHERE email <> '';
             CREATE TABLE many (id int, email text, PRIMARY KEY (email)) PARTITION BY HASH (email);
             CREATE TABLE many_0 PARTITION OF many FOR VALUES WITH (MODULUS 2, REMAINDER 0);
             CREATE TABLE many_1 PARTITION OF many FOR VALUES WITH (MODULUS 2, REMAINDER 1);
             SELECT public.ingest_register_dataset(name => 'one', prefix => 'one/', target => 'one');
             SELECT public.ingest_register_dataset(name => 'many', prefix => 'many/', target => 'many', load_mode => 'append');
             SET track_functions = 'all'",
        )?;
        let files = [exported_twice("one/", 300), exported_twice("many/", 300)].concat();
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(1)), &files)?;
        let outcome = process(&mut transaction, Some(&batch_id(1)))
            .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
        let probes = report::rows(
            &mut transaction,
            "SELECT sum(pg_stat_get_xact_function_calls(p.oid)) FROM pg_proc AS p
             WHERE p.pronamespace = 'ingest'::regnamespace AND p.proname = 'probe'",
        )?;
        transaction.rollback()?;
        assert_eq!(
            (outcome.count("rows_loaded"), outcome.count("rows_rejected")),
            (600, 600),
            "{}",
            engine.name()
        );
        // Of each dataset: of nothing, of one record, of the whole, of each file.
        assert_eq!(probes, ["10"], "{}: looks at the targets", engine.name());
    }
    Ok(())
}

#[test]
fn parents_that_may_not_be_read_are_told_without_the_search() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE TABLE customer (id int PRIMARY KEY);
             CREATE TABLE t (id int PRIMARY KEY, customer int REFERENCES customer);
             INSERT INTO customer SELECT generate_series(1, 1000);
             SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't');
             SET track_functions = 'all'",
        )?;
        let body: String = (0..1000)
            .map(|id| {
                format!(
                    "{{\"id\": {id}, \"customer\": {}}}\n",
                    if id % 100 == 50 { 5000 + id } else { id + 1 }
                )
            })
            .collect();
        let files = [Staged::from_bytes(File::of_key("a.json"), body.into_bytes()), orders(2, 50)];
        let mut transaction = client.transaction()?;
        stage(&mut transaction, Some(&batch_id(1)), &files)?;
        let outcome = process(&mut transaction, Some(&batch_id(1)))
            .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
        let looks = report::rows(
            &mut transaction,
            "SELECT p.proname || ' ' || coalesce(pg_stat_get_xact_function_calls(p.oid), 0) FROM pg_proc AS p
             WHERE p.pronamespace = 'ingest'::regnamespace AND p.proname IN ('missing_parents', 'probe') ORDER BY 1",
        )?;
        transaction.rollback()?;
        // Customer 7 is there, and the others of the second file's records are as good.
        assert_eq!(
            (outcome.count("rows_loaded"), outcome.count("rows_rejected")),
            (1040, 10),
            "{}",
            engine.name()
        );
        assert_eq!(looks, ["missing_parents 1", "probe 0"], "{}", engine.name());
    }
    Ok(())
}

#[test]
fn bad_values_are_set_aside_from_the_first_attempt_of_the_next_batch_on() -> Result<()> {
    let server = Server::start(&[Engine::Sql])?;
    let database = server.database(Engine::Sql)?;
    let mut client = database.connect()?;
    client.batch_execute(
        "CREATE TABLE t (id int PRIMARY KEY, qty int CHECK (qty > 0), at date);
         SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't');
         SET track_functions = 'all'",
    )?;
    let records = |batch: usize| -> String {
        (0..100)
            .map(|n| {
                let qty = if n == 50 {
                    "\"many\""
                } else if n == 70 {
                    "0"
                } else {
                    "1"
                };
                format!(
                    "{{\"id\": {}, \"qty\": {qty}, \"at\": \"2026-11-{:02}\"}}\n",
                    batch * 100 + n,
                    n % 31 + 1
                )
            })
            .collect()
    };
    let mut transaction = client.transaction()?;
    for batch in 1..=2 {
        let file = Staged::from_bytes(File::of_key(&format!("{batch}.json")), records(batch).into_bytes());
        stage(&mut transaction, Some(&batch_id(batch)), &[file])?;
        let outcome = process(&mut transaction, Some(&batch_id(batch)))
            .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
        // Three days of the hundred are a 31st of November.
        assert_eq!((outcome.count("rows_loaded"), outcome.count("rows_rejected")), (95, 5));
    }
    let attempts = report::rows(
        &mut transaction,
        "SELECT p.proname || ' ' || coalesce(pg_stat_get_xact_function_calls(p.oid), 0) FROM pg_proc AS p
         WHERE p.pronamespace = 'ingest'::regnamespace AND p.proname IN ('load_aside', 'look_closer', 'not_aside') ORDER BY 1",
    )?;
    assert_eq!(attempts, ["load_aside 2", "look_closer 1", "not_aside 0"]);
    Ok(())
}
