//! What is to be reached, and whether it was: goals as ratios within one run, or as bounds.

use super::Report;
use crate::contender::Contender;
use crate::measure::{Measurement, Series};
use crate::path::{Backfill, WholePath};
use crate::statistics::{Spread, paired_ratios};
use crate::workload::Workload;
use crate::{citus, content, contract, history};

/// One goal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goal {
    /// What is measured.
    pub(crate) what: String,
    /// At most this.
    pub(crate) bound: f64,
    /// What was found.
    pub(crate) found: f64,
}

impl Goal {
    fn new(what: impl Into<String>, bound: f64, found: Option<f64>) -> Option<Self> {
        Some(Self { what: what.into(), bound, found: found? })
    }

    /// Whether it was reached.
    pub(crate) fn is_met(&self) -> bool {
        self.found <= self.bound
    }
}

/// The goals that this run measured something for.
pub(crate) fn of(report: &Report) -> Vec<Goal> {
    let of = |workload| report.measurements.iter().find(|measured| measured.workload == workload);
    let ratio = |workload, contender, to| median_ratio(of(workload)?, contender, to);
    let (floor, hand_sql, sql, native) =
        (Contender::Floor, Contender::HandSql, Contender::Sql, Contender::Native);
    let mut goals = vec![
        Goal::new("new: native over the floor", 0.8, ratio(Workload::New, native, floor)),
        Goal::new("new: sql over the hand-written SQL", 0.75, ratio(Workload::New, sql, hand_sql)),
    ];
    // From 16 on a type is asked whether it takes a value; 15 can only try.
    let dirty_on_sql = if report.major >= 16 { 1.3 } else { 1.4 };
    for (engine, update, dirty) in [(sql, 0.9, dirty_on_sql), (native, 1.0, 1.15)] {
        let name = engine.name();
        goals.extend([
            Goal::new(
                format!("update: {name} over the hand-written SQL"),
                update,
                ratio(Workload::Update, engine, hand_sql),
            ),
            Goal::new(format!("replay: {name} over the floor"), 0.15, ratio(Workload::Replay, engine, floor)),
            Goal::new(
                format!("dirty: {name} over its own new"),
                dirty,
                of(Workload::Dirty).and_then(|measured| over_control(measured, engine)),
            ),
        ]);
    }
    goals.extend([
        Goal::new("children: native over the floor", 1.2, ratio(Workload::Children, native, floor)),
        Goal::new("children: sql over the hand-written SQL", 0.9, ratio(Workload::Children, sql, hand_sql)),
        Goal::new(
            "known children: sql over the hand-written SQL",
            0.9,
            ratio(Workload::KnownChildren, sql, hand_sql),
        ),
    ]);
    for engine in [sql, native] {
        let held = |workload| of(workload).and_then(|measured| over_control(measured, engine));
        let name = engine.name();
        goals.extend([
            Goal::new(format!("fan-out: {name} over its own one dataset"), 1.3, held(Workload::FanOut)),
            Goal::new(format!("deletes: {name} over its own update"), 1.5, held(Workload::Deletes)),
        ]);
    }
    let mut goals: Vec<Goal> = goals.into_iter().flatten().collect();
    goals.extend(of_content(&report.content));
    goals.extend(of_registrations(&report.registrations));
    goals.extend(of_datasets(&report.crowds));
    goals.extend(report.contract.iter().flat_map(of_contract));
    goals.extend(of_history(&report.history));
    goals.extend(report.path.iter().flat_map(of_path));
    goals.extend(report.backfill.iter().flat_map(of_backfill));
    goals.extend(of_citus(&report.citus));
    goals
}

/// No content costs many times what clean records cost.
fn of_content(points: &[content::Point]) -> Vec<Goal> {
    let held = points.iter().filter(|point| point.kind != point.over);
    let goals = held.map(|point| {
        let what = format!("content: {}, {} over {}", point.engine, point.kind, point.over);
        Goal::new(what, point.bound, point.ratio(points).map(|ratio| ratio.median))
    });
    goals.flatten().collect()
}

