//! A person is planted in every place that can hold them, is erased, and no byte of them is in a dump.

use std::ffi::OsStr;

use anyhow::{Context, Result, ensure};
use local_stack::postgres::Installation;
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::{Staged, batch_id, run_batch};
use postgres::Client;

/// What stands in every value of the person's, and in nobody else's.
const PERSON: &str = "zubrowka";

/// Someone else, of whom nothing may be lost.
const OTHER: &str = "grasovka";

const DDL: &str = "
    CREATE TABLE t (id text PRIMARY KEY, version int NOT NULL, name text CHECK (name NOT LIKE '%bad%'), birthday date, _rescued jsonb);
    CREATE TABLE line (id text REFERENCES t, no int, sku text NOT NULL, PRIMARY KEY (id, no));
    CREATE TABLE gone (id text PRIMARY KEY, version int NOT NULL, name text);
    CREATE TABLE kept_whole (id text PRIMARY KEY, version int, name text CHECK (name NOT LIKE '%bad%'));
    CREATE TABLE evolving (id text PRIMARY KEY, _rescued jsonb);
    CREATE TABLE place (owner text, id text, name int, PRIMARY KEY (id));
    GRANT DELETE ON t, gone, kept_whole, evolving, place TO ingest_loader;
    SELECT public.ingest_register_dataset('t', 't/', 't', version_column => 'version');
    SELECT public.ingest_register_dataset(name => 'line', parent => 't', records_path => '$.lines[*]', target => 'line', columns => '{\"no\": \"position:\"}');
    SELECT public.ingest_register_dataset('gone', 'gone/', 'gone', version_column => 'version', delete_when => 'record ->> ''op'' = ''d''');
    SELECT public.ingest_register_dataset('kept_whole', 'kept_whole/', 'kept_whole', version_column => 'version', on_error => 'skip_file');
    ALTER TABLE evolving OWNER TO ingest_admin;
    SELECT public.ingest_allow_evolution('public.evolving');
    SELECT public.ingest_register_dataset('evolving', 'evolving/', 'evolving', on_unknown => 'evolve');
    SELECT public.ingest_register_dataset('place', 'place/', 'place', records_path => '$.of[*]', columns => '{\"owner\": \"document:$.owner\"}');";

