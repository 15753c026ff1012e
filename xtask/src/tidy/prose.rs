//! Pure: rules for prose, which is what documents and comments say.
//!
//! They mark what a reader would mark in the margin. A sentence has to be read twice. A subject is hidden in a clause. A
//! word has a plainer or a more exact one. Code and what programs print are no prose.

mod passages;
mod sentences;
mod words;

use std::path::Path;

use super::{Finding, has_extension, text};
use passages::{Kind, Passage};
use sentences::Sentence;

/// Words of a sentence. Beyond that, people begin to read it twice.
const LONGEST_SENTENCE: usize = 35;
/// Words of a sentence on average, over the running text of a document that has some.
const LONGEST_AVERAGE: usize = 20;
/// Words of a paragraph in a document. Beyond that, it treats of more than one thing.
const LONGEST_PARAGRAPH: usize = 120;
/// Sentences that an average is worth taking of, and the words that make one of them more than a label.
const ENOUGH: (usize, usize) = (10, 4);
/// Subjects that are clauses: what they speak of has to be worked out first. Shorter sentences are labels.
const HIDDEN_SUBJECTS: [&str; 4] = ["What", "Who", "Whoever", "Whatever"];
const LABEL: usize = 6;
/// Made by programs, which keep to rules of their own.
const GENERATED: [&str; 1] = ["bench/results.md"];

/// Everything in this file that a reader would mark.
pub(super) fn findings(path: &Path, text: &str) -> Vec<Finding> {
    if text::is_dump(path) || GENERATED.iter().any(|left| path.starts_with(left)) {
        return Vec::new();
    }
    let is_document = has_extension(path, "md");
    let mut findings = Vec::new();
    let mut lengths = Vec::new();
    for passage in passages::of(path, text) {
        findings.extend(
            words::to_replace(&passage.text).into_iter().map(|what| Finding::new(passage.line, what)),
        );
        let sentences = sentences::of(&passage.text);
        for sentence in &sentences {
            findings.extend(too_long(&passage, sentence));
            if is_document {
                findings.extend(hidden_subject(&passage, sentence));
                findings.extend(strung_together(&passage, sentence));
            }
        }
        if is_document && passage.kind != Kind::Cell {
            findings.extend(crowded(&passage, &sentences));
            lengths
                .extend(sentences.iter().map(|sentence| sentence.words).filter(|words| *words >= ENOUGH.1));
        }
    }
    findings.extend(dense(&lengths));
    findings
}

fn too_long(passage: &Passage, sentence: &Sentence) -> Option<Finding> {
    let told = || {
        let words = sentence.words;
        let begins = sentence.beginning();
        format!(
            "a sentence of {words} words, \"{begins}\": say one idea a sentence (at most {LONGEST_SENTENCE} words)"
        )
    };
    (sentence.words > LONGEST_SENTENCE).then(|| Finding::new(passage.line, told()))
}

fn hidden_subject(passage: &Passage, sentence: &Sentence) -> Option<Finding> {
    let first = sentence.first_word();
    let hides = HIDDEN_SUBJECTS.contains(&first) && sentence.words > LABEL && !sentence.text.contains('?');
    let told = || {
        let begins = sentence.beginning();
        format!(
            "\"{begins}\": begin with the thing itself, not with `{first}` and a clause that stands for it"
        )
    };
    hides.then(|| Finding::new(passage.line, told()))
}

fn strung_together(passage: &Passage, sentence: &Sentence) -> Option<Finding> {
    // In a cell a semicolon separates the items of a list.
    let parts = sentence.text.matches("; ").count() + 1;
    let told = || {
        let begins = sentence.beginning();
        format!("\"{begins}\": {parts} statements strung together by semicolons are {parts} sentences")
    };
    (passage.kind != Kind::Cell && parts > 2).then(|| Finding::new(passage.line, told()))
}

