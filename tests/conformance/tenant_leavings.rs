//! What one tenant's code leaves for later, or takes from what runs around it: none of it acts as somebody else, or on other datasets.

use anyhow::Result;
use pg_ingest_tests::report;
use postgres::Client;

use crate::tenant_sessions::{attack, load_both, on_both_engines};

/// Defers a trigger into a table that is made for it, by whatever calls `a.leave()`.
const LEAVE: &str = "
    SET ROLE a;
    CREATE FUNCTION a.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM a.note(); RETURN NULL; END $$;
    CREATE FUNCTION a.leave() RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
      made text := 'made' || (pg_catalog.random() * 1e9)::int;
    BEGIN
      EXECUTE pg_catalog.format('CREATE TEMPORARY TABLE %I (n int) ON COMMIT DROP', made);
      EXECUTE pg_catalog.format('CREATE CONSTRAINT TRIGGER fire AFTER INSERT ON %I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION a.fire()', made);
      SET CONSTRAINTS ALL DEFERRED;
      EXECUTE pg_catalog.format('INSERT INTO %I VALUES (1)', made);
      RETURN 'x';
    END $$;
    CREATE FUNCTION a.pretended() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN a.leave(); END $$;
    RESET ROLE;";

const AS_WHOM: &str = "SELECT DISTINCT as_whom FROM a.ran";

/// Each of five triggers, which defer one another, fires before the load ends.
fn five_fire_as_the_loader(client: &mut Client) -> Result<()> {
    load_both(client, 1)?;
    assert_eq!(report::rows(client, "SELECT as_whom, count(*) FROM a.ran GROUP BY 1")?, ["load_a | 5"]);
    Ok(())
}

#[test]
fn what_it_defers_into_a_table_that_it_has_just_made_fires_as_its_loader() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(LEAVE)?;
        // A deferred trigger of its own makes that table: nothing that was there is written.
        client.batch_execute(
            "CREATE OR REPLACE FUNCTION a.fire() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
               PERFORM a.note();
               IF (SELECT count(*) FROM a.ran) < 5 THEN PERFORM a.leave(); END IF;
               RETURN NULL;
             END $$;
             GRANT SELECT ON a.ran TO PUBLIC",
        )?;
        attack(&mut client, "SELECT a.leave()")?;
        five_fire_as_the_loader(&mut client)
    })
}

#[test]
fn what_it_defers_into_tables_that_it_empties_meanwhile_fires_as_its_loader() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(
            "SET ROLE a;
             CREATE FUNCTION a.swing() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
               PERFORM a.note();
               SET CONSTRAINTS ALL DEFERRED;
               IF NEW.n < 5 THEN
                 EXECUTE pg_catalog.format('TRUNCATE %I', TG_ARGV[0]);
                 EXECUTE pg_catalog.format('INSERT INTO %I VALUES ($1)', TG_ARGV[0]) USING NEW.n + 1;
               END IF;
               RETURN NULL;
             END $$;
             RESET ROLE;",
        )?;
        for (made, other) in [("one", "two"), ("two", "one")] {
            attack(&mut client, &format!("CREATE TEMPORARY TABLE {made} (n int) ON COMMIT DROP"))?;
            attack(&mut client, &format!("INSERT INTO {made} VALUES (9)"))?;
            attack(
                &mut client,
                &format!(
                    "CREATE CONSTRAINT TRIGGER swing AFTER INSERT ON {made} DEFERRABLE FOR EACH ROW EXECUTE FUNCTION a.swing('{other}')"
                ),
            )?;
        }
        attack(&mut client, "SET CONSTRAINTS ALL DEFERRED")?;
        attack(&mut client, "INSERT INTO one VALUES (1)")?;
        five_fire_as_the_loader(&mut client)
    })
}

#[test]
fn what_an_expression_defers_fires_as_the_loader_whoever_registers_previews_or_erases() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        client.batch_execute(LEAVE)?;
        client.batch_execute(
            "ALTER TABLE a.target ADD COLUMN v text;
             GRANT DELETE ON a.target TO load_a;
             SELECT public.ingest_register_dataset('a', expressions => '{\"v\": \"a.pretended()\"}')",
        )?;
        load_both(&mut client, 1)?;
        client.batch_execute("INSERT INTO ingest.staging (key, body) VALUES ('a/2.json', '{\"id\": \"x\"}'); SELECT public.ingest_process_staging()")?;
        for asked in [
            "SELECT public.ingest_preview('a', '{\"id\": 1}'::text)",
            "SELECT public.ingest_replay('a')",
            "SELECT public.ingest_erase('a', '{\"id\": 1}', 'asked for')",
        ] {
            client.batch_execute(asked)?;
        }
        assert_eq!(report::rows(&mut client, AS_WHOM)?, ["load_a"]);
        Ok(())
    })
}

#[test]
fn what_commit_waits_for_and_how_long_is_the_callers_to_say() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        attack(&mut client, "SET synchronous_commit = off")?;
        attack(&mut client, "SET LOCAL lock_timeout = 1")?;
        attack(&mut client, "SET LOCAL statement_timeout = 59000")?;
        attack(&mut client, "SET LOCAL idle_in_transaction_session_timeout = 59000")?;
        attack(&mut client, "SET client_encoding = 'LATIN1'")?;
        client.batch_execute("BEGIN; SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = '7s'")?;
        load_both(&mut client, 1)?;
        let settings = "SELECT current_setting('synchronous_commit'), current_setting('lock_timeout'), current_setting('statement_timeout'),
          current_setting('idle_in_transaction_session_timeout'), current_setting('client_encoding')";
        assert_eq!(report::rows(&mut client, settings)?, ["on | 7s | 0 | 0 | UTF8"]);
        client.batch_execute("COMMIT")?;
        Ok(())
    })
}

