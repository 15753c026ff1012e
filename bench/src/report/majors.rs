//! Pure: figures of several majors in one page. The usual one has the page, each other a section behind it.

/// The major that the page itself is of.
pub(super) const DEFAULT: u32 = 15;

/// How a section begins.
const HEADING: &str = "## PostgreSQL ";

/// What a major's section begins with.
pub(super) fn heading(major: u32) -> String {
    format!("{HEADING}{major}")
}

/// The page with what was measured on a major in the place of what it had of that, and with all else as it was.
pub(super) fn merged(before: &str, major: u32, measured: &str) -> String {
    let (page, mut sections) = parted(before);
    let page = if major == DEFAULT {
        measured.to_owned()
    } else {
        sections.retain(|(known, _)| *known != major);
        sections.push((major, measured.to_owned()));
        sections.sort_by_key(|(major, _)| *major);
        page
    };
    let parts = std::iter::once(page).chain(sections.into_iter().map(|(_, section)| section));
    let parts: Vec<String> =
        parts.map(|part| part.trim_end().to_owned()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

/// The page itself, and its sections by major.
fn parted(text: &str) -> (String, Vec<(u32, String)>) {
    let (mut page, mut sections) = (String::new(), Vec::<(u32, String)>::new());
    for line in text.lines() {
        if let Some(major) = line.strip_prefix(HEADING).and_then(|rest| rest.trim().parse().ok()) {
            sections.push((major, String::new()));
        }
        let part = sections.last_mut().map_or(&mut page, |(_, section)| section);
        part.push_str(line);
        part.push('\n');
    }
    (page, sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Measured\n\n### new\n\n| 1 |\n\n## PostgreSQL 16\n\n### new\n\n| 16 |\n\n## PostgreSQL 18\n\n| 18 |\n";

    #[test]
    fn a_major_replaces_its_section_and_nothing_else() {
        let text = merged(PAGE, 16, "## PostgreSQL 16\n\nagain\n");
        assert_eq!(text, PAGE.replace("### new\n\n| 16 |", "again"));
        let text = merged(PAGE, 17, "## PostgreSQL 17\n\n| 17 |\n\n");
        assert_eq!(text, PAGE.replace("## PostgreSQL 18", "## PostgreSQL 17\n\n| 17 |\n\n## PostgreSQL 18"));
    }

    #[test]
    fn a_whole_run_keeps_the_sections_of_other_majors() {
        let text = merged(PAGE, DEFAULT, "# Measured\n\nanew\n\n");
        assert_eq!(text, PAGE.replace("### new\n\n| 1 |", "anew"));
        assert_eq!(merged("", DEFAULT, "# Measured\n"), "# Measured\n");
    }
}
