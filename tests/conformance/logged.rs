//! A server that logs every statement, also those inside functions, logs no value of a record.

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::{self, Staged, batch_id};

/// What stands in every value.
const MARKER: &str = "5318008";

/// Types that PostgreSQL 15 can be asked only by trying: with a modifier and without, containers, and types that users made.
const DDL: &str = r#"
    CREATE EXTENSION citext;
    CREATE TYPE mood AS ENUM ('ok');
    CREATE TYPE pair AS (a int, b int);
    CREATE DOMAIN spot AS point;
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE t (id bigint PRIMARY KEY, note text CHECK (note NOT LIKE 'forbidden%'), name varchar(12), low citext, other text UNIQUE,
      parent int REFERENCES parent, amount numeric(9,2), day date, mood mood, pair pair, place point, spot spot, mac macaddr, price money,
      span int4range, words tsvector, code bit(12), free varbit(3), markup xml, tags int[], shares numeric(3,1)[], spots point[], clock timetz(0),
      worked int, _rescued jsonb);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF new.other LIKE 'refused%' THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'P0001'; END IF; RETURN new; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();"#;

const REGISTER: &str = r#"SELECT public.ingest_register_dataset(name => 't', prefix => 't/', target => 'public.t',
    expressions => '{"worked": "(record ->> ''factor'')::int"}')"#;

/// Members whose values are faults, and such as are none.
const VALUES: [&str; 29] = [
    r#""mood": "5318008""#,
    r#""pair": "(5318008,x)""#,
    r#""pair": "(5318008,1)""#,
    r#""place": "5318008""#,
    r#""place": "(5318008,1)""#,
    r#""spot": "5318008""#,
    r#""mac": "5318008""#,
    r#""price": "5318008x""#,
    r#""span": "[5318008""#,
    r#""words": "'5318008""#,
    r#""code": "5318008""#,
    r#""free": "5318008""#,
    r#""markup": "<5318008""#,
    r#""markup": "<a>5318008</a>""#,
    r#""tags": "{5318008""#,
    r#""tags": ["5318008x"]"#,
    r#""shares": [5318008]"#,
    r#""spots": ["5318008"]"#,
    r#""spots": ["(5318008,1)"]"#,
    r#""clock": "5318008:00""#,
    r#""day": "5318008 soon""#,
    r#""amount": 5318008000.5"#,
    r#""name": "5318008 is too long""#,
    r#""low": "5318008""#,
    r#""note": "forbidden 5318008""#,
    r#""parent": 5318008"#,
    r#""factor": "5318008x""#,
    r#""unknown": {"member": "5318008"}"#,
    r#""other": "refused 5318008""#,
];

#[test]
fn no_value_of_a_record_is_logged_as_part_of_a_statement() -> Result<()> {
    for engine in Engine::from_environment()? {
        let server = Server::start(&[engine])?;
        let database = server.database(engine)?;
        // Stages by parameters, which a server that logs everything would log too; the shipper copies.
        let mut quiet = database.connect()?;
        quiet.batch_execute(DDL)?;
        quiet.batch_execute(REGISTER)?;
        let mut records: Vec<String> =
            VALUES.iter().enumerate().map(|(no, value)| format!(r#"{{"id": {no}, {value}}}"#)).collect();
        // A unique value twice, and healthy records beside all faults.
        records
            .extend([90, 91].map(|id| format!(r#"{{"id": {id}, "other": "{MARKER}", "note": "{MARKER}"}}"#)));
        for (no, key) in ["t/a.json", "t/b.json"].into_iter().enumerate() {
            let file = Staged::from_bytes(File::of_key(key), records.join("\n").into_bytes());
            staging::stage_for_later(&mut quiet, Some(&batch_id(no)), &[file])?;
        }
        let broken =
            Staged::from_bytes(File::of_key("t/c.json"), format!("[{{\"id\": \"{MARKER}").into_bytes());
        staging::stage_for_later(&mut quiet, Some(&batch_id(2)), &[broken])?;
        quiet.batch_execute(
            "DO $$ BEGIN
               EXECUTE format('ALTER DATABASE %I SET session_preload_libraries = auto_explain', current_database());
               EXECUTE format('ALTER DATABASE %I SET auto_explain.log_min_duration = 0', current_database());
               EXECUTE format('ALTER DATABASE %I SET auto_explain.log_nested_statements = on', current_database());
               EXECUTE format('ALTER DATABASE %I SET log_statement = ''all''', current_database());
               -- From 16 on auto_explain writes parameters unless it is told not to.
               IF current_setting('server_version_num')::int >= 160000 THEN
                 EXECUTE format('ALTER DATABASE %I SET auto_explain.log_parameter_max_length = 0', current_database());
               END IF;
             END $$",
        )?;
        let mut logged = database.connect()?;
        for no in 0..3 {
            let mut transaction = logged.transaction()?;
            staging::process(&mut transaction, Some(&batch_id(no)))?;
            transaction.commit()?;
        }
        logged.batch_execute("SELECT * FROM public.ingest_replay()")?;
        let refused =
            report::rows(&mut quiet, "SELECT count(DISTINCT column_name) > 15 FROM ingest.rejected_record")?;
        assert_eq!(refused, ["t"], "what the records are for did not happen");
        let log = server.log()?;
        assert!(log.contains("FROM public.ingest_replay()"), "statements are not logged: {log}");
        assert!(log.contains("Query Text: "), "statements inside functions are not logged");
        let with_data: Vec<&str> = log.lines().filter(|line| line.contains(MARKER)).collect();
        assert!(
            with_data.is_empty(),
            "{} lines, the first of them:\n{}",
            with_data.len(),
            with_data[..with_data.len().min(5)].join("\n")
        );
    }
    Ok(())
}
