//! A batch in the making.

use std::ops::Range;
use std::path::PathBuf;

use anyhow::Result;
use bytes::Bytes;
use local_stack::samples::array;

use super::{Batch, File};
use crate::shape::Shape;

/// Files and rows so far.
pub(super) struct Draft {
    files: Vec<File>,
    rows: Vec<String>,
    before: Vec<String>,
    rejects: u64,
}

impl Draft {
    /// For so many targets.
    pub(super) fn new(targets: usize) -> Self {
        Self {
            files: Vec::new(),
            rows: vec![String::new(); targets],
            before: vec![String::new(); targets],
            rejects: 0,
        }
    }

    /// Another file of these records.
    pub(super) fn file(&mut self, target: usize, records: &[String]) {
        self.files.push(File { target, body: Bytes::from(array(records)), path: PathBuf::new() });
    }

    /// Rows that must come of the files.
    pub(super) fn rows(&mut self, target: usize, shape: &Shape, records: &[String]) -> Result<()> {
        records.iter().try_for_each(|record| shape.csv_line(record, &mut self.rows[target]))
    }

    /// Rows that lie in the target before.
    pub(super) fn rows_before(&mut self, target: usize, shape: &Shape, records: &[String]) -> Result<()> {
        records.iter().try_for_each(|record| shape.csv_line(record, &mut self.before[target]))
    }

    /// One more record that must be refused.
    pub(super) fn reject(&mut self) {
        self.rejects += 1;
    }

    fn done(self) -> Batch {
        let bytes = |texts: Vec<String>| texts.into_iter().map(Bytes::from).collect();
        Batch { files: self.files, rows: bytes(self.rows), before: bytes(self.before), rejects: self.rejects }
    }
}

/// An unmeasured batch and then batches of at most `size` files, `files` together. `fill` adds the files of these numbers.
pub(super) fn batches(
    files: usize,
    size: usize,
    targets: usize,
    fill: impl Fn(&mut Draft, Range<u64>) -> Result<()>,
) -> Result<Vec<Batch>> {
    let size = size.min(files);
    let sizes =
        std::iter::once(size).chain((0..files).step_by(size.max(1)).map(|done| size.min(files - done)));
    let mut batches = Vec::new();
    let mut next = 0;
    for size in sizes {
        let mut draft = Draft::new(targets);
        let end = next + size as u64;
        fill(&mut draft, next..end)?;
        batches.push(draft.done());
        next = end;
    }
    Ok(batches)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(files: usize, size: usize) -> Vec<usize> {
        let fill = |draft: &mut Draft, numbers: Range<u64>| {
            numbers.for_each(|_| draft.file(0, &[]));
            Ok(())
        };
        batches(files, size, 1, fill).unwrap().iter().map(|batch| batch.files.len()).collect()
    }

    #[test]
    fn the_first_batch_comes_on_top_of_what_is_measured() {
        assert_eq!(sizes(150, 100), [100, 100, 50]);
        assert_eq!(sizes(2, 100), [2, 2]);
        assert_eq!(sizes(200, 100), [100, 100, 100]);
    }
}
