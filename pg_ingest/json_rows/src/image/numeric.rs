//! `numeric`: groups of four decimal digits, a weight, a scale and a sign (`numeric.c`, "NumericData").

use super::write_header;
use crate::decimal::{Decimal, Small, power_of_ten};

const LONG_NEGATIVE: u16 = 0x4000;
const SHORT: u16 = 0x8000;
const SHORT_NEGATIVE: u16 = 0x2000;
const SHORT_SCALE_SHIFT: u16 = 7;
const SHORT_SCALE_MAX: u16 = 63;
const SHORT_WEIGHT_NEGATIVE: u16 = 0x40;
const SHORT_WEIGHT_MASK: u16 = 0x3F;

/// Writes a whole `numeric` at the end of `out`. `groups` may begin and end with zeros; the first has the weight
/// `weight`, counted in groups before the point, less one.
fn write(groups: &[u16], weight: i16, negative: bool, scale: u16, out: &mut Vec<u8>) {
    let leading = groups.iter().take_while(|group| **group == 0).count();
    let end = groups.iter().rposition(|group| *group != 0).map_or(leading, |last| last + 1);
    let digits = groups.get(leading..end).unwrap_or_default();
    let skipped = i16::try_from(leading).unwrap_or(i16::MAX);
    let (weight, negative) =
        if digits.is_empty() { (0, false) } else { (weight.saturating_sub(skipped), negative) };

    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    if scale <= SHORT_SCALE_MAX && (-64..=63).contains(&weight) {
        let sign = if negative { SHORT_NEGATIVE } else { 0 };
        let weight_sign = if weight < 0 { SHORT_WEIGHT_NEGATIVE } else { 0 };
        let weight_bits = u16::from_ne_bytes(weight.to_ne_bytes()) & SHORT_WEIGHT_MASK;
        let header = SHORT | sign | (scale << SHORT_SCALE_SHIFT) | weight_sign | weight_bits;
        out.extend_from_slice(&header.to_ne_bytes());
    } else {
        let sign = if negative { LONG_NEGATIVE } else { 0 };
        out.extend_from_slice(&(sign | scale).to_ne_bytes());
        out.extend_from_slice(&weight.to_ne_bytes());
    }
    for digit in digits {
        out.extend_from_slice(&digit.to_ne_bytes());
    }
    let length = out.len() - start;
    write_header(out, start, length);
}

/// Writes a number of few digits, shown with `scale` digits after the point (its own, or more).
#[inline]
pub(crate) fn small(value: Small, scale: u16, out: &mut Vec<u8>) {
    const GROUP: u64 = 10_000;
    let unit = power_of_ten(value.scale);
    let padding = power_of_ten((4 - value.scale % 4) % 4);
    let (mut whole, mut fraction) = (value.mantissa / unit, value.mantissa % unit * padding);
    // Five groups hold the 18 digits before the point, four the 16 after it.
    let mut groups = [0u16; 9];
    let fraction_groups = value.scale.div_ceil(4) as usize;
    for group in groups.iter_mut().skip(5).take(fraction_groups).rev() {
        *group = u16::try_from(fraction % GROUP).unwrap_or(0);
        fraction /= GROUP;
    }
    for group in groups.iter_mut().take(5).rev() {
        if whole == 0 {
            break;
        }
        *group = u16::try_from(whole % GROUP).unwrap_or(0);
        whole /= GROUP;
    }
    write(groups.get(..5 + fraction_groups).unwrap_or_default(), 4, value.negative, scale, out);
}

/// Writes a number of any length.
pub(crate) fn any(value: &Decimal, out: &mut Vec<u8>) {
    // Groups are cut from the point outwards: the first one may need zeros in front.
    let lead = usize::try_from((-value.point).rem_euclid(4)).unwrap_or(0);
    let weight = (value.point + i64::try_from(lead).unwrap_or(0)) / 4 - 1;
    let places = lead + value.digits.len();
    let digit = |place: usize| {
        place.checked_sub(lead).and_then(|place| value.digits.get(place)).map_or(0, |digit| u16::from(*digit))
    };
    let groups: Vec<u16> = (0..places)
        .step_by(4)
        .map(|at| (at..at + 4).fold(0, |group, place| group * 10 + digit(place)))
        .collect();
    let weight = i16::try_from(weight).unwrap_or(i16::MAX);
    write(&groups, weight, value.negative, u16::try_from(value.scale).unwrap_or(u16::MAX), out);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The image's header (less the length) and groups as 16-bit words.
    fn words(bytes: &[u8]) -> Vec<u16> {
        bytes[4..].chunks(2).map(|pair| u16::from_ne_bytes([pair[0], pair[1]])).collect()
    }

    fn image(text: &str) -> Vec<u16> {
        let mut out = Vec::new();
        any(&Decimal::parse(text.as_bytes()).unwrap(), &mut out);
        words(&out)
    }

    #[test]
    fn the_short_form_holds_groups_of_four_digits() {
        assert_eq!(image("0"), [SHORT]);
        assert_eq!(image("1"), [SHORT, 1]);
        assert_eq!(image("10000"), [SHORT | 1, 1]);
        assert_eq!(image("12345.678"), [SHORT | (3 << 7) | 1, 1, 2345, 6780]);
        assert_eq!(image("-0.0001"), [SHORT | SHORT_NEGATIVE | (4 << 7) | SHORT_WEIGHT_NEGATIVE | 0x3F, 1]);
        assert_eq!(image("0.00001"), [SHORT | (5 << 7) | SHORT_WEIGHT_NEGATIVE | 0x3E, 1000]);
    }

    #[test]
    fn what_does_not_fit_the_short_form_takes_the_long_one() {
        assert_eq!(image("1e300"), [0, 75, 1]);
        assert_eq!(image("-1e-64"), [LONG_NEGATIVE | 64, u16::from_ne_bytes((-16i16).to_ne_bytes()), 1]);
    }

    #[test]
    fn numbers_of_few_digits_have_the_same_image_either_way() {
        for text in [
            "0",
            "1",
            "-1",
            "10000",
            "0.5",
            "12345.678",
            "-99.99",
            "100000000.0001",
            "0.0000000000000001",
            "123456789012345678",
        ] {
            let value = Small::parse(text.as_bytes()).unwrap();
            let mut out = Vec::new();
            small(value, u16::try_from(value.scale).unwrap(), &mut out);
            assert_eq!(words(&out), image(text), "{text}");
        }
    }
}
