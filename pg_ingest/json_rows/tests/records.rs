//! From records to columns, faults and unknown members: docs/semantics.md section 2.

mod support;

use json_rows::{Contract, Run};
use serde_json::json;
use support::{ColumnOf, contract, read};

const ID: ColumnOf = ColumnOf("id", r#"["id"]"#, "integer", "int4", 23);

/// The codes, columns and messages of a body's rejects.
fn rejects(contract: &Contract, body: &str) -> Vec<String> {
    let (_, run) = read(contract, body.as_bytes());
    run.rejects.iter().map(|reject| format!("{} {}", reject.code.name(), reject.message)).collect()
}

fn failure(run: &Run) -> String {
    run.files[0]
        .failure
        .as_ref()
        .map_or(String::new(), |(code, message)| format!("{} {message}", code.name()))
}

#[test]
fn of_members_of_one_name_the_last_counts_at_every_level() {
    let contract = contract(&[ID, ColumnOf("n", r#"["a","n"]"#, "integer", "int4", 23)], json!({}));
    let (recorder, run) =
        read(&contract, br#"{"id":1,"a":{"n":5},"id":2,"a":{"n":6,"\u006e":7}} {"id":3,"a":{"n":1},"a":{}}"#);
    assert_eq!(
        recorder.rows,
        [(1, vec![], vec!["2".into(), "7".into()]), (2, vec![], vec!["3".into(), "NULL".into()])]
    );
    assert!(run.rejects.is_empty());
}

#[test]
fn where_no_column_is_read_every_member_is_unknown() {
    let contract = contract(&[], json!({"on_unknown": "reject"}));
    assert_eq!(
        rejects(&contract, r#"{"a":1}"#),
        ["unknown_member member $.a: came number 1; expected no member without a column"]
    );
}

#[test]
fn absent_and_null_are_told_apart() {
    let contract = contract(&[ID], json!({}));
    assert_eq!(
        rejects(&contract, r#"{} {"id":null}"#),
        [
            "missing_required column id: path $.id is absent; expected integer, not null",
            "missing_required column id: path $.id is null; expected integer, not null"
        ]
    );
}

#[test]
fn every_fault_of_a_record_is_told() {
    let columns = [
        ID,
        ColumnOf("code", r#"["code"]"#, "character varying(3)", "text", 1043),
        ColumnOf("list", r#"["list"]"#, "integer[]", "array", 1007),
        ColumnOf("at", r#"["at"]"#, "date", "datetime", 1082),
    ];
    let contract = contract(&columns, json!({"on_unknown": "reject"}));
    let body = r#"{"id":99999999999,"code":"\u00e4bcd","list":[1,"bad"],"at":"Now","z":null,"b":[1]}"#;
    assert_eq!(
        rejects(&contract, body),
        [
            "out_of_range column id: came number 99999999999; expected integer, in range",
            "too_long column code: came string \"\\u00e4bcd\" of 4 characters; expected character varying(3), not longer",
            "type_mismatch column list: came array [1,\"bad\"]; expected integer[]",
            "type_mismatch column at: came string \"Now\"; expected date",
            "unknown_member member $.b: came array [1]; expected no member without a column",
            "unknown_member member $.z: came null; expected no member without a column",
        ]
    );
    let (recorder, _) = read(&contract, body.as_bytes());
    assert_eq!(recorder.rows[0].1, [1, 2, 3, 4, 0]);
    assert_eq!(recorder.asked, [(2, true, "bad".to_owned())]);
}

#[test]
fn values_are_coerced_by_the_table() {
    let kinds =
        [("int4", 23, "integer"), ("text", 25, "text"), ("boolean", 16, "boolean"), ("int2", 21, "smallint")];
    for (value, shown) in [
        ("1e2", ["100", "100", "!", "100"]),
        ("100.0", ["100", "100.0", "!", "100"]),
        ("1.5", ["!", "1.5", "!", "!"]),
        ("40000", ["40000", "40000", "!", "!"]),
        ("-0", ["0", "0", "!", "0"]),
        ("true", ["!", "true", "1", "!"]),
        ("\"7\"", ["7", "7", "?", "7"]),
        ("\"a\\u00e9\"", ["?", "aé", "?", "?"]),
        ("{}", ["!", "!", "!", "!"]),
        ("[1]", ["!", "!", "!", "!"]),
        ("null", ["NULL", "NULL", "NULL", "NULL"]),
    ] {
        for ((kind, oid, declared), expected) in kinds.iter().zip(shown) {
            let contract = contract(&[ColumnOf("v", r#"["v"]"#, declared, kind, *oid)], json!({}));
            let (recorder, run) = read(&contract, format!("{{\"v\":{value}}}").as_bytes());
            let came = match (recorder.asked.is_empty(), run.rejects.is_empty()) {
                (false, _) => "?",
                (true, false) => "!",
                (true, true) => &recorder.rows[0].2[0],
            };
            assert_eq!(came, expected, "{value} into {kind}");
        }
    }
}

#[test]
fn unknown_members_are_found_inside_objects_that_paths_go_through() {
    let columns = [
        ID,
        ColumnOf("city", r#"["ship","city"]"#, "text", "text", 25),
        ColumnOf("whole", r#"["whole"]"#, "jsonb", "jsonb", 3802),
        ColumnOf("part", r#"["whole","part"]"#, "text", "text", 25),
        ColumnOf("first", r#"["list",0,"a"]"#, "text", "text", 25),
    ];
    let contract = contract(&columns, json!({"on_unknown": "rescue", "want_rescued": true}));
    let drift = |body: &str| {
        let (_, run) = read(&contract, body.as_bytes());
        run.drift
            .iter()
            .map(|drift| format!("{} {} {}", drift.path, drift.json_type, drift.sample))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        drift(
            r#"{"id":1,"ship":{"city":"x","my floor":3},"whole":{"part":"y","other":1},"list":[{"a":"b","c":1}],"n":[1, 2]}"#
        ),
        ["$.n array [1, 2]", "$.ship.\"my floor\" number 3"]
    );
    assert_eq!(
        drift(r#"{"id":1,"ship":7} {"id":2,"ship":8} {"id":3,"ship":null} {"id":4,"ship":"x"}"#),
        ["$.ship number 7", "$.ship string \"x\""]
    );
    let (recorder, _) = read(&contract, br#"{"id":1,"x":1} {"id":2}"#);
    assert_eq!(recorder.rows[0].2.last().unwrap(), "rescued");
    assert_eq!(recorder.rows[1].2.last().unwrap(), "NULL");
}

#[test]
fn records_path_leads_to_the_records_of_each_candidate() {
    let contract =
        contract(&[ID], json!({"records_path": ["data", "items"], "records_path_text": "$.data.items"}));
    let (recorder, run) = read(
        &contract,
        br#"{"data":{"items":"x"},"data":{"items":[{"id":1},5]}} {"data":{"items":{"id":3}}} {"data":{"items":[ ]}}"#,
    );
    assert_eq!(failure(&run), "");
    assert_eq!(run.files[0].records, 3);
    assert_eq!(recorder.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(run.rejects[0].message, "came number 5; expected an object");
}

#[test]
fn a_candidate_in_which_records_path_finds_nothing_fails_the_file() {
    let contract =
        contract(&[ID], json!({"records_path": ["data", "items"], "records_path_text": "$.data.items"}));
    for (body, expected) in [
        (
            r#"{"data":{"items":[]}} {}"#,
            "missing_required records_path $.data.items: absent in candidate 2; expected an array",
        ),
        (
            r#"{"data":{"items":null}}"#,
            "missing_required records_path $.data.items: null in candidate 1; expected an array",
        ),
        (
            r#"{"data":[{"items":[]}]}"#,
            "missing_required records_path $.data.items: absent in candidate 1; expected an array",
        ),
        (
            r#"{"data":{"items":"x"}}"#,
            "type_mismatch records_path $.data.items: came string \"x\" in candidate 1; expected an array",
        ),
        ("5", "not_a_record candidate 1: came number 5; expected an object"),
        (
            r#"{"x":1e131072,"data":{"items":[]}}"#,
            "out_of_range candidate 1: the record holds a number beyond numeric; expected at most 131072 digits before and 16383 after the point",
        ),
        (
            r#"{"x":"\udc00","data":{"items":[]}}"#,
            "unsupported_unicode candidate 1: the record holds \\u0000 or a lone surrogate, which PostgreSQL cannot store; expected neither",
        ),
        (
            r#"{} }"#,
            "invalid_json not JSON at byte offset 3; expected one object, one array, or objects one after another",
        ),
    ] {
        let (_, run) = read(&contract, body.as_bytes());
        assert_eq!(failure(&run), expected, "{body}");
        assert_eq!((run.files[0].records, run.rejects.len(), run.drift.len()), (0, 0, 0), "{body}");
    }
}

#[test]
fn a_record_that_cannot_be_stored_is_one_reject() {
    let contract = contract(&[ID], json!({}));
    assert_eq!(
        rejects(
            &contract,
            r#"{"x":"\u0000","y":1e131072} {"\ud83d\ude00":"\ud83d"} {"id":1,"y":1e-16384} {"id":1,"y":"\ud83d\ude00"}"#
        ),
        [
            "unsupported_unicode the record holds \\u0000 or a lone surrogate, which PostgreSQL cannot store; expected neither",
            "unsupported_unicode the record holds \\u0000 or a lone surrogate, which PostgreSQL cannot store; expected neither",
            "out_of_range the record holds a number beyond numeric; expected at most 131072 digits before and 16383 after the point",
        ]
    );
}

#[test]
fn a_contract_that_does_not_fit_together_is_refused() {
    let wrong = |column: serde_json::Value| {
        let contract =
            json!({"on_unknown": "ignore", "want_rescued": false, "want_record": false, "columns": [column]});
        Contract::from_json(&contract.to_string()).unwrap_err()
    };
    let column = json!({"name": "a", "path": [], "path_text": "$", "type": "integer", "kind": "int4", "base_oid": 25,
        "typmod": -1, "max_length": null, "required": false, "has_default": false, "element": null});
    assert_eq!(wrong(column), "column a of the contract: kind Int4 has base_oid 25; expected 23");
    assert!(wrong(json!({})).starts_with("the contract cannot be read: missing field"));
}
