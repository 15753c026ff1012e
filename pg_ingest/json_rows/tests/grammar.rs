//! What is JSON, and where it stops being so: docs/semantics.md section 1.

mod support;

use support::{contract, read};

/// The outcome of a body: the number of its records, or the file's error.
fn outcome(body: &[u8]) -> Result<i32, String> {
    let (_, run) = read(&contract(&[], serde_json::json!({})), body);
    match run.files[0].failure.clone() {
        Some((code, message)) => Err(format!("{}: {message}", code.name())),
        None => Ok(run.files[0].records),
    }
}

fn not_json(at: usize) -> Result<i32, String> {
    let expected = "expected one object, one array, or objects one after another";
    Err(format!("invalid_json: not JSON at byte offset {at}; {expected}"))
}

fn cut_off(at: usize) -> Result<i32, String> {
    Err(format!("invalid_json: the document is cut off at byte offset {at}; expected its end"))
}

#[test]
fn a_document_is_one_array_or_values_one_after_another() {
    for (body, records) in [
        ("", 0),
        (" \t\r\n", 0),
        ("{}", 1),
        ("[]", 0),
        ("[ ]", 0),
        ("[{},{}]", 2),
        (" [ {} , {} ] ", 2),
        ("{}{}", 2),
        ("{}\n{}\r\n\n{}", 3),
        ("12 34", 2),
        ("true false", 2),
        ("\"a\"\"b\"", 2),
        ("{}[]", 2),
        ("1\"a\"null{}", 4),
        ("\u{feff}{}", 1),
        ("\u{feff}", 0),
        ("-0 1e400 -1.5E-3", 3),
        (r#"{"\ud800":"\u0000"}"#, 1),
        ("\"\u{7f}\"", 1),
    ] {
        assert_eq!(outcome(body.as_bytes()), Ok(records), "{body:?}");
    }
}

#[test]
fn the_first_token_that_cannot_continue_the_document_is_named() {
    for (body, at) in [
        ("}", 0),
        ("]", 0),
        (",", 0),
        (":", 0),
        ("[1] [2]", 4),
        ("[1],", 3),
        ("[1,]", 3),
        ("[,1]", 1),
        ("[1 2]", 3),
        ("[{} {}]", 4),
        ("{}, {}", 2),
        ("{]", 1),
        ("[}", 1),
        ("{\"a\"}", 4),
        ("{\"a\":}", 5),
        ("{\"a\":1,}", 7),
        ("{1:2}", 1),
        ("{\"a\" 1}", 5),
        ("{\"a\":1 \"b\":2}", 7),
        ("{\"a\":1]", 6),
        ("[\"a\":1]", 4),
        ("\u{feff}}", 3),
    ] {
        assert_eq!(outcome(body.as_bytes()), not_json(at), "{body:?}");
    }
}

#[test]
fn a_malformed_token_is_reported_at_its_first_byte() {
    for token in [
        "tru",
        "truex",
        "True",
        "nul",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1.e1",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "--1",
        "1a",
        "'a'",
        "//",
        "\u{feff}",
        "\u{a0}",
        "\u{0}",
        "\u{c}",
        "\"",
        "\"a",
        "\"a\\",
        "\"a\\\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12\"",
        "\"a\nb\"",
        "\"\t\"",
        "\"\u{0}\"",
    ] {
        assert_eq!(outcome(format!("[1, {token}").as_bytes()), not_json(4), "{token:?}");
    }
}

#[test]
fn a_document_that_ends_too_early_is_cut_off() {
    for body in [
        "[",
        "{",
        "[1",
        "[1,",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":[{",
        "{} {",
        "[{}",
        "[[]",
    ] {
        assert_eq!(outcome(body.as_bytes()), cut_off(body.len()), "{body:?}");
    }
}

#[test]
fn what_is_not_utf8_is_found_before_anything_else() {
    for (body, at) in [
        (&b"{\xff}"[..], 1),
        (b"} \xc0\x80", 2),
        (b"\"\xed\xa0\x80\"", 1),
        (b"\"\xf5\x80\x80\x80\"", 1),
        (b"\"ok\xe2\x82", 3),
        (b"\xef\xbb\xbf\"\x80\"", 4),
    ] {
        let expected = format!("invalid_utf8: not UTF-8 at byte offset {at}; expected UTF-8 text");
        assert_eq!(outcome(body), Err(expected), "{body:?}");
    }
}

#[test]
fn a_body_in_another_format_is_told_by_its_name() {
    for (body, at, format) in [
        (&b"\xff\xfe{\0}\0"[..], 0, "UTF-16"),
        (b"\xff\xfe\0\0{\0\0\0", 0, "UTF-32"),
        (b"\x04\x22\x4d\x18\xff", 4, "lz4"),
        (b"BZh91AY&SY\xff", 10, "bzip2"),
    ] {
        let expected = format!(
            "invalid_utf8: not UTF-8 at byte offset {at}, for the body is {format}; expected UTF-8 text, plain, in gzip or in zstd"
        );
        assert_eq!(outcome(body), Err(expected), "{body:?}");
    }
}

#[test]
fn nesting_is_limited_to_512_levels_without_a_crash() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let reject = |body: String| {
        let (_, run) = read(&contract(&[], serde_json::json!({})), body.as_bytes());
        run.rejects.iter().map(|reject| reject.code.name().into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(reject(format!("{{\"a\":{}}} {{}}", nested(511))), [""; 0]);
    assert_eq!(reject(format!("{{\"a\":{}}} {{}}", nested(512))), ["too_deep"]);
    assert_eq!(reject(format!("[{}, {{}}]", nested(513))), ["too_deep"]);
    assert_eq!(
        reject(format!("{{}} {{\"a\":{}[\"]}}\", nonsense]{}}}", "[".repeat(600), "]".repeat(600))),
        ["too_deep"],
        "beyond the limit brackets are counted outside strings"
    );
    assert_eq!(
        outcome("[".repeat(100_000).as_bytes()),
        Err("too_deep: nested deeper than 512 levels at byte offset 513; expected at most 512".to_owned())
    );
}

#[test]
fn records_are_kept_with_the_bytes_that_they_had() {
    let (_, run) = read(&contract(&[], serde_json::json!({})), b" [ 5 , {\"a\" : \"\\u0000\"} ,[1, 2]]");
    let rejects: Vec<_> = run
        .rejects
        .iter()
        .map(|reject| (reject.record_no, String::from_utf8_lossy(&reject.record), &*reject.message))
        .collect();
    assert_eq!(rejects[0], (1, "5".into(), "came number 5; expected an object"));
    assert_eq!((rejects[1].0, &*rejects[1].1), (2, "{\"a\" : \"\\u0000\"}"));
    assert_eq!(rejects[2], (3, "[1, 2]".into(), "came array [1, 2]; expected an object"));
}

#[test]
fn long_files_can_be_interrupted() {
    let (recorder, run) = read(&contract(&[], serde_json::json!({})), "{}".repeat(10_000).as_bytes());
    assert_eq!(run.files[0].records, 10_000);
    assert!(recorder.pulses >= 4);
}
