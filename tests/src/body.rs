//! A staged file's bytes: text, hexadecimal digits, or parts that repeat (how a small case says 100,000 brackets).

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// One stretch of a body.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// Bytes as pairs of hexadecimal digits; blanks between them are nothing.
    Hex {
        /// The digits.
        hex: String,
    },
    /// A text many times over; `{n}` in it is the repetition's number, from 1.
    Repeat {
        /// The text.
        repeat: String,
        /// How often.
        times: usize,
    },
}

/// A whole body: one part, or several joined.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Body {
    /// The body in one part.
    One(Part),
    /// Parts, one after another.
    Joined(Vec<Part>),
}

impl Body {
    /// The bytes; an error says which hexadecimal digits are none.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        match self {
            Self::One(part) => part.bytes(),
            Self::Joined(parts) => {
                let joined: Result<Vec<Vec<u8>>> = parts.iter().map(Part::bytes).collect();
                Ok(joined?.concat())
            }
        }
    }
}

impl Part {
    fn bytes(&self) -> Result<Vec<u8>> {
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::Hex { hex } => from_hex(hex),
            Self::Repeat { repeat, times } if repeat.contains("{n}") => {
                Ok((1..=*times).flat_map(|n| repeat.replace("{n}", &n.to_string()).into_bytes()).collect())
            }
            Self::Repeat { repeat, times } => Ok(repeat.repeat(*times).into_bytes()),
        }
    }
}

fn from_hex(digits: &str) -> Result<Vec<u8>> {
    let compact: Vec<char> = digits.chars().filter(|c| !c.is_whitespace()).collect();
    if !compact.len().is_multiple_of(2) {
        bail!("{} hexadecimal digits in {digits:?}; expected pairs", compact.len());
    }
    compact
        .chunks(2)
        .map(|pair| {
            let pair: String = pair.iter().collect();
            u8::from_str_radix(&pair, 16)
                .with_context(|| format!("{pair:?} in {digits:?} is no hexadecimal pair"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(yaml: &str) -> Vec<u8> {
        serde_yaml_ng::from_str::<Body>(yaml).unwrap().bytes().unwrap()
    }

    #[test]
    fn a_body_is_text_or_hex_or_parts() {
        assert_eq!(bytes("'{}'"), b"{}");
        assert_eq!(bytes("{hex: 'efbbbf 7b7d'}"), b"\xef\xbb\xbf{}");
        assert_eq!(
            bytes("['<', {repeat: 'ab', times: 2}, {repeat: '{n},', times: 3}, '>']"),
            b"<abab1,2,3,>"
        );
    }

    #[test]
    fn digits_that_are_none_are_named() {
        let body: Body = serde_yaml_ng::from_str("{hex: 'zz'}").unwrap();
        assert!(body.bytes().unwrap_err().to_string().contains("zz"));
    }
}
