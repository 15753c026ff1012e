//! Servers that watch what is loaded: logical decoding, pg_stat_statements, pgaudit. All rows pass, and neither the statistics
//! nor the log grow by statement with the records.

mod audit;
mod decoding;
mod statements;

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Database, Engine, Server};
use pg_ingest_tests::staging::{self, Staged, batch_id};
use pg_ingest_tests::{report, sql};
use postgres::Client;

/// Targets of every way of loading: updates, appends, children, deletes, partitions.
const TARGETS: &str = r#"
    CREATE TABLE parent (id int PRIMARY KEY);
    INSERT INTO parent SELECT generate_series(0, 9);
    GRANT SELECT ON parent TO ingest_loader;
    CREATE TABLE t (id int PRIMARY KEY, v int, note text CHECK (note <> 'forbidden'), parent int REFERENCES parent, big text, _rescued jsonb);
    ALTER TABLE t ALTER big SET STORAGE EXTERNAL;
    CREATE TABLE log (id int, note text);
    CREATE TABLE orders (id int PRIMARY KEY, v int);
    CREATE TABLE items (order_id int REFERENCES orders, no int, PRIMARY KEY (order_id, no));
    CREATE TABLE parts (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
    CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (500);
    CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (500) TO (1000000);
"#;

const REGISTRATIONS: &str = r#"
    SELECT public.ingest_register_dataset(name => 't', prefix => 't/', target => 't', version_column => 'v', on_absent => 'keep', delete_when => 'record ? ''gone''');
    SELECT public.ingest_register_dataset(name => 'log', prefix => 'log/', target => 'log', load_mode => 'append');
    SELECT public.ingest_register_dataset(name => 'orders', prefix => 'orders/', target => 'orders', version_column => 'v');
    SELECT public.ingest_register_dataset(name => 'items', parent => 'orders', records_path => '$.items[*]', target => 'items',
      columns => '{"no": "position:"}');
    SELECT public.ingest_register_dataset(name => 'parts', prefix => 'parts/', target => 'parts', version_column => 'v');
"#;

/// The targets' tables, which hold what was loaded.
const TABLES: [&str; 5] = ["t", "log", "orders", "items", "parts"];

/// The files of one batch of many: how many there are, how long they are and what is wrong in them differs from batch to batch.
fn files(number: usize) -> Vec<Staged> {
    let mut files = Vec::new();
    for prefix in ["t", "log", "orders", "parts"] {
        for file in 0..1 + (number + prefix.len()) % 3 {
            let records: Vec<String> = (0..3 + (number * 7 + file * 5) % 40)
                .map(|place| record(number, (number * 13 + file * 31 + place * 17) % 900, place))
                .collect();
            let body = if (number + file) % 11 == 10 { "[{".to_owned() } else { records.join("\n") };
            files.push(Staged::from_bytes(
                File::of_key(&format!("{prefix}/{number}-{file}.json")),
                body.into_bytes(),
            ));
        }
    }
    files
}

/// One record; some have a fault, a member that no column reads, or delete.
fn record(number: usize, id: usize, place: usize) -> String {
    let items: Vec<String> = (0..(id + number) % 4).map(|no| format!("{{\"no\": {no}}}")).collect();
    let further = match (id + place + number) % 23 {
        3 => "\"note\": \"forbidden\"".to_owned(),
        5 => format!("\"parent\": {}", id % 15),
        7 => format!("\"unknown_{}\": 1", id % 9),
        11 => "\"gone\": true".to_owned(),
        13 => format!("\"big\": \"{}\"", format!("{id} out of line ").repeat(400)),
        17 => "\"parent\": \"x\"".to_owned(),
        _ => format!("\"note\": \"note {place}\""),
    };
    format!("{{\"id\": {id}, \"v\": {number}, {further}, \"items\": [{}]}}", items.join(", "))
}

/// Loads batches of those numbers; how many rows and rejects there were.
fn load(client: &mut Client, numbers: std::ops::Range<usize>) -> Result<(i64, i64)> {
    let (mut rows, mut rejects) = (0, 0);
    for number in numbers {
        let outcome = staging::run_batch(client, Some(&batch_id(number)), &files(number))
            .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
        assert_eq!(outcome.deferred, [], "batch {number}");
        rows += outcome.count("rows_loaded");
        rejects += outcome.count("rows_rejected");
    }
    assert!(rows > 0 && rejects > 0, "{rows} rows, {rejects} rejects");
    Ok((rows, rejects))
}

/// The steps of a test on each engine, in a database with the targets on a server with these settings.
fn on_each_engine(
    settings: &[(&str, &str)],
    steps: impl Fn(&Database<'_>, &Server, Engine) -> Result<()>,
) -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start_with(&engines, settings)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(TARGETS)?;
        client
            .batch_execute(REGISTRATIONS)
            .map_err(|error| anyhow::anyhow!("{}", sql::error_text(&error)))?;
        steps(&database, &server, engine)?;
    }
    Ok(())
}

/// Whether that library is beside the server. Beside Debian's, where setup installs it, it must be.
fn has(extension: &str) -> Result<bool> {
    if std::env::var_os("PG_BIN").is_none() {
        return Ok(true);
    }
    let server = Server::start(&[])?;
    let query = format!("SELECT count(*) FROM pg_available_extensions WHERE name = '{extension}'");
    let has = report::rows(&mut server.empty_database()?.connect()?, &query)? == ["1"];
    if !has {
        println!("not run: {extension} is not installed beside this server");
    }
    Ok(has)
}
