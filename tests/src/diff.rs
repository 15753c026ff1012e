//! Differences of two texts, a line each: what a person reads when a case fails.

/// Lines of both, those only expected marked `-`, those only found `+`. Empty when the texts are equal.
#[must_use]
pub fn lines(expected: &str, found: &str) -> String {
    if expected == found {
        return String::new();
    }
    let left: Vec<&str> = expected.lines().collect();
    let right: Vec<&str> = found.lines().collect();
    let common = longest_common(&left, &right);
    let mut text = String::new();
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left[i] == right[j] {
            text.push_str(&format!("    {}\n", left[i]));
            i += 1;
            j += 1;
        } else if j >= right.len() || (i < left.len() && common[i + 1][j] >= common[i][j + 1]) {
            text.push_str(&format!("  - {}\n", left[i]));
            i += 1;
        } else {
            text.push_str(&format!("  + {}\n", right[j]));
            j += 1;
        }
    }
    text
}

/// `result[i][j]`: how many lines `left[i..]` and `right[j..]` have in common, in order.
fn longest_common(left: &[&str], right: &[&str]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            common[i][j] = if left[i] == right[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn equal_texts_differ_nowhere() {
        assert_eq!(lines("a\nb\n", "a\nb\n"), "");
    }

    #[test]
    fn a_changed_line_is_shown_as_it_was_expected_and_as_it_came() {
        assert_eq!(lines("a\nb\nc\n", "a\nx\nc\n"), "    a\n  - b\n  + x\n    c\n");
    }
}
