//! All kinds of content.

use super::kind::{Kind, Record, Table};
use super::records::{
    TEN, bad, camel, members, sourced, spelt, ten, wide, wide_columns, with, with_quantity,
};
use super::typed;

/// The kinds whose names begin so, and those that they are held against.
pub(super) fn chosen(beginning: &str) -> Vec<Kind> {
    let wanted: Vec<&str> = all()
        .iter()
        .filter(|kind| kind.name.starts_with(beginning))
        .flat_map(|kind| [kind.name, kind.over])
        .collect();
    all().into_iter().filter(|kind| wanted.contains(&kind.name)).collect()
}

fn all() -> Vec<Kind> {
    let mut kinds = clean();
    kinds.extend(unknown());
    kinds.extend(faulty());
    kinds.extend(sources());
    kinds.extend(typed::values());
    kinds.extend(typed::tables());
    kinds.extend(sizes());
    kinds
}

fn ten_columns() -> Table {
    Table { columns: TEN.to_owned(), ..Table::default() }
}

fn shipped() -> Table {
    Table {
        columns: format!("{TEN}, city text, zip text"),
        paths: r#"{"city": "$.ship.city", "zip": "$.ship.place.zip"}"#,
        ..Table::default()
    }
}

fn clean() -> Vec<Kind> {
    vec![
        Kind::good("clean", "ten columns, known members only", &ten_columns(), ten),
        Kind::good("clean-nested", "the same and two paths into objects", &shipped(), |number| {
            with(&ten(number), r#""ship":{"city":"Graz","place":{"zip":"8010"}}"#)
        }),
    ]
}

/// Members that no column reads, in every record.
fn unknown() -> Vec<Kind> {
    let with_mode = |on_unknown| Table { on_unknown, ..ten_columns() };
    vec![
        Kind::good("unknown-one", "one unknown member in each record", &ten_columns(), |number| {
            with(&ten(number), r#""added":"some value""#)
        })
        .at_most(2.0),
        Kind::good("unknown-ten", "ten of them", &ten_columns(), |number| {
            with(&ten(number), &members("u", 10))
        })
        .at_most(3.0),
        Kind::good("unknown-object", "an unknown object", &ten_columns(), |number| {
            with(&ten(number), r#""added":{"a":1,"b":{"c":[1,2,3]}}"#)
        })
        .at_most(3.0),
        Kind::good(
            "unknown-nested",
            "unknown members inside objects that paths go through",
            &shipped(),
            |number| {
                with(
                    &ten(number),
                    r#""ship":{"city":"Graz","floor":3,"place":{"zip":"8010","street":"Ring"}}"#,
                )
            },
        )
        .over("clean-nested")
        .at_most(3.0),
        Kind::good(
            "unknown-ignore",
            "one unknown member, on_unknown ignore",
            &with_mode("ignore"),
            |number| with(&ten(number), r#""added":"some value""#),
        )
        .at_most(2.0),
        Kind::mixed(
            "unknown-reject",
            "one unknown member, on_unknown reject",
            &with_mode("reject"),
            |number| Record { text: with(&ten(number), r#""added":"some value""#), refused: true },
        ),
        Kind::good("unknown-names", "an unknown member whose name is data", &ten_columns(), |number| {
            with(&ten(number), &format!(r#""k{number}":1"#))
        }),
        Kind::good(
            "unknown-hundred-columns",
            "a hundred columns and one unknown member",
            &hundred_columns(),
            |number| with(&wide(100)(number), r#""added":"some value""#),
        )
        .over("hundred-columns")
        .at_most(2.0),
    ]
}

/// Where values come from besides members of a column's own name, beside the same table by such members.
fn sources() -> Vec<Kind> {
    let by_name = Table {
        columns: format!(
            "{TEN}, created timestamptz, seen timestamptz, tenant text, turn integer, page integer"
        ),
        ..Table::default()
    };
    let by_source = Table {
        paths: r#"{"created": {"path": "$.created", "as": "epoch_ms"}, "seen": {"path": "$.seen", "as": "epoch_s"},
            "tenant": "key:tenant", "turn": "key:turn", "page": "parent:$.meta.page"}"#,
        records_path: Some("$.data"),
        key_pattern: Some("{tenant}/{turn}/{}"),
        null_strings: &["", "n/a"],
        record_filter: Some("record ->> 'op' = 'keep'"),
        ..by_name.clone()
    };
    let spelling = |match_names| Table {
        columns: "id bigint PRIMARY KEY, v bigint NOT NULL, first_name text, item_qty integer, \
             unit_price numeric(12, 2), ordered_at timestamptz, is_open boolean, long_note text"
            .to_owned(),
        match_names,
        ..Table::default()
    };
    vec![
        Kind::good("sourceless", "fifteen columns, each from its own member", &by_name, |number| {
            with(
                &ten(number),
                r#""created":"2026-11-01T10:00:00.04Z","seen":"2026-11-01T10:00:00Z","tenant":"acme","turn":1,"page":1"#,
            )
        }),
        Kind::good(
            "sources",
            "the same: two epochs, two pieces of the key, one of the parent, null strings, and a filter that drops half",
            &by_source,
            sourced,
        )
        .leaving_out(|number| !number.is_multiple_of(2))
        .over("sourceless")
        .at_most(1.5),
        Kind::good("spelt", "eight columns whose members have their names", &spelling(None), spelt),
        Kind::good("spelt-camel", "the same in camel case, by match_names", &spelling(Some("snake_case")), camel)
            .over("spelt")
            .at_most(1.5),
    ]
}

/// Values that are refused, or unusual.
fn faulty() -> Vec<Kind> {
    vec![
        Kind::mixed("bad-hundredth", "1 % bad values", &ten_columns(), bad(100)).at_most(1.4),
        Kind::mixed("bad-tenth", "10 % bad values", &ten_columns(), bad(10)),
        Kind::mixed("bad-all", "only bad values", &ten_columns(), bad(1)),
        Kind::mixed("check-all", "a CHECK refuses all", &ten_columns(), |number| Record {
            text: with_quantity(&ten(number), "-1"),
            refused: true,
        }),
        Kind::good("integral-point", "1.0 for an integer, in each record", &ten_columns(), |number| {
            with_quantity(&ten(number), "1.0")
        }),
    ]
}

fn hundred_columns() -> Table {
    Table { columns: wide_columns(100), ..Table::default() }
}

/// Wide records, small files, envelopes, huge objects.
fn sizes() -> Vec<Kind> {
    let envelope = Table { records_path: Some("$.data"), on_unknown: "ignore", ..ten_columns() };
    vec![
        Kind::good("hundred-columns", "a hundred columns", &hundred_columns(), wide(100)).at_most(10.0),
        Kind::good("one-record-files", "a hundred files of one record", &ten_columns(), ten)
            .at_most(10.0)
            .files(100, 1),
        Kind::good("clean-envelope", "one file of 6,000 records in an envelope", &envelope, ten)
            .files(1, 6_000),
        Kind::good("unknown-envelope", "the same with twenty unknown members", &envelope, |number| {
            with(&ten(number), &members("u", 20))
        })
        .over("clean-envelope")
        .files(1, 6_000),
        Kind::good("one-record-batch", "one file of one record", &ten_columns(), ten)
            .at_most(1_000.0)
            .files(1, 1),
        Kind::good("unknown-500", "one record of 500 unknown members", &ten_columns(), |number| {
            with(&ten(number), &members("u", 500))
        })
        .over("one-record-batch")
        .files(1, 1),
        Kind::good("unknown-2000", "one record of 2,000 unknown members", &ten_columns(), |number| {
            with(&ten(number), &members("w", 2_000))
        })
        .over("unknown-500")
        .files(1, 1),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_held_against_one_there_is() {
        let names: Vec<&str> = all().iter().map(|kind| kind.name).collect();
        assert!(all().iter().all(|kind| names.contains(&kind.over)));
    }

    #[test]
    fn who_is_chosen_brings_what_it_is_held_against() {
        let names = |beginning| chosen(beginning).iter().map(|kind| kind.name).collect::<Vec<_>>();
        assert_eq!(names("bad-t"), ["clean", "bad-tenth"]);
        assert!(names("nothing").is_empty());
    }

    #[test]
    fn batches_hold_other_keys_each() {
        let kinds = chosen("clean");
        let bodies =
            |batch| kinds[0].batch(0, batch).files.into_iter().map(|file| file.body).collect::<Vec<_>>();
        assert_eq!(bodies(0).len(), 20);
        assert!(bodies(0).iter().all(|body| !bodies(1).contains(body)));
    }
}
