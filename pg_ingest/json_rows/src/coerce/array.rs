//! Arrays that come as a string: PostgreSQL's own array text, which the array's input function reads.
//!
//! What the input function would let pass and the specification does not is looked for first: words, and elements
//! that it would cut.

use super::unfit::is_unfit_within;
use super::{Coerced, Rule, Value, Workspace, ask_about_string, is_string};
use crate::code::Code;
use crate::text::{character_count, is_space, trim_space};

pub(super) fn coerce(element: &Rule, value: Value<'_>, workspace: &mut Workspace) -> Coerced {
    if is_string(value)
        && let Some(code) = refusal(element, value.string(&mut Vec::new()))
    {
        return Coerced::Fault(code);
    }
    ask_about_string(value, workspace)
}

fn refusal(element: &Rule, text: &[u8]) -> Option<Code> {
    if is_unfit_within(text, element.unfit()) {
        return Some(Code::TypeMismatch);
    }
    match element {
        Rule::Text(_) if is_braced(text) => first_too_long(element, text).map(|_| Code::TooLong),
        _ => None,
    }
}

/// Whether the text may be an array at all; what is not is for the input function to refuse, whatever its length.
fn is_braced(text: &[u8]) -> bool {
    let text = trim_space(text);
    matches!(text.first(), Some(b'{' | b'[')) && text.last() == Some(&b'}')
}

/// Characters of the first element that does not fit the element type.
pub(super) fn first_too_long(element: &Rule, text: &[u8]) -> Option<usize> {
    let Rule::Text(form) = element else { return None };
    elements(text).iter().find(|element| form.is_too_long(element)).map(|element| character_count(element))
}

/// The elements of an array's text, unquoted, with nothing for NULL; of a malformed text whatever looks like one.
/// Source: PostgreSQL's documentation, "Array Input and Output Syntax".
fn elements(text: &[u8]) -> Vec<Vec<u8>> {
    // Dimensions may stand before the braces.
    let begin = text.iter().position(|byte| *byte == b'{').unwrap_or(0);
    let mut elements = vec![Vec::new()];
    let (mut quoted, mut bytes) = (false, text.iter().skip(begin));
    // Whether it is written without quotes and escapes, as NULL has to be.
    let mut bare = true;
    // Length of the element without the white space behind it.
    let mut kept = 0;
    while let Some(byte) = bytes.next() {
        let Some(element) = elements.last_mut() else { break };
        match byte {
            b'\\' => {
                element.extend(bytes.next());
                kept = element.len();
                bare = false;
            }
            b'"' => {
                quoted = !quoted;
                kept = element.len();
                bare = false;
            }
            b'{' | b'}' if !quoted => {}
            b',' if !quoted => {
                end(element, kept, bare);
                elements.push(Vec::new());
                (kept, bare) = (0, true);
            }
            space if !quoted && is_space(*space) && element.is_empty() => {}
            other => {
                element.push(*other);
                if quoted || !is_space(*other) {
                    kept = element.len();
                }
            }
        }
    }
    if let Some(element) = elements.last_mut() {
        end(element, kept, bare);
    }
    elements
}

fn end(element: &mut Vec<u8>, kept: usize, bare: bool) {
    element.truncate(kept);
    if bare && element.eq_ignore_ascii_case(b"null") {
        element.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_array_text_is_not_judged_by_its_length() {
        for (text, expected) in
            [("{a}", true), (" [0:1]={a,b} ", true), ("abcdefgh", false), ("{a", false), ("", false)]
        {
            assert_eq!(is_braced(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn elements_are_taken_from_between_braces_commas_and_quotes() {
        for (text, expected) in [
            ("{a, b c ,d}", vec!["a", "b c", "d"]),
            (r#"{"a,b",c\\d,"e\"f "}"#, vec!["a,b", "c\\d", "e\"f "]),
            ("[0:1]={ x,y }", vec!["x", "y"]),
            ("{{a,b},{c,d}}", vec!["a", "b", "c", "d"]),
            ("{}", vec![""]),
            (r#"{NULL, null,"NULL",nul\l}"#, vec!["", "", "NULL", "null"]),
            ("{\u{b}a\u{b},\u{c}b}", vec!["a", "b"]),
        ] {
            let found: Vec<_> = elements(text.as_bytes())
                .into_iter()
                .map(|element| String::from_utf8(element).unwrap())
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
