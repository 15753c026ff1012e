//! Pure: the project's words. A concept has one name, and a plain word is better than a grand one.

/// What not to write, and what to write instead. Lower case; matched as whole words outside of code.
const INSTEAD: [(&str, &str); 40] = [
    // One name a concept: docs/semantics.md and the catalog speak of objects, records, datasets, the ledger and quarantine.
    ("data set", "dataset"),
    ("dead letter queue", "dead-letter queue"),
    ("dlq", "dead-letter queue"),
    ("journal", "ledger"),
    ("file log", "ledger"),
    ("bad row", "rejected record"),
    ("rejected row", "rejected record"),
    ("bad line", "rejected record"),
    ("error table", "quarantine"),
    ("reject table", "quarantine"),
    ("loader function", "shipper"),
    ("lambda handler", "shipper"),
    ("native mode", "native engine"),
    ("sql mode", "sql engine"),
    ("whitelist", "allow-list"),
    ("blacklist", "deny-list"),
    ("super-user", "superuser"),
    ("super user", "superuser"),
    ("timezone", "time zone"),
    ("filename", "file name"),
    ("ndjson file", "file of JSON lines"),
    // Grand, old or empty words.
    ("utilise", "use"),
    ("utilize", "use"),
    ("leverage", "use"),
    ("in order to", "to"),
    ("prior to", "before"),
    ("subsequently", "then"),
    ("via", "by, through or over"),
    ("simply", "nothing: leave it out"),
    ("easily", "nothing: leave it out"),
    ("obviously", "nothing: leave it out"),
    ("basically", "nothing: leave it out"),
    ("seamless", "what it does in fact"),
    ("performant", "fast, with the figure"),
    ("blazing", "fast, with the figure"),
    ("robust", "what it withstands"),
    ("e.g", "for example"),
    ("i.e", "that is"),
    ("etc", "the rest of the list, or `and so on`"),
    ("lest", "so that … not"),
];

/// Each word that has a better one, told once a passage.
pub(super) fn to_replace(passage: &str) -> Vec<String> {
    let prose = without_code(passage).to_lowercase();
    INSTEAD
        .iter()
        .filter(|(word, _)| contains_word(&prose, word))
        .map(|(word, better)| format!("`{word}`: say {better}"))
        .collect()
}

/// Every second piece stands between backticks.
fn without_code(passage: &str) -> String {
    passage.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

fn contains_word(prose: &str, word: &str) -> bool {
    prose.match_indices(word).any(|(place, found)| {
        let before = prose[..place].chars().next_back();
        let after = prose[place + found.len()..].chars().next();
        // A plural is the same word.
        let after = if after == Some('s') { prose[place + found.len() + 1..].chars().next() } else { after };
        ![before, after]
            .into_iter()
            .flatten()
            .any(|next| next.is_alphanumeric() || next == '_' || next == '-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_better_one_is_told_with_it() {
        assert_eq!(to_replace("Messages go to the DLQ."), ["`dlq`: say dead-letter queue"]);
        assert_eq!(to_replace("Two data sets."), ["`data set`: say dataset"]);
    }

    #[test]
    fn code_and_parts_of_words_are_left_alone() {
        assert_eq!(to_replace("`DLQ` is a name, and trivial is no via."), ["`via`: say by, through or over"]);
        assert_eq!(to_replace("`DLQ` is a name, and trivial things are fine."), [""; 0]);
    }
}
