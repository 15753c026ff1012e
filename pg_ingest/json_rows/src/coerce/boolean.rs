//! `boolean`.

use super::{Coerced, Value, Workspace, ask_about_string};
use crate::scan::Kind;

pub(super) fn coerce(value: Value<'_>, workspace: &mut Workspace) -> Coerced {
    match value.kind() {
        Kind::Boolean => Coerced::Word(u64::from(value.raw() == b"true")),
        _ => ask_about_string(value, workspace),
    }
}
