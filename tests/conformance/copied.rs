//! Bodies that come by binary COPY, as the shipper sends them, on the server that `PG_BIN` names. The shipper itself wants TLS,
//! which not every PostgreSQL has. What a load has written is read back from disk, where pages may have checksums.

use std::io::Write as _;

use anyhow::{Context, Result};
use bytes::{BufMut as _, BytesMut};
use pg_ingest_tests::report;
use pg_ingest_tests::server::{Engine, Server};
use pg_ingest_tests::staging::{self, batch_id};

/// As `shipper/src/copy_format.rs` has it.
const COPY: &str = "COPY ingest.staging (batch_id, bucket, key, version_id, etag, sequencer, event_time, last_modified, size, body, error_code)
    FROM STDIN (FORMAT binary)";
const DDL: &str = "CREATE TABLE t (id int PRIMARY KEY, n int, note text);
    SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't')";
/// Rows of many pages.
const RECORDS: i32 = 3_000;
/// The first major whose clusters have checksums unless they are told not to.
const CHECKSUMS_SINCE: i32 = 18;

/// A row of the COPY: a file with that body, or without one for that reason.
fn row(batch: &str, key: &str, body: Option<&[u8]>, error_code: Option<&str>) -> Result<BytesMut> {
    let mut bytes = BytesMut::new();
    let mut field = |value: Option<&[u8]>| -> Result<()> {
        bytes.put_i32(value.map_or(Ok(-1), |value| i32::try_from(value.len()))?);
        bytes.put_slice(value.unwrap_or_default());
        Ok(())
    };
    let batch = u128::from_str_radix(&batch.replace('-', ""), 16)?.to_be_bytes();
    let size = i64::try_from(body.map_or(0, <[u8]>::len))?.to_be_bytes();
    for value in [
        Some(batch.as_slice()),
        Some(b"bucket".as_slice()),
        Some(key.as_bytes()),
        None,
        Some(b"etag".as_slice()),
        Some(b"0A".as_slice()),
    ] {
        field(value)?;
    }
    // Microseconds since 2000, and no Last-Modified.
    for value in [
        Some(1_000_000_i64.to_be_bytes().as_slice()),
        None,
        Some(size.as_slice()),
        body,
        error_code.map(str::as_bytes),
    ] {
        field(value)?;
    }
    let mut whole = BytesMut::new();
    whole.put_i16(11);
    whole.put_slice(&bytes);
    Ok(whole)
}

#[test]
fn a_batch_that_comes_by_binary_copy_loads_and_is_read_back_from_disk() -> Result<()> {
    let engines = Engine::from_environment()?;
    let server = Server::start(&engines)?;
    for engine in engines {
        let database = server.database(engine)?;
        let mut client = database.connect()?;
        client.batch_execute(DDL)?;
        let records: Vec<String> =
            (0..RECORDS).map(|id| format!(r#"{{"id": {id}, "n": {}, "note": "n{id}"}}"#, id % 7)).collect();
        let body = records.join("\n");
        let batch = batch_id(1);
        let mut transaction = client.transaction()?;
        transaction.batch_execute("SET LOCAL ROLE ingest_shipper")?;
        transaction.batch_execute(staging::HOLD_BODIES)?;
        let mut copy = transaction.copy_in(COPY)?;
        copy.write_all(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0")?;
        copy.write_all(&row(&batch, "a.json", Some(body.as_bytes()), None)?)?;
        copy.write_all(&row(&batch, "gone.json", None, Some("object_missing"))?)?;
        copy.write_all(b"\xff\xff")?;
        assert_eq!(copy.finish()?, 2);
        let outcome = staging::process(&mut transaction, Some(&batch))?;
        transaction.commit()?;
        assert_eq!(outcome.count("rows_loaded"), i64::from(RECORDS));
        assert_eq!(
            report::rows(
                &mut client,
                "SELECT key, status, etag, sequencer, event_time FROM ingest.file ORDER BY 1"
            )?,
            [
                "a.json | loaded | etag | 0A | 2000-01-01 00:00:01+00",
                "gone.json | object_missing | etag | 0A | 2000-01-01 00:00:01+00"
            ]
        );

        client.batch_execute("CHECKPOINT")?;
        drop(client);
        // No page of it is in memory then.
        server.crash_and_recover()?;
        let mut client = database.connect()?;
        let version: String = client.query_one("SHOW server_version_num", &[])?.get(0);
        let version: i32 = version.parse().context("a version that is no number")?;
        let checked = if version / 10_000 >= CHECKSUMS_SINCE { "on" } else { "off" };
        assert_eq!(report::rows(&mut client, "SHOW data_checksums")?, [checked]);
        let counted = [format!("{RECORDS} | {}", (0..RECORDS).map(|id| id % 7).sum::<i32>())];
        assert_eq!(report::rows(&mut client, "SELECT count(*), sum(n) FROM t")?, counted);
        client.batch_execute("SET enable_seqscan = off; SET enable_bitmapscan = off")?;
        assert_eq!(report::rows(&mut client, "SELECT count(*), sum(n) FROM t WHERE id >= 0")?, counted);
    }
    Ok(())
}