fn crowded(passage: &Passage, sentences: &[Sentence]) -> Option<Finding> {
    let words: usize = sentences.iter().map(|sentence| sentence.words).sum();
    let told = || {
        let begins = sentences.first().map(Sentence::beginning).unwrap_or_default();
        format!(
            "a paragraph of {words} words, \"{begins}\": part it where its subject changes, or make it steps \
             (at most {LONGEST_PARAGRAPH} words)"
        )
    };
    (words > LONGEST_PARAGRAPH).then(|| Finding::new(passage.line, told()))
}

fn dense(lengths: &[usize]) -> Option<Finding> {
    let average = lengths.iter().sum::<usize>().checked_div(lengths.len())?;
    let told = || {
        format!(
            "{average} words a sentence on average: shorten the long ones until it reads aloud in one breath \
             (at most {LONGEST_AVERAGE})"
        )
    };
    (lengths.len() >= ENOUGH.0 && average > LONGEST_AVERAGE).then(|| Finding::new(0, told()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(path: &str, text: &str) -> Vec<String> {
        findings(Path::new(path), text)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.line, finding.what))
            .collect()
    }

    /// A sentence of so many words.
    fn sentence(words: usize) -> String {
        format!("Rows{} arrive.", " always".repeat(words - 2))
    }

    #[test]
    fn a_sentence_of_one_word_too_many_is_marked_where_its_paragraph_begins() {
        assert_eq!(marked("a.md", &format!("# A title\n\n{}\n", sentence(LONGEST_SENTENCE))), [""; 0]);
        let long = marked("a.md", &format!("# A title\n\n{}\n", sentence(LONGEST_SENTENCE + 1)));
        assert!(long[0].starts_with("3: a sentence of 36 words, \"Rows always always"), "{long:?}");
    }

    #[test]
    fn comments_are_held_to_the_same_length() {
        let long = sentence(LONGEST_SENTENCE + 1);
        assert_eq!(marked("a.rs", &format!("/// {long}\nfn f() {{}}\n")).len(), 1);
        assert_eq!(marked("a.sql", &format!("-- {long}\nSELECT 1;\n")).len(), 1);
        assert_eq!(marked("a.sql", &format!("COMMENT ON TABLE t IS '{long}';\n")).len(), 1);
        assert_eq!(marked("a.rs", &format!("let s = \"{long}\";\n")), [""; 0]);
    }

    #[test]
    fn a_subject_that_is_a_clause_is_marked_and_a_question_is_not() {
        let found = marked("a.md", "What is no positive whole number is refused as its value.");
        assert!(found[0].contains("begin with the thing itself"), "{found:?}");
        assert_eq!(marked("a.md", "What becomes of a file that nobody has registered?"), [""; 0]);
        assert_eq!(marked("a.md", "What the ledger forgets."), [""; 0]);
    }

    #[test]
    fn three_statements_in_one_sentence_are_marked() {
        assert_eq!(marked("a.md", "One is read; two are written; three are lost.").len(), 1);
        assert_eq!(marked("a.md", "One is read; two are written."), [""; 0]);
        assert_eq!(marked("a.md", "| one; two; three | four |"), [""; 0]);
    }

    #[test]
    fn a_paragraph_that_never_ends_is_marked() {
        assert_eq!(marked("a.md", &"A file is read. ".repeat(30)), [""; 0]);
        assert_eq!(marked("a.md", &"A file is read. ".repeat(31)).len(), 1);
    }

    #[test]
    fn a_document_is_marked_for_its_average() {
        let text = format!("{}\n\n", sentence(LONGEST_AVERAGE + 1)).repeat(ENOUGH.0);
        assert!(
            marked("a.md", &text)[0].starts_with("0: 21 words a sentence"),
            "{:?}",
            marked("a.md", &text)
        );
        assert_eq!(marked("a.rs", &text.replace("Rows", "// Rows")), [""; 0]);
    }

    #[test]
    fn what_a_program_wrote_is_left_alone() {
        let long = sentence(LONGEST_SENTENCE + 1);
        assert_eq!(marked("bench/results.md", &long), [""; 0]);
    }
}
