//! What one tenant's code leaves in the session that loads: nothing of it is there when another's files are.

use anyhow::Result;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::{report, sql};
use postgres::Client;

/// Two tenants with a loader each. The first one's target is the older, so its files are loaded first; its trigger runs a list.
const TENANTS: &str = "
    CREATE ROLE load_a NOLOGIN; CREATE ROLE load_b NOLOGIN; CREATE ROLE a NOLOGIN;
    CREATE SCHEMA b; CREATE SCHEMA a AUTHORIZATION a;
    GRANT USAGE ON SCHEMA a TO PUBLIC;
    SET ROLE a;
    CREATE TABLE a.target (id int PRIMARY KEY);
    CREATE TABLE a.todo (statement text);
    CREATE TABLE a.ran (as_whom name);
    GRANT INSERT ON a.ran TO PUBLIC; GRANT SELECT ON a.todo TO PUBLIC;
    CREATE FUNCTION a.attack() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      t record;
    BEGIN
      FOR t IN SELECT x.statement FROM a.todo AS x LOOP EXECUTE t.statement; END LOOP;
      RETURN NULL;
    END $$;
    CREATE TRIGGER attack AFTER INSERT ON a.target FOR EACH STATEMENT EXECUTE FUNCTION a.attack();
    CREATE FUNCTION a.note() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO a.ran VALUES (current_user); RETURN 1; END $$;
    RESET ROLE;
    CREATE TABLE b.target (id int PRIMARY KEY, at timestamptz, day date);
    SELECT public.ingest_add_loader('load_a'), public.ingest_add_loader('load_b');
    GRANT SELECT, INSERT, UPDATE ON a.target TO load_a;
    SELECT public.ingest_register_dataset(name => 'a', prefix => 'a/', target => 'a.target', loader => 'load_a');
    SELECT public.ingest_register_dataset(name => 'b', prefix => 'b/', target => 'b.target', loader => 'load_b');";

const STATE_OF_B: &str = "SELECT id, at AT TIME ZONE 'UTC', day FROM b.target ORDER BY 1";

pub(super) fn on_both_engines(check: impl Fn(&Database<'_>) -> Result<()>) -> Result<()> {
    for engine in Engine::from_environment()? {
        // Roles belong to the server.
        let server = Server::start(&[engine])?;
        let database = server.database(engine)?;
        database.connect()?.batch_execute(TENANTS)?;
        check(&database)?;
    }
    Ok(())
}

/// Loads a file of each in one batch.
pub(super) fn load_both(client: &mut Client, id: u32) -> Result<(), postgres::Error> {
    client.batch_execute(&format!(
        "INSERT INTO ingest.staging (key, body) VALUES ('a/{id}.json', '{{\"id\": {id}}}'),
           ('b/{id}.json', '{{\"id\": {id}, \"at\": \"2026-01-02T03:04:05\", \"day\": \"03/04/2026\"}}');
         SELECT public.ingest_process_staging()"
    ))
}

pub(super) fn attack(client: &mut Client, statement: &str) -> Result<()> {
    client.execute("INSERT INTO a.todo (statement) VALUES ($1)", &[&statement])?;
    Ok(())
}

#[test]
fn what_it_sets_changes_no_value_of_another() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        attack(&mut client, "SET TimeZone = 'America/New_York'")?;
        attack(&mut client, "SET DateStyle = 'SQL, DMY'")?;
        load_both(&mut client, 1)?;
        let mut another = database.connect()?;
        assert_eq!(report::rows(&mut another, STATE_OF_B)?, ["1 | 2026-01-02 03:04:05 | 2026-03-04"]);
        // What is set for the transaction alone is the caller's again.
        client.batch_execute(
            "RESET ALL; SET TimeZone = 'Asia/Kolkata'; UPDATE a.todo SET statement = replace(statement, 'SET', 'SET LOCAL')",
        )?;
        load_both(&mut client, 2)?;
        assert_eq!(report::rows(&mut client, "SHOW TimeZone")?, ["Asia/Kolkata"]);
        assert_eq!(
            report::rows(&mut another, STATE_OF_B)?,
            ["1 | 2026-01-02 03:04:05 | 2026-03-04", "2 | 2026-01-02 03:04:05 | 2026-03-04"]
        );
        Ok(())
    })
}

#[test]
fn a_lock_function_that_its_owner_takes_away_stops_no_other() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        attack(&mut client, "DROP FUNCTION ingest.lock_targets_1(text[], boolean)")?;
        load_both(&mut client, 1)?;
        client.batch_execute("DELETE FROM a.todo")?;
        load_both(&mut client, 2)?;
        assert_eq!(report::rows(&mut client, "SELECT id FROM b.target ORDER BY 1")?, ["1", "2"]);
        Ok(())
    })
}

#[test]
fn it_has_no_delivery_of_another_loaded_again() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        attack(&mut client, "SELECT pg_catalog.set_config('ingest.again', 'on', false)")?;
        load_both(&mut client, 1)?;
        client.batch_execute("DELETE FROM b.target")?;
        load_both(&mut client, 1)?;
        assert_eq!(report::rows(&mut client, "SELECT id FROM b.target")?, Vec::<String>::new());
        assert_eq!(
            report::rows(&mut client, "SELECT deliveries FROM ingest.file WHERE key = 'b/1.json'")?,
            ["2"]
        );
        Ok(())
    })
}

