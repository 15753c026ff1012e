//! What a cell has to be, worked out the slow way from serde_json's reading.

use serde_json::Value;

/// What a value has to become.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This, as the recorder shows it.
    Cell(String),
    Fault,
    /// Only the input function or another test knows.
    Anything,
}

/// What becomes of `value` (absent: `None`) in a column of the declared type.
pub(crate) fn of(declared: &str, value: Option<&Value>) -> Expected {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Expected::Cell("NULL".to_owned());
    };
    match declared {
        "boolean" => match value {
            Value::Bool(value) => cell(i64::from(*value)),
            Value::String(_) => Expected::Anything,
            _ => Expected::Fault,
        },
        "smallint" => integer(value, i16::MIN.into(), i16::MAX.into()),
        "integer" => integer(value, i32::MIN.into(), i32::MAX.into()),
        "bigint" => integer(value, i64::MIN.into(), i64::MAX.into()),
        "double precision" => float(value),
        "text" => text(value, usize::MAX),
        "character varying(3)" => text(value, 3),
        _ => Expected::Anything,
    }
}

fn cell(value: impl ToString) -> Expected {
    Expected::Cell(value.to_string())
}

fn integer(value: &Value, least: i128, most: i128) -> Expected {
    match value {
        Value::Number(number) => match integral(&number.to_string()) {
            Some(value) if (least..=most).contains(&value) => cell(value),
            _ => Expected::Fault,
        },
        Value::String(_) => Expected::Anything,
        _ => Expected::Fault,
    }
}

/// The value of a number that is whole and has at most 30 digits.
fn integral(literal: &str) -> Option<i128> {
    let (mantissa, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let negative = whole.starts_with('-');
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let kept = digits.trim_end_matches('0');
    let zeros = exponent.parse::<i64>().ok()? - i64::try_from(fraction.len()).ok()?
        + i64::try_from(digits.len() - kept.len()).ok()?;
    let kept = kept.trim_start_matches('0');
    if kept.is_empty() {
        return Some(0);
    }
    let zeros = usize::try_from(zeros).ok().filter(|zeros| kept.len() + zeros <= 30)?;
    let value: i128 = format!("{kept}{}", "0".repeat(zeros)).parse().ok()?;
    Some(if negative { -value } else { value })
}

fn float(value: &Value) -> Expected {
    match value {
        Value::Number(number) => {
            let literal = number.to_string();
            let Ok(float) = literal.parse::<f64>() else { return Expected::Anything };
            let mantissa = literal.split(['e', 'E']).next().unwrap_or_default();
            let is_zero = mantissa.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
            if float.is_infinite() || float == 0.0 && !is_zero {
                Expected::Fault
            } else {
                // Numbers are read as numeric, which knows no negative zero.
                cell(i64::from_ne_bytes((float + 0.0).to_ne_bytes()))
            }
        }
        Value::String(_) => Expected::Anything,
        _ => Expected::Fault,
    }
}

fn text(value: &Value, longest: usize) -> Expected {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        // How numeric renders the others is PostgreSQL's to say, and the differential test's to check.
        Value::Number(number) => match number.to_string().parse::<i64>() {
            Ok(number) => number.to_string(),
            Err(_) => return Expected::Anything,
        },
        _ => return Expected::Fault,
    };
    if text.chars().count() > longest { Expected::Fault } else { Expected::Cell(text) }
}
