//! The command line. `cargo xtask bench --help` explains it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use lexopt::{Arg, Parser, ValueExt as _};

use crate::contender::Contender;
use crate::workload::Workload;

/// What is measured, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Less of everything.
    pub quick: bool,
    /// In this order.
    pub workloads: Vec<Workload>,
    /// Who takes part; some workloads leave some out.
    pub contenders: Vec<Contender>,
    /// How often each contender loads each workload.
    pub repeat: usize,
    /// Measured files of the usual size.
    pub files: usize,
    /// Where the figures go as JSON.
    pub json: Option<PathBuf>,
    /// Where the figures go as Markdown.
    pub results: Option<PathBuf>,
}

/// Options of which some are not known yet.
#[derive(Default)]
struct Given {
    quick: bool,
    workloads: Option<Vec<Workload>>,
    contenders: Option<Vec<Contender>>,
    repeat: Option<usize>,
    files: Option<usize>,
    json: Option<PathBuf>,
    results: Option<PathBuf>,
}

/// The options that the arguments ask for.
///
/// # Errors
/// For an unknown flag, workload or contender, or a number that makes no sense; the text says which.
pub fn parse(mut arguments: Parser) -> Result<Options> {
    let mut given = Given::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("quick") => given.quick = true,
            Arg::Long("workload") => {
                given.workloads = Some(list(&arguments.value()?.string()?, Workload::named)?)
            }
            Arg::Long("contender") => {
                given.contenders = Some(list(&arguments.value()?.string()?, Contender::named)?);
            }
            Arg::Long("repeat") => given.repeat = Some(count(&mut arguments, "--repeat")?),
            Arg::Long("files") => given.files = Some(count(&mut arguments, "--files")?),
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
        let every = if quick { &Workload::QUICK[..] } else { &Workload::ALL[..] };
        Options {
            quick,
            workloads: self.workloads.unwrap_or_else(|| every.to_vec()),
            contenders: self.contenders.unwrap_or_else(|| Contender::ALL.to_vec()),
            repeat: self.repeat.unwrap_or(if quick { 3 } else { 5 }),
            files: self.files.unwrap_or(if quick { 300 } else { 1000 }),
            json: self.json,
            results: self.results,
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
        assert_eq!(full.workloads, Workload::ALL);
        assert_eq!(full.contenders, quick.contenders);
        assert!(full.repeat >= 5 && quick.repeat >= 3 && full.files > quick.files);
    }

    #[test]
    fn a_run_can_be_restricted() {
        let options =
            parsed("--quick --workload new --contender native,floor --repeat 9 --files 20").unwrap();
        assert_eq!(options.workloads, [Workload::New]);
        assert_eq!(options.contenders, [Contender::Native, Contender::Floor]);
        assert_eq!((options.repeat, options.files), (9, 20));
    }

    #[test]
    fn what_is_unknown_is_named_with_what_there_is() {
        let error = format!("{:#}", parsed("--workload newer").unwrap_err());
        assert!(error.contains("newer") && error.contains("replay"), "{error}");
        assert!(format!("{:#}", parsed("--contender pandas").unwrap_err()).contains("hand_sql"));
        assert!(parsed("--repeat 0").is_err());
    }
}
