//! The reference pages, made from what the catalog says of itself: names, types, defaults, grants and COMMENTs.
//!
//! A COMMENT on a function says in its first line what the function does, and in each further line what one argument or
//! column of its result means: `batch: The batch to load.`

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use postgres::{Client, Row};

use crate::registering;

const FUNCTIONS: &str = "SELECT p.proname::text, obj_description(p.oid, 'pg_proc'), pg_get_function_result(p.oid),
  (SELECT coalesce(string_agg(grantee::regrole::text, ', ' ORDER BY grantee::regrole::text), '')
   FROM aclexplode(p.proacl) WHERE grantee <> p.proowner AND privilege_type = 'EXECUTE'
     AND grantee::regrole::text IN ('ingest_shipper', 'ingest_admin', 'ingest_reader', 'ingest_dbt')),
  coalesce((SELECT array_agg(a.name || E'\\t' || format_type(a.type, NULL) || E'\\t' || a.mode || E'\\t'
      || CASE WHEN a.mode = 'i' THEN coalesce(pg_get_function_arg_default(p.oid, a.place::integer), '') ELSE '' END ORDER BY a.place)
    FROM unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[]),
        coalesce(p.proargmodes::text[], array_fill('i'::text, ARRAY[p.pronargs]))) WITH ORDINALITY AS a (name, type, mode, place)), '{}')
FROM pg_proc AS p WHERE p.pronamespace = 'public'::regnamespace AND starts_with(p.proname, 'ingest_')
ORDER BY p.proname, p.oid::regprocedure::text COLLATE \"C\"";

const TABLES: &str = "SELECT c.relname::text, obj_description(c.oid, 'pg_class'),
  (SELECT array_agg(a.attname || E'\\t' || format_type(a.atttypid, a.atttypmod) || E'\\t'
      || CASE WHEN a.attidentity <> '' THEN 'generated' WHEN d.adbin IS NOT NULL THEN pg_get_expr(d.adbin, d.adrelid)
        WHEN a.attnotnull THEN 'required' ELSE '' END
      || E'\\t' || coalesce(col_description(c.oid, a.attnum), '') ORDER BY a.attnum)
    FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_class AS c WHERE c.relnamespace = 'ingest'::regnamespace AND c.relkind IN ('r', 'v') ORDER BY c.relname";

const SETTINGS: &str = "SELECT s.name, s.value, s.meaning FROM ingest.setting AS s ORDER BY s.name";

/// Once each, though the class may know it by a variant.
const CODES: &str = "SELECT c.class, c.code, c.happened, c.remedy FROM ingest.codes() AS c";

/// What stands above each class of codes: title, where they are found, columns' titles.
const CLASSES: [(&str, &str, &str, [&str; 4]); 3] = [
    (
        "reject",
        "Records, files and values",
        "In `ingest.rejected_record.error_code`, in `ingest.file.error_code`, and in the errors of `ingest_preview()`.",
        ["code", "what happened", "", "what to do"],
    ),
    (
        "message",
        "Queue messages",
        "In `ingest.rejected_message.error_code`: messages that are no S3 notification, in whole or in part.",
        ["code", "what happened", "", ""],
    ),
    ("status", "Status of a file", "In `ingest.file.status`.", ["status", "meaning", "", ""]),
];

/// The pages of a migrated database, by their files' names.
pub(crate) fn of(client: &mut Client) -> Result<BTreeMap<&'static str, String>> {
    Ok(BTreeMap::from([
        ("functions.md", functions(&client.query(FUNCTIONS, &[])?)?),
        ("tables.md", tables(&client.query(TABLES, &[])?)),
        ("settings.md", settings(&client.query(SETTINGS, &[])?)),
        ("codes.md", codes(&client.query(CODES, &[])?)),
        ("registering.md", registering::page(client)?),
    ]))
}

fn functions(rows: &[Row]) -> Result<String> {
    let mut page = String::from(
        "# Functions\n\n\
         Made from the catalog's comments. `\\df+ ingest_*` in psql shows the same.\n\n\
         Arguments are given by position or by name (`batch => …`). Those with a default may be left out.\n",
    );
    for row in rows {
        let name: String = row.get(0);
        let comment: String = row.get(1);
        let parts = Comment::parse(&comment);
        let (given, returned) = arguments(row, &parts).with_context(|| name.clone())?;
        write!(page, "\n## {}({})\n\n{}\n", name, types(row), marked(parts.summary))?;
        table(&mut page, ["argument", "type", "default", "meaning"], &given);
        if returned.is_empty() {
            let result: String = row.get(2);
            write!(page, "\nReturns `{result}`.\n")?;
        } else {
            table(&mut page, ["returns", "type", "", "meaning"], &returned);
        }
        let callers: String = row.get(3);
        write!(page, "\nCallers: {}.\n", if callers.is_empty() { "the functions' owner" } else { &callers })?;
    }
    Ok(page)
}

/// What tells functions of one name apart.
fn types(row: &Row) -> String {
    let arguments: Vec<String> = row.get(4);
    let given = arguments.iter().map(|line| fields(line)).filter(|field| field[2] == "i");
    given.map(|field| field[1].to_owned()).collect::<Vec<_>>().join(", ")
}