#[test]
fn a_setting_of_the_pipelines_that_it_fills_with_nonsense_stops_no_other() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        attack(
            &mut client,
            "SELECT pg_catalog.set_config('ingest.plain_' || pg_catalog.md5('b'), 'nonsense', false)",
        )?;
        load_both(&mut client, 1)?;
        assert_eq!(report::rows(&mut client, "SELECT id FROM b.target")?, ["1"]);
        Ok(())
    })
}

#[test]
fn nothing_of_it_runs_at_commit_as_whoever_called() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(
            "SET ROLE a;
             CREATE TABLE a.chain (n int);
             GRANT SELECT, INSERT ON a.chain TO PUBLIC;
             CREATE FUNCTION a.follow() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
               PERFORM a.note();
               SET CONSTRAINTS ALL DEFERRED;
               INSERT INTO a.chain SELECT NEW.n + 1 WHERE NEW.n < 5;
               RETURN NULL;
             END $$;
             CREATE CONSTRAINT TRIGGER follow AFTER INSERT ON a.chain DEFERRABLE FOR EACH ROW EXECUTE FUNCTION a.follow();
             RESET ROLE;",
        )?;
        attack(&mut client, "INSERT INTO a.chain VALUES (1)")?;
        attack(
            &mut client,
            "DO $d$ BEGIN EXECUTE pg_catalog.format('DECLARE later%s CURSOR WITH HOLD FOR SELECT a.note()', (pg_catalog.random() * 1e9)::int); END $d$",
        )?;
        // A cursor of the caller's stays.
        client.batch_execute("BEGIN; DECLARE own CURSOR WITH HOLD FOR SELECT 1")?;
        load_both(&mut client, 1)?;
        client.batch_execute("COMMIT; FETCH own")?;
        assert_eq!(
            report::rows(&mut client, "SELECT as_whom, count(*) % 5 FROM a.ran GROUP BY 1")?,
            ["load_a | 0"]
        );
        // Nor of the loader that all others share.
        client.batch_execute(
            "DELETE FROM a.ran; SELECT public.ingest_register_dataset('a', loader => '');
             GRANT SELECT, INSERT, UPDATE ON a.target TO ingest_loader",
        )?;
        load_both(&mut client, 2)?;
        assert_eq!(
            report::rows(&mut client, "SELECT as_whom, count(*) % 5 FROM a.ran GROUP BY 1")?,
            ["ingest_loader | 0"]
        );
        assert_eq!(report::rows(&mut client, "SELECT id FROM a.target ORDER BY 1")?, ["1", "2"]);
        // What has no end is deferred, and its files with it.
        client.batch_execute(
            "CREATE OR REPLACE FUNCTION a.follow() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN SET CONSTRAINTS ALL DEFERRED; INSERT INTO a.chain VALUES (1); RETURN NULL; END $$",
        )?;
        load_both(&mut client, 3)?;
        assert_eq!(
            report::rows(&mut client, "SELECT dataset, sqlstate FROM ingest.dataset_fault")?,
            ["a | 27000"]
        );
        assert_eq!(report::rows(&mut client, "SELECT id FROM b.target ORDER BY 1")?, ["1", "2", "3"]);
        Ok(())
    })
}

#[test]
fn nothing_of_it_runs_at_the_commit_of_a_registration_as_whoever_registers() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        // Planning an expression calls what calls itself immutable, and that may call anything.
        client.batch_execute(
            "SET ROLE a;
             ALTER TABLE a.target ADD COLUMN v text;
             CREATE FUNCTION a.leave() RETURNS text LANGUAGE plpgsql AS $$
             BEGIN
               PERFORM a.note();
               EXECUTE pg_catalog.format('DECLARE later%s CURSOR WITH HOLD FOR SELECT a.note()', (pg_catalog.random() * 1e9)::int);
               RETURN 'x';
             END $$;
             CREATE FUNCTION a.pretended() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN a.leave(); END $$;
             RESET ROLE;
             SELECT public.ingest_register_dataset('a', expressions => '{\"v\": \"a.pretended()\"}')",
        )?;
        assert_eq!(report::rows(&mut client, "SELECT DISTINCT as_whom FROM a.ran")?, ["load_a"]);
        Ok(())
    })
}

