//! Which glibc a binary needs, by the symbol versions that it names.

const PREFIX: &[u8] = b"GLIBC_";

/// The newest version of glibc whose symbols the binary uses, as major and minor; (0, 0) when it uses none.
pub(super) fn newest_needed(binary: &[u8]) -> (u32, u32) {
    let places = binary.windows(PREFIX.len()).enumerate().filter(|(_, window)| *window == PREFIX);
    places.filter_map(|(place, _)| version(&binary[place + PREFIX.len()..])).max().unwrap_or((0, 0))
}

/// A version such as `2.17` at the start of the bytes, ended by the zero that ends the symbol's name.
fn version(bytes: &[u8]) -> Option<(u32, u32)> {
    let end = bytes.iter().take(16).position(|byte| *byte == 0)?;
    let text = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut parts = text.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_counts_by_number_not_by_text() {
        assert_eq!(newest_needed(b"\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.2.5\0"), (2, 34));
    }

    #[test]
    fn what_only_looks_like_a_version_is_none() {
        assert_eq!(newest_needed(b"GLIBC_PRIVATE\0GLIBC_2.99 is text"), (0, 0));
    }
}
