//! One connection, one secret, one transaction a batch; logs and metrics that say it, and nothing secret.

use serde_json::json;

use super::stand::database::schema_is;
use super::stand::{PASSWORD_CANARY, Settings, Stand, database};

#[tokio::test]
async fn the_connection_and_the_secret_are_kept_between_invocations() {
    let stand = Stand::start().await;
    for id in 1..=3 {
        let message = stand.put(&format!("input/{id}.json"), json!({"id": id, "said": "x"}).to_string());
        assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    }
    assert_eq!(stand.proxy.connections(), 1);
    assert_eq!(stand.s3.secret_reads(), 1);
    assert_eq!(stand.things().await.len(), 3);
}

#[tokio::test]
async fn the_request_id_reaches_the_batch_and_the_session_is_set_up_in_every_transaction() {
    let stand = Stand::start().await;
    let seen = "CREATE TABLE public.seen AS SELECT name, setting FROM pg_settings WHERE false;
        GRANT INSERT ON public.seen TO ingest_loader;
        CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO public.seen SELECT name, setting FROM pg_settings WHERE name IN
            ('lock_timeout', 'idle_in_transaction_session_timeout', 'synchronous_commit', 'TimeZone');
          INSERT INTO public.seen VALUES ('request', current_setting('ingest.request_id'));
          RETURN NULL; END $$;
        CREATE TRIGGER look AFTER INSERT ON landing.things EXECUTE FUNCTION public.look()";
    stand.admin.batch_execute(seen).await.unwrap();
    let message = stand.put("input/1.json", r#"{"id": 1, "said": "x"}"#);
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    let request: String =
        stand.admin.query_one("SELECT request_id FROM ingest.batch", &[]).await.unwrap().get(0);
    let rows =
        stand.admin.query("SELECT DISTINCT name, setting FROM public.seen ORDER BY 1", &[]).await.unwrap();
    let seen: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let expected = [
        ("TimeZone", "UTC"),
        ("idle_in_transaction_session_timeout", "20000"),
        ("lock_timeout", "10000"),
        ("request", request.as_str()),
        ("synchronous_commit", "on"),
    ];
    assert_eq!(seen, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn metrics_tell_of_each_batch_in_the_embedded_format() {
    let stand = Stand::start().await;
    let messages = [
        stand.put("input/1.json", r#"{"id": 1, "said": "x"} {"id": "no number"}"#),
        stand.put("input/2.json", "not JSON"),
    ];
    assert_eq!(stand.deliver(&messages).await, Vec::<String>::new());
    let metrics = stand.metrics();
    assert_eq!(metrics.len(), 1);
    let expected = [
        ("Messages", 2.0),
        ("Files", 2.0),
        ("FilesPartiallyLoaded", 1.0),
        ("FilesFailed", 1.0),
        ("RowsLoaded", 1.0),
        ("MessagesReturned", 0.0),
    ];
    for (name, value) in expected {
        assert_eq!(metrics[0][name], value, "{name} in {}", metrics[0]);
    }
    assert!(metrics[0]["OldestEventAge"].is_number());
    assert_eq!(metrics[0]["FunctionName"], "shipper");
}

#[tokio::test]
async fn neither_bodies_nor_passwords_are_logged_at_any_level() {
    let stand = Settings::usual().with("LOG_LEVEL", "trace").start().await;
    let message = stand.put("input/1.json", r#"{"id": "canary-in-the-body", "said": "canary-in-the-body"}"#);
    let raise = "CREATE FUNCTION public.complain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          RAISE EXCEPTION USING ERRCODE = 'XX001', MESSAGE = 'stop', DETAIL = NEW.said; END $$;
        CREATE TRIGGER complain BEFORE INSERT ON landing.things FOR EACH ROW EXECUTE FUNCTION public.complain()";
    stand.admin.batch_execute(raise).await.unwrap();
    let hit = stand.put("input/2.json", r#"{"id": 2, "said": "canary-in-the-body"}"#);
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    assert_eq!(stand.deliver(&[hit.clone()]).await, [hit.id]);
    // A login that is refused, and a secret that is none.
    stand.function.retire_idle();
    for secret in [
        database::secret(&stand.role, "not-canary-in-the-password", stand.proxy.port, "x"),
        PASSWORD_CANARY.to_owned(),
    ] {
        stand.s3.set_secret(&secret);
        let message = stand.put("input/3.json", r#"{"id": 3, "said": "canary-in-the-body"}"#);
        assert_eq!(stand.deliver(&[message.clone()]).await, [message.id]);
    }
    let log = stand.log();
    for canary in [PASSWORD_CANARY, "canary-in-the-body"] {
        assert!(!log.contains(canary), "{canary} is in the log:\n{log}");
    }
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
}

/// One SQLSTATE of each class that a load can meet, and of those that are the moment's.
const RAISED: [&str; 20] = [
    "08006", "0A000", "22023", "23514", "25P02", "28000", "2F002", "40P01", "42501", "42P01", "44000",
    "45000", "53100", "54001", "55000", "57014", "58030", "P0001", "XX000", "XX001",
];

#[tokio::test]
async fn what_a_trigger_raises_is_not_logged_whatever_its_sqlstate() {
    let stand = Settings::usual().with("LOG_LEVEL", "trace").with("DATABASE_ATTEMPTS", 1).start().await;
    for (number, code) in RAISED.iter().enumerate() {
        // For each statement, so that no single record can be blamed.
        let raise = format!(
            "CREATE OR REPLACE FUNCTION public.complain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = (SELECT min(said) FROM came), DETAIL = 'canary-in-the-body',
                 COLUMN = 'canary-in-the-body', TABLE = 'canary-in-the-body', HINT = 'canary-in-the-body'; END $$;
             CREATE OR REPLACE TRIGGER complain AFTER INSERT ON landing.things REFERENCING NEW TABLE AS came
               FOR EACH STATEMENT EXECUTE FUNCTION public.complain()"
        );
        stand.admin.batch_execute(&raise).await.unwrap();
        let body = format!(r#"{{"id": {number}, "said": "canary-in-the-body"}}"#);
        let message = stand.put(&format!("input/{number}.json"), body);
        stand.deliver(&[message]).await;
    }
    let log = stand.log();
    assert!(!log.contains("canary-in-the-body"), "{log}");
    assert!(log.contains("SQLSTATE 57014"), "{log}");
}

#[tokio::test]
async fn one_file_that_nobody_can_process_takes_no_other_along() {
    let stand = Stand::start().await;
    let raise = "CREATE FUNCTION public.complain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.id = 3 THEN RAISE EXCEPTION USING ERRCODE = 'XX001', MESSAGE = 'a page is damaged'; END IF;
          RETURN NEW; END $$;
        CREATE TRIGGER complain BEFORE INSERT ON landing.things FOR EACH ROW EXECUTE FUNCTION public.complain()";
    stand.admin.batch_execute(raise).await.unwrap();
    let messages: Vec<_> = (1..=8)
        .map(|id| stand.put(&format!("input/{id}.json"), json!({"id": id, "said": "x"}).to_string()))
        .collect();
    assert_eq!(stand.deliver(&messages).await, [messages[2].id.clone()]);
    assert_eq!(stand.things().await.len(), 7);
}

#[tokio::test]
async fn a_schema_of_an_older_release_is_refused_in_one_line_and_a_newer_one_is_not() {
    let stand = Stand::start().await;
    let older = [schema_is("0.1.9"), "ALTER FUNCTION ingest.version() RENAME TO told".to_owned()];
    for (number, breaking) in older.iter().enumerate() {
        stand.admin.batch_execute(breaking).await.unwrap();
        stand.function.retire_idle();
        let message =
            stand.put(&format!("input/{number}.json"), json!({"id": number, "said": "x"}).to_string());
        assert_eq!(stand.deliver(&[message.clone()]).await, [message.id]);
        let lines =
            stand.log().lines().filter(|line| line.contains("this shipper needs 0.2 or later")).count();
        assert_eq!(lines, number + 1, "{}", stand.log());
        assert_eq!(stand.metrics()[number]["BatchesFailed"], 1.0);
    }
    stand.admin.batch_execute("ALTER FUNCTION ingest.told() RENAME TO version").await.unwrap();
    stand.admin.batch_execute(&schema_is("0.3.0")).await.unwrap();
    let message = stand.put("input/9.json", r#"{"id": 9, "said": "x"}"#);
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new(), "{}", stand.log());
}

/// By the names in the binary, which cargo leaves in what it builds for tests. How long the gathering takes is for the
/// benchmark to say ("cold start until it asks S3 for the first byte").
#[tokio::test]
async fn the_first_connection_waits_for_no_randomness_but_the_systems() {
    let stand = Stand::start().await;
    let binary = std::fs::read(&stand.function.configuration().binary).unwrap();
    let names = |name: &[u8]| binary.windows(name.len()).any(|place| place == name);
    assert!(names(b"_RAND_bytes"), "AWS-LC is not in the binary under its names");
    assert!(!names(b"jent_read_entropy"), "AWS-LC gathers jitter: is .cargo/config.toml read?");
}
