//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use lexopt::{Arg, Parser, ValueExt as _};

use crate::suites::Choice;

/// What `cargo xtask --help` prints.
pub(crate) const HELP: &str = "\
cargo xtask COMMAND

  demo [--files N] [--engine sql|native] [--keep]
                    the whole system at work on sample files (1,000 of them), and an account of each;
                    --keep leaves it up to look around in
  test [SUITE…] [--seconds N] [-- ARGUMENT…]
                    every check, or those suites: tidy format lint unit pgrx migrations upgrade conformance
                    engines watched majors citus privileges differential infer concurrency memory shipper operator dashboard faults
                    e2e bench demo dbt infra delivery; --seconds is how long differential and the aborts of concurrency go on, and
                    arguments go to the suites' programs
  test --postgres N [SUITE…]
                    the suites that run a server, on PostgreSQL 16, 17 or 18, which is fetched
  test --changed    the suites that can be broken by what differs from origin/main, committed or not
  fuzz              hostile input against parsers and decoders; see fuzz --help
  setup             install what demo, test and db need; they do so themselves
  db start --data DIR [--engine sql|native] [--port N]
                    start a migrated PostgreSQL in DIR and leave it running; its URL is the last line
  db stop --data DIR
                    stop it again; the data stays
  migrate           bring a deployed database up to date; see migrate --help
  package           the shipper as a zip for Lambda, the extension, the sql engine; see package --help
  smoke             send one file through a deployed stack; see smoke --help
  bench             time against a plain COPY and other loaders; see bench --help
  release           make the tree ready to be tagged; see release --help
  cost              the monthly bill for a number of files a day; see cost --help";

/// A parsed command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Setup,
    Demo(Demo),
    Test {
        choice: Choice,
        seconds: Option<u64>,
        arguments: Vec<String>,
    },
    DbStart(DbStart),
    DbStop {
        data: PathBuf,
    },
    /// What follows `migrate`, which reads it itself.
    Migrate(Vec<String>),
    /// What follows `package`, which reads it itself.
    Package(Vec<String>),
    /// What follows `fuzz`, which reads it itself.
    Fuzz(Vec<String>),
    /// What follows `smoke`, which reads it itself.
    Smoke(Vec<String>),
    /// What follows `bench`, which reads it itself.
    Bench(Vec<String>),
    /// What follows `release`, which reads it itself.
    Release(Vec<String>),
    /// What follows `cost`, which reads it itself.
    Cost(Vec<String>),
}

/// `cargo xtask demo`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Demo {
    pub(crate) files: u64,
    pub(crate) engine: Engine,
    pub(crate) keep: bool,
}

/// `cargo xtask db start`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DbStart {
    pub(crate) data: PathBuf,
    pub(crate) engine: Engine,
    pub(crate) port: Option<u16>,
}

/// Which row source loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Engine {
    /// Plain SQL functions, as on Aurora.
    #[default]
    Sql,
    /// The extension.
    Native,
}

impl Engine {
    /// Its name, as `ingest_use_engine` takes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Native => "native",
        }
    }
}

/// The command that the arguments ask for.
///
/// # Errors
/// For an unknown command or flag, a missing one, or a value that does not fit; the text says which.
pub(crate) fn parse(mut arguments: Parser) -> Result<Command> {
    let Some(name) = word(&mut arguments)? else { return Ok(Command::Help) };
    match name.as_str() {
        "help" => Ok(Command::Help),
        "setup" => nothing_more(&mut arguments, "setup").map(|()| Command::Setup),
        "demo" => demo(&mut arguments),
        "test" => test(&mut arguments),
        "db" => match word(&mut arguments)?.as_deref() {
            Some("start") => db_start(&mut arguments),
            Some("stop") => db_stop(&mut arguments),
            _ => bail!("`db` wants `start` or `stop`; see cargo xtask --help"),
        },
        "package" => Ok(Command::Package(rest(&mut arguments)?)),
        "fuzz" => Ok(Command::Fuzz(rest(&mut arguments)?)),
        "smoke" => Ok(Command::Smoke(rest(&mut arguments)?)),
        "bench" => Ok(Command::Bench(rest(&mut arguments)?)),
        "release" => Ok(Command::Release(rest(&mut arguments)?)),
        "cost" => Ok(Command::Cost(rest(&mut arguments)?)),
        "migrate" => Ok(Command::Migrate(rest(&mut arguments)?)),
        other => bail!("there is no command `{other}`; see cargo xtask --help"),
    }
}

fn nothing_more(arguments: &mut Parser, command: &str) -> Result<()> {
    arguments.next()?.map_or(Ok(()), |argument| Err(unexpected(&argument, command)))
}

fn demo(arguments: &mut Parser) -> Result<Command> {
    let mut demo = Demo { files: 1000, engine: Engine::default(), keep: false };
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("files") => demo.files = number(&arguments.value()?, "--files")?,
            Arg::Long("engine") => demo.engine = engine_named(&arguments.value()?)?,
            Arg::Long("keep") => demo.keep = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            other => return Err(unexpected(&other, "demo")),
        }
    }
    Ok(Command::Demo(demo))
}

