//! Random contracts: a target's DDL and the registration that goes with it.

use fastrand::Rng;
use pg_ingest_tests::sql;

use crate::envelope::Envelope;
use crate::insert_rule;
use crate::types::{TYPES, Type};

/// A column of the target and where its value stands in the record.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: &'static Type,
    /// Members to pass through on the way, outermost first; empty for the member of the column's own name.
    pub(crate) path: Vec<String>,
    /// JSON values that it accepts.
    pub(crate) fits: &'static [&'static str],
}

/// A target and its registration.
pub(crate) struct Contract {
    pub(crate) columns: Vec<Column>,
    pub(crate) envelope: Envelope,
    /// DDL and registration, to be run as the superuser.
    pub(crate) setup: String,
}

const NAMES: &[&str] = &["a", "b", "Camel", "with space", "quo\"te", "é", "select", "c_1"];

/// Draws a contract.
pub(crate) fn contract(rng: &mut Rng) -> Contract {
    let mut setup = String::from("CREATE TYPE mood AS ENUM ('good', 'bad');\n");
    let kind = &TYPES[*rng.choice(&[1, 2, 3, 8]).unwrap_or(&1)];
    let mut columns = vec![Column { name: "id".into(), kind, path: vec![], fits: kind.fits }];
    let mut lines = vec![format!("id {}", columns[0].kind.ddl)];
    let (mut paths, mut expressions) = (serde_json::Map::new(), serde_json::Map::new());
    for name in NAMES.iter().take(rng.usize(1..=NAMES.len())) {
        let kind = &TYPES[rng.usize(..TYPES.len())];
        let quoted = sql::name(name);
        let mut line = format!("{quoted} {}", declared(rng, kind, name, &mut setup));
        if !kind.default.is_empty() && rng.u8(..4) == 0 {
            line += &format!(" DEFAULT {}", kind.default);
        }
        if rng.u8(..4) == 0 {
            line += " NOT NULL";
        }
        if !kind.check.is_empty() && rng.u8(..4) == 0 {
            line += &format!(" CHECK ({})", kind.check.replace("{}", &quoted));
        }
        lines.push(line);
        let path = path(rng, name);
        let conversion = conversion(rng, kind.ddl);
        if let Some(source) = source(rng, &path, conversion) {
            paths.insert((*name).into(), source);
        }
        if !kind.expression.is_empty() && rng.u8(..6) == 0 {
            expressions.insert((*name).into(), kind.expression.replace("{}", &quoted).into());
        }
        let fits = conversion.map_or(kind.fits, |(_, fits)| fits);
        columns.push(Column { name: (*name).into(), kind, path, fits });
    }
    let envelope = Envelope::draw(rng);
    for (name, declared, source) in envelope.columns(rng) {
        lines.push(format!("{} {declared}", sql::name(&name)));
        paths.insert(name, source.into());
    }
    let versioned = rng.bool();
    if versioned {
        lines.push("version integer".into());
        columns.push(Column { name: "version".into(), kind: &TYPES[1], path: vec![], fits: TYPES[1].fits });
    }
    let rule = insert_rule::draw(rng);
    setup += rule.before;
    if !rule.lines.is_empty() {
        lines.push(rule.lines.into());
    }
    columns.extend(rule.column);
    let upsert = rng.u8(..3) > 0;
    if upsert || rng.bool() {
        lines.push(format!("PRIMARY KEY ({})", rule.key.unwrap_or("id")));
    }
    if rng.bool() {
        lines.push("_file_id bigint, _record_no int, _source_time timestamptz, _sequencer text".into());
    }
    if rng.bool() {
        lines.push("_rescued jsonb".into());
    }
    let on_error = ["continue", "continue", "skip_file", "skip_file_2", "skip_file_50%"][rng.usize(..5)];
    let on_unknown = ["rescue", "rescue", "ignore", "reject"][rng.usize(..4)];
    setup += &format!("CREATE TABLE t (\n  {}\n){};\n{}", lines.join(",\n  "), rule.suffix, rule.after);
    let filter = record_filter(rng, &columns);
    let document_format = ["auto", "auto", "lines"][rng.usize(..3)];
    let match_names = ["exact", "exact", "ignore_case", "snake_case"][rng.usize(..4)];
    setup += &format!(
        "SELECT public.ingest_register_dataset(name => 't', prefix => '', target => 't', columns => {}, \
         expressions => {}, load_mode => '{}', on_error => '{on_error}', on_unknown => '{on_unknown}', \
         record_filter => {}, match_names => '{match_names}', \
         document_format => '{document_format}'{}{})",
        sql::literal(&serde_json::Value::Object(paths).to_string()),
        sql::literal(&serde_json::Value::Object(expressions).to_string()),
        if upsert { "upsert" } else { "append" },
        sql::literal(&filter),
        if versioned && upsert { ", version_column => 'version'" } else { "" },
        envelope.path().map_or(String::new(), |path| {
            let skip = if rng.u8(..3) == 0 { ", on_missing_path => 'skip'" } else { "" };
            format!(", records_path => '{path}'{skip}")
        }),
    );
    Contract { columns, envelope, setup }
}

