//! What becomes of rows in tables of Citus.

use anyhow::Result;
use pg_ingest_tests::report;

use crate::nodes::{Place, same};

const LOADER: &str = "GRANT USAGE ON SCHEMA shop TO ingest_loader";

/// A table of each kind, all alike.
fn kinds_of_tables(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.d (id int PRIMARY KEY, v int, note text DEFAULT 'none')",
        "CREATE TABLE shop.r (id int PRIMARY KEY, v int, note text DEFAULT 'none')",
        "CREATE TABLE shop.l (id int PRIMARY KEY, v int, note text DEFAULT 'none')",
        "SELECT create_distributed_table('shop.d', 'id')",
        "SELECT create_reference_table('shop.r')",
        "SELECT citus_add_local_table_to_metadata('shop.l')",
    ])?;
    for name in ["d", "r", "l"] {
        place.run(&[
            &format!("GRANT SELECT, INSERT, UPDATE ON shop.{name} TO ingest_loader"),
            &format!(
                "SELECT ingest_register_dataset('{name}', '{name}/', 'shop.{name}', version_column => 'v')"
            ),
        ])?;
    }
    Ok(())
}

pub(crate) fn kinds(place: &Place<'_>) -> Result<()> {
    kinds_of_tables(place)?;
    let first = r#"[{"id": 1, "v": 1, "note": "a"}, {"id": 2, "v": 5}, {"id": 3, "v": 1, "other": true}]"#;
    let second = r#"[{"id": 1, "v": 2, "note": "b"}, {"id": 2, "v": 4, "note": "late"}, {"id": 4, "v": 1}]"#;
    let outcome = place.load(&[("d/1.json", first), ("r/1.json", first), ("l/1.json", first)])?;
    same("rows of the first batch", outcome.count("rows_loaded"), 9)?;
    let outcome = place.load(&[("d/2.json", second), ("r/2.json", second), ("l/2.json", second)])?;
    same("rows of the second batch", outcome.count("rows_loaded"), 6)?;
    same("stale records", outcome.count("rows_stale"), 3)?;
    for name in ["d", "r", "l"] {
        same(
            name,
            place.rows(&format!("SELECT * FROM shop.{name} ORDER BY id"))?,
            vec!["1 | 2 | b".into(), "2 | 5 | none".into(), "3 | 1 | none".into(), "4 | 1 | none".into()],
        )?;
    }
    same("drift", place.rows("SELECT DISTINCT path FROM ingest.schema_drift")?, vec!["$.other".into()])?;
    same(
        "shards of d with rows",
        place.rows("SELECT count(*) > 1 FROM (SELECT 1 FROM run_command_on_shards('shop.d', 'SELECT count(*) FROM %s') AS s WHERE s.result <> '0') AS n")?,
        vec!["t".into()],
    )?;
    // The same version again changes nothing, and the same file is only counted.
    let outcome = place.load(&[("d/3.json", second), ("r/2.json", second)])?;
    same("files that were skipped or loaded", (outcome.count("skipped"), outcome.count("loaded")), (1, 1))
}

pub(crate) fn any_order(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.t (a text, b numeric, v timestamptz, note text, PRIMARY KEY (b, a))",
        "SELECT create_distributed_table('shop.t', 'b')",
        "SELECT ingest_add_metadata_columns('shop.t')",
        "GRANT SELECT, INSERT, UPDATE ON shop.t TO ingest_loader",
    ])?;
    let version = |n: usize| format!(r#"{{"a": "x", "b": 1.50, "v": "2026-01-0{n}", "note": "n{n}"}}"#);
    for (number, order) in
        [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]].iter().enumerate()
    {
        let name = format!("t{number}");
        place.run(&[&format!(
            "SELECT ingest_register_dataset('{name}', '{name}/', 'shop.t', version_column => 'v')"
        )])?;
        for n in order {
            place.load(&[(&format!("{name}/{n}.json"), &version(*n))])?;
        }
        same(
            "the row",
            place.rows("SELECT a, b, v, note FROM shop.t")?,
            vec!["x | 1.50 | 2026-01-03 00:00:00+00 | n3".into()],
        )?;
        place.run(&["TRUNCATE shop.t"])?;
    }
    // All of them in one file: the newest wins there too.
    let all = format!("{}{}{}", version(2), version(3), version(1));
    place.load(&[("t0/all.json", &all)])?;
    same("the row", place.rows("SELECT note FROM shop.t")?, vec!["n3".into()])
}

