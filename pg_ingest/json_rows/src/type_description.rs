//! What a contract says of a type (docs/row-source.md).

use serde::Deserialize;

/// The family of a base type, which decides what JSON values it takes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is the type of its name; the families are described in docs/row-source.md"
)]
pub enum TypeKind {
    Boolean,
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    Numeric,
    Text,
    Json,
    Jsonb,
    Datetime,
    Array,
    OtherNumber,
    Other,
}

/// What a string that stands for a value of the type must not be, or hold.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Unfit {
    /// A word for a time that is not fixed, such as now.
    Words,
    /// A number of nine digits or more, where a date is meant.
    Digits,
    /// An offset behind GMT or UTC, which is counted to the west.
    Zones,
    /// A word for what is no number, such as NaN.
    Nan,
    /// Bytes without a backslash, which each of PostgreSQL's two notations has.
    Bytes,
}

/// A column's type, or an array's element type.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct TypeDescription {
    /// The declared type, as messages call it.
    #[serde(rename = "type")]
    pub name: String,
    /// The base type's family.
    pub kind: TypeKind,
    /// The base type's object identifier.
    pub base_oid: u32,
    /// The base type's modifier; -1 for none.
    pub typmod: i32,
    /// Characters for `varchar(n)` and `char(n)`, bytes for `name`.
    pub max_length: Option<u32>,
    /// What its strings must not be, or hold; of PostgreSQL's dates, numbers and arrays of them it is known without.
    #[serde(default)]
    pub unfit: Vec<Unfit>,
    /// The element type of an array.
    pub element: Option<Box<TypeDescription>>,
}
