//! Decimal numbers as PostgreSQL's `numeric` takes them: exact, with the scale that they were written with.
//!
//! Limits and rounding follow `src/backend/utils/adt/numeric.c` (PostgreSQL 15): `set_var_from_str`, `make_result`,
//! `apply_typmod`.

/// Digits before the point that `numeric` can hold.
const MAX_DIGITS_BEFORE: i64 = 131_072;
/// Digits after the point that `numeric` can hold.
const MAX_SCALE: i64 = 16_383;
/// Exponents from here on are refused whatever the digits are.
const EXPONENT_LIMIT: i64 = (i32::MAX / 2) as i64;

/// A number without exponent that is no longer than this can always be held.
pub(crate) const ALWAYS_STORABLE_LENGTH: usize = 16_000;

/// Digits that a [`Small`] can carry, so that its arithmetic stays within 64 bits.
const SMALL_DIGITS: u32 = 18;
/// Digits after the point that a [`Small`] can carry.
const SMALL_SCALE: u32 = 16;

/// Powers of ten up to what a [`Small`]'s arithmetic needs; `pow` would multiply them up for each number.
const POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut at = 1;
    while at < 20 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Ten to the power of `exponent`, which is at most 19.
#[inline]
pub(crate) fn power_of_ten(exponent: u32) -> u64 {
    POWERS.get(exponent as usize).copied().unwrap_or(u64::MAX)
}

/// A number of few digits and no exponent: `mantissa / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Small {
    pub(crate) negative: bool,
    pub(crate) mantissa: u64,
    pub(crate) scale: u32,
}

impl Small {
    /// Reads a number by JSON's grammar (a sign `+` and leading zeros are fine too); `None` when it has an exponent,
    /// too many digits, or is no such number.
    #[inline]
    pub(crate) fn parse(text: &[u8]) -> Option<Small> {
        let (negative, unsigned) = sign(text);
        let mut small = Small { negative, mantissa: 0, scale: 0 };
        let (mut count, mut point) = (0, None);
        for byte in unsigned {
            match byte {
                b'0'..=b'9' => {
                    small.mantissa = small.mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                    count += 1;
                    if count > SMALL_DIGITS {
                        return None;
                    }
                }
                b'.' if point.is_none() && count > 0 => point = Some(count),
                _ => return None,
            }
        }
        small.scale = point.map_or(0, |point| count - point);
        let complete = count > 0 && point != Some(count) && small.scale <= SMALL_SCALE;
        complete.then_some(small)
    }

    /// Rounds half away from zero to at most `scale` digits after the point.
    #[inline]
    pub(crate) fn round(self, scale: u32) -> Small {
        if self.scale <= scale {
            return self;
        }
        let unit = power_of_ten(self.scale - scale);
        let up = u64::from((self.mantissa % unit) * 2 >= unit);
        Small { mantissa: self.mantissa / unit + up, scale, ..self }
    }
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// Whether `numeric` can hold the JSON number `text`.
pub(crate) fn is_storable(text: &[u8]) -> bool {
    Decimal::parse(text).is_some()
}

/// A number of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    /// Values 0 to 9, without leading or trailing zeros; empty for zero.
    pub(crate) digits: Vec<u8>,
    /// Digits before the point: the value is `0.digits × 10^point`. 0 for zero.
    pub(crate) point: i64,
    /// Digits after the point that are shown.
    pub(crate) scale: i64,
}

impl Decimal {
    /// Reads a number by JSON's grammar (a sign `+` and leading zeros are fine too); `None` when it is none, or when
    /// `numeric` cannot hold it.
    pub(crate) fn parse(text: &[u8]) -> Option<Decimal> {
        let (negative, unsigned) = sign(text);
        let mantissa_end =
            unsigned.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(unsigned.len());
        let (mantissa, exponent) = unsigned.split_at(mantissa_end);
        let exponent = read_exponent(exponent)?;
        let point = mantissa.iter().position(|byte| *byte == b'.');
        let whole = mantissa.get(..point.unwrap_or(mantissa.len()))?;
        let fraction =
            point.map_or(Some(&[][..]), |point| mantissa.get(point + 1..).filter(|rest| !rest.is_empty()))?;
        if whole.is_empty() || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return None;
        }
        let leading = whole.iter().chain(fraction).take_while(|digit| **digit == b'0').count();
        let digits = whole.iter().chain(fraction).skip(leading).map(|digit| digit - b'0').collect();
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()? + exponent;
        let scale = (i64::try_from(fraction.len()).ok()? - exponent).max(0);
        let decimal = Decimal { negative, digits, point, scale }.stripped();
        let storable = decimal.point <= MAX_DIGITS_BEFORE && scale <= MAX_SCALE;
        storable.then_some(decimal)
    }

    /// Without trailing zeros; zero in its one form, which has no sign.
    fn stripped(mut self) -> Decimal {
        let significant = self.digits.iter().rposition(|digit| *digit != 0).map_or(0, |last| last + 1);
        self.digits.truncate(significant);
        if self.digits.is_empty() {
            self.negative = false;
            self.point = 0;
        }
        self
    }

    /// Rounded half away from zero to `scale` digits after the point (before it, when negative), and shown with them.
    pub(crate) fn round(mut self, scale: i64) -> Decimal {
        let kept = self.point + scale;
        let length = self.digits.len();
        match usize::try_from(kept) {
            Ok(kept) if kept < length => {
                let up = self.digits.get(kept).is_some_and(|digit| *digit >= 5);
                self.digits.truncate(kept);
                if up {
                    self.increment();
                }
            }
            Ok(_) => {}
            Err(_) => self.digits.clear(),
        }
        self.scale = scale.max(0);
        self.stripped()
    }

    /// Adds one unit in the last place kept.
    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
        self.point += 1;
    }

    /// Whether no digit but zero stands after the point.
    pub(crate) fn is_integral(&self) -> bool {
        i64::try_from(self.digits.len()).is_ok_and(|length| length <= self.point)
    }

    /// The integer that it is; `None` beyond 64 bits. Only for what [`Decimal::is_integral`].
    pub(crate) fn to_integer(&self) -> Option<i64> {
        if self.point > 19 {
            return None;
        }
        let mut value: i128 = 0;
        for place in 0..usize::try_from(self.point).unwrap_or(0) {
            value = value * 10 + i128::from(self.digits.get(place).copied().unwrap_or(0));
        }
        i64::try_from(if self.negative { -value } else { value }).ok()
    }

    /// As `numeric` prints it.
    pub(crate) fn render(&self, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
        if self.point <= 0 {
            out.push(b'0');
        }
        for place in 0..self.point {
            out.push(b'0' + self.digit(place));
        }
        if self.scale > 0 {
            out.push(b'.');
            for place in self.point..self.point + self.scale {
                // Of zero and of numbers below 0.1, the places before the first digit are zeros.
                out.push(b'0' + if place < 0 { 0 } else { self.digit(place) });
            }
        }
    }

    fn digit(&self, place: i64) -> u8 {
        usize::try_from(place).ok().and_then(|place| self.digits.get(place)).copied().unwrap_or(0)
    }
}

