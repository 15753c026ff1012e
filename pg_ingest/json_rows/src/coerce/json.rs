//! `jsonb` and `json`. `json` holds jsonb's rendering, which PostgreSQL writes.

use super::{Coerced, Value, Workspace};
use crate::code::PROGRAM_LIMIT;
use crate::image::{Images, Offset};

#[inline]
pub(super) fn coerce(value: Value<'_>, workspace: &mut Workspace, images: &mut Images) -> Coerced {
    match workspace.jsonb.write(value.body, value.tape, value.index, images) {
        Some(offset) => Coerced::Image(offset),
        None => Coerced::Fault(PROGRAM_LIMIT),
    }
}

pub(super) fn coerce_to_text(value: Value<'_>, workspace: &mut Workspace, images: &mut Images) -> Coerced {
    match coerce(value, workspace, images) {
        Coerced::Image(offset) => Coerced::JsonText(offset),
        other => other,
    }
}

/// The record, or only its members of these names; `None` beyond jsonb's limits.
pub(crate) fn json_image(
    value: Value<'_>,
    only: Option<&[String]>,
    workspace: &mut Workspace,
    images: &mut Images,
) -> Option<Offset> {
    workspace.jsonb.write_only(value.body, value.tape, value.index, only, images)
}
