//! `text`, `varchar(n)`, `char(n)`, `name`, and other types of the string category.

use super::{Coerced, Value, Workspace, oid};
use crate::code::Code;
use crate::decimal::{Decimal, Small};
use crate::image::Images;
use crate::scan::Kind;
use crate::text::{character_count, unescape};

/// How a type of the string category holds its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `text` and `varchar`, with at most so many characters.
    Plain(Option<usize>),
    /// `char(n)`: filled with spaces up to its length.
    Padded(usize),
    /// `name`: a fixed length of 64 bytes, the last of which is zero.
    Name,
    /// A type of someone else's: its input function knows.
    Other,
}

const NAME_BYTES: usize = 64;

impl Form {
    pub(crate) fn new(base_oid: u32, max_length: Option<u32>) -> Form {
        let max_length = max_length.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        match (base_oid, max_length) {
            (oid::TEXT | oid::VARCHAR, limit) => Form::Plain(limit),
            (oid::BPCHAR, Some(length)) => Form::Padded(length),
            (oid::BPCHAR, None) => Form::Plain(None),
            (oid::NAME, _) => Form::Name,
            _ => Form::Other,
        }
    }

    /// Whether the type would have to cut `text`.
    pub(super) fn is_too_long(self, text: &[u8]) -> bool {
        match self {
            Form::Plain(Some(limit)) | Form::Padded(limit) => {
                text.len() > limit && character_count(text) > limit
            }
            Form::Name => text.len() >= NAME_BYTES,
            Form::Plain(None) | Form::Other => false,
        }
    }
}

#[inline]
pub(super) fn coerce(
    form: Form,
    value: Value<'_>,
    workspace: &mut Workspace,
    images: &mut Images,
) -> Coerced {
    if form == Form::Other {
        workspace.asked.clear();
        return if append_text(value, &mut workspace.asked) {
            Coerced::Ask
        } else {
            Coerced::Fault(Code::TypeMismatch)
        };
    }
    let fixed = form == Form::Name;
    let offset = if fixed { images.begin() } else { images.begin_variable() };
    let start = images.bytes().len();
    if !append_text(value, images.buffer()) {
        images.truncate(offset);
        return Coerced::Fault(Code::TypeMismatch);
    }
    if !fit(form, start, images.buffer()) {
        images.truncate(offset);
        return Coerced::Fault(Code::TooLong);
    }
    if !fixed && !images.end_variable(offset) {
        return Coerced::Fault(crate::code::PROGRAM_LIMIT);
    }
    Coerced::Image(offset)
}

/// Fills the text that begins at `start` up to what the form wants; false when it is too long.
#[inline]
fn fit(form: Form, start: usize, buffer: &mut Vec<u8>) -> bool {
    let text = buffer.get(start..).unwrap_or_default();
    let bytes = text.len();
    if form.is_too_long(text) {
        return false;
    }
    let missing = match form {
        Form::Padded(length) => length.saturating_sub(character_count(text)),
        Form::Name => NAME_BYTES - bytes,
        Form::Plain(_) | Form::Other => return true,
    };
    let filling = if form == Form::Name { 0 } else { b' ' };
    buffer.resize(start + bytes + missing, filling);
    true
}

/// Adds the text of a string, a boolean or a number (as numeric prints it); false for anything else.
#[inline]
pub(crate) fn append_text(value: Value<'_>, out: &mut Vec<u8>) -> bool {
    let node = value.tape.node(value.index);
    match node.kind() {
        Kind::Text => out.extend_from_slice(node.content(value.body)),
        Kind::EscapedText => unescape(node.content(value.body), out),
        Kind::Boolean => out.extend_from_slice(value.raw()),
        Kind::Number => {
            let raw = value.raw();
            if Small::parse(raw).is_some_and(|small| small.mantissa != 0) {
                out.extend_from_slice(raw);
            } else if let Some(decimal) = Decimal::parse(raw) {
                decimal.render(out);
            }
        }
        _ => return false,
    }
    true
}
