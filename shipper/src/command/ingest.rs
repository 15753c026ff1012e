//! `shipper ingest FILE…`: local files on the path that objects take, without AWS.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bytes::Bytes;
use uuid::Uuid;

use crate::budget::Deadline;
use crate::copy_format::{Absence, StagedRow};
use crate::database::{Database, Processed};
use crate::notification::key::check_key;
use crate::reader::HeldObject;
use crate::settings::Settings;
use crate::timestamp::Timestamp;

/// Files of one transaction, as many as an invocation of the function usually has.
const FILES_A_BATCH: usize = 100;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arguments {
    bucket: String,
    key_prefix: String,
    files: Vec<PathBuf>,
}

impl Arguments {
    /// Parses what follows `ingest`.
    pub(super) fn parse(words: &[&str]) -> Result<Self, String> {
        let mut arguments = Self { bucket: String::new(), key_prefix: String::new(), files: Vec::new() };
        let mut words = words.iter();
        let mut options_ended = false;
        while let Some(word) = words.next() {
            match *word {
                "--" if !options_ended => options_ended = true,
                "--bucket" if !options_ended => {
                    arguments.bucket = words.next().ok_or("--bucket needs a name")?.to_string();
                }
                "--key-prefix" if !options_ended => {
                    arguments.key_prefix = words.next().ok_or("--key-prefix needs a prefix")?.to_string();
                }
                option if option.starts_with("--") && !options_ended => {
                    return Err(format!("`{option}` is no option of ingest"));
                }
                file => arguments.files.push(PathBuf::from(file)),
            }
        }
        if arguments.files.is_empty() {
            Err("ingest needs at least one FILE".to_owned())
        } else {
            Ok(arguments)
        }
    }

    fn key(&self, file: &Path) -> anyhow::Result<String> {
        let path =
            file.to_str().with_context(|| format!("{} is no UTF-8, which a key must be", file.display()))?;
        let relative = path.trim_start_matches("./").trim_start_matches('/');
        check_key(format!("{}{relative}", self.key_prefix))
            .map_err(|problem| anyhow::anyhow!("{path}: {problem}"))
    }
}

/// Stages and processes the files, a hundred to a transaction.
pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let rows = arguments
        .files
        .iter()
        .map(|file| Ok((file.as_path(), arguments.key(file)?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    // Every file is looked at before the first is staged: a mistyped name stops nothing halfway.
    for (file, _) in &rows {
        let found = std::fs::metadata(file).with_context(|| format!("{} cannot be read", file.display()))?;
        if !found.is_file() {
            bail!("{} is no file; name files, such as with a shell's wildcard", file.display());
        }
    }
    let mut database = Database::new(&settings.database, super::aws_if_needed(settings).await)?;
    let mut total = Processed::default();
    for batch in rows.chunks(FILES_A_BATCH) {
        total.add(&load(&mut database, settings, &arguments.bucket, batch).await?);
    }
    println!("{}", summary(&total));
    if total.failed > 0 || total.partially_loaded > 0 {
        bail!("not everything was loaded; SELECT * FROM ingest.rejected_record says why");
    }
    Ok(())
}

async fn load(
    database: &mut Database,
    settings: &Settings,
    bucket: &str,
    files: &[(&Path, String)],
) -> anyhow::Result<Processed> {
    let batch = Uuid::new_v4();
    let deadline = Deadline::none();
    let transaction = database.begin(&format!("shipper ingest {batch}"), deadline).await?;
    let mut copy = transaction.copy().await?;
    for (file, key) in files {
        copy.row(batch, &read(file, key, bucket, settings.objects.max_object_bytes)?).await?;
    }
    copy.finish().await?;
    let processed = transaction.process(batch, deadline).await?;
    database.keep(transaction.commit().await?);
    Ok(processed)
}

fn read(file: &Path, key: &str, bucket: &str, limit: u64) -> anyhow::Result<HeldObject> {
    let unreadable = || format!("{} cannot be read", file.display());
    let metadata = std::fs::metadata(file).with_context(unreadable)?;
    let mut row = StagedRow {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        version_id: None,
        etag: None,
        sequencer: None,
        event_time: None,
        last_modified: metadata.modified().ok().and_then(Timestamp::from_system),
        size: Some(metadata.len()),
    };
    if metadata.len() > limit {
        return Ok(HeldObject::absent(row, Absence::TooLarge));
    }
    let body = std::fs::read(file).with_context(unreadable)?;
    row.size = Some(body.len() as u64);
    Ok(HeldObject::new(row, Bytes::from(body), limit))
}

fn summary(total: &Processed) -> String {
    format!(
        "{} files: {} loaded, {} partially loaded, {} failed, {} skipped; {} records: {} rows loaded, {} rejected, {} stale",
        total.files,
        total.loaded,
        total.partially_loaded,
        total.failed,
        total.skipped,
        total.records,
        total.rows_loaded,
        total.rows_rejected,
        total.rows_stale
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_prefix_and_the_path_without_its_root() {
        let arguments =
            Arguments::parse(&["--key-prefix", "input/orders/", "./a.json", "/tmp/b.json"]).unwrap();
        assert_eq!(arguments.key(&arguments.files[0]).unwrap(), "input/orders/a.json");
        assert_eq!(arguments.key(&arguments.files[1]).unwrap(), "input/orders/tmp/b.json");
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (words, problem) in [
            (vec![], "at least one FILE"),
            (vec!["--bucket"], "needs a name"),
            (vec!["--buckte", "x", "f"], "`--buckte` is no option"),
        ] {
            assert!(Arguments::parse(&words).unwrap_err().contains(problem));
        }
    }

    #[test]
    fn a_file_that_looks_like_an_option_can_be_named_behind_two_dashes() {
        assert_eq!(Arguments::parse(&["--", "--a.json"]).unwrap().files, [PathBuf::from("--a.json")]);
    }
}
