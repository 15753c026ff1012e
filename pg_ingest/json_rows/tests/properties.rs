//! What holds for every body: agreement with serde_json on what is JSON, and no panic on anything.

mod support;

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::json;
use support::{ColumnOf, contract, read};

/// Any JSON text of a few levels.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value:e}")),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        "\"(\\\\u[0-9a-f]{4}|\\\\n|[a-z]){0,5}\"",
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|elements| format!("[ {} ]", elements.join(" ,"))),
            prop::collection::vec(("[a-d]{0,2}", inner), 0..6).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// A JSON text with a few bytes changed, taken out or put in.
fn damaged_text() -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec(
        (any::<prop::sample::Index>(), 0..3, "[\\[\\]{}:,\"\\\\0-9a-z.eE+\\- \n\u{1}é]"),
        0..4,
    );
    (json_text(), edits).prop_map(|(text, edits)| {
        let mut bytes = text.into_bytes();
        for (place, edit, put) in edits {
            let at = place.index(bytes.len() + 1);
            let end = (at + usize::from(edit != 0)).min(bytes.len());
            bytes.splice(at..end, if edit == 1 { Vec::new() } else { put.into_bytes() });
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_json_is_what_serde_json_says(text in damaged_text()) {
        prop_assume!(std::str::from_utf8(&text).is_ok());
        let document = [b"[", text.as_slice(), b"]"].concat();
        let expected = serde_json::from_slice::<Vec<IgnoredAny>>(&document);
        let (_, run) = read(&contract(&[], json!({})), &document);
        let file = &run.files[0];
        prop_assert_eq!(file.failure.is_none(), expected.is_ok(), "{:?}", file.failure);
        if let Ok(values) = expected {
            prop_assert_eq!(usize::try_from(file.records).unwrap(), values.len());
        }
    }

    #[test]
    fn strings_are_read_as_serde_json_reads_them(text in any::<String>()) {
        prop_assume!(!text.contains('\0'));
        let body = json!({"v": text}).to_string();
        let contract = contract(&[ColumnOf("v", r#"["v"]"#, "text", "text", 25)], json!({}));
        let (recorder, _) = read(&contract, body.as_bytes());
        prop_assert_eq!(&recorder.rows[0].2[0], &text);
    }

    #[test]
    fn numbers_are_the_nearest_float(number in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?") {
        let contract = contract(&[ColumnOf("v", r#"["v"]"#, "double precision", "float8", 701)], json!({}));
        let (recorder, _) = read(&contract, format!("{{\"v\":{number}}}").as_bytes());
        let bits = f64::from_bits(u64::from_ne_bytes(recorder.rows[0].2[0].parse::<i64>().unwrap().to_ne_bytes()));
        prop_assert_eq!(bits, number.parse::<f64>().unwrap());
    }

    #[test]
    fn every_record_becomes_a_row_or_a_reject(text in damaged_text(), path in prop::bool::ANY) {
        let columns = [
            ColumnOf("a", r#"["a"]"#, "numeric", "numeric", 1700),
            ColumnOf("b", r#"["b","c"]"#, "uuid", "other", 2950),
            ColumnOf("c", r#"["c",1]"#, "jsonb", "jsonb", 3802),
            ColumnOf("d", r#"["d"]"#, "integer[]", "array", 1007),
            ColumnOf("aa", r#"["b","a","d"]"#, "date", "datetime", 1082),
        ];
        let more = json!({"on_unknown": "rescue", "want_rescued": true, "want_record": true,
            "records_path": path.then(|| json!(["a"])), "records_path_text": "$.a"});
        let (recorder, run) = read(&contract(&columns, more), &text);
        if run.files[0].failure.is_none() {
            let whole = run.rejects.iter().filter(|reject| reject.column.is_none()).count();
            prop_assert_eq!(recorder.rows.len() + whole, usize::try_from(run.files[0].records).unwrap());
        }
        for reject in &run.rejects {
            prop_assert!(String::from_utf8_lossy(&text).contains(&*String::from_utf8_lossy(&reject.record)));
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&contract(&[], json!({})), &bytes);
    }
}
