//! Rewrites the `expect` block of a case in place, so that every other character of the topic stays as written.

use anyhow::{Context, Result, bail};

/// The topic's text with the case's expectation replaced by `report`.
///
/// A case begins at `- case:` in the first column; its `expect: |` is its last key, two columns in.
pub fn with_expectation(text: &str, case: usize, report: &str) -> Result<String> {
    let lines: Vec<&str> = text.lines().collect();
    let starts: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.starts_with("- case:")).map(|(at, _)| at).collect();
    let start = *starts.get(case).with_context(|| format!("no case {case} that begins with \"- case:\""))?;
    let end = starts.get(case + 1).copied().unwrap_or(lines.len());
    let Some(expect) = (start..end).find(|&at| lines[at].starts_with("  expect:")) else {
        bail!("line {}: the case has no key expect; add \"  expect: |\" at its end", start + 1);
    };
    // Comments and blank lines between this case and the next belong to the next.
    let mut after = end;
    while after > expect + 1 && (lines[after - 1].trim().is_empty() || lines[after - 1].starts_with('#')) {
        after -= 1;
    }
    let mut blessed: Vec<String> = lines[..expect].iter().map(ToString::to_string).collect();
    blessed.push("  expect: |".into());
    blessed.extend(report.lines().map(|line| format!("    {line}")));
    blessed.extend(lines[after..].iter().map(ToString::to_string));
    Ok(blessed.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::with_expectation;

    #[test]
    fn only_the_expectation_of_that_case_changes() {
        let text = "topic: x\ncases:\n- case: a\n  expect: |\n    old\n\n# about b\n- case: b\n  expect: |\n    kept\n";
        let blessed = with_expectation(text, 0, "new\n  row\n").unwrap();
        assert_eq!(
            blessed,
            "topic: x\ncases:\n- case: a\n  expect: |\n    new\n      row\n\n# about b\n- case: b\n  expect: |\n    kept\n"
        );
    }

    #[test]
    fn a_case_without_an_expectation_is_named_by_its_line() {
        let refusal = with_expectation("cases:\n- case: a\n", 0, "x").unwrap_err();
        assert!(refusal.to_string().starts_with("line 2:"));
    }
}
