//! Pure: where a sentence ends, and how many words it has.

/// Points that end no sentence.
const ABBREVIATIONS: [&str; 6] = ["e.g.", "i.e.", "etc.", "cf.", "vs.", "approx."];
/// What may stand behind the point that ends a sentence.
const CLOSING: [char; 7] = ['"', '\'', ')', ']', '*', '_', '”'];

/// One sentence, or what stands for one: a label, an item, a heading of its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    /// Its words as they stand; code and links are a word each.
    pub(super) text: String,
    pub(super) words: usize,
}

impl Sentence {
    /// Enough of it to find it by.
    pub(super) fn beginning(&self) -> String {
        let words: Vec<&str> = self.text.split(' ').take(8).collect();
        words.join(" ")
    }

    /// Without emphasis or quotation marks.
    pub(super) fn first_word(&self) -> &str {
        self.text.split(' ').next().unwrap_or_default().trim_matches(|letter: char| !letter.is_alphanumeric())
    }
}

/// The sentences of a passage.
pub(super) fn of(passage: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for word in units(passage) {
        let ends = ends_sentence(&word);
        words.push(word);
        if ends {
            sentences.push(sentence(&std::mem::take(&mut words)));
        }
    }
    if !words.is_empty() {
        sentences.push(sentence(&words));
    }
    sentences
}

fn sentence(words: &[String]) -> Sentence {
    // Bullets, dashes and arrows are no words.
    let counted = words.iter().filter(|word| word.contains(char::is_alphanumeric)).count();
    Sentence { text: words.join(" "), words: counted }
}

fn ends_sentence(word: &str) -> bool {
    let bare = word.trim_end_matches(CLOSING);
    bare.ends_with(['.', '!', '?']) && !ABBREVIATIONS.contains(&bare.trim_start_matches(['(', '*', '"']))
}

/// Words, where code between backticks is one and a link is its text.
fn units(passage: &str) -> Vec<String> {
    let mut text = String::new();
    // Every second piece stood between backticks.
    for (index, piece) in passage.split('`').enumerate() {
        if index % 2 == 0 {
            text.push_str(&without_targets(piece));
        } else {
            text.push('`');
            // A space that joins keeps it one word.
            text.push_str(&piece.replace(' ', "\u{a0}"));
            text.push('`');
        }
    }
    text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// `[text](target)` as `text]`: the bracket that stays counts for nothing.
fn without_targets(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        kept.push_str(before);
        kept.push(']');
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passage: &str) -> Vec<usize> {
        of(passage).iter().map(|sentence| sentence.words).collect()
    }

    #[test]
    fn a_point_at_a_words_end_ends_a_sentence() {
        assert_eq!(counts("One is read. Two are (both of them). \"Three?\" Four"), [3, 5, 1, 1]);
        assert_eq!(counts("Version 1.5 costs 0.3 ms, e.g. here."), [7]);
    }

    #[test]
    fn code_and_links_are_a_word_each() {
        assert_eq!(counts("Call `f(a, b). Then c` twice."), [3]);
        assert_eq!(counts("See [the letter](docs/semantics.md#a b) of it."), [5]);
    }

    #[test]
    fn marks_alone_are_no_words() {
        assert_eq!(counts("a → b – c"), [3]);
    }
}
