//! A kind of content: a table, a registration, and the records that go there.

use std::path::PathBuf;

use anyhow::Result;
use bytes::Bytes;
use local_stack::samples::array;
use tokio_postgres::Client;

use crate::place::Target;
use crate::shape::Shape;
use crate::workload::{Batch, File};

/// Files of a batch, unless a kind says otherwise.
const FILES: u64 = 20;
/// Records of a file, unless a kind says otherwise.
const RECORDS: u64 = 100;
/// What a record may cost over a clean one.
const BOUND: f64 = 5.0;

/// A table that records go to, and how it is registered. `{t}` in SQL stands for its name.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// What stands between the parentheses of CREATE TABLE.
    pub(super) columns: String,
    /// What stands behind them.
    pub(super) clause: &'static str,
    /// Made before it: types, tables that it refers to.
    pub(super) before: &'static str,
    /// Made after it: indexes, triggers, partitions.
    pub(super) after: &'static str,
    /// As `ingest_register_dataset` takes them.
    pub(super) paths: &'static str,
    pub(super) expressions: &'static str,
    pub(super) records_path: Option<&'static str>,
    pub(super) on_unknown: &'static str,
    pub(super) key_pattern: Option<&'static str>,
    pub(super) null_strings: &'static [&'static str],
    pub(super) record_filter: Option<&'static str>,
    pub(super) match_names: Option<&'static str>,
}

/// A record, and whether it must be refused.
pub(super) struct Record {
    pub(super) text: String,
    pub(super) refused: bool,
}

/// A kind of content.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) table: Table,
    /// The kind that its cost is held against.
    pub(super) over: &'static str,
    pub(super) bound: f64,
    files: u64,
    records: u64,
    /// Whether the filter leaves out the record of that number.
    leaves_out: fn(u64) -> bool,
    /// The record of that number; numbers go on from batch to batch.
    record: Box<dyn Fn(u64) -> Record + Send + Sync>,
}

impl Kind {
    /// Of records that all load.
    pub(super) fn good(
        name: &'static str,
        about: &'static str,
        table: &Table,
        record: impl Fn(u64) -> String + Send + Sync + 'static,
    ) -> Self {
        Self::mixed(name, about, table, move |number| Record { text: record(number), refused: false })
    }

    /// Of records of which some are refused.
    pub(super) fn mixed(
        name: &'static str,
        about: &'static str,
        table: &Table,
        record: impl Fn(u64) -> Record + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            about,
            table: table.clone(),
            over: "clean",
            bound: BOUND,
            files: FILES,
            records: RECORDS,
            leaves_out: |_| false,
            record: Box::new(record),
        }
    }

    /// Held against another kind than `clean`, of the same table.
    pub(super) fn over(self, over: &'static str) -> Self {
        Self { over, ..self }
    }

    /// To cost at most so many times what it is held against.
    pub(super) fn at_most(self, bound: f64) -> Self {
        Self { bound, ..self }
    }

    /// In so many files of so many records.
    pub(super) fn files(self, files: u64, records: u64) -> Self {
        Self { files, records, ..self }
    }

    /// With a filter, which leaves out these records.
    pub(super) fn leaving_out(self, leaves_out: fn(u64) -> bool) -> Self {
        Self { leaves_out, ..self }
    }

    /// Records of a batch.
    pub(super) fn records(&self) -> u64 {
        self.files * self.records
    }

    /// Records of that batch that are to become rows.
    pub(super) fn rows(&self, batch: usize) -> u64 {
        let first = batch as u64 * self.records();
        (first..first + self.records())
            .filter(|number| !(self.leaves_out)(*number) && !(self.record)(*number).refused)
            .count() as u64
    }

    fn table_name(&self) -> String {
        format!("bench.content_{}", self.name.replace('-', "_"))
    }

    /// Its table, as those who stage files know it.
    pub(super) fn target(&self) -> Target {
        Target { table: self.table_name(), shape: Shape::default() }
    }

    /// Makes and registers its table.
    pub(super) async fn make(&self, admin: &Client) -> Result<()> {
        let (name, table) = (self.table_name(), &self.table);
        let create = format!("CREATE TABLE {name} ({}) {}", table.columns, table.clause);
        for sql in [table.before, &create, table.after] {
            admin.batch_execute(&sql.replace("{t}", &name)).await?;
        }
        let or_none = |text: &'static str| if text.is_empty() { "{}" } else { text };
        admin.execute("SELECT public.ingest_add_metadata_columns($1::text::regclass)", &[&name]).await?;
        admin
            .execute(
                "SELECT public.ingest_register_dataset(name => $1, prefix => $2, target => $3::text::regclass, \
                 columns => $4::text::jsonb, expressions => $5::text::jsonb, records_path => $6, \
                 version_column => 'v', on_unknown => $7, key_pattern => $8, null_strings => $9, \
                 record_filter => $10, match_names => $11)",
                &[
                    &name,
                    &self.target().prefix(),
                    &name,
                    &or_none(table.paths),
                    &or_none(table.expressions),
                    &table.records_path,
                    &if table.on_unknown.is_empty() { "rescue" } else { table.on_unknown },
                    &table.key_pattern,
                    &table.null_strings,
                    &table.record_filter,
                    &table.match_names,
                ],
            )
            .await?;
        Ok(())
    }

    /// A batch, whose keys come in no other.
    pub(super) fn batch(&self, target: usize, number: usize) -> Batch {
        let mut batch = Batch::default();
        let first = number as u64 * self.records();
        for file in 0..self.files {
            let numbers = first + file * self.records..first + (file + 1) * self.records;
            let records: Vec<Record> = numbers.map(|number| (self.record)(number)).collect();
            batch.rejects += records.iter().filter(|record| record.refused).count() as u64;
            let texts: Vec<String> = records.into_iter().map(|record| record.text).collect();
            let body = match self.table.records_path {
                Some(_) => [br#"{"meta":{"page":1},"data":"#, &*array(&texts), b"}"].concat(),
                None => array(&texts),
            };
            batch.files.push(File { target, body: Bytes::from(body), path: PathBuf::new() });
        }
        batch
    }
}
