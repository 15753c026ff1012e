//! Files of the sample record.

use anyhow::{Context, Result};
use local_stack::samples::{RECORDS_PER_FILE, Samples};

use super::draft::{Draft, batches};
use super::{FILES_A_BATCH, Load};
use crate::shape;

const SEED: u64 = 20_261_123;
const CUSTOMERS: u64 = 50_000;
/// Datasets that one batch holds files of.
const DATASETS: usize = 50;
/// Records of a file of 5 MB.
const RECORDS_OF_A_LARGE_FILE: u64 = 11_300;
const LARGE_FILES_A_BATCH: usize = 10;
const POLITENESS: [&str; 3] = ["Please leave the ", " if nobody answers the door;", " “thank you”"];
/// What lengthens one order to 1 KB.
const LONG_NOTE: usize = 590;

/// Every key is new.
pub(crate) fn all_new(files: usize) -> Result<Load> {
    from_number(0, files)
}

/// The same, of other keys for other first numbers, if these lie far enough apart.
pub(crate) fn from_number(first: u64, files: usize) -> Result<Load> {
    plain(files, FILES_A_BATCH, 1, |number| orders(first + number, RECORDS_PER_FILE))
}

/// Every file comes twice; only the second time is measured.
pub(super) fn delivered_twice(files: usize) -> Result<Load> {
    Ok(Load { rehearsed: true, ..all_new(files)? })
}