#[test]
fn whose_operators_the_pipelines_owner_goes_on_with_is_not_its_to_say() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(
            "SET ROLE a;
             CREATE FUNCTION a.joined(anycompatiblearray, anycompatiblearray) RETURNS anycompatiblearray LANGUAGE plpgsql AS $$
             BEGIN INSERT INTO a.ran VALUES (current_user); RETURN pg_catalog.array_cat($1, $2); END $$;
             CREATE OPERATOR a.|| (LEFTARG = anycompatiblearray, RIGHTARG = anycompatiblearray, FUNCTION = a.joined);
             RESET ROLE;",
        )?;
        attack(&mut client, "SET search_path = a, pg_catalog")?;
        load_both(&mut client, 1)?;
        // And as the loader that all others share.
        client.batch_execute(
            "SELECT public.ingest_register_dataset('a', loader => ''); GRANT SELECT, INSERT, UPDATE ON a.target TO ingest_loader",
        )?;
        load_both(&mut client, 2)?;
        client.batch_execute("SELECT public.ingest_preview('a', '{\"id\": 3}'::text)")?;
        let others = "SELECT DISTINCT as_whom FROM a.ran WHERE as_whom NOT IN ('load_a', 'ingest_loader')";
        assert_eq!(report::rows(&mut client, others)?, Vec::<String>::new());
        assert_eq!(
            report::rows(&mut client, "SELECT pg_catalog.current_setting('search_path') ~ '^a,'")?,
            ["f"]
        );
        assert_eq!(report::rows(&mut client, "SELECT id FROM b.target ORDER BY 1")?, ["1", "2"]);
        Ok(())
    })
}

#[test]
fn a_loader_whose_role_is_gone_stops_no_other_and_can_be_dropped() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute("DROP OWNED BY load_a; DROP ROLE load_a")?;
        load_both(&mut client, 1)?;
        assert_eq!(report::rows(&mut client, "SELECT id FROM b.target")?, ["1"]);
        let refused = client.batch_execute("SELECT ingest.make_definers(l) FROM ingest.loader AS l").err();
        let said = refused.map(|error| sql::error_text(&error)).unwrap_or_default();
        assert!(said.contains("role load_a is a loader and is gone"), "{said}");
        client.batch_execute(
            "SELECT public.ingest_register_dataset('a', loader => ''); GRANT SELECT, INSERT, UPDATE ON a.target TO ingest_loader;
             SELECT public.ingest_drop_loader('load_a'); SELECT public.ingest_process_staging()",
        )?;
        assert_eq!(report::rows(&mut client, "SELECT id FROM a.target")?, ["1"]);
        Ok(())
    })
}

#[test]
fn what_code_of_a_target_stages_as_a_part_of_a_file_is_not_left_behind() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        attack(&mut client, "SELECT ingest.stage_part('left behind') FROM generate_series(1, 3)")?;
        load_both(&mut client, 1)?;
        let left = "SELECT (SELECT count(*) FROM a.target), (SELECT count(*) FROM b.target), (SELECT count(*) FROM ingest.staging)";
        assert_eq!(report::rows(&mut client, left)?, ["1 | 1 | 0"]);
        Ok(())
    })
}

#[test]
fn in_a_table_that_two_loaders_load_into_the_later_key_wins_whoever_loaded_it() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE TABLE public.shared (id int PRIMARY KEY, v text, _file_id bigint);
             SELECT public.ingest_register_dataset(name => 'p', prefix => 'p/', target => 'shared', loader => 'load_a');
             SELECT public.ingest_register_dataset(name => 'q', prefix => 'q/', target => 'shared', loader => 'load_b');",
        )?;
        for key in ["q/1.json", "p/1.json"] {
            client.batch_execute(&format!(
                "INSERT INTO ingest.staging (key, body) VALUES ('{key}', '{{\"id\": 1, \"v\": \"{key}\"}}'); SELECT public.ingest_process_staging()"
            ))?;
        }
        assert_eq!(report::rows(&mut client, "SELECT v FROM public.shared")?, ["q/1.json"]);
        Ok(())
    })
}

#[test]
fn how_another_is_loaded_stands_in_no_statement_that_the_session_has_prepared() -> Result<()> {
    for engine in Engine::from_environment()? {
        let server = Server::start(&[engine])?;
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(
            "CREATE TABLE public.other (id int PRIMARY KEY);
             SELECT public.ingest_register_dataset(name => 'other', prefix => 'other/', target => 'public.other')",
        )?;
        let load_other = |client: &mut Client, id: u32| {
            client.batch_execute(&format!(
                "INSERT INTO ingest.staging (key, body) VALUES ('other/{id}.json', '{{\"id\": {id}}}'); SELECT public.ingest_process_staging()"
            ))
        };
        load_other(&mut client, 1)?;
        // Tenants come while the session is open.
        database.connect()?.batch_execute(TENANTS)?;
        client.batch_execute("CREATE TABLE a.seen (statement text); GRANT INSERT ON a.seen TO PUBLIC")?;
        attack(
            &mut client,
            "INSERT INTO a.seen SELECT p.statement FROM pg_catalog.pg_prepared_statements AS p",
        )?;
        load_both(&mut client, 1)?;
        load_other(&mut client, 2)?;
        load_both(&mut client, 2)?;
        assert_eq!(report::rows(&mut client, "SELECT statement FROM a.seen")?, Vec::<String>::new());
        assert_eq!(report::rows(&mut client, "SELECT id FROM public.other ORDER BY 1")?, ["1", "2"]);
        assert_eq!(report::rows(&mut client, "SELECT id FROM a.target ORDER BY 1")?, ["1", "2"]);
    }
    Ok(())
}
