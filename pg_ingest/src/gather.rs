//! The way of rows that need no INSERT statement: `gather()` makes a unit's rows, `insert_gathered()` puts them into a
//! target that has none of their keys, `gathered_rows()` gives them to an upsert otherwise (docs/row-source.md).

mod changes;
mod family;
mod fates;
mod gathered;
mod gathered_rows;
mod key_order;
mod key_probe;
mod leaf_walk;
mod made;
mod multi_insert;
mod staged_files;
mod target;
mod target_rows;

use std::cell::Cell;
use std::collections::BTreeMap;

use json_rows::{FileReader, Run, Walked};
use pgrx::datum::AnyElement;
use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::cached_contract::{self, Compiled};
use crate::call::{self, Call};
use crate::database::Backend;
use crate::refusal::refuse;
use crate::relation::OpenRelation;
use crate::{aside, kept_memory, varlena, walked_files};
use family::ChildTable;
use fates::{Change, Fates};
use gathered::{FileCounts, Gathered, GatheredRow, GatheredTable, GatheringMemory, Rest};
use key_order::KeyOrder;
use made::Made;
use staged_files::RecordNumbers;
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
    /// Some key stands in the target, or some record deletes.
    Mixed,
    /// Many records that may have children, or these, are not plainly good, or two have one key.
    Odd,
}

impl Found {
    fn name(self) -> &'static str {
        match self {
            Found::Unsuited => "unsuited",
            Found::New => "new",
            Found::Mixed => "mixed",
            Found::Odd => "odd",
        }
    }
}

/// Reads staged files into rows of the target and keeps them, one a key. `probe`: their keys are looked for in the target.
/// `left_out`: records that a filter has left out, as `file_no << 32 | record_no`. `excluded`: those that are read, and of which no
/// row is kept.
#[pg_extern(
    volatile,
    parallel_unsafe,
    sql = "
CREATE FUNCTION @extschema@.gather(contract jsonb, target regclass, version_column text, files anyarray, probe boolean, left_out bigint[] DEFAULT '{}', excluded bigint[] DEFAULT '{}') RETURNS text
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
    excluded: Vec<i64>,
) -> &'static str {
    kept_memory::keep();
    let (left_out, excluded) = (RecordNumbers::new(left_out), RecordNumbers::new(excluded));
    call::serve(|call| {
        // SAFETY: the SQL declaration says that the first argument is jsonb.
        let mut compiled = unsafe { cached_contract::take(varlena::whole(call.memory(), contract.datum())) }
            .unwrap_or_else(|wrong| refuse(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, wrong));
        let target = Target::open(target);
        let staged = Staged { files: &files, left_out: &left_out, excluded: &excluded };
        let found = gather_for(call, &target, &mut compiled, version_column, &staged, probe);
        cached_contract::put_back(compiled);
        found.unwrap_or(Found::Unsuited).name()
    })
}

/// Of so many records with children one may be odd. Each is judged by itself, so that of more the other ways are quicker.
const FEW: usize = 20;

/// What is to be read.
struct Staged<'a> {
    files: &'a AnyElement,
    left_out: &'a RecordNumbers,
    excluded: &'a RecordNumbers,
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
    let contract = &*contract;
    let places = target.places(contract)?;
    let mut key = PrimaryKey::of(call, target, version_column)?;
    let targets: Vec<Target> =
        contract.family.iter().map(|child| Target::open(child.target.into())).collect();
    let mut children = contract
        .family
        .iter()
        .zip(&targets)
        .map(|(child, of_child)| ChildTable::open(call, target, of_child, &child.contract))
        .collect::<Option<Vec<_>>>()?;
    let memory = GatheringMemory::new();
    let order = key.as_ref().map(|key| &key.order);
    let bytes = Cell::new(0);
    let rows = TargetRows::new(call, contract, target, places, order, memory.memory(), &bytes);
    let inside = children.iter().map(|child| child.rows(call, memory.memory(), &bytes)).collect();
    let Read { mut rows, changes, rest, inside, is_good } =
        read(reader, Backend::new(call, contract, rows).with_children(inside), call, staged);
    if !is_good {
        return Some(Found::Odd);
    }
    let mut counts = BTreeMap::new();
    count(&rows, &mut counts, |file| &mut file.good);
    let mut found = Found::New;
    let read = rows.len();
    let mut fates = None;
    if let Some(key) = &mut key {
        match &contract.deletes {
            None => key.order.settle(&mut rows),
            Some(deletes) => {
                let marks = deletes.soft_delete_column.is_some();
                let each = changes::settle(&mut key.order, &mut rows, &changes, marks);
                let version_type = key.order.version_column().and_then(|column| target.type_of(column));
                fates = Some(Fates { each, version_type });
            }
        }
        if probe && key_probe::any_present(target, &key.index, &key.order, &rows) {
            found = Found::Mixed;
        }
        if fates.as_ref().is_some_and(Fates::has_deletes) {
            found = Found::Mixed;
        }
    }
    if !children.is_empty() && rows.len() < read {
        return Some(Found::Odd);
    }
    count(&rows, &mut counts, |file| &mut file.winners);
    let settled = children.iter_mut().zip(inside).map(|(child, rows)| child.settled(rows, &memory));
    let Some(settled) = settled.collect::<Option<Vec<_>>>() else { return Some(Found::Odd) };
    let own = GatheredTable::new(&memory, target, rows, counts).with_fates(fates);
    gathered::keep(Gathered::new(memory, own, settled, rest));
    Some(found)
}

