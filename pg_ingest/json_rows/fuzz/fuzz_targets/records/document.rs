//! A document of valid JSON, made from the fuzzer's bytes, and paths into it.

use std::fmt::Write as _;

use arbitrary::Arbitrary;
use serde_json::{Value, json};

/// Few, so that paths meet members.
const NAMES: [&str; 6] = ["a", "b", "c", "", "a b", "\u{e9}"];

/// A step of a path.
#[derive(Arbitrary, Debug, Clone, Copy)]
pub(crate) enum Step {
    Member(u8),
    Position(u8),
}

/// A document in one of the forms of docs/semantics.md 1.4.
#[derive(Arbitrary, Debug)]
pub(crate) struct Document {
    form: u8,
    records: Vec<Members>,
}

#[derive(Arbitrary, Debug)]
struct Members(Vec<(Name, Json)>);

#[derive(Arbitrary, Debug)]
struct Name {
    choice: u8,
    /// Writes its first letter as an escape, which is the same name.
    escaped: bool,
}

#[derive(Arbitrary, Debug)]
enum Json {
    Null,
    Boolean(bool),
    Integer(i64),
    Number {
        negative: bool,
        whole: Vec<u8>,
        fraction: Vec<u8>,
        exponent: Option<i16>,
    },
    Text(String),
    /// Written as `\uXXXX` each: lone surrogates and zeros among them.
    Units(Vec<u16>),
    Array(Vec<Json>),
    Object(Members),
    /// Nested this many times in arrays.
    Deep(u16, Box<Json>),
}

/// Steps as the contract writes them.
pub(crate) fn steps(path: &[Step]) -> Value {
    path.iter()
        .map(|step| match step {
            Step::Member(choice) => json!(name(*choice)),
            Step::Position(position) => json!(position % 4),
        })
        .collect()
}

/// The value at the end of a path; `None` when it is absent.
pub(crate) fn follow<'v>(record: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(record, |value, step| match step {
        Step::Member(choice) => value.as_object()?.get(name(*choice)),
        Step::Position(position) => value.as_array()?.get(usize::from(position % 4)),
    })
}

fn name(choice: u8) -> &'static str {
    NAMES[usize::from(choice) % NAMES.len()]
}

impl Document {
    pub(crate) fn record_texts(&self) -> Vec<String> {
        self.records
            .iter()
            .map(|record| {
                let mut text = String::new();
                record.write(&mut text);
                text
            })
            .collect()
    }

    pub(crate) fn text(&self) -> String {
        let records = self.record_texts();
        match self.form % 4 {
            0 => records.concat(),
            1 => records.join("\n"),
            2 => format!("[{}]", records.join(",")),
            _ => format!("\u{feff} [ {} ]\r\n", records.join(" ,\t")),
        }
    }
}

impl Members {
    fn write(&self, text: &mut String) {
        text.push('{');
        for (place, (name, value)) in self.0.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            name.write(text);
            text.push(':');
            value.write(text);
        }
        text.push('}');
    }
}

impl Name {
    fn write(&self, text: &mut String) {
        let name = name(self.choice);
        match name.chars().next().filter(|_| self.escaped) {
            Some(first) => {
                let _ = write!(text, "\"\\u{:04x}{}\"", u32::from(first), &name[first.len_utf8()..]);
            }
            None => {
                let _ = write!(text, "\"{name}\"");
            }
        }
    }
}

impl Json {
    fn write(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Boolean(value) => {
                let _ = write!(text, "{value}");
            }
            Self::Integer(value) => {
                let _ = write!(text, "{value}");
            }
            Self::Number { negative, whole, fraction, exponent } => {
                text.push_str(if *negative { "-" } else { "" });
                let whole = digits(whole);
                let whole = whole.trim_start_matches('0');
                text.push_str(if whole.is_empty() { "0" } else { whole });
                if !fraction.is_empty() {
                    let _ = write!(text, ".{}", digits(fraction));
                }
                if let Some(exponent) = exponent {
                    let _ = write!(text, "e{exponent}");
                }
            }
            Self::Text(value) => text.push_str(&json!(value).to_string()),
            Self::Units(units) => {
                text.push('"');
                for unit in units {
                    let _ = write!(text, "\\u{unit:04x}");
                }
                text.push('"');
            }
            Self::Array(values) => {
                text.push('[');
                for (place, value) in values.iter().enumerate() {
                    text.push_str(if place > 0 { ", " } else { "" });
                    value.write(text);
                }
                text.push(']');
            }
            Self::Object(members) => members.write(text),
            Self::Deep(levels, value) => {
                let levels = usize::from(levels % 600);
                text.push_str(&"[".repeat(levels));
                value.write(text);
                text.push_str(&"]".repeat(levels));
            }
        }
    }
}

fn digits(values: &[u8]) -> String {
    values.iter().map(|value| char::from(b'0' + value % 10)).collect()
}
