//! Does what a case says and reports what the database then holds.

use anyhow::{Context, Result, anyhow};
use postgres::Client;
use serde_yaml_ng::Value;

use crate::case::{Case, Refusal, Registration, Step};
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

fn run_step(database: &Database<'_>, client: &mut Client, step: &Step, number: usize) -> Result<String> {
    Ok(match step {
        Step::Batch(files) => {
            let batch = staging::batch_id(number);
            batch_line(staging::run_batch(client, Some(&batch), &staging::ready(files)?))
        }
        Step::ByHand(files) => batch_line(staging::run_batch(client, None, &staging::ready(files)?)),
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

fn batch_line(outcome: Result<staging::Outcome, postgres::Error>) -> String {
    match outcome {
        Ok(outcome) => format!("batch: {}\n", report::outcome(&outcome)),
        Err(error) => format!("batch: {}\n", sql::error_text(&error)),
    }
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
    for (argument, value) in [("name", "t"), ("prefix", ""), ("target", "t")] {
        all.entry(argument.into()).or_insert_with(|| Value::String(value.into()));
    }
    all
}
