//! The figures of `docs/performance.md`: what a reader wants of a whole run, on one screen.

use std::path::Path;

use anyhow::{Context, Result};

use super::{Report, goals};
use crate::contender::Contender;
use crate::content;
use crate::measure::Measurement;

/// What stands around them in the page.
const BEGIN: &str = "<!-- figures: written by cargo xtask bench -->\n";
const END: &str = "<!-- end of the figures -->\n";
/// Of contents the dearest of each engine.
const DEAREST: usize = 6;

/// Writes the figures into the page, in the place of those that are there.
pub(super) fn refresh(page: &Path, report: &Report) -> Result<()> {
    let text = std::fs::read_to_string(page).with_context(|| format!("{} cannot be read", page.display()))?;
    let text = replaced(&text, &figures(report)).with_context(|| {
        format!("{} has no lines `{}` and `{}`", page.display(), BEGIN.trim_end(), END.trim_end())
    })?;
    super::put(page, &text)
}

/// The page with these figures.
fn replaced(page: &str, figures: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{figures}{END}{after}"))
}

fn figures(report: &Report) -> String {
    let contenders: Vec<Contender> = Contender::ALL
        .into_iter()
        .filter(|contender| report.measurements.iter().any(|m| m.series_of(*contender).is_some()))
        .collect();
    let mut text = "| workload |".to_owned();
    for contender in &contenders {
        text += &format!(" {} |", contender.name());
    }
    text += &format!("\n|---|{}\n", "---:|".repeat(contenders.len()));
    for measurement in &report.measurements {
        text += &format!("| {} |", measurement.workload.name());
        for contender in &contenders {
            text += &format!(" {} |", ratios(measurement, *contender));
        }
        text.push('\n');
    }
    text + &missed(&goals::of(report)) + &dearest(&report.content)
}

/// Time over the floor's, and in parentheses the database's CPU time over its.
fn ratios(measurement: &Measurement, contender: Contender) -> String {
    let Some(series) = measurement.series_of(contender) else { return String::new() };
    let Some(time) = measurement.ratio_to_floor(series) else { return String::new() };
    match measurement.cpu_ratio_to_floor(series) {
        Some(cpu) => format!("{:.2} ({:.2})", time.median, cpu.median),
        None => format!("{:.2}", time.median),
    }
}

fn missed(goals: &[goals::Goal]) -> String {
    let missed: Vec<&goals::Goal> = goals.iter().filter(|goal| !goal.is_met()).collect();
    let mut text =
        format!("\nOf {} goals {} are met. The others:\n\n", goals.len(), goals.len() - missed.len());
    text += "| goal | at most | found |\n|---|---:|---:|\n";
    for goal in missed {
        text += &format!("| {} | {} | {:.2} |\n", goal.what, goal.bound, goal.found);
    }
    text
}

fn dearest(points: &[content::Point]) -> String {
    let mut held: Vec<(f64, &content::Point)> = points
        .iter()
        .filter(|point| point.kind != point.over)
        .filter_map(|point| Some((point.ratio(points)?.median, point)))
        .collect();
    held.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let mut text =
        "\nThe dearest contents, as CPU time a record over that of the records they are held against:\n\n\
         | engine | content | ratio |\n|---|---|---:|\n"
            .to_owned();
    for engine in ["sql", "native"] {
        for (ratio, point) in held.iter().filter(|(_, point)| point.engine == engine).take(DEAREST) {
            text += &format!("| {engine} | {} | {ratio:.1} |\n", point.about);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_lines_is_replaced() {
        let page = format!("# Performance\n\n{BEGIN}old\n{END}\nThe rest.\n");
        assert_eq!(
            replaced(&page, "new\n").unwrap(),
            format!("# Performance\n\n{BEGIN}new\n{END}\nThe rest.\n")
        );
        assert_eq!(replaced("# Performance\n", "new\n"), None);
    }

    #[test]
    fn the_page_has_a_place_for_the_figures() {
        let page = local_stack::repository().join("docs/performance.md");
        let page = std::fs::read_to_string(page).unwrap();
        assert!(replaced(&page, "").is_some());
    }

    #[test]
    fn the_dearest_contents_come_first_and_goals_that_are_met_not_at_all() {
        let point = |kind, microseconds: f64| content::Point {
            kind,
            about: kind,
            engine: "sql",
            over: "clean",
            bound: 5.0,
            microseconds: vec![microseconds],
        };
        let text = dearest(&[point("clean", 2.0), point("cheap", 4.0), point("dear", 8.0)]);
        assert!(text.ends_with("| sql | dear | 4.0 |\n| sql | cheap | 2.0 |\n"), "{text}");
        let goal = |what: &str, found| goals::Goal { what: what.to_owned(), bound: 1.0, found };
        let text = missed(&[goal("reached", 0.5), goal("out of reach", 1.5)]);
        assert!(text.contains("Of 2 goals 1 are met") && text.ends_with("| out of reach | 1 | 1.50 |\n"));
    }
}
