//! Any bytes as a staged body: no panic, JSON is what serde_json says it is, and what is set aside stood in the body.

#![no_main]

#[path = "../../tests/support/mod.rs"]
#[allow(dead_code, reason = "the unit tests look at more of it")]
mod support;

use json_rows::{Code, Run};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::json;
use support::{contract, read};

/// Levels that a candidate may have.
const MAX_DEPTH: usize = json_rows::scan::MAX_DEPTH;

fuzz_target!(|body: &[u8]| {
    let (_, run) = read(&contract(&[], json!({})), body);
    agrees_with_serde_json(body, &run);
    quarantine_holds_what_stood_in_the_body(body, &run);
});

fn agrees_with_serde_json(body: &[u8], run: &Run) {
    let file = &run.files[0];
    let code = file.failure.as_ref().map(|(code, _)| *code);
    let utf8 = std::str::from_utf8(body);
    assert_eq!(code == Some(Code::InvalidUtf8), utf8.is_err(), "{file:?}");
    let Ok(text) = utf8 else { return };
    let too_deep =
        code == Some(Code::TooDeep) || run.rejects.iter().any(|reject| reject.code == Code::TooDeep);
    if too_deep {
        let brackets = body.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
        assert!(brackets > MAX_DEPTH, "too deep with {brackets} brackets");
    }
    match (candidates(text), code) {
        (Some(count), None) => assert_eq!(usize::try_from(file.records), Ok(count)),
        (Some(count), Some(_)) => panic!("serde_json reads {count} values, but {file:?}"),
        // The inside of a candidate that is too deep is not held to the grammar (docs/semantics.md 1.7).
        (None, None) => assert!(too_deep, "serde_json refuses it, but {file:?}"),
        (None, Some(_)) => {}
    }
}

/// The number of candidates by serde_json; `None` where the text is no document (docs/semantics.md 1.1 to 1.5).
fn candidates(text: &str) -> Option<usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('[') {
        return serde_json::from_str::<Vec<IgnoredAny>>(text).ok().map(|values| values.len());
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.try_fold(0, |count, value| value.ok().map(|_| count + 1))
}

fn quarantine_holds_what_stood_in_the_body(body: &[u8], run: &Run) {
    let mut last = 0;
    for reject in &run.rejects {
        assert!(last <= reject.record_no && reject.record_no <= run.files[0].records, "{reject:?}");
        last = reject.record_no;
        assert!(memchr::memmem::find(body, &reject.record).is_some(), "{reject:?}");
        let is_json = serde_json::from_slice::<IgnoredAny>(&reject.record).is_ok();
        assert!(is_json || reject.code == Code::TooDeep, "{reject:?}");
    }
}
