//! Random JSON values by kinds that inference tells apart, and those that it must not mistake for one.

use fastrand::Rng;

/// What a member's values are, most of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind(usize);

type Draw = fn(&mut Rng) -> String;

const KINDS: &[Draw] = &[
    |rng| format!("\"{:08x}-0000-4000-8000-{:012x}\"", rng.u32(..), rng.u32(..)),
    |rng| rng.u32(..1000).to_string(),
    |rng| {
        one(
            rng,
            &[
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "1e18",
                "1e25",
                "12345678901234567890123",
            ],
        )
    },
    |rng| one(rng, &["1.50", "-0.0", "1e5", "1E-3", "0", "100.0", "3"]),
    |rng| format!("{}", 1_793_527_200 + rng.u32(..100_000)),
    |rng| format!("{}{:03}", 1_793_527_200 + rng.u32(..100_000), rng.u32(..1000)),
    |rng| one(rng, &["4102444801", "946684799", "1793527200.5", "\"1793527200\"", "253402300800000"]),
    |rng| format!("\"2026-{:02}-{:02}\"", rng.u8(1..=12), rng.u8(1..=28)),
    |rng| one(rng, &["\"2026-02-31\"", "\"2026-11-01\"", "\"0000-01-01\"", "\"9999-12-31\""]),
    |rng| {
        format!(
            "\"2026-11-01T{:02}:00:00{}\"",
            rng.u8(..24),
            one(rng, &["Z", "+01:00", "-0930", ".123Z", " UTC", "+14", "+23:00"])
        )
    },
    |rng| {
        one(
            rng,
            &[
                "\"2026-11-01 10:00\"",
                "\"2026-11-01T24:00:00\"",
                "\"2026-11-01T25:00:00\"",
                "\"20261101T100000Z\"",
                "\"2026-11-01T10:00:60Z\"",
            ],
        )
    },
    |rng| one(rng, &["true", "false", "\"true\"", "\"FALSE\""]),
    |rng| one(rng, &["\"007\"", "\"12\"", "\"-3\"", "\"0\"", "\"99999999999999999999\""]),
    |rng| one(rng, &["\"3.50\"", "\"1e5\"", "\"-0.1\"", "\"12\"", "\"1E400\""]),
    |rng| one(rng, &["\"1.234,50\"", "\"7,5\"", "\"1,234\"", "\"1 234,5\"", "\"0,99\""]),
    |rng| one(rng, &["\"aGk=\"", "\"AAFoZWxsbw==\"", "\"aGkhIQ==\"", "\"abcd\""]),
    |rng| one(rng, &["\"\"", "\"N/A\"", "\"-\"", "\"null\"", "\"none\"", "\"NaN\"", "\"undefined\""]),
    |rng| one(rng, &["\"now\"", "\"infinity\"", "\"-Infinity\"", "\"today\"", "\"epoch\"", "\"allballs\""]),
    |rng| {
        one(
            rng,
            &[
                "\"plain\"",
                "\"it's; DROP TABLE t; --\"",
                "\"*/ $$ \\\\ \\n\\r line\"",
                "\"🙂 ÄÖ\"",
                "\" 1 \"",
                "\"1\\t\"",
                "\"{}\"",
                "\"{1,2}\"",
            ],
        )
    },
    |rng| format!("\"{}\"", "x".repeat(rng.usize(190..6_000))),
    |_| "null".into(),
    |rng| one(rng, &["[]", "[1, 2]", "[1.5, 2]", "[null]", "[9223372036854775808]", "[-0, 1e2]"]),
    |rng| {
        one(
            rng,
            &[
                "[\"a\", null]",
                "[\"\", \"{\\\"\", \"\\\\\"]",
                "[\"NULL\"]",
                "[1, \"a\", true]",
                "[\"2026-11-01\"]",
                "[\"2026-02-31\"]",
                "[true]",
                "[\"2026-11-01T10:00:00Z\"]",
            ],
        )
    },
    |rng| one(rng, &["[[1, 2], [3]]", "[[]]", "[{\"x\": 1}, null]", "[{\"x\": 1}, 7]", "[{}]"]),
    |rng| lines(rng, 2),
    |rng| object(rng, 2),
    |_| format!("{}1{}", "{\"deep\": ".repeat(40), "}".repeat(40)),
    |rng| {
        format!(
            "{{{}}}",
            (0..rng.usize(0..6))
                .map(|_| format!("\"k{:08x}\": {}", rng.u32(..), rng.u8(..)))
                .collect::<Vec<_>>()
                .join(", ")
        )
    },
];

impl Kind {
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        Self(rng.usize(..KINDS.len()))
    }

    /// A value of it.
    pub(crate) fn value(self, rng: &mut Rng) -> String {
        KINDS[self.0](rng)
    }
}

fn one(rng: &mut Rng, of: &[&str]) -> String {
    (*rng.choice(of).unwrap_or(&"null")).to_owned()
}

/// Objects in an array, as the lines of an order.
fn lines(rng: &mut Rng, depth: usize) -> String {
    let lines: Vec<String> = (0..rng.usize(..4)).map(|_| object(rng, depth)).collect();
    format!("[{}]", lines.join(", "))
}

fn object(rng: &mut Rng, depth: usize) -> String {
    let mut members = Vec::new();
    for name in ["id", "sku", "Qty", "at", "lines", "order"] {
        if rng.bool() {
            continue;
        }
        let value = match name {
            "lines" if depth > 0 => lines(rng, depth - 1),
            "order" if depth > 0 => object(rng, depth - 1),
            "id" => rng.u8(..9).to_string(),
            "at" => KINDS[9](rng),
            _ => KINDS[rng.usize(..20)](rng),
        };
        members.push(format!("\"{name}\": {value}"));
    }
    format!("{{{}}}", members.join(", "))
}
