//! Does what a case says and reports what the database then holds.

use anyhow::{Context, Result, anyhow};
use postgres::Client;
use serde_yaml_ng::Value;

use crate::case::{Case, File, Refusal, Registration, Step};
use crate::server::Database;
use crate::{report, sql, staging};

/// The report of a case run in a database of its own.
pub fn report(database: &Database<'_>, case: &Case) -> Result<String> {
    let mut client = database.connect()?;
    let mut text = String::new();
    if let Some(ddl) = &case.ddl {
        client.batch_execute(ddl).map_err(|error| anyhow!("the case's DDL: {}", sql::error_text(&error)))?;
    }
    if let Some(arguments) = &case.register {
        // Warnings are reported where a step registers; here they would stand in most cases.
        if let Err(said) = register(database, &mut client, arguments) {
            text.push_str(&format!("register: {said}\n"));
        }
    }
    for (at, step) in case.all_steps().iter().enumerate() {
        let said =
            run_step(database, &mut client, step, at + 1).with_context(|| format!("step {}", at + 1))?;
        text.push_str(&said);
    }
    for table in &case.tables {
        text.push_str(&report::table(&mut client, table)?);
    }
    text.push_str(&report::pipeline(&mut client, case.show_records)?);
    Ok(text)
}

/// A batch as the shipper does it, or without an id; what it returned, and each of its files that is nowhere.
fn batch(client: &mut Client, id: Option<&str>, files: &[File]) -> Result<String> {
    let outcome = match staging::run_batch(client, id, &staging::ready(files)?) {
        Ok(outcome) => outcome,
        Err(error) => return Ok(format!("batch: {}\n", sql::error_text(&error))),
    };
    let mut text = format!("batch: {}\n", report::outcome(&outcome));
    for file in &outcome.deferred {
        text.push_str(&format!("deferred {} by {}: {}\n", file.key, file.dataset, file.error));
    }
    // Plans are kept for a session's life, and may be made while these tables are small.
    for table in &outcome.scanned {
        text.push_str(&format!(
            "BROKEN INVARIANT, no batch reads what grows from end to end: ingest.{table}\n"
        ));
    }
    // A removal that nobody asked for is counted, and leaves nothing else.
    let lasting =
        files.iter().filter(|file| !file.error_code.as_ref().is_some_and(|code| code.ends_with("_removed")));
    for File { bucket, key, .. } in lasting {
        let known = client.query_one(
            "SELECT EXISTS (SELECT FROM ingest.file WHERE bucket = $1 AND key = $2)
                 OR EXISTS (SELECT FROM ingest.staging WHERE bucket = $1 AND key = $2)",
            &[bucket, key],
        )?;
        let is_deferred = outcome.deferred.iter().any(|file| file.bucket == *bucket && file.key == *key);
        if !known.get::<_, bool>(0) && !is_deferred {
            text.push_str(&format!("BROKEN INVARIANT, no file is lost: {bucket} {key}\n"));
        }
    }
    Ok(text)
}

fn run_step(database: &Database<'_>, client: &mut Client, step: &Step, number: usize) -> Result<String> {
    Ok(match step {
        Step::Batch(files) => batch(client, Some(&staging::batch_id(number)), files)?,
        Step::ByHand(files) => batch(client, None, files)?,
        Step::Register(arguments) => match register(database, client, arguments) {
            Ok(warnings) if warnings.is_empty() => "register: done\n".into(),
            Ok(warnings) => format!("register: {}\n", warnings.join("; ")),
            Err(said) => format!("register: {said}\n"),
        },
        Step::Refuse(refusal) => format!("refuse: {}\n", refuse(client, refusal)),
        Step::Sql(query) => match report::rows(client, query) {
            Ok(rows) => rows.iter().map(|row| format!("sql: {row}\n")).collect(),
            Err(error) => format!("sql: {}\n", sql::error_text(&error)),
        },
    })
}

/// Registers, with the defaults under the given arguments; the warnings, or the error in words.
fn register(
    database: &Database<'_>,
    client: &mut Client,
    arguments: &Registration,
) -> Result<Vec<String>, String> {
    database.forget_warnings();
    match client.simple_query(&sql::registration(&with_defaults(arguments))) {
        Ok(_) => Ok(database.warnings()),
        Err(error) => Err(sql::error_text(&error)),
    }
}

fn refuse(client: &mut Client, refusal: &Refusal) -> String {
    match client.simple_query(&sql::registration(&with_defaults(&refusal.register))) {
        Ok(_) => "it was accepted".into(),
        Err(error) => {
            let said = sql::error_text(&error);
            let unnamed: Vec<&String> = refusal.naming.iter().filter(|word| !said.contains(*word)).collect();
            if unnamed.is_empty() { "named".into() } else { format!("{unnamed:?} not named in: {said}") }
        }
    }
}

fn with_defaults(arguments: &Registration) -> Registration {
    let mut all = arguments.clone();
    // A child has the files of its parent.
    let prefix = (!arguments.contains_key("parent")).then_some(("prefix", ""));
    for (argument, value) in [("name", "t"), ("target", "t")].into_iter().chain(prefix) {
        all.entry(argument.into()).or_insert_with(|| Value::String(value.into()));
    }
    all
}
