//! Pure: which files the demo uploads, and what has to become of each.

use std::io::Write as _;

use fastrand::Rng;
use flate2::{Compression, write::GzEncoder};
use local_stack::samples::{RECORDS_PER_FILE, Samples, array, lines};
use serde_json::{Value, json};

const SEED: u64 = 20_260_101;

/// Why a file is uploaded: what the demo shows with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A good file of orders.
    Orders,
    /// A good file of customers.
    Customers,
    /// A file that the bucket's filter keeps out.
    FilteredOut,
    /// JSON that ends in the middle.
    CutOff,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// No byte at all.
    Empty,
    /// Some records with values of the wrong type.
    WrongTypes,
    /// Deleted before anybody could read it.
    Deleted,
    /// The same bytes under the same key once more.
    Repeated,
    /// Overwritten by a newer file under the same key, whose event overtakes this one's.
    Overtaken,
    /// Older versions of orders, arriving after the newer ones.
    OlderRecords,
    /// Newer versions of orders, with other items.
    Changed,
    /// Deletes of some orders.
    Removed,
    /// Payments and refunds in one file.
    TwoKinds,
}

/// How many orders a file of deletes names.
pub(crate) const DELETES_PER_FILE: u64 = 10;
/// How many refunds stand between the payments of a file.
pub(crate) const REFUNDS_PER_FILE: u64 = 10;

/// When newer versions and deletes were written: after all sample orders.
const LATER: &str = "2026-12-01T00:00:00Z";

/// One upload.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) key: String,
    pub(crate) kind: Kind,
    /// The number of the file whose content it has.
    file: u64,
}

/// All uploads, in the order in which they are made.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) uploads: Vec<Upload>,
    samples: Samples,
}

/// The kinds of files that are out of the ordinary, in turn.
const ODD: [Kind; 11] = [
    Kind::CutOff,
    Kind::NotUtf8,
    Kind::Empty,
    Kind::WrongTypes,
    Kind::Deleted,
    Kind::Repeated,
    Kind::Overtaken,
    Kind::OlderRecords,
    Kind::Changed,
    Kind::Removed,
    Kind::TwoKinds,
];

impl Plan {
    /// `files` uploads: 70 % orders, 10 % customers, 18 % that the filter keeps out, 2 % odd ones.
    pub(crate) fn of(files: u64) -> Self {
        let (customers, kept_out, odd) = (files / 10, files * 18 / 100, files * 2 / 100);
        let orders = files - customers - kept_out - odd;
        let mut uploads: Vec<Upload> = (0..orders).map(|file| upload(Kind::Orders, file)).collect();
        uploads.extend((0..customers).map(|file| upload(Kind::Customers, file)));
        uploads.extend((0..kept_out).map(|file| upload(Kind::FilteredOut, file)));
        uploads.extend((0..odd).zip(ODD.into_iter().cycle()).map(|(n, kind)| {
            // The first five speak of orders of their own, the others of the orders of a good file each.
            upload(kind, if ODD[..5].contains(&kind) { orders + n } else { n % orders.max(1) })
        }));
        Rng::with_seed(SEED).shuffle(&mut uploads);
        Self { uploads, samples: Samples::new(SEED, customers * RECORDS_PER_FILE) }
    }

    /// The bytes of one upload.
    pub(crate) fn body(&self, upload: &Upload) -> Vec<u8> {
        let text = self.text(upload);
        if upload.key.ends_with(".gz") { gzip(&text) } else { text }
    }

    fn text(&self, upload: &Upload) -> Vec<u8> {
        let orders = || self.samples.orders(upload.file, RECORDS_PER_FILE);
        match upload.kind {
            Kind::Orders | Kind::Repeated => document(upload.file, &orders()),
            Kind::Customers => document(upload.file, &self.samples.customers(upload.file, RECORDS_PER_FILE)),
            Kind::FilteredOut => kept_out(upload.file, &upload.key),
            Kind::CutOff | Kind::Deleted => {
                let mut bytes = array(&orders());
                bytes.truncate(bytes.len() / 2);
                bytes
            }
            Kind::NotUtf8 => {
                let mut bytes = array(&orders());
                let middle = bytes.len() / 2;
                bytes.splice(middle..middle, [0xC3, 0x28, 0xFF]);
                bytes
            }
            Kind::Empty => Vec::new(),
            Kind::WrongTypes => array(&with_wrong_types(orders())),
            Kind::Overtaken | Kind::OlderRecords => document(upload.file, &with_older_content(&orders())),
            Kind::Changed => document(upload.file, &with_one_item(&orders())),
            Kind::Removed => lines(&deletes(&orders())),
            Kind::TwoKinds => lines(&payments_and_refunds(&orders())),
        }
    }

