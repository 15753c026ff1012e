//! Pure: rules for migrations.

use std::collections::BTreeSet;

use super::Finding;

const PINNED: &str = "SET search_path = pg_catalog, ingest, pg_temp";
/// Kinds of objects that people meet in the catalog, as CREATE and COMMENT ON name them.
const KINDS: [&str; 7] = ["SCHEMA", "TABLE", "VIEW", "FUNCTION", "PROCEDURE", "TYPE", "DOMAIN"];

/// SECURITY DEFINER functions whose search_path is not pinned: whoever calls them could put objects of their own first.
pub(super) fn loose_definers(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut header = String::new();
    let mut began = 0;
    for (index, line) in text.lines().enumerate() {
        if ["CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", "CREATE PROCEDURE"]
            .iter()
            .any(|form| line.starts_with(form))
        {
            header.clear();
            began = index + 1;
        }
        if began == 0 {
            continue;
        }
        header.push_str(line);
        header.push(' ');
        // The header ends where the body begins.
        if line.contains('$') || line.trim_end().ends_with(';') {
            if header.contains("SECURITY DEFINER") && !header.contains(PINNED) {
                findings.push(Finding::new(began, format!("SECURITY DEFINER without `{PINNED}`")));
            }
            began = 0;
        }
    }
    findings
}

/// Objects that are created and never commented, as `KIND name`.
pub(super) fn without_comment(text: &str) -> Vec<String> {
    let created = objects(text, "CREATE ");
    let commented = objects(text, "COMMENT ON ");
    let dropped = objects(text, "DROP ");
    created.into_iter().filter(|object| !commented.contains(object) && !dropped.contains(object)).collect()
}

/// `KIND name` of every statement that begins with `verb`, at the beginning of a line.
fn objects(text: &str, verb: &str) -> BTreeSet<String> {
    text.lines().filter_map(|line| object(line.strip_prefix(verb)?)).collect()
}

fn object(rest: &str) -> Option<String> {
    let mut words = rest
        .split([' ', '(', ';', ','])
        .filter(|word| !word.is_empty())
        .skip_while(|word| ["OR", "REPLACE", "UNLOGGED"].contains(word));
    let kind = words.next().filter(|kind| KINDS.contains(kind))?;
    let name = words.find(|word| !["IF", "NOT", "EXISTS"].contains(word))?;
    Some(format!("{kind} {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unpinned_definer_is_found_where_it_begins() {
        let loose =
            "\nCREATE FUNCTION f(a int) RETURNS int\nLANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;";
        assert_eq!(loose_definers(loose).first().map(|finding| finding.line), Some(2));
        let pinned = loose.replace("DEFINER", &format!("DEFINER {PINNED}"));
        assert_eq!(loose_definers(&pinned), []);
    }

    #[test]
    fn objects_without_a_comment_are_named() {
        let text = "CREATE TABLE a.t (\n  x int);\nCREATE OR REPLACE FUNCTION a.f(x int) RETURNS int\n\
                    COMMENT ON TABLE a.t IS 'what';\nCREATE UNIQUE INDEX i ON a.t (x);\n";
        assert_eq!(without_comment(text), ["FUNCTION a.f"]);
    }
}