fn parents_and_items(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.customers (id bigint PRIMARY KEY, email text UNIQUE, v int)",
        "SELECT create_reference_table('shop.customers')",
        "CREATE TABLE shop.items (id bigint PRIMARY KEY, customer bigint REFERENCES shop.customers (id), \
         code text, qty int CHECK (qty > 0), v int, UNIQUE (id, code))",
        "SELECT create_distributed_table('shop.items', 'id')",
        "GRANT SELECT, INSERT, UPDATE ON shop.customers TO ingest_loader",
        "GRANT SELECT, INSERT, UPDATE ON shop.items TO ingest_loader",
        "SELECT ingest_register_dataset('customers', 'customers/', 'shop.customers', version_column => 'v')",
        "SELECT ingest_register_dataset('items', 'items/', 'shop.items', version_column => 'v')",
    ])
}

pub(crate) fn rejects(place: &Place<'_>) -> Result<()> {
    parents_and_items(place)?;
    let outcome = place.load(&[
        (
            "customers/1.json",
            r#"[{"id": 1, "email": "a", "v": 1}, {"id": 2, "email": "a", "v": 1}, {"id": 3, "email": "c", "v": 1}]"#,
        ),
        (
            "items/1.json",
            r#"[{"id": 10, "customer": 1, "qty": 1, "v": 1}, {"id": 11, "customer": 99, "qty": 1, "v": 2}, {"id": 11, "customer": 3, "qty": 2, "v": 1},
                {"id": 12, "customer": 3, "qty": 0, "v": 1}, {"id": 13, "customer": "x", "v": 1}]"#,
        ),
    ])?;
    same("rows", (outcome.count("rows_loaded"), outcome.count("rows_rejected")), (4, 4))?;
    same(
        "rejects",
        place.rows("SELECT f.dataset, r.record_no, r.error_code, r.error FROM ingest.rejected_record AS r JOIN ingest.file AS f USING (file_id) ORDER BY 1, 2")?,
        vec![
            "customers | 2 | sqlstate_23505 | duplicate key value violates unique constraint \"customers_email_key\"; Key (email)=(a) already exists.".into(),
            "items | 2 | sqlstate_23503 | insert or update on table \"items\" violates foreign key constraint \"items_customer_fkey\"; Key (customer)=(99) is not present in table \"customers\".".into(),
            "items | 4 | check_violation | constraint items_qty_check: came qty = 0; expected CHECK ((qty > 0))".into(),
            "items | 5 | type_mismatch | column customer: came string \"x\"; expected bigint".into(),
        ],
    )?;
    // An older record of the key that was refused has won.
    same(
        "items",
        place.rows("SELECT id, customer, qty, v FROM shop.items ORDER BY id")?,
        vec!["10 | 1 | 1 | 1".into(), "11 | 3 | 2 | 1".into()],
    )?;
    // A value that a row of another batch has.
    place.load(&[(
        "customers/2.json",
        r#"[{"id": 4, "email": "c", "v": 1}, {"id": 3, "email": "d", "v": 2}]"#,
    )])?;
    place.load(&[(
        "customers/3.json",
        r#"[{"id": 5, "email": "a", "v": 1}, {"id": 6, "email": "f", "v": 1}]"#,
    )])?;
    same(
        "customers",
        place.rows("SELECT id, email FROM shop.customers ORDER BY id")?,
        vec!["1 | a".into(), "3 | d".into(), "4 | c".into(), "6 | f".into()],
    )?;
    same(
        "what names a shard",
        place.rows("SELECT error FROM ingest.rejected_record WHERE error ~ '_[0-9]{6}'")?,
        Vec::new(),
    )
}

