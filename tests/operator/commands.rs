//! What all commands share: settings, exit codes, misuse; and `pg-ingest check`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::stand::database::schema_is;
use super::stand::{PASSWORD_CANARY, Stand, binary};

pub(super) fn pg_ingest(stand: &Stand, sslmode: &str, arguments: &[&str]) -> Output {
    let authority = stand.cluster().authority();
    let url = format!(
        "postgresql://{}:{PASSWORD_CANARY}@127.0.0.1:{}/{}?sslmode={sslmode}&sslrootcert={}",
        stand.role,
        stand.cluster().port(),
        stand.database,
        authority.display()
    );
    run(&[("DATABASE_URL", &url)], arguments)
}

fn run(environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    command(environment).args(arguments).output().unwrap()
}

pub(super) fn command(environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(binary("pg-ingest"));
    command.env_clear().envs(environment.iter().copied());
    command
}

pub(super) fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(super) fn write(folder: &Path, name: &str, body: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, body).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn check_verifies_tls_rights_and_datasets() {
    let stand = Stand::start().await;
    let output = pg_ingest(&stand, "verify-full", &["check"]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    for part in
        ["connected to PostgreSQL", "certificate and host name verified", "every right", "dataset things"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    let role = &stand.role;
    let steps = [
        ("DELETE FROM ingest.dataset".to_owned(), "no dataset is registered"),
        (
            format!("REVOKE ingest_shipper FROM {role}; GRANT USAGE ON SCHEMA ingest TO {role}"),
            "lacks INSERT on ingest.staging",
        ),
        (format!("REVOKE USAGE ON SCHEMA ingest FROM {role}"), "lacks USAGE on schema ingest"),
    ];
    for (breaking, finding) in steps {
        stand.admin.batch_execute(&breaking).await.unwrap();
        let output = pg_ingest(&stand, "verify-full", &["check"]);
        let text = told(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(finding), "{text}");
        assert!(!text.contains(PASSWORD_CANARY));
    }
    stand.admin.batch_execute(&format!("DROP OWNED BY {role}")).await.unwrap();
}

#[tokio::test]
async fn check_of_a_database_without_the_schema_could_not_run() {
    let stand = Stand::start().await;
    let url = format!(
        "postgresql://{}:{PASSWORD_CANARY}@127.0.0.1:{}/postgres?sslmode=disable",
        stand.role,
        stand.cluster().port()
    );
    let output = run(&[("DATABASE_URL", &url)], &["check"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("WRONG  there is no schema ingest"), "{}", told(&output));
}

#[tokio::test]
async fn check_whose_connection_is_lost_could_not_run() {
    let stand = Stand::start().await;
    let ending = "CREATE OR REPLACE FUNCTION public.ingest_status() RETURNS jsonb LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN '{}'; END $$";
    stand.admin.batch_execute(ending).await.unwrap();
    let output = pg_ingest(&stand, "disable", &["check"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("WRONG  the database connection was lost"), "{}", told(&output));
}

#[tokio::test]
async fn times_are_told_in_utc_whatever_the_logins_zone() {
    let stand = Stand::start().await;
    let message = stand.put("input/1.json", r#"{"id": 1, "said": "x"}"#);
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new());
    let role = &stand.role;
    let zone = format!(
        "ALTER ROLE {role} SET TimeZone = 'Asia/Kolkata'; ALTER ROLE {role} SET IntervalStyle = 'iso_8601'"
    );
    stand.admin.batch_execute(&zone).await.unwrap();
    let last = "SELECT to_char(last_file_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM ingest_health()";
    let last: String = stand.admin.query_one(last, &[]).await.unwrap().get(0);
    let text = told(&pg_ingest(&stand, "disable", &["status"]));
    assert!(text.contains(&last), "{last} in {text}");
    assert!(
        text.lines().nth(1).is_some_and(|line| line.contains("things   ok") && line.contains(" days ")),
        "{text}"
    );
}

#[test]
fn a_pipe_that_nobody_reads_ends_the_command_without_a_word() {
    let (read, write) = std::io::pipe().unwrap();
    drop(read);
    let child =
        command(&[]).args(["completions", "bash"]).stdout(write).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), told(&output)), (Some(2), String::new()));
}

#[tokio::test]
async fn check_says_in_a_sentence_each_what_somebody_should_know() {
    let stand = Stand::start().await;
    let rejected = stand.put("input/1.json", r#"{"id": "no number"} {"id": 2, "said": "x", "more": 1}"#);
    assert_eq!(stand.deliver(&[rejected]).await, Vec::<String>::new());
    let nothing = String::new;
    let steps = [
        (nothing(), false, "1 rejected records wait in ingest.rejected_record"),
        (nothing(), false, "dataset things is failing: 1 of its files of the last day were not loaded whole"),
        (
            "SELECT ingest_dismiss(reason => 'a test')".to_owned(),
            true,
            "1 members that no column reads are in ingest.schema_drift",
        ),
        (
            "INSERT INTO ingest.staging (key, body) VALUES ('k', '')".to_owned(),
            true,
            "1 files lie in ingest.staging",
        ),
        (schema_is("0.1.0"), false, "the database's schema is of release 0.1.0"),
        (schema_is("0.99.0"), true, "newer than this program"),
        (
            "UPDATE ingest.setting SET value = 'native' WHERE name = 'engine'".to_owned(),
            false,
            "instead of native: the extension",
        ),
    ];
    for (breaking, is_well, finding) in steps {
        stand.admin.batch_execute(&breaking).await.unwrap();
        let output = pg_ingest(&stand, "verify-full", &["check"]);
        let text = told(&output);
        assert_eq!(output.status.success(), is_well, "{text}");
        assert!(text.contains(finding), "{finding} in {text}");
        assert!(!text.contains("everything is as it should be"), "{text}");
    }
}

#[tokio::test]
async fn check_and_ingest_work_for_a_login_that_takes_on_the_role_of_its_group() {
    let stand = Stand::start().await;
    let take_on = format!("ALTER ROLE {} SET role = 'ingest_shipper'", stand.role);
    stand.admin.batch_execute(&take_on).await.unwrap();
    let output = pg_ingest(&stand, "verify-full", &["check"]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("TLSv1.3"), "{text}");
    let folder = local_stack::scratch::folder().unwrap();
    let file = write(folder.path(), "1.json", r#"{"id": 1, "said": "x"}"#);
    let output = pg_ingest(&stand, "verify-full", &["ingest", "--key-prefix", "input/", &file]);
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn a_name_that_is_no_utf_8_is_answered_with_a_sentence() {
    let folder = local_stack::scratch::folder().unwrap();
    let name = folder.path().join(OsStr::from_bytes(b"a\xff.json"));
    std::fs::write(&name, "{}").unwrap();
    for named in [name.as_os_str(), folder.path().as_os_str()] {
        let output = command(&[("DATABASE_URL", "postgresql://u@127.0.0.1:1/d?sslmode=disable")])
            .arg("ingest")
            .arg(named)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(told(&output).contains("is no UTF-8, which an S3 key must be"), "{}", told(&output));
    }
    for words in [vec![OsStr::from_bytes(b"\xff")], vec![OsStr::new("check"), OsStr::from_bytes(b"\xff")]] {
        let output = command(&[]).args(&words).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    }
    let output = command(&[]).env("LOG_LEVEL", OsStr::from_bytes(b"\xff")).arg("check").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("LOG_LEVEL is no UTF-8"), "{}", told(&output));
}

#[test]
fn every_fault_in_the_settings_is_named_at_once() {
    let environment = [
        ("DATABASE_URL", "postgresql://u:canary@h/d?sslmode=maybe"),
        ("MAX_OBJECT_BYTES", "2000000000"),
        ("LOCK_TIMEOUT_MS", "soon"),
        ("EXPECTED_BUCKET_OWNER", "me"),
    ];
    let output = run(&environment, &["check"]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for (name, _) in environment {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn a_shell_completes_every_command_and_asks_for_no_settings() {
    for shell in ["bash", "zsh", "fish"] {
        let output = run(&[], &["completions", shell]);
        assert!(output.status.success(), "{}", told(&output));
        for command in ["backfill", "check", "ingest", "reconcile", "status"] {
            assert!(told(&output).contains(command), "{shell}: {command}");
        }
    }
    assert_eq!(run(&[], &["completions", "cmd"]).status.code(), Some(2));
}

#[test]
fn misuse_is_answered_with_the_usage_and_help_with_everything() {
    for arguments in
        [vec!["inject"], vec![], vec!["ingest"], vec!["ingest", "--what", "x"], vec!["check", "x"]]
    {
        let output = run(&[], &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(told(&output).contains("Usage: pg-ingest"), "{}", told(&output));
    }
    let output = run(&[], &["--help"]);
    assert!(output.status.success());
    assert!(told(&output).contains("STATEMENT_TIMEOUT_MS"));
}