/// The value of `e…`; `None` when it is beyond what PostgreSQL reads.
fn read_exponent(text: &[u8]) -> Option<i64> {
    let Some(text) = text.get(1..) else { return Some(0) };
    let (negative, digits) = sign(text);
    if digits.is_empty() {
        return None;
    }
    let mut value: i64 = 0;
    for digit in digits {
        value = value.saturating_mul(10).saturating_add(i64::from(char::from(*digit).to_digit(10)?));
    }
    (value < EXPONENT_LIMIT).then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> String {
        let mut out = Vec::new();
        Decimal::parse(text.as_bytes()).unwrap().render(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_shown_as_numeric_shows_them() {
        for (came, shown) in [
            ("1e2", "100"),
            ("1.50", "1.50"),
            ("-0", "0"),
            ("-0.00", "0.00"),
            ("1e-3", "0.001"),
            ("1.5e1", "15"),
            ("12.345E+1", "123.45"),
            ("0.00012", "0.00012"),
            ("-1200", "-1200"),
            ("0e10", "0"),
        ] {
            assert_eq!(rendered(came), shown, "{came}");
        }
    }

    #[test]
    fn what_numeric_cannot_hold_is_refused() {
        for text in
            ["1e131072", "1e-16384", "0e-16384", "1e1073741823", "0e1073741823", "1e99999999999999999999"]
        {
            assert_eq!(Decimal::parse(text.as_bytes()), None, "{text}");
        }
        for text in ["1e131071", "1e-16383", "0e131072", "0.1e131072"] {
            assert!(is_storable(text.as_bytes()), "{text}");
        }
        assert!(!is_storable(format!("1{}", "0".repeat(131_072)).as_bytes()));
    }

    #[test]
    fn rounding_goes_half_away_from_zero() {
        for (came, scale, shown) in [
            ("1.005", 2, "1.01"),
            ("-1.005", 2, "-1.01"),
            ("9.995", 2, "10.00"),
            ("0.004", 2, "0.00"),
            ("1550", -2, "1600"),
            ("49", -2, "0"),
            ("1.5", 3, "1.500"),
            ("0.05", 0, "0"),
        ] {
            let mut out = Vec::new();
            Decimal::parse(came.as_bytes()).unwrap().round(scale).render(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), shown, "{came}");
        }
    }

    #[test]
    fn integral_numbers_become_integers() {
        for (came, integer) in
            [("100", 100), ("100.0", 100), ("1e2", 100), ("-0", 0), ("-9223372036854775808", i64::MIN)]
        {
            let decimal = Decimal::parse(came.as_bytes()).unwrap();
            assert!(decimal.is_integral(), "{came}");
            assert_eq!(decimal.to_integer(), Some(integer), "{came}");
        }
        assert!(!Decimal::parse(b"1.5").unwrap().is_integral());
        assert_eq!(Decimal::parse(b"9223372036854775808").unwrap().to_integer(), None);
    }

    #[test]
    fn the_short_form_agrees_with_the_long_one() {
        for text in ["0", "7", "-7.25", "123456789012345678", "0.0001", "99.995"] {
            let small = Small::parse(text.as_bytes()).unwrap().round(2);
            let mut whole = Decimal::parse(text.as_bytes()).unwrap();
            whole = if whole.scale > 2 { whole.round(2) } else { whole };
            let value = i128::from(small.mantissa) * 100 / 10i128.pow(small.scale);
            let mut shown = Vec::new();
            whole.clone().round(2).render(&mut shown);
            let expected = String::from_utf8(shown).unwrap().replace(['.', '-'], "").parse::<i128>().unwrap();
            assert_eq!(value, expected, "{text}");
        }
        for text in ["1e2", "1.", ".5", "", "-", "1234567890123456789", "1x"] {
            assert_eq!(Small::parse(text.as_bytes()), None, "{text}");
        }
    }
}