fn test(parser: &mut Parser) -> Result<Command> {
    let (mut suites, mut changed, mut seconds, mut arguments) = (Vec::new(), false, None, Vec::new());
    let mut major = None;
    loop {
        // What follows `--` is the suites' own business.
        let rest = parser.try_raw_args().filter(|rest| rest.peek().is_some_and(|next| next == "--"));
        if let Some(rest) = rest {
            for argument in rest.skip(1) {
                arguments.push(argument.string()?);
            }
        }
        match parser.next()? {
            None if changed && !suites.is_empty() => {
                bail!("--changed chooses the suites itself; name them or leave it to choose")
            }
            None => {
                let choice = match (changed, major) {
                    (true, Some(_)) => {
                        bail!("--changed chooses suites for PostgreSQL 15; leave out --postgres")
                    }
                    (true, None) => Choice::Changed,
                    // Debian's own.
                    (false, None | Some(15)) => Choice::Named(suites),
                    (false, Some(major)) => Choice::OnMajor(major, suites),
                };
                return Ok(Command::Test { choice, seconds, arguments });
            }
            Some(Arg::Long("changed")) => changed = true,
            Some(Arg::Long("postgres")) => major = Some(number(&parser.value()?, "--postgres")?),
            Some(Arg::Value(suite)) => suites.push(suite.string()?),
            Some(Arg::Long("seconds")) => seconds = Some(number(&parser.value()?, "--seconds")?),
            Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Command::Help),
            Some(other) => return Err(unexpected(&other, "test")),
        }
    }
}

fn db_start(arguments: &mut Parser) -> Result<Command> {
    let (mut data, mut engine, mut port) = (None, Engine::default(), None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("data") => data = Some(PathBuf::from(arguments.value()?)),
            Arg::Long("engine") => engine = engine_named(&arguments.value()?)?,
            Arg::Long("port") => port = Some(number(&arguments.value()?, "--port")?),
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            other => return Err(unexpected(&other, "db start")),
        }
    }
    let data = data.context("`db start` wants --data DIR, the folder that the database is to live in")?;
    Ok(Command::DbStart(DbStart { data, engine, port }))
}

fn db_stop(arguments: &mut Parser) -> Result<Command> {
    let mut data = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("data") => data = Some(PathBuf::from(arguments.value()?)),
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            other => return Err(unexpected(&other, "db stop")),
        }
    }
    Ok(Command::DbStop { data: data.context("`db stop` wants --data DIR, as it was given to `db start`")? })
}

/// The next argument, which must be a word; nothing at the end or for --help.
fn word(arguments: &mut Parser) -> Result<Option<String>> {
    match arguments.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => Ok(None),
        Some(Arg::Value(value)) => Ok(Some(value.string()?)),
        Some(other) => Err(unexpected(&other, "cargo xtask")),
    }
}

/// All that is left, for a command that reads its own arguments.
fn rest(arguments: &mut Parser) -> Result<Vec<String>> {
    arguments.raw_args()?.map(|argument| argument.string().map_err(Into::into)).collect()
}

fn engine_named(name: &OsString) -> Result<Engine> {
    match name.to_str() {
        Some("sql") => Ok(Engine::Sql),
        Some("native") => Ok(Engine::Native),
        _ => bail!("--engine takes sql or native, not `{}`", name.display()),
    }
}

fn number<T: std::str::FromStr>(text: &OsString, flag: &str) -> Result<T> {
    let parsed = text.to_str().and_then(|text| text.parse().ok());
    parsed.with_context(|| format!("{flag} takes a whole number in its range, not `{}`", text.display()))
}

fn unexpected(argument: &Arg<'_>, command: &str) -> anyhow::Error {
    let shown = match argument {
        Arg::Long(name) => format!("the flag --{name}"),
        Arg::Short(letter) => format!("the flag -{letter}"),
        Arg::Value(value) => format!("the argument `{}`", value.display()),
    };
    anyhow!("`{command}` does not know {shown}; see cargo xtask --help")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(Parser::from_args(line.split_whitespace()))
    }

    #[test]
    fn db_start_takes_a_folder_an_engine_and_a_port() {
        let expected = DbStart { data: "d".into(), engine: Engine::Native, port: Some(5) };
        assert_eq!(parsed("db start --data d --engine native --port=5").unwrap(), Command::DbStart(expected));
    }

    #[test]
    fn test_takes_suites_and_passes_arguments_on() {
        let expected = |suites: &[&str], seconds: Option<u64>, arguments: &[&str]| Command::Test {
            choice: Choice::Named(suites.iter().map(ToString::to_string).collect()),
            seconds,
            arguments: arguments.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(parsed("test").unwrap(), expected(&[], None, &[]));
        assert_eq!(parsed("test tidy unit").unwrap(), expected(&["tidy", "unit"], None, &[]));
        assert_eq!(
            parsed("test differential --seconds 60").unwrap(),
            expected(&["differential"], Some(60), &[])
        );
        let passed_on = expected(&["conformance"], None, &["--engine", "sql", "x"]);
        assert_eq!(parsed("test conformance -- --engine sql x").unwrap(), passed_on);
        let changed = Command::Test { choice: Choice::Changed, seconds: None, arguments: Vec::new() };
        assert_eq!(parsed("test --changed").unwrap(), changed);
        let choice = Choice::OnMajor(16, vec!["upgrade".to_owned()]);
        let expected = Command::Test { choice, seconds: None, arguments: Vec::new() };
        assert_eq!(parsed("test --postgres 16 upgrade").unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, named) in [
            ("dmeo", "`dmeo`"),
            ("db start --data d --prot 1", "--prot"),
            ("db start", "--data DIR"),
            ("db start --data d --engine C", "sql or native"),
            ("db start --data d --port 70000", "--port"),
            ("test --changed unit", "--changed"),
            ("test --changed --postgres 16", "--postgres"),
            ("db restart", "`start` or `stop`"),
        ] {
            let error = parsed(line).unwrap_err().to_string();
            assert!(error.contains(named), "{line}: {error}");
        }
    }
}