/// One record a file, of 1 KB.
pub(super) fn small(files: usize) -> Result<Load> {
    plain(files, FILES_A_BATCH, 1, |number| {
        let lengthened = format!(r#""note":"{}"}}"#, "Please ring twice. ".repeat(LONG_NOTE / 19));
        orders(number, 1)
            .iter()
            .filter_map(|order| Some(format!("{}{lengthened}", order.split_once(r#""note":"#)?.0)))
            .collect()
    })
}

/// Files of 5 MB.
pub(super) fn large(files: usize) -> Result<Load> {
    plain(files, LARGE_FILES_A_BATCH, 1, |number| orders(number, RECORDS_OF_A_LARGE_FILE))
}

/// Every batch holds files of many datasets.
pub(super) fn many_datasets(files: usize) -> Result<Load> {
    plain(files, FILES_A_BATCH, DATASETS, |number| orders(number, RECORDS_PER_FILE))
}

/// Every key lies there already; every second record of the files is newer and changed, the others are as they were.
pub(super) fn half_changed(files: usize) -> Result<Load> {
    let shape = shape::orders();
    let fill = |draft: &mut Draft, numbers: std::ops::Range<u64>| {
        for number in numbers {
            let mut records = orders(number, RECORDS_PER_FILE);
            draft.rows_before(0, &shape, &records)?;
            for record in records.iter_mut().step_by(2) {
                *record = changed(record).with_context(|| format!("{record} cannot be changed"))?;
            }
            draft.rows(0, &shape, &records)?;
            draft.file(0, &records);
        }
        Ok(())
    };
    let batches = batches(files, FILES_A_BATCH, 1, fill)?;
    Ok(Load { shapes: vec![shape], batches, rehearsed: false })
}

/// In every file one record of a hundred is bad, in one way or another.
pub(super) fn dirty(files: usize) -> Result<Load> {
    let shape = shape::orders();
    let fill = |draft: &mut Draft, numbers: std::ops::Range<u64>| {
        for number in numbers {
            let mut records = orders(number, RECORDS_PER_FILE);
            let victim = usize::try_from(number % RECORDS_PER_FILE)?;
            let clean = records.remove(victim);
            draft.rows(0, &shape, &records)?;
            let bad = spoilt(&clean, number).with_context(|| format!("{clean} cannot be spoilt"))?;
            records.insert(victim, bad);
            draft.file(0, &records);
            draft.reject();
        }
        Ok(())
    };
    let batches = batches(files, FILES_A_BATCH, 1, fill)?;
    Ok(Load { shapes: vec![shape], batches, rehearsed: false })
}

/// So many batches of so many files, of which every key is new.
pub(crate) fn batches_of_new_keys(batches: usize, size: usize) -> Result<Load> {
    plain((batches - 1) * size, size, 1, |number| orders(number, RECORDS_PER_FILE))
}

/// The same, but all hold the same keys, each newer than the one before.
pub(crate) fn batches_of_the_same_keys(batches: usize, size: usize) -> Result<Load> {
    const FIRST_YEAR: u64 = 2026;
    plain((batches - 1) * size, size, 1, |number| {
        let year = FIRST_YEAR + number / size as u64;
        let records = orders(number % size as u64, RECORDS_PER_FILE);
        let later = format!(r#""updated_at":"{year}-"#);
        records.iter().map(|record| record.replacen(r#""updated_at":"2026-"#, &later, 1)).collect()
    })
}

fn plain(files: usize, size: usize, targets: usize, records: impl Fn(u64) -> Vec<String>) -> Result<Load> {
    let shape = shape::orders();
    let fill = |draft: &mut Draft, numbers: std::ops::Range<u64>| {
        for number in numbers {
            let records = records(number);
            let target = usize::try_from(number)? % targets;
            draft.rows(target, &shape, &records)?;
            draft.file(target, &records);
        }
        Ok(())
    };
    let batches = batches(files, size, targets, fill)?;
    Ok(Load { shapes: vec![shape; targets], batches, rehearsed: false })
}

/// The demo's orders with notes as short as makes a hundred of them 44 KB.
pub(super) fn orders(number: u64, records: u64) -> Vec<String> {
    let orders = Samples::new(SEED, CUSTOMERS).orders(number, records);
    orders
        .iter()
        .map(|order| POLITENESS.iter().fold(order.clone(), |text, words| text.replacen(words, "", 1)))
        .collect()
}

/// The order a month later, in another status.
pub(super) fn changed(record: &str) -> Option<String> {
    let later = record.replacen(r#""updated_at":"2026-11-"#, r#""updated_at":"2026-12-"#, 1);
    let (head, tail) = later.split_once(r#""status":""#)?;
    let (status, tail) = tail.split_once('"')?;
    let status = if status == "shipped" { "cancelled" } else { "shipped" };
    Some(format!(r#"{head}"status":"{status}"{tail}"#)).filter(|_| later != record)
}

/// The order with one fault, which the number chooses.
fn spoilt(record: &str, number: u64) -> Option<String> {
    match number % 5 {
        0 => replaced(record, r#""order_id":""#, r#""order_id":"no-"#),
        1 => replaced(record, r#""ordered_at":""#, r#""ordered_at":"some "#),
        2 => without(record, r#""order_id":"#),
        3 => without(record, r#""customer_id":"#),
        _ => replaced(record, r#""total_amount":"#, r#""total_amount":-"#),
    }
}

fn replaced(record: &str, old: &str, new: &str) -> Option<String> {
    let (head, tail) = record.split_once(old)?;
    Some(format!("{head}{new}{tail}"))
}

/// Without a member that has no comma in its value and is not the last.
fn without(record: &str, member: &str) -> Option<String> {
    let (head, tail) = record.split_once(member)?;
    Some(format!("{head}{}", tail.split_once(',')?.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn lines(csv: &Bytes) -> Vec<String> {
        String::from_utf8_lossy(csv).lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_slow_contender_is_measured_on_fewer_files_but_on_some() {
        let load = all_new(300).unwrap();
        assert_eq!(load.measured(None).len(), 3);
        assert_eq!(load.measured(Some(200)).len(), 2);
        assert_eq!(load.measured(Some(10)).len(), 1);
    }

    #[test]
    fn an_update_changes_every_second_record() {
        let load = half_changed(1).unwrap();
        let batch = &load.batches[1];
        let (before, after) = (lines(&batch.before[0]), lines(&batch.rows[0]));
        let differ: Vec<bool> = before.iter().zip(&after).map(|(before, after)| before != after).collect();
        assert_eq!(differ.len(), 100);
        assert!(differ.iter().enumerate().all(|(index, differs)| *differs == (index % 2 == 0)));
        assert!(after[0].contains("2026-12-"));
    }

    #[test]
    fn a_dirty_file_has_one_bad_record_of_a_hundred() {
        let load = dirty(10).unwrap();
        for batch in &load.batches {
            assert_eq!(batch.rejects, 10);
            assert_eq!(lines(&batch.rows[0]).len(), 990);
        }
        let bad: Vec<String> = (0..5).map(|number| spoilt(&orders(0, 1)[0], number).unwrap()).collect();
        assert!(bad[4].contains(r#""total_amount":-"#));
        assert!(!bad[2].contains("order_id") && !bad[3].contains("customer_id"));
        assert!(bad.iter().all(|record| serde_json::from_str::<serde_json::Value>(record).is_ok()));
    }

    #[test]
    fn sizes_are_what_the_names_say() {
        for (load, expected) in
            [(all_new(1), 43_000..45_000), (small(1), 900..1_100), (large(1), 4_800_000..5_200_000)]
        {
            let bytes = load.unwrap().batches[0].files[0].body.len();
            assert!(expected.contains(&bytes), "{bytes} bytes, expected {expected:?}");
        }
    }

    #[test]
    fn later_batches_of_the_same_keys_are_newer() {
        let load = batches_of_the_same_keys(2, 3).unwrap();
        let first = |batch: usize| lines(&load.batches[batch].rows[0])[0].clone();
        assert_eq!(first(0).split(',').next(), first(1).split(',').next());
        assert!(first(0).contains("2026-11-") && first(1).contains("2027-11-"));
    }

    #[test]
    fn many_datasets_share_a_batch() {
        let load = many_datasets(100).unwrap();
        assert_eq!(load.shapes.len(), DATASETS);
        assert!(load.batches[1].rows.iter().all(|rows| lines(rows).len() == 200));
    }
}
