//! Kinds that differ in the types and constraints of their tables.

use super::kind::{Kind, Record, Table};
use super::records::{TEN, one_of, ten, with};

/// A hundredth of the records violates what the table says.
const HUNDREDTH: u64 = 100;

fn ten_and(columns: &str) -> Table {
    Table { columns: format!("{TEN}, {columns}"), ..Table::default() }
}

fn with_values(values: fn(u64) -> String) -> impl Fn(u64) -> String + Send + Sync + 'static {
    move |number| with(&ten(number), &values(number))
}

/// Values of types besides the usual ones.
pub(super) fn values() -> Vec<Kind> {
    let enums = Table {
        before: "CREATE TYPE {t}_mood AS ENUM ('sad', 'ok', 'happy'); \
             CREATE DOMAIN {t}_mail AS text CHECK (VALUE ~ '@')",
        ..ten_and("mood {t}_mood, mail {t}_mail")
    };
    let expression = Table {
        expressions: r#"{"total": "price * qty", "shout": "upper(name)"}"#,
        ..ten_and("total numeric, shout text")
    };
    vec![
        Kind::good("integers-array", "int[] of twelve", &ten_and("list int[]"), |number| {
            with(&ten(number), r#""list":[1,2,3,4,5,6,7,8,9,10,11,12]"#)
        }),
        Kind::good("texts-array", "text[] of four", &ten_and("tags text[]"), |number| {
            with(&ten(number), r#""tags":["red","green","light blue","a \"b\""]"#)
        }),
        Kind::good(
            "other-types",
            "interval, inet, uuid and date",
            &ten_and("i interval, n inet, u uuid, d date"),
            with_values(|number| {
                format!(
                    r#""i":"{} days 02:03:04","n":"10.0.{}.7","u":"6f1e2a9c-0b57-4c7e-9a51-{number:012x}","d":"2026-10-{:02}""#,
                    number % 30,
                    number % 200,
                    number % 28 + 1
                )
            }),
        ),
        Kind::good("enums", "an enum and a domain with a CHECK", &enums, |number| {
            with(&ten(number), r#""mood":"happy","mail":"a@example.org""#)
        }),
        Kind::good("expressions", "two columns by expressions", &expression, ten),
        Kind::good(
            "dates-by-space",
            "timestamps with a space and an offset",
            &ten_and("t2 timestamptz, t3 timestamp"),
            |number| with(&ten(number), r#""t2":"2026-10-05 10:00:00+02","t3":"2026-10-05 10:00:00""#),
        ),
    ]
}

/// What only the table refuses, and tables that are no plain ones.
pub(super) fn tables() -> Vec<Kind> {
    let generated = ten_and("twice integer GENERATED ALWAYS AS (qty * 2) STORED CHECK (twice < 1000)");
    let foreign = Table {
        before: "CREATE TABLE {t}_parent (id bigint PRIMARY KEY); INSERT INTO {t}_parent SELECT generate_series(1, 1000); \
             GRANT SELECT ON {t}_parent TO ingest_loader",
        ..ten_and("parent bigint REFERENCES {t}_parent")
    };
    let hidden = Table {
        before: "CREATE TABLE {t}_parent (id bigint PRIMARY KEY); INSERT INTO {t}_parent SELECT generate_series(1, 1000)",
        ..foreign.clone()
    };
    let unique = ten_and("serial bigint UNIQUE");
    let trigger = Table {
        after: "CREATE FUNCTION {t}_stamp() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note := NEW.note || '!'; RETURN NEW; END$$; \
             CREATE TRIGGER stamp BEFORE INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION {t}_stamp()",
        ..ten_and("x text")
    };
    let partitioned = Table {
        columns: TEN.to_owned(),
        clause: "PARTITION BY HASH (id)",
        after: "CREATE TABLE {t}_0 PARTITION OF {t} FOR VALUES WITH (MODULUS 4, REMAINDER 0); \
             CREATE TABLE {t}_1 PARTITION OF {t} FOR VALUES WITH (MODULUS 4, REMAINDER 1); \
             CREATE TABLE {t}_2 PARTITION OF {t} FOR VALUES WITH (MODULUS 4, REMAINDER 2); \
             CREATE TABLE {t}_3 PARTITION OF {t} FOR VALUES WITH (MODULUS 4, REMAINDER 3)",
        ..Table::default()
    };
    let quantity =
        |number: u64| if number % HUNDREDTH == HUNDREDTH - 1 { "900".to_owned() } else { "5".to_owned() };
    vec![
        Kind::mixed(
            "generated-check",
            "a CHECK of a generated column refuses 1 %",
            &generated,
            move |number| Record {
                text: super::records::with_quantity(&ten(number), &quantity(number)),
                refused: number % HUNDREDTH == HUNDREDTH - 1,
            },
        ),
        Kind::mixed(
            "foreign-key",
            "a foreign key refuses 1 %",
            &foreign,
            one_of(HUNDREDTH, "parent", |n| (n % 1000 + 1).to_string(), |_| "5000".to_owned()),
        ),
        Kind::mixed(
            "foreign-key-hidden",
            "a foreign key to a table that the pipeline may not read refuses 1 %",
            &hidden,
            one_of(HUNDREDTH, "parent", |n| (n % 1000 + 1).to_string(), |_| "5000".to_owned()),
        ),
        Kind::mixed(
            "second-unique",
            "a second unique index refuses 1 %, of other batches' rows and of their own",
            &unique,
            one_of(HUNDREDTH, "serial", |n| n.to_string(), |n| (n - n % HUNDREDTH).to_string()),
        ),
        Kind::good("trigger", "a trigger for each row", &trigger, ten),
        Kind::good("partitions", "four partitions", &partitioned, ten),
    ]
}
