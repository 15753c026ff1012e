//! Numbers with a comma before their fraction, such as `1.234,50`.

/// Digits and marks that such a number may have.
const LONGEST: usize = 1000;

/// Writes the JSON number that a text stands for. Groups of three may have a point, a space (also U+00A0 and U+202F) or an
/// apostrophe before them.
pub(super) fn write(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let text = std::str::from_utf8(text).ok()?;
    if text.chars().count() > LONGEST {
        return None;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once(',') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let groups: Vec<&str> = whole.split(['.', ' ', '\'', '\u{a0}', '\u{202f}']).collect();
    let grouped = groups.iter().enumerate().all(|(place, group)| match place {
        0 => matches!(group.len(), 1..=3) || groups.len() == 1,
        _ => group.len() == 3,
    });
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !grouped || !groups.iter().all(|group| digits(group)) || !fraction.is_none_or(digits) {
        return None;
    }
    if text.starts_with('-') {
        out.push(b'-');
    }
    let number = groups.concat();
    let significant = number.trim_start_matches('0');
    out.extend_from_slice(if significant.is_empty() { b"0" } else { significant.as_bytes() });
    if let Some(fraction) = fraction {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_is_the_point_and_groups_are_of_three() {
        for (text, number) in [
            ("1.234,50", Some("1234.50")),
            ("1234,5", Some("1234.5")),
            ("-0,5", Some("-0.5")),
            ("+007", Some("7")),
            ("12\u{a0}345\u{202f}678", Some("12345678")),
            ("1'234", Some("1234")),
            ("1.23,4", None),
            ("1234.567", None),
            ("1,", None),
            (",5", None),
            ("", None),
            ("1,2,3", None),
            ("1e3", None),
        ] {
            let mut out = Vec::new();
            let made = write(text.as_bytes(), &mut out);
            assert_eq!(made.map(|()| String::from_utf8(out).unwrap()).as_deref(), number, "{text}");
        }
    }
}
