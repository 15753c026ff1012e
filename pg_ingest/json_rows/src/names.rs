//! Members whose names are written otherwise than their columns' (`match_names`, docs/semantics.md section 2).

use serde::Deserialize;

/// How a member's name is a column's.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum NameRule {
    /// The case of letters does not count.
    IgnoreCase,
    /// Words count, however they are joined.
    SnakeCase,
}

impl NameRule {
    /// What names have in common that are one by the rule. Letters of ASCII alone have cases here, and are all that is looked at.
    pub(crate) fn matched(self, name: &[u8], out: &mut Vec<u8>) {
        out.clear();
        if self == NameRule::IgnoreCase {
            out.extend(name.iter().map(u8::to_ascii_lowercase));
            return;
        }
        let at = |place: usize| name.get(place).copied().unwrap_or(b'_');
        for (place, byte) in name.iter().copied().enumerate() {
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
                if out.last() != Some(&b'_') {
                    out.push(b'_');
                }
                continue;
            }
            let before = if place == 0 { b'_' } else { at(place - 1) };
            let begins = byte.is_ascii_uppercase()
                && (before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && at(place + 1).is_ascii_lowercase()));
            if begins {
                out.push(b'_');
            }
            out.push(byte.to_ascii_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_by_underscores() {
        let mut out = Vec::new();
        for (name, matched) in [
            ("orderId", "order_id"),
            ("OrderID", "order_id"),
            ("order-id", "order_id"),
            ("order  id", "order_id"),
            ("ORDER_ID", "order_id"),
            ("HTTPServerURL", "http_server_url"),
            ("line1Total", "line1_total"),
            ("__v", "_v"),
            ("$ref", "_ref"),
            ("ABcDe", "a_bc_de"),
            ("größeÜber", "größeÜber"),
            ("Straße-Nr", "straße_nr"),
            ("", ""),
        ] {
            NameRule::SnakeCase.matched(name.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), matched);
        }
        NameRule::IgnoreCase.matched("Order-ID Ä".as_bytes(), &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "order-id Ä");
    }
}
