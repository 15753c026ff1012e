//! Records that take the row of their key away, as they are told apart while they are read.

mod support;

use json_rows::{Contract, Run};
use serde_json::{Value, json};
use support::{ColumnOf, Recorder};

/// An integer for a key, texts for the condition, and an integer besides. A record deletes where both texts say so.
fn contract(more: &Value) -> Contract {
    let columns = [
        ColumnOf("id", r#"["id"]"#, "integer", "int4", 23),
        ColumnOf("op", r#"["op"]"#, "text", "text", 25),
        ColumnOf("qty", r#"["qty"]"#, "integer", "int4", 23),
    ];
    let is = |operand: usize, text: &str| json!({"operand": operand, "texts": [text], "listed": true, "null": false});
    let mut contract = json!({"deletes": ["id"], "on_unknown": "reject", "read_besides": [{"path": ["meta", "sure"]}],
        "delete_where": {"operands": [{"path": ["op"], "column": true, "required": false},
            {"path": ["meta", "sure"], "column": false, "required": false}], "alternatives": [[is(0, "d"), is(1, "yes")]]}});
    for (name, value) in more.as_object().into_iter().flatten() {
        contract[name] = value.clone();
    }
    support::contract(&columns, contract)
}

fn read(contract: &Contract, body: &str) -> (Recorder, Run) {
    support::read(contract, body.as_bytes())
}

fn told(run: &Run) -> Vec<String> {
    run.rejects
        .iter()
        .map(|reject| format!("{} {}", reject.record_no, reject.column.as_deref().unwrap_or("-")))
        .collect()
}

#[test]
fn of_a_record_that_deletes_no_more_is_read_than_that_takes() {
    let contract = contract(&json!({}));
    let body = r#"[{"id":1,"op":"d","meta":{"sure":"yes","by":1},"qty":"bad","door":1},{"id":"bad","op":"d","meta":{"sure":"yes"},"qty":[]},
        {"id":3,"op":"d","meta":{"sure":"no"},"qty":"bad"},{"id":4,"op":"d","qty":4,"door":1}]"#;
    let (recorder, run) = read(&contract, body);
    assert_eq!(recorder.deletes, [true, true, false, false]);
    assert_eq!(recorder.rows[0], (1, Vec::new(), vec!["1".to_owned(), "NULL".to_owned(), "NULL".to_owned()]));
    assert_eq!(told(&run), ["2 id", "3 qty", "4 -"]);
}

#[test]
fn a_record_of_which_nothing_can_be_said_deletes_nothing() {
    let (recorder, run) =
        read(&contract(&json!({})), r#"{"id":1,"op":["d"],"meta":{"sure":"yes"},"qty":"bad"}"#);
    assert_eq!(recorder.deletes, [false]);
    assert_eq!(told(&run), ["1 op", "1 qty"]);
}

#[test]
fn a_filter_comes_first() {
    let only = json!({"operands": [{"path": ["kind"], "column": false, "required": false}],
        "alternatives": [[{"operand": 0, "texts": ["a"], "listed": true, "null": false}]]});
    let contract = contract(&json!({"only_where": only, "on_unknown": "ignore"}));
    let record = |kind: &str| format!(r#"{{"id":1,"kind":"{kind}","op":"d","meta":{{"sure":"yes"}}}}"#);
    let (recorder, run) = read(&contract, &format!("{} {}", record("a"), record("b")));
    assert_eq!(recorder.deletes, [true]);
    assert_eq!(run.left_out, [(1, 1)]);
}
