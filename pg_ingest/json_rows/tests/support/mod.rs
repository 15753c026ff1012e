//! A database that only remembers: tests read documents against it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use json_rows::{Cell, Code, Contract, Database, File, FileReader, Row, Run};

/// What the row source handed over.
#[derive(Default)]
pub(crate) struct Recorder {
    /// Each row: its record number, its faults, and its cells as text.
    pub(crate) rows: Vec<(i32, Vec<i16>, Vec<String>)>,
    /// Of each row whether its record deletes.
    pub(crate) deletes: Vec<bool>,
    /// What input functions were asked: column, whether an element, text.
    pub(crate) asked: Vec<(usize, bool, String)>,
    /// How often it was given the chance to be interrupted.
    pub(crate) pulses: usize,
    /// What it remembers of the contract's children.
    pub(crate) children: Vec<Recorder>,
    /// Rows before the record under way.
    before: usize,
}

impl Recorder {
    fn show(cell: Cell, images: &[u8]) -> String {
        match cell {
            Cell::Null => "NULL".to_owned(),
            Cell::Given => "given".to_owned(),
            Cell::Word(word) => i64::from_ne_bytes(word.to_ne_bytes()).to_string(),
            Cell::Image(offset) => {
                let header = u32::from_ne_bytes(images[offset..offset + 4].try_into().unwrap());
                let length = if cfg!(target_endian = "little") { header >> 2 } else { header } as usize;
                String::from_utf8_lossy(&images[offset + 4..offset + length]).into_owned()
            }
        }
    }
}

impl Database for Recorder {
    fn input(&mut self, column: usize, of_element: bool, text: &[u8]) -> Result<Cell, Code> {
        let text = String::from_utf8(text.to_vec()).unwrap();
        let refused = text.starts_with("bad");
        self.asked.push((column, of_element, text));
        if refused { Err(Code::TypeMismatch) } else { Ok(Cell::Word(42)) }
    }

    fn array(
        &mut self,
        _column: usize,
        elements: &[Cell],
        _sizes: &[usize],
        images: &[u8],
    ) -> Result<Cell, Code> {
        for element in elements {
            Recorder::show(*element, images);
        }
        Ok(Cell::Word(elements.len() as u64))
    }

    fn json(&mut self, images: &[u8], offset: usize) -> Result<Cell, Code> {
        assert!(offset < images.len());
        Ok(Cell::Word(7))
    }

    fn time(&mut self, _text: &[u8], _pattern: &str) -> Result<i64, Code> {
        Ok(0)
    }

    fn transform(&mut self, geometry: &str, srid: i32) -> Result<String, Code> {
        Ok(format!("{geometry} in {srid}"))
    }

    fn row(&mut self, row: &Row<'_>) {
        let mut cells: Vec<String> = row.cells.iter().map(|cell| Recorder::show(*cell, row.images)).collect();
        cells.extend((row.rescued != Cell::Null).then(|| "rescued".to_owned()));
        cells.extend((row.record != Cell::Null).then(|| "whole".to_owned()));
        self.deletes.push(row.deletes);
        self.rows.push((row.record_no, row.faults.to_vec(), cells));
    }

    fn child(&mut self, number: usize) -> Option<&mut Recorder> {
        self.children.get_mut(number)
    }

    fn begin_record(&mut self) {
        self.before = self.rows.len();
        self.children.iter_mut().for_each(Database::begin_record);
    }

    fn forget_record(&mut self) {
        self.rows.truncate(self.before);
        self.children.iter_mut().for_each(Database::forget_record);
    }

    fn pulse(&mut self) {
        self.pulses += 1;
    }
}

/// A column as the contract describes it: name, path as JSON, declared type, kind, object identifier.
pub(crate) struct ColumnOf<'a>(
    pub(crate) &'a str,
    pub(crate) &'a str,
    pub(crate) &'a str,
    pub(crate) &'a str,
    pub(crate) u32,
);

/// A contract of these columns; `more` overrides its other members.
pub(crate) fn contract(columns: &[ColumnOf<'_>], more: serde_json::Value) -> Contract {
    let columns: Vec<serde_json::Value> = columns
        .iter()
        .map(|ColumnOf(name, path, declared, kind, oid)| {
            let length: Option<u32> =
                declared.split_once("character varying(").map(|(_, rest)| rest.trim_end_matches(')').parse().unwrap());
            let element = (*kind == "array").then(|| {
                serde_json::json!({"type": "integer", "kind": "int4", "base_oid": 23, "typmod": -1,
                    "max_length": null, "element": null})
            });
            serde_json::json!({"name": name, "path": serde_json::from_str::<serde_json::Value>(path).unwrap(),
                "path_text": format!("$.{name}"), "type": declared, "kind": kind, "base_oid": oid, "typmod": -1,
                "max_length": length, "required": *name == "id", "has_default": false, "element": element})
        })
        .collect();
    let mut contract = serde_json::json!({"dataset": "d", "records_path": null, "records_path_text": null,
        "on_unknown": "ignore", "want_rescued": false, "want_record": false, "columns": columns});
    for (name, value) in more.as_object().unwrap() {
        contract[name] = value.clone();
    }
    Contract::from_json(&contract.to_string()).unwrap()
}

/// Reads one body as file 1.
pub(crate) fn read(contract: &Contract, body: &[u8]) -> (Recorder, Run) {
    let (mut recorder, mut run) = (Recorder::default(), Run::default());
    recorder.children.extend(contract.family.iter().map(|_| Recorder::default()));
    let file = File { file_no: 1, body, context: b"{}", left_out: &[] };
    FileReader::new(contract).read(contract, file, None, &mut recorder, &mut run);
    (recorder, run)
}
