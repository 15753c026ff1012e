//! Records for a table of ten columns, and what is done to them.

use std::fmt::Write as _;

use super::kind::Record;

/// The columns of nearly all kinds.
pub(super) const TEN: &str = "id bigint PRIMARY KEY, v bigint NOT NULL, name text, qty integer CHECK (qty >= 0), \
     price numeric(12, 2), at timestamptz, flag boolean, ratio float8, code varchar(20), note text";

/// A good record.
pub(super) fn ten(number: u64) -> String {
    format!(
        r#"{{"id":{number},"v":1,"name":"name {}","qty":{},"price":{}.{:02},"at":"2026-10-{:02}T{:02}:00:00Z","flag":{},"ratio":{}.5,"code":"C{}","note":"a few words of text"}}"#,
        number % 977,
        number % 100,
        number % 10_000,
        number % 100,
        number % 28 + 1,
        number % 24,
        number.is_multiple_of(2),
        number % 1_000,
        number % 10_000,
    )
}

/// The record with members behind its others.
pub(super) fn with(record: &str, members: &str) -> String {
    format!("{},{members}}}", record.trim_end_matches('}'))
}

/// The record with epochs, of which the filter of `sources` keeps every second.
pub(super) fn sourced(number: u64) -> String {
    let (seconds, op) = (1_793_527_200 + number, if number.is_multiple_of(2) { "keep" } else { "drop" });
    with(&ten(number), &format!(r#""created":{seconds}040,"seen":{seconds},"op":"{op}""#))
}

/// A record whose members have their columns' names.
pub(super) fn spelt(number: u64) -> String {
    format!(
        r#"{{"id":{number},"v":1,"first_name":"name {}","item_qty":{},"unit_price":{}.{:02},"ordered_at":"2026-10-{:02}T10:00:00Z","is_open":{},"long_note":"a few words of text"}}"#,
        number % 977,
        number % 100,
        number % 10_000,
        number % 100,
        number % 28 + 1,
        number.is_multiple_of(2),
    )
}

/// The same in camel case.
pub(super) fn camel(number: u64) -> String {
    let names = [
        ("first_name", "firstName"),
        ("item_qty", "itemQty"),
        ("unit_price", "unitPrice"),
        ("ordered_at", "orderedAt"),
        ("is_open", "isOpen"),
        ("long_note", "longNote"),
    ];
    names.into_iter().fold(spelt(number), |record, (name, as_camel)| record.replacen(name, as_camel, 1))
}

/// The record with another value of its member `qty`.
pub(super) fn with_quantity(record: &str, quantity: &str) -> String {
    let (head, tail) = record.split_once(r#""qty":"#).unwrap_or((record, ""));
    let (_, tail) = tail.split_once(',').unwrap_or(("", tail));
    format!(r#"{head}"qty":{quantity},{tail}"#)
}

/// One record of `every` is bad, in one way or another.
pub(super) fn bad(every: u64) -> impl Fn(u64) -> Record + Send + Sync + 'static {
    move |number| {
        let good = ten(number);
        if number % every != every / 2 {
            return Record { text: good, refused: false };
        }
        let text = match number / every % 5 {
            0 => with_quantity(&good, "\"many\""),
            1 => good.replacen("2026-10-", "some ", 1),
            2 => good.replacen(r#""code":"C"#, r#""code":"CCCCCCCCCCCCCCCCCCCCCCCCC"#, 1),
            3 => good.replacen(r#""v":1,"#, "", 1),
            _ => good.replacen(r#""price":"#, r#""price":999999999999"#, 1),
        };
        Record { text, refused: true }
    }
}

/// One record of `every` has the second value in the place of the first.
pub(super) fn one_of(
    every: u64,
    member: &'static str,
    good: fn(u64) -> String,
    bad: fn(u64) -> String,
) -> impl Fn(u64) -> Record + Send + Sync + 'static {
    move |number| {
        let refused = number % every == every - 1;
        let value = if refused { bad(number) } else { good(number) };
        Record { text: with(&ten(number), &format!(r#""{member}":{value}"#)), refused }
    }
}

/// So many columns besides the key and the version, of usual types.
pub(super) fn wide_columns(columns: usize) -> String {
    let types = ["bigint", "text", "numeric(14, 4)", "timestamptz", "boolean", "double precision"];
    let mut ddl = "id bigint PRIMARY KEY, v bigint NOT NULL".to_owned();
    for (number, sql_type) in (2..columns).zip(types.into_iter().cycle()) {
        // Writing to a String cannot fail.
        let _ = write!(ddl, ", c{number:03} {sql_type}");
    }
    ddl
}

/// A record for these.
pub(super) fn wide(columns: usize) -> impl Fn(u64) -> String + Clone + Send + Sync + 'static {
    let values = ["17", "\"some text\"", "12.3456", "\"2026-10-05T10:00:00Z\"", "true", "1.5"];
    move |number| {
        let mut text = format!(r#"{{"id":{number},"v":1"#);
        for (column, value) in (2..columns).zip(values.into_iter().cycle()) {
            let _ = write!(text, r#","c{column:03}":{value}"#);
        }
        text + "}"
    }
}

/// Members `<prefix>0` and so on.
pub(super) fn members(prefix: &str, count: u64) -> String {
    (0..count).map(|n| format!(r#""{prefix}{n}":"value {n}""#)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_json() {
        let mut texts =
            vec![ten(7), with(&ten(7), &members("u", 3)), with_quantity(&ten(7), "1.0"), wide(100)(7)];
        texts.extend([sourced(7), camel(7)]);
        texts.extend((0..5).map(|number| bad(1)(number).text));
        for text in texts {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }

    #[test]
    fn so_many_of_a_hundred_are_bad() {
        let refused = |every| (0..100).filter(|number| bad(every)(*number).refused).count();
        assert_eq!([refused(100), refused(10), refused(1)], [1, 10, 100]);
    }
}
