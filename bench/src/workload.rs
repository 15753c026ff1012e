//! What is loaded: files, and the rows that must come of them.

mod draft;
mod families;
pub(crate) mod orders;
mod wide;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bytes::Bytes;

use crate::shape::Shape;

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// All keys are new.
    New,
    /// All keys exist, half of them changed.
    Update,
    /// All files are delivered a second time.
    Replay,
    /// One record of a hundred is bad.
    Dirty,
    /// Files of 1 KB.
    Small,
    /// Files of 5 MB.
    Large,
    /// 80 columns.
    Wide,
    /// 50 datasets in a batch.
    ManyDatasets,
    /// Records with others inside them, for a table of their own.
    Children,
    /// The same where the records are known, newer, and have others inside them than before.
    KnownChildren,
    /// Three tables of one file's records.
    FanOut,
    /// One record of ten deletes.
    Deletes,
}

impl Workload {
    /// What a full run measures.
    pub const ALL: [Self; 12] = [
        Self::New,
        Self::Update,
        Self::Replay,
        Self::Dirty,
        Self::Small,
        Self::Large,
        Self::Wide,
        Self::ManyDatasets,
        Self::Children,
        Self::KnownChildren,
        Self::FanOut,
        Self::Deletes,
    ];
    /// What a quick run measures.
    pub const QUICK: [Self; 4] = [Self::New, Self::Update, Self::Replay, Self::Dirty];

    /// Its name on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Update => "update",
            Self::Replay => "replay",
            Self::Dirty => "dirty",
            Self::Small => "small",
            Self::Large => "large",
            Self::Wide => "wide",
            Self::ManyDatasets => "many-datasets",
            Self::Children => "children",
            Self::KnownChildren => "known-children",
            Self::FanOut => "fan-out",
            Self::Deletes => "deletes",
        }
    }

    /// What it is, for reports.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::New => "all keys new",
            Self::Update => "all keys exist, half of the records changed and newer",
            Self::Replay => "all files delivered a second time",
            Self::Dirty => {
                "one record of a hundred is bad, in every file; `_clean`: the same files, all good, over the same floor"
            }
            Self::Small => "files of 1 KB, one record each",
            Self::Large => "files of 5 MB, 10 a batch",
            Self::Wide => "80 columns",
            Self::ManyDatasets => "files of 50 datasets in every batch",
            Self::Children => {
                "orders with three items each, which become rows of a second table with a foreign key"
            }
            Self::KnownChildren => "the same orders are all there already, and are newer with other items",
            Self::FanOut => {
                "three datasets share the files by filters; `_clean`: one dataset of the same files, over the same floor"
            }
            Self::Deletes => {
                "all keys exist, 40 % of the records changed and newer, 10 % delete; `_clean`: the workload `update`"
            }
        }
    }

    /// Makes its files.
    pub(crate) fn load(self, files: usize, quick: bool) -> Result<Load> {
        match self {
            Self::New => orders::all_new(files),
            Self::Update => orders::half_changed(files),
            Self::Replay => orders::delivered_twice(files),
            Self::Dirty => orders::dirty(dirty_files(files, quick)),
            Self::Small => orders::small(files),
            // As many bytes as three thousand usual files, where those are a thousand.
            Self::Large => orders::large((files * 3).div_ceil(100)),
            Self::Wide => wide::all_new(files.div_ceil(2)),
            Self::ManyDatasets => orders::many_datasets(files),
            Self::Children => families::with_items(some_files(files)),
            Self::KnownChildren => families::with_other_items(some_files(files)),
            Self::FanOut => families::in_three(some_files(files)),
            Self::Deletes => families::a_tenth_deletes(some_files(files)),
        }
    }

    /// What an engine loads in turn with its work where the goal is a ratio to that: of dirty files the same ones, all good; of
    /// several tables one; of deletes an update.
    pub(crate) fn control(self, files: usize, quick: bool) -> Result<Option<Load>> {
        match self {
            Self::Dirty => orders::all_new(dirty_files(files, quick)).map(Some),
            Self::FanOut => orders::all_new(some_files(files)).map(Some),
            Self::Deletes => orders::half_changed(some_files(files)).map(Some),
            _ => Ok(None),
        }
    }
}

/// The slowest work of all for whoever narrows a batch down to its bad records.
fn dirty_files(files: usize, quick: bool) -> usize {
    if quick { files.div_ceil(3) } else { files }
}

/// Enough for a ratio.
fn some_files(files: usize) -> usize {
    files.div_ceil(3)
}

/// Files of a batch, unless they are large.
pub(crate) const FILES_A_BATCH: usize = 100;

/// What is loaded in one go, batch by batch. The first batch only warms the connection up and is not measured.
#[derive(Debug)]
pub(crate) struct Load {
    /// The target tables; every file belongs to one of them.
    pub(crate) shapes: Vec<Shape>,
    /// Each a transaction.
    pub(crate) batches: Vec<Batch>,
    /// Whether everything is loaded once before it is measured.
    pub(crate) rehearsed: bool,
}

/// The files of one transaction.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The files.
    pub(crate) files: Vec<File>,
    /// For each target, as CSV, the rows that must come of these files: what the floor loads.
    pub(crate) rows: Vec<Bytes>,
    /// For each target the rows that lie there before; empty for none.
    pub(crate) before: Vec<Bytes>,
    /// Records that must be refused.
    pub(crate) rejects: u64,
}

/// One file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Which target it belongs to.
    pub(crate) target: usize,
    /// Its bytes.
    pub(crate) body: Bytes,
    /// Where it stands on disk, for contenders that read it from there.
    pub(crate) path: PathBuf,
}

impl Load {
    /// Writes the files into a folder.
    pub(crate) fn write_files(&mut self, folder: &Path) -> Result<()> {
        for (number, batch) in self.batches.iter_mut().enumerate() {
            for (index, file) in batch.files.iter_mut().enumerate() {
                file.path = folder.join(format!("{number:04}-{index:04}.json"));
                std::fs::write(&file.path, &file.body)
                    .with_context(|| format!("{} cannot be written", file.path.display()))?;
            }
        }
        Ok(())
    }

    /// The batches that a contender is measured on: the first ones after the unmeasured one, up to so many files.
    pub(crate) fn measured(&self, at_most: Option<usize>) -> &[Batch] {
        let measured = self.batches.get(1..).unwrap_or_default();
        let Some(most) = at_most else { return measured };
        let mut files = 0;
        let within = measured.iter().take_while(|batch| {
            files += batch.files.len();
            files <= most
        });
        &measured[..within.count().clamp(1.min(measured.len()), measured.len())]
    }
}
