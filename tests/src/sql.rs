//! SQL texts made from test data, and errors of the server in words.

use postgres::Error;
use serde_yaml_ng::Value;

/// A string literal, whatever the text holds.
#[must_use]
pub fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if doubled.contains('\\') {
        format!(" E'{}'", doubled.replace('\\', "\\\\"))
    } else {
        format!("'{doubled}'")
    }
}

/// A quoted name.
#[must_use]
pub fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The call of `ingest_register_dataset()` with named arguments; a mapping becomes jsonb, a sequence jsonb too.
#[must_use]
pub fn registration<'a>(arguments: impl IntoIterator<Item = (&'a String, &'a Value)>) -> String {
    let given: Vec<String> = arguments
        .into_iter()
        .map(|(argument, value)| format!("{argument} => {}", argument_value(value)))
        .collect();
    format!("SELECT public.ingest_register_dataset({})", given.join(", "))
}

fn argument_value(value: &Value) -> String {
    match value {
        Value::Null => "NULL".into(),
        Value::String(text) => literal(text),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        other => {
            let json = serde_json::to_string(other).unwrap_or_else(|error| format!("(no JSON: {error})"));
            format!("{}::jsonb", literal(&json))
        }
    }
}

/// `ERROR 22023: message; detail; hint` for an error of the server, the client's own words for any other.
#[must_use]
pub fn error_text(error: &Error) -> String {
    let Some(db) = error.as_db_error() else { return format!("ERROR {error}") };
    let mut text = format!("ERROR {}: {}", db.code().code(), db.message());
    for more in [db.detail(), db.hint()].into_iter().flatten() {
        text.push_str("; ");
        text.push_str(more);
    }
    text
}

/// The SQLSTATE of an error of the server; empty for an error of the connection.
#[must_use]
pub fn state(error: &Error) -> &str {
    error.code().map_or("", |code| code.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_names_hold_any_text() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\'b"), " E'a\\\\''b'");
        assert_eq!(name("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn arguments_are_named_and_mappings_are_jsonb() {
        let arguments: std::collections::BTreeMap<String, Value> =
            serde_yaml_ng::from_str("{name: t, columns: {a: $.b}, enabled: false, bucket: null}").unwrap();
        assert_eq!(
            registration(&arguments),
            "SELECT public.ingest_register_dataset(bucket => NULL, columns => '{\"a\":\"$.b\"}'::jsonb, \
             enabled => false, name => 't')"
        );
    }
}
