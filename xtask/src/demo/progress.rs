//! What is shown while the demo works: a line a step, and one that moves where somebody watches.

use std::io::{IsTerminal as _, Write as _};
use std::time::Instant;

/// A step that takes a while.
pub(super) struct Step {
    name: &'static str,
    began: Instant,
}

impl Step {
    pub(super) fn begin(name: &'static str) -> Self {
        show(&format!("  …  {name}"));
        Self { name, began: Instant::now() }
    }

    pub(super) fn end(self) {
        clear();
        println!("  ok {} ({:.1} s)", self.name, self.began.elapsed().as_secs_f64());
    }
}

/// Shows a passing state; nothing where the output is a file.
pub(super) fn show(state: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K{state}");
        let _ = std::io::stderr().flush();
    }
}

fn clear() {
    show("");
}

/// A bar of 30 places.
pub(super) fn bar(done: u64, of: u64) -> String {
    let filled = (done * 30).checked_div(of).unwrap_or(30).min(30);
    let filled = usize::try_from(filled).unwrap_or(30);
    format!("{}{}", "█".repeat(filled), "░".repeat(30 - filled))
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn the_bar_is_as_long_whatever_it_shows() {
        for (done, of) in [(0, 0), (0, 7), (3, 7), (7, 7), (9, 7)] {
            assert_eq!(bar(done, of).chars().count(), 30);
        }
    }
}
