//! The tokens of RFC 8259: strings, numbers and literals, validated as they are read.

use crate::decimal;

/// Bytes that end a run of other bytes (docs/semantics.md 1.5).
const DELIMITER: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b" \t\n\r\"{}[]:,";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// What reading a string told besides its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StringToken {
    /// Offset after the closing quote.
    pub(crate) end: usize,
    pub(crate) escaped: bool,
    /// It holds `\u0000` or a lone surrogate.
    pub(crate) unstorable: bool,
}

/// What reading a number told besides its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberToken {
    pub(crate) end: usize,
    /// PostgreSQL's `numeric` cannot hold it.
    pub(crate) beyond_numeric: bool,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Marks (with its high bit) each byte of `chunk` that needs a look inside a string: quote, backslash, control
/// character. The lowest mark is exact; those above it may be false.
#[inline]
fn special_bytes(chunk: u64) -> u64 {
    let quote = chunk ^ (ONES * b'"' as u64);
    let backslash = chunk ^ (ONES * b'\\' as u64);
    let below_space = chunk.wrapping_sub(ONES * 0x20) & !chunk;
    ((quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash) | below_space) & HIGHS
}

/// Offset of the first quote, backslash or control character at or after `at`.
#[inline]
fn next_special(body: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = body.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let marks = special_bytes(u64::from_le_bytes(*chunk));
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = body.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// Reads the string whose opening quote stands at `at`; `None` when it is malformed or has no end.
#[inline]
pub(crate) fn string(body: &[u8], at: usize) -> Option<StringToken> {
    let end = next_special(body, at + 1);
    match body.get(end) {
        Some(b'"') => Some(StringToken { end: end + 1, escaped: false, unstorable: false }),
        Some(b'\\') => escaped_string(body, end),
        _ => None,
    }
}

/// Reads on from the string's first backslash, at `at`.
fn escaped_string(body: &[u8], mut at: usize) -> Option<StringToken> {
    let mut unstorable = false;
    loop {
        match body.get(at)? {
            b'"' => return Some(StringToken { end: at + 1, escaped: true, unstorable }),
            b'\\' => {}
            _ => return None,
        }
        match body.get(at + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
            b'u' => {
                let unit = hex4(body.get(at + 2..at + 6)?)?;
                at += 6;
                match unit {
                    0 | 0xDC00..=0xDFFF => unstorable = true,
                    0xD800..=0xDBFF => match low_surrogate(body.get(at..)) {
                        Some(_) => at += 6,
                        None => unstorable = true,
                    },
                    _ => {}
                }
            }
            _ => return None,
        }
        at = next_special(body, at);
    }
}

/// The low surrogate that `\uDC00` … `\uDFFF` at the beginning of `rest` names.
pub(crate) fn low_surrogate(rest: Option<&[u8]>) -> Option<u32> {
    let escape = rest?.get(..6)?;
    let digits = escape.strip_prefix(b"\\u")?;
    hex4(digits).filter(|unit| (0xDC00..=0xDFFF).contains(unit))
}

/// Four hexadecimal digits as a number.
pub(crate) fn hex4(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

#[inline]
fn digits(body: &[u8], mut at: usize) -> usize {
    while body.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// Whether a run of other bytes ends at `at`.
#[inline]
fn ends(body: &[u8], at: usize) -> bool {
    body.get(at).is_none_or(|byte| DELIMITER[*byte as usize])
}

/// Reads the number at `at`; `None` when the run of bytes there is none.
#[inline]
pub(crate) fn number(body: &[u8], at: usize) -> Option<NumberToken> {
    let first = at + usize::from(body.get(at) == Some(&b'-'));
    let mut end = match body.get(first)? {
        b'0' => first + 1,
        b'1'..=b'9' => digits(body, first + 1),
        _ => return None,
    };
    if body.get(end) == Some(&b'.') {
        let fraction = digits(body, end + 1);
        if fraction == end + 1 {
            return None;
        }
        end = fraction;
    }
    let mut unusual = end - at > decimal::ALWAYS_STORABLE_LENGTH;
    if matches!(body.get(end), Some(b'e' | b'E')) {
        let sign = end + 1 + usize::from(matches!(body.get(end + 1), Some(b'+' | b'-')));
        end = digits(body, sign);
        if end == sign {
            return None;
        }
        unusual = true;
    }
    let beyond_numeric = unusual && !decimal::is_storable(body.get(at..end).unwrap_or_default());
    ends(body, end).then_some(NumberToken { end, beyond_numeric })
}

/// Reads `true`, `false` or `null`; the offset after it, `None` when the run of bytes at `at` is something else.
#[inline]
pub(crate) fn literal(body: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    let end = at + word.len();
    (body.get(at..end) == Some(word) && ends(body, end)).then_some(end)
}

/// Offset of the first byte at or after `at` that is no JSON white space.
#[inline]
pub(crate) fn skip_white_space(body: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = body.get(at) {
        at += 1;
    }
    at
}
