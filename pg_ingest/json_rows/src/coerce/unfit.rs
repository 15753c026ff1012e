//! Strings that a type's input would take for something that data do not mean (docs/semantics.md 2.14, 2.15).

use std::borrow::Cow;

use crate::text::trim_space;
use crate::type_description::Unfit;

/// Words that stand for no fixed time.
const WORDS: [&str; 7] = ["now", "today", "tomorrow", "yesterday", "epoch", "infinity", "allballs"];
/// Words for what is no number.
const NO_NUMBERS: [&str; 3] = ["nan", "inf", "infinity"];
/// Digits from which on a number is a count of seconds, or of less. Their input would take it for a year with month and day.
const COUNTS: usize = 9;

/// Whether `text` as a whole is such a string, or holds such a word.
pub(super) fn is_unfit(text: &[u8], unfit: &[Unfit]) -> bool {
    unfit.iter().any(|mark| match mark {
        Unfit::Words => has_word(text, &WORDS),
        Unfit::Digits => text.split(|byte| b"[](){},".contains(byte)).any(|part| is_count(trim_space(part))),
        Unfit::Zones => {
            offsets_behind_zones(text).any(|digits| digits.iter().any(|byte| *byte != b'0' && *byte != b':'))
        }
        Unfit::Nan => has_word(text, &NO_NUMBERS),
        Unfit::Bytes => !text.is_empty() && !text.contains(&b'\\'),
    })
}

/// Whether the text of an array, range or composite holds such a part. Quotes and backslashes go before a part is read, so
/// that they hide nothing; bytes are looked at where they stand alone.
pub(super) fn is_unfit_within(text: &[u8], unfit: &[Unfit]) -> bool {
    let hides = |byte: &u8| matches!(byte, b'"' | b'\\');
    let bare: Cow<'_, [u8]> = if unfit.contains(&Unfit::Bytes) || !text.iter().any(hides) {
        text.into()
    } else {
        text.iter().copied().filter(|byte| !hides(byte)).collect::<Vec<u8>>().into()
    };
    is_unfit(&bare, unfit)
}

/// Whether `text` is a number that long, of digits alone.
fn is_count(text: &[u8]) -> bool {
    text.len() >= COUNTS && text.iter().all(u8::is_ascii_digit)
}

/// Whether an offset stands behind GMT or UTC in `text`, as JavaScript writes it.
pub(crate) fn has_zone_with_offset(text: &[u8]) -> bool {
    offsets_behind_zones(text).next().is_some()
}

/// The digits and colons of the offsets that stand behind GMT or UTC, in any case. POSIX counts them to the west, and whoever
/// writes them in data means the east. In `Etc/GMT+5` they are part of a name.
fn offsets_behind_zones(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memchr2_iter(b'+', b'-', text).filter_map(|sign| {
        let (before, digits) = (text.get(..sign)?, text.get(sign + 1..)?);
        let (before, zone) = before.split_at_checked(before.len().checked_sub(3)?)?;
        let is_zone = zone.eq_ignore_ascii_case(b"GMT") || zone.eq_ignore_ascii_case(b"UTC");
        let is_whole = !before.last().is_some_and(|byte| byte.is_ascii_alphabetic() || b"_/".contains(byte));
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b':').count();
        digits.get(..length).filter(|_| is_zone && is_whole && length > 0)
    })
}

/// Whether one of `words` (lower case) stands in `text` as a whole word, in any case.
fn has_word(text: &[u8], words: &[&str]) -> bool {
    let text = String::from_utf8_lossy(text).to_lowercase();
    text.split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_hide_no_part() {
        for (text, mark, expected) in [
            ("[today,tomorrow)", Unfit::Words, true),
            (r"[n\ow,)", Unfit::Words, true),
            (r#"("no""w",)"#, Unfit::Words, true),
            ("[known,)", Unfit::Words, false),
            ("[NaN,)", Unfit::Nan, true),
            ("{ 1761991231 }", Unfit::Digits, true),
            ("[20261123,)", Unfit::Digits, false),
            ("[2026-11-23 10:00:00.123456789,)", Unfit::Digits, false),
            ("Sun Nov 01 2026 10:00:00 GMT+0100", Unfit::Zones, true),
            ("2026-11-01 10:00:00utc-8", Unfit::Zones, true),
            ("Sun Nov 01 2026 10:00:00 GMT+0000", Unfit::Zones, false),
            ("2026-11-01 10:00:00 Etc/GMT+5", Unfit::Zones, false),
            ("2026-11-01 10:00:00+05", Unfit::Zones, false),
            ("aGVsbG8=", Unfit::Bytes, true),
            (r"\x00ff", Unfit::Bytes, false),
            (r"a\001", Unfit::Bytes, false),
            ("", Unfit::Bytes, false),
        ] {
            assert_eq!(is_unfit_within(text.as_bytes(), &[mark]), expected, "{text}");
        }
    }
}
