//! Pure: the prose in a file, apart from its code.

use std::path::Path;

use super::super::has_extension;

/// What a passage is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Running text: a paragraph, an item of a list, a comment.
    Text,
    /// A cell of a table.
    Cell,
}

/// Sentences that stand together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Passage {
    /// Where it begins, from 1.
    pub(super) line: usize,
    pub(super) kind: Kind,
    /// One line, whatever lines it stood on.
    pub(super) text: String,
}

/// The passages of a document, or of a source's comments; none of other files.
pub(super) fn of(path: &Path, text: &str) -> Vec<Passage> {
    if has_extension(path, "md") {
        in_lines(text.lines().map(Some))
    } else if has_extension(path, "rs") {
        in_lines(text.lines().map(|line| comment(line, "//")))
    } else if has_extension(path, "sql") {
        let mut passages = in_lines(text.lines().map(|line| comment(line, "--")));
        passages.extend(catalog_comments(text));
        passages
    } else {
        Vec::new()
    }
}

/// What a line that is nothing but a comment says.
fn comment<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let said = line.trim_start().strip_prefix(mark)?;
    Some(said.trim_start_matches(['/', '!']))
}

/// Markdown, as documents and Rust's own comments are written in it. `None` is a line of code, which ends a passage.
fn in_lines<'a>(lines: impl Iterator<Item = Option<&'a str>>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    let mut open = false;
    let mut fenced = false;
    for (index, line) in lines.enumerate() {
        let line = line.map(str::trim).unwrap_or_default();
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if fenced || line.is_empty() || line.starts_with(['#', '`', '<']) && !starts_prose(line) {
            open = false;
        } else if let Some(row) = line.strip_prefix('|') {
            open = false;
            let cells = row.trim_end_matches('|').split('|').map(str::trim).filter(|cell| cell.contains(' '));
            passages.extend(cells.map(|cell| Passage {
                line: index + 1,
                kind: Kind::Cell,
                text: cell.to_owned(),
            }));
        } else {
            let item = item(line);
            match passages.last_mut().filter(|_| open && item.is_none()) {
                Some(passage) => {
                    passage.text.push(' ');
                    passage.text.push_str(line);
                }
                None => {
                    let text = item.unwrap_or(line).to_owned();
                    passages.push(Passage { line: index + 1, kind: Kind::Text, text });
                }
            }
            open = true;
        }
    }
    passages
}

/// A line may begin with code and go on with words; a heading, a fence and a tag never do.
fn starts_prose(line: &str) -> bool {
    line.starts_with('`') && !line.starts_with("```")
}

/// An item of a list, without its bullet or number.
fn item(line: &str) -> Option<&str> {
    let bullet = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
    let number = || line.trim_start_matches(|letter: char| letter.is_ascii_digit()).strip_prefix(". ");
    bullet.or_else(|| number().filter(|_| line.starts_with(|letter: char| letter.is_ascii_digit())))
}

/// What `COMMENT ON … IS '…'` leaves in the catalog.
fn catalog_comments(text: &str) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut place = 0;
    for statement in text.split("COMMENT ON ").skip(1) {
        let begins = text[place..].find("COMMENT ON ").map_or(place, |found| place + found);
        place = begins + "COMMENT ON ".len();
        let Some((_, quoted)) = statement.split_once(" IS") else { continue };
        let Some(quoted) = quoted.trim_start().strip_prefix('\'') else { continue };
        // A doubled quote is one inside of the literal.
        let said = quoted.replace("''", "’");
        let said = said.split('\'').next().unwrap_or_default();
        let line = text[..begins].lines().count() + 1;
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        passages.push(Passage { line, kind: Kind::Text, text: words });
    }
    passages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(path: &str, text: &str) -> Vec<(usize, String)> {
        of(Path::new(path), text).into_iter().map(|passage| (passage.line, passage.text)).collect()
    }

    fn expected(passages: &[(usize, &str)]) -> Vec<(usize, String)> {
        passages.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn a_document_falls_into_paragraphs_items_and_cells() {
        let page = "# Title\n\nOne line\nand another.\n- an item\n  that goes on\n2. a number\n\n| a cell | x |\n|---|---|\n";
        let found =
            [(3, "One line and another."), (5, "an item that goes on"), (7, "a number"), (9, "a cell")];
        assert_eq!(texts("a.md", page), expected(&found));
    }

    #[test]
    fn code_is_no_prose() {
        assert_eq!(texts("a.md", "```sh\nrun this now\n```\nThen read.\n"), expected(&[(4, "Then read.")]));
        assert_eq!(texts("a.rs", "let x = 1; // why\nfn f() {}\n"), expected(&[]));
        assert_eq!(
            texts("a.rs", "/// Says why.\n/// ```\n/// f();\n/// ```\nfn f() {}\n"),
            expected(&[(1, "Says why.")])
        );
        assert_eq!(texts("a.md", "`f()` says why.\n"), expected(&[(1, "`f()` says why.")]));
    }

    #[test]
    fn comments_in_the_catalog_are_read_whole() {
        let text = "SELECT 1;\nCOMMENT ON TABLE t IS 'A table''s\n  use.';\nCOMMENT ON COLUMN t.c IS NULL;\nCOMMENT ON COLUMN t.d IS 'Next.';\n";
        assert_eq!(texts("a.sql", text), expected(&[(2, "A table’s use."), (5, "Next.")]));
    }
}
