//! Who loads the files.

mod floor;
mod hand_sql;
mod pipeline;
mod python;
mod tables;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::server::Server;
use crate::workload::{Batch, Workload};
use floor::Floor;
use hand_sql::HandSql;
use pipeline::Pipeline;

pub(crate) use python::run as run_python;

/// A way to load files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contender {
    /// COPY of the rows, already clean, as CSV.
    Floor,
    /// What an expert writes by hand: no validation, no ledger.
    HandSql,
    /// Python, `execute_values` a file.
    Psycopg2,
    /// Python, `executemany` a file.
    Executemany,
    /// Python as experts write it: psycopg 3 and orjson, COPY into a temporary table, one upsert a batch.
    Psycopg3,
    /// Python, Arrow tables by ADBC, one upsert a batch.
    Adbc,
    /// dlt, merge.
    Dlt,
    /// The pipeline on plain SQL functions.
    Sql,
    /// The pipeline with the extension.
    Native,
}

impl Contender {
    /// Everybody.
    pub const ALL: [Self; 9] = [
        Self::Floor,
        Self::HandSql,
        Self::Psycopg2,
        Self::Executemany,
        Self::Psycopg3,
        Self::Adbc,
        Self::Dlt,
        Self::Sql,
        Self::Native,
    ];

    /// Its name on the command line and in reports; also its database's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::HandSql => "hand_sql",
            Self::Psycopg2 => "psycopg2",
            Self::Executemany => "executemany",
            Self::Psycopg3 => "psycopg3",
            Self::Adbc => "adbc",
            Self::Dlt => "dlt",
            Self::Sql => "sql",
            Self::Native => "native",
        }
    }

    /// What it does, for reports.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Floor => "`COPY` of the same rows, already clean, as CSV",
            Self::HandSql => "binary `COPY`, `jsonb_to_recordset`, `ON CONFLICT`; no validation, no ledger",
            Self::Psycopg2 => "Python, psycopg2 `execute_values`, one call a file",
            Self::Executemany => "Python, psycopg2 `executemany`, one call a file",
            Self::Psycopg3 => {
                "Python, psycopg 3 and orjson, `COPY` into a temporary table, one upsert a batch; no validation, no ledger"
            }
            Self::Adbc => "Python, orjson, Arrow and ADBC, one upsert a batch; no validation, no ledger",
            Self::Dlt => "dlt, `merge`",
            Self::Sql => "pg_ingest, sql engine",
            Self::Native => "pg_ingest, native engine",
        }
    }

    /// The contender of that name.
    ///
    /// # Errors
    /// When there is none; the text lists them.
    pub fn named(name: &str) -> Result<Self> {
        let Some(contender) = Self::ALL.into_iter().find(|contender| contender.name() == name) else {
            let known: Vec<&str> = Self::ALL.iter().map(|contender| contender.name()).collect();
            bail!("there is no contender `{name}`; there are {}", known.join(", "));
        };
        Ok(contender)
    }

    /// The pipeline's engine, where it is the pipeline.
    pub(crate) fn engine(self) -> Option<&'static str> {
        match self {
            Self::Sql => Some("sql"),
            Self::Native => Some("native"),
            _ => None,
        }
    }

    /// The Python script that does the loading, where one does.
    pub(crate) fn script(self) -> Option<&'static str> {
        match self {
            Self::Psycopg2 => Some("psycopg2_execute_values.py"),
            Self::Executemany => Some("psycopg2_executemany.py"),
            Self::Psycopg3 => Some("psycopg3_copy.py"),
            Self::Adbc => Some("adbc_ingest.py"),
            Self::Dlt => Some("dlt_merge.py"),
            _ => None,
        }
    }

    /// Types that it does not know; its table has text there.
    pub(crate) fn unknown_types(self) -> &'static [&'static str] {
        if self == Self::Dlt { &["uuid", "char(3)"] } else { &[] }
    }

    /// Columns of its own, as DDL behind the others.
    pub(crate) fn own_columns(self) -> &'static str {
        // dlt adds them itself, but not to a table that holds rows.
        let of_dlt = ", _dlt_load_id varchar NOT NULL DEFAULT '', _dlt_id varchar NOT NULL DEFAULT ''";
        if self == Self::Dlt { of_dlt } else { "" }
    }

    /// Whether this work can be asked of it.
    pub(crate) fn takes(self, workload: Workload, quick: bool) -> bool {
        match workload {
            Workload::New => true,
            Workload::Update => self.script().is_none() || !quick,
            // One bad record fails the hand-written statement, and with it the batch.
            Workload::Dirty => self.engine().is_some() || self == Self::Floor,
            // Held against the engine itself.
            Workload::FanOut | Workload::Deletes => self.engine().is_some() || self == Self::Floor,
            _ => self.script().is_none(),
        }
    }

    /// Whether its tables begin empty whatever the workload says: a COPY cannot meet a row that is there.
    pub(crate) fn begins_empty(self) -> bool {
        self == Self::Floor
    }

    /// The files it is measured on at most. Who takes many times as long tells as much on fewer.
    pub(crate) fn most_files(self, quick: bool) -> Option<usize> {
        match self {
            Self::Executemany | Self::Dlt => Some(if quick { 100 } else { 200 }),
            Self::Psycopg2 if quick => Some(200),
            _ => None,
        }
    }
}