type Lines = Vec<[String; 4]>;

/// The arguments that are given, and the columns of the result.
fn arguments(row: &Row, comment: &Comment<'_>) -> Result<(Lines, Lines)> {
    let arguments: Vec<String> = row.get(4);
    let mut lines = (Vec::new(), Vec::new());
    for line in &arguments {
        let [name, r#type, mode, default] = fields(line);
        let Some(meaning) = comment.meanings.get(name) else {
            bail!("its COMMENT has no line `{name}: …`; every argument is explained there");
        };
        let shown = [code(name), code(r#type), code(default), marked(meaning)];
        if mode == "i" { lines.0.push(shown) } else { lines.1.push(shown) }
    }
    if let Some(name) =
        comment.meanings.keys().find(|name| !arguments.iter().any(|line| fields(line)[0] == **name))
    {
        bail!("its COMMENT explains `{name}`, which it does not have");
    }
    Ok(lines)
}

fn tables(rows: &[Row]) -> String {
    let mut page = String::from(
        "# Tables\n\nThe schema `ingest`, made from the catalog's comments. `\\d+ ingest.*` in psql shows the same.\n",
    );
    for row in rows {
        let (name, comment): (String, String) = (row.get(0), row.get(1));
        page.push_str(&format!("\n## ingest.{name}\n\n{}\n", marked(&comment)));
        let columns: Vec<String> = row.get(2);
        let lines = columns.iter().map(|line| {
            let [name, r#type, default, meaning] = fields(line);
            let default =
                if ["required", "generated"].contains(&default) { default.to_owned() } else { code(default) };
            [code(name), code(r#type), default, marked(meaning)]
        });
        table(&mut page, ["column", "type", "default", "meaning"], &lines.collect::<Lines>());
    }
    page
}

fn settings(rows: &[Row]) -> String {
    let mut page = String::from(
        "# Settings\n\nRows of `ingest.setting`, read at the start of every batch. A member of `ingest_admin` changes one so:\n\n\
         ```sql\nUPDATE ingest.setting SET value = '134217728' WHERE name = 'max_body_bytes';\n```\n\n\
         A value that no batch could use is refused: the error names the setting, the value, and what is expected.\n",
    );
    let lines =
        rows.iter().map(|row| [code(row.get(0)), code(row.get(1)), String::new(), marked(row.get(2))]);
    table(&mut page, ["setting", "default", "", "meaning"], &lines.collect::<Lines>());
    page
}

fn codes(rows: &[Row]) -> String {
    let mut page = String::from(
        "# Codes\n\nMade from `ingest.codes()`. A code says why something was refused. \
         [Semantics, section 3](../semantics.md#3-codes-and-messages) has the exact\nmessage of each.\n",
    );
    for (class, title, place, titles) in CLASSES {
        page.push_str(&format!("\n## {title}\n\n{place}\n"));
        let lines = rows.iter().filter(|row| row.get::<_, &str>(0) == class).map(|row| {
            let remedy: Option<&str> = row.get(3);
            [code(row.get(1)), row.get(2), String::new(), remedy.unwrap_or_default().to_owned()]
        });
        table(&mut page, titles, &lines.collect::<Lines>());
    }
    page
}

/// A table, without the columns that have no title.
pub(crate) fn table(page: &mut String, titles: [&str; 4], lines: &[[String; 4]]) {
    if lines.is_empty() {
        return;
    }
    let kept: Vec<usize> = (0..4).filter(|place| !titles[*place].is_empty()).collect();
    let row = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    page.push('\n');
    page.push_str(&row(kept.iter().map(|place| titles[*place]).collect()));
    page.push_str(&row(kept.iter().map(|_| "---").collect()));
    for line in lines {
        page.push_str(&row(kept.iter().map(|place| line[*place].as_str()).collect()));
    }
}

pub(crate) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|")) }
}

/// Names among the words, as code: Markdown would take their underscores and angles for marks of its own.
pub(crate) fn marked(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let name = word.trim_matches([',', '.', ';', ':', '(', ')']);
        let is_name = name.contains('_')
            && name.chars().all(|letter| letter.is_alphanumeric() || "_<>%.()".contains(letter));
        // A function is named with its parentheses.
        let called = format!("{name}()");
        let name = if word.contains(&called) { called.as_str() } else { name };
        if is_name {
            word.replacen(name, &format!("`{name}`"), 1)
        } else {
            word.replace('|', "\\|").replace('<', "\\<").replace('*', "\\*")
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn fields(line: &str) -> [&str; 4] {
    let mut parts = line.splitn(4, '\t');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// A function's COMMENT, taken apart.
pub(crate) struct Comment<'a> {
    summary: &'a str,
    pub(crate) meanings: BTreeMap<&'a str, &'a str>,
}

impl<'a> Comment<'a> {
    pub(crate) fn parse(text: &'a str) -> Self {
        let (summary, rest) = text.split_once('\n').unwrap_or((text, ""));
        let meanings = rest.lines().filter_map(|line| line.split_once(": ")).collect();
        Self { summary, meanings }
    }
}
