//! The tables of a contract's children, whose rows are made while the records around them are read.

use std::cell::Cell;
use std::collections::BTreeMap;

use json_rows::Contract;

use crate::call::Call;
use crate::gather::gathered::{GatheredRow, GatheredTable, GatheringMemory};
use crate::gather::target::{FromAround, Places, Target};
use crate::gather::target_rows::TargetRows;
use crate::gather::{PrimaryKey, count};
use crate::memory::Memory;

/// The target of one child, open.
pub(super) struct ChildTable<'a> {
    target: &'a Target,
    contract: &'a Contract,
    places: Places,
    from_around: Vec<FromAround>,
    key: Option<PrimaryKey<'a>>,
}

impl<'a> ChildTable<'a> {
    /// `target` is what rows of a child of `parent` go to. `None` where they cannot be made without the executor, or not from what
    /// the record around them has.
    pub(super) fn open(
        call: Call<'a>,
        parent: &Target,
        target: &'a Target,
        contract: &'a Contract,
    ) -> Option<ChildTable<'a>> {
        if !contract.is_read_inside() {
            return None;
        }
        let places = target.places(contract)?;
        let from_around = parent.gives(target, contract, &places)?;
        let key = PrimaryKey::of(call, target, None)?;
        Some(ChildTable { target, contract, places, from_around, key })
    }

    /// Where its rows are made.
    pub(super) fn rows<'k>(
        &'k self,
        call: Call<'k>,
        kept: Memory<'k>,
        bytes: &'k Cell<usize>,
    ) -> TargetRows<'k> {
        let order = self.key.as_ref().map(|key| &key.order);
        TargetRows::new(call, self.contract, self.target, self.places.clone(), order, kept, bytes)
            .inside(self.from_around.clone())
    }

    /// The rows in the key's order; `None` where two have one key.
    pub(super) fn settled(
        &mut self,
        mut rows: Vec<GatheredRow>,
        memory: &GatheringMemory,
    ) -> Option<GatheredTable> {
        let read = rows.len();
        if let Some(key) = &mut self.key {
            key.order.settle(&mut rows);
        }
        let mut counts = BTreeMap::new();
        count(&rows, &mut counts, |file| &mut file.good);
        (rows.len() == read).then(|| GatheredTable::new(memory, self.target, rows, counts))
    }
}
