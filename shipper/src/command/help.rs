//! `shipper --help`.

use crate::settings::SETTINGS;

const COMMANDS: &str = "\
shipper: hands JSON files to PostgreSQL, whole and once.

Usage:
  shipper                         the Lambda function (started by the Lambda runtime)
  shipper --help                  this text
  shipper --version               the version

What people type is a program of its own: pg-ingest (`pg-ingest --help`).

Settings, all from the environment:
";

/// The whole help text.
pub(super) fn text() -> String {
    SETTINGS.iter().fold(COMMANDS.to_owned(), |text, setting| {
        let default = if setting.default.is_empty() { setting.absent } else { setting.default };
        format!("{text}\n  {} (default: {default})\n{}", setting.name, wrapped(setting.meaning, 72))
    })
}

/// Breaks a sentence into indented lines of about `width` characters.
fn wrapped(sentence: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let length = lines.last().map_or(0, |line| line.chars().count());
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.iter().map(|line| format!("      {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_explains_every_setting_with_its_default() {
        let text = text();
        for setting in SETTINGS {
            assert!(text.contains(&format!("  {} (default: ", setting.name)), "{}", setting.name);
        }
        assert!(text.lines().all(|line| line.chars().count() <= 110));
    }

    #[test]
    fn the_readme_s_table_says_the_same() {
        let readme = include_str!("../../README.md");
        for setting in SETTINGS {
            let row = readme.lines().find(|line| line.starts_with(&format!("| `{}` |", setting.name)));
            let row = row.unwrap_or_else(|| panic!("{} is not in README.md", setting.name)).replace('`', "");
            let default = if setting.default.is_empty() { setting.absent } else { setting.default };
            assert!(row.contains(&format!("| {default} |")), "default in {row}");
            assert!(
                row.ends_with(&format!("| {} |", setting.meaning)),
                "meaning in {row}\n{}",
                setting.meaning
            );
        }
    }
}