/// Where the person is: a key below which their document is put, `%` being the person and then someone else.
const DOCUMENTS: [(&str, &str); 8] = [
    // The row, its children, what is rescued, and samples of drift.
    (
        "t/row",
        r#"{"id": "%", "version": 1, "name": "% row", "extra": "% rescued", "lines": [{"sku": "% child", "extra": "% sample"}]}"#,
    ),
    // Quarantine: by a value, by a constraint, and for a child.
    ("t/value", r#"{"id": "%", "version": 2, "name": "%", "birthday": "% value", "lines": []}"#),
    ("t/check", r#"{"id": "%", "version": 3, "name": "bad %", "lines": []}"#),
    ("t/child", r#"{"id": "%", "version": 4, "lines": [{"qty": "% of a child"}]}"#),
    // A tombstone.
    ("gone/delete", r#"{"id": "%", "version": 1, "op": "d"}"#),
    // Whole files: skipped for another's reject, and of no dataset yet.
    (
        "kept_whole/skipped",
        r#"[{"id": "%", "version": 1, "name": "% kept"}, {"id": "x", "version": 1, "name": "bad"}]"#,
    ),
    ("early/none", r#"{"id": "%", "name": "% early"}"#),
    // What was read around a record.
    ("place/around", r#"{"owner": "% owner", "of": [{"id": "%", "name": "% place"}]}"#),
];

fn put(client: &mut Client, batch: usize, documents: &[(String, String)]) -> Result<()> {
    let files: Vec<_> = documents
        .iter()
        .map(|(key, document)| Staged::from_bytes(File::of_key(key), document.clone().into_bytes()))
        .collect();
    run_batch(client, Some(&batch_id(batch)), &files)?;
    Ok(())
}

fn plant(client: &mut Client) -> Result<()> {
    client.batch_execute(DDL)?;
    let documents: Vec<_> = [PERSON, OTHER]
        .iter()
        .flat_map(|name| {
            DOCUMENTS.iter().map(move |(key, document)| {
                (format!("{key}-{}.json", name.len()), document.replace('%', name))
            })
        })
        .enumerate()
        // Both names are as long as each other.
        .map(|(no, (key, document))| (key.replace(".json", &format!("-{no}.json")), document))
        .collect();
    put(client, 1, &documents)?;
    // The evidence of a column that came by itself, and then a reject that is replayed and one that is given up.
    put(
        client,
        2,
        &[("evolving/new.json".into(), format!(r#"{{"id": "{PERSON}", "hobby": "{PERSON} evidence"}}"#))],
    )?;
    put(
        client,
        3,
        &[
            (
                "t/replayed.json".into(),
                format!(r#"{{"id": "{PERSON}", "version": 9, "birthday": "{PERSON} replayed"}}"#),
            ),
            (
                "t/dismissed.json".into(),
                format!(r#"{{"id": "{PERSON}", "version": 10, "name": "bad {PERSON} dismissed"}}"#),
            ),
        ],
    )?;
    client.batch_execute(&format!(
        "SELECT * FROM public.ingest_dismiss(key_prefix => 't/dismissed', reason => 'a test');
         ALTER TABLE t ALTER birthday TYPE text;
         SELECT * FROM public.ingest_replay(key_prefix => 't/replayed');
         ALTER TABLE t ALTER birthday TYPE date USING NULL;
         INSERT INTO ingest.dataset_fault (dataset, since, last_seen, sqlstate, error, files)
           VALUES ('t', now(), now(), '55000', 'row ({PERSON}) is refused', 1);
         INSERT INTO ingest.rejected_message (message_id, body, error_code, error)
           VALUES ('1', '{{\"id\": \"{PERSON}\", \"version\": 1}}', 'unknown_message', 'no notification');
         SELECT public.ingest_register_dataset('early', 'early/', 'kept_whole')"
    ))?;
    Ok(())
}

/// The lines of a dump that hold a text, as it is or in the hexadecimal digits of a bytea.
fn lines_with(dump: &str, text: &str) -> Vec<String> {
    let digits: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    dump.lines().filter(|line| line.contains(text) || line.contains(&digits)).map(str::to_owned).collect()
}

fn dump(url: &str) -> Result<String> {
    let arguments = ["--inserts", "--dbname", url].map(OsStr::new);
    let output = Installation::find()?.run("pg_dump", &arguments)?;
    String::from_utf8(output.stdout).context("a dump that is no UTF-8")
}

/// Each table that a line of a dump inserts into.
fn tables(lines: &[String]) -> Vec<String> {
    let mut named: Vec<_> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("INSERT INTO ")?.split_whitespace().next().map(str::to_owned))
        .collect();
    named.sort_unstable();
    named.dedup();
    named
}

#[test]
fn no_byte_of_a_person_is_in_a_dump_when_they_are_erased_and_none_of_anybody_else_is_lost() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        plant(&mut client)?;
        let before = dump(database.url())?;
        // In every place that can hold them; else the test would show nothing.
        let held = [
            "ingest.dataset_fault",
            "ingest.evolution",
            "ingest.rejected_message",
            "ingest.rejected_record",
            "ingest.schema_drift",
            "ingest.tombstone",
            "public.evolving",
            "public.line",
            "public.t",
        ];
        assert_eq!(tables(&lines_with(&before, PERSON)), held);
        let of_others = lines_with(&before, OTHER).len();
        for dataset in ["t", "gone", "kept_whole", "evolving", "place", "early"] {
            let key = format!(r#"{{"id": "{PERSON}"}}"#);
            let erase = "SELECT not_searched FROM public.ingest_erase($1, $2::text::jsonb, 'asked for')";
            let not_searched: i64 = client.query_one(erase, &[&dataset, &key])?.get(0);
            assert_eq!(not_searched, 0, "of {dataset}");
        }
        let after = dump(database.url())?;
        assert_eq!(lines_with(&after, PERSON), Vec::<String>::new());
        // Samples go for all: nobody knows whose they are.
        let others = lines_with(&after, OTHER).len();
        ensure!(of_others - others <= 1, "{of_others} lines of someone else before, {others} after");
        // Delivered once more, replayed, and under another name: they do not come back.
        let again: Vec<_> = DOCUMENTS
            .iter()
            .filter(|(key, _)| !key.starts_with("early"))
            .map(|(key, document)| {
                (format!("{key}-again.json"), document.replace('%', PERSON).replace("bad", "good"))
            })
            .collect();
        put(&mut client, 4, &again)?;
        client.batch_execute("SELECT * FROM public.ingest_replay()")?;
        assert_eq!(lines_with(&dump(database.url())?, PERSON), Vec::<String>::new());
        assert_eq!(report::rows(&mut client, "SELECT count(*) FROM ingest.erasure")?, ["6"]);
    }
    Ok(())
}
