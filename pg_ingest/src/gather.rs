//! The way of rows that need no INSERT statement: `gather()` makes a unit's rows, `insert_gathered()` puts them into a
//! target that has none of their keys, `gathered_rows()` gives them to an upsert otherwise (docs/row-source.md).

mod gathered;
mod gathered_rows;
mod key_order;
mod key_probe;
mod leaf_walk;
mod multi_insert;
mod staged_files;
mod target;
mod target_rows;

use std::collections::BTreeMap;

use json_rows::{Contract, FileReader, Run, Walked};
use pgrx::datum::AnyElement;
use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::cached_contract::{self, Compiled};
use crate::call::{self, Call};
use crate::database::Backend;
use crate::refusal::refuse;
use crate::relation::OpenRelation;
use crate::{aside, kept_memory, varlena, walked_files};
use gathered::{FileCounts, Gathered, GatheredRow, GatheringMemory, Rest};
use key_order::KeyOrder;
use staged_files::LeftOut;
use target::Target;
use target_rows::TargetRows;

pub(crate) use gathered::{clear, is_any};

/// What `gather()` found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// The target's rows are the executor's to make.
    Unsuited,
    /// No key stands in the target, or none is expected to.
    New,
    /// Some key stands in the target.
    Mixed,
}

impl Found {
    fn name(self) -> &'static str {
        match self {
            Found::Unsuited => "unsuited",
            Found::New => "new",
            Found::Mixed => "mixed",
        }
    }
}

/// Reads staged files into rows of the target and keeps them, one a key. `probe`: their keys are looked for in the target.
/// `left_out`: records that a filter has left out, as `file_no << 32 | record_no`.
#[pg_extern(
    volatile,
    parallel_unsafe,
    sql = "
CREATE FUNCTION @extschema@.gather(contract jsonb, target regclass, version_column text, files anyarray, probe boolean, left_out bigint[] DEFAULT '{}') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', '@FUNCTION_NAME@';
"
)]
pub(crate) fn gather(
    contract: AnyElement,
    target: pg_sys::Oid,
    version_column: Option<&str>,
    files: AnyElement,
    probe: bool,
    left_out: Vec<i64>,
) -> &'static str {
    kept_memory::keep();
    let left_out = LeftOut::new(left_out);
    call::serve(|call| {
        // SAFETY: the SQL declaration says that the first argument is jsonb.
        let mut compiled = unsafe { cached_contract::take(varlena::whole(call.memory(), contract.datum())) }
            .unwrap_or_else(|wrong| refuse(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, wrong));
        let target = Target::open(target);
        let staged = Staged { files: &files, left_out: &left_out };
        let found = gather_for(call, &target, &mut compiled, version_column, &staged, probe);
        cached_contract::put_back(compiled);
        found.unwrap_or(Found::Unsuited).name()
    })
}

/// What is to be read.
struct Staged<'a> {
    files: &'a AnyElement,
    left_out: &'a LeftOut,
}

/// `None` where the target's rows are the executor's to make; then nothing was read.
fn gather_for(
    call: Call<'_>,
    target: &Target,
    compiled: &mut Compiled,
    version_column: Option<&str>,
    staged: &Staged<'_>,
    probe: bool,
) -> Option<Found> {
    gathered::clear();
    let Compiled { contract, reader, .. } = compiled;
    let places = target.places(contract)?;
    let mut key = match target.primary_key() {
        Some(index) => Some(PrimaryKey::open(call, target, index, version_column)?),
        None => None,
    };
    let memory = GatheringMemory::new();
    let order = key.as_ref().map(|key| &key.order);
    let rows = TargetRows::new(call, contract, target, places, order, memory.memory());
    let (mut rows, rest) = read(call, contract, reader, rows, staged);
    let mut counts = BTreeMap::new();
    count(&rows, &mut counts, |file| &mut file.good);
    let mut found = Found::New;
    if let Some(key) = &mut key {
        key.order.settle(&mut rows);
        if probe && key_probe::any_present(target, &key.index, &key.order, &rows) {
            found = Found::Mixed;
        }
    }
    count(&rows, &mut counts, |file| &mut file.winners);
    gathered::keep(Gathered::new(memory, target, rows, counts, rest));
    Some(found)
}

