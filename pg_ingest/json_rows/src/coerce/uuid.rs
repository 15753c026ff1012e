//! `uuid`: the canonical spelling read directly, any other by the input function.

use super::{Coerced, Value, Workspace, ask_about_string};
use crate::image::Images;
use crate::scan::Kind;

/// Values of the hexadecimal digits; 255 for every other byte.
const DIGIT: [u8; 256] = {
    let mut table = [255; 256];
    let mut at = 0;
    while at < 10 {
        table[b'0' as usize + at as usize] = at;
        at += 1;
    }
    while at < 16 {
        table[b'a' as usize + at as usize - 10] = at;
        table[b'A' as usize + at as usize - 10] = at;
        at += 1;
    }
    table
};

/// Offsets of each byte's two digits in `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

#[inline]
pub(super) fn coerce(value: Value<'_>, workspace: &mut Workspace, images: &mut Images) -> Coerced {
    let node = value.tape.node(value.index);
    if node.kind() == Kind::Text
        && let Some(bytes) = canonical(node.content(value.body))
    {
        let offset = images.begin();
        images.buffer().extend_from_slice(&bytes);
        return Coerced::Image(offset);
    }
    ask_about_string(value, workspace)
}

#[inline]
fn canonical(text: &[u8]) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.try_into().ok()?;
    if [text[8], text[13], text[18], text[23]] != [b'-'; 4] {
        return None;
    }
    let mut bytes = [0; 16];
    let mut seen = 0;
    for (byte, place) in bytes.iter_mut().zip(PLACES) {
        let (high, low) = (DIGIT[text[place] as usize], DIGIT[text[place + 1] as usize]);
        seen |= high | low;
        *byte = high << 4 | (low & 15);
    }
    (seen < 16).then_some(bytes)
}
