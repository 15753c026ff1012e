//! Keys that the ledger knows and the bucket no longer holds.
//!
//! The listing's keys are remembered as numbers. So that memory stays the same however many there are, those of one part
//! alone are remembered where they are too many, and the listing is gone through once for each part.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use anyhow::Result;

use crate::comparison::{Entry, Ledger};
use crate::listed::Listed;
use crate::location::Selection;
use crate::progress::Progress;
use crate::source::Source;

/// Keys remembered at most: 16 MB.
const KEYS_HELD: usize = 2_000_000;

/// The keys of a listing, or of one part of it.
pub(crate) struct Seen {
    hasher: RandomState,
    numbers: Vec<u64>,
    parts: u64,
    part: u64,
    most: usize,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self::holding(KEYS_HELD)
    }

    fn holding(most: usize) -> Self {
        Self { hasher: RandomState::new(), numbers: Vec::with_capacity(most), parts: 1, part: 0, most }
    }

    /// Remembers a page's keys, if need be those of a smaller part.
    pub(crate) fn add(&mut self, page: &[Listed]) {
        for object in page {
            let number = self.hasher.hash_one(object.key.as_str());
            if !self.is_of_part(number) {
                continue;
            }
            // Parts of one size hold about the same number: only the first part finds out how many there are.
            if self.numbers.len() >= self.most && self.part == 0 {
                self.parts *= 2;
                let parts = self.parts;
                self.numbers.retain(|number| number % parts == 0);
                if !self.is_of_part(number) {
                    continue;
                }
            }
            self.numbers.push(number);
        }
    }

    fn is_of_part(&self, number: u64) -> bool {
        number % self.parts == self.part
    }

    /// All of the part was added.
    fn close(&mut self) {
        self.numbers.sort_unstable();
    }

    /// Whether it is of this part, and was not added.
    fn lacks(&self, key: &str) -> bool {
        let number = self.hasher.hash_one(key);
        self.is_of_part(number) && self.numbers.binary_search(&number).is_err()
    }

    /// The next part; false behind the last.
    fn next_part(&mut self) -> bool {
        self.part += 1;
        self.numbers.clear();
        self.part < self.parts
    }
}

/// Goes through the ledger, and the source once more for each further part. What the ledger received after the source
/// was begun, or after the inventory was made, may have come meanwhile and is not judged.
///
/// # Errors
/// Source or ledger cannot be read on; or what `tell` says.
pub(crate) async fn tell_gone(
    mut seen: Seen,
    source: &mut Source,
    ledger: &mut Ledger<'_>,
    selection: &Selection,
    progress: &mut Progress,
    mut tell: impl AsyncFnMut(&[&Entry]) -> Result<()>,
) -> Result<u64> {
    let until = source.as_of().or(ledger.opened);
    let mut gone = 0;
    loop {
        seen.close();
        let mut behind = 0;
        loop {
            let entries = ledger.keys(&selection.location, behind).await?;
            let Some(last) = entries.last() else { break };
            behind = last.place;
            progress.compare(entries.len());
            let judged = entries.iter().filter(|entry| {
                entry.received < until
                    && selection.takes_key(&entry.key, entry.modified)
                    && seen.lacks(&entry.key)
            });
            let judged: Vec<&Entry> = judged.collect();
            gone += judged.len() as u64;
            tell(&judged).await?;
        }
        if !seen.next_part() {
            return Ok(gone);
        }
        source.again();
        while let Some(page) = source.page().await? {
            progress.compare(page.len());
            seen.add(&page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(keys: std::ops::Range<u32>) -> Vec<Listed> {
        let object = |key: u32| Listed {
            key: key.to_string(),
            etag: None,
            size: 0,
            modified: None,
            modified_text: String::new(),
            archived: None,
        };
        keys.map(object).collect()
    }

    #[test]
    fn every_key_is_judged_in_one_part_and_no_more_than_so_many_are_held() {
        let mut seen = Seen::holding(100);
        let mut lacking = Vec::new();
        let mut parts = 0;
        loop {
            seen.add(&page(0..500));
            seen.add(&page(501..1_000));
            assert!(seen.part > 0 || seen.numbers.len() <= 100, "{}", seen.numbers.len());
            seen.close();
            lacking.extend((0..1_001).filter(|key| seen.lacks(&key.to_string())));
            parts += 1;
            if !seen.next_part() {
                break;
            }
        }
        assert!(parts >= 8, "{parts}");
        lacking.sort_unstable();
        assert_eq!(lacking, [500, 1_000]);
    }
}