fn of_registrations(registrations: &[content::Registration]) -> Vec<Goal> {
    let goals = registrations.iter().map(|one| {
        let what = format!("registration: {}, {} columns, CPU seconds", one.engine, one.columns);
        Goal::new(what, one.bound, Some(one.seconds))
    });
    goals.flatten().collect()
}

fn of_datasets(crowds: &[content::Crowd]) -> Vec<Goal> {
    let goals = crowds.iter().map(|crowd| {
        let what = format!("datasets: {}, 1,000 registered over 10", crowd.engine);
        Goal::new(what, crowd.bound, crowd.ratio().map(|ratio| ratio.median))
    });
    goals.flatten().collect()
}

/// Proposals come soon, a fill costs little more than an UPDATE, and who is ready for new members pays nothing without them.
/// The way to the workers costs little beside a COPY, which goes there too.
fn of_citus(points: &[citus::Point]) -> Vec<Goal> {
    let engines = points.iter().filter(|point| point.contender.engine().is_some() && point.workers == 2);
    let goals = engines.map(|point| {
        let what = format!("citus: {}, {} workers, over COPY", point.contender.name(), point.workers);
        Goal::new(what, citus::BOUND, point.ratio(points).map(|ratio| ratio.median))
    });
    goals.flatten().collect()
}

fn of_contract(contract: &contract::Contract) -> Vec<Goal> {
    let fill = Goal::new(
        "contract: a fill over a plain UPDATE of one column",
        contract.fill.bound,
        contract.fill.ratio().map(|ratio| ratio.median),
    );
    let inferences = contract.inferences.iter().map(|one| {
        let what = format!("contract: {}, infer of {} files of 44 KB, seconds", one.engine, one.files);
        Goal::new(what, one.bound, Spread::of(&one.wall).map(|wall| wall.median))
    });
    let evolutions = contract.evolutions.iter().map(|one| {
        let what = format!("contract: {}, evolve over rescue, known members only", one.engine);
        Goal::new(what, one.bound, one.ratio().map(|ratio| ratio.median))
    });
    std::iter::once(fill).chain(inferences).chain(evolutions).flatten().collect()
}

/// The cost a file stays what it was.
fn of_history(points: &[history::Point]) -> Vec<Goal> {
    let engines =
        points.iter().filter(|p| p.contender.engine().is_some() && p.state != history::State::Empty);
    let goals = engines.map(|point| {
        let empty = point.when_empty(points)?;
        let what = format!("history: {}, {}, over empty", point.contender.name(), point.state.name());
        Goal::new(what, 1.3, Some(point.wall.median / empty.wall.median))
    });
    goals.flatten().collect()
}

fn of_path(path: &WholePath) -> Vec<Goal> {
    let megabytes = |bytes: u64| Some(bytes as f64 / 1e6);
    let cpu: Vec<f64> = path.flows.iter().map(|flow| flow.shipper_cpu.median).collect();
    let goals = [
        Goal::new("the shipper's CPU milliseconds a file", 0.3, Spread::of(&cpu).map(|spread| spread.most)),
        Goal::new("the shipper's memory at 100 × 44 KB, MB", 64.0, megabytes(path.usual_memory)),
        Goal::new("the shipper's memory at 20 × 50 MB, MB", 128.0, megabytes(path.huge_memory)),
        Goal::new("the shipper's cold start, ms", 50.0, Some(path.until_ready.median)),
        Goal::new("the shipper's binary, MB", 15.0, megabytes(path.binary)),
    ];
    goals.into_iter().flatten().collect()
}

/// At least 0.9 of the path's files a second, and a million keys in a minute and in little memory.
fn of_backfill(backfill: &Backfill) -> Vec<Goal> {
    let megabytes = |bytes: u64| Some(bytes as f64 / 1e6);
    let flows = backfill.flows.iter().map(|flow| {
        let what = format!("backfill: {}, the path's files a second over its own", flow.engine.name());
        Goal::new(what, 1.11, Some(flow.ratio.median))
    });
    let comparisons = backfill.comparisons.iter().flat_map(|one| {
        let what = |unit| format!("backfill: keys of {} compared with the ledger, {unit}", one.source);
        [
            Goal::new(what("seconds"), 60.0, Some(one.seconds)),
            Goal::new(what("MB"), 64.0, megabytes(one.memory)),
        ]
    });
    flows.chain(comparisons).flatten().collect()
}

