//! The bodies of staged files, one after another.

use std::cell::Cell;
use std::collections::HashMap;

use json_rows::File;
use pgrx::datum::{AnyElement, DatumWithOid};
use pgrx::pg_sys::{self, PgOid};
use pgrx::prelude::*;
use pgrx::spi::{OwnedPreparedStatement, SpiClient};

use crate::call::Call;
use crate::gather::target_rows::Origin;
use crate::memory::OwnedMemory;
use crate::session_settings::SessionSettings;
use crate::{held_bodies, varlena};

/// The files' rows in staging, in the files' order.
const BODIES: &str =
    "SELECT f.file_no, f.file_id, f.record_no, f.source_time, f.sequencer, b.body, b.held, f.context::text
    FROM pg_catalog.unnest($1) AS f JOIN ingest.staging AS b ON b.ctid = f.staged ORDER BY f.file_no";

/// The same as a loader of its own may read them: the function runs as it.
const OWN_BODIES: &str =
    "SELECT f.file_no, f.file_id, f.record_no, f.source_time, f.sequencer, b.body, b.held, f.context::text
    FROM pg_catalog.unnest($1) AS f
    CROSS JOIN LATERAL (SELECT s.body, s.held FROM ingest.own_staging AS s WHERE s.staged = f.staged OFFSET 0) AS b
    ORDER BY f.file_no";

/// A query as the session has prepared it, with the type of the files that it takes.
type Prepared = Option<(pg_sys::Oid, &'static OwnedPreparedStatement)>;

thread_local! {
    /// The query of other loaders, and that of a loader of its own. To plan one takes longer than to read some files.
    static PREPARED: Cell<[Prepared; 2]> = const { Cell::new([None; 2]) };
}

/// The query, prepared now where the session has not.
fn prepared(
    client: &SpiClient<'_>,
    own_loader: bool,
    files: pg_sys::Oid,
) -> spi::Result<&'static OwnedPreparedStatement> {
    let mut kept = PREPARED.get();
    let [others, own] = &mut kept;
    let place = if own_loader { own } else { others };
    if let Some((_, statement)) = place.filter(|(type_oid, _)| *type_oid == files) {
        return Ok(statement);
    }
    let query = client.prepare(if own_loader { OWN_BODIES } else { BODIES }, &[PgOid::from(files)])?;
    // Never freed: a migration alone makes the type anew, and rows of the old query may still be read.
    let statement: &_ = Box::leak(Box::new(query.keep()));
    *place = Some((files, statement));
    PREPARED.set(kept);
    Ok(statement)
}

/// Numbers of records, by file, each file's in order.
#[derive(Default)]
pub(crate) struct RecordNumbers(HashMap<i32, Vec<i32>>);

impl RecordNumbers {
    /// Of places, each `file_no << 32 | record_no`.
    pub(crate) fn new(places: impl IntoIterator<Item = i64>) -> RecordNumbers {
        let mut files: HashMap<i32, Vec<i32>> = HashMap::new();
        for place in places {
            let (Ok(file), Ok(record)) = (i32::try_from(place >> 32), i32::try_from(place & 0xffff_ffff))
            else {
                continue;
            };
            files.entry(file).or_default().push(record);
        }
        for records in files.values_mut() {
            records.sort_unstable();
        }
        RecordNumbers(files)
    }

    pub(crate) fn of(&self, file_no: i32) -> &[i32] {
        self.0.get(&file_no).map_or(&[], Vec::as_slice)
    }
}

/// Calls `read` for each of the claimed files (`ingest.claimed_file[]`).
pub(crate) fn each(
    call: Call<'_>,
    files: &AnyElement,
    own_loader: bool,
    left_out: &RecordNumbers,
    mut read: impl FnMut(Origin, File<'_>),
) {
    // SAFETY: the value has the type that PostgreSQL gives for it.
    let argument = unsafe { DatumWithOid::new(files.datum(), files.oid()) };
    let result: spi::Result<()> = Spi::connect(|client| {
        let mut of_body = OwnedMemory::under(call.memory(), c"pg_ingest body");
        // Its plan is kept, which may have been made while staging was empty.
        let planned = SessionSettings::without_scans();
        let mut bodies = client.select(prepared(client, own_loader, files.oid())?, None, &[argument])?;
        drop(planned);
        while bodies.next().is_some() {
            let (stored, held) = (bodies.get_datum_by_ordinal(6)?, bodies.get::<i64>(7)?);
            let origin = Origin {
                file_no: bodies.get::<i32>(1)?.unwrap_or_default(),
                file_id: bodies.get::<i64>(2)?.unwrap_or_default(),
                only_record: bodies.get::<i32>(3)?,
                source_time: bodies.get_datum_by_ordinal(4)?,
                sequencer: bodies.get_datum_by_ordinal(5)?,
            };
            let context = bodies.get::<&str>(8)?.unwrap_or("{}").as_bytes();
            let file_no = origin.file_no;
            let left_out = left_out.of(file_no);
            let memory = of_body.memory();
            match (held.map(held_bodies::get), stored) {
                (Some(body), _) => {
                    memory.run(|| read(origin, File { file_no, body: &body, context, left_out }));
                }
                (None, Some(body)) => memory.run(|| {
                    // SAFETY: the sixth column is bytea, whose rows live until this closure ends.
                    let body = unsafe { varlena::content(memory, body) };
                    read(origin, File { file_no, body, context, left_out });
                }),
                (None, None) => {}
            }
            of_body.empty();
        }
        Ok(())
    });
    if let Err(error) = result {
        pgrx::error!(
            "the staged files cannot be read: {error}; expected ingest.staging as the migrations make it"
        );
    }
}
