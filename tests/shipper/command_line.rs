//! What the Lambda's binary answers to a person.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Output};

use super::stand::binary;

fn answer(words: &[&OsStr]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } =
        Command::new(binary("shipper")).env_clear().args(words).output().unwrap();
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

#[test]
fn misuse_is_answered_with_a_hint_and_help_with_everything() {
    for words in [vec!["inject"], vec![], vec!["--help", "me"]] {
        let (code, text) = answer(&words.iter().map(OsStr::new).collect::<Vec<_>>());
        assert_eq!(code, Some(2), "{words:?}");
        assert!(text.contains("shipper --help"), "{text}");
    }
    let (code, _) = answer(&[OsStr::from_bytes(b"\xff")]);
    assert_eq!(code, Some(2));
    let (code, text) = answer(&[OsStr::new("--help")]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("DEADLINE_RESERVE_MS") && text.contains("pg-ingest"), "{text}");
}

#[test]
fn a_command_of_the_operator_s_program_is_named_where_it_is() {
    for command in ["check", "ingest"] {
        let (code, text) = answer(&[OsStr::new(command), OsStr::new("x")]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(&format!("`pg-ingest {command}`")), "{text}");
    }
}
