//! The command line. `cargo xtask bench --help` explains it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use lexopt::{Arg, Parser, ValueExt as _};
use local_stack::repository;

use crate::contender::Contender;
use crate::workload::Workload;

/// One thing to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All contenders at one kind of work.
    Load(Workload),
    /// Many sessions at once.
    Concurrency,
    /// The shipper between S3 and the database.
    Path,
    /// The operator's program beside it.
    Backfill,
    /// Tables and a ledger that are full already.
    History,
    /// What records cost by what stands in them.
    Content,
    /// What a registration costs by the table's columns.
    Registration,
    /// What a batch costs beside many datasets.
    Datasets,
    /// What it costs that the contract follows the data.
    Contract,
    /// A distributed table as the target.
    Citus,
}

impl Part {
    const OTHERS: [Self; 9] = [
        Self::Concurrency,
        Self::Path,
        Self::Backfill,
        Self::History,
        Self::Content,
        Self::Registration,
        Self::Datasets,
        Self::Contract,
        Self::Citus,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Load(workload) => workload.name(),
            Self::Concurrency => "concurrency",
            Self::Path => "path",
            Self::Backfill => "backfill",
            Self::History => "history",
            Self::Content => "content",
            Self::Registration => "registration",
            Self::Datasets => "datasets",
            Self::Contract => "contract",
            Self::Citus => "citus",
        }
    }

    fn named(name: &str) -> Result<Self> {
        let known: Vec<Self> = Workload::ALL.into_iter().map(Self::Load).chain(Self::OTHERS).collect();
        let names = || known.iter().map(|part| part.name()).collect::<Vec<_>>().join(", ");
        let found = known.iter().copied().find(|part| part.name() == name);
        found.with_context(|| format!("there is no workload `{name}`; there are {}", names()))
    }
}

/// What is measured, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Less of everything.
    pub quick: bool,
    /// In this order.
    pub parts: Vec<Part>,
    /// Who takes part; some workloads leave some out.
    pub contenders: Vec<Contender>,
    /// Of the kinds of content those whose names begin so.
    pub kinds: String,
    /// How often each contender loads each workload.
    pub repeat: usize,
    /// Measured files of the usual size.
    pub files: usize,
    /// The shipper's binary, for the whole path.
    pub shipper: Option<PathBuf>,
    /// The operator's program, for the backfill.
    pub operator: Option<PathBuf>,
    /// Keys that it compares with the ledger.
    pub keys: usize,
    /// Rows and ledger entries that `history` begins with.
    pub history_rows: usize,
    /// The major of PostgreSQL that the server is to be of, where one was asked for.
    pub postgres: Option<u32>,
    /// Where the figures go as JSON.
    pub json: Option<PathBuf>,
    /// Where the figures go as Markdown.
    pub results: Option<PathBuf>,
}

/// Options of which some are not known yet.
#[derive(Default)]
struct Given {
    quick: bool,
    parts: Option<Vec<Part>>,
    history: bool,
    contenders: Option<Vec<Contender>>,
    kinds: Option<String>,
    repeat: Option<usize>,
    files: Option<usize>,
    shipper: Option<PathBuf>,
    operator: Option<PathBuf>,
    keys: Option<usize>,
    history_rows: Option<usize>,
    postgres: Option<u32>,
    json: Option<PathBuf>,
    results: Option<PathBuf>,
}

/// What a run for another major measures and with whom: what its goals go by. The hand-written SQL wants lz4, which not every
/// PostgreSQL is built with.
const OF_A_MAJOR: [Part; 2] = [Part::Load(Workload::New), Part::Load(Workload::Dirty)];
const AT_A_MAJOR: [Contender; 3] = [Contender::Floor, Contender::Sql, Contender::Native];

/// The options that the arguments ask for.
///
/// # Errors
/// For an unknown flag, workload or contender, or a number that makes no sense; the text says which.
pub fn parse(mut arguments: Parser) -> Result<Options> {
    let mut given = Given::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("quick") => given.quick = true,
            Arg::Long("workload") => given.parts = Some(list(&arguments.value()?.string()?, Part::named)?),
            Arg::Long("history") => given.history = true,
            Arg::Long("contender") => {
                given.contenders = Some(list(&arguments.value()?.string()?, Contender::named)?);
            }
            Arg::Long("kind") => given.kinds = Some(arguments.value()?.string()?),
            Arg::Long("repeat") => given.repeat = Some(count(&mut arguments, "--repeat")?),
            Arg::Long("files") => given.files = Some(count(&mut arguments, "--files")?),
            Arg::Long("shipper") => given.shipper = Some(arguments.value()?.into()),
            Arg::Long("operator") => given.operator = Some(arguments.value()?.into()),
            Arg::Long("keys") => given.keys = Some(count(&mut arguments, "--keys")?),
            Arg::Long("history-rows") => given.history_rows = Some(count(&mut arguments, "--history-rows")?),
            Arg::Long("postgres") => {
                let major = arguments.value()?.parse().context("--postgres takes a major, such as 17")?;
                given.postgres = Some(major);
            }
            Arg::Long("json") => given.json = Some(arguments.value()?.into()),
            Arg::Long("results") => given.results = Some(arguments.value()?.into()),
            other => return Err(other.unexpected()).context("see cargo xtask bench --help"),
        }
    }
    Ok(given.settled())
}

