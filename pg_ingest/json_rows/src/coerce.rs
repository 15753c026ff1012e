//! From a JSON value to a column's type: one file a family of types (docs/semantics.md 2.8 to 2.16).
//!
//! What the pure code cannot decide (uncommon types, uncommon spellings) is handed up as [`Coerced::Ask`]: the type's
//! input function has the last word.

mod array;
mod boolean;
mod datetime;
mod float;
mod integer;
mod json;
mod numeric;
mod text;
mod unfit;
mod uuid;

pub(crate) use json::json_image;
pub(crate) use text::append_text;
pub(crate) use unfit::has_zone_with_offset;

use crate::code::Code;
use crate::image::{Images, JsonbWriter, Offset};
use crate::scan::{Index, Kind, Tape};
use crate::text::{character_count, unescape};
use crate::type_description::{TypeDescription, TypeKind, Unfit};

/// Object identifiers of PostgreSQL's own types (`pg_type.dat`), fixed for all versions.
pub mod oid {
    #![expect(missing_docs, reason = "each is the type of its name")]
    pub const BOOL: u32 = 16;
    pub const NAME: u32 = 19;
    pub const INT8: u32 = 20;
    pub const INT2: u32 = 21;
    pub const INT4: u32 = 23;
    pub const TEXT: u32 = 25;
    pub const JSON: u32 = 114;
    pub const FLOAT4: u32 = 700;
    pub const FLOAT8: u32 = 701;
    pub const BPCHAR: u32 = 1042;
    pub const VARCHAR: u32 = 1043;
    pub const DATE: u32 = 1082;
    pub const TIMESTAMP: u32 = 1114;
    pub const TIMESTAMPTZ: u32 = 1184;
    pub const NUMERIC: u32 = 1700;
    pub const UUID: u32 = 2950;
    pub const JSONB: u32 = 3802;
}

/// A value of the body.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) body: &'a [u8],
    pub(crate) tape: &'a Tape,
    pub(crate) index: Index,
}

impl<'a> Value<'a> {
    pub(crate) fn kind(self) -> Kind {
        self.tape.node(self.index).kind()
    }

    pub(crate) fn raw(self) -> &'a [u8] {
        self.tape.node(self.index).raw(self.body)
    }

    /// Whether it is one of these strings.
    pub(crate) fn is_one_of(self, strings: &[String]) -> bool {
        if strings.is_empty() || !is_string(self) {
            return false;
        }
        let mut scratch = Vec::new();
        let text = self.string(&mut scratch);
        strings.iter().any(|string| string.as_bytes() == text)
    }

    /// A string's text, unescaped into `scratch` where it holds escapes.
    #[inline]
    fn string<'s>(self, scratch: &'s mut Vec<u8>) -> &'s [u8]
    where
        'a: 's,
    {
        let node = self.tape.node(self.index);
        if node.kind() == Kind::EscapedText {
            scratch.clear();
            unescape(node.content(self.body), scratch);
            scratch
        } else {
            node.content(self.body)
        }
    }
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Coerced {
    /// A value that a machine word holds.
    Word(u64),
    /// A value in the row's [`Images`].
    Image(Offset),
    /// A jsonb value in the row's [`Images`], whose text is wanted.
    JsonText(Offset),
    /// The type's input function has to be asked about the text in [`Workspace::asked`].
    Ask,
    /// Refused.
    Fault(Code),
}

/// Memory that coercion reuses from value to value.
#[derive(Default, Debug)]
pub(crate) struct Workspace {
    /// The text for the input function.
    pub(crate) asked: Vec<u8>,
    scratch: Vec<u8>,
    pub(crate) jsonb: JsonbWriter,
}

impl Workspace {
    fn ask(&mut self, text: &[u8]) -> Coerced {
        self.asked.clear();
        self.asked.extend_from_slice(text);
        Coerced::Ask
    }
}

/// How a type's values are made, compiled from its description.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Boolean,
    Integer(integer::Range),
    Numeric(Option<numeric::Limit>),
    Float4,
    Float8,
    Text(text::Form),
    Json,
    Jsonb,
    Datetime(datetime::Form),
    Uuid,
    Array(Box<Rule>),
    OtherNumber,
    /// With what its strings must not be, or hold.
    Other(Vec<Unfit>),
}

