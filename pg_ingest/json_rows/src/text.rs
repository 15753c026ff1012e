//! JSON strings and names: unescaping, quoting, cutting.

use crate::scan::{hex4, low_surrogate};

/// White space as PostgreSQL's input functions skip it: `isspace()` of C, which counts U+000B too.
pub(crate) fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0B
}

/// The text without white space around it.
pub(crate) fn trim_space(text: &[u8]) -> &[u8] {
    let Some(begin) = text.iter().position(|byte| !is_space(*byte)) else { return &[] };
    let end = text.iter().rposition(|byte| !is_space(*byte)).map_or(begin, |last| last + 1);
    text.get(begin..end).unwrap_or_default()
}

/// Adds the text of a string's validated content to `out`. A lone surrogate becomes U+FFFD: records that hold one are
/// rejected before their values are read.
pub(crate) fn unescape(content: &[u8], out: &mut Vec<u8>) {
    let mut rest = content;
    while let Some(found) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(found);
        out.extend_from_slice(plain);
        let (byte, length) = match escape.get(1) {
            Some(b'b') => (0x08, 2),
            Some(b'f') => (0x0C, 2),
            Some(b'n') => (b'\n', 2),
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(b'u') => {
                let (character, length) = unicode_escape(escape);
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = escape.get(length..).unwrap_or_default();
                continue;
            }
            Some(other) => (*other, 2),
            None => (b'\\', 1),
        };
        out.push(byte);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// The character that `\uXXXX` or a pair of them at the beginning of `escape` names, and the escape's length.
fn unicode_escape(escape: &[u8]) -> (char, usize) {
    let unit = escape.get(2..6).and_then(hex4).unwrap_or(0xFFFD);
    if (0xD800..=0xDBFF).contains(&unit)
        && let Some(low) = low_surrogate(escape.get(6..))
    {
        let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    (char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
}

/// Adds `name` as a JSON string, escaped as PostgreSQL's `to_json(text)` does it.
pub(crate) fn quote(name: &str, out: &mut String) {
    out.push('"');
    for character in name.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// `raw` as messages show it: cut after 100 characters with `…`.
pub(crate) fn shown(raw: &[u8]) -> String {
    let mut text = sample(raw);
    if text.len() < raw.len() {
        text.push('…');
    }
    text
}

/// The first 100 characters of `raw`.
pub(crate) fn sample(raw: &[u8]) -> String {
    const CHARACTERS: usize = 100;
    // A character has at most four bytes; what lies behind them need not be looked at.
    let head = raw.get(..raw.len().min(CHARACTERS * 4)).unwrap_or_default();
    String::from_utf8_lossy(head).chars().take(CHARACTERS).collect()
}

/// Characters in `text`, which is UTF-8.
pub(crate) fn character_count(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_the_characters_they_name() {
        let mut out = Vec::new();
        unescape(br#"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z"#, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "a\"\\/\u{8}\u{c}\n\r\té😀z");
    }

    #[test]
    fn long_values_are_cut_after_100_characters() {
        assert_eq!(shown("é".repeat(100).as_bytes()), "é".repeat(100));
        assert_eq!(shown("é".repeat(101).as_bytes()), format!("{}…", "é".repeat(100)));
    }

    #[test]
    fn names_are_quoted_as_postgresql_quotes_them() {
        let mut out = String::new();
        quote("a \"b\"\\\u{1}\n", &mut out);
        assert_eq!(out, r#""a \"b\"\\\u0001\n""#);
    }
}
