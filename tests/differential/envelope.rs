//! Envelopes: a records_path, documents in which it finds records, and sources around these.

use fastrand::Rng;

use crate::types::{HOSTILE, TYPES};

/// What records stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    None,
    /// One array.
    Items,
    /// Arrays in the elements of an array.
    Arrays,
    /// Maps in the members of a map.
    Maps,
    /// One object, or an array, in each element of an array.
    Single,
}

/// Groups that are none, or hold none.
const ODD: &[&str] =
    &["null", "5", "{}", "{\"items\": null}", "{\"items\": []}", "{\"items\": {}}", "{\"items\": 7}", "[]"];

impl Envelope {
    pub(crate) fn draw(rng: &mut Rng) -> Envelope {
        match rng.u8(..16) {
            0 | 1 => Envelope::Items,
            2 | 3 => Envelope::Arrays,
            4 | 5 => Envelope::Maps,
            6 => Envelope::Single,
            _ => Envelope::None,
        }
    }

    /// Its records_path.
    pub(crate) fn path(self) -> Option<&'static str> {
        match self {
            Envelope::None => None,
            Envelope::Items => Some("$.data.items"),
            Envelope::Arrays => Some("$.data[*].items[*]"),
            Envelope::Maps => Some("$.data.*.items.*"),
            Envelope::Single => Some("$.data[*].items"),
        }
    }

    /// Columns that read around the records: name, declaration, source.
    pub(crate) fn columns(self, rng: &mut Rng) -> Vec<(String, String, &'static str)> {
        let sources: &[&str] = match self {
            Envelope::None => &["position:"],
            Envelope::Items => &["position:", "parent:$.p", "document:$.data.p", "document:$.d[1]"],
            Envelope::Maps => &["name:", "parent:$.p", "parent:$.p.x", "document:$.d"],
            Envelope::Arrays | Envelope::Single => &[
                "position:",
                "parent:$.p",
                "parent:parent:$.d",
                "parent:$.p[0]",
                "parent:$.p.x",
                "document:$.d",
                "document:$.d.x",
            ],
        };
        (0..rng.usize(..4))
            .map(|number| {
                let kind = &TYPES[rng.usize(..TYPES.len())];
                let given = if rng.u8(..6) == 0 { " NOT NULL" } else { "" };
                let source = sources[rng.usize(..sources.len())];
                (format!("around {number}"), format!("{}{given}", kind.ddl), source)
            })
            .collect()
    }
}

/// How the records of one file are put into its envelope.
#[derive(Clone)]
pub(crate) struct Wrapping {
    envelope: Envelope,
    /// A group begins with these records.
    begins: Vec<bool>,
    /// What stands around them, again and again.
    around: Vec<Option<String>>,
    /// A group more, which is odd.
    odd: Option<&'static str>,
    /// Names of members, some of them twice.
    names: Vec<u8>,
}

impl Wrapping {
    pub(crate) fn draw(rng: &mut Rng, envelope: Envelope, records: usize) -> Wrapping {
        let value = |rng: &mut Rng| match rng.u8(..6) {
            0 => None,
            1 => Some(HOSTILE[rng.usize(..HOSTILE.len())].to_owned()),
            2 => Some("{\"x\": 1, \"p\": [3]}".to_owned()),
            3 => Some("[2, \"3\"]".to_owned()),
            _ => {
                let fits = TYPES[rng.usize(..TYPES.len())].fits;
                Some(fits[rng.usize(..fits.len())].to_owned())
            }
        };
        Wrapping {
            envelope,
            begins: (0..records).map(|_| rng.bool()).collect(),
            around: (0..3).map(|_| value(rng)).collect(),
            odd: if rng.u8(..6) == 0 { rng.choice(ODD).copied() } else { None },
            names: (0..records + 3).map(|_| rng.u8(..24)).collect(),
        }
    }

    /// The document of these records.
    pub(crate) fn document(&self, records: &[String]) -> String {
        let mut groups: Vec<Vec<&str>> = Vec::new();
        for (record, begins) in records.iter().zip(&self.begins) {
            if *begins || groups.is_empty() {
                groups.push(Vec::new());
            }
            if let Some(group) = groups.last_mut() {
                group.push(record);
            }
        }
        let member = |name: &str, number: usize| {
            let value = self.around.get(number % self.around.len()).cloned().flatten();
            value.map(|value| format!("\"{name}\": {value}, ")).unwrap_or_default()
        };
        let name = |number: usize| match self.names.get(number % self.names.len()) {
            Some(0) => "\"\\u0061\"".to_owned(),
            Some(choice) => format!(
                "\"{}\"",
                ["a", "zz", "b c", "\u{e9}"]
                    .get(usize::from(choice % 8))
                    .map_or(format!("n{number}"), |name| (*name).to_owned())
            ),
            None => "\"\"".to_owned(),
        };
        let mut written: Vec<String> = Vec::new();
        for (number, group) in groups.iter().enumerate() {
            let items = match (self.envelope, group.as_slice()) {
                (Envelope::Single, [record]) => (*record).to_owned(),
                (Envelope::Maps, _) => {
                    let members: Vec<String> = group
                        .iter()
                        .enumerate()
                        .map(|(at, record)| format!("{}: {record}", name(at + number)))
                        .collect();
                    format!("{{{}}}", members.join(", "))
                }
                _ => format!("[{}]", group.join(",\n")),
            };
            written.push(format!("{{{}\"items\": {items}}}", member("p", number)));
        }
        written.extend(self.odd.map(str::to_owned));
        let data = match self.envelope {
            Envelope::Maps => {
                let members: Vec<String> =
                    written.iter().enumerate().map(|(at, group)| format!("{}: {group}", name(at))).collect();
                format!("{{{}}}", members.join(", "))
            }
            Envelope::Arrays | Envelope::Single => format!("[{}]", written.join(", ")),
            _ => format!("{{{}\"items\": [{}], \"n\": 1}}", member("p", 1), records.join(",\n")),
        };
        format!("{{{}\"data\": {data}}}", member("d", 2))
    }
}
