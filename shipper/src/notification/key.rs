//! Object keys as notifications write them.

/// The longest key that S3 stores, in bytes of UTF-8 (Amazon S3 User Guide, "Creating object key names").
pub const MAX_KEY_BYTES: usize = 1024;

/// Decodes a key of an S3 notification: form encoding, where `+` is a space and `%2B` a plus
/// (Amazon S3 User Guide, "Event message structure").
///
/// # Errors
/// Why this is no key.
pub fn decode_form_key(encoded: &str) -> Result<String, String> {
    let bytes = decode_percent(encoded.as_bytes(), true)
        .ok_or_else(|| "the key holds a % that no two hexadecimal digits follow".to_owned())?;
    let key = String::from_utf8(bytes).map_err(|_| "the key, decoded, is not UTF-8".to_owned())?;
    check_key(key)
}

/// Checks a key that is written as it is (EventBridge).
///
/// # Errors
/// Why this is no key.
pub fn check_key(key: String) -> Result<String, String> {
    if key.is_empty() {
        Err("the key is empty".to_owned())
    } else if key.len() > MAX_KEY_BYTES {
        Err(format!("the key has {} bytes; S3 allows {MAX_KEY_BYTES}", key.len()))
    } else if key.contains('\0') {
        Err("the key holds a NUL character, which PostgreSQL's text cannot".to_owned())
    } else if key.split('/').any(|segment| segment == "..") {
        // Whoever resolves the address on its way, such as a proxy, would ask for an object outside of the prefix.
        Err("the key holds a segment `..`, which in an address leads to another object".to_owned())
    } else {
        Ok(key)
    }
}

/// Percent-decodes; with `plus_is_space` as forms do. `None` where a `%` is not followed by two hexadecimal digits.
pub fn decode_percent(encoded: &[u8], plus_is_space: bool) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'%' => hex_digit(*rest.next()?)? << 4 | hex_digit(*rest.next()?)?,
            b'+' if plus_is_space => b' ',
            _ => byte,
        });
    }
    Some(decoded)
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_is_a_space_and_percent_2b_is_a_plus() {
        assert_eq!(decode_form_key("input/a+b%2Bc%20d.json").unwrap(), "input/a b+c d.json");
        assert_eq!(decode_form_key("input/a%2bc").unwrap(), "input/a+c");
    }

    #[test]
    fn percent_and_unicode_arrive_as_they_were() {
        assert_eq!(decode_form_key("input/100%25.json").unwrap(), "input/100%.json");
        assert_eq!(decode_form_key("input%2F%C3%A9%F0%9F%A6%80.json").unwrap(), "input/é🦀.json");
        assert_eq!(decode_form_key("input/é.json").unwrap(), "input/é.json");
    }

    #[test]
    fn the_longest_key_passes_and_one_byte_more_does_not() {
        assert_eq!(decode_form_key(&"%61".repeat(1024)).unwrap().len(), 1024);
        assert!(decode_form_key(&"a".repeat(1025)).unwrap_err().contains("1025 bytes"));
        assert!(decode_form_key(&"%C3%A9".repeat(513)).unwrap_err().contains("1026 bytes"));
    }

    #[test]
    fn dots_that_are_no_segment_of_their_own_belong_to_the_key() {
        for key in ["input/a..b.json", "input/...", "..a/b", "input/./a.json"] {
            assert_eq!(decode_form_key(key).unwrap(), key);
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_reason() {
        for (encoded, reason) in [
            ("a%zz", "hexadecimal"),
            ("a%4", "hexadecimal"),
            ("a%", "hexadecimal"),
            ("%FF", "UTF-8"),
            ("a%00b", "NUL"),
            ("", "empty"),
            ("input/../secret.json", "`..`"),
            ("..%2Fsecret.json", "`..`"),
            ("input/..", "`..`"),
        ] {
            assert!(decode_form_key(encoded).unwrap_err().contains(reason), "{encoded}");
        }
    }
}