/// A pooler gives the session to others.
#[test]
fn what_it_sets_is_not_left_behind_commit() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        attack(&mut client, "SET synchronous_commit = off")?;
        attack(&mut client, "SET statement_timeout = 59000")?;
        attack(&mut client, "SET default_transaction_isolation = 'serializable'")?;
        attack(&mut client, "SET default_transaction_read_only = on")?;
        load_both(&mut client, 1)?;
        let settings = "SELECT current_setting('synchronous_commit'), current_setting('statement_timeout'),
          current_setting('default_transaction_isolation'), current_setting('default_transaction_read_only')";
        assert_eq!(report::rows(&mut client, settings)?, ["on | 0 | read committed | off"]);
        load_both(&mut client, 2)?;
        Ok(())
    })
}

/// Goes to the end of every query that is open in the session.
const TAKE: &str = "DO $d$
    DECLARE
      c text;
    BEGIN
      FOR c IN SELECT name FROM pg_catalog.pg_cursors LOOP
        BEGIN
          EXECUTE pg_catalog.format('MOVE FORWARD ALL FROM %I', c);
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
      END LOOP;
    END $d$";

#[test]
fn it_takes_no_dataset_from_a_replay() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        // More than PL/pgSQL fetches before it needs them.
        client.batch_execute(
            "SELECT public.ingest_register_dataset('a', prefix => 'shared/', share_prefix => true);
             DO $d$ BEGIN FOR n IN 1 .. 80 LOOP
               EXECUTE format('CREATE TABLE b.t%s (id int PRIMARY KEY CHECK (id < 9))', n);
               PERFORM public.ingest_register_dataset('b' || n, 'shared/', format('b.t%s', n)::regclass, share_prefix => true);
             END LOOP; END $d$;
             INSERT INTO ingest.staging (key, body) VALUES ('shared/1.json', '[{\"id\": 1}, {\"id\": 9}]');
             SELECT public.ingest_process_staging();
             DO $d$ BEGIN FOR n IN 1 .. 80 LOOP EXECUTE format('ALTER TABLE b.t%s DROP CONSTRAINT t%1$s_id_check', n); END LOOP; END $d$;",
        )?;
        client.batch_execute(
            "ALTER TABLE a.target ADD CHECK (id < 9) NOT VALID; INSERT INTO ingest.staging (key, body) VALUES ('shared/2.json', '{\"id\": 10}');
             SELECT public.ingest_process_staging(); ALTER TABLE a.target DROP CONSTRAINT target_id_check",
        )?;
        attack(&mut client, TAKE)?;
        client.batch_execute("SELECT public.ingest_replay()")?;
        let open = "SELECT count(*) FROM ingest.rejected_record WHERE replayed_at IS NULL";
        assert_eq!(report::rows(&mut client, open)?, ["0"]);
        Ok(())
    })
}

#[test]
fn it_learns_nothing_of_what_the_extension_read_for_another() -> Result<()> {
    on_both_engines(|database| {
        let mut client = database.connect()?;
        if report::rows(&mut client, "SELECT public.ingest_engine()")? != ["native"] {
            return Ok(());
        }
        client.batch_execute(
            "ALTER TABLE a.target ADD COLUMN _file_id bigint; GRANT DELETE ON a.target TO load_a;
             CREATE TABLE a.seen (what text); GRANT INSERT ON a.seen TO PUBLIC;
             CREATE TRIGGER attack_deletes AFTER DELETE ON a.target FOR EACH STATEMENT EXECUTE FUNCTION a.attack();
             SELECT public.ingest_register_dataset('a', on_removed => 'delete_rows');
             INSERT INTO ingest.staging (key, body, event_time) VALUES ('a/1.json', '{\"id\": 1}', '2026-01-01'), ('b/1.json', '{\"id\": 1}', '2026-01-01');
             SELECT public.ingest_process_staging()",
        )?;
        attack(&mut client, "INSERT INTO a.seen SELECT x.error FROM ingest_native.rejects() AS x")?;
        attack(&mut client, "INSERT INTO a.seen SELECT x.file_no FROM ingest_native.gathered_files() AS x")?;
        client.batch_execute(
            "INSERT INTO ingest.staging (key, body, error_code, event_time) VALUES ('b/2.json', '{\"id\": \"secret\"} {\"id\": 1}', NULL, '2026-01-02'), ('a/1.json', NULL, 'object_removed', '2026-01-02');
             SELECT public.ingest_process_staging()",
        )?;
        assert_eq!(report::rows(&mut client, "SELECT what FROM a.seen")?, Vec::<String>::new());
        // Nor where the other's target is at fault.
        client.batch_execute(
            "INSERT INTO ingest.staging (key, body, event_time) VALUES ('a/1.json', '{\"id\": 1}', '2026-01-03');
             REVOKE UPDATE, INSERT ON b.target FROM load_b;
             SELECT public.ingest_process_staging();
             INSERT INTO ingest.staging (key, body, error_code, event_time) VALUES ('b/3.json', '{\"id\": \"secret\"} {\"id\": 1}', NULL, '2026-01-04'), ('a/1.json', NULL, 'object_removed', '2026-01-04');
             SELECT public.ingest_process_staging()",
        )?;
        assert_eq!(report::rows(&mut client, "SELECT what FROM a.seen")?, Vec::<String>::new());
        Ok(())
    })
}
