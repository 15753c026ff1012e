//! Random samples: files of records that have something in common, and are written in one of the ways that producers write.

use anyhow::Result;
use fastrand::Rng;
use pg_ingest_tests::body::{Body, Part};
use pg_ingest_tests::case::File;
use pg_ingest_tests::staging::Staged;
use serde_json::Value;

use crate::values::Kind;

/// Names that are no plain names, that mean something in PostgreSQL or here, and that meet others.
const NAMES: &[&str] = &[
    "id",
    "ID",
    "Id",
    "orderId",
    "order_id",
    "order-id",
    "uuid",
    "updatedAt",
    "version",
    "select",
    "table",
    "user",
    "order",
    "ctid",
    "xmin",
    "tableoid",
    "_file_id",
    "_rescued",
    "_ingest_x",
    "record",
    "document",
    "",
    " ",
    "a b",
    "a.b",
    "a\"b",
    "a'b",
    "$$",
    "é",
    "名前",
    "🙂",
    "1st",
    "data",
    "items",
    "lines",
    "at",
    "created_ms",
    "price",
    "qty",
    "city",
    "null",
    "constraint",
    "_key",
    "key",
    "parent",
    "__",
    "\n",
];

struct Member {
    name: String,
    kind: Kind,
    /// Values of it, one in so many, are of any kind; never where it is 0.
    odd: u8,
    /// So it is with records that leave it out.
    absent: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Array,
    Lines,
    One,
    Envelope,
}

/// Files of records.
pub(crate) struct Samples {
    style: Style,
    /// By file.
    records: Vec<Vec<String>>,
}

impl Samples {
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        let members = members(rng);
        let style = [Style::Array, Style::Lines, Style::One, Style::Envelope][rng.usize(..4)];
        let mut number = 0;
        let files = rng.usize(1..=4);
        let records = (0..files).map(|_| {
            let most = if style == Style::One { 1 } else { 6 };
            (0..rng.usize(1..=most))
                .map(|_| {
                    number += 1;
                    record(rng, &members, number)
                })
                .collect()
        });
        Self { style, records: records.collect() }
    }

    /// Whether nothing in them is a record.
    pub(crate) fn are_empty(&self) -> bool {
        self.records() == 0
    }

    pub(crate) fn records(&self) -> usize {
        self.records.iter().map(Vec::len).sum()
    }

    /// The same records, in other files and in another order.
    pub(crate) fn shuffled(&self, rng: &mut Rng) -> Self {
        let mut all = self.records.concat();
        rng.shuffle(&mut all);
        let mut all = all.into_iter();
        let records = self.records.iter().map(|file| all.by_ref().take(file.len()).collect()).collect();
        Self { style: self.style, records }
    }

    pub(crate) fn files(&self) -> Result<Vec<Staged>> {
        let staged = |(number, records): (usize, &Vec<String>)| {
            Staged::from_case(&File::new(
                &format!("in/things/{number}.json"),
                Body::One(Part::Text(body(self.style, records))),
            ))
        };
        self.records.iter().enumerate().map(staged).collect()
    }

    /// For who looks into a fault.
    pub(crate) fn shown(&self) -> String {
        self.records
            .iter()
            .map(|records| body(self.style, records))
            .collect::<Vec<_>>()
            .join("\n--- next file\n")
    }
}

fn body(style: Style, records: &[String]) -> String {
    match style {
        Style::Array => format!("[{}]", records.join(",\n")),
        Style::Lines | Style::One => records.join("\n"),
        Style::Envelope => {
            format!("{{\"page\": 1, \"from\": \"2026-11-01\", \"data\": [{}]}}", records.join(",\n"))
        }
    }
}

fn members(rng: &mut Rng) -> Vec<Member> {
    let count = match rng.u8(..20) {
        0 => rng.usize(290..420),
        1 => 2_000,
        _ => rng.usize(1..12),
    };
    let mut members: Vec<Member> = Vec::new();
    for number in 0..count {
        let name = match rng.u8(..8) {
            0 => format!("{}{number}", "long_name_".repeat(20)),
            1 => format!("m{number}"),
            _ if count > 100 => format!("m{number}"),
            _ => NAMES[rng.usize(..NAMES.len())].to_owned(),
        };
        if members.iter().all(|member| member.name != name) {
            let odd = [0, 0, 0, 2, 5][rng.usize(..5)];
            members.push(Member { name, kind: Kind::draw(rng), odd, absent: [0, 0, 3, 10][rng.usize(..4)] });
        }
    }
    members
}

fn record(rng: &mut Rng, members: &[Member], number: usize) -> String {
    let mut parts = Vec::new();
    for member in members {
        if member.absent > 0 && rng.u8(..member.absent) == 0 {
            continue;
        }
        let is_odd = member.odd > 0 && rng.u8(..member.odd) == 0;
        let value = match member.name.as_str() {
            // Now and then a key, which seldom comes twice.
            "id" | "orderId" | "uuid" if !number.is_multiple_of(7) => number.to_string(),
            _ if is_odd => Kind::draw(rng).value(rng),
            _ => member.kind.value(rng),
        };
        parts.push(format!("{}: {value}", Value::from(member.name.as_str())));
    }
    format!("{{{}}}", parts.join(", "))
}
