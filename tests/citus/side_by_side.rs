//! Several sessions that load the same distributed table.

use std::thread;

use anyhow::{Result, anyhow};
use fastrand::Rng;

use crate::nodes::{Place, same};

const SESSIONS: usize = 4;
const FILES: usize = 24;
const KEYS: usize = 40;

pub(crate) fn sessions(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        "GRANT USAGE ON SCHEMA shop TO ingest_loader",
        "CREATE TABLE shop.t (id int PRIMARY KEY, v int, note text)",
        "SELECT create_distributed_table('shop.t', 'id')",
        "GRANT SELECT, INSERT, UPDATE ON shop.t TO ingest_loader",
        "SELECT ingest_register_dataset('t', 't/', 'shop.t', version_column => 'v')",
    ])?;
    let files: Vec<(String, String)> = (0..FILES)
        .map(|file| {
            let records: Vec<String> = (0..KEYS)
                .map(|key| {
                    format!(r#"{{"id": {key}, "v": {}, "note": "f{file}"}}"#, (file * 7 + key * 3) % FILES)
                })
                .collect();
            (format!("t/{file}.json"), format!("[{}]", records.join(",")))
        })
        .collect();
    thread::scope(|scope| -> Result<()> {
        let sessions: Vec<_> = (0..SESSIONS)
            .map(|session| {
                let files = &files;
                scope.spawn(move || -> Result<()> {
                    let mut order: Vec<usize> = (0..FILES).collect();
                    Rng::with_seed(session as u64).shuffle(&mut order);
                    for places in order.chunks(3) {
                        let batch: Vec<(&str, &str)> =
                            places.iter().map(|&at| (files[at].0.as_str(), files[at].1.as_str())).collect();
                        place.load(&batch)?;
                    }
                    Ok(())
                })
            })
            .collect();
        for session in sessions {
            session.join().map_err(|_| anyhow!("a session panicked"))??;
        }
        Ok(())
    })?;
    let expected: Vec<String> = (0..KEYS)
        .map(|key| {
            let newest = (0..FILES).max_by_key(|file| (file * 7 + key * 3) % FILES).unwrap_or_default();
            format!("{key} | {} | f{newest}", (newest * 7 + key * 3) % FILES)
        })
        .collect();
    same("rows", place.rows("SELECT * FROM shop.t ORDER BY id")?, expected)?;
    same(
        "the ledger",
        place.rows("SELECT count(*), sum(deliveries), min(status), max(status) FROM ingest.file")?,
        vec![format!("{FILES} | {} | loaded | loaded", FILES * SESSIONS)],
    )
}
