//! Conversions: what is made of a JSON value before it is coerced, another JSON value (docs/semantics.md, section 2).

mod bytes;
mod container;
mod decimal_comma;
mod entry;
mod epoch;

use crate::code::Code;
use crate::coerce::Value;
use crate::decimal::Decimal;
use crate::row::Database;
use crate::scan::{Kind, Tape, ValueScan, skip_white_space};
use crate::text::{quote, unescape};
use container::Container;
pub(crate) use epoch::Unit;

/// What is made of a column's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// A count since 1970.
    Epoch(Unit),
    /// A text that `to_timestamp` reads by this pattern.
    Pattern(String),
    /// Base64.
    Base64,
    /// Base64 of JSON.
    Base64Json,
    /// The value of this key, of keys with values.
    Entry(String),
    /// Hexadecimal digits.
    Hex,
    /// A number with a decimal comma.
    DecimalComma,
    /// Elements with this text between them.
    List(String),
    /// A string that holds JSON, which may be an object or array for such a type.
    JsonText(Option<Container>),
    /// An object or array for a type that reads another notation. All else stays.
    Container(Container),
}

impl Conversion {
    /// Reads the conversion's name, and what stands behind its colon.
    pub(crate) fn parse(text: &str) -> Result<Conversion, String> {
        let (name, argument) = text.split_once(':').unwrap_or((text, ""));
        Ok(match name {
            "epoch_s" => Conversion::Epoch(Unit::Seconds),
            "epoch_ms" => Conversion::Epoch(Unit::Milliseconds),
            "epoch_us" => Conversion::Epoch(Unit::Microseconds),
            "epoch_ns" => Conversion::Epoch(Unit::Nanoseconds),
            "epoch_days" => Conversion::Epoch(Unit::Days),
            "timestamp" => Conversion::Pattern(argument.to_owned()),
            "base64" => Conversion::Base64,
            "base64_json" => Conversion::Base64Json,
            "entry" => Conversion::Entry(argument.to_owned()),
            "hex" => Conversion::Hex,
            "decimal_comma" => Conversion::DecimalComma,
            "list" => Conversion::List(argument.to_owned()),
            "json_text" => Conversion::JsonText(Container::parse(argument)),
            _ => match Container::parse(text) {
                Some(container) => Conversion::Container(container),
                None => return Err(format!("there is no conversion {text}")),
            },
        })
    }
}

/// The value that a conversion makes: JSON text and its tape. Keeps its memory from one value to the next.
#[derive(Default, Debug)]
pub(crate) struct Converted {
    text: Vec<u8>,
    tape: Tape,
    scan: ValueScan,
    scratch: Vec<u8>,
}

impl Converted {
    /// The value that was made last.
    pub(crate) fn value(&self) -> Value<'_> {
        Value { body: &self.text, tape: &self.tape, index: 0 }
    }

    /// Makes null.
    pub(crate) fn make_null(&mut self) {
        self.text.clear();
        self.tape.clear();
        self.tape.push(Kind::Null, 0, 0);
    }

    /// Makes a value that is not null into another one.
    ///
    /// # Errors
    /// The value is not what the conversion expects.
    pub(crate) fn make(
        &mut self,
        conversion: &Conversion,
        value: Value<'_>,
        database: &mut impl Database,
    ) -> Result<(), Code> {
        self.text.clear();
        self.write(conversion, value, database).ok_or(Code::TypeMismatch)?;
        self.read()?;
        if let Conversion::JsonText(Some(container)) = conversion
            && matches!(self.value().kind(), Kind::Array | Kind::Object)
        {
            let mut text = Vec::new();
            container.write(self.value(), database, &mut text).ok_or(Code::TypeMismatch)?;
            self.text = text;
            self.read()?;
        }
        Ok(())
    }

    /// Lays the text that was written on the tape.
    fn read(&mut self) -> Result<(), Code> {
        let start = skip_white_space(&self.text, 0);
        let findings =
            self.scan.value(&self.text, start, usize::MAX, &mut self.tape).map_err(|_| Code::TypeMismatch)?;
        let whole = skip_white_space(&self.text, findings.end) == self.text.len();
        let storable = !(findings.too_deep || findings.unstorable_text || findings.unstorable_number);
        if whole && storable { Ok(()) } else { Err(Code::TypeMismatch) }
    }

    fn write(
        &mut self,
        conversion: &Conversion,
        value: Value<'_>,
        database: &mut impl Database,
    ) -> Option<()> {
        let out = &mut self.text;
        match (conversion, value.kind()) {
            (Conversion::Epoch(unit), Kind::Number) => unit.write(value.raw(), out),
            (Conversion::Container(container), Kind::Array | Kind::Object) => {
                container.write(value, database, out)
            }
            (Conversion::Entry(key), Kind::Array | Kind::Object) => entry::write(value, key, out),
            (Conversion::Entry(_), _) => None,
            (Conversion::DecimalComma, Kind::Number)
            | (Conversion::List(_), Kind::Array)
            | (Conversion::Container(_), _) => {
                out.extend_from_slice(value.raw());
                Some(())
            }
            (Conversion::Pattern(pattern), Kind::Number) => {
                self.scratch.clear();
                Decimal::parse(value.raw())?.render(&mut self.scratch);
                let digits = Some(self.scratch.as_slice()).filter(|text| epoch::is_digits(text))?;
                epoch::write_time(database.time(digits, pattern).ok()?, out);
                Some(())
            }
            (_, Kind::Text | Kind::EscapedText) => {
                self.scratch.clear();
                unescape(value.tape.node(value.index).content(value.body), &mut self.scratch);
                let text = self.scratch.as_slice();
                match conversion {
                    Conversion::Epoch(unit) => epoch::is_count(text).then(|| unit.write(text, out))?,
                    Conversion::Pattern(pattern) => {
                        epoch::write_time(database.time(text, pattern).ok()?, out);
                        Some(())
                    }
                    Conversion::Base64 => bytes::write_base64(text, out),
                    Conversion::Base64Json => {
                        out.extend_from_slice(std::str::from_utf8(&bytes::of_base64(text)?).ok()?.as_bytes());
                        Some(())
                    }
                    Conversion::Hex => bytes::write_hex(text, out),
                    Conversion::DecimalComma => decimal_comma::write(text, out),
                    Conversion::List(separator) => write_list(text, separator, out),
                    // Texts for containers have stayed as they are, above, and one is no entry.
                    Conversion::JsonText(_) | Conversion::Container(_) | Conversion::Entry(_) => {
                        out.extend_from_slice(text);
                        Some(())
                    }
                }
            }
            _ => None,
        }
    }
}

/// Writes an array of the parts between separators, without the spaces around them.
fn write_list(text: &[u8], separator: &str, out: &mut Vec<u8>) -> Option<()> {
    let text = std::str::from_utf8(text).ok()?;
    let mut array = String::from("[");
    if !text.trim_matches(' ').is_empty() {
        for part in text.split(separator) {
            if array.len() > 1 {
                array.push(',');
            }
            quote(part.trim_matches(' '), &mut array);
        }
    }
    array.push(']');
    out.extend_from_slice(array.as_bytes());
    Some(())
}
