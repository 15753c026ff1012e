//! Records that are read together with what stands inside them.

mod support;

use json_rows::{Contract, Run};
use serde_json::json;
use support::{ColumnOf, Recorder};

const ID: ColumnOf = ColumnOf("id", r#"["id"]"#, "integer", "int4", 23);

/// Orders with an id, and their lines with place and quantity.
fn contract(within: &serde_json::Value) -> Contract {
    let column = |name: &str, origin: &str, source: &str| {
        json!({"name": name, "origin": origin, "path": [source], "path_text": source, "type": "integer", "kind": "int4",
            "base_oid": 23, "typmod": -1, "max_length": null, "required": true, "has_default": false, "element": null})
    };
    let lines = json!({"records_path": null, "records_path_text": null, "on_unknown": "ignore", "want_rescued": false,
        "want_record": false, "within": within, "columns": [column("of_id", "place", "_key:id"),
            column("n", "place", "position:"), column("qty", "record", "qty")]});
    let more = json!({"family": [{"target": 1, "contract": lines}], "read_besides": [{"path": ["lines"]}]});
    support::contract(&[ID], more)
}

fn read(within: &serde_json::Value, body: &str) -> (Recorder, Run) {
    support::read(&contract(within), body.as_bytes())
}

fn lines() -> serde_json::Value {
    json!({"records_path": ["lines", {"each": "element"}], "records_path_text": "$.lines[*]", "skip_missing": false,
        "places": [{"source": "position:", "kind": "position", "path": []}]})
}

#[test]
fn each_child_has_its_place_and_what_the_database_gives_it() {
    let (recorder, run) =
        read(&lines(), r#"[{"id":7,"lines":[{"qty":1},{"qty":2,"more":[1.50]}]},{"id":8,"lines":[]}]"#);
    assert!(run.odd.is_empty() && run.drift.is_empty());
    assert_eq!(recorder.rows.len(), 2);
    let given = |place: &str, quantity: &str| vec!["given".to_owned(), place.to_owned(), quantity.to_owned()];
    let cells: Vec<_> = recorder.children[0].rows.iter().map(|(_, _, cells)| cells.clone()).collect();
    assert_eq!(cells, [given("1", "1"), given("2", "2")]);
    let drift: Vec<_> = run.child_drift.iter().map(|(child, drift)| (*child, drift.path.as_str())).collect();
    assert_eq!(drift, [(0, "$.more")]);
}

#[test]
fn what_is_not_plainly_good_is_odd() {
    for lines_of in [r#"[{"qty":"bad"}]"#, "[{}]", "[7]", "{}", "null", "7"] {
        let record = format!(r#"{{"id":1,"lines":{lines_of}}}"#);
        let (recorder, run) = read(&lines(), &record);
        assert_eq!(run.odd.len(), 1, "{lines_of}");
        assert_eq!(run.odd[0].record, record.as_bytes());
        assert!(recorder.rows.is_empty() && recorder.children[0].rows.is_empty(), "{lines_of}");
    }
    assert_eq!(read(&lines(), r#"{"id":1}"#).1.odd.len(), 1);
}

#[test]
fn of_an_odd_record_nothing_is_told_and_the_others_stay() {
    let body = r#"[{"id":1,"lines":[{"qty":1}]},{"id":2,"one":1,"lines":[{"qty":2,"more":1},{}]},{"id":"bad","lines":[]},{"id":4,"lines":[{"qty":4}]}]"#;
    let (recorder, run) = read(&lines(), body);
    assert_eq!(run.odd.iter().map(|odd| odd.record_no).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(run.odd[1].record, br#"{"id":"bad","lines":[]}"#);
    assert_eq!(recorder.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(recorder.children[0].rows.len(), 2);
    assert!(run.rejects.is_empty() && run.drift.is_empty() && run.child_drift.is_empty());
}

#[test]
fn nothing_is_no_child_where_that_may_be() {
    let mut within = lines();
    within["skip_missing"] = json!(true);
    for body in [r#"{"id":1}"#, r#"{"id":1,"lines":null}"#] {
        let (recorder, run) = read(&within, body);
        assert!(run.odd.is_empty() && recorder.children[0].rows.is_empty(), "{body}");
    }
}

#[test]
fn children_in_maps_and_arrays_of_arrays_are_found() {
    let within = json!({"records_path": ["packs", {"each": "element"}, "lines", {"each": "member"}], "records_path_text": "$.packs[*].lines.*",
        "skip_missing": false, "places": [{"source": "position:", "kind": "position", "path": []}]});
    let (recorder, run) = read(
        &within,
        r#"{"id":1,"packs":[{"lines":{"a":{"qty":1},"b":{"qty":2},"a":{"qty":3}}},{"lines":{"c":{"qty":4}}}]}"#,
    );
    assert!(run.odd.is_empty());
    let places: Vec<_> =
        recorder.children[0].rows.iter().map(|(_, _, cells)| (cells[1].clone(), cells[2].clone())).collect();
    let expected = [("1", "2"), ("1", "3"), ("2", "4")];
    assert_eq!(places, expected.map(|(place, quantity)| (place.to_owned(), quantity.to_owned())));
}
