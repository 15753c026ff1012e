//! `cargo xtask fuzz`: libFuzzer against what anybody may send, documents and queue messages.
//!
//! Without a sanitizer, which wants an unstable compiler; the code that is tried is safe Rust, whose faults are panics,
//! endless loops, memory without bound and wrong answers. The targets look for all four.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, ValueExt as _};
use local_stack::process::Launch;
use local_stack::repository;

use crate::setup::{self, Need};

/// What `cargo xtask fuzz --help` prints.
const HELP: &str = "\
cargo xtask fuzz [TARGET] [--seconds N]

  TARGET       documents: any bytes as a staged body, against serde_json
               records: any JSON under any contract, against slow expectations
               notifications: any text as a queue message
               packed: any bytes as a body in gzip or zstd
               default: all, one after the other
  --seconds N  how long each goes on; default 60

What fails is kept under the target's fuzz/artifacts/, what was found worth trying under fuzz/corpus/.";

/// Bytes of an input, at most. Enough for every rule but the sizes that the memory suite tries.
const LONGEST: u32 = 8192;
/// Megabytes that a target may take: its inputs are small.
const MEMORY: u32 = 1024;
/// Seconds that one input may take.
const SLOWEST: u32 = 10;

/// One fuzz target.
struct Target {
    name: &'static str,
    /// The folder that holds the folder `fuzz`.
    package: &'static str,
    /// Under `fuzz`: tokens that random bytes seldom make.
    dictionary: Option<&'static str>,
    /// Inputs to begin with.
    seeds: Option<&'static str>,
}

const TARGETS: [Target; 4] = [
    Target { name: "documents", package: "pg_ingest/json_rows", dictionary: Some("json.dict"), seeds: None },
    Target { name: "records", package: "pg_ingest/json_rows", dictionary: Some("json.dict"), seeds: None },
    Target {
        name: "notifications",
        package: "shipper",
        dictionary: Some("notification.dict"),
        seeds: Some("src/notification/fixtures"),
    },
    Target { name: "packed", package: "shipper", dictionary: None, seeds: None },
];

struct Options {
    targets: Vec<&'static Target>,
    time: Duration,
}

/// Runs the command with the arguments that follow `fuzz`.
///
/// # Errors
/// When an argument is not understood, cargo-fuzz cannot be had, or an input made a target fail.
pub(crate) async fn run(arguments: &[String]) -> Result<()> {
    let Some(options) = parse(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    setup::ensure(&[Need::Fuzzer]).await?;
    for target in options.targets {
        println!("{}, for {} s", target.name, options.time.as_secs());
        target.run(options.time).await?;
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Option<Options>> {
    let mut options = Options { targets: TARGETS.iter().collect(), time: Duration::from_secs(60) };
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("seconds") => options.time = Duration::from_secs(parser.value()?.parse()?),
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Value(name) => options.targets = vec![named(&name.string()?)?],
            other => return Err(other.unexpected()).context("see cargo xtask fuzz --help"),
        }
    }
    Ok(Some(options))
}

fn named(name: &str) -> Result<&'static Target> {
    match TARGETS.iter().find(|target| target.name == name) {
        Some(target) => Ok(target),
        None => bail!("there is no target `{name}`; see cargo xtask fuzz --help"),
    }
}

impl Target {
    async fn run(&self, time: Duration) -> Result<()> {
        let package = repository().join(self.package);
        let corpus = PathBuf::from("fuzz/corpus").join(self.name);
        std::fs::create_dir_all(package.join(&corpus))
            .with_context(|| format!("{} cannot be made", corpus.display()))?;
        Launch::new(format!("cargo fuzz run {}", self.name), "cargo")
            .args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir", "fuzz", "--target-dir"])
            .args([repository().join("target/fuzz")])
            .args([self.name])
            .args([&corpus])
            .args(self.seeds)
            .args(["--".to_owned(), format!("-max_total_time={}", time.as_secs())])
            .args(self.dictionary.map(|dictionary| format!("-dict=fuzz/{dictionary}")))
            .args([
                format!("-max_len={LONGEST}"),
                format!("-rss_limit_mb={MEMORY}"),
                format!("-timeout={SLOWEST}"),
            ])
            .folder(&package)
            .show_output()
            .run()
            .await
            .with_context(|| {
                format!("{} failed: make a test of the input that it names, then mend it", self.name)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Option<Options>> {
        parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn all_targets_run_unless_one_is_named() {
        let options = parsed(&[]).unwrap().unwrap();
        assert_eq!((options.targets.len(), options.time.as_secs()), (TARGETS.len(), 60));
        let options = parsed(&["records", "--seconds", "5"]).unwrap().unwrap();
        assert_eq!(
            (options.targets[0].name, options.targets.len(), options.time.as_secs()),
            ("records", 1, 5)
        );
        assert!(parsed(&["rows"]).is_err_and(|error| error.to_string().contains("`rows`")));
    }

    #[test]
    fn every_target_has_its_sources_its_dictionary_and_its_seeds() {
        for target in &TARGETS {
            let package = repository().join(target.package);
            let manifest = std::fs::read_to_string(package.join("fuzz/Cargo.toml")).unwrap();
            assert!(manifest.contains(&format!("name = \"{}\"", target.name)), "{}", target.name);
            assert!(
                target.dictionary.is_none_or(|name| package.join("fuzz").join(name).exists()),
                "{}",
                target.name
            );
            assert!(target.seeds.is_none_or(|seeds| package.join(seeds).is_dir()), "{}", target.name);
        }
    }
}