    /// How many uploads there are of a kind.
    pub(crate) fn count(&self, kind: Kind) -> u64 {
        self.uploads.iter().filter(|upload| upload.kind == kind).count() as u64
    }
}

fn upload(kind: Kind, file: u64) -> Upload {
    let key = match kind {
        Kind::Orders | Kind::Repeated | Kind::Overtaken => {
            format!("input/orders/2026/11/orders-{file:06}{}", suffix(file))
        }
        Kind::Customers => format!("input/customers/2026/11/customers-{file:06}{}", suffix(file)),
        Kind::FilteredOut => kept_out_key(file),
        Kind::Changed => format!("input/orders/2026/12/changed-{file:06}.json"),
        Kind::Removed => format!("input/orders/2026/12/deleted-{file:06}.jsonl"),
        Kind::TwoKinds => format!("input/payments/2026/11/payments-{file:06}.jsonl"),
        // Names as people give them: S3 sends them encoded.
        _ => format!("input/orders/2026/11/bad file +{file:06} ({kind:?}).json"),
    };
    Upload { key, kind, file }
}

/// What the names of good files end in, as the template's notification takes them.
fn suffix(file: u64) -> &'static str {
    match file % 30 {
        1 | 2 => ".json.gz",
        3 => ".jsonl",
        6 => ".ndjson",
        _ => ".json",
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to a vector cannot fail.
    encoder.write_all(text).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn kept_out_key(file: u64) -> String {
    match file % 5 {
        0 => format!("input/orders/2026/11/export-{file:06}.csv"),
        1 => format!("input/orders/2026/11/readme-{file:06}.txt"),
        2 => format!("input/logs/producer-{file:06}.log"),
        3 => format!("input/images/scan-{file:06}.png"),
        _ => format!("archive/orders/orders-{file:06}.json"),
    }
}

fn kept_out(file: u64, key: &str) -> Vec<u8> {
    if key.ends_with(".png") {
        return b"\x89PNG\r\n\x1a\n".repeat(100);
    }
    format!("file {file} that is none of the pipeline's business\n").repeat(200).into_bytes()
}

/// Every third file is newline-delimited; the others are arrays.
fn document(file: u64, records: &[String]) -> Vec<u8> {
    if file.is_multiple_of(3) { lines(records) } else { array(records) }
}

/// Three records of a kind that producers really send.
fn with_wrong_types(mut records: Vec<String>) -> Vec<String> {
    let changes =
        [("total_amount", json!("a lot")), ("ordered_at", json!("yesterday")), ("customer_id", Value::Null)];
    for (record, change) in records.iter_mut().step_by(30).zip(changes) {
        *record = with(record, &[change]);
    }
    records
}

fn with_older_content(records: &[String]) -> Vec<String> {
    let changes = [("status", json!("placed")), ("updated_at", json!("2026-10-31T00:00:00Z"))];
    records.iter().map(|record| with(record, &changes)).collect()
}

/// Newer versions in which each order has its first item alone, and costs what that does.
fn with_one_item(records: &[String]) -> Vec<String> {
    let shortened = records.iter().map(|record| {
        let mut record: Value = serde_json::from_str(record).unwrap_or_default();
        let item = record["items"][0].clone();
        let (quantity, price) = (item["qty"].as_f64(), item["unit_price"].as_f64());
        record["total_amount"] =
            json!(format!("{:.2}", quantity.unwrap_or_default() * price.unwrap_or_default()));
        record["items"] = json!([item]);
        record["updated_at"] = json!(LATER);
        record.to_string()
    });
    shortened.collect()
}

/// A feed of changes tells of a delete by the key and the version.
fn deletes(records: &[String]) -> Vec<String> {
    let named = records.iter().zip(0..DELETES_PER_FILE).map(|(record, _)| {
        let record: Value = serde_json::from_str(record).unwrap_or_default();
        json!({"op": "delete", "order_id": record["order_id"], "updated_at": LATER}).to_string()
    });
    named.collect()
}

/// Each order is paid, and some are given back.
fn payments_and_refunds(records: &[String]) -> Vec<String> {
    let mut events = Vec::new();
    for (nth, record) in (0..).zip(records) {
        let record: Value = serde_json::from_str(record).unwrap_or_default();
        let (order, at) = (&record["order_id"], &record["updated_at"]);
        events.push(
            json!({"kind": "payment", "payment_id": order, "order_id": order, "at": at, "amount": record["total_amount"]})
                .to_string(),
        );
        if nth < REFUNDS_PER_FILE {
            events.push(
                json!({"kind": "refund", "refund_id": order, "order_id": order, "at": LATER, "reason": "damaged"}).to_string(),
            );
        }
    }
    events
}

/// A record with some of its members changed.
fn with(record: &str, changes: &[(&str, Value)]) -> String {
    let mut record: Value = serde_json::from_str(record).unwrap_or_default();
    for (member, value) in changes {
        record[*member] = value.clone();
    }
    record.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_files_are_as_the_readme_says() {
        let plan = Plan::of(1000);
        let counts = [Kind::Orders, Kind::Customers, Kind::FilteredOut].map(|kind| plan.count(kind));
        assert_eq!(counts, [700, 100, 180]);
        assert_eq!(ODD.map(|kind| plan.count(kind)), [2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]);
        assert_eq!(plan.uploads.len(), 1000);
    }

    #[test]
    fn only_what_is_to_be_filtered_out_misses_prefix_or_suffix() {
        for upload in &Plan::of(1000).uploads {
            let ends =
                [".json", ".json.gz", ".jsonl", ".ndjson"].iter().any(|suffix| upload.key.ends_with(suffix));
            let matches = upload.key.starts_with("input/") && ends;
            assert_eq!(matches, upload.kind != Kind::FilteredOut, "{}", upload.key);
        }
    }

    #[test]
    fn some_files_are_packed_or_lines_by_their_name() {
        let plan = Plan::of(1000);
        let ending =
            |suffix: &str| plan.uploads.iter().filter(|u| u.key.ends_with(suffix)).collect::<Vec<_>>();
        for (suffix, at_least) in [(".json.gz", 50), (".jsonl", 20), (".ndjson", 20)] {
            assert!(ending(suffix).len() >= at_least, "{suffix}");
        }
        assert!(ending(".gz").iter().all(|upload| plan.body(upload).starts_with(&[0x1f, 0x8b])));
        let is_lines = |upload: &&Upload| plan.body(upload).starts_with(b"{");
        assert!([ending(".jsonl"), ending(".ndjson")].concat().iter().all(is_lines));
    }

    #[test]
    fn the_overtaken_version_differs_and_the_repetition_does_not() {
        let plan = Plan::of(1000);
        let original =
            |key: &str| plan.uploads.iter().find(|u| u.key == key && u.kind == Kind::Orders).unwrap();
        for upload in &plan.uploads {
            match upload.kind {
                Kind::Repeated => assert_eq!(plan.body(upload), plan.body(original(&upload.key))),
                Kind::Overtaken => assert_ne!(plan.body(upload), plan.body(original(&upload.key))),
                _ => {}
            }
        }
    }

    #[test]
    fn no_two_odd_files_speak_of_one_order() {
        let plan = Plan::of(1000);
        let mut files: Vec<u64> =
            plan.uploads.iter().filter(|u| ODD.contains(&u.kind)).map(|u| u.file).collect();
        files.sort_unstable();
        files.dedup();
        assert_eq!(files.len(), 20);
    }

    #[test]
    fn as_few_files_as_the_suite_sends_have_every_kind() {
        let plan = Plan::of(550);
        assert_eq!(ODD.map(|kind| plan.count(kind)), [1; 11]);
    }

    #[test]
    fn any_number_of_files_makes_a_plan() {
        for files in [0, 1, 5, 49, 50, 51] {
            assert_eq!(Plan::of(files).uploads.len() as u64, files);
        }
    }
}