impl Rule {
    /// Compiles a description; says what does not fit together in it.
    pub(crate) fn new(description: &TypeDescription) -> Result<Rule, String> {
        let TypeDescription { kind, base_oid, typmod, max_length, element, unfit, .. } = description;
        let own = |oid: u32, rule: Rule| {
            if *base_oid == oid {
                Ok(rule)
            } else {
                Err(format!("kind {kind:?} has base_oid {base_oid}; expected {oid}"))
            }
        };
        match kind {
            TypeKind::Boolean => own(oid::BOOL, Rule::Boolean),
            TypeKind::Int2 => own(oid::INT2, Rule::Integer(integer::Range::of::<i16>())),
            TypeKind::Int4 => own(oid::INT4, Rule::Integer(integer::Range::of::<i32>())),
            TypeKind::Int8 => own(oid::INT8, Rule::Integer(integer::Range::of::<i64>())),
            TypeKind::Float4 => own(oid::FLOAT4, Rule::Float4),
            TypeKind::Float8 => own(oid::FLOAT8, Rule::Float8),
            TypeKind::Numeric => own(oid::NUMERIC, Rule::Numeric(numeric::Limit::of_typmod(*typmod))),
            TypeKind::Json => own(oid::JSON, Rule::Json),
            TypeKind::Jsonb => own(oid::JSONB, Rule::Jsonb),
            TypeKind::Text => Ok(Rule::Text(text::Form::new(*base_oid, *max_length))),
            TypeKind::Datetime => Ok(Rule::Datetime(datetime::Form::new(*base_oid, *typmod))),
            TypeKind::Array => {
                let element =
                    element.as_ref().ok_or("an array without element; expected its element type")?;
                if element.kind == TypeKind::Array {
                    return Err("an array of arrays; expected an element type that is no array".to_owned());
                }
                Ok(Rule::Array(Box::new(Rule::new(element)?)))
            }
            TypeKind::OtherNumber => Ok(Rule::OtherNumber),
            TypeKind::Other if *base_oid == oid::UUID => Ok(Rule::Uuid),
            TypeKind::Other => Ok(Rule::Other(unfit.clone())),
        }
    }

    /// What no string may be, or hold, that stands for a value of this type.
    fn unfit(&self) -> &[Unfit] {
        match self {
            Rule::Datetime(form) => form.unfit(),
            Rule::Numeric(_) | Rule::Float4 | Rule::Float8 => &[Unfit::Nan],
            Rule::Other(unfit) => unfit,
            _ => &[],
        }
    }

    /// Makes the type's value. Not for null, which is NULL for every type, nor for the elements of a JSON array.
    #[inline]
    pub(crate) fn coerce(&self, value: Value<'_>, workspace: &mut Workspace, images: &mut Images) -> Coerced {
        match self {
            Rule::Boolean => boolean::coerce(value, workspace),
            Rule::Integer(range) => integer::coerce(*range, value, workspace),
            Rule::Numeric(limit) => numeric::coerce(*limit, value, workspace, images),
            Rule::Float4 => float::coerce::<f32>(value, workspace),
            Rule::Float8 => float::coerce::<f64>(value, workspace),
            Rule::Text(form) => text::coerce(*form, value, workspace, images),
            Rule::Json => json::coerce_to_text(value, workspace, images),
            Rule::Jsonb => json::coerce(value, workspace, images),
            Rule::Datetime(form) => datetime::coerce(*form, value, workspace),
            Rule::Uuid => uuid::coerce(value, workspace, images),
            Rule::Array(element) => array::coerce(element, value, workspace),
            Rule::OtherNumber => numeric::coerce_other(value, workspace),
            Rule::Other(unfit)
                if is_string(value) && unfit::is_unfit_within(value.string(&mut Vec::new()), unfit) =>
            {
                Coerced::Fault(Code::TypeMismatch)
            }
            Rule::Other(_) => ask_about_string(value, workspace),
        }
    }
}

fn is_string(value: Value<'_>) -> bool {
    matches!(value.kind(), Kind::Text | Kind::EscapedText)
}

/// Only a string is taken, and only the input function knows it.
fn ask_about_string(value: Value<'_>, workspace: &mut Workspace) -> Coerced {
    match value.kind() {
        Kind::Text | Kind::EscapedText => {
            let mut scratch = std::mem::take(&mut workspace.scratch);
            let asked = workspace.ask(value.string(&mut scratch));
            workspace.scratch = scratch;
            asked
        }
        _ => Coerced::Fault(Code::TypeMismatch),
    }
}

/// Characters of the text of a value that was too long for `rule`: of a string, boolean or number as a text column would
/// take it. In PostgreSQL's own array text the first element counts that is too long.
pub(crate) fn text_length(rule: &Rule, value: Value<'_>) -> usize {
    let mut text = Vec::new();
    append_text(value, &mut text);
    match rule {
        Rule::Array(element) => {
            array::first_too_long(element, &text).unwrap_or_else(|| character_count(&text))
        }
        _ => character_count(&text),
    }
}

/// A signed integer as the machine word that holds it.
#[inline]
fn word(value: i64) -> Coerced {
    Coerced::Word(u64::from_ne_bytes(value.to_ne_bytes()))
}
