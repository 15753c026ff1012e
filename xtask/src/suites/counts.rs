//! Pure: how many checks passed and failed, read from what the test programs print.

/// Checks that passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Counts {
    /// The sums of the closing lines of cargo's tests (`test result: ok. 3 passed; 0 failed; …`), of pytest
    /// (`== 2 failed, 3 passed in 4.05s ==`) and of our own programs (`3 of 3 cases passed`).
    pub(super) fn in_output(text: &str) -> Self {
        let mut counts = Self::default();
        for line in text.lines().filter(|line| is_closing_line(line)) {
            let words: Vec<&str> = line.split([' ', ',', ';', '=']).filter(|word| !word.is_empty()).collect();
            if let Some((passed, all)) = cases(&words) {
                counts.passed += passed;
                counts.failed += all.saturating_sub(passed);
                continue;
            }
            for pair in words.windows(2) {
                let Ok(number) = pair[0].parse::<u64>() else { continue };
                match pair[1] {
                    "passed" => counts.passed += number,
                    "failed" | "error" | "errors" => counts.failed += number,
                    _ => {}
                }
            }
        }
        counts
    }

    /// A suite that counts nothing is one check; one that fails without counting a failure has one.
    pub(super) fn with_outcome(self, succeeded: bool) -> Self {
        match (succeeded, self.passed, self.failed) {
            (true, 0, 0) => Self { passed: 1, failed: 0 },
            (false, passed, 0) => Self { passed, failed: 1 },
            _ => self,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The numbers in `3 of 4 cases passed`.
fn cases(words: &[&str]) -> Option<(u64, u64)> {
    let place =
        words.windows(5).position(|five| five[1] == "of" && five[3] == "cases" && five[4] == "passed")?;
    Some((words[place].parse().ok()?, words[place + 2].parse().ok()?))
}

fn is_closing_line(line: &str) -> bool {
    let line = line.trim_matches(['=', ' ']);
    let own = line.split_once(" passed, ").is_some_and(|(passed, failed)| {
        passed.bytes().all(|byte| byte.is_ascii_digit())
            && failed
                .strip_suffix(" failed")
                .is_some_and(|failed| failed.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let pytest = line.starts_with(|c: char| c.is_ascii_digit())
        && line.contains(" in ")
        && ["passed", "failed", "error"].iter().any(|word| line.contains(word));
    line.starts_with("test result: ") || line.contains(" cases passed") || pytest || own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (u64, u64) {
        let counts = Counts::in_output(text);
        (counts.passed, counts.failed)
    }

    #[test]
    fn each_program_is_understood() {
        assert_eq!(counted("test result: FAILED. 7 passed; 1 failed; 0 ignored; finished in 2.32s"), (7, 1));
        assert_eq!(counted("===== 2 failed, 3 passed, 1 error in 4.05s ====="), (3, 3));
        assert_eq!(counted("12 passed in 0.51s"), (12, 0));
        assert_eq!(counted("614 passed, 2 failed"), (614, 2));
        assert_eq!(counted("conformance: 611 of 614 cases passed on sql in 9 s"), (611, 3));
    }

    #[test]
    fn talk_about_passing_is_not_counted() {
        assert_eq!(counted("it was said that 3 passed and 4 failed in vain"), (0, 0));
    }

    #[test]
    fn a_suite_that_counts_nothing_is_one_check() {
        assert_eq!(Counts::default().with_outcome(true), Counts { passed: 1, failed: 0 });
        assert_eq!(Counts::default().with_outcome(false), Counts { passed: 0, failed: 1 });
        assert_eq!(Counts { passed: 5, failed: 0 }.with_outcome(false), Counts { passed: 5, failed: 1 });
    }
}