/// Which records are the dataset's, now and then: by a member, by a column, or by what raises for some.
fn record_filter(rng: &mut Rng, columns: &[Column]) -> String {
    let column = sql::name(&columns[rng.usize(..columns.len())].name);
    let name = sql::literal(NAMES[rng.usize(..NAMES.len())]);
    match rng.u8(..16) {
        5 => format!("record ->> {name} = '1' OR {column}::text IN ('a', '2', 'true')"),
        6 => format!("record -> 'o' ->> {name} IS DISTINCT FROM 'a' AND record ->> 'id' <> '3'"),
        7 => format!("(record ->> {name}) IS NULL OR record #>> '{{o,deep er}}' IS NOT NULL"),
        0 => format!("{column} IS NOT NULL"),
        1 => format!("NOT record ? {name}"),
        2 => format!("{column}::text > '2'"),
        3 => "(record ->> 'id')::numeric < 1e4".into(),
        4 => "_key <> 'b.json' AND _event_time IS DISTINCT FROM '2026-01-01T00:00:03Z'".into(),
        _ => String::new(),
    }
}

/// The type, or now and then a domain over it with a rule of its own.
fn declared(rng: &mut Rng, kind: &Type, name: &str, setup: &mut String) -> String {
    if rng.u8(..5) > 0 {
        return kind.ddl.into();
    }
    let domain = sql::name(&format!("domain of {name}"));
    let check = if kind.check.is_empty() {
        String::new()
    } else {
        format!(" CHECK ({})", kind.check.replace("{}", "VALUE"))
    };
    let given = if rng.u8(..3) == 0 { " NOT NULL" } else { "" };
    setup.push_str(&format!("CREATE DOMAIN {domain} AS {}{given}{check};\n", kind.ddl));
    domain
}

/// A conversion, with values that it accepts.
type Conversion = (&'static str, &'static [&'static str]);

const TIMES: &[Conversion] = &[
    ("epoch_s", &["1761991231", "1.5e9", "\"1761991231.1234565\"", "-62135596801", "9e12"]),
    ("epoch_ms", &["1761991231123", "\"-1500\"", "0", "9223372036854776"]),
    ("epoch_us", &["1761991231123456", "\"+7\"", "-211813488000000001"]),
    ("epoch_ns", &["1761991231123456789", "-1500", "\"499\"", "500"]),
    ("epoch_days", &["20393", "\"-719529\"", "0.0", "2145042905"]),
    ("timestamp:YYYY-MM-DD", &["\"2025-11-01\"", "\"2025-1-2\"", "\"2025-13-01\""]),
];
const BYTES: &[Conversion] = &[
    ("base64", &["\"aGk=\"", "\"\"", "\"aG\\nk=\"", "\"aGk\""]),
    ("hex", &["\"0xfF\"", "\"\"", "\"\\\\x61\"", "\"f\""]),
];
const NUMBERS: &[Conversion] =
    &[("decimal_comma", &["\"1.234,50\"", "\"-0,5\"", "\"12 345\"", "7", "\"1,234.5\""])];
const LISTS: &[Conversion] = &[("list:,", &["\"1, 2\"", "\"\"", "[1]", "\",\""])];

/// For every type.
const ALL: &[Conversion] = &[
    (
        "entry:k",
        &[
            "[{\"key\": \"k\", \"value\": 1}]",
            "{\"k\": {\"stringValue\": \"7\", \"x\": null}}",
            "[]",
            "[5, {\"Key\": \"\\u006b\", \"Value\": {\"a\": \"2\", \"b\": [1]}}]",
        ],
    ),
    ("base64_json", &["\"Nw==\"", "\"eyJhIjpbMS4wXX0=\"", "\"ImEi\"", "\"bnVsbA==\"", "\"/w==\""]),
];

/// What is made of a column's values, now and then: a conversion that its type has.
fn conversion(rng: &mut Rng, ddl: &str) -> Option<Conversion> {
    let fitting = match ddl {
        "date" | "timestamp" | "timestamptz" => TIMES,
        "bytea" => BYTES,
        "smallint" | "integer" | "bigint" | "numeric" | "numeric(6,2)" | "real" | "double precision" => {
            NUMBERS
        }
        _ if ddl.ends_with("[]") => LISTS,
        _ => &[],
    };
    if rng.u8(..8) == 0 {
        return rng.choice(ALL).copied();
    }
    if rng.bool() { None } else { rng.choice(fitting).copied() }
}

/// The source of a column: its path, its conversion, and now and then strings that stand for null.
fn source(rng: &mut Rng, path: &[String], conversion: Option<Conversion>) -> Option<serde_json::Value> {
    let path = (!path.is_empty()).then(|| path_text(path));
    let nulls = rng.u8(..8) == 0;
    if conversion.is_none() && !nulls {
        return path.map(serde_json::Value::from);
    }
    let mut parts = serde_json::Map::new();
    parts.extend(path.map(|path| ("path".to_owned(), path.into())));
    parts.extend(conversion.map(|(name, _)| ("as".to_owned(), name.into())));
    if nulls {
        parts.insert("null_strings".into(), serde_json::json!(["", "a", "1", "+7"]));
    }
    Some(parts.into())
}

fn path(rng: &mut Rng, name: &str) -> Vec<String> {
    match rng.u8(..8) {
        0 => vec!["o".into(), name.into()],
        1 => vec!["o".into(), "deep er".into(), name.into()],
        2 => vec![format!("{name} elsewhere")],
        _ => vec![],
    }
}

fn path_text(path: &[String]) -> String {
    let steps = path.iter().map(|step| format!(".{}", serde_json::Value::from(step.as_str())));
    format!("${}", steps.collect::<String>())
}
