//! Random documents for a contract, and simpler ones made from them while a difference is narrowed down.

use fastrand::Rng;
use pg_ingest_tests::case::File;
use pg_ingest_tests::staging::Staged;

use crate::contract::Contract;
use crate::envelope::{Envelope, Wrapping};
use crate::types::HOSTILE;

/// One record: members in order, each with the members that it stands under.
pub(crate) type Record = Vec<(Vec<String>, String)>;

/// One file, not yet written out.
#[derive(Clone)]
pub(crate) struct Document {
    key: String,
    records: Vec<Record>,
    style: u8,
    wrapping: Option<Wrapping>,
    /// Bytes to overwrite, at places counted from the beginning, modulo the length.
    damage: Vec<(usize, u8)>,
    /// Bytes to cut off the end.
    cut: usize,
    sequencer: Option<String>,
    time: Option<String>,
}

/// Two batches of up to three files.
pub(crate) fn batches(rng: &mut Rng, contract: &Contract) -> Vec<Vec<Document>> {
    (0..2)
        .map(|batch| (0..rng.usize(1..=3)).map(|file| document(rng, contract, batch, file)).collect())
        .collect()
}

fn document(rng: &mut Rng, contract: &Contract, batch: usize, file: usize) -> Document {
    let records: Vec<Record> = (0..rng.usize(0..=6)).map(|_| record(rng, contract)).collect();
    let is_wrapped = contract.envelope != Envelope::None && rng.u8(..6) > 0;
    Document {
        key: format!("{}.json", ["b", "a", "c"][file % 3]),
        style: rng.u8(..5),
        wrapping: is_wrapped.then(|| Wrapping::draw(rng, contract.envelope, records.len())),
        records,
        damage: if rng.u8(..10) == 0 { vec![(rng.usize(..10_000), damaging(rng))] } else { vec![] },
        cut: if rng.u8(..20) == 0 { rng.usize(1..20) } else { 0 },
        sequencer: rng.bool().then(|| format!("{batch:02}{:02X}", rng.u8(..))),
        time: rng.bool().then(|| format!("2026-01-01T00:00:{:02}Z", rng.u8(..10))),
    }
}

fn damaging(rng: &mut Rng) -> u8 {
    *rng.choice(b"{}[]:,\"\\ \n0e-tx\x00\x01\xff\xc3\xed").unwrap_or(&b'x')
}

fn record(rng: &mut Rng, contract: &Contract) -> Record {
    let mut record = Record::new();
    for column in &contract.columns {
        let value = match rng.u8(..20) {
            0 => continue,
            1 => "null".into(),
            2 | 3 => HOSTILE[rng.usize(..HOSTILE.len())].to_owned(),
            _ if column.name == "id" => format!("{}", rng.u8(1..6)),
            _ if column.name == "version" => format!("{}", rng.u8(1..4)),
            _ => column.fits[rng.usize(..column.fits.len())].to_owned(),
        };
        let path = if column.path.is_empty() { vec![spelt(rng, &column.name)] } else { column.path.clone() };
        record.push((path, value));
        if column.path.is_empty() && rng.u8(..25) == 0 {
            record.push((vec![spelt(rng, &column.name)], HOSTILE[rng.usize(..HOSTILE.len())].to_owned()));
        }
    }
    for unknown in ["x", "o", "y z", "id", "é"] {
        if rng.u8(..12) == 0 {
            let path = if rng.bool() { vec![unknown.into()] } else { vec!["o".into(), unknown.into()] };
            record.push((path, HOSTILE[rng.usize(..HOSTILE.len())].to_owned()));
        }
    }
    rng.shuffle(&mut record);
    record
}

/// A column's name as a record may have it.
fn spelt(rng: &mut Rng, name: &str) -> String {
    match rng.u8(..16) {
        0 => name.to_ascii_uppercase(),
        1 => name.to_ascii_lowercase(),
        2 => name.replace([' ', '_'], "-"),
        3 => name
            .split(' ')
            .map(|word| {
                word.chars()
                    .take(1)
                    .flat_map(char::to_uppercase)
                    .chain(word.chars().skip(1))
                    .collect::<String>()
            })
            .collect(),
        _ => name.to_owned(),
    }
}

/// Members that stand under the same one share its object, in the order of their first.
fn written(record: &[(Vec<String>, String)], depth: usize) -> String {
    let mut members: Vec<String> = Vec::new();
    let mut grouped: Vec<&str> = Vec::new();
    for (path, value) in record {
        let name = &path[depth];
        if path.len() == depth + 1 {
            members.push(format!("{}: {value}", serde_json::Value::from(name.as_str())));
        } else if !grouped.contains(&name.as_str()) {
            grouped.push(name);
            let inside: Record = record
                .iter()
                .filter(|(other, _)| other.len() > depth + 1 && other[depth] == *name)
                .cloned()
                .collect();
            members.push(format!(
                "{}: {}",
                serde_json::Value::from(name.as_str()),
                written(&inside, depth + 1)
            ));
        }
    }
    format!("{{{}}}", members.join(", "))
}

impl Document {
    /// The file's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let records: Vec<String> = self.records.iter().map(|record| written(record, 0)).collect();
        let mut text = match (&self.wrapping, self.style) {
            (Some(wrapping), _) => wrapping.document(&records),
            (_, 0) => records.join("\n"),
            (_, 1) => records.concat(),
            (_, 2) => format!("\u{feff}[{}]\n", records.join(" , ")),
            (_, 3) => format!("{}\n5 [] \"x\"", records.join("\r\n\r\n")),
            _ => format!("[{}]", records.join(",")),
        }
        .into_bytes();
        for (place, byte) in &self.damage {
            if !text.is_empty() {
                let place = place % text.len();
                text[place] = *byte;
            }
        }
        text.truncate(text.len().saturating_sub(self.cut));
        text
    }

    /// As it is staged.
    pub(crate) fn staged(&self) -> Staged {
        let mut file = File::of_key(&self.key);
        file.sequencer.clone_from(&self.sequencer);
        file.event_time.clone_from(&self.time);
        Staged::from_bytes(file, self.bytes())
    }

    /// Simpler documents: without the damage, one record less, one member less.
    pub(crate) fn simpler(&self) -> Vec<Self> {
        let mut simpler = Vec::new();
        if !self.damage.is_empty() || self.cut > 0 {
            simpler.push(Self { damage: vec![], cut: 0, ..self.clone() });
        }
        for record in 0..self.records.len() {
            let mut less = self.clone();
            less.records.remove(record);
            simpler.push(less);
        }
        if self.records.len() == 1 {
            for member in 0..self.records[0].len() {
                let mut less = self.clone();
                less.records[0].remove(member);
                simpler.push(less);
            }
        }
        simpler
    }
}
