//! Charts: the numbers as data for uPlot, and as a table for whoever reads them without it.

use maud::{Markup, html};
use serde::Serialize;

use crate::dashboard::parts;
use crate::dashboard::written::number;

/// A line of a chart.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) name: &'static str,
    /// The name of a colour in the style sheet.
    pub(super) colour: &'static str,
    /// Whether the space under it is filled.
    pub(super) filled: bool,
    pub(super) values: Vec<Option<f64>>,
}

/// A chart over time.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    #[serde(skip)]
    pub(super) title: &'static str,
    #[serde(skip)]
    pub(super) about: String,
    /// `count`, `bytes` or `seconds`.
    pub(super) unit: &'static str,
    /// Seconds since 1970, UTC: the beginning of each step.
    pub(super) at: Vec<i64>,
    pub(super) lines: Vec<Line>,
}

impl Chart {
    pub(super) fn show(&self) -> Markup {
        let numbers = serde_json::to_string(self).unwrap_or_default();
        html! {
            figure.chart {
                figcaption { h3 { (self.title) } p.muted { (self.about) } }
                div.plot data-chart=(numbers) role="img" aria-label={ (self.title) ": " (self.about) } {}
                details {
                    summary { "The numbers" }
                    (parts::table(self.title, &self.head(), &self.rows()))
                }
            }
        }
    }

    fn head(&self) -> Vec<&'static str> {
        std::iter::once("From").chain(self.lines.iter().map(|line| line.name)).collect()
    }

    /// Newest first, steps in which there was nothing left out.
    fn rows(&self) -> Markup {
        let quiet = |index: usize| {
            self.lines
                .iter()
                .all(|line| line.values.get(index).copied().flatten().is_none_or(|value| value == 0.0))
        };
        html! {
            @for (index, at) in self.at.iter().enumerate().rev().filter(|(index, _)| !quiet(*index)) {
                tr {
                    td { (moment(*at)) }
                    @for line in &self.lines { td.number { (self.written(line.values.get(index).copied().flatten())) } }
                }
            }
        }
    }

    fn written(&self, value: Option<f64>) -> String {
        match value {
            None => "–".to_owned(),
            Some(value) if self.unit == "seconds" => crate::dashboard::written::seconds(value),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a count, far below what a float holds exactly"
            )]
            Some(value) => number(value.round() as i64),
        }
    }
}

fn moment(at: i64) -> String {
    jiff::Timestamp::from_second(at)
        .map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_default()
}