/// The median of one contender's times over another's of the same repetition.
fn median_ratio(measured: &Measurement, contender: Contender, to: Contender) -> Option<f64> {
    over(measured.series_of(contender)?, measured.series_of(to)?)
}

/// The same of a contender's times over its own on the control.
fn over_control(measured: &Measurement, contender: Contender) -> Option<f64> {
    over(measured.series_of(contender)?, measured.control_of(contender)?)
}

/// By the backends' CPU time where both have it: what else runs on the machine changes it less.
fn over(own: &Series, to: &Series) -> Option<f64> {
    let cpu = |series: &Series| -> Option<Vec<f64>> {
        series.timings.iter().map(|timing| timing.database_cpu).collect()
    };
    let (own, to) = cpu(own).zip(cpu(to)).unwrap_or_else(|| (own.wall(), to.wall()));
    Some(Spread::of(&paired_ratios(&own, &to))?.median)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Timing;

    fn measured(workload: Workload, walls: &[(Contender, [f64; 2])]) -> Measurement {
        let timing = |wall| Timing { wall, database_cpu: None, phases: None };
        let series = walls.iter().map(|(contender, walls)| Series {
            contender: *contender,
            control: false,
            files: 1,
            rows: 100,
            timings: walls.iter().map(|wall| timing(*wall)).collect(),
        });
        Measurement { workload, series: series.collect() }
    }

    #[test]
    fn goals_go_by_the_database_cpu_where_both_have_it() {
        let mut new =
            measured(Workload::New, &[(Contender::Floor, [1.0, 1.0]), (Contender::Native, [5.0, 5.0])]);
        new.series[0].timings.iter_mut().for_each(|timing| timing.database_cpu = Some(2.0));
        assert_eq!(median_ratio(&new, Contender::Native, Contender::Floor), Some(5.0));
        new.series[1].timings.iter_mut().for_each(|timing| timing.database_cpu = Some(1.0));
        assert_eq!(median_ratio(&new, Contender::Native, Contender::Floor), Some(0.5));
    }

    #[test]
    fn a_ratio_is_taken_within_each_repetition() {
        let new =
            measured(Workload::New, &[(Contender::Floor, [1.0, 10.0]), (Contender::Native, [0.7, 8.0])]);
        let found = median_ratio(&new, Contender::Native, Contender::Floor).unwrap();
        assert!((found - 0.75).abs() < 1e-9, "{found}");
        assert!(Goal::new("", 0.8, Some(found)).unwrap().is_met());
    }

    #[test]
    fn dirty_files_are_held_against_clean_ones_of_the_same_repetition() {
        let mut dirty =
            measured(Workload::Dirty, &[(Contender::Sql, [3.0, 6.0]), (Contender::Sql, [2.0, 4.0])]);
        assert_eq!(over_control(&dirty, Contender::Sql), None, "nothing to hold them against");
        dirty.series[1].control = true;
        assert!((over_control(&dirty, Contender::Sql).unwrap() - 1.5).abs() < 1e-9);
        assert_eq!(dirty.series_of(Contender::Sql).unwrap().wall(), [3.0, 6.0]);
    }

    #[test]
    fn a_history_is_held_against_the_same_engine_without_one() {
        let point = |state, contender, wall| {
            let wall = Spread::of(&[wall]).unwrap();
            history::Point { state, contender, wall, database_cpu: wall }
        };
        let (empty, full) = (history::State::Empty, history::State::FullLedger);
        let points = [
            point(empty, Contender::Floor, 1.0),
            point(empty, Contender::Native, 2.0),
            point(full, Contender::Floor, 9.0),
            point(full, Contender::Native, 3.0),
        ];
        let goals = of_history(&points);
        assert_eq!(goals.len(), 1, "the floor has no goal");
        assert!((goals[0].found - 1.5).abs() < 1e-9 && !goals[0].is_met());
    }

    #[test]
    fn what_was_not_measured_is_no_goal_met() {
        assert_eq!(Goal::new("", 1.0, None), None);
    }
}