pub(crate) fn replay(place: &Place<'_>) -> Result<()> {
    parents_and_items(place)?;
    place.load(&[("items/1.json", r#"[{"id": 10, "customer": 1, "v": 1}, {"id": 11, "v": 1}]"#)])?;
    same("items", place.rows("SELECT id FROM shop.items")?, vec!["11".into()])?;
    place.load(&[("customers/1.json", r#"{"id": 1, "email": "a", "v": 1}"#)])?;
    same("replayed", place.rows("SELECT rows_loaded FROM ingest_replay('items')")?, vec!["1".into()])?;
    same("items", place.rows("SELECT id FROM shop.items ORDER BY id")?, vec!["10".into(), "11".into()])?;
    same("files", place.rows("SELECT DISTINCT status FROM ingest.file")?, vec!["loaded".into()])
}

pub(crate) fn deletes(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.gone (id bigint PRIMARY KEY, note text, v int)",
        "CREATE TABLE shop.marked (id bigint PRIMARY KEY, note text, v int, is_gone boolean)",
        "SELECT create_distributed_table('shop.gone', 'id')",
        "SELECT create_distributed_table('shop.marked', 'id')",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON shop.gone TO ingest_loader",
        "GRANT SELECT, INSERT, UPDATE ON shop.marked TO ingest_loader",
        "SELECT ingest_register_dataset('gone', 'gone/', 'shop.gone', version_column => 'v', delete_when => $$record->>'op' = 'd'$$)",
        "SELECT ingest_register_dataset('marked', 'marked/', 'shop.marked', version_column => 'v', delete_when => $$record->>'op' = 'd'$$, soft_delete_column => 'is_gone')",
    ])?;
    let load = |number: usize, body: &str| {
        place.load(&[(&format!("gone/{number}.json"), body), (&format!("marked/{number}.json"), body)])
    };
    load(
        1,
        r#"[{"id": 1, "note": "a", "v": 1}, {"id": 2, "note": "b", "v": 1}, {"id": 3, "note": "c", "v": 3}]"#,
    )?;
    let outcome = load(
        2,
        r#"[{"id": 1, "v": 2, "op": "d"}, {"id": 3, "v": 2, "op": "d"}, {"id": 9, "v": 2, "op": "d"}]"#,
    )?;
    same("rows that went", outcome.count("rows_deleted"), 4)?;
    // Older ones stay stale, newer ones come back.
    load(3, r#"[{"id": 1, "note": "old", "v": 1}, {"id": 9, "note": "new", "v": 3}]"#)?;
    same(
        "rows",
        place.rows("SELECT id, note, v FROM shop.gone ORDER BY id")?,
        vec!["2 | b | 1".into(), "3 | c | 3".into(), "9 | new | 3".into()],
    )?;
    same(
        "marks",
        place.rows("SELECT id, note, is_gone FROM shop.marked ORDER BY id")?,
        vec!["1 | a | t".into(), "2 | b | f".into(), "3 | c | f".into(), "9 | new | f".into()],
    )?;
    // Erased keys are gone and do not come back.
    same(
        "erased rows",
        place
            .rows("SELECT rows_deleted FROM ingest_erase('gone', '{\"id\": 3}', 'somebody asked for it')")?,
        vec!["1".into()],
    )?;
    load(4, r#"[{"id": 3, "note": "back", "v": 9}]"#)?;
    same("rows", place.rows("SELECT id FROM shop.gone ORDER BY id")?, vec!["2".into(), "9".into()])
}

pub(crate) fn kept(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.t (id bigint PRIMARY KEY, a text DEFAULT 'x', b text, n bigserial, v int)",
        "SELECT create_distributed_table('shop.t', 'id')",
        "GRANT SELECT, INSERT, UPDATE ON shop.t TO ingest_loader",
        "GRANT USAGE ON SEQUENCE shop.t_n_seq TO ingest_loader",
        "SELECT ingest_register_dataset('t', 't/', 'shop.t', version_column => 'v', on_absent => 'keep', columns => '{\"n\": null}')",
        "SELECT setval('shop.t_n_seq', 100)",
    ])?;
    place.load(&[("t/1.json", r#"[{"id": 1, "b": "one", "v": 1}, {"id": 2, "a": "two", "v": 1}]"#)])?;
    let numbers = place.rows("SELECT n FROM shop.t ORDER BY id")?;
    place.load(&[("t/2.json", r#"[{"id": 1, "a": "y", "v": 2}, {"id": 2, "b": "z", "v": 2}]"#)])?;
    same(
        "rows",
        place.rows("SELECT id, a, b, v FROM shop.t ORDER BY id")?,
        vec!["1 | y | one | 2".into(), "2 | two | z | 2".into()],
    )?;
    same("numbers", place.rows("SELECT n FROM shop.t ORDER BY id")?, numbers)
}

/// One session: a batch of new keys, one with known keys among them, and one that no longer expects new keys.
pub(crate) fn one_session(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.t (id bigint, part text COLLATE \"C\", v int, note text, n bigserial, \"100%\" int, PRIMARY KEY (part, id))",
        "SELECT create_distributed_table('shop.t', 'id')",
        "GRANT SELECT, INSERT, UPDATE ON shop.t TO ingest_loader",
        "GRANT USAGE ON SEQUENCE shop.t_n_seq TO ingest_loader",
        "SELECT ingest_register_dataset('t', 't/', 'shop.t', version_column => 'v', on_absent => 'keep', columns => '{\"n\": null}')",
    ])?;
    let mut client = place.connect(0)?;
    let pause = "SELECT current_setting('ingest.plain_' || md5('t'), true)";
    let mut load = |number: usize, records: &str| -> Result<(i64, i64, Vec<String>)> {
        let key = format!("t/{number}.json");
        let outcome = place.load_by(&mut client, &[(&key, records)])?;
        let paused = report::rows(&mut client, pause)?;
        Ok((outcome.count("rows_loaded"), outcome.count("rows_stale"), paused))
    };
    let first = r#"[{"id": 1, "part": "a", "v": 2, "note": "one", "100%": 1}, {"id": 2, "part": "b", "v": 2, "note": "two"}]"#;
    same("a batch of new keys", load(1, first)?, (2, 0, vec!["∅".into()]))?;
    let made = place.rows("SELECT n FROM shop.t ORDER BY id")?;
    let second = r#"[{"id": 1, "part": "a", "v": 3}, {"id": 2, "part": "b", "v": 1, "note": "old"}, {"id": 3, "part": "c", "v": 1, "note": "x"},
        {"id": 4, "part": "d", "v": 5, "note": "four"}, {"id": 4, "part": "d", "v": 4, "note": "older"}, {"id": 5, "part": "e", "v": "x"}]"#;
    same("new and known keys", load(2, second)?, (3, 2, vec!["{15,63}".into()]))?;
    let third = r#"[{"id": 3, "part": "c", "v": 2, "100%": 3}, {"id": 4, "part": "d", "v": 4}, {"id": 6, "part": "f", "v": 1}]"#;
    same("a batch behind that", load(3, third)?, (2, 1, vec!["{14,63}".into()]))?;
    same(
        "rows",
        place.rows("SELECT id, part, v, note, \"100%\" FROM shop.t ORDER BY id")?,
        vec![
            "1 | a | 3 | one | 1".into(),
            "2 | b | 2 | two | ∅".into(),
            "3 | c | 2 | x | 3".into(),
            "4 | d | 5 | four | ∅".into(),
            "6 | f | 1 | ∅ | ∅".into(),
        ],
    )?;
    same("numbers", place.rows("SELECT n FROM shop.t WHERE id < 3 ORDER BY id")?, made)?;
    same("numbers that differ", place.rows("SELECT count(DISTINCT n) FROM shop.t")?, vec!["5".into()])
}

pub(crate) fn append(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.log (who text NOT NULL, what jsonb, at timestamptz DEFAULT now(), n bigint GENERATED ALWAYS AS IDENTITY)",
        "SELECT create_distributed_table('shop.log', 'who')",
        "GRANT SELECT, INSERT, UPDATE ON shop.log TO ingest_loader",
        "SELECT ingest_register_dataset('log', 'log/', 'shop.log')",
    ])?;
    for number in 1..3 {
        let body = r#"{"who": "x", "what": {"a": 1}} {"who": "y"} {"what": 1}"#;
        place.load(&[(&format!("log/{number}.json"), body)])?;
    }
    same(
        "rows",
        place.rows(
            "SELECT who, what, count(*), count(DISTINCT n), count(at) FROM shop.log GROUP BY 1, 2 ORDER BY 1",
        )?,
        vec!["x | {\"a\": 1} | 2 | 2 | 2".into(), "y | ∅ | 2 | 2 | 2".into()],
    )
}

pub(crate) fn children(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, v int)",
        "CREATE TABLE shop.lines (order_id bigint, sku text, qty int, PRIMARY KEY (order_id, sku))",
        "SELECT create_distributed_table('shop.orders', 'id')",
        "SELECT create_distributed_table('shop.lines', 'order_id')",
        "GRANT SELECT, INSERT, UPDATE ON shop.orders TO ingest_loader",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON shop.lines TO ingest_loader",
        "SELECT ingest_register_dataset('orders', 'orders/', 'shop.orders', version_column => 'v')",
        "SELECT ingest_register_dataset('lines', target => 'shop.lines', parent => 'orders', records_path => '$.lines[*]', parent_key => '{order_id}')",
    ])?;
    place.load(&[(
        "orders/1.json",
        r#"[{"id": 1, "v": 1, "lines": [{"sku": "a", "qty": 1}, {"sku": "b", "qty": 2}]}, {"id": 2, "v": 2, "lines": [{"sku": "a", "qty": 3}]}]"#,
    )])?;
    place.load(&[(
        "orders/2.json",
        r#"[{"id": 1, "v": 2, "lines": [{"sku": "b", "qty": 9}]}, {"id": 2, "v": 1, "lines": []}]"#,
    )])?;
    same(
        "children",
        place.rows("SELECT * FROM shop.lines ORDER BY order_id, sku")?,
        vec!["1 | b | 9".into(), "2 | a | 3".into()],
    )
}

pub(crate) fn fan_out(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        LOADER,
        "CREATE TABLE shop.paid (id bigint PRIMARY KEY, v int)",
        "CREATE TABLE shop.everything (id bigint PRIMARY KEY, v int)",
        "SELECT create_distributed_table('shop.paid', 'id')",
        "GRANT SELECT, INSERT, UPDATE ON shop.paid TO ingest_loader",
        "SELECT ingest_register_dataset('paid', 'o/', 'shop.paid', version_column => 'v', share_prefix => true, record_filter => $$record->>'status' = 'paid'$$)",
        "SELECT ingest_register_dataset('everything', 'o/', 'shop.everything', version_column => 'v', share_prefix => true)",
    ])?;
    place.load(&[(
        "o/1.json",
        r#"[{"id": 1, "v": 1, "status": "paid"}, {"id": 2, "v": 1, "status": "open"}, {"id": "x", "v": 1, "status": "open"}]"#,
    )])?;
    same("paid", place.rows("SELECT id FROM shop.paid ORDER BY id")?, vec!["1".into()])?;
    same(
        "everything",
        place.rows("SELECT id FROM shop.everything ORDER BY id")?,
        vec!["1".into(), "2".into()],
    )
}

pub(crate) fn distributed_later(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.t (id bigint PRIMARY KEY, v int)",
        "SELECT ingest_register_dataset('t', 't/', 'shop.t', version_column => 'v')",
    ])?;
    place.load(&[("t/1.json", r#"[{"id": 1, "v": 1}, {"id": 2, "v": 1}]"#)])?;
    place.run(&["SET client_min_messages = error; SELECT create_distributed_table('shop.t', 'id')"])?;
    place.load(&[("t/2.json", r#"[{"id": 1, "v": 2}, {"id": 3, "v": 1}]"#)])?;
    same(
        "rows",
        place.rows("SELECT * FROM shop.t ORDER BY id")?,
        vec!["1 | 2".into(), "2 | 1".into(), "3 | 1".into()],
    )
}
