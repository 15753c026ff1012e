//! Pure: where the time went, builds and runs apart.

use std::fmt;
use std::time::{Duration, Instant};

/// How long each thing took, in the order in which they ended.
#[derive(Debug)]
pub(super) struct Times {
    began: Instant,
    rows: Vec<(&'static str, bool, Duration)>,
}

impl Default for Times {
    fn default() -> Self {
        Self { began: Instant::now(), rows: Vec::new() }
    }
}

impl Times {
    pub(super) fn add(&mut self, name: &'static str, is_build: bool, took: Duration) {
        self.rows.push((name, is_build, took));
    }
}

impl fmt::Display for Times {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:<12} {:>12} {:>12}", "", "built in", "ran for")?;
        let (mut built, mut ran) = (Duration::ZERO, Duration::ZERO);
        for &(name, is_build, took) in &self.rows {
            *if is_build { &mut built } else { &mut ran } += took;
            let (build, run) =
                if is_build { (told(took), String::new()) } else { (String::new(), told(took)) };
            writeln!(out, "{}", format!("{name:<12} {build:>12} {run:>12}").trim_end())?;
        }
        writeln!(out, "{:<12} {:>12} {:>12}", "together", told(built), told(ran))?;
        writeln!(out, "Took {} in all, since suites run beside each other.", told(self.began.elapsed()))
    }
}

/// A duration in minutes and seconds.
pub(super) fn told(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_and_runs_stand_apart_and_are_added_up() {
        let mut times = Times::default();
        times.add("workspace", true, Duration::from_secs(90));
        times.add("unit", false, Duration::from_secs(5));
        times.add("infra", false, Duration::from_secs(60));
        let text = times.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "workspace      1 min 30 s");
        assert_eq!(lines[2], format!("unit{:>34}", "5 s"));
        assert_eq!(lines[4], "together       1 min 30 s   1 min 05 s");
    }
}