impl Given {
    fn settled(self) -> Options {
        let quick = self.quick;
        let is_full = !quick && self.parts.is_none() && self.contenders.is_none();
        let of_a_major = self.postgres.map(|_| OF_A_MAJOR.to_vec());
        let parts = self.parts.or(of_a_major).unwrap_or_else(|| {
            let workloads = if quick { &Workload::QUICK[..] } else { &Workload::ALL[..] };
            let others = if quick {
                &[Part::Content][..]
            } else {
                &[
                    Part::Content,
                    Part::Registration,
                    Part::Datasets,
                    Part::Contract,
                    Part::Concurrency,
                    Part::Path,
                    Part::Backfill,
                ]
            };
            workloads.iter().copied().map(Part::Load).chain(others.iter().copied()).collect()
        });
        let history = (self.history && !parts.contains(&Part::History)).then_some(Part::History);
        Options {
            quick,
            parts: parts.into_iter().chain(history).collect(),
            contenders: self.contenders.unwrap_or_else(|| {
                if self.postgres.is_some() { AT_A_MAJOR.to_vec() } else { Contender::ALL.to_vec() }
            }),
            kinds: self.kinds.unwrap_or_default(),
            repeat: self.repeat.unwrap_or(if quick { 3 } else { 5 }),
            files: self.files.unwrap_or(if quick { 300 } else { 1000 }),
            shipper: self.shipper,
            operator: self.operator,
            keys: self.keys.unwrap_or(1_000_000),
            history_rows: self.history_rows.unwrap_or(10_000_000),
            postgres: self.postgres,
            json: self.json,
            results: self.results.or_else(|| is_full.then(|| repository().join("bench/results.md"))),
        }
    }
}

fn list<T>(names: &str, named: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    names.split(',').map(|name| named(name.trim())).collect()
}

fn count(arguments: &mut Parser, flag: &str) -> Result<usize> {
    let number: usize = arguments.value()?.parse().with_context(|| format!("{flag} takes a whole number"))?;
    ensure!(number > 0, "{flag} takes a number above 0");
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options> {
        parse(Parser::from_args(line.split_whitespace()))
    }

    #[test]
    fn the_full_run_measures_everything_and_the_quick_one_less() {
        let (full, quick) = (parsed("").unwrap(), parsed("--quick").unwrap());
        assert!(Workload::ALL.into_iter().all(|workload| full.parts.contains(&Part::Load(workload))));
        for part in [Part::Path, Part::Backfill] {
            assert!(full.parts.contains(&part) && !quick.parts.contains(&part));
        }
        assert_eq!(full.contenders, quick.contenders);
        assert!(full.results.is_some() && quick.results.is_none());
        assert!(full.repeat >= 5 && quick.repeat >= 3 && full.files > quick.files);
    }

    #[test]
    fn a_run_can_be_restricted() {
        let options =
            parsed("--quick --workload new --contender native,floor --repeat 9 --files 20").unwrap();
        assert_eq!(options.parts, [Part::Load(Workload::New)]);
        assert_eq!(options.contenders, [Contender::Native, Contender::Floor]);
        assert_eq!((options.repeat, options.files), (9, 20));
    }

    #[test]
    fn kinds_of_content_can_be_chosen() {
        let options = parsed("--workload content,registration --kind unknown").unwrap();
        assert_eq!(options.parts, [Part::Content, Part::Registration]);
        assert_eq!(options.kinds, "unknown");
        assert_eq!(parsed("").unwrap().kinds, "");
        assert!(parsed("").unwrap().parts.contains(&Part::Datasets));
        assert!(parsed("").unwrap().parts.contains(&Part::Contract));
    }

    #[test]
    fn citus_must_be_asked_for_since_no_package_brings_it() {
        assert!(!parsed("").unwrap().parts.contains(&Part::Citus));
        assert_eq!(parsed("--workload citus").unwrap().parts, [Part::Citus]);
    }

    #[test]
    fn a_major_is_measured_by_what_its_goals_go_by_and_told_beside_the_others() {
        let options = parsed("--postgres 17").unwrap();
        assert_eq!(options.postgres, Some(17));
        assert_eq!(options.parts, OF_A_MAJOR);
        assert_eq!(options.contenders, AT_A_MAJOR);
        assert!(options.results.is_some(), "its section of bench/results.md");
        let fewer = parsed("--postgres 17 --workload dirty --contender floor,sql").unwrap();
        assert_eq!(fewer.parts, [Part::Load(Workload::Dirty)]);
        assert_eq!(fewer.contenders, [Contender::Floor, Contender::Sql]);
        assert!(parsed("--postgres seventeen").is_err());
    }

    #[test]
    fn history_takes_so_long_that_it_must_be_asked_for() {
        assert!(!parsed("").unwrap().parts.contains(&Part::History));
        assert_eq!(parsed("--workload path --history").unwrap().parts, [Part::Path, Part::History]);
    }

    #[test]
    fn what_is_unknown_is_named_with_what_there_is() {
        let error = format!("{:#}", parsed("--workload newer").unwrap_err());
        assert!(error.contains("newer") && error.contains("replay"), "{error}");
        assert!(format!("{:#}", parsed("--contender pandas").unwrap_err()).contains("hand_sql"));
        assert!(parsed("--repeat 0").is_err());
    }
}
