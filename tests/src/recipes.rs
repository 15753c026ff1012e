//! `docs/recipes.md`, made from the cases of the topic `shapes`: what a file looks like, what is registered, what is loaded.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use serde_yaml_ng::Value;

use crate::case::{Case, Registration, Step, Topic};

const BEGINNING: &str = "# Recipes

Files that others write, with a table and a registration for each. The suite `conformance` loads every one of them with both engines.
The page is made from its cases in `tests/conformance/shapes.yaml`. [semantics.md](semantics.md) says what each source and conversion does.

Keys stand here as their writers make them. A stack that was deployed by [deploy.md](deploy.md) hears only of keys under its `Prefix`
(`input/`) that end in one of its suffixes (`.json`, `.json.gz`, `.jsonl`, `.ndjson`). Have files written below it, or set these parameters.
";

/// The page of a topic's cases.
fn page(topic: &Topic) -> Result<String> {
    let mut page = String::from(BEGINNING);
    for case in &topic.cases {
        recipe(&mut page, case)?;
    }
    Ok(page)
}

fn recipe(page: &mut String, case: &Case) -> Result<()> {
    let mut name = case.name.chars();
    let first = name.next().into_iter().flat_map(char::to_uppercase);
    writeln!(page, "\n## {}{}", first.collect::<String>(), name.as_str())?;
    if let Some(ddl) = &case.ddl {
        writeln!(page, "\n```sql\n{}\n```", ddl.trim_end())?;
    }
    if let Some(arguments) = &case.register {
        writeln!(page, "\n```sql\n{}\n```", call(arguments)?)?;
    }
    for step in case.all_steps() {
        if let Step::Register(arguments) = &step {
            writeln!(page, "\n```sql\n{}\n```", call(arguments)?)?;
        }
        let Step::Batch(files) = step else { continue };
        for file in files {
            let Some(body) = &file.body else { continue };
            let bytes = body.bytes()?;
            match std::str::from_utf8(&bytes) {
                Ok(text) if !text.contains(['\0', '\u{feff}']) => {
                    writeln!(page, "\n`{}`:\n\n```json\n{}\n```", file.key, text.trim_end())?;
                }
                _ => {
                    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                    writeln!(page, "\n`{}`, its bytes:\n\n```text\n{}\n```", file.key, digits.join(" "))?;
                }
            }
        }
    }
    let kept = |line: &&str| !["batch:", "drift ", "register:"].iter().any(|said| line.starts_with(said));
    let outcome: Vec<&str> = case.expect.lines().filter(kept).collect();
    writeln!(page, "\nThen the table holds, and the ledger says:\n\n```text\n{}\n```", outcome.join("\n"))?;
    Ok(())
}

/// The call that registers, one argument a line.
fn call(given: &Registration) -> Result<String> {
    let otherwise = [("name", "t"), ("target", "t"), ("prefix", "")];
    let mut arguments: Vec<String> = otherwise
        .iter()
        .filter(|(argument, _)| !given.contains_key(*argument))
        .map(|(argument, value)| format!("{argument} => '{value}'"))
        .collect();
    for (name, value) in given {
        arguments.push(match value {
            Value::Mapping(members) => {
                let lines: Vec<String> = members
                    .iter()
                    .map(|(column, source)| {
                        Ok(format!("{}: {}", serde_json::to_string(column)?, serde_json::to_string(source)?))
                    })
                    .collect::<Result<_>>()?;
                format!("{name} => '{{{}}}'", lines.join(",\n    ").replace('\'', "''"))
            }
            Value::String(text) => format!("{name} => '{}'", text.replace('\'', "''")),
            other => format!("{name} => {}", serde_json::to_string(other)?),
        });
    }
    Ok(format!("SELECT ingest_register_dataset(\n  {});", arguments.join(",\n  ")))
}

#[test]
fn the_recipes_are_those_of_the_cases() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = page(&Topic::read(&tests.join("conformance/shapes.yaml")).unwrap()).unwrap();
    let place = tests.join("../docs/recipes.md");
    if std::env::var("BLESS").is_ok_and(|value| value == "1") {
        std::fs::write(&place, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&place).unwrap();
    assert!(
        kept == made,
        "docs/recipes.md differs from its cases; BLESS=1 cargo test -p pg_ingest_tests --lib recipes writes it"
    );
}
