//! The faults of a record that is being read.

use std::rc::Rc;

use super::Record;
use super::locate::Locator;
use crate::code::Code;
use crate::contract::{Column, Contract};
use crate::fault;
use crate::run::Reject;
use crate::staged::File;

/// Where one record's faults go.
pub(super) struct Faults<'a> {
    pub(super) record: Record<'a>,
    /// The record's bytes, copied once when the first fault is found.
    pub(super) shared: Option<Rc<[u8]>>,
    pub(super) rejects: &'a mut Vec<Reject>,
}

impl Faults<'_> {
    /// Whether members of several names stand for a column: then it is at fault.
    pub(super) fn ambiguous(
        &mut self,
        contract: &Contract,
        position: usize,
        column: &Column,
        locator: &mut Locator,
    ) -> bool {
        let place = contract.paths.columns.get(position).copied();
        let Record { file: File { body, .. }, tape, root, .. } = self.record;
        let Some(names) = locator.ambiguous(&contract.paths, place, body, tape, root) else { return false };
        self.add(Some(column), Code::AmbiguousMember, fault::of_ambiguous(column, &names));
        true
    }

    pub(super) fn add(&mut self, column: Option<&Column>, code: Code, message: String) {
        let Record { file: File { file_no, body, .. }, record_no, tape, root, .. } = self.record;
        let record = self.shared.get_or_insert_with(|| tape.node(root).raw(body).into());
        self.rejects.push(Reject {
            file_no,
            record_no,
            record: Rc::clone(record),
            column: column.map(|column| column.name.clone()),
            code,
            message,
        });
    }
}
