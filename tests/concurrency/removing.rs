//! Objects that are made, replaced, removed and made again end alike in any order of delivery, over two sessions, and delivered
//! twice. No row of a removed content comes to life again.

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::Staged;

use crate::deletes::orders;
use crate::mirroring::quiet_and_busy;

const DDL: &str = "CREATE TABLE t (id text PRIMARY KEY, name text, _file_id bigint, _source_time timestamptz, _sequencer text);
    CREATE INDEX ON t (_file_id);
    CREATE TABLE l (id text REFERENCES t, no int, PRIMARY KEY (id, no));
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', on_removed => 'delete_rows', on_replaced => 'REPLACED');
    SELECT public.ingest_register_dataset(name => 'l', parent => 't', records_path => '$.lines[*]', target => 'l', columns => '{\"no\": \"position:\"}')";

/// The rows of each content of an object; `None` where it is removed.
const EVENTS: [Option<&[&str]>; 5] =
    [Some(&["a", "b"]), Some(&["b", "c"]), None, Some(&["b", "d"]), Some(&["d", "e"])];

/// Rows of contents that were removed, and of none that came later.
const REMOVED: [&str; 2] = ["-a |", "-c |"];

fn file(object: usize, event: usize) -> Staged {
    let mut file = File::of_key(&format!("{object}.json"));
    file.sequencer = Some(format!("{event:02X}"));
    file.event_time = Some(format!("2026-01-01T00:00:0{event}Z"));
    let Some(rows) = EVENTS[event] else {
        file.error_code = Some("object_removed".to_owned());
        return Staged::without_body(file);
    };
    file.etag = Some(format!("{object}-{event}"));
    let records: Vec<_> = rows
        .iter()
        .map(|row| format!(r#"{{"id": "{object}-{row}", "name": "{row}", "lines": [{{}}, {{}}]}}"#))
        .collect();
    Staged::from_bytes(file, format!("[{}]", records.join(", ")).into_bytes())
}

#[test]
fn every_order_of_contents_and_a_removal_ends_as_the_order_in_which_they_were_made() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        // Without a mirror an older content that comes late is left out, so that only the newest is told to have all its rows.
        for (replaced, events) in [("keep", EVENTS.len() - 1), ("delete_missing", EVENTS.len())] {
            let ddl = DDL.replace("REPLACED", replaced);
            let (quiet, busy) = quiet_and_busy(&server, engine, &ddl, events, file)?;
            assert_eq!(quiet.len(), orders(events).len() * 2);
            assert_eq!(busy, quiet, "on_replaced {replaced}");
            let is_removed = |row: &&String| REMOVED.iter().any(|removed| row.contains(removed));
            assert_eq!(busy.iter().filter(is_removed).count(), 0, "rows came to life again");
        }
    }
    Ok(())
}