/// A contender that loads from this program, on its connection.
pub(crate) enum Session {
    Floor(Floor),
    HandSql(HandSql),
    Pipeline(Box<Pipeline>),
}

impl Session {
    /// Connects to a place that was made for this contender.
    pub(crate) async fn open(server: &Server, contender: Contender, place: &Place) -> Result<Self> {
        match contender {
            Contender::Floor => Ok(Self::Floor(Floor::open(server, place).await?)),
            Contender::HandSql => Ok(Self::HandSql(HandSql::open(server, place).await?)),
            Contender::Sql | Contender::Native => {
                Ok(Self::Pipeline(Box::new(Pipeline::open(server, place)?)))
            }
            Contender::Psycopg2
            | Contender::Executemany
            | Contender::Psycopg3
            | Contender::Adbc
            | Contender::Dlt => {
                bail!("{} loads from a process of its own", contender.name())
            }
        }
    }

    /// Loads and commits one batch. `names` tells its files from those of all other batches.
    pub(crate) async fn load(&mut self, batch: &Batch, names: &str, expected: Expected) -> Result<Phases> {
        match self {
            Self::Floor(floor) => floor.load(batch).await.map(|()| Phases::default()),
            Self::HandSql(hand_sql) => hand_sql.load(batch).await.map(|()| Phases::default()),
            // Boxed: the shipper's futures, nested in all those above, are deeper than the compiler follows.
            Self::Pipeline(pipeline) => Box::pin(pipeline.load(batch, names, expected)).await,
        }
    }

    /// The proposal for a batch's files, which nothing keeps.
    pub(crate) async fn infer(&mut self, batch: &Batch) -> Result<String> {
        match self {
            Self::Pipeline(pipeline) => Box::pin(pipeline.infer(batch)).await,
            Self::Floor(_) | Self::HandSql(_) => bail!("only the pipeline infers"),
        }
    }
}

/// What the pipeline must report of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// All files are new.
    Loaded,
    /// All files are known.
    Skipped,
}

/// Milliseconds of the pipeline's parts, as its client sees them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Phases {
    /// Until the transaction stands.
    pub(crate) begin: f64,
    /// COPY into staging.
    pub(crate) stage: f64,
    /// `ingest_process_staging`.
    pub(crate) process: f64,
    /// COMMIT.
    pub(crate) commit: f64,
}

impl Phases {
    pub(crate) fn add(&mut self, other: Self) {
        self.begin += other.begin;
        self.stage += other.stage;
        self.process += other.process;
        self.commit += other.commit;
    }

    /// The same a file, for so many files.
    pub(crate) fn divided_by(self, files: f64) -> Self {
        Self {
            begin: self.begin / files,
            stage: self.stage / files,
            process: self.process / files,
            commit: self.commit / files,
        }
    }
}
