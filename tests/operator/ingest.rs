//! `pg-ingest ingest`: local files on the same path, in batches of which a person sees what became.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::json;

use super::commands::{command, pg_ingest, told, write};
use super::stand::{PASSWORD_CANARY, Stand};

/// Runs the command in a folder, with settings and names on standard input.
fn ingest(
    stand: &Stand,
    folder: &Path,
    settings: &[(&str, &str)],
    names: &[u8],
    arguments: &[&str],
) -> Output {
    let url = format!(
        "postgresql://{}:{PASSWORD_CANARY}@127.0.0.1:{}/{}?sslmode=disable",
        stand.role,
        stand.cluster().port(),
        stand.database
    );
    let mut child = command(settings)
        .env("DATABASE_URL", url)
        .current_dir(folder)
        .arg("ingest")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(names).unwrap();
    child.wait_with_output().unwrap()
}

/// A file of one record in a folder that is made where it is missing.
fn thing(folder: &Path, name: &str, id: u32) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, json!({"id": id, "said": "x"}).to_string()).unwrap();
}

async fn ids(stand: &Stand) -> Vec<i32> {
    stand.things().await.into_iter().map(|(id, _)| id).collect()
}

#[tokio::test]
async fn ingest_loads_files_and_says_what_became_of_them() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    let good = write(folder.path(), "1.json", r#"{"id": 1, "said": "x"}"#);
    let bad = write(folder.path(), "2.json", "not JSON");

    let output =
        pg_ingest(&stand, "disable", &["ingest", "--key-prefix", "input/", "--bucket", "disk", &good]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("committed: 1 files: 1 loaded"), "{}", told(&output));
    assert_eq!(stand.things().await, [(1, "x".to_owned())]);
    assert_eq!(stand.ledger().await[0].0, format!("input{good}"));

    let output = pg_ingest(&stand, "disable", &["ingest", "--key-prefix", "input/", &good, &bad]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("1 failed"), "{}", told(&output));

    let output = pg_ingest(&stand, "disable", &["ingest", &good, "/no/such/file.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("/no/such/file.json cannot be read"), "{}", told(&output));
}

#[tokio::test]
async fn directories_and_lists_of_names_are_taken_in_order_without_what_is_hidden() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    for (name, id) in
        [("input/b/2.json", 2), ("input/a/1.json", 1), ("input/_temporary/7.json", 7), ("input/.8.json", 8)]
    {
        thing(folder.path(), name, id);
    }
    let output = ingest(&stand, folder.path(), &[], b"", &["input"]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("2 hidden entries of directories"), "{}", told(&output));
    let keys: Vec<String> = stand.ledger().await.into_iter().map(|(key, ..)| key).collect();
    assert_eq!(keys, ["input/a/1.json", "input/b/2.json"]);

    let mut names = Vec::new();
    for id in 100..450 {
        let name = format!("input/many/{id}.json");
        thing(folder.path(), &name, id);
        names.extend_from_slice(format!("{name}\n").as_bytes());
    }
    let output = ingest(&stand, folder.path(), &[], &names, &["-"]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("committed: 350 files: 350 loaded"), "{}", told(&output));
    assert_eq!(ids(&stand).await.len(), 352);
    assert_eq!(stand.number("SELECT max(files)::bigint FROM ingest.batch").await, 100);

    let output = ingest(&stand, folder.path(), &[], b"input/a/1.json\0input/a\xff\0", &["-"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("nothing was loaded"), "{}", told(&output));
}

#[tokio::test]
async fn a_batch_takes_no_more_files_than_its_bytes_allow() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    (1..=5).for_each(|id| thing(folder.path(), &format!("input/{id}.json"), id));
    let bytes = std::fs::metadata(folder.path().join("input/1.json")).unwrap().len();
    let two_files = (bytes + 1).to_string();
    let output = ingest(&stand, folder.path(), &[("MAX_BATCH_BYTES", &two_files)], b"", &["input"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(ids(&stand).await, [1, 2, 3, 4, 5]);
    assert_eq!(stand.number("SELECT count(*) FROM ingest.batch").await, 3);
}

#[tokio::test]
async fn a_file_that_takes_too_long_is_found_and_named_and_the_others_are_loaded() {
    let stand = Stand::start().await;
    let endless = "CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.id = 3 THEN PERFORM pg_sleep(3600); END IF; RETURN NEW; END $$;
        CREATE TRIGGER wait BEFORE INSERT ON landing.things FOR EACH ROW EXECUTE FUNCTION public.wait()";
    stand.admin.batch_execute(endless).await.unwrap();
    let folder = local_stack::scratch::folder().unwrap();
    (1..=4).for_each(|id| thing(folder.path(), &format!("input/{id}.json"), id));
    // Long enough for a sound file on a busy machine; three transactions wait for it.
    let output = ingest(&stand, folder.path(), &[("STATEMENT_TIMEOUT_MS", "5000")], b"", &["input"]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("input/3.json: nothing of it was loaded"), "{text}");
    assert!(text.contains("STATEMENT_TIMEOUT_MS"), "{text}");
    assert!(text.contains("committed: 3 files: 3 loaded"), "{text}");
    assert_eq!(ids(&stand).await, [1, 2, 4]);
}

#[tokio::test]
async fn where_the_database_is_lost_for_good_it_says_how_far_it_came() {
    let stand = Stand::start().await;
    let role = &stand.role;
    let revoke = format!(
        "CREATE FUNCTION public.close() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
           IF NEW.id = 200 THEN REVOKE ingest_shipper FROM {role}; END IF; RETURN NEW; END $$;
         CREATE TRIGGER close BEFORE INSERT ON landing.things FOR EACH ROW EXECUTE FUNCTION public.close()"
    );
    stand.admin.batch_execute(&revoke).await.unwrap();
    let folder = local_stack::scratch::folder().unwrap();
    (101..=350).for_each(|id| thing(folder.path(), &format!("input/{id}.json"), id));
    let output = ingest(&stand, folder.path(), &[], b"", &["input"]);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("committed: 100 files"), "{text}");
    assert!(text.contains("settled: 100 of 250 files; begin again with input/201.json"), "{text}");
    assert_eq!(ids(&stand).await.len(), 100);
}

#[tokio::test]
async fn what_is_not_loaded_is_named_with_the_query_that_says_why() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    write(folder.path(), "large.json", &"x".repeat(2_000));
    write(folder.path(), "bad.json", r#"{"id": "no number"} {"id": 1, "said": "x"}"#);
    let arguments = ["--key-prefix", "input/", "large.json", "bad.json"];
    let output = ingest(&stand, folder.path(), &[("MAX_OBJECT_BYTES", "1000")], b"", &arguments);
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("large.json: too_large: more than 1000 bytes"), "{text}");
    let queries: Vec<&str> = text.lines().filter(|line| line.starts_with("SELECT")).collect();
    assert_eq!(queries.len(), 2, "{text}");
    for (query, key) in queries.iter().zip(["input/large.json", "input/bad.json"]) {
        let rows = stand.admin.query(*query, &[]).await.unwrap();
        let keys: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(keys, [key], "{query}");
    }
}

#[tokio::test]
async fn what_a_name_holds_moves_no_cursor() {
    let stand = Stand::start().await;
    let folder = local_stack::scratch::folder().unwrap();
    let bad = write(folder.path(), "\u{1b}[2J.json", "not JSON");
    let output = ingest(&stand, folder.path(), &[("MAX_OBJECT_BYTES", "2")], b"", &[&bad]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let gone = ingest(&stand, folder.path(), &[], b"", &["\u{1b}[2J/no.json"]);
    assert_eq!(gone.status.code(), Some(2), "{}", told(&gone));
    for output in [output, gone] {
        let text = told(&output);
        assert!(text.contains("\\u{1b}[2J") && !text.contains('\u{1b}'), "{text}");
    }
}