/// What reading gave.
struct Read {
    rows: Vec<GatheredRow>,
    /// One for each row, where records may delete.
    changes: Vec<Change>,
    /// What is left to the load statement.
    rest: Vec<Rest>,
    /// The rows of each child.
    inside: Vec<Vec<GatheredRow>>,
    /// Whether all is plainly good, where records may have children.
    is_good: bool,
}

/// Reads the files, and sets aside what is no row.
fn read(
    reader: &mut FileReader,
    mut backend: Backend<'_, TargetRows<'_>>,
    call: Call<'_>,
    staged: &Staged<'_>,
) -> Read {
    let contract = backend.contract();
    let has_family = !contract.family.is_empty();
    let mut run = Run::default();
    staged_files::each(call, staged.files, contract.own_loader, staged.left_out, |origin, file| {
        let before = backend.sink.mark();
        backend.sinks().for_each(|sink| sink.begin_file(origin));
        backend.sink.exclude(staged.excluded.of(origin.file_no));
        let mut read =
            |walked: Option<&mut Walked>| reader.read(contract, file, walked, &mut backend, &mut run);
        let is_read = if contract.is_walked_for_others() && origin.only_record.is_none() {
            walked_files::with(origin.file_id, |walked| read(Some(walked)))
        } else {
            read(None)
        };
        if !is_read {
            // Rows of children stay: a family whose file fails is odd.
            backend.sink.forget_since(before);
        }
    });
    let (own, children) = backend.finish();
    let Made { rows, changes, mut rest } = own.finish();
    let odd = std::mem::take(&mut run.odd);
    let mut is_good = !has_family
        || rest.is_empty()
            && odd.len() * FEW <= rows.len()
            && run.rejects.is_empty()
            && run.files.iter().all(|file| file.failure.is_none());
    rest.extend(odd.into_iter().map(|odd| Rest {
        file_no: odd.file_no,
        record_no: odd.record_no,
        record: odd.record,
        place: odd.place,
    }));
    let inside = children.into_iter().map(|child| {
        let made = child.finish();
        is_good &= made.rest.is_empty();
        made.rows
    });
    let inside = inside.collect();
    aside::add(run);
    Read { rows, changes, rest, inside, is_good }
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
    /// That of the target, where it has one. `None` where one has no order to go by.
    fn of(
        call: Call<'a>,
        target: &'a Target,
        version_column: Option<&str>,
    ) -> Option<Option<PrimaryKey<'a>>> {
        let Some(index) = target.primary_key() else { return Some(None) };
        let index = OpenRelation::index(index);
        let order = KeyOrder::new(call.memory(), target, &index, version_column)?;
        Some(Some(PrimaryKey { order, index }))
    }
}

/// Inserts what is kept into its target, where none of its keys is: one that is violates the index. The rows of its children
/// follow, table by table. False where only an INSERT can. `only_children`: the target's own rows were written by a statement.
#[pg_extern(volatile, parallel_unsafe)]
fn insert_gathered(only_children: default!(bool, false)) -> bool {
    let Some(mut gathered) = gathered::take() else {
        refuse(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            "nothing is gathered; expected gather() before",
        );
    };
    let own = (!only_children).then_some(&mut gathered.own);
    let inserted = own.into_iter().chain(&mut gathered.children).all(|table| {
        let inserted = multi_insert::insert(&table.open_target(), &table.rows);
        if inserted {
            // Inserting has used the tuples up.
            table.rows = Vec::new();
        }
        inserted
    });
    gathered::keep(gathered);
    inserted
}

/// One row for each file: rows that may be loaded, and those that no other row of the unit replaces.
#[pg_extern(volatile, parallel_unsafe)]
fn gathered_files() -> TableIterator<'static, (name!(file_no, i32), name!(good, i64), name!(winners, i64))> {
    let files = gathered::look(|gathered| gathered.own.files.clone());
    TableIterator::new(files.into_iter().map(|(file_no, counts)| (file_no, counts.good, counts.winners)))
}

/// Records that the load statement has to judge, since a constraint refused them; of those with children all that are odd.
#[pg_extern(volatile, parallel_unsafe)]
fn gathered_rest() -> TableIterator<
    'static,
    (name!(file_no, i32), name!(record_no, i32), name!(record, Vec<u8>), name!(place, Option<String>)),
> {
    let rest = gathered::look(|gathered| gathered.rest.clone());
    TableIterator::new(rest.into_iter().map(|one| (one.file_no, one.record_no, one.record, one.place)))
}

/// One row for each file and child of the contract's family, counted from 1: rows that stand inside the file's records.
#[pg_extern(volatile, parallel_unsafe)]
fn gathered_children() -> TableIterator<'static, (name!(child, i32), name!(file_no, i32), name!(good, i64))> {
    let children: Vec<_> = gathered::look(|gathered| {
        (1..)
            .zip(&gathered.children)
            .flat_map(|(child, table)| {
                table.files.iter().map(move |(file_no, counts)| (child, *file_no, counts.good))
            })
            .collect()
    });
    TableIterator::new(children)
}