/// Reads the files; gives the rows and what is left to the load statement, and sets the rest aside.
fn read(
    call: Call<'_>,
    contract: &Contract,
    reader: &mut FileReader,
    rows: TargetRows<'_>,
    staged: &Staged<'_>,
) -> (Vec<GatheredRow>, Vec<Rest>) {
    let mut backend = Backend::new(call, contract, rows);
    let mut run = Run::default();
    staged_files::each(call, staged.files, contract.own_loader, staged.left_out, |origin, file| {
        let before = (backend.sink.rows.len(), backend.sink.rest.len());
        backend.sink.begin_file(origin);
        let mut read =
            |walked: Option<&mut Walked>| reader.read(contract, file, walked, &mut backend, &mut run);
        let is_read = if contract.is_walked_for_others() && origin.only_record.is_none() {
            walked_files::with(origin.file_id, |walked| read(Some(walked)))
        } else {
            read(None)
        };
        if !is_read {
            backend.sink.rows.truncate(before.0);
            backend.sink.rest.truncate(before.1);
        }
    });
    let (rows, rest) = backend.finish().finish();
    aside::add(run);
    (rows, rest)
}

/// Counts rows by file.
fn count(
    rows: &[GatheredRow],
    counts: &mut BTreeMap<i32, FileCounts>,
    which: impl Fn(&mut FileCounts) -> &mut i64,
) {
    for row in rows {
        *which(counts.entry(row.file_no).or_default()) += 1;
    }
}

/// A target's primary key, open.
struct PrimaryKey<'a> {
    order: KeyOrder<'a>,
    index: OpenRelation,
}

impl<'a> PrimaryKey<'a> {
    /// `None` where there is no order to go by.
    fn open(
        call: Call<'a>,
        target: &'a Target,
        index: pg_sys::Oid,
        version_column: Option<&str>,
    ) -> Option<PrimaryKey<'a>> {
        let index = OpenRelation::index(index);
        let order = KeyOrder::new(call.memory(), target, &index, version_column)?;
        Some(PrimaryKey { order, index })
    }
}

/// Inserts what is kept into its target, where none of its keys is: one that is violates the index. False where only an INSERT can.
#[pg_extern(volatile, parallel_unsafe)]
fn insert_gathered() -> bool {
    let Some(mut gathered) = gathered::take() else {
        refuse(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            "nothing is gathered; expected gather() before",
        );
    };
    let inserted = multi_insert::insert(&gathered.open_target(), &gathered.rows);
    if inserted {
        // Inserting has used the tuples up.
        gathered.rows = Vec::new();
    }
    gathered::keep(gathered);
    inserted
}

/// One row for each file: rows that may be loaded, and those that no other row of the unit replaces.
#[pg_extern(volatile, parallel_unsafe)]
fn gathered_files() -> TableIterator<'static, (name!(file_no, i32), name!(good, i64), name!(winners, i64))> {
    let files = gathered::look(|gathered| gathered.files.clone());
    TableIterator::new(files.into_iter().map(|(file_no, counts)| (file_no, counts.good, counts.winners)))
}

/// Records that the load statement has to judge, since a constraint refused them.
#[pg_extern(volatile, parallel_unsafe)]
fn gathered_rest() -> TableIterator<
    'static,
    (name!(file_no, i32), name!(record_no, i32), name!(record, Vec<u8>), name!(place, Option<String>)),
> {
    let rest = gathered::look(|gathered| gathered.rest.clone());
    TableIterator::new(rest.into_iter().map(|one| (one.file_no, one.record_no, one.record, one.place)))
}
