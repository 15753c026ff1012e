//! Bytes that came as text, written in PostgreSQL's notation: `"\\x6162"`.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn begin(out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"\\\\x");
}

/// Of base64 with its padding, in which lines may be broken. RFC 4648, section 4.
pub(super) fn of_base64(text: &[u8]) -> Option<Vec<u8>> {
    let symbols: Vec<u8> =
        text.iter().copied().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).collect();
    let padding = symbols.iter().rev().take_while(|byte| **byte == b'=').count();
    if !symbols.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for symbol in symbols.iter().take(symbols.len() - padding) {
        bits = (bits << 6) | u32::from(sextet(*symbol)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend(u8::try_from((bits >> count) & 0xFF));
        }
    }
    Some(bytes)
}

pub(super) fn write_base64(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let bytes = of_base64(text)?;
    begin(out);
    for byte in bytes {
        out.extend([byte >> 4, byte & 15].iter().filter_map(|digit| DIGITS.get(*digit as usize)));
    }
    out.push(b'"');
    Some(())
}

fn sextet(symbol: u8) -> Option<u8> {
    Some(match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Of hexadecimal digits, two a byte, behind `0x`, `\x` or nothing.
pub(super) fn write_hex(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let digits = [b"0x", b"0X", b"\\x"].iter().find_map(|mark| text.strip_prefix(*mark)).unwrap_or(text);
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    begin(out);
    out.extend_from_slice(digits);
    out.push(b'"');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_and_what_is_none_refused() {
        for (text, digits) in [
            ("", Some("")),
            ("aGk=", Some("6869")),
            ("aA==", Some("68")),
            ("aGl\n5", Some("686979")),
            ("+/+/", Some("fbffbf")),
            ("aGk", None),
            ("aG=k", None),
            ("a===", None),
            ("aGk_", None),
            ("äöüß", None),
        ] {
            let mut out = Vec::new();
            let made = write_base64(text.as_bytes(), &mut out);
            let expected = digits.map(|digits| format!("\"\\\\x{digits}\""));
            assert_eq!(made.map(|()| String::from_utf8(out).unwrap()), expected, "{text}");
        }
    }
}
